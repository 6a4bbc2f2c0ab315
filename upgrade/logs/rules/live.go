package rules

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/logs"
)

// LookEvery is how often a program should look whether its rules were edited.
const LookEvery = 2 * time.Second

// maxFile is how large a file of rules may be.
const maxFile = 4 << 20

// Live is a rule set that follows its file while a program runs: an edit counts for the next record, a broken edit is told and changes nothing.
//
//	live, err := rules.OpenLive(path, shipped)         // path "" or the set that is shipped: it never changes
//	ticker := time.NewTicker(rules.LookEvery)
//	go live.Run(ctx, ticker.C, func(c rules.Change) { tell(c.String()) })
//	...
//	event, ok := live.Match(record)                    // any goroutine; the rules of this moment
//
// All methods may be called from several goroutines.
type Live struct {
	path    string
	shipped *Set
	now     atomic.Pointer[Set]

	mu     sync.Mutex
	loaded [sha256.Size]byte // of the content that is in force, or that was told to be broken
	broken [sha256.Size]byte // of a content that is broken and may still be half written
	gone   bool
}

// Change is what a look at the file found.
type Change struct {
	File string
	Set  *Set  // the rules in force after it
	Err  error // not nil: the edit is broken (fault SB-3010), or the file is gone; the rules before stay in force
}

// String tells the change in one sentence.
func (c Change) String() string {
	if c.Err != nil {
		text := c.Err.Error()
		if f, ok := upgrade.AsFault(c.Err); ok {
			text = f.Args["detail"]
		}
		return fmt.Sprintf("The failure rules %s are broken, those before stay in force: %s", c.File, text)
	}
	return fmt.Sprintf("The failure rules %s were read again: %d rules", c.File, len(c.Set.Rules))
}

// OpenLive reads the rules of a file. Without a path the shipped rules are in force and stay. The first read must succeed: its fault is that of Load.
func OpenLive(path string, shipped *Set) (*Live, error) {
	l := &Live{path: path, shipped: shipped}
	if path == "" {
		l.now.Store(shipped)
		return l, nil
	}
	data, err := readRules(path)
	if err != nil {
		return nil, cannotRead(path, err)
	}
	set, err := LoadOver(path, data, shipped)
	if err != nil {
		return nil, err
	}
	l.loaded = sha256.Sum256(data)
	l.now.Store(set)
	return l, nil
}

func cannotRead(path string, err error) error {
	return upgrade.NewFault("SB-3010", upgrade.KindUsage, err, "file", path, "detail", "it cannot be read: "+reason(err))
}

// reason is an error without the path, which the message has already.
func reason(err error) string {
	if p, ok := errors.AsType[*fs.PathError](err); ok {
		return p.Err.Error()
	}
	return err.Error()
}

func readRules(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err == nil && len(data) > maxFile {
		err = fmt.Errorf("it is larger than %d MB", maxFile>>20)
	}
	return data, err
}

// Set gives the rules in force now.
func (l *Live) Set() *Set { return l.now.Load() }

// Match tells what a record means by the rules in force now.
func (l *Live) Match(r *logs.Record) (Event, bool) { return l.Set().Match(r) }

// Look reads the file again when it has changed; changed tells that there is something to tell. A broken file is told at the second look that finds the
// same in it: an editor that writes in pieces is given the time to end.
func (l *Live) Look() (c Change, changed bool) {
	if l.path == "" {
		return Change{}, false
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	data, err := readRules(l.path)
	if err != nil {
		if l.gone {
			return Change{}, false
		}
		l.gone = true
		l.loaded = [sha256.Size]byte{}
		return Change{File: l.path, Set: l.Set(), Err: cannotRead(l.path, err)}, true
	}
	l.gone = false
	sum := sha256.Sum256(data)
	if sum == l.loaded {
		return Change{}, false
	}
	set, err := LoadOver(l.path, data, l.shipped)
	if err != nil {
		if first := sum != l.broken; first {
			l.broken = sum
			return Change{}, false
		}
		l.loaded = sum // told once
		return Change{File: l.path, Set: l.Set(), Err: err}, true
	}
	l.loaded, l.broken = sum, [sha256.Size]byte{}
	l.now.Store(set)
	return Change{File: l.path, Set: set}, true
}

// Run looks at every tick until ctx ends or ticks are closed, and tells each change on its own goroutine, which is the caller's.
func (l *Live) Run(ctx context.Context, ticks <-chan time.Time, tell func(Change)) {
	for {
		select {
		case <-ctx.Done():
			return
		case _, more := <-ticks:
			if !more {
				return
			}
			if c, changed := l.Look(); changed {
				tell(c)
			}
		}
	}
}
