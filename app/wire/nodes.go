package wire

import (
	"context"
	"path/filepath"
	"slices"
	"strings"

	"github.com/springboard-leap/springboard/platform/probe"
	"github.com/springboard-leap/springboard/platform/wsadmin"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/run"
	"github.com/springboard-leap/springboard/upgrade/settings"
)

// NodeOutcome is what became of one node's copy of a settings file.
type NodeOutcome struct {
	File    string `json:"file"`
	Node    string `json:"node"`
	State   string `json:"state"` // changed, same (it had the value already), failed, undone (changed, and put back because another failed)
	Record  string `json:"record,omitempty"`
	Problem string `json:"problem,omitempty"`
}

// The states of an outcome.
const (
	NodeChanged = "changed"
	NodeSame    = "same"
	NodeFailed  = "failed"
	NodeUndone  = "undone"
)

// Copies are the copies of a settings file on all nodes, one a node and server, by a path, the file's name or its kind, and the nodes whose copies are on other machines. Several
// files of one node, such as those of two extensions directories, are different files and never copies of each other: a name that may mean more than one is SB-9009.
func (s *Settings) Copies(ctx context.Context, name string) (files []upgrade.SettingsFile, elsewhere []string, err error) {
	inst, err := s.desk.Installation(ctx)
	if err != nil {
		return nil, nil, err
	}
	groups, err := candidates(inst, name, abs(name), filepath.Join(s.desk.opts.Root, name))
	if err != nil {
		return nil, nil, err
	}
	var several []string
	for _, g := range groups {
		if len(g) > 1 {
			for _, f := range g {
				several = append(several, f.Path)
			}
			continue
		}
		files = append(files, g[0])
	}
	if len(several) > 0 {
		return nil, nil, upgrade.NewFault("SB-9009", upgrade.KindUsage, nil, "name", name, "files", strings.Join(several, ", "))
	}
	for _, n := range inst.Nodes {
		if inst.Runtime == upgrade.WAS && n.Profile == "" {
			elsewhere = append(elsewhere, n.Name)
		}
	}
	return files, elsewhere, nil
}

// candidates are the files that a name may mean, those of one node and server together. A path decides for its own node, and for the others as far as it ends alike.
func candidates(inst upgrade.Installation, name string, paths ...string) ([][]upgrade.SettingsFile, error) {
	own := slices.IndexFunc(inst.SettingsFiles, func(f upgrade.SettingsFile) bool { return f.Exists && slices.Contains(paths, f.Path) })
	var groups [][]upgrade.SettingsFile
	at := map[[2]string]int{}
	for i, f := range inst.SettingsFiles {
		same := strings.EqualFold(filepath.Base(f.Path), filepath.Base(name)) || strings.EqualFold(f.Kind, name)
		if own >= 0 {
			same = i == own || f.Kind == inst.SettingsFiles[own].Kind && filepath.Base(f.Path) == filepath.Base(inst.SettingsFiles[own].Path)
		}
		if !same || !f.Exists {
			continue
		}
		key := [2]string{f.Node, f.Server}
		k, known := at[key]
		if !known {
			at[key], groups = len(groups), append(groups, []upgrade.SettingsFile{f})
			continue
		}
		groups[k] = append(groups[k], f)
	}
	if len(groups) == 0 {
		return nil, upgrade.NewFault("SB-5008", upgrade.KindFailed, nil, "file", name)
	}
	if own >= 0 {
		for i, g := range groups {
			groups[i] = alike(inst.SettingsFiles[own], g)
		}
	}
	return groups, nil
}

// alike keeps those files of a node whose paths end as own's does, as far as any does.
func alike(own upgrade.SettingsFile, of []upgrade.SettingsFile) (best []upgrade.SettingsFile) {
	most := -1
	for _, f := range of {
		n := alikeParts(own.Path, f.Path)
		switch {
		case n > most:
			most, best = n, []upgrade.SettingsFile{f}
		case n == most:
			best = append(best, f)
		}
	}
	return best
}

// alikeParts counts the last parts that two paths have in common; the whole of a path counts most.
func alikeParts(a, b string) int {
	as, bs := strings.Split(filepath.ToSlash(a), "/"), strings.Split(filepath.ToSlash(b), "/")
	n := 0
	for n < len(as) && n < len(bs) && as[len(as)-1-n] == bs[len(bs)-1-n] {
		n++
	}
	return n
}

// ApplyNodes applies a plan node by node. When one fails, the others are put back unless keep says otherwise: half a cluster with another setting is a fault
// that nobody sees. The outcomes tell each node; the error is that of the work around them.
func (s *Settings) ApplyNodes(ctx context.Context, plan settings.Plan, nodes map[string]string, keep bool) (out []NodeOutcome, err error) {
	if err := s.editable(ctx, plan); err != nil {
		return nil, err
	}
	err = s.changing(ctx, "settings", func(f *run.Folder, store *settings.Store) error {
		return f.Act(run.StepFix, plan.Why+" on each node", func() (string, map[string]any, error) {
			done := store.ApplyEach(ctx, plan)
			failed, records := 0, []settings.Record{}
			for _, one := range done {
				o := NodeOutcome{File: one.File, Node: nodes[one.File], State: NodeSame}
				switch {
				case one.Err != nil:
					o.State, o.Problem = NodeFailed, one.Err.Error()
					failed++
				case one.Record != nil:
					o.State, o.Record = NodeChanged, one.Record.ID
				}
				if one.Record != nil {
					records = append(records, *one.Record)
				}
				out = append(out, o)
			}
			data := map[string]any{"records": recordIDs(records), "diff": plan.Diff(), "failed": failed}
			if failed == 0 || keep {
				return describeRecords(records), data, nil
			}
			return describeRecords(records) + "; put back, because a node failed", data, s.putBackNodes(ctx, f, store, records, out)
		})
	})
	return out, err
}

// putBackNodes takes the changes back that were made before a node failed.
func (s *Settings) putBackNodes(ctx context.Context, f *run.Folder, store *settings.Store, records []settings.Record, out []NodeOutcome) error {
	ctx = context.WithoutCancel(ctx)
	for i := len(records) - 1; i >= 0; i-- {
		rec, err := store.UndoRecord(ctx, records[i])
		for k := range out {
			if out[k].File != rec.File {
				continue
			}
			if err != nil {
				out[k].Problem = err.Error()
			} else if out[k].State == NodeChanged {
				out[k].State = NodeUndone
			}
		}
		if err := s.undone(f, rec, err); err != nil {
			return err
		}
	}
	return nil
}

// editable refuses a plan that edits a node's own copy of what a deployment manager owns: SB-5025.
func (s *Settings) editable(ctx context.Context, plan settings.Plan) error {
	for _, f := range plan.Files {
		if f.Changed() && s.Managed(ctx, f.File) {
			return upgrade.NewFault("SB-5025", upgrade.KindBlocked, nil, "file", f.File)
		}
	}
	return nil
}

// Managed tells whether a file is configuration of a cell that a deployment manager owns, so that wsadmin is the way to change it.
func (s *Settings) Managed(ctx context.Context, file string) bool {
	if !settings.Scripted(file) {
		return false
	}
	inst, err := s.desk.Installation(ctx)
	if err != nil {
		return false
	}
	for _, n := range inst.Nodes {
		for _, sv := range n.Servers {
			if sv.Type == "DEPLOYMENT_MANAGER" || sv.Type == "NODE_AGENT" {
				return true
			}
		}
	}
	return false
}

// Scripted is a change as wsadmin commands, and what became of it when it was run.
type Scripted struct {
	settings.Script
	File   string `json:"file,omitempty"` // where the run keeps the script that was run
	Ran    bool   `json:"ran"`
	Output string `json:"output,omitempty"`
}

// RunScript runs a plan as wsadmin commands with the client of the profile, journaled; the script and the one that takes it back are kept in the run.
func (s *Settings) RunScript(ctx context.Context, plan settings.Plan, script settings.Script) (res Scripted, err error) {
	res = Scripted{Script: script}
	inst, err := s.desk.Installation(ctx)
	if err != nil {
		return res, err
	}
	err = s.changing(ctx, "settings wsadmin", func(f *run.Folder, _ *settings.Store) error {
		name := "wsadmin-" + s.desk.now().UTC().Format("20060102T150405.000")
		res.File = f.Path("wsadmin", name+".py")
		files := probe.SettingsFiles{}
		if err := files.WriteAtomic(res.File, []byte(script.Do)); err != nil {
			return err
		}
		if err := files.WriteAtomic(f.Path("wsadmin", name+".undo.py"), []byte(script.Undo)); err != nil {
			return err
		}
		return f.Act(run.StepFix, plan.Why+" through wsadmin", func() (string, map[string]any, error) {
			res.Output, err = wsadmin.Client{Profile: inst.Home}.Run(ctx, res.File, settings.SavedMark)
			res.Ran = err == nil
			return "wsadmin has saved the change", map[string]any{"script": filepath.Base(res.File), "diff": plan.Diff()}, err
		})
	})
	return res, err
}
