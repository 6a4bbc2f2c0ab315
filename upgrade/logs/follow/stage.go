package follow

import "time"

// What is read and what is delivered are two stages. Without a Store they take turns on one goroutine. With one, delivery has a goroutine of its own: a
// handler that is slow, or that stands still because nobody reads what it prints, does not keep the follower from reading what the server will throw away
// next. Between the two stands a queue of bounded size; what does not fit in is read again from the store when its turn comes.

// kind is what a message to the deliverer says.
type kind byte

const (
	opened   kind = iota // the bytes of a file follow
	renamed              // a file has another name
	fed                  // bytes of the open file
	stored               // bytes of the open file, which stand in the store
	missing              // bytes are missing here
	entered              // the state has changed
	quieted              // nothing came for so long that a record is complete
	ended                // nothing more of the open file will come
	replayed             // what another process has read and not delivered comes first
	handled              // what was handled is to be handed on
)

// message is one step from reading to delivering.
type message struct {
	kind                kind
	key, name, identity string
	mod                 time.Time
	offset, line        int64
	given               int
	data                []byte // fed: the bytes. opened, replayed: the file's first bytes when it is not read from its beginning
	more                bool   // fed: there is more to read at once
	spot                Spot   // stored: where the first byte stands
	length              int64
	state               State
	reason              string
	again               func(give func(Chunk) error) error
	at                  time.Time // when it was pushed
}

// stage takes messages in order, on the follower's goroutine.
type stage interface {
	// push hands a message over. Its data is valid during the call only.
	push(m message) error
	// rest says that there is nothing more at once.
	rest() error
	// finish delivers what is complete: nothing is pushed any more. failed tells that reading failed.
	finish(failed bool) error
}

// direct delivers on the follower's goroutine.
type direct struct{ d *deliverer }

func (s direct) push(m message) error {
	if err := s.d.take(m); err != nil || !m.more {
		return err
	}
	return s.d.batch()
}

func (s direct) rest() error { return s.d.rest() }

func (s direct) finish(failed bool) error {
	if failed {
		return s.d.err
	}
	return s.d.finish()
}
