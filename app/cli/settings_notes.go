package cli

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/springboard-leap/springboard/app/wire"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/offline"
	"github.com/springboard-leap/springboard/upgrade/settings"
)

// notesResult is the answer of the commands about VoltConfig.nsf.
type notesResult struct {
	Tasks []wire.NotesTask `json:"tasks"`
	Open  int              `json:"open"` // that nobody ticked
	// Problems are what the catalogue says of a value that was asked for.
	Problems []settings.Problem `json:"problems,omitempty"`
}

func newNotesResult(tasks []wire.NotesTask) notesResult {
	res := notesResult{Tasks: tasks}
	for i, t := range tasks {
		if t.Ticked == nil {
			res.Open++
		}
		res.Tasks[i].Value = settings.Masked(t.Setting, t.Value)
	}
	return res
}

// notesVerdict tells by the exit code that a person is waited for, or that what was ticked does not show from outside.
func notesVerdict(res notesResult) error {
	if res.Open > 0 {
		return verdict(ExitWaiting)
	}
	for _, t := range res.Tasks {
		if !t.Ticked.Proven && t.Proof != offline.NotesWord {
			return verdict(ExitPartial)
		}
	}
	return nil
}

func (c *command) settingsNotes() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "notes",
		Short: "Domino Leap: lead through the changes in VoltConfig.nsf, which only a Notes client makes",
		Long: "Domino Leap keeps its settings as documents in VoltConfig.nsf, which Springboard neither reads nor writes. offline begin, offline end and settings set VoltConfig.nsf\n" +
			"ask for changes; a person makes each with a Notes client by the vendor's steps, and ticks it by name: settings notes tick ID --by NAME.",
		Args: usageArgs(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			desk, err := c.open()
			if err != nil {
				return err
			}
			tasks, err := desk.Settings().Notes(cmd.Context())
			if err != nil {
				return err
			}
			res := newNotesResult(tasks)
			err = c.object("settings.notes/1", res, func(w io.Writer) {
				if len(tasks) == 0 {
					fmt.Fprintln(w, "Nothing is asked for in VoltConfig.nsf.")
				}
				writeNotes(w, tasks)
			})
			if err != nil {
				return err
			}
			return notesVerdict(res)
		},
	}
	cmd.AddCommand(c.settingsNotesTick())
	return cmd
}

func (c *command) settingsNotesTick() *cobra.Command {
	var tick wire.NotesTick
	var was string
	cmd := &cobra.Command{
		Use:   "tick ID",
		Short: "Record by name that a change was made in VoltConfig.nsf, and look from outside whether it shows",
		Args:  usageArgs(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			desk, err := c.open()
			if err != nil {
				return err
			}
			if cmd.Flags().Changed("was") {
				tick.Was = &was
			}
			ctx, cancel := c.limited(cmd.Context())
			defer cancel()
			done, err := desk.Settings().TickNotes(ctx, args[0], tick)
			if err != nil {
				return err
			}
			res := newNotesResult([]wire.NotesTask{done})
			err = c.object("settings.notes.tick/1", res, func(w io.Writer) { writeNotes(w, res.Tasks) })
			if err != nil || tick.Undo {
				return err
			}
			return notesVerdict(res)
		},
	}
	f := cmd.Flags()
	f.StringVar(&tick.By, "by", "", "who made the change")
	f.StringVar(&was, "was", "", "what Setting Value held before, empty when the setting was disabled; offline end puts it back")
	f.StringVar(&tick.Note, "note", "", "a remark for the journal and the report")
	f.BoolVar(&tick.Undo, "undo", false, "it was not done after all")
	f.StringVar(&tick.Public, "public", "", "address that users have (default: as begin knew it, or as configured)")
	f.StringVar(&tick.Direct, "direct", "", "address that reaches the server without the web server")
	return cmd
}

// writeNotes prints tasks: the steps of what is due, one line of what is done.
func writeNotes(w io.Writer, tasks []wire.NotesTask) {
	var before []string // of the task above: what is the same is not said again
	for _, t := range tasks {
		if t.Ticked == nil {
			fmt.Fprintf(w, "%s: %s\n", t.ID, t.Title)
			if t.Why != "" {
				fmt.Fprintf(w, "  why: %s\n", t.Why)
			}
			said := true
			for i, line := range t.Steps {
				if said = said && i < len(before) && before[i] == line; said {
					continue
				}
				fmt.Fprintf(w, "  %d. %s\n", i+1, line)
			}
			before = t.Steps
			fmt.Fprintf(w, "  proof: %s\n  then: springboardctl settings notes tick %s --by NAME%s\n", t.Proves, t.ID, map[bool]string{true: " --was VALUE"}[t.NeedsFormer()])
			continue
		}
		state := "ticked, not proven"
		if t.Ticked.Proven {
			state = "proven"
		}
		fmt.Fprintf(w, "%s: %s by %s, %s: %s\n", t.ID, state, t.Ticked.By, t.Ticked.At.Local().Format("2006-01-02 15:04"), t.Ticked.Says)
		if t.Ticked.Next != "" {
			fmt.Fprintf(w, "  %s\n", t.Ticked.Next)
		}
	}
	if before != nil {
		fmt.Fprintf(w, "The steps are the vendor's: %s\n", tasks[0].Source)
	}
}

// isVoltConfig tells whether a person means Domino Leap's settings.
func isVoltConfig(file string) bool {
	return strings.EqualFold(filepath.Base(strings.ReplaceAll(file, `\`, "/")), offline.VoltConfig)
}

// editNotes asks for a change in VoltConfig.nsf, shown as steps.
func (c *command) editNotes(ctx context.Context, schema string, e upgrade.Edit) error {
	op := offline.NotesOff
	switch e.Op {
	case upgrade.EditSet:
		op = offline.NotesValue
	case upgrade.EditUncomment:
		return usage("springboardctl settings uncomment: in VoltConfig.nsf a setting is enabled together with its value; use settings set")
	}
	s := c.desk.Settings()
	task, problems, err := s.PlanNotes(ctx, op, e.Key, e.Value)
	if err != nil {
		return err
	}
	if !c.dryRun {
		if err := s.AskNotes(ctx, task); err != nil {
			return err
		}
	}
	res := settingsResult{File: offline.VoltConfig, Changes: []settings.Change{}, Problems: problems, Notes: []wire.NotesTask{task}}
	err = c.object(schema, res, func(w io.Writer) {
		writeNotes(w, res.Notes)
		for _, p := range problems {
			c.say("warning: %s: %s", p.Code, p.Text)
		}
	})
	if err != nil || c.dryRun {
		return err
	}
	return verdict(ExitWaiting)
}
