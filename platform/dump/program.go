package dump

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/backup"
)

// program is one run of a vendor's tool. Secrets go to it through its environment, its standard input or a file that only this user may read: never
// through its arguments, which every user of a machine can see.
type program struct {
	path  string
	args  []string
	env   []string // added to this process's
	unset []string // names of this process's environment that the tool must not see
	name  string   // the tool and its version, for messages; empty: shown
	dir   string
	stdin string // may hold secrets; it is never shown
	shown string // the command as a person is told of it, without secrets
	// secret is taken out of whatever the tool says.
	secret upgrade.Secret
	// out receives the standard output instead of the record, when it is too much to keep.
	out io.Writer
}

// ran is what became of it.
type ran struct {
	exit int
	text string // standard output and error as they came, without the secret
	raw  string // the same, to be read by the program only
}

// outcome is a run with its record for the manifest.
type outcome struct {
	ran
	step backup.DumpStep
}

// run runs the tool to its end. The error is for a tool that could not be started or was stopped; how it ended is for the caller to judge. A tool that is
// stopped is asked to end in order first.
func (p program) run(ctx context.Context) (ran, error) {
	cmd := exec.CommandContext(ctx, p.path, p.args...)
	cmd.Env, cmd.Dir = append(slices.DeleteFunc(os.Environ(), p.hides), p.env...), p.dir
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 10 * time.Second
	if p.stdin != "" {
		cmd.Stdin = strings.NewReader(p.stdin)
	}
	said := &heard{}
	cmd.Stdout, cmd.Stderr = said, said
	if p.out != nil {
		cmd.Stdout = p.out
	}
	err := cmd.Run()
	if ctx.Err() != nil {
		return ran{}, context.Cause(ctx)
	}
	r := ran{raw: strings.ReplaceAll(said.String(), "\r\n", "\n")}
	r.text = p.clean(r.raw)
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		r.exit = exit.ExitCode()
	case err != nil:
		return r, upgrade.NewFault("SB-2409", upgrade.KindFailed, err, "tool", p.title(), "exit", "none")
	}
	return r, nil
}

func (p program) hides(pair string) bool {
	name, _, _ := strings.Cut(pair, "=")
	return slices.Contains(p.unset, name)
}

func (p program) title() string {
	if p.name != "" {
		return p.name
	}
	return p.shown
}

func (p program) clean(text string) string {
	if s := p.secret.Reveal(); s != "" {
		text = strings.ReplaceAll(text, s, "[removed]")
	}
	return strings.TrimSpace(text)
}

// step is the record of a run for the manifest.
func (p program) step(r ran) backup.DumpStep {
	return backup.DumpStep{Command: p.shown, Exit: r.exit, Output: ending(r.text)}
}

// failed is the fault of a tool that ended badly. Its last words stand in it.
func (p program) failed(r ran) error {
	if isFull(r.text) {
		return upgrade.NewFault("SB-2411", upgrade.KindFailed, errors.New(lastLine(r.text)), "tool", p.title())
	}
	return upgrade.NewFault("SB-2409", upgrade.KindFailed, errors.New(lastLine(r.text)), "tool", p.title(), "exit", strconv.Itoa(r.exit))
}

// isFull tells that a tool ran out of room: as Linux and AIX, Windows, Db2 (SQL2419N) and Oracle (ORA-27072 and the like carry the system's words) say it.
func isFull(text string) bool {
	for _, words := range []string{"No space left on device", "There is not enough space on the disk", "SQL2419N", "SQL0968C", "Disk quota exceeded", "disk full"} {
		if strings.Contains(text, words) {
			return true
		}
	}
	return false
}

// longEnding is how much of a tool's words goes into a manifest.
const longEnding = 4000

func ending(text string) string {
	if len(text) <= longEnding {
		return text
	}
	text = text[len(text)-longEnding:]
	if i := strings.IndexByte(text, '\n'); i >= 0 {
		text = text[i+1:]
	}
	return "...\n" + text
}

func lastLine(s string) string {
	s = strings.TrimSpace(s)
	if i := strings.LastIndexByte(s, '\n'); i >= 0 {
		return s[i+1:]
	}
	return s
}

// heard keeps what a tool says, up to a bound: the beginning and the end matter.
type heard struct {
	mu         sync.Mutex
	head, tail bytes.Buffer
	lost       bool
}

const heardMost = 4 << 20

// Write implements io.Writer. Any goroutine: a program's two streams share it.
func (h *heard) Write(b []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	n := len(b)
	if room := heardMost - h.head.Len(); room > 0 {
		k := min(room, len(b))
		h.head.Write(b[:k])
		b = b[k:]
	}
	h.tail.Write(b)
	if h.tail.Len() > 2*heardMost {
		h.tail.Next(h.tail.Len() - heardMost)
		h.lost = true
	}
	return n, nil
}

func (h *heard) String() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.lost {
		return h.head.String() + "\n[some of it was left out]\n" + h.tail.String()
	}
	return h.head.String() + h.tail.String()
}
