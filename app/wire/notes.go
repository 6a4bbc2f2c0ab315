package wire

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/springboard-leap/springboard/assets"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/journal"
	"github.com/springboard-leap/springboard/upgrade/offline"
	"github.com/springboard-leap/springboard/upgrade/run"
	"github.com/springboard-leap/springboard/upgrade/settings"
)

// NotesTask is a change in VoltConfig.nsf with the words that lead a person through it.
type NotesTask struct {
	offline.NotesTask
	Title  string   `json:"title"`
	Why    string   `json:"why,omitempty"`
	Steps  []string `json:"steps"`
	Proves string   `json:"proves"` // how it is proven
	Source string   `json:"source"` // the vendor's page with these steps
}

// NotesTick is what a person says of a task.
type NotesTick struct {
	By     string
	Was    *string // what Setting Value held before; nil: not told. Empty: the setting was disabled
	Note   string
	Undo   bool // it was not done after all
	Public string
	Direct string
}

const notesFile = "notes.json"

// keptNotes are the tasks of a run, in the order in which they were asked for.
type keptNotes struct {
	Notice string              `json:"notice,omitempty"` // that begin puts on the login page
	Tasks  []offline.NotesTask `json:"tasks"`
}

func notesOf(f *run.Folder) (k keptNotes, err error) {
	_, err = f.ReadJSON(notesFile, "springboardctl settings notes", &k)
	return k, err
}

// put adds a task, or asks anew for one that is there.
func (k *keptNotes) put(t offline.NotesTask) {
	for i := range k.Tasks {
		if k.Tasks[i].ID == t.ID {
			k.Tasks[i] = t
			return
		}
	}
	k.Tasks = append(k.Tasks, t)
}

func (k *keptNotes) drop(when offline.NotesPhase) {
	k.Tasks = slices.DeleteFunc(k.Tasks, func(t offline.NotesTask) bool { return t.When == when })
}

// left counts the tasks of a phase, and those that nobody ticked.
func (k *keptNotes) left(when offline.NotesPhase) (all, open int) {
	for _, t := range k.Tasks {
		if t.When == when {
			all++
			if t.Ticked == nil {
				open++
			}
		}
	}
	return all, open
}

// Notes lists what is due in VoltConfig.nsf, and what was done there. Empty for Leap, and when there is no run.
func (s *Settings) Notes(ctx context.Context) ([]NotesTask, error) {
	inst, err := s.desk.Installation(ctx)
	if err != nil || inst.Product != upgrade.DominoLeap {
		return []NotesTask{}, err
	}
	f, _, err := s.desk.Run(ctx, false)
	if fault, ok := upgrade.AsFault(err); ok && fault.Code == "SB-6023" {
		return []NotesTask{}, nil
	}
	if err != nil {
		return nil, err
	}
	k, err := notesOf(f)
	if err != nil {
		return nil, err
	}
	return worded(inst, k.Tasks)
}

// worded puts the steps beside each task.
func worded(inst upgrade.Installation, tasks []offline.NotesTask) ([]NotesTask, error) {
	t, err := assets.Notes()
	if err != nil {
		return nil, err
	}
	out := make([]NotesTask, 0, len(tasks))
	for _, task := range tasks {
		fill := strings.NewReplacer("{setting}", task.Setting, "{value}", task.Value, "{server}", dominoServer(inst))
		todo := t.Set
		if task.Op == offline.NotesOff {
			todo = t.Off
		}
		w := NotesTask{NotesTask: task, Title: fill.Replace(first(t.Titles[task.ID], t.Titles[string(task.Op)])), Why: t.Whys[task.ID], Proves: t.Proofs[string(task.Proof)], Source: t.Page}
		for _, line := range slices.Concat(t.Open, todo, t.Close) {
			w.Steps = append(w.Steps, fill.Replace(line))
		}
		out = append(out, w)
	}
	return out, nil
}

func dominoServer(inst upgrade.Installation) string {
	if len(inst.Nodes) > 0 && inst.Nodes[0].Name != "" {
		return inst.Nodes[0].Name
	}
	return "the Domino server"
}

// PlanNotes is a change of one setting as steps for a Notes client. The name may be Domino Leap's or Leap's key. A value that the catalogue refuses is told in problems.
func (s *Settings) PlanNotes(ctx context.Context, op offline.NotesOp, name, value string) (task NotesTask, problems []settings.Problem, err error) {
	inst, err := s.desk.Installation(ctx)
	if err != nil {
		return task, nil, err
	}
	if inst.Product != upgrade.DominoLeap {
		return task, nil, upgrade.NewFault("SB-5030", upgrade.KindUsage, nil, "product", inst.Product.Title())
	}
	catalogue, err := knownSettings()
	if err != nil {
		return task, nil, err
	}
	name, problems = catalogue.JudgeDomino(name, value, op == offline.NotesOff)
	texts, err := assets.SettingProblems()
	if err != nil {
		return task, nil, err
	}
	list, err := worded(inst, []offline.NotesTask{offline.NewNotesTask(offline.NotesSet, name, op, value, offline.NotesWord, s.desk.now().UTC().Truncate(time.Second))})
	if err != nil {
		return task, nil, err
	}
	return list[0], settings.DescribeProblems(problems, texts), nil
}

// AskNotes keeps a change in the run, journaled, so that it is ticked when it was made.
func (s *Settings) AskNotes(ctx context.Context, task NotesTask) error {
	return s.changing(ctx, "settings notes", func(f *run.Folder, _ *settings.Store) error {
		k, err := notesOf(f)
		if err != nil {
			return err
		}
		k.put(task.NotesTask)
		return s.keepNotes(f, k, "Asked for in "+offline.VoltConfig+": "+said(task.NotesTask), "")
	})
}

// keepNotes writes the tasks, the journal first.
func (s *Settings) keepNotes(f *run.Folder, k keptNotes, text, step string) error {
	if _, err := f.Journal.Append(journal.Note, step, text, nil); err != nil {
		return err
	}
	return f.WriteJSON(notesFile, k)
}

// said is a task in one line, without what is secret.
func said(t offline.NotesTask) string {
	if t.Op == offline.NotesOff {
		return t.Setting + " disabled"
	}
	return fmt.Sprintf("%s = %q", t.Setting, settings.Masked(t.Setting, t.Value))
}

// TickNotes records by name that a change was made in VoltConfig.nsf, looks from outside whether it shows, and gives the task as it is then. That nothing shows is no
// error. Unknown tasks are SB-5031, a missing name SB-6033, a missing former value SB-5032.
func (s *Settings) TickNotes(ctx context.Context, id string, tick NotesTick) (NotesTask, error) {
	if strings.TrimSpace(tick.By) == "" {
		return NotesTask{}, upgrade.NewFault("SB-6033", upgrade.KindUsage, nil, "step", id)
	}
	inst, err := s.desk.Installation(ctx)
	if err != nil {
		return NotesTask{}, err
	}
	f, _, err := s.desk.Run(ctx, false)
	if err != nil {
		return NotesTask{}, err
	}
	var done offline.NotesTask
	err = s.desk.locked(inst, f, "settings notes tick", func() error {
		k, err := notesOf(f)
		if err != nil {
			return err
		}
		at := slices.IndexFunc(k.Tasks, func(t offline.NotesTask) bool { return t.ID == id })
		if at < 0 {
			return upgrade.NewFault("SB-5031", upgrade.KindUsage, nil, "id", id)
		}
		t := &k.Tasks[at]
		if tick.Undo {
			t.Ticked = nil
			done = *t
			return s.tickedNotes(f, k, done, tick.By+" says that it was not done: "+said(done))
		}
		if t.NeedsFormer() && tick.Was == nil && t.Ticked == nil {
			return upgrade.NewFault("SB-5032", upgrade.KindUsage, nil, "id", id, "setting", t.Setting)
		}
		if t.Ticked, err = s.look(ctx, inst, f, *t, tick, k.Notice); err != nil {
			return err
		}
		done = *t
		return s.tickedNotes(f, k, done, tick.By+" changed "+offline.VoltConfig+": "+said(done)+". "+seen(done.Ticked))
	})
	if err != nil {
		return NotesTask{}, err
	}
	list, err := worded(inst, []offline.NotesTask{done})
	if err != nil {
		return NotesTask{}, err
	}
	return list[0], nil
}

func seen(t *offline.NotesTick) string {
	if t.Proven {
		return "Proven: " + t.Says
	}
	return "Not proven: " + t.Says
}

// look makes the tick of a task with what is seen from outside now.
func (s *Settings) look(ctx context.Context, inst upgrade.Installation, f *run.Folder, t offline.NotesTask, tick NotesTick, notice string) (*offline.NotesTick, error) {
	out := &offline.NotesTick{By: tick.By, Note: oneLine(tick.Note), At: s.desk.now().UTC().Truncate(time.Second)}
	switch {
	case tick.Was != nil:
		out.Was, out.WasOff = *tick.Was, *tick.Was == ""
	case t.Ticked != nil: // ticked again, to be proven
		out.Was, out.WasOff = t.Ticked.Was, t.Ticked.WasOff
	}
	var eyes offline.Look
	if t.Proof != offline.NotesWord {
		var err error
		if eyes, err = s.desk.Offline().eyes(ctx, inst, f, tick.Public, tick.Direct); err != nil {
			return nil, err
		}
	}
	out.Proven, out.Says, out.Next = t.Prove(eyes, notice)
	return out, nil
}

// tickedNotes journals a tick; the step of the run is done when its last task was ticked, and no longer when one was taken back.
func (s *Settings) tickedNotes(f *run.Folder, k keptNotes, t offline.NotesTask, text string) error {
	data := map[string]any{"task": t.ID, "setting": t.Setting}
	if t.Ticked != nil {
		data["by"], data["was"], data["proven"] = t.Ticked.By, settings.Masked(t.Setting, t.Ticked.Was), t.Ticked.Proven
	}
	step := map[offline.NotesPhase]string{offline.NotesBegin: run.StepNotes, offline.NotesEnd: run.StepNotesEnd}[t.When]
	if _, err := f.Journal.Append(journal.Decision, step, text, data); err != nil {
		return err
	}
	if err := f.WriteJSON(notesFile, k); err != nil || step == "" {
		return err
	}
	all, open := k.left(t.When)
	switch {
	case t.Ticked == nil:
		return f.SawAs(journal.Undone, step, fmt.Sprintf("%d of %d settings in %s are changed", all-open, all, offline.VoltConfig), nil)
	case open == 0:
		return f.SawAs(journal.Verified, step, fmt.Sprintf("All %d settings in %s are changed", all, offline.VoltConfig), map[string]any{"by": t.Ticked.By})
	}
	return nil
}

// beginNotes asks for what keeps users out of Domino Leap. What was ticked before stays ticked when it is asked for again as it was.
func (o *Offline) beginNotes(f *run.Folder, s switched, opts OfflineOptions) error {
	k, err := notesOf(f)
	if err != nil {
		return err
	}
	before := slices.Clone(k.Tasks)
	now := o.desk.now().UTC().Truncate(time.Second)
	statistics := false
	for _, t := range offline.Timers(upgrade.DominoLeap, nil, o.desk.now(), s.Until) {
		statistics = statistics || t.Inside && !t.At.IsZero()
	}
	k.drop(offline.NotesBegin)
	k.drop(offline.NotesEnd)
	k.Notice = oneLine(opts.Notice)
	for _, t := range offline.NotesForBegin(opts.Direct, opts.Notice, statistics, now) {
		for _, b := range before {
			if b.ID == t.ID && b.Value == t.Value && b.Op == t.Op && s.Phase == isBeginning {
				t = b
			}
		}
		k.put(t)
	}
	all, _ := k.left(offline.NotesBegin)
	return o.desk.Settings().keepNotes(f, k, fmt.Sprintf("%d settings are to be changed in %s with a Notes client", all, offline.VoltConfig), run.StepNotes)
}

// endNotes asks for what begin changed to be put back.
func (o *Offline) endNotes(f *run.Folder) error {
	k, err := notesOf(f)
	if err != nil || len(k.Tasks) == 0 {
		return err
	}
	if all, _ := k.left(offline.NotesEnd); all > 0 {
		return nil // end was interrupted, or is asked for again
	}
	back := offline.NotesForEnd(k.Tasks, o.desk.now().UTC().Truncate(time.Second))
	if len(back) == 0 {
		return nil
	}
	for _, t := range back {
		k.put(t)
	}
	return o.desk.Settings().keepNotes(f, k, fmt.Sprintf("%d settings are to be put back in %s with a Notes client", len(back), offline.VoltConfig), run.StepNotesEnd)
}
