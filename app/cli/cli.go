package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/sirupsen/logrus"
	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/springboard-leap/springboard/app/version"
	"github.com/springboard-leap/springboard/app/wire"
	"github.com/springboard-leap/springboard/platform/dump"
	"github.com/springboard-leap/springboard/platform/ownlog"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/settings"
)

// Streams are what a command reads and writes.
type Streams struct {
	In  io.Reader
	Out io.Writer // data
	Err io.Writer // words
}

// command is one call of the program: its flags and what they lead to.
type command struct {
	Streams
	printer

	root, run, installation    string
	yes, noInput, dryRun       bool
	strict                     bool
	timeout                    time.Duration
	logLevel, logFile, logKind string
	passwordFile, passwordCmd  string
	caFile, rules, prefer      string
	paths                      []string
	dump                       dump.Options

	bounded context.Context //nolint:containedctx // the work's, with --timeout

	offlineSaid bool // the command itself told that the product is offline

	keepTold bool // that a password can be kept was said, or goes without saying
	desk     *wire.Desk
	log      *logrus.Logger
	closer   io.Closer
}

// AsksVersion answers --version without a command tree and without signals: scripts ask at every start.
func AsksVersion(args []string, out io.Writer) bool {
	if len(args) != 1 || args[0] != "--version" {
		return false
	}
	fmt.Fprintf(out, "springboardctl %s\n", version.String())
	return true
}

// Main runs one command line and gives its exit code. Cancelling ctx is a safe stop.
func Main(ctx context.Context, args []string, s Streams) int {
	s.Out, s.Err = &oneByOne{w: s.Out}, &oneByOne{w: s.Err}
	c := &command{Streams: s}
	root := c.tree()
	root.SetArgs(args)
	root.SetIn(s.In)
	root.SetOut(s.Out)
	root.SetErr(s.Err)
	err := c.timedOut(root.ExecuteContext(ctx))
	c.remindOffline(context.WithoutCancel(ctx))
	if c.closer != nil {
		if c.logFile != "" { // without one the words on standard error say it
			c.logEnd(err)
		}
		err = errors.Join(err, c.closer.Close())
	}
	if err == nil {
		return ExitOK
	}
	var v verdict
	if !errors.As(err, &v) {
		c.out, c.errs = s.Out, s.Err
		c.fail(err)
	}
	return exitCode(err)
}

func (c *command) tree() *cobra.Command {
	root := &cobra.Command{
		Use:           "springboardctl",
		Short:         "Take HCL Leap or HCL Domino Leap through an upgrade without losing a record",
		Version:       version.String(),
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          usageArgs(cobra.NoArgs),
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error {
			return c.begin(cmd)
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SetVersionTemplate("springboardctl {{.Version}}\n")
	// A terminal of 80 columns shows it without breaking lines anywhere.
	root.SetUsageTemplate(strings.ReplaceAll(root.UsageTemplate(), ".FlagUsages |", ".FlagUsagesWrapped 80 |"))
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error { return usage("%s: %v", cmd.CommandPath(), err) })
	root.CompletionOptions.HiddenDefaultCmd = false
	c.globals(root)
	root.AddCommand(c.detectCmd(), c.checkCmd(), c.backupCmd(), c.settingsCmd(), c.offlineCmd(), c.logsCmd(), c.watchCmd(), c.appsCmd(), c.estimateCmd(), c.reportCmd(),
		c.runCmd(), c.labCmd(), c.schemaCmd(), c.passwordCmds())
	c.rehearse(root)
	return root
}

func (c *command) globals(root *cobra.Command) {
	f := root.PersistentFlags()
	f.StringVar(&c.root, "root", "", "root of the file system: a lab, a mounted disk or a copied server (default: this machine)")
	f.StringVar(&c.run, "run", "", "run folder (default: the newest open run of the installation)")
	f.StringVar(&c.installation, "installation", "", "id of the installation, when there are several")
	f.BoolVar(&c.printer.json, "json", false, "print JSON: one object, or one a line for what takes long")
	f.BoolVar(&c.yes, "yes", false, "agree in advance to what would be asked")
	f.BoolVar(&c.noInput, "no-input", false, "never ask anything")
	f.BoolVar(&c.dryRun, "dry-run", false, "say what would be done, and do nothing")
	f.BoolVar(&c.quiet, "quiet", false, "no words on standard error but errors")
	f.DurationVar(&c.timeout, "timeout", 0, "stop safely after this time, e.g. 90s or 2h (default: none)")
	f.StringVar(&c.logLevel, "log-level", "", "error, warn, info or debug")
	f.StringVar(&c.logFile, "log-file", "", "Springboard's own log (default: warnings on standard error)")
	f.StringVar(&c.logKind, "log-format", "text", "text or json, for --log-file")
	f.StringVar(&c.passwordFile, "password-file", "", "file whose first line is Leap's password")
	f.StringVar(&c.passwordCmd, "password-command", "", "command that prints Leap's password")
	f.StringVar(&c.caFile, "ca-file", "", "certificates (PEM) to trust beside the system's")
	f.StringVar(&c.rules, "rules", "", "file of failure rules, instead of those that are shipped")
}

// begin opens what every command needs. Nothing is looked for and nothing is written yet.
func (c *command) begin(cmd *cobra.Command) error {
	c.printer.out, c.printer.errs = c.Out, c.Err
	if err := cmd.Context().Err(); err != nil {
		return err
	}
	var err error
	if c.log, c.closer, err = ownlog.New(ownlog.Options{File: c.logFile, Level: c.logLevel, JSON: c.logKind == "json", Words: c.Err}); err != nil {
		return err
	}
	c.log.WithField("command", cmd.CommandPath()).Info("begins") // never its arguments: a value may be a secret
	return nil
}

// logEnd writes how the command ended into Springboard's own log.
func (c *command) logEnd(err error) {
	entry := c.log.WithField("exit", exitCode(err))
	var v verdict
	if err != nil && !errors.As(err, &v) {
		entry.WithError(err).Error("failed")
		return
	}
	entry.Info("ends")
}

// open makes the desk that the command works on.
func (c *command) open() (*wire.Desk, error) {
	if c.desk != nil {
		return c.desk, nil
	}
	if c.prefer != "" && c.prefer != string(settings.Theirs) && c.prefer != string(settings.Ours) {
		return nil, usage("--prefer %s: give theirs or ours", c.prefer)
	}
	o := wire.Options{Root: c.root, Installation: c.installation, Paths: c.paths, RunDir: c.run, CAFile: c.caFile, Rules: c.rules, Timeout: c.timeout, Log: c.log, DryRun: c.dryRun, Dump: c.dump, Prefer: settings.Prefer(c.prefer),
		Credentials: wire.CredentialOptions{PasswordFile: c.passwordFile, PasswordCommand: c.passwordCmd}}
	o.Begun = func(dir string) { c.say("began the run %s", dir) }
	if c.canAsk() {
		o.Credentials.Ask = func(what string, echo bool) (string, error) {
			answer, err := c.ask(what, echo)
			if !echo && err == nil && !c.keepTold {
				c.keepTold = true
				c.say("springboardctl password keep leap (or database) keeps it in the keyring, so that it is not asked for again")
			}
			return answer, err
		}
	}
	var err error
	c.desk, err = wire.Open(o)
	return c.desk, err
}

// canAsk tells whether a person sits at the other end.
func (c *command) canAsk() bool {
	in, ok := c.In.(*os.File)
	return ok && !c.noInput && term.IsTerminal(int(in.Fd()))
}

// ask reads one answer from the terminal, without echo for a password.
func (c *command) ask(what string, echo bool) (string, error) {
	fmt.Fprintf(c.Err, "%s: ", what)
	in, ok := c.In.(*os.File)
	if !ok {
		return "", upgrade.NewFault("SB-9007", upgrade.KindWaiting, nil, "detail", what)
	}
	if !echo {
		answer, err := term.ReadPassword(int(in.Fd()))
		fmt.Fprintln(c.Err)
		return string(answer), err
	}
	var answer strings.Builder
	one := make([]byte, 1)
	for {
		n, err := in.Read(one)
		if n == 1 && one[0] == '\n' {
			return strings.TrimSpace(answer.String()), nil
		}
		answer.Write(one[:n])
		if err != nil {
			return strings.TrimSpace(answer.String()), err
		}
	}
}

// agree asks for consent to something that changes the installation.
func (c *command) agree(question string) error {
	if c.yes {
		return nil
	}
	if !c.canAsk() {
		return upgrade.NewFault("SB-9007", upgrade.KindWaiting, nil, "detail", question)
	}
	answer, err := c.ask(question+" [y/N]", true)
	if err != nil {
		return err
	}
	if a := strings.ToLower(answer); a != "y" && a != "yes" {
		return upgrade.NewFault("SB-9007", upgrade.KindWaiting, nil, "detail", question)
	}
	return nil
}

// usage is a fault for a wrong call.
func usage(format string, args ...any) error {
	return upgrade.NewFault("SB-9001", upgrade.KindUsage, nil, "detail", fmt.Sprintf(format, args...))
}

// usageArgs makes cobra's complaint about arguments a usage fault.
func usageArgs(check cobra.PositionalArgs) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if err := check(cmd, args); err != nil {
			return usage("%s: %v", cmd.CommandPath(), err)
		}
		return nil
	}
}

// limited applies --timeout to a context: when it runs out the command stops as if a person had stopped it, and says so.
func (c *command) limited(ctx context.Context) (context.Context, context.CancelFunc) {
	if c.timeout <= 0 {
		return ctx, func() {}
	}
	ctx, cancel := context.WithTimeoutCause(ctx, c.timeout, upgrade.NewFault("SB-9008", upgrade.KindFailed, context.DeadlineExceeded, "timeout", c.timeout.String()))
	c.bounded = ctx
	return ctx, cancel
}

// timedOut names --timeout as what ended a command, whatever the work itself said when it was stopped.
func (c *command) timedOut(err error) error {
	var v verdict
	if err == nil || c.bounded == nil || errors.As(err, &v) || !errors.Is(c.bounded.Err(), context.DeadlineExceeded) {
		return err
	}
	return context.Cause(c.bounded)
}

// group is a command that only holds others.
func group(use, short string, subs ...*cobra.Command) *cobra.Command {
	g := &cobra.Command{Use: use, Short: short, Args: usageArgs(cobra.NoArgs), RunE: func(cmd *cobra.Command, args []string) error {
		return usage("%s needs one of its commands", cmd.CommandPath())
	}}
	g.AddCommand(subs...)
	return g
}
