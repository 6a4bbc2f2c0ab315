package protectview_test

import (
	"context"
	"errors"
	"image/png"
	"os"
	"path/filepath"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"github.com/springboard-leap/springboard/ui/kit"
	"github.com/springboard-leap/springboard/ui/observe"
	"github.com/springboard-leap/springboard/ui/protectview"
	"github.com/springboard-leap/springboard/ui/screen"
	"github.com/springboard-leap/springboard/ui/uitest"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/backup"
	"github.com/springboard-leap/springboard/upgrade/op"
)

var at = time.Date(2026, 11, 22, 22, 14, 5, 0, time.Local)

// engine answers what the screen asks, and lets a test hold an operation at a place.
type engine struct {
	plan     backup.Plan
	list     []backup.Summary
	report   backup.Report
	err      error
	database backup.DatabaseRestore
	work     func(op.Reporter)
	hold     chan struct{}

	restored []backup.RestoreOptions
	attested []backup.Attestation
}

func (e *engine) DefaultFolder() string { return "/srv/backups" }
func (e *engine) PlanBackup(_ context.Context, o backup.Options) (backup.Plan, error) {
	p := e.plan
	p.To = o.To
	return p, nil
}

func (e *engine) run(ctx context.Context, rep op.Reporter) error {
	if e.work != nil {
		e.work(rep)
	}
	if e.hold != nil {
		select {
		case <-e.hold:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	return e.err
}

func (e *engine) Backup(ctx context.Context, rep op.Reporter, _ backup.Options) (backup.Result, error) {
	return backup.Result{}, e.run(ctx, rep)
}
func (e *engine) Backups(context.Context, string) ([]backup.Summary, error) { return e.list, nil }
func (e *engine) Verify(ctx context.Context, rep op.Reporter, _ string) (backup.Report, error) {
	return e.report, e.run(ctx, rep)
}
func (e *engine) Prove(ctx context.Context, rep op.Reporter, _ string) (backup.Report, error) {
	return e.report, e.run(ctx, rep)
}
func (e *engine) PlanRestore(context.Context, string) (backup.DatabaseRestore, bool, error) {
	return e.database, e.database.What != "", nil
}
func (e *engine) AttestDatabase(_ context.Context, _ string, a backup.Attestation) (backup.Report, error) {
	e.attested = append(e.attested, a)
	return e.report, nil
}
func (e *engine) Restore(ctx context.Context, rep op.Reporter, _ string, o backup.RestoreOptions) (backup.Report, error) {
	e.restored = append(e.restored, o)
	return e.report, e.run(ctx, rep)
}

const db2What = "Db2 database LEAPDB, whole, with the schemas APP_DATA, FREEDOM, IF_CMIS"

func newEngine() *engine {
	e := &engine{plan: backup.Plan{Files: 412, Bytes: 1_240_000_000, Parts: []backup.Part{
		{Name: "ear", In: true, Why: "the installed application", Files: 380, Bytes: 940_000_000},
		{Name: "settings", In: true, Why: "settings, extensions and resource mappings", Files: 31, Bytes: 210_000},
		{Name: "database", In: true, Why: "a dump of " + db2What, Files: 0, Bytes: 300_000_000,
			Commands: []string{`db2 "connect to LEAPDB"`, `db2 "quiesce database immediate force connections"`, `db2 "connect reset"`, `db2 "deactivate database LEAPDB"`,
				`db2 "backup database LEAPDB to DIR compress without prompting"`, "db2ckbkp DIR/IMAGE", `db2 "connect to LEAPDB"`, `db2 "unquiesce database"`, `db2 "connect reset"`},
			Notes: []string{"all connections to LEAPDB are cut, and nobody can connect until it is unquiesced, which is done whatever happens"}},
	}, Volumes: []backup.Volume{{Space: backup.Space{Free: 42_000_000_000, Type: "ext4"}, Path: "/srv/backups", Role: "target", Needed: 1_500_000_000}}}}
	e.plan.Rest = backup.Rest{Processes: "none", OpenFiles: "none", Connections: "none"}
	return e
}

func sealed() backup.Summary {
	return backup.Summary{Backup: "/srv/backups/leap-prod-20261122T201305Z", State: backup.Sealed, Created: at.Add(-40 * time.Minute), Parts: []string{"database", "ear", "settings"},
		Installation: backup.Subject{ID: "leap-prod", Home: "/opt/IBM/WebSphere/AppServer/profiles/AppSrv01"}, Files: 412, Bytes: 1_240_000_000, Database: db2What,
		ManifestSHA256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"}
}

func proven() backup.Summary {
	b := sealed()
	b.Backup, b.State, b.Created = "/srv/backups/leap-prod-20261121T010000Z", backup.Proven, at.Add(-21*time.Hour)
	b.Proofs = []backup.Proof{{At: at.Add(-20 * time.Hour), OK: true, Files: 412, Bytes: b.Bytes, Pending: "the dump of the database was compared, not restored"},
		{At: at.Add(-19 * time.Hour), OK: true, Person: "Kim Larsen", Why: "restored into SBSCRATC on the test server, 41 tables counted"}}
	return b
}

func waiting() backup.Summary {
	b := sealed()
	b.Proofs = []backup.Proof{{At: at.Add(-10 * time.Minute), OK: true, Files: 412, Bytes: b.Bytes, Pending: "the dump of the database was compared, not restored"}}
	b.Pending = "the dump of the database was compared, not restored: db2ckbkp finds the image good; a person restores it into a scratch database"
	return b
}

// bench is the screen on a canvas.
type bench struct {
	*uitest.Bench
	view *protectview.View
	now  time.Time
}

func open(t *testing.T, e *engine, choice kit.Choice, size fyne.Size) *bench {
	t.Helper()
	b := &bench{Bench: uitest.NewBench(t, choice), now: at}
	w := b.Window
	ctx, cancel := context.WithCancel(context.Background())
	scope := observe.NewScope(ctx, b.Queue)
	scope.Clock = observe.Clock{Now: func() time.Time { return b.now }, After: uitest.Soon}
	b.view = protectview.New(screen.Host{Scope: scope, Tasks: observe.NewTasks(scope), Canvas: w.Canvas(), Person: "kim", Changed: func() {}, Open: func(upgrade.Evidence) {},
		OpenPath: func(string) error { return nil }, Go: func(screen.ID) {}}, e)
	w.SetContent(b.view.Content())
	w.Resize(size)
	t.Cleanup(func() {
		cancel()
		scope.Wait()
		w.Close()
	})
	b.view.Shown()
	b.Settle()
	return b
}

// copying reports a backup in its middle.
func copying(rep op.Reporter) {
	rep.Phase("copying and reading back", 1_240_000_000, op.Bytes)
	rep.Add(700_000_000)
	rep.Item("/opt/IBM/WebSphere/AppServer/profiles/AppSrv01/installedApps/prodCell01/HCL Leap.ear/builder.war/WEB-INF/lib/forms.jar")
}

// states are those that a person meets, each with what leads to it.
var states = map[string]func(t *testing.T, b func(*engine) *bench) *bench{
	"before": func(_ *testing.T, b func(*engine) *bench) *bench { return b(newEngine()) },
	"blocked": func(_ *testing.T, b func(*engine) *bench) *bench {
		e := newEngine()
		f := upgrade.NewFault("SB-2431", upgrade.KindBlocked, nil, "count", "12", "user", "LEAP", "program", "db2jcc_application", "from", "10.0.0.7")
		g := upgrade.NewFault("SB-2006", upgrade.KindPartial, nil, "target", "/srv/backups", "source", "/opt/IBM/WebSphere/AppServer/profiles/AppSrv01")
		e.plan.Problems = []backup.Problem{{Code: f.Code, Blocks: true, Fault: f}, {Code: g.Code, Fault: g}}
		e.plan.Rest.Connections = "found"
		return b(e)
	},
	"running": func(t *testing.T, b func(*engine) *bench) *bench {
		e := newEngine()
		e.list = []backup.Summary{proven()}
		e.hold = make(chan struct{})
		t.Cleanup(func() { close(e.hold) })
		steps := make(chan int64)
		e.work = func(rep op.Reporter) {
			rep.Phase("copying and reading back", 1_240_000_000, op.Bytes)
			rep.Item("/opt/IBM/WebSphere/AppServer/profiles/AppSrv01/installedApps/prodCell01/HCL Leap.ear/builder.war/WEB-INF/lib/forms.jar")
			for n := range steps {
				rep.Add(n)
			}
			rep.Problem(upgrade.NewFault("SB-2018", upgrade.KindPartial, nil, "count", "1", "path", "/opt/HCL/Leap/extensions/.lock", "why", "a socket"))
		}
		p := b(e)
		p.Tap("Back up 412 files, 1.2 GB")
		for i := range 40 {
			p.now = p.now.Add(time.Second)
			steps <- int64(14_000_000 + (i*7919%13)*1_200_000)
			p.settleQuick()
		}
		close(steps)
		p.Settle()
		return p
	},
	"failed": func(_ *testing.T, b func(*engine) *bench) *bench {
		e := newEngine()
		e.work = copying
		e.err = upgrade.NewFault("SB-2044", upgrade.KindFailed, errors.New("write /srv/backups/x: no space left on device"), "path", "/srv/backups/leap-prod-20261122T221405Z.incomplete/data/ear/forms.jar")
		p := b(e)
		p.Tap("Back up 412 files, 1.2 GB")
		return p
	},
	"sealed": func(_ *testing.T, b func(*engine) *bench) *bench {
		e := newEngine()
		e.list = []backup.Summary{sealed(), proven()}
		e.list[1].State = backup.Sealed
		e.list[1].Proofs = e.list[1].Proofs[:1]
		e.list[1].Proofs[0].OK, e.list[1].Proofs[0].Problems = false, 1
		return b(e)
	},
	"waiting": func(_ *testing.T, b func(*engine) *bench) *bench {
		e := newEngine()
		e.list = []backup.Summary{waiting()}
		e.report = backup.Report{Backup: waiting().Backup, OK: true, Problems: []backup.Mismatch{}, State: backup.Sealed, Files: 412, Pending: waiting().Pending,
			Commands: []string{`db2 "restore database LEAPDB from /srv/backups/leap-prod-20261122T201305Z/data/database/dump taken at 20261122201405 into SBSCRATC without rolling forward without prompting"`,
				`db2 "connect to SBSCRATC"`, `db2 "select count(*) from FREEDOM.APP_UPGRADE"    (7 rows at the backup)`, `db2 "connect reset"`, `db2 "drop database SBSCRATC"`}}
		e.err = upgrade.NewFault("SB-2434", upgrade.KindWaiting, nil, "path", waiting().Backup, "why", waiting().Pending)
		p := b(e)
		p.Tap("Prove")
		return p
	},
	"proven": func(_ *testing.T, b func(*engine) *bench) *bench {
		e := newEngine()
		e.list = []backup.Summary{proven(), sealed()}
		return b(e)
	},
	"damaged": func(_ *testing.T, b func(*engine) *bench) *bench {
		e := newEngine()
		e.list = []backup.Summary{sealed()}
		e.report = backup.Report{Backup: sealed().Backup, Files: 412, Problems: []backup.Mismatch{{Path: "data/settings/opt/HCL/Leap/extensions/Leap_config.properties", Kind: backup.Content},
			{Path: "data/ear/HCL Leap.ear/builder.war/WEB-INF/lib/forms.jar", Kind: backup.Size, Detail: "1048576 bytes were sealed, there are 4096"}}}
		e.err = upgrade.NewFault("SB-2020", upgrade.KindVerify, nil, "path", sealed().Backup, "count", "2", "first", e.report.Problems[0].Path, "kind", "content")
		p := b(e)
		p.Tap("Verify")
		return p
	},
	"gate": func(_ *testing.T, b func(*engine) *bench) *bench {
		e := newEngine()
		e.list = []backup.Summary{proven()}
		e.database = backup.DatabaseRestore{What: "PostgreSQL leap at db1:5432", Kept: "leap_before_restore_20261122T221405Z"}
		p := b(e)
		p.Tap("Restore")
		return p
	},
	"gate-db2": func(_ *testing.T, b func(*engine) *bench) *bench {
		e := newEngine()
		e.list = []backup.Summary{proven()}
		e.database = backup.DatabaseRestore{What: "Db2 database LEAPDB, whole", OnRequest: true, Commands: e.plan.Parts[2].Commands[:6],
			Notes: []string{"Db2 overwrites the present database while it restores, and keeps no former one"}}
		p := b(e)
		p.Tap("Restore")
		return p
	},
}

// TestEveryStateSaysWhatIsTrueAndWhatToDoNext opens each state and looks for the words that a person needs in it.
func TestEveryStateSaysWhatIsTrueAndWhatToDoNext(t *testing.T) {
	for name, words := range map[string][]string{
		"before": {"There is no backup yet", "No process of the server, no file open for writing, no connection to the database.", "42 GB free, 1.5 GB needed",
			"quiesce database immediate force connections", "All connections to LEAPDB are cut", "dump", "Nothing runs."},
		"blocked": {"There is no backup yet, and none can be made now", "12 sessions are connected to the database, the first is LEAP", "Found: connection to the database",
			"The backup would lie on the same volume"},
		"running": {"Back up to backups", "Copying and reading back", "left", "MB/s", "at most", "forms.jar", "cannot be backed up", "Wait, or stop safely below"},
		"failed":  {"The backup did not succeed, and there is none yet", "The volume is full", "What was copied is hashed again and kept next time", "start it again"},
		"sealed":  {"There is a sealed backup that nobody has restored yet", "Prove it by a test restore", "No test restore was made yet", "test restore failed"},
		"waiting": {"The files of a backup are proven, its database is not", "files proven", "The database waits for a person", "into SBSCRATC", "Record what came of it"},
		"proven":  {"There is a backup that was restored once and compared", "the database by the word of Kim Larsen", "41 tables counted", "Go on with Offline"},
		"damaged": {"There is no backup to rely on", "damaged", "2 differences", "Leap_config.properties", "size: 1048576 bytes were sealed, there are 4096"},
		"gate": {"way back of the whole upgrade", "the present one stays on the server as leap_before_restore_20261122T221405Z", "Ear and settings: what stands there now is kept",
			"Type restore to go on"},
		"gate-db2": {"its own tool overwrites it and keeps nothing", `db2 "deactivate database LEAPDB"`},
	} {
		t.Run(name, func(t *testing.T) {
			b := states[name](t, func(e *engine) *bench { return open(t, e, kit.Light, fyne.NewSize(838, 674)) })
			b.Settle()
			b.Sees(words...)
		})
	}
}

func TestTheRestoreIsAskedForByWordAndOverwritesOnlyWhatWasChosen(t *testing.T) {
	e := newEngine()
	e.list = []backup.Summary{proven()}
	e.database = backup.DatabaseRestore{What: "Db2 database LEAPDB, whole", OnRequest: true, Commands: []string{"db2 restore"}}
	e.report = backup.Report{Backup: proven().Backup, OK: true, Files: 412, Problems: []backup.Mismatch{}, Pending: "the database was not restored", Commands: []string{"db2 restore"}}
	e.err = upgrade.NewFault("SB-2440", upgrade.KindWaiting, nil, "path", "x")
	b := open(t, e, kit.Light, fyne.NewSize(1094, 706))
	b.Tap("Restore")
	if !b.Button("Restore").Disabled() {
		t.Error("the gate is open without its word")
	}
	var typed *kit.Entry
	uitest.Walk(b.Window.Canvas().Overlays().Top(), func(o fyne.CanvasObject) {
		if w, ok := o.(*kit.Entry); ok {
			typed = w // the last one
		}
	})
	typed.SetText("restore")
	b.Tap("Restore")
	if len(e.restored) != 1 || !e.restored[0].InPlace || e.restored[0].RunDatabase {
		t.Fatalf("%+v", e.restored)
	}
	b.Sees("The database is for you to restore", "db2 restore")
}

func TestAPersonsWordIsRecordedWithTheName(t *testing.T) {
	e := newEngine()
	e.list = []backup.Summary{waiting()}
	e.report = backup.Report{Backup: waiting().Backup, OK: true, State: backup.Proven, Problems: []backup.Mismatch{}}
	b := open(t, e, kit.Light, fyne.NewSize(1094, 706))
	b.Tap("Record what came of it")
	var fields []*kit.Entry
	uitest.Walk(b.Window.Canvas().Overlays().Top(), func(o fyne.CanvasObject) {
		if w, ok := o.(*kit.Entry); ok {
			fields = append(fields, w)
		}
	})
	if len(fields) != 2 || fields[0].Text != "kim" || !b.Button("Record it").Disabled() {
		t.Fatalf("%d fields", len(fields))
	}
	fields[1].SetText("into SBSCRATC, 41 tables counted")
	b.Tap("Record it")
	if len(e.attested) != 1 || e.attested[0].By != "kim" || e.attested[0].Failed || e.attested[0].Why != "into SBSCRATC, 41 tables counted" {
		t.Errorf("%+v", e.attested)
	}
	b.Sees("The backup is proven.", "its database by the word of kim")
}

// settleQuick shows what is there already.
func (b *bench) settleQuick() {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Millisecond)
	defer cancel()
	for b.Queue.Next(ctx) {
	}
}

// TestPictures draws every state in both themes and sizes; into files where SPRINGBOARD_PICTURES names a folder.
func TestPictures(t *testing.T) {
	dir := os.Getenv("SPRINGBOARD_PICTURES")
	if dir == "" {
		t.Skip("SPRINGBOARD_PICTURES names no folder")
	}
	for name, make := range states {
		for _, choice := range []kit.Choice{kit.Light, kit.Dark} {
			for suffix, size := range map[string]fyne.Size{"": fyne.NewSize(1094, 706), "-small": fyne.NewSize(838, 674)} {
				b := make(t, func(e *engine) *bench { return open(t, e, choice, size) })
				b.Settle()
				f, err := os.Create(filepath.Join(dir, "protect-"+name+"-"+string(choice)+suffix+".png"))
				if err != nil {
					t.Fatal(err)
				}
				if err := png.Encode(f, b.Window.Canvas().Capture()); err != nil {
					t.Fatal(err)
				}
				_ = f.Close()
			}
		}
	}
}
