package wire

import (
	"context"

	"github.com/springboard-leap/springboard/app/version"
	"github.com/springboard-leap/springboard/assets"
	"github.com/springboard-leap/springboard/platform/osfs"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/apps"
	"github.com/springboard-leap/springboard/upgrade/report"
	"github.com/springboard-leap/springboard/upgrade/run"
)

// Reports makes the report of the run.
type Reports struct{ desk *Desk }

// Reports gives the service.
func (d *Desk) Reports() *Reports { return &Reports{d} }

// Make draws up the report from the journal and the results, without writing it.
func (r *Reports) Make(ctx context.Context) (report.Report, error) {
	f, _, err := r.desk.Run(ctx, true)
	if err != nil {
		return report.Report{}, err
	}
	if err := r.desk.Observe(ctx, f); err != nil {
		return report.Report{}, err
	}
	st, err := r.desk.Apps().Status(ctx)
	if err != nil {
		if _, has, cerr := r.desk.Apps().store(f).Census(); has || cerr != nil || ctx.Err() != nil {
			return report.Report{}, err
		}
		// A run that never had a server to ask can be reported too. The report says that there is no census.
		r.desk.log.WithError(err).Info("the report is written without a census")
		return r.make(ctx, f, Status{}, false)
	}
	return r.make(ctx, f, st, true)
}

func (r *Reports) make(ctx context.Context, f *run.Folder, st Status, census bool) (report.Report, error) {
	in := report.Input{Tool: "Springboard " + version.String(), Now: r.desk.now(), Run: f.Meta, Board: st.Board, HasCensus: census, Clusters: apps.Clusters(st.Board), Failures: st.Failures}
	var err error
	if in.After, err = r.desk.Installation(ctx); err != nil {
		return report.Report{}, err
	}
	in.LateCensus = st.Late
	for _, w := range st.Warnings {
		if f, ok := upgrade.AsFault(w); !ok || f.Code != "SB-4803" { // said by LateCensus
			in.Warnings = append(in.Warnings, says(w))
		}
	}
	var before upgrade.Installation // a value of its own: decoding into a copy of After would write through its slices and maps
	kept, err := f.ReadJSON("installation.json", "springboardctl run new", &before)
	if err != nil {
		return report.Report{}, err
	}
	if in.Before = before; !kept {
		in.Before = in.After
	}
	if in.Findings, in.HasFindings, err = r.desk.Checks().Kept(f); err != nil {
		return report.Report{}, err
	}
	if in.Backups, err = r.desk.Backups().List(ctx); err != nil {
		return report.Report{}, err
	}
	if err := r.files(ctx, f, &in); err != nil {
		return report.Report{}, err
	}
	if in.Journal, err = f.Journal.Entries(); err != nil {
		in.JournalFault = err.Error()
	}
	if in.Status, err = f.Status(StepTexts); err != nil {
		return report.Report{}, err
	}
	return report.Make(in), nil
}

// Write writes the report into a folder; empty means the run's own.
func (r *Reports) Write(ctx context.Context, dir string) (res report.Written, err error) {
	f, _, err := r.desk.Run(ctx, true)
	if err != nil {
		return res, err
	}
	if dir == "" {
		dir = f.Path("report")
	}
	err = f.Act(run.StepReport, "Write the report to "+dir, func() (string, map[string]any, error) {
		rep, err := r.Make(ctx)
		if err != nil {
			return "", nil, err
		}
		res, err = rep.Write(dir, osfs.WriteFile)
		return "The report says: " + res.Says, map[string]any{"verdict": string(res.Verdict), "files": res.Files}, err
	})
	return res, err
}

// says is what an error tells a person.
func says(err error) string {
	if f, ok := upgrade.AsFault(err); ok {
		if text, known := assets.Error(f.Code, f.Args); known {
			return text.What
		}
	}
	return err.Error()
}

// files accounts for the settings files.
func (r *Reports) files(ctx context.Context, f *run.Folder, in *report.Input) error {
	diffs, compared, err := r.desk.Settings().Differing(ctx)
	if err != nil {
		return err
	}
	store := r.desk.Settings().store(f)
	records, err := store.Records()
	if err != nil {
		return err
	}
	in.Compared = compared
	if in.Files, err = report.Files(records, diffs, store.Hash); err != nil {
		return err
	}
	s, err := kept(f)
	if s.off() {
		in.OfflineSince = s.Since
	}
	return err
}
