package preflight

import (
	"context"
	"errors"
	"io/fs"
	"path"
	"strings"
	"testing/fstest"
	"time"

	"github.com/springboard-leap/springboard/upgrade"
)

var noon = time.Date(2026, 3, 7, 12, 0, 0, 0, time.UTC)

var errBroken = errors.New("input/output error")

// fakeFiles is a tree in memory; names below broken give an error.
type fakeFiles struct {
	tree   fstest.MapFS
	broken string
}

func (f fakeFiles) name(p string) (string, error) {
	if f.broken != "" && strings.HasPrefix(p, f.broken) {
		return "", errBroken
	}
	return path.Clean(strings.TrimPrefix(p, "/")), nil
}

func (f fakeFiles) Read(p string) ([]byte, error) {
	n, err := f.name(p)
	if err != nil {
		return nil, err
	}
	return fs.ReadFile(f.tree, n)
}

func (f fakeFiles) Stat(p string) (fs.FileInfo, error) {
	n, err := f.name(p)
	if err != nil {
		return nil, err
	}
	return fs.Stat(f.tree, n)
}

func (f fakeFiles) ReadDir(p string) ([]fs.DirEntry, error) {
	n, err := f.name(p)
	if err != nil {
		return nil, err
	}
	return fs.ReadDir(f.tree, n)
}

func (f fakeFiles) Usage(_ context.Context, p string) (Usage, error) {
	n, err := f.name(p)
	if err != nil {
		return Usage{}, err
	}
	var u Usage
	err = fs.WalkDir(f.tree, n, func(_ string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			fi, _ := d.Info()
			u.Bytes, u.Files = u.Bytes+fi.Size(), u.Files+1
		}
		return err
	})
	return u, err
}

func (f fakeFiles) Head(p string, n int) ([]byte, error) {
	data, err := f.Read(p)
	return data[:min(n, len(data))], err
}

func (f fakeFiles) Tail(p string, n int) ([]byte, error) {
	data, err := f.Read(p)
	return data[max(0, len(data)-n):], err
}

// fakeSettings holds settings by file; an XML key stands as the check asks for it.
type fakeSettings map[string][]upgrade.Setting

func (f fakeSettings) All(_ context.Context, file string) ([]upgrade.Setting, error) {
	all, ok := f[file]
	if !ok {
		return nil, fs.ErrNotExist
	}
	return all, nil
}

func (f fakeSettings) Find(ctx context.Context, file, key string) ([]upgrade.Setting, error) {
	all, err := f.All(ctx, file)
	var out []upgrade.Setting
	for _, s := range all {
		if s.Key == key {
			out = append(out, s)
		}
	}
	return out, err
}

// set makes a file's settings from pairs of key and value.
func (f fakeSettings) set(file string, pairs ...string) {
	f[file] = nil
	for i := 0; i+1 < len(pairs); i += 2 {
		f[file] = append(f[file], upgrade.Setting{File: file, Key: pairs[i], Value: pairs[i+1], Line: i/2 + 1})
	}
}

type fakeHost struct {
	disks map[string]Disk // by longest prefix
	facts HostFacts
	err   error
}

func (f fakeHost) Disk(_ context.Context, p string) (Disk, error) {
	best, at := Disk{}, -1
	for prefix, d := range f.disks {
		if strings.HasPrefix(p, prefix) && len(prefix) > at {
			best, at = d, len(prefix)
		}
	}
	return best, f.err
}

func (f fakeHost) Facts(context.Context) (HostFacts, error) { return f.facts, f.err }

type fakeNet struct {
	resolve []string
	answer  HTTPAnswer
	tls     TLSFacts
	err     error
}

func (f fakeNet) Resolve(context.Context, string) ([]string, error) {
	if f.resolve == nil {
		return nil, errBroken
	}
	return f.resolve, nil
}
func (f fakeNet) Get(context.Context, string) (HTTPAnswer, error)       { return f.answer, f.err }
func (f fakeNet) TLS(context.Context, string, string) (TLSFacts, error) { return f.tls, f.err }

type fakeDatabase struct {
	tables   []Table
	sessions int
	tool     Tool
	needed   bool
	err      error
}

func (f fakeDatabase) Ping(context.Context) (string, upgrade.Evidence, error) {
	return "PostgreSQL 15.6", upgrade.Evidence{}, f.err
}
func (f fakeDatabase) Tables(context.Context) ([]Table, error)        { return f.tables, f.err }
func (f fakeDatabase) Connections(context.Context) (int, error)       { return f.sessions, f.err }
func (f fakeDatabase) Tool(context.Context) (t Tool, n bool, e error) { return f.tool, f.needed, f.err }

type fakeREST struct {
	login Login
	err   error
}

func (f fakeREST) AdminLogin(context.Context) (Login, error) { return f.login, f.err }

type fakeProcesses struct {
	running []Process
	open    []OpenFile
	err     error
}

func (f fakeProcesses) Running(context.Context, upgrade.Installation) ([]Process, error) {
	return f.running, f.err
}
func (f fakeProcesses) OpenFiles(context.Context, []string, int) ([]OpenFile, error) {
	return f.open, f.err
}

type fakeBackups struct {
	all []Backup
	err error
}

func (f fakeBackups) List(context.Context) ([]Backup, error) { return f.all, f.err }

type fakeCensus struct {
	facts CensusFacts
	none  bool
	err   error
}

func (f fakeCensus) Latest(context.Context) (CensusFacts, bool, error) {
	return f.facts, !f.none, f.err
}

type fakeRuns struct {
	holder    *Holder
	rehearsal *Rehearsal
	err       error
}

func (f fakeRuns) Holder(context.Context) (Holder, bool, error) {
	if f.holder == nil {
		return Holder{}, false, f.err
	}
	return *f.holder, true, f.err
}

func (f fakeRuns) Rehearsal(context.Context) (Rehearsal, bool, error) {
	if f.rehearsal == nil {
		return Rehearsal{}, false, f.err
	}
	return *f.rehearsal, true, f.err
}

const (
	configFile = "/opt/HCL/Leap/extensions/Leap_config.properties"
	serverFile = "/was/profiles/AppSrv01/config/cells/c/nodes/n/servers/server1/server.xml"
	hostsFile  = "/was/profiles/AppSrv01/config/cells/c/virtualhosts.xml"
	resources  = "/was/profiles/AppSrv01/config/cells/c/nodes/n/servers/server1/resources.xml"
	earDir     = "/was/profiles/AppSrv01/installedApps/c/HCL Leap.ear"
	notesFile  = "/local/notesdata/notes.ini"
	rcpFile    = "/local/notesdata/domino/workspace/.config/rcpinstall.properties"
	console    = "/local/notesdata/IBM_TECHNICAL_SUPPORT/console.log"
)

// allParts are the parts that the products need in a backup.
var allParts = []string{"volt", "program", "settings", "ear", "database"}

func count(n int64) *int64 { return &n }

// healthyLeap is an environment in which every check of Leap on WebSphere is content.
func healthyLeap() *Env {
	set := fakeSettings{}
	set.set(configFile, serverURIKey, "https://leap.example.com/apps")
	set.set(serverFile, wasTraceKey, "*=info", "jvmEntries/@maximumHeapSize", "2048", "outputStreamRedirect/@rolloverSize", "1")
	set.set(hostsFile, "host:VirtualHost/@name", "default_host")
	set.set(resources, "factories[@xmi:type='resources.mail:MailSession']/@jndiName", "mail/Leap")
	return &Env{
		Now: func() time.Time { return noon },
		Installation: upgrade.Installation{
			Product: upgrade.Leap, Runtime: upgrade.WAS, Version: "9.3.8.12", Program: earDir, BaseURL: "https://leap.example.com",
			Nodes: []upgrade.Node{{Name: "n", Profile: "/was/profiles/AppSrv01", Servers: []upgrade.Server{{Name: "server1", HasLeap: true, Config: serverFile}}}},
			Logs:  []upgrade.LogFile{{Path: "/was/logs/SystemOut.log", Role: "main", Format: "was-basic", Mode: upgrade.LogText, Node: "n", Server: "server1", Exists: true, RolloverBytes: 20 << 20, RolloverFiles: 5}},
			SettingsFiles: []upgrade.SettingsFile{
				{Path: configFile, Kind: "leap-config", Exists: true},
				{Path: serverFile, Kind: "was-server", Node: "n", Server: "server1", Exists: true},
				{Path: resources, Kind: "resources", Exists: true},
			},
			Extensions: upgrade.Extensions{Dirs: []string{"/opt/HCL/Leap/extensions"}, Source: upgrade.ExtensionsJVM, Confirmed: true, Logged: "/opt/HCL/Leap/extensions"},
			Trace:      upgrade.Trace{Configured: "*=info", Running: "*=info"},
			DataSource: &upgrade.DataSource{Kind: "postgresql", JNDIName: "jdbc/leap", Database: "leap"},
			Evidence:   map[string]upgrade.Evidence{"version": upgrade.FileEvidence("/was/build.txt", 1, "Leap 9.3.8.12 GA")},
		},
		Target:   Target{Version: "9.3.12", BackupDir: "/backup/leap", RunDir: "/runs/1", Begin: noon.Add(10 * time.Hour), End: noon.Add(14 * time.Hour)},
		Settings: set,
		Files: fakeFiles{tree: fstest.MapFS{
			"was/profiles/AppSrv01/installedApps/c/HCL Leap.ear/builder.war/WEB-INF/web.xml": {Data: []byte("<web-app/>")},
			"opt/HCL/Leap/extensions/Leap_config.properties":                                 {Data: []byte("a=1")},
		}},
		Host: fakeHost{disks: map[string]Disk{
			"/":       {Free: 100 << 30, Total: 200 << 30, Type: "ext4", Volume: "8:1"},
			"/backup": {Path: "/backup", Free: 100 << 30, Total: 200 << 30, Type: "xfs", Volume: "8:2"},
		}, facts: HostFacts{OS: "linux/amd64"}},
		Net:       fakeNet{resolve: []string{"192.0.2.7"}, answer: HTTPAnswer{Status: 302}, tls: TLSFacts{Subject: "CN=leap", NotAfter: noon.AddDate(1, 0, 0)}},
		Database:  fakeDatabase{tables: []Table{{"FREEDOM", "APPS", ""}, {"APP_DATA", "T1", ""}, {"IF_CMIS", "OBJECTS", ""}}, tool: Tool{"pg_dump", "/usr/bin/pg_dump", "15.6", "15.4", upgrade.Evidence{}}, needed: true},
		REST:      fakeREST{login: Login{Outcome: LoginOK, User: "admin", Apps: 3}},
		Processes: fakeProcesses{},
		Backups:   fakeBackups{all: []Backup{{Dir: "/backup/leap/1", State: "proven", At: noon.Add(-time.Hour), Parts: allParts}}},
		Census:    fakeCensus{facts: CensusFacts{At: noon.Add(-time.Hour), File: "/runs/1/apps/census.json", Apps: []upgrade.App{{UID: "u1", Name: "Orders", Records: count(1200)}, {UID: "u2", Name: "Leave", Records: count(30)}}}},
		Runs:      fakeRuns{rehearsal: &Rehearsal{At: noon.AddDate(0, 0, -3), TargetVersion: "9.3.12", Apps: 2, File: "/runs/0"}},
	}
}

// healthyDomino is the same for Domino Leap.
func healthyDomino() *Env {
	env := healthyLeap()
	set := fakeSettings{}
	set.set(notesFile, "HTTPJVMMaxHeapSize", "1024M", "HTTPJVMMaxHeapSizeSet", "1", "HTTPEnableMethods", "GET,POST,PUT,DELETE,HEAD")
	set.set(rcpFile, "com.ibm.form.nitro.level", "INFO")
	env.Settings = set
	env.Database = nil
	in := &env.Installation
	in.Product, in.Runtime, in.Version, in.DataSource = upgrade.DominoLeap, upgrade.Domino, "1.1.8", nil
	in.Home, in.Program, in.Data, in.AppData = "/opt/hcl/domino", "/opt/hcl/domino/osgi/volt", "/local/notesdata", "/local/notesdata/volt"
	in.LinkFile = "/opt/hcl/domino/osgi/rcp/eclipse/links/volt.link"
	in.Nodes = []upgrade.Node{{Name: "dom1", Servers: []upgrade.Server{{Name: "dom1", HasLeap: true}}}}
	in.Logs = []upgrade.LogFile{{Path: console, Role: "main", Format: "domino-console", Mode: upgrade.LogText, Exists: true}}
	in.SettingsFiles = []upgrade.SettingsFile{{Path: notesFile, Kind: "notes-ini", Exists: true}, {Path: rcpFile, Kind: "rcpinstall", Exists: true}}
	in.Extensions, in.Trace = upgrade.Extensions{}, upgrade.Trace{}
	env.Target.Version = "1.1.10"
	env.Files = fakeFiles{tree: fstest.MapFS{
		"opt/hcl/domino/osgi/volt/eclipse/plugins/dleap_1.1.8.jar": {Data: []byte("PK")},
		"opt/hcl/domino/osgi/rcp/eclipse/links/volt.link":          {Data: []byte("path=/opt/hcl/domino/osgi/volt")},
		"opt/hcl/domino/.install.dat":                              {Data: []byte("rev=14000000\n")},
		"local/notesdata/volt/VoltBuilder.nsf":                     {Data: []byte("x")},
		"local/notesdata/volt/VoltConfig.nsf":                      {Data: []byte("x")},
		"local/notesdata/IBM_TECHNICAL_SUPPORT/console.log":        {Data: []byte("01.03.2026 02:00:00   Server started on physical node dom1\n07.03.2026 11:00:00   Server shutdown complete\n")},
	}}
	return env
}
