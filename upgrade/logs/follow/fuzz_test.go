package follow

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/springboard-leap/springboard/upgrade/logs"
	"github.com/springboard-leap/springboard/upgrade/logs/logfile"
)

// keeper records what followers read, one after the other, as the recorder does, and what they delivered.
type keeper struct {
	m      *model
	pieces []piece // in the order in which they came; a gap has no data
	files  []*kept
	now    map[string]*kept // by the key of this follower
	last   *kept
	acked  *Position // of the last delivered event
	texts  []string
	gapped int
	state  State      // the last one that was told
	lag    *rand.Rand // not nil: delivery is a stage of its own, which takes its turns at random
}

type kept struct {
	key, name, identity string
	data                []byte
	over                int64
}

type piece struct {
	file   *kept
	offset int64
	data   []byte
	gap    string
}

var errKilled = errors.New("killed")

func (k *keeper) raw(c Chunk) error {
	if c.Gap != "" {
		k.pieces = append(k.pieces, piece{gap: c.Gap})
		return nil
	}
	if k.m.logIt {
		k.m.t.Logf("chunk %s %s at %d: %d", c.Key, c.File, c.Offset, len(c.Data))
	}
	k.m.reads(c.Identity, len(c.Data))
	f := k.now[c.Key]
	if f == nil {
		f = &kept{key: "r" + string(rune('a'+len(k.files)%26)) + strings.Repeat("'", len(k.files)/26), name: c.File, identity: c.Identity}
		if c.Offset != 0 {
			k.m.t.Fatalf("reading of %s begins at %d", c.File, c.Offset)
		}
		k.files = append(k.files, f)
		k.now[c.Key] = f
	}
	if c.Offset != int64(len(f.data)) {
		k.m.t.Fatalf("a chunk at %d of %s after %d", c.Offset, c.File, len(f.data))
	}
	f.data = append(f.data, c.Data...)
	f.over = c.Over
	k.m.shallow[c.Identity] = k.m.kind == headed && len(f.data) <= len(modelHeader)
	k.pieces = append(k.pieces, piece{file: f, offset: c.Offset, data: bytes.Clone(c.Data)})
	k.last = f
	if k.m.kill {
		k.m.kill = false
		return errKilled
	}
	return nil
}

func (k *keeper) handle(e Event) error {
	if e.State != "" {
		k.state = e.State
	}
	if k.m.logIt {
		k.m.t.Logf("event %s %s mark %v at %s+%d given %d record %v", e.State, e.Reason, e.Mark, e.Position().Key, e.Position().Offset, e.Position().Given, textOf(e.Record))
	}
	if k.m.kill && k.m.lines%2 == 0 { // before it is delivered
		k.m.kill = false
		return errKilled
	}
	switch {
	case e.Record != nil:
		if e.Record.Amended && len(k.texts) > 0 {
			k.texts = k.texts[:len(k.texts)-1]
		}
		k.texts = append(k.texts, e.Record.Text)
	case e.Mark != nil && e.Mark.Kind == logs.MarkGap:
		k.gapped++
	}
	p := e.Position()
	if f := k.now[p.Key]; f != nil {
		p.Key = f.key
		k.acked = &p
	}
	return nil
}

// resume is what the recording knows of where to go on.
func (k *keeper) resume() *Resume {
	k.now = map[string]*kept{}
	if k.last == nil {
		return nil
	}
	for _, f := range k.files {
		k.now[f.key] = f
	}
	read := k.last.position()
	r := &Resume{Position: Position{Path: modelLog, File: read.File, Key: k.files[0].key}, Read: &read}
	if k.acked != nil {
		r.Position = *k.acked
	}
	r.Known = func(_ string, file io.ReaderAt) bool {
		for _, f := range k.files {
			head := make([]byte, min(len(f.data)+1, 4096)) // a short file is the same only when nothing stands behind it
			n, _ := file.ReadAt(head, 0)
			if f != k.last && n > 0 && n == min(len(f.data), 4096) && bytes.Equal(f.data[:n], head[:n]) {
				return true
			}
		}
		return false
	}
	r.Content = func(give func(int64, []byte) error) error {
		for _, p := range k.pieces {
			if p.file != nil && p.file.identity == read.Identity {
				if err := give(p.offset, p.data); err != nil {
					return err
				}
			}
		}
		return nil
	}
	pieces := k.pieces // what comes after is delivered as it is read
	r.Replay = func(give func(Chunk) error) error {
		begun := false
		for _, p := range pieces {
			if p.gap != "" {
				if begun {
					if err := give(Chunk{Log: modelLog, Gap: p.gap}); err != nil {
						return err
					}
				}
				continue
			}
			if !begun && p.file.key == r.Key && p.offset+int64(len(p.data)) > r.Offset {
				begun = true
				skip := max(0, r.Offset-p.offset)
				p.data, p.offset = p.data[skip:], p.offset+skip
			}
			begun = begun || k.after(p.file, r.Position)
			if !begun {
				continue
			}
			if err := give(Chunk{Log: modelLog, File: p.file.name, Identity: p.file.identity, Key: p.file.key, Offset: p.offset, Line: r.Line, Data: p.data}); err != nil {
				return err
			}
		}
		return nil
	}
	return r
}

// after tells whether a file comes behind a position: that one's file was read to there and no further.
func (k *keeper) after(f *kept, p Position) bool {
	of := slices.IndexFunc(k.files, func(o *kept) bool { return o.key == p.Key })
	return of >= 0 && slices.Index(k.files, f) > of && int64(len(k.files[of].data)) <= p.Offset
}

func (f *kept) position() Position {
	n := min(len(f.data), 512)
	hash, _, _ := logfile.Prefix(bytes.NewReader(f.data), int64(n))
	return Position{Path: modelLog, File: f.name, Key: f.key, Identity: f.identity, Offset: int64(len(f.data)), Prefix: int64(n), Hash: hash, Over: f.over,
		Tail: f.data[len(f.data)-n:]}
}

// follow runs followers until the server is at its end, a new one after each kill.
func (k *keeper) follow() {
	t, m := k.m.t, k.m
	for range 1000 {
		opts := Options{Path: modelLog, From: Oldest, Poll: 100 * time.Millisecond, FS: m, Wake: m, Now: func() time.Time { return m.now }, Raw: k.raw}
		opts.Resume = k.resume()
		run := Run
		if k.lag != nil {
			run = k.runLagging
		}
		err := run(t.Context(), opts, k.handle)
		if errors.Is(err, errKilled) {
			continue
		}
		if err != nil && !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
		return
	}
	t.Fatal("no end")
}

// check compares what was read with what was written: pieces between two gaps stand in it without a hole, in order, and each byte once.
func (k *keeper) check() {
	t, m := k.m.t, k.m
	at := 0
	segment := []byte(nil)
	gap, gaps := false, 0
	finish := func() {
		if len(segment) == 0 {
			return
		}
		i := bytes.Index(m.wrote[at:], segment)
		if i < 0 {
			t.Fatalf("%q is not what was written after byte %d of %d: %.300q", short(segment), at, len(m.wrote), m.wrote[at:])
		}
		if !gap && !m.nobodyKnows(at, at+i) {
			t.Fatalf("%q is missing and nobody said so", short(m.wrote[at:at+i]))
		}
		at += i + len(segment)
		segment, gap = nil, false
	}
	for _, p := range k.pieces {
		if p.gap != "" {
			finish()
			gap = true
			if gaps++; m.lapped {
				return
			}
			if m.logIt {
				t.Logf("gap: %s", p.gap)
			}
			continue
		}
		p.data = m.withoutHeader(p.offset, p.data)
		if whole := append(segment, p.data...); !bytes.Contains(m.wrote[at:], whole) {
			finish() // something is missing between the two
			whole = bytes.Clone(p.data)
			segment = whole
		} else {
			segment = whole
		}
	}
	finish()
	if left := m.wrote[at:]; m.kind == overInPlace && len(left) < 100 && bytes.Count(left, []byte{'\n'}) < 2 {
		return // the end of the last line may look as what stood there before: then it is read with the next one
	}
	if told := gap || k.state == Lost; !(told && m.doubt) && !m.nobodyKnows(at, len(m.wrote)) { // of a log that is not there any more no end is told but that
		t.Fatalf("the last %d bytes are missing: %q", len(m.wrote)-at, short(m.wrote[at:]))
	}
	if gaps > 0 && !m.doubt {
		t.Fatalf("%d gaps, and nothing was lost", gaps)
	}
	if gaps == 0 && len(m.unseen) == 0 && at == len(m.wrote) {
		k.checkRecords()
	}
}

// checkRecords compares the delivered records with the lines.
func (k *keeper) checkRecords() {
	t := k.m.t
	var want []string
	for _, line := range strings.Split(string(k.m.wrote), "\n") {
		if _, text, ok := strings.Cut(line, " I   "); ok {
			want = append(want, text)
		}
	}
	if n := len(want); k.m.partial && n > 0 {
		want = want[:n-1] // it has no end yet
	}
	for i := range min(len(want), len(k.texts)) {
		if want[i] != k.texts[i] {
			t.Fatalf("record %d is %q, written was %q", i, k.texts[i], want[i])
		}
	}
	if len(want) != len(k.texts) {
		t.Fatalf("%d records delivered, %d written", len(k.texts), len(want))
	}
}

// nobodyKnows tells whether bytes were destroyed before any follower had opened their file.
func (m *model) nobodyKnows(from, to int) bool {
	for at := from; at < to; at++ {
		if !m.unseen[at] {
			return false
		}
	}
	return true
}

func short(b []byte) string {
	if len(b) > 400 {
		return string(b[:200]) + " ... " + string(b[len(b)-200:])
	}
	return string(b)
}

// The bits of a fuzzed kind.
const (
	lagging   = 0x80 // delivery is a stage of its own
	vanishing = 0x40 // the folder may vanish and return, whatever else the server does
)

func FuzzFollower(f *testing.F) {
	for kind := range numbersOfKinds {
		f.Add(byte(kind|lagging), []byte{3, 3, 3, 0x53, 0x53, 5, 0x73, 0x0a, 0x33, 6, 0x63, 0x0b, 0x43, 0x73, 0x33})
		f.Add(byte(kind), []byte{3, 0x45, 2, 0x35, 0x52, 0x0a, 3, 5, 0x11, 0x62, 0x71})
		f.Add(byte(kind), []byte{3, 3, 3, 0x53, 0x53, 0x73, 0x73, 0x33, 0x33, 0x63, 0x63, 0x43, 0x73, 0x33})
		f.Add(byte(kind|vanishing), []byte{3, 0x45, 2, 0x3c, 0x52, 0x1c, 3, 5, 0x11, 0x62, 0x7c, 0x2c, 3, 0x73})
		f.Add(byte(kind), []byte{1, 0x75, 4, 0x76, 0x25, 9, 1, 5, 2, 6, 0x31, 7, 0x1b, 2, 0x7d, 1, 0x7e, 1, 0x6f, 8, 2})
	}
	f.Fuzz(func(t *testing.T, kind byte, deeds []byte) {
		if len(deeds) > 400 {
			return
		}
		try(t, kind, deeds, os.Getenv("FOLLOW_LOG") != "")
	})
}

func try(t *testing.T, kind byte, deeds []byte, logIt bool) {
	lags := kind&lagging != 0
	m := newModel(t, int(kind&^(lagging|vanishing))%numbersOfKinds, bytes.Clone(deeds))
	m.logIt, m.vanishes = logIt, kind&vanishing != 0
	k := &keeper{m: m, now: map[string]*kept{}}
	if lags {
		k.lag = rand.New(rand.NewPCG(uint64(len(deeds)), uint64(kind)))
	}
	k.follow()
	if m.gone { // the server ended without its folder
		m.doubt = true
	}
	k.check()
}

// TestAFollowerOnAModelOfAServer runs what the fuzzer runs on deeds that a random number generator chooses, the same ones each time.
func TestAFollowerOnAModelOfAServer(t *testing.T) {
	rounds := 15
	if os.Getenv("SPRINGBOARD_SOAK") != "" {
		rounds = 1500
	}
	for n := range 4 * numbersOfKinds {
		kind := byte(n / 4)
		if n%2 == 1 {
			kind |= lagging
		}
		if n%4 > 1 {
			kind |= vanishing
		}
		t.Run(fmt.Sprintf("%d lags %t vanishes %t", n/4, n%2 == 1, n%4 > 1), func(t *testing.T) {
			t.Parallel()
			for seed := range rounds {
				rnd := rand.New(rand.NewPCG(uint64(seed), uint64(n/4)))
				deeds := make([]byte, rnd.IntN(80))
				for i := range deeds {
					deeds[i] = byte(rnd.Uint32())
				}
				if !t.Run(fmt.Sprint(seed), func(t *testing.T) { try(t, kind, deeds, os.Getenv("FOLLOW_LOG") != "") }) {
					continue
				}
			}
		})
	}
}

// Servers of these deeds made a follower that takes equal headers for a proof pass over a whole file: it had read the header, and the file was filled and rotated
// before it looked again.
func TestFilesThatBeginWithTheSameHeaderAreNotTakenForCopies(t *testing.T) {
	for _, deeds := range [][]byte{{0x05, 0x60, 0x77}, {0xd6, 0x92, 0x87, 0x97, 0x61, 0x81}, {0x55, 0x96, 0x31, 0x56, 0xe7, 0x51, 0x75}} {
		try(t, headed, deeds, false)
		try(t, headed|lagging, deeds, false)
	}
}

func textOf(r *logs.Record) string {
	if r == nil {
		return ""
	}
	return fmt.Sprint(r.Text, r.Amended)
}
