package cli

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/springboard-leap/springboard/app/wire"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/run"
	"github.com/springboard-leap/springboard/upgrade/settings"
)

type resumed struct {
	run.Status
	Interrupted []run.StepStatus `json:"interrupted"` // steps whose end is not in the journal
	Next        string           `json:"next"`        // the command to go on with
}

type runList struct {
	Runs []run.Listed `json:"runs"`
}

type undoResult struct {
	Undone []settings.Record `json:"undone"` // settings that were put back
	Went   []run.WentBack    `json:"went"`   // everything, the newest first, with its proof or its reason
	run.Status
}

type verifyResult struct {
	Run     string `json:"run"`
	OK      bool   `json:"ok"`
	Entries int    `json:"entries"`
	Hash    string `json:"hash"` // of the last entry: written down elsewhere it stands for all of them
}

func (c *command) runCmd() *cobra.Command {
	return group("run", "The upgrade as a run: phases, steps, journal, way back", c.runNew(), c.runStatus(), c.runResume(), c.runUndo(), c.runTick(), c.runConfirm(),
		c.runVerify(), c.runList())
}

func (c *command) runNew() *cobra.Command {
	return &cobra.Command{
		Use:   "new",
		Short: "Begin a run for the installation",
		Args:  usageArgs(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			desk, err := c.open()
			if err != nil {
				return err
			}
			f, err := desk.NewRun(cmd.Context())
			if err != nil {
				return err
			}
			st, err := desk.StatusOf(f)
			if err != nil {
				return err
			}
			return c.object("run.new/1", st, func(w io.Writer) { fmt.Fprintln(w, f.Dir) })
		},
	}
}

func (c *command) runStatus() *cobra.Command {
	return &cobra.Command{
		Use:   "status",
		Short: "How far the run is, and the way back from there",
		Args:  usageArgs(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			desk, err := c.open()
			if err != nil {
				return err
			}
			st, err := desk.RunStatus(cmd.Context())
			if err != nil {
				return err
			}
			return c.object("run.status/1", st, func(w io.Writer) { printRun(w, st) })
		},
	}
}

func printRun(w io.Writer, st run.Status) {
	fmt.Fprintf(w, "%s, in phase %s\n", st.Run, st.Phase)
	if st.Holder != "" {
		fmt.Fprintf(w, "at work: %s\n", st.Holder)
	}
	rows := [][]string{{"STATE", "STEP", "WHAT", "WAY BACK"}}
	for _, s := range st.Steps {
		if s.ID == run.NoReturn {
			gate := "the gate is closed: springboardctl run confirm"
			if st.GatePassed {
				gate = "the gate is passed"
			}
			rows = append(rows, []string{"----", "", "from here the way back is the restore; " + gate, ""})
		}
		what := s.Title
		if s.Text != "" {
			what += ": " + cut(s.Text, 160)
		}
		state := string(s.State)
		if s.Person && s.State == run.Waiting {
			state = "by hand"
		}
		rows = append(rows, []string{state, s.ID, what, s.WayBack})
	}
	fitted(w, rows...)
}

// next are the commands that go on with a step that was interrupted.
var next = map[string]string{
	run.StepCensus: "springboardctl apps census", run.StepBackup: "springboardctl backup create --to DIR (the same DIR: finished files are hashed again, not copied)",
	run.StepVerify: "springboardctl backup verify DIR", run.StepProve: "springboardctl backup prove DIR", run.StepFix: "springboardctl settings diff FILE",
	run.StepOffline: "springboardctl offline begin (or springboardctl offline end)", run.StepReopen: "springboardctl offline end",
	run.StepSweep: "springboardctl apps sweep", run.StepReport: "springboardctl report write --to DIR", run.StepLedger: "springboardctl apps status",
}

func (c *command) runResume() *cobra.Command {
	return &cobra.Command{
		Use:   "resume",
		Short: "After a kill or a reboot: look at what really stands, and say how to go on",
		Args:  usageArgs(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			desk, err := c.open()
			if err != nil {
				return err
			}
			look := desk.Resume // it journals what it sees
			if c.dryRun {
				look = desk.RunStatus
			}
			st, err := look(cmd.Context())
			if err != nil {
				return err
			}
			res := resumed{Status: st, Interrupted: []run.StepStatus{}}
			for _, s := range st.Steps {
				if s.State == run.Interrupted || s.State == run.Stopped || s.State == run.Failed {
					res.Interrupted = append(res.Interrupted, s)
				}
			}
			for _, s := range st.Steps {
				if s.State != run.Done && (!s.Optional || s.State != run.Waiting) && next[s.ID] != "" {
					res.Next = next[s.ID]
					break
				}
			}
			return c.object("run.resume/1", res, func(w io.Writer) {
				printRun(w, st)
				if res.Next != "" {
					fmt.Fprintf(w, "\nGo on with: %s\n", res.Next)
				}
			})
		},
	}
}

func (c *command) runUndo() *cobra.Command {
	var o wire.UndoOptions
	cmd := &cobra.Command{
		Use:   "undo",
		Short: "Go back step by step, the newest first, each proven; stop at what only a restore takes back",
		Args:  usageArgs(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			desk, err := c.open()
			if err != nil {
				return err
			}
			o.Dry = c.dryRun
			done, failed := desk.Undo(cmd.Context(), o)
			if upgrade.KindOf(failed) != upgrade.KindPartial && failed != nil {
				return failed
			}
			if err := c.undoResult(cmd.Context(), done); err != nil {
				return err
			}
			if failed != nil {
				return verdict(ExitPartial) // the last line tells where it stopped and why
			}
			return nil
		},
	}
	c.preferFlag(cmd)
	cmd.Flags().BoolVar(&o.Through, "through", false, "go on past what cannot be taken back, leaving it as it is")
	return cmd
}

func (c *command) undoResult(ctx context.Context, done wire.Undone) error {
	st, err := c.desk.RunStatus(ctx)
	if err != nil {
		return err
	}
	return c.object("run.undo/1", undoResult{done.Records, done.Went, st}, func(w io.Writer) {
		rows := [][]string{{"OUTCOME", "STEP", "WHAT", "PROOF OR REASON"}}
		for _, g := range done.Went {
			rows = append(rows, []string{string(g.Outcome), g.Step, g.What, g.Says})
		}
		fitted(w, rows...)
	})
}

func (c *command) runTick() *cobra.Command {
	var by, note string
	cmd := &cobra.Command{
		Use:   "tick STEP",
		Short: "Record by name that a step was done that only a person can do",
		Args:  usageArgs(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.said("run.tick/1", func(desk *wire.Desk) (run.Status, error) { return desk.Tick(cmd.Context(), args[0], by, note) })
		},
	}
	cmd.Flags().StringVar(&by, "by", "", "who did it")
	cmd.Flags().StringVar(&note, "note", "", "a remark for the journal and the report")
	return cmd
}

func (c *command) runConfirm() *cobra.Command {
	var by, word string
	cmd := &cobra.Command{
		Use:   "confirm",
		Short: "Pass the gate before the upgrade: by name, with the word typed and a proven backup",
		Args:  usageArgs(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if word == "" && c.canAsk() {
				var err error
				if word, err = c.ask("From the upgrade on the way back is the restore. Type "+wire.GateWord+" to go on", true); err != nil {
					return err
				}
			}
			return c.said("run.confirm/1", func(desk *wire.Desk) (run.Status, error) { return desk.Confirm(cmd.Context(), word, by) })
		},
	}
	cmd.Flags().StringVar(&by, "by", "", "who takes the responsibility")
	cmd.Flags().StringVar(&word, "confirm", "", "the word "+wire.GateWord)
	return cmd
}

// said lets a person say something of the run and prints how it stands then.
func (c *command) said(schema string, say func(*wire.Desk) (run.Status, error)) error {
	desk, err := c.open()
	if err != nil {
		return err
	}
	st, err := say(desk)
	if err != nil {
		return err
	}
	return c.object(schema, st, func(w io.Writer) { printRun(w, st) })
}

func (c *command) runVerify() *cobra.Command {
	return &cobra.Command{
		Use:   "verify",
		Short: "Check that the journal is what Springboard wrote: each line follows from the one before",
		Args:  usageArgs(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			desk, err := c.open()
			if err != nil {
				return err
			}
			dir, n, hash, err := desk.VerifyRun(cmd.Context())
			if err != nil {
				return err
			}
			return c.object("run.verify/1", verifyResult{dir, true, n, hash}, func(w io.Writer) {
				fmt.Fprintf(w, "%s: %d entries, each follows from the one before; the last is %s\n", dir, n, hash)
			})
		},
	}
}

func (c *command) runList() *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "List all runs, newest first",
		Args:  usageArgs(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			desk, err := c.open()
			if err != nil {
				return err
			}
			all, err := desk.ListRuns()
			if err != nil {
				return err
			}
			if all == nil {
				all = []run.Listed{}
			}
			return c.object("run.list/1", runList{all}, func(w io.Writer) {
				rows := [][]string{{"CREATED", "INSTALLATION", "STATE", "FOLDER"}}
				for _, r := range all {
					state := "open"
					if r.Meta.Closed {
						state = "closed"
					}
					if r.Err != "" {
						state = "unreadable"
					}
					rows = append(rows, []string{r.Meta.Created.Local().Format("2006-01-02 15:04:05"), r.Meta.Installation, state, r.Dir})
				}
				table(w, rows...)
			})
		},
	}
}
