package run

import (
	"context"
	"errors"

	"github.com/springboard-leap/springboard/upgrade/journal"
	"github.com/springboard-leap/springboard/upgrade/op"
)

// Act does a step with its record: the intent is on disk before act runs, the effect, failure or stop after it. act returns one line for a person
// and the data for the journal; data is recorded on failure too.
func (f *Folder) Act(step, intent string, act func() (text string, data map[string]any, err error)) error {
	if _, err := f.Journal.Append(journal.Intent, step, intent, nil); err != nil {
		return err
	}
	text, data, err := act()
	kind := journal.Effect
	if err != nil {
		kind = journal.Failed
		if errors.Is(err, op.ErrStopped) || errors.Is(err, context.Canceled) {
			kind = journal.Stopped
		}
		if text == "" {
			text = err.Error()
		}
	}
	_, werr := f.Journal.Append(kind, step, text, data)
	return errors.Join(err, werr)
}

// Saw records what was observed of a step that somebody else does, once for each new text.
func (f *Folder) Saw(step, text string, data map[string]any) error {
	return f.SawAs(journal.Verified, step, text, data)
}

// SawAs is Saw with a kind of entry that says how what was observed counts.
func (f *Folder) SawAs(kind journal.Kind, step, text string, data map[string]any) error {
	entries, err := f.Journal.Entries()
	if err != nil {
		return err
	}
	for i := len(entries) - 1; i >= 0; i-- {
		if entries[i].Step == step {
			if entries[i].Text == text && entries[i].Kind == kind {
				return nil
			}
			break
		}
	}
	_, err = f.Journal.Append(kind, step, text, data)
	return err
}
