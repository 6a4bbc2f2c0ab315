package cli

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/springboard-leap/springboard/app/wire"
)

// offlineResult is the answer of the offline commands.
type offlineResult struct {
	wire.OfflineStatus
	Diff string `json:"diff,omitempty"` // of begin
	Back int    `json:"back,omitempty"` // files that end put back
}

func (c *command) offlineCmd() *cobra.Command {
	return group("offline", "Take Leap's settings offline for the upgrade, and bring them back", c.offlineBegin(), c.offlineEnd(), c.offlineStatus())
}

func (c *command) offlineBegin() *cobra.Command {
	var direct string
	cmd := &cobra.Command{
		Use:   "begin",
		Short: "Comment serverURI out (or switch it to --direct), traces off; the diff first",
		Long: "Comments serverURI out, or switches it to the address that reaches the server directly, and takes Leap's trace strings out of the configuration. " +
			"The web server or load balancer in front is switched by its administrator; the probes of offline status tell who can reach what.",
		Args: usageArgs(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			desk, err := c.open()
			if err != nil {
				return err
			}
			ctx, cancel := c.limited(cmd.Context())
			defer cancel()
			plan, err := desk.Offline().Plan(ctx, direct)
			if err != nil {
				return err
			}
			if !c.dryRun {
				if c.canAsk() && !c.yes {
					fmt.Fprint(c.Err, plan.Diff())
					if err := c.agree("Apply this change?"); err != nil {
						return err
					}
				}
				if err := desk.Offline().Begin(ctx, plan); err != nil {
					return err
				}
			}
			return c.offlineResult(ctx, "offline.begin/1", offlineResult{Diff: plan.Diff()})
		},
	}
	cmd.Flags().StringVar(&direct, "direct", "", "address that reaches the server without the web server, e.g. http://leap01:9080")
	return cmd
}

func (c *command) offlineEnd() *cobra.Command {
	return &cobra.Command{
		Use:   "end",
		Short: "Put back exactly what begin changed, byte for byte",
		Args:  usageArgs(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			desk, err := c.open()
			if err != nil {
				return err
			}
			ctx, cancel := c.limited(cmd.Context())
			defer cancel()
			if c.dryRun {
				return c.offlineResult(ctx, "offline.end/1", offlineResult{})
			}
			back, err := desk.Offline().End(ctx)
			if err != nil {
				return err
			}
			return c.offlineResult(ctx, "offline.end/1", offlineResult{Back: len(back)})
		},
	}
}

func (c *command) offlineStatus() *cobra.Command {
	return &cobra.Command{
		Use:   "status",
		Short: "Who can reach what now, by probe, and what was switched",
		Args:  usageArgs(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx, cancel := c.limited(cmd.Context())
			defer cancel()
			return c.offlineResult(ctx, "offline.status/1", offlineResult{})
		},
	}
}

// offlineResult prints the state with fresh probes.
func (c *command) offlineResult(ctx context.Context, schema string, res offlineResult) error {
	desk, err := c.open()
	if err != nil {
		return err
	}
	if res.OfflineStatus, err = desk.Offline().Status(ctx); err != nil {
		return err
	}
	return c.object(schema, res, func(w io.Writer) {
		fmt.Fprint(w, res.Diff)
		fmt.Fprintf(w, "%s\n", res.State)
		for _, p := range res.Probes {
			reached := "not reached"
			if p.Reached {
				reached = "reached"
			}
			fmt.Fprintf(w, "  %s -> %s: %s, %s\n", p.From, p.To, reached, cut(p.Evidence.String(), 120))
		}
		for _, r := range res.Changes {
			fmt.Fprintf(w, "  changed: %s\n", r.File)
		}
		for _, r := range res.Remind {
			fmt.Fprintf(w, "  see to it: %s\n", r)
		}
	})
}
