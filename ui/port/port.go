// Package port holds the small values that screens and the engine exchange where the engine's own vocabulary has none. What a screen needs is
// declared by the screen itself, as an interface; app/wire and app/springboard implement them.
package port

import (
	"time"

	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/apps"
	"github.com/springboard-leap/springboard/upgrade/run"
	"github.com/springboard-leap/springboard/upgrade/settings"
)

// Place is where the window works: for the top line and the roadmap.
type Place struct {
	Installation upgrade.Installation
	Found        bool
	Several      []upgrade.Installation // all, when there is more than one and none was chosen
	Root         string
	Lab          bool
	Served       bool // a lab whose server runs
	Run          run.Status
	HasRun       bool
	OfflineSince time.Time // zero: the product is not kept offline by the run
}

// Checks are the findings with when they were made.
type Checks struct {
	Findings []upgrade.Finding
	At       time.Time // zero: the checks were not run
}

// LogState is how current the followed log is.
type LogState struct {
	State  string // live, delayed, silent, lost; empty: nothing is followed
	Reason string
	Files  []string // the files that are one stream
	Last   time.Time
	Bytes  int64 // recorded into the run

	Format, Encoding string // of the first file

	Rules error // the file of failure rules was edited and is broken; those before are in force
}

// LogPlace is where in the log a person wants to be: at the records of an application, at a record, at a time.
type LogPlace struct {
	App      string // UID
	Name     string // of the application, as a title
	Evidence upgrade.Evidence
	Key      string // of the record, where it is known (logbook.Key); tells it from others that say the same
}

// LogRequest says which log is to be opened beside the followed one.
type LogRequest struct {
	Path      string
	Siblings  bool   // with its rotated files as one log
	Recording bool   // the run's recording instead of Path
	Encoding  string // overrides what is detected; empty: detect
}

// LogInfo describes a log that is shown.
type LogInfo struct {
	Title    string
	Files    []string // which are one stream, oldest first
	Format   string
	Encoding string
}

// Change is something that was changed and can be taken back.
type Change struct {
	What    string
	File    string
	Line    int
	Before  string
	Now     string
	At      time.Time
	CanUndo bool
}

// Step is a line of a checklist that turns by evidence.
type Step struct {
	ID       string
	Title    string
	State    run.State
	Says     string
	At       time.Time
	Evidence upgrade.Evidence
}

// Returned is one thing that is put back when users come in again.
type Returned struct {
	Title    string
	Was      string
	Now      string
	Will     string
	Same     bool // nothing is left to do
	Evidence upgrade.Evidence
	Diff     string

	Offline bool   // a change of offline begin
	ByHand  bool   // a person has to do it: it is not put back by a press
	Advice  string // what keeps it from being lost the next time

	// Of a file that the new version brought fresh: each key with the value of either side, where the shipped file is known from (empty: it is not), how many
	// keys a person has to look at, and where the site's file is kept.
	Merge []settings.MergedKey
	Base  string
	Open  int
	Kept  string
}

// Written is a file that a report consists of.
type Written struct {
	Path   string
	Bytes  int64
	SHA256 string
	At     time.Time
}

// Need is something that waits for a person.
type Need struct {
	Text   string
	Screen string
}

// Excerpt is a part of a file, for evidence that is opened.
type Excerpt struct {
	Path  string
	First int // number of the first line
	Lines []string
	Whole bool
	Bytes int64
}

// Ledger is the account of all applications with where it is from.
type Ledger struct {
	Taken    bool // a census was taken; without it the rest is empty
	Board    apps.Board
	Clusters []apps.Cluster
	Source   string    // of the census
	At       time.Time // of the census
	Since    time.Time // when the upgrade began, as far as it was seen; zero when none was
	Read     time.Time // when the sources were read
	Warnings []error   // sources that could not be used
}
