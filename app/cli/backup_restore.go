package cli

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/springboard-leap/springboard/app/wire"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/backup"
	"github.com/springboard-leap/springboard/upgrade/op"
)

// databaseTools are the flags that name the databases' own tools, for every command that uses them.
func (c *command) databaseTools(cmd *cobra.Command) {
	f := cmd.PersistentFlags()
	f.StringVar(&c.dump.Tools, "database-tools", "", "folder of pg_dump and pg_restore, or of expdp, impdp and sqlplus (default: looked for)")
	f.StringVar(&c.dump.Db2, "db2", "", "Db2's program db2, or the folder sqllib of the instance (default: looked for)")
	f.StringVar(&c.dump.OracleDirectory, "oracle-directory", "", "directory object that Data Pump writes to (default DATA_PUMP_DIR)")
}

func printCommands(w io.Writer, title string, commands []string) {
	if len(commands) == 0 {
		return
	}
	fmt.Fprintln(w, title)
	for _, text := range commands {
		fmt.Fprintf(w, "  %s\n", text)
	}
}

func (c *command) backupAttest() *cobra.Command {
	var a backup.Attestation
	cmd := &cobra.Command{
		Use:   "attest DIR --by NAME --why TEXT",
		Short: "Record that a person restored the database for a test by hand",
		Long: "Db2 and Oracle, and a PostgreSQL account that may create no database, leave the test restore to a person: backup prove shows the commands. What came " +
			"of it is recorded here with the name, and the backup is proven only with it.",
		Args: usageArgs(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			if strings.TrimSpace(a.By) == "" || strings.TrimSpace(a.Why) == "" {
				return usage("backup attest needs --by NAME and --why TEXT")
			}
			return c.report(cmd.Context(), "backup.attest/1", "Attest", func(ctx context.Context, _ op.Reporter) (backup.Report, error) {
				desk, err := c.open()
				if err != nil {
					return backup.Report{}, err
				}
				return desk.Backups().Attest(ctx, args[0], a)
			})
		},
	}
	cmd.Flags().StringVar(&a.By, "by", "", "who did it")
	cmd.Flags().StringVar(&a.Why, "why", "", "what was restored, where to, and what was compared")
	cmd.Flags().BoolVar(&a.Failed, "failed", false, "the database did not come back")
	return cmd
}

func (c *command) backupRestore() *cobra.Command {
	var o backup.RestoreOptions
	var word string
	cmd := &cobra.Command{
		Use:   "restore DIR (--to TARGET | --in-place)",
		Short: "Bring a backup back by staging and swap; the former state is kept",
		Long: "With --to the files come into a folder of their own. With --in-place they come to where they were; that replaces what stands there, so it is shown first, in the order " +
			"in which it must go back, and the word " + backup.RestoreWord + " has to be typed. A script gives it as --confirm " + backup.RestoreWord + "; --yes alone is not enough.\n\n" +
			"With --include only some parts go back, each to its own path; what must go back with them and was not chosen is named.",
		Args: usageArgs(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := checkRestore(o); err != nil {
				return err
			}
			desk, err := c.open()
			if err != nil {
				return err
			}
			if o.InPlace {
				if err := c.agreeToRestore(cmd.Context(), desk, args[0], o, word); err != nil {
					return err
				}
			}
			return c.report(cmd.Context(), "backup.restore/1", "Restore", func(ctx context.Context, rep op.Reporter) (backup.Report, error) {
				return desk.Backups().Restore(ctx, rep, args[0], o)
			})
		},
	}
	cmd.Flags().StringVar(&o.To, "to", "", "folder that receives the files, at their paths below the installation's root")
	cmd.Flags().StringSliceVar(&o.Include, "include", nil, "parts that go back, each to its own path: "+strings.Join(backup.PartNames, ",")+" (default: all that the backup holds)")
	cmd.Flags().StringVar(&o.Part, "part", "", "one part only; --to then receives that part's content")
	cmd.Flags().BoolVar(&o.InPlace, "in-place", false, "put every part back to where it came from, the database too")
	cmd.Flags().BoolVar(&o.RunDatabase, "run-database", false, "run the database's own restore even where it overwrites the present one (Db2)")
	cmd.Flags().StringVar(&word, "confirm", "", "the word "+backup.RestoreWord+", for --in-place where nobody can be asked")
	return cmd
}

// checkRestore refuses options that contradict each other.
func checkRestore(o backup.RestoreOptions) error {
	if (o.To == "") != o.InPlace {
		return usage("backup restore needs either --to TARGET or --in-place")
	}
	if o.Part != "" && len(o.Include) > 0 {
		return upgrade.NewFault("SB-2055", upgrade.KindUsage, nil)
	}
	return nil
}

// agreeToRestore is the gate: what will be replaced, in which order, what stays of the present state, and that it is the way back of the whole upgrade. The word
// has to be typed, as in the window.
func (c *command) agreeToRestore(ctx context.Context, desk *wire.Desk, dir string, o backup.RestoreOptions, word string) error {
	b, err := desk.Backups().Look(ctx, dir)
	if err != nil {
		return err
	}
	plan, err := desk.Backups().PlanFiles(ctx, dir, o)
	if err != nil {
		return err
	}
	if slices.Contains(plan.Parts, backup.PartDatabase) {
		if err := c.tellDatabase(ctx, desk, b, o, plan.Parts); err != nil {
			return err
		}
	}
	if !c.printer.quiet && !c.printer.json {
		printRestorePlan(c.Err, &plan)
	}
	for _, p := range plan.Problems {
		if p.Blocks && p.Fault != nil {
			return p.Fault // nobody is asked to agree to what is refused anyway
		}
	}
	if word == "" && c.canAsk() {
		question := fmt.Sprintf("Replace %s of the installation by the backup %s of %s. What stands there now is kept under a dated name. Type %s to go on", strings.Join(plan.Parts, ", "),
			b.Backup, b.Created.Local().Format("2006-01-02 15:04:05"), backup.RestoreWord)
		if word, err = c.ask(question, true); err != nil {
			return err
		}
	}
	if word != backup.RestoreWord {
		return upgrade.NewFault("SB-2054", upgrade.KindWaiting, nil, "word", backup.RestoreWord)
	}
	return nil
}

func (c *command) tellDatabase(ctx context.Context, desk *wire.Desk, b backup.Summary, o backup.RestoreOptions, parts []string) error {
	plan, has, err := desk.Backups().PlanRestore(ctx, b.Backup)
	if err != nil || !has {
		return err
	}
	c.say("This is the way back of the whole upgrade: a database that the new release has opened serves no older one. Database, .ear and settings go back together.")
	c.say("1. Stop the server. 2. The database: %s.", plan.What)
	switch {
	case plan.OnRequest && !o.RunDatabase:
		c.say("   Its commands are shown and not run; it has to be back before anything is started:")
	case plan.Kept != "":
		c.say("   The present one is kept as %s.", plan.Kept)
	case plan.OnRequest:
		c.say("   It is overwritten. Nothing of the present one is kept.")
	}
	for _, text := range plan.Commands {
		c.say("   %s", text)
	}
	rest := slices.DeleteFunc(slices.Clone(parts), func(p string) bool { return p == backup.PartDatabase })
	if len(rest) > 0 {
		c.say("3. Then %s. 4. Start the server of the former release.", strings.Join(rest, ", "))
	} else {
		c.say("3. Restore the .ear and the settings of the same backup. 4. Start the server of the former release.")
	}
	for _, note := range plan.Notes {
		c.say("   note: %s", note)
	}
	return nil
}
