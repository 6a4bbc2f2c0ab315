//go:build !linux

package follow

import (
	"context"
	"path/filepath"
	"strings"
	"time"

	"github.com/fsnotify/fsnotify"
)

// watcher waits for events of the log's folder. Where there are none (network shares, a folder that does not exist) it only waits.
type watcher struct {
	dir    string
	prefix string
	events *fsnotify.Watcher
	added  bool
}

func newWatcher(path string) *watcher {
	base := filepath.Base(path)
	w := &watcher{dir: filepath.Dir(path), prefix: strings.TrimSuffix(base, filepath.Ext(base))}
	if events, err := fsnotify.NewWatcher(); err == nil {
		w.events = events
	}
	return w
}

// Close ends watching.
func (w *watcher) Close() error {
	if w.events == nil {
		return nil
	}
	return w.events.Close()
}

// Wait implements Waker.
func (w *watcher) Wait(ctx context.Context, d time.Duration) error {
	if w.events != nil && !w.added {
		w.added = w.events.Add(w.dir) == nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	var events chan fsnotify.Event
	var errors chan error
	if w.events != nil {
		events, errors = w.events.Events, w.events.Errors
	}
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-timer.C:
			return nil
		case e, ok := <-events:
			if !ok {
				events = nil
				continue
			}
			if e.Has(fsnotify.Remove) && filepath.Clean(e.Name) == filepath.Clean(w.dir) {
				w.added = false // the folder is gone: watch it again when it returns
			}
			if strings.HasPrefix(filepath.Base(e.Name), w.prefix) {
				w.drain()
				return nil
			}
		case _, ok := <-errors:
			if !ok {
				errors = nil
				continue
			}
			return nil // events were lost: look
		}
	}
}

// drain forgets events that are already here: one look serves them all.
func (w *watcher) drain() {
	for {
		select {
		case _, ok := <-w.events.Events:
			if !ok {
				return
			}
		default:
			return
		}
	}
}
