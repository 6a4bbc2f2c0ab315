//go:build unix

package follow

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// silence follows a log that is not written any more, after something else happened, and gives the reason of the silence.
func (s *server) silence(why func() string, meanwhile func()) string {
	s.t.Helper()
	s.append(header + s.records(3))
	var reason string
	sc := &script{t: s.t, now: time.Now(), limit: 10, steps: []func(){func() {}, meanwhile}}
	err := Run(s.t.Context(), Options{Path: s.path, Wake: sc, Poll: time.Minute, Why: why, Now: func() time.Time { return sc.now }}, func(e Event) error {
		if e.State == Silent {
			reason = e.Reason
		}
		return nil
	})
	if err != nil && !errors.Is(err, context.Canceled) {
		s.t.Fatal(err)
	}
	return reason
}

// written makes a file that is written later than the log.
func (s *server) written(path ...string) {
	s.t.Helper()
	name := filepath.Join(path...)
	s.must(os.MkdirAll(filepath.Dir(name), 0o700))
	s.must(os.WriteFile(name, []byte("x"), 0o600))
	later := time.Now().Add(time.Hour)
	s.must(os.Chtimes(name, later, later))
}

func TestTheReasonOfASilenceIsLookedForWithItsEvidence(t *testing.T) {
	for _, c := range []struct {
		name string
		do   func(s *server)
		want []string
	}{
		{"binary logs", func(s *server) { s.written(s.dir, "logdata", "1763900000000.wbl") }, []string{"HPEL", "1763900000000.wbl was written at"}},
		{"another file of the folder", func(s *server) { s.written(s.dir, "SystemErr.log") }, []string{"still writes", "SystemErr.log, at"}},
		{"another folder", func(s *server) { s.written(s.dir, "..", "server2", "SystemOut.log") }, []string{"another log folder is written", "server2"}},
		{"nothing", func(*server) {}, []string{"idle or down"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newServer(t)
			s.dir = filepath.Join(s.dir, "server1")
			s.path = filepath.Join(s.dir, "SystemOut.log")
			s.must(os.Mkdir(s.dir, 0o700))
			reason := s.silence(nil, func() { c.do(s) })
			for _, w := range c.want {
				if !strings.Contains(reason, w) {
					t.Errorf("the reason is %q, it should tell %q", reason, w)
				}
			}
		})
	}
	s := newServer(t)
	if reason := s.silence(func() string { return "the disk is full" }, func() {}); reason != "the disk is full" {
		t.Errorf("the reason is %q", reason)
	}
}

func TestANameThatIsNoFileAnyMoreIsLostAndFollowedAgainWhenItIs(t *testing.T) {
	for _, c := range []struct {
		name string
		do   func(path string) error
	}{
		{"a folder", func(p string) error { return os.Mkdir(p, 0o700) }},
		{"a pipe", func(p string) error { return syscall.Mkfifo(p, 0o600) }},
		{"a link that leads nowhere", func(p string) error { return os.Symlink("nowhere", p) }},
		{"a link to itself", func(p string) error { return os.Symlink(p, p) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newServer(t)
			s.append(header + s.records(3))
			l := s.run(Options{}, 6, func() {
				s.append(s.records(1))
				s.rename()
				s.must(c.do(s.path))
			}, func() {}, func() {}, func() {}, func() {}, func() {}, func() {
				s.must(os.RemoveAll(s.path))
				s.append(header + s.records(2))
			})
			s.check(l, 0)
			if states := strings.Join(l.states, " "); !strings.Contains(states, "lost live") {
				t.Errorf("states %s", states)
			}
		})
	}
}

func TestALinkToAnotherFileIsFollowed(t *testing.T) {
	s := newServer(t)
	s.append(header + s.records(3))
	l := s.run(Options{}, 6, func() {
		s.append(s.records(1))
		s.rename()
		other := filepath.Join(t.TempDir(), "elsewhere")
		s.must(os.WriteFile(other, []byte(header+s.records(2)), 0o600))
		s.must(os.Symlink(other, s.path))
	}, func() { s.append(s.records(2)) })
	s.check(l, 0)
}

// timer is a waker without events, as a network share has none.
type timer struct{}

func (timer) Wait(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}
func (timer) Close() error { return nil }

func TestWithoutEventsAPollFindsEveryLine(t *testing.T) {
	s := newServer(t)
	s.append(header + s.records(2))
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	l := &ledger{}
	rounds := 0
	err := Run(ctx, Options{Path: s.path, Wake: timer{}, Poll: 5 * time.Millisecond, Quiet: time.Millisecond}, func(e Event) error {
		if err := l.take(e); err != nil || e.Record == nil || len(l.texts) < len(s.want) {
			return err
		}
		if rounds++; rounds == 20 {
			cancel()
			return nil
		}
		if rounds%5 == 0 {
			s.rename()
			s.append(header)
		}
		s.append(s.records(2))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	s.check(l, 0)
}

func TestALogThatIsWrittenOverInPlaceGivesEachByteOnce(t *testing.T) {
	const limit = 20000
	s := newServer(t)
	pen := 0
	write := func(n int) func() {
		return func() {
			f, err := os.OpenFile(s.path, os.O_CREATE|os.O_WRONLY, 0o600)
			s.must(err)
			defer f.Close()
			for text := []byte(s.records(n)); len(text) > 0; pen %= limit {
				n, err := f.WriteAt(text[:min(len(text), limit-pen)], int64(pen))
				s.must(err)
				text, pen = text[n:], pen+n
			}
		}
	}
	var steps []func()
	for range 60 {
		steps = append(steps, write(3), write(40), write(1))
	}
	write(10)()
	l := s.run(Options{}, 3, append(steps, write(1))...)
	if len(s.want)-len(l.texts) == 1 { // the last line may end as what stood there before
		s.want = s.want[:len(l.texts)]
	}
	s.check(l, 0)
	if rounds := len(s.want) * 70 / limit; rounds < 5 {
		t.Errorf("%d rounds", rounds)
	}
}
