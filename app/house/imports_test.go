package house

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/springboard-leap/springboard"

type pkg struct {
	ImportPath string
	Doc        string
	Imports    []string
	Deps       []string
	GoFiles    []string
}

// list asks the go command for the project's packages with their real dependencies, for one operating system.
func list(t *testing.T, goos string) []pkg {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "list", "-e", "-json=ImportPath,Doc,Imports,Deps,GoFiles", module+"/...")
	cmd.Env = append(cmd.Environ(), "GOOS="+goos)
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var all []pkg
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p pkg
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		if len(p.GoFiles) > 0 {
			all = append(all, p)
		}
	}
	if len(all) < 10 {
		t.Fatalf("only %d packages: the list is not what this test is for", len(all))
	}
	return all
}

// rule forbids packages below from to depend on anything below the denied paths.
type rule struct {
	from   string
	direct bool // only its own imports, not those of its dependencies
	deny   []string
	except []string
	why    string
}

var rules = []rule{
	{from: "assets", deny: []string{module}, why: "assets import the standard library only"},
	{from: "upgrade", deny: []string{"fyne.io", "database/sql", "os/exec", "net/http", "modernc.org", "github.com/jackc", module + "/platform", module + "/ui", module + "/app", module + "/assets"},
		why: "the domain is pure Go: ports instead of adapters"},
	{from: "platform", deny: []string{"fyne.io", module + "/ui", module + "/app"}, why: "adapters serve the command line too"},
	{from: "ui", direct: true, deny: []string{module + "/platform", module + "/app"}, why: "screens know the engine through ports"},
	{from: "ui/present", deny: []string{"fyne.io"}, why: "rows and labels are tested without a window"},
	{from: "app/cli", deny: []string{"fyne.io", module + "/ui", "github.com/ibmdb"}, why: "the command line runs on servers without a desktop"},
	{from: "app/springboardctl", deny: []string{"fyne.io", module + "/ui", "github.com/ibmdb"}, why: "the command line runs on servers without a desktop"},
	{from: "app/springboard", deny: []string{"github.com/ibmdb"}, why: "a crash of IBM's driver must not take the window with it"},
}

// shared are the packages of upgrade that features may import; a feature never imports another feature.
var shared = []string{"upgrade", "upgrade/op", "upgrade/journal", "upgrade/trace", "upgrade/lazyregexp", "upgrade/fingerprint"}

// readers may read every feature's results.
var readers = []string{"upgrade/run", "upgrade/report"}

func below(path, dir string) bool { return path == dir || strings.HasPrefix(path, dir+"/") }

func TestImportsRunOneWay(t *testing.T) {
	for _, goos := range []string{"linux", "windows"} {
		for _, p := range list(t, goos) {
			own := strings.TrimPrefix(p.ImportPath, module+"/")
			for _, r := range rules {
				if !below(own, r.from) {
					continue
				}
				imports := p.Deps
				if r.direct {
					imports = p.Imports
				}
				for _, dep := range imports {
					if dep != p.ImportPath && slices.ContainsFunc(r.deny, func(d string) bool { return below(dep, d) }) && !below(dep, module+"/"+r.from) &&
						!slices.ContainsFunc(r.except, func(d string) bool { return below(dep, d) }) {
						t.Errorf("%s: %s depends on %s: %s", goos, own, dep, r.why)
					}
				}
			}
			checkFeature(t, own, p.Imports)
		}
	}
}

func checkFeature(t *testing.T, own string, imports []string) {
	t.Helper()
	if !below(own, "upgrade") || slices.ContainsFunc(readers, func(r string) bool { return below(own, r) }) {
		return
	}
	feature := strings.Join(strings.SplitN(own, "/", 3)[:min(2, strings.Count(own, "/")+1)], "/")
	for _, dep := range imports {
		dep, ours := strings.CutPrefix(dep, module+"/")
		if ours && below(dep, "upgrade") && !slices.Contains(shared, dep) && !below(dep, feature) {
			t.Errorf("%s imports %s: a feature goes to the vocabulary, op and journal, never to another feature", own, dep)
		}
	}
}

func TestEveryPackageHasADocSentence(t *testing.T) {
	for _, p := range list(t, "linux") {
		if !strings.HasSuffix(strings.TrimSpace(p.Doc), ".") {
			t.Errorf("%s has no doc sentence", p.ImportPath)
		}
	}
}
