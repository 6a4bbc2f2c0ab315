package desk_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/springboard-leap/springboard/app/springboard/desk"
	"github.com/springboard-leap/springboard/app/wire"
	"github.com/springboard-leap/springboard/platform/lab"
	"github.com/springboard-leap/springboard/ui/notesview"
	"github.com/springboard-leap/springboard/ui/offlineview"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/offline"
)

func TestDominoLeapsSettingsAreChangedByHandAndPutBackByHand(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "lab")
	if _, err := lab.Create(t.Context(), lab.Options{Dir: dir, Product: upgrade.DominoLeap, Apps: 2, Seed: 3}); err != nil {
		t.Fatal(err)
	}
	d, err := desk.New(wire.Options{Root: dir})
	if err != nil {
		t.Fatal(err)
	}
	ctx := t.Context()
	files, err := d.SettingsFiles(ctx)
	if err != nil || files[0].Path != offline.VoltConfig {
		t.Fatalf("%+v %v", files, err)
	}
	draft, err := d.PlanSetting(ctx, upgrade.Edit{File: offline.VoltConfig, Op: upgrade.EditSet, Key: "adminInfo1", Value: "me"}, false)
	if err != nil || draft.Notes == nil {
		t.Fatalf("%+v %v", draft, err)
	}
	if err := d.AskNotes(ctx, *draft.Notes); err != nil {
		t.Fatal(err)
	}
	if f, err := d.SettingsOf(ctx, offline.VoltConfig); err != nil || !f.ByHand || len(f.Unset) < 10 || len(f.Notes) != 1 {
		t.Fatalf("%+v %v", f, err)
	}
	if err := d.GoOffline(ctx, offlineview.Wish{Direct: "http://leap01:80"}); err != nil {
		t.Fatal(err)
	}
	was := "http://leap.example.com"
	if err := d.TickNotes(ctx, notesview.Tick{ID: "begin.serverURI", By: "Ann", Was: &was}); err != nil {
		t.Fatal(err)
	}
	items, err := d.Returned(ctx, nil)
	if err != nil {
		t.Fatal(err)
	}
	found := false
	for _, it := range items {
		if strings.HasSuffix(it.Title, ": serverURI") {
			found = true
			if it.Was != was || it.Now != "http://leap01" || it.Will != was || !it.ByHand || it.Same {
				t.Errorf("%+v", it)
			}
		}
	}
	if !found {
		t.Errorf("nothing is put back: %+v", items)
	}
	if _, err := d.ComeBack(ctx, ""); err != nil {
		t.Fatal(err)
	}
	s, err := d.Situation(ctx)
	if err != nil {
		t.Fatal(err)
	}
	last := s.Notes[len(s.Notes)-1]
	if last.ID != "end.serverURI" || last.Value != was || len(last.Steps) < 7 {
		t.Errorf("%+v", last)
	}
}
