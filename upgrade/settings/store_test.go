package settings

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"sort"
	"strings"
	"testing"
	"time"

	"github.com/springboard-leap/springboard/upgrade"
)

// memFiles is a file system in memory whose n-th call can fail, or after which everything fails as if the program had been killed.
type memFiles struct {
	files  map[string][]byte
	calls  int
	failAt int  // 0: never
	dead   bool // from failAt on every call fails
	hit    bool
}

var errInjected = errors.New("injected fault")

func (m *memFiles) fault() error {
	m.calls++
	if m.failAt > 0 && (m.calls == m.failAt || (m.dead && m.calls > m.failAt)) {
		m.hit = true
		return errInjected
	}
	return nil
}

func (m *memFiles) Read(path string) ([]byte, error) {
	if err := m.fault(); err != nil {
		return nil, err
	}
	data, ok := m.files[heldAs(path)]
	if !ok {
		data, ok = m.files[path] // of another system than this one
	}
	if !ok {
		return nil, &fs.PathError{Op: "read", Path: path, Err: fs.ErrNotExist}
	}
	return append([]byte(nil), data...), nil
}

func (m *memFiles) WriteAtomic(path string, data []byte) error {
	if err := m.fault(); err != nil {
		return err
	}
	m.files[heldAs(path)] = append([]byte(nil), data...)
	return nil
}

func (m *memFiles) Remove(path string) error {
	if err := m.fault(); err != nil {
		return err
	}
	delete(m.files, heldAs(path))
	return nil
}

func (m *memFiles) List(dir string) ([]string, error) {
	if err := m.fault(); err != nil {
		return nil, err
	}
	var names []string
	for p := range m.files {
		if path.Dir(p) == heldAs(dir) {
			names = append(names, path.Base(p))
		}
	}
	sort.Strings(names)
	return names, nil
}

// heldAs is the name under which memory holds a path: the store joins paths as its system does, the tests write them with slashes.
func heldAs(p string) string { return filepath.ToSlash(p) }

const (
	theFile  = "/leap/Leap_config.properties"
	serverTo = "/was/server.xml"
	oldText  = "ibm.nitro.NitroConfig.serverURI = https://leap.example.com/apps\n"
	wasText  = `<?xml version="1.0" encoding="UTF-8"?>
<process:Server xmlns:xmi="http://www.omg.org/XMI" xmlns:process="p">
  <services xmi:type="traceservice:TraceService" enable="true" startupTraceSpecification="*=all"/>
</process:Server>
`
	traceKey = "services[@xmi:type='traceservice:TraceService']/@startupTraceSpecification"
	uriKey   = "ibm.nitro.NitroConfig.serverURI"
)

func newStore() (*Store, *memFiles) {
	m := &memFiles{files: map[string][]byte{theFile: []byte(oldText), serverTo: []byte(wasText)}}
	at := time.Date(2026, 3, 7, 1, 2, 3, 0, time.UTC)
	return &Store{Files: m, UndoDir: "/run/undo", Now: func() time.Time { return at }}, m
}

func twoEdits() []upgrade.Edit {
	return []upgrade.Edit{
		{File: theFile, Op: upgrade.EditComment, Key: uriKey},
		{File: serverTo, Op: upgrade.EditSet, Key: traceKey, Value: "*=info"},
	}
}

func plan(t *testing.T, m Files, edits ...upgrade.Edit) Plan {
	t.Helper()
	p, err := MakePlan(t.Context(), m, "test", edits...)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func faultCode(err error) string {
	if f, ok := upgrade.AsFault(err); ok {
		return f.Code
	}
	return fmt.Sprint(err)
}

func TestAPlanShowsTheDiffAndWritesNothing(t *testing.T) {
	_, m := newStore()
	p := plan(t, m, twoEdits()...)
	if string(m.files[theFile]) != oldText || len(m.files) != 2 {
		t.Error("something was written")
	}
	for _, line := range []string{"-" + oldText, "+#" + oldText, `+  <services xmi:type="traceservice:TraceService" enable="true" startupTraceSpecification="*=info"/>`} {
		if !strings.Contains(p.Diff(), line) {
			t.Errorf("the diff lacks %q:\n%s", line, p.Diff())
		}
	}
	if c := p.Files[0].Changes; len(c) != 1 || c[0].Key != uriKey || *c[0].Before != "https://leap.example.com/apps" || c[0].After != nil || c[0].Line != 1 {
		t.Errorf("%+v", c)
	}
}

func TestApplyThenUndoGivesEveryByteBack(t *testing.T) {
	s, m := newStore()
	recs, err := s.Apply(t.Context(), plan(t, m, twoEdits()...))
	if err != nil || len(recs) != 2 {
		t.Fatalf("%+v, %v", recs, err)
	}
	if string(m.files[theFile]) != "#"+oldText {
		t.Errorf("%q", m.files[theFile])
	}
	for _, file := range []string{serverTo, theFile} {
		if rec, err := s.Undo(t.Context(), file); err != nil || rec.UndoneAt == nil {
			t.Fatalf("%+v, %v", rec, err)
		}
	}
	if string(m.files[theFile]) != oldText || string(m.files[serverTo]) != wasText {
		t.Error("not as before")
	}
	if _, err := s.Undo(t.Context(), theFile); faultCode(err) != "SB-5017" {
		t.Errorf("a second undo gives %v", err)
	}
}

func TestSeveralChangesAreUndoneOneByOne(t *testing.T) {
	s, m := newStore()
	for _, value := range []string{"http://a", "http://b", "http://c"} {
		if _, err := s.Apply(t.Context(), plan(t, m, upgrade.Edit{File: theFile, Op: upgrade.EditSet, Key: uriKey, Value: value})); err != nil {
			t.Fatal(err)
		}
	}
	pending, err := s.PendingDiff(theFile)
	if err != nil || len(pending.Changes) != 3 || !strings.Contains(pending.Diff, "+ibm.nitro.NitroConfig.serverURI = http://c") {
		t.Errorf("%+v, %v", pending, err)
	}
	for _, want := range []string{"http://b", "http://a", "https://leap.example.com/apps"} {
		if _, err := s.Undo(t.Context(), theFile); err != nil {
			t.Fatal(err)
		}
		if got, _ := ParseProperties(m.files[theFile]).Get(uriKey); got.Value != want {
			t.Errorf("got %s, want %s", got.Value, want)
		}
	}
}

func TestAFileThatChangedSinceThePlanIsRefusedBeforeAnythingIsWritten(t *testing.T) {
	s, m := newStore()
	p := plan(t, m, twoEdits()...)
	m.files[serverTo] = append(m.files[serverTo], ' ')
	before := len(m.files)
	if _, err := s.Apply(t.Context(), p); faultCode(err) != "SB-5011" {
		t.Fatalf("%v", err)
	}
	if string(m.files[theFile]) != oldText || len(m.files) != before {
		t.Error("something was written")
	}
}

func TestUndoRefusesAKeyThatSomebodyEditedSince(t *testing.T) {
	s, m := newStore()
	if _, err := s.Apply(t.Context(), plan(t, m, twoEdits()[0])); err != nil {
		t.Fatal(err)
	}
	edited := string(m.files[theFile]) + uriKey + "=http://other\n"
	m.files[theFile] = []byte(edited)
	if _, err := s.Undo(t.Context(), theFile); faultCode(err) != "SB-5016" {
		t.Errorf("%v", err)
	}
	if string(m.files[theFile]) != edited {
		t.Error("the edit of the other is lost")
	}
}

func TestUndoRefusesSavedBytesThatAreDamaged(t *testing.T) {
	s, m := newStore()
	recs, err := s.Apply(t.Context(), plan(t, m, twoEdits()[0]))
	if err != nil {
		t.Fatal(err)
	}
	m.files["/run/undo/"+recs[0].Saved] = []byte("x")
	if _, err := s.Undo(t.Context(), theFile); faultCode(err) != "SB-5018" {
		t.Errorf("%v", err)
	}
}

func TestUndoOfAMadeFileRemovesIt(t *testing.T) {
	s, m := newStore()
	const made = "/wlp/bootstrap.properties"
	p := plan(t, m, upgrade.Edit{File: made, Op: upgrade.EditSet, Key: "com.ibm.ws.logging.trace.specification", Value: "*=info"})
	if _, err := s.Apply(t.Context(), p); err != nil {
		t.Fatal(err)
	}
	if string(m.files[made]) != "com.ibm.ws.logging.trace.specification=*\\=info\n" && string(m.files[made]) != "com.ibm.ws.logging.trace.specification=*=info\n" {
		t.Errorf("%q", m.files[made])
	}
	if _, err := s.Undo(t.Context(), made); err != nil {
		t.Fatal(err)
	}
	if _, there := m.files[made]; there {
		t.Error("the file is still there")
	}
}

func TestAFileThatIsNotThereIsMadeBySetOfPropertiesOnly(t *testing.T) {
	_, m := newStore()
	for _, e := range []upgrade.Edit{
		{File: "/no.properties", Op: upgrade.EditUnset, Key: "a"},
		{File: "/no.xml", Op: upgrade.EditSet, Key: "a/@b", Value: "1"},
		{File: "/notes.ini", Op: upgrade.EditSet, Key: "a", Value: "1"},
	} {
		if _, err := MakePlan(t.Context(), m, "", e); faultCode(err) != "SB-5008" {
			t.Errorf("%s: %v", e.File, err)
		}
	}
}

func TestAPlanThatChangesNothingWritesNothing(t *testing.T) {
	s, m := newStore()
	p := plan(t, m, upgrade.Edit{File: theFile, Op: upgrade.EditUnset, Key: "absent"})
	if p.Changed() || p.Diff() != "" {
		t.Errorf("%+v", p)
	}
	if recs, err := s.Apply(t.Context(), p); err != nil || len(recs) != 0 || len(m.files) != 2 {
		t.Errorf("%v %v", recs, err)
	}
}

// TestAnyFaultLeavesTheOldOrTheNewFileAndTheWayBack fails each call once, and kills from each call on. Whatever happens, each file is whole, and undoing
// what is open afterwards gives the bytes from before.
func TestAnyFaultLeavesTheOldOrTheNewFileAndTheWayBack(t *testing.T) {
	for _, dead := range []bool{false, true} {
		for n := 1; ; n++ {
			s, m := newStore()
			p := plan(t, m, twoEdits()...)
			m.calls, m.failAt, m.dead = 0, n, dead
			_, err := s.Apply(t.Context(), p)
			if !m.hit {
				if n < 10 {
					t.Fatalf("only %d calls were made", n-1)
				}
				break
			}
			if err == nil && dead {
				t.Fatalf("call %d failed and nobody noticed", n)
			}
			m.failAt = 0
			checkWhole(t, m, n)
			undoAll(t, s, m, n)
		}
	}
}

func checkWhole(t *testing.T, m *memFiles, n int) {
	t.Helper()
	if got := string(m.files[theFile]); got != oldText && got != "#"+oldText {
		t.Fatalf("call %d: %q", n, got)
	}
	if got := string(m.files[serverTo]); got != wasText && got != strings.Replace(wasText, "*=all", "*=info", 1) {
		t.Fatalf("call %d: %q", n, got)
	}
}

func undoAll(t *testing.T, s *Store, m *memFiles, n int) {
	t.Helper()
	for _, file := range []string{serverTo, theFile} {
		for {
			open, err := s.Open(file)
			if err != nil {
				t.Fatalf("call %d: %v", n, err)
			}
			if len(open) == 0 {
				break
			}
			if _, err := s.Undo(context.Background(), file); err != nil {
				t.Fatalf("call %d: %v", n, err)
			}
		}
	}
	if string(m.files[theFile]) != oldText || string(m.files[serverTo]) != wasText {
		t.Fatalf("call %d: not as before", n)
	}
}

func TestAFaultWhileUndoingCanBeTriedAgain(t *testing.T) {
	for n := 1; ; n++ {
		s, m := newStore()
		if _, err := s.Apply(t.Context(), plan(t, m, twoEdits()...)); err != nil {
			t.Fatal(err)
		}
		m.calls, m.failAt, m.dead = 0, n, true
		_, err := s.Undo(t.Context(), theFile)
		if !m.hit {
			break
		}
		if err == nil {
			t.Fatalf("call %d failed and nobody noticed", n)
		}
		m.failAt = 0
		undoAll(t, s, m, n)
	}
}

func TestADamagedRecordIsNamed(t *testing.T) {
	s, m := newStore()
	m.files["/run/undo/0001-x.json"] = []byte("{")
	if _, err := s.Records(); faultCode(err) != "SB-5015" {
		t.Errorf("%v", err)
	}
}

func TestPasswordsAreMaskedInChangesAndDiffs(t *testing.T) {
	_, m := newStore()
	m.files["/a.properties"] = []byte("proxy.password=hunter2\nother=1\n#old.password = hunter5\nproxy.pwd hunter6\nlong.secret=a\\\n  hunter7\n")
	m.files["/server.xml"] = []byte(`<server><keyStore id="d" password="hunter2" type="x"/><properties name="password" value="hunter3"/></server>`)
	p := plan(t, m,
		upgrade.Edit{File: "/a.properties", Op: upgrade.EditSet, Key: "other", Value: "2"},
		upgrade.Edit{File: "/a.properties", Op: upgrade.EditSet, Key: "proxy.password", Value: "hunter4"},
		upgrade.Edit{File: "/server.xml", Op: upgrade.EditSet, Key: "keyStore/@type", Value: "y"})
	all := p.Diff()
	for _, f := range p.Files {
		for _, c := range f.Changes {
			if c.Before != nil {
				all += *c.Before
			}
			if c.After != nil {
				all += *c.After
			}
		}
	}
	if strings.Contains(all, "hunter") {
		t.Error(all)
	}
	if !strings.Contains(p.Diff(), "-other=1\n+other=2\n") {
		t.Error(p.Diff())
	}
}

func TestDiffShowsLoneCarriageReturnsAndAMissingLineEnd(t *testing.T) {
	d := Diff("f", []byte("a=1\rb=2\rc"), []byte("a=1\rb=3\rc"))
	for _, want := range []string{"-b=2\\r\n", "+b=3\\r\n", " c\n\\ No newline at end of file\n"} {
		if !strings.Contains(d, want) {
			t.Errorf("no %q in\n%s", want, d)
		}
	}
}
