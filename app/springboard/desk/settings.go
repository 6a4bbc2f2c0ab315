package desk

import (
	"context"
	"os"
	"path/filepath"
	"strings"

	"github.com/springboard-leap/springboard/app/wire"
	"github.com/springboard-leap/springboard/assets"
	"github.com/springboard-leap/springboard/ui/journalview"
	"github.com/springboard-leap/springboard/ui/settingsview"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/offline"
	"github.com/springboard-leap/springboard/upgrade/run"
	"github.com/springboard-leap/springboard/upgrade/settings"
)

// SettingsFiles implements settingsview.Engine.
func (d *Desk) SettingsFiles(ctx context.Context) ([]upgrade.SettingsFile, error) {
	in, err := d.now().Again(ctx)
	if in.Product == upgrade.DominoLeap {
		return append([]upgrade.SettingsFile{voltConfig}, in.SettingsFiles...), err
	}
	return in.SettingsFiles, err
}

// SettingsOf implements settingsview.Engine.
func (d *Desk) SettingsOf(ctx context.Context, file string) (out settingsview.File, err error) {
	s := d.now().Settings()
	if file == offline.VoltConfig {
		out.ByHand = true
		for _, k := range catalogue().Domino() {
			out.Unset = append(out.Unset, k.Key)
		}
		out.Notes, err = d.Notes(ctx)
		return out, err
	}
	if out.Settings, err = s.All(ctx, file); err != nil {
		return out, err
	}
	if out.Problems, err = s.Problems(ctx, file); err != nil {
		return out, err
	}
	out.Unset = unset(file, out.Settings)
	if out.Copies, err = d.copies(ctx, file); err != nil {
		return out, err
	}
	changes, err := s.Changes(ctx)
	for _, c := range changes {
		out.CanUndo = out.CanUndo || c.File == file
	}
	return out, err
}

// unset are the keys of the catalogue that Leap_config.properties could set and does not.
func unset(file string, have []upgrade.Setting) []string {
	if !strings.EqualFold(filepath.Base(file), "Leap_config.properties") {
		return nil
	}
	set := map[string]bool{}
	for _, s := range have {
		set[s.Key] = true
	}
	var out []string
	for _, k := range catalogue().All() {
		if !set[k.Key] && !strings.Contains(k.Key, "*") && !k.Deprecated {
			out = append(out, k.Key)
		}
	}
	return out
}

// copies reads the same file on other nodes: of the same kind and name. Files that are different by their nature (one server.xml a server, one set of
// resources a scope, a second extensions directory of the same node) are no copies.
func (d *Desk) copies(ctx context.Context, file string) ([]settingsview.Copy, error) {
	in, err := d.now().Installation(ctx)
	if err != nil {
		return nil, err
	}
	var own upgrade.SettingsFile
	for _, f := range in.SettingsFiles {
		if f.Path == file && (f.Kind == "leap-config" || f.Kind == "fsp") {
			own = f
		}
	}
	var out []settingsview.Copy
	for _, f := range in.SettingsFiles {
		if own.Kind == "" || f.Kind != own.Kind || f.Node == own.Node || !f.Exists {
			continue
		}
		all, err := d.now().Settings().All(ctx, f.Path)
		if err != nil {
			return nil, err
		}
		out = append(out, settingsview.Copy{Where: f.Node, Settings: all})
	}
	return out, nil
}

// PlanSetting implements settingsview.Engine.
func (d *Desk) PlanSetting(ctx context.Context, edit upgrade.Edit, allNodes bool) (settingsview.Draft, error) {
	s := d.now().Settings()
	if edit.File == offline.VoltConfig {
		return d.planNotes(ctx, edit)
	}
	draft, edits := settingsview.Draft{}, []upgrade.Edit{edit}
	if allNodes {
		files, _, err := s.Copies(ctx, edit.File)
		if err != nil {
			return draft, err
		}
		draft.Nodes, edits = map[string]string{}, nil
		for _, f := range files {
			one := edit
			one.File, draft.Nodes[f.Path] = f.Path, f.Node
			edits = append(edits, one)
		}
	}
	var err error
	draft.Plan, err = s.Plan(ctx, string(edit.Op)+" "+edit.Key, edits...)
	if err != nil || !draft.Plan.Changed() || !s.Managed(ctx, edit.File) {
		return draft, err
	}
	script, err := settings.WSAdmin(draft.Plan)
	draft.Script, draft.Undo = script.Do, script.Undo
	return draft, err
}

func (d *Desk) planNotes(ctx context.Context, edit upgrade.Edit) (settingsview.Draft, error) {
	what := offline.NotesOff
	if edit.Op == upgrade.EditSet {
		what = offline.NotesValue
	}
	task, problems, err := d.now().Settings().PlanNotes(ctx, what, edit.Key, edit.Value)
	if err != nil {
		return settingsview.Draft{}, err
	}
	shown := shownTask(task)
	return settingsview.Draft{Notes: &shown, Problems: problems}, nil
}

// ApplyNodes implements settingsview.Engine.
func (d *Desk) ApplyNodes(ctx context.Context, draft settingsview.Draft) ([]settingsview.NodeResult, error) {
	done, err := d.now().Settings().ApplyNodes(ctx, draft.Plan, draft.Nodes, false)
	var out []settingsview.NodeResult
	for _, o := range done {
		out = append(out, settingsview.NodeResult{Node: o.Node, File: o.File, State: o.State, Problem: o.Problem})
	}
	return out, err
}

// Reach implements settingsview.Engine.
func (d *Desk) Reach(ctx context.Context, file string) ([]settings.Reached, []settings.Problem, error) {
	return d.now().Settings().Reach(ctx, file)
}

// RunScript implements settingsview.Engine.
func (d *Desk) RunScript(ctx context.Context, draft settingsview.Draft) error {
	_, err := d.now().Settings().RunScript(ctx, draft.Plan, settings.Script{Do: draft.Script, Undo: draft.Undo})
	return err
}

// ApplySettings implements settingsview.Engine.
func (d *Desk) ApplySettings(ctx context.Context, plan settings.Plan) error {
	_, err := d.now().Settings().Apply(ctx, plan)
	return err
}

// UndoSettings implements settingsview.Engine, journalview.Engine and offlineview.Engine.
func (d *Desk) UndoSettings(ctx context.Context, file string, prefer settings.Prefer) error {
	_, err := d.now().Settings().Preferring(prefer).Undo(ctx, file)
	return err
}

// Journal implements journalview.Engine.
func (d *Desk) Journal(ctx context.Context) (journalview.Held, error) {
	f, ok, err := d.begun(ctx)
	if err != nil || !ok {
		return journalview.Held{}, err
	}
	h := journalview.Held{Dir: f.Dir}
	if h.Status, err = d.now().RunStatus(ctx); err != nil {
		return h, err
	}
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

// WouldGoBack implements journalview.Engine.
func (d *Desk) WouldGoBack(ctx context.Context) ([]run.WentBack, error) {
	return d.undo(ctx, wire.UndoOptions{Dry: true})
}

// GoBack implements journalview.Engine.
func (d *Desk) GoBack(ctx context.Context, prefer settings.Prefer) ([]run.WentBack, error) {
	return d.undo(ctx, wire.UndoOptions{Prefer: prefer})
}

// undo gives what was gone back over; that it stopped at what only a restore takes back is told in the last of them and no error.
func (d *Desk) undo(ctx context.Context, o wire.UndoOptions) ([]run.WentBack, error) {
	done, err := d.now().Undo(ctx, o)
	if upgrade.KindOf(err) == upgrade.KindPartial && err != nil {
		err = nil
	}
	return done.Went, err
}

// Tick implements journalview.Engine.
func (d *Desk) Tick(ctx context.Context, step, by, note string) error {
	_, err := d.now().Tick(ctx, step, by, note)
	return err
}

// Confirm implements journalview.Engine.
func (d *Desk) Confirm(ctx context.Context, word, by string) error {
	_, err := d.now().Confirm(ctx, word, by)
	return err
}
