package lab

import (
	"path/filepath"
	"time"

	"github.com/springboard-leap/springboard/platform/lab/internal/rolling"
	"github.com/springboard-leap/springboard/platform/lab/internal/sample"
	"github.com/springboard-leap/springboard/upgrade"
)

// historyBytes is how much log a new WebSphere or Liberty lab comes with: two rolled files and a begun one. One of few applications had less to tell.
const (
	historyBytes  = 2*megabyte + 400<<10
	historyPerApp = 50 << 10
)

// fakeClock runs through the last hours before the lab's epoch.
type fakeClock struct{ at time.Time }

func (c *fakeClock) now() time.Time { return c.at }

// writeHistory writes the logs of the server's last run before the lab was made, with the server's own rolling.
func writeHistory(t *tree, m marker) error {
	clock := &fakeClock{at: sample.Epoch.Add(-9 * time.Hour)}
	l, err := openLog(t.root, m, 4711, clock.now, nil)
	if err != nil {
		return err
	}
	if err := fillHistory(l, t.root, m, clock); err != nil {
		_ = l.close()
		return err
	}
	if err := l.close(); err != nil {
		return err
	}
	return adoptLogs(t, m, clock.at)
}

func fillHistory(l *serverLog, root string, m marker, clock *fakeClock) error {
	r := sample.NewRandom(m.Seed, 60)
	if err := l.begin(); err != nil {
		return err
	}
	put := func(rec record) error {
		rec.at = clock.at
		return l.write(rec)
	}
	for _, rec := range startRecords(root, m) {
		clock.at = clock.at.Add(time.Duration(20+r.IntN(900)) * time.Millisecond)
		if err := put(rec); err != nil {
			return err
		}
	}
	limit := min(historyBytes, m.Apps*historyPerApp)
	if m.Runtime == upgrade.Domino {
		limit /= 4
	}
	for written := 0; written < limit; {
		clock.at = clock.at.Add(time.Duration(r.IntN(4200)) * time.Millisecond)
		n, err := sample.NextNoise(r, clock.at, "", m.Runtime == upgrade.Domino)
		if err != nil {
			return err
		}
		rec := fromNoise(n, clock.at, 0x98+uint32(r.IntN(24)))
		written += len(rec.was())
		if err := put(rec); err != nil {
			return err
		}
	}
	for _, rec := range stopRecords(m) {
		if err := put(rec); err != nil {
			return err
		}
	}
	return nil
}

// adoptLogs counts the log files and gives them their times.
func adoptLogs(t *tree, m marker, end time.Time) error {
	at := layoutOf(m.Runtime)
	if err := t.dir(at.logDir); err != nil {
		return err
	}
	if err := t.dir(filepath.ToSlash(filepath.Dir(at.mainLog))); err != nil {
		return err
	}
	live := []string{below(t.root, at.mainLog)}
	switch m.Runtime {
	case upgrade.WAS:
		live = append(live, below(t.root, at.logDir+"/SystemErr.log"))
	case upgrade.Domino:
		live = append(live, below(t.root, at.logDir+"/error-log-0.xml"))
	}
	for _, name := range live {
		rolled, err := rolling.Rolled(name)
		if err != nil {
			return err
		}
		for i, old := range rolled {
			if err := t.adopt(old, end.Add(-time.Duration(len(rolled)-i)*3*time.Hour)); err != nil {
				return err
			}
		}
		if err := t.adopt(name, end); err != nil {
			return err
		}
	}
	if m.Runtime == upgrade.WAS {
		return t.file(at.logDir+"/SystemOut.log.owner", []byte(wasCell+`\`+wasNode+`\`+wasServer), 0o644)
	}
	return nil
}
