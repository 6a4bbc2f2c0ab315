package lab

import (
	"os"
	"strings"
	"testing"

	"github.com/springboard-leap/springboard/platform/lab/internal/store"
	"github.com/springboard-leap/springboard/upgrade"
)

func mustWrite(t *testing.T, file, text string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestASwapOfProgramFilesThatWasKilledIsSettled(t *testing.T) {
	t.Parallel()
	for _, o := range kinds {
		o.Apps, o.Fail = 2, -1
		_, l := create(t, o)
		program := below(l.dir, layoutOf(l.mark.Runtime).program)
		if err := os.Rename(program, program+".old"); err != nil { // between the two renames
			t.Fatal(err)
		}
		if err := os.MkdirAll(program+".new/META-INF", 0o755); err != nil {
			t.Fatal(err)
		}
		s := serve(t, l)
		if len(s.list()) != 2 {
			t.Error("the old program does not serve")
		}
		for _, left := range []string{".new", ".old"} {
			if _, err := os.Stat(program + left); err == nil {
				t.Errorf("%s is left", left)
			}
		}
	}
}

// setSchema makes the data those of another version.
func setSchema(t *testing.T, l *Lab, version string) {
	t.Helper()
	var st store.Store
	st, err := openStore(t.Context(), l.dir, l.mark)
	if err != nil {
		t.Fatal(err)
	}
	if err := st.SetSchema(t.Context(), version); err != nil {
		t.Fatal(err)
	}
	if err := st.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestBeforeSetupEveryPageLeadsToItAndAPersonCanRunIt(t *testing.T) {
	t.Parallel()
	for _, o := range kinds {
		t.Run(string(o.Product)+string(o.Runtime), func(t *testing.T) {
			t.Parallel()
			o.Apps, o.Fail = 3, -1
			_, l := create(t, o)
			setSchema(t, l, "0.0.0.1")
			s := serve(t, l)
			for _, path := range []string{"/" + s.ctx + "/secure/org/ide/manager.html", "/" + s.api + "/secure/org/admin/apps"} {
				status, _, head := s.do("GET", path, User, Password, nil, "")
				if want := "/" + s.ctx + "/secure/org/setup/index.html"; status != 302 || head.Get("Location") != want {
					t.Errorf("%s: %d to %s", path, status, head.Get("Location"))
				}
			}
			if status, body := s.get("/" + s.ctx + "/secure/org/setup/index.html"); status != 200 || !strings.Contains(string(body), "Fix") {
				t.Errorf("Setup page: %d %s", status, body)
			}
			if status, _, _ := s.do("POST", "/"+s.ctx+"/secure/org/setup/start", AuthorUser, Password, nil, ""); status != 403 {
				t.Errorf("an author runs Setup: %d", status)
			}
			if status, _, _ := s.do("POST", "/"+s.ctx+"/secure/org/setup/start", User, Password, nil, ""); status != 200 {
				t.Errorf("Setup: %d", status)
			}
			if len(s.list()) != 3 {
				t.Error("after Setup the applications are not there")
			}
		})
	}
}

func TestAProgramOlderThanItsDataRefusesToWork(t *testing.T) {
	t.Parallel()
	_, l := create(t, Options{Apps: 3, Fail: -1})
	setSchema(t, l, "99.0.0.0")
	s := serve(t, l)
	if status, body := s.get("/apps-basic/secure/org/admin/apps"); status != 500 || !strings.Contains(string(body), "newer version") {
		t.Errorf("%d %s", status, body)
	}
}

func TestSetupStatusStartRunsSetupWithoutAPerson(t *testing.T) {
	t.Parallel()
	_, l := create(t, Options{Apps: 3, Fail: -1})
	setSchema(t, l, "0.0.0.1")
	config := below(l.dir, customExtensions+"/Leap_config.properties")
	data, err := os.ReadFile(config)
	if err != nil {
		t.Fatal(err)
	}
	mustWrite(t, config, strings.Replace(string(data), "#ibm.nitro.SetupAll.setupStatus", "ibm.nitro.SetupAll.setupStatus", 1))
	if s := serve(t, l); len(s.list()) != 3 {
		t.Error("Setup did not run")
	}
}

func TestAKilledServerDoesNotBlockTheNextOne(t *testing.T) {
	t.Parallel()
	_, l := create(t, Options{Apps: 3, Fail: -1})
	mustWrite(t, l.dir+"/"+ServingFile, `{"pid": 999999, "base_url": "http://127.0.0.1:1", "control_url": "http://127.0.0.1:1", "token": "x"}`)
	mustWrite(t, below(l.dir, layoutOf(upgrade.WAS).pidFile), "999999")
	if _, ok := l.Serving(); ok {
		t.Error("a killed process serves")
	}
	if r, err := l.upgradeAlone(t.Context(), ServeOptions{Now: newTick().now, Speed: -1}); err != nil || r.Served {
		t.Errorf("%+v %v", r, err)
	}
	if s := serve(t, l); len(s.list()) != 3 {
		t.Error("not served")
	}
}

func TestTheRestoredDatabaseBringsTheOldStateBack(t *testing.T) {
	t.Parallel()
	_, l := create(t, Options{Apps: 5, Fail: 1})
	database := below(l.dir, sqliteFile)
	backup, err := os.ReadFile(database)
	if err != nil {
		t.Fatal(err)
	}
	s := serve(t, l)
	if _, err := Upgrade(t.Context(), l.dir, nil); err != nil {
		t.Fatal(err)
	}
	if len(s.sweep()) != 1 {
		t.Error("nothing failed")
	}
	if err := s.stop(); err != nil {
		t.Fatal(err)
	}
	mustWrite(t, database, string(backup))
	again := serve(t, l)
	if status, _, _ := again.do("GET", "/apps-basic/secure/org/admin/apps", User, Password, nil, ""); status != 302 {
		t.Errorf("old data under the new program: %d instead of Setup", status)
	}
}

func TestAChangedTraceSpecificationTakesEffectAndIsLogged(t *testing.T) {
	t.Parallel()
	_, l := create(t, Options{Apps: 2, Fail: -1})
	s, err := newServer(t.Context(), l, ServeOptions{Now: newTick().now, Speed: -1})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.boot(t.Context()); err != nil {
		t.Fatal(err)
	}
	known := traceState(l.dir, upgrade.WAS)
	if !strings.Contains(known, "finest") {
		t.Errorf("a new lab traces %q: no check would fail", known)
	}
	config := below(l.dir, layoutOf(upgrade.WAS).traceConfig)
	data, err := os.ReadFile(config)
	if err != nil {
		t.Fatal(err)
	}
	mustWrite(t, config, strings.Replace(string(data), known, "*=info", 1))
	if now := s.watchTrace(known); now != "*=info" || s.watchTrace(now) != now {
		t.Errorf("running %q", now)
	}
	if err := s.shutdown(); err != nil {
		t.Fatal(err)
	}
	if log := wholeLog(t, l); strings.Count(log, "TRAS0018I: The trace state has changed. The new trace state is *=info.\n") != 1 {
		t.Error("the log does not tell of the change once")
	}
}

func TestExtensionsAndRollingFollowTheConfiguration(t *testing.T) {
	t.Parallel()
	_, l := create(t, Options{Apps: 1, Fail: -1})
	at := layoutOf(upgrade.WAS)
	if got := extensionsInForce(l.dir, at); got != customExtensions {
		t.Errorf("fsp.properties: %s", got)
	}
	config := below(l.dir, at.jvmOptions)
	data, err := os.ReadFile(config)
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Replace(string(data), `-Djava.awt.headless=true"`, `-Djava.awt.headless=true -Dfsp.extensions.dirs=/data/ext,/data/more"`, 1)
	before, after, _ := strings.Cut(text, "<outputStreamRedirect ")
	text = before + "<outputStreamRedirect " + strings.Replace(strings.Replace(after, `maxNumberOfBackupFiles="5"`, `maxNumberOfBackupFiles="40"`, 1), `rolloverSize="1"`, `rolloverSize="20"`, 1)
	mustWrite(t, config, text)
	if got := extensionsInForce(l.dir, at); got != "/data/ext" {
		t.Errorf("JVM option: %s", got)
	}
	if limit, keep := rollover(l.dir, "outputStreamRedirect"); limit != 20<<20 || keep != 40 {
		t.Errorf("SystemOut rolls at %d, keeps %d", limit, keep)
	}
	if limit, keep := rollover(l.dir, "errorStreamRedirect"); limit != 1<<20 || keep != 5 {
		t.Errorf("SystemErr rolls at %d, keeps %d", limit, keep)
	}
	if lost, err := replaceProgram(l.dir, l.mark, "9.3.9.17"); err != nil || lost != "" {
		t.Errorf("an upgrade loses %q although the JVM option sets the directory: %v", lost, err)
	}
}
