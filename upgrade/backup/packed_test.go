package backup_test

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/springboard-leap/springboard/platform/osfs"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/backup"
	"github.com/springboard-leap/springboard/upgrade/op"
)

// packable fills a volt folder with what packing meets: empty, repeating, random and sparse files, and names that are packed names already.
func packable(t *testing.T) upgrade.Installation {
	return volt(t, func(dir string) {
		write(t, filepath.Join(dir, "empty.nsf"), nil)
		write(t, filepath.Join(dir, "text.log"), bytes.Repeat([]byte("one line like the others\n"), 100_000))
		write(t, filepath.Join(dir, "random.nsf"), nsf(1, 3<<20))
		write(t, filepath.Join(dir, "a"), random(2, 500))
		write(t, filepath.Join(dir, "a-b"), random(3, 500))
		write(t, filepath.Join(dir, "a.zst"), random(4, 500)) // so a stays as it is, and this one is packed once more
		write(t, filepath.Join(dir, "d"), random(5, 500))
		write(t, filepath.Join(dir, "d.zst", "inside"), random(6, 500))
		write(t, filepath.Join(dir, strings.Repeat("n", 255)), random(7, 500)) // no room for a suffix
		write(t, filepath.Join(dir, strings.Repeat("m", 251)), random(8, 500))
		write(t, filepath.Join(dir, "..."), random(9, 500))
		sparse, err := os.Create(filepath.Join(dir, "sparse.nsf"))
		if err != nil {
			t.Fatal(err)
		}
		defer sparse.Close()
		if err := errors.Join(sparse.Truncate(8<<20), func() error { _, err := sparse.WriteAt([]byte("end"), 8<<20); return err }()); err != nil {
			t.Fatal(err)
		}
		age(t, dir)
	})
}

func TestAPackedBackupIsCheckedAsItStandsAndComesBackAsItWas(t *testing.T) {
	inst := packable(t)
	p := ports()
	result := made(t, p, inst, backup.Options{To: fastDir(t), Compress: true})
	if result.Stored >= result.Bytes || result.Bytes < 13<<20 {
		t.Errorf("%d bytes became %d", result.Bytes, result.Stored)
	}
	verifyOK(t, p, result.Backup)
	if err := sha256sum(t, result.Backup); err != nil {
		t.Error(err)
	}
	for name, there := range map[string]bool{"text.log.zst": true, "a": true, "a.zst.zst": true, "a.zst": false, "d": true, "text.log": false, "....zst": true,
		strings.Repeat("n", 255): true, strings.Repeat("m", 251) + ".zst": true} {
		if _, err := os.Stat(filepath.Join(result.Backup, voltDir, name)); (err == nil) != there {
			t.Errorf("%.30s: %v", name, err)
		}
	}
	report, err := backup.Prove(t.Context(), op.Silent{}, p, result.Backup, fastDir(t))
	if err != nil || report.Bytes != result.Bytes {
		t.Fatalf("%v: %d bytes were proven of %d", err, report.Bytes, result.Bytes)
	}
	target := filepath.Join(fastDir(t), "r")
	if _, err := backup.Restore(t.Context(), op.Silent{}, p, result.Backup, backup.RestoreOptions{To: target}); err != nil {
		t.Fatal(err)
	}
	back := filepath.Join(target, "local", "notesdata", "volt")
	sameTree(t, inst.AppData, back)
	if was, is := blocks(t, filepath.Join(inst.AppData, "sparse.nsf")), blocks(t, filepath.Join(back, "sparse.nsf")); is > was+64 {
		t.Errorf("the holes were filled: %d blocks of %d", is, was)
	}
	list, err := backup.List(t.Context(), p, filepath.Dir(result.Backup))
	if err != nil || len(list) != 1 || list[0].Compression != "zstd" || list[0].Bytes != result.Bytes || list[0].Stored != result.Stored {
		t.Errorf("%v %+v", err, list)
	}
}

// TestAPackedBackupComesBackByHandAsRestoreTxtSays follows RESTORE.txt word by word.
func TestAPackedBackupComesBackByHandAsRestoreTxtSays(t *testing.T) {
	for _, tool := range []string{"zstd", "find", "xargs", "cp"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("%s is not installed", tool)
		}
	}
	inst := packable(t)
	dir := made(t, ports(), inst, backup.Options{To: fastDir(t), Compress: true}).Backup
	guide, err := os.ReadFile(filepath.Join(dir, "RESTORE.txt"))
	if err != nil {
		t.Fatal(err)
	}
	var unpack string
	for line := range strings.Lines(string(guide)) {
		if line = strings.TrimSpace(line); strings.HasPrefix(line, "find . ") {
			unpack = strings.ReplaceAll(line, "/tmp/packed", "../packed")
		}
	}
	if unpack == "" {
		t.Fatalf("no command to unpack in\n%s", guide)
	}
	for _, plain := range []string{voltDir + "a", voltDir + "d"} {
		if !strings.Contains(string(guide), plain+"\n") {
			t.Errorf("%s is not named as not packed", plain)
		}
	}
	target := filepath.Join(fastDir(t), "r")
	cmd := exec.CommandContext(t.Context(), "sh", "-ec", `cp -a "$0"/data/volt/. "$1"; cd "$1"; `+unpack, dir, target)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	want, got := snapshot(t, inst.AppData), snapshot(t, filepath.Join(target, "local", "notesdata", "volt"))
	for path, w := range want {
		if g := got[path]; path != "." && path != "d.zst" && w != g { // unpacking changes the times of folders
			t.Errorf("%q differs:\n%.150s\n%.150s", path, w, g)
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d entries came back of %d", len(got), len(want))
	}
}

func TestDamageInAPackedFileIsFoundByEveryWayThatReadsIt(t *testing.T) {
	p := ports()
	sealed := made(t, p, packable(t), backup.Options{To: fastDir(t), Compress: true}).Backup
	for name, change := range map[string]func([]byte) []byte{
		"flipped in the middle": func(b []byte) []byte { b[len(b)/2] ^= 1; return b },
		"flipped at the begin":  func(b []byte) []byte { b[0] ^= 1; return b },
		"flipped at the end":    func(b []byte) []byte { b[len(b)-1] ^= 1; return b },
		"truncated":             func(b []byte) []byte { return b[:len(b)-1] },
		"empty":                 func([]byte) []byte { return nil },
		"longer":                func(b []byte) []byte { return append(b, 0) },
		"twice":                 func(b []byte) []byte { return append(b, b...) },
	} {
		t.Run(name, func(t *testing.T) {
			dir := copyTree(t, sealed)
			edit(t, filepath.Join(dir, voltDir, "text.log.zst"), change)
			_, verified := backup.Verify(t.Context(), op.Silent{}, p, dir)
			_, proven := backup.Prove(t.Context(), op.Silent{}, p, dir, fastDir(t))
			_, restored := backup.Restore(t.Context(), op.Silent{}, p, dir, backup.RestoreOptions{To: filepath.Join(fastDir(t), "r")})
			for way, err := range map[string]error{"verify": verified, "prove": proven, "restore": restored} {
				if f, ok := upgrade.AsFault(err); !ok || f.Kind != upgrade.KindVerify || f.Args["first"] != voltDir+"text.log.zst" {
					t.Errorf("%s: %v", way, err)
				}
			}
			if sha256sum(t, dir) == nil {
				t.Error("sha256sum -c finds nothing")
			}
		})
	}
}

func TestAPackedBackupContinuesAfterEveryFailure(t *testing.T) {
	inst := small(t)
	o := backup.Options{Compress: true}
	hits := 0
	for n := 1; ; n = every(n) {
		o.To = filepath.Join(fastDir(t), "b")
		f := newFaulty(osfs.FS{}, "", n, errIO)
		f.keepFailing = true
		p := ports()
		plan := planOf(t, p, inst, o)
		p.FS = f
		result, err := backup.Create(t.Context(), op.Silent{}, p, plan, o)
		hit := f.wasHit()
		if hit == "" {
			if err != nil {
				t.Fatalf("nothing was hit and it failed: %v", err)
			}
			break
		}
		hits++
		judgeFailed(t, "any", n, hit, o.To, result, err)
		again := made(t, ports(), inst, o)
		verifyOK(t, ports(), again.Backup)
		target := filepath.Join(fastDir(t), "r")
		if _, err := backup.Restore(t.Context(), op.Silent{}, ports(), again.Backup, backup.RestoreOptions{To: target}); err != nil {
			t.Fatal(err)
		}
		sameTree(t, inst.AppData, filepath.Join(target, "local", "notesdata", "volt"))
	}
	if hits < 15 {
		t.Errorf("only %d failures were made", hits)
	}
}
