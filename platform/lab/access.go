package lab

import (
	"context"
	"fmt"
	"time"

	"github.com/springboard-leap/springboard/platform/lab/internal/sample"
	"github.com/springboard-leap/springboard/platform/lab/internal/store"
)

// noiseBytes is how much log the first access of an application makes: with few applications more, so that the log rolls all the same.
func (s *server) noiseBytes() int {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return max(1536, min(s.bytes/max(1, len(s.apps)), 700<<10))
}

// access opens an application as a page or an export does: when its upgrade is due, it upgrades now, once, whoever else comes meanwhile. The cause is
// nil when the application can be used; missing tells that there is none.
func (s *server) access(a *app, thread uint32) (cause *sample.Cause, missing bool, err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.gone {
		return nil, true, nil
	}
	if a.data.Version == s.mark.Version {
		return nil, false, nil
	}
	planned, fails := s.causes[a.data.UID]
	if a.data.Failed != "" {
		if !fails {
			planned = sample.Cause{Status: 500}
		}
		return &planned, false, nil
	}
	if fails && !a.data.Imported {
		return &planned, false, s.fail(a, planned, thread)
	}
	return nil, false, s.upgradeApp(a, thread)
}

// work is the simulated labour of one upgrade, with the log that it makes.
func (s *server) work(a *app, thread uint32) time.Time {
	begun := s.now()
	s.say(withThread(upgradeStarted(a.data.UID, a.data.Name), thread))
	s.randomMu.Lock()
	length := time.Duration(5+s.random.IntN(36)) * time.Millisecond
	s.randomMu.Unlock()
	const slices = 5
	for range slices {
		s.noise(s.noiseBytes()/slices, thread, a.data.UID)
		s.pause(length / slices)
	}
	return begun
}

func withThread(r record, thread uint32) record {
	r.thread = thread
	return r
}

func (s *server) upgradeApp(a *app, thread uint32) error {
	begun := s.work(a, thread)
	if err := s.store.Upgraded(context.WithoutCancel(s.ctx), a.data.UID, s.mark.Version); err != nil {
		return storeFault(s.mark.Database, err)
	}
	a.data.Version = s.mark.Version
	millis := max(1, s.now().Sub(begun).Milliseconds())
	s.say(withThread(upgradeCompleted(a.data.UID, a.data.Name, millis), thread))
	s.event(Event{Kind: EventAppUpgraded, Text: fmt.Sprintf("Upgraded %s", a.data.Name), UID: a.data.UID, Name: a.data.Name, Millis: millis})
	return nil
}

func (s *server) fail(a *app, c sample.Cause, thread uint32) error {
	begun := s.work(a, thread)
	trace, err := c.Trace(a.data.UID, s.mark.Database.Kind, s.mark.Runtime, int(a.data.Created.Unix()%40000))
	if err != nil {
		return err
	}
	f := store.FailedUpgrade{UID: a.data.UID, Name: a.data.Name, Version: s.mark.Version, Date: s.now(), Exception: joinLines(trace)}
	if err := s.store.Failed(context.WithoutCancel(s.ctx), f); err != nil {
		return storeFault(s.mark.Database, err)
	}
	a.data.Failed = trace[0]
	s.say(withThread(upgradeFailed(a.data.UID, a.data.Name, trace), thread))
	s.event(Event{Kind: EventAppFailed, Text: fmt.Sprintf("Failed to upgrade %s: %s", a.data.Name, c.ID), UID: a.data.UID, Name: a.data.Name,
		Millis: max(1, s.now().Sub(begun).Milliseconds())})
	return nil
}
