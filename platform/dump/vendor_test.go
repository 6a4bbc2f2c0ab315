package dump

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/springboard-leap/springboard/platform/dump/vendortest"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/backup"
	"github.com/springboard-leap/springboard/upgrade/op"
)

func TestMain(m *testing.M) {
	code := m.Run()
	vendortest.Remove()
	os.Exit(code)
}

func aDb2(t *testing.T) (*Db2, vendortest.Installed) {
	t.Helper()
	v := vendortest.Install(t)
	return &Db2{Source: upgrade.DataSource{Kind: "db2", Database: "LEAPDB"}, Options: Options{Db2: filepath.Dir(v.Bin)},
		Credentials: upgrade.Credentials{User: vendortest.User, Password: upgrade.NewSecret(vendortest.Password)}}, v
}

func anOracle(t *testing.T) (*Oracle, vendortest.Installed) {
	t.Helper()
	v := vendortest.Install(t)
	return &Oracle{Source: upgrade.DataSource{Kind: "oracle", Host: "db1", Port: 1521, Database: "LEAP"}, Options: Options{Tools: v.Bin},
		Credentials: upgrade.Credentials{User: vendortest.User, Password: upgrade.NewSecret(vendortest.Password)}}, v
}

// wantRows compares counted rows with those of the stand-in.
func wantRows(t *testing.T, rows map[string]int64) {
	t.Helper()
	want := map[string]int64{}
	for name, n := range vendortest.Rows {
		want[name] = int64(n)
	}
	if diff := compare(want, rows); diff != "" {
		t.Error(diff)
	}
}

// noSecret looks for the password wherever other users or readers of the backup could see it.
func noSecret(t *testing.T, v vendortest.Installed, d backup.Dumped, more ...string) {
	t.Helper()
	all := append(v.Calls(), d.Output, d.What)
	for _, s := range d.Steps {
		all = append(all, s.Command, s.Output)
	}
	for _, text := range append(all, more...) {
		if strings.Contains(text, vendortest.Password) {
			t.Errorf("the password stands in %q", text)
		}
	}
}

func TestDb2IsBackedUpInTheVendorsSteps(t *testing.T) {
	d, v := aDb2(t)
	plan, err := d.Plan(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	joined := strings.Join(plan.Commands, "\n")
	at := -1
	for _, step := range []string{`"connect to LEAPDB user leapadm"`, "quiesce database immediate force connections", "connect reset", "deactivate database LEAPDB",
		"backup database LEAPDB user leapadm to DIR compress without prompting", "db2ckbkp", "unquiesce database"} {
		i := strings.Index(joined, step)
		if i <= at {
			t.Errorf("%q is missing or out of order in\n%s", step, joined)
		}
		at = i
	}
	dir := t.TempDir()
	dumped, err := d.Dump(t.Context(), op.Silent{}, dir)
	if err != nil {
		t.Fatal(err)
	}
	wantRows(t, dumped.Rows)
	if dumped.Server != "11.5.9.0" || dumped.Image == "" || !slices.Equal(dumped.Schemas, vendortest.Schemas) || !strings.Contains(dumped.Output, "Backup successful") {
		t.Errorf("%+v", dumped)
	}
	if v.Has("quiesced") {
		t.Error("the database is still quiesced")
	}
	noSecret(t, v, dumped, joined)
	note, err := d.Prove(t.Context(), op.Silent{}, dir, "", dumped)
	if !strings.Contains(note, "finds the image good") || err == nil {
		t.Errorf("%q %v", note, err)
	}
	if hand := strings.Join(d.ProveByHand(dir, dumped), "\n"); !strings.Contains(hand, "taken at "+dumped.Image+" into "+scratchAlias) || !strings.Contains(hand, "200 rows") {
		t.Error(hand)
	}
}

func TestDb2WithoutAUserAsksTheInstance(t *testing.T) {
	d, v := aDb2(t)
	d.Credentials = upgrade.Credentials{}
	dumped, err := d.Dump(t.Context(), op.Silent{}, t.TempDir())
	if err != nil || v.Has("quiesced") {
		t.Fatalf("%+v %v", dumped, err)
	}
	for _, s := range dumped.Steps {
		if strings.Contains(s.Command, " user ") {
			t.Error(s.Command)
		}
	}
}

func TestABadBackupOfDb2IsRefusedAndTheDatabaseOpenedAgain(t *testing.T) {
	for way, want := range map[string]string{
		"zero": "SB-2405", "truncated": "SB-2405", "no-words": "SB-2405", "elsewhere": "SB-2454", "full": "SB-2411", "no-folder": "SB-2458", "no-authority": "SB-2456",
		"schemas-named-otherwise": "SB-2404", "no-app-data": "SB-2404", "old-tool": "SB-2408", "server-is-newer": "SB-2408", "no-server": "SB-2457", "replaced": "SB-2412",
	} {
		t.Run(way, func(t *testing.T) {
			d, v := aDb2(t)
			v.Fail(way)
			dumped, err := d.Dump(t.Context(), op.Silent{}, t.TempDir())
			if code(err) != want {
				t.Errorf("%v, not %s", err, want)
			}
			if v.Has("quiesced") {
				t.Error("the database is still quiesced")
			}
			noSecret(t, v, dumped, err.Error())
		})
	}
	t.Run("a server that stops in the middle", func(t *testing.T) {
		d, v := aDb2(t)
		v.Fail("stops")
		_, err := d.Dump(t.Context(), op.Silent{}, t.TempDir())
		if code(err) != "SB-2457" || !strings.Contains(err.Error(), "SB-2453") {
			t.Errorf("neither the stop nor the quiesced database is told: %v", err)
		}
	})
	t.Run("a wrong password", func(t *testing.T) {
		d, v := aDb2(t)
		d.Credentials.Password = upgrade.NewSecret("wrong one")
		_, err := d.Plan(t.Context())
		if upgrade.KindOf(err) != upgrade.KindAuth || strings.Contains(err.Error(), "wrong one") {
			t.Error(err)
		}
		noSecret(t, v, backup.Dumped{})
	})
	t.Run("a database that will not be opened again is told beside a good backup", func(t *testing.T) {
		d, v := aDb2(t)
		v.Fail("unquiesce")
		dumped, err := d.Dump(t.Context(), op.Silent{}, t.TempDir())
		if err != nil || len(dumped.Warnings) != 1 || dumped.Warnings[0].Code != "SB-2453" {
			t.Errorf("%+v %v", dumped.Warnings, err)
		}
	})
	t.Run("somebody who connects in between is waited out once", func(t *testing.T) {
		d, v := aDb2(t)
		v.Fail("busy")
		if _, err := d.Dump(t.Context(), op.Silent{}, t.TempDir()); err != nil {
			t.Error(err)
		}
	})
	t.Run("a stop opens the database again", func(t *testing.T) {
		d, v := aDb2(t)
		ctx, cancel := context.WithCancel(t.Context())
		_, err := d.Dump(ctx, stopAt{item: "backup database", cancel: cancel}, t.TempDir())
		if err == nil || v.Has("quiesced") {
			t.Errorf("%v, quiesced %v", err, v.Has("quiesced"))
		}
	})
}

// stopAt cancels when the work reaches an item.
type stopAt struct {
	op.Silent
	item   string
	cancel context.CancelFunc
}

func (s stopAt) Item(name string) {
	if strings.HasPrefix(name, s.item) {
		s.cancel()
	}
}

func TestDb2IsRestoredOnRequestAndItsRowsAreCompared(t *testing.T) {
	d, v := aDb2(t)
	dir := t.TempDir()
	dumped, err := d.Dump(t.Context(), op.Silent{}, dir)
	if err != nil {
		t.Fatal(err)
	}
	plan, err := d.PlanRestore(t.Context(), dir, dumped, "")
	if err != nil || !plan.OnRequest || plan.Kept != "" {
		t.Fatalf("%+v %v", plan, err)
	}
	v.Fail("restore-breaks")
	if err := d.Swap(t.Context(), dir, dumped, ""); code(err) != "SB-2461" {
		t.Errorf("a restore that broke off: %v", err)
	}
	if err := d.Swap(t.Context(), dir, dumped, ""); err != nil || !v.Has("restored") || v.Has("quiesced") {
		t.Errorf("%v", err)
	}
	dumped.Rows["FREEDOM.APP_UPGRADE"]++
	if err := d.Swap(t.Context(), dir, dumped, ""); code(err) != "SB-2403" {
		t.Errorf("missing rows went unseen: %v", err)
	}
	noSecret(t, v, dumped, strings.Join(plan.Commands, "\n"))
}

func TestSessionsOfDb2AreSeen(t *testing.T) {
	d, v := aDb2(t)
	if list, err := d.Sessions(t.Context()); err != nil || len(list) != 0 {
		t.Errorf("%+v %v", list, err)
	}
	v.Fail("sessions")
	list, err := d.Sessions(t.Context())
	if err != nil || len(list) != 1 || list[0].User != "LEAP" || list[0].Program != "db2jcc_applica" || list[0].ID != "1042" {
		t.Errorf("%+v %v", list, err)
	}
}

func TestWhatDb2CannotBeGivenIsRefusedFirst(t *testing.T) {
	d, v := aDb2(t)
	for _, bad := range []func(*Db2){
		func(d *Db2) { d.Source.Database = "LEAP;DROP" }, func(d *Db2) { d.Credentials.User = "a b" }, func(d *Db2) { d.Credentials.Password = upgrade.NewSecret("it's") },
	} {
		c := *d
		bad(&c)
		if _, err := c.Plan(t.Context()); upgrade.KindOf(err) != upgrade.KindUnsupported {
			t.Errorf("%+v: %v", c.Source, err)
		}
	}
	if _, err := d.Dump(t.Context(), op.Silent{}, "/tmp/with a space"); code(err) != "SB-2452" || v.Has("quiesced") {
		t.Errorf("%v", err)
	}
	d.Options.Db2 = t.TempDir()
	if _, err := d.Plan(t.Context()); code(err) != "SB-2459" {
		t.Errorf("%v", err)
	}
}

func TestOracleIsExportedAndReadBack(t *testing.T) {
	o, v := anOracle(t)
	plan, err := o.Plan(t.Context())
	if err != nil || !strings.Contains(strings.Join(plan.Commands, "\n"), "schemas=APP_DATA,FREEDOM,IF_CMIS,S__old") {
		t.Fatalf("%+v %v", plan, err)
	}
	dir := t.TempDir()
	dumped, err := o.Dump(t.Context(), op.Silent{}, dir)
	if err != nil {
		t.Fatal(err)
	}
	wantRows(t, dumped.Rows)
	files, err := os.ReadDir(dir)
	if err != nil || len(files) != 3 {
		t.Errorf("%v %v", files, err)
	}
	if left, err := os.ReadDir(v.PumpDir()); err != nil || len(left) != 0 {
		t.Errorf("left in the directory's folder: %v %v", left, err)
	}
	if left, err := filepath.Glob(filepath.Join(os.TempDir(), "springboard-*.par")); err != nil || len(left) != 0 {
		t.Errorf("parameter files are left: %v %v", left, err)
	}
	noSecret(t, v, dumped, strings.Join(plan.Commands, "\n"))
}

func TestABadExportOfOracleIsRefused(t *testing.T) {
	for way, want := range map[string]string{
		"zero": "SB-2409", "truncated": "SB-2409", "no-words": "SB-2405", "with-errors": "SB-2405", "full": "SB-2411", "stops": "SB-2457", "no-right": "SB-2474",
		"schemas-named-otherwise": "SB-2404", "no-app-data": "SB-2404", "old-tool": "SB-2408", "server-is-newer": "SB-2408", "no-server": "SB-2457", "no-directory": "SB-2472",
		"table-lost": "SB-2405", "replaced": "SB-2412",
	} {
		t.Run(way, func(t *testing.T) {
			o, v := anOracle(t)
			v.Fail(way)
			dumped, err := o.Dump(t.Context(), op.Silent{}, t.TempDir())
			if code(err) != want {
				t.Fatalf("%v, not %s", err, want)
			}
			noSecret(t, v, dumped, err.Error())
		})
	}
	o, _ := anOracle(t)
	o.Credentials.Password = upgrade.NewSecret("wrong one")
	if _, err := o.Plan(t.Context()); upgrade.KindOf(err) != upgrade.KindAuth {
		t.Errorf("a wrong password: %v", err)
	}
	o.Credentials = upgrade.Credentials{}
	if _, err := o.Plan(t.Context()); upgrade.KindOf(err) != upgrade.KindAuth {
		t.Errorf("no account: %v", err)
	}
}

func TestSessionsOfOracleAreSeenWhereTheAccountMayLook(t *testing.T) {
	o, v := anOracle(t)
	v.Fail("sessions")
	if list, err := o.Sessions(t.Context()); err != nil || len(list) != 1 || list[0].User != "FREEDOM" {
		t.Errorf("%+v %v", list, err)
	}
	v.Fail("no-authority")
	if _, err := o.Sessions(t.Context()); err == nil {
		t.Error("an account that may not look says that nobody is there")
	}
}
