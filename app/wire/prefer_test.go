package wire_test

import (
	"context"
	"os"
	"strings"
	"testing"

	"github.com/springboard-leap/springboard/app/wire"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/settings"
)

func TestOneDeskRefusesAContestedSettingAndTakesItBackWithAnAnswer(t *testing.T) {
	w := fresh(t)
	w.must(t, "edit", edit("a.key", "of this run"))
	d := w.desk(t)
	file, err := d.Settings().File(t.Context(), "leap-config")
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	theirs := strings.Replace(string(data), "of this run", "of somebody else", 1)
	if err := os.WriteFile(file, []byte(theirs), 0o644); err != nil {
		t.Fatal(err)
	}
	undoing := func(p settings.Prefer) error {
		_, err := d.Undo(context.WithoutCancel(t.Context()), wire.UndoOptions{Prefer: p})
		return err
	}
	if f, ok := upgrade.AsFault(undoing("")); !ok || f.Code != "SB-5016" {
		t.Fatalf("not refused: %v", f)
	}
	if err := undoing(settings.Theirs); err != nil {
		t.Fatal(err)
	}
	if now, err := os.ReadFile(file); err != nil || string(now) != theirs {
		t.Errorf("what somebody else wrote did not stay: %v", err)
	}
}
