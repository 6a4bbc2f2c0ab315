package lab

import (
	"context"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/springboard-leap/springboard/platform/lab/internal/sample"
	"github.com/springboard-leap/springboard/platform/lab/internal/store"
	"github.com/springboard-leap/springboard/upgrade"
)

// condition is how far the application server is up.
type condition int

const (
	stopped  condition = iota // connections break off
	setupDue                  // every page leads to Setup
	tooOld                    // the data are of a newer version than the program
	running
)

// server is the process of a lab: data, logs, and what the REST API and an upgrade do with them.
type server struct {
	dir    string
	mark   marker // Version is that of the program files
	store  store.Store
	log    *serverLog
	speed  float64
	bytes  int // of log that all upgrades make
	now    func() time.Time
	event  func(Event)
	ctx    context.Context // of the process: work that a client began goes on when the client leaves
	causes map[string]sample.Cause

	mu        sync.RWMutex // guards what follows
	condition condition
	apps      map[string]*app
	upgrading bool

	requests sync.RWMutex // held for reading by each request; a stop takes it

	randomMu sync.Mutex
	random   sample.Random
	paceMu   sync.Mutex
	paceNext time.Time
	threads  chan uint32
}

// app is an application in the memory of the server. Its mutex is held while it upgrades, so that it does so once.
type app struct {
	mu   sync.Mutex
	data store.App
	gone bool
}

// newServer reads what the folder holds; nothing is written yet. m.Version becomes that of the program files.
func newServer(ctx context.Context, l *Lab, o ServeOptions) (*server, error) {
	s := &server{dir: l.dir, mark: l.mark, now: o.Now, speed: o.Speed, ctx: ctx, causes: map[string]sample.Cause{}, random: sample.NewRandom(l.mark.Seed, 70)}
	if s.now == nil {
		s.now = time.Now
	}
	if s.speed == 0 {
		s.speed = 1
	}
	switch {
	case o.LogBytes > 0:
		s.bytes = o.LogBytes
	case l.mark.Runtime == upgrade.Domino:
		s.bytes = 4 << 20 // its console does not roll
	default:
		s.bytes = 14 << 20
	}
	var eventMu sync.Mutex
	s.event = func(e Event) {
		eventMu.Lock()
		defer eventMu.Unlock()
		if o.OnEvent != nil {
			e.Time = s.now()
			o.OnEvent(e)
		}
	}
	s.threads = make(chan uint32, 32)
	for i := range cap(s.threads) {
		s.threads <- 0x98 + uint32(i)
	}
	for _, f := range l.mark.Failures {
		c, err := sample.CauseByID(f.Cause)
		if err != nil {
			return nil, upgrade.NewFault("SB-7008", upgrade.KindFailed, err, "dir", l.dir, "detail", MarkerFile+" names a cause of failure that is unknown: "+f.Cause)
		}
		s.causes[f.UID] = c
	}
	return s, nil
}

// boot starts the application server: data, log header, what a server says when it starts. It ends in running, setupDue or tooOld.
func (s *server) boot(ctx context.Context) (err error) {
	if err := settleProgram(s.dir, s.mark); err != nil {
		return upgrade.NewFault("SB-7011", upgrade.KindFailed, err, "dir", s.dir)
	}
	if s.mark.Version, err = programVersion(s.dir, s.mark); err != nil {
		return upgrade.NewFault("SB-7008", upgrade.KindFailed, err, "dir", s.dir, "detail", "the program files do not tell their version")
	}
	if s.store, err = openStore(ctx, s.dir, s.mark); err != nil {
		return err
	}
	if s.log, err = openLog(s.dir, s.mark, os.Getpid(), s.now, nil); err != nil {
		return errors.Join(upgrade.NewFault("SB-7011", upgrade.KindFailed, err, "dir", s.dir), s.store.Close())
	}
	if err := s.start(ctx); err != nil {
		return errors.Join(err, s.log.close(), s.store.Close())
	}
	return nil
}

// start is the start of the application server, the first one and that after an upgrade.
func (s *server) start(ctx context.Context) error {
	if err := s.load(ctx); err != nil {
		return err
	}
	schema, err := s.store.Schema(ctx)
	if err != nil {
		return storeFault(s.mark.Database, err)
	}
	if err := s.log.begin(); err != nil {
		return err
	}
	for _, r := range startRecords(s.dir, s.mark) {
		s.say(r)
		s.pause(30 * time.Millisecond)
	}
	if err := s.writePID(); err != nil {
		return err
	}
	next := running
	switch order := compareVersions(s.mark.Version, schema); {
	case order > 0:
		next = setupDue
		s.say(record{level: "I", thread: 0x8f, class: setupClass, method: "check",
			text: "Setup is required: the database is of version " + schema + ", the program of version " + s.mark.Version})
	case order < 0:
		next = tooOld
		s.say(record{level: "E", thread: 0x8f, class: setupClass, method: "check",
			text: "The database is of version " + schema + " and cannot be used by version " + s.mark.Version})
	}
	s.set(next)
	return s.log.flush()
}

func (s *server) load(ctx context.Context) error {
	all, err := s.store.Apps(ctx)
	if err != nil {
		return storeFault(s.mark.Database, err)
	}
	apps := make(map[string]*app, len(all))
	for _, a := range all {
		apps[a.UID] = &app{data: a}
	}
	s.mu.Lock()
	s.apps = apps
	s.mu.Unlock()
	return nil
}

func (s *server) set(c condition) {
	s.mu.Lock()
	s.condition = c
	s.mu.Unlock()
}

func (s *server) state() condition {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.condition
}

// list gives all applications in the order of their uids.
func (s *server) list() []*app {
	s.mu.RLock()
	defer s.mu.RUnlock()
	all := make([]*app, 0, len(s.apps))
	for _, uid := range slices.Sorted(maps.Keys(s.apps)) {
		all = append(all, s.apps[uid])
	}
	return all
}

// find gives an application by its uid.
func (s *server) find(uid string) (*app, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	a, ok := s.apps[uid]
	return a, ok
}

// say writes a log record now. A log that cannot be written is no reason to stop serving, as on a real server.
func (s *server) say(r record) {
	r.at = s.now()
	if err := s.log.write(r); err != nil {
		s.event(Event{Kind: EventLogFailed, Text: err.Error()})
	}
}

// pause waits for a simulated duration; a stopping process does not wait.
func (s *server) pause(d time.Duration) {
	if s.speed < 0 || d <= 0 {
		return
	}
	timer := time.NewTimer(time.Duration(float64(d) / s.speed))
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-s.ctx.Done():
	}
}

// paceBytesPerSecond is how much log a server writes at most: readers of the log must have the chance that they have on a real one.
const paceBytesPerSecond = 2500000

// pace waits until n more bytes of log are due.
func (s *server) pace(n int) {
	if s.speed < 0 {
		return
	}
	s.paceMu.Lock()
	now := s.now()
	if s.paceNext.Before(now) {
		s.paceNext = now
	}
	s.paceNext = s.paceNext.Add(time.Duration(n) * time.Second / paceBytesPerSecond)
	wait := s.paceNext.Sub(now)
	s.paceMu.Unlock()
	s.pause(wait)
}

// noise writes about n bytes of everyday records; some of them tell of app. The thread is the request's.
func (s *server) noise(n int, thread uint32, uid string) {
	for written := 0; written < n; {
		s.randomMu.Lock()
		at := s.now()
		var about string
		if s.random.IntN(3) > 0 {
			about = uid
		}
		entry, err := sample.NextNoise(s.random, at, about, s.mark.Runtime == upgrade.Domino)
		if s.random.IntN(4) == 0 {
			thread = 0x5a + uint32(s.random.IntN(40))
		}
		s.randomMu.Unlock()
		if err != nil {
			return
		}
		r := fromNoise(entry, at, thread)
		written += len(r.was())
		s.say(r)
	}
	s.pace(n)
}

func (s *server) pidFile() string { return below(s.dir, layoutOf(s.mark.Runtime).pidFile) }

func (s *server) writePID() error {
	if err := os.MkdirAll(filepath.Dir(s.pidFile()), 0o755); err != nil {
		return err
	}
	return os.WriteFile(s.pidFile(), []byte(strconv.Itoa(os.Getpid())), 0o644)
}

// halt stops the application server: requests that run are waited for, later ones break off.
func (s *server) halt() error {
	s.set(stopped)
	s.requests.Lock()
	defer s.requests.Unlock()
	for _, r := range stopRecords(s.mark) {
		s.say(r)
	}
	err := os.Remove(s.pidFile())
	if errors.Is(err, os.ErrNotExist) {
		err = nil
	}
	return errors.Join(s.log.flush(), err)
}

// shutdown is the end of the process.
func (s *server) shutdown() error {
	var err error
	if s.state() != stopped {
		err = s.halt()
	}
	return errors.Join(err, s.log.close(), s.store.Close())
}

// pending counts the applications that upgrade at their next access.
func (s *server) pending() int {
	n := 0
	for _, a := range s.list() { // without the server's lock: an application that upgrades takes it
		a.mu.Lock()
		if a.data.Failed == "" && a.data.Version != s.mark.Version {
			n++
		}
		a.mu.Unlock()
	}
	return n
}
