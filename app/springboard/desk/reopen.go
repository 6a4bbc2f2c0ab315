package desk

import (
	"context"
	"path/filepath"
	"slices"
	"strings"

	"github.com/springboard-leap/springboard/ui/port"
	"github.com/springboard-leap/springboard/ui/present"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/run"
	"github.com/springboard-leap/springboard/upgrade/settings"
)

// Returned implements reopenview.Engine: how the installation was when the run began, against how it is now, and the changes of this run.
func (d *Desk) Returned(ctx context.Context) ([]port.Returned, error) {
	f, ok, err := d.begun(ctx)
	if err != nil || !ok {
		return nil, err
	}
	now, err := d.now().Again(ctx)
	if err != nil {
		return nil, err
	}
	before, err := asItWas(f, now)
	if err != nil {
		return nil, err
	}
	var items []port.Returned
	if before.Product == upgrade.Leap {
		it := port.Returned{Title: "Extensions directory", Was: worded(before.Extensions.Dirs), Now: worded(now.Extensions.Dirs),
			Evidence: before.Evidence["extensions"]}
		it.Same, it.Will = slices.Equal(before.Extensions.Dirs, now.Extensions.Dirs), it.Was
		if plan, ok, err := d.extensionsPlan(ctx, before, now); err != nil {
			return nil, err
		} else if ok {
			it.Diff = plan.Diff()
		}
		items = append(items, it)
	}
	changes, err := d.now().Settings().Changes(ctx)
	if err != nil {
		return nil, err
	}
	for _, c := range changes {
		for _, one := range c.Changes {
			items = append(items, port.Returned{Title: filepath.Base(c.File) + ": " + one.Key, Was: value(one.Before, one.Key), Now: value(one.After,
				one.Key), Will: value(one.Before, one.Key), Diff: c.Diff,
				Evidence: upgrade.FileEvidence(c.File, one.Line, "")})
		}
	}
	items = append(items, port.Returned{Title: "Address of the server", Was: known(before.BaseURL), Now: known(now.BaseURL),
		Will: known(before.BaseURL), Same: before.BaseURL == now.BaseURL,
		Evidence: now.Evidence["base_url"]})
	return items, nil
}

// asItWas is the installation when the run began; as it is now, when the run does not tell. It is read into a value of its own: what is decoded into a
// copy of another would write into the lists that both share.
func asItWas(f *run.Folder, now upgrade.Installation) (upgrade.Installation, error) {
	var before upgrade.Installation
	ok, err := f.ReadJSON("installation.json", "springboardctl run new", &before)
	if err != nil || !ok {
		return now, err
	}
	return before, nil
}

func known(s string) string {
	if s == "" {
		return "not known"
	}
	return s
}

func value(v *string, key string) string {
	if v == nil {
		return "not set"
	}
	return settings.Masked(key, *v)
}

// extensionsPlan works out the edit of fsp.properties that a new .ear has lost; ok is false when none is needed.
func (d *Desk) extensionsPlan(ctx context.Context, before, now upgrade.Installation) (plan settings.Plan, ok bool, err error) {
	if before.Extensions.Source != upgrade.ExtensionsFSP || slices.Equal(before.Extensions.Dirs, now.Extensions.Dirs) {
		return plan, false, nil
	}
	_, native, found := strings.Cut(before.Evidence["extensions"].Text, "=")
	if native = strings.TrimSpace(native); !found || native == "" {
		return plan, false, nil
	}
	for _, f := range now.SettingsFiles {
		if f.Kind == "fsp" && f.Exists {
			plan, err = d.now().Settings().Plan(ctx, "Put the extensions directory back", upgrade.Edit{File: f.Path, Op: upgrade.EditSet,
				Key: "extensions", Value: native})
			return plan, err == nil && plan.Changed(), err
		}
	}
	return plan, false, nil
}

// PutBack implements reopenview.Engine.
func (d *Desk) PutBack(ctx context.Context) (string, error) {
	var did []string
	undone, err := d.now().Settings().UndoAll(ctx)
	if fault, ok := upgrade.AsFault(err); ok && fault.Code == "SB-6026" {
		err = nil // nothing was changed in this run
	}
	for _, r := range undone {
		did = append(did, filepath.Base(r.File))
	}
	if err != nil {
		return "", err
	}
	f, ok, err := d.begun(ctx)
	if err != nil || !ok {
		return "", err
	}
	now, err := d.now().Again(ctx)
	if err != nil {
		return "", err
	}
	before, err := asItWas(f, now)
	if err != nil {
		return "", err
	}
	plan, ok, err := d.extensionsPlan(ctx, before, now)
	if err != nil {
		return "", err
	}
	if ok {
		if _, err := d.now().Settings().Apply(ctx, plan); err != nil {
			return "", err
		}
		did = append(did, "fsp.properties")
	}
	if len(did) == 0 {
		return "Nothing had to be put back.", nil
	}
	return "Put back: " + present.Join(did) + ".", nil
}
