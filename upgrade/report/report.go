// Package report makes the record of a run that another person can verify: one page of HTML that needs nothing beside it, the same as JSON, the
// applications as CSV, and the sums of all of them. It says what is not known as plainly as what is.
package report

import (
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/apps"
	"github.com/springboard-leap/springboard/upgrade/backup"
	"github.com/springboard-leap/springboard/upgrade/journal"
	"github.com/springboard-leap/springboard/upgrade/run"
)

// Format is the version of report.json.
const Format = 1

// Input is everything a report is made of. Absent parts stand in it as not known.
type Input struct {
	Tool         string
	Now          time.Time
	Run          run.Meta
	Status       run.Status
	Before       upgrade.Installation
	After        upgrade.Installation
	Findings     []upgrade.Finding
	HasFindings  bool
	Backups      []backup.Summary
	Board        apps.Board
	HasCensus    bool
	Clusters     []apps.Cluster
	Failures     []upgrade.Failure // of Setup and the server
	Journal      []journal.Entry
	JournalFault string   // why the journal's chain does not hold, empty when it does
	Warnings     []string // sources of the applications' states that could not be used
	Files        []ChangedFile
	Compared     int       // settings files that were compared with the beginning of the run
	OfflineSince time.Time // zero: the product is not kept offline by this run
	LateCensus   bool      // the census was taken when the upgrade had begun
}

// Verdict is the sum of a report.
type Verdict string

// The verdicts.
const (
	CameThrough Verdict = "came-through" // every application is accounted for and none failed
	WithFailed  Verdict = "with-failed"  // every application is accounted for, some failed
	Incomplete  Verdict = "incomplete"   // something that matters is not known
)

// Report is what report.json holds.
type Report struct {
	Schema      string               `json:"schema"`
	Format      int                  `json:"format"`
	Tool        string               `json:"tool"`
	Generated   time.Time            `json:"generated"`
	Lab         bool                 `json:"lab"`
	Verdict     Verdict              `json:"verdict"`
	Says        string               `json:"says"`    // the verdict in one sentence
	Unknown     []string             `json:"unknown"` // what is not known or not proven, one line each
	Run         run.Meta             `json:"run"`
	Phases      []run.PhaseStatus    `json:"phases"`
	Steps       []run.StepStatus     `json:"steps"`
	Before      upgrade.Installation `json:"installation_before"`
	After       upgrade.Installation `json:"installation_after"`
	Findings    []upgrade.Finding    `json:"findings"`
	Severities  map[string]int       `json:"findings_by_severity"`
	Backups     []backup.Summary     `json:"backups"`
	Census      int                  `json:"census"`
	Closed      bool                 `json:"closed"`
	Totals      map[string]int       `json:"totals"`
	Apps        []upgrade.App        `json:"apps"`
	Extra       []upgrade.App        `json:"extra"`
	Clusters    []apps.Cluster       `json:"clusters"`
	Failures    []upgrade.Failure    `json:"failures"`
	Files       []ChangedFile        `json:"files"`          // settings files that this run changed, or that differ from the beginning
	Compared    int                  `json:"files_compared"` // how many were compared with the beginning
	Journal     []journal.Entry      `json:"journal"`
	JournalOK   bool                 `json:"journal_ok"`
	JournalHash string               `json:"journal_hash"` // of its last entry: it stands for all before it
}

// Make draws the conclusions. It only reads its input.
func Make(in Input) Report {
	r := Report{Schema: "springboard.report/1", Format: Format, Tool: in.Tool, Generated: in.Now.UTC().Truncate(time.Second), Lab: in.Run.Lab, Run: in.Run,
		Phases: in.Status.Phases, Steps: in.Status.Steps, Before: in.Before, After: in.After, Findings: in.Findings, Severities: map[string]int{},
		Backups: in.Backups, Census: in.Board.Census, Closed: in.Board.Closed && in.HasCensus, Totals: map[string]int{}, Apps: in.Board.Apps,
		Extra: in.Board.Extra, Clusters: in.Clusters, Failures: in.Failures, Files: in.Files, Compared: in.Compared, Journal: in.Journal, JournalOK: in.JournalFault == "", Unknown: []string{}}
	for _, f := range in.Findings {
		r.Severities[string(f.Severity)]++
	}
	for _, state := range upgrade.AppStates {
		r.Totals[string(state)] = in.Board.Totals[state]
	}
	if n := len(in.Journal); n > 0 {
		r.JournalHash = in.Journal[n-1].Hash
	}
	r.gaps(in)
	r.conclude(in.LateCensus)
	return r
}

// gaps lists what is not known. What stands here keeps the verdict from being good.
func (r *Report) gaps(in Input) {
	add := func(format string, args ...any) { r.Unknown = append(r.Unknown, fmt.Sprintf(format, args...)) }
	if !in.HasCensus {
		add("No census of the applications was taken: it is not known which there were.")
	}
	if in.LateCensus {
		add("The census was taken when the upgrade had begun: an application that was lost before is not in it.")
	}
	for _, w := range in.Warnings {
		add("A source could not be used: %s", w)
	}
	for _, p := range in.Board.Problems {
		add("Applications: %s.", strings.TrimSuffix(p, "."))
	}
	if !in.HasFindings {
		add("The checks were not run.")
	}
	for _, f := range in.Findings {
		if f.Stops() {
			add("Check %s is open: %s (%s).", f.Code, f.Title, f.Severity)
		}
	}
	switch best(in.Backups) {
	case "":
		add("There is no sealed backup in this run.")
	case backup.Sealed:
		add("%s", unproven(in.Backups))
	}
	if part := lacks(in); part != "" {
		add("No sealed backup of this run holds the %s, without which there is no way back.", part)
	}
	for _, b := range in.Backups {
		if b.WhileRunning {
			add("The backup %s was taken while the server ran.", filepath.Base(b.Backup))
		}
	}
	if !in.OfflineSince.IsZero() {
		add("The product is still offline, since %s.", in.OfflineSince.Format("2006-01-02 15:04 MST"))
	}
	for _, f := range in.Files {
		switch f.State {
		case ByOthers:
			add("The settings file %s is not what it was, and this run did not change it.", f.File)
		case FileGone:
			add("The settings file %s is gone.", f.File)
		case AsBefore, ByRun, FileFresh:
		}
	}
	if in.JournalFault != "" {
		add("The journal's chain does not hold: %s.", in.JournalFault)
	}
	if in.Before.Version == in.After.Version {
		add("The version is still %q: no upgrade has been seen.", in.After.Version)
	}
}

// best is the highest state of any backup, empty when there is none.
func best(all []backup.Summary) backup.State {
	var top backup.State
	for _, b := range all {
		if !b.Incomplete && (b.State == backup.Proven || b.State == backup.Sealed && top == "") {
			top = b.State
		}
	}
	return top
}

// unproven says what no backup has been proven by, when there are sealed ones only.
func unproven(all []backup.Summary) string {
	for _, b := range all {
		if b.Pending != "" {
			return fmt.Sprintf("The files of the backup %s came back in a test, its database did not yet: %s.", filepath.Base(b.Backup), strings.TrimSuffix(b.Pending, "."))
		}
	}
	return "The backup is sealed, and was never restored for a test (backup prove)."
}

// lacks names the part with the applications' data when there are sealed backups and none has it.
func lacks(in Input) string {
	part := backup.PartDatabase
	if in.Before.Product == upgrade.DominoLeap {
		part = backup.PartVolt
	}
	for _, b := range in.Backups {
		if b.State != "" && !b.Incomplete && slices.Contains(b.Parts, part) {
			return ""
		}
	}
	if best(in.Backups) == "" {
		return "" // said already
	}
	return part
}

// conclude finds the verdict. Doubt never counts as success.
func (r *Report) conclude(late bool) {
	bad := r.Totals[string(upgrade.Failed)] + r.Totals[string(upgrade.Missing)]
	good := r.Totals[string(upgrade.Upgraded)] + r.Totals[string(upgrade.Recovered)]
	switch {
	case !r.Closed:
		r.Verdict = Incomplete
		r.Says = fmt.Sprintf("Not every application is accounted for: %d of %d came through, %d failed or are missing.", good, r.Census, bad)
	case bad > 0:
		r.Verdict = WithFailed
		r.Says = fmt.Sprintf("All %d applications are accounted for: %d came through, %d failed or are missing.", r.Census, good, bad)
	case r.Before.Version == r.After.Version || !r.JournalOK:
		r.Verdict = Incomplete
		r.Says = fmt.Sprintf("All %d applications answer, and it is not proven that an upgrade took place.", r.Census)
	case late:
		r.Verdict = Incomplete
		r.Says = fmt.Sprintf("All %d applications that were there after the upgrade had begun came through; whether others were lost is not known.", r.Census)
	default:
		r.Verdict = CameThrough
		r.Says = fmt.Sprintf("All %d applications came through.", r.Census)
	}
}

// The files of a report.
const (
	HTMLFile = "report.html"
	JSONFile = "report.json"
	CSVFile  = "applications.csv"
	SumsFile = "SHA256SUMS"
)

// WriteFile replaces a file in one step.
type WriteFile func(path string, data []byte, perm fs.FileMode) error

// Written is what Write did.
type Written struct {
	Dir     string   `json:"dir"`
	Files   []string `json:"files"`
	Verdict Verdict  `json:"verdict"`
	Says    string   `json:"says"`
	Unknown []string `json:"unknown"`
}

// Write writes the report into a folder, made when it does not exist. The sums come last, so that a report without them is no report.
func (r Report) Write(dir string, write WriteFile) (Written, error) {
	out := Written{Dir: dir, Verdict: r.Verdict, Says: r.Says, Unknown: r.Unknown, Files: []string{}}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return out, upgrade.NewFault("SB-8001", upgrade.KindFailed, err, "dir", dir)
	}
	page, err := r.HTML()
	if err != nil {
		return out, err
	}
	data, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return out, err
	}
	table, err := r.CSV()
	if err != nil {
		return out, err
	}
	parts := map[string][]byte{HTMLFile: page, JSONFile: append(data, '\n'), CSVFile: table}
	parts[SumsFile] = sums(parts)
	for _, name := range []string{JSONFile, CSVFile, HTMLFile, SumsFile} {
		path := filepath.Join(dir, name)
		if err := write(path, parts[name], 0o600); err != nil {
			return out, upgrade.NewFault("SB-8001", upgrade.KindFailed, err, "dir", path)
		}
		out.Files = append(out.Files, path)
	}
	return out, nil
}

// sums is what sha256sum -c accepts.
func sums(parts map[string][]byte) []byte {
	var names []string
	for name := range parts {
		names = append(names, name)
	}
	sort.Strings(names)
	var b bytes.Buffer
	for _, name := range names {
		sum := sha256.Sum256(parts[name])
		fmt.Fprintf(&b, "%s  %s\n", hex.EncodeToString(sum[:]), name)
	}
	return b.Bytes()
}

// CSV lists the applications, one a line, for a spreadsheet. Cells that a spreadsheet would run as a formula are made plain text.
func (r Report) CSV() ([]byte, error) {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	rows := [][]string{{"uid", "name", "state", "records", "seconds", "error", "conflict", "evidence"}}
	for _, a := range r.Apps {
		records := ""
		if a.Records != nil {
			records = fmt.Sprint(*a.Records)
		}
		var evidence []string
		for _, e := range a.Evidence {
			evidence = append(evidence, string(e.Source)+": "+e.String())
		}
		rows = append(rows, []string{a.UID, plain(a.Name), string(a.State), records, fmt.Sprintf("%.3f", a.Seconds), plain(a.Error), plain(a.Conflict),
			plain(strings.Join(evidence, " | "))})
	}
	if err := w.WriteAll(rows); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

func plain(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
		return "'" + cell
	}
	return cell
}
