package desk

import (
	"context"
	"path/filepath"
	"slices"

	"github.com/springboard-leap/springboard/app/wire"
	"github.com/springboard-leap/springboard/ui/port"
	"github.com/springboard-leap/springboard/ui/present"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/offline"
	"github.com/springboard-leap/springboard/upgrade/run"
	"github.com/springboard-leap/springboard/upgrade/settings"
)

// Returned implements reopenview.Engine: how the installation was when the run began, against how it is now; what the new version took from customised
// files, key by key; and the changes of offline begin.
func (d *Desk) Returned(ctx context.Context, take map[string]settings.Side) ([]port.Returned, error) {
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
	items := []port.Returned{}
	if before.Product == upgrade.Leap {
		r, replaced, err := d.reapplication(ctx, take)
		if err != nil {
			return nil, err
		}
		items = append(items, d.merged(ctx, r)...)
		items = append(items, extensions(before, now, r.Extensions, replaced))
	}
	changes, err := d.now().Settings().OfflineChanges(ctx)
	if err != nil {
		return nil, err
	}
	for _, c := range changes {
		for _, one := range c.Changes {
			items = append(items, port.Returned{Title: filepath.Base(c.File) + ": " + one.Key, Was: value(one.Before, one.Key), Now: value(one.After,
				one.Key), Will: value(one.Before, one.Key), Diff: c.Diff, Offline: true,
				Evidence: upgrade.FileEvidence(c.File, one.Line, "")})
		}
	}
	notes, err := d.Notes(ctx)
	if err != nil {
		return nil, err
	}
	items = append(items, byHand(notes)...)
	items = append(items, port.Returned{Title: "Address of the server", Was: known(before.BaseURL), Now: known(now.BaseURL),
		Will: known(before.BaseURL), Same: before.BaseURL == now.BaseURL,
		Evidence: now.Evidence["base_url"]})
	return items, nil
}

// byHand are the settings in VoltConfig.nsf that a person changed for the upgrade and puts back.
func byHand(notes []present.NotesTask) []port.Returned {
	was := func(value string, off bool) string {
		if off || value == "" {
			return "disabled"
		}
		return value
	}
	items := []port.Returned{}
	for _, t := range notes {
		if t.When != offline.NotesBegin || t.Ticked == nil {
			continue
		}
		it := port.Returned{Title: offline.VoltConfig + ": " + t.Setting, Was: was(t.Ticked.Was, t.Ticked.WasOff), Now: was(t.Value, t.Op == offline.NotesOff), Offline: true, ByHand: true,
			Advice: "Bringing the product back asks for it: the steps stand on the Offline screen, where it is ticked."}
		it.Will = it.Was
		for _, end := range notes {
			if end.When == offline.NotesEnd && end.Setting == t.Setting && end.Ticked != nil {
				it.Same, it.Now = end.Ticked.Proven || end.Proof == offline.NotesWord, it.Was
			}
		}
		items = append(items, it)
	}
	return items
}

// reapplication works out what the new version took; replaced is false when none came yet, or nothing was kept.
func (d *Desk) reapplication(ctx context.Context, take map[string]settings.Side) (r wire.Reapplication, replaced bool, err error) {
	r, err = d.now().Settings().Reapply(ctx, wire.ReapplyOptions{Take: take})
	if fault, ok := upgrade.AsFault(err); ok && (fault.Code == "SB-5021" || fault.Code == "SB-5023") {
		return r, false, nil
	}
	return r, err == nil, err
}

func (d *Desk) merged(ctx context.Context, r wire.Reapplication) []port.Returned {
	items := []port.Returned{}
	for _, f := range r.Files {
		it := port.Returned{Title: filepath.Base(f.File), Was: "customised by this site", Now: "as the new version brought it", Will: "merged, key by key",
			Same: f.State == settings.ReapplySame, Diff: f.Diff, Merge: f.Keys, Base: f.Base, Open: f.Open(), Evidence: upgrade.FileEvidence(f.File, 0, "")}
		switch f.State {
		case settings.ReapplySame:
			it.Now, it.Will = "holds this site's changes", "as it is"
		case settings.ReapplyWhole:
			it.Will = "byte for byte as it was"
		case settings.ReapplyByHand:
			it.Will, it.ByHand = "by hand: both changed it", true
			it.Kept = d.now().Settings().KeptPath(ctx, f.Site)
		case settings.ReapplyGone:
			it.Now, it.Will, it.ByHand = "not there", "by hand: the new version has no such file", true
			it.Kept = d.now().Settings().KeptPath(ctx, f.Site)
		}
		items = append(items, it)
	}
	return items
}

// extensions is the line on the extensions directory, which only the log proves.
func extensions(before, now upgrade.Installation, p wire.ExtensionsProof, replaced bool) port.Returned {
	it := port.Returned{Title: "Extensions directory", Was: worded(before.Extensions.Dirs), Now: worded(now.Extensions.Dirs), Will: worded(before.Extensions.Dirs),
		Evidence: before.Evidence["extensions"], Advice: p.Advice}
	it.Same = slices.Equal(before.Extensions.Dirs, now.Extensions.Dirs)
	if !replaced {
		return it
	}
	if p.Evidence != nil {
		it.Evidence = *p.Evidence
	}
	switch p.State {
	case wire.ExtensionsRestart:
		it.Same, it.ByHand, it.Will = false, true, "in force after a restart of Leap"
	case wire.ExtensionsInForce:
		it.Will = "in force: the log names it"
	}
	return it
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

// PutBack implements reopenview.Engine.
func (d *Desk) PutBack(ctx context.Context, take map[string]settings.Side, prefer settings.Prefer) (string, error) {
	var did []string
	r, replaced, err := d.reapplication(ctx, take)
	if err != nil {
		return "", err
	}
	if replaced {
		done, err := d.now().Settings().ApplyReapply(ctx, r)
		if err != nil {
			return "", err
		}
		for _, rec := range done {
			did = append(did, filepath.Base(rec.File))
		}
		if after, _, err := d.reapplication(ctx, take); err == nil {
			if err := d.now().Settings().ProveExtensions(ctx, after.Extensions); err != nil {
				return "", err
			}
		}
	}
	undone, err := d.now().Offline().Preferring(prefer).End(ctx)
	if fault, ok := upgrade.AsFault(err); ok && fault.Code == "SB-9017" {
		err = nil // nothing was taken offline in this run
	}
	for _, rec := range undone {
		did = append(did, filepath.Base(rec.File))
	}
	if err != nil {
		return "", err
	}
	if len(did) == 0 {
		return "Nothing had to be put back.", nil
	}
	return "Put back: " + present.Join(did) + ".", nil
}
