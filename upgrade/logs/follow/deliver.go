package follow

import (
	"bytes"
	"time"

	"github.com/springboard-leap/springboard/upgrade/logs"
	"github.com/springboard-leap/springboard/upgrade/logs/logfile"
)

// maxHeld is how many bytes are kept until it is known what the log is.
const maxHeld = 256 << 10

// deliverer takes apart what was read and gives it to the handler. It lives on one goroutine: that of the follower, or one of its own behind a queue.
type deliverer struct {
	path   string
	read   logs.Options
	handle func(Event) error
	hand   func() error // Options.Batch
	err    error        // of handle, of hand or of reading again: ends everything

	cur   *named
	files map[string]*named // by key; those that a record which is not delivered may name
	asm   *logs.Assembler
	join  *logs.Joiner
	given int    // lines of the first record that were delivered by the process before
	held  []byte // bytes that came before it was known what the log is

	flushed bool // the pending record was given away since the last byte
	fresh   bool // events were delivered since the last batch
}

// named is a file as a deliverer knows it.
type named struct {
	key, name, identity string
	mod                 time.Time
	line                int64  // lines before the place where reading of the file began
	end                 int64  // offset after the last byte that came
	begin               []byte // its first bytes, of which hash is
	hash                string
	hashed              int
}

func newDeliverer(opts Options, handle func(Event) error) *deliverer {
	return &deliverer{path: opts.Path, read: opts.Read, handle: handle, hand: opts.Batch, files: map[string]*named{}}
}

// take does what a message says.
func (d *deliverer) take(m message) error {
	if d.err != nil {
		return d.err
	}
	switch m.kind {
	case opened:
		d.open(m)
	case renamed:
		if c := d.files[m.key]; c != nil {
			c.name = m.name
		}
	case fed:
		d.flushed = false
		d.feed(m.data)
	case missing:
		d.gap(m.reason)
	case entered:
		d.deliver(Event{State: m.state, Reason: m.reason})
	case quieted:
		d.flushPending()
	case ended:
		d.startHeld()
		d.cur = nil
	case replayed:
		d.replay(m)
	}
	return d.err
}

// rest is called when there is nothing more to take at once: what need not wait is given away.
func (d *deliverer) rest() error {
	d.settle()
	return d.batch()
}

// settle gives a last record away that need not wait.
func (d *deliverer) settle() {
	if d.err == nil && !d.flushed && d.prompt() {
		d.flushPending()
	}
}

// finish gives away what is complete when following ends.
func (d *deliverer) finish() error {
	if d.err == nil {
		d.flushPending()
	}
	return d.batch()
}

// batch tells that what was delivered may be handed on.
func (d *deliverer) batch() error {
	if d.err != nil || !d.fresh || d.hand == nil {
		return d.err
	}
	d.fresh = false
	d.err = d.hand()
	return d.err
}

// open begins with a file, or goes on in the same one under another name.
func (d *deliverer) open(m message) {
	if c := d.cur; c != nil && c.key == m.key {
		c.name, c.identity, c.mod = m.name, m.identity, m.mod
		if head := min(m.offset, logfile.PrefixMax, int64(len(m.data))); head > int64(len(c.begin)) {
			c.begin = bytes.Clone(m.data[:head])
		}
		return
	}
	d.startHeld()
	c := &named{key: m.key, name: m.name, identity: m.identity, mod: m.mod, line: m.line, end: m.offset}
	c.begin = bytes.Clone(m.data[:min(m.offset, logfile.PrefixMax, int64(len(m.data)))])
	if m.offset > 0 && len(m.data) > 0 && d.asm == nil {
		d.given = m.given
		d.prime(m)
	}
	old := d.cur
	d.cur = c
	d.files[c.key] = c
	needed := d.place().File
	for key, other := range d.files { // a record goes over two files at most, a pending one may stand in the one before
		if other != c && other != old && key != needed {
			delete(d.files, key)
		}
	}
	if d.asm != nil {
		d.asm.Open(c.key, c.end, c.line)
	}
}

// prime finds out what a log is that is not read from its beginning: the message has the file's first bytes. When they do not tell, or the file was truncated
// meanwhile, what is read will.
func (d *deliverer) prime(m message) {
	p := logs.Probe(m.name, hintsOf(m.mod), d.read, m.data)
	if p.Format == logs.Unrecognised {
		return
	}
	d.start(p)
	d.asm.Prime(m.data)
}

// replay takes apart what a process before has read and not delivered.
func (d *deliverer) replay(m message) {
	d.given = m.given
	if len(m.data) > 0 {
		d.prime(m)
	}
	err := m.again(func(c Chunk) error {
		if c.Gap != "" {
			d.gap(c.Gap)
			return d.err
		}
		d.open(message{key: c.Key, name: c.File, identity: c.Identity, offset: c.Offset, line: c.Line})
		d.feed(c.Data)
		if d.err == nil {
			d.err = d.batch()
		}
		return d.err
	})
	if d.err == nil {
		d.err = err
	}
}

// feed takes bytes of the current file apart. As long as the format is not known they are kept.
func (d *deliverer) feed(data []byte) {
	c := d.cur
	if have := int64(len(c.begin)); have == c.end && have < logfile.PrefixMax {
		c.begin = append(c.begin, data[:min(int(logfile.PrefixMax-have), len(data))]...)
	}
	c.end += int64(len(data))
	if d.asm != nil {
		d.asm.Feed(data)
		return
	}
	d.held = append(d.held, data...)
	p := d.probe()
	if p.Format == logs.Unrecognised && len(d.held) < maxHeld {
		return
	}
	d.startWith(p)
}

func (d *deliverer) probe() logs.Profile {
	return logs.Probe(d.cur.name, hintsOf(d.cur.mod), d.read, d.held)
}

// startHeld takes apart what was kept although its format is not known: nothing more of that file will come.
func (d *deliverer) startHeld() {
	if d.asm == nil && len(d.held) > 0 {
		d.startWith(d.probe())
	}
}

func (d *deliverer) startWith(p logs.Profile) {
	data := d.held
	d.held = nil
	d.start(p)
	d.asm.Open(d.cur.key, d.cur.end-int64(len(data)), d.cur.line)
	d.asm.Feed(data)
}

func (d *deliverer) start(p logs.Profile) {
	var sink logs.Sink = (*sink)(d)
	if d.read.Join {
		d.join = logs.NewJoiner(sink)
		sink = d.join
	}
	d.asm = logs.NewAssembler(p, sink)
	d.asm.Resume(d.given)
}

func (d *deliverer) flushPending() {
	d.flushed = true
	if d.asm == nil {
		return
	}
	d.asm.FlushQuiet()
	if d.join != nil {
		d.join.Flush()
	}
}

// prompt tells whether the last record need not wait: lines of program output and information are shown as they come.
func (d *deliverer) prompt() bool {
	return d.asm != nil && d.asm.Prompt() && (d.join == nil || d.join.Prompt())
}

func (d *deliverer) gap(reason string) {
	if d.asm != nil {
		d.asm.Gap(reason)
		return
	}
	d.deliver(Event{Mark: &logs.Mark{Kind: logs.MarkGap, File: d.path, Reason: reason}})
}

func (d *deliverer) deliver(e Event) bool {
	if d.err != nil {
		return false
	}
	e.At, e.by = d.place(), d
	d.fresh = true
	d.err = d.handle(e)
	return d.err == nil
}

// sink gives records and marks to the handler.
type sink deliverer

// Record implements logs.Sink.
func (s *sink) Record(r *logs.Record) bool {
	d := (*deliverer)(s)
	r.File = d.nameOf(r.File)
	return d.deliver(Event{Record: r})
}

// Mark implements logs.Sink.
func (s *sink) Mark(m logs.Mark) bool {
	d := (*deliverer)(s)
	m.File = d.nameOf(m.File)
	if m.Start != nil {
		m.Start.File = m.File
	}
	return d.deliver(Event{Mark: &m})
}

// nameOf gives the name of a file as it was when it was read last: one that was rotated meanwhile has another.
func (d *deliverer) nameOf(key string) string {
	if c := d.files[key]; c != nil {
		return c.name
	}
	return d.path
}

// place is that of the first byte that the handler does not have.
func (d *deliverer) place() logs.Place {
	if d.join != nil {
		if r := d.join.Oldest(); r != nil {
			return logs.Place{File: r.File, Offset: r.Offset, Line: r.Line - 1}
		}
	}
	switch {
	case d.asm != nil:
		return d.asm.Place()
	case d.cur != nil:
		return logs.Place{File: d.cur.key, Offset: d.cur.end - int64(len(d.held)), Line: d.cur.line}
	}
	return logs.Place{}
}

// position is where another process goes on.
func (d *deliverer) position(at logs.Place) Position {
	p := Position{Path: d.path, Key: at.File, Offset: at.Offset, Line: at.Line, Given: at.Given}
	if at.File == "" {
		return p
	}
	p.File = d.nameOf(at.File)
	if c := d.files[at.File]; c != nil {
		c.fingerprint()
		p.Identity, p.Prefix, p.Hash = c.identity, int64(c.hashed), c.hash
	}
	return p
}

// fingerprint hashes the beginning of what was read, again as long as it is short.
func (c *named) fingerprint() {
	if c.hashed == len(c.begin) {
		return
	}
	c.hash, _, _ = logfile.Prefix(bytes.NewReader(c.begin), int64(len(c.begin))) // bytes in memory are read without an error
	c.hashed = len(c.begin)
}
