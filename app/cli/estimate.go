package cli

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"
)

func (c *command) estimateCmd() *cobra.Command {
	var from string
	var workers int
	cmd := &cobra.Command{
		Use:   "estimate [--from RUN]",
		Short: "How long the applications will take, from a rehearsal",
		Args:  usageArgs(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			desk, err := c.open()
			if err != nil {
				return err
			}
			if from != "" {
				from = absolute(from)
			}
			e, err := desk.Apps().Estimate(cmd.Context(), from, workers)
			if err != nil {
				return err
			}
			return c.object("estimate/1", e, func(w io.Writer) {
				if e.P50 == nil {
					fmt.Fprintf(w, "No estimate: %s\n", e.Basis)
					return
				}
				fmt.Fprintf(w, "%s as likely shorter as longer, %s nine times in ten\nbasis: %s\n", seconds(*e.P50), seconds(*e.P90), e.Basis)
			})
		},
	}
	cmd.Flags().StringVar(&from, "from", "", "run folder of a rehearsal (default: this run)")
	cmd.Flags().IntVar(&workers, "workers", 4, "applications accessed at the same time")
	return cmd
}
