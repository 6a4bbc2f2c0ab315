//go:build unix

package wire_test

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/springboard-leap/springboard/app/wire"
	"github.com/springboard-leap/springboard/platform/osfs"
)

// victim is the environment by which a test tells its own program, started again, what to do and where to die: DEED ROOT CALL EVERY.
const victim = "SPRINGBOARD_TEST_VICTIM"

func TestMain(m *testing.M) {
	if order := os.Getenv(victim); order != "" {
		os.Exit(die(strings.Split(order, "\n")))
	}
	os.Exit(m.Run())
}

// die does a deed and ends with SIGKILL before the named call to the disk. It tells each call with one byte.
func die(order []string) int {
	at, _ := strconv.Atoi(order[2])
	calls := 0
	disk := osfs.Disk{Before: func(op osfs.Op, path string) error {
		if order[3] == "" && !changes(op, path) {
			return nil
		}
		_, _ = os.Stdout.Write([]byte{'.'})
		if calls++; calls == at {
			_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
			select {}
		}
		return nil
	}}
	d, err := wire.Open(wire.Options{Root: order[1], Disk: disk, Now: ticking()})
	if err == nil {
		err = deeds[order[0]](context.Background(), d)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// changes tells the calls that a reader sees: a file replaced or gone, a line of the journal. Between two of them a kill leaves the same, but for temporary files.
func changes(op osfs.Op, path string) bool {
	return op == osfs.OpRename || op == osfs.OpRemove || op == osfs.OpTruncate || op == osfs.OpWrite && strings.HasSuffix(path, "journal.jsonl")
}

// kill lets another process do the deed and tells whether it was killed; false means that it came to its end.
func (s *stage) kill(t *testing.T, at int, every string, watch func(*os.Process, io.Reader)) bool {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), victim+"="+strings.Join([]string{s.do, s.root, strconv.Itoa(at), every}, "\n"))
	var said strings.Builder
	cmd.Stderr = &said
	calls, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	watch(cmd.Process, calls)
	_, _ = io.Copy(io.Discard, calls)
	err = cmd.Wait()
	if status, ok := cmd.ProcessState.Sys().(syscall.WaitStatus); ok && status.Signaled() && status.Signal() == syscall.SIGKILL {
		return true
	}
	if err != nil {
		t.Fatalf("the process failed by itself: %v: %s", err, said.String())
	}
	return false
}

// TestAKillAtAnyChangeIsGoneOnWith kills a real process before every change that offline begin and end, settings reapply, run undo and run resume make, and at random.
func TestAKillAtAnyChangeIsGoneOnWith(t *testing.T) {
	for _, p := range plays() {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			s := p.set(t)
			every := ""
			if soak() {
				every = "every call"
			}
			kills := 0
			for n := 1; ; n += stride(6) {
				s.back(t, s.from)
				if !s.kill(t, n, every, func(*os.Process, io.Reader) {}) {
					break
				}
				kills++
				s.arrives(t, fmt.Sprintf("killed before change %d", n))
			}
			if kills < max(1, s.least/40) {
				t.Errorf("only %d kills were hit", kills)
			}
			s.killAtRandom(t)
		})
	}
}

// killAtRandom kills from outside, at moments that nobody chose: within a write, a flush, about a rename.
func (s *stage) killAtRandom(t *testing.T) {
	t.Helper()
	r := rand.New(rand.NewPCG(5, 6))
	rounds, kills := 1, 0
	if soak() {
		rounds = 200
	}
	for round := 0; round < rounds || kills == 0 && round < 20; round++ { // on a busy machine a process may end before it is killed
		s.back(t, s.from)
		after := 1 + r.IntN(s.least)
		if s.kill(t, 0, "every call", func(p *os.Process, calls io.Reader) {
			_, _ = io.ReadFull(calls, make([]byte, after))
			_ = p.Kill()
		}) {
			kills++
			s.arrives(t, fmt.Sprintf("killed from outside after call %d", after))
		}
	}
	if kills == 0 {
		t.Errorf("none of %d was killed on the way", rounds)
	}
}
