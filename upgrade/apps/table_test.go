package apps

import (
	"strings"
	"testing"

	"github.com/springboard-leap/springboard/upgrade"
)

func tableOf(columns string, rows ...string) Table {
	t := Table{Query: "SELECT * FROM FREEDOM.APP_UPGRADE", Columns: strings.Split(columns, ",")}
	for _, r := range rows {
		var row Row
		for _, v := range strings.Split(r, "|") {
			if v == "NULL" {
				row.Values = append(row.Values, nil)
				continue
			}
			row.Values = append(row.Values, &v)
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func TestColumnsAreFoundInManySpellings(t *testing.T) {
	for _, columns := range []string{"APPID,NAME,EXCEPTION", "app_id,name,exception", "UID,TITLE,STACKTRACE", "Application_Id,AppName,Error_Message",
		"application id,title,error", "NAME,APPID,STACK_TRACE,EXTRA", "ID,APP_ID,NAME,EXCEPTION"} {
		values := map[string]string{"APPID": "u1", "UID": "u1", "APPLICATIONID": "u1", "NAME": "One", "TITLE": "One", "APPNAME": "One", "ID": "17", "EXTRA": "x"}
		var row []string
		for _, c := range strings.Split(columns, ",") {
			v, ok := values[FoldName(c)]
			if !ok {
				v = "java.lang.IllegalStateException: boom"
			}
			row = append(row, v)
		}
		facts, err := TableFacts(tableOf(columns, strings.Join(row, "|")), upgrade.FromDatabase, nil)
		if err != nil || len(facts) != 1 || facts[0].UID != "u1" || facts[0].Name != "One" || facts[0].Says != upgrade.Failed ||
			facts[0].Error != "java.lang.IllegalStateException: boom" {
			t.Errorf("%s: %+v %v", columns, facts, err)
		}
	}
}

func TestTableThatSaysNothingIsAFaultThatNamesItsColumns(t *testing.T) {
	for _, columns := range []string{"A,B,C", "APPID,NAME", "EXCEPTION,NOTE", ""} {
		_, err := TableFacts(tableOf(columns), upgrade.FromDatabase, nil)
		f, ok := upgrade.AsFault(err)
		if !ok || f.Code != "SB-4301" || f.Args["columns"] != strings.ReplaceAll(columns, ",", ", ") {
			t.Errorf("%q: %v", columns, err)
		}
	}
}

func TestRowsSayWhatTheyCan(t *testing.T) {
	for name, c := range map[string]struct {
		columns, row string
		want         upgrade.AppState
		weak         bool
	}{
		"an exception":                         {"APPID,NAME,EXCEPTION", "u1|One|java.lang.Exception: x", upgrade.Failed, false},
		"no exception and no status":           {"APPID,NAME,EXCEPTION", "u1|One|NULL", upgrade.UnknownIn, true},
		"a blank exception":                    {"APPID,NAME,EXCEPTION", "u1|One|   ", upgrade.UnknownIn, true},
		"a spelled-out null":                   {"APPID,NAME,EXCEPTION", "u1|One|null", upgrade.UnknownIn, true},
		"a status of success":                  {"APPID,STATUS,EXCEPTION", "u1|SUCCESS|NULL", upgrade.Upgraded, false},
		"a status of failure":                  {"APPID,STATUS,EXCEPTION", "u1|UPGRADE_FAILED|NULL", upgrade.Failed, false},
		"success with an exception":            {"APPID,STATUS,EXCEPTION", "u1|OK|java.lang.Exception", upgrade.Failed, false},
		"in progress":                          {"APPID,STATE,EXCEPTION", "u1|IN_PROGRESS|NULL", upgrade.Upgrading, false},
		"a status nobody knows":                {"APPID,STATUS,EXCEPTION", "u1|7|NULL", upgrade.UnknownIn, true},
		"a flag":                               {"APPID,SUCCESS", "u1|t", upgrade.Upgraded, false},
		"a flag that is off":                   {"APPID,SUCCESS", "u1|false", upgrade.Failed, false},
		"a message of failure":                 {"APPID,MESSAGE", "u1|Could not convert form F_1", upgrade.Failed, false},
		"a message of success":                 {"APPID,MESSAGE", "u1|completed", upgrade.UnknownIn, true},
		"a note beside a status is no failure": {"APPID,STATUS,MESSAGE", "u1|SUCCESS|took 3 s", upgrade.Upgraded, false},
		"not successful":                       {"APPID,STATUS", "u1|unsuccessful", upgrade.Failed, false},
	} {
		facts, err := TableFacts(tableOf(c.columns, c.row), upgrade.FromDatabase, nil)
		if err != nil || len(facts) != 1 || facts[0].Says != c.want || facts[0].Weak != c.weak {
			t.Errorf("%s: %+v %v", name, facts, err)
		}
	}
}

func TestSeveralRowsOfOneApplication(t *testing.T) {
	for name, c := range map[string]struct {
		rows []string
		want upgrade.AppState
		note bool
	}{
		"the latest by date wins":             {[]string{"u1|boom|2026-03-14 22:00:00", "u1|NULL|2026-03-14 23:00:00"}, upgrade.UnknownIn, true},
		"in any order":                        {[]string{"u1|NULL|2026-03-14 23:00:00", "u1|boom|2026-03-15 01:00:00"}, upgrade.Failed, true},
		"Db2's form of a time":                {[]string{"u1|boom|2026-03-15-01.00.00.000000", "u1|NULL|2026-03-14-23.00.00.000000"}, upgrade.Failed, true},
		"without dates the exception counts":  {[]string{"u1|NULL|", "u1|boom|", "u1|NULL|"}, upgrade.Failed, true},
		"one undated row spoils the order":    {[]string{"u1|boom|2026-03-14 22:00:00", "u1|NULL|NULL"}, upgrade.Failed, true},
		"at the same time the exception wins": {[]string{"u1|NULL|2026-03-14 22:00:00", "u1|boom|2026-03-14 22:00:00"}, upgrade.Failed, true},
		"rows that agree are no conflict":     {[]string{"u1|boom|", "u1|boom|"}, upgrade.Failed, false},
	} {
		facts, err := TableFacts(tableOf("APPID,EXCEPTION,UPDATED", c.rows...), upgrade.FromDatabase, nil)
		if err != nil || len(facts) != 1 || facts[0].Says != c.want || (facts[0].Note != "") != (c.note || facts[0].Weak) {
			t.Errorf("%s: %+v %v", name, facts, err)
		}
	}
}

func TestRowsOfEarlierUpgradesAreKnownByTheBaseline(t *testing.T) {
	before := tableOf("APPID,NAME,EXCEPTION", "u1|One|old boom", "u2|Two|old boom")
	now := tableOf("exception,appid,name", "old boom|u1|One  ", "old boom|u2|Two", "new boom|u2|Two")
	facts, err := TableFacts(now, upgrade.FromDatabase, BaselineOf(before))
	if err != nil || len(facts) != 3 {
		t.Fatalf("%+v %v", facts, err)
	}
	b := Build(Input{Census: []Entry{{UID: "u1"}, {UID: "u2"}}, HasCensus: true, Facts: facts})
	if b.Apps[0].State != upgrade.Pending || b.Apps[1].State != upgrade.Failed || b.Apps[1].Error != "new boom" {
		t.Errorf("%+v", b.Apps)
	}
	again := tableOf("APPID,NAME,EXCEPTION", "u1|One|old boom", "u1|One|old boom")
	if facts, _ = TableFacts(again, upgrade.FromDatabase, BaselineOf(before)); decide(facts).state != upgrade.Failed {
		t.Errorf("the same row a second time is new: %+v", facts)
	}
}

func TestEvidenceOfARowIsOneReadableLine(t *testing.T) {
	facts, _ := TableFacts(tableOf("APPID,NAME,EXCEPTION", "u1|Größe 🚀 l'été|java.lang.Exception: x\n\tat a.b.C\n"+strings.Repeat("y", 1<<20)), upgrade.FromDatabase, nil)
	e := facts[0].Evidence
	if e.Query != "SELECT * FROM FREEDOM.APP_UPGRADE" || e.Row != "APPID=u1, NAME=Größe 🚀 l'été, EXCEPTION=java.lang.Exception: x" {
		t.Errorf("%+v", e)
	}
	file := tableOf("APPID,EXCEPTION", "u1|x")
	file.File, file.Query, file.Rows[0].Line = "out.txt", "", 7
	if facts, _ = TableFacts(file, upgrade.FromImport, nil); facts[0].Evidence.File != "out.txt" || facts[0].Evidence.Line != 7 {
		t.Errorf("%+v", facts[0].Evidence)
	}
}

func TestCauseChainIsRead(t *testing.T) {
	got := CauseChain("com.ibm.A: outer\n\tat x.y(Z.java:1)\n\t... 12 more\nCaused by: java.sql.B: inner\n\tat q\nCaused by: java.lang.C\n")
	if strings.Join(got, "|") != "com.ibm.A: outer|java.sql.B: inner|java.lang.C" {
		t.Errorf("%q", got)
	}
	if got = CauseChain("Upgrade failed\ncom.ibm.A: outer\n\tat x"); strings.Join(got, "|") != "com.ibm.A: outer" {
		t.Errorf("a headline: %q", got)
	}
	if CauseChain("") != nil || Fingerprint(nil, "", "") != "" {
		t.Error("an empty trace has a cause")
	}
}

func TestFingerprintIgnoresWhatDiffersBetweenApplications(t *testing.T) {
	a := Fingerprint([]string{"com.ibm.A: Leave 1", "java.B: item 'x' of 11111111-2222-4333-8444-555555555555 in Leave, row 17, /opt/a/b.nsf"}, "u-one", "Leave")
	b := Fingerprint([]string{"com.ibm.A: Travel", "java.B: item 'yy' of 99999999-2222-4333-8444-555555555555 in Travel, row 4, /opt/c/d/e.nsf"}, "u-two", "Travel")
	if a == "" || a != b {
		t.Errorf("%s %s", a, b)
	}
	if c := Fingerprint([]string{"com.ibm.A: Leave 1", "java.C: item 'x'"}, "", ""); c == a {
		t.Error("another class has the same fingerprint")
	}
}

func FuzzTableFacts(f *testing.F) {
	f.Add("APPID,NAME,EXCEPTION", "u1|One|java.lang.Exception: x\n\tat a")
	f.Add("id,status,ts", "7|OK|2026-03-14 22:00:00")
	f.Fuzz(func(t *testing.T, columns, row string) {
		table := tableOf(columns, row, row)
		facts, err := TableFacts(table, upgrade.FromDatabase, nil)
		if err != nil {
			if _, ok := upgrade.AsFault(err); !ok {
				t.Fatal(err)
			}
			return
		}
		for _, fact := range facts {
			if strings.Contains(fact.Evidence.Row, "\n") || strings.Contains(fact.Error, "\n") {
				t.Fatalf("more than one line: %+v", fact)
			}
		}
	})
}
