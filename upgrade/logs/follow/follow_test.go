package follow

import (
	"compress/gzip"
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
	l.last = e.Position
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

func TestFollowingGoesThroughARenameThatCutsALine(t *testing.T) {
	full := newServer(t).record("\tat a.b.C(C.java:1)", "\t... 3 more")
	for cut := 1; cut < len(full); cut += 3 {
		s := newServer(t)
		s.append(header + s.records(3))
		text := s.record("\tat a.b.C(C.java:1)", "\t... 3 more")
		l := s.run(Options{}, 3,
			func() { s.append(text[:cut]) },
			func() { s.rename(); s.append(header + text[cut:] + s.records(2)) },
			func() { s.append(s.records(1)) },
		)
		s.check(l, 0)
	}
}

func TestSeveralRotationsWhileNobodyLookedAreReadInOrder(t *testing.T) {
	s := newServer(t)
	s.append(header + s.records(3))
	l := s.run(Options{}, 3, func() {
		for range 5 {
			s.append(s.records(7))
			s.rename()
			s.append(header + s.records(2))
		}
	}, func() { s.append(s.records(1)) })
	s.check(l, 0)
}

func TestCopyAndTruncateLosesNothing(t *testing.T) {
	s := newServer(t)
	s.append(header + s.records(30))
	l := s.run(Options{}, 3, func() {
		s.append(s.records(5))
		data, err := os.ReadFile(s.path)
		s.must(err)
		s.must(os.WriteFile(s.path+".1", data, 0o600))
		s.must(os.Truncate(s.path, 0))
		s.append(s.records(2))
	}, func() { s.append(s.records(1)) })
	s.check(l, 0)
}

func TestDeleteAndRecreateIsReadOn(t *testing.T) {
	s := newServer(t)
	s.append(header + s.records(3))
	l := s.run(Options{}, 6, func() {
		s.append(s.records(4))
		s.must(os.Remove(s.path))
	}, func() {}, func() {}, func() {}, func() {}, func() { s.append(header + s.records(2)) })
	s.check(l, 0)
	if !strings.Contains(strings.Join(l.states, " "), "lost live") {
		t.Errorf("states %v", l.states)
	}
}

func TestATruncationWithoutACopyIsAGap(t *testing.T) {
	s := newServer(t)
	s.append(header + s.records(30))
	l := s.run(Options{}, 3, func() {
		s.must(os.Truncate(s.path, 0))
		s.append(s.records(2))
	})
	s.check(l, 1)
}

func TestARewriteOfTheSameSizeIsNoticed(t *testing.T) {
	s := newServer(t)
	s.append(s.records(30))
	l := s.run(Options{}, 3, func() {
		s.must(os.WriteFile(s.path, []byte(s.records(30)[:]), 0o600))
	})
	s.check(l, 1)
}

func TestRenumberedFilesAreReadInOrder(t *testing.T) {
	s := newServer(t)
	s.path = filepath.Join(s.dir, "error-log-0.xml")
	event := func() string {
		s.n++
		text := fmt.Sprintf("CLFAD%04dE: event", s.n)
		s.want = append(s.want, text)
		return fmt.Sprintf("<CommonBaseEvent creationTime=\"2026-11-23T21:00:00.000Z\" msg=\"%s\" severity=\"50\">\n</CommonBaseEvent>\n", text)
	}
	shift := func() {
		for i := 4; i >= 0; i-- {
			from := filepath.Join(s.dir, fmt.Sprintf("error-log-%d.xml", i))
			if _, err := os.Stat(from); err == nil {
				s.must(os.Rename(from, filepath.Join(s.dir, fmt.Sprintf("error-log-%d.xml", i+1))))
			}
		}
	}
	s.append(event() + event())
	l := s.run(Options{}, 3, func() { s.append(event()); shift(); s.append(event()); shift(); s.append(event() + event()) }, func() { s.append(event()) })
	s.check(l, 0)
}

func TestSiblingsThatAreCompressedWhileNobodyLookedAreReadOn(t *testing.T) {
	pack := func(s *server, file string) {
		data, err := os.ReadFile(file)
		s.must(err)
		out, err := os.Create(file + ".gz")
		s.must(err)
		z := gzip.NewWriter(out)
		_, err = z.Write(data)
		s.must(errors.Join(err, z.Close(), out.Close(), os.Remove(file)))
	}
	s := newServer(t)
	s.append(header + s.records(3))
	var pos Position
	rotate := func() {
		for range 2 {
			s.append(s.records(7))
			pack(s, s.rename())
			s.append(header + s.records(2))
		}
	}
	first := s.run(Options{}, 3, rotate, func() { s.append(s.records(1)) })
	s.check(first, 0)
	pos = first.last
	rotate()
	second := s.run(Options{Resume: &pos}, 3)
	second.texts = append(first.texts, second.texts...)
	s.check(second, 0)
	s.check(s.run(Options{From: Oldest}, 3), 0)
}

func TestAFolderThatVanishesAndReturnsIsFollowedAgain(t *testing.T) {
	s := newServer(t)
	s.dir = filepath.Join(s.dir, "server1")
	s.path = filepath.Join(s.dir, "SystemOut.log")
	s.must(os.Mkdir(s.dir, 0o700))
	s.append(header + s.records(3))
	l := s.run(Options{}, 5, func() { s.append(s.records(2)); s.must(os.RemoveAll(s.dir)) }, func() {}, func() {}, func() {}, func() {}, func() {
		s.must(os.Mkdir(s.dir, 0o700))
		s.append(header + s.records(2))
	}, func() { s.append(s.records(2)) })
	s.check(l, 0)
	if !strings.Contains(strings.Join(l.states, " "), "lost live") {
		t.Errorf("states %v", l.states)
	}
}

func TestDeletedSiblingsAreAGap(t *testing.T) {
	s := newServer(t)
	s.append(header + s.records(3))
	l := s.run(Options{}, 3, func() {
		first := s.rename()
		s.append(header + "")
		lost := len(s.want)
		s.append(s.records(2))
		second := s.rename()
		s.want = s.want[:lost]
		s.must(os.Remove(first))
		s.must(os.Remove(second))
		s.append(header + s.records(2))
		s.rename()
		s.append(header + s.records(2))
	})
	s.check(l, 1)
}

func TestARecordIsDeliveredAfterAShortPauseAndAmendedWhenItGoesOn(t *testing.T) {
	s := newServer(t)
	s.append(header + s.records(1))
	text := s.record("\tat a.b.C(C.java:1)", "\tat a.b.D(D.java:1)")
	half := strings.Index(text, "\tat a.b.D")
	l := s.run(Options{}, 4, func() { s.append(text[:half]) }, func() {}, func() {}, func() {}, func() { s.append(text[half:]) })
	s.check(l, 0)
}

func TestAKilledFollowerGoesOnWhereItStopped(t *testing.T) {
	for stop := 1; stop < 40; stop++ {
		s := newServer(t)
		s.append(header + s.records(10))
		all := &ledger{}
		first := s.run(Options{}, 0, func() {
			s.append(s.records(3) + s.record("\tat x.y.Z(Z.java:1)", "Caused by: a.b.C"))
			s.rename()
			s.append(header + s.records(4))
		}, func() { s.append(s.records(3)) })
		_ = first
		// The first follower is cut after some events: what it delivered and its position is all that the second knows.
		cut := &ledger{}
		n := 0
		killed := errors.New("killed")
		sc := &script{t: t, now: time.Date(2026, 11, 23, 20, 0, 0, 0, time.UTC)}
		oldest := Options{Path: s.path, From: Oldest, Wake: sc, Now: func() time.Time { return sc.now }}
		err := Run(t.Context(), oldest, func(e Event) error {
			if n++; n > stop {
				return killed
			}
			return cut.take(e)
		})
		if err != nil && !errors.Is(err, killed) && !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
		s.rename()
		s.append(header + s.records(2))
		pos := cut.last
		second := s.run(Options{Resume: &pos, From: Oldest}, 3)
		all.texts = append(cut.texts, second.texts...)
		all.gaps = second.gaps
		s.check(all, 0)
	}
}

func TestFollowingFromTheEndGivesOnlyWhatIsNew(t *testing.T) {
	s := newServer(t)
	s.append(header + s.records(30))
	s.want = nil
	l := s.run(Options{From: End}, 3, func() { s.append(s.records(2)) })
	s.check(l, 0)
}

func TestSilenceIsToldWithItsReason(t *testing.T) {
	s := newServer(t)
	s.append(header + s.records(3))
	var reasons []string
	sc := &script{t: t, now: time.Now(), limit: 10}
	err := Run(t.Context(), Options{Path: s.path, Wake: sc, Poll: time.Minute, Now: func() time.Time { return sc.now }}, func(e Event) error {
		if e.State == Silent {
			reasons = append(reasons, e.Reason)
		}
		return nil
	})
	if err != nil && !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	if len(reasons) != 1 || !strings.Contains(reasons[0], "idle or down") {
		t.Errorf("%q", reasons)
	}
}

func TestALogThatIsNotThereYetIsWaitedFor(t *testing.T) {
	s := newServer(t)
	l := s.run(Options{}, 3, func() {}, func() { s.append(header + s.records(2)) }, func() { s.append(s.records(2)) })
	s.check(l, 0)
	if l.states[0] != "lost" || l.states[1] != "live" {
		t.Errorf("states %v", l.states)
	}
}
