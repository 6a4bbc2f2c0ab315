package logs

import "github.com/springboard-leap/springboard/upgrade/logs/stamp"

// timesWithin is how far from the first and the last record of a file a record with a time is looked for.
const timesWithin = 1 << 20

// times takes the first and the last time of a file. The outermost records may have none: an application writes records of its own into a log of JSON, and
// the last line of a log that is being written is not whole.
func (d *digest) times(in *Part, f *fileCount) {
	if d.t.First.IsZero() {
		if d.t.First, _ = in.momentOf(d.c.d, f.first); d.t.First.IsZero() {
			d.t.First, _ = in.timesFrom(f.first)
		}
	}
	last, _ := in.momentOf(d.c.d, f.last)
	if last.IsZero() {
		_, last = in.timesFrom(max(f.first, f.last-timesWithin))
	}
	if !last.IsZero() {
		d.t.Last = last
	}
}

// timesFrom reads the records of a megabyte, and what of the last one goes beyond it, and gives their first and their last time.
func (in *Part) timesFrom(offset int64) (first, last stamp.Moment) {
	if in.profile.Format == LibertyConsole { // it has none
		return first, last
	}
	buf := make([]byte, min(2*timesWithin, in.known()-offset))
	n, _ := in.ReadAt(buf, offset) // what cannot be read any more has no time
	sink := &timeSink{}
	a := NewAssembler(in.profile, sink)
	a.Open("", offset, 0)
	a.Feed(buf[:n])
	a.Close()
	return sink.first, sink.last
}

type timeSink struct{ first, last stamp.Moment }

func (t *timeSink) Record(r *Record) bool {
	if !r.Time.IsZero() {
		if t.first.IsZero() {
			t.first = r.Time
		}
		t.last = r.Time
	}
	return true
}

func (*timeSink) Mark(Mark) bool { return true }
