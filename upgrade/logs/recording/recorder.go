package recording

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
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
	"github.com/springboard-leap/springboard/upgrade/logs"
	"github.com/springboard-leap/springboard/upgrade/logs/follow"
)

// Recorder writes a recording. Its methods may be called from several goroutines: several logs may be followed at once.
type Recorder struct {
	mu     sync.Mutex
	dir    string
	lock   *flock.Flock
	now    func() time.Time
	z      *zstd.Encoder
	quick  *zstd.Encoder // for short pieces: the other clears tables of a megabyte for each
	fs     segmentFS
	f      segmentFile
	number int
	size   int64
	chain  chain
	table  table
	open   opened
	synced time.Time
	buf    []byte
	torn   bool // a frame was written in part and could not be cut off yet
	closed bool
	missed map[string]string // by log: why bytes were not recorded, until a gap tells it
	limit  int64
}

// Create opens the recording of a folder for appending and makes the folder when there is none. A torn end is cut off. now may be nil. Faults:
// SB-3031 another recorder has it, SB-3032 it cannot be written.
func Create(dir string, now func() time.Time) (*Recorder, error) { return create(dir, now, osFS{}) }

func create(dir string, now func() time.Time, fs segmentFS) (*Recorder, error) {
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
	quick, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(quickBelow))
	if err != nil {
		return nil, errors.Join(err, z.Close(), lock.Unlock())
	}
	r := &Recorder{quick: quick, dir: dir, lock: lock, now: now, z: z, fs: fs, missed: map[string]string{}, limit: segmentSize}
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
			if err := r.fs.remove(last); err != nil {
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
	err := r.follow(s)
	if s.good == int64(headLength) && (errors.Is(err, errTorn) || errors.Is(err, io.EOF)) {
		return errTorn
	}
	r.number, r.chain = s.number, s.chain
	if errors.Is(err, errTorn) {
		err = r.fs.truncate(s.path, s.good)
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
	r.f, err = r.fs.open(s.path)
	return err
}

// follow takes the frames of a segment to its end.
func (r *Recorder) follow(s *segmentReader) error {
	last := map[int][]byte{} // by file: its last data, packed
	for {
		fr, err := s.next()
		if err == nil {
			err = r.table.take(fr, r.unpacked)
		}
		if err != nil {
			for id, packed := range last {
				if data, err := r.unpacked(packed); err == nil && r.table.byID(id) != nil {
					r.table.byID(id).Tail = data[max(0, len(data)-headSize):]
				}
			}
			return err
		}
		if fr.kind == kindData {
			id, _, packed, _ := dataFrame(fr.body) // it was taken: it is one
			last[id] = append(last[id][:0], packed...)
		}
	}
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
		*t = table{}
		return json.Unmarshal(fr.body, t)
	case kindFile:
		f := &file{}
		if err := json.Unmarshal(fr.body, f); err != nil {
			return err
		}
		t.add(f)
	case kindData:
		id, offset, packed, err := dataFrame(fr.body)
		f := t.byID(id)
		if err != nil || f == nil {
			return errChanged
		}
		t.wrote(f)
		if f.First > 0 || f.SumSize > 0 || len(f.Head) >= sumSize {
			n, err := unpackedSize(packed, unpack)
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
	if room := sumSize - len(f.Head); f.First == 0 && f.SumSize == 0 && room > 0 && int64(len(f.Head)) == offset {
		f.Head = append(f.Head, data[:min(room, len(data))]...)
	}
	f.End = offset + int64(len(data))
	f.Tail = append(f.Tail, data[max(0, len(data)-headSize):]...)
	f.Tail = append(f.Tail[:0], f.Tail[max(0, len(f.Tail)-headSize):]...)
}

// unpackedSize tells how long the data of a frame is: its header does, but for very short ones.
func unpackedSize(packed []byte, unpack func([]byte) ([]byte, error)) (int64, error) {
	var h zstd.Header
	if err := h.Decode(packed); err != nil {
		return 0, err
	}
	if h.HasFCS {
		return int64(h.FrameContentSize), nil
	}
	data, err := unpack(packed)
	return int64(len(data)), err
}

func dataFrame(body []byte) (id int, offset int64, packed []byte, err error) {
	a, n := binary.Uvarint(body)
	b, m := binary.Uvarint(body[max(n, 0):])
	if n <= 0 || m <= 0 || a > 1<<31 || b > 1<<62 {
		return 0, 0, nil, errChanged
	}
	return int(a), int64(b), body[n+m:], nil
}

// Write records a chunk; give it as follow.Options.Raw. It is Keep for who does not want it again.
func (r *Recorder) Write(c follow.Chunk) error {
	_, err := r.Keep(c)
	return err
}

// Keep records a chunk, and tells where it stands: zero when not all of it stands there. Bytes that were recorded before, by another process that was killed, are
// left out. After an error nothing of the chunk, or only what begins it, is recorded, and the next call may succeed: say Missed for what was not.
func (r *Recorder) Keep(c follow.Chunk) (follow.Spot, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return follow.Spot{}, cannotWrite(r.dir, os.ErrClosed)
	}
	spot, err := r.write(c)
	if err == nil && r.now().Sub(r.synced) >= time.Second {
		err = r.sync()
	}
	if err != nil {
		return follow.Spot{}, cannotWrite(r.dir, err)
	}
	return spot, nil
}

// Missed tells that a chunk was not recorded. When recording goes on, a gap says so.
func (r *Recorder) Missed(c follow.Chunk, why error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	reason := "what was written here is not recorded: the recording could not be written"
	if f, ok := upgrade.AsFault(why); ok && f.Args["detail"] != "" {
		reason += ": " + f.Args["detail"]
	}
	r.missed[c.Log] = reason
}

func (r *Recorder) write(c follow.Chunk) (spot follow.Spot, err error) {
	f, err := r.fileOf(c)
	if err != nil {
		return spot, err
	}
	if c.Gap != "" {
		return spot, r.json(kindGap, gap{Log: c.Log, File: f.ID, Offset: c.Offset, Reason: c.Gap})
	}
	missed := r.missed[c.Log]
	if missed != "" {
		if err := r.json(kindGap, gap{Log: c.Log, File: f.ID, Offset: f.End, Reason: missed}); err != nil {
			return spot, err
		}
		delete(r.missed, c.Log)
	}
	data, offset := c.Data, c.Offset
	if known := f.End - offset; known > 0 {
		data = data[min(known, int64(len(data))):]
		offset = f.End
	}
	if len(data) == 0 {
		return spot, nil
	}
	if offset > f.End && missed == "" {
		reason := "the bytes before were written while nobody recorded"
		if err := r.json(kindGap, gap{Log: c.Log, File: f.ID, Offset: f.End, Reason: reason}); err != nil {
			return spot, err
		}
	}
	body := binary.AppendUvarint(r.buf[:0], uint64(f.ID))
	body = binary.AppendUvarint(body, uint64(offset))
	body = r.pack(data, body)
	r.buf = body
	if err := r.frame(kindData, body); err != nil {
		return spot, err
	}
	if offset == c.Offset {
		spot = follow.Spot{Segment: r.number, Offset: r.size - int64(frameHead+len(body))}
	}
	r.table.wrote(f)
	f.Over = c.Over
	f.took(offset, data) // not before: a new segment's table must not tell of data that is not written yet
	return spot, nil
}

// fileOf finds the file that a chunk is of. In the first chunk of a session it is found again by identity and content.
func (r *Recorder) fileOf(c follow.Chunk) (*file, error) {
	if f := r.open.get(c.Log, c.Key); f != nil {
		return f, nil
	}
	f := r.known(c)
	if f == nil {
		f = &file{ID: max(1, r.table.Next), Log: c.Log, Name: c.File, Identity: c.Identity, First: c.Offset, Line: c.Line, End: c.Offset, Over: c.Over}
		if err := r.json(kindFile, f); err != nil {
			return nil, err
		}
		r.table.add(f)
	}
	r.open.put(c.Log, c.Key, f)
	return f, nil
}

// known finds the file that a chunk is of among those of earlier sessions and of this one. File systems use the numbers of deleted files again, and all files of
// a server begin with the same header: a chunk of a file's beginning is of a known file only when it holds all that is known of that one's beginning.
func (r *Recorder) known(c follow.Chunk) *file {
	for i := len(r.table.Files) - 1; i >= 0; i-- {
		f := r.table.Files[i]
		if f.Log != c.Log {
			continue
		}
		last := f.ID == r.table.Last[c.Log]
		if c.Offset > 0 && f.End >= c.Offset && f.First <= c.Offset && last {
			return f
		}
		if c.Offset > 0 || f.First > 0 {
			continue
		}
		begin := bytes.NewReader(c.Data)
		switch {
		case f.SumSize >= sumSize && f.begins(begin): // the file, or a copy of it
			return f
		case f.Identity != c.Identity:
		case f.SumSize > 0 && int64(len(c.Data)) >= f.SumSize:
			if f.begins(begin) {
				return f
			}
		case (f.SumSize > 0 || last) && f.beginsLike(c.Data):
			return f
		}
	}
	return nil
}

// beginsLike compares the first piece of a file with what is kept of this one's beginning. What is alike must be more than a header, unless it is all that was
// written of a file so far.
func (f *file) beginsLike(data []byte) bool {
	n := min(len(f.Head), len(data))
	if n == 0 || !bytes.Equal(f.Head[:n], data[:n]) {
		return false
	}
	end, whole := logs.HeaderEnd(data)
	return whole && n > end || f.SumSize == 0 && n == len(f.Head)
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

// Seal gives where the recording stands. Zero while nothing is recorded.
func (r *Recorder) Seal() Seal {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.number == 0 {
		return Seal{}
	}
	return Seal{Segment: r.number, Chain: hex.EncodeToString(r.chain[:])}
}

// Close ends recording and lets another recorder in.
func (r *Recorder) Close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	var err error
	if r.torn && r.f != nil { // the next recorder cuts it off otherwise
		err = r.f.Truncate(r.size)
	}
	err = errors.Join(err, r.sync())
	if r.f != nil {
		err = errors.Join(err, r.f.Close())
		r.f = nil
	}
	r.closed = true
	err = errors.Join(err, r.z.Close(), r.quick.Close(), r.lock.Unlock())
	if err != nil {
		return cannotWrite(r.dir, err)
	}
	return nil
}
