package logs

import (
	"slices"
	"strings"
)

// Joiner is a Sink that puts traces that came as records of their own, one a line, with the record they belong to: what Throwable.printStackTrace writes to
// System.err (R records), and what Java prints on a Domino console (HTTP JVM lines). Records of other threads may stand between.
type Joiner struct {
	sink  Sink
	queue []*Record
	open  map[string]*printing
}

// printing is what one printer prints: a thread to System.err, say.
type printing struct {
	head *Record   // the last record that may get more lines
	run  []*Record // records after an exception without frames yet: the further lines of its message, if frames follow
}

// messageLines is how many lines the message of an exception may have that is printed line by line.
const messageLines = 16

// joinWindow is how many records may stand between two lines of one trace.
const joinWindow = 64

// NewJoiner makes a Joiner that gives what it joined to sink.
func NewJoiner(sink Sink) *Joiner { return &Joiner{sink: sink, open: map[string]*printing{}} }

// Record takes the next record. It is given away when no more lines of its trace can come; false as soon as the sink wants no more.
func (j *Joiner) Record(r *Record) bool {
	key, printed := printedBy(r)
	p := j.open[key]
	switch {
	case !printed:
	case p != nil && continues(p.head, r):
		j.take(p)
		absorb(p.head, r)
		return true
	case p != nil && p.mayGoOn(r):
		p.run = append(p.run, r)
	default:
		j.open[key] = &printing{head: r}
	}
	j.queue = append(j.queue, r)
	if !printed && len(j.queue) == 1 {
		return j.release(1)
	}
	if len(j.queue) > joinWindow {
		return j.release(1)
	}
	return j.releaseClosed()
}

// take puts the lines of a message with their exception: frames follow.
func (j *Joiner) take(p *printing) {
	if len(p.run) == 0 {
		return
	}
	for _, r := range p.run {
		absorb(p.head, r)
	}
	j.queue = slices.DeleteFunc(j.queue, func(r *Record) bool { return slices.Contains(p.run, r) })
	p.run = nil
}

// mayGoOn tells whether a record may be the next line of an exception's message: it was printed at the same moment, and no exception of its own begins.
func (p *printing) mayGoOn(r *Record) bool {
	if p.head.Parts > 1 || len(p.run) >= messageLines || p.head.Stamp != r.Stamp || !startsException(p.head.Text) {
		return false
	}
	return !startsException(r.Text)
}

func startsException(text string) bool {
	_, _, ok := exceptionLine(strings.TrimSpace(text))
	return ok
}

// holds tells whether a record must wait for more lines.
func (j *Joiner) holds(r *Record) bool {
	key, printed := printedBy(r)
	if !printed {
		return false
	}
	p := j.open[key]
	return p != nil && (p.head == r || slices.Contains(p.run, r))
}

// Mark gives away what is held, and then the mark.
func (j *Joiner) Mark(m Mark) bool { return j.Flush() && j.sink.Mark(m) }

// Flush gives away what is held.
func (j *Joiner) Flush() bool {
	clear(j.open)
	return j.release(len(j.queue))
}

// Oldest is the first record that the sink does not have, nil when none is held. It may be asked by the sink.
func (j *Joiner) Oldest() *Record {
	for _, r := range j.queue {
		if r != nil { // else it is being given away
			return r
		}
	}
	return nil
}

// Prompt tells whether all that is held may be given away at once: none of it is likely to get more lines.
func (j *Joiner) Prompt() bool {
	for _, r := range j.queue {
		if !isPrompt(r) || r.Parts > 1 {
			return false
		}
	}
	return true
}

// releaseClosed gives records away as long as the oldest can get no more lines.
func (j *Joiner) releaseClosed() bool {
	n := 0
	for _, r := range j.queue {
		if j.holds(r) {
			break
		}
		n++
	}
	return j.release(n)
}

func (j *Joiner) release(n int) bool {
	for i, r := range j.queue[:n] {
		if j.holds(r) {
			key, _ := printedBy(r)
			delete(j.open, key)
		}
		if r.Parts > 1 {
			r.Causes = causesOf(r.Text, r.Trace)
		}
		j.queue[i] = nil
		if !j.sink.Record(r) {
			j.queue = nil
			return false
		}
	}
	j.queue = append(j.queue[:0], j.queue[n:]...)
	return true
}

// printedBy tells whether a record is a line that a program printed, and what else belongs to the same printer.
func printedBy(r *Record) (key string, printed bool) {
	switch {
	case r.Level == "R" || r.Level == "O":
		return r.Level + r.Thread, true
	case r.Logger == "HTTP JVM":
		return "JVM" + r.Thread, true
	}
	return "", false
}

// continues tells whether a printed line belongs to a trace that another began.
func continues(head, r *Record) bool {
	text := strings.TrimLeft(r.Text, " \t")
	switch {
	case strings.HasPrefix(text, "at ") && text != r.Text, strings.HasPrefix(text, "at ") && strings.HasSuffix(text, ")"),
		strings.HasPrefix(text, "at [internal classes]"),
		strings.HasPrefix(text, "Stack trace of nested exception:"), strings.HasPrefix(text, "---- Begin backtrace for Nested Throwables"),
		strings.HasPrefix(text, "[CIRCULAR REFERENCE"), strings.HasPrefix(text, "Next exception: "), strings.HasPrefix(text, "Linked exception: "),
		strings.HasPrefix(text, "Caused by: "), strings.HasPrefix(text, "Wrapped by: "), strings.HasPrefix(text, "Suppressed: "),
		strings.HasPrefix(text, "... ") && strings.HasSuffix(text, " more"):
		return true
	}
	if n := len(head.Trace); n > 0 && nestedLabel(head.Trace[n-1]) && startsException(text) {
		return true
	}
	if head.Logger != "HTTP JVM" || len(head.Causes) > 0 || head.Parts > 1 {
		return false
	}
	// A console message and, printed next, the exception it tells of.
	_, _, exception := exceptionLine(strings.TrimSpace(text))
	return exception && head.Stamp == r.Stamp && (head.Severity == Error || head.Severity == Warning)
}

// nestedLabel is a line after which a nested exception stands on a line of its own.
func nestedLabel(line string) bool {
	line = strings.TrimSpace(line)
	return strings.HasPrefix(line, "---- Begin backtrace") || strings.HasPrefix(line, "Stack trace of nested exception")
}

func absorb(head, r *Record) {
	if head.Parts == 0 {
		head.Parts = 1
	}
	head.Parts++
	head.Bytes += r.Bytes
	head.Lines += r.Lines
	head.Cut = head.Cut || r.Cut
	head.Truncated = head.Truncated || r.Truncated
	if len(head.Trace) >= maxTraceLines {
		head.Truncated = true
		return
	}
	head.Trace = append(append(head.Trace, r.Text), r.Trace...)
}
