// Package vendortest stands in for the programs of Db2 and Oracle in tests: they read what the real ones read (command line, standard input, parameter files),
// change a small state as they do, and answer with their documented words and exit codes. There is no real Db2 or Oracle behind them: what they prove is
// that Springboard gives the right commands in the right order and believes no bad answer.
//
// They are one small program that tells by the name it is called by which one it is (vendor); Install builds it and makes the names.
package vendortest

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// The environment that a test sets: the folder of the state, and what shall go wrong, separated by commas.
const (
	dirVariable  = "VENDORTEST_DIR"
	failVariable = "VENDORTEST_FAIL"
)

// The account that the stand-ins know.
const (
	User     = "leapadm"
	Password = `pa$$ wörd;!&|<>`
)

// Rows are the tables of the database, by "SCHEMA"."TABLE" without the quotes.
var Rows = map[string]int{"FREEDOM.APP_UPGRADE": 7, "FREEDOM.APPLICATION": 200, "APP_DATA.F_Form1": 55, "IF_CMIS.CONTENT": 1, "S__old.T1": 3}

// Schemas are those of the database, in their order.
var Schemas = []string{"APP_DATA", "FREEDOM", "IF_CMIS", "S__old"}

var programs = map[string]func(vendor) int{"db2": db2, "db2level": db2level, "db2ckbkp": db2ckbkp, "expdp": expdp, "impdp": impdp, "sqlplus": sqlplus}

// Run is the stand-in that the first argument names; it gives the exit code.
func Run(args []string) int {
	run, ok := programs[strings.TrimSuffix(filepath.Base(args[0]), ".exe")]
	if !ok {
		return 127
	}
	v := vendor{dir: os.Getenv(dirVariable), args: args[1:]}
	if text := os.Getenv(failVariable); text != "" {
		v.fails = strings.Split(text, ",")
	}
	return run(v)
}

// built is the program, made once a test process.
var built struct {
	once sync.Once
	dir  string
	err  error
}

// Remove removes the program; a TestMain calls it last.
func Remove() {
	if built.dir != "" {
		_ = os.RemoveAll(built.dir)
	}
}

func program(t *testing.T) string {
	t.Helper()
	built.once.Do(func() {
		if built.dir, built.err = os.MkdirTemp("", "vendortest"); built.err != nil {
			return
		}
		out, err := exec.Command("go", "build", "-o", filepath.Join(built.dir, "vendor"), "github.com/springboard-leap/springboard/platform/dump/vendortest/vendor").CombinedOutput()
		if err != nil {
			built.err = fmt.Errorf("%w: %s", err, out)
		}
	})
	if errors.Is(built.err, exec.ErrNotFound) {
		t.Skip("the stand-ins are built with go, which is not on the PATH")
	}
	if built.err != nil {
		t.Fatal(built.err)
	}
	return filepath.Join(built.dir, "vendor")
}

// Installed are the stand-ins of one test.
type Installed struct {
	Bin string // folder of the programs
	Dir string // folder of their state
	t   *testing.T
}

// Install makes the programs for a test and the state they share.
func Install(t *testing.T) Installed {
	t.Helper()
	self := program(t)
	v := Installed{Bin: filepath.Join(t.TempDir(), "sqllib", "bin"), Dir: t.TempDir(), t: t}
	if err := os.MkdirAll(v.Bin, 0o755); err != nil {
		t.Fatal(err)
	}
	for name := range programs {
		if err := os.Symlink(self, filepath.Join(v.Bin, name)); err != nil {
			t.Skipf("no links on this system: %v", err)
		}
	}
	if err := os.Mkdir(filepath.Join(v.Dir, "pump"), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv(dirVariable, v.Dir)
	t.Setenv(failVariable, "")
	return v
}

// Fail makes the programs go wrong in the named ways from now on; without names they work.
func (v Installed) Fail(ways ...string) { v.t.Setenv(failVariable, strings.Join(ways, ",")) }

// Calls are the command lines that the programs were called with so far, each with its name.
func (v Installed) Calls() []string {
	data, err := os.ReadFile(filepath.Join(v.Dir, "calls"))
	if err != nil {
		return nil
	}
	return strings.Split(strings.TrimSpace(string(data)), "\n")
}

// Has tells whether the state has a mark, such as quiesced.
func (v Installed) Has(mark string) bool {
	_, err := os.Stat(filepath.Join(v.Dir, mark))
	return err == nil
}

// PumpDir is the folder of the directory object.
func (v Installed) PumpDir() string { return filepath.Join(v.Dir, "pump") }

// vendor is one call of a stand-in.
type vendor struct {
	dir   string
	args  []string
	fails []string
}

func (v vendor) failing(way string) bool { return slices.Contains(v.fails, way) }

func (v vendor) mark(name string) { _ = os.WriteFile(filepath.Join(v.dir, name), nil, 0o600) }

func (v vendor) unmark(name string) { _ = os.Remove(filepath.Join(v.dir, name)) }

func (v vendor) marked(name string) bool {
	_, err := os.Stat(filepath.Join(v.dir, name))
	return err == nil
}

// once tells whether a way of going wrong applies now: at its first time only.
func (v vendor) once(way string) bool {
	if !v.failing(way) || v.marked("did-"+way) {
		return false
	}
	v.mark("did-" + way)
	return true
}

// called notes a command line for the test that looks for secrets in it, and the statements that came another way.
func (v vendor) called(name string) {
	f, err := os.OpenFile(filepath.Join(v.dir, "calls"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return
	}
	fmt.Fprintln(f, strings.Join(append([]string{name}, v.args...), " "))
	_ = f.Close()
}

func (v vendor) schemas() []string {
	switch {
	case v.failing("schemas-named-otherwise"):
		return []string{"LEAP_FREEDOM", "LEAP_DATA"}
	case v.failing("no-app-data"):
		return []string{"FREEDOM", "IF_CMIS"}
	}
	return Schemas
}

// image is what a stand-in writes as a dump: enough to see later that it is whole.
func (v vendor) image() []byte {
	data, err := json.Marshal(Rows)
	if err != nil {
		panic(err)
	}
	return append(append([]byte("IMAGE "), data...), []byte(strings.Repeat("x", 4096)+"END\n")...)
}

// writeImage writes a dump, or one that went wrong without a word.
func (v vendor) writeImage(path string) {
	data := v.image()
	switch {
	case v.failing("zero"):
		data = nil
	case v.failing("truncated"):
		data = data[:len(data)/2]
	}
	_ = os.WriteFile(path, data, 0o600)
}

func whole(path string) bool {
	data, err := os.ReadFile(path)
	return err == nil && strings.HasPrefix(string(data), "IMAGE ") && strings.HasSuffix(string(data), "END\n")
}
