package shell_test

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/springboard-leap/springboard/assets"
	"github.com/springboard-leap/springboard/ui/journalview"
	"github.com/springboard-leap/springboard/ui/logview"
	"github.com/springboard-leap/springboard/ui/offlineview"
	"github.com/springboard-leap/springboard/ui/port"
	"github.com/springboard-leap/springboard/ui/present"
	"github.com/springboard-leap/springboard/ui/rehearseview"
	"github.com/springboard-leap/springboard/ui/settingsview"
	"github.com/springboard-leap/springboard/ui/signoffview"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/apps"
	"github.com/springboard-leap/springboard/upgrade/backup"
	"github.com/springboard-leap/springboard/upgrade/journal"
	"github.com/springboard-leap/springboard/upgrade/logs"
	"github.com/springboard-leap/springboard/upgrade/logs/logbook"
	"github.com/springboard-leap/springboard/upgrade/logs/stamp"
	"github.com/springboard-leap/springboard/upgrade/offline"
	"github.com/springboard-leap/springboard/upgrade/op"
	"github.com/springboard-leap/springboard/upgrade/report"
	"github.com/springboard-leap/springboard/upgrade/run"
	"github.com/springboard-leap/springboard/upgrade/settings"
)

func (e *engine) DefaultFolder() string { return "/srv/backups" }

func (e *engine) PlanBackup(_ context.Context, o backup.Options) (backup.Plan, error) {
	return backup.Plan{To: o.To, Files: 412, Bytes: 1_240_000_000, Parts: []backup.Part{
		{Name: "ear", In: true, Why: "The program that the new version replaces", Files: 380, Bytes: 940_000_000},
		{Name: "settings", In: true, Why: "Settings, extensions and resource mappings", Files: 31, Bytes: 210_000},
		{Name: "database", In: true, Why: "Db2 LEAPDB, by the tools of its server", Files: 1, Bytes: 300_000_000},
		{Name: "daos", In: false, Why: "Leap on WebSphere has no DAOS", Files: 0, Bytes: 0},
	}, Volumes: []backup.Volume{{Space: backup.Space{Free: 42_000_000_000, Type: "ext4"}, Path: o.To, Needed: 1_500_000_000}},
		Problems: []backup.Problem{{Code: "SB-9000", Fault: upgrade.NewFault("SB-9000", upgrade.KindPartial, nil, "detail", "the server runs")}}}, nil
}

func (e *engine) Backup(ctx context.Context, rep op.Reporter, _ backup.Options) (backup.Result, error) {
	rep.Phase("copying and reading back", 1_240_000_000, op.Bytes)
	rep.Add(700_000_000)
	rep.Item("/srv/lab/opt/HCL Leap.ear/builder.war/WEB-INF/lib/forms.jar")
	if e.hold != nil {
		select {
		case <-e.hold:
		case <-ctx.Done():
			return backup.Result{}, context.Cause(ctx)
		}
	}
	return backup.Result{Backup: "/srv/backups/new", State: backup.Sealed, Files: 412}, nil
}

func (e *engine) PlanRestore(context.Context, string) (backup.DatabaseRestore, bool, error) {
	return backup.DatabaseRestore{}, false, nil
}
func (e *engine) AttestDatabase(context.Context, string, backup.Attestation) (backup.Report, error) {
	return backup.Report{}, nil
}
func (e *engine) Backups(context.Context, string) ([]backup.Summary, error) { return e.backups, nil }
func (e *engine) Verify(_ context.Context, rep op.Reporter, dir string) (backup.Report, error) {
	rep.Phase("verifying", 10, op.Bytes)
	e.verified = append(e.verified, dir)
	return backup.Report{Backup: dir, OK: false, Files: 411, Problems: []backup.Mismatch{{Path: "files/settings/Leap_config.properties",
			Kind: backup.Content, Detail: "other bytes"}}},
		upgrade.NewFault("SB-9000", upgrade.KindVerify, nil, "detail", "one file differs")
}
func (e *engine) Prove(context.Context, op.Reporter, string) (backup.Report, error) {
	return backup.Report{OK: true}, nil
}
func (e *engine) Restore(_ context.Context, _ op.Reporter, dir string, o backup.RestoreOptions) (backup.Report, error) {
	e.restored = append(e.restored, fmt.Sprint(dir, " ", o.To, o.InPlace))
	return backup.Report{Files: 412}, nil
}

func backups() []backup.Summary {
	return []backup.Summary{
		{Backup: "/srv/backups/leap-prod-20261122-2130", State: backup.Proven, Created: at.Add(-40 * time.Minute), Parts: []string{"ear", "settings",
			"database"}, Files: 412, Bytes: 1_240_000_000,
			ManifestSHA256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", Proofs: []backup.Proof{{At: at.Add(-30 * time.Minute),
				OK: true, Files: 412}}},
		{Backup: "/srv/backups/leap-prod-20261121-0200", State: backup.Sealed, Created: at.Add(-20 * time.Hour), Parts: []string{"ear", "settings"},
			Files: 411, Bytes: 940_000_000},
	}
}

// ledger has n applications of which some failed for two causes.
func ledger(n int) port.Ledger {
	in := apps.Input{HasCensus: true, Since: at.Add(-time.Hour)}
	for i := range n {
		rec := int64(i * 37 % 5000)
		uid := fmt.Sprintf("%08x-90ab-4c1d-8e2f-1234567890ab", i+1)
		in.Census = append(in.Census, apps.Entry{UID: uid, Name: fmt.Sprintf("%s %02d", []string{"Travel request", "Onboarding", "Site inspection",
			"Expense report", "Incident"}[i%5], i/5+1), Records: &rec})
		f := apps.Fact{UID: uid, Source: upgrade.FromAccess, Says: upgrade.Upgraded, At: at.Add(-time.Duration(n-i) * time.Second),
			Seconds:  0.4 + float64(i%17)/7,
			Evidence: upgrade.Evidence{URL: "https://leap.example.com/apps/secure/org/run/" + uid, Status: 200}}
		switch {
		case i%29 == 3:
			f.Says, f.Error, f.Evidence.Status = upgrade.Failed, "com.ibm.form.nitro.UpgradeException: Application upgrade failed", 500
			f.Causes = []string{f.Error, []string{"java.lang.NullPointerException: form has no pages", "java.sql.SQLException: column RECORD_7 " +
				"already exists"}[i/29%2]}
			in.Facts = append(in.Facts, apps.Fact{UID: uid, Source: upgrade.FromLog, Says: upgrade.Failed, At: f.At, Error: f.Error, Causes: f.Causes,
				Evidence: upgrade.FileEvidence("/srv/lab/logs/SystemOut.log", 1200+i, "[11/22/26 22:10:11:037 CET] 000000a1 AppUpgrade E Application "+
					"upgrade failed")})
		case i > n-n/6:
			continue
		}
		in.Facts = append(in.Facts, f)
	}
	b := apps.Build(in)
	return port.Ledger{Taken: true, Board: b, Clusters: apps.Clusters(b), Source: "https://leap.example.com/apps-basic", At: at.Add(-2 * time.Hour),
		Since: in.Since, Read: at}
}

func (e *engine) Ledger(context.Context, bool) (port.Ledger, error) { return e.ledger, nil }
func (e *engine) Census(_ context.Context, rep op.Reporter) error   { return nil }
func (e *engine) Sweep(_ context.Context, rep op.Reporter) error {
	e.swept++
	rep.Phase("access", 200, op.Items)
	return nil
}
func (e *engine) Import(context.Context, string) (int, error) { return 7, nil }

// opened is a log that was opened beside the followed one.
type opened struct {
	*present.LogStore
	info    port.LogInfo
	changed chan struct{}
	closed  bool
}

func (o *opened) Info() port.LogInfo          { return o.info }
func (o *opened) Changed() <-chan struct{}    { return o.changed }
func (o *opened) Failures() []upgrade.Failure { return nil }
func (o *opened) Problem() error              { return nil }
func (o *opened) Close()                      { o.closed = true }

func (e *engine) OpenLog(_ context.Context, r port.LogRequest) (logview.Opened, error) {
	e.requests = append(e.requests, r)
	if e.openWith != nil {
		return nil, e.openWith
	}
	o := &opened{LogStore: stream(50), changed: make(chan struct{}), info: port.LogInfo{Title: "messages.log", Files: []string{"/x/messages_1.log",
		"/x/messages.log"}, Format: "liberty", Encoding: "UTF-8"}}
	if r.Encoding != "" {
		o.info.Encoding = r.Encoding
	}
	o.Progress(100, 100, true)
	close(o.changed)
	return o, nil
}

func (e *engine) Follows(path string) bool { return filepath.Base(path) == "SystemOut.log" }

func (e *engine) FollowIn(encoding string) { e.encoding = encoding }

func (e *engine) Logbook(context.Context) (logbook.Book, error) { return e.book, nil }

func (e *engine) ChangeLogbook(_ context.Context, change func(*logbook.Book) error) (logbook.Book, error) {
	b := logbook.Book{Bookmarks: slices.Clone(e.book.Bookmarks), Filters: slices.Clone(e.book.Filters)}
	err := change(&b)
	if err == nil {
		e.book = b
	}
	return e.book, err
}

func (e *engine) SaveLog(ctx context.Context, path string, from present.LogSource, f present.LogFilter) (n int, err error) {
	c := from.Count()
	err = from.Search(ctx, f, c.First, c.End, func(hits []int, _ int) bool { n += len(hits); return true })
	e.saved = append(e.saved, fmt.Sprint(path, " ", n))
	return n, err
}

func (e *engine) Stream() *present.LogStore { return e.stream }
func (e *engine) Failures() []upgrade.Failure {
	if e.failures != nil {
		return e.failures
	}
	var out []upgrade.Failure
	for i := range e.fails {
		out = append(out, upgrade.Failure{Rule: "app-upgrade", Severity: upgrade.Blocker, Name: fmt.Sprintf("Travel request %02d", i+1),
			Text: "Application upgrade failed", Time: at.Add(-time.Duration(i) * time.Minute),
			Evidence: upgrade.FileEvidence("/srv/lab/logs/SystemOut.log", 100+10*i, "")})
	}
	return out
}

func stream(n int) *present.LogStore {
	b := present.NewLogStore(64 << 20)
	for i := range n {
		r := &logs.Record{Level: "I", Severity: logs.Info, Text: "Request served in 12 ms", Logger: "AppUpgradeSe", Thread: fmt.Sprintf("%08x", i%77),
			File: "/srv/lab/logs/SystemOut.log", Line: int64(i*3 + 1), Lines: 1}
		switch {
		case i%41 == 7:
			r.Level, r.Severity, r.Text = "E", logs.Error, "CWLEAP0042E: Application upgrade failed: Travel request "+fmt.Sprint(i)
			r.Trace = []string{"java.lang.NullPointerException: form has no pages", "\tat com.ibm.form.nitro.service.upgrade.Upgrader.run(Upgrader.java:118)"}
			r.Causes = []logs.Cause{{Class: "java.lang.NullPointerException", Message: "form has no pages", Frames: []string{"com.ibm.form"}}}
			r.Lines = 3
		case i%13 == 4:
			r.Level, r.Severity, r.Text = "W", logs.Warning, "The pool has 2 connections left"
		}
		when := at.Add(-time.Duration(n-i) * time.Second)
		r.Time, r.Stamp = stamp.Moment{Time: when, Zone: "UTC", Fixed: true}, when.Format("1/2/06 15:04:05:000 MST")
		b.Add(present.LogEntry{Record: r, Failed: r.Severity == logs.Error})
	}
	return b
}

func (e *engine) Checklist(context.Context) ([]port.Step, error) {
	steps := []port.Step{
		{Title: "The server has stopped", State: run.Done, At: at.Add(-9 * time.Minute), Says: "No process of server1 runs",
			Evidence: upgrade.Evidence{Command: "processes of server1", Output: "none"}},
		{Title: "The new program is in place", State: run.Done, At: at.Add(-6 * time.Minute), Says: "Leap 9.3.12.4 GA",
			Evidence: upgrade.FileEvidence("/srv/lab/HCL Leap.ear/META-INF/MANIFEST.MF", 7, "Build-Id")},
		{Title: "The server has started", State: run.Done, At: at.Add(-4 * time.Minute), Says: "WSVR0001I",
			Evidence: upgrade.FileEvidence("/srv/lab/logs/SystemOut.log", 88, "open for e-business")},
		{Title: "Setup runs", State: run.Interrupted, At: at.Add(-time.Minute), Says: "Phase 1 of 2 has begun"},
		{Title: "Setup is done", State: run.Waiting},
	}
	if e.upgraded {
		for i := range steps {
			steps[i].State = run.Done
		}
	}
	return steps, nil
}
func (e *engine) Practice(context.Context, op.Reporter) error { e.upgraded = true; return nil }

func (e *engine) SettingsFiles(context.Context) ([]upgrade.SettingsFile, error) {
	if e.domino {
		return []upgrade.SettingsFile{{Path: offline.VoltConfig, Kind: "volt-config", Exists: true}}, nil
	}
	return []upgrade.SettingsFile{{Path: "/srv/lab/opt/HCL/Leap/extensions/Leap_config.properties", Kind: "leap-config", Exists: true},
		{Path: "/srv/lab/fsp.properties", Kind: "fsp", Exists: true},
		{Path: "/srv/lab/server.xml", Kind: "was-server", Node: "prodNode01", Exists: true}, {Path: "/srv/lab/gone.xml", Exists: false}}, nil
}
func (e *engine) SettingsOf(_ context.Context, file string) (settingsview.File, error) {
	if e.domino {
		return settingsview.File{ByHand: true, Unset: []string{"adminInfo1", "serverURI"}, Notes: e.notes}, nil
	}
	s := func(k, v string, l int) upgrade.Setting {
		return upgrade.Setting{File: file, Key: k, Value: v, Line: l}
	}
	return settingsview.File{CanUndo: true, Unset: []string{"ibm.nitro.NitroConfig.adminInfo1"}, Copies: []settingsview.Copy{{Where: "prodNode02",
		Settings: []upgrade.Setting{s("ibm.nitro.NitroConfig.serverURI", "https://leap2.example.com", 12), s("ibm.nitro.SetupAll.setupStatus", "start", 14),
			s("ibm.nitro.LoginService.password", "geheim", 20), s("acme.custom.key", "ä ö ü", 31)}}}, Settings: []upgrade.Setting{s("ibm.nitro.NitroConfig.serverURI", "https://leap.example.com", 12),
		s("ibm.nitro.SetupAll.setupStatus", "start", 14),
		s("ibm.nitro.LoginService.password", "geheim", 20), s("acme.custom.key", "ä ö ü", 31)},
		Problems: []settings.Problem{{Code: settings.ProblemMojibake, Line: 31, Key: "acme.custom.key"}}}, nil
}
func (e *engine) Known(key string) (settings.Known, bool) {
	if key == "ibm.nitro.NitroConfig.serverURI" {
		return settings.Known{Key: key, Kind: "url", Meaning: "The address under which users reach Leap", Restart: true}, true
	}
	return settings.Known{}, false
}
func (e *engine) RunScript(_ context.Context, d settingsview.Draft) error {
	e.applied = append(e.applied, d.Script)
	return nil
}
func (e *engine) PlanSetting(_ context.Context, edit upgrade.Edit, allNodes bool) (settingsview.Draft, error) {
	if e.domino {
		return e.planNotes(edit), nil
	}
	plan := settings.Plan{Files: []settings.FilePlan{{File: edit.File, BeforeSHA256: "a", AfterSHA256: "b",
		Diff:    "@@ -12 +12 @@\n-" + edit.Key + "=https://leap.example.com\n+" + edit.Key + "=" + edit.Value + "\n",
		Changes: []settings.Change{{Key: edit.Key}}}}}
	if strings.HasSuffix(edit.File, "server.xml") {
		return settingsview.Draft{Plan: plan, Script: "AdminConfig.save()\n"}, nil
	}
	if allNodes {
		return settingsview.Draft{Plan: plan, Nodes: map[string]string{edit.File: "prodNode01", "/srv/two/Leap_config.properties": "prodNode02"}}, nil
	}
	return settingsview.Draft{Plan: plan}, nil
}
func (e *engine) ApplySettings(_ context.Context, p settings.Plan) error {
	e.applied = append(e.applied, p.Files[0].Diff)
	return nil
}
func (e *engine) UndoSettings(_ context.Context, file string, prefer settings.Prefer) error {
	if e.contested && prefer == "" {
		return contested
	}
	e.undone = append(e.undone, file+string(prefer))
	return nil
}

func changes() []settings.Record {
	return []settings.Record{{ID: "1", File: "/srv/lab/server.xml", Why: "Fix LEAP-TRACE-001", At: at.Add(-time.Hour),
		Diff: "@@ -43 +43 @@\n-*=info:com.ibm.form.*=finest\n+*=info\n"}}
}

func (e *engine) Journal(context.Context) (journalview.Held, error) {
	entry := func(seq int, k journal.Kind, step, text string) journal.Entry {
		return journal.Entry{Seq: seq, Time: at.Add(time.Duration(seq-20) * time.Minute), By: "kim@ops1", Kind: k, Step: step, Text: text,
			Hash: "5e884898da28047151d0e56f8dc62927"}
	}
	return journalview.Held{Dir: "/srv/runs/2026-11-22 prod", Status: runStatus(e), Changes: changes(), Entries: []journal.Entry{
		entry(1, journal.Opened, "", "Run begun"), entry(2, journal.Effect, run.StepCensus, "200 applications"), entry(3, journal.Intent,
			run.StepBackup, "Back up 412 files to /srv/backups"),
		entry(4, journal.Effect, run.StepBackup, "Backed up 412 files, state sealed"), entry(5, journal.Failed, run.StepVerify, "One file differs"),
		entry(6, journal.Decision, "", "kim waived LEAP-LOG-002"),
	}}, nil
}

// runStatus has steps of each state.
func runStatus(e *engine) run.Status {
	st := run.Status{Run: "/srv/runs/2026-11-22 prod"}
	for i, s := range run.Steps() {
		t := assets.Step(s.ID)
		one := run.StepStatus{ID: s.ID, Phase: s.Phase, State: run.Waiting, Reversible: s.Reversible, Optional: s.Optional, Person: s.Person, Gate: s.Gate, Title: t.Title, Before: t.Before,
			Does: t.Does, Proof: t.Proof, WayBack: t.WayBack, IfStop: t.IfStop, Needs: []string{}}
		switch {
		case s.ID == run.StepBackup:
			one.State, one.Began, one.At, one.Text = run.Interrupted, at.Add(-time.Hour), at.Add(-time.Hour), "Back up 412 files"
		case i < 3 || e.ticked[s.ID]:
			one.State, one.Began, one.At, one.By, one.Text = run.Done, at.Add(-2*time.Hour), at.Add(-2*time.Hour+42*time.Second), "kim@ops1", "It was done"
		case s.ID == run.StepGate:
			one.Needs = []string{run.StepBackup, run.StepProve}
		}
		st.Steps = append(st.Steps, one)
	}
	return st
}

func (e *engine) WouldGoBack(context.Context) ([]run.WentBack, error) {
	return []run.WentBack{{Step: run.StepOffline, What: "the product was taken offline", Outcome: run.WouldUndo, Says: "the product was taken offline"},
		{Step: run.StepInstall, What: "Version 9.3.9.1 stands where 9.3.8.12 was", Outcome: run.StoppedAt, Says: "Restore the backup."}}, nil
}
func (e *engine) GoBack(_ context.Context, prefer settings.Prefer) ([]run.WentBack, error) {
	if e.contested && prefer == "" {
		return nil, contested
	}
	e.undone = append(e.undone, "run "+string(prefer))
	return []run.WentBack{{Step: run.StepOffline, What: "the product was taken offline", Outcome: run.TakenBack, Says: "2 files are as before"}}, nil
}
func (e *engine) Tick(_ context.Context, step, _, _ string) error { e.ticked[step] = true; return nil }
func (e *engine) Confirm(_ context.Context, word, by string) error {
	e.ticked[run.StepGate] = word == journalview.GateWord && by != ""
	return nil
}

func (e *engine) Situation(context.Context) (offlineview.Situation, error) {
	in := installation()
	s := offlineview.Situation{ServerURI: upgrade.Setting{File: "/srv/lab/Leap_config.properties", Key: "ibm.nitro.NitroConfig.serverURI", Value: "https://leap.example.com", Line: 12},
		Trace: in.Trace, Public: "https://leap.example.com", Direct: "http://127.0.0.1:9080", Remind: []string{"Switch SAML filtering off until the upgrade is through."}}
	if e.domino {
		s.Notes = e.notes
	}
	if e.offline {
		s.Offline, s.Since, s.Changes, s.ServerURI = true, at.Add(-133*time.Minute), changes(), upgrade.Setting{}
		s.Pages = []offlineview.Page{{Title: "IBM HTTP Server", File: "/srv/runs/prod/maintenance/ihs.conf", Enable: `First line of the VirtualHost: Include "ihs.conf"`,
			Back: "Take the line out"}, {Title: "nginx", File: "/srv/runs/prod/maintenance/nginx.conf", Enable: "include nginx.conf;", Back: "Take the line out, then nginx -s reload"}}
		s.Timers = []offline.Timer{{Name: "Statistics of the applications", At: at.Add(4 * time.Hour), Inside: true, Why: "They read every application.", Next: "Move the hour."}}
		s.Ways = offline.RunningTrace(upgrade.Installation{Runtime: upgrade.WAS, Home: "/opt/p", Trace: upgrade.Trace{Running: "*=info:com.ibm.form.*=finest", On: true},
			Nodes: []upgrade.Node{{Name: "node01", Servers: []upgrade.Server{{Name: "server1", HasLeap: true}}}}})
	}
	return s, nil
}

func (e *engine) Probe(ctx context.Context) (offlineview.Situation, error) {
	s, err := e.Situation(ctx)
	s.Proven = true
	for _, p := range []offline.Probe{{From: offline.Users, To: "web server", URL: s.Public + "/apps/"}, {From: offline.Programs, To: "web server", URL: s.Public + "/apps-basic/"},
		{From: offline.Administrator, To: "Leap", URL: s.Direct + "/apps/"}} {
		a := offline.Answer{Status: 401}
		if e.offline && p.From != offline.Administrator {
			a = offline.Answer{Status: 503, Mark: "m"}
		}
		if e.offline && e.leaky && p.From == offline.Programs {
			a = offline.Answer{Status: 401}
		}
		p.At = at
		p.Judge(a, offline.Expect{Mark: "m"}, e.offline)
		s.Proven = s.Proven && p.Right
		s.Probes = append(s.Probes, p)
	}
	return s, err
}
func (e *engine) PlanOffline(context.Context, offlineview.Wish) (string, error) {
	return "@@ -12 +12 @@\n-ibm.nitro.NitroConfig.serverURI = https://leap.example.com\n+#ibm.nitro.NitroConfig.serverURI = https://leap.example.com\n", nil
}
func (e *engine) GoOffline(_ context.Context, w offlineview.Wish) error {
	e.offline, e.wish = true, w
	return nil
}
func (e *engine) ComeBack(_ context.Context, prefer settings.Prefer) (int, error) {
	if e.contested && prefer == "" {
		return 0, contested
	}
	e.offline = false
	e.undone = append(e.undone, "offline"+string(prefer))
	return 2, nil
}
func (e *engine) ServePage(ctx context.Context, _ op.Reporter, _ string) error {
	<-ctx.Done()
	return context.Cause(ctx)
}

func (e *engine) Returned(_ context.Context, take map[string]settings.Side) ([]port.Returned, error) {
	site, own, vendor := "/opt/HCL/Leap/custom", "600", "400"
	timeout := settings.MergedKey{Key: "fsp.services.startup.timeout", Reason: settings.MergeConflict, Ours: &own, New: &vendor, Result: &own, Text: "Both changed it."}
	if take[timeout.Key] == settings.TakeNew {
		timeout.Reason, timeout.Result = settings.MergeChosen, &vendor
	}
	e.choice.Store(&take)
	open := 0
	if timeout.Open() {
		open = 1
	}
	return []port.Returned{{Title: "fsp.properties", Was: "customised by this site", Now: "as the new version brought it", Will: "merged, key by key", Open: open,
		Base: "/srv/lab/HCL Leap.ear", Merge: []settings.MergedKey{{Key: "extensions", Reason: settings.MergeKept, Ours: &site, Result: &site, Text: "Only this site had changed it."}, timeout},
		Diff: "@@ -1 +1,2 @@\n # fsp\n+extensions=/opt/HCL/Leap/custom\n", Evidence: upgrade.FileEvidence("/srv/lab/fsp.properties", 0, "")},
		{Title: "Extensions in fsp.properties", Was: "/opt/HCL/Leap/custom", Now: "not set", Will: "/opt/HCL/Leap/custom",
			Diff: "@@ -1 +1,2 @@\n # fsp\n+extensions=/opt/HCL/Leap/custom\n"},
		{Title: "serverURI", Was: "https://leap.example.com", Now: "https://leap.example.com", Will: "https://leap.example.com", Same: true}}, nil
}
func (e *engine) PutBack(_ context.Context, _ map[string]settings.Side, prefer settings.Prefer) (string, error) {
	if e.contested && prefer == "" {
		return "", contested
	}
	e.undone = append(e.undone, "put back "+string(prefer))
	e.putBack++
	return "Put 1 thing back.", nil
}

func (e *engine) Estimate(context.Context, string) (rehearseview.Basis, error) {
	p50, p90 := 412.0, 598.0
	b := rehearseview.Basis{Begun: true, Estimate: apps.Estimate{P50: &p50, P90: &p90, Basis: "200 applications, 180 of them measured in rehearsal-1",
		Apps: 200, Measured: 180}}
	b.Measured = e.ledger.Board.Filter(upgrade.Upgraded)
	b.Failed = e.ledger.Board.Filter(upgrade.Failed)
	return b, nil
}
func (e *engine) Runs(context.Context) ([]run.Listed, error) {
	return []run.Listed{{Dir: "/srv/runs/rehearsal-1", Meta: run.Meta{Name: "rehearsal-1", Version: "9.3.8.12", Created: at.Add(-72 * time.Hour)}}}, nil
}

func (e *engine) Draft(context.Context) (signoffview.Draft, error) {
	b := e.ledger.Board
	totals := map[string]int{}
	for k, n := range b.Totals {
		totals[string(k)] = n
	}
	after := installation()
	after.Version = "9.3.12.4"
	return signoffview.Draft{Begun: true, Folder: "/srv/runs/2026-11-22 prod/report", Report: report.Report{Verdict: report.Incomplete,
		Says: "It is not known of 33 applications what became of them", Before: installation(), After: after,
		Census: b.Census, Totals: totals, JournalOK: true, Unknown: []string{"33 of 200 applications are not settled.",
			"No backup was proven by a test restore."}}}, nil
}
func (e *engine) WriteReport(_ context.Context, _ op.Reporter, dir string) (report.Written, error) {
	return report.Written{Dir: dir, Files: []string{"report.html", "report.json", "applications.csv", "SHA256SUMS"}, Says: "done"}, nil
}
