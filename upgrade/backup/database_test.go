package backup_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/springboard-leap/springboard/platform/osfs"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/backup"
	"github.com/springboard-leap/springboard/upgrade/op"
)

// server is a database server whose tool can do everything: which database is in use is what a test looks at.
type server struct {
	inUse, staged, kept string
	sessions            []backup.Session
	sessionsErr         error
	byHand              bool // a person makes the test restore
	onRequest           bool
	stageErr, swapErr   error
	panics              bool // the program is killed in the swap
	calls               []string
}

func (s *server) note(call string) { s.calls = append(s.calls, call) }

func (s *server) Plan(context.Context) (backup.DumpPlan, error) {
	return backup.DumpPlan{What: "the server", Bytes: 10, Commands: []string{"dump it"}, Notes: []string{"take care"}}, nil
}

func (s *server) Dump(_ context.Context, _ op.Reporter, dir string) (backup.Dumped, error) {
	return backup.Dumped{Kind: "test", What: "the server", Tool: "tool 1", Rows: map[string]int64{"T": 3},
		Warnings: []backup.Problem{{Code: "SB-2453", Args: map[string]string{"database": "X"}}}}, os.WriteFile(filepath.Join(dir, "image"), random(5, 3000), 0o600)
}

func (s *server) Prove(context.Context, op.Reporter, string, string, backup.Dumped) (string, error) {
	if s.byHand {
		return "a person does it", backup.ErrUnsupported
	}
	return "rows compared", nil
}

func (s *server) ProveByHand(dir string, _ backup.Dumped) []string {
	return []string{"restore " + dir, "drop it"}
}
func (s *server) Sessions(context.Context) ([]backup.Session, error) {
	return s.sessions, s.sessionsErr
}

func (s *server) SessionsBy() string { return "who is there" }

func (s *server) PlanRestore(context.Context, string, backup.Dumped, string) (backup.DatabaseRestore, error) {
	return backup.DatabaseRestore{What: "the server", Kept: "kept", OnRequest: s.onRequest, Commands: []string{"restore it"}}, nil
}

func (s *server) Stage(_ context.Context, _ op.Reporter, _ string, _ backup.Dumped, stamp string) error {
	s.note("stage")
	if s.stageErr == nil {
		s.staged = stamp
	}
	return s.stageErr
}

func (s *server) Swap(_ context.Context, _ string, _ backup.Dumped, stamp string) error {
	s.note("swap")
	if s.panics {
		panic("killed")
	}
	if s.swapErr != nil {
		return s.swapErr
	}
	if s.staged == stamp {
		s.kept, s.inUse, s.staged = s.inUse, "restored "+stamp, ""
	}
	return nil
}

func (s *server) SwapBack(context.Context, backup.Dumped, string) error {
	s.note("swap back")
	s.inUse, s.staged = s.kept, s.inUse
	return nil
}

func (s *server) Drop(context.Context, backup.Dumped, string) error {
	s.note("drop")
	s.staged = ""
	return nil
}

func withServer(t *testing.T) (upgrade.Installation, backup.Ports, *server, backup.Result) {
	t.Helper()
	inst, p, s := leap(t), ports(), &server{inUse: "old"}
	inst.DataSource = &upgrade.DataSource{Kind: "postgresql", Database: "leap"}
	p.Dumper = s
	return inst, p, s, made(t, p, inst, backup.Options{To: fastDir(t)})
}

func TestSessionsOnTheDatabaseRefuseABackupAsARunningServerDoes(t *testing.T) {
	inst, p, s, made := withServer(t)
	if len(made.Warnings) == 0 || made.Warnings[len(made.Warnings)-1].Code != "SB-2453" {
		t.Errorf("what the dump warned of is not told: %+v", made.Warnings)
	}
	s.sessions = []backup.Session{{ID: "1", User: "leap", Program: "JDBC"}}
	plan := planOf(t, p, inst, backup.Options{To: fastDir(t)})
	wantKind(t, plan.Blocker(), upgrade.KindBlocked, "SB-2431")
	if plan.Rest.Connections != "found" || len(plan.Sessions) != 1 {
		t.Errorf("%+v", plan.Rest)
	}
	risk := planOf(t, p, inst, backup.Options{To: fastDir(t), WhileRunning: true})
	if risk.Blocker() != nil || !has(risk, "SB-2433") {
		t.Errorf("the risk is not named: %v", risk.Warnings())
	}
	s.sessions[0].Practice = true
	if plan := planOf(t, p, inst, backup.Options{To: fastDir(t)}); plan.Blocker() != nil {
		t.Errorf("a lab's own session refuses: %v", plan.Blocker())
	}
	s.sessions, s.sessionsErr = nil, errors.New("not told")
	plan = planOf(t, p, inst, backup.Options{To: fastDir(t)})
	if plan.Rest.Connections != "unknown" || !has(plan, "SB-2432") {
		t.Errorf("%+v", plan.Rest)
	}
	without := planOf(t, p, inst, backup.Options{To: fastDir(t), Include: []string{"settings"}})
	if without.Rest.Connections != "" {
		t.Errorf("asked although no database is in it: %+v", without.Rest)
	}
	for _, part := range plan.Parts {
		if part.Name == "database" && (len(part.Commands) != 1 || len(part.Notes) != 1) {
			t.Errorf("the commands are not shown first: %+v", part)
		}
	}
}

func has(p backup.Plan, code string) bool {
	for _, f := range p.Warnings() {
		if f.Code == code {
			return true
		}
	}
	return false
}

func TestABackupIsProvenOnlyWhenItsDatabaseCameBackToo(t *testing.T) {
	_, p, s, made := withServer(t)
	s.byHand = true
	state := func() backup.Summary {
		t.Helper()
		list, err := backup.List(t.Context(), p, made.Backup)
		if err != nil || len(list) != 1 {
			t.Fatal(err)
		}
		return list[0]
	}
	attest := func(failed bool) error {
		_, err := backup.Attest(t.Context(), p, made.Backup, backup.Attestation{By: "Kim", Why: "restored, 3 rows", Failed: failed})
		return err
	}
	wantKind(t, attest(false), upgrade.KindWaiting, "SB-2438") // the files were never proven
	report, err := backup.Prove(t.Context(), op.Silent{}, p, made.Backup, fastDir(t))
	if err != nil { // the word is there already
		t.Fatal(err)
	}
	if report.State != backup.Proven {
		t.Errorf("%+v", report)
	}
	wantKind(t, attest(true), upgrade.KindVerify, "SB-2437")
	if b := state(); b.State != backup.Sealed || !strings.Contains(b.Pending, "failed") {
		t.Errorf("%+v", b)
	}
	report, err = backup.Prove(t.Context(), op.Silent{}, p, made.Backup, fastDir(t))
	wantKind(t, err, upgrade.KindWaiting, "SB-2434")
	if !report.OK || report.State != backup.Sealed || len(report.Commands) != 2 || !strings.Contains(report.Commands[0], made.Backup) {
		t.Errorf("%+v", report)
	}
	if err := attest(false); err != nil {
		t.Fatal(err)
	}
	b := state()
	if b.State != backup.Proven || b.Pending != "" || b.Proofs[len(b.Proofs)-1].Person != "Kim" {
		t.Errorf("%+v", b)
	}
	if r, err := backup.Verify(t.Context(), op.Silent{}, p, made.Backup); err != nil || r.State != backup.Proven {
		t.Errorf("%+v %v", r, err)
	}
	image := filepath.Join(made.Backup, "data/database/dump/image")
	whole, err := os.ReadFile(image)
	if err != nil {
		t.Fatal(err)
	}
	write(t, image, append([]byte{whole[0] ^ 1}, whole[1:]...))
	if _, err := backup.Prove(t.Context(), op.Silent{}, p, made.Backup, fastDir(t)); err == nil || state().State != backup.Sealed {
		t.Error("a failed test restore does not take the proof back")
	}
	write(t, image, whole)
	if _, err := backup.Prove(t.Context(), op.Silent{}, p, made.Backup, fastDir(t)); upgrade.KindOf(err) != upgrade.KindWaiting {
		t.Errorf("the old word is believed after a failure: %v", err)
	}
	s.byHand = false
	if r, err := backup.Prove(t.Context(), op.Silent{}, p, made.Backup, fastDir(t)); err != nil || r.State != backup.Proven || r.Database != "rows compared" {
		t.Errorf("%+v %v", r, err)
	}
}

func TestAWordNeedsANameABackupAndADump(t *testing.T) {
	_, p, _, made := withServer(t)
	_, err := backup.Attest(t.Context(), p, made.Backup, backup.Attestation{By: " ", Why: "x"})
	wantKind(t, err, upgrade.KindUsage, "SB-2435")
	write(t, filepath.Join(made.Backup, "SHA256SUMS"), []byte("nothing\n"))
	_, err = backup.Attest(t.Context(), p, made.Backup, backup.Attestation{By: "Kim", Why: "x"})
	wantKind(t, err, upgrade.KindVerify, "SB-2020")
	plain := madeWithout(t)
	_, err = backup.Attest(t.Context(), p, plain.Backup, backup.Attestation{By: "Kim", Why: "x"})
	wantKind(t, err, upgrade.KindUsage, "SB-2436")
}

func madeWithout(t *testing.T) backup.Result {
	t.Helper()
	return made(t, ports(), domino(t), backup.Options{To: fastDir(t)})
}

func TestDatabaseAndFilesGoBackTogetherOrNotAtAll(t *testing.T) {
	inst, p, s, made := withServer(t)
	o := backup.RestoreOptions{InPlace: true, Installation: inst}
	settings := inst.SettingsFiles[1].Path
	changed := func() { write(t, settings, []byte("new=release\n")) }
	isNew := func() bool {
		data, err := os.ReadFile(settings)
		return err == nil && string(data) == "new=release\n"
	}
	changed()

	s.stageErr = errors.New("no room on the server")
	if _, err := backup.Restore(t.Context(), op.Silent{}, p, made.Backup, o); err == nil || !isNew() || s.inUse != "old" {
		t.Errorf("a database that cannot be staged: %v, %s", err, s.inUse)
	}
	s.stageErr, s.swapErr = nil, errors.New("somebody is connected")
	if _, err := backup.Restore(t.Context(), op.Silent{}, p, made.Backup, o); err == nil || !isNew() || s.inUse != "old" || s.staged != "" {
		t.Errorf("a database that cannot be put in place: %v, %s, staged %q", err, s.inUse, s.staged)
	}
	s.swapErr = nil
	broken := p
	broken.FS = noRename{osfs.FS{}, filepath.Base(inst.Program)}
	if _, err := backup.Restore(t.Context(), op.Silent{}, broken, made.Backup, o); err == nil || !isNew() || s.inUse != "old" {
		t.Errorf("files that cannot be put in place: %v, %s; %v", err, s.inUse, s.calls)
	}

	s.panics = true
	func() {
		defer func() { _ = recover() }()
		_, _ = backup.Restore(t.Context(), op.Silent{}, p, made.Backup, o)
	}()
	s.panics = false
	if !isNew() || s.inUse != "old" {
		t.Fatalf("killed before the swap: %s", s.inUse)
	}
	report, err := backup.Restore(t.Context(), op.Silent{}, p, made.Backup, o)
	if err != nil || isNew() || !strings.HasPrefix(s.inUse, "restored ") || report.Database != "the server" {
		t.Errorf("%+v %v, %s", report, err, s.inUse)
	}
	if len(report.Kept) == 0 || report.Kept[len(report.Kept)-1] != "database kept" {
		t.Errorf("%v", report.Kept)
	}
}

// noRename is a file system that refuses to put one name in place.
type noRename struct {
	osfs.FS
	name string
}

func (f noRename) Rename(from, to string) error {
	if filepath.Base(to) == f.name {
		return errors.New("denied")
	}
	return f.FS.Rename(from, to)
}

func (f noRename) Exchange(a, b string) error {
	if filepath.Base(a) == f.name || filepath.Base(b) == f.name {
		return errors.New("denied")
	}
	return f.FS.Exchange(a, b)
}

func TestADatabaseThatWouldBeOverwrittenWaitsForAnExplicitWord(t *testing.T) {
	inst, p, s, made := withServer(t)
	s.onRequest = true
	o := backup.RestoreOptions{InPlace: true, Installation: inst}
	report, err := backup.Restore(t.Context(), op.Silent{}, p, made.Backup, o)
	wantKind(t, err, upgrade.KindWaiting, "SB-2440")
	if !report.OK || s.inUse != "old" || len(report.Commands) != 1 || report.Pending == "" {
		t.Errorf("%+v, %s", report, s.inUse)
	}
	o.RunDatabase = true
	if _, err := backup.Restore(t.Context(), op.Silent{}, p, made.Backup, o); err != nil || s.inUse == "old" {
		t.Errorf("%v, %s", err, s.inUse)
	}
	s.inUse = "old"
	o.Part = "database"
	if _, err := backup.Restore(t.Context(), op.Silent{}, p, made.Backup, o); err != nil || s.inUse == "old" {
		t.Errorf("alone: %v, %s", err, s.inUse)
	}
	image := filepath.Join(made.Backup, "data/database/dump/image")
	if err := os.Truncate(image, 100); err != nil {
		t.Fatal(err)
	}
	s.inUse, s.calls = "old", nil
	_, err = backup.Restore(t.Context(), op.Silent{}, p, made.Backup, o)
	wantKind(t, err, upgrade.KindVerify, "SB-2020")
	if s.inUse != "old" || len(s.calls) != 1 || s.calls[0] != "drop" {
		t.Errorf("a damaged dump reached the server: %v", s.calls)
	}
}
