package cli

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/springboard-leap/springboard/upgrade/backup"
)

// rehearsed is what a command that changes something would do. It is the answer to --dry-run.
type rehearsed struct {
	Command string `json:"command"`
	Would   string `json:"would"`
	Count   *int   `json:"count,omitempty"` // of the applications or rows it is about
	// Restore is what a restore would replace.
	Restore *backup.RestorePlan `json:"restore,omitempty"`
}

// would are the commands that change something and make no plan of their own, with what they would do. Their arguments are checked as always.
var would = map[string]string{
	"apps census":         "list the applications and keep the list in the run",
	"apps import":         "",
	"apps sweep":          "",
	"backup attest":       "record a person's word on the test restore of the database of %s",
	"backup prove":        "restore %s into a scratch folder, compare everything, and remove it again",
	"backup restore":      "",
	"check attest":        "tick %s in the run",
	"check waive":         "waive %s in the run",
	"lab create":          "make a practice installation in %s",
	"lab serve":           "serve the lab %s and write its address into its settings",
	"lab upgrade":         "upgrade the lab %s",
	"lab walk":            "make a lab in %s if there is none, and walk through a whole upgrade of it",
	"offline page":        "write the maintenance page and the configuration of the web servers",
	"offline serve":       "serve the maintenance page until interrupted",
	"password forget":     "take the password of %s out of the keyring",
	"password keep":       "keep user and password of %s in the keyring",
	"report write":        "write report.html, report.json, applications.csv and SHA256SUMS",
	"run confirm":         "record by name that the upgrade may begin, if a backup is proven and no check stops it",
	"run tick":            "tick the step %s in the run",
	"run new":             "begin a run",
	"settings notes tick": "tick %s, and look from outside whether the change shows",
}

// rehearse lets --dry-run answer for every command of would, below cmd.
func (c *command) rehearse(cmd *cobra.Command) {
	for _, sub := range cmd.Commands() {
		c.rehearse(sub)
	}
	name := strings.TrimPrefix(cmd.CommandPath(), cmd.Root().Name()+" ")
	text, ok := would[name]
	if !ok {
		return
	}
	work := cmd.RunE
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if !c.dryRun {
			return work(cmd, args)
		}
		ctx, cancel := c.limited(cmd.Context())
		defer cancel()
		r := rehearsed{Command: name, Would: text}
		var err error
		switch name {
		case "apps sweep":
			r.Would, r.Count, err = c.wouldSweep(ctx)
		case "apps import":
			r.Would, r.Count, err = c.wouldImport(args[0])
		case "backup restore":
			err = c.wouldRestore(ctx, cmd, args[0], &r)
		default:
			if strings.Contains(text, "%s") {
				r.Would = fmt.Sprintf(text, args[0])
			}
		}
		if err != nil {
			return err
		}
		return c.object("dry-run/1", r, func(w io.Writer) {
			fmt.Fprintf(w, "%s would %s. Nothing was done.\n", name, r.Would)
			printRestorePlan(w, r.Restore)
		})
	}
}

// wouldSweep counts the applications that are not settled.
func (c *command) wouldSweep(ctx context.Context) (string, *int, error) {
	desk, err := c.open()
	if err != nil {
		return "", nil, err
	}
	due, err := desk.Apps().Due(ctx)
	n := len(due)
	return fmt.Sprintf("access %d applications, which are not settled yet", n), &n, err
}

func (c *command) wouldImport(file string) (string, *int, error) {
	desk, err := c.open()
	if err != nil {
		return "", nil, err
	}
	table, err := desk.Apps().ReadTable(file)
	n := len(table.Rows)
	return fmt.Sprintf("take over %d rows of APP_UPGRADE from %s", n, file), &n, err
}

// wouldRestore tells what would be replaced, and in which order everything goes back.
func (c *command) wouldRestore(ctx context.Context, cmd *cobra.Command, dir string, r *rehearsed) error {
	var o backup.RestoreOptions
	var err error
	f := cmd.Flags()
	if o.To, err = f.GetString("to"); err != nil {
		return err
	}
	if o.Part, err = f.GetString("part"); err != nil {
		return err
	}
	if o.Include, err = f.GetStringSlice("include"); err != nil {
		return err
	}
	if o.InPlace, err = f.GetBool("in-place"); err != nil {
		return err
	}
	if err := checkRestore(o); err != nil {
		return err
	}
	desk, err := c.open()
	if err != nil {
		return err
	}
	b, err := desk.Backups().Look(ctx, dir)
	if err != nil {
		return err
	}
	plan, err := desk.Backups().PlanFiles(ctx, dir, o)
	if err != nil {
		return err
	}
	where := "to " + absolute(o.To)
	if o.InPlace {
		where = "in place of the installation"
	}
	r.Would = fmt.Sprintf("restore %s (%d files in the backup, %s) from %s %s; what stands there now would be kept under a dated name", strings.Join(plan.Parts, ", "),
		b.Files, size(plan.Bytes), b.Backup, where)
	r.Restore = &plan
	return nil
}

// printRestorePlan lists what a restore would replace.
func printRestorePlan(w io.Writer, plan *backup.RestorePlan) {
	if plan == nil {
		return
	}
	for _, one := range plan.Replaces {
		now := "nothing stands there now"
		if one.Exists {
			now = "now there, would be kept as " + one.Kept
		}
		fmt.Fprintf(w, "  %s (%s)\n", one.Path, now)
	}
	fmt.Fprintln(w, "The way back, in this order:")
	for i, step := range plan.WayBack {
		fmt.Fprintf(w, "  %d. %s\n", i+1, step)
	}
	for _, p := range plan.Problems {
		fmt.Fprintf(w, "it would be refused: %s\n", problemText(p))
	}
}
