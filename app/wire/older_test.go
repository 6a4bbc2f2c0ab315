package wire_test

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/springboard-leap/springboard/app/wire"
	"github.com/springboard-leap/springboard/platform/osfs"
	"github.com/springboard-leap/springboard/upgrade/run"
)

// older is a practice server with the run folder that an older Springboard left when it had set a key and taken the product offline: no head beside the journal, no
// bytes after a change. Its journal is as that one wrote it; only the place of the practice server is put in elsewhere.
func older(t *testing.T) (w world, name string) {
	t.Helper()
	w = fresh(t)
	runs := filepath.Join(w.root, "springboard", "runs")
	if err := os.RemoveAll(runs); err != nil {
		t.Fatal(err)
	}
	name = filepath.Join(runs, "older")
	if err := os.CopyFS(name, os.DirFS("testdata/run-format-1/run")); err != nil {
		t.Fatal(err)
	}
	for _, pattern := range []string{"run.json", "installation.json", "offline.json", "undo/*.json", "kept/kept.json"} {
		found, err := filepath.Glob(filepath.Join(name, pattern))
		if err != nil || len(found) == 0 {
			t.Fatal(pattern, err)
		}
		for _, file := range found {
			rewrite(t, file, func(text string) string { return strings.ReplaceAll(text, "/srv/practice", filepath.ToSlash(w.root)) })
		}
	}
	inst, err := w.desk(t).Installation(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range inst.SettingsFiles {
		now, err := os.ReadFile(filepath.Join("testdata/run-format-1/now", filepath.Base(f.Path)))
		if err == nil && f.Kind != "was-serverindex" {
			rewrite(t, f.Path, func(string) string { return string(now) })
		}
	}
	return w, name
}

func rewrite(t *testing.T, file string, change func(string) string) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(change(string(data))), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestARunOfTheFirstVersionIsReadAndTakenBack(t *testing.T) {
	for name, ways := range map[string][]deed{"run undo": {undo}, "offline end and run undo": {resume, end, undo}} {
		t.Run(name, func(t *testing.T) {
			w, dir := older(t)
			st, err := w.desk(t).RunStatus(t.Context())
			if err != nil || st.Run != dir || state(t, st, run.StepOffline) != run.Done || state(t, st, run.StepFix) != run.Done {
				t.Fatalf("%v %+v", err, st)
			}
			if _, err := os.Stat(filepath.Join(dir, "journal.jsonl.head")); err == nil {
				t.Fatal("the older run has a head already")
			}
			for _, do := range ways {
				w.must(t, name, do)
			}
			files := w.files(t)
			for record, rel := range map[string]string{"0001-Leap_config.properties.before": "opt/HCL/Leap/site/extensions/Leap_config.properties",
				"0003-server.xml.before": "opt/IBM/WebSphere/AppServer/profiles/AppSrv01/config/cells/LeapCell01/nodes/LeapNode01/servers/server1/server.xml"} {
				want, err := os.ReadFile(filepath.Join("testdata/run-format-1/run/undo", record))
				if err != nil || files[filepath.FromSlash(rel)] != string(want) {
					t.Errorf("%s is not as it was before that run, %v", rel, err)
				}
			}
			if _, err := os.Stat(filepath.Join(dir, "journal.jsonl.head")); err != nil {
				t.Errorf("it got no head: %v", err)
			}
			if _, n, _, err := w.desk(t).VerifyRun(t.Context()); err != nil || n <= st.Entries {
				t.Errorf("%d entries, %v", n, err)
			}
		})
	}
}

func TestARunFolderThatIsMovedInTheMiddleOfAStepIsGoneOnWith(t *testing.T) {
	w := fresh(t)
	before := w.files(t)
	w.disk.Before = func(op osfs.Op, path string) error {
		if op == osfs.OpRename && strings.HasSuffix(path, "server.xml") && strings.Contains(filepath.ToSlash(path), "/config/cells/") {
			return syscall.EACCES // the first file is changed, the second is not
		}
		return nil
	}
	d := w.desk(t)
	st, err := d.RunStatus(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := begin(t.Context(), d); err == nil {
		t.Fatal("the fault was not hit")
	}
	moved := filepath.Join(memory(t), "elsewhere")
	if err := os.CopyFS(moved, os.DirFS(st.Run)); err != nil { // it may be another volume
		t.Fatal(err)
	}
	if err := os.RemoveAll(st.Run); err != nil {
		t.Fatal(err)
	}
	for _, do := range []deed{resume, begin, end} {
		d, err := wire.Open(wire.Options{Root: w.root, RunDir: moved, Now: ticking()})
		if err != nil {
			t.Fatal(err)
		}
		if err := do(t.Context(), d); err != nil {
			t.Fatal(err)
		}
	}
	for name, content := range w.files(t) {
		if content != before[name] {
			t.Errorf("%s is not as before", name)
		}
	}
}
