package shell_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/springboard-leap/springboard/ui/kit"
	"github.com/springboard-leap/springboard/ui/present"
	"github.com/springboard-leap/springboard/ui/screen"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/logs"
)

func TestAnotherLogIsOpenedAndTheFollowedOneIsAPressAway(t *testing.T) {
	e := newEngine()
	l := openLog(t, e, normal)
	l.Tap("Open a log")
	l.entry("Path of a log").SetText("/x/messages.log")
	l.Tap("Open")
	if len(e.requests) != 1 || e.requests[0].Path != "/x/messages.log" || !e.requests[0].Siblings {
		t.Fatalf("asked for %+v", e.requests)
	}
	l.Sees("messages.log, 50 records", "messages.log and messages_1.log as one stream, liberty, UTF-8", "Back to the followed log")
	l.Tap("UTF-8")
	l.menu("Shift_JIS")
	if e.requests[1].Encoding != "Shift_JIS" || e.requests[1].Path != "/x/messages.log" {
		t.Errorf("asked for %+v", e.requests[1])
	}
	l.Tap("Back to the followed log")
	if l.view.Len() != 900 {
		t.Errorf("the followed log has %d records", l.view.Len())
	}
	l.Tap("Open the recording")
	if !e.requests[2].Recording {
		t.Errorf("asked for %+v", e.requests[2])
	}
	l.Tap("Back to the followed log")
	e.openWith = upgrade.NewFault("SB-3001", upgrade.KindFailed, errors.New("no such file"), "file", "/x", "detail", "no such file")
	l.Tap("Open the recording")
	l.Sees("cannot be read")
	if l.view.Len() != 900 {
		t.Error("a log that cannot be opened takes the followed one away")
	}
}

func TestTheFollowedLogIsReadInTheEncodingThatAPersonChose(t *testing.T) {
	e := newEngine()
	e.log.Encoding, e.log.Format, e.log.Files = "windows-1252", "was-basic", []string{"/srv/lab/logs/SystemOut.log"}
	l := openLog(t, e, normal)
	l.Tap("windows-1252")
	l.menu("GBK")
	if e.encoding != "GBK" {
		t.Errorf("it is read in %q", e.encoding)
	}
}

func TestAStateIsToldWithItsReason(t *testing.T) {
	for state, want := range map[string]string{"silent": "Silent: the server writes nothing: the server is down", "lost": "Lost: the server is down",
		"delayed": "Delayed: reading is behind the server: the server is down"} {
		e := newEngine()
		e.log.State, e.log.Reason = state, "the server is down"
		l := openLog(t, e, normal)
		l.Sees(want)
	}
}

func TestAnApplicationLandsOnItsRecords(t *testing.T) {
	e := newEngine()
	b := open(t, e, kit.Light, normal)
	b.shell.Go(screen.Applications)
	b.Settle()
	table := b.Tables()[0]
	app := e.ledger.Board.Apps[0]
	e.stream.Add(present.LogEntry{Record: &logs.Record{Text: "Failed to upgrade " + app.UID, Level: "E", Severity: logs.Error, Stamp: "now"}, Failed: true},
		present.LogEntry{Record: &logs.Record{Text: "Looked at " + strings.ToUpper(app.UID), Level: "I", Severity: logs.Info}})
	for row := range table.Len() {
		if table.At(row, 0).Text == app.Name {
			table.Select(row)
			table.OnSelect(row)
			break
		}
	}
	b.Settle()
	b.Tap("Show in the log")
	(&logScreen{bench: b}).Settle()
	if b.shell.Current() != screen.Log {
		t.Fatalf("in front is %s", b.shell.Current())
	}
	l := &logScreen{bench: b}
	l.find()
	if l.view.Len() != 2 || !strings.Contains(l.text(l.view.Current()), "Failed to upgrade "+app.UID) {
		t.Errorf("%d records, on %q", l.view.Len(), l.text(l.view.Current()))
	}
}

func TestEvidenceOfTheFollowedLogIsShownInIt(t *testing.T) {
	e := newEngine()
	b := open(t, e, kit.Light, normal)
	host := b.shell.Host()
	host.Open(upgrade.FileEvidence("/srv/lab/logs/SystemOut.log", 42*3+7*3-41*3-1+2, "CWLEAP0042E: Application upgrade failed: Travel request 48"))
	l := &logScreen{bench: b}
	l.Settle()
	l.find()
	if b.shell.Current() != screen.Log || !strings.Contains(l.text(l.view.Current()), "Travel request 48") {
		t.Errorf("on %s, at %q", b.shell.Current(), l.text(l.view.Current()))
	}
	b.shell.Go(screen.Survey)
	host.Open(upgrade.FileEvidence("/srv/lab/logs/SystemOut.log", 99999, "nothing that the log holds"))
	l.Settle()
	if b.shell.Current() != screen.File {
		t.Errorf("what the log does not hold is shown on %s", b.shell.Current())
	}
}

func TestAFailureOfTheListLeadsToItsRecord(t *testing.T) {
	e := newEngine()
	e.failures = []upgrade.Failure{{Text: "CWLEAP0042E: Application upgrade failed: Travel request 89", Severity: upgrade.Warning,
		Evidence: upgrade.FileEvidence("/old/SystemOut_1.log", 1, "CWLEAP0042E: Application upgrade failed: Travel request 89")}}
	l := openLog(t, e, normal)
	table := l.Tables()[0]
	table.Select(0)
	table.OnSelect(0)
	l.Settle()
	if got := l.text(l.view.Current()); !strings.Contains(got, "Travel request 89") {
		t.Errorf("it leads to %q", got)
	}
}

func TestBrokenFailureRulesAreToldOnce(t *testing.T) {
	e := newEngine()
	l := openLog(t, e, normal)
	e.log.Rules = upgrade.NewFault("SB-3010", upgrade.KindUsage, nil, "file", "/x/rules.json", "detail", "line 3: a comma is missing")
	l.shell.Go(screen.Log)
	l.Settle()
	l.Sees("/x/rules.json", "line 3: a comma is missing")
	l.Tap("Dismiss")
	l.shell.Go(screen.Log)
	l.Settle()
	if strings.Contains(l.Texts(), "a comma is missing") {
		t.Error("a notice that was dismissed comes back")
	}
	e.log.Rules = nil
	l.shell.Go(screen.Log)
	l.Settle()
}
