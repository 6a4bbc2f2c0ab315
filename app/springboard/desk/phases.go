package desk

import (
	"context"

	"github.com/springboard-leap/springboard/assets"
	"github.com/springboard-leap/springboard/platform/lab"
	"github.com/springboard-leap/springboard/ui/port"
	"github.com/springboard-leap/springboard/ui/present"
	"github.com/springboard-leap/springboard/ui/signoffview"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/op"
	"github.com/springboard-leap/springboard/upgrade/report"
	"github.com/springboard-leap/springboard/upgrade/run"
)

// Checklist implements upgradeview.Engine: the steps of the phase with what was seen of each.
func (d *Desk) Checklist(ctx context.Context) ([]port.Step, error) {
	f, ok, err := d.begun(ctx)
	if err != nil {
		return nil, err
	}
	var steps []run.StepStatus
	if ok {
		st, err := d.now().RunStatus(ctx)
		if err != nil {
			return nil, err
		}
		steps = st.Steps
	} else {
		for _, s := range run.Steps() {
			t := assets.Step(s.ID)
			steps = append(steps, run.StepStatus{ID: s.ID, Phase: s.Phase, State: run.Waiting, Title: t.Title, IfStop: t.IfStop})
		}
	}
	entries := map[string]upgrade.Evidence{}
	if ok {
		entries = evidenceOf(f)
	}
	var out []port.Step
	for _, s := range steps {
		if s.Phase != run.Upgrade {
			continue
		}
		says := s.Text
		if says == "" {
			says = s.IfStop
		}
		out = append(out, port.Step{ID: s.ID, Title: s.Title, State: s.State, Says: says, At: s.At, Evidence: entries[s.ID]})
	}
	return out, nil
}

// evidenceOf gives the place that the last entry of a step names.
func evidenceOf(f *run.Folder) map[string]upgrade.Evidence {
	out := map[string]upgrade.Evidence{}
	entries, err := f.Journal.Entries()
	if err != nil {
		return out
	}
	for _, e := range entries {
		file, _ := e.Data["file"].(string)
		line, _ := e.Data["line"].(float64)
		if file != "" {
			out[e.Step] = upgrade.FileEvidence(file, int(line), "")
		}
	}
	return out
}

// Practice implements upgradeview.Engine. It begins a run when there is none, so that what happens is recorded.
func (d *Desk) Practice(ctx context.Context, rep op.Reporter) error {
	f, _, err := d.now().Run(ctx, true)
	if err != nil {
		return err
	}
	rep.Phase("stopping, replacing and starting the practice server", 0, "")
	if _, err := lab.Upgrade(ctx, d.Root(), func(e lab.Event) { rep.Note(e.Text) }); err != nil {
		return err
	}
	return d.now().Observe(ctx, f)
}

// Draft implements signoffview.Engine. Without a census there is nothing to account for yet, and none is taken for a look.
func (d *Desk) Draft(ctx context.Context) (signoffview.Draft, error) {
	f, ok, err := d.begun(ctx)
	if err != nil || !ok {
		return signoffview.Draft{}, err
	}
	out := signoffview.Draft{Begun: true, Folder: f.Path("report")}
	_, ok, err = store(f).Census()
	if err != nil {
		return out, err
	}
	if !ok {
		in, err := d.now().Installation(ctx)
		if err != nil {
			return out, err
		}
		out.Report = report.Report{Verdict: report.Incomplete, Says: "Nothing can be said yet", Before: in, After: in, JournalOK: true,
			Unknown: []string{"No census of the applications was taken: it is not known which there were."}}
		return out, nil
	}
	out.Report, err = d.now().Reports().Make(ctx)
	return out, err
}

// WriteReport implements signoffview.Engine.
func (d *Desk) WriteReport(ctx context.Context, rep op.Reporter, dir string) (report.Written, error) {
	rep.Phase("reading every source", 0, "")
	return d.now().Reports().Write(ctx, dir)
}

// worded is a list of folders in one line.
func worded(dirs []string) string {
	if len(dirs) == 0 {
		return "not set"
	}
	return present.Join(dirs)
}
