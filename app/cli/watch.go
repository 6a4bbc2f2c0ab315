package cli

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"

	"github.com/springboard-leap/springboard/app/wire"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/logs"
	"github.com/springboard-leap/springboard/upgrade/logs/follow"
	"github.com/springboard-leap/springboard/upgrade/logs/recording"
)

// watchRecord is a line of watch that is a record.
type watchRecord struct {
	Event string `json:"event"` // record
	*logs.Record
}

// watchFailure is a line of watch that is a failure.
type watchFailure struct {
	Event string `json:"event"` // failure
	upgrade.Failure
	File string `json:"file"`
	Line int    `json:"line"`
}

// watchState is a line of watch that tells how current a log is, or that something is missing in it.
type watchState struct {
	Event  string       `json:"event"` // state, or mark
	File   string       `json:"file"`
	State  follow.State `json:"state,omitempty"`
	Reason string       `json:"reason,omitempty"`
	Mark   *logs.Mark   `json:"mark,omitempty"`
}

// watchResult is the last line of watch, when it ended in order.
type watchResult struct {
	Event    string `json:"event"` // result
	Shown    int    `json:"shown"`
	Failures int    `json:"failures"`
}

// watchRecording is a line of watch that tells how the recording fares.
type watchRecording struct {
	Event  string `json:"event"` // recording
	State  string `json:"state"` // elsewhere, taken over, failing, resumed
	Reason string `json:"reason,omitempty"`
}

// watchRules is a line of watch that tells that the failure rules were edited meanwhile.
type watchRules struct {
	Event  string `json:"event"` // rules
	File   string `json:"file"`
	State  string `json:"state"` // read again, broken
	Reason string `json:"reason"`
}

// watching is one call of watch: what it prints is collected and given out batch by batch.
type watching struct {
	c        *command
	o        wire.WatchOptions
	filter   *logs.Filter
	flags    filterFlags
	failures bool
	idle     time.Duration // end after so long without a record; 0: never
	collect  bytes.Buffer
	out      io.Writer
	kind     outputKind // of out
	shown    int
	failed   int
	enough   context.CancelFunc
	last     atomic.Int64 // when the last event came, once all that was there is read; 0 before
	ready    bool
}

func (c *command) watchCmd() *cobra.Command {
	w := &watching{c: c}
	var tail, oldest bool
	cmd := &cobra.Command{
		Use:   "watch [FILE...]",
		Short: "Follow the logs through rotations, and record them into the run",
		Long: "Follows the installation's logs, or the named ones, through every rotation, from the beginning of each current file. Every byte is recorded into the run, " +
			"so that a failure that rolls off the disk is not lost. Ends when it is interrupted.\n\n" +
			"A watch that was killed goes on where it was: nothing is recorded twice. What it prints into a file (>>) stands there exactly once; into a pipe the last " +
			"lines before a kill may come again, byte for byte the same.\n\n" +
			"While another program records into the run, this one follows without recording and says so.",
		RunE: func(cmd *cobra.Command, args []string) error {
			switch {
			case tail && oldest:
				return usage("watch: --tail and --oldest exclude each other")
			case tail:
				w.o.From = follow.End
			case oldest:
				w.o.From = follow.Oldest
			}
			return w.run(cmd.Context(), args)
		},
	}
	w.flags.add(cmd)
	cmd.Flags().BoolVar(&w.failures, "failures", false, "print only failures, as the rules tell them")
	cmd.Flags().BoolVar(&tail, "tail", false, "begin at the end of the current file")
	cmd.Flags().BoolVar(&oldest, "oldest", false, "begin with the oldest rotated sibling")
	cmd.Flags().DurationVar(&w.idle, "until-idle", 0, "end when no record came for so long, e.g. 10s (default: never)")
	cmd.Flags().BoolVar(&w.o.NoRecord, "no-record", false, "do not record into the run")
	cmd.AddCommand(c.watchVerify())
	return cmd
}

func (w *watching) run(ctx context.Context, args []string) error {
	c := w.c
	c.lines = true
	desk, err := c.open()
	if err != nil {
		return err
	}
	if w.filter, err = c.filter(ctx, w.flags); err != nil {
		return err
	}
	for _, a := range args {
		w.o.Files = append(w.o.Files, desk.Logs().File(a))
	}
	w.o.NoRecord = w.o.NoRecord || c.dryRun
	ctx, cancel := c.limited(ctx)
	defer cancel()
	ctx, w.enough = context.WithCancel(ctx)
	defer w.enough()
	w.out, w.o.Output = c.printer.out, w
	w.kind = kindOf(w.out)
	c.printer.out = &w.collect
	defer func() { c.printer.out = w.out }()
	if w.idle > 0 {
		stop := w.endWhenIdle()
		defer stop()
	}
	err = desk.Logs().Watch(ctx, w.o, w.take)
	c.printer.out = w.out
	if err != nil {
		return err
	}
	return c.event("watch/1", watchResult{"result", w.shown, w.failed}, fmt.Sprintf("-- ended: %d shown, %d failures seen", w.shown, w.failed))
}

// endWhenIdle ends following when no record came for so long.
func (w *watching) endWhenIdle() (stop func()) {
	tick := time.NewTicker(max(10*time.Millisecond, w.idle/20))
	done := make(chan struct{})
	go func() {
		for {
			select {
			case <-done:
				return
			case now := <-tick.C:
				if last := w.last.Load(); last != 0 && now.Sub(time.Unix(0, last)) > w.idle {
					w.enough()
					return
				}
			}
		}
	}()
	return func() { tick.Stop(); close(done) }
}

// take prints an event.
func (w *watching) take(e wire.WatchEvent) error {
	if w.ready = w.ready || e.State != ""; w.ready { // a log tells its state when it was read to its end
		w.last.Store(time.Now().UnixNano())
	}
	if e.Failure != nil {
		w.failed++
	}
	limit := w.flags.spec.Limit
	if limit > 0 && w.shown >= limit {
		return nil
	}
	if e.Record != nil && (w.failures && e.Failure == nil || !w.filter.Match(e.Record)) {
		return nil
	}
	if e.Record != nil {
		if w.shown++; limit > 0 && w.shown >= limit {
			defer w.enough()
		}
	}
	return w.c.watchLine(e, w.failures)
}

func (c *command) watchLine(e wire.WatchEvent, failures bool) error {
	switch {
	case e.Recording != nil:
		line := watchRecording{Event: "recording"}
		var words string
		switch r := e.Recording; {
		case r.By != nil:
			line.State, line.Reason = "elsewhere", explain(r.By).What
			words = "-- not recorded here: " + line.Reason + " Following goes on."
		case r.Took:
			line.State = "taken over"
			words = "-- the other recorder has ended: recorded here from now on"
		case r.Failed != nil:
			line.State, line.Reason = "failing", explain(r.Failed).What
			words = "-- NOT RECORDED: " + line.Reason + " Following goes on; it is tried again every second. " + explain(r.Failed).Next
		default:
			line.State = "resumed"
			words = "-- recorded again; a gap in the recording marks what is missing"
		}
		return c.event("watch/1", line, words)
	case e.Rules != nil:
		line := watchRules{Event: "rules", File: e.Rules.File, State: "read again", Reason: e.Rules.String()}
		if e.Rules.Err != nil {
			line.State = "broken"
		}
		return c.event("watch/1", line, "-- "+line.Reason)
	case e.Record != nil && failures:
		line := watchFailure{"failure", e.Failure.Failure, e.Failure.Evidence.File, e.Failure.Evidence.Line}
		return c.object("watch/1", line, func(w io.Writer) {
			fmt.Fprintf(w, "%s %s %s %s\n", e.Failure.Stamp, e.Failure.Rule, e.Failure.UID, e.Failure.Text)
			for _, cause := range e.Failure.Causes {
				fmt.Fprintf(w, "    %s\n", cut(cause, 200))
			}
		})
	case e.Record != nil:
		return c.object("watch/1", watchRecord{"record", e.Record}, func(w io.Writer) { printRecord(w, e.Record) })
	case e.Mark != nil:
		return c.event("watch/1", watchState{Event: "mark", File: e.File, Reason: e.Mark.Reason, Mark: e.Mark}, strings.TrimSpace(fmt.Sprintf("-- %s: %s %s", e.File, e.Mark.Kind, e.Mark.Reason)))
	}
	return c.event("watch/1", watchState{Event: "state", File: e.File, State: e.State, Reason: e.Reason}, strings.TrimSpace(fmt.Sprintf("-- %s: %s %s", e.File, e.State, e.Reason)))
}

func (c *command) watchVerify() *cobra.Command {
	return &cobra.Command{
		Use:   "verify",
		Short: "Read the run's recording again and name everything that is not as it was written",
		RunE: func(cmd *cobra.Command, _ []string) error {
			desk, err := c.open()
			if err != nil {
				return err
			}
			ctx, cancel := c.limited(cmd.Context())
			defer cancel()
			report, err := desk.Logs().VerifyRecording(ctx)
			if err != nil {
				return err
			}
			err = c.object("watch.verify/1", report, func(w io.Writer) { printRecording(w, report) })
			if err == nil && !report.OK {
				return verdict(ExitVerify)
			}
			return err
		},
	}
}

func printRecording(w io.Writer, r recording.Report) {
	words := "as it was written"
	if !r.OK {
		words = fmt.Sprintf("NOT as it was written: %d problems", len(r.Problems))
	}
	table(w, []string{"recording", r.Dir}, []string{"it is", words}, []string{"segments", fmt.Sprint(r.Segments)}, []string{"of the logs", size(r.Bytes)},
		[]string{"on the disk", size(r.Stored)}, []string{"gaps told", fmt.Sprint(r.Gaps)}, []string{"chain ends with", r.Chain})
	if r.Unsealed > 0 {
		fmt.Fprintf(w, "the last %d bytes are no whole frame: a recorder is writing it, or was killed; the next one cuts it off\n", r.Unsealed)
	}
	for _, p := range r.Problems {
		fmt.Fprintf(w, "%s: %s at byte %d: %s\n", p.Segment, p.Kind, p.Offset, p.Detail)
	}
}
