package cli

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/springboard-leap/springboard/app/wire"
	"github.com/springboard-leap/springboard/upgrade/settings"
)

// reapplyResult is the answer of settings reapply.
type reapplyResult struct {
	wire.Reapplication
	Applied bool     `json:"applied"`
	Records []string `json:"records"`
	Open    int      `json:"open"` // what a person has to look at
}

func (c *command) settingsReapply() *cobra.Command {
	var o wire.ReapplyOptions
	var takeSite, takeNew []string
	cmd := &cobra.Command{
		Use:   "reapply",
		Short: "Make a site's changes again in the files that a new version brought fresh; the diff is shown first",
		Long: "An upgrade replaces the whole program folder, fsp.properties in it. The files as they were are kept in the run since it began. Each key is merged on its own: as the\n" +
			"old version shipped it, as the site had it, as the new version brought it. What the old version shipped is read from the archive that WebSphere keeps of an\n" +
			"installed application, or from --shipped; without it only the keys that sites are known to set are carried over, and the others are told.",
		Args: usageArgs(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			o.Take = map[string]settings.Side{}
			for _, key := range takeSite {
				o.Take[key] = settings.TakeSite
			}
			for _, key := range takeNew {
				o.Take[key] = settings.TakeNew
			}
			return c.reapply(cmd, o)
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.Shipped, "shipped", "", "fsp.properties as the old version shipped it, or the old .ear")
	f.StringVar(&o.Site, "site", "", "the customised fsp.properties, where it is not kept in the run")
	f.StringSliceVar(&takeSite, "take-site", nil, "keys that get the site's value, whatever the merge says")
	f.StringSliceVar(&takeNew, "take-new", nil, "keys that keep the new version's value")
	return cmd
}

func (c *command) reapply(cmd *cobra.Command, o wire.ReapplyOptions) error {
	desk, err := c.open()
	if err != nil {
		return err
	}
	s := desk.Settings()
	r, err := s.Reapply(cmd.Context(), o)
	if err != nil {
		return err
	}
	res := reapplyResult{Reapplication: r, Records: []string{}, Open: r.Open()}
	if !c.dryRun {
		if r.Plan.Changed() && c.canAsk() && !c.yes {
			writeMerge(c.Err, r)
			if err := c.agree("Make these changes again?"); err != nil {
				return err
			}
		}
		done, err := s.ApplyReapply(cmd.Context(), r)
		if err != nil {
			return err
		}
		for _, d := range done {
			res.Applied, res.Records = true, append(res.Records, d.ID)
		}
		if after, err := s.Reapply(cmd.Context(), o); err == nil && res.Applied {
			res.Extensions = after.Extensions
		}
	}
	if !c.dryRun {
		if err := s.ProveExtensions(cmd.Context(), res.Extensions); err != nil {
			return err
		}
	}
	err = c.object("settings.reapply/1", res, func(w io.Writer) {
		writeMerge(w, r)
		c.sayReapplied(res)
	})
	if err == nil && (res.Open > 0 || res.Extensions.State == wire.ExtensionsRestart || res.Extensions.State == wire.ExtensionsLost) {
		return verdict(ExitPartial)
	}
	return err
}

// writeMerge lists the files and the keys that somebody changed, with the reason of each.
func writeMerge(w io.Writer, r wire.Reapplication) {
	for _, f := range r.Files {
		base := "what the old version shipped is not known"
		if f.Base != "" {
			base = "shipped: " + f.Base
		}
		fmt.Fprintf(w, "%s: %s (%s)\n", f.File, reapplyWords[f.State], base)
		for _, k := range f.Keys {
			if k.Reason == settings.MergeSame {
				continue
			}
			fmt.Fprintf(w, "  %-9s %s\n            shipped %s, site %s, new %s -> %s\n            %s\n", k.Reason, k.Key, shown(k.Old), shown(k.Ours), shown(k.New), shown(k.Result), k.Text)
		}
		if f.State == settings.ReapplyByHand {
			fmt.Fprintf(w, "  the site's changes, to be made by hand:\n")
		}
		fmt.Fprint(w, f.Diff)
	}
	if len(r.Files) == 0 {
		fmt.Fprintln(w, "No file of the program folder had been customised when the run began.")
	}
}

var reapplyWords = map[settings.ReapplyState]string{
	settings.ReapplySame:   "nothing has to be made again",
	settings.ReapplyMerged: "merged by key",
	settings.ReapplyWhole:  "the new version brought the same file, so the site's comes back byte for byte",
	settings.ReapplyByHand: "changed by the site and by the new version, cannot be merged by key",
	settings.ReapplyGone:   "the new version has no such file",
}

func shown(v *string) string {
	if v == nil {
		return "-"
	}
	return `"` + strings.ReplaceAll(*v, "\n", `\n`) + `"`
}

func (c *command) sayReapplied(res reapplyResult) {
	x := res.Extensions
	switch x.State {
	case wire.ExtensionsInForce:
		c.say("The extensions directory is in force: %s", x.Evidence.Text)
	case wire.ExtensionsRestart:
		c.say("The extensions directory is set again to %s. Restart Leap, then run this command again: the log's line \"Extensions folder:\" proves it.", strings.Join(x.Before, ", "))
	case wire.ExtensionsLost:
		c.say("The extensions directory was %s and is not set.", strings.Join(x.Before, ", "))
	}
	if x.Advice != "" {
		c.say("%s", x.Advice)
	}
	if res.Open > 0 {
		c.say("%d keys or files are left for a person to look at. To decide: --take-site KEY or --take-new KEY; or name what the old version shipped with --shipped.", res.Open)
	}
	if res.Applied {
		for _, f := range res.Files {
			c.say("To take it back: springboardctl settings undo %s", filepath.Clean(f.File))
		}
	}
}

// compareResult is the answer of settings compare.
type compareResult struct {
	Compared int                   `json:"compared"`
	Files    []settings.Difference `json:"files"`
}

func (c *command) settingsCompare() *cobra.Command {
	return &cobra.Command{
		Use:   "compare",
		Short: "List the settings files that are not byte for byte what they were when the run began",
		Args:  usageArgs(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			desk, err := c.open()
			if err != nil {
				return err
			}
			diffs, compared, err := desk.Settings().Differing(cmd.Context())
			if err != nil {
				return err
			}
			err = c.object("settings.compare/1", compareResult{Compared: compared, Files: diffs}, func(w io.Writer) {
				for _, d := range diffs {
					fmt.Fprintf(w, "%s: %s\n%s", d.File, d.State, d.Diff)
				}
				if len(diffs) == 0 {
					fmt.Fprintf(w, "all %d settings files are byte for byte as they were when the run began\n", compared)
					return
				}
				fmt.Fprintf(w, "%d of %d settings files are not as they were when the run began\n", len(diffs), compared)
			})
			if err == nil && len(diffs) > 0 {
				return verdict(ExitPartial)
			}
			return err
		},
	}
}
