package cli

import (
	"fmt"
	"io"
	"sort"
	"strings"

	"github.com/spf13/cobra"

	"github.com/springboard-leap/springboard/upgrade/settings"
)

func (c *command) settingsValidate() *cobra.Command {
	var noNetwork bool
	cmd := &cobra.Command{
		Use:   "validate FILE",
		Short: "Look for what is odd: duplicate keys, bad escapes, wrong encodings, values that cannot be right, an address that does not answer",
		Long: "Beside the file itself, serverURI is looked at over the network: does its name resolve, is the certificate trusted and valid, and does Leap itself answer there. " +
			"No credentials are sent.",
		Args: usageArgs(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			desk, err := c.open()
			if err != nil {
				return err
			}
			ctx, cancel := c.limited(cmd.Context())
			defer cancel()
			s := desk.Settings()
			file, err := s.File(ctx, args[0])
			if err != nil {
				return err
			}
			res := settingsResult{File: file, Changes: []settings.Change{}}
			if res.Problems, err = s.Problems(ctx, file); err != nil {
				return err
			}
			if !noNetwork {
				var more []settings.Problem
				if res.Reached, more, err = s.Reach(ctx, file); err != nil {
					return err
				}
				res.Problems = append(res.Problems, more...)
				sort.SliceStable(res.Problems, func(i, k int) bool { return res.Problems[i].Line < res.Problems[k].Line })
			}
			err = c.object("settings.validate/1", res, func(w io.Writer) { writeValidation(w, res) })
			if err == nil && len(res.Problems) > 0 {
				return verdict(ExitPartial)
			}
			return err
		},
	}
	cmd.Flags().BoolVar(&noNetwork, "no-network", false, "look at the file only, not at the address")
	return cmd
}

func writeValidation(w io.Writer, res settingsResult) {
	for _, p := range res.Problems {
		fmt.Fprintf(w, "%s:%d: %s: %s\n", res.File, p.Line, p.Code, p.Text)
	}
	for _, r := range res.Reached {
		if r.Says == "" {
			continue
		}
		tls := ""
		if c := r.Certificate; c != nil && c.Problem == "" {
			tls = ", certificate trusted until " + c.NotAfter.Local().Format("2006-01-02")
		}
		fmt.Fprintf(w, "%s:%d: %s (%s%s) answers: %s\n", res.File, r.Line, r.URL, strings.Join(r.Addresses, ", "), tls, r.Says)
	}
	if len(res.Problems) == 0 {
		fmt.Fprintln(w, "nothing odd")
	}
}
