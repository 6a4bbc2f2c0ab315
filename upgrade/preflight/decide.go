package preflight

import (
	"strings"
	"time"

	"github.com/springboard-leap/springboard/upgrade"
)

// Decisions are what persons decided about findings, kept in the run as JSON.
type Decisions struct {
	Waivers      map[string]upgrade.Waiver `json:"waivers,omitempty"`      // by code
	Attestations map[string]upgrade.Waiver `json:"attestations,omitempty"` // by code
}

// Waive records that a person takes the responsibility for a finding. A name and a reason are needed.
func (d *Decisions) Waive(catalogue []Check, code, by, why string, at time.Time) error {
	by, why = strings.TrimSpace(by), strings.TrimSpace(why)
	if _, ok := Find(catalogue, code); !ok {
		return upgrade.NewFault("SB-5050", upgrade.KindUsage, nil, "code", code)
	}
	if by == "" || why == "" {
		return upgrade.NewFault("SB-5051", upgrade.KindUsage, nil, "code", code)
	}
	if d.Waivers == nil {
		d.Waivers = map[string]upgrade.Waiver{}
	}
	d.Waivers[code] = upgrade.Waiver{By: by, Why: why, At: at.Format(time.RFC3339)}
	return nil
}

// Attest records that a person has seen to what only a person can know.
func (d *Decisions) Attest(catalogue []Check, code, by string, at time.Time) error {
	check, ok := Find(catalogue, code)
	switch {
	case !ok:
		return upgrade.NewFault("SB-5050", upgrade.KindUsage, nil, "code", code)
	case !check.Person:
		return upgrade.NewFault("SB-5052", upgrade.KindUsage, nil, "code", code)
	case strings.TrimSpace(by) == "":
		return upgrade.NewFault("SB-5053", upgrade.KindUsage, nil, "code", code)
	}
	if d.Attestations == nil {
		d.Attestations = map[string]upgrade.Waiver{}
	}
	d.Attestations[code] = upgrade.Waiver{By: strings.TrimSpace(by), At: at.Format(time.RFC3339)}
	return nil
}

// Apply marks findings with the decisions: an attested one is ok, a waived one keeps its severity and no longer stops. A waiver shows only while
// there is something to waive.
func (d Decisions) Apply(findings []upgrade.Finding) []upgrade.Finding {
	out := make([]upgrade.Finding, len(findings))
	for i, f := range findings {
		if w, ok := d.Attestations[f.Code]; ok && f.NeedsPerson {
			f.Attested, f.Severity, f.Key = &w, upgrade.OK, KeyAttested
			f.Args = merged(f.Args, map[string]string{"by": w.By, "at": w.At})
		}
		if w, ok := d.Waivers[f.Code]; ok && f.Severity != upgrade.OK && f.Severity != upgrade.Info {
			f.Waived, f.Waiver = true, &w
		}
		out[i] = f
	}
	return out
}

func merged(a, b map[string]string) map[string]string {
	out := make(map[string]string, len(a)+len(b))
	for k, v := range a {
		out[k] = v
	}
	for k, v := range b {
		out[k] = v
	}
	return out
}

// Find gives the check with a code.
func Find(catalogue []Check, code string) (Check, bool) {
	for _, c := range catalogue {
		if strings.EqualFold(c.Code, code) {
			return c, true
		}
	}
	return Check{}, false
}

// Summary counts findings by severity; severities without a finding are there with 0.
func Summary(findings []upgrade.Finding) map[upgrade.Severity]int {
	n := map[upgrade.Severity]int{}
	for _, s := range upgrade.Severities {
		n[s] = 0
	}
	for _, f := range findings {
		n[f.Severity]++
	}
	return n
}

// Stopping gives the findings that keep the upgrade from going on.
func Stopping(findings []upgrade.Finding) []upgrade.Finding {
	var out []upgrade.Finding
	for _, f := range findings {
		if f.Stops() {
			out = append(out, f)
		}
	}
	return out
}
