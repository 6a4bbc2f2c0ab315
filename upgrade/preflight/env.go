package preflight

import (
	"context"
	"io/fs"
	"time"

	"github.com/springboard-leap/springboard/upgrade"
)

// Env is what checks may look at. Every port may be nil: checks that need it are unknown then, and say so. Ports are called from several goroutines.
type Env struct {
	Installation upgrade.Installation
	// Before is the installation as it was surveyed before the upgrade, kept in the run; nil when there is none. Reopen compares with it.
	Before *upgrade.Installation
	Phase  Phase
	Target Target

	Files     Files
	Settings  Settings
	Host      Host
	Net       Net
	Database  Database
	REST      REST
	Processes Processes
	Backups   Backups
	Census    Census
	Runs      Runs

	// Now gives the time; nil means time.Now.
	Now func() time.Time
}

// Target is what the operator intends. All fields are optional.
type Target struct {
	Version   string    // to which the product is upgraded, e.g. "9.3.12"
	BackupDir string    // where the backup is to go
	Begin     time.Time // of the maintenance window
	End       time.Time
	RunDir    string // of the open run; settings and records go there
}

// Files looks at files and folders of the installation. Paths are openable ones, as in upgrade.Installation.
type Files interface {
	Read(path string) ([]byte, error)
	Stat(path string) (fs.FileInfo, error)
	// ReadDir gives a folder's entries sorted by name.
	ReadDir(path string) ([]fs.DirEntry, error)
	// Usage adds up all regular files at and below path.
	Usage(ctx context.Context, path string) (Usage, error)
	// Head gives the first n bytes at most.
	Head(path string, n int) ([]byte, error)
	// Tail gives the last n bytes at most.
	Tail(path string, n int) ([]byte, error)
}

// Usage is the size of a tree.
type Usage struct {
	Bytes int64
	Files int64
}

// Settings reads keys of settings files; in XML a key is a path to an attribute. settings.Reader is one.
type Settings interface {
	Find(ctx context.Context, file, key string) ([]upgrade.Setting, error)
	All(ctx context.Context, file string) ([]upgrade.Setting, error)
}

// Host tells about the machine that Springboard runs on.
type Host interface {
	// Disk tells about the file system that holds path, or would hold it: the nearest folder that exists counts.
	Disk(ctx context.Context, path string) (Disk, error)
	// Facts gives what is cheap to know; a fact that cannot be had is left at its zero value and named in Missing.
	Facts(ctx context.Context) (HostFacts, error)
}

// Disk is a file system.
type Disk struct {
	Path      string // the folder that was looked at
	Free      int64  // bytes an unprivileged user may still write
	Total     int64
	Type      string // ext4, xfs, ntfs, vfat ...
	Volume    string // the same for paths on the same volume
	ReadOnly  bool
	MaxFile   int64 // largest file the type can hold in bytes, 0 for no limit that matters
	MountedAt string
}

// HostFacts are properties of the machine that matter during a long night.
type HostFacts struct {
	OS             string
	OpenFileLimit  uint64 // soft limit of this process
	OnBattery      bool
	SleepAfter     time.Duration // of inactivity; 0 when it never sleeps or it is not known
	RebootPending  bool          // the operating system wants to restart by itself
	ClockSynced    bool
	Missing        []string // names of facts that could not be had: battery, sleep, reboot, clock
	PendingDetails string
}

// Net probes addresses from this machine.
type Net interface {
	Resolve(ctx context.Context, host string) ([]string, error)
	// Get asks for a URL without following redirects and without sending credentials.
	Get(ctx context.Context, url string) (HTTPAnswer, error)
	// TLS looks at the certificate of host:port and verifies it against the system's trust store.
	TLS(ctx context.Context, address, serverName string) (TLSFacts, error)
}

// HTTPAnswer is what came back.
type HTTPAnswer struct {
	Status   int
	Location string // of a redirect
	Server   string
	HTML     bool
	Took     time.Duration
}

// TLSFacts describe a certificate. Problem is empty when it is trusted for the name.
type TLSFacts struct {
	Subject     string
	Issuer      string
	NotAfter    time.Time
	SHA256      string // fingerprint of the certificate
	Problem     string // expired, unknown-authority, wrong-name, other
	ProblemText string
}

// Database looks at the product's database with the account that Springboard was given.
type Database interface {
	// Ping connects and gives a line about the server, such as its version.
	Ping(ctx context.Context) (server string, ev upgrade.Evidence, err error)
	// Tables lists the tables that can be seen with whether a row of each could be read. Schema is empty where the database has none.
	Tables(ctx context.Context) ([]Table, error)
	// Connections counts the sessions of others.
	Connections(ctx context.Context) (int, error)
	// Tool tells about the vendor's backup tool on this machine (pg_dump, db2, expdp). ok is false when none is needed.
	Tool(ctx context.Context) (tool Tool, ok bool, err error)
}

// Table is one table of the product.
type Table struct {
	Schema  string
	Name    string
	Problem string // why it cannot be read; empty when it can
}

// Tool is a database's backup tool.
type Tool struct {
	Name          string
	Path          string // empty when it was not found
	Version       string
	ServerVersion string
	Evidence      upgrade.Evidence
}

// REST is the product's REST interface with the administrator's credentials.
type REST interface {
	// AdminLogin asks for the list of applications, which needs the administrator's role. An answer that is not the list is told by Outcome.
	AdminLogin(ctx context.Context) (Login, error)
}

// LoginOutcome is what became of a login.
type LoginOutcome string

// The outcomes.
const (
	LoginOK        LoginOutcome = "ok"
	LoginRefused   LoginOutcome = "refused"   // 401: user or password
	LoginForbidden LoginOutcome = "forbidden" // 403: no administrator
	LoginNoUser    LoginOutcome = "no-user"   // no credentials were given
	LoginNoAnswer  LoginOutcome = "no-answer" // nothing listens, or it does not answer in time
	LoginOther     LoginOutcome = "other"     // HTML, a redirect, another status
)

// Login is the answer to a login.
type Login struct {
	Outcome  LoginOutcome
	User     string
	Apps     int
	Evidence upgrade.Evidence
}

// Processes sees the installation's processes on this machine.
type Processes interface {
	// Running lists the servers of the installation that run now.
	Running(ctx context.Context, in upgrade.Installation) ([]Process, error)
	// OpenFiles lists processes that hold files below dirs open; at most limit.
	OpenFiles(ctx context.Context, dirs []string, limit int) ([]OpenFile, error)
}

// Process is a running server.
type Process struct {
	PID      int
	Server   string // its name in the installation
	Command  string
	Evidence upgrade.Evidence
}

// OpenFile is a file that a process holds open.
type OpenFile struct {
	PID     int
	Process string
	Path    string
}

// Backups knows the backups of this installation.
type Backups interface {
	List(ctx context.Context) ([]Backup, error)
}

// Backup is one backup folder.
type Backup struct {
	Dir    string
	State  string // copied, flushed, reread, sealed, proven
	At     time.Time
	Parts  []string // what is in it: volt, program, settings, ear, database, daos
	Bytes  int64
	Proven time.Time // when a test restore passed; zero when none did
}

// Census knows the census that was taken.
type Census interface {
	// Latest gives the newest census; ok is false when none was taken.
	Latest(ctx context.Context) (facts CensusFacts, ok bool, err error)
}

// CensusFacts are a census with what is known of the applications before the upgrade.
type CensusFacts struct {
	At   time.Time
	File string // where it is kept
	Apps []upgrade.App
	// Broken are applications that do not answer as they should already now, by UID, with why.
	Broken map[string]string
}

// Runs knows the runs of this installation.
type Runs interface {
	// Holder tells who else holds the lock of the installation; ok is false when nobody does, or only we do.
	Holder(ctx context.Context) (holder Holder, ok bool, err error)
	// Rehearsal gives the newest rehearsal; ok is false when none was imported.
	Rehearsal(ctx context.Context) (r Rehearsal, ok bool, err error)
}

// Holder is who holds a lock.
type Holder struct {
	User  string
	Host  string
	PID   int
	Since time.Time
	What  string
}

// Rehearsal is the result of a rehearsal.
type Rehearsal struct {
	At            time.Time
	TargetVersion string
	Failed        int
	Apps          int
	File          string
}

func (e Env) now() time.Time {
	if e.Now == nil {
		return time.Now()
	}
	return e.Now()
}
