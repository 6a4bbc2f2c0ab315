package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/springboard-leap/springboard/app/wire"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/settings"
)

// settingsResult is the answer of every settings command.
type settingsResult struct {
	File     string             `json:"file"`
	Changes  []settings.Change  `json:"changes"`
	Diff     string             `json:"diff"`
	Applied  bool               `json:"applied"`
	Record   string             `json:"record,omitempty"` // of the undo
	Settings []upgrade.Setting  `json:"settings,omitempty"`
	Problems []settings.Problem `json:"problems,omitempty"`
	// Reached is what was seen at the addresses over the network.
	Reached []settings.Reached `json:"reached,omitempty"`
	// Names are the clear names that settings of the file have.
	Names []settings.Name `json:"names,omitempty"`
	// Nodes tells what became of each copy when all nodes were edited; Elsewhere names the nodes on other machines.
	Nodes     []wire.NodeOutcome `json:"nodes,omitempty"`
	Elsewhere []string           `json:"elsewhere,omitempty"`
	// Notes are the steps for a Notes client, where the settings are Domino Leap's.
	Notes []wire.NotesTask `json:"notes,omitempty"`
	// WSAdmin is the change as commands for the deployment manager.
	WSAdmin *wire.Scripted `json:"wsadmin,omitempty"`
}

func (c *command) settingsCmd() *cobra.Command {
	return group("settings", "Read and edit settings files so that no other byte changes",
		c.settingsGet(), c.settingsSet(), c.settingsEdit("unset", upgrade.EditUnset), c.settingsEdit("comment", upgrade.EditComment),
		c.settingsEdit("uncomment", upgrade.EditUncomment), c.settingsDiff(), c.settingsUndo(), c.settingsValidate(), c.settingsReapply(), c.settingsCompare(), c.settingsNotes())
}

func (c *command) settingsGet() *cobra.Command {
	return &cobra.Command{
		Use:   "get FILE [KEY]",
		Short: "Print the value of a key as Java reads it, or all keys",
		Args:  usageArgs(cobra.RangeArgs(1, 2)),
		RunE: func(cmd *cobra.Command, args []string) error {
			desk, err := c.open()
			if err != nil {
				return err
			}
			s := desk.Settings()
			if isVoltConfig(args[0]) {
				return upgrade.NewFault("SB-5033", upgrade.KindUnsupported, nil)
			}
			file, err := s.File(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			var found []upgrade.Setting
			if len(args) == 2 {
				found, err = s.Find(cmd.Context(), file, args[1])
			} else {
				found, err = s.All(cmd.Context(), file)
			}
			if err != nil {
				return err
			}
			if len(found) == 0 && len(args) == 2 {
				return upgrade.NewFault("SB-9010", upgrade.KindFailed, nil, "key", args[1], "file", file)
			}
			for i := range found {
				found[i].Value = settings.Masked(found[i].Key, found[i].Value)
			}
			res := settingsResult{File: file, Changes: []settings.Change{}, Settings: found}
			if res.Names, err = s.Names(cmd.Context(), file); err != nil {
				return err
			}
			return c.object("settings.get/1", res, func(w io.Writer) {
				for _, f := range namedFirst(found) {
					if len(args) == 2 && f.Overridden {
						continue
					}
					if len(args) == 2 {
						fmt.Fprintln(w, f.Value)
						continue
					}
					if f.Name != "" {
						fmt.Fprintf(w, "# %s\n", f.Name)
					}
					fmt.Fprintf(w, "%s = %s\n", f.Key, f.Value)
				}
				c.sayUnset(res)
			})
		},
	}
}

// namedFirst puts the settings that have clear names before the others: a server.xml has hundreds of attributes.
func namedFirst(all []upgrade.Setting) []upgrade.Setting {
	named := slices.DeleteFunc(slices.Clone(all), func(s upgrade.Setting) bool { return s.Name == "" })
	return append(named, slices.DeleteFunc(slices.Clone(all), func(s upgrade.Setting) bool { return s.Name != "" })...)
}

// applyPlan shows a plan's diff and applies it with consent. A script that gives --json has looked at nothing, and is taken at its word.
func (c *command) applyPlan(ctx context.Context, plan settings.Plan) (settingsResult, error) {
	res := planned(plan)
	if c.dryRun || !plan.Changed() {
		return res, nil
	}
	if c.canAsk() && !c.yes {
		fmt.Fprint(c.Err, res.Diff)
		c.sayOdd(res)
		if err := c.agree("Apply this change?"); err != nil {
			return res, err
		}
	}
	done, err := c.desk.Settings().Apply(ctx, plan)
	if err != nil {
		c.showConflict(err)
		return res, err
	}
	res.Applied = len(done) > 0
	for _, r := range done {
		res.Record = r.ID
	}
	return res, nil
}

// showConflict prints both sides of a conflict: what this command would have changed, and what another program changed meanwhile.
func (c *command) showConflict(err error) {
	var both *settings.Conflict
	if !errors.As(err, &both) || c.json {
		return
	}
	fmt.Fprintf(c.Err, "What this command would have changed:\n%sWhat another program changed since:\n%s", both.Ours, both.Theirs)
	if len(both.Both) > 0 {
		c.say("Both changed: %s", strings.Join(both.Both, ", "))
	} else {
		c.say("The two changes do not touch each other.")
	}
}

func (c *command) settingsResult(schema string, res settingsResult) error {
	return c.object(schema, res, func(w io.Writer) {
		fmt.Fprint(w, res.Diff)
		c.sayOdd(res)
		switch {
		case res.Diff == "":
			c.say("Nothing to change in %s", res.File)
		case res.Applied:
			c.say("Changed. To take it back: springboardctl settings undo %s", res.File)
		}
	})
}

// sayOdd warns of what is odd about the keys that change.
func (c *command) sayOdd(res settingsResult) {
	for _, p := range oddChanges(res) {
		c.say("warning: %s:%d: %s: %s", filepath.Base(res.File), p.Line, p.Code, p.Text)
	}
}

func oddChanges(res settingsResult) (out []settings.Problem) {
	for _, p := range res.Problems {
		if slices.ContainsFunc(res.Changes, func(ch settings.Change) bool { return ch.After != nil && isAbout(p, ch) }) {
			out = append(out, p)
		}
	}
	return out
}

// isAbout tells whether a problem is about the key that a change is about; the path to an attribute may be written in more than one way.
func isAbout(p settings.Problem, ch settings.Change) bool {
	_, attr, isPath := strings.Cut(ch.Key, "/@")
	return ch.Key == p.Key || isPath && ch.Line == p.Line && strings.HasSuffix(p.Key, "/@"+attr)
}

// editVerdict is exit code 3 for a change that was made as asked and cannot be right.
func editVerdict(res settingsResult) error {
	for _, p := range oddChanges(res) {
		if p.Code == settings.ProblemInvalidValue || p.Code == settings.ProblemMisspelled {
			return verdict(ExitPartial)
		}
	}
	return nil
}

// sayUnset names the settings that the file could have and does not.
func (c *command) sayUnset(res settingsResult) {
	if len(res.Settings) < 2 {
		return
	}
	for _, n := range res.Names {
		if !slices.ContainsFunc(res.Settings, func(s upgrade.Setting) bool { return s.Name == n.Name }) {
			c.say("not set: %s (%s)", n.Name, n.Meaning)
		}
	}
}

func (c *command) settingsDiff() *cobra.Command {
	return &cobra.Command{
		Use:   "diff FILE",
		Short: "Show what this run changed in a file",
		Args:  usageArgs(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			desk, err := c.open()
			if err != nil {
				return err
			}
			file, err := desk.Settings().File(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			p, err := desk.Settings().Pending(cmd.Context(), file)
			if err != nil {
				return err
			}
			return c.settingsResult("settings.diff/1", settingsResult{File: file, Changes: p.Changes, Diff: p.Diff})
		},
	}
}

func (c *command) settingsUndo() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "undo FILE",
		Short: "Take the last change of a file back, byte for byte",
		Args:  usageArgs(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			desk, err := c.open()
			if err != nil {
				return err
			}
			file, err := desk.Settings().File(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			if c.dryRun {
				p, err := desk.Settings().Pending(cmd.Context(), file)
				if err != nil {
					return err
				}
				return c.settingsResult("settings.undo/1", settingsResult{File: file, Changes: p.Changes, Diff: p.Diff})
			}
			rec, err := desk.Settings().Undo(cmd.Context(), file)
			if err != nil {
				return err
			}
			res := settingsResult{File: file, Changes: rec.Changes, Diff: rec.Diff, Applied: true, Record: rec.ID}
			return c.object("settings.undo/1", res, func(w io.Writer) {
				if rec.TakenBack != nil {
					fmt.Fprintf(w, "%s was edited meanwhile: as before %s are %s; the other edits stay\n", file, rec.ID, strings.Join(rec.TakenBack.Keys, ", "))
					return
				}
				fmt.Fprintf(w, "%s is as it was before %s\n", file, rec.ID)
			})
		},
	}
	c.preferFlag(cmd)
	return cmd
}
