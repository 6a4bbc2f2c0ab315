package cli

import (
	"context"
	"fmt"
	"time"

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
}

// operate runs long work and reports its progress: a JSON line each second, or words when the phase changes. Cancelling ctx is a safe stop: the work
// ends in order before operate returns.
func (c *command) operate(ctx context.Context, schema, kind, title string, work func(context.Context, op.Reporter) error) error {
	o := op.Start(ctx, nil, kind, title, work)
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	last := ""
	for {
		select {
		case <-o.Finished():
			err := o.Snapshot().Err
			if cause := context.Cause(ctx); err != nil && cause != nil && ctx.Err() != nil {
				return fmt.Errorf("%w (%w)", cause, err)
			}
			return err
		case <-tick.C:
			last = c.progress(schema, o.Snapshot(), last)
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
		_ = c.event(schema, progressLine{"progress", p.Phase, p.Done, p.Total, p.Unit, p.Item, p.Note, time.Since(p.Started).Seconds()}, "")
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
