package preflight

import (
	"time"

	"github.com/springboard-leap/springboard/upgrade"
)

// rows are the states of the world, check by check.
var rows = []row{
	{code: "LEAP-VER-001", name: "forward", severity: ok, key: "forward"},
	{code: "LEAP-VER-001", name: "backwards", change: func(e *Env) { e.Target.Version = "9.3.7" }, severity: blocker, key: "backwards"},
	{code: "LEAP-VER-001", name: "same", change: func(e *Env) { e.Target.Version = "9.3.8" }, severity: warning, key: "same"},
	{code: "LEAP-VER-001", name: "another product line", change: func(e *Env) { e.Target.Version = "10.0" }, severity: warning, key: "major"},
	{code: "LEAP-VER-001", name: "target unnamed", change: func(e *Env) { e.Target.Version = "" }, severity: info, key: "target-unnamed"},
	{code: "LEAP-VER-001", name: "target unreadable", change: func(e *Env) { e.Target.Version = "newest" }, severity: unknown, key: "target-unreadable"},
	{code: "LEAP-VER-001", name: "installed version unknown", change: func(e *Env) { e.Installation.Version = "" }, severity: unknown, key: "source-unknown"},

	{code: "LEAP-RUN-001", name: "free", severity: ok, key: "free"},
	{code: "LEAP-RUN-001", name: "held", change: func(e *Env) { e.Runs = fakeRuns{holder: &Holder{User: "eva", Host: "ops1", PID: 7}} }, severity: blocker, key: "held"},
	{code: "LEAP-RUN-001", name: "no port", change: func(e *Env) { e.Runs = nil }, severity: unknown, key: "no-runs"},
	{code: "LEAP-RUN-001", name: "error", change: func(e *Env) { e.Runs = fakeRuns{err: errBroken} }, severity: unknown, key: KeyNotSeen},
	{code: "LEAP-RUN-002", name: "passed", severity: ok, key: "passed"},
	{code: "LEAP-RUN-002", name: "none", change: func(e *Env) { e.Runs = fakeRuns{} }, severity: warning, key: "none"},
	{code: "LEAP-RUN-002", name: "old", change: func(e *Env) { e.Runs = fakeRuns{rehearsal: &Rehearsal{At: noon.AddDate(0, -2, 0)}} }, severity: warning, key: "old"},
	{code: "LEAP-RUN-002", name: "other version", change: func(e *Env) { e.Runs = fakeRuns{rehearsal: &Rehearsal{At: noon, TargetVersion: "9.3.10"}} }, severity: warning, key: "other-version"},
	{code: "LEAP-RUN-002", name: "failures", change: func(e *Env) {
		e.Runs = fakeRuns{rehearsal: &Rehearsal{At: noon, TargetVersion: "9.3.12", Failed: 1}}
	}, severity: warning, key: "failures"},
	{code: "LEAP-RUN-002", name: "unreadable", change: func(e *Env) { e.Runs = fakeRuns{err: errBroken} }, severity: unknown, key: KeyNotSeen},
	{code: "LEAP-RUN-003", name: "asks", severity: warning, key: "ask"},

	{code: "LEAP-SRV-001", name: "stopped", severity: ok, key: "stopped"},
	{code: "LEAP-SRV-001", name: "running while surveying", change: running, severity: info, key: "running"},
	{code: "LEAP-SRV-001", name: "running before the backup", phase: Protect, change: running, severity: blocker, key: "running"},
	{code: "LEAP-SRV-001", name: "blind", change: func(e *Env) { e.Processes = nil }, severity: unknown, key: "no-processes"},
	{code: "LEAP-SRV-001", name: "error", change: func(e *Env) { e.Processes = fakeProcesses{err: errBroken} }, severity: unknown, key: KeyNotSeen},
	{code: "LEAP-SRV-002", name: "none", phase: Protect, severity: ok, key: "none"},
	{code: "LEAP-SRV-002", name: "open", phase: Protect, change: func(e *Env) {
		e.Processes = fakeProcesses{open: []OpenFile{{PID: 4, Process: "clamd", Path: "/x"}}}
	}, severity: blocker, key: "open"},
	{code: "LEAP-SRV-002", name: "blind", phase: Protect, change: func(e *Env) { e.Processes = nil }, severity: unknown, key: "no-processes"},
	{code: "LEAP-SRV-003", name: "none", phase: Protect, severity: ok, key: "none"},
	{code: "LEAP-SRV-003", name: "connected", phase: Protect, change: func(e *Env) { e.Database = fakeDatabase{sessions: 2} }, severity: blocker, key: "connected"},
	{code: "LEAP-SRV-003", name: "embedded", phase: Protect, change: func(e *Env) { e.Installation.DataSource.Kind = "sqlite" }, severity: ok, key: "embedded"},
	{code: "LEAP-SRV-003", name: "database away", phase: Protect, change: func(e *Env) { e.Database = fakeDatabase{err: errBroken} }, severity: unknown, key: KeyNeeds},
	{code: "LEAP-ADM-001", name: "proven", severity: ok, key: "proven"},
	{code: "LEAP-ADM-001", name: "refused", change: login(LoginRefused), severity: blocker, key: "refused"},
	{code: "LEAP-ADM-001", name: "no administrator", change: login(LoginForbidden), severity: blocker, key: "forbidden"},
	{code: "LEAP-ADM-001", name: "nobody given", change: login(LoginNoUser), severity: unknown, key: "no-user"},
	{code: "LEAP-ADM-001", name: "server down", change: login(LoginNoAnswer), severity: unknown, key: "no-answer"},
	{code: "LEAP-ADM-001", name: "a login page", change: login(LoginOther), severity: unknown, key: "other"},
	{code: "LEAP-ADM-001", name: "blind", change: func(e *Env) { e.REST = nil }, severity: unknown, key: "no-rest"},
	{code: "LEAP-ADM-001", name: "error", change: func(e *Env) { e.REST = fakeREST{err: errBroken} }, severity: unknown, key: KeyNotSeen},
	{code: "LEAP-NODE-001", name: "single", severity: ok, key: "single"},
	{code: "LEAP-NODE-001", name: "several", change: nodes("/was/profiles/AppSrv02"), severity: warning, key: "several"},
	{code: "LEAP-NODE-001", name: "on another machine", change: nodes(""), severity: unknown, key: "far"},

	{code: "LEAP-URI-001", name: "canonical", severity: ok, key: "canonical"},
	{code: "LEAP-URI-001", name: "without context", change: uri("http://leap.example.com"), severity: ok, key: "canonical"},
	{code: "LEAP-URI-001", name: "unset", change: func(e *Env) { settingsOf(e).set(configFile) }, severity: info, key: "unset"},
	{code: "LEAP-URI-001", name: "slash at the end", change: uri("https://leap.example.com/apps/"), severity: warning, key: "not-canonical", fix: true},
	{code: "LEAP-URI-001", name: "no URL", change: uri("leap.example.com"), severity: blocker, key: "invalid", fix: true},
	{code: "LEAP-URI-001", name: "blind", change: func(e *Env) { e.Settings = nil }, severity: unknown, key: "no-settings"},
	{code: "LEAP-URI-001", name: "file unreadable", change: func(e *Env) { delete(settingsOf(e), configFile) }, severity: unknown, key: KeyNotSeen},
	{code: "LEAP-URI-002", name: "resolved", severity: ok, key: "resolved"},
	{code: "LEAP-URI-002", name: "unresolved", change: func(e *Env) { e.Net = fakeNet{} }, severity: blocker, key: "unresolved"},
	{code: "LEAP-URI-002", name: "no address", change: func(e *Env) { settingsOf(e).set(configFile); e.Installation.BaseURL = "" }, severity: unknown, key: "no-address"},
	{code: "LEAP-URI-002", name: "blind", change: func(e *Env) { e.Net = nil }, severity: unknown, key: "no-net"},
	{code: "LEAP-URI-002", name: "needs a proper address", change: uri("ftp://x"), severity: unknown, key: KeyNeeds},
	{code: "LEAP-URI-003", name: "valid", severity: ok, key: "valid"},
	{code: "LEAP-URI-003", name: "plain", change: uri("http://leap.example.com/apps"), severity: info, key: "plain"},
	{code: "LEAP-URI-003", name: "ends in the window", change: certificateUntil(noon.AddDate(0, 0, 20), ""), severity: warning, key: "expires"},
	{code: "LEAP-URI-003", name: "untrusted", change: certificateUntil(noon.AddDate(1, 0, 0), "expired"), severity: blocker, key: "untrusted"},
	{code: "LEAP-URI-003", name: "no handshake", change: func(e *Env) { e.Net = fakeNet{resolve: []string{"::1"}, err: errBroken} }, severity: unknown, key: KeyNotSeen},
	{code: "LEAP-URI-004", name: "answers", severity: ok, key: "answers"},
	{code: "LEAP-URI-004", name: "silent", change: func(e *Env) { e.Net = fakeNet{resolve: []string{"::1"}, err: errBroken} }, severity: blocker, key: "silent"},
	{code: "LEAP-URI-004", name: "broken", change: status(503), severity: blocker, key: "broken"},
	{code: "LEAP-URI-004", name: "something else", change: status(404), severity: blocker, key: "not-leap"},
	{code: "LEAP-URI-004", name: "blind", change: func(e *Env) { e.Net = nil }, severity: unknown, key: KeyNeeds},

	{code: "LEAP-DB-001", name: "reachable", severity: ok, key: "reachable"},
	{code: "LEAP-DB-001", name: "unreachable", change: func(e *Env) { e.Database = fakeDatabase{err: errBroken} }, severity: blocker, key: "unreachable"},
	{code: "LEAP-DB-001", name: "no driver", change: func(e *Env) {
		e.Database = fakeDatabase{err: upgrade.NewFault("SB-4000", upgrade.KindUnsupported, nil, "detail", "no driver for Db2")}
	}, severity: unknown, key: KeyNotSeen},
	{code: "LEAP-DB-001", name: "blind", change: func(e *Env) { e.Database = nil }, severity: unknown, key: "no-database"},
	{code: "LEAP-DB-002", name: "readable", severity: ok, key: "readable"},
	{code: "LEAP-DB-002", name: "lower case names", change: tables(Table{"freedom", "a", ""}, Table{"app_data", "b", ""}, Table{"if_cmis", "c", ""}), severity: ok, key: "readable"},
	{code: "LEAP-DB-002", name: "schema missing", change: tables(Table{"FREEDOM", "A", ""}), severity: blocker, key: "missing"},
	{code: "LEAP-DB-002", name: "no tables at all", change: tables(), severity: blocker, key: "missing"},
	{code: "LEAP-DB-002", name: "unreadable", change: tables(Table{"FREEDOM", "A", "permission denied"}), severity: blocker, key: "unreadable"},
	{code: "LEAP-DB-002", name: "legacy", change: tables(Table{"FREEDOM", "A", ""}, Table{"APP_DATA", "B", ""}, Table{"IF_CMIS", "C", ""}, Table{"S__78d5", "F", ""}), severity: warning, key: "legacy"},
	{code: "LEAP-DB-002", name: "a database without schemas", change: tables(Table{"", "APP_UPGRADE", ""}), severity: ok, key: "no-schemas"},
	{code: "LEAP-DB-002", name: "blind", change: func(e *Env) { e.Database = nil }, severity: unknown, key: KeyNeeds},
	{code: "LEAP-DB-003", name: "present", severity: ok, key: "present"},
	{code: "LEAP-DB-003", name: "not needed", change: func(e *Env) { e.Database = fakeDatabase{} }, severity: ok, key: "not-needed"},
	{code: "LEAP-DB-003", name: "absent", change: tool(Tool{Name: "pg_dump"}), severity: blocker, key: "absent"},
	{code: "LEAP-DB-003", name: "other main version", change: tool(Tool{Name: "pg_dump", Path: "/p", Version: "13.1", ServerVersion: "15.4"}), severity: blocker, key: "other-major"},
	{code: "LEAP-DB-003", name: "version not told", change: tool(Tool{Name: "pg_dump", Path: "/p"}), severity: unknown, key: "version-unknown"},

	{code: "LEAP-EAR-001", name: "recorded", severity: ok, key: "recorded"},
	{code: "LEAP-EAR-001", name: "not found", change: func(e *Env) { e.Installation.Program = "" }, severity: blocker, key: "not-found"},
	{code: "LEAP-EAR-001", name: "gone", change: func(e *Env) { e.Installation.Program = "/gone" }, severity: blocker, key: "absent"},
	{code: "LEAP-EAR-001", name: "unreadable", change: unreadable, severity: unknown, key: KeyNotSeen},
	{code: "LEAP-EAR-001", name: "no version", change: func(e *Env) { e.Installation.Version = "" }, severity: unknown, key: "no-version"},
	{code: "LEAP-EAR-001", name: "blind", change: func(e *Env) { e.Files = nil }, severity: unknown, key: "no-files"},
	{code: "LEAP-MAP-001", name: "recorded", severity: ok, key: "recorded"},
	{code: "LEAP-MAP-001", name: "none", change: func(e *Env) {
		settingsOf(e).set(resources)
		delete(settingsOf(e), hostsFile)
		e.Installation.DataSource = nil
	}, severity: warning, key: "none"},
	{code: "LEAP-MAP-001", name: "blind", change: func(e *Env) { e.Settings = nil }, severity: unknown, key: "no-settings"},
	{code: "LEAP-MAP-001", name: "file unreadable", change: func(e *Env) { delete(settingsOf(e), resources) }, severity: unknown, key: KeyNotSeen},

	{code: "LEAP-EXT-001", name: "confirmed", severity: ok, key: "confirmed"},
	{code: "LEAP-EXT-001", name: "differs", change: func(e *Env) { e.Installation.Extensions.Confirmed = false; e.Installation.Extensions.Logged = "/x" }, severity: blocker, key: "differs"},
	{code: "LEAP-EXT-001", name: "not in the log", change: func(e *Env) { e.Installation.Extensions.Confirmed = false; e.Installation.Extensions.Logged = "" }, severity: unknown, key: "unconfirmed"},
	{code: "LEAP-EXT-001", name: "folder missing", change: func(e *Env) { e.Installation.Extensions.Dirs = []string{"/nowhere"} }, severity: blocker, key: "absent"},
	{code: "LEAP-EXT-001", name: "folder unreadable", change: unreadable, severity: unknown, key: KeyNotSeen},
	{code: "LEAP-EXT-001", name: "not known", change: func(e *Env) { e.Installation.Extensions = upgrade.Extensions{} }, severity: unknown, key: "not-known"},
	{code: "LEAP-EXT-001", name: "fell back after the upgrade", phase: Reopen, change: func(e *Env) {
		e.Before = &upgrade.Installation{Extensions: upgrade.Extensions{Dirs: []string{"/site"}, Source: upgrade.ExtensionsFSP}}
		e.Installation.SettingsFiles = append(e.Installation.SettingsFiles, upgrade.SettingsFile{Path: "/fsp.properties", Kind: "fsp", Exists: true})
	}, severity: blocker, key: "fell-back", fix: true},
	{code: "LEAP-EXT-001", name: "the same after the upgrade", phase: Reopen, change: func(e *Env) { before := e.Installation; e.Before = &before }, severity: ok, key: "confirmed"},
	{code: "LEAP-EXT-002", name: "survives", severity: ok, key: "survives"},
	{code: "LEAP-EXT-002", name: "lost", change: func(e *Env) { e.Installation.Extensions.Source = upgrade.ExtensionsFSP }, severity: warning, key: "lost"},
	{code: "LEAP-EXT-002", name: "lost and movable", change: func(e *Env) {
		e.Installation.Extensions.Source = upgrade.ExtensionsFSP
		e.Installation.SettingsFiles = append(e.Installation.SettingsFiles, upgrade.SettingsFile{Path: "/fsp.properties", Kind: "fsp", Exists: true})
		settingsOf(e).set("/fsp.properties", "extensions", "/opt/HCL/Leap/my site")
		settingsOf(e).set(serverFile, jvmArguments, "-Dx=y")
	}, severity: warning, key: "lost", fix: true},
	{code: "LEAP-EXT-002", name: "not known", change: func(e *Env) { e.Installation.Extensions = upgrade.Extensions{} }, severity: unknown, key: "not-known"},
	{code: "LEAP-EXT-003", name: "none", severity: ok, key: "none"},
	{code: "LEAP-EXT-003", name: "pictures", change: func(e *Env) { replaceTree(e, "opt/HCL/Leap/extensions/logo.png", "x") }, severity: info, key: "files"},
	{code: "LEAP-EXT-003", name: "code", change: func(e *Env) { replaceTree(e, "opt/HCL/Leap/extensions/lib/widget.jar", "x") }, severity: warning, key: "custom"},
	{code: "LEAP-EXT-003", name: "unreadable", change: func(e *Env) {
		f := e.Files.(fakeFiles)
		f.broken = "/opt/HCL"
		e.Files = f
	}, severity: unknown, key: KeyNotSeen},
	{code: "LEAP-EXT-003", name: "blind", change: func(e *Env) { e.Files = nil }, severity: unknown, key: "no-files"},

	{code: "LEAP-CFG-001", name: "single", severity: ok, key: "single"},
	{code: "LEAP-CFG-001", name: "identical", change: secondConfig(serverURIKey, "https://leap.example.com/apps"), severity: ok, key: "identical"},
	{code: "LEAP-CFG-001", name: "differ", change: secondConfig(serverURIKey, "https://leap.example.com/apps", "x", "1"), severity: warning, key: "differ"},
	{code: "LEAP-CFG-001", name: "absent", change: func(e *Env) { e.Installation.SettingsFiles = nil }, severity: warning, key: "absent"},
	{code: "LEAP-CFG-001", name: "blind", change: func(e *Env) { e.Settings = nil }, severity: unknown, key: "no-settings"},
	{code: "LEAP-CFG-002", name: "sound", severity: ok, key: "sound"},
	{code: "LEAP-CFG-002", name: "twice", change: func(e *Env) { settingsOf(e)[configFile][0].Overridden = true }, severity: warning, key: "odd"},
	{code: "LEAP-CFG-002", name: "garbled", change: func(e *Env) { settingsOf(e)[configFile][0].JavaValue = "Ã¼" }, severity: warning, key: "odd", fix: true},
	{code: "LEAP-CFG-002", name: "absent", change: func(e *Env) { e.Installation.SettingsFiles = nil }, severity: info, key: "absent"},
	{code: "LEAP-CFG-002", name: "blind", change: func(e *Env) { e.Settings = nil }, severity: unknown, key: "no-settings"},
	{code: "LEAP-JOB-001", name: "outside", severity: ok, key: "outside"},
	{code: "LEAP-JOB-001", name: "inside after midnight", change: func(e *Env) { e.Target.End = noon.Add(16 * time.Hour) }, severity: warning, key: "inside"},
	{code: "LEAP-JOB-001", name: "no window", change: func(e *Env) { e.Target.Begin = time.Time{} }, severity: info, key: "no-window"},
	{code: "LEAP-JOB-001", name: "off", change: func(e *Env) { settingsOf(e).set(configFile, "ibm.nitro.NitroConfig.appStats.timerEnabled", "false") }, severity: ok, key: "off"},
	{code: "LEAP-JOB-001", name: "another hour", change: func(e *Env) { settingsOf(e).set(configFile, "ibm.nitro.NitroConfig.appStats.refreshHour", "23") }, severity: warning, key: "inside"},
	{code: "LEAP-JOB-001", name: "blind", change: func(e *Env) { e.Settings = nil }, severity: unknown, key: "no-settings"},

	{code: "LEAP-TRACE-001", name: "off", severity: ok, key: "off"},
	{code: "LEAP-TRACE-001", name: "on", change: traced("*=info:com.ibm.form.nitro.*=finest"), severity: blocker, key: "on", fix: true},
	{code: "LEAP-TRACE-001", name: "everything", change: traced("*=all"), severity: blocker, key: "on", fix: true},
	{code: "LEAP-TRACE-001", name: "others", change: traced("*=info:com.ibm.ws.security.*=all"), severity: info, key: "others"},
	{code: "LEAP-TRACE-001", name: "unreadable", change: traced("???"), severity: unknown, key: "unreadable"},
	{code: "LEAP-TRACE-001", name: "owned by a deployment manager", change: func(e *Env) {
		traced("com.ibm.hrl.*=finer")(e)
		e.Installation.Nodes[0].Servers = append(e.Installation.Nodes[0].Servers, upgrade.Server{Name: "nodeagent", Type: "NODE_AGENT"})
	}, severity: blocker, key: "on-managed"},
	{code: "LEAP-TRACE-001", name: "on in a variable", change: func(e *Env) {
		traced("${trace.spec}")(e)
		e.Installation.Trace.Configured = "*=info:com.ibm.hrl.*=all"
	}, severity: blocker, key: "on"},
	{code: "LEAP-TRACE-001", name: "off in a variable", change: traced("${trace.spec}"), severity: ok, key: "off"},
	{code: "LEAP-TRACE-001", name: "a variable nobody resolved", change: func(e *Env) { traced("${trace.spec}")(e); e.Installation.Trace.Configured = "" }, severity: unknown, key: "unreadable"},
	{code: "LEAP-TRACE-001", name: "nowhere", change: func(e *Env) { e.Installation.SettingsFiles = nil }, severity: unknown, key: "nowhere"},
	{code: "LEAP-TRACE-001", name: "blind", change: func(e *Env) { e.Settings = nil }, severity: unknown, key: "no-settings"},
	{code: "LEAP-TRACE-001", name: "Domino off", domino: true, severity: ok, key: "off"},
	{code: "LEAP-TRACE-001", name: "Domino on", domino: true, change: func(e *Env) { settingsOf(e).set(rcpFile, "dleap.level", "FINEST", "x", "y") }, severity: blocker, key: "on", fix: true},
	{code: "LEAP-TRACE-002", name: "off", severity: ok, key: "off"},
	{code: "LEAP-TRACE-002", name: "on and running", change: func(e *Env) { running(e); e.Installation.Trace.Running = "*=info:com.ibm.freedom.*=all" }, severity: blocker, key: "on"},
	{code: "LEAP-TRACE-002", name: "on and not running", change: func(e *Env) { e.Installation.Trace.Running = "*=info:com.ibm.freedom.*=all" }, severity: warning, key: "was-on"},
	{code: "LEAP-TRACE-002", name: "not in the log, running", change: func(e *Env) { running(e); e.Installation.Trace.Running = "" }, severity: unknown, key: "not-seen-in-log"},
	{code: "LEAP-TRACE-002", name: "not in the log, stopped", change: func(e *Env) { e.Installation.Trace.Running = "" }, severity: ok, key: "stopped"},
	{code: "LEAP-TRACE-002", name: "Liberty's default", change: func(e *Env) { e.Installation.Runtime = upgrade.Liberty; e.Installation.Trace.Running = "" }, severity: ok, key: "default"},
	{code: "LEAP-TRACE-002", name: "Domino", domino: true, severity: info, key: "not-told"},

	{code: "LEAP-LOG-001", name: "known", severity: ok, key: "known"},
	{code: "LEAP-LOG-001", name: "binary", change: func(e *Env) { e.Installation.Logs[0].Mode = upgrade.LogHPEL }, severity: warning, key: "hpel"},
	{code: "LEAP-LOG-001", name: "not there", change: func(e *Env) { e.Installation.Logs[0].Exists = false }, severity: warning, key: "not-written"},
	{code: "LEAP-LOG-001", name: "no log known", change: func(e *Env) { e.Installation.Logs = nil }, severity: unknown, key: "none"},
	{code: "LEAP-LOG-002", name: "enough", severity: ok, key: "enough"},
	{code: "LEAP-LOG-002", name: "short", change: func(e *Env) {
		e.Installation.Logs[0].RolloverBytes = 1 << 20
		e.Installation.Logs[0].RolloverFiles = 1
		e.Census = fakeCensus{facts: CensusFacts{Apps: make([]upgrade.App, 500)}}
	}, severity: warning, key: "short", fix: true},
	{code: "LEAP-LOG-002", name: "no census", change: func(e *Env) { e.Census = nil }, severity: info, key: "no-census"},
	{code: "LEAP-LOG-002", name: "no rollover", change: func(e *Env) { e.Installation.Logs[0].RolloverBytes = 0 }, severity: info, key: "no-rollover"},

	{code: "LEAP-APP-001", name: "fresh", severity: ok, key: "fresh"},
	{code: "LEAP-APP-001", name: "none", change: func(e *Env) { e.Census = fakeCensus{none: true} }, severity: warning, key: "none"},
	{code: "LEAP-APP-001", name: "old", change: func(e *Env) {
		e.Census = fakeCensus{facts: CensusFacts{At: noon.AddDate(0, 0, -2), Apps: make([]upgrade.App, 1)}}
	}, severity: warning, key: "old"},
	{code: "LEAP-APP-001", name: "empty", change: func(e *Env) { e.Census = fakeCensus{facts: CensusFacts{At: noon}} }, severity: warning, key: "empty"},
	{code: "LEAP-APP-001", name: "error", change: func(e *Env) { e.Census = fakeCensus{err: errBroken} }, severity: unknown, key: KeyNotSeen},
	{code: "LEAP-APP-002", name: "none", severity: ok, key: "none"},
	{code: "LEAP-APP-002", name: "broken", change: func(e *Env) {
		e.Census = fakeCensus{facts: CensusFacts{Apps: []upgrade.App{{UID: "u1", Name: "Orders"}}, Broken: map[string]string{"u1": "HTTP 500"}}}
	}, severity: warning, key: "broken"},
	{code: "LEAP-APP-002", name: "no census", change: func(e *Env) { e.Census = nil }, severity: info, key: "no-census"},
	{code: "LEAP-APP-002", name: "error", change: func(e *Env) { e.Census = fakeCensus{err: errBroken} }, severity: unknown, key: KeyNotSeen},
	{code: "LEAP-APP-003", name: "fine", severity: ok, key: "fine"},
	{code: "LEAP-APP-003", name: "large and old target", change: func(e *Env) { large(e); e.Target.Version = "9.3.10" }, severity: warning, key: "large"},
	{code: "LEAP-APP-003", name: "large and new target", change: large, severity: ok, key: "fine"},
	{code: "LEAP-APP-003", name: "no counts", change: func(e *Env) {
		e.Census = fakeCensus{facts: CensusFacts{Apps: []upgrade.App{{UID: "u"}}}}
	}, severity: info, key: "not-told"},
	{code: "LEAP-APP-003", name: "no census", change: func(e *Env) { e.Census = nil }, severity: info, key: "no-census"},

	{code: "LEAP-JVM-001", name: "enough", severity: ok, key: "enough"},
	{code: "LEAP-JVM-001", name: "small", change: func(e *Env) { settingsOf(e).set(serverFile, "jvmEntries/@maximumHeapSize", "512") }, severity: warning, key: "small"},
	{code: "LEAP-JVM-001", name: "by option", change: func(e *Env) {
		settingsOf(e).set(serverFile, "jvmEntries/@genericJvmArguments", "-Xms1g -Xmx4g -Dx=y")
	}, severity: ok, key: "enough"},
	{code: "LEAP-JVM-001", name: "default", change: func(e *Env) { settingsOf(e).set(serverFile) }, severity: warning, key: "default"},
	{code: "LEAP-JVM-001", name: "Liberty", change: func(e *Env) {
		e.Installation.Runtime, e.Installation.Home = upgrade.Liberty, "/wlp/usr/servers/leap"
		replaceTree(e, "wlp/usr/servers/leap/jvm.options", "#-Xmx8g\n-Xmx2048m\n")
	}, severity: ok, key: "enough"},
	{code: "LEAP-JVM-001", name: "blind", change: func(e *Env) { e.Settings = nil }, severity: unknown, key: "no-settings"},
	{code: "LEAP-JVM-002", name: "enough", domino: true, severity: ok, key: "enough"},
	{code: "LEAP-JVM-002", name: "not fixed", domino: true, change: func(e *Env) { settingsOf(e).set(notesFile, "HTTPJVMMaxHeapSize", "1024M") }, severity: warning, key: "not-fixed", fix: true},
	{code: "LEAP-JVM-002", name: "not fixed and running", domino: true, change: func(e *Env) {
		running(e)
		settingsOf(e).set(notesFile, "HTTPJVMMaxHeapSize", "1024M")
	}, severity: warning, key: "not-fixed"},
	{code: "LEAP-JVM-002", name: "small", domino: true, change: heap("512M"), severity: warning, key: "small"},
	{code: "LEAP-JVM-002", name: "unreadable", domino: true, change: heap("much"), severity: warning, key: "unreadable"},
	{code: "LEAP-JVM-002", name: "unset", domino: true, change: func(e *Env) { settingsOf(e).set(notesFile) }, severity: warning, key: "unset"},
	{code: "LEAP-JVM-002", name: "no notes.ini", domino: true, change: func(e *Env) { e.Installation.SettingsFiles = nil }, severity: unknown, key: "no-notes-ini"},

	{code: "LEAP-DOM-001", name: "in place", domino: true, severity: ok, key: "in-place"},
	{code: "LEAP-DOM-001", name: "plug-in gone", domino: true, change: func(e *Env) { e.Installation.Program = "" }, severity: blocker, key: "not-found"},
	{code: "LEAP-DOM-001", name: "configuration gone", domino: true, change: func(e *Env) { replaceTree(e, "local/notesdata/volt/VoltConfig.nsf", "") }, severity: blocker, key: "absent"},
	{code: "LEAP-DOM-001", name: "unreadable", domino: true, change: func(e *Env) {
		f := e.Files.(fakeFiles)
		f.broken = "/local/notesdata/volt"
		e.Files = f
	}, severity: blocker, key: "unreadable"},
	{code: "LEAP-DOM-001", name: "blind", domino: true, change: func(e *Env) { e.Files = nil }, severity: unknown, key: "no-files"},
	{code: "LEAP-DOM-002", name: "allowed", domino: true, severity: ok, key: "allowed"},
	{code: "LEAP-DOM-002", name: "14.5", domino: true, change: rev("14050000"), severity: ok, key: "allowed"},
	{code: "LEAP-DOM-002", name: "12.0.2", domino: true, change: rev("12000200"), severity: ok, key: "allowed"},
	{code: "LEAP-DOM-002", name: "11", domino: true, change: rev("11000100"), severity: blocker, key: "not-allowed"},
	{code: "LEAP-DOM-002", name: "12.0.1", domino: true, change: rev("12.0.1"), severity: blocker, key: "not-allowed"},
	{code: "LEAP-DOM-002", name: "unreadable", domino: true, change: rev("new"), severity: unknown, key: "unreadable"},
	{code: "LEAP-DOM-002", name: "not told", domino: true, change: func(e *Env) { replaceTree(e, "opt/hcl/domino/.install.dat", "") }, severity: unknown, key: "not-told"},
	{code: "LEAP-DOM-003", name: "off", domino: true, severity: ok, key: "off"},
	{code: "LEAP-DOM-003", name: "on", domino: true, change: withDAOS, severity: warning, key: "on"},
	{code: "LEAP-DOM-003", name: "not saved", domino: true, phase: Offline, change: withDAOS, severity: blocker, key: "not-saved"},
	{code: "LEAP-DOM-003", name: "saved", domino: true, phase: Offline, change: func(e *Env) {
		withDAOS(e)
		e.Backups = fakeBackups{all: []Backup{{State: "sealed", Parts: []string{"volt", "daos"}}}}
	}, severity: ok, key: "saved"},
	{code: "LEAP-DOM-003", name: "blind", domino: true, change: func(e *Env) { e.Settings = nil }, severity: unknown, key: "no-settings"},
	{code: "LEAP-DOM-004", name: "clean", domino: true, severity: ok, key: "clean"},
	{code: "LEAP-DOM-004", name: "running", domino: true, change: running, severity: info, key: "running"},
	{code: "LEAP-DOM-004", name: "crashed", domino: true, phase: Protect, change: consoleText("x Server shutdown complete\ny Server started on physical node\n"), severity: blocker, key: "not-clean"},
	{code: "LEAP-DOM-004", name: "not in the log", domino: true, change: consoleText("z Agent Manager started\n"), severity: unknown, key: "not-in-log"},
	{code: "LEAP-DOM-004", name: "no console log", domino: true, change: func(e *Env) { e.Installation.Logs = nil }, severity: unknown, key: "no-console"},
	{code: "LEAP-HTTP-001", name: "complete", domino: true, severity: ok, key: "complete"},
	{code: "LEAP-HTTP-001", name: "missing", domino: true, change: func(e *Env) { settingsOf(e).set(notesFile, "HTTPEnableMethods", "GET, post") }, severity: warning, key: "missing", fix: true},
	{code: "LEAP-HTTP-001", name: "unset", domino: true, change: func(e *Env) { settingsOf(e).set(notesFile) }, severity: info, key: "unset"},
	{code: "LEAP-HTTP-001", name: "blind", domino: true, change: func(e *Env) { e.Settings = nil }, severity: unknown, key: "no-settings"},

	{code: "LEAP-HOST-001", name: "awake", severity: ok, key: "awake"},
	{code: "LEAP-HOST-001", name: "restless", change: func(e *Env) {
		e.Host = fakeHost{facts: HostFacts{OnBattery: true, SleepAfter: time.Hour, RebootPending: true}}
	}, severity: warning, key: "restless"},
	{code: "LEAP-HOST-001", name: "partly", change: func(e *Env) { e.Host = fakeHost{facts: HostFacts{Missing: []string{"battery"}}} }, severity: info, key: "partly"},
	{code: "LEAP-HOST-001", name: "blind", change: func(e *Env) { e.Host = nil }, severity: unknown, key: "no-host"},
	{code: "LEAP-HOST-001", name: "error", change: func(e *Env) { e.Host = fakeHost{err: errBroken} }, severity: unknown, key: KeyNotSeen},
	{code: "LEAP-HOST-002", name: "enough", severity: ok, key: "enough"},
	{code: "LEAP-HOST-002", name: "short", change: disk("/runs", Disk{Free: 1 << 20}), severity: warning, key: "short"},
	{code: "LEAP-HOST-002", name: "read-only", change: disk("/runs", Disk{Free: 1 << 40, ReadOnly: true}), severity: blocker, key: "read-only"},
	{code: "LEAP-HOST-002", name: "no run", change: func(e *Env) { e.Target.RunDir = "" }, severity: info, key: "no-run"},
	{code: "LEAP-HOST-002", name: "blind", change: func(e *Env) { e.Host = nil }, severity: unknown, key: "no-host"},

	{code: "LEAP-BAK-001", name: "room", severity: ok, key: "room"},
	{code: "LEAP-BAK-001", name: "short", change: disk("/backup", Disk{Free: 3}), severity: blocker, key: "short"},
	{code: "LEAP-BAK-001", name: "read-only", change: disk("/backup", Disk{Free: 1 << 40, ReadOnly: true}), severity: blocker, key: "read-only"},
	{code: "LEAP-BAK-001", name: "FAT", change: disk("/backup", Disk{Free: 1 << 40, Type: "vfat", MaxFile: 4<<30 - 1}), severity: warning, key: "file-limit"},
	{code: "LEAP-BAK-001", name: "same volume", change: disk("/backup", Disk{Free: 1 << 40, Volume: "8:1"}), severity: warning, key: "same-volume"},
	{code: "LEAP-BAK-001", name: "inside the source", change: func(e *Env) { e.Target.BackupDir = earDir + "/backup" }, severity: blocker, key: "inside-source"},
	{code: "LEAP-BAK-001", name: "made", change: func(e *Env) { e.Target.BackupDir = "" }, severity: ok, key: "made"},
	{code: "LEAP-BAK-001", name: "not named", change: func(e *Env) { e.Target.BackupDir = ""; e.Backups = fakeBackups{} }, severity: info, key: "not-named"},
	{code: "LEAP-BAK-001", name: "not named before the backup", phase: Protect, change: func(e *Env) { e.Target.BackupDir = ""; e.Backups = fakeBackups{} }, severity: blocker, key: "not-named"},
	{code: "LEAP-BAK-001", name: "blind", change: func(e *Env) { e.Host = nil }, severity: unknown, key: "no-host"},
	{code: "LEAP-BAK-002", name: "proven", phase: Offline, severity: ok, key: "proven"},
	{code: "LEAP-BAK-002", name: "not yet", change: func(e *Env) { e.Backups = fakeBackups{} }, severity: info, key: "not-yet"},
	{code: "LEAP-BAK-002", name: "none", phase: Offline, change: func(e *Env) { e.Backups = fakeBackups{all: []Backup{{State: "copied"}}} }, severity: blocker, key: "none"},
	{code: "LEAP-BAK-002", name: "not proven", phase: Offline, change: func(e *Env) { e.Backups = fakeBackups{all: []Backup{{State: "sealed", At: noon, Parts: allParts}}} }, severity: blocker, key: "not-proven"},
	{code: "LEAP-BAK-002", name: "old", phase: Offline, change: func(e *Env) {
		e.Backups = fakeBackups{all: []Backup{{State: "proven", At: noon.AddDate(0, 0, -9), Parts: allParts}}}
	}, severity: warning, key: "old"},
	{code: "LEAP-BAK-002", name: "without the database", phase: Offline, change: func(e *Env) {
		e.Backups = fakeBackups{all: []Backup{{State: "proven", At: noon, Parts: []string{"ear", "settings"}}}}
	}, severity: blocker, key: "incomplete"},
	{code: "LEAP-BAK-002", name: "blind", change: func(e *Env) { e.Backups = nil }, severity: unknown, key: "no-backups"},
	{code: "LEAP-BAK-003", name: "asks", severity: warning, key: "ask"},
}

// unreadable: what cannot be looked at is not told to be gone.
func unreadable(e *Env) { e.Files = fakeFiles{broken: "/"} }
