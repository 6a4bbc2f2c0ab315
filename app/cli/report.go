package cli

import (
	"fmt"
	"io"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/springboard-leap/springboard/upgrade/report"
)

func (c *command) reportCmd() *cobra.Command {
	return group("report", "The record of the run that another person can verify", c.reportWrite())
}

func (c *command) reportWrite() *cobra.Command {
	var to string
	cmd := &cobra.Command{
		Use:   "write [--to DIR]",
		Short: "Write the report: one HTML page, the same as JSON, the applications as CSV, and their sums",
		Args:  usageArgs(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			desk, err := c.open()
			if err != nil {
				return err
			}
			if to != "" {
				to = absolute(to)
			}
			ctx, cancel := c.limited(cmd.Context())
			defer cancel()
			res, err := desk.Reports().Write(ctx, to)
			if err != nil {
				return err
			}
			err = c.object("report.write/1", res, func(w io.Writer) {
				fmt.Fprintln(w, res.Says)
				for _, u := range res.Unknown {
					fmt.Fprintf(w, "not known: %s\n", u)
				}
				for _, f := range res.Files {
					fmt.Fprintln(w, f)
				}
			})
			if err != nil {
				return err
			}
			if res.Verdict == report.CameThrough && len(res.Unknown) == 0 {
				return nil
			}
			if c.strict {
				return verdict(ExitPartial)
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&to, "to", "", "folder for the report (default: report in the run folder)")
	cmd.Flags().BoolVar(&c.strict, "strict", false, "exit with 3 when anything in the report is not known, not proven, or failed")
	return cmd
}

func absolute(path string) string {
	if full, err := filepath.Abs(path); err == nil {
		return full
	}
	return path
}
