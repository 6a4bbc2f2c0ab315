package lab

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strings"
	"testing"

	"github.com/springboard-leap/springboard/upgrade"
)

func TestAnUpgradeFailsExactlyThePlannedApplications(t *testing.T) {
	t.Parallel()
	for _, o := range kinds {
		t.Run(string(o.Product)+string(o.Runtime), func(t *testing.T) {
			t.Parallel()
			o.Apps, o.Fail = 40, 5
			_, l := create(t, o)
			s := serve(t, l)
			if failed := s.sweep(); len(failed) != 0 {
				t.Errorf("before the upgrade %v are unavailable", failed)
			}
			var events []string
			result, err := Upgrade(t.Context(), l.dir, func(e Event) { events = append(events, e.Kind) })
			if err != nil || !result.Served || result.Pending != 40 {
				t.Fatalf("%+v, %v", result, err)
			}
			want := []string{EventStopped, EventReplaced, EventSettings, EventStarted, EventSetup, EventSetup, EventSetup, EventSetup, EventSetupDone}
			if o.Product == upgrade.DominoLeap {
				want = append(want[:2], want[3:]...)
			}
			if strings.Join(events, " ") != strings.Join(want, " ") {
				t.Errorf("events %v", events)
			}
			var planned []string
			for _, f := range l.mark.Failures {
				planned = append(planned, f.UID)
			}
			sort.Strings(planned)
			if failed := s.sweep(); strings.Join(failed, " ") != strings.Join(planned, " ") {
				t.Errorf("unavailable %v, planned %v", failed, planned)
			}
			counts := map[string]int{}
			for _, k := range s.kinds() {
				counts[k]++
			}
			if counts[EventAppUpgraded] != 35 || counts[EventAppFailed] != 5 {
				t.Errorf("events %v: an application upgrades once", counts)
			}
			checkStore(t, l, planned)
		})
	}
}

// checkStore looks at the data as another program does, while the lab is served.
func checkStore(t *testing.T, l *Lab, planned []string) {
	t.Helper()
	st, err := openStore(t.Context(), l.dir, l.mark)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = st.Close() }()
	apps, err := st.Apps(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var failed []string
	for _, a := range apps {
		if a.Failed != "" {
			failed = append(failed, a.UID)
			if !strings.HasPrefix(a.Failed, "com.ibm.form.nitro.service.exception.AppUpgradeException: ") {
				t.Errorf("exception %q", a.Failed)
			}
		}
	}
	sort.Strings(failed)
	if strings.Join(failed, " ") != strings.Join(planned, " ") {
		t.Errorf("in the data %v failed, planned %v", failed, planned)
	}
}

var (
	startedLine   = regexp.MustCompile(`(?m)^\[\d+/\d+/26 \d+:\d\d:\d\d:\d{3} CET\] [0-9a-f]{8} ApplicationUp I com\.ibm\.form\.nitro\.service\.services\.impl\.upgrade\.ApplicationUpgrader upgrade Application upgrade started: [0-9a-f-]{36} ".+"$`)
	completedLine = regexp.MustCompile(`(?m)^\[.{20,40}\] [0-9a-f]{8} ApplicationUp I com\.ibm\.form\.nitro\.service\.services\.impl\.upgrade\.ApplicationUpgrader upgrade Application upgrade completed: [0-9a-f-]{36} ".+" in \d+ ms$`)
	failedLine    = regexp.MustCompile(`(?m)^\[.{20,40}\] [0-9a-f]{8} ApplicationUp E com\.ibm\.form\.nitro\.service\.services\.impl\.upgrade\.ApplicationUpgrader upgrade Application upgrade failed: [0-9a-f-]{36} ".+"\n {33}com\.ibm\.form\.nitro\.service\.exception\.AppUpgradeException: .+\n(\tat .+\n)+(Caused by: .+\n(\tat .+\n)*\t\.\.\. \d+ more\n)+`)
	setupLines    = regexp.MustCompile(`(?m)^\[.{20,40}\] 0000008f SetupAll      I com\.ibm\.form\.nitro\.setup\.SetupAll run Setup phase [12] \((basic|secured) environment\) (started|completed)$`)
)

func TestTheLogHasTheExactShapesAndRolls(t *testing.T) {
	t.Parallel()
	_, l := create(t, Options{Apps: 12, Fail: 3})
	tee := &bytes.Buffer{}
	s, err := newServer(t.Context(), l, ServeOptions{Now: newTick().now, Speed: -1})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.boot(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := s.log.close(); err != nil {
		t.Fatal(err)
	}
	if s.log, err = openLog(l.dir, s.mark, os.Getpid(), s.now, tee); err != nil {
		t.Fatal(err)
	}
	if _, err := s.upgrade(t.Context(), func(Event) {}); err != nil {
		t.Fatal(err)
	}
	for _, a := range s.list() {
		if _, _, err := s.access(a, 0xa3); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.shutdown(); err != nil {
		t.Fatal(err)
	}
	text := tee.String()
	for name, n := range map[*regexp.Regexp]int{startedLine: 12, completedLine: 9, failedLine: 3, setupLines: 4} {
		if found := len(name.FindAllString(text, -1)); found != n {
			t.Errorf("%d records like %s, want %d", found, name, n)
		}
	}
	if s.log.main.Rolls() < 5 {
		t.Errorf("the log rolled %d times only", s.log.main.Rolls())
	}
	if strings.HasSuffix(text, wholeLog(t, l)) == false {
		t.Error("what is on the disk is not the end of what was written")
	}
	if first := failedLine.FindString(text); strings.Contains(wholeLog(t, l), first) {
		t.Log("the first failure is still on the disk")
	}
}

func TestTheRESTAPIRefusesAndRedirectsAsTheProductDoes(t *testing.T) {
	t.Parallel()
	for _, o := range kinds {
		t.Run(string(o.Product)+string(o.Runtime), func(t *testing.T) {
			t.Parallel()
			o.Apps, o.Fail = 5, -1
			_, l := create(t, o)
			s := serve(t, l)
			list := "/" + s.api + "/secure/org/admin/apps"
			app := "/" + s.api + "/secure/org/app/" + s.list()[0].UID
			for _, c := range []struct {
				method, path, user, password string
				status                       int
			}{
				{"GET", list, User, Password, 200}, {"GET", list, User, "wrong", 401}, {"GET", list, "", "", 401}, {"GET", list, "nobody", Password, 401},
				{"GET", list, AuthorUser, Password, 403}, {"DELETE", app, AuthorUser, Password, 403}, {"GET", app + "/archive", AuthorUser, Password, 403},
				{"GET", list + "/no-such-app", User, Password, 404}, {"DELETE", "/" + s.api + "/secure/org/app/no-such-app", User, Password, 404},
				{"GET", "/" + s.ctx + "/secure/org/app/no-such-app/launch/index.html", User, Password, 404}, {"GET", "/elsewhere", User, Password, 404},
				{"PUT", list, User, Password, 405}, {"GET", list + "?format=csv", User, Password, 400}, {"GET", list + "?format=xlsx", User, Password, 200},
				{"GET", list + "?includeForms=true&includeAdmins=true&forceRefresh=true", User, Password, 200}, {"GET", list + "/openapi.json", User, Password, 200},
				{"GET", "/" + s.ctx + "/secure/org/app/openapi.json", User, Password, 200}, {"GET", "/" + s.ctx + "/secure/org/ide/manager.html", AuthorUser, Password, 200},
				{"GET", "/" + s.ctx + "/secure/org/setup/index.html", User, Password, 200}, {"HEAD", list, User, Password, 200},
				{"POST", "/" + s.api + "/secure/org/app", User, Password, 400},
			} {
				if status, body, _ := s.do(c.method, c.path, c.user, c.password, nil, ""); status != c.status {
					t.Errorf("%s %s as %s: %d, want %d: %.200s", c.method, c.path, c.user, status, c.status, body)
				}
			}
			if len(s.list()) != 5 {
				t.Error("an application is gone")
			}
			if _, _, h := s.do("GET", list, "", "", nil, ""); !strings.HasPrefix(h.Get("WWW-Authenticate"), "Basic ") {
				t.Error("401 does not ask for a password")
			}
		})
	}
}

func TestAFailedApplicationWorksAfterDeleteAndImport(t *testing.T) {
	t.Parallel()
	for _, o := range kinds {
		t.Run(string(o.Product)+string(o.Runtime), func(t *testing.T) {
			t.Parallel()
			o.Apps, o.Fail = 8, 2
			_, l := create(t, o)
			s := serve(t, l)
			uid := l.mark.Failures[0].UID
			archivePath := "/" + s.api + "/secure/org/app/" + uid + "/archive?mode=source&submitted=true"
			status, saved := s.get(archivePath)
			if _, again := s.get(archivePath); status != 200 || !bytes.Equal(saved, again) || !bytes.HasPrefix(saved, []byte("PK")) {
				t.Fatalf("export: %d, the same again: %v", status, bytes.Equal(saved, again))
			}
			var before listed
			for _, a := range s.list() {
				if a.UID == uid {
					before = a
				}
			}
			if _, err := Upgrade(t.Context(), l.dir, nil); err != nil {
				t.Fatal(err)
			}
			if status, _ := s.get(archivePath); status != 500 {
				t.Errorf("export of a failed application: %d", status)
			}
			importPath := "/" + s.api + "/secure/org/app?deploy=true&importData=true&cleanIds=false"
			if status, _ := s.upload(importPath, saved); status != 409 {
				t.Errorf("import over an application that is there: %d", status)
			}
			if status, _, _ := s.do("DELETE", "/"+s.api+"/secure/org/app/"+uid, User, Password, nil, ""); status != 204 {
				t.Errorf("delete: %d", status)
			}
			if status, _ := s.launch(uid); status != 404 {
				t.Errorf("launch of a deleted application: %d", status)
			}
			if status, body := s.upload(importPath, saved[:len(saved)/2]); status != 400 {
				t.Errorf("import of half an archive: %d %s", status, body)
			}
			if status, body := s.upload(importPath, saved); status != 200 {
				t.Fatalf("import: %d %s", status, body)
			}
			if status, page := s.launch(uid); status != 200 || strings.Contains(page, "unavailable") {
				t.Errorf("launch after the import: %d %s", status, page)
			}
			for _, a := range s.list() {
				if a.UID == uid && (a.Records != before.Records || a.Title != before.Title || !a.Deployed) {
					t.Errorf("imported %+v, was %+v", a, before)
				}
			}
			if failed := s.sweep(); len(failed) != 1 || failed[0] != l.mark.Failures[1].UID {
				t.Errorf("still unavailable: %v", failed)
			}
			if _, err := Upgrade(t.Context(), l.dir, nil); err != nil {
				t.Fatal(err)
			}
			if failed := s.sweep(); len(failed) != 1 || failed[0] != l.mark.Failures[1].UID {
				t.Errorf("after the next upgrade unavailable: %v", failed)
			}
		})
	}
}

func TestAnUpgradeOfALabThatNobodyServesTakesEffectWhenItIsServed(t *testing.T) {
	t.Parallel()
	for _, o := range kinds {
		t.Run(string(o.Product)+string(o.Runtime), func(t *testing.T) {
			t.Parallel()
			o.Apps, o.Fail = 6, 2
			_, l := create(t, o)
			result, err := l.upgradeAlone(t.Context(), ServeOptions{Now: newTick().now, Speed: -1})
			if err != nil || result.Served || result.Pending != 6 {
				t.Fatalf("%+v, %v", result, err)
			}
			if v, err := programVersion(l.dir, l.mark); err != nil || v != result.To {
				t.Errorf("program files say %s, %v", v, err)
			}
			if _, err := os.Stat(below(l.dir, layoutOf(l.mark.Runtime).pidFile)); err == nil {
				t.Error("the pid file of a stopped server is there")
			}
			s := serve(t, l)
			if failed := s.sweep(); len(failed) != 2 {
				t.Errorf("unavailable %v", failed)
			}
		})
	}
}

func TestServingLeavesNothingBehindButTheAddress(t *testing.T) {
	t.Parallel()
	_, l := create(t, Options{Apps: 3, Fail: -1})
	s := serve(t, l)
	pid := below(l.dir, layoutOf(upgrade.WAS).pidFile)
	if _, err := os.Stat(pid); err != nil {
		t.Error(err)
	}
	if where, ok := l.Serving(); !ok || where.BaseURL != s.base || where.PID != os.Getpid() {
		t.Errorf("serving %+v, %v", where, ok)
	}
	config, err := os.ReadFile(below(l.dir, customExtensions+"/Leap_config.properties"))
	if err != nil || !strings.Contains(string(config), "\nibm.nitro.NitroConfig.serverURI = "+s.base+"\n") {
		t.Errorf("serverURI is not set: %v", err)
	}
	index, err := os.ReadFile(below(l.dir, wasProfile+"/config/cells/"+wasCell+"/nodes/"+wasNode+"/serverindex.xml"))
	if err != nil || !strings.Contains(string(index), `port="`+s.base[strings.LastIndexByte(s.base, ':')+1:]+`"`) {
		t.Errorf("the port is not in serverindex.xml: %v", err)
	}
	err = l.Serve(t.Context(), ServeOptions{})
	if f, ok := upgrade.AsFault(err); !ok || f.Code != "SB-7005" || f.Kind != upgrade.KindLocked {
		t.Errorf("a second server: %v", err)
	}
	if _, err := Create(t.Context(), Options{Dir: l.dir}); upgrade.KindOf(err) != upgrade.KindLocked {
		t.Errorf("a lab that is served was made anew: %v", err)
	}
	if err := s.stop(); err != nil {
		t.Error(err)
	}
	for _, file := range []string{pid, filepath.Join(l.dir, ServingFile)} {
		if _, err := os.Stat(file); err == nil {
			t.Errorf("%s is left", file)
		}
	}
	if _, ok := l.Serving(); ok {
		t.Error("still serving")
	}
}
