package run

import (
	"context"
	"errors"
	"os"

	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/journal"
	"github.com/springboard-leap/springboard/upgrade/op"
)

// Act does a step with its record: the intent is on disk before act runs, the effect, failure or stop after it. act returns one line for a person
// and the data for the journal; data is recorded on failure too. While it works the step is locked: a second one is told who does it (SB-6027), and a status
// tells a step at work from one that a kill interrupted.
func (f *Folder) Act(step, intent string, act func() (text string, data map[string]any, err error)) error {
	return f.ActAs(journal.Effect, step, intent, act)
}

// ActAs is Act with the kind of entry that success is recorded as.
func (f *Folder) ActAs(success journal.Kind, step, intent string, act func() (text string, data map[string]any, err error)) (err error) {
	lock, err := op.Acquire(f.stepLock(step), op.Owner{By: journal.Who(), PID: os.Getpid(), What: intent, Since: f.now().UTC()}, f.disk.WriteFile)
	if fault, ok := upgrade.AsFault(err); ok && fault.Code == "SB-6010" {
		return upgrade.NewFault("SB-6027", upgrade.KindLocked, err, "step", step, "holder", fault.Args["holder"])
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, lock.Release()) }()
	if _, err := f.Journal.Append(journal.Intent, step, intent, nil); err != nil {
		return err
	}
	text, data, err := act()
	kind := success
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

func (f *Folder) stepLock(step string) string { return f.Path("locks", step+".lock") }

// atWork tells who does a step right now. The operating system tells it, not a file: a lock never outlives its holder.
func (f *Folder) atWork(step string) (op.Owner, bool) { return op.Holder(f.stepLock(step)) }

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
