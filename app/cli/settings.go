package cli

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

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
}

func (c *command) settingsCmd() *cobra.Command {
	return group("settings", "Read and edit settings files so that no other byte changes",
		c.settingsGet(), c.settingsSet(), c.settingsEdit("unset", upgrade.EditUnset), c.settingsEdit("comment", upgrade.EditComment),
		c.settingsEdit("uncomment", upgrade.EditUncomment), c.settingsDiff(), c.settingsUndo(), c.settingsValidate(), c.settingsReapply(), c.settingsCompare())
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
			return c.object("settings.get/1", res, func(w io.Writer) {
				for _, f := range found {
					if len(args) == 2 && f.Overridden {
						continue
					}
					if len(args) == 2 {
						fmt.Fprintln(w, f.Value)
						continue
					}
					fmt.Fprintf(w, "%s = %s\n", f.Key, f.Value)
				}
			})
		},
	}
}

func (c *command) settingsSet() *cobra.Command {
	return &cobra.Command{
		Use:   "set FILE KEY VALUE",
		Short: "Give a key a value; the diff is shown first",
		Args:  usageArgs(cobra.ExactArgs(3)),
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.edit(cmd.Context(), "set", upgrade.Edit{File: args[0], Op: upgrade.EditSet, Key: args[1], Value: args[2]})
		},
	}
}

func (c *command) settingsEdit(name string, what upgrade.EditOp) *cobra.Command {
	short := map[upgrade.EditOp]string{upgrade.EditUnset: "Take a key out", upgrade.EditComment: "Turn a key into a comment", upgrade.EditUncomment: "Bring a commented key back"}[what]
	return &cobra.Command{
		Use:   name + " FILE KEY",
		Short: short + "; the diff is shown first",
		Args:  usageArgs(cobra.ExactArgs(2)),
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.edit(cmd.Context(), name, upgrade.Edit{File: args[0], Op: what, Key: args[1]})
		},
	}
}

// edit plans an edit, shows its diff, and applies it when a person or --yes agrees.
func (c *command) edit(ctx context.Context, name string, e upgrade.Edit) error {
	desk, err := c.open()
	if err != nil {
		return err
	}
	s := desk.Settings()
	if e.File, err = s.File(ctx, e.File); err != nil {
		return err
	}
	plan, err := s.Plan(ctx, fmt.Sprintf("%s %s in %s", name, e.Key, filepath.Base(e.File)), e)
	if err != nil {
		return err
	}
	res, err := c.applyPlan(ctx, plan)
	if err != nil {
		return err
	}
	return c.settingsResult("settings."+name+"/1", res)
}

// applyPlan shows a plan's diff and applies it with consent. A script that gives --json has looked at nothing, and is taken at its word.
func (c *command) applyPlan(ctx context.Context, plan settings.Plan) (settingsResult, error) {
	res := settingsResult{Changes: []settings.Change{}, Diff: plan.Diff()}
	for _, f := range plan.Files {
		res.File = f.File
		res.Changes = append(res.Changes, f.Changes...)
		res.Problems = append(res.Problems, f.Problems...)
	}
	if c.dryRun || !plan.Changed() {
		return res, nil
	}
	if c.canAsk() && !c.yes {
		fmt.Fprint(c.Err, res.Diff)
		if err := c.agree("Apply this change?"); err != nil {
			return res, err
		}
	}
	done, err := c.desk.Settings().Apply(ctx, plan)
	if err != nil {
		return res, err
	}
	res.Applied = len(done) > 0
	for _, r := range done {
		res.Record = r.ID
	}
	return res, nil
}

func (c *command) settingsResult(schema string, res settingsResult) error {
	return c.object(schema, res, func(w io.Writer) {
		fmt.Fprint(w, res.Diff)
		for _, p := range res.Problems {
			if slices.ContainsFunc(res.Changes, func(ch settings.Change) bool { return ch.Key == p.Key }) {
				c.say("warning: %s:%d: %s: %s", filepath.Base(res.File), p.Line, p.Code, p.Text)
			}
		}
		switch {
		case res.Diff == "":
			c.say("Nothing to change in %s", res.File)
		case res.Applied:
			c.say("Changed. To take it back: springboardctl settings undo %s", res.File)
		}
	})
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
	return &cobra.Command{
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
				fmt.Fprintf(w, "%s is as it was before %s\n", file, rec.ID)
			})
		},
	}
}

func (c *command) settingsValidate() *cobra.Command {
	return &cobra.Command{
		Use:   "validate FILE",
		Short: "Look for what is odd: duplicate keys, bad escapes, wrong encodings, values that cannot be right",
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
			problems, err := desk.Settings().Problems(cmd.Context(), file)
			if err != nil {
				return err
			}
			err = c.object("settings.validate/1", settingsResult{File: file, Changes: []settings.Change{}, Problems: problems}, func(w io.Writer) {
				for _, p := range problems {
					fmt.Fprintf(w, "%s:%d: %s: %s\n", file, p.Line, p.Code, p.Text)
				}
				if len(problems) == 0 {
					fmt.Fprintln(w, "nothing odd")
				}
			})
			if err == nil && len(problems) > 0 {
				return verdict(ExitPartial)
			}
			return err
		},
	}
}
