package desk

import (
	"bufio"
	"context"
	"errors"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"slices"

	"github.com/springboard-leap/springboard/platform/osfs"
	"github.com/springboard-leap/springboard/ui/logview"
	"github.com/springboard-leap/springboard/ui/port"
	"github.com/springboard-leap/springboard/ui/present"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/logs"
	"github.com/springboard-leap/springboard/upgrade/logs/logbook"
	"github.com/springboard-leap/springboard/upgrade/logs/rules"
)

// openBytes is how much of an opened log is held, compressed.
const openBytes = 512 << 20

// opened is a log that was opened beside the followed one. It is read into memory, compressed, on a goroutine of its own, and shown while that goes on.
type opened struct {
	*present.LogStore
	*reading
}

var _ logview.Opened = (*opened)(nil)

// Close implements logview.Opened.
func (o *opened) Close() {
	o.cancel()
	o.done.Wait()
}

// OpenLog implements logview.Engine. The log is read on until ctx ends or it is closed.
func (d *Desk) OpenLog(ctx context.Context, r port.LogRequest) (logview.Opened, error) {
	set, err := d.now().Logs().Rules()
	if err != nil {
		return nil, err
	}
	if r.Recording {
		return d.openRecording(ctx, set)
	}
	path := d.now().Logs().File(r.Path)
	files := []string{path}
	if r.Siblings {
		if found, err := logs.Siblings(path); err == nil && slices.Contains(found, path) {
			files = found
		}
	}
	var total int64
	for _, f := range files {
		if info, err := os.Stat(f); err == nil && filepath.Ext(f) != ".gz" {
			total += info.Size()
		}
	}
	if total > d.large {
		return openLarge(ctx, set, files, r.Encoding)
	}
	src, err := logs.Open(ctx, logs.Options{Join: true, Encoding: r.Encoding}, files...)
	if err != nil {
		return nil, err
	}
	o := newOpened(set, infoOf(filepath.Base(path), files, src.Profile()))
	o.start(ctx, total, src.Records, src.Close)
	return o, nil
}

func newOpened(set *rules.Set, info port.LogInfo) *opened {
	return &opened{LogStore: present.NewLogStore(openBytes), reading: newReading(set, info)}
}

func (d *Desk) openRecording(ctx context.Context, set *rules.Set) (logview.Opened, error) {
	all, err := d.now().Logs().Recorded(ctx)
	if err != nil {
		return nil, err
	}
	f, _, err := d.now().Run(ctx, false)
	if err != nil {
		return nil, err
	}
	o := newOpened(set, port.LogInfo{Title: "The recording of " + f.Meta.Name, Files: []string{f.Path("recording")}})
	o.start(ctx, 0, func(context.Context, func(logs.Mark)) iter.Seq2[*logs.Record, error] { return all }, func() error { return nil })
	return o, nil
}

// reader gives the records of a log, and its marks as they come.
type reader func(context.Context, func(logs.Mark)) iter.Seq2[*logs.Record, error]

// start reads on a goroutine of its own.
func (o *opened) start(ctx context.Context, total int64, read reader, end func() error) {
	ctx, o.cancel = context.WithCancel(ctx)
	o.done.Go(func() {
		defer close(o.changed)
		err := o.fill(ctx, total, read)
		o.ended(errors.Join(err, end()))
	})
}

// batch is how many records are added at once.
const batch = 512

func (o *opened) fill(ctx context.Context, total int64, read reader) error {
	var entries []present.LogEntry
	var come int64
	flush := func(done bool) {
		o.Add(entries...)
		entries = entries[:0]
		o.Progress(come, total, done)
		o.signal()
	}
	defer func() { flush(true) }()
	for r, err := range read(ctx, func(m logs.Mark) { entries = append(entries, present.LogEntry{Mark: &m}) }) {
		if err != nil {
			return err
		}
		if ctx.Err() != nil {
			return nil // closed: nobody looks any more
		}
		e := present.LogEntry{Record: r}
		if f, failed := o.judge(r); failed {
			e.Failed = true
			o.failed(f)
		}
		entries = append(entries, e)
		if come += r.Bytes; len(entries) >= batch {
			flush(false)
		}
	}
	return nil
}

// Logbook implements logview.Engine. While no run is open, what is noted is held by the window.
func (d *Desk) Logbook(ctx context.Context) (logbook.Book, error) {
	f, ok, err := d.begun(ctx)
	if err != nil {
		return logbook.Book{}, err
	}
	if !ok {
		d.mu.Lock()
		defer d.mu.Unlock()
		return d.bookless, nil
	}
	return d.book(f.Path(logbook.FileName)).Load()
}

func (d *Desk) book(path string) *logbook.Store { return logbook.Open(path, osfs.WriteFile) }

// ChangeLogbook implements logview.Engine. What was noted before a run was open goes into it.
func (d *Desk) ChangeLogbook(ctx context.Context, change func(*logbook.Book) error) (logbook.Book, error) {
	f, ok, err := d.begun(ctx)
	if err != nil {
		return logbook.Book{}, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if !ok {
		b := logbook.Book{Format: logbook.Format, Bookmarks: slices.Clone(d.bookless.Bookmarks), Filters: slices.Clone(d.bookless.Filters)}
		if err := change(&b); err != nil {
			return d.bookless, err
		}
		d.bookless = b
		return b, nil
	}
	held := d.bookless
	b, err := d.book(f.Path(logbook.FileName)).Change(func(b *logbook.Book) error {
		for _, m := range held.Bookmarks {
			b.Put(m)
		}
		for _, s := range held.Filters {
			b.PutFilter(s)
		}
		return change(b)
	})
	if err == nil {
		d.bookless = logbook.Book{}
	}
	return b, err
}

// SaveLog implements logview.Engine: a new file, whole or not at all.
func (d *Desk) SaveLog(ctx context.Context, path string, from present.LogSource, f present.LogFilter) (n int, err error) {
	bad := func(err error) error { return upgrade.NewFault("SB-3043", upgrade.KindFailed, err, "file", path) }
	if path, err = filepath.Abs(path); err != nil {
		return 0, bad(err)
	}
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		return 0, upgrade.NewFault("SB-3044", upgrade.KindUsage, err, "file", path)
	}
	temp, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return 0, bad(err)
	}
	defer func() {
		if err != nil {
			_ = temp.Close()
			_ = os.Remove(temp.Name())
		}
	}()
	w := bufio.NewWriterSize(temp, 1<<20)
	c := from.Count()
	var failed error
	err = from.Search(ctx, f, c.First, c.End, func(hits []int, _ int) bool {
		for _, i := range hits {
			var e present.LogEntry
			if e, failed = from.Read(ctx, i); failed != nil {
				return false
			}
			if e.Record == nil {
				continue
			}
			if _, failed = w.WriteString(present.LogText(e.Record)); failed != nil {
				return false
			}
			n++
		}
		return true
	})
	if err = errors.Join(err, failed); err == nil {
		err = w.Flush()
	}
	if err == nil {
		err = temp.Sync()
	}
	if err = errors.Join(err, temp.Close()); err == nil {
		err = os.Rename(temp.Name(), path)
	}
	if err != nil {
		if ctx.Err() != nil {
			return 0, context.Cause(ctx)
		}
		return 0, bad(err)
	}
	return n, osfs.FS{}.SyncDir(filepath.Dir(path))
}
