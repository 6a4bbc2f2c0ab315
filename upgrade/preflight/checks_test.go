package preflight

import (
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/springboard-leap/springboard/upgrade"
)

const (
	ok      = upgrade.OK
	info    = upgrade.Info
	warning = upgrade.Warning
	blocker = upgrade.Blocker
	unknown = upgrade.Unknown
)

// row is one state of the world and what the check must say of it.
type row struct {
	code, name string
	domino     bool
	phase      Phase
	change     func(e *Env)
	severity   upgrade.Severity
	key        string
	fix        bool
}

func settingsOf(e *Env) fakeSettings { return e.Settings.(fakeSettings) }

func replaceTree(e *Env, name, data string) {
	tree := e.Files.(fakeFiles).tree
	if data == "" {
		delete(tree, name)
		return
	}
	tree[name] = &fstest.MapFile{Data: []byte(data)}
}

func running(e *Env) { e.Processes = fakeProcesses{running: []Process{{PID: 42, Server: "server1"}}} }

func login(o LoginOutcome) func(*Env) {
	return func(e *Env) { e.REST = fakeREST{login: Login{Outcome: o, User: "admin"}} }
}

func nodes(profile string) func(*Env) {
	return func(e *Env) {
		e.Installation.Nodes = append(e.Installation.Nodes, upgrade.Node{Name: "n2", Profile: profile, Servers: []upgrade.Server{{Name: "s2", HasLeap: true, Config: serverFile}}})
	}
}

func uri(value string) func(*Env) {
	return func(e *Env) { settingsOf(e).set(configFile, serverURIKey, value) }
}

func certificateUntil(at time.Time, problem string) func(*Env) {
	return func(e *Env) {
		e.Net = fakeNet{resolve: []string{"::1"}, tls: TLSFacts{NotAfter: at, Problem: problem}, answer: HTTPAnswer{Status: 200}}
	}
}

func status(n int) func(*Env) {
	return func(e *Env) { e.Net = fakeNet{resolve: []string{"::1"}, answer: HTTPAnswer{Status: n}} }
}

func tables(all ...Table) func(*Env) {
	return func(e *Env) { e.Database = fakeDatabase{tables: all} }
}

func tool(t Tool) func(*Env) {
	return func(e *Env) { e.Database = fakeDatabase{tool: t, needed: true} }
}

func secondConfig(pairs ...string) func(*Env) {
	return func(e *Env) {
		e.Installation.SettingsFiles = append(e.Installation.SettingsFiles, upgrade.SettingsFile{Path: "/n2/Leap_config.properties", Kind: "leap-config", Exists: true})
		settingsOf(e).set("/n2/Leap_config.properties", pairs...)
	}
}

func traced(spec string) func(*Env) {
	return func(e *Env) { settingsOf(e).set(serverFile, wasTraceKey, spec) }
}

func large(e *Env) {
	e.Census = fakeCensus{facts: CensusFacts{Apps: []upgrade.App{{UID: "u", Name: "Big", Records: count(90_000)}}}}
}

func heap(size string) func(*Env) {
	return func(e *Env) { settingsOf(e).set(notesFile, "HTTPJVMMaxHeapSize", size, "HTTPJVMMaxHeapSizeSet", "1") }
}

func rev(value string) func(*Env) {
	return func(e *Env) { replaceTree(e, "opt/hcl/domino/.install.dat", "rev="+value+"\n") }
}

func withDAOS(e *Env) {
	settingsOf(e).set(notesFile, "DAOSEnable", "1", "DAOSBasePath", "/daos")
}

func consoleText(text string) func(*Env) {
	return func(e *Env) { replaceTree(e, "local/notesdata/IBM_TECHNICAL_SUPPORT/console.log", text) }
}

func disk(prefix string, d Disk) func(*Env) {
	return func(e *Env) { e.Host.(fakeHost).disks[prefix] = d }
}

func TestEachCheckSaysWhatIsTrue(t *testing.T) {
	all := texts(t)
	for _, r := range rows {
		t.Run(r.code+" "+r.name, func(t *testing.T) {
			env := healthyLeap()
			if r.domino {
				env = healthyDomino()
			}
			env.Phase = r.phase
			if r.change != nil {
				r.change(env)
			}
			rep, err := Runner{}.Run(t.Context(), *env, r.code)
			if err != nil {
				t.Fatal(err)
			}
			f := pickFinding(t, rep, r.code)
			if f.Severity != r.severity || f.Key != r.key || f.Fixable != r.fix {
				t.Errorf("got %s %s, fixable %v, args %v", f.Severity, f.Key, f.Fixable, f.Args)
			}
			f = Describe(f, all)
			for _, text := range []string{f.Title, f.Summary, f.Reason, f.Remedy, f.Source} {
				if text == "" || strings.ContainsAny(strings.ReplaceAll(text, "${trace.spec}", ""), "{}") {
					t.Errorf("text %q, args %v", text, f.Args)
				}
			}
		})
	}
}

func pickFinding(t *testing.T, rep Report, code string) upgrade.Finding {
	t.Helper()
	for _, f := range rep.Findings {
		if f.Code == code {
			return f
		}
	}
	t.Fatalf("no finding for %s", code)
	return upgrade.Finding{}
}

func TestEveryCheckIsTriedWellAndIll(t *testing.T) {
	well, ill := map[string]bool{}, map[string]bool{}
	for _, r := range rows {
		if r.severity == ok || r.severity == info {
			well[r.code] = true
		} else {
			ill[r.code] = true
		}
	}
	for _, c := range Catalogue() {
		asks := c.Code == "LEAP-RUN-003" || c.Code == "LEAP-BAK-003"
		if (!well[c.Code] && !asks) || !ill[c.Code] {
			t.Errorf("%s: well %v, ill %v", c.Code, well[c.Code], ill[c.Code])
		}
	}
}

func TestEverySummaryIsSeenInATest(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range rows {
		seen[r.code+" "+r.key] = true
	}
	missing := 0
	for code, text := range texts(t) {
		for key := range text.Summaries {
			if code != CodeRunner && !seen[code+" "+key] {
				missing++
				t.Logf("%s %s", code, key)
			}
		}
	}
	if missing > 6 {
		t.Errorf("%d summaries are never tried", missing)
	}
}

func TestAHealthyInstallationHasNothingThatStops(t *testing.T) {
	for _, env := range []*Env{healthyLeap(), healthyDomino()} {
		for _, phase := range Phases {
			env.Phase = phase
			rep, err := Runner{}.Run(t.Context(), *env)
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range Stopping(rep.Findings) {
				t.Errorf("%s %s: %s %s %v", env.Installation.Product, phase, f.Code, f.Key, f.Args)
			}
		}
	}
}

func TestWithoutAnyPortNothingThatNeedsOneIsOK(t *testing.T) {
	env := Env{Installation: upgrade.Installation{Product: upgrade.Leap, Runtime: upgrade.WAS}}
	rep, err := Runner{}.Run(t.Context(), env)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range rep.Findings {
		if f.Severity == ok && f.Code != "LEAP-NODE-001" {
			t.Errorf("%s is ok though nothing can be seen: %s", f.Code, f.Key)
		}
	}
}
