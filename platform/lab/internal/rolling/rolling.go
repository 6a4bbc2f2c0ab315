// Package rolling writes a server's log file as the server does: output is flushed in blocks, the file is rolled when the next block would pass its
// limit, old files are renamed and the oldest deleted. With blocks that do not care for lines, a roll cuts a line in half, as WebSphere's do.
package rolling

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"sync"
	"time"
)

// Naming is how rolled files are called.
type Naming int

// The namings.
const (
	Stamped  Naming = iota // SystemOut_yy.MM.dd_HH.mm.ss.log (WebSphere)
	Counted                // messages_yy.MM.dd_HH.mm.ss.N.log (Liberty)
	Numbered               // error-log-0.xml, the newest is 0 (Domino)
)

// Options of a writer.
type Options struct {
	Path   string           // the live file
	Limit  int64            // bytes; 0: never rolls
	Keep   int              // rolled files kept
	Block  int              // flush size; 0: every write is flushed whole, so that a roll never cuts a record
	Naming Naming           //
	Header func() []byte    // begins every new file; may be nil
	Now    func() time.Time // the clock that stamps rolled files
	Tee    io.Writer        // gets every byte that is written, without headers; may be nil
}

// Writer appends to a live log and rolls it. Safe for several goroutines; each Write is one piece that others do not mix into.
type Writer struct {
	mu    sync.Mutex
	o     Options
	f     *os.File
	size  int64
	buf   []byte
	last  time.Time // stamp of the newest rolled file
	rolls int
}

// Open opens (or creates) the live file for appending. A text log gets no new header here: the caller writes one as
// a server does at its start.
func Open(o Options) (*Writer, error) {
	if o.Now == nil {
		return nil, errors.New("rolling: no clock")
	}
	if err := os.MkdirAll(filepath.Dir(o.Path), 0o755); err != nil {
		return nil, err
	}
	w := &Writer{o: o}
	if err := w.open(); err != nil {
		return nil, err
	}
	w.last = w.newestStamp()
	if w.size == 0 && o.Naming == Numbered { // an XML file has its declaration from the start
		return w, w.header()
	}
	return w, nil
}

func (w *Writer) open() error {
	f, err := openShared(w.o.Path)
	if err != nil {
		return err
	}
	info, err := f.Stat()
	if err != nil {
		return errors.Join(err, f.Close())
	}
	w.f, w.size = f, info.Size()
	return nil
}

// Write takes one piece (a record with its stack trace).
func (w *Writer) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.f == nil {
		return 0, os.ErrClosed
	}
	if w.o.Tee != nil {
		if _, err := w.o.Tee.Write(p); err != nil {
			return 0, err
		}
	}
	if w.o.Block == 0 {
		return len(p), w.put(p)
	}
	w.buf = append(w.buf, p...)
	for len(w.buf) >= w.o.Block {
		if err := w.put(w.buf[:w.o.Block]); err != nil {
			return 0, err
		}
		w.buf = append(w.buf[:0], w.buf[w.o.Block:]...)
	}
	return len(p), nil
}

// put writes one block, after a roll where the block would pass the limit.
func (w *Writer) put(block []byte) error {
	if w.o.Limit > 0 && w.size > 0 && w.size+int64(len(block)) > w.o.Limit {
		if err := w.roll(); err != nil {
			return err
		}
	}
	n, err := w.f.Write(block)
	w.size += int64(n)
	return err
}

// Limits changes size and number, as a restart with another configuration does.
func (w *Writer) Limits(limit int64, keep int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.o.Limit, w.o.Keep = limit, keep
}

// Flush writes what is left in the buffer.
func (w *Writer) Flush() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.flush()
}

func (w *Writer) flush() error {
	if len(w.buf) == 0 || w.f == nil {
		return nil
	}
	err := w.put(w.buf)
	w.buf = w.buf[:0]
	return err
}

// Roll rolls now, as Liberty does at its start. An empty file stays.
func (w *Writer) Roll() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if err := w.flush(); err != nil {
		return err
	}
	if w.size == 0 {
		return w.header()
	}
	return w.roll()
}

// Rolls counts the rolls since Open.
func (w *Writer) Rolls() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.rolls
}

// Close flushes and closes. A second Close does nothing.
func (w *Writer) Close() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.f == nil {
		return nil
	}
	err := errors.Join(w.flush(), w.f.Close())
	w.f = nil
	return err
}

func (w *Writer) roll() error {
	if err := w.f.Close(); err != nil {
		return err
	}
	if err := w.rename(); err != nil {
		return errors.Join(err, w.open())
	}
	w.rolls++
	if err := w.open(); err != nil {
		return err
	}
	if err := w.header(); err != nil {
		return err
	}
	return w.prune()
}

func (w *Writer) header() error {
	if w.o.Header == nil {
		return nil
	}
	n, err := w.f.Write(w.o.Header())
	w.size += int64(n)
	return err
}

func (w *Writer) rename() error {
	if w.o.Naming == Numbered {
		return w.renumber()
	}
	return os.Rename(w.o.Path, w.freeName())
}

const stampLayout = "06.01.02_15.04.05"

// freeName gives the name for the file that is rolled now. Two rolls within one second get following seconds, so that names are in order of
// their content and nothing is ever overwritten.
func (w *Writer) freeName() string {
	at := w.o.Now().Truncate(time.Second)
	if !at.After(w.last) {
		at = w.last.Add(time.Second)
	}
	for {
		name := w.stamped(at)
		if _, err := os.Lstat(name); errors.Is(err, os.ErrNotExist) {
			w.last = at
			return name
		}
		at = at.Add(time.Second)
	}
}

func (w *Writer) stem() (stem, ext string) {
	ext = filepath.Ext(w.o.Path)
	return strings.TrimSuffix(w.o.Path, ext), ext
}

func (w *Writer) stamped(at time.Time) string {
	stem, ext := w.stem()
	name := stem + "_" + at.Format(stampLayout)
	if w.o.Naming == Counted {
		name += ".0"
	}
	return name + ext
}

// Rolled lists the rolled files, oldest first.
func Rolled(path string) ([]string, error) {
	ext := filepath.Ext(path)
	stem := strings.TrimSuffix(filepath.Base(path), ext)
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		return nil, err
	}
	var names []string
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), stem+"_") && strings.HasSuffix(e.Name(), ext) {
			names = append(names, filepath.Join(filepath.Dir(path), e.Name()))
		}
	}
	sort.Strings(names)
	return names, nil
}

func (w *Writer) newestStamp() time.Time {
	names, err := Rolled(w.o.Path)
	if err != nil || len(names) == 0 {
		return time.Time{}
	}
	stem, _ := w.stem()
	stamp := strings.TrimPrefix(names[len(names)-1], stem+"_")
	if len(stamp) < len(stampLayout) {
		return time.Time{}
	}
	at, err := time.ParseInLocation(stampLayout, stamp[:len(stampLayout)], w.o.Now().Location())
	if err != nil || at.After(w.o.Now().Add(time.Hour)) { // a file of a wrong clock must not carry all names away with it
		return time.Time{}
	}
	return at
}

func (w *Writer) prune() error {
	if w.o.Naming == Numbered {
		return nil
	}
	names, err := Rolled(w.o.Path)
	if err != nil {
		return err
	}
	for len(names) > w.o.Keep {
		if err := os.Remove(names[0]); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
		names = names[1:]
	}
	return nil
}

// renumber shifts error-log-0.xml to -1 and so on; the last one goes.
func (w *Writer) renumber() error {
	stem, ext := w.stem()
	stem = strings.TrimSuffix(stem, "-0")
	name := func(i int) string { return fmt.Sprintf("%s-%d%s", stem, i, ext) }
	for i := w.o.Keep; i > 0; i-- {
		if err := os.Rename(name(i-1), name(i)); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	return nil
}
