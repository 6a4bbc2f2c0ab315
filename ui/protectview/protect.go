// Package protectview is the third phase on the screen: what a backup holds, how far it is, which backups there are and what proves them, and the way
// back.
package protectview

import (
	"context"
	"path/filepath"
	"slices"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"github.com/springboard-leap/springboard/ui/kit"
	"github.com/springboard-leap/springboard/ui/observe"
	"github.com/springboard-leap/springboard/ui/present"
	"github.com/springboard-leap/springboard/ui/screen"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/backup"
	"github.com/springboard-leap/springboard/upgrade/op"
)

// Engine is what this screen needs. Its methods are called on other goroutines than Fyne's.
type Engine interface {
	// DefaultFolder is where backups of this installation are kept when nobody says otherwise.
	DefaultFolder() string
	PlanBackup(ctx context.Context, o backup.Options) (backup.Plan, error)
	Backup(ctx context.Context, rep op.Reporter, o backup.Options) (backup.Result, error)
	Backups(ctx context.Context, folder string) ([]backup.Summary, error)
	Verify(ctx context.Context, rep op.Reporter, dir string) (backup.Report, error)
	Prove(ctx context.Context, rep op.Reporter, dir string) (backup.Report, error)
	// AttestDatabase records a person's word on a test restore of the database.
	AttestDatabase(ctx context.Context, dir string, a backup.Attestation) (backup.Report, error)
	// PlanRestore tells what a restore in place does to the database; ok is false where it has nothing to do with one.
	PlanRestore(ctx context.Context, dir string) (plan backup.DatabaseRestore, ok bool, err error)
	Restore(ctx context.Context, rep op.Reporter, dir string, o backup.RestoreOptions) (backup.Report, error)
}

// state is what the screen shows, apart from its widgets.
type state struct {
	to       string
	plan     backup.Plan
	planned  bool
	part     string // name of the selected part
	list     []backup.Summary
	selected string // folder of the selected backup
	running  string // kind of the operation at work, empty for none
	progress op.Progress
	pace     present.Pace
	reports  map[string]backup.Report // the last one of this window, by backup
}

// View is the screen.
type View struct {
	host    screen.Host
	engine  Engine
	st      state
	content fyne.CanvasObject

	header *kit.Header
	start  *kit.Button

	path    *kit.PathEntry
	running *widget.Check
	parts   *kit.DataTable
	scope   *fyne.Container // about the scope: problems, the selected part, rest, room

	ladder  *kit.Ladder
	chart   *kit.Bars
	doing   *kit.Text
	speed   *kit.Text
	peak    *kit.Text
	flow    *fyne.Container // the chart of throughput and its scale
	trouble *fyne.Container

	table                  *kit.DataTable
	verifyB, proveB, backB *kit.Button
	detail                 *fyne.Container
}

// New makes the screen.
func New(h screen.Host, e Engine) *View {
	v := &View{host: h, engine: e, st: state{reports: map[string]backup.Report{}}}
	v.start = kit.NewPrimary("Back up", v.backup)
	v.header = kit.NewHeader("Protect", v.start)
	v.content = kit.Page(v.header, container.NewBorder(kit.Inset(0, 0, 0, 12, v.buildProgress()), nil, nil, nil,
		kit.Columns(12, []float32{1.12, 1}, v.buildScope(), v.buildHistory())))
	observe.Watch(h.Scope, h.Tasks.Changes(h.Scope.Context()), v.look, v.showProgress)
	observe.Tick(h.Scope, time.Second, func(time.Time) {
		if v.st.running != "" {
			v.showProgress(v.look())
		}
	})
	v.showDetail()
	v.tell()
	return v
}

// Content implements screen.Screen.
func (v *View) Content() fyne.CanvasObject { return v.content }

// Focus implements screen.Screen.
func (v *View) Focus() { v.host.Focus(v.start) }

// Shown implements screen.Screen.
func (v *View) Shown() {
	if v.path.Path() == "" {
		v.path.Entry.SetText(v.engine.DefaultFolder())
	}
	v.plan()
	v.loadList()
}

func (v *View) options() backup.Options {
	return backup.Options{To: v.path.Path(), WhileRunning: v.running.Checked}
}

func (v *View) backup() {
	o := v.options()
	args := []string{"backup", "create", "--to", o.To}
	if o.WhileRunning {
		args = append(args, "--while-running")
	}
	v.begin("backup", "Back up to "+filepath.Base(o.To), args, func(ctx context.Context, rep op.Reporter) error {
		_, err := v.engine.Backup(ctx, rep, o)
		return err
	}, func(p op.Progress) {
		if p.State == op.Done {
			v.st.selected = "" // the new one is the newest, and what to go on with
			v.header.Notice.Tell("The backup is sealed.", "Prove it by a test restore: then it is known that it can bring everything back.")
		}
	})
}

// begin starts one operation; there is one at a time here. after runs when it has ended, however it did.
func (v *View) begin(kind, title string, args []string, work func(context.Context, op.Reporter) error, after func(op.Progress)) {
	if v.st.running != "" {
		return
	}
	v.header.Notice.ShowError(nil)
	v.st.running, v.st.pace = kind, present.Pace{}
	v.host.Tasks.Start(kind, title, v.host.Run(args...), string(screen.Protect), work, func(p op.Progress) {
		v.st.running = ""
		v.st.progress = p
		if upgrade.KindOf(p.Err) == upgrade.KindWaiting {
			p.Err = nil // a person is asked for below; nothing went wrong
		}
		v.header.Notice.ShowError(kit.Unstopped(p))
		after(p)
		v.showProgress(v.st.progress)
		v.showDetail()
		v.tell()
		v.loadList()
		v.host.Changed()
	})
	v.showDetail()
	v.tell()
}

// tell writes the header.
func (v *View) tell() {
	f := kit.Facts{IfStop: "nothing of the installation was changed. An unfinished backup is gone on with later."}
	best, has := v.best()
	made := "Made " + present.Clock(best.Created, v.host.Now()) + ", " + present.Plural(best.Files, "file", "files")
	switch {
	case v.st.running != "":
		f.Sign, f.Now, f.Known, f.Next = kit.Sign{Shape: kit.Half, Color: kit.ColorAccent}, v.st.progress.Title,
			"Every byte is hashed as it is read, and read again from the disk", "Wait, or stop safely below"
		if v.st.running == "restore" {
			f.IfStop = "what stands there now is still in place, until all of it is put in place at once."
		}
	case has && best.State == backup.Proven:
		f.Sign, f.Now, f.Known = kit.Good, "There is a backup that was restored once and compared", made
		if by := personOf(best); by != "" {
			f.Known += "; the database by the word of " + by
		}
		f.Next = "Go on with Offline"
	case has && best.Pending != "":
		f.Sign, f.Now, f.Known = kit.Warn, "The files of a backup are proven, its database is not", made
		f.Next = "Restore the database into a scratch one by hand, and record what came of it"
	case has:
		f.Sign, f.Now, f.Known, f.Next = kit.Warn, "There is a sealed backup that nobody has restored yet", made, "Prove it by a test restore"
	case slices.ContainsFunc(v.st.list, v.damaged):
		f.Sign, f.Now, f.Known = kit.Bad, "There is no backup to rely on: what is there differs from what was sealed", "Read again and compared with its manifest"
		f.Next = "Make a new backup while the source is still there"
	case v.st.progress.Kind == "backup" && v.st.progress.State == op.Failed:
		f.Sign, f.Now, f.Known, f.Next = kit.Bad, "The backup did not succeed, and there is none yet", "From its last step, below",
			"Mend what is said below, then start it again: what was copied is kept"
	case v.st.planned && v.st.plan.Blocker() != nil:
		f.Sign, f.Now, f.Known, f.Next = kit.Bad, "There is no backup yet, and none can be made now", "From the folder and the server as they are",
			"See what keeps it from beginning, below"
	default:
		f.Sign, f.Now, f.Known, f.Next = kit.Bad, "There is no backup yet", "From the folder named below", "Look at the scope, then back up"
	}
	v.header.Set(f)
	v.start.SetEnabled(v.st.running == "" && v.st.planned && v.st.plan.Blocker() == nil)
	text := "Back up"
	if v.st.planned {
		text = "Back up " + present.Plural(v.st.plan.Files, "file", "files") + ", " + present.Size(v.st.plan.Bytes)
	}
	v.start.SetText(text)
	v.header.Update()
}

// personOf names who vouches for the database of a backup, empty when its own tool has restored it.
func personOf(b backup.Summary) string {
	for i := len(b.Proofs) - 1; i >= 0; i-- {
		if p := b.Proofs[i]; p.OK && p.Person != "" {
			return p.Person
		} else if p.OK && p.Database != "" {
			return ""
		}
	}
	return ""
}
