// Package follow reads a living log through every rotation: each byte once, in order. Where that cannot be proven it says so with a gap mark.
package follow

import (
	"context"
	"errors"
	"time"

	"github.com/springboard-leap/springboard/upgrade/logs"
)

// State is how current the followed log is.
type State string

// The states.
const (
	Live    State = "live"    // everything written is read
	Delayed State = "delayed" // reading is behind the server
	Silent  State = "silent"  // nothing was written for longer than usual
	Lost    State = "lost"    // the log is gone, or bytes are missing; Reason tells
)

// From says where following begins.
type From int

// The beginnings.
const (
	Beginning From = iota // of the current file
	End                   // only what is written from now on
	Oldest                // of the oldest rotated sibling
)

// Position is how far a log was read; with it another process goes on after a kill.
type Position struct {
	Path     string `json:"path"`
	Identity string `json:"identity"` // of the file on its volume; empty where the system has none
	Offset   int64  `json:"offset"`   // first byte not delivered as part of a complete record
	Prefix   int64  `json:"prefix"`   // length of the hashed beginning
	Hash     string `json:"hash"`     // of the first Prefix bytes
	Line     int64  `json:"line"`
}

// Chunk is a piece of a log as it was read, before it is taken apart. Data is valid during the call only.
type Chunk struct {
	File   string // the name the bytes were read under; a rotated file keeps the name it had
	Offset int64
	Data   []byte
	New    bool // first chunk of another file
	Gap    string
}

// Options of following one log.
type Options struct {
	Path   string
	From   From
	Resume *Position // wins over From

	Poll   time.Duration // how often to look without being woken; 0: 250 ms
	Quiet  time.Duration // a record is complete when nothing follows it for so long; 0: 300 ms
	Silent time.Duration // after so long without a byte the state is silent; 0: 2 min

	Read logs.Options
	Raw  func(Chunk) error // gets every byte before it is parsed, e.g. a recorder; may be nil
}

// Event is one of: a record, a mark, a change of state. Position is where to go on after it.
type Event struct {
	Record   *logs.Record
	Mark     *logs.Mark
	State    State
	Reason   string
	Position Position
}

// Run follows until ctx ends, and then returns nil; or until handle or Raw returns an error, which it returns. handle is called on the
// goroutine of Run, one event at a time.
func Run(ctx context.Context, opts Options, handle func(Event) error) error {
	return errors.New("not finished yet")
}
