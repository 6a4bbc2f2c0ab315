package follow

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/springboard-leap/springboard/upgrade/logs"
)

// script is a Waker that does one step of a server's life at each wait, on a clock of its own. Everything happens on one goroutine.
type script struct {
	t     *testing.T
	steps []func()
	now   time.Time
	idle  int // waits after the last step
	limit int
}

func (s *script) Close() error { return nil }

func (s *script) Wait(ctx context.Context, d time.Duration) error {
	s.now = s.now.Add(d)
	if len(s.steps) > 0 {
		s.steps[0]()
		s.steps = s.steps[1:]
		return ctx.Err()
	}
	if s.idle++; s.idle > s.limit {
		return context.Canceled
	}
	return ctx.Err()
}

// ledger is what a follower delivered.
type ledger struct {
	texts  []string
	files  []string
	states []string
	gaps   []string
	last   Position
}

func (l *ledger) take(e Event) error {
	l.last = e.Position()
	switch {
	case e.Record != nil:
		text := e.Record.Text
		for _, line := range e.Record.Trace {
			text += "|" + line
		}
		if e.Record.Amended {
			l.texts[len(l.texts)-1] = text
			return nil
		}
		l.texts = append(l.texts, text)
		l.files = append(l.files, filepath.Base(e.Record.File))
	case e.Mark != nil && e.Mark.Kind == logs.MarkGap:
		l.gaps = append(l.gaps, e.Mark.Reason)
	case e.State != "":
		l.states = append(l.states, string(e.State))
	}
	return nil
}

// server writes a log as WebSphere does.
type server struct {
	t    *testing.T
	dir  string
	path string
	n    int
	want []string
	roll int
}

func newServer(t *testing.T) *server {
	dir := t.TempDir()
	return &server{t: t, dir: dir, path: filepath.Join(dir, "SystemOut.log")}
}

const header = "************ Start Display Current Environment ************\n" +
	"WebSphere Platform 9.0.5.5 [ND 9.0.5.5 f5052031.04] running with process name cell\\node\\server1 and process id 8230\n" +
	"Host Operating System is Linux, version 3.10.0\n************* End Display Current Environment *************\n"

func (s *server) record(trace ...string) string {
	s.n++
	text := fmt.Sprintf("message number %d", s.n)
	out := fmt.Sprintf("[11/23/26 21:%02d:%02d:%03d CET] 000000a3 Demo          I   %s\n", s.n/60000%60, s.n/1000%60, s.n%1000, text)
	for _, line := range trace {
		out += line + "\n"
		text += "|" + line
	}
	s.want = append(s.want, text)
	return out
}

func (s *server) records(n int) string {
	var b strings.Builder
	for range n {
		b.WriteString(s.record())
	}
	return b.String()
}

func (s *server) append(text string) {
	s.t.Helper()
	f, err := os.OpenFile(s.path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err == nil {
		_, err = f.WriteString(text)
		err = errors.Join(err, f.Close())
	}
	if err != nil {
		s.t.Fatal(err)
	}
}

// rename rotates like WebSphere: rename, then a new file with a header.
func (s *server) rename() string {
	s.t.Helper()
	s.roll++
	to := filepath.Join(s.dir, fmt.Sprintf("SystemOut_26.11.23_21.%02d.%02d.log", s.roll/60, s.roll%60))
	s.must(os.Rename(s.path, to))
	return to
}

func (s *server) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *server) run(opts Options, limit int, steps ...func()) *ledger {
	s.t.Helper()
	l := &ledger{}
	sc := &script{t: s.t, steps: steps, now: time.Date(2026, 11, 23, 20, 0, 0, 0, time.UTC), limit: limit}
	opts.Path, opts.Wake = s.path, sc
	if opts.Now == nil {
		opts.Now = func() time.Time { return sc.now }
	}
	if err := Run(s.t.Context(), opts, l.take); err != nil && !errors.Is(err, context.Canceled) {
		s.t.Fatal(err)
	}
	return l
}

func (s *server) check(l *ledger, gaps int) {
	s.t.Helper()
	if len(l.texts) != len(s.want) {
		s.t.Errorf("%d records, written were %d", len(l.texts), len(s.want))
	}
	for i := range min(len(l.texts), len(s.want)) {
		if l.texts[i] != s.want[i] {
			s.t.Fatalf("record %d is %q, written was %q", i, l.texts[i], s.want[i])
		}
	}
	if len(l.gaps) != gaps {
		s.t.Errorf("%d gaps, want %d: %q", len(l.gaps), gaps, l.gaps)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
