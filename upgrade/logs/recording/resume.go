package recording

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"path/filepath"
	"sync"

	"github.com/springboard-leap/springboard/upgrade/logs"
	"github.com/springboard-leap/springboard/upgrade/logs/follow"
	"github.com/springboard-leap/springboard/upgrade/logs/logfile"
)

// Place is a record in the recording: the first that was not delivered.
type Place struct {
	File   int   `json:"file"` // number of the recorded file
	Offset int64 `json:"offset"`
	Line   int64 `json:"line"`            // lines before Offset
	Given  int   `json:"given,omitempty"` // lines of the record at Offset that were delivered
}

// opened are the files of this session, by log and key. It has a lock of its own: who delivers asks while a recorder waits for the disk.
type opened struct {
	mu    sync.Mutex
	files map[sessionKey]*file
}

type sessionKey struct{ log, key string }

func (o *opened) get(log, key string) *file {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.files[sessionKey{log, key}]
}

func (o *opened) put(log, key string, f *file) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.files == nil {
		o.files = map[sessionKey]*file{}
	}
	o.files[sessionKey{log, key}] = f
}

func resumeKey(f *file) string { return "recorded " + f.key() }

// Place gives the place of an event of the follower that this recorder records. ok is false while the file of the event is not recorded.
func (r *Recorder) Place(log string, at logs.Place) (Place, bool) {
	f := r.open.get(log, at.File)
	if f == nil {
		return Place{}, false
	}
	return Place{File: f.ID, Offset: at.Offset, Line: at.Line, Given: at.Given}, true
}

// Resume says where following a log goes on: reading after the last byte that was recorded, delivery after the last record that was delivered. What lies between
// the two comes from the recording. delivered may be nil: then everything that was recorded is delivered. Nil when nothing was.
func (r *Recorder) Resume(log string, delivered *Place) *follow.Resume {
	r.mu.Lock()
	defer r.mu.Unlock()
	last := r.table.byID(r.table.Last[log])
	if last == nil {
		return nil
	}
	for _, f := range r.table.Files {
		if f.Log == log {
			r.open.put(log, resumeKey(f), f)
		}
	}
	read := follow.Position{Path: log, File: last.Name, Key: resumeKey(last), Identity: last.Identity, Offset: last.End, Over: last.Over, Tail: bytes.Clone(last.Tail)}
	if len(last.Head) > 0 && last.Over == 0 {
		read.Prefix = int64(len(last.Head))
		read.Hash, _, _ = logfile.Prefix(bytes.NewReader(last.Head), read.Prefix) // bytes in memory are read without an error
	}
	out := &follow.Resume{Position: follow.Position{Path: log, File: last.Name}, Read: &read}
	at := delivered
	if at != nil {
		f := r.table.byID(at.File)
		if f == nil || f.Log != log || at.Offset > f.End { // a loss of power took what was recorded last
			at = nil
			out.Position = read
			out.Given = 0
		} else {
			head, _, _ := logfile.Prefix(bytes.NewReader(f.Head), int64(len(f.Head)))
			out.Position = follow.Position{Path: log, File: f.Name, Key: resumeKey(f), Identity: f.Identity, Offset: at.Offset, Line: at.Line, Given: at.Given,
				Prefix: int64(len(f.Head)), Hash: head}
		}
	}
	end := follow.Spot{Segment: r.number, Offset: r.size} // what is recorded from now on is delivered as it is read
	out.Replay = func(give func(follow.Chunk) error) error {
		if delivered != nil && at == nil {
			return nil
		}
		err := r.replay(log, at, end, give)
		if errors.Is(err, errStop) {
			return nil
		}
		return err
	}
	identity := last.Identity
	out.Content = func(give func(int64, []byte) error) error { return r.content(log, identity, give) }
	out.Known = func(identity string, file io.ReaderAt) bool { return r.recorded(log, identity, file) }
	return out
}

// begins tells whether a file begins like this one, which is finished. Of a short one all is known: when more stands in the file it is another, which has the
// same header.
func (f *file) begins(file io.ReaderAt) bool {
	if f.SumSize == 0 {
		return false
	}
	sum, n, err := logfile.Prefix(file, f.SumSize)
	if err != nil || n != f.SumSize || sum != f.Sum {
		return false
	}
	if f.SumSize >= sumSize || f.End > f.SumSize {
		return true
	}
	more, _ := file.ReadAt(make([]byte, 1), f.End)
	return more == 0
}

// recorded tells whether a file, or what it is a copy of, was recorded before the log's last one.
func (r *Recorder) recorded(log, identity string, file io.ReaderAt) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, f := range r.table.Files {
		if f.Log == log && f.ID != r.table.Last[log] && (f.SumSize >= sumSize || f.Identity == identity) && f.begins(file) {
			return true
		}
	}
	return false
}

// replay gives what was recorded of a log from a place on, nil is its beginning, and ends with errStop at the spot end at the latest.
func (r *Recorder) replay(log string, at *Place, end follow.Spot, give func(follow.Chunk) error) error {
	rec, err := Open(r.dir)
	if err != nil {
		return err
	}
	defer func() { _ = rec.Close() }() // it was only read
	begun := at == nil
	last := filepath.Join(r.dir, segmentName(end.Segment))
	return rec.each(context.Background(), rec.from(at), false, func(segment string, fr frame, t *table) error {
		switch {
		case segment > last || segment == last && fr.offset >= end.Offset:
			return errStop
		case fr.kind == kindGap && begun:
			var g gap
			if err := json.Unmarshal(fr.body, &g); err != nil || g.Log != log {
				return err
			}
			return give(follow.Chunk{Log: log, Gap: g.Reason})
		case fr.kind == kindData:
			id, offset, packed, err := dataFrame(fr.body)
			f := t.byID(id)
			if err != nil || f == nil || f.Log != log {
				return err
			}
			size, err := unpackedSize(packed, rec.unpacked)
			if err != nil {
				return err
			}
			f.End = offset + size
			if !begun && !reached(at, f, t) {
				return nil
			}
			data, err := rec.unpacked(packed)
			if err != nil {
				return err
			}
			line := f.Line
			if !begun && id == at.File {
				skip := max(0, at.Offset-offset)
				data, offset, line = data[skip:], offset+skip, at.Line
			}
			begun = true
			return give(follow.Chunk{Log: log, File: f.Name, Identity: f.Identity, Key: resumeKey(f), Offset: offset, Line: line, Data: data})
		}
		return nil
	}, func(*table) {})
}

// reached tells whether the frame that the table has just taken holds the first bytes behind a place, or comes after them.
func reached(at *Place, f *file, t *table) bool {
	if f.ID == at.File {
		return f.End > at.Offset
	}
	of := t.byID(at.File)
	return of != nil && of.End >= at.Offset && f.ID > at.File
}

// from gives the segments from the one on in which a place stands.
func (r *Recording) from(at *Place) []string {
	if at == nil {
		return r.names
	}
	for i := len(r.names) - 1; i > 0; i-- {
		before, err := r.begins(r.names[i])
		if err != nil {
			continue // it is torn at its beginning
		}
		if f := before.byID(at.File); f == nil && before.Next <= at.File || f != nil && f.End <= at.Offset {
			return r.names[i:]
		}
	}
	return r.names
}

// begins reads the table at the beginning of a segment.
func (r *Recording) begins(name string) (*table, error) {
	s, err := openSegment(name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = s.close() }() // it was only read
	fr, err := s.next()
	if err != nil {
		return nil, err
	}
	if fr.kind != kindTable {
		return nil, errors.Join(errChanged, errors.New(filepath.Base(name)+" has no table"))
	}
	var t table
	return &t, t.take(fr, r.unpacked)
}

// content gives what was recorded of a file that is written over in place, round after round.
func (r *Recorder) content(log, identity string, give func(int64, []byte) error) error {
	rec, err := Open(r.dir)
	if err != nil {
		return err
	}
	defer func() { _ = rec.Close() }() // it was only read
	return rec.each(context.Background(), rec.names, false, func(_ string, fr frame, t *table) error {
		if fr.kind != kindData {
			return nil
		}
		id, offset, packed, err := dataFrame(fr.body)
		f := t.byID(id)
		if err != nil || f == nil || f.Log != log || f.Identity != identity {
			return err
		}
		data, err := rec.unpacked(packed)
		if err != nil {
			return err
		}
		return give(offset, data)
	}, func(*table) {})
}
