package recording

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/gofrs/flock"
	"github.com/klauspost/compress/zstd"

	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/logs/follow"
)

// Recorder writes a recording. Its methods may be called from several goroutines: several logs may be followed at once.
type Recorder struct {
	mu     sync.Mutex
	dir    string
	lock   *flock.Flock
	now    func() time.Time
	z      *zstd.Encoder
	f      *os.File
	number int
	size   int64
	chain  chain
	table  table
	open   map[string]*file // by log and key of this session
	synced time.Time
	buf    []byte
	err    error // a write that failed: nothing may be appended after it
	limit  int64
}

// Create opens the recording of a folder for appending and makes the folder when there is none. A torn end is cut off. now may be nil. Faults:
// SB-3031 another recorder has it, SB-3032 it cannot be written.
func Create(dir string, now func() time.Time) (*Recorder, error) {
	if now == nil {
		now = time.Now
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, cannotWrite(dir, err)
	}
	lock := flock.New(filepath.Join(dir, "recorder.lock"))
	if ok, err := lock.TryLock(); err != nil {
		return nil, cannotWrite(dir, err)
	} else if !ok {
		return nil, upgrade.NewFault("SB-3031", upgrade.KindLocked, nil, "dir", dir)
	}
	z, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedDefault), zstd.WithEncoderConcurrency(1))
	if err != nil {
		return nil, errors.Join(err, lock.Unlock())
	}
	r := &Recorder{dir: dir, lock: lock, now: now, z: z, open: map[string]*file{}, limit: segmentSize}
	if err := r.recover(); err != nil {
		return nil, errors.Join(cannotWrite(dir, err), lock.Unlock())
	}
	return r, nil
}

func cannotWrite(dir string, err error) error {
	if _, ok := upgrade.AsFault(err); ok {
		return err
	}
	return upgrade.NewFault("SB-3032", upgrade.KindFailed, err, "dir", dir, "detail", err.Error())
}

// recover reads the last segment to know where the recording stands, and cuts off a torn frame.
func (r *Recorder) recover() error {
	names, err := segments(r.dir)
	if err != nil {
		return err
	}
	for len(names) > 0 {
		last := names[len(names)-1]
		s, err := openSegment(last)
		if err == nil {
			err = r.goOn(s)
		}
		if errors.Is(err, errTorn) { // the crash came before its first line and its table were on the disk
			if err := os.Remove(last); err != nil {
				return err
			}
			names = names[:len(names)-1]
			continue
		}
		return err
	}
	return nil
}

// goOn takes the state from a segment. One that is damaged in its middle is left as it is: Verify tells, and a new segment follows.
func (r *Recorder) goOn(s *segmentReader) error {
	defer func() { _ = s.close() }() // it was only read
	var fr frame
	var err error
	for {
		if fr, err = s.next(); err != nil {
			break
		}
		if err = r.table.take(fr, r.unpacked); err != nil {
			break
		}
	}
	if s.good == int64(headLength) && (errors.Is(err, errTorn) || errors.Is(err, io.EOF)) {
		return errTorn
	}
	r.number, r.chain = s.number, s.chain
	if errors.Is(err, errTorn) {
		err = os.Truncate(s.path, s.good)
		if err == nil {
			err = io.EOF
		}
	}
	if !errors.Is(err, io.EOF) {
		if errors.Is(err, errChanged) {
			return nil
		}
		return err
	}
	r.size = s.good
	r.f, err = os.OpenFile(s.path, os.O_WRONLY|os.O_APPEND, 0o600)
	return err
}

// maxUnpacked is the most that one frame can hold.
const maxUnpacked = 64 << 20

func (r *Recorder) unpacked(packed []byte) ([]byte, error) {
	d, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(maxUnpacked))
	if err != nil {
		return nil, err
	}
	defer d.Close()
	return d.DecodeAll(packed, nil)
}

// take follows one frame. What data says is only needed where a recorder goes on.
func (t *table) take(fr frame, unpack func([]byte) ([]byte, error)) error {
	switch fr.kind {
	case kindTable:
		t.Files = nil
		return json.Unmarshal(fr.body, t)
	case kindFile:
		f := &file{}
		if err := json.Unmarshal(fr.body, f); err != nil {
			return err
		}
		t.Files = append(t.Files, f)
	case kindData:
		id, offset, packed, err := dataFrame(fr.body)
		f := t.byID(id)
		if err != nil || f == nil {
			return errChanged
		}
		if f.First > 0 || len(f.Head) >= headSize {
			n, err := unpackedSize(packed)
			f.End = offset + n
			return err
		}
		data, err := unpack(packed)
		if err != nil {
			return err
		}
		f.took(offset, data)
	}
	return nil
}

func (f *file) took(offset int64, data []byte) {
	if room := headSize - len(f.Head); f.First == 0 && room > 0 && int64(len(f.Head)) == offset {
		f.Head = append(f.Head, data[:min(room, len(data))]...)
	}
	f.End = offset + int64(len(data))
}

// unpackedSize reads from a frame's header how long its data is.
func unpackedSize(packed []byte) (int64, error) {
	var h zstd.Header
	if err := h.Decode(packed); err != nil {
		return 0, err
	}
	if !h.HasFCS {
		return 0, errChanged
	}
	return int64(h.FrameContentSize), nil
}

func dataFrame(body []byte) (id int, offset int64, packed []byte, err error) {
	a, n := binary.Uvarint(body)
	b, m := binary.Uvarint(body[max(n, 0):])
	if n <= 0 || m <= 0 || a > 1<<31 || b > 1<<62 {
		return 0, 0, nil, errChanged
	}
	return int(a), int64(b), body[n+m:], nil
}

// Write records a chunk; give it as follow.Options.Raw. Bytes that were recorded before, by another process that was killed, are left out.
func (r *Recorder) Write(c follow.Chunk) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.err != nil {
		return r.err
	}
	err := r.write(c)
	if err == nil && r.now().Sub(r.synced) >= time.Second {
		err = r.sync()
	}
	if err != nil {
		r.err = cannotWrite(r.dir, err)
	}
	return r.err
}

func (r *Recorder) write(c follow.Chunk) error {
	f, err := r.fileOf(c)
	if err != nil {
		return err
	}
	if c.Gap != "" {
		return r.json(kindGap, gap{Log: c.Log, File: f.ID, Offset: c.Offset, Reason: c.Gap})
	}
	data, offset := c.Data, c.Offset
	if known := f.End - offset; known > 0 {
		data = data[min(known, int64(len(data))):]
		offset = f.End
	}
	if len(data) == 0 {
		return nil
	}
	if offset > f.End {
		reason := "the bytes before were written while nobody recorded"
		if err := r.json(kindGap, gap{Log: c.Log, File: f.ID, Offset: f.End, Reason: reason}); err != nil {
			return err
		}
	}
	body := binary.AppendUvarint(r.buf[:0], uint64(f.ID))
	body = binary.AppendUvarint(body, uint64(offset))
	body = r.z.EncodeAll(data, body)
	r.buf = body
	if err := r.frame(kindData, body); err != nil {
		return err
	}
	f.took(offset, data) // not before: a new segment's table must not tell of data that is not written yet
	return nil
}

// fileOf finds the file that a chunk is of. In the first chunk of a session it is found again by identity and content.
func (r *Recorder) fileOf(c follow.Chunk) (*file, error) {
	key := c.Log + "\x00" + c.Key
	if f := r.open[key]; f != nil {
		return f, nil
	}
	f := r.known(c)
	if f == nil {
		f = &file{ID: len(r.table.Files) + 1, Log: c.Log, Name: c.File, Identity: c.Identity, First: c.Offset, Line: c.Line, End: c.Offset}
		if err := r.json(kindFile, f); err != nil {
			return nil, err
		}
		r.table.Files = append(r.table.Files, f)
	}
	r.open[key] = f
	return f, nil
}

func (r *Recorder) known(c follow.Chunk) *file {
	for i := len(r.table.Files) - 1; i >= 0; i-- {
		f := r.table.Files[i]
		if f.Log != c.Log {
			continue
		}
		if c.Offset > 0 && f.End >= c.Offset && f.First <= c.Offset && (f.Identity == c.Identity || i == len(r.table.Files)-1) {
			return f
		}
		n := min(len(f.Head), len(c.Data))
		if c.Offset == 0 && f.First == 0 && f.Identity == c.Identity && n > 0 && bytes.Equal(f.Head[:n], c.Data[:n]) {
			return f
		}
	}
	return nil
}

func (r *Recorder) json(kind byte, v any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return r.frame(kind, body)
}

// frame appends a frame, in a new segment when the last one is full.
func (r *Recorder) frame(kind byte, body []byte) error {
	if r.f == nil || r.size >= r.limit {
		if err := r.roll(); err != nil {
			return err
		}
	}
	return r.append(kind, body)
}

func (r *Recorder) append(kind byte, body []byte) error {
	next := r.chain.next(kind, body)
	out := make([]byte, 0, frameHead+len(body))
	out = append(out, kind)
	out = binary.BigEndian.AppendUint32(out, uint32(len(body)))
	out = append(out, next[:]...)
	out = append(out, body...)
	n, err := r.f.Write(out)
	if err != nil {
		if n > 0 {
			err = errors.Join(err, r.f.Truncate(r.size)) // leave no half frame behind
		}
		return err
	}
	r.chain = next
	r.size += int64(len(out))
	return nil
}

func (r *Recorder) roll() error {
	if r.f != nil {
		if err := errors.Join(r.sync(), r.f.Close()); err != nil {
			return err
		}
		r.f = nil
	}
	path := filepath.Join(r.dir, segmentName(r.number+1))
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	head := segmentHead(r.number+1, r.chain)
	if _, err := f.WriteString(head); err != nil {
		return errors.Join(err, f.Close(), os.Remove(path))
	}
	r.f, r.number, r.size = f, r.number+1, int64(len(head))
	body, err := json.Marshal(r.table)
	if err != nil {
		return err
	}
	return r.append(kindTable, body)
}

func (r *Recorder) sync() error {
	r.synced = r.now()
	if r.f == nil {
		return nil
	}
	return r.f.Sync()
}

// Sync makes sure that what was recorded outlives a loss of power. Write does it once a second.
func (r *Recorder) Sync() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := r.sync(); err != nil {
		return cannotWrite(r.dir, err)
	}
	return nil
}

// Close ends recording and lets another recorder in.
func (r *Recorder) Close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	err := r.sync()
	if r.f != nil {
		err = errors.Join(err, r.f.Close())
		r.f = nil
	}
	r.err = errors.Join(r.err, os.ErrClosed)
	err = errors.Join(err, r.z.Close(), r.lock.Unlock())
	if err != nil {
		return cannotWrite(r.dir, err)
	}
	return nil
}
