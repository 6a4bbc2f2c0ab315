package recording

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"path/filepath"
)

// How frames get into segments: whole or not at all, each chained to the one before.

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
	if r.torn {
		if err := r.f.Truncate(r.size); err != nil {
			return err
		}
		r.torn = false
	}
	n, err := r.f.Write(out)
	if err != nil {
		if n > 0 { // leave no half frame behind
			terr := r.f.Truncate(r.size)
			r.torn = terr != nil
			err = errors.Join(err, terr)
		}
		return err
	}
	r.chain = next
	r.size += int64(len(out))
	return nil
}

// roll begins a segment. When that fails, the one before stays the last.
func (r *Recorder) roll() error {
	if r.f != nil {
		if err := r.sync(); err != nil {
			return err
		}
		if r.torn {
			if err := r.f.Truncate(r.size); err != nil {
				return err
			}
			r.torn = false
		}
	}
	path := filepath.Join(r.dir, segmentName(r.number+1))
	f, err := r.fs.create(path)
	if err != nil {
		return err
	}
	body, err := json.Marshal(r.table)
	head := segmentHead(r.number+1, r.chain)
	before := r.f
	if err == nil {
		_, err = f.Write([]byte(head))
	}
	if err != nil {
		return errors.Join(err, f.Close(), r.fs.remove(path))
	}
	size := r.size
	r.f, r.size = f, int64(len(head))
	if err := r.append(kindTable, body); err != nil {
		r.f, r.size, r.torn = before, size, false
		return errors.Join(err, f.Close(), r.fs.remove(path))
	}
	r.number++
	if before != nil {
		return before.Close()
	}
	return nil
}

func (r *Recorder) sync() error {
	r.synced = r.now()
	if r.f == nil {
		return nil
	}
	return r.f.Sync()
}
