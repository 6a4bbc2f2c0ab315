package cli

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
)

// rehearsed is what a command that changes something would do. It is the answer to --dry-run.
type rehearsed struct {
	Command string `json:"command"`
	Would   string `json:"would"`
	Count   *int   `json:"count,omitempty"` // of the applications or rows it is about
}

// would are the commands that change something and make no plan of their own, with what they would do. Their arguments are checked as always.
var would = map[string]string{
	"apps census":    "list the applications and keep the list in the run",
	"apps import":    "",
	"apps sweep":     "",
	"backup attest":  "record a person's word on the test restore of the database of %s",
	"backup prove":   "restore %s into a scratch folder, compare everything, and remove it again",
	"backup restore": "",
	"check attest":   "tick %s in the run",
	"check waive":    "waive %s in the run",
	"lab create":     "make a practice installation in %s",
	"lab serve":      "serve the lab %s and write its address into its settings",
	"lab upgrade":    "upgrade the lab %s",
	"lab walk":       "make a lab in %s if there is none, and walk through a whole upgrade of it",
	"offline page":   "write the maintenance page and the configuration of the web servers",
	"offline serve":  "serve the maintenance page until interrupted",
	"report write":   "write report.html, report.json, applications.csv and SHA256SUMS",
	"run confirm":    "record by name that the upgrade may begin, if a backup is proven and no check stops it",
	"run tick":       "tick the step %s in the run",
	"run new":        "begin a run",
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
			r.Would, err = c.wouldRestore(ctx, cmd, args[0])
		default:
			if strings.Contains(text, "%s") {
				r.Would = fmt.Sprintf(text, args[0])
			}
		}
		if err != nil {
			return err
		}
		return c.object("dry-run/1", r, func(w io.Writer) { fmt.Fprintf(w, "%s would %s. Nothing was done.\n", name, r.Would) })
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

func (c *command) wouldRestore(ctx context.Context, cmd *cobra.Command, dir string) (string, error) {
	to, err := cmd.Flags().GetString("to")
	if err != nil {
		return "", err
	}
	inPlace, err := cmd.Flags().GetBool("in-place")
	if err != nil {
		return "", err
	}
	if (to == "") != inPlace {
		return "", usage("backup restore needs either --to TARGET or --in-place")
	}
	desk, err := c.open()
	if err != nil {
		return "", err
	}
	b, err := desk.Backups().Look(ctx, dir)
	if err != nil {
		return "", err
	}
	where := "to " + absolute(to)
	if inPlace {
		where = "in place of the installation"
	}
	return fmt.Sprintf("restore %d files, %s, from %s %s; what stands there now would be kept under a dated name", b.Files, size(b.Bytes), b.Backup, where), nil
}
