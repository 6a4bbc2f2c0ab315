package desk

import (
	"context"

	"github.com/springboard-leap/springboard/app/wire"
	"github.com/springboard-leap/springboard/ui/notesview"
	"github.com/springboard-leap/springboard/ui/present"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/offline"
)

// voltConfig stands among the settings files of Domino Leap, though nothing but a Notes client opens it.
var voltConfig = upgrade.SettingsFile{Path: offline.VoltConfig, Kind: "volt-config", Server: "volt", Exists: true}

// TickNotes implements offlineview.Engine and settingsview.Engine.
func (d *Desk) TickNotes(ctx context.Context, t notesview.Tick) error {
	_, err := d.now().Settings().TickNotes(ctx, t.ID, wire.NotesTick{By: t.By, Was: t.Was, Undo: t.Undo})
	return err
}

// Notes implements settingsview.Engine.
func (d *Desk) Notes(ctx context.Context) ([]present.NotesTask, error) {
	all, err := d.now().Settings().Notes(ctx)
	return shownNotes(all), err
}

func shownNotes(all []wire.NotesTask) []present.NotesTask {
	var out []present.NotesTask
	for _, t := range all {
		out = append(out, shownTask(t))
	}
	return out
}

func shownTask(t wire.NotesTask) present.NotesTask {
	return present.NotesTask{NotesTask: t.NotesTask, Title: t.Title, Why: t.Why, Steps: t.Steps, Proves: t.Proves, Source: t.Source}
}

// AskNotes implements settingsview.Engine.
func (d *Desk) AskNotes(ctx context.Context, t present.NotesTask) error {
	return d.now().Settings().AskNotes(ctx, wire.NotesTask{NotesTask: t.NotesTask})
}
