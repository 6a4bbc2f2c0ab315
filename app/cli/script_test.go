package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/fsnotify/fsnotify"
	"github.com/rogpeppe/go-internal/testscript"

	"github.com/springboard-leap/springboard/platform/lab"
)

func TestMain(m *testing.M) {
	// Under the race detector a program that has goroutines left sleeps for a second at its end, so that they may still race. The tests start hundreds of programs.
	if os.Getenv("GORACE") == "" {
		if err := os.Setenv("GORACE", "atexit_sleep_ms=0"); err != nil {
			panic(err)
		}
	}
	testscript.Main(m, map[string]func(){
		"logserver": func() {
			if err := writeLog(os.Args[1:]); err != nil {
				fmt.Fprintln(os.Stderr, err)
				os.Exit(1)
			}
		},
		"springboardctl": func() {
			ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
			defer stop()
			os.Exit(Main(ctx, os.Args[1:], Streams{In: os.Stdin, Out: os.Stdout, Err: os.Stderr}))
		},
	})
}

// TestScripts runs the scenarios of testdata/script. Beside testscript's own commands they have:
//
//	exits CODE ARG...     springboardctl ARG... ends with this exit code
//	served DIR            waits until the lab in DIR is served; its address is $BASE then
//	json KEY VALUE        the last JSON object on standard output has this value at KEY (a.b.0.c), as JSON or as plain text
//	flip FILE OFFSET      changes one bit of a file's byte
//	binary FILE           makes a file that is no text
//	replace FILE RE NEW   replaces the first match in a file; \n in NEW is a line end
//	stopped DIR WHAT ARG...  begins springboardctl ARG... and stops the process (SIGSTOP) while it holds DIR's lock for WHAT
//	goeson, killed        the stopped process goes on and ends well, or is killed
//	stale DIR WHO         leaves the mark of a lock that WHO took on another machine with this process's number
//	race DIR N            lets N pairs of processes take DIR offline and back at the same moment
//	waiveall DIR          waives or ticks every finding that stops
//	corpus NAME           copies a file of the corpus here; skips the scenario where there is none
func TestScripts(t *testing.T) {
	params := testscript.Params{
		Dir: "testdata/script",
		Setup: func(e *testscript.Env) error {
			e.Setenv("HOME", e.WorkDir)
			e.Setenv("XDG_STATE_HOME", filepath.Join(e.WorkDir, "state"))
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": exits, "served": served, "json": jsonValue, "flip": flip, "binary": binary, "corpus": corpus, "replace": replaceIn,
			"stale": stale, "race": race, "waiveall": waiveAll,
		},
	}
	maps.Copy(params.Cmds, stopCmds())
	testscript.Run(t, params)
}

func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 {
		ts.Fatalf("usage: exits CODE ARG...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	err = ts.Exec("springboardctl", args[1:]...)
	code := 0
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		code = exit.ExitCode()
	} else if err != nil {
		ts.Fatalf("%v", err)
	}
	if code != want {
		ts.Fatalf("springboardctl %s: exit code %d, want %d", strings.Join(args[1:], " "), code, want)
	}
}

// served looks whenever a file of the lab's folder changes: the server is another process, and it writes where it is when it is ready.
func served(ts *testscript.TestScript, _ bool, args []string) {
	dir := ts.MkAbs(args[0])
	changes, err := fsnotify.NewWatcher()
	ts.Check(err)
	defer changes.Close()
	ts.Check(changes.Add(dir))
	limit := time.After(time.Minute)
	for {
		if l, err := lab.Open(dir); err == nil {
			if at, ok := l.Serving(); ok {
				ts.Setenv("BASE", at.BaseURL)
				return
			}
		}
		select {
		case <-changes.Events:
		case err := <-changes.Errors:
			ts.Check(err)
		case <-time.After(time.Second): // the file may be there before the lab answers
		case <-limit:
			ts.Fatalf("the lab in %s is not served", dir)
		}
	}
}

func jsonValue(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: json KEY VALUE")
	}
	value, err := lookUp(ts.ReadFile("stdout"), args[0])
	if err != nil && !neg {
		ts.Fatalf("%v", err)
	}
	got, isText := value.(string)
	if !isText {
		text, err := json.Marshal(value)
		ts.Check(err)
		got = string(text)
	}
	if (got == args[1]) == neg {
		ts.Fatalf("%s is %s", args[0], got)
	}
}

// lookUp finds a value in the last JSON object of an output; "len" at the end of a path is the length of a list.
func lookUp(out, path string) (any, error) {
	var last any
	dec := json.NewDecoder(strings.NewReader(out))
	for dec.More() {
		last = nil
		if err := dec.Decode(&last); err != nil {
			return nil, fmt.Errorf("standard output is no JSON: %w", err)
		}
	}
	for _, key := range strings.Split(path, ".") {
		switch v := last.(type) {
		case map[string]any:
			inner, ok := v[key]
			if !ok {
				return nil, fmt.Errorf("there is no %q in %v", key, v)
			}
			last = inner
		case []any:
			if key == "len" {
				return len(v), nil
			}
			i, err := strconv.Atoi(key)
			if err != nil || i >= len(v) {
				return nil, fmt.Errorf("there is no %q in a list of %d", key, len(v))
			}
			last = v[i]
		default:
			return nil, fmt.Errorf("%q: nothing below %v", key, v)
		}
	}
	return last, nil
}

func flip(ts *testscript.TestScript, _ bool, args []string) {
	path := ts.MkAbs(args[0])
	at, err := strconv.Atoi(args[1])
	ts.Check(err)
	data, err := os.ReadFile(path)
	ts.Check(err)
	data[at] ^= 1
	ts.Check(os.WriteFile(path, data, 0o600))
}

func binary(ts *testscript.TestScript, _ bool, args []string) {
	data := make([]byte, 64<<10)
	for i := range data {
		data[i] = byte(i * i >> 3)
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), data, 0o600))
}

func corpus(ts *testscript.TestScript, _ bool, args []string) {
	from := filepath.Join("..", "..", "..", "shared", "corpus", filepath.FromSlash(args[0]))
	data, err := os.ReadFile(from)
	if err != nil {
		skip(ts, "the corpus is not on this machine: "+args[0])
		return
	}
	ts.Check(os.WriteFile(ts.MkAbs(filepath.Base(args[0])), data, 0o600))
}

// skip ends a scenario early.
func skip(ts *testscript.TestScript, why string) {
	ts.Logf("skip: %s", why)
	ts.Setenv("SKIPPED", "1")
}
