package shell_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/springboard-leap/springboard/ui/kit"
	"github.com/springboard-leap/springboard/ui/offlineview"
	"github.com/springboard-leap/springboard/ui/port"
	"github.com/springboard-leap/springboard/ui/present"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/backup"
	"github.com/springboard-leap/springboard/upgrade/logs/logbook"
	"github.com/springboard-leap/springboard/upgrade/op"
	"github.com/springboard-leap/springboard/upgrade/run"
	"github.com/springboard-leap/springboard/upgrade/settings"
)

// at is the time in all tests.
var at = time.Date(2026, 11, 22, 22, 14, 5, 0, time.UTC)

func installation() upgrade.Installation {
	ev := func(file string, line int, text string) upgrade.Evidence {
		return upgrade.FileEvidence(file, line, text)
	}
	profile := "/srv/lab/opt/IBM/WebSphere/AppServer/profiles/AppSrv01"
	return upgrade.Installation{
		ID: "leap-prod", Product: upgrade.Leap, Runtime: upgrade.WAS, Version: "9.3.8.12", Root: "/srv/lab", Home: profile, Cell: "prodCell01",
		Program: profile + "/installedApps/prodCell01/HCL Leap.ear",
		Nodes: []upgrade.Node{{Name: "prodNode01", Servers: []upgrade.Server{{Name: "server1", HasLeap: true}, {Name: "nodeagent"}}},
			{Name: "prodNode02", Servers: []upgrade.Server{{Name: "server2", HasLeap: true}}}},
		Logs: []upgrade.LogFile{{Path: profile + "/logs/server1/SystemOut.log", Mode: upgrade.LogText, Role: "main", Exists: true,
			RolloverBytes: 1 << 20, RolloverFiles: 5}},
		Extensions: upgrade.Extensions{Dirs: []string{"/srv/lab/opt/HCL/Leap/extensions"}, Source: upgrade.ExtensionsFSP, Confirmed: true},
		Trace:      upgrade.Trace{Configured: "*=info:com.ibm.form.nitro.*=finest", Running: "*=info", On: true},
		DataSource: &upgrade.DataSource{Kind: "db2", Database: "LEAPDB", Host: "db1.example.com", Port: 50000},
		BaseURL:    "https://leap.example.com",
		Evidence: map[string]upgrade.Evidence{
			"product": ev(profile+"/installedApps/prodCell01/HCL Leap.ear/META-INF/application.xml", 4, "<display-name>HCL Leap</display-name>"),
			"version": ev(profile+"/installedApps/prodCell01/HCL Leap.ear/META-INF/MANIFEST.MF", 7, "Build-Id: Leap 9.3.8.12 GA"),
			"home":    ev("/srv/lab/opt/IBM/WebSphere/AppServer/properties/profileRegistry.xml", 3, ""),
			"trace": ev(profile+"/config/cells/prodCell01/nodes/prodNode01/servers/server1/server.xml", 43,
				`startupTraceSpecification="*=info:com.ibm.form.nitro.*=finest"`),
		},
	}
}

func findings() []upgrade.Finding {
	in := installation()
	f := func(code, title string, s upgrade.Severity, summary, reason, remedy string) upgrade.Finding {
		return upgrade.Finding{Code: code, Title: title, Severity: s, Summary: summary, Reason: reason, Remedy: remedy,
			Source:   "Vendor's upgrade guide, step 4",
			Evidence: []upgrade.Evidence{in.Evidence["trace"]}}
	}
	all := []upgrade.Finding{
		f("LEAP-TRACE-001", "No trace strings are enabled", upgrade.Blocker, "server1 traces com.ibm.form.nitro.*=finest",
			"With trace strings on, the log rolls over within minutes and the failures of applications are lost with it",
			"Set the trace specification to *=info, then check again"),
		f("LEAP-URL-001", "serverURI can be reached without the web server", upgrade.Blocker, "leap.example.com answers only through the web server",
			"While users are out, the administrator reaches the server directly", "Set serverURI to the address of the server itself for the time of "+
				"the upgrade"),
		f("LEAP-ADMIN-001", "An administrator can sign in", upgrade.Unknown, "No user was given",
			"Setup can run only in the role AdministrativeUsers", "Give the user and password of an administrator"),
		f("LEAP-EXT-001", "The extensions directory survives the new .ear", upgrade.Warning, "It is set in fsp.properties, which a new .ear replaces",
			"", "Springboard puts it back in phase 8"),
		f("LEAP-LOG-002", "The log keeps enough", upgrade.Warning, "5 files of 1.0 MB hold about 20 minutes", "",
			"Let Springboard record the log, or raise the rollover"),
		f("LEAP-REH-001", "A rehearsal was done", upgrade.Warning, "Nobody has said so yet", "", "Rehearse on a copy"),
	}
	all[0].Fixable, all[1].Fixable, all[5].NeedsPerson = true, true, true
	for i := range 14 {
		all = append(all, f(fmt.Sprintf("LEAP-OK-%03d", i), fmt.Sprintf("Check number %d", i+1), upgrade.OK, "As it should be", "", ""))
	}
	return all
}

// engine is the whole engine in memory.
type engine struct {
	byHand
	offline  bool // the product is kept offline
	leaky    bool // and programs still get in
	wish     offlineview.Wish
	ticked   map[string]bool // steps that a person ticked
	place    port.Place
	checks   port.Checks
	log      port.LogState
	fails    int
	fixed    []string
	waived   []string
	failWith error
	hold     chan struct{} // keeps a backup running until it is closed
	backups  []backup.Summary
	ledger   port.Ledger
	stream   *present.LogStore
	failures []upgrade.Failure // nil: two made ones
	requests []port.LogRequest
	openWith error
	encoding string
	book     logbook.Book
	saved    []string

	verified, restored, applied, undone []string
	swept, putBack                      int
	choice                              atomic.Pointer[map[string]settings.Side] // what the reopen screen asked for last
	upgraded                            bool
	contested                           bool // somebody else edited the setting that is to be taken back
}

func newEngine() *engine {
	st := run.Status{Name: "2026-11-22 prod", Phase: run.Protect, Lab: true}
	for i, p := range run.Phases {
		s := run.Waiting
		if i < 1 {
			s = run.Done
		}
		st.Phases = append(st.Phases, run.PhaseStatus{ID: p, State: s})
	}
	return &engine{ticked: map[string]bool{},
		place:  port.Place{Installation: installation(), Found: true, Root: "/srv/lab", Lab: true, Served: true, Run: st, HasRun: true},
		checks: port.Checks{Findings: findings(), At: at.Add(-20 * time.Second)},
		log:    port.LogState{State: "live", Last: at.Add(-time.Second)}, fails: 12, backups: backups(), ledger: ledger(200), stream: stream(900),
	}
}

func (e *engine) Place(context.Context) (port.Place, error) { return e.place, e.failWith }
func (e *engine) Needs(context.Context) ([]port.Need, error) {
	return []port.Need{{Text: "3 findings stop the upgrade", Screen: "survey"}, {Text: "no proven backup", Screen: "protect"}}, nil
}
func (e *engine) LogState() port.LogState                    { return e.log }
func (e *engine) LogFailures() int                           { return e.fails }
func (e *engine) LogChanges(context.Context) <-chan struct{} { return nil }
func (e *engine) ReadFile(_ context.Context, path string, _ int) (port.Excerpt, error) {
	return port.Excerpt{Path: path, First: 40, Lines: []string{"<a>", "<b>", "<c>", `<services startupTraceSpecification="*=info"/>`, "<d>"}}, nil
}
func (e *engine) Serve(ctx context.Context, _ op.Reporter) error {
	<-ctx.Done()
	return context.Cause(ctx)
}

func (e *engine) ListFolder(context.Context, string) ([]kit.FolderItem, error) {
	return []kit.FolderItem{{Name: "opt", Folder: true}, {Name: "readme.txt"}}, nil
}

func (e *engine) Installations(context.Context, bool) ([]upgrade.Installation, error) {
	return []upgrade.Installation{e.place.Installation}, nil
}
func (e *engine) LookIn(context.Context, string) ([]upgrade.Installation, error) {
	return []upgrade.Installation{e.place.Installation}, nil
}
func (e *engine) Choose(context.Context, string) error          { return nil }
func (e *engine) Findings(context.Context) (port.Checks, error) { return e.checks, e.failWith }
func (e *engine) Check(_ context.Context, rep op.Reporter) error {
	rep.Phase("checks", 20, op.Items)
	return nil
}
func (e *engine) PreviewFix(context.Context, string) (string, error) {
	return "--- a\n+++ b\n@@ -42,3 +42,3 @@\n " +
		"<x/>\n-startupTraceSpecification=\"*=info:com.ibm.form.nitro.*=finest\"\n+startupTraceSpecification=\"*=info\"\n <y/>\n", nil
}
func (e *engine) Fix(_ context.Context, code string) error {
	e.fixed = append(e.fixed, code)
	return nil
}
func (e *engine) Waive(_ context.Context, code, by, why string) error {
	e.waived = append(e.waived, code+" "+by+" "+why)
	return nil
}
func (e *engine) Attest(context.Context, string, string) error { return nil }
