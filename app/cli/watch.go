package cli

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/springboard-leap/springboard/app/wire"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/logs"
	"github.com/springboard-leap/springboard/upgrade/logs/follow"
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

func (c *command) watchCmd() *cobra.Command {
	var o wire.WatchOptions
	var failures, tail, oldest bool
	var f filterFlags
	cmd := &cobra.Command{
		Use:   "watch [FILE...]",
		Short: "Follow the logs through rotations, and record them into the run",
		Long: "Follows the installation's logs, or the named ones, through every rotation, from the beginning of each current file. Every byte is recorded into the run, " +
			"so that a failure that rolls off the disk is not lost. Ends when it is interrupted.",
		RunE: func(cmd *cobra.Command, args []string) error {
			c.lines = true
			desk, err := c.open()
			if err != nil {
				return err
			}
			filter, err := f.filter()
			if err != nil {
				return err
			}
			for _, a := range args {
				o.Files = append(o.Files, desk.Logs().File(a))
			}
			o.NoRecord = o.NoRecord || c.dryRun
			switch {
			case tail && oldest:
				return usage("watch: --tail and --oldest exclude each other")
			case tail:
				o.From = follow.End
			case oldest:
				o.From = follow.Oldest
			}
			ctx, cancel := c.limited(cmd.Context())
			defer cancel()
			shown, failed := 0, 0
			ctx, enough := context.WithCancel(ctx)
			defer enough()
			err = desk.Logs().Watch(ctx, o, func(e wire.WatchEvent) error {
				if e.Failure != nil {
					failed++
				}
				if f.limit > 0 && shown >= f.limit {
					return nil
				}
				if e.Record != nil && (failures && e.Failure == nil || !filter.Match(e.Record)) {
					return nil
				}
				if e.Record != nil {
					if shown++; f.limit > 0 && shown >= f.limit {
						defer enough()
					}
				}
				return c.watchLine(e, failures)
			})
			if err != nil {
				return err
			}
			return c.event("watch/1", watchResult{"result", shown, failed}, fmt.Sprintf("-- ended: %d shown, %d failures seen", shown, failed))
		},
	}
	f.add(cmd)
	cmd.Flags().BoolVar(&failures, "failures", false, "print only failures, as the rules tell them")
	cmd.Flags().BoolVar(&tail, "tail", false, "begin at the end of the current file")
	cmd.Flags().BoolVar(&oldest, "oldest", false, "begin with the oldest rotated sibling")
	cmd.Flags().BoolVar(&o.NoRecord, "no-record", false, "do not record into the run")
	return cmd
}

func (c *command) watchLine(e wire.WatchEvent, failures bool) error {
	switch {
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
		return c.event("watch/1", watchState{Event: "mark", File: e.File, Reason: e.Mark.Reason, Mark: e.Mark}, fmt.Sprintf("-- %s: %s %s", e.File, e.Mark.Kind, e.Mark.Reason))
	}
	return c.event("watch/1", watchState{Event: "state", File: e.File, State: e.State, Reason: e.Reason}, fmt.Sprintf("-- %s: %s %s", e.File, e.State, e.Reason))
}
