package logs

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func name60(logger string) string {
	if len(logger) > 60 {
		logger = logger[len(logger)-60:]
	}
	return fmt.Sprintf("%-60s", logger)
}

// one is what a test expects of a record; empty fields are expected to be empty.
type one struct {
	Level, Stamp, Time, Thread, Logger, Class, Method, ID, Text string
	Trace                                                       int
	Causes                                                      string
	Parts                                                       int
}

func brief(r *Record) one {
	var causes []string
	for _, c := range r.Causes {
		causes = append(causes, fmt.Sprintf("%s(%d+%d)", c, len(c.Frames), c.Omitted))
	}
	return one{r.Level, r.Stamp, r.Time.String(), r.Thread, r.Logger, r.Class, r.Method, r.MessageID, r.Text, len(r.Trace), strings.Join(causes, " <- "), r.Parts}
}

func TestEveryFormatIsRecognisedAndReadToItsFields(t *testing.T) {
	basic := "[5/21/14 22:51:37:095 PDT] "
	for _, c := range []struct {
		name, file, text string
		format           Format
		want             []one
	}{
		{"WebSphere with class and method", "SystemOut.log",
			basic + "0000001b IntegratorSta I com.ibm.form.platform.service.startup.IntegratorStartup phase1Start Extensions folder: /usr/HCL/Leap/extensions\n", WASBasic,
			[]one{{Level: "I", Stamp: "5/21/14 22:51:37:095 PDT", Time: "2014-05-21T22:51:37.095", Thread: "0000001b", Logger: "IntegratorSta",
				Class: "com.ibm.form.platform.service.startup.IntegratorStartup", Method: "phase1Start", Text: "Extensions folder: /usr/HCL/Leap/extensions"}}},
		{"WebSphere without class", "SystemOut.log",
			basic + "00000001 ManagerAdmin  I   TRAS0017I: The startup trace state is *=info.\n" +
				basic + "00000001 ApplicationRe I ApplicationRepositoryFactory  CWSCT0405I: text\n" +
				basic + "000000a3 SystemOut     O  two words\n", WASBasic,
			[]one{
				{Level: "I", Stamp: "5/21/14 22:51:37:095 PDT", Time: "2014-05-21T22:51:37.095", Thread: "00000001", Logger: "ManagerAdmin", ID: "TRAS0017I", Text: "TRAS0017I: The startup trace state is *=info."},
				{Level: "I", Stamp: "5/21/14 22:51:37:095 PDT", Time: "2014-05-21T22:51:37.095", Thread: "00000001", Logger: "ApplicationRe", Class: "ApplicationRepositoryFactory", ID: "CWSCT0405I", Text: "CWSCT0405I: text"},
				{Level: "O", Stamp: "5/21/14 22:51:37:095 PDT", Time: "2014-05-21T22:51:37.095", Thread: "000000a3", Logger: "SystemOut", Text: " two words"},
			}},
		{"WebSphere trace with entry, exit and parameters", "trace.log",
			basic + "0000001b Matcher       >  matches Entry\n" + strings.Repeat(" ", 33) + "parameter one\n" +
				basic + "0000001b Matcher       3 a.b.Matcher <init>   -- Checking methods\n" + basic + "0000001b Matcher       <  no match Exit\n", WASTrace,
			[]one{
				{Level: ">", Stamp: "5/21/14 22:51:37:095 PDT", Time: "2014-05-21T22:51:37.095", Thread: "0000001b", Logger: "Matcher", Method: "matches", Text: "Entry", Trace: 1},
				{Level: "3", Stamp: "5/21/14 22:51:37:095 PDT", Time: "2014-05-21T22:51:37.095", Thread: "0000001b", Logger: "Matcher", Class: "a.b.Matcher", Method: "<init>", Text: "  -- Checking methods"},
				{Level: "<", Stamp: "5/21/14 22:51:37:095 PDT", Time: "2014-05-21T22:51:37.095", Thread: "0000001b", Logger: "Matcher", Method: "no", Text: "match Exit"},
			}},
		{"WebSphere advanced", "SystemOut.log",
			basic + "0000001b  I UOW=1234 source=com.ibm.ws.X class=com.ibm.ws.X method=run org=IBM prod=WebSphere component=Application Server thread=[WebContainer : 1]\n          WSVR0001I: Server server1 open for e-business\n", WASAdvanced,
			[]one{{Level: "I", Stamp: "5/21/14 22:51:37:095 PDT", Time: "2014-05-21T22:51:37.095", Thread: "0000001b [WebContainer : 1]", Logger: "com.ibm.ws.X",
				Class: "com.ibm.ws.X", Method: "run", ID: "WSVR0001I", Text: "WSVR0001I: Server server1 open for e-business"}}},
		{"Liberty", "messages.log",
			"[24.10.2022, 23:13:40:517 CEST] 00000031 " + name60("com.ibm.ws.app.manager.AppMessageHelper") + " E CWWKZ0002E: Ausnahme: java.lang.Error: no\njava.lang.Error: no\n\tat a.B.c(B.java:1)\n", Liberty,
			[]one{{Level: "E", Stamp: "24.10.2022, 23:13:40:517 CEST", Time: "2022-10-24T23:13:40.517", Thread: "00000031", Logger: "com.ibm.ws.app.manager.AppMessageHelper",
				ID: "CWWKZ0002E", Text: "CWWKZ0002E: Ausnahme: java.lang.Error: no", Trace: 2, Causes: "java.lang.Error: no(1+0)"}}},
		{"Liberty with ISO dates", "messages.log",
			"[2024-01-31T10:15:03.412+0000] 00000031 " + name60("a.b.C") + " A CWWKF0011I: ready\n", Liberty,
			[]one{{Level: "A", Stamp: "2024-01-31T10:15:03.412+0000", Time: "2024-01-31T10:15:03.412Z", Thread: "00000031", Logger: "a.b.C", ID: "CWWKF0011I", Text: "CWWKF0011I: ready"}}},
		{"Liberty enhanced trace", "trace.log",
			"[4/18/24 16:33:29:454 PDT] 000000c2 id=00000000 " + name60("com.ibm.form.platform.service.framework.DirectoryWatcher") + " I processArtifact FSPDI5: The Bundle, x.jar loaded.\n" +
				"[4/18/24 16:33:29:454 PDT] 000000c2 id=         " + name60("a.b.C") + " 3 run text\n", LibertyTrace,
			[]one{
				{Level: "I", Stamp: "4/18/24 16:33:29:454 PDT", Time: "2024-04-18T16:33:29.454", Thread: "000000c2", Logger: "com.ibm.form.platform.service.framework.DirectoryWatcher",
					Class: "com.ibm.form.platform.service.framework.DirectoryWatcher", Method: "processArtifact", ID: "FSPDI5", Text: "FSPDI5: The Bundle, x.jar loaded."},
				{Level: "3", Stamp: "4/18/24 16:33:29:454 PDT", Time: "2024-04-18T16:33:29.454", Thread: "000000c2", Logger: "a.b.C", Class: "a.b.C", Method: "run", Text: "text"},
			}},
		{"Liberty console", "console.log",
			"Launching defaultServer (Open Liberty 22.0.0.6/wlp-1.0.65) on Eclipse OpenJ9 VM, version 11 (en_CA)\n[AUDIT   ] CWWKE0001I: launched.\nplain output\n[err] java.lang.Error: x\n[err] \tat a.B.c(B.java:1)\n[err] \tat [internal classes]\n[WARNING ] w\n", LibertyConsole,
			[]one{
				{Level: "A", ID: "CWWKE0001I", Text: "CWWKE0001I: launched.", Trace: 1},
				{Level: "R", Logger: "SystemErr", Text: "java.lang.Error: x", Trace: 2, Causes: "java.lang.Error: x(2+0)", Parts: 3},
				{Level: "W", Text: "w"},
			}},
		{"Liberty JSON", "messages.log",
			`{"type":"liberty_message","message":"CWWKF0011I: ready\nsecond","ibm_threadId":"0000003e","ibm_datetime":"2021-10-18T14:50:58.159-0400","ibm_messageId":"CWWKF0011I","module":"a.B","loglevel":"AUDIT","ibm_className":"a.B","ibm_methodName":"m"}` + "\n" +
				`{"app":"own","level":"error"}` + "\n", LibertyJSON,
			[]one{
				{Level: "A", Stamp: "2021-10-18T14:50:58.159-0400", Time: "2021-10-18T14:50:58.159-04:00", Thread: "0000003e", Logger: "a.B", Class: "a.B", Method: "m", ID: "CWWKF0011I", Text: "CWWKF0011I: ready", Trace: 1},
				{Level: "E", Text: `{"app":"own","level":"error"}`},
			}},
		{"Liberty JSON with fields of other names, with plain lines and all types", "messages.log",
			`{"kind":"liberty_message", "severity": "WARNING", "when":"2021-10-18T14:50:58.159-0400", "tid":"0000003e", "body":"CWWKS9112A: The web application security settings"}` + "\nplain line\n" +
				`{"type":"liberty_ffdc","ibm_datetime":"2021-10-18T14:50:58.159-0400","ibm_exceptionName":"a.b.XException","message":"no","ibm_stackTrace":"a.b.XException: no\n\tat a.B.c(B.java:1)\n","ibm_threadId":"0000003e","ibm_probeID":"34"}` + "\n" +
				`{"type":"liberty_accesslog","ibm_datetime":"2021-10-18T14:50:59.159-0400","ibm_requestMethod":"GET","ibm_uriPath":"/apps","ibm_queryString":"a=b","ibm_responseCode":500,"ibm_remoteHost":"10.0.0.1"}` + "\n" +
				`{"type":"liberty_trace","loglevel":"FINEST","ibm_datetime":"2021-10-18T14:50:59.160-0400","message":"deep","ext_appName":"leap"}` + "\n" + `{"broken":` + "\n", LibertyJSON,
			[]one{
				{Level: "W", Stamp: "2021-10-18T14:50:58.159-0400", Time: "2021-10-18T14:50:58.159-04:00", Thread: "0000003e", ID: "CWWKS9112A", Text: "CWWKS9112A: The web application security settings", Trace: 1},
				{Level: "E", Stamp: "2021-10-18T14:50:58.159-0400", Time: "2021-10-18T14:50:58.159-04:00", Thread: "0000003e", Text: "a.b.XException: no", Trace: 2, Causes: "a.b.XException: no(1+0)"},
				{Level: "I", Stamp: "2021-10-18T14:50:59.159-0400", Time: "2021-10-18T14:50:59.159-04:00", Text: "GET /apps?a=b 500"},
				{Level: "3", Stamp: "2021-10-18T14:50:59.160-0400", Time: "2021-10-18T14:50:59.160-04:00", Text: "deep"},
				{Level: "I", Text: `{"broken":`},
			}},
		{"Liberty console in Japanese", "console.log",
			"defaultServer (Open Liberty 22.0.0.6/wlp-1.0.65) を Eclipse OpenJ9 VM, version 11 (ja_JP) で起動しています\n[監査      ] CWWKE0001I: サーバー defaultServer が起動されました。\n[エラー     ] 失敗\n[err]\n[err] java.lang.Error: x\n[x] no record\n", LibertyConsole,
			[]one{
				{Level: "A", ID: "CWWKE0001I", Text: "CWWKE0001I: サーバー defaultServer が起動されました。"},
				{Level: "E", Text: "失敗"},
				{Level: "R", Logger: "SystemErr"},
				{Level: "R", Logger: "SystemErr", Text: "java.lang.Error: x", Trace: 1, Causes: "java.lang.Error: x\n[x] no record(0+0)"},
			}},
		{"Liberty console in a language that is not known", "console.log", "[ELLENŐRZÉS] CWWKE0001I: elindult\n[ELLENŐRZÉS] CWWKZ0002E: hiba\n[notalevel] text\n", LibertyConsole,
			[]one{{Level: "I", ID: "CWWKE0001I", Text: "CWWKE0001I: elindult"}, {Level: "E", ID: "CWWKZ0002E", Text: "CWWKZ0002E: hiba", Trace: 1}}},
		{"Domino console where another program writes too", "console.log",
			"08.02.2008 15:47:41   Server started on physical node test\n2022-03-20 07:36:42 INFO of a program\n08.02.2008 15:47:42   HTTP JVM: \n", DominoConsole,
			[]one{
				{Level: "I", Stamp: "08.02.2008 15:47:41", Time: "2008-02-08T15:47:41.000", Text: "Server started on physical node test", Trace: 1},
				{Level: "I", Stamp: "08.02.2008 15:47:42", Time: "2008-02-08T15:47:42.000", Logger: "HTTP JVM"},
			}},
		{"Domino console", "console.log",
			"HCL Domino (r) Server (64 Bit), Release 12.0.2 for Linux\n> [007577:000017-00007F621246D700] 11/25/2008 07:21:55 PM  HTTP JVM: CLFAD0211E: Exception thrown.\n[007577:000017-00007F621246D700] 11/25/2008 07:21:55 PM  HTTP JVM: com.x.YException: z\n" +
				"[007577:000017-00007F621246D700] 11/25/2008 07:21:55 PM  HTTP JVM: \tat a.B.c(B.java:1)\n11/25/2008 07:22:25 PM  HTTP Server: Started\nUnable to bind to port Port = 6400\n", DominoConsole,
			[]one{
				{Level: "E", Stamp: "11/25/2008 07:21:55 PM", Time: "2008-11-25T19:21:55.000", Thread: "007577:000017-00007F621246D700", Logger: "HTTP JVM", ID: "CLFAD0211E", Text: "CLFAD0211E: Exception thrown.", Trace: 2, Causes: "com.x.YException: z(1+0)", Parts: 3},
				{Level: "I", Stamp: "11/25/2008 07:22:25 PM", Time: "2008-11-25T19:22:25.000", Text: "HTTP Server: Started", Trace: 1},
			}},
		{"CommonBaseEvent", "error-log-0.xml",
			`<?xml version="1.0" encoding="UTF-8"?><CommonBaseEvents>` + "\n" +
				`<CommonBaseEvent creationTime="2008-02-24T12:48:29.850-08:00" msg="CLFMW0029E: failed &quot;x&quot;" severity="50"><extendedDataElements name="CommonBaseEventLogRecord:level" type="noValue"><children name="CommonBaseEventLogRecord:name" type="string"><values>SEVERE</values></children></extendedDataElements>` + "\n" +
				`<extendedDataElements name="CommonBaseEventLogRecord:sourceClassName" type="string"><values>a.B$1</values></extendedDataElements><extendedDataElements name="CommonBaseEventLogRecord:sourceMethodName" type="string"><values>done</values></extendedDataElements>` + "\n" +
				`<extendedDataElements name="CommonBaseEventLogRecord:Exception" type="string"><values>java.lang.Error: no
	at a.B.c(B.java:1)
Caused by: x.YException: y
	... 3 more</values></extendedDataElements><sourceComponentId component="Expeditor" subComponent="a.logger" threadId="11"/></CommonBaseEvent><CommonBaseEvent creationTime="2008-02-24T12:48:30.000-08:00" msg="two" severity="10"/>` + "\n", CBE,
			[]one{
				{Level: "E", Stamp: "2008-02-24T12:48:29.850-08:00", Time: "2008-02-24T12:48:29.850-08:00", Thread: "11", Logger: "a.logger", Class: "a.B$1", Method: "done", ID: "CLFMW0029E", Text: `CLFMW0029E: failed "x"`, Trace: 4,
					Causes: "java.lang.Error: no(1+0) <- x.YException: y(0+3)"},
				{Level: "I", Stamp: "2008-02-24T12:48:30.000-08:00", Time: "2008-02-24T12:48:30.000-08:00", Text: "two"},
			}},
		{"Eclipse", ".log",
			"!SESSION 2015-04-24 09:20:00.000 -----------------------------------------------\njava.version=1.6\n!ENTRY org.eclipse.osgi 4 0 2015-04-24 09:20:02.450\n!MESSAGE Bundle not found\n!STACK 0\norg.osgi.BundleException: no\n\tat a.B.c(B.java:1)\n", Eclipse,
			[]one{{Level: "E", Stamp: "2015-04-24 09:20:02.450", Time: "2015-04-24T09:20:02.450", Logger: "org.eclipse.osgi", Text: "Bundle not found", Trace: 2, Causes: "org.osgi.BundleException: no(1+0)"}}},
		{"CommonBaseEvent with what no XML may have, and one that was cut", "error-log-0.xml",
			`<CommonBaseEvent creationTime="2008-02-24T12:48:29.850-08:00" msg="a & b &nosuch; ` + "\x01" + `" severity="30"><sourceComponentId subComponent="a.logger" threadId="11"/></CommonBaseEvent>` + "\n" +
				`<CommonBaseEvent creationTime="2008-02-24T12:48:29.851-08:00" msg="deep" severity="50">` + strings.Repeat("<extendedDataElements>", 20000) + "\n" +
				`<CommonBaseEvent creationTime="2008-02-24T12:48:29.852-08:00" msg="cut" severity="50"><extendedDataElements name="x:Exception"><values>java.lang.Error: no` + "\n\tat a.B.c(B.java:1)\n", CBE,
			[]one{
				{Level: "W", Stamp: "2008-02-24T12:48:29.850-08:00", Time: "2008-02-24T12:48:29.850-08:00", Thread: "11", Logger: "a.logger", Text: "a & b &nosuch; \uFFFD"},
				{Level: "E", Stamp: "2008-02-24T12:48:29.851-08:00", Time: "2008-02-24T12:48:29.851-08:00", Text: "deep", Trace: 1},
				{Level: "E", Stamp: "2008-02-24T12:48:29.852-08:00", Time: "2008-02-24T12:48:29.852-08:00", Text: "cut", Trace: 2},
			}},
		{"Eclipse with entries below an entry", ".log",
			"!SESSION 2015-04-24 09:20:00.000 ---\neclipse.buildId=unknown\njava.version=1.8.0_351\nBootLoader constants: OS=linux, ARCH=x86_64\n\n!ENTRY a.b 2 0 2015-04-24 09:20:02.450\n!MESSAGE\n!SUBENTRY 1 a.c 4 0 2015-04-24 09:20:02.451\n!MESSAGE below\n!STACK 0\na.b.XException: x\n\tat a.B.c(B.java:1)\n", Eclipse,
			[]one{{Level: "W", Stamp: "2015-04-24 09:20:02.450", Time: "2015-04-24T09:20:02.450", Logger: "a.b", Trace: 4, Causes: "a.b.XException: x(1+0)"}}},
		{"audit file of Leap with a title over two lines", "febEvents.log",
			"builder/app/upgrade,2026-11-23T21:00:00.000Z,admin,a@b.c,uid,\"My \"\"own\"\"\napp, two\",,,ok\nbuilder/app/open,2026-11-23T21:00:01.000Z,admin,a@b.c,uid,x,,,ok\n", FebEvents,
			[]one{
				{Level: "I", Stamp: "2026-11-23T21:00:00.000Z", Time: "2026-11-23T21:00:00.000Z", Logger: "builder/app/upgrade", Text: "builder/app/upgrade,2026-11-23T21:00:00.000Z,admin,a@b.c,uid,\"My \"\"own\"\"", Trace: 1},
				{Level: "I", Stamp: "2026-11-23T21:00:01.000Z", Time: "2026-11-23T21:00:01.000Z", Logger: "builder/app/open", Text: "builder/app/open,2026-11-23T21:00:01.000Z,admin,a@b.c,uid,x,,,ok"},
			}},
		{"audit file of Leap", "febEvents.log",
			"builder/error/builder/app/upgrade,2026-11-23T21:00:00.000Z,admin,a@b.c,4ef795f1-8929-44ab-a7b9-366453cc2401,\"My, app\",,,failure\n", FebEvents,
			[]one{{Level: "E", Stamp: "2026-11-23T21:00:00.000Z", Time: "2026-11-23T21:00:00.000Z", Logger: "builder/error/builder/app/upgrade",
				Text: "builder/error/builder/app/upgrade,2026-11-23T21:00:00.000Z,admin,a@b.c,4ef795f1-8929-44ab-a7b9-366453cc2401,\"My, app\",,,failure"}}},
		{"System.err line by line", "SystemErr.log",
			basic + "000000a1 SystemErr     R a.b.OpenException: outer\n" + basic + "000000a2 SystemErr     R other thread\n" +
				basic + "000000a1 SystemErr     R \tat a.B.c(B.java:1)\n" + basic + "000000a1 SystemErr     R Caused by: a.b.InnerException: inner\n" + basic + "000000a1 SystemErr     R \t... 7 more\n", WASBasic,
			[]one{
				{Level: "R", Stamp: "5/21/14 22:51:37:095 PDT", Time: "2014-05-21T22:51:37.095", Thread: "000000a1", Logger: "SystemErr", Text: "a.b.OpenException: outer", Trace: 3, Causes: "a.b.OpenException: outer(1+0) <- a.b.InnerException: inner(0+7)", Parts: 4},
				{Level: "R", Stamp: "5/21/14 22:51:37:095 PDT", Time: "2014-05-21T22:51:37.095", Thread: "000000a2", Logger: "SystemErr", Text: "other thread"},
			}},
	} {
		t.Run(c.name, func(t *testing.T) {
			src, err := Open(t.Context(), Options{Join: true}, writeTemp(t, c.file, c.text))
			must(t, err)
			defer src.Close()
			if f := src.Profile().Format; f != c.format {
				t.Errorf("taken for %s, it is %s", f, c.format)
			}
			var got []one
			for r, err := range src.Records(t.Context(), nil) {
				must(t, err)
				got = append(got, brief(r))
			}
			if d := cmp.Diff(c.want, got); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestARecordIsJSONWithoutNulls(t *testing.T) {
	src, err := Open(t.Context(), Options{}, writeTemp(t, "SystemOut.log", small))
	must(t, err)
	defer src.Close()
	for r, err := range src.Records(t.Context(), nil) {
		must(t, err)
		data, err := json.Marshal(r)
		must(t, err)
		for _, key := range []string{`"file"`, `"offset"`, `"line"`, `"time"`, `"thread"`, `"level"`, `"logger"`, `"class"`, `"method"`, `"text"`, `"trace":[`, `"causes":[`} {
			if !strings.Contains(string(data), key) {
				t.Errorf("%s is missing in %s", key, data)
			}
		}
		if strings.Contains(string(data), "null") {
			t.Errorf("null in %s", data)
		}
	}
}

func TestATraceStateIsFoundInEveryLanguage(t *testing.T) {
	for text, want := range map[string]string{
		"TRAS0017I: The startup trace state is *=info.":                                       "*=info",
		"TRAS0018I: The trace state has changed. The new trace state is *=info:a.b.*=all.":    "*=info:a.b.*=all",
		"TRAS0018I: 跟踪状态已更改。新的跟踪状态为 *=info:com.ibm.form.*=finest。":                            "*=info:com.ibm.form.*=finest",
		"TRAS0018I: Der Tracestatus wurde geändert. Der neue Tracestatus ist *=info=enabled.": "*=info=enabled",
		"nothing of the kind = here": "",
	} {
		if got := traceState(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestALogWhoseServerWasToldToWriteInAnotherLayoutIsReadWhole(t *testing.T) {
	stamped := "[5/21/14 22:51:37:095 PDT] 0000001b "
	lines := []string{
		stamped + "Demo          I a.b.Demo run basic\n",
		stamped + " I UOW=1 source=a.b.Demo class=a.b.Demo method=run org=IBM prod=WebSphere component=X thread=[main]\n          advanced\n",
		stamped + name60("a.b.Demo") + " I wide\n",
		stamped + "id=00000000 " + name60("a.b.Demo") + " I run enhanced\n",
	}
	for _, first := range lines { // the layout that most records have is the log's; the others are read all the same
		text := strings.Repeat(first, 3) + strings.Join(lines, "")
		file := writeTemp(t, "trace.log", text)
		s, err := Stats(t.Context(), Options{}, file)
		must(t, err)
		if s.Records != 7 || s.ByLevel["I"] != 7 {
			t.Errorf("%s: %d records", s.Format, s.Records)
		}
		compareSlow(t, s, file)
		got, _ := readAll(t, Options{}, file)
		for i, want := range []string{"|Demo|a.b.Demo|basic|", "|a.b.Demo|a.b.Demo|advanced|", "|a.b.Demo||wide|", "|a.b.Demo|a.b.Demo|enhanced|"} {
			if !strings.Contains(got[3+i], want) {
				t.Errorf("%s: %q has not %q", s.Format, got[3+i], want)
			}
		}
	}
}

func TestLibertysTraceIsToldFromWebSpheres(t *testing.T) {
	stars := strings.Repeat("*", 80) + "\n"
	head := stars + "product = Open Liberty 22.0.0.6 (wlp-1.0.65.cl220620220530-1102)\nprocess = 17@host\n" + stars
	basic := "[5/21/14 22:51:37:095 PDT] 0000001b Demo          3 a.b.Demo run text\n"
	advanced := "[5/21/14 22:51:37:095 PDT] 0000001b  I UOW= source=a.b.Demo thread=[main]\n          text\n"
	for text, want := range map[string]Format{head + basic: LibertyTrace, basic: WASTrace, head + advanced: LibertyTrace, advanced: WASAdvanced} {
		file := writeTemp(t, "trace.log", text)
		s, err := Stats(t.Context(), Options{}, file)
		must(t, err)
		if s.Format != want || s.Records != 1 {
			t.Errorf("%s, %d records, want %s", s.Format, s.Records, want)
		}
	}
}

func TestTheNamesOfSiblingsTellWhetherTheDayStandsFirst(t *testing.T) {
	for sibling, want := range map[string]string{
		"SystemOut_23.03.04_10.00.00.log": "2023-03-04T10:00:00.500", "SystemOut_23.04.03_10.00.00.log": "2023-04-03T10:00:00.500", "other.log": "2023-04-03T10:00:00.500",
	} {
		file := writeTemp(t, "SystemOut.log", "[03/04/23 10:00:00:500 CET] 0000001b Demo          I text\n")
		must(t, os.WriteFile(filepath.Join(filepath.Dir(file), sibling), nil, 0o600))
		s, err := Stats(t.Context(), Options{}, file)
		must(t, err)
		if s.First.String() != want || s.Sure != (sibling != "other.log") {
			t.Errorf("beside %s: %s, sure %v, want %s", sibling, s.First, s.Sure, want)
		}
	}
}
