package wire

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"

	"github.com/springboard-leap/springboard/upgrade/logs/recording"
)

// Output is where a watcher's events go as text, collected between two flushes.
type Output interface {
	// Collected is what was not given out yet; valid until Flush.
	Collected() []byte
	// Flush gives it out.
	Flush() error
	// Room is how many bytes Flush gives out at once, without waiting for anybody; 0 when that is not known.
	Room() int
	// File is the open file that takes it, nil when it is none that can be read again (a terminal, a pipe).
	File() *os.File
}

// delivered keeps up to where the events of a run's logs were delivered.
//
// When the output is a file, what is going to be written is kept first, then written, then kept as written: after a kill the file itself tells how much of
// it arrived, and the rest is completed, so that each line stands there exactly once. A pipe cannot be asked: what was handed over last before a kill, one
// batch at most, comes again.
//
// It is a file of JSON lines of which the last whole one counts: a line is appended for each batch, because making and renaming a file for each would cost more
// than following. Once it is long it is made anew.
type delivered struct {
	path   string
	places map[string]recording.Place
	batch  *batch   // was going to be written when the watcher was killed
	file   *os.File // nil: the next line makes the file anew
	size   int64
}

// deliveredSize is how long the file of lines gets.
const deliveredSize = 1 << 20

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
	data, err := os.ReadFile(path)
	for err == nil && len(data) > 0 {
		var c deliveredContent
		at := bytes.LastIndexByte(bytes.TrimRight(data, "\n"), '\n') + 1
		if json.Unmarshal(data[at:], &c) == nil && c.Places != nil {
			d.places, d.batch = c.Places, c.Batch
			break
		}
		data = data[:at] // it was being written
	}
	return d
}

// save is no fsync: a process that is killed has lost nothing that it wrote, and after a loss of power the recording has lost a second as well.
func (d *delivered) save(b *batch) error {
	data, err := json.Marshal(deliveredContent{Places: d.places, Batch: b})
	if err != nil {
		return err
	}
	data = append(data, '\n')
	if d.file == nil || d.size > deliveredSize {
		return d.renew(data)
	}
	n, err := d.file.Write(data)
	if d.size += int64(n); err != nil {
		return errors.Join(err, d.close()) // half a line: nothing must stand behind it
	}
	return nil
}

// renew makes the file anew, with one line.
func (d *delivered) renew(line []byte) error {
	if err := d.close(); err != nil {
		return err
	}
	temp := d.path + ".new"
	if err := os.WriteFile(temp, line, 0o600); err != nil {
		return err
	}
	if err := os.Rename(temp, d.path); err != nil {
		return err
	}
	f, err := os.OpenFile(d.path, os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	d.file, d.size = f, int64(len(line))
	return nil
}

func (d *delivered) close() error {
	if d.file == nil {
		return nil
	}
	f := d.file
	d.file = nil
	return f.Close()
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
		_ = d.save(b) // see above
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
