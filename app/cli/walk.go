package cli

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"github.com/springboard-leap/springboard/platform/lab"
	"github.com/springboard-leap/springboard/upgrade"
)

// stage is one command of the practice walk, with the exit codes that are right for it.
type stage struct {
	root string
	why  string
	args []string
	want []int
}

// labWalk goes through a whole upgrade of a lab with the program's own commands, printing each and what it answers with --json.
func (c *command) labWalk() *cobra.Command {
	var o lab.Options
	cmd := &cobra.Command{
		Use:   "walk DIR",
		Short: "Walk through a whole upgrade of a lab, showing each command and its answer",
		Long:  "Makes a lab in DIR when there is none, serves it, and runs every command of an upgrade on it, from detect to the report. Each command is printed, with the answer that --json gives.",
		Args:  usageArgs(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			dir := absolute(args[0])
			if !lab.IsLab(dir) {
				o.Dir = dir
				if _, err := lab.Create(cmd.Context(), o); err != nil {
					return err
				}
			}
			l, err := lab.Open(dir)
			if err != nil {
				return err
			}
			ctx, cancel := c.limited(cmd.Context())
			defer cancel()
			return c.walk(ctx, l, dir)
		},
	}
	cmd.Flags().IntVar(&o.Apps, "apps", 200, "number of applications of a new lab")
	cmd.Flags().IntVar(&o.Fail, "fail", 7, "how many of them fail to upgrade")
	cmd.Flags().Uint64Var(&o.Seed, "seed", 1, "seed of a new lab")
	return cmd
}

// walk serves the lab, follows its log and runs the stages beside it.
func (c *command) walk(ctx context.Context, l *lab.Lab, dir string) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	serving := make(chan struct{})
	first := true
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error {
		return l.Serve(ctx, lab.ServeOptions{OnEvent: func(lab.Event) {
			if first {
				close(serving)
			}
			first = false
		}})
	})
	group.Go(func() error {
		defer stop()
		select {
		case <-serving:
		case <-ctx.Done():
			return ctx.Err()
		}
		for _, s := range walkStages(dir, time.Now().UTC().Format("20060102T150405Z")) {
			if err := c.stage(ctx, s); err != nil {
				return err
			}
		}
		return nil
	})
	if err := group.Wait(); err != nil && !errors.Is(err, context.Canceled) {
		return err
	}
	return nil
}

func walkStages(dir, stamp string) []stage {
	// A folder of its own for each walk, so that verify and prove mean this one's backup.
	backups, page := filepath.Join(dir, "springboard", "backups", stamp), filepath.Join(dir, "springboard", "report")
	ok := []int{ExitOK, ExitPartial}
	return []stage{
		{dir, "1 Survey: what is installed here", []string{"detect"}, ok},
		{dir, "1 Survey: which applications there are", []string{"apps", "census"}, ok},
		{dir, "1 Survey: may the upgrade begin? (a lab has its traces on)", []string{"check"}, []int{ExitOK, ExitPartial, ExitBlockers}},
		{dir, "4 Offline: traces off, as a diff first", []string{"check", "fix", "LEAP-TRACE-001"}, []int{ExitOK, ExitBlockers}},
		{dir, "3 Protect: what would be backed up", []string{"backup", "create", "--to", backups, "--dry-run"}, ok},
		{dir, "3 Protect: copy, read back, seal", []string{"backup", "create", "--to", backups}, ok},
		{dir, "3 Protect: verify", []string{"backup", "verify", backups}, ok},
		{dir, "3 Protect: prove it by a test restore", []string{"backup", "prove", backups}, ok},
		{dir, "5 Upgrade: the vendor's installer and Setup", []string{"lab", "upgrade", dir}, ok},
		{dir, "6 Applications: access each one", []string{"apps", "sweep"}, []int{ExitOK, ExitAppsFailed}},
		{dir, "6 Applications: which causes", []string{"apps", "clusters"}, ok},
		{dir, "6 Applications: does it add up?", []string{"apps", "ledger"}, []int{ExitOK, ExitAppsFailed}},
		{dir, "9 Sign off: the report", []string{"report", "write", "--to", page}, ok},
		{dir, "The run as it stands", []string{"run", "status"}, ok},
	}
}

// stage runs one command as a user would, and prints it before its answer.
func (c *command) stage(ctx context.Context, s stage) error {
	args := append([]string{"--root", s.root, "--json", "--yes"}, s.args...)
	c.say("\n== %s\n$ springboardctl %s", s.why, strings.Join(args, " "))
	code := Main(ctx, args, Streams{In: strings.NewReader(""), Out: c.Out, Err: c.Err})
	for _, want := range s.want {
		if code == want {
			c.say("(exit %d)", code)
			return nil
		}
	}
	return upgrade.NewFault("SB-9012", upgrade.KindFailed, nil, "command", strings.Join(s.args, " "), "exit", fmt.Sprint(code))
}
