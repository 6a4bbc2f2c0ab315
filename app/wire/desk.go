// Package wire is the composition root: the only place that knows every adapter. It puts the engine's features together with the outside world
// and gives the command line and the window the same small services, one a feature.
package wire

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/sirupsen/logrus"

	"github.com/springboard-leap/springboard/platform/dump"
	"github.com/springboard-leap/springboard/platform/install"
	"github.com/springboard-leap/springboard/platform/lab"
	"github.com/springboard-leap/springboard/platform/osfs"
	"github.com/springboard-leap/springboard/platform/probe"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/settings"
)

// Options say what a desk works on. The zero value is this machine.
type Options struct {
	Root         string   // root of the file system; "" and "/" are the machine itself
	Installation string   // id, when there are several
	Paths        []string // folders to describe instead of looking everywhere
	RunDir       string   // the run folder; empty: the newest open run of the installation

	Credentials CredentialOptions
	CAFile      string       // certificates to trust beside the system's
	Rules       string       // file of failure rules; empty: those that are shipped
	Dump        dump.Options // where the databases' own tools are
	Timeout     time.Duration
	DryRun      bool // begin no run

	// Prefer says whose value stays of a setting that somebody else changed since the run did, when that is taken back; empty: it is refused, and both are shown.
	Prefer settings.Prefer

	// Begun is told when a command begins a run because there was none; may be nil.
	Begun func(dir string)

	Log  *logrus.Logger // nil: discarded
	Now  func() time.Time
	Disk osfs.Disk // that settings and the run are written to; the zero value is the operating system's
}

// runTag puts the run's name on every line of Springboard's own log, once it is known.
type runTag struct{ name atomic.Pointer[string] }

// Levels implements logrus.Hook.
func (t *runTag) Levels() []logrus.Level { return logrus.AllLevels }

// Fire implements logrus.Hook.
func (t *runTag) Fire(e *logrus.Entry) error {
	if name := t.name.Load(); name != nil {
		e.Data["run"] = *name
	}
	return nil
}

// Desk is everything that one installation needs. Services may be used from several goroutines.
type Desk struct {
	opts Options
	log  *logrus.Logger
	tag  runTag
	lab  *lab.Lab // nil when the root is no lab

	detect sync.Mutex
	known  *install.Result

	leap, database found
	facts          factsCache
}

// found are credentials that were looked for: a failure is looked for again, a success is kept.
type found struct {
	mu    sync.Mutex
	creds upgrade.Credentials
}

func (f *found) find(look func() (upgrade.Credentials, error)) (upgrade.Credentials, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.creds.IsSet() {
		return f.creds, nil
	}
	creds, err := look()
	if err == nil {
		f.creds = creds
	}
	return creds, err
}

// Open makes a desk. Nothing is looked for yet, and nothing is written.
func Open(o Options) (*Desk, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Root == "" {
		o.Root = string(filepath.Separator)
	}
	root, err := filepath.Abs(o.Root)
	if err != nil {
		return nil, upgrade.NewFault("SB-9003", upgrade.KindUsage, err, "dir", o.Root)
	}
	if info, err := os.Stat(root); err != nil || !info.IsDir() {
		return nil, upgrade.NewFault("SB-9003", upgrade.KindUsage, err, "dir", o.Root)
	}
	o.Root = root
	if o.RunDir != "" {
		o.RunDir = abs(o.RunDir)
	}
	d := &Desk{opts: o, log: o.Log}
	if d.log == nil {
		d.log = logrus.New()
		d.log.SetOutput(io.Discard)
	}
	d.log.AddHook(&d.tag)
	if lab.IsLab(root) {
		if d.lab, err = lab.Open(root); err != nil {
			return nil, err
		}
	}
	return d, nil
}

// Root is the absolute root of the file system that is looked at.
func (d *Desk) Root() string { return d.opts.Root }

// IsLab tells whether the root is a practice installation.
func (d *Desk) IsLab() bool { return d.lab != nil }

// Detect looks for installations, once; again forgets what was found before.
func (d *Desk) Detect(ctx context.Context, again bool) (install.Result, error) {
	d.detect.Lock()
	defer d.detect.Unlock()
	if d.known != nil && !again {
		return *d.known, nil
	}
	res, err := install.Detect(ctx, install.Options{Root: d.opts.Root, Paths: d.opts.Paths})
	if err != nil {
		return install.Result{}, err
	}
	d.known = &res
	return res, nil
}

// Installation is the one that this desk works on: the only one there is, or the one that was named.
func (d *Desk) Installation(ctx context.Context) (upgrade.Installation, error) {
	return d.installation(ctx, false)
}

// Again detects anew and gives the installation as it is now.
func (d *Desk) Again(ctx context.Context) (upgrade.Installation, error) {
	return d.installation(ctx, true)
}

func (d *Desk) installation(ctx context.Context, again bool) (upgrade.Installation, error) {
	res, err := d.Detect(ctx, again)
	if err != nil {
		return upgrade.Installation{}, err
	}
	ids := ""
	for _, inst := range res.Installations {
		if inst.ID == d.opts.Installation || d.opts.Installation == "" && len(res.Installations) == 1 {
			return inst, nil
		}
		ids += " " + inst.ID
	}
	switch {
	case len(res.Installations) == 0:
		return upgrade.Installation{}, upgrade.NewFault("SB-9004", upgrade.KindFailed, nil, "root", d.opts.Root)
	case d.opts.Installation == "":
		return upgrade.Installation{}, upgrade.NewFault("SB-9005", upgrade.KindUsage, nil, "ids", ids)
	}
	return upgrade.Installation{}, upgrade.NewFault("SB-9006", upgrade.KindUsage, nil, "id", d.opts.Installation, "ids", ids)
}

// files is the file system as settings are edited in it.
func (d *Desk) files() probe.SettingsFiles { return probe.SettingsFiles{Disk: d.opts.Disk} }

// now is the injected clock.
func (d *Desk) now() time.Time { return d.opts.Now() }
