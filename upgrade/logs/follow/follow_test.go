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
)

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
	second := s.run(Options{Resume: &Resume{Position: pos}}, 3)
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
		second := s.run(Options{Resume: &Resume{Position: pos}, From: Oldest}, 3)
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
