package run

import (
	"context"
	"slices"
	"sort"
	"time"

	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/journal"
)

// Doing is one thing that the run did, and how it is taken back. Exactly one of Do, Keep and Stop is set.
type Doing struct {
	Step string
	What string
	At   time.Time // when it was done; the newest is taken back first
	// Do takes it back and proves it: it returns what was looked at and found as before. Taking back what is back already is no error.
	Do func(ctx context.Context) (proof string, err error)
	// Keep is why it stays without standing in the way.
	Keep string
	// Stop is why it cannot be taken back, and what the way back is instead. Nothing older is taken back unless the caller goes through.
	Stop string
}

// TakeBack begins the intent of taking something back.
const TakeBack = "Take back: "

// Outcome of going back over one thing.
type Outcome string

// The outcomes.
const (
	TakenBack Outcome = "undone"
	Kept      Outcome = "kept"
	StoppedAt Outcome = "stopped"
	WouldUndo Outcome = "would-undo"
)

// WentBack tells what became of one thing.
type WentBack struct {
	Step    string    `json:"step"`
	What    string    `json:"what"`
	Done    time.Time `json:"done"`
	Outcome Outcome   `json:"outcome"`
	Says    string    `json:"says"` // the proof, or the reason
}

// GoBack takes things back, the newest first, each journaled and proven before the next. It ends at the first that cannot be taken back unless through is set, and
// at the first that fails; a second call goes on there. With dry nothing is done.
func (f *Folder) GoBack(ctx context.Context, all []Doing, through, dry bool) (went []WentBack, err error) {
	all = slices.Clone(all)
	sort.SliceStable(all, func(i, k int) bool { return all[i].At.After(all[k].At) })
	went = []WentBack{}
	for _, d := range all {
		if ctx.Err() != nil {
			return went, context.Cause(ctx)
		}
		w := WentBack{Step: d.Step, What: d.What, Done: d.At}
		switch {
		case d.Stop != "":
			w.Outcome, w.Says = StoppedAt, d.Stop
			went = append(went, w)
			if !through {
				return went, upgrade.NewFault("SB-6028", upgrade.KindPartial, nil, "step", d.Step, "why", d.Stop)
			}
			continue
		case d.Do == nil:
			w.Outcome, w.Says = Kept, d.Keep
		case dry:
			w.Outcome, w.Says = WouldUndo, d.What
		default:
			err := f.ActAs(journal.Undone, d.Step, TakeBack+d.What, func() (string, map[string]any, error) {
				proof, err := d.Do(ctx)
				w.Outcome, w.Says = TakenBack, proof
				return proof, map[string]any{"took_back": d.What, "done": d.At.UTC().Format(time.RFC3339)}, err
			})
			if err != nil {
				return went, err
			}
		}
		went = append(went, w)
	}
	return went, nil
}
