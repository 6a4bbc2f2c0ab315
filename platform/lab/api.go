package lab

import (
	"time"

	"github.com/springboard-leap/springboard/upgrade"
)

// Names of the files that the lab itself keeps in its folder, beside the server's own tree.
const (
	MarkerFile  = "springboard-lab.json"    // what the lab is; it makes a folder a lab
	SecretFile  = "springboard-lab.secret"  // the database password of a PostgreSQL lab, mode 0600
	ServingFile = "springboard-lab.serving" // where the serving process listens; present while it runs
	lockFile    = "springboard-lab.lock"
	makingFile  = "springboard-lab.making" // present while Create works: such a folder may be made again
)

// User and Password sign in to every lab as its administrator; AuthorUser signs in with the same password but lacks the administrator's role.
const (
	User       = "admin"
	Password   = "lab"
	AuthorUser = "author"
)

// Options say what Create makes. The zero value of a field means its default.
type Options struct {
	Dir      string          // the folder; it must be missing, empty, or a lab
	Product  upgrade.Product // default leap
	Runtime  upgrade.Runtime // default was for leap, domino for domino-leap
	Apps     int             // number of applications; negative is refused, 0 means 200
	Fail     int             // how many of them fail to upgrade; -1 means none, 0 means 7 (or all, when there are fewer)
	Seed     uint64          // 0 means 1
	Database string          // "sqlite" (default) or postgres://user:password@host:port/name; ignored for domino-leap
}

// Made is what Create made. It holds no time of the wall clock and no secret.
type Made struct {
	Dir      string          `json:"dir"`
	Product  upgrade.Product `json:"product"`
	Runtime  upgrade.Runtime `json:"runtime"`
	Version  string          `json:"version"`
	Home     string          `json:"home"` // openable; WAS: the profile, Liberty: the server folder, Domino: the program folder
	Seed     uint64          `json:"seed"`
	Apps     int             `json:"apps"`
	Fail     int             `json:"fail"`
	Records  int             `json:"records"` // submitted records of all applications
	Files    int             `json:"files"`
	Bytes    int64           `json:"bytes"`
	Database Database        `json:"database"`
	User     string          `json:"user"` // the administrator; the password is Password
}

// Database tells where a lab keeps its data. It never holds a password.
type Database struct {
	Kind   string            `json:"kind"`           // sqlite, postgresql, nsf
	File   string            `json:"file,omitempty"` // sqlite: native path below the lab
	Host   string            `json:"host,omitempty"`
	Port   int               `json:"port,omitempty"`
	Name   string            `json:"name,omitempty"`
	User   string            `json:"user,omitempty"`
	Params map[string]string `json:"params,omitempty"` // further parameters of the URL, such as sslmode
}

// ServeOptions say how a lab is served. The zero value listens on a free loopback port with the wall clock.
type ServeOptions struct {
	Listen string           // default 127.0.0.1:0
	Now    func() time.Time // stamps of log records and events; default time.Now
	// Speed divides every simulated duration: 0 means 1, negative means that nothing waits at all.
	Speed float64
	// LogBytes is how much log the first accesses of all applications make together; 0 means enough for it to roll away the first failures.
	LogBytes int
	// OnEvent gets every event, one at a time, from any goroutine; it must return quickly. May be nil.
	OnEvent func(Event)
}

// Kinds of events.
const (
	EventServing     = "serving"       // first event of Serve: BaseURL is set
	EventStopped     = "stopped"       // the application server has stopped
	EventReplaced    = "ear-replaced"  // the program files are those of the new version
	EventSettings    = "settings-lost" // fsp.properties was customised and is a fresh one now
	EventStarted     = "started"
	EventSetup       = "setup-phase"
	EventSetupDone   = "setup-completed"
	EventAppUpgraded = "app-upgraded"
	EventAppFailed   = "app-failed"
	EventAppImported = "app-imported"
	EventAppDeleted  = "app-deleted"
	EventLogFailed   = "log-failed" // the log cannot be written (disk full?); serving goes on
	EventEnded       = "ended"      // Serve is over
)

// Event is something that happened in a lab, in the order it happened.
type Event struct {
	Time    time.Time `json:"time"`
	Kind    string    `json:"event"`
	Text    string    `json:"text"`
	BaseURL string    `json:"base_url,omitempty"` // scheme://host:port without the context
	Version string    `json:"version,omitempty"`
	Phase   int       `json:"phase,omitempty"` // of Setup: 1 or 2
	State   string    `json:"state,omitempty"` // of a Setup phase: started, completed
	UID     string    `json:"uid,omitempty"`
	Name    string    `json:"name,omitempty"`
	Millis  int64     `json:"millis,omitempty"` // how long an application's upgrade took, as its log record says
}

// Result is what Upgrade did.
type Result struct {
	Dir     string          `json:"dir"`
	Product upgrade.Product `json:"product"`
	From    string          `json:"from"`
	To      string          `json:"to"`
	Served  bool            `json:"served"`  // done by the serving process
	Pending int             `json:"pending"` // applications that upgrade at their next access
}

// Serving tells where a served lab is reached.
type Serving struct {
	PID     int    `json:"pid"`
	BaseURL string `json:"base_url"`
}
