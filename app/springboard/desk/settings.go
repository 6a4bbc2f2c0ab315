package desk

import (
	"context"
	"os"

	"github.com/springboard-leap/springboard/assets"
	"github.com/springboard-leap/springboard/ui/journalview"
	"github.com/springboard-leap/springboard/ui/settingsview"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/settings"
)

// SettingsFiles implements settingsview.Engine.
func (d *Desk) SettingsFiles(ctx context.Context) ([]upgrade.SettingsFile, error) {
	in, err := d.now().Again(ctx)
	return in.SettingsFiles, err
}

// SettingsOf implements settingsview.Engine.
func (d *Desk) SettingsOf(ctx context.Context, file string) (out settingsview.File, err error) {
	s := d.now().Settings()
	if out.Settings, err = s.All(ctx, file); err != nil {
		return out, err
	}
	if out.Problems, err = s.Problems(ctx, file); err != nil {
		return out, err
	}
	changes, err := s.Changes(ctx)
	for _, c := range changes {
		out.CanUndo = out.CanUndo || c.File == file
	}
	return out, err
}

// PlanSetting implements settingsview.Engine.
func (d *Desk) PlanSetting(ctx context.Context, edit upgrade.Edit) (settings.Plan, error) {
	return d.now().Settings().Plan(ctx, "Set "+edit.Key, edit)
}

// ApplySettings implements settingsview.Engine.
func (d *Desk) ApplySettings(ctx context.Context, plan settings.Plan) error {
	_, err := d.now().Settings().Apply(ctx, plan)
	return err
}

// UndoSettings implements settingsview.Engine, journalview.Engine and offlineview.Engine.
func (d *Desk) UndoSettings(ctx context.Context, file string) error {
	_, err := d.now().Settings().Undo(ctx, file)
	return err
}

// Journal implements journalview.Engine.
func (d *Desk) Journal(ctx context.Context) (journalview.Held, error) {
	f, ok, err := d.begun(ctx)
	if err != nil || !ok {
		return journalview.Held{}, err
	}
	h := journalview.Held{Dir: f.Dir}
	if h.Entries, err = f.Journal.Entries(); err != nil {
		return h, err
	}
	h.Changes, err = d.now().Settings().Changes(ctx)
	return h, err
}

// errorText is what happened, as assets say it.
func errorText(f *upgrade.Fault) (string, bool) {
	t, ok := assets.Error(f.Code, f.Args)
	return t.What, ok
}

// person names who sits at the keyboard, as far as the system tells.
func person() string {
	for _, name := range []string{"USER", "USERNAME", "LOGNAME"} {
		if v := os.Getenv(name); v != "" {
			return v
		}
	}
	return ""
}

// Person is who sits at the keyboard; empty when the system does not tell.
func (d *Desk) Person() string { return person() }
