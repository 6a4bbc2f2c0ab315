package cli

import (
	"context"
	"fmt"
	"os"
	"time"

	"golang.org/x/term"

	"github.com/springboard-leap/springboard/upgrade/op"
)

// progressLine is a line of progress as a script reads it.
type progressLine struct {
	Event  string  `json:"event"`
	Phase  string  `json:"phase"`
	Done   int64   `json:"done"`
	Total  int64   `json:"total"`
	Unit   op.Unit `json:"unit"`
	Item   string  `json:"item,omitempty"`
	Note   string  `json:"note,omitempty"`
	Second float64 `json:"seconds"`
	// Rate is units a second lately, Left the seconds that the phase still takes at that pace; 0 while unknown. Problems is how many were told so far.
	Rate     float64 `json:"rate,omitempty"`
	Left     float64 `json:"left_seconds,omitempty"`
	Problems int     `json:"problems,omitempty"`
}

// quietFor is after how long a person who sees no terminal's line is told how far the work is.
const quietFor = 30 * time.Second

// operate runs long work and reports its progress: a JSON line each second, or words when the phase changes. Cancelling ctx is a safe stop: the work
// ends in order before operate returns.
func (c *command) operate(ctx context.Context, schema, kind, title string, work func(context.Context, op.Reporter) error) error {
	o := op.Start(ctx, nil, kind, title, work)
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	last, told := "", told{at: time.Now()}
	for {
		select {
		case <-o.Finished():
			c.pace(o.Snapshot(), &told, true)
			err := o.Snapshot().Err
			if cause := context.Cause(ctx); err != nil && cause != nil && ctx.Err() != nil {
				return fmt.Errorf("%w (%w)", cause, err)
			}
			return err
		case <-tick.C:
			last = c.progress(schema, o.Snapshot(), last)
			c.pace(o.Snapshot(), &told, false)
		case <-o.Changed():
			if p := o.Snapshot(); p.Phase != last && !c.printer.json {
				last = c.progress(schema, p, last)
			}
		}
	}
}

func (c *command) progress(schema string, p op.Progress, last string) string {
	if p.State != op.Running {
		return last
	}
	if c.printer.json {
		_ = c.event(schema, progressLine{"progress", p.Phase, p.Done, p.Total, p.Unit, p.Item, p.Note, time.Since(p.Started).Seconds(),
			p.Rate, p.Left(time.Now()).Seconds(), p.ProblemCount}, "")
		return p.Phase
	}
	if p.Phase == last {
		return last
	}
	of := ""
	if p.Total > 0 {
		of = fmt.Sprintf(" (%d)", p.Total)
		if p.Unit == op.Bytes {
			of = " (" + size(p.Total) + ")"
		}
	}
	c.say("%s: %s%s", p.Title, p.Phase, of)
	return p.Phase
}

// told is what a person was told of an operation.
type told struct {
	at       time.Time
	problems int
	line     bool // a line of the terminal stands without its end
}

// pace tells a person of new problems, and how fast the work goes: each second on a line of the terminal, else now and then.
func (c *command) pace(p op.Progress, s *told, ended bool) {
	if c.printer.json || c.printer.quiet {
		return
	}
	if s.line && (ended || p.ProblemCount > s.problems) {
		fmt.Fprint(c.Err, "\r\x1b[K")
		s.line = false
	}
	for ; s.problems < len(p.Problems); s.problems++ {
		c.say("%s: %s", p.Title, explain(p.Problems[s.problems]).What)
	}
	text := paceText(p, time.Now())
	if ended || text == "" {
		return
	}
	if file, ok := c.Err.(*os.File); ok && term.IsTerminal(int(file.Fd())) {
		fmt.Fprintf(c.Err, "\r\x1b[K%s", text)
		s.line = true
	} else if time.Since(s.at) >= quietFor {
		c.say("%s: %s", p.Title, text)
		s.at = time.Now()
	}
}

// paceText is how far an operation is, in one line: empty while nothing is known.
func paceText(p op.Progress, now time.Time) string {
	if p.State != op.Running || p.Total <= 0 || p.Rate <= 0 {
		return ""
	}
	done, rate := fmt.Sprintf("%d of %d", p.Done, p.Total), fmt.Sprintf("%.0f a second", p.Rate)
	if p.Unit == op.Bytes {
		done, rate = size(p.Done)+" of "+size(p.Total), size(int64(p.Rate))+"/s"
	}
	text := fmt.Sprintf("%s, %d %%: %s, %s", p.Phase, int(p.Fraction()*100), done, rate)
	if left := p.Left(now).Round(time.Second); left > 0 {
		text += ", " + left.String() + " left"
	}
	return text
}
