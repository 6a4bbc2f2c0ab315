package follow

import (
	"strconv"

	"github.com/springboard-leap/springboard/upgrade/logs"
	"github.com/springboard-leap/springboard/upgrade/logs/logfile"
)

// maxHeld is how many bytes are kept until it is known what the log is.
const maxHeld = 256 << 10

// feed takes bytes of the current file apart. As long as the format is not known they are kept.
func (f *follower) feed(data []byte) {
	if f.asm == nil {
		f.held = append(f.held, data...)
		p := logs.Probe(f.cur.name, hintsOf(f.cur.mod), f.opts.Read, f.held)
		if p.Format == logs.Unrecognised && len(f.held) < maxHeld {
			return
		}
		f.startWith(p)
		return
	}
	f.asm.Feed(data)
}

// startHeld takes apart what was kept although its format is not known: nothing more of that file will come.
func (f *follower) startHeld() {
	if f.asm == nil && len(f.held) > 0 {
		f.startWith(logs.Probe(f.cur.name, hintsOf(f.cur.mod), f.opts.Read, f.held))
	}
}

func (f *follower) startWith(p logs.Profile) {
	data := f.held
	f.held = nil
	f.start(p)
	f.asm.Open(f.cur.key, f.cur.offset-int64(len(data)), f.cur.line)
	f.asm.Feed(data)
}

func (f *follower) start(p logs.Profile) {
	var sink logs.Sink = (*sink)(f)
	if f.opts.Read.Join {
		f.join = logs.NewJoiner(sink)
		sink = f.join
	}
	f.asm = logs.NewAssembler(p, sink)
	f.asm.Resume(f.given)
}

// sink gives records and marks to the handler.
type sink follower

// Record implements logs.Sink.
func (s *sink) Record(r *logs.Record) bool {
	f := (*follower)(s)
	r.File = f.nameOf(r.File)
	return f.deliver(Event{Record: r})
}

// Mark implements logs.Sink.
func (s *sink) Mark(m logs.Mark) bool {
	f := (*follower)(s)
	m.File = f.nameOf(m.File)
	if m.Start != nil {
		m.Start.File = m.File
	}
	return f.deliver(Event{Mark: &m})
}

// nameOf gives the present name of a file: one that was rotated since it was opened has another.
func (f *follower) nameOf(key string) string {
	if c := f.files[key]; c != nil {
		return c.name
	}
	return f.opts.Path
}

// openNext begins with the next file of the log; c.offset and c.line tell where in it.
func (f *follower) openNext(c *tracked) {
	if c.key == "" {
		f.serial++
		c.key = strconv.Itoa(f.serial)
	}
	f.enterFile(c)
}

// enterFile begins with a file that has its key.
func (f *follower) enterFile(c *tracked) {
	f.startHeld()
	old := f.cur
	f.cur = c
	f.files[c.key] = c
	if old != nil {
		old.fingerprint()
		old.drop()
	}
	for key, other := range f.files { // a record goes over two files at most, a pending one may stand in the one before
		if other != c && other != old && key != f.firstNeeded() {
			delete(f.files, key)
		}
	}
	if f.asm != nil {
		f.asm.Open(c.key, c.offset, c.line)
	}
}

// firstNeeded is the file of the oldest record that was not delivered.
func (f *follower) firstNeeded() string {
	if f.join != nil && f.join.Oldest() != nil {
		return f.join.Oldest().File
	}
	if f.asm != nil {
		return f.asm.Place().File
	}
	return ""
}

// position is where another process goes on.
func (f *follower) position() Position {
	p := Position{Path: f.opts.Path}
	if f.cur == nil && f.asm == nil {
		return p
	}
	var place logs.Place
	switch {
	case f.join != nil && f.join.Oldest() != nil:
		r := f.join.Oldest()
		place = logs.Place{File: r.File, Offset: r.Offset, Line: r.Line - 1}
	case f.asm != nil:
		place = f.asm.Place()
	default:
		place = logs.Place{File: f.cur.key, Offset: f.cur.offset - int64(len(f.held)), Line: f.cur.line}
	}
	p.File, p.Key, p.Offset, p.Line, p.Given = f.nameOf(place.File), place.File, place.Offset, place.Line, place.Given
	c := f.files[place.File]
	if c == nil {
		return p
	}
	c.fingerprint()
	p.Identity, p.Prefix, p.Hash = c.identity, c.prefix, c.hash
	return p
}

// fingerprint hashes the beginning of what was read, again as long as it is short.
func (c *tracked) fingerprint() {
	if c.file == nil || c.prefix >= logfile.PrefixMax || c.prefix == c.offset {
		return
	}
	if hash, n, err := logfile.Prefix(c.file, min(c.offset, logfile.PrefixMax)); err == nil {
		c.prefix, c.hash = n, hash
	}
}

// gap says that bytes are missing.
func (f *follower) gap(reason string) {
	if f.opts.Raw != nil && f.err == nil {
		c := Chunk{Log: f.opts.Path, File: f.opts.Path, Gap: reason}
		if f.cur != nil {
			c.File, c.Identity, c.Key, c.Offset = f.cur.name, f.cur.identity, f.cur.key, f.cur.offset
		}
		f.err = f.opts.Raw(c)
	}
	f.markGap(reason)
	f.enter(Lost, reason)
}

func (f *follower) markGap(reason string) {
	if f.asm != nil {
		f.asm.Gap(reason)
		return
	}
	f.deliver(Event{Mark: &logs.Mark{Kind: logs.MarkGap, File: f.opts.Path, Reason: reason}})
}
