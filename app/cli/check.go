package cli

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/springboard-leap/springboard/app/wire"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/preflight"
)

// checkResult is the answer of check.
type checkResult struct {
	Phase    preflight.Phase          `json:"phase"`
	Findings []upgrade.Finding        `json:"findings"`
	Summary  map[upgrade.Severity]int `json:"summary"`
	Stopping int                      `json:"stopping"` // blockers and unknowns that nobody waived
}

// oneResult is the answer of check fix, waive and attest.
type oneResult struct {
	Finding upgrade.Finding `json:"finding"`
	*settingsResult
}

func (c *command) checkCmd() *cobra.Command {
	var o wire.CheckOptions
	var phase string
	cmd := &cobra.Command{
		Use:   "check [CODE...]",
		Short: "Run the checks that tell whether the upgrade may begin",
		RunE: func(cmd *cobra.Command, args []string) error {
			o.Phase, o.Codes, o.Look = preflight.Phase(phase), args, c.dryRun
			return c.check(cmd.Context(), o)
		},
	}
	c.checkFlags(cmd, &o, &phase)
	c.databaseTools(cmd)
	cmd.AddCommand(c.checkFix(), c.checkWaive(), c.checkAttest())
	return cmd
}

func (c *command) checkFlags(cmd *cobra.Command, o *wire.CheckOptions, phase *string) {
	f := cmd.Flags()
	f.StringVar(phase, "phase", string(preflight.Survey), "survey, protect, offline or reopen: some checks depend on whether the server is meant to run")
	f.StringVar(&o.Target.Version, "target-version", "", "version that will be installed, e.g. 9.3.12")
	f.StringVar(&o.Target.BackupDir, "backup-to", "", "folder that backups will go to")
	f.TextVar(&o.Target.Begin, "window-begin", time.Time{}, "begin of the maintenance window, RFC 3339")
	f.TextVar(&o.Target.End, "window-end", time.Time{}, "end of the maintenance window, RFC 3339")
}

func (c *command) check(ctx context.Context, o wire.CheckOptions) error {
	desk, err := c.open()
	if err != nil {
		return err
	}
	ctx, cancel := c.limited(ctx)
	defer cancel()
	findings, err := desk.Checks().Run(ctx, o)
	if err != nil {
		return err
	}
	res := checkResult{Phase: o.Phase, Findings: findings, Summary: preflight.Summary(findings), Stopping: len(preflight.Stopping(findings))}
	if err := c.object("check/1", res, func(w io.Writer) { res.text(w) }); err != nil {
		return err
	}
	switch {
	case res.Stopping > 0:
		return verdict(ExitBlockers)
	case res.Summary[upgrade.Warning] > 0:
		return verdict(ExitPartial)
	}
	return nil
}

func (r checkResult) text(w io.Writer) {
	for _, s := range upgrade.Severities {
		for _, f := range r.Findings {
			if f.Severity == s {
				printFinding(w, f, s == upgrade.OK || s == upgrade.Info)
			}
		}
	}
	var parts []string
	for _, s := range upgrade.Severities {
		parts = append(parts, fmt.Sprintf("%d %s", r.Summary[s], s))
	}
	fmt.Fprintf(w, "\n%s\n", strings.Join(parts, ", "))
	if r.Stopping > 0 {
		fmt.Fprintf(w, "%d of them keep the upgrade from going on: fix them, or waive them by name and reason.\n", r.Stopping)
	}
}

func printFinding(w io.Writer, f upgrade.Finding, brief bool) {
	waived := ""
	if f.Waived {
		waived = " (waived by " + f.Waiver.By + ": " + f.Waiver.Why + ")"
	}
	fmt.Fprintf(w, "%-8s %-14s %s: %s%s\n", f.Severity, f.Code, f.Title, f.Summary, waived)
	if brief {
		return
	}
	for _, e := range f.Evidence {
		fmt.Fprintf(w, "         seen: %s\n", cut(e.String(), 200))
	}
	if f.Remedy != "" {
		fmt.Fprintf(w, "         next: %s\n", f.Remedy)
	}
	switch {
	case f.Fixable:
		fmt.Fprintf(w, "         fix:  springboardctl check fix %s\n", f.Code)
	case f.NeedsPerson && f.Attested == nil:
		fmt.Fprintf(w, "         tick: springboardctl check attest %s --by NAME\n", f.Code)
	}
}

func (c *command) checkFix() *cobra.Command {
	var o wire.CheckOptions
	var phase string
	cmd := &cobra.Command{
		Use:   "fix CODE",
		Short: "Fix what a check found: the diff first, then the change, then the check again",
		Args:  usageArgs(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			o.Phase = preflight.Phase(phase)
			desk, err := c.open()
			if err != nil {
				return err
			}
			ctx, cancel := c.limited(cmd.Context())
			defer cancel()
			plan, err := desk.Checks().Fix(ctx, o, args[0])
			if err != nil {
				return err
			}
			changed, err := c.applyPlan(ctx, plan)
			if err != nil {
				return err
			}
			o.Codes, o.Look = args[:1], c.dryRun
			after, err := desk.Checks().Run(ctx, o)
			if err != nil {
				return err
			}
			return c.one("check.fix/1", after, args[0], &changed)
		},
	}
	c.checkFlags(cmd, &o, &phase)
	return cmd
}

// one prints the finding with a code, and the change that was made for it. It exits with blockers found when the finding still stops.
func (c *command) one(schema string, findings []upgrade.Finding, code string, changed *settingsResult) error {
	for _, f := range findings {
		if !strings.EqualFold(f.Code, code) {
			continue
		}
		err := c.object(schema, oneResult{f, changed}, func(w io.Writer) {
			if changed != nil {
				fmt.Fprint(w, changed.Diff)
			}
			printFinding(w, f, false)
		})
		if err == nil && f.Stops() && !c.dryRun {
			return verdict(ExitBlockers)
		}
		return err
	}
	return upgrade.NewFault("SB-5050", upgrade.KindUsage, nil, "code", code)
}

func (c *command) checkWaive() *cobra.Command {
	var by, why string
	cmd := &cobra.Command{
		Use:   "waive CODE --by NAME --why TEXT",
		Short: "Take the responsibility for a finding; name and reason are printed in the report",
		Args:  usageArgs(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.decide(cmd.Context(), "check.waive/1", args[0], func(k *wire.Checks) error { return k.Waive(cmd.Context(), args[0], by, why) })
		},
	}
	cmd.Flags().StringVar(&by, "by", "", "your name")
	cmd.Flags().StringVar(&why, "why", "", "the reason")
	return cmd
}

func (c *command) checkAttest() *cobra.Command {
	var by string
	cmd := &cobra.Command{
		Use:   "attest CODE --by NAME",
		Short: "Tick what only a person can know",
		Args:  usageArgs(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.decide(cmd.Context(), "check.attest/1", args[0], func(k *wire.Checks) error { return k.Attest(cmd.Context(), args[0], by) })
		},
	}
	cmd.Flags().StringVar(&by, "by", "", "your name")
	return cmd
}

func (c *command) decide(ctx context.Context, schema, code string, decide func(*wire.Checks) error) error {
	desk, err := c.open()
	if err != nil {
		return err
	}
	ctx, cancel := c.limited(ctx)
	defer cancel()
	if err := decide(desk.Checks()); err != nil {
		return err
	}
	after, err := desk.Checks().Run(ctx, wire.CheckOptions{Codes: []string{code}})
	if err != nil {
		return err
	}
	return c.one(schema, after, code, nil)
}
