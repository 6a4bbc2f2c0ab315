package backup

import "time"

// State is how far a backup got; each state holds the ones before it.
type State string

// The ladder.
const (
	Copied  State = "copied"  // all files are written
	Flushed State = "flushed" // and on the disk
	Reread  State = "reread"  // and read back and compared
	Sealed  State = "sealed"  // the manifest stands: it is a backup
	Proven  State = "proven"  // and was restored once
)

// States lists the ladder from its foot.
var States = []State{Copied, Flushed, Reread, Sealed, Proven}

// Result is what Create did.
type Result struct {
	Backup         string    `json:"backup"` // the folder
	State          State     `json:"state"`
	Files          int64     `json:"files"`
	Bytes          int64     `json:"bytes"`  // of the source
	Stored         int64     `json:"stored"` // bytes in the backup: less when it is packed
	Reread         ReadBack  `json:"reread"` // where the copies were read back from
	Seconds        float64   `json:"seconds"`
	ManifestSHA256 string    `json:"manifest_sha256"`
	Resumed        int64     `json:"resumed"` // files taken over from an unfinished backup, hashed again
	Warnings       []Problem `json:"warnings,omitempty"`
	Skipped        []Skipped `json:"skipped,omitempty"`
}

// ProblemKind is the class of what Verify found.
type ProblemKind string

// The kinds of problems.
const (
	Missing  ProblemKind = "missing"
	Extra    ProblemKind = "extra"
	Size     ProblemKind = "size"
	Content  ProblemKind = "content"
	Name     ProblemKind = "name"     // the right content under another name
	Manifest ProblemKind = "manifest" // manifest.json or SHA256SUMS is not as it was sealed
)

// Mismatch is one problem of a backup. Path is relative to the backup's folder, with slashes, as SHA256SUMS has it.
type Mismatch struct {
	Path   string      `json:"path"`
	Kind   ProblemKind `json:"kind"`
	Detail string      `json:"detail,omitempty"`
}

// Report is the answer of Verify, Prove and Restore.
type Report struct {
	Backup         string     `json:"backup"`
	OK             bool       `json:"ok"`
	Problems       []Mismatch `json:"problems"` // never null
	State          State      `json:"state,omitempty"`
	Files          int64      `json:"files"`
	Bytes          int64      `json:"bytes"`
	Seconds        float64    `json:"seconds"`
	ManifestSHA256 string     `json:"manifest_sha256,omitempty"`
	// Target is where Restore put the files; Kept are the former states it replaced, under their dated names.
	Target   string   `json:"target,omitempty"`
	Kept     []string `json:"kept,omitempty"`
	Warnings []string `json:"warnings,omitempty"`
	// Pending says what a person must still do before the backup is proven, Commands how; empty when nothing is left to do.
	Pending  string   `json:"pending,omitempty"`
	Commands []string `json:"commands,omitempty"`
	// Database says what was done to the database, empty when nothing was.
	Database string `json:"database,omitempty"`
}

// Proof is the record of one test restore, or of what a person says of one that was made by hand. It stands beside the sealed files and belongs to
// one manifest.
type Proof struct {
	At             time.Time `json:"at"`
	OK             bool      `json:"ok"`
	ManifestSHA256 string    `json:"manifest_sha256"`
	Files          int64     `json:"files"`
	Bytes          int64     `json:"bytes"`
	NSF            int64     `json:"nsf"` // NSF headers read
	Problems       int       `json:"problems"`
	Database       string    `json:"database,omitempty"` // what was proven of the database
	By             string    `json:"by,omitempty"`       // host
	// Pending says why the database was not restored: a person must do it and attest the result.
	Pending string `json:"pending,omitempty"`
	// Person and Why are set when a person attests a test restore of the database that was made by hand; the numbers above are 0 then.
	Person string `json:"person,omitempty"`
	Why    string `json:"why,omitempty"`
}

// Summary is one backup in a list.
type Summary struct {
	Backup         string    `json:"backup"`
	State          State     `json:"state"` // sealed or proven; empty when unfinished or unreadable
	Created        time.Time `json:"created"`
	Installation   Subject   `json:"installation"`
	Parts          []string  `json:"parts"`
	Files          int64     `json:"files"`
	Bytes          int64     `json:"bytes"`                 // of the source
	Stored         int64     `json:"stored"`                // bytes in the backup
	Reread         ReadBack  `json:"reread,omitempty"`      // where the copies were read back from when it was made
	Compression    string    `json:"compression,omitempty"` // zstd, or empty
	ManifestSHA256 string    `json:"manifest_sha256,omitempty"`
	WhileRunning   bool      `json:"while_running,omitempty"`
	Proofs         []Proof   `json:"proofs,omitempty"`   // oldest first, failed ones too; the last ones decide
	Database       string    `json:"database,omitempty"` // the dump that is in it, in words
	Pending        string    `json:"pending,omitempty"`  // what a person must still restore by hand and attest
	Incomplete     bool      `json:"incomplete,omitempty"`
	Problem        string    `json:"problem,omitempty"` // why it is no backup
}
