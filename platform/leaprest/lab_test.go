package leaprest_test

import (
	"context"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/springboard-leap/springboard/platform/db/sqlite"
	"github.com/springboard-leap/springboard/platform/lab"
	"github.com/springboard-leap/springboard/platform/leaprest"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/apps"
)

// practice is a served lab.
type practice struct {
	lab    *lab.Lab
	client *leaprest.Client
	mu     sync.Mutex
	failed map[string]bool // by what the server itself says
}

func newPractice(t *testing.T, o lab.Options) *practice {
	t.Helper()
	o.Dir = filepath.Join(t.TempDir(), "L")
	if _, err := lab.Create(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	l, err := lab.Open(o.Dir)
	if err != nil {
		t.Fatal(err)
	}
	p := &practice{lab: l, failed: map[string]bool{}}
	ctx, cancel := context.WithCancel(context.Background())
	up, done := make(chan string, 1), make(chan error, 1)
	go func() {
		done <- l.Serve(ctx, lab.ServeOptions{Speed: -1, OnEvent: func(e lab.Event) {
			p.mu.Lock()
			defer p.mu.Unlock()
			switch e.Kind {
			case lab.EventServing:
				up <- e.BaseURL
			case lab.EventAppFailed:
				p.failed[e.UID] = true
			}
		}})
	}()
	t.Cleanup(func() { cancel(); <-done })
	select {
	case base := <-up:
		p.client, err = leaprest.New(leaprest.Options{BaseURL: base, Product: l.Product(), Credentials: l.Credentials()})
	case err = <-done:
		done <- err
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.client.Close)
	return p
}

// TestLabIsAccountedForToTheLastApplication takes a census, upgrades, sweeps, and compares the ledger with what the server did.
func TestLabIsAccountedForToTheLastApplication(t *testing.T) {
	for _, product := range []upgrade.Product{upgrade.Leap, upgrade.DominoLeap} {
		t.Run(string(product), func(t *testing.T) {
			p := newPractice(t, lab.Options{Product: product, Apps: 40, Fail: 5, Seed: 3})
			store := apps.OpenStore(filepath.Join(t.TempDir(), "apps"), os.WriteFile)
			before, err := p.client.List(t.Context())
			if err != nil || len(before) != 40 {
				t.Fatalf("%d applications, %v", len(before), err)
			}
			snap := apps.Snapshot{At: time.Now(), Source: p.client.BaseURL(), Entries: before}
			if table := p.table(t); table != nil {
				snap.Baseline = apps.BaselineOf(*table)
			}
			if err := store.SaveCensus(snap); err != nil {
				t.Fatal(err)
			}
			since := time.Now()
			if _, err := lab.Upgrade(t.Context(), p.lab.Dir(), nil); err != nil {
				t.Fatal(err)
			}
			if in, err := store.Gather(apps.Sources{Table: p.table(t), Since: since}); err != nil || apps.Build(in).Totals[upgrade.Pending] != 40 {
				t.Fatalf("before the sweep: %v %v", apps.Build(in).Totals, err)
			}
			res, err := apps.Sweep(t.Context(), nil, before, p.client, apps.SweepOptions{OnResult: store.AppendAccess})
			if err != nil || res.Accessed != 40 {
				t.Fatalf("%+v %v", res, err)
			}
			in, err := store.Gather(apps.Sources{Table: p.table(t), Since: since})
			if err != nil || len(in.Warnings) > 0 {
				t.Fatal(err, in.Warnings)
			}
			p.compare(t, apps.Build(in))
		})
	}
}

// table is APP_UPGRADE of a lab of HCL Leap; the other product has none.
func (p *practice) table(t *testing.T) *apps.Table {
	t.Helper()
	if p.lab.Product() != upgrade.Leap {
		return nil
	}
	table, err := sqlite.Open(t.Context(), filepath.Join(p.lab.Dir(), filepath.FromSlash(p.lab.Database().File)))
	if err != nil {
		t.Fatal(err)
	}
	defer table.Close()
	rows, err := table.Rows(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return &rows
}

func (p *practice) compare(t *testing.T, b apps.Board) {
	t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	if !b.Closed || b.Totals[upgrade.Upgraded] != 35 || b.Totals[upgrade.Failed] != 5 || len(p.failed) != 5 {
		t.Errorf("closed %v, %v, the server failed %d: %v", b.Closed, b.Totals, len(p.failed), b.Problems)
	}
	for _, a := range b.Apps {
		if (a.State == upgrade.Failed) != p.failed[a.UID] || a.Conflict != "" {
			t.Errorf("%s %s is %s (%s), evidence %v", a.UID, a.Name, a.State, a.Conflict, a.Evidence)
		}
		if p.lab.Product() == upgrade.Leap && a.State == upgrade.Failed && (a.Cause == "" || a.Error == "" || a.Evidence[0].Query == "") {
			t.Errorf("%s failed without a cause or a row: %+v", a.UID, a)
		}
	}
	if c := apps.Clusters(b); p.lab.Product() == upgrade.Leap && (len(c) < 2 || len(c) > 5) {
		t.Errorf("%d clusters", len(c))
	}
	if files, err := filepath.Glob(filepath.Join(p.lab.Dir(), "*")); err != nil || len(files) == 0 {
		t.Error("the lab is gone")
	}
}

func TestLabRefusesAWrongPasswordAndAnotherRole(t *testing.T) {
	p := newPractice(t, lab.Options{Apps: 3, Fail: -1})
	for user, password := range map[string]string{lab.User: "wrong", lab.AuthorUser: lab.Password} {
		client, err := leaprest.New(leaprest.Options{BaseURL: p.client.BaseURL(), Product: upgrade.Leap,
			Credentials: upgrade.Credentials{User: user, Password: upgrade.NewSecret(password)}})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := client.List(t.Context()); upgrade.KindOf(err) != upgrade.KindAuth {
			t.Errorf("%s: %v", user, err)
		}
		client.Close()
	}
	list, err := p.client.List(t.Context())
	if err != nil || len(list) != 3 {
		t.Fatal(list, err)
	}
	archive, err := p.client.Export(t.Context(), list[0].UID, true, filepath.Join(t.TempDir(), "a.nitro_s"))
	if err != nil || archive.Files == 0 {
		t.Fatalf("%+v %v", archive, err)
	}
	if err := p.client.Delete(t.Context(), list[0].UID); err != nil {
		t.Fatal(err)
	}
	if a := p.client.Access(t.Context(), list[0]); a.Says != upgrade.Missing {
		t.Errorf("after the delete: %+v", a)
	}
	if after, err := apps.Confirm(t.Context(), list, list[2:], p.client); err != nil || len(after) != 2 {
		t.Errorf("of two that a list lacks one is there: %v %v", after, err)
	}
	uid, err := p.client.Import(t.Context(), archive.Path, leaprest.ImportOptions{Deploy: true, Data: true})
	if err != nil || uid != list[0].UID {
		t.Errorf("import: %q %v", uid, err)
	}
	after, err := p.client.List(t.Context())
	if c := apps.Compare(list, after); err != nil || c.Same != 3 {
		t.Errorf("brought back: %+v %v", c, err)
	}
}
