package backup_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"testing"
	"time"

	"github.com/springboard-leap/springboard/platform/osfs"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/backup"
	"github.com/springboard-leap/springboard/upgrade/op"
)

// quiet is a server that rests.
type quiet struct{ running, open []backup.Process }

func (q quiet) Running(context.Context, upgrade.Installation) ([]backup.Process, bool, error) {
	return q.running, true, nil
}

func (q quiet) OpenFiles(context.Context, []string) ([]backup.Process, bool, error) {
	return q.open, true, nil
}

// clock gives times a second apart, so that no test depends on the wall.
func clock() func() time.Time {
	at := time.Date(2026, 3, 1, 22, 0, 0, 0, time.UTC)
	return func() time.Time {
		at = at.Add(time.Second)
		return at
	}
}

func ports() backup.Ports {
	return backup.Ports{FS: osfs.FS{}, Quiet: quiet{}, Now: clock(), Tool: "springboard test", Host: "here"}
}

// write makes a file with its folders.
func write(t testing.TB, path string, content []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, content, 0o644); err != nil {
		t.Fatal(err)
	}
}

// random is content that is the same in every run.
func random(seed uint64, n int) []byte {
	data := make([]byte, n)
	rand.NewChaCha8([32]byte{byte(seed), byte(seed >> 8), 7}).Read(data)
	return data
}

func nsf(seed uint64, n int) []byte {
	return append([]byte("\x1a\x00\x00\x04\x00\x00"), random(seed, n)...)
}

// domino makes a Domino Leap below a new root.
func domino(t testing.TB) upgrade.Installation {
	t.Helper()
	root := filepath.Join(t.TempDir(), "L")
	at := func(p string) string { return filepath.Join(root, filepath.FromSlash(p)) }
	for i, name := range []string{"VoltBuilder.nsf", "VoltConfig.nsf", "VoltAppHistory.nsf", "0c1e.nsf", "templates/x.ntf"} {
		write(t, at("local/notesdata/volt/"+name), nsf(uint64(i), 3000+i*70_000))
	}
	write(t, at("local/notesdata/volt/empty.txt"), nil)
	write(t, at("local/notesdata/notes.ini"), []byte("[Notes]\nDirectory=/local/notesdata\n"))
	write(t, at("local/notesdata/domino/workspace/.config/rcpinstall.properties"), []byte("dleap.level=INFO\n"))
	write(t, at("opt/hcl/domino/osgi/volt/eclipse/plugins/dleap_1.1.8.jar"), random(9, 200_000))
	write(t, at("opt/hcl/domino/osgi/rcp/eclipse/links/volt.link"), []byte("path=/opt/hcl/domino/osgi/volt\n"))
	if err := os.Mkdir(at("local/notesdata/volt/empty"), 0o750); err != nil {
		t.Fatal(err)
	}
	age(t, root)
	return upgrade.Installation{
		ID: "domino-leap-domino-1a2b", Product: upgrade.DominoLeap, Runtime: upgrade.Domino, Version: "1.1.8", Root: root,
		Home: at("opt/hcl/domino"), Data: at("local/notesdata"), AppData: at("local/notesdata/volt"), Program: at("opt/hcl/domino/osgi/volt"),
		LinkFile: at("opt/hcl/domino/osgi/rcp/eclipse/links/volt.link"),
		SettingsFiles: []upgrade.SettingsFile{
			{Path: at("local/notesdata/notes.ini"), Kind: "notes-ini", Exists: true},
			{Path: at("local/notesdata/domino/workspace/.config/rcpinstall.properties"), Kind: "rcpinstall", Exists: true},
		},
	}
}

// age sets all times into the past, with parts of a second, so that a change is always seen.
func age(t testing.TB, root string) {
	t.Helper()
	at := time.Date(2025, 11, 3, 4, 5, 6, 789_000_000, time.UTC)
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.Type()&fs.ModeSymlink != 0 {
			return err
		}
		return os.Chtimes(path, at, at)
	})
	if err != nil {
		t.Fatal(err)
	}
}

func planOf(t testing.TB, p backup.Ports, inst upgrade.Installation, o backup.Options) backup.Plan {
	t.Helper()
	plan, err := backup.PlanFor(t.Context(), p, inst, o)
	if err != nil {
		t.Fatalf("plan: %v", err)
	}
	return plan
}

// made makes a backup that must succeed.
func made(t testing.TB, p backup.Ports, inst upgrade.Installation, o backup.Options) backup.Result {
	t.Helper()
	plan := planOf(t, p, inst, o)
	if f := plan.Blocker(); f != nil {
		t.Fatalf("the plan has a blocker: %v", f)
	}
	result, err := backup.Create(t.Context(), op.Silent{}, p, plan, o)
	if err != nil {
		t.Fatalf("create: %v", err)
	}
	return result
}

func verifyOK(t testing.TB, p backup.Ports, dir string) backup.Report {
	t.Helper()
	report, err := backup.Verify(t.Context(), op.Silent{}, p, dir)
	if err != nil || !report.OK {
		t.Fatalf("verify: %v %+v", err, report.Problems)
	}
	return report
}

// snapshot describes a tree: type, mode, size, time and content of every path.
func snapshot(t testing.TB, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		fi, err := os.Lstat(path)
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel(dir, path)
		text := fmt.Sprintf("%v", fi.Mode())
		switch {
		case fi.Mode().IsRegular():
			data, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			text += fmt.Sprintf(" %s %d %x", fi.ModTime().UTC().Format(time.RFC3339Nano), len(data), sha256.Sum256(data))
		case fi.Mode()&fs.ModeSymlink != 0:
			target, _ := os.Readlink(path)
			text += " -> " + target
		}
		all[rel] = text
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func sameTree(t testing.TB, want, got string) {
	t.Helper()
	a, b := snapshot(t, want), snapshot(t, got)
	var paths []string
	for p := range a {
		paths = append(paths, p)
	}
	for p := range b {
		if _, ok := a[p]; !ok {
			paths = append(paths, p)
		}
	}
	sort.Strings(paths)
	for _, p := range paths {
		if a[p] != b[p] {
			t.Errorf("%q differs:\n%.150s\n%.150s", p, a[p], b[p])
		}
	}
}

// sha256sum lets the system's own tool judge a backup.
func sha256sum(t testing.TB, dir string) error {
	t.Helper()
	tool, err := exec.LookPath("sha256sum")
	if err != nil {
		t.Skip("sha256sum is not installed")
	}
	cmd := exec.CommandContext(t.Context(), tool, "-c", "--quiet", "--strict", "SHA256SUMS")
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		return fmt.Errorf("%w: %s", err, bytes.TrimSpace(out))
	}
	return nil
}

func wantKind(t testing.TB, err error, kind upgrade.Kind, code string) {
	t.Helper()
	f, ok := upgrade.AsFault(err)
	if !ok || f.Kind != kind || f.Code != code {
		t.Errorf("error %v; want kind %d and %s", err, kind, code)
	}
}
