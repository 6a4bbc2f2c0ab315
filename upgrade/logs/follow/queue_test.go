package follow

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/springboard-leap/springboard/upgrade/logs"
)

// memory is a Store that keeps all in memory, one segment.
type memory struct {
	data  map[string][]byte // by key
	given int               // bytes that were read again
	fails error             // of Again
	blind bool              // nothing can be read again
}

func (m *memory) Keep(c Chunk) (Spot, error) {
	if c.Gap != "" {
		return Spot{}, nil
	}
	if int64(len(m.data[c.Key])) != c.Offset {
		return Spot{}, fmt.Errorf("a chunk at %d of %s after %d bytes", c.Offset, c.Key, len(m.data[c.Key]))
	}
	m.data[c.Key] = append(m.data[c.Key], c.Data...)
	if m.blind {
		return Spot{}, nil
	}
	return Spot{Segment: 1, Offset: c.Offset}, nil
}

func (m *memory) Again(key string, at Spot, offset, length int64, give func([]byte) error) error {
	if m.fails != nil {
		return m.fails
	}
	if at.Offset != offset {
		return fmt.Errorf("byte %d is asked for at %d", offset, at.Offset)
	}
	m.given += int(length)
	for data := m.data[key][offset : offset+length]; len(data) > 0; data = data[min(1000, len(data)):] {
		if err := give(data[:min(1000, len(data))]); err != nil {
			return err
		}
	}
	return nil
}

// gate holds the handler up until it is opened.
type gate struct {
	l      ledger
	opened chan struct{}
	at     chan struct{} // the handler has come to it
	ended  chan struct{} // silence was told
	once   bool
}

func newGate() *gate {
	return &gate{opened: make(chan struct{}), at: make(chan struct{}), ended: make(chan struct{})}
}

func (g *gate) take(e Event) error {
	if !g.once {
		g.once = true
		close(g.at)
		<-g.opened
	}
	if e.State == Silent {
		close(g.ended)
	}
	return g.l.take(e)
}

// stalled follows while the handler stands still at its first event and the server does its steps; then it is let go.
func (s *server) stalled(store Store, g *gate, steps ...func()) error {
	s.t.Helper()
	now := time.Date(2026, 11, 23, 20, 0, 0, 0, time.UTC)
	d := newDeliverer(Options{Path: s.path}, g.take)
	opts := Options{Path: s.path, Store: store, Now: func() time.Time { return now }}
	opts.Wake = &script{t: s.t, now: now, limit: 3, steps: append([]func(){func() { <-g.at }}, append(steps, func() { close(g.opened) })...)}
	q := newQueue(s.t.Context(), d, opts, func() {})
	q.mu.Lock()
	q.limit = 3000
	q.mu.Unlock()
	f := newFollower(opts, q)
	read := f.run(s.t.Context())
	if err := q.push(message{kind: entered, state: Silent}); err == nil { // it is closed when all was delivered: a kill in between is another test
		select {
		case <-g.ended:
		case <-q.done:
		}
	}
	if err := q.finish(read != nil); err != nil {
		return err
	}
	return read
}

// TestAHandlerThatStandsStillDoesNotKeepRotatedFilesFromBeingRead: the server rotates and deletes what it rotated while nothing is taken from the follower. All of it
// is delivered afterwards, most of it from the store.
func TestAHandlerThatStandsStillDoesNotKeepRotatedFilesFromBeingRead(t *testing.T) {
	s := newServer(t)
	s.append(header + s.records(5))
	store, g := &memory{data: map[string][]byte{}}, newGate()
	var steps []func()
	for range 8 {
		var old string
		steps = append(steps,
			func() { s.append(s.records(40)) },
			func() { old = s.rename(); s.append(header + s.records(30)) },
			func() { s.must(os.Remove(old)) })
	}
	if err := s.stalled(store, g, steps...); err != nil {
		t.Fatal(err)
	}
	s.check(&g.l, 0)
	if store.given < 10000 {
		t.Errorf("only %d bytes came from the store", store.given)
	}
}

func TestBytesThatStandNowhereElseWaitForRoom(t *testing.T) {
	s := newServer(t)
	s.append(header + s.records(5))
	g := newGate()
	opened := make(chan struct{})
	go func() { // the follower waits for room when it has read the log: nothing else will let it go
		<-g.at
		close(g.opened)
		close(opened)
	}()
	s.append(s.records(500))
	l := &g.l
	opts := Options{Path: s.path, Store: &memory{data: map[string][]byte{}, blind: true}, Wake: &script{t: t, now: time.Now(), limit: 3}}
	if err := Run(t.Context(), opts, g.take); err != nil && !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	<-opened
	s.check(l, 0)
}

func TestAStoreThatCannotBeReadEndsFollowing(t *testing.T) {
	s := newServer(t)
	s.append(header + s.records(5))
	broken := errors.New("the recording is damaged")
	err := s.stalled(&memory{data: map[string][]byte{}, fails: broken}, newGate(), func() { s.append(s.records(100)) })
	if !errors.Is(err, broken) {
		t.Errorf("it ended with %v", err)
	}
}

func TestAHandlerThatFailsEndsFollowingWithAStore(t *testing.T) {
	s := newServer(t)
	s.append(header + s.records(50))
	enough := errors.New("the pipe is closed")
	n := 0
	err := Run(t.Context(), Options{Path: s.path, Store: &memory{data: map[string][]byte{}}}, func(Event) error {
		if n++; n > 3 {
			return enough
		}
		return nil
	})
	if !errors.Is(err, enough) || n != 4 {
		t.Errorf("it ended after %d events with %v", n, err)
	}
}

// TestWhatWaitsInTheStoreIsLeftWhenFollowingEnds: it is not delivered in part, and the place of the last event says where it goes on.
func TestWhatWaitsInTheStoreIsLeftWhenFollowingEnds(t *testing.T) {
	store := &memory{data: map[string][]byte{}}
	var l ledger
	g := newGate()
	d := newDeliverer(Options{Path: "SystemOut.log"}, func(e Event) error {
		if !g.once {
			g.once = true
			close(g.at)
			<-g.opened
		}
		return l.take(e)
	})
	q := newQueue(t.Context(), d, Options{Store: store, Now: time.Now}, func() {})
	var text bytes.Buffer
	for i := range 100 {
		fmt.Fprintf(&text, "[11/23/26 21:00:00:%03d CET] 000000a3 Demo          I   message number %d\n", i, i)
	}
	push := func(m message) {
		if err := q.push(m); err != nil {
			t.Fatal(err)
		}
	}
	push(message{kind: opened, key: "1", name: "SystemOut.log"})
	push(message{kind: entered, state: Live})
	<-g.at
	head := text.Next(1000)
	push(message{kind: fed, key: "1", data: head})
	store.data["1"] = append(append([]byte{}, head...), text.Bytes()...)
	push(message{kind: stored, key: "1", offset: int64(len(head)), length: int64(text.Len()), spot: Spot{1, int64(len(head))}})
	q.mu.Lock()
	q.closed = true
	q.mu.Unlock()
	close(g.opened)
	if err := q.finish(false); err != nil {
		t.Fatal(err)
	}
	rest := store.data["1"][l.last.Offset:]
	logged := strings.Count(string(store.data["1"][:l.last.Offset]), "\n")
	if len(l.texts) != logged || len(rest) < text.Len() || !bytes.HasPrefix(rest, []byte("[11/23/26")) {
		t.Errorf("%d records were delivered, %d lines stand before the place; the rest begins with %.40q", len(l.texts), logged, rest)
	}
}

// TestDeliveryThatIsBehindIsToldAndThatItCaughtUp: the clock of the test goes on while the handler stands still.
func TestDeliveryThatIsBehindIsToldAndThatItCaughtUp(t *testing.T) {
	var l ledger
	g := newGate()
	clock := make(chan time.Time, 1)
	clock <- time.Date(2026, 11, 23, 20, 0, 0, 0, time.UTC)
	now := func() time.Time {
		at := <-clock
		clock <- at
		return at
	}
	d := newDeliverer(Options{Path: "SystemOut.log", Read: logs.Options{}}, func(e Event) error {
		if !g.once {
			g.once = true
			close(g.at)
			<-g.opened
		}
		return l.take(e)
	})
	q := newQueue(t.Context(), d, Options{Store: &memory{}, Now: now}, func() {})
	for _, m := range []message{
		{kind: opened, key: "1", name: "SystemOut.log"}, {kind: entered, state: Live},
		{kind: fed, key: "1", data: []byte("[11/23/26 21:00:00:000 CET] 000000a3 Demo          I   message number 1\n")},
	} {
		if err := q.push(m); err != nil {
			t.Fatal(err)
		}
	}
	<-g.at
	at := <-clock
	clock <- at.Add(3 * time.Second)
	close(g.opened)
	if err := q.finish(false); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(l.states, " "); got != "live delayed live" {
		t.Errorf("the states were %s", got)
	}
}
