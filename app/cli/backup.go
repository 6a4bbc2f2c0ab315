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
	"github.com/springboard-leap/springboard/assets"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/backup"
	"github.com/springboard-leap/springboard/upgrade/op"
)

// backupList is the answer of backup list.
type backupList struct {
	Backups []backup.Summary `json:"backups"`
}

func (c *command) backupCmd() *cobra.Command {
	cmd := group("backup", "Back up, verify, prove and restore", c.backupCreate(), c.backupVerify(), c.backupList(), c.backupProve(), c.backupAttest(), c.backupRestore())
	c.databaseTools(cmd)
	return cmd
}

func (c *command) backupCreate() *cobra.Command {
	var o backup.Options
	var gentle bool
	cmd := &cobra.Command{
		Use:   "create --to DIR",
		Short: "Plan, prove that nothing moves, copy, read back, seal",
		Args:  usageArgs(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if o.To == "" {
				return usage("backup create needs --to DIR")
			}
			desk, err := c.open()
			if err != nil {
				return err
			}
			ctx, cancel := c.limited(cmd.Context())
			defer cancel()
			if c.dryRun {
				return c.backupPlan(ctx, o)
			}
			if gentle {
				if err := wire.Gentle(); err != nil {
					c.say("The priority could not be lowered: %v", err)
				}
			}
			c.lines = true
			var res backup.Result
			err = c.operate(ctx, "backup.create/1", "backup", "Back up", func(ctx context.Context, rep op.Reporter) error {
				var err error
				res, err = desk.Backups().Create(ctx, rep, o)
				return err
			})
			if err != nil {
				return err
			}
			err = c.object("backup.create/1", res, func(w io.Writer) {
				fmt.Fprintf(w, "%s\n", res.Backup)
				fmt.Fprintf(w, "%s: %d files, %s in %s\nSHA-256 of manifest.json: %s\n", res.State, res.Files, size(res.Bytes), seconds(res.Seconds), res.ManifestSHA256)
				for _, warning := range res.Warnings {
					fmt.Fprintf(w, "warning: %s\n", problemText(warning))
				}
			})
			if err != nil || len(o.Include) > 0 || !slices.ContainsFunc(res.Warnings, leftOut) {
				return err
			}
			return verdict(ExitPartial) // a script must not take it for all that there is
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.To, "to", "", "folder that holds backups; each gets a folder of its own in it")
	f.StringSliceVar(&o.Include, "include", nil, "parts: "+strings.Join(backup.PartNames, ",")+" (default: all that the product has)")
	f.BoolVar(&o.WhileRunning, "while-running", false, "back up although the server runs; the risk is named in the manifest and the report")
	f.IntVar(&o.Workers, "workers", 0, "files copied at the same time (default 4)")
	f.TextVar((*amount)(&o.BWLimit), "bwlimit", amount(0), "bytes a second read from the source, with a unit or without: 500000, 10M, 1.5G, 64KiB; 0: no limit")
	f.BoolVar(&gentle, "low-priority", false, "give way to other programs, for processor and disk")
	f.BoolVar(&o.Compress, "compress", false, "pack each file with zstd; sha256sum -c checks the packed files, zstd -d unpacks them")
	f.StringVar((*string)(&o.Reread), "reread", string(backup.ReadBackDisk), "where the copies are read back from: disk, or cache (faster, proves less; it stands in the manifest)")
	f.StringVar(&o.DAOS, "daos", "", "Domino: folder of attachments outside of the NSF files, or none (default: as notes.ini and the disk say)")
	f.BoolVar(&o.Fresh, "fresh", false, "do not continue an unfinished backup")
	return cmd
}

// backupPlan prints what a backup would do; a blocker in it decides the exit code.
func (c *command) backupPlan(ctx context.Context, o backup.Options) error {
	desk, err := c.open()
	if err != nil {
		return err
	}
	plan, err := desk.Backups().Plan(ctx, o)
	if err != nil {
		return err
	}
	if err := c.object("backup.plan/1", plan, func(w io.Writer) { printBackupPlan(w, plan) }); err != nil {
		return err
	}
	if f := plan.Blocker(); f != nil {
		return f
	}
	return nil
}

// printBackupPlan lists the parts with their sizes, the commands of the database's tool, the room and what to know before.
func printBackupPlan(w io.Writer, plan backup.Plan) {
	rows := [][]string{{"PART", "IN", "FILES", "SIZE", "WHY"}}
	for _, p := range plan.Parts {
		in := "out"
		if p.In {
			in = "in"
		}
		bytes := size(p.Bytes)
		if p.SizeUnknown() {
			bytes = "unknown"
		}
		rows = append(rows, []string{p.Name, in, fmt.Sprint(p.Files), bytes, p.Why})
	}
	table(w, rows...)
	for _, p := range plan.Parts {
		printCommands(w, "The "+p.Name+" is backed up with these commands:", p.Commands)
		for _, note := range p.Notes {
			fmt.Fprintf(w, "note: %s\n", note)
		}
	}
	for _, v := range plan.Volumes {
		needed := size(v.Needed)
		if slices.ContainsFunc(plan.Parts, backup.Part.SizeUnknown) {
			needed += " and the dump of the database"
		}
		fmt.Fprintf(w, "%s %s (%s): needed %s, free %s\n", v.Role, v.Path, v.Type, needed, size(v.Free))
	}
	for _, a := range plan.Rest.Asked {
		fmt.Fprintf(w, "%s: %s (asked: %s)\n", a.What, strings.Join(append([]string{a.Answer}, a.Found...), ", "), a.How)
	}
	for _, f := range plan.Warnings() {
		fmt.Fprintf(w, "warning: %s\n", explain(f).What)
	}
}

func (c *command) backupVerify() *cobra.Command {
	return &cobra.Command{
		Use:   "verify DIR",
		Short: "Read a backup again and compare every byte with its manifest",
		Args:  usageArgs(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.report(cmd.Context(), "backup.verify/1", "Verify", func(ctx context.Context, rep op.Reporter) (backup.Report, error) {
				desk, err := c.open()
				if err != nil {
					return backup.Report{}, err
				}
				return desk.Backups().Verify(ctx, rep, args[0])
			})
		},
	}
}

func (c *command) backupProve() *cobra.Command {
	var scratch string
	cmd := &cobra.Command{
		Use:   "prove DIR",
		Short: "Restore a backup into a scratch folder and its database into a scratch database, compare everything, remove both again",
		Args:  usageArgs(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.report(cmd.Context(), "backup.prove/1", "Prove", func(ctx context.Context, rep op.Reporter) (backup.Report, error) {
				desk, err := c.open()
				if err != nil {
					return backup.Report{}, err
				}
				return desk.Backups().Prove(ctx, rep, args[0], scratch)
			})
		},
	}
	cmd.Flags().StringVar(&scratch, "scratch", "", "folder for the test restore (default: beside the backup)")
	return cmd
}

func (c *command) backupList() *cobra.Command {
	return &cobra.Command{
		Use:   "list [DIR...]",
		Short: "List the backups in the folders, and in those that the run used",
		RunE: func(cmd *cobra.Command, args []string) error {
			desk, err := c.open()
			if err != nil {
				return err
			}
			all, err := desk.Backups().List(cmd.Context(), args...)
			if err != nil {
				return err
			}
			if all == nil {
				all = []backup.Summary{}
			}
			return c.object("backup.list/1", backupList{all}, func(w io.Writer) {
				rows := [][]string{{"CREATED", "STATE", "FILES", "SIZE", "BACKUP"}}
				for _, b := range all {
					state := string(b.State)
					if b.Incomplete {
						state = "unfinished"
					} else if state == "" {
						state = "no backup: " + b.Problem
					}
					if b.Pending != "" {
						state += ", database waits"
					}
					if b.Reread == backup.ReadBackCache {
						state += " (read back from memory only)"
					}
					rows = append(rows, []string{b.Created.Local().Format("2006-01-02 15:04:05"), state, fmt.Sprint(b.Files), size(b.Bytes), b.Backup})
				}
				table(w, rows...)
				proofs(w, all)
			})
		},
	}
}

// proofs prints the ladder and the test restores of each backup, the last one last.
func proofs(w io.Writer, all []backup.Summary) {
	for _, b := range all {
		if b.State == "" {
			continue
		}
		fmt.Fprintf(w, "\n%s\n  %s\n", b.Backup, ladder(b))
		for _, p := range b.Proofs {
			word := "proven"
			if !p.OK {
				word = "NOT PROVEN"
			}
			fmt.Fprintf(w, "  %s %s on %s: %d files, %s\n", word, p.At.Local().Format("2006-01-02 15:04:05"), p.By, p.Files, size(p.Bytes))
		}
	}
}

// ladder is how far a backup got, step by step.
func ladder(b backup.Summary) string {
	steps := []string{}
	for _, s := range backup.States {
		text := string(s)
		if s == backup.Reread {
			text += " from the " + string(b.Reread)
		}
		steps = append(steps, text)
		if s == b.State {
			break
		}
	}
	if b.Compression != "" {
		steps[0] += " (" + b.Compression + ", " + size(b.Stored) + ")"
	}
	return strings.Join(steps, " > ")
}

// report runs verify, prove or restore and prints their common answer, also when it is bad.
func (c *command) report(ctx context.Context, schema, title string, work func(context.Context, op.Reporter) (backup.Report, error)) error {
	c.lines = true
	ctx, cancel := c.limited(ctx)
	defer cancel()
	var res backup.Report
	err := c.operate(ctx, schema, "backup", title, func(ctx context.Context, rep op.Reporter) error {
		var err error
		res, err = work(ctx, rep)
		return err
	})
	if err != nil && len(res.Problems) == 0 && res.Pending == "" {
		return err
	}
	if res.Problems == nil {
		res.Problems = []backup.Mismatch{}
	}
	perr := c.object(schema, res, func(w io.Writer) {
		for _, p := range res.Problems {
			fmt.Fprintf(w, "%s: %s %s\n", p.Kind, p.Path, p.Detail)
		}
		if res.OK {
			fmt.Fprintf(w, "OK: %d files, %s, %s\n", res.Files, size(res.Bytes), res.Backup)
		}
		if res.Database != "" {
			fmt.Fprintf(w, "database: %s\n", res.Database)
		}
		if res.Pending != "" {
			fmt.Fprintf(w, "waits for a person: %s\n", res.Pending)
		}
		printCommands(w, "These commands do it:", res.Commands)
		for _, k := range res.Kept {
			fmt.Fprintf(w, "kept: %s\n", k)
		}
		for _, warning := range res.Warnings {
			fmt.Fprintf(w, "warning: %s\n", warning)
		}
	})
	if perr != nil {
		return perr
	}
	if err != nil {
		t := explain(err)
		c.say("springboardctl: %s %s (%s)", t.What, t.Next, t.Code)
		return verdict(exitOf[upgrade.KindOf(err)])
	}
	return nil
}

// leftOut tells of a warning that something of the installation is not in the backup: a part, the database, or entries that cannot be copied.
func leftOut(p backup.Problem) bool {
	return slices.Contains([]string{"SB-2002", "SB-2018", "SB-2040"}, p.Code)
}

// problemText is what a problem of a backup says to a person.
func problemText(p backup.Problem) string {
	text, ok := assets.Error(p.Code, p.Args)
	if !ok {
		return p.Code
	}
	return text.What
}

// size is a number of bytes as a person reads it.
func size(n int64) string {
	const unit = 1024
	if n < unit {
		return fmt.Sprintf("%d B", n)
	}
	f, i := float64(n)/unit, 0
	for f >= unit && i < 4 {
		f /= unit
		i++
	}
	return fmt.Sprintf("%.1f %s", f, []string{"KiB", "MiB", "GiB", "TiB", "PiB"}[i])
}

func seconds(s float64) string {
	return (time.Duration(s*1000) * time.Millisecond).Round(100 * time.Millisecond).String()
}
