package backup_test

import (
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/springboard-leap/springboard/platform/osfs"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/backup"
	"github.com/springboard-leap/springboard/upgrade/op"
)

// states is an installation that stands in its upgraded state, beside a backup of its former one: what a restore and its taking back move between.
type states struct {
	t    *testing.T
	inst upgrade.Installation
	dir  string // the backup
	// former and upgraded are the two states, by place.
	former, upgraded map[string]map[string]string
	base             string // a copy of the whole, that reset puts in place
}

// newStates upgrades what small made, after backing it up: a file is replaced, one is new, one is gone, and notes.ini is another.
func newStates(t *testing.T) *states {
	t.Helper()
	s := &states{t: t, inst: small(t)}
	s.dir = made(t, ports(), s.inst, backup.Options{To: fastDir(t)}).Backup
	s.former = s.now()
	write(t, filepath.Join(s.inst.AppData, "a.nsf"), []byte("upgraded"))
	write(t, filepath.Join(s.inst.AppData, "more.nsf"), []byte("made by the upgrade"))
	write(t, s.ini(), []byte("[Notes]\nUpgraded=1\n"))
	if err := os.Remove(filepath.Join(s.inst.AppData, "sub", "b.nsf")); err != nil {
		t.Fatal(err)
	}
	s.upgraded = s.now()
	s.rest()
	return s
}

func (s *states) ini() string { return s.inst.SettingsFiles[0].Path }

func (s *states) places() []string { return []string{s.inst.AppData, s.ini()} }

// now describes what stands at the places.
func (s *states) now() map[string]map[string]string {
	s.t.Helper()
	all := map[string]map[string]string{}
	for _, place := range s.places() {
		all[place] = s.at(place)
	}
	return all
}

// at describes a place; what is not there is empty.
func (s *states) at(place string) map[string]string {
	s.t.Helper()
	if _, err := os.Lstat(place); err != nil {
		return nil
	}
	return snapshot(s.t, place)
}

// rest makes the present state, with all that lies beside it, the one that reset comes back to.
func (s *states) rest() { s.base = copyLinks(s.t, s.inst.Root) }

func (s *states) reset() {
	s.t.Helper()
	if err := os.RemoveAll(s.inst.Root); err != nil {
		s.t.Fatal(err)
	}
	fresh := copyLinks(s.t, s.base)
	if err := os.Rename(fresh, s.inst.Root); err != nil {
		s.t.Fatal(err)
	}
	if err := os.Remove(filepath.Dir(fresh)); err != nil {
		s.t.Fatal(err)
	}
}

func (s *states) restore(p backup.Ports) (backup.Report, error) {
	return backup.Restore(s.t.Context(), op.Silent{}, p, s.dir, backup.RestoreOptions{InPlace: true, Installation: s.inst})
}

// eachWhole proves that every place holds one of its states whole, or nothing, and that neither state of it was lost once both were there: each stands at the
// place or beside it.
func (s *states) eachWhole(hit string) {
	s.t.Helper()
	for _, place := range s.places() {
		got := s.at(place)
		if got != nil && !equal(got, s.former[place]) && !equal(got, s.upgraded[place]) {
			s.t.Errorf("%s: %s is neither the old state nor the new one", hit, place)
		}
		if !s.somewhere(place, s.upgraded[place]) {
			s.t.Errorf("%s: the state that the upgrade made of %s is lost", hit, place)
		}
		if got == nil && !s.somewhere(place, s.former[place]) {
			s.t.Errorf("%s: %s is gone, and its former state does not stand beside it", hit, place)
		}
	}
}

func (s *states) somewhere(place string, want map[string]string) bool {
	all, _ := filepath.Glob(place + "*")
	for _, one := range all {
		if equal(s.at(one), want) {
			return true
		}
	}
	return false
}

// oneWhole proves that all places hold the same of the two states, and gives whether it is the former one, that was backed up.
func (s *states) oneWhole(hit string) (former bool) {
	s.t.Helper()
	s.eachWhole(hit)
	same := func(want map[string]map[string]string) bool { return maps.EqualFunc(s.now(), want, equal) }
	former = same(s.former)
	if !former && !same(s.upgraded) {
		s.t.Errorf("%s: the places do not hold one state", hit)
	}
	return former
}

func (s *states) wantFormer(hit string) { s.t.Helper(); s.want(hit, true) }

func (s *states) wantUpgraded(hit string) { s.t.Helper(); s.want(hit, false) }

// want proves that all stands in one state, and that nothing half done is left beside it.
func (s *states) want(hit string, former bool) {
	s.t.Helper()
	if s.oneWhole(hit) != former {
		s.t.Errorf("%s: it is the other state", hit)
	}
	list, err := os.ReadDir(filepath.Dir(s.ini()))
	if err != nil {
		s.t.Fatal(err)
	}
	for _, e := range list {
		if strings.Contains(e.Name(), ".restoring-") || strings.HasSuffix(e.Name(), ".json") {
			s.t.Errorf("%s: %s is left", hit, e.Name())
		}
	}
}

// systems are a file system that lets two names change places, and one that does not.
func systems() map[string]backup.FS {
	return map[string]backup.FS{"exchange": osfs.FS{}, "no exchange": without{osfs.FS{}}}
}
