package cli

import (
	"fmt"
	"io"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/springboard-leap/springboard/platform/lab"
	"github.com/springboard-leap/springboard/upgrade"
)

func (c *command) labCmd() *cobra.Command {
	return group("lab", "A practice server: try everything with nothing installed", c.labCreate(), c.labServe(), c.labUpgrade(), c.labWalk())
}

func (c *command) labCreate() *cobra.Command {
	var o lab.Options
	var product, runtime string
	cmd := &cobra.Command{
		Use:   "create DIR",
		Short: "Make a practice installation; the same seed gives the same bytes",
		Args:  usageArgs(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			switch {
			case o.Apps <= 0:
				return usage("--apps must be at least 1")
			case o.Fail < 0 || o.Fail > o.Apps:
				return usage("--fail must be between 0 and the number of applications")
			}
			if o.Fail == 0 {
				o.Fail = -1 // the lab's own word for none
			}
			o.Dir, o.Product, o.Runtime = args[0], upgrade.Product(product), upgrade.Runtime(runtime)
			made, err := lab.Create(cmd.Context(), o)
			if err != nil {
				return err
			}
			return c.object("lab.create/1", made, func(w io.Writer) {
				fmt.Fprintf(w, "Made a practice installation of %s %s with %d applications, of which %d will fail, in %s\n", made.Product.Title(), made.Version, made.Apps, made.Fail, made.Dir)
				fmt.Fprintf(w, "Serve it:  springboardctl lab serve %s\nLook at it: springboardctl --root %s detect\n", made.Dir, made.Dir)
			})
		},
	}
	f := cmd.Flags()
	f.StringVar(&product, "product", string(upgrade.Leap), "leap or domino-leap")
	f.StringVar(&runtime, "runtime", "", "was or liberty for leap; domino for domino-leap (default: was, or domino)")
	f.IntVar(&o.Apps, "apps", 200, "number of applications")
	f.IntVar(&o.Fail, "fail", 7, "how many of them fail to upgrade")
	f.Uint64Var(&o.Seed, "seed", 1, "seed of everything that looks random")
	f.StringVar(&o.Database, "database", "sqlite", "sqlite, or postgres://user:password@host:port/name")
	return cmd
}

func (c *command) labServe() *cobra.Command {
	var o lab.ServeOptions
	cmd := &cobra.Command{
		Use:   "serve DIR",
		Short: "Serve a lab in the foreground: its REST API and its living log, until interrupted",
		Args:  usageArgs(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			l, err := lab.Open(args[0])
			if err != nil {
				return err
			}
			c.lines = true
			first := true
			o.OnEvent = func(e lab.Event) {
				if first && !c.printer.json {
					fmt.Fprintln(c.Out, e.BaseURL)
				}
				first = false
				_ = c.event("lab.serve/1", e, e.Text)
			}
			ctx, cancel := c.limited(cmd.Context())
			defer cancel()
			return l.Serve(ctx, o)
		},
	}
	cmd.Flags().StringVar(&o.Listen, "listen", "127.0.0.1:0", "address and port; port 0 takes a free one")
	cmd.Flags().Float64Var(&o.Speed, "speed", 1, "how many times faster than a real server; negative: nothing waits")
	return cmd
}

func (c *command) labUpgrade() *cobra.Command {
	return &cobra.Command{
		Use:   "upgrade DIR",
		Short: "Upgrade a lab, served or not: new program, fresh fsp.properties, restart, Setup",
		Args:  usageArgs(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			c.lines = true
			dir, err := filepath.Abs(args[0])
			if err != nil {
				return err
			}
			ctx, cancel := c.limited(cmd.Context())
			defer cancel()
			res, err := lab.Upgrade(ctx, dir, func(e lab.Event) { _ = c.event("lab.upgrade/1", e, e.Text) })
			if err != nil {
				return err
			}
			return c.object("lab.upgrade/1", res, func(w io.Writer) {
				fmt.Fprintf(w, "Upgraded from %s to %s. %d applications upgrade when they are accessed.\n", res.From, res.To, res.Pending)
			})
		},
	}
}
