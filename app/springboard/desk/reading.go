package desk

import (
	"context"
	"slices"
	"sync"

	"github.com/springboard-leap/springboard/ui/port"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/logs"
	"github.com/springboard-leap/springboard/upgrade/logs/rules"
)

// reading is what an opened log has beside its records, wherever those are kept: it is read on goroutines of its own while it is shown. Its methods may be
// called on any goroutine.
type reading struct {
	info    port.LogInfo
	set     *rules.Set
	changed chan struct{}
	cancel  context.CancelFunc
	done    sync.WaitGroup

	mu       sync.Mutex
	failures []upgrade.Failure
	problem  error
}

func newReading(set *rules.Set, info port.LogInfo) *reading {
	return &reading{set: set, info: info, changed: make(chan struct{}, 1)}
}

// infoOf describes a log that was opened from files.
func infoOf(title string, files []string, p logs.Profile) port.LogInfo {
	return port.LogInfo{Title: title, Files: files, Format: string(p.Format), Encoding: p.Encoding}
}

// Info implements logview.Opened.
func (r *reading) Info() port.LogInfo { return r.info }

// Changed implements logview.Opened.
func (r *reading) Changed() <-chan struct{} { return r.changed }

// Failures implements logview.Opened.
func (r *reading) Failures() []upgrade.Failure {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.failures)
}

// Problem implements logview.Opened.
func (r *reading) Problem() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.problem
}

// judge tells whether a record tells of a failure that a person has to know of.
func (r *reading) judge(rec *logs.Record) (upgrade.Failure, bool) {
	found, ok := r.set.Match(rec)
	return found.Failure, ok && found.Outcome == rules.Failed && matters(found.Failure)
}

func (r *reading) failed(f upgrade.Failure) {
	r.mu.Lock()
	r.failures = append(r.failures, f)
	r.mu.Unlock()
}

// ended keeps why it could not be read to its end; nil when it could.
func (r *reading) ended(err error) {
	r.mu.Lock()
	r.problem = err
	r.mu.Unlock()
}

// signal tells that there is more.
func (r *reading) signal() {
	select {
	case r.changed <- struct{}{}:
	default:
	}
}
