// Package store keeps what the applications of a practice server are made of: designs, submitted records, and how far the upgrade got. It is the
// server's only memory of that, so a restored backup of it brings the old state back. SQLite and PostgreSQL stand for the databases of Leap, a
// folder of .nsf files for Domino Leap.
package store

import (
	"context"
	"encoding/json"
	"time"

	"github.com/springboard-leap/springboard/platform/lab/internal/sample"
)

// App is an application as the data have it.
type App struct {
	UID      string
	Name     string
	Owner    string
	Deployed bool
	Version  string // of the product that the design was last brought up to
	Created  time.Time
	Modified time.Time
	Imported bool // came in by an import: its design is current and its upgrade does not fail again
	Records  int
	Failed   string // first line of the exception, when its upgrade to the schema's version failed
}

// Content is what an application holds.
type Content struct {
	Design  json.RawMessage
	Records []sample.Record
}

// FailedUpgrade is a row of APP_UPGRADE.
type FailedUpgrade struct {
	UID       string
	Name      string
	Version   string // that the upgrade was to
	Date      time.Time
	Exception string // with stack trace
}

// Store holds the data of a lab. Safe for several goroutines.
type Store interface {
	// Schema gives the version of the product whose Setup ran last on these data.
	Schema(ctx context.Context) (string, error)
	// SetSchema is the first part of Setup: tables of the version, and no failed upgrades yet.
	SetSchema(ctx context.Context, version string) error
	Apps(ctx context.Context) ([]App, error)
	Content(ctx context.Context, uid string) (Content, error)
	// Put adds an application or replaces it with its content.
	Put(ctx context.Context, a App, c Content) error
	// SetDesign replaces a design and keeps the records.
	SetDesign(ctx context.Context, uid string, design json.RawMessage, modified time.Time) error
	Delete(ctx context.Context, uid string) error
	// Upgraded notes that an application's design is that of the version.
	Upgraded(ctx context.Context, uid, version string) error
	// Failed notes that an upgrade failed.
	Failed(ctx context.Context, f FailedUpgrade) error
	Close() error
}

// Filler is a store that is being made.
type Filler interface {
	Add(ctx context.Context, a App, c Content) error
}

// iso is the form of times in every store.
const iso = "2006-01-02 15:04:05"
