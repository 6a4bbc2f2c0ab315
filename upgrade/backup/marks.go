package backup

import (
	"context"

	"github.com/zeebo/xxh3"
)

// marks are the fingerprints of a file's chunks as they were in memory, XXH3 of 128 bits each. A chunk's is taken before the chunk goes into the hash
// of the manifest and before it is written, so that a bit that turns over anywhere behind that (memory, controller, disk) is seen when the file is read
// back. They leave the process with no file: what is sealed is SHA-256. Comparing with them costs a thirtieth of a second SHA-256.
type marks []xxh3.Uint128

func markOf(chunk []byte) xxh3.Uint128 { return xxh3.Hash128(chunk) }

// digest takes a piece into the hash, and the marks of its chunks when the lane marks. Every piece but a file's last is whole chunks.
func (l *lane) digest(piece []byte) {
	if l.marking {
		for rest := piece; len(rest) > 0; {
			n := min(len(rest), chunk)
			l.marks = append(l.marks, markOf(rest[:n]))
			rest = rest[n:]
		}
	}
	l.hash.Write(piece)
}

// marked runs a reading of a file and gives the marks of its chunks.
func (l *lane) marked(read func() error) (marks, error) {
	l.marking, l.marks = true, nil
	err := read()
	taken := l.marks
	l.marking, l.marks = false, nil
	return taken, err
}

// sameOnDisk reads a file as the disk has it and compares each chunk with its mark. It stops at the first that differs.
func (l *lane) sameOnDisk(ctx context.Context, place string, want marks, size int64, seen func(int)) (bool, error) {
	r, err := l.fs.OpenDisk(place)
	if err != nil {
		return false, err
	}
	defer r.Close()
	l.ready()
	for n := int64(0); ; {
		got, end, err := fill(ctx, r, l.buf)
		if err != nil {
			return false, err
		}
		if got > 0 {
			if len(want) == 0 || markOf(l.buf[:got]) != want[0] {
				return false, nil
			}
			want = want[1:]
			n += int64(got)
			seen(got)
		}
		if end {
			return n == size && len(want) == 0, nil
		}
	}
}
