package backup_test

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/backup"
	"github.com/springboard-leap/springboard/upgrade/op"
)

const voltDir = "data/volt/local/notesdata/volt/"

// edit changes the bytes of a file.
func edit(t *testing.T, path string, change func([]byte) []byte) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	after := change(bytes.Clone(data))
	if bytes.Equal(after, data) {
		t.Fatalf("%s was not changed", path)
	}
	if err := os.WriteFile(path, after, 0o644); err != nil {
		t.Fatal(err)
	}
}

func flipAt(share float64) func([]byte) []byte {
	return func(b []byte) []byte {
		b[int(share*float64(len(b)-1))] ^= 1
		return b
	}
}

func cut(b []byte) []byte { return b[:len(b)/2] }

func TestEveryKindOfDamageIsFoundAndNamed(t *testing.T) {
	p := ports()
	sealed := made(t, p, domino(t), backup.Options{To: fastDir(t)}).Backup
	file := voltDir + "VoltConfig.nsf"
	on := func(path string, change func([]byte) []byte) func(*testing.T, string) {
		return func(t *testing.T, dir string) { edit(t, filepath.Join(dir, path), change) }
	}
	replace := func(old, new string) func([]byte) []byte {
		return func(b []byte) []byte { return bytes.Replace(b, []byte(old), []byte(new), 1) }
	}
	move := func(from, to string) func(*testing.T, string) {
		return func(t *testing.T, dir string) {
			if err := os.Rename(filepath.Join(dir, from), filepath.Join(dir, to)); err != nil {
				t.Fatal(err)
			}
		}
	}
	remove := func(path string) func(*testing.T, string) {
		return func(t *testing.T, dir string) {
			if err := os.RemoveAll(filepath.Join(dir, path)); err != nil {
				t.Fatal(err)
			}
		}
	}
	add := func(path string) func(*testing.T, string) {
		return func(t *testing.T, dir string) { write(t, filepath.Join(dir, path), []byte("x")) }
	}
	for _, c := range []struct {
		name   string
		damage func(*testing.T, string)
		path   string
		kind   backup.ProblemKind
		sums   bool // sha256sum -c sees it too
	}{
		{"first byte", on(file, flipAt(0)), file, backup.Content, true},
		{"middle byte", on(file, flipAt(.5)), file, backup.Content, true},
		{"last byte", on(file, flipAt(1)), file, backup.Content, true},
		{"truncated", on(file, cut), file, backup.Size, true},
		{"emptied", on(file, func([]byte) []byte { return nil }), file, backup.Size, true},
		{"longer", on(file, func(b []byte) []byte { return append(b, 0) }), file, backup.Size, true},
		{"removed", remove(file), file, backup.Missing, true},
		{"renamed: the name", move(file, voltDir+"Other.nsf"), file, backup.Name, true},
		{"renamed: the new name", move(file, voltDir+"Other.nsf"), voltDir + "Other.nsf", backup.Extra, true},
		{"renamed in case only", move(file, voltDir+"voltconfig.nsf"), file, backup.Name, true},
		{"added", add(voltDir + "more.nsf"), voltDir + "more.nsf", backup.Extra, false},
		{"added part", add("data/other/x"), "data/other/x", backup.Extra, false},
		{"added in data", add("data/x"), "data/x", backup.Extra, false},
		{"added beside", add("notes.txt"), "notes.txt", backup.Extra, false},
		{"folder removed", remove("data/volt"), file, backup.Missing, true},
		{"empty folder removed", remove(voltDir + "empty"), voltDir + "empty", backup.Missing, false},
		{"all data removed", remove("data"), "data", backup.Missing, true},
		{"swapped", func(t *testing.T, dir string) {
			move(file, "data/tmp")(t, dir)
			move(voltDir+"0c1e.nsf", file)(t, dir)
			move("data/tmp", voltDir+"0c1e.nsf")(t, dir)
		}, file, backup.Size, true},
		{"file for a folder", func(t *testing.T, dir string) {
			remove(voltDir+"empty")(t, dir)
			add(voltDir+"empty")(t, dir)
		}, voltDir + "empty", backup.Content, false},
		{"link for a file", func(t *testing.T, dir string) {
			remove(file)(t, dir)
			if err := os.Symlink("0c1e.nsf", filepath.Join(dir, file)); err != nil {
				t.Fatal(err)
			}
		}, file, backup.Content, true},
		{"manifest: name of a file", on("manifest.json", replace("VoltConfig", "VoltConfix")), "manifest.json", backup.Manifest, true},
		{"manifest: a size", on("manifest.json", replace(`"size":0,`, `"size":1,`)), "manifest.json", backup.Manifest, true},
		{"manifest: a time", on("manifest.json", replace("2025-11-03", "2025-11-04")), "manifest.json", backup.Manifest, true},
		{"manifest: a mode", on("manifest.json", replace(`"0644"`, `"0744"`)), "manifest.json", backup.Manifest, true},
		{"manifest: the tool", on("manifest.json", replace("springboard test", "springboard tesu")), "manifest.json", backup.Manifest, true},
		{"manifest: white space", on("manifest.json", func(b []byte) []byte { return append(b, '\n') }), "manifest.json", backup.Manifest, true},
		{"manifest: truncated", on("manifest.json", cut), "manifest.json", backup.Manifest, true},
		{"manifest: emptied", on("manifest.json", func([]byte) []byte { return nil }), "manifest.json", backup.Manifest, true},
		{"manifest: binary", on("manifest.json", func([]byte) []byte { return random(3, 5000) }), "manifest.json", backup.Manifest, true},
		{"manifest: removed", remove("manifest.json"), "manifest.json", backup.Missing, true},
		{"sums: a hash", on("SHA256SUMS", flipAt(0.01)), "SHA256SUMS", backup.Manifest, true},
		{"sums: a name", on("SHA256SUMS", replace("VoltConfig", "VoltConfix")), "SHA256SUMS", backup.Manifest, true},
		{"sums: a line less", on("SHA256SUMS", func(b []byte) []byte { return b[bytes.IndexByte(b, '\n')+1:] }), "SHA256SUMS", backup.Manifest, false},
		{"sums: truncated", on("SHA256SUMS", func(b []byte) []byte { return b[:len(b)-1] }), "SHA256SUMS", backup.Manifest, false},
		{"sums: removed", remove("SHA256SUMS"), "SHA256SUMS", backup.Missing, true},
		{"guide changed", on("RESTORE.txt", flipAt(.5)), "RESTORE.txt", backup.Content, true},
		{"guide removed", remove("RESTORE.txt"), "RESTORE.txt", backup.Missing, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := copyTree(t, sealed)
			c.damage(t, dir)
			report, err := backup.Verify(t.Context(), op.Silent{}, p, dir)
			wantKind(t, err, upgrade.KindVerify, "SB-2020")
			if report.OK || !slices.ContainsFunc(report.Problems, func(m backup.Mismatch) bool { return m.Path == c.path && m.Kind == c.kind }) {
				t.Errorf("problems %+v; want %s %s", report.Problems, c.path, c.kind)
			}
			if err := sha256sum(t, dir); (err != nil) != c.sums {
				t.Errorf("sha256sum -c says %v", err)
			}
			if strings.HasPrefix(c.path, "data/volt/") && !strings.HasPrefix(c.name, "added") && c.name != "folder removed" {
				if _, err := backup.Restore(t.Context(), op.Silent{}, p, dir, backup.RestoreOptions{To: filepath.Join(fastDir(t), "r")}); err == nil &&
					c.kind != backup.Extra && c.path != voltDir+"empty" {
					t.Error("it was restored all the same")
				}
			}
		})
	}
}

func TestEveryByteOfTheManifestAndTheSumsCounts(t *testing.T) {
	p := ports()
	sealed := made(t, p, domino(t), backup.Options{To: fastDir(t), Include: []string{"settings"}}).Backup
	for _, name := range []string{"manifest.json", "SHA256SUMS", "RESTORE.txt"} {
		path := filepath.Join(sealed, name)
		original, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for i := 0; i < len(original); i += 7 {
			damaged := bytes.Clone(original)
			damaged[i] ^= 1 << (i % 8)
			if err := os.WriteFile(path, damaged, 0o644); err != nil {
				t.Fatal(err)
			}
			report, err := backup.Verify(t.Context(), op.Silent{}, p, sealed)
			if err == nil || report.OK {
				t.Errorf("%s: byte %d (%q) was flipped and not found", name, i, original[i])
			}
		}
		if err := os.WriteFile(path, original, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	verifyOK(t, p, sealed)
}

func TestAManifestOfALaterFormatIsUnsupported(t *testing.T) {
	p := ports()
	dir := made(t, p, domino(t), backup.Options{To: fastDir(t)}).Backup
	edit(t, filepath.Join(dir, "manifest.json"), func(b []byte) []byte {
		return bytes.Replace(b, []byte(`"format": 1`), []byte(`"format": 7`), 1)
	})
	report, err := backup.Verify(t.Context(), op.Silent{}, p, dir)
	wantKind(t, err, upgrade.KindVerify, "SB-2020") // nobody sealed it so
	if len(report.Problems) == 0 || report.Problems[0].Path != "manifest.json" {
		t.Errorf("%+v", report.Problems)
	}
	resum(t, dir)
	_, err = backup.Verify(t.Context(), op.Silent{}, p, dir)
	wantKind(t, err, upgrade.KindUnsupported, "SB-2023")
	_, err = backup.Restore(t.Context(), op.Silent{}, p, dir, backup.RestoreOptions{To: filepath.Join(fastDir(t), "r")})
	wantKind(t, err, upgrade.KindUnsupported, "SB-2023")
	_, err = backup.Prove(t.Context(), op.Silent{}, p, dir, fastDir(t))
	wantKind(t, err, upgrade.KindUnsupported, "SB-2023")
}

func TestAProofBelongsToOneManifest(t *testing.T) {
	p := ports()
	dir := made(t, p, domino(t), backup.Options{To: fastDir(t)}).Backup
	if _, err := backup.Prove(t.Context(), op.Silent{}, p, dir, fastDir(t)); err != nil {
		t.Fatal(err)
	}
	edit(t, filepath.Join(dir, "proof.json"), func(b []byte) []byte {
		return bytes.Replace(b, []byte(`"manifest_sha256": "`), []byte(`"manifest_sha256": "0`), 1)
	})
	if report := verifyOK(t, p, dir); report.State != backup.Sealed {
		t.Errorf("the proof of another manifest counted: %s", report.State)
	}
}

func TestADamagedBackupFailsItsProofAndSaysSo(t *testing.T) {
	p := ports()
	dir := made(t, p, domino(t), backup.Options{To: fastDir(t)}).Backup
	if _, err := backup.Prove(t.Context(), op.Silent{}, p, dir, ""); err != nil {
		t.Fatal(err)
	}
	edit(t, filepath.Join(dir, voltDir+"0c1e.nsf"), flipAt(.5))
	scratch := fastDir(t)
	report, err := backup.Prove(t.Context(), op.Silent{}, p, dir, scratch)
	wantKind(t, err, upgrade.KindVerify, "SB-2020")
	if len(report.Problems) != 1 || report.Problems[0].Path != voltDir+"0c1e.nsf" || report.Problems[0].Kind != backup.Content {
		t.Errorf("%+v", report.Problems)
	}
	if left, _ := os.ReadDir(scratch); len(left) != 0 {
		t.Errorf("the scratch folder stayed: %v", left)
	}
	if list, err := backup.List(t.Context(), p, dir); err != nil || list[0].State != backup.Sealed || len(list[0].Proofs) != 2 {
		t.Errorf("the older proof is still believed: %+v %v", list, err)
	}
}

func copyTree(t *testing.T, from string) string {
	t.Helper()
	to := filepath.Join(fastDir(t), filepath.Base(from))
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
	return to
}

// resum gives SHA256SUMS the hash that the manifest has now, as another program that seals a backup would.
func resum(t *testing.T, dir string) {
	t.Helper()
	manifest, err := os.ReadFile(filepath.Join(dir, "manifest.json"))
	if err != nil {
		t.Fatal(err)
	}
	edit(t, filepath.Join(dir, "SHA256SUMS"), func(b []byte) []byte {
		at := bytes.LastIndexByte(b[:len(b)-1], '\n') + 1
		return fmt.Appendf(b[:at], "%x  manifest.json\n", sha256.Sum256(manifest))
	})
}
