// Package recording keeps every byte of the followed logs in the run's folder, because servers throw their logs away: compressed, in segments whose
// frames are chained by hashes, so that nobody can change or leave out a piece unseen. What was recorded is read again as a log.
//
// A segment is a text line with its number and the chain's value before it, then frames: a kind, a length, the chain's value, a body. The chain's
// value is the beginning of SHA-256 over the value before, kind, length and body. Only the last segment grows, and only at its end: a crash
// can only tear its last frame, which the next writer cuts off.
package recording

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/springboard-leap/springboard/upgrade/logs/logfile"
)

const (
	suffix      = ".sbrec"
	magic       = "springboard-recording/1"
	chainSize   = 16
	frameHead   = 1 + 4 + chainSize
	maxBody     = 16 << 20
	segmentSize = 16 << 20
)

// The kinds of frames.
const (
	kindTable = 'S' // JSON table: what is known of the files when the segment begins
	kindFile  = 'F' // JSON file: from now on data of it
	kindData  = 'D' // file, offset, zstd of the bytes
	kindGap   = 'G' // JSON gap
)

type chain [chainSize]byte

func (c chain) next(kind byte, body []byte) chain {
	h := sha256.New()
	h.Write(c[:])
	var head [5]byte
	head[0] = kind
	binary.BigEndian.PutUint32(head[1:], uint32(len(body)))
	h.Write(head[:])
	h.Write(body)
	var out chain
	copy(out[:], h.Sum(nil))
	return out
}

// file is one file of a log, as the recorder knows it.
type file struct {
	ID       int    `json:"id"`
	Log      string `json:"log"`
	Name     string `json:"name"`
	Identity string `json:"identity"`
	First    int64  `json:"first"`         // offset of the first byte that was recorded
	Line     int64  `json:"line"`          // lines before First
	End      int64  `json:"end"`           // offset after the last one
	Head     []byte `json:"head"`          // its first bytes, when First is 0
	Sum      string `json:"sum,omitempty"` // hash of the first SumSize bytes, once there are sumSize of them or the file is finished
	SumSize  int64  `json:"sum_size,omitempty"`
	Tail     []byte `json:"tail,omitempty"` // the bytes before End; of a log's last file only
	Over     int64  `json:"over,omitempty"` // not 0: it is written over in place, and was so long
}

// headSize is how much of a file's beginning is kept to tell it from another of the same identity: file systems use their numbers again.
const headSize = 512 // as much is kept of the end of a log's last file

// sumSize is how much of a file's beginning a hash of is kept: headers of one server are the same in all its files, what follows them is not.
const sumSize = 4096

// table is what is known of the files when a segment begins. Of a log with very many files the oldest are left out.
type table struct {
	Files []*file        `json:"files"`
	Next  int            `json:"next"` // the number of the next file
	Last  map[string]int `json:"last"` // by log: the file that was written last
}

// maxKept is how many files of a log the table tells of: more than a server keeps.
const maxKept = 256

// add takes a new file.
func (t *table) add(f *file) {
	t.Files = append(t.Files, f)
	t.Next = max(t.Next, f.ID+1)
	n := 0
	for _, o := range t.Files {
		if o.Log == f.Log {
			n++
		}
	}
	for i := 0; i < len(t.Files) && n > maxKept; i++ {
		if t.Files[i].Log == f.Log {
			t.Files = append(t.Files[:i:i], t.Files[i+1:]...)
			break
		}
	}
}

// finish forgets what is only needed while a file is written.
func (f *file) finish() {
	f.Tail = nil
	if f.First == 0 && len(f.Head) > 0 {
		f.Sum, f.SumSize, _ = logfile.Prefix(bytes.NewReader(f.Head), int64(len(f.Head))) // bytes in memory are read without an error
		f.Head = f.Head[:min(len(f.Head), headSize)]
	}
}

// wrote tells that a file is the one that was written last.
func (t *table) wrote(f *file) {
	if t.Last == nil {
		t.Last = map[string]int{}
	}
	if before := t.byID(t.Last[f.Log]); before != nil && before != f {
		before.finish()
	}
	t.Last[f.Log] = f.ID
}

func (t *table) byID(id int) *file {
	for _, f := range t.Files {
		if f.ID == id {
			return f
		}
	}
	return nil
}

type gap struct {
	Log    string `json:"log"`
	File   int    `json:"file"`
	Offset int64  `json:"offset"`
	Reason string `json:"reason"`
}

func segmentName(n int) string { return fmt.Sprintf("%06d%s", n, suffix) }

func segmentHead(n int, c chain) string {
	return fmt.Sprintf("%s %06d %s\n", magic, n, hex.EncodeToString(c[:]))
}

var headLength = len(segmentHead(1, chain{}))

// segments lists the segments of a folder in order. A folder that does not exist has none.
func segments(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		if os.IsNotExist(err) {
			return nil, nil
		}
		return nil, err
	}
	var names []string
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), suffix) && len(e.Name()) == len(segmentName(1)) {
			names = append(names, filepath.Join(dir, e.Name()))
		}
	}
	slices.Sort(names)
	return names, nil
}
