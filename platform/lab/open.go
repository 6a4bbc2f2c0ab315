package lab

import (
	"context"
	"errors"

	"github.com/springboard-leap/springboard/upgrade"
)

// Lab is an opened practice installation. Its methods may be called from several goroutines.
type Lab struct {
	dir  string
	mark marker
}

// Open recognises a lab by its marker file. A folder without one gives fault SB-7003, a lab of a newer format SB-7004.
func Open(dir string) (*Lab, error) { return nil, errors.New("to come") }

// IsLab tells whether root is the root of a lab.
func IsLab(root string) bool { return false }

// Dir is the lab's folder: the root of its file system.
func (l *Lab) Dir() string { return l.dir }

// Product is what the lab is a practice server of.
func (l *Lab) Product() upgrade.Product { return l.mark.Product }

// Credentials sign in to the lab's REST API as its administrator.
func (l *Lab) Credentials() upgrade.Credentials {
	return upgrade.Credentials{User: User, Password: upgrade.NewSecret(Password), Origin: "lab"}
}

// DatabaseCredentials sign in to the lab's database; not set when it needs none (SQLite, Domino).
func (l *Lab) DatabaseCredentials() (upgrade.Credentials, error) { return upgrade.Credentials{}, nil }

// Serving tells where the lab is served right now; ok is false when no living process serves it.
func (l *Lab) Serving() (s Serving, ok bool) { return Serving{}, false }

// Serve is the server process: it blocks until ctx ends, which is no error. The first event carries the base URL. A lab that another process
// serves gives fault SB-7005.
func (l *Lab) Serve(ctx context.Context, o ServeOptions) error { return nil }

// Create makes a lab in o.Dir. The same options and seed give the same bytes, in files and in a SQLite database. A folder that holds anything
// else than a lab is refused (SB-7001) before anything is written; an existing lab is made anew, its springboard folder (runs) is kept.
func Create(ctx context.Context, o Options) (Made, error) { return Made{}, nil }

// Upgrade does what the vendor's installer and the restart after it do: new program files, fresh fsp.properties, Setup. A served lab is upgraded
// by the process that serves it. Every application upgrades at its next access. onEvent may be nil.
func Upgrade(ctx context.Context, dir string, onEvent func(Event)) (Result, error) {
	return Result{}, nil
}

// marker is the content of MarkerFile.
type marker struct {
	Format   int             `json:"format"`
	Product  upgrade.Product `json:"product"`
	Runtime  upgrade.Runtime `json:"runtime"`
	Seed     uint64          `json:"seed"`
	Apps     int             `json:"apps"`
	Fail     int             `json:"fail"`
	Version  string          `json:"version"` // the version it was created with
	Database Database        `json:"database"`
	Failures []plannedFault  `json:"failures"`
}

// plannedFault is an application that will fail to upgrade, and why.
type plannedFault struct {
	UID   string `json:"uid"`
	Cause string `json:"cause"`
}
