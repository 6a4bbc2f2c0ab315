package cli

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

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
	Undone []settings.Record `json:"undone"`
	run.Status
}

func (c *command) runCmd() *cobra.Command {
	return group("run", "The upgrade as a run: phases, steps, journal, way back", c.runNew(), c.runStatus(), c.runResume(), c.runUndo(), c.runList())
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
	rows := [][]string{{"STATE", "STEP", "WHAT", "WAY BACK"}}
	for _, s := range st.Steps {
		if s.ID == run.NoReturn {
			rows = append(rows, []string{"----", "", "from here the way back is the restore", ""})
		}
		what := s.Title
		if s.Text != "" {
			what += ": " + cut(s.Text, 70)
		}
		rows = append(rows, []string{string(s.State), s.ID, what, cut(s.WayBack, 60)})
	}
	table(w, rows...)
}

// next are the commands that go on with a step that was interrupted.
var next = map[string]string{
	run.StepCensus: "springboardctl apps census", run.StepBackup: "springboardctl backup create --to DIR (the same DIR: finished files are hashed again, not copied)",
	run.StepVerify: "springboardctl backup verify DIR", run.StepProve: "springboardctl backup prove DIR", run.StepFix: "springboardctl settings diff FILE",
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
	return &cobra.Command{
		Use:   "undo",
		Short: "Put the settings that this run changed back, byte for byte, the last change first",
		Args:  usageArgs(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			desk, err := c.open()
			if err != nil {
				return err
			}
			if c.dryRun {
				open, err := desk.Settings().Changes(cmd.Context())
				if err != nil {
					return err
				}
				return c.undoResult(cmd.Context(), open)
			}
			done, err := desk.Settings().UndoAll(cmd.Context())
			if err != nil {
				return err
			}
			return c.undoResult(cmd.Context(), done)
		},
	}
}

func (c *command) undoResult(ctx context.Context, records []settings.Record) error {
	if records == nil {
		records = []settings.Record{}
	}
	st, err := c.desk.RunStatus(ctx)
	if err != nil {
		return err
	}
	return c.object("run.undo/1", undoResult{records, st}, func(w io.Writer) {
		for _, r := range records {
			fmt.Fprintf(w, "%s: %s\n", r.File, r.Why)
		}
		if st.PastNoReturn {
			fmt.Fprintln(w, "The new version has met the data: the way back of the upgrade itself is springboardctl backup restore.")
		}
	})
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
