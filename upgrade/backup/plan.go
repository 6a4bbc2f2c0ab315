package backup

import (
	"context"

	"github.com/springboard-leap/springboard/upgrade"
)

// The parts of a backup.
const (
	PartVolt     = "volt"     // Domino Leap: the folder of its NSF files
	PartProgram  = "program"  // Domino Leap: osgi/volt and its link file
	PartSettings = "settings" // settings files and extensions directories
	PartEar      = "ear"      // Leap: the installed application
	PartDatabase = "database" // Leap: a dump by the database's own tool
	PartDAOS     = "daos"     // Domino: attachments that live outside of the NSF files
)

// PartNames lists all parts in the order of a backup.
var PartNames = []string{PartVolt, PartProgram, PartEar, PartSettings, PartDatabase, PartDAOS}

// Options of a backup.
type Options struct {
	To           string   // the folder that holds backups; made when it does not exist
	Include      []string // parts; empty: all that the product has
	WhileRunning bool     // back up although the server runs: a named risk that stands in the manifest
	Workers      int      // files copied at the same time; 0: 4, as most of their time is spent waiting for a disk
	// Compress packs each file with zstd. The manifest and SHA256SUMS then name the packed files, so that sha256sum -c checks them as they stand.
	Compress bool
	// Reread is where copies are read back from; empty means ReadBackDisk.
	Reread ReadBack
	// DAOS is the folder of attachments that Domino keeps outside of the NSF files, or DAOSNone; empty: as notes.ini and the disk say.
	DAOS    string
	BWLimit int64 // bytes a second that are read from the source; 0: no limit
	// Fresh makes a new backup although an unfinished one of the same installation could be continued.
	Fresh bool

	large int64 // from which size on a file is a large one; 0: largeFile
}

func (o Options) largeSize() int64 {
	if o.large > 0 {
		return o.large
	}
	return largeFile
}

// ReadBack is where copies are read back from, to be compared with what was read from the source.
type ReadBack string

// The ways to read back. It stands in the manifest and in every list: a copy that was read back from memory only is not known to be on the disk.
const (
	ReadBackDisk  ReadBack = "disk"  // after the flush, past the page cache where the system allows it
	ReadBackCache ReadBack = "cache" // large files from the page cache as they are written, byte by byte, and then flushed: faster, and proves less
)

// Plan is what a backup would do. Nothing has been written when it is made.
type Plan struct {
	Installation Subject `json:"installation"`
	To           string  `json:"to"`
	Parts        []Part  `json:"parts"`
	Files        int64   `json:"files"` // of the parts that are in
	Bytes        int64   `json:"bytes"`
	// Volumes are those that are read and written, with what is needed and what is free.
	Volumes  []Volume  `json:"volumes"`
	Problems []Problem `json:"problems"`
	// Busy are the processes that were found, Rest tells how far the system could be asked.
	Busy []Process `json:"busy,omitempty"`
	// Sessions are the connections to the database that were found.
	Sessions []Session `json:"sessions,omitempty"`
	Rest     Rest      `json:"quiescence"`
	Compress bool      `json:"compress,omitempty"`
	Reread   ReadBack  `json:"reread"`
	// Resumes is the unfinished backup that Create would continue, empty for none.
	Resumes string `json:"resumes,omitempty"`

	inst upgrade.Installation
}

// Subject is the installation as a manifest names it.
type Subject struct {
	ID      string          `json:"id"`
	Product upgrade.Product `json:"product"`
	Runtime upgrade.Runtime `json:"runtime"`
	Version string          `json:"version"`
	Root    string          `json:"root"`
	Home    string          `json:"home"`
}

// Part is one part of a plan.
type Part struct {
	Name  string   `json:"name"`
	In    bool     `json:"in"`
	Why   string   `json:"why"`   // why it is in or out, for a person
	Paths []string `json:"paths"` // files and folders, openable
	Files int64    `json:"files"`
	Dirs  int64    `json:"dirs"`
	Links int64    `json:"links"`
	Bytes int64    `json:"bytes"` // 0 of a database that is in: its tool does not tell beforehand
	// Skipped are entries that no backup can hold: sockets, pipes, devices.
	Skipped []Skipped `json:"skipped,omitempty"`
	// Commands are those that the vendor's tools are given for a database, Notes what to know before.
	Commands []string `json:"commands,omitempty"`
	Notes    []string `json:"notes,omitempty"`

	items []item
	dump  *DumpPlan // of the database
}

// SizeUnknown tells that the part is a dump whose size shows only when it is made.
func (p Part) SizeUnknown() bool { return p.In && p.Bytes == 0 && p.Name == PartDatabase }

// Skipped is something that is not in a backup although it lies in its scope.
type Skipped struct {
	Path string `json:"path"`
	Why  string `json:"why"`
}

// Volume is a volume with what a plan asks of it.
type Volume struct {
	Space
	Path   string `json:"path"`
	Role   string `json:"role"`   // target or source
	Needed int64  `json:"needed"` // bytes a backup writes here
}

// Problem is a fault that a plan found. One that blocks keeps Create from starting.
type Problem struct {
	Code   string            `json:"code"`
	Blocks bool              `json:"blocks"`
	Args   map[string]string `json:"args,omitempty"`
	Fault  *upgrade.Fault    `json:"-"`
}

// Rest is how far it is proven that the installation rests.
type Rest struct {
	Processes string `json:"processes"`  // none, found, unknown
	OpenFiles string `json:"open_files"` // none, found, unknown
	// Connections to the database: none, found, unknown; empty when no database is part of the backup.
	Connections string `json:"connections,omitempty"`
	// Services that start the server: none, found (at work), unknown; empty where there is no service manager to ask.
	Services     string `json:"services,omitempty"`
	WhileRunning bool   `json:"while_running"`
	// Asked is what was asked of whom, with the answer.
	Asked []Asked `json:"asked,omitempty"`
}

// PlanFor looks at what there is to back up and at the room for it. The error is for what keeps it from looking at all; what would go wrong
// in the backup is in Plan.Problems.
func PlanFor(ctx context.Context, p Ports, inst upgrade.Installation, o Options) (Plan, error) {
	return planFor(ctx, p, inst, o)
}

// Blocker is the first problem that keeps the backup from starting, nil when there is none.
func (p Plan) Blocker() *upgrade.Fault {
	for _, x := range p.Problems {
		if x.Blocks {
			return x.Fault
		}
	}
	return nil
}

// Warnings are the problems that do not block.
func (p Plan) Warnings() []*upgrade.Fault {
	var list []*upgrade.Fault
	for _, x := range p.Problems {
		if !x.Blocks {
			list = append(list, x.Fault)
		}
	}
	return list
}

func (p *Plan) problem(blocks bool, f *upgrade.Fault) {
	p.Problems = append(p.Problems, Problem{Code: f.Code, Blocks: blocks, Args: f.Args, Fault: f})
}
