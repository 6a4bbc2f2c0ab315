package report

import (
	"slices"
	"strings"

	"github.com/springboard-leap/springboard/upgrade/settings"
)

// FileState is how a settings file stands against what it was when the run began.
type FileState string

// The states of a settings file.
const (
	AsBefore  FileState = "as-before"  // byte for byte
	ByRun     FileState = "by-run"     // changed, and a change of this run is in force
	ByOthers  FileState = "by-others"  // changed, and not by this run: the installer, a person
	FileGone  FileState = "gone"       // it is no longer there
	FileFresh FileState = "not-before" // it did not exist before
)

// ChangedFile is a settings file that this run changed, or that is not what it was.
type ChangedFile struct {
	File    string    `json:"file"`
	State   FileState `json:"state"`
	Changes int       `json:"changes"` // of this run, those taken back included
	Why     []string  `json:"why"`
	Before  string    `json:"before_sha256,omitempty"`
	Now     string    `json:"now_sha256,omitempty"`
	Diff    string    `json:"diff,omitempty"` // from before to now, passwords masked
}

// Files accounts for the settings files of a run: every one that it changed, back to before or not, and every one that differs though the run did not change it.
// records are all changes of the run in their order, diffs what differs from the beginning; now gives the hash of a file, empty when it does not exist.
func Files(records []settings.Record, diffs []settings.Difference, now func(file string) (string, error)) ([]ChangedFile, error) {
	byFile, order := map[string]*ChangedFile{}, []string{}
	get := func(file string) *ChangedFile {
		if byFile[file] == nil {
			byFile[file] = &ChangedFile{File: file, Why: []string{}}
			order = append(order, file)
		}
		return byFile[file]
	}
	open := map[string]bool{}
	for _, r := range records {
		c := get(r.File)
		if c.Changes == 0 {
			c.Before = r.BeforeSHA256
		}
		c.Changes++
		if r.Why != "" && !slices.Contains(c.Why, r.Why) {
			c.Why = append(c.Why, r.Why)
		}
		open[r.File] = open[r.File] || r.UndoneAt == nil
	}
	for _, d := range diffs {
		get(d.File).Diff = d.Diff
	}
	out := make([]ChangedFile, 0, len(order))
	for _, file := range order {
		c := byFile[file]
		var err error
		if c.Now, err = now(file); err != nil {
			return nil, err
		}
		different := slices.IndexFunc(diffs, func(d settings.Difference) bool { return d.File == file }) >= 0
		switch {
		case c.Changes > 0 && c.Now == c.Before && !different:
			c.State = AsBefore
		case c.Now == "":
			c.State = FileGone
		case c.Changes > 0 && c.Before == "":
			c.State = FileFresh
		case open[file]:
			c.State = ByRun
		case !different && c.Changes > 0:
			c.State = AsBefore // a later change than the first look was taken back
		default:
			c.State = ByOthers
		}
		out = append(out, *c)
	}
	slices.SortStableFunc(out, func(a, b ChangedFile) int { return strings.Compare(a.File, b.File) })
	return out, nil
}
