package backup

import (
	"context"
	"slices"
	"time"

	"github.com/springboard-leap/springboard/upgrade"
)

// RestoreWord is what a person types to let a restore replace what stands there.
const RestoreWord = "restore"

// RestorePlan is what a restore would do. Nothing is written when it is made.
type RestorePlan struct {
	Backup       string    `json:"backup"`
	Created      time.Time `json:"created"`
	Installation Subject   `json:"installation"`
	Parts        []string  `json:"parts"`
	Bytes        int64     `json:"bytes"` // that are written beside the targets
	// Replaces are the files and folders that are put in place, each by one rename.
	Replaces []Replacement `json:"replaces"`
	// WayBack is what must go back together, in order, for a person.
	WayBack  []string  `json:"way_back"`
	Problems []Problem `json:"problems,omitempty"`
}

// Replacement is one file or folder that a restore puts in place.
type Replacement struct {
	Path   string `json:"path"`
	Exists bool   `json:"exists"`         // something stands there now
	Kept   string `json:"kept,omitempty"` // where that goes
}

// PlanRestore tells what Restore would replace with the same options. The error is for what keeps it from telling; what would refuse the restore is
// in Problems.
func PlanRestore(ctx context.Context, p Ports, dir string, o RestoreOptions) (RestorePlan, error) {
	plan := RestorePlan{Replaces: []Replacement{}, WayBack: []string{}}
	dir, err := findBackup(p.FS, dir)
	if err != nil {
		return plan, err
	}
	r := &restorer{p: p, fs: p.FS, o: o, dir: dir, stamp: p.now().UTC().Format("20060102T150405Z")}
	if r.h, err = headerOf(p.FS, dir); err != nil {
		return plan, err
	}
	plan.Backup, plan.Created, plan.Installation = dir, r.h.Created, r.h.Installation
	for _, step := range []func() error{func() error { return r.target(ctx) }, r.chooseMoves, r.refuse} {
		err := step()
		f, ok := upgrade.AsFault(err)
		switch {
		case err == nil:
			continue
		case !ok || f.Kind != upgrade.KindBlocked:
			return plan, err
		}
		plan.Problems = append(plan.Problems, Problem{Code: f.Code, Blocks: true, Args: f.Args, Fault: f})
		if len(r.moves) == 0 && r.chooseMoves() != nil {
			break
		}
	}
	for _, part := range r.h.Parts {
		if r.keeps(part.Name) {
			plan.Parts = append(plan.Parts, part.Name)
		}
	}
	plan.Bytes = r.bytes()
	for _, m := range r.moves {
		one := Replacement{Path: m.Dest}
		if _, err := p.FS.Lstat(m.Dest); err == nil {
			one.Exists, one.Kept = true, m.Kept
		}
		plan.Replaces = append(plan.Replaces, one)
	}
	plan.WayBack = r.wayBack(plan.Parts)
	return plan, nil
}

// wayBackOrder is the order in which the parts of a product go back, with why each must.
var wayBackOrder = map[upgrade.Product][][2]string{
	upgrade.Leap: {
		{PartDatabase, "the database: the former release cannot use one that the new release has opened"},
		{PartEar, "the .ear: it must be of the release that the database belongs to"},
		{PartSettings, "the settings of each node: fsp.properties came anew with the new .ear"},
	},
	upgrade.DominoLeap: {
		{PartVolt, "volt: the former release cannot use databases that the new release has opened"},
		{PartDAOS, "the attachments outside of the NSF files, which the databases of volt refer to"},
		{PartProgram, "the program files (osgi/volt and its link): they must be of the release that volt belongs to"},
		{PartSettings, "notes.ini and the settings of the HTTP task"},
	},
}

func (r *restorer) wayBack(chosen []string) []string {
	steps := []string{"stop the server and keep users out"}
	for _, s := range wayBackOrder[r.h.Installation.Product] {
		has := slices.ContainsFunc(r.h.Parts, func(p manifestPart) bool { return p.Name == s[0] })
		switch {
		case slices.Contains(chosen, s[0]):
			steps = append(steps, "restore "+s[1])
		case has:
			steps = append(steps, "NOT CHOSEN, and in the backup: restore "+s[1])
		case s[0] != PartDAOS:
			steps = append(steps, "NOT IN THIS BACKUP, bring it back by other means: "+s[1])
		}
	}
	return append(steps, "start the server, look at its log, and let an administrator in before the users")
}
