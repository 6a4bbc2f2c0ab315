package wire

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/springboard-leap/springboard/assets"
	"github.com/springboard-leap/springboard/platform/probe"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/journal"
	"github.com/springboard-leap/springboard/upgrade/preflight"
	"github.com/springboard-leap/springboard/upgrade/run"
	"github.com/springboard-leap/springboard/upgrade/settings"
)

// Checks runs the catalogue of preflight checks on the desk's installation.
type Checks struct{ desk *Desk }

// Checks gives the service.
func (d *Desk) Checks() *Checks { return &Checks{d} }

// CheckOptions say what is checked.
type CheckOptions struct {
	Phase  preflight.Phase // empty: survey
	Target preflight.Target
	Codes  []string // only these and what they need; empty: all
	Look   bool     // look only: begin no run and keep nothing
	// Observe is called after each check, for progress; may be nil.
	Observe func(f upgrade.Finding, done, total int)
}

const (
	decisionsFile = "decisions.json"
	findingsFile  = "findings.json"
)

// Run runs the checks anew and gives the findings with what persons decided about them. A full run is kept: a run is begun when there is none, and the
// census is taken when that was not done. With codes, or with Look, nothing is written.
func (k *Checks) Run(ctx context.Context, o CheckOptions) ([]upgrade.Finding, error) {
	keep := len(o.Codes) == 0 && !o.Look
	f, _, err := k.desk.Run(ctx, keep)
	if err != nil && keep {
		return nil, err
	}
	if keep {
		k.desk.Apps().censusOnce(ctx, f)
	}
	rep, err := k.look(ctx, o)
	if err != nil {
		return nil, err
	}
	findings, err := k.decided(f, rep.Findings)
	if err != nil || !keep {
		return findings, err
	}
	if err := f.WriteJSON(findingsFile, findings); err != nil {
		return nil, err
	}
	sum := preflight.Summary(findings)
	text := fmt.Sprintf("%d checks: %d blockers, %d unknown, %d warnings; %d keep the upgrade from going on", len(findings), sum[upgrade.Blocker], sum[upgrade.Unknown],
		sum[upgrade.Warning], len(preflight.Stopping(findings)))
	kind := journal.Verified
	if len(preflight.Stopping(findings)) > 0 {
		kind = journal.Failed // the phase is not done while something keeps the upgrade from going on
	}
	return findings, f.SawAs(kind, run.StepCheck, text, map[string]any{"summary": sum, "phase": string(o.Phase)})
}

// decided marks findings with what persons decided in a run, which may be nil, and fills in their texts.
func (k *Checks) decided(f *run.Folder, findings []upgrade.Finding) ([]upgrade.Finding, error) {
	var d preflight.Decisions
	if f != nil {
		if _, err := f.ReadJSON(decisionsFile, "springboardctl check waive", &d); err != nil {
			return nil, err
		}
	}
	texts, err := checkTexts()
	return preflight.DescribeAll(d.Apply(findings), texts), err
}

func (k *Checks) look(ctx context.Context, o CheckOptions) (preflight.Report, error) {
	env, err := k.env(ctx, o)
	if err != nil {
		return preflight.Report{}, err
	}
	return preflight.Runner{Observe: o.Observe}.Run(ctx, env, o.Codes...)
}

// env gives the checks every port there is. The installation is detected anew: a check after a fix must see the change.
func (k *Checks) env(ctx context.Context, o CheckOptions) (preflight.Env, error) {
	inst, err := k.desk.Again(ctx)
	if err != nil {
		return preflight.Env{}, err
	}
	if o.Phase != "" && !slices.Contains(preflight.Phases, o.Phase) {
		return preflight.Env{}, upgrade.NewFault("SB-9001", upgrade.KindUsage, nil, "detail", fmt.Sprintf("--phase %s: the phases are %v", o.Phase, preflight.Phases))
	}
	var before *upgrade.Installation
	if f, _, err := k.desk.Run(ctx, false); err == nil {
		o.Target.RunDir = f.Dir
		var kept upgrade.Installation
		ok, err := f.ReadJSON("installation.json", "springboardctl run new", &kept)
		if err != nil {
			return preflight.Env{}, err
		}
		if ok {
			before = &kept
		}
	}
	return preflight.Env{
		Installation: inst, Before: before, Phase: o.Phase, Target: o.Target, Now: k.desk.now,
		Files: probe.Files{}, Settings: settings.Reader{Files: probe.SettingsFiles{}}, Host: probe.Host{}, Net: probe.NewNet(k.desk.opts.CAFile),
		Database: k.desk.databasePort(inst), REST: restPort{k.desk}, Processes: processPort{k.desk}, Backups: backupPort{k.desk}, Census: censusPort{k.desk}, Runs: runPort{k.desk, inst},
	}, nil
}

// Fix works out what would mend a finding, as a diff. Nothing is written. A check without a fix is SB-9011.
func (k *Checks) Fix(ctx context.Context, o CheckOptions, code string) (settings.Plan, error) {
	o.Codes = []string{code}
	rep, err := k.look(ctx, o)
	if err != nil {
		return settings.Plan{}, err
	}
	for c, edits := range rep.Fixes {
		if strings.EqualFold(c, code) && len(edits) > 0 {
			return k.desk.Settings().Plan(ctx, "Fix "+c, edits...)
		}
	}
	for _, f := range rep.Findings {
		if strings.EqualFold(f.Code, code) && f.Severity == upgrade.OK {
			return settings.Plan{Why: "Nothing to fix for " + f.Code}, nil
		}
	}
	return settings.Plan{}, upgrade.NewFault("SB-9011", upgrade.KindUsage, nil, "code", code)
}

// Waive takes the responsibility for a finding by name and reason. It is kept in the run and journaled.
func (k *Checks) Waive(ctx context.Context, code, by, why string) error {
	return k.decide(ctx, fmt.Sprintf("%s waived %s: %s", by, code, why), func(d *preflight.Decisions) error {
		return d.Waive(preflight.Catalogue(), code, by, why, k.desk.now())
	})
}

// Attest ticks what only a person can know.
func (k *Checks) Attest(ctx context.Context, code, by string) error {
	return k.decide(ctx, fmt.Sprintf("%s ticked %s", by, code), func(d *preflight.Decisions) error {
		return d.Attest(preflight.Catalogue(), code, by, k.desk.now())
	})
}

func (k *Checks) decide(ctx context.Context, text string, change func(*preflight.Decisions) error) error {
	var d preflight.Decisions
	if err := change(&d); err != nil { // refused before a run is begun for it
		return err
	}
	inst, err := k.desk.Installation(ctx)
	if err != nil {
		return err
	}
	f, _, err := k.desk.Run(ctx, true)
	if err != nil {
		return err
	}
	return k.desk.locked(inst, f, "check", func() error {
		if _, err := f.ReadJSON(decisionsFile, "springboardctl check waive", &d); err != nil {
			return err
		}
		if err := change(&d); err != nil {
			return err
		}
		if _, err := f.Journal.Append(journal.Decision, "", text, nil); err != nil {
			return err
		}
		return f.WriteJSON(decisionsFile, d)
	})
}

// Kept gives the findings of the last full run, ok is false when there was none.
func (k *Checks) Kept(f *run.Folder) (findings []upgrade.Finding, ok bool, err error) {
	ok, err = f.ReadJSON(findingsFile, "springboardctl check", &findings)
	if err != nil || !ok {
		return nil, ok, err
	}
	findings, err = k.decided(f, findings)
	return findings, true, err
}

// checkTexts are the texts by code in the domain's own terms.
func checkTexts() (map[string]preflight.Text, error) {
	all, err := assets.Checks()
	if err != nil {
		return nil, err
	}
	texts := make(map[string]preflight.Text, len(all))
	for code, t := range all {
		texts[code] = preflight.Text{Title: t.Title, Area: t.Area, Reason: t.Reason, Source: t.Source, Remedy: t.Remedy, Summaries: t.Summaries}
	}
	return texts, nil
}
