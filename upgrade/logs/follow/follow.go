// Package follow reads a living log through every rotation: each byte once, in order. Where that cannot be proven it says so with a gap mark and
// the state lost.
package follow

import (
	"context"
	"errors"
	"time"

	"github.com/springboard-leap/springboard/upgrade/logs"
	"github.com/springboard-leap/springboard/upgrade/logs/stamp"
)

// State is how current the followed log is.
type State string

// The states.
const (
	Live    State = "live"    // everything that was written is read
	Delayed State = "delayed" // reading is behind the server
	Silent  State = "silent"  // nothing was written for longer than usual
	Lost    State = "lost"    // the log is gone, or bytes are missing; the reason tells
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
	Path     string `json:"path"`     // the log that is followed
	File     string `json:"file"`     // the name the file had when it was read
	Key      string `json:"key"`      // of the file among the chunks
	Identity string `json:"identity"` // of the file on its volume; empty where the system has none
	Offset   int64  `json:"offset"`   // of the first record that was not delivered
	Line     int64  `json:"line"`     // lines before Offset
	Given    int    `json:"given,omitempty"`
	Prefix   int64  `json:"prefix"` // length of the file's beginning that was hashed
	Hash     string `json:"hash"`
	Over     int64  `json:"over,omitempty"` // as in Chunk
	Tail     []byte `json:"tail,omitempty"` // the bytes before Offset, when they are known
}

// Chunk is a piece of a log as it was read, before it is taken apart. Data is valid during the call only.
type Chunk struct {
	Log      string // the path that is followed
	File     string // the name the bytes were read under; a file that is rotated while it is read keeps the name it had
	Identity string
	Key      string // the same for all pieces of one file of this Run, also when the rest is read from a copy
	Offset   int64
	Line     int64 // lines before the place where reading of the file began
	Over     int64 // not 0: the file was so long and is written over from its beginning; the bytes behind the chunk are older ones
	Data     []byte
	Gap      string // not empty: bytes are missing before this chunk, and why; Data is empty then
}

// Options of following one log.
type Options struct {
	Path   string
	From   From
	Resume *Resume // wins over From

	Poll   time.Duration // how often to look without being woken; 0: 250 ms
	Quiet  time.Duration // a record is complete when nothing follows it for so long; 0: 300 ms
	Silent time.Duration // after so long without a byte the state is silent; 0: 2 min

	Read logs.Options
	Raw  func(Chunk) error // gets every byte before it is parsed; may be nil
	// Store gets every byte instead of Raw, e.g. a recorder. With one, delivery does not hold up reading: what waits to be delivered for longer waits
	// in the store. May be nil.
	Store Store
	// Batch is called when events were delivered and no more follow at once, and now and then while many do; on the goroutine of the handler. May be nil.
	Batch func() error
	// Turn, with a Store, lets small pieces be delivered without waking another goroutine; may be nil.
	Turn Turn
	// Why looks for the reason of a silence, in a few words; may be nil.
	Why func() string

	FS   FS               // nil: the machine's own
	Now  func() time.Time // nil: the wall clock
	Wake Waker            // nil: events of the folder, and a timer
}

// Store keeps what is read, and gives it again.
type Store interface {
	// Keep takes a chunk before it is delivered, on the goroutine of Run. spot is where it stands; zero when it cannot be read again.
	Keep(c Chunk) (spot Spot, err error)
	// Again gives bytes of one file that were kept: those from offset on, of which the first stand at a spot, in order and in pieces that are valid during
	// the call only. It is called on the goroutine of the handler, also while Keep is called, and returns the error of give.
	Again(key string, at Spot, offset, length int64, give func(data []byte) error) error
}

// Spot is a place in a store.
type Spot struct {
	Segment int // from 1
	Offset  int64
}

// Waker waits until there may be something to read.
type Waker interface {
	// Wait returns after d at the latest, earlier when something changed in the folder of the log, with the error of ctx when it ended.
	Wait(ctx context.Context, d time.Duration) error
	Close() error
}

// Event is one of: a record, a mark, a change of state.
type Event struct {
	Record *logs.Record
	Mark   *logs.Mark
	State  State
	Reason string
	At     logs.Place // where to go on after it; File is a key among the chunks

	by *deliverer
}

// Position is where another process goes on after the event. It is to be called within the handler.
func (e Event) Position() Position { return e.by.position(e.At) }

// Run follows until ctx ends, and then returns nil after it delivered what it had read; or until handle, Raw or Store returns an error, which it returns. With a
// Store, what waits there when ctx ends is not delivered any more: a Resume gives it.
//
// handle is called for one event at a time: on the goroutine of Run, or with a Store on another one, which has ended when Run returns (and with a Turn on both).
func Run(ctx context.Context, opts Options, handle func(Event) error) error {
	if opts.Now == nil {
		opts.Now = time.Now
	}
	following, stop := context.WithCancel(ctx)
	defer stop()
	d := newDeliverer(opts, handle)
	var next stage = direct{d}
	if opts.Store != nil {
		next = newQueue(following, d, opts, stop)
	}
	f := newFollower(opts, next)
	err := ignoreEnd(following, f.run(following))
	if derr := next.finish(err != nil); derr != nil {
		return derr
	}
	return errors.Join(err, ignoreEnd(following, f.woken))
}

// run follows until something fails, or the waker does not want to wait any more: woken is its error then.
func (f *follower) run(ctx context.Context) error {
	defer f.close()
	if f.opts.Wake == nil {
		w := newWatcher(f.opts.Path)
		defer w.Close()
		f.opts.Wake = w
	}
	if err := errors.Join(f.begin(ctx), f.rest()); err != nil {
		return err
	}
	for {
		if err := errors.Join(f.look(ctx), f.rest()); err != nil {
			return err
		}
		if f.woken = f.opts.Wake.Wait(ctx, f.pause()); f.woken != nil {
			return nil
		}
	}
}

func ignoreEnd(ctx context.Context, err error) error {
	if ctx.Err() != nil && errors.Is(err, ctx.Err()) {
		return nil
	}
	return err
}

func orDefault(d, otherwise time.Duration) time.Duration {
	if d <= 0 {
		return otherwise
	}
	return d
}

func hintsOf(mod time.Time) stamp.Hints { return stamp.Hints{ModTime: mod} }
