package wire

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"time"

	"github.com/springboard-leap/springboard/upgrade/logs/recording"
)

// Output is where a watcher's events go as text, collected between two flushes.
type Output interface {
	// Collected is what was not given out yet; valid until Flush.
	Collected() []byte
	// Flush gives it out.
	Flush() error
	// File is the open file that takes it, nil when it is none that can be read again (a terminal, a pipe).
	File() *os.File
}

// delivered keeps up to where the events of a run's logs were delivered.
//
// When the output is a file, what is going to be written is kept first, then written, then kept as written: after a kill the file itself tells how much of
// it arrived, and the rest is completed, so that each line stands there exactly once. A pipe cannot be asked: what was handed over last before a kill, one
// batch at most, comes again.
type delivered struct {
	path   string
	places map[string]recording.Place
	batch  *batch // was going to be written when the watcher was killed
	failed time.Time
}

// batch is text on its way.
type batch struct {
	Places map[string]recording.Place `json:"places"` // after it
	Start  int64                      `json:"start"`  // length of the file before it
	Text   []byte                     `json:"text"`
}

type deliveredContent struct {
	Places map[string]recording.Place `json:"places"`
	Batch  *batch                     `json:"batch,omitempty"`
}

const deliveredFile = "delivered.json"

func openDelivered(path string) *delivered {
	d := &delivered{path: path, places: map[string]recording.Place{}}
	var c deliveredContent
	if data, err := os.ReadFile(path); err == nil && json.Unmarshal(data, &c) == nil && c.Places != nil {
		d.places, d.batch = c.Places, c.Batch
	}
	return d
}

// save is no fsync: a process that is killed has lost nothing that it wrote, and after a loss of power the recording has lost a second as well.
func (d *delivered) save(b *batch) error {
	data, err := json.Marshal(deliveredContent{Places: d.places, Batch: b})
	if err != nil {
		return err
	}
	temp := d.path + ".new"
	if err := os.WriteFile(temp, data, 0o600); err != nil {
		return err
	}
	return os.Rename(temp, d.path)
}

// settle completes what was being written when the watcher before was killed.
func (d *delivered) settle(out Output) error {
	b := d.batch
	d.batch = nil
	if b == nil {
		return nil
	}
	if out != nil && out.File() != nil {
		rest := b.Text[arrived(out.File(), b):]
		if _, err := out.File().Write(rest); err != nil {
			return err
		}
		d.places = b.Places
		return d.save(nil)
	}
	return nil
}

// hand gives out what was collected. That the state cannot be written, on a full disk, holds nothing up: then more is delivered again after a kill.
func (d *delivered) hand(places map[string]recording.Place, out Output) error {
	if out == nil || len(out.Collected()) == 0 {
		if same(d.places, places) {
			return nil
		}
		d.keep(places)
		return nil
	}
	if file := out.File(); file != nil {
		b := &batch{Places: places, Text: out.Collected()}
		if info, err := file.Stat(); err == nil {
			b.Start = info.Size()
		}
		if err := d.save(b); err != nil {
			d.failed = time.Now()
		}
	}
	if err := out.Flush(); err != nil {
		return err
	}
	d.keep(places)
	return nil
}

func (d *delivered) keep(places map[string]recording.Place) {
	clear(d.places)
	for log, p := range places {
		d.places[log] = p
	}
	_ = d.save(nil) // see hand
}

func same(a, b map[string]recording.Place) bool {
	if len(a) != len(b) {
		return false
	}
	for log, p := range a {
		if b[log] != p {
			return false
		}
	}
	return true
}

// arrived tells how many bytes of a batch stand in the file. Others may write into the same file (standard error): then the batch stands between their lines.
func arrived(file *os.File, b *batch) int {
	again, err := reopen(file)
	if err != nil {
		return arrivedBySize(file, b)
	}
	defer again.Close()
	info, err := again.Stat()
	if err != nil || info.Size() < b.Start {
		return 0 // it was emptied: what stood in it was not wanted any more
	}
	data, err := io.ReadAll(io.NewSectionReader(again, b.Start, int64(len(b.Text))+1<<20))
	if err != nil {
		return arrivedBySize(file, b)
	}
	if bytes.Contains(data, b.Text) {
		return len(b.Text)
	}
	for n := min(len(b.Text), len(data)); n > 0; n-- {
		if bytes.HasSuffix(data, b.Text[:n]) {
			return n
		}
	}
	return 0
}

func arrivedBySize(file *os.File, b *batch) int {
	info, err := file.Stat()
	if err != nil {
		return 0
	}
	return int(min(max(info.Size()-b.Start, 0), int64(len(b.Text))))
}
