package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/jsonschema-go/jsonschema"

	"github.com/springboard-leap/springboard/platform/db/dbtest"
	"github.com/springboard-leap/springboard/platform/lab"
	"github.com/springboard-leap/springboard/upgrade"
)

// walker calls the program on one lab as a script would.
type walker struct {
	t   *testing.T
	dir string
}

// ctl runs one command with --json, checks its exit code and its JSON Schema, and gives the last object.
func (w walker) ctl(want int, args ...string) map[string]any {
	w.t.Helper()
	var out, errs bytes.Buffer
	all := append([]string{"--root", w.dir, "--json", "--no-input"}, args...)
	code := Main(w.t.Context(), all, Streams{In: strings.NewReader(""), Out: &out, Err: &errs})
	if code != want {
		w.t.Fatalf("springboardctl %s: exit code %d, want %d\n%s\n%.2000s", strings.Join(args, " "), code, want, errs.String(), out.String())
	}
	return lastObject(w.t, out.Bytes())
}

// lastObject reads all objects, each against its schema.
func lastObject(t *testing.T, out []byte) (last map[string]any) {
	t.Helper()
	dec := json.NewDecoder(bytes.NewReader(out))
	for dec.More() {
		last = nil
		if err := dec.Decode(&last); err != nil {
			t.Fatalf("standard output is no JSON: %v\n%.500s", err, out)
		}
		follows(t, last)
	}
	return last
}

var schemas sync.Map

// shapeOf describes which keys an object has and of which types their values are: all that a schema made of types looks at.
func shapeOf(b []byte, value any) []byte {
	switch v := value.(type) {
	case map[string]any:
		b = append(b, '{')
		for _, key := range slices.Sorted(maps.Keys(v)) {
			b = shapeOf(append(append(b, key...), ':'), v[key])
		}
		return append(b, '}')
	case []any:
		b = append(b, '[')
		was := ""
		for _, one := range v {
			if is := string(shapeOf(nil, one)); is != was {
				b, was = append(b, is...), is
			}
		}
		return append(b, ']')
	case float64:
		if v == math.Trunc(v) {
			return append(b, "integer "...)
		}
	}
	return fmt.Appendf(b, "%T ", value)
}

// followed are the shapes of which one object was checked: watch prints thousands of records that are alike.
var followed sync.Map

// follows checks an object against the schema that `springboardctl schema` prints for it.
func follows(t *testing.T, object map[string]any) {
	t.Helper()
	id, _ := object["schema"].(string)
	if _, known := followed.LoadOrStore(string(shapeOf([]byte(id), object)), true); known {
		return
	}
	name := strings.TrimSuffix(strings.TrimPrefix(id, "springboard."), "/1")
	known, ok := schemas.Load(name)
	if !ok {
		s, err := schemaOf(name)
		if err != nil {
			t.Fatalf("%q has no schema: %v", id, err)
		}
		resolved, err := s.Resolve(nil)
		if err != nil {
			t.Fatal(err)
		}
		known = resolved
		schemas.Store(name, known)
	}
	resolved, ok := known.(*jsonschema.Resolved)
	if !ok {
		t.Fatal("not a schema")
	}
	if err := resolved.Validate(object); err != nil {
		t.Errorf("%s does not follow its own schema: %.600v", id, err)
	}
}

// serve serves the lab until the test ends.
func (w walker) serve() {
	w.t.Helper()
	l, err := lab.Open(w.dir)
	if err != nil {
		w.t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ready, ended := make(chan struct{}), make(chan struct{})
	var once sync.Once
	go func() {
		defer close(ended)
		err := l.Serve(ctx, lab.ServeOptions{Speed: -1, OnEvent: func(lab.Event) { once.Do(func() { close(ready) }) }})
		if err != nil {
			w.t.Errorf("lab serve: %v", err)
		}
	}()
	w.t.Cleanup(func() { stop(); <-ended })
	select {
	case <-ready:
	case <-ended:
		w.t.FailNow()
	}
}

// watch follows the logs until the returned function is called, which gives the lines.
func (w walker) watch(args ...string) (stop func() []byte) {
	ctx, cancel := context.WithCancel(context.Background())
	var out, errs bytes.Buffer
	done := make(chan int)
	go func() {
		done <- Main(ctx, append([]string{"--root", w.dir, "--json", "watch"}, args...), Streams{In: strings.NewReader(""), Out: &out, Err: &errs})
	}()
	return func() []byte {
		cancel()
		if code := <-done; code != ExitOK {
			w.t.Errorf("watch: exit code %d\n%s", code, errs.String())
		}
		return out.Bytes()
	}
}

// tree is every file below some folders with its content.
func tree(t *testing.T, root string, below ...string) map[string]string {
	t.Helper()
	files := map[string]string{}
	for _, b := range below {
		err := filepath.WalkDir(filepath.Join(root, b), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			data, err := os.ReadFile(path)
			rel, _ := filepath.Rel(root, path)
			files[rel] = string(data)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return files
}

// failures are the uids that the state of every application and its evidence say failed.
func checkLedger(t *testing.T, status map[string]any, census, failed int, sources ...string) {
	t.Helper()
	totals, _ := status["totals"].(map[string]any)
	sum := 0.0
	for _, s := range upgrade.AppStates {
		n, _ := totals[string(s)].(float64)
		sum += n
	}
	if int(sum) != census || status["census"] != float64(census) || status["closed"] != true {
		t.Errorf("the ledger does not add up: %v of %v, closed %v, %v", totals, status["census"], status["closed"], status["problems"])
	}
	if totals["failed"] != float64(failed) || totals["upgraded"] != float64(census-failed) {
		t.Errorf("totals %v, want %d failed", totals, failed)
	}
	all, _ := status["apps"].([]any)
	if len(all) != census {
		t.Errorf("%d applications are listed", len(all))
	}
	for _, x := range all {
		app, _ := x.(map[string]any)
		if app["state"] != "failed" {
			continue
		}
		var have []string
		evidence, _ := app["evidence"].([]any)
		for _, e := range evidence {
			one, _ := e.(map[string]any)
			if one["says"] == "failed" {
				source, _ := one["source"].(string)
				have = append(have, source)
			}
		}
		for _, want := range sources {
			if !slices.Contains(have, want) {
				t.Errorf("%v failed without evidence from the %s: %v", app["name"], want, have)
			}
		}
	}
}

func TestAnUpgradeFromEndToEnd(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name     string
		create   []string
		database func(*testing.T) string
		data     []string // folders that a restore must bring back byte for byte
		sources  []string
		apps     int
		fail     int
	}{
		{"Leap on WebSphere with SQLite", nil, nil, []string{"opt/IBM/WebSphere/AppServer/profiles/AppSrv01/installedApps/LeapCell01/HCL Leap.ear", "opt/HCL/Leap/lab"}, []string{"database", "log", "access"}, 200, 7},
		{"Leap on WebSphere with PostgreSQL", nil, func(t *testing.T) string { return dbtest.StartPostgreSQL(t).URL }, []string{"opt/IBM/WebSphere/AppServer/profiles/AppSrv01/installedApps/LeapCell01/HCL Leap.ear"},
			[]string{"database", "log", "access"}, 200, 7},
		{"Domino Leap", []string{"--product", "domino-leap"}, nil, []string{"local/notesdata/volt", "opt/hcl/domino/osgi/volt"}, []string{"log", "access"}, 200, 7},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := walker{t, filepath.Join(t.TempDir(), "lab")}
			create := append([]string{"lab", "create", w.dir, "--apps", "200", "--fail", "7", "--seed", "1"}, c.create...)
			if c.database != nil {
				create = append(create, "--database", c.database(t))
			}
			out := walker{t, t.TempDir()}.ctl(ExitOK, create...)
			if out["apps"] != 200.0 {
				t.Fatalf("%v", out)
			}
			w.serve()
			w.detectAndCheck()
			before := tree(t, w.dir, c.data...)
			backups := filepath.Join(t.TempDir(), "backups")
			folder := w.backUp(backups)
			stop := w.watch()
			w.ctl(ExitOK, "lab", "upgrade", w.dir)
			w.ctl(ExitAppsFailed, "apps", "sweep")
			checkLedger(t, w.ctl(ExitAppsFailed, "apps", "status"), c.apps, c.fail, c.sources...)
			lastObject(t, stop())
			clusters := w.ctl(ExitOK, "apps", "clusters")
			if clusters["applications"] != float64(c.fail) || clusters["causes"] == 0.0 {
				t.Errorf("clusters: %v", clusters)
			}
			w.report()
			w.tamper(folder)
			w.restore(folder, c.data, before)
		})
	}
}

func (w walker) detectAndCheck() {
	w.t.Helper()
	found := w.ctl(ExitOK, "detect")
	list, _ := found["installations"].([]any)
	if len(list) != 1 {
		w.t.Fatalf("%d installations", len(list))
	}
	findings := w.ctl(ExitBlockers, "check")
	if all, _ := findings["findings"].([]any); len(all) < 16 {
		w.t.Errorf("only %d checks", len(all))
	}
	after := w.ctl(ExitOK, "check", "fix", "LEAP-TRACE-001")
	if diff, _ := after["diff"].(string); !strings.Contains(diff, "\n-") || after["applied"] != true {
		w.t.Errorf("the fix shows no diff: %v", after)
	}
}

func (w walker) backUp(to string) (folder string) {
	w.t.Helper()
	made := w.ctl(ExitOK, "backup", "create", "--to", to)
	folder, _ = made["backup"].(string)
	if made["state"] != "sealed" || folder == "" {
		w.t.Fatalf("%v", made)
	}
	if res := w.ctl(ExitOK, "backup", "verify", folder); res["ok"] != true {
		w.t.Errorf("%v", res)
	}
	w.ctl(ExitOK, "backup", "prove", folder)
	list := w.ctl(ExitOK, "backup", "list", to)
	all, _ := list["backups"].([]any)
	if one, _ := all[0].(map[string]any); len(all) != 1 || one["state"] != "proven" {
		w.t.Errorf("%v", list)
	}
	return folder
}

func (w walker) report() {
	w.t.Helper()
	to := filepath.Join(w.t.TempDir(), "report")
	res := w.ctl(ExitOK, "report", "write", "--to", to)
	if res["verdict"] != "with-failed" {
		w.t.Errorf("the report says %v: %v", res["verdict"], res["says"])
	}
	data, err := os.ReadFile(filepath.Join(to, "report.json"))
	if err != nil {
		w.t.Fatal(err)
	}
	lastObject(w.t, data)
}

// tamper flips one byte of a data file and back: verify must see it and name the file.
func (w walker) tamper(folder string) {
	w.t.Helper()
	var victim string
	err := filepath.WalkDir(filepath.Join(folder, "data"), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		if info, err := d.Info(); err == nil && info.Size() > 100 {
			victim = path
			return fs.SkipAll
		}
		return nil
	})
	if err != nil || victim == "" {
		w.t.Fatalf("no file to tamper with: %v", err)
	}
	good, err := os.ReadFile(victim)
	if err != nil {
		w.t.Fatal(err)
	}
	bad := bytes.Clone(good)
	bad[50] ^= 1
	if err := os.WriteFile(victim, bad, 0o600); err != nil {
		w.t.Fatal(err)
	}
	res := w.ctl(ExitVerify, "backup", "verify", folder)
	problems, _ := res["problems"].([]any)
	rel, _ := filepath.Rel(folder, victim)
	if one, _ := problems[0].(map[string]any); len(problems) != 1 || one["path"] != filepath.ToSlash(rel) || one["kind"] != "content" {
		w.t.Errorf("%s was changed, verify says %v", rel, problems)
	}
	if err := os.WriteFile(victim, good, 0o600); err != nil {
		w.t.Fatal(err)
	}
}

func (w walker) restore(folder string, data []string, before map[string]string) {
	w.t.Helper()
	to := filepath.Join(w.t.TempDir(), "restored")
	w.ctl(ExitOK, "backup", "restore", folder, "--to", to)
	after := tree(w.t, to, data...)
	if len(after) != len(before) {
		w.t.Errorf("%d files were restored, %d were there", len(after), len(before))
	}
	for path, content := range before {
		if after[path] != content {
			w.t.Errorf("%s differs after the restore", path)
		}
	}
}
