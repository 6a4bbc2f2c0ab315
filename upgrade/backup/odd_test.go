package backup_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/springboard-leap/springboard/platform/osfs"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/backup"
	"github.com/springboard-leap/springboard/upgrade/op"
)

// volt makes a Domino Leap that has a volt folder only, filled by the caller.
func volt(t testing.TB, fill func(dir string)) upgrade.Installation {
	t.Helper()
	root := filepath.Join(fastDir(t), "L")
	dir := filepath.Join(root, "local", "notesdata", "volt")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	fill(dir)
	return upgrade.Installation{ID: "odd", Product: upgrade.DominoLeap, Runtime: upgrade.Domino, Root: root, AppData: dir}
}

// roundTrip backs up, verifies with both tools, and compares the restored tree.
func roundTrip(t *testing.T, inst upgrade.Installation) string {
	t.Helper()
	p := ports()
	result := made(t, p, inst, backup.Options{To: fastDir(t)})
	verifyOK(t, p, result.Backup)
	if err := sha256sum(t, result.Backup); err != nil {
		t.Error(err)
	}
	target := filepath.Join(fastDir(t), "r")
	if _, err := backup.Restore(t.Context(), op.Silent{}, p, result.Backup, backup.RestoreOptions{To: target}); err != nil {
		t.Fatal(err)
	}
	sameTree(t, inst.AppData, filepath.Join(target, "local", "notesdata", "volt"))
	return result.Backup
}

func TestNamesOfEveryKindSurvive(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("these names cannot be made here")
	}
	names := []string{
		"plain.nsf", "with space .nsf", " leading", "trailing ", "trailing.", "-rf", "--help", "*", "?", `back\slash`, "new\nline", "return\r", "tab\t",
		"\x01\x7f", "quote'\"`$", "umlaut ä", "decomposed a\u0308", "emoji 😀", "right \u202eto left", "not utf-8 \xff\xfe", "latin1 \xe4", "NUL.txt", "con",
		"a:b", "Case", "case", "CASE", ".hidden", "..almost", "...", "data", "manifest.json", "SHA256SUMS", ".work", "proof.json", "\ufeffbom",
		"a!b", "a", "a-b", "a.b", "a b", "<&>", "{\"json\":1}", "\\n", "\u2028", strings.Repeat("n", 255),
	}
	roundTrip(t, volt(t, func(dir string) {
		for i, name := range names {
			write(t, filepath.Join(dir, "files", name), random(uint64(i), 10+i))
			write(t, filepath.Join(dir, "folders", name, name), random(uint64(i), 10+i))
		}
		deep := dir
		for range 30 {
			deep = filepath.Join(deep, strings.Repeat("d", 60))
		}
		write(t, filepath.Join(deep, "f"), []byte("deep"))
	}))
}

func TestLinksComeBackAsLinksAndLeadNowhereElse(t *testing.T) {
	outside := fastDir(t)
	write(t, filepath.Join(outside, "secret"), []byte("not ours"))
	inst := volt(t, func(dir string) {
		write(t, filepath.Join(dir, "a.nsf"), nsf(1, 100))
		for name, target := range map[string]string{
			"inside": "a.nsf", "broken": "nowhere", "absolute": filepath.Join(outside, "secret"), "up": "../../..", "folder": outside, "round": "round",
			"odd": "not utf-8 \xff",
		} {
			if err := os.Symlink(target, filepath.Join(dir, name)); err != nil {
				t.Skip("links cannot be made here")
			}
		}
	})
	plan := planOf(t, ports(), inst, backup.Options{To: fastDir(t)})
	warned := false
	for _, f := range plan.Warnings() {
		warned = warned || f.Code == "SB-2017"
	}
	if !warned {
		t.Error("links out of the backup were not told")
	}
	dir := roundTrip(t, inst)
	if _, err := os.Lstat(filepath.Join(dir, filepath.FromSlash(voltDir), "folder", "secret")); err == nil {
		if fi, _ := os.Lstat(filepath.Join(dir, filepath.FromSlash(voltDir), "folder")); fi.Mode()&fs.ModeSymlink == 0 {
			t.Error("a link was followed")
		}
	}
}

func TestAVoltFolderThatIsALinkIsBackedUpWithItsContent(t *testing.T) {
	elsewhere := filepath.Join(fastDir(t), "disk2")
	write(t, filepath.Join(elsewhere, "a.nsf"), nsf(1, 100))
	inst := volt(t, func(dir string) {
		if err := os.Remove(dir); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(elsewhere, dir); err != nil {
			t.Skip("links cannot be made here")
		}
	})
	result := made(t, ports(), inst, backup.Options{To: fastDir(t)})
	sameTree(t, elsewhere, filepath.Join(result.Backup, filepath.FromSlash(voltDir)))
	write(t, filepath.Join(elsewhere, "a.nsf"), []byte("upgraded"))
	_, err := backup.Restore(t.Context(), op.Silent{}, ports(), result.Backup, backup.RestoreOptions{InPlace: true, Installation: inst})
	if err != nil {
		t.Fatal(err)
	}
	if fi, err := os.Lstat(inst.AppData); err != nil || fi.Mode()&fs.ModeSymlink == 0 {
		t.Error("the link itself was replaced")
	}
	sameTree(t, filepath.Join(result.Backup, filepath.FromSlash(voltDir)), elsewhere)
}

func TestModesTimesAndHolesAreKept(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("modes are not kept here")
	}
	var hole string
	inst := volt(t, func(dir string) {
		for name, mode := range map[string]fs.FileMode{"r": 0o400, "none": 0, "x": 0o755, "suid": 0o755 | fs.ModeSetuid, "sgid": 0o770 | fs.ModeSetgid} {
			write(t, filepath.Join(dir, name), []byte(name))
			if err := os.Chmod(filepath.Join(dir, name), mode); err != nil {
				t.Fatal(err)
			}
		}
		for name, at := range map[string]time.Time{"1970": time.Unix(0, 1), "2038": time.Unix(1<<31, 999_999_999), "old": time.Unix(-86400, 0)} {
			write(t, filepath.Join(dir, name), []byte(name))
			if err := os.Chtimes(filepath.Join(dir, name), at, at); err != nil {
				t.Fatal(err)
			}
		}
		hole = filepath.Join(dir, "hole.nsf")
		f, err := os.Create(hole)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.WriteAt([]byte("x"), 50<<20); err != nil {
			t.Fatal(err)
		}
		if err := f.Truncate(90 << 20); err != nil {
			t.Fatal(err)
		}
		f.Close()
		write(t, filepath.Join(dir, "closed", "f"), []byte("f"))
		write(t, filepath.Join(dir, "readonly", "f"), []byte("f"))
		if os.Chmod(filepath.Join(dir, "closed"), 0o711) != nil || os.Chmod(filepath.Join(dir, "readonly"), 0o555) != nil {
			t.Fatal("chmod")
		}
	})
	if os.Geteuid() != 0 {
		if err := os.Chmod(filepath.Join(inst.AppData, "none"), 0o200|0o400); err != nil {
			t.Fatal(err)
		}
	}
	dir := roundTrip(t, inst)
	info, err := osfs.FS{}.Lstat(filepath.Join(dir, filepath.FromSlash(voltDir), "hole.nsf"))
	if err != nil || !info.Sparse || info.Size != 90<<20 {
		t.Errorf("the hole was filled: %+v %v", info, err)
	}
}

func TestSocketsAndPipesAreNamedAndLeftOut(t *testing.T) {
	inst := volt(t, func(dir string) {
		write(t, filepath.Join(dir, "a.nsf"), nsf(1, 100))
		if err := mkfifo(filepath.Join(dir, "pipe")); err != nil {
			t.Skip("pipes cannot be made here:", err)
		}
	})
	result := made(t, ports(), inst, backup.Options{To: fastDir(t)})
	if len(result.Skipped) != 1 || !strings.HasSuffix(result.Skipped[0].Path, "pipe") || result.Skipped[0].Why != "pipe" {
		t.Errorf("%+v", result.Skipped)
	}
	verifyOK(t, ports(), result.Backup)
}

func TestAnUnreadableFileOrFolderIsRefusedBeforeAnyByte(t *testing.T) {
	inst := small(t)
	for _, name := range []string{"open", "readdir"} {
		to := filepath.Join(fastDir(t), "b")
		f := newFaulty(osfs.FS{}, name, 2, syscall.EACCES)
		p := ports()
		p.FS = f
		plan, err := backup.PlanFor(t.Context(), p, inst, backup.Options{To: to})
		if err != nil || f.wasHit() == "" {
			t.Fatalf("%v, hit %q", err, f.wasHit())
		}
		wantKind(t, plan.Blocker(), upgrade.KindBlocked, "SB-2007")
		if _, err := os.Stat(to); err == nil {
			t.Error("something was written")
		}
	}
}

// tight is a volume with little room or old limits.
type tight struct {
	backup.FS
	change func(*backup.Space)
}

func (s tight) Space(path string) (backup.Space, error) {
	space, err := s.FS.Space(path)
	s.change(&space)
	return space, err
}

func TestAVolumeThatCannotHoldTheBackupIsRefusedBeforeAnyByte(t *testing.T) {
	inst := volt(t, func(dir string) {
		write(t, filepath.Join(dir, "Big.nsf"), nsf(1, 9000))
		write(t, filepath.Join(dir, "big.nsf"), nsf(1, 9000))
	})
	for name, c := range map[string]struct {
		change func(*backup.Space)
		code   string
	}{
		"too little room": {func(s *backup.Space) { s.Free = 1000 }, "SB-2005"},
		"FAT":             {func(s *backup.Space) { s.Type, s.MaxFile = "vfat", 5000 }, "SB-2008"},
		"case":            {func(s *backup.Space) { s.FoldsCase = true }, "SB-2043"},
	} {
		p := ports()
		p.FS = tight{osfs.FS{}, c.change}
		plan := planOf(t, p, inst, backup.Options{To: filepath.Join(fastDir(t), "b")})
		if f := plan.Blocker(); f == nil || f.Code != c.code {
			t.Errorf("%s: %v", name, f)
		}
	}
}
