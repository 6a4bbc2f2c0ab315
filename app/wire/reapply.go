package wire

import (
	"context"
	"os"
	"slices"
	"strings"

	"github.com/springboard-leap/springboard/assets"
	"github.com/springboard-leap/springboard/platform/install/leap"
	"github.com/springboard-leap/springboard/platform/probe"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/journal"
	"github.com/springboard-leap/springboard/upgrade/run"
	"github.com/springboard-leap/springboard/upgrade/settings"
)

// ReapplyOptions say where the files come from that are not kept in the run, and what a person chose.
type ReapplyOptions struct {
	Shipped string // an old fsp.properties as the vendor delivered it, or the old .ear
	Site    string // the customised fsp.properties, from a backup
	Take    map[string]settings.Side
}

// Reapplication is what was lost by an upgrade and how it is made again.
type Reapplication struct {
	Plan       settings.Plan        `json:"-"`
	Files      []settings.Reapplied `json:"files"`
	Extensions ExtensionsProof      `json:"extensions"`
}

// Open counts what a person has to look at.
func (r Reapplication) Open() int {
	n := 0
	for _, f := range r.Files {
		n += f.Open()
		if f.State == settings.ReapplyByHand || f.State == settings.ReapplyGone {
			n++
		}
	}
	return n
}

// ExtensionsProof tells whether the extensions directory from before the upgrade is in force again.
type ExtensionsProof struct {
	State    string            `json:"state"` // in-force, restart (set, but the log names another yet), lost, not-set (the default was in force before)
	Before   []string          `json:"before"`
	Now      []string          `json:"now"`
	Logged   string            `json:"logged"`
	Evidence *upgrade.Evidence `json:"evidence"` // the "Extensions folder:" line
	Advice   string            `json:"advice,omitempty"`
}

// The states of the proof.
const (
	ExtensionsInForce = "in-force"
	ExtensionsRestart = "restart"
	ExtensionsLost    = "lost"
	ExtensionsNotSet  = "not-set"
)

// Reapply works out how the files that the new version brought fresh get the site's changes again. Nothing is written. Without an upgrade since the run
// began there is nothing to do, and what a person edited since would be taken for a loss: SB-5021.
func (s *Settings) Reapply(ctx context.Context, o ReapplyOptions) (Reapplication, error) {
	inst, f, err := s.upgraded(ctx)
	if err != nil {
		return Reapplication{}, err
	}
	r := settings.Reapply{Keeper: s.desk.keeper(f), Take: o.Take, Sets: func(key string) bool { return key == leap.FSPKey }}
	if err := s.given(inst, o, &r); err != nil {
		return Reapplication{}, err
	}
	var out Reapplication
	if out.Plan, out.Files, err = r.Plan(ctx, "Make the site's changes again in what the new version brought"); err != nil {
		return Reapplication{}, err
	}
	texts, err := assets.MergeReasons()
	if err != nil {
		return Reapplication{}, err
	}
	settings.DescribeMerge(out.Files, texts)
	out.Extensions, err = extensionsProof(f, inst)
	return out, err
}

// upgraded is the installation as it is now and its run, provided that an upgrade came between.
func (s *Settings) upgraded(ctx context.Context) (upgrade.Installation, *run.Folder, error) {
	inst, err := s.desk.Again(ctx)
	if err != nil {
		return inst, nil, err
	}
	f, _, err := s.desk.Run(ctx, false)
	if err != nil {
		return inst, nil, err
	}
	if inst.Version != "" && inst.Version == f.Meta.Version {
		return inst, nil, upgrade.NewFault("SB-5021", upgrade.KindFailed, nil, "version", inst.Version, "run", f.Dir)
	}
	return inst, f, nil
}

// given reads what a person named instead of what was kept.
func (s *Settings) given(inst upgrade.Installation, o ReapplyOptions, r *settings.Reapply) error {
	fsp := []string{}
	for _, f := range inst.SettingsFiles {
		if f.Kind == "fsp" {
			fsp = append(fsp, f.Path)
		}
	}
	all := func(data []byte) map[string][]byte {
		m := map[string][]byte{}
		for _, path := range fsp {
			m[path] = data
		}
		return m
	}
	if o.Site != "" {
		data, err := readGiven(abs(o.Site))
		if err != nil {
			return err
		}
		r.Site = all(data)
	}
	if o.Shipped == "" {
		return nil
	}
	r.BaseFrom = abs(o.Shipped)
	head, err := probe.Files{}.Head(r.BaseFrom, 2)
	if err != nil {
		return upgrade.NewFault("SB-5009", upgrade.KindFailed, err, "file", r.BaseFrom, "detail", err.Error())
	}
	if string(head) == "PK" {
		return s.fromArchive(inst, r)
	}
	data, err := readGiven(r.BaseFrom)
	r.Base = all(data)
	return err
}

func readGiven(path string) ([]byte, error) {
	data, err := probe.SettingsFiles{}.Read(path)
	if err != nil {
		return nil, upgrade.NewFault("SB-5009", upgrade.KindFailed, err, "file", path, "detail", err.Error())
	}
	return data, nil
}

// fromArchive takes what the old version shipped out of its .ear, for every kept file.
func (s *Settings) fromArchive(inst upgrade.Installation, r *settings.Reapply) error {
	kept, err := r.Keeper.All()
	if err != nil {
		return err
	}
	rel, wanted := map[string]string{}, []string{}
	for _, k := range kept {
		if p, below := programRel(inst, k.File); below {
			rel[k.File], wanted = p, append(wanted, p)
		}
	}
	found, err := probe.Shipped(r.BaseFrom, wanted)
	if err != nil {
		return upgrade.NewFault("SB-5009", upgrade.KindFailed, err, "file", r.BaseFrom, "detail", err.Error())
	}
	if len(found) == 0 {
		return upgrade.NewFault("SB-5022", upgrade.KindFailed, nil, "file", r.BaseFrom)
	}
	r.Base = map[string][]byte{}
	for file, p := range rel {
		if data, ok := found[p]; ok {
			r.Base[file] = data
		}
	}
	return nil
}

// ApplyReapply writes a re-application, journaled, each file with its undo record. Where nothing is left to write but an earlier one was killed before it said so, that
// is what is journaled.
func (s *Settings) ApplyReapply(ctx context.Context, r Reapplication) (done []settings.Record, err error) {
	if !r.Plan.Changed() {
		return nil, s.endReapply(ctx)
	}
	err = s.changing(ctx, "settings reapply", func(f *run.Folder, store *settings.Store) error {
		return f.Act(run.StepReopen, r.Plan.Why, func() (string, map[string]any, error) {
			done, err = store.Apply(ctx, r.Plan)
			return describeRecords(done), map[string]any{"records": recordIDs(done), "diff": r.Plan.Diff()}, err
		})
	})
	return done, err
}

// endReapply journals the end of a re-application whose files are all written and whose end is not in the journal.
func (s *Settings) endReapply(ctx context.Context) error {
	_, f, err := s.folder(ctx, false)
	if err != nil {
		return err
	}
	if left, err := unended(s.desk, f, run.StepReopen); err != nil || !left {
		return err
	}
	return s.changing(ctx, "settings reapply", func(f *run.Folder, _ *settings.Store) error {
		if left, err := unended(s.desk, f, run.StepReopen); err != nil || !left {
			return err
		}
		return f.Act(run.StepReopen, "See whether the site's changes stand in what the new version brought", func() (string, map[string]any, error) {
			return "All of the site's changes stand there; the program that made them had ended before it said so", nil, nil
		})
	})
}

// ProveExtensions journals, once, that the log names the extensions directory from before the upgrade.
func (s *Settings) ProveExtensions(ctx context.Context, p ExtensionsProof) error {
	f, _, err := s.desk.Run(ctx, false)
	if err != nil || p.State != ExtensionsInForce || p.Evidence == nil {
		return err
	}
	return f.SawAs(journal.Verified, run.StepReopen, "The log names the extensions directory from before the upgrade: "+strings.Join(p.Before, ", "),
		map[string]any{"file": p.Evidence.File, "line": p.Evidence.Line, "text": p.Evidence.Text})
}

func extensionsProof(f *run.Folder, now upgrade.Installation) (ExtensionsProof, error) {
	var before upgrade.Installation
	if _, err := f.ReadJSON("installation.json", "springboardctl run new", &before); err != nil {
		return ExtensionsProof{}, err
	}
	was, is := before.Extensions, now.Extensions
	p := ExtensionsProof{Before: was.Dirs, Now: is.Dirs, Logged: is.Logged, State: ExtensionsLost}
	if ev, ok := now.Evidence["extensions.confirmed"]; ok {
		p.Evidence = &ev
	}
	switch {
	case before.Product != upgrade.Leap || was.Source == upgrade.ExtensionsDefault:
		p.State = ExtensionsNotSet
	case slices.Equal(was.Dirs, is.Dirs) && is.Confirmed:
		p.State = ExtensionsInForce
	case slices.Equal(was.Dirs, is.Dirs):
		p.State = ExtensionsRestart
	}
	if was.Source == upgrade.ExtensionsFSP && is.Source != upgrade.ExtensionsJVM {
		p.Advice = "The next .ear brings a fresh fsp.properties again. Set the directory with the JVM option -Dfsp.extensions.dirs instead, which an upgrade does not " +
			"touch: springboardctl check fix LEAP-EXT-002 does it on a stand-alone server."
	}
	return p, nil
}

// Differing lists the settings files that are not what they were when the run began; compared is how many were looked at.
func (s *Settings) Differing(ctx context.Context) (diffs []settings.Difference, compared int, err error) {
	_, f, err := s.folder(ctx, false)
	if err != nil {
		return nil, 0, err
	}
	open, err := s.open(s.store(f))
	if err != nil {
		return nil, 0, err
	}
	return s.desk.keeper(f).Differing(open)
}

// KeptPath is where the run keeps a copy of a file from before the upgrade.
func (s *Settings) KeptPath(ctx context.Context, saved string) string {
	f, _, err := s.desk.Run(ctx, false)
	if err != nil || saved == "" {
		return ""
	}
	path := f.Path("kept", saved)
	if _, err := os.Stat(path); err != nil {
		return ""
	}
	return path
}

// OfflineChanges lists the changes of offline begin that are in force.
func (s *Settings) OfflineChanges(ctx context.Context) ([]settings.Record, error) {
	_, open, _, err := s.desk.Offline().inForce(ctx)
	return open, err
}
