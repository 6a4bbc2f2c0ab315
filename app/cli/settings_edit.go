package cli

import (
	"context"
	"fmt"
	"io"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/springboard-leap/springboard/app/wire"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/settings"
)

// editFlags say where an edit goes.
type editFlags struct {
	allNodes, keep, create bool
	wsadmin, wsadminShown  bool
}

func (e *editFlags) add(cmd *cobra.Command, scripts bool) {
	f := cmd.Flags()
	f.BoolVar(&e.allNodes, "all-nodes", false, "edit the copies of FILE on all nodes of this machine; when one fails the others are put back")
	if scripts {
		f.BoolVar(&e.create, "create", false, "make FILE when it does not exist")
	}
	f.BoolVar(&e.keep, "keep", false, "with --all-nodes: leave the other nodes changed when one fails")
	if scripts {
		f.BoolVar(&e.wsadminShown, "wsadmin", false, "print the change as wsadmin commands (Jython) and change nothing")
		f.BoolVar(&e.wsadmin, "wsadmin-run", false, "run these commands with the profile's wsadmin")
	}
}

func (c *command) settingsSet() *cobra.Command {
	var flags editFlags
	cmd := &cobra.Command{
		Use:   "set FILE KEY VALUE",
		Short: "Give a key a value; the diff is shown first",
		Long: "KEY is the key of a .properties file or notes.ini, a clear name of a server's setting such as trace-specification or system-out.rollover-mb, one -D option of\n" +
			"WebSphere's Java process as jvm-option.NAME, or a path to an attribute such as logging/@traceSpecification. settings get FILE lists them.",
		Args: usageArgs(cobra.ExactArgs(3)),
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.edit(cmd.Context(), "set", upgrade.Edit{File: args[0], Op: upgrade.EditSet, Key: args[1], Value: args[2]}, flags)
		},
	}
	flags.add(cmd, true)
	return cmd
}

func (c *command) settingsEdit(name string, what upgrade.EditOp) *cobra.Command {
	var flags editFlags
	short := map[upgrade.EditOp]string{upgrade.EditUnset: "Take a key out", upgrade.EditComment: "Turn a key into a comment", upgrade.EditUncomment: "Bring a commented key back"}[what]
	cmd := &cobra.Command{
		Use:   name + " FILE KEY",
		Short: short + "; the diff is shown first",
		Args:  usageArgs(cobra.ExactArgs(2)),
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.edit(cmd.Context(), name, upgrade.Edit{File: args[0], Op: what, Key: args[1]}, flags)
		},
	}
	flags.add(cmd, what == upgrade.EditUnset)
	return cmd
}

// edit plans an edit, shows its diff, and applies it when a person or --yes agrees.
func (c *command) edit(ctx context.Context, name string, e upgrade.Edit, flags editFlags) error {
	desk, err := c.open()
	if err != nil {
		return err
	}
	s := desk.Settings()
	why := fmt.Sprintf("%s %s in %s", name, e.Key, filepath.Base(e.File))
	schema := "settings." + name + "/1"
	if isVoltConfig(e.File) {
		return c.editNotes(ctx, schema, e)
	}
	if flags.allNodes {
		return c.editNodes(ctx, schema, why, e, flags)
	}
	if e.File, err = s.File(ctx, e.File); err != nil {
		return err
	}
	plan, err := s.Plan(ctx, why, e)
	if err == nil {
		err = c.meant(ctx, plan, e, flags)
	}
	if err != nil {
		return err
	}
	if flags.wsadmin || flags.wsadminShown {
		return c.editByScript(ctx, schema, plan, flags.wsadmin)
	}
	res, err := c.applyPlan(ctx, plan)
	if err != nil {
		return err
	}
	if err := c.settingsResult(schema, res); err != nil {
		return err
	}
	return editVerdict(res)
}

// meant refuses what is most likely a slip: a file that does not exist would be made (SB-5028), a key to be taken out, commented or brought back that stands nowhere
// (SB-9010). What is as asked for already is no slip.
func (c *command) meant(ctx context.Context, plan settings.Plan, e upgrade.Edit, flags editFlags) error {
	for _, f := range plan.Files {
		if f.Changed() && f.BeforeSHA256 == "" && !flags.create {
			return upgrade.NewFault("SB-5028", upgrade.KindFailed, nil, "file", f.File)
		}
	}
	if plan.Changed() || e.Op == upgrade.EditSet || settings.KindOf(e.File, nil) != settings.KindProperties {
		return nil
	}
	s := c.desk.Settings()
	found, err := s.Find(ctx, e.File, e.Key)
	if err != nil || len(found) > 0 {
		return err
	}
	back, err := s.Plan(ctx, "", upgrade.Edit{File: e.File, Op: upgrade.EditUncomment, Key: e.Key})
	if err != nil || back.Changed() && e.Op != upgrade.EditUncomment {
		return err // it is commented out, so nothing has to be done
	}
	return upgrade.NewFault("SB-9010", upgrade.KindFailed, nil, "key", e.Key, "file", e.File)
}

// planned is the answer that tells what a plan does.
func planned(plan settings.Plan) settingsResult {
	res := settingsResult{Changes: []settings.Change{}, Diff: plan.Diff()}
	for _, f := range plan.Files {
		res.File = f.File
		res.Changes = append(res.Changes, f.Changes...)
		res.Problems = append(res.Problems, f.Problems...)
	}
	return res
}

// editNodes edits every copy of a file and tells what became of each.
func (c *command) editNodes(ctx context.Context, schema, why string, e upgrade.Edit, flags editFlags) error {
	s := c.desk.Settings()
	copies, elsewhere, err := s.Copies(ctx, e.File)
	if err != nil {
		return err
	}
	nodes, edits := map[string]string{}, []upgrade.Edit{}
	for _, f := range copies {
		one := e
		one.File, nodes[f.Path] = f.Path, f.Node
		edits = append(edits, one)
	}
	plan, err := s.Plan(ctx, why, edits...)
	if err != nil {
		return err
	}
	res := planned(plan)
	res.Elsewhere = elsewhere
	if plan.Changed() && !c.dryRun {
		if c.canAsk() && !c.yes {
			fmt.Fprint(c.Err, res.Diff)
			if err := c.agree(fmt.Sprintf("Apply this change to %d files?", len(plan.Files))); err != nil {
				return err
			}
		}
		if res.Nodes, err = s.ApplyNodes(ctx, plan, nodes, flags.keep); err != nil {
			return err
		}
	}
	failed := 0
	for _, n := range res.Nodes {
		switch n.State {
		case wire.NodeFailed:
			failed++
		case wire.NodeChanged:
			res.Applied = true
		}
	}
	err = c.object(schema, res, func(w io.Writer) {
		fmt.Fprint(w, res.Diff)
		for _, n := range res.Nodes {
			fmt.Fprintf(w, "%s: %s: %s %s\n", n.Node, n.File, n.State, n.Problem)
		}
		for _, n := range res.Elsewhere {
			c.say("The copy of node %s is on another machine: make the change there too.", n)
		}
	})
	if err != nil || failed == 0 {
		return err
	}
	if !c.json {
		return upgrade.NewFault("SB-5024", upgrade.KindPartial, nil, "failed", fmt.Sprint(failed), "count", fmt.Sprint(len(res.Nodes)))
	}
	return verdict(ExitPartial)
}

// editByScript offers a plan as commands for the deployment manager, and runs them when asked.
func (c *command) editByScript(ctx context.Context, schema string, plan settings.Plan, run bool) error {
	script, err := settings.WSAdmin(plan)
	if err != nil {
		return err
	}
	res := planned(plan)
	res.WSAdmin = &wire.Scripted{Script: script}
	if run && plan.Changed() && !c.dryRun {
		if c.canAsk() && !c.yes {
			fmt.Fprint(c.Err, script.Do)
			if err := c.agree("Run these commands?"); err != nil {
				return err
			}
		}
		done, err := c.desk.Settings().RunScript(ctx, plan, script)
		if err != nil {
			fmt.Fprint(c.Err, done.Output)
			return err
		}
		res.WSAdmin, res.Applied = &done, true
	}
	return c.object(schema, res, func(w io.Writer) {
		if !res.Applied {
			fmt.Fprint(w, script.Do)
			return
		}
		fmt.Fprint(w, res.WSAdmin.Output)
		c.say("Changed through wsadmin. The script that takes it back is kept beside %s", res.WSAdmin.File)
	})
}
