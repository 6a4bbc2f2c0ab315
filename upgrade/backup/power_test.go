package backup_test

import (
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/backup"
	"github.com/springboard-leap/springboard/upgrade/op"
)

// memDomino puts a small Domino Leap into memory.
func memDomino(t *testing.T) (*memFS, upgrade.Installation) {
	t.Helper()
	m := newMemFS()
	root, _ := filepath.Abs(string(filepath.Separator))
	at := func(p string) string { return filepath.Join(root, p) }
	for _, dir := range []string{"local", "local/notesdata", "local/notesdata/volt", "local/notesdata/volt/sub", "backups"} {
		if err := m.Mkdir(at(dir), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for name, content := range map[string][]byte{"volt/a.nsf": nsf(1, 300), "volt/sub/b.nsf": nsf(2, 300), "notes.ini": []byte("[Notes]\n")} {
		putMem(t, m, at("local/notesdata/"+name), content)
	}
	m.flushAll()
	return m, upgrade.Installation{ID: "mem", Product: upgrade.DominoLeap, Runtime: upgrade.Domino, Root: root, Home: at("local"), AppData: at("local/notesdata/volt"),
		SettingsFiles: []upgrade.SettingsFile{{Path: at("local/notesdata/notes.ini"), Kind: "notes-ini", Exists: true}}}
}

func putMem(t *testing.T, m *memFS, path string, content []byte) {
	t.Helper()
	w, err := m.Create(path, 0o644)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(content); err != nil {
		t.Fatal(err)
	}
}

func memPorts(m *memFS) backup.Ports {
	p := ports()
	p.FS = m
	return p
}

// TestAPowerLossAtAnyMomentNeverLeavesABadBackup takes the power away before each operation, lets the disk keep what it likes of what was not flushed,
// and looks at what is there when the machine is up again.
func TestAPowerLossAtAnyMomentNeverLeavesABadBackup(t *testing.T) {
	sealed, unsealed := 0, 0
	for n := 1; ; n++ {
		m, inst := memDomino(t)
		to := filepath.Join(inst.Root, "backups")
		o := backup.Options{To: to, Workers: 1}
		plan := planOf(t, memPorts(m), inst, o)
		m.left = n
		_, err := backup.Create(t.Context(), op.Silent{}, memPorts(m), plan, o)
		if !m.lost {
			if err != nil {
				t.Fatalf("no power loss, and it failed: %v", err)
			}
			break
		}
		for seed := range uint64(4) {
			after := m.crash(rand.New(rand.NewPCG(seed, uint64(n))))
			list, err := backup.List(t.Context(), memPorts(after), to)
			if err != nil {
				t.Fatal(err)
			}
			for _, s := range list {
				if s.State == "" {
					unsealed++
					continue
				}
				sealed++
				if report, err := backup.Verify(t.Context(), op.Silent{}, memPorts(after), s.Backup); err != nil {
					t.Errorf("power lost before operation %d: a sealed backup is bad: %v %+v", n, err, report.Problems)
				}
			}
			if left, want := after.tree(inst.AppData), m.tree(inst.AppData); !equal(left, want) {
				t.Errorf("power lost before operation %d: the source was touched", n)
			}
			p := memPorts(after)
			p.Now = laterClock()
			again := made(t, p, inst, o)
			verifyOK(t, p, again.Backup)
			if got := after.tree(filepath.Join(again.Backup, filepath.FromSlash(voltDir))); !equal(got, m.tree(inst.AppData)) {
				t.Errorf("power lost before operation %d: the next backup holds something else", n)
			}
		}
	}
	if sealed == 0 || unsealed == 0 {
		t.Errorf("%d sealed and %d unsealed backups were seen: the test does not reach both", sealed, unsealed)
	}
}

// laterClock is that of the machine after it was started again.
func laterClock() func() time.Time {
	next := clock()
	return func() time.Time { return next().Add(time.Hour) }
}

// TestAPowerLossDuringARestoreLeavesTheOldStateOrTheNewOne does the same with a restore over an installation that an upgrade has changed.
func TestAPowerLossDuringARestoreLeavesTheOldStateOrTheNewOne(t *testing.T) {
	olds, news := 0, 0
	for n := 1; ; n++ {
		m, inst := memDomino(t)
		to := filepath.Join(inst.Root, "backups")
		dir := made(t, memPorts(m), inst, backup.Options{To: to}).Backup
		fresh := m.tree(inst.AppData)
		putMem(t, m, filepath.Join(inst.AppData, "more.nsf"), []byte("made by the upgrade"))
		m.flushAll()
		old := m.tree(inst.AppData)
		o := backup.RestoreOptions{InPlace: true, Installation: inst}
		m.left = n
		_, err := backup.Restore(t.Context(), op.Silent{}, memPorts(m), dir, o)
		if !m.lost {
			if err != nil {
				t.Fatalf("no power loss, and it failed: %v", err)
			}
			break
		}
		for seed := range uint64(4) {
			after := m.crash(rand.New(rand.NewPCG(seed, uint64(n))))
			switch volt := after.tree(inst.AppData); {
			case equal(volt, old):
				olds++
			case equal(volt, fresh):
				news++
			case volt != nil:
				t.Errorf("power lost before operation %d: volt is neither the old state nor the new one", n)
			case !wholeBeside(after, inst, old) && !wholeBeside(after, inst, fresh):
				t.Errorf("power lost before operation %d: neither state is whole", n)
			}
			p := memPorts(after)
			p.Now = laterClock()
			if _, err := backup.Restore(t.Context(), op.Silent{}, p, dir, o); err != nil {
				t.Fatalf("power lost before operation %d: the next restore failed: %v", n, err)
			}
			if !equal(after.tree(inst.AppData), fresh) {
				t.Errorf("power lost before operation %d: the next restore brought something else", n)
			}
		}
	}
	if olds == 0 || news == 0 {
		t.Errorf("%d old and %d new states were seen: the test does not reach both", olds, news)
	}
}

// wholeBeside tells that a state stands under one of the names beside its place.
func wholeBeside(m *memFS, inst upgrade.Installation, want map[string]string) bool {
	list, err := m.ReadDir(filepath.Dir(inst.AppData), 0)
	if err != nil {
		return false
	}
	for _, info := range list {
		if equal(m.tree(filepath.Join(filepath.Dir(inst.AppData), info.Name)), want) {
			return true
		}
	}
	return false
}

// TestAPowerLossDuringARestoreToANewFolderLeavesItWholeOrAbsent restores a whole tree to where nothing was.
func TestAPowerLossDuringARestoreToANewFolderLeavesItWholeOrAbsent(t *testing.T) {
	absent, whole := 0, 0
	for n := 1; ; n++ {
		m, inst := memDomino(t)
		dir := made(t, memPorts(m), inst, backup.Options{To: filepath.Join(inst.Root, "backups")}).Backup
		want := m.tree(filepath.Join(inst.Root, "local"))
		m.flushAll()
		target := filepath.Join(inst.Root, "restored")
		m.left = n
		_, err := backup.Restore(t.Context(), op.Silent{}, memPorts(m), dir, backup.RestoreOptions{To: target})
		if !m.lost {
			if err != nil {
				t.Fatalf("no power loss, and it failed: %v", err)
			}
			break
		}
		for seed := range uint64(4) {
			after := m.crash(rand.New(rand.NewPCG(seed, uint64(n))))
			switch got := after.tree(target); {
			case got == nil:
				absent++
			case equal(after.tree(filepath.Join(target, "local")), want):
				whole++
			default:
				t.Errorf("power lost before operation %d: the target is there and not whole", n)
			}
		}
	}
	if absent == 0 || whole == 0 {
		t.Errorf("%d absent and %d whole targets were seen: the test does not reach both", absent, whole)
	}
}
