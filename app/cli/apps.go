package cli

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/springboard-leap/springboard/app/wire"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/apps"
	"github.com/springboard-leap/springboard/upgrade/op"
)

// appsResult is the answer of the apps commands: the ledger, and what the command did.
type appsResult struct {
	apps.Board
	Source   string            `json:"source,omitempty"`
	At       time.Time         `json:"at,omitzero"`
	Since    time.Time         `json:"upgrade_began,omitzero"` // evidence from before it is old
	Sweep    *apps.SweepResult `json:"sweep,omitempty"`
	Rows     int               `json:"rows,omitempty"` // of an imported table
	Warnings []string          `json:"warnings,omitempty"`
}

// ledger is the sum without the applications.
type ledger struct {
	Totals   map[upgrade.AppState]int `json:"totals"`
	Census   int                      `json:"census"`
	Closed   bool                     `json:"closed"`
	Extra    []upgrade.App            `json:"extra"`
	Problems []string                 `json:"problems"`
}

// accessLine is a line of apps sweep: one access.
type accessLine struct {
	Event  string      `json:"event"`
	Access apps.Access `json:"access"`
}

type clustersResult struct {
	Applications int            `json:"applications"` // that failed
	Causes       int            `json:"causes"`
	Clusters     []apps.Cluster `json:"clusters"`
}

func (c *command) appsCmd() *cobra.Command {
	return group("apps", "The applications: before, now, and why some failed",
		c.appsCensus(), c.appsStatus(), c.appsImport(), c.appsSweep(), c.appsClusters(), c.appsLedger())
}

func (c *command) appsCensus() *cobra.Command {
	return c.appsRead("census", "Take the census: list all applications and keep the list in the run", func(ctx context.Context, a *wire.Apps) (appsResult, error) {
		snap, err := a.Census(ctx)
		if err != nil {
			return appsResult{}, err
		}
		return appsResult{Board: apps.Build(apps.Input{Census: snap.Entries, HasCensus: true}), Source: snap.Source, At: snap.At}, nil
	}, func(w io.Writer, r appsResult) {
		fmt.Fprintf(w, "%d applications, listed by %s\n", r.Census, r.Source)
	}, false)
}

func (c *command) appsImport() *cobra.Command {
	cmd := c.appsRead("import FILE", "Take over APP_UPGRADE from the output of the db2 command line, or from a CSV export", nil, nil, false)
	cmd.Args = usageArgs(cobra.ExactArgs(1))
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		desk, err := c.open()
		if err != nil {
			return err
		}
		rows, err := desk.Apps().Import(cmd.Context(), args[0])
		if err != nil {
			return err
		}
		st, err := desk.Apps().Status(cmd.Context())
		if err != nil {
			return err
		}
		res := resultOf(st)
		res.Rows = rows
		return c.object("apps.import/1", res, func(w io.Writer) {
			fmt.Fprintf(w, "%d rows taken over from %s\n", rows, args[0])
			printTotals(w, res.Board)
		})
	}
	return cmd
}

func (c *command) appsStatus() *cobra.Command {
	var states []string
	cmd := c.appsRead("status", "The state of every application, with its evidence from every source", func(ctx context.Context, a *wire.Apps) (appsResult, error) {
		for _, s := range states {
			if !slices.Contains(upgrade.AppStates, upgrade.AppState(s)) {
				return appsResult{}, usage("--state %s: the states are %v", s, upgrade.AppStates)
			}
		}
		st, err := a.Status(ctx)
		if err != nil {
			return appsResult{}, err
		}
		res := resultOf(st)
		if len(states) > 0 {
			res.Apps = slices.DeleteFunc(slices.Clone(res.Apps), func(x upgrade.App) bool { return !slices.Contains(states, string(x.State)) })
		}
		return res, nil
	}, func(w io.Writer, r appsResult) {
		rows := [][]string{{"STATE", "SECONDS", "RECORDS", "UID", "NAME", "WHY"}}
		for _, a := range r.Apps {
			records := "-"
			if a.Records != nil {
				records = fmt.Sprint(*a.Records)
			}
			why := a.Error
			if a.Conflict != "" {
				why = a.Conflict
			}
			rows = append(rows, []string{string(a.State), fmt.Sprintf("%.2f", a.Seconds), records, a.UID, a.Name, cut(why, 160)})
		}
		fitted(w, rows...)
		printTotals(w, r.Board)
	}, true)
	cmd.Flags().StringSliceVar(&states, "state", nil, "only applications in these states")
	return cmd
}

func (c *command) appsLedger() *cobra.Command {
	return &cobra.Command{
		Use:   "ledger",
		Short: "The sum: how many in which state, and whether they add up to the census",
		Args:  usageArgs(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return c.appsBoard(cmd.Context(), func(b apps.Board) error {
				return c.object("apps.ledger/1", ledger{b.Totals, b.Census, b.Closed, b.Extra, b.Problems}, func(w io.Writer) { printTotals(w, b) })
			}, true)
		},
	}
}

func (c *command) appsClusters() *cobra.Command {
	return &cobra.Command{
		Use:   "clusters",
		Short: "Failed applications grouped by cause",
		Args:  usageArgs(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return c.appsBoard(cmd.Context(), func(b apps.Board) error {
				res := clustersResult{Clusters: apps.Clusters(b)}
				if res.Clusters == nil {
					res.Clusters = []apps.Cluster{}
				}
				res.Causes = len(res.Clusters)
				for _, cl := range res.Clusters {
					res.Applications += cl.Count
				}
				return c.object("apps.clusters/1", res, func(w io.Writer) {
					fmt.Fprintf(w, "%d applications failed, %d causes\n", res.Applications, res.Causes)
					for _, cl := range res.Clusters {
						fmt.Fprintf(w, "\n%d: %s\n", cl.Count, cl.Root)
						for _, cause := range cl.Causes {
							fmt.Fprintf(w, "   %s\n", cut(cause, 160))
						}
						fmt.Fprintf(w, "   %s\n", strings.Join(cl.Names, ", "))
					}
				})
			}, false)
		},
	}
}

func (c *command) appsBoard(ctx context.Context, show func(apps.Board) error, judge bool) error {
	desk, err := c.open()
	if err != nil {
		return err
	}
	ctx, cancel := c.limited(ctx)
	defer cancel()
	st, err := desk.Apps().Status(ctx)
	if err != nil {
		return err
	}
	if err := show(st.Board); err != nil {
		return err
	}
	for _, w := range st.Warnings {
		c.say("warning: %s", explain(w).What)
	}
	if !judge {
		return nil
	}
	return c.judge(st.Board)
}

// appsRead is a command that reads and prints a ledger. With judge its exit code tells whether every application came through.
func (c *command) appsRead(use, short string, read func(context.Context, *wire.Apps) (appsResult, error), text func(io.Writer, appsResult), judge bool) *cobra.Command {
	name, _, _ := strings.Cut(use, " ")
	return &cobra.Command{
		Use: use, Short: short, Args: usageArgs(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			desk, err := c.open()
			if err != nil {
				return err
			}
			ctx, cancel := c.limited(cmd.Context())
			defer cancel()
			res, err := read(ctx, desk.Apps())
			if err != nil {
				return err
			}
			if err := c.object("apps."+name+"/1", res, func(w io.Writer) { text(w, res) }); err != nil {
				return err
			}
			for _, warning := range res.Warnings {
				c.say("warning: %s", warning)
			}
			if !judge {
				return nil
			}
			return c.judge(res.Board)
		},
	}
}

// judge makes the exit code of a ledger: 0 only when every application came through.
func (c *command) judge(b apps.Board) error {
	err := b.Err()
	if err == nil {
		return nil
	}
	t := explain(err)
	c.say("springboardctl: %s %s (%s)", t.What, t.Next, t.Code)
	return verdict(exitOf[upgrade.KindOf(err)])
}

func (c *command) appsSweep() *cobra.Command {
	var o apps.SweepOptions
	var again bool
	cmd := &cobra.Command{
		Use:   "sweep",
		Short: "Access each application once, so that it upgrades now and not when its first user comes",
		Args:  usageArgs(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			c.lines = true
			desk, err := c.open()
			if err != nil {
				return err
			}
			ctx, cancel := c.limited(cmd.Context())
			defer cancel()
			o.OnResult = func(a apps.Access) error {
				return c.event("apps.sweep/1", accessLine{"access", a}, fmt.Sprintf("%-9s %5.2f s  %s  %s", a.Says, a.Seconds, a.UID, a.Name))
			}
			var swept apps.SweepResult
			err = c.operate(ctx, "apps.sweep/1", "sweep", "Access applications", func(ctx context.Context, rep op.Reporter) error {
				var err error
				swept, err = desk.Apps().Sweep(ctx, rep, o, again)
				return err
			})
			if err != nil {
				return err
			}
			st, err := desk.Apps().Status(ctx)
			if err != nil {
				return err
			}
			res := resultOf(st)
			res.Sweep = &swept
			if err := c.object("apps.sweep/1", res, func(w io.Writer) { printTotals(w, res.Board) }); err != nil {
				return err
			}
			for _, warning := range res.Warnings {
				c.say("warning: %s", warning)
			}
			return c.judge(res.Board)
		},
	}
	cmd.Flags().IntVar(&o.Workers, "workers", 0, "applications accessed at the same time (default 4)")
	cmd.Flags().DurationVar(&o.Timeout, "access-timeout", 0, "for one application (default 10m)")
	cmd.Flags().IntVar(&o.Tries, "tries", 0, "accesses at most for one that gave no usable answer (default 2)")
	cmd.Flags().BoolVar(&again, "again", false, "access also those that are settled already")
	return cmd
}

func resultOf(st wire.Status) appsResult {
	res := appsResult{Board: st.Board, Since: st.Since, Source: st.Source, At: st.At}
	for _, w := range st.Warnings {
		res.Warnings = append(res.Warnings, explain(w).What)
	}
	return res
}

func printTotals(w io.Writer, b apps.Board) {
	var parts []string
	for _, s := range upgrade.AppStates {
		if n := b.Totals[s]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, s))
		}
	}
	state := "the ledger is closed"
	if !b.Closed {
		state = "the ledger is OPEN"
	}
	fmt.Fprintf(w, "%d applications: %s; %s\n", b.Census, strings.Join(parts, ", "), state)
	for _, p := range b.Problems {
		fmt.Fprintf(w, "  %s\n", p)
	}
}

// cut shortens a text to one line of at most n characters.
func cut(s string, n int) string {
	s, _, _ = strings.Cut(s, "\n")
	if r := []rune(s); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return s
}
