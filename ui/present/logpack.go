package present

import (
	"encoding/binary"
	"time"

	"github.com/springboard-leap/springboard/upgrade/logs"
	"github.com/springboard-leap/springboard/upgrade/logs/stamp"
)

// packer writes entries as bytes in a row: texts with their length before them. The texts stand as they are, so that a search can look for one before
// anything is taken apart.
type packer struct{ b []byte }

func (p *packer) num(n int64) { p.b = binary.AppendVarint(p.b, n) }
func (p *packer) str(s string) {
	p.num(int64(len(s)))
	p.b = append(p.b, s...)
}

func (p *packer) strs(all []string) {
	p.num(int64(len(all)))
	for _, s := range all {
		p.str(s)
	}
}

func (p *packer) moment(m stamp.Moment) {
	if m.IsZero() {
		p.num(0)
		return
	}
	p.num(1)
	p.num(m.UnixNano())
	_, east := m.Time.Zone()
	p.num(int64(east))
	p.str(m.Zone)
	p.flag(m.Fixed)
}

func (p *packer) flag(on bool) {
	if on {
		p.num(1)
	} else {
		p.num(0)
	}
}

func (p *packer) entry(e LogEntry) {
	p.flag(e.Failed)
	p.flag(e.Record != nil)
	if e.Record == nil {
		p.mark(e.Mark)
		return
	}
	r := e.Record
	for _, s := range []string{r.File, r.Stamp, r.Thread, r.Level, string(r.Severity), r.Logger, r.Class, r.Method, r.MessageID, r.Text, r.Origin} {
		p.str(s)
	}
	p.moment(r.Time)
	for _, n := range []int64{r.Offset, r.Line, r.Bytes, int64(r.Lines), int64(r.Parts), r.OriginOffset} {
		p.num(n)
	}
	p.flag(r.Cut)
	p.flag(r.Amended)
	p.flag(r.Truncated)
	p.strs(r.Trace)
	p.num(int64(len(r.Causes)))
	for _, c := range r.Causes {
		p.str(c.Class)
		p.str(c.Message)
		p.strs(c.Frames)
		p.num(int64(c.Omitted))
	}
}

func (p *packer) mark(m *logs.Mark) {
	if m == nil {
		m = &logs.Mark{}
	}
	p.str(string(m.Kind))
	p.str(m.File)
	p.num(m.Offset)
	p.num(m.Line)
	p.str(m.Reason)
	p.flag(m.Start != nil)
	if s := m.Start; s != nil {
		for _, t := range []string{s.File, s.Stamp, s.Product, s.Process, s.PID} {
			p.str(t)
		}
		p.num(s.Offset)
		p.num(s.Line)
		p.moment(s.Time)
	}
}

// unpacker reads what packer wrote. Its texts are parts of one string.
type unpacker struct {
	s  string
	at int
}

func (u *unpacker) num() int64 {
	var n uint64
	for shift := 0; u.at < len(u.s); shift += 7 {
		c := u.s[u.at]
		u.at++
		n |= uint64(c&0x7f) << shift
		if c < 0x80 {
			break
		}
	}
	return int64(n>>1) ^ -int64(n&1)
}

func (u *unpacker) str() string {
	n := int(u.num())
	s := u.s[u.at : u.at+n]
	u.at += n
	return s
}

func (u *unpacker) strs() []string {
	n := int(u.num())
	if n == 0 {
		return nil
	}
	all := make([]string, n)
	for i := range all {
		all[i] = u.str()
	}
	return all
}

func (u *unpacker) flag() bool { return u.num() == 1 }

func (u *unpacker) moment() stamp.Moment {
	if u.num() == 0 {
		return stamp.Moment{}
	}
	t := time.Unix(0, u.num()).UTC()
	if east := int(u.num()); east != 0 {
		t = t.In(time.FixedZone("", east))
	}
	return stamp.Moment{Time: t, Zone: u.str(), Fixed: u.flag()}
}

func (u *unpacker) entry() LogEntry {
	e := LogEntry{Failed: u.flag()}
	if !u.flag() {
		e.Mark = u.mark()
		return e
	}
	r := &logs.Record{File: u.str(), Stamp: u.str(), Thread: u.str(), Level: u.str(), Severity: logs.Severity(u.str()), Logger: u.str(), Class: u.str(),
		Method: u.str(), MessageID: u.str(), Text: u.str(), Origin: u.str()}
	r.Time = u.moment()
	r.Offset, r.Line, r.Bytes, r.Lines, r.Parts, r.OriginOffset = u.num(), u.num(), u.num(), int(u.num()), int(u.num()), u.num()
	r.Cut, r.Amended, r.Truncated = u.flag(), u.flag(), u.flag()
	r.Trace = u.strs()
	if n := int(u.num()); n > 0 {
		r.Causes = make([]logs.Cause, n)
		for i := range r.Causes {
			r.Causes[i] = logs.Cause{Class: u.str(), Message: u.str(), Frames: u.strs(), Omitted: int(u.num())}
		}
	}
	e.Record = r
	return e
}

func (u *unpacker) mark() *logs.Mark {
	m := &logs.Mark{Kind: logs.MarkKind(u.str()), File: u.str(), Offset: u.num(), Line: u.num(), Reason: u.str()}
	if u.flag() {
		s := &logs.Start{File: u.str(), Stamp: u.str(), Product: u.str(), Process: u.str(), PID: u.str()}
		s.Offset, s.Line, s.Time = u.num(), u.num(), u.moment()
		m.Start = s
	}
	return m
}
