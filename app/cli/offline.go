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
	"github.com/springboard-leap/springboard/platform/maintenance"
	"github.com/springboard-leap/springboard/upgrade/offline"
	"github.com/springboard-leap/springboard/upgrade/settings"
)

// offlineResult is the answer of the offline commands.
type offlineResult struct {
	wire.OfflineStatus
	Diff string `json:"diff,omitempty"` // of begin
	Back int    `json:"back,omitempty"` // changes that end put back
	lead bool   // print the steps for a Notes client
	// Merged are those among them of files that somebody else had edited since.
	Merged []settings.Record `json:"merged,omitempty"`
}

// servingLine tells where the maintenance page is served.
type servingLine struct {
	Event   string `json:"event"`
	BaseURL string `json:"base_url"`
	Health  string `json:"health"`
}

type servedResult struct {
	maintenance.Counts
}

type pageResult struct {
	Page []wire.WebConfig `json:"page"`
}

// offlineFlags are what several of the commands take.
type offlineFlags struct {
	wire.OfflineOptions
	wire.ServeOptions
	look    wire.OfflineLook
	until   string
	servers []string
}

func (f *offlineFlags) page(cmd *cobra.Command) {
	fl := cmd.Flags()
	fl.StringVar(&f.OfflineOptions.Page.Title, "page-title", "", "title of the maintenance page")
	fl.StringVar(&f.OfflineOptions.Page.Text, "page-text", "", "text of the maintenance page")
	fl.StringVar(&f.OfflineOptions.Page.Contact, "page-contact", "", "who can be asked, on the maintenance page")
	fl.StringVar(&f.until, "until", "", "when the window ends, e.g. 06:00, \"2026-11-24 06:00\" or 8h")
	fl.DurationVar(&f.OfflineOptions.Page.Retry, "retry-after", 0, "after what time clients ask again (default 10m)")
}

func (f *offlineFlags) files(cmd *cobra.Command) {
	fl := cmd.Flags()
	fl.StringSliceVar(&f.servers, "web", nil, "web servers to write configuration for: ihs, apache, nginx, haproxy (default: all)")
	fl.StringVar(&f.To, "to", "", "folder for it (default: in the run)")
	fl.StringVar(&f.At, "at", "", "where the web server will find that folder, when it is another machine (default: --to)")
}

func (f *offlineFlags) ways(cmd *cobra.Command) {
	fl := cmd.Flags()
	fl.StringVar(&f.Public, "public", "", "address that users have (default: as configured)")
	fl.StringVar(&f.Recognise, "recognise", "", "text on a maintenance page of your own, by which probes know it")
}

func (f *offlineFlags) listen(cmd *cobra.Command) {
	fl := cmd.Flags()
	fl.StringVar(&f.Listen, "listen", "", "serve the maintenance page at this address, e.g. :8080, until interrupted")
	fl.StringVar(&f.TLSCert, "tls-cert", "", "certificate (PEM) to serve it over TLS")
	fl.StringVar(&f.TLSKey, "tls-key", "", "key (PEM) of the certificate")
}

// read turns texts into values.
func (f *offlineFlags) read(now time.Time) (err error) {
	if f.Servers, err = wire.ParseWebServers(f.servers); err != nil {
		return err
	}
	f.Until, err = moment(f.until, now)
	f.OfflineOptions.Page.Until, f.ServeOptions.Page = f.Until, f.OfflineOptions.Page
	f.look.Public, f.look.Direct, f.look.Recognise = f.Public, f.Direct, f.Recognise
	return err
}

// moment reads a time of day (the next one), a date with a time, or how long from now.
func moment(text string, now time.Time) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	if d, err := time.ParseDuration(text); err == nil && d > 0 {
		return now.Add(d), nil
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02 15:04", "2006-01-02T15:04"} {
		if t, err := time.ParseInLocation(layout, text, now.Location()); err == nil {
			return t, nil
		}
	}
	if t, err := time.ParseInLocation("15:04", text, now.Location()); err == nil {
		at := time.Date(now.Year(), now.Month(), now.Day(), t.Hour(), t.Minute(), 0, 0, now.Location())
		if !at.After(now) {
			at = at.AddDate(0, 0, 1)
		}
		return at, nil
	}
	return time.Time{}, usage("--until %s: give a time such as 06:00, 2026-11-24 06:00 or 8h", text)
}

func (c *command) offlineCmd() *cobra.Command {
	return group("offline", "Keep users out while the product is upgraded, and bring them back", c.offlineBegin(), c.offlineEnd(), c.offlineStatus(), c.offlineServe(), c.offlinePage())
}

func (c *command) offlineBegin() *cobra.Command {
	var f offlineFlags
	cmd := &cobra.Command{
		Use:   "begin",
		Short: "Comment serverURI out (or switch it to --direct), traces off, maintenance page; the diff first",
		Long: "Comments serverURI out, or switches it to the address that reaches the server directly, takes Leap's trace strings out of the configuration, puts a notice on the " +
			"login page, and writes the maintenance page with configuration for IBM HTTP Server, Apache, nginx and HAProxy. The web server or load balancer in front is switched by its " +
			"administrator; with --listen Springboard serves the page itself. The probes tell who can reach what. An interrupted begin is gone on with by the same command.",
		Args: usageArgs(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			desk, err := c.open()
			if err == nil {
				err = f.read(time.Now())
			}
			if err != nil {
				return err
			}
			ctx, cancel := c.limited(cmd.Context())
			defer cancel()
			plan, err := desk.Offline().Plan(ctx, f.OfflineOptions)
			if err != nil {
				return err
			}
			if !c.dryRun {
				if c.canAsk() && !c.yes {
					fmt.Fprint(c.Err, plan.Diff())
					if err := c.agree("Apply this change?"); err != nil {
						return err
					}
				}
				if err := desk.Offline().Begin(ctx, plan, f.OfflineOptions); err != nil {
					return err
				}
			}
			if f.Listen != "" && !c.dryRun {
				c.printer.lines = true
				if _, err := c.serving(ctx, "offline.begin/1", f.ServeOptions); err != nil {
					return err
				}
				ctx = context.WithoutCancel(ctx)
			}
			return c.offlineResult(ctx, "offline.begin/1", f.look, offlineResult{Diff: plan.Diff(), lead: true})
		},
	}
	cmd.Flags().StringVar(&f.Direct, "direct", "", "address that reaches the server without the web server, e.g. http://leap01:9080")
	cmd.Flags().StringVar(&f.Notice, "notice", "", "text for the login page (dailyInfo)")
	f.page(cmd)
	f.files(cmd)
	f.ways(cmd)
	f.listen(cmd)
	return cmd
}

func (c *command) offlineEnd() *cobra.Command {
	var look wire.OfflineLook
	cmd := &cobra.Command{
		Use:   "end",
		Short: "Put back exactly what begin changed, byte for byte, and prove it",
		Long: "Puts back what begin changed, byte for byte. Where somebody else edited one of the files since, begin's own settings are put back and the other edits stay, which is proven by " +
			"every setting in force. Where the same setting was edited, nothing is written and both changes are shown; --prefer says whose stays.",
		Args: usageArgs(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			desk, err := c.open()
			if err != nil {
				return err
			}
			ctx, cancel := c.limited(cmd.Context())
			defer cancel()
			if c.dryRun {
				return c.offlineResult(ctx, "offline.end/1", look, offlineResult{})
			}
			back, err := desk.Offline().End(ctx)
			if err != nil {
				return err
			}
			return c.offlineResult(ctx, "offline.end/1", look, offlineResult{Back: len(back), Merged: merged(back), lead: true})
		},
	}
	lookFlags(cmd, &look)
	c.preferFlag(cmd)
	return cmd
}

// merged are the records that were taken back out of files which somebody else had edited since.
func merged(back []settings.Record) (out []settings.Record) {
	for _, r := range back {
		if r.TakenBack != nil {
			out = append(out, r)
		}
	}
	return out
}

// preferFlag is for commands that take changes of settings back.
func (c *command) preferFlag(cmd *cobra.Command) {
	cmd.Flags().StringVar(&c.prefer, "prefer", "", "where somebody else changed the same setting since: theirs (leave it) or ours (put back what was before); default: refuse and show both")
}

func lookFlags(cmd *cobra.Command, look *wire.OfflineLook) {
	cmd.Flags().StringVar(&look.Public, "public", "", "address that users have (default: as begin knew it, or as configured)")
	cmd.Flags().StringVar(&look.Direct, "direct", "", "address that reaches the server without the web server")
	cmd.Flags().StringVar(&look.Recognise, "recognise", "", "text on a maintenance page of your own, by which probes know it")
}

func (c *command) offlineStatus() *cobra.Command {
	var look wire.OfflineLook
	cmd := &cobra.Command{
		Use:   "status",
		Short: "Who can reach what now, by probe, what was switched, and what is due meanwhile",
		Args:  usageArgs(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx, cancel := c.limited(cmd.Context())
			defer cancel()
			return c.offlineResult(ctx, "offline.status/1", look, offlineResult{})
		},
	}
	lookFlags(cmd, &look)
	return cmd
}

func (c *command) offlineServe() *cobra.Command {
	var f offlineFlags
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Serve the maintenance page in the foreground until interrupted: 503 with Retry-After",
		Long: "Serves the maintenance page of the run to browsers and the same as JSON to programs, always with status 503 and Retry-After; " + offline.HealthPath + " answers 200, for a " +
			"load balancer that has to see that the page is there.",
		Args: usageArgs(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if f.Listen == "" {
				return usage("springboardctl offline serve: --listen ADDRESS is missing, e.g. --listen :8080")
			}
			if err := f.read(time.Now()); err != nil {
				return err
			}
			ctx, cancel := c.limited(cmd.Context())
			defer cancel()
			c.printer.lines, c.offlineSaid = true, true
			counts, err := c.serving(ctx, "offline.serve/1", f.ServeOptions)
			if err != nil {
				return err
			}
			return c.object("offline.serve/1", servedResult{counts}, func(w io.Writer) {
				fmt.Fprintf(w, "shown %d times as a page, %d times as JSON\n", counts.Pages, counts.JSON)
			})
		},
	}
	f.page(cmd)
	f.listen(cmd)
	return cmd
}

// serving serves the page until the command is interrupted.
func (c *command) serving(ctx context.Context, schema string, o wire.ServeOptions) (maintenance.Counts, error) {
	desk, err := c.open()
	if err != nil {
		return maintenance.Counts{}, err
	}
	o.Ready = func(base string) {
		_ = c.event(schema, servingLine{"serving", base, base + offline.HealthPath}, "the maintenance page is served at "+base+"; interrupt to end")
	}
	return desk.Offline().Serve(ctx, o)
}

func (c *command) offlinePage() *cobra.Command {
	var f offlineFlags
	cmd := &cobra.Command{
		Use:   "page",
		Short: "Write the maintenance page and the configuration of the web servers, and take nothing offline",
		Args:  usageArgs(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			desk, err := c.open()
			if err == nil {
				err = f.read(time.Now())
			}
			if err != nil {
				return err
			}
			made, err := desk.Offline().WritePage(cmd.Context(), f.OfflineOptions)
			if err != nil {
				return err
			}
			return c.object("offline.page/1", pageResult{made}, func(w io.Writer) { printPage(w, made) })
		},
	}
	f.page(cmd)
	f.files(cmd)
	return cmd
}

func printPage(w io.Writer, page []wire.WebConfig) {
	for _, p := range page {
		fmt.Fprintf(w, "  %s: %s\n    on: %s\n    off: %s\n", p.Title, p.File, p.Enable, p.Back)
	}
}

// offlineResult prints the state with fresh probes.
func (c *command) offlineResult(ctx context.Context, schema string, look wire.OfflineLook, res offlineResult) error {
	desk, err := c.open()
	if err != nil {
		return err
	}
	if res.OfflineStatus, err = desk.Offline().Status(ctx, look); err != nil {
		return err
	}
	c.offlineSaid = true
	return c.object(schema, res, func(w io.Writer) { printOffline(w, res) })
}

func printOffline(w io.Writer, res offlineResult) {
	fmt.Fprint(w, res.Diff)
	fmt.Fprint(w, res.State)
	if res.State == "offline" {
		fmt.Fprintf(w, " since %s (%s)", res.Since.Local().Format("2006-01-02 15:04"), age(time.Duration(res.Seconds)*time.Second))
	}
	if res.Interrupted != "" {
		fmt.Fprintf(w, "; %s was interrupted: run it again, or springboardctl offline end", res.Interrupted)
	}
	if res.Back > 0 {
		fmt.Fprintf(w, "; %d changes are back byte for byte", res.Back-len(res.Merged))
	}
	fmt.Fprintln(w)
	for _, r := range res.Merged {
		fmt.Fprintf(w, "  %s was edited meanwhile: as before are %s; the other edits stay\n", r.File, strings.Join(r.TakenBack.Keys, ", "))
	}
	for _, p := range res.Probes {
		sign := "not as it should be"
		if p.Right {
			sign = "right"
		}
		fmt.Fprintf(w, "  %s -> %s: %s. %s\n    %s\n", p.From, p.To, sign, cut(p.Says, 110), p.URL)
		if p.Next != "" {
			fmt.Fprintf(w, "    %s\n", p.Next)
		}
	}
	if res.lead {
		writeNotes(w, slices.DeleteFunc(slices.Clone(res.Notes), func(t wire.NotesTask) bool { return t.Ticked != nil }))
	}
	for _, r := range res.Changes {
		fmt.Fprintf(w, "  changed: %s (springboardctl offline end puts it back)\n", r.File)
	}
	if res.State == "offline" {
		printPage(w, res.Page)
	}
	if res.Back > 0 {
		return
	}
	for _, way := range res.Trace.Ways {
		fmt.Fprintf(w, "  trace is on in the running server (%s); off by %s:\n", cut(res.Trace.Running, 70), way.Where)
		for _, line := range way.Lines {
			fmt.Fprintf(w, "    %s\n", line)
		}
		fmt.Fprintf(w, "    proof: %s\n", way.Proof)
	}
	for _, t := range res.Timers {
		if !t.Inside {
			continue
		}
		at := "at an hour that is not known"
		if !t.At.IsZero() {
			at = "at " + t.At.Format("2006-01-02 15:04 MST")
		}
		fmt.Fprintf(w, "  due: %s, %s. %s\n", t.Name, at, t.Next)
	}
	for _, r := range res.Remind {
		fmt.Fprintf(w, "  see to it: %s\n", r)
	}
}

// age is how long something lasts, in words.
func age(d time.Duration) string {
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%d s", int(d.Seconds()))
	case d < time.Hour:
		return fmt.Sprintf("%d min", int(d.Minutes()))
	}
	return fmt.Sprintf("%d h %d min", int(d.Hours()), int(d.Minutes())%60)
}

// remindOffline says after each command that the product is offline, as long as it is: what is forgotten keeps users out.
func (c *command) remindOffline(ctx context.Context) {
	if c.desk == nil || c.offlineSaid {
		return
	}
	if since, dir, ok := c.desk.OfflineSince(ctx); ok {
		c.say("the product is offline for %s (run %s); springboardctl offline end brings it back", age(time.Since(since)), dir)
	}
}
