package rules

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/springboard-leap/springboard/assets"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/logs"
)

func defaults(t testing.TB) *Set {
	t.Helper()
	s, err := Default(assets.FS())
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// events reads a text as a log and gives its events.
func events(t *testing.T, name, text string) []Event {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	src, err := logs.Open(t.Context(), logs.Options{Join: true}, file)
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	var all []Event
	for e, err := range Events(t.Context(), src, defaults(t)) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, e)
	}
	return all
}

const uid = "4ef795f1-8929-44ab-a7b9-366453cc2401"

const trace = `                                 com.ibm.form.nitro.service.exception.AppUpgradeException: Form F_Form1 has no field
	at com.ibm.form.nitro.service.services.impl.upgrade.FormStep.run(FormStep.java:112)
	at com.ibm.form.nitro.service.services.impl.upgrade.ApplicationUpgrader.upgrade(ApplicationUpgrader.java:88)
	at java.base/java.lang.Thread.run(Thread.java:834)
Caused by: java.sql.SQLException: SQLCODE=-204 at row 17
	at com.ibm.db2.jcc.am.id.a(id.java:663)
	at com.ibm.form.nitro.data.Table.read(Table.java:9)
	... 12 more
`

const upgraderWAS = "[11/23/26 21:00:00:001 UTC] 000000a3 ApplicationUp "
const upgraderText = " com.ibm.form.nitro.service.services.impl.upgrade.ApplicationUpgrader upgrade "

func TestAnUpgradeOfAnApplicationIsReadInEveryServersLog(t *testing.T) {
	wide := func(level, text string) string {
		logger := "com.ibm.form.nitro.service.services.impl.upgrade.ApplicationUpgrader"
		return "[11/23/26, 21:00:00:001 UTC] 000000a3 " + logger[len(logger)-60:] + " " + level + " " + text + "\n"
	}
	jvm := func(text string) string {
		var b strings.Builder
		for line := range strings.Lines(text) {
			b.WriteString("[007577:000017-00007F621246D700] 11/23/2026 09:00:00 PM  HTTP JVM: " + strings.TrimPrefix(line, strings.Repeat(" ", 33)))
		}
		return b.String()
	}
	started, completed, failed := "Application upgrade started: "+uid+` "Leave requests"`, "Application upgrade completed: "+uid+` "Leave requests" in 812 ms`, "Application upgrade failed: "+uid+` "Leave requests"`
	for _, c := range []struct{ name, text string }{
		{"SystemOut.log", upgraderWAS + "I" + upgraderText + started + "\n" + upgraderWAS + "I" + upgraderText + completed + "\n" + upgraderWAS + "E" + upgraderText + failed + "\n" + trace},
		{"messages.log", wide("I", started) + wide("I", completed) + wide("E", failed) + strings.TrimLeft(trace, " ")},
		{"console.log", jvm(started+"\n") + jvm(completed+"\n") + jvm(failed+"\n"+trace) + jvm("Something else\n")},
	} {
		all := events(t, c.name, c.text)
		if len(all) != 3 {
			t.Fatalf("%s: %d events: %+v", c.name, len(all), all)
		}
		for i, want := range []Outcome{Started, Upgraded, Failed} {
			if e := all[i]; e.Outcome != want || e.UID != uid || e.Name != "Leave requests" || e.Evidence.Line == 0 || e.Evidence.File == "" {
				t.Errorf("%s: %d: %+v", c.name, i, e)
			}
		}
		if got := all[1].Captures["millis"]; got != "812" {
			t.Errorf("%s: took %q", c.name, got)
		}
		f := all[2]
		if len(f.Causes) != 2 || !strings.HasPrefix(f.Causes[0], "com.ibm.form.nitro.service.exception.AppUpgradeException: Form F_Form1") || f.Severity != upgrade.Blocker {
			t.Errorf("%s: causes %q", c.name, f.Causes)
		}
		if !strings.HasPrefix(f.Fingerprint, "SQLException-") || f.Fingerprint != all[2].Fingerprint {
			t.Errorf("%s: fingerprint %q", c.name, f.Fingerprint)
		}
	}
}

func TestFailuresWithTheSameCauseHaveTheSameFingerprint(t *testing.T) {
	variant := func(from ...string) string { return strings.NewReplacer(from...).Replace(trace) }
	print := func(tr string) string {
		all := events(t, "SystemOut.log", upgraderWAS+"E"+upgraderText+"Application upgrade failed: "+uid+` "A"`+"\n"+tr)
		if len(all) != 1 {
			t.Fatalf("%d events", len(all))
		}
		return all[0].Fingerprint
	}
	same := print(trace)
	if other := print(variant("F_Form1", "F_Other", "java:112", "java:99", "row 17", "row 4711", "12 more", "40 more")); other != same {
		t.Errorf("another application with the same cause: %s and %s", same, other)
	}
	for _, v := range []string{variant("SQLCODE=-204", "SQLCODE=-964"), variant("FormStep", "LinkStep"), variant("java.sql.SQLException", "java.io.IOException")} {
		if other := print(v); other == same {
			t.Errorf("another cause has the same fingerprint %s:\n%s", other, v)
		}
	}
}

func TestServerTroubleIsRecognised(t *testing.T) {
	was := func(level, text string) string {
		return "[11/23/26 21:00:00:001 UTC] 000000a3 ThreadMonitor " + level + "   " + text + "\n"
	}
	for _, c := range []struct{ code, text string }{
		{"SERVER-HUNG-THREAD", was("W", `WSVR0605W: Thread "WebContainer : 3" (000000a3) has been active for 612345 milliseconds and may be hung.`)},
		{"SERVER-OUT-OF-MEMORY", was("E", "SRVE0014E: Uncaught service() exception") + "java.lang.OutOfMemoryError: Java heap space\n\tat com.ibm.form.nitro.X.y(X.java:1)\n"},
		{"DB-LOG-FULL", was("E", "") + strings.Repeat(" ", 33) + "com.ibm.db2.jcc.am.SqlException: DB2 SQL Error: SQLCODE=-964, SQLSTATE=57011, SQLERRMC=null\n"},
		{"DB-DOWN", was("W", "DSRA0304E:  XAException occurred.") + "com.ibm.db2.jcc.am.DisconnectNonTransientConnectionException: [jcc][t4] ERRORCODE=-4499, SQLSTATE=08001\n"},
		{"DB-DOWN", was("E", "") + "org.postgresql.util.PSQLException: Connection to db.example:5432 refused. Check that the hostname and port are correct\n"},
		{"SERVER-DISK-FULL", was("E", "") + "java.io.IOException: No space left on device\n"},
		{"SERVER-PORT-IN-USE", was("E", "TCPC0003E: TCP Channel TCP_2 initialization failed. The socket bind failed for host * and port 9080.")},
		{"SERVER-APP-NOT-STARTED", was("W", "WSVR0101W: An error occurred starting, HCL Leap")},
		{"SETUP-FAILED", "[11/23/26 21:00:00:001 UTC] 000000a3 SetupAll      E com.ibm.form.nitro.setup.SetupAll run Setup failed: no connection\n"},
		{"APP-AUDIT-UPGRADE-FAILED", "builder/error/builder/app/upgrade,2026-11-23T21:00:00.000Z,admin,a@example.com," + uid + ",Leave requests,,,failure\n"},
	} {
		all := events(t, "SystemOut.log", c.text)
		if len(all) != 1 || all[0].Rule != c.code || all[0].Outcome != Failed {
			t.Errorf("%s: %+v", c.code, all)
		}
	}
}

func TestSetupTellsItsPhases(t *testing.T) {
	line := "[11/23/26 21:00:00:001 UTC] 000000a3 SetupAll      I com.ibm.form.nitro.setup.SetupAll run Setup phase "
	all := events(t, "SystemOut.log", line+"1 (basic environment) started\n"+line+"1 (basic environment) completed\n"+line+"2 (secured environment) completed\n")
	want := []struct {
		outcome Outcome
		phase   string
	}{{SetupStart, "1"}, {SetupDone, "1"}, {SetupDone, "2"}}
	if len(all) != len(want) {
		t.Fatalf("%d events", len(all))
	}
	for i, w := range want {
		if all[i].Outcome != w.outcome || all[i].Captures["phase"] != w.phase {
			t.Errorf("%d: %+v", i, all[i])
		}
	}
}

func TestTheIdOfAnErrorIsNotTakenForAnApplication(t *testing.T) {
	const errorID = "11111111-2222-4333-8444-555555555555"
	head := "[11/23/26 21:00:00:001 UTC] 00001884 StandardExcep E com.ibm.form.nitro.platform.StandardExceptionMapper toResponse " + errorID + "\n" + strings.Repeat(" ", 33)
	all := events(t, "SystemOut.log", head+"com.ibm.form.nitro.service.exception.AppUpgradeException: cannot open "+uid+" now\n\tat a.b.C(C.java:1)\n"+
		head+"com.ibm.form.nitro.service.exception.AppUpgradeException: no application is named\n\tat a.b.C(C.java:1)\n")
	if len(all) != 1 || all[0].UID != uid || all[0].Rule != "APP-UPGRADE-EXCEPTION-ONLY" {
		t.Errorf("%+v", all)
	}
}

func TestAQuietServerHasNoFailures(t *testing.T) {
	text := "[11/23/26 21:00:00:001 UTC] 00000001 AdminTool     A   ADMU3200I: Server launched.\n" +
		upgraderWAS + "I" + upgraderText + "Upgrade of 200 applications finished, 0 failed\n" +
		"[11/23/26 21:00:00:001 UTC] 000000a3 SystemOut     O the upgrade of my mood failed\n"
	for _, e := range events(t, "SystemOut.log", text) {
		if e.Outcome == Failed || e.UID != "" {
			t.Errorf("%+v", e)
		}
	}
}

func FuzzLoad(f *testing.F) {
	data, err := assets.FS().Open("rules/failures.json")
	if err == nil {
		data.Close()
	}
	f.Add([]byte(`{"version": 1, "rules": [{"code":"A","scope":"app","outcome":"failed","severity":"blocker","text":"x"}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := Load("x", data)
		if err == nil {
			s.Match(&logs.Record{Level: "E", Text: string(data)})
		}
	})
}
