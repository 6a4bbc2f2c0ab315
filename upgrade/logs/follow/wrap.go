package follow

import (
	"bytes"
	"errors"
	"hash/maphash"
	"io"
)

// Some logs have a size limit and are written over in place when they reach it: the file stays as long as it is and its beginning changes (Domino's
// console.log). How far the new bytes go is found by comparing with what stood there before. Of the whole file a hash of each block is kept, of the bytes
// ahead of the server's pen the bytes themselves.

const (
	blockSize = 512
	maxBlocks = 1 << 18   // of larger files than 128 MB no hashes are kept: when they are overwritten that is a gap
	aheadSize = 256 << 10 // how much is compared at once
	maxAhead  = 8 << 20   // how much of the round before is kept of what was recorded
)

var seed = maphash.MakeSeed()

// content is what a file held when it was read, as hashes of its blocks.
type content struct {
	sums []uint64
	part []byte // of the block that is not full yet
	size int64
	hole bool // not all of it was seen
}

func sum(block []byte) uint64 { return maphash.Bytes(seed, block) }

// append takes what was read at an offset, one piece after the other.
func (k *content) append(offset int64, data []byte) {
	if k.hole || offset != k.size || len(k.sums) >= maxBlocks {
		k.hole = true
		return
	}
	k.size += int64(len(data))
	for len(data) > 0 {
		if len(k.part) == 0 && len(data) >= blockSize {
			k.sums = append(k.sums, sum(data[:blockSize]))
			data = data[blockSize:]
			continue
		}
		n := min(blockSize-len(k.part), len(data))
		k.part = append(k.part, data[:n]...)
		data = data[n:]
		if len(k.part) == blockSize {
			k.sums = append(k.sums, sum(k.part))
			k.part = k.part[:0]
		}
	}
}

// seal makes the unfinished last block one of the others.
func (k *content) seal() {
	if len(k.part) > 0 {
		k.sums = append(k.sums, sum(k.part))
		k.part = nil
	}
}

// renew replaces the hashes of the blocks from a block's offset on.
func (k *content) renew(offset int64, data []byte) {
	for b := int(offset / blockSize); len(data) > 0; b++ {
		block := data[:min(blockSize, len(data))]
		data = data[len(block):]
		if b < len(k.sums) {
			k.sums[b] = sum(block)
		} else {
			k.sums = append(k.sums, sum(block))
		}
		k.size = max(k.size, int64(b*blockSize+len(block)))
	}
}

// changed gives the offset of the last block in data that is not as it was; -1 when all are. data begins at a block's offset.
func (k *content) changed(offset int64, data []byte) int64 {
	last := int64(-1)
	for at := 0; at < len(data); at += blockSize {
		block := data[at:min(at+blockSize, len(data))]
		b := int(offset/blockSize) + at/blockSize
		full := len(block) == blockSize || offset+int64(at+len(block)) >= k.size
		if b >= len(k.sums) || full && sum(block) != k.sums[b] {
			last = offset + int64(at)
		}
	}
	return last
}

// lap is a round of a log that is written over in place.
type lap struct {
	was   *content
	ahead []byte // what stood from the file's offset on before this round; with blind, from the block behind it on
	// blind: of the block at the file's offset only the hash of what stood there is known. It is changed, and how far is told when the pen is past it.
	blind bool
}

// overwritten notices that the log is written over from its beginning, and goes on there. It is proven when what was read last still stands where it
// stood, and behind the new beginning stands what was there before.
func (f *follower) overwritten(info Info) bool {
	c := f.cur
	if c.packed != nil || info.Size < c.offset || c.offset < 2*blockSize || !c.tailStands() {
		return false
	}
	if c.lap == nil {
		if !f.toItsEnd() {
			return false
		}
		if c.was.hole || c.was.size != c.offset {
			return false
		}
		c.was.seal()
	} else if !f.lapDrain() || !f.lineEnd() {
		return false
	} else if c.lap.blind {
		f.gap("the last lines before the log was written over again cannot be told from what stood there before: up to 512 bytes are missing")
	}
	was := c.content()
	next := &tracked{name: c.name, identity: c.identity, mod: c.mod, file: c.file, lap: &lap{was: was, ahead: c.start}}
	if end, _, _, ok := next.written(); !ok || end >= was.size {
		return false
	}
	c.file = nil // the next one has it
	f.openNext(next)
	return f.lapDrain()
}

func (c *tracked) content() *content {
	if c.lap != nil {
		return c.lap.was
	}
	return &c.was
}

func (c *tracked) tailStands() bool {
	buf := make([]byte, len(c.tail))
	n, _ := c.file.ReadAt(buf, c.offset-int64(len(buf)))
	return n == len(buf) && bytes.Equal(buf, c.tail)
}

// toItsEnd reads what was appended before the log was written over.
func (f *follower) toItsEnd() bool {
	c := f.cur
	for f.err == nil {
		n, _ := c.file.ReadAt(f.buf, c.offset)
		if n == 0 {
			return true
		}
		f.take(f.buf[:n])
	}
	return false
}

// written finds how far the server has written in this round: end is the offset after the last byte that is proven new. buf is what the file holds from the
// block of the present offset on. Two reads must agree: a read while the server writes can see a later byte without an earlier one.
func (c *tracked) written() (end int64, unsure bool, buf []byte, ok bool) {
	base := c.offset &^ (blockSize - 1)
	var before []byte
	for range 50 {
		buf = make([]byte, aheadSize+blockSize) // whole blocks: where all of it is new, the next step begins with a block
		n, err := c.file.ReadAt(buf, base)
		if err != nil && !errors.Is(err, io.EOF) {
			return 0, false, nil, false
		}
		buf = buf[:n]
		end, unsure = c.newEnd(base, buf)
		if before != nil && len(before) >= int(end-base) && bytes.Equal(before[:end-base], buf[:end-base]) {
			return end, unsure, buf, true
		}
		before = buf
	}
	return 0, false, nil, false
}

// newEnd gives the offset after the last byte that is new. unsure tells that the block that begins there is changed too, and nobody knows how far.
func (c *tracked) newEnd(base int64, buf []byte) (end int64, unsure bool) {
	own := int(c.offset - base) // bytes of this round in the block
	if base+int64(len(buf)) > c.lap.was.size {
		return base + int64(len(buf)), false // it grows: all of it is new
	}
	if len(buf) <= own {
		return c.offset, c.lap.blind
	}
	from := own // ahead begins here
	if c.lap.blind {
		from = min(own+blockSize, len(buf))
	}
	known := min(len(c.lap.ahead), len(buf)-from)
	rest := (from + known + blockSize - 1) &^ (blockSize - 1)
	if rest < len(buf) {
		if at := c.lap.was.changed(base+int64(rest), buf[rest:]); at >= 0 {
			return at, true
		}
	}
	for i := known - 1; i >= 0; i-- {
		if c.lap.ahead[i] != buf[from+i] {
			return base + int64(from+i) + 1, false
		}
	}
	return c.offset, c.lap.blind
}

// lineEnd reads the rest of a line at the end of a round that looks as what stood there before: the server has finished it before it began a new round.
func (f *follower) lineEnd() bool {
	c := f.cur
	if n := len(c.tail); n == 0 || c.tail[n-1] == '\n' {
		return true
	}
	rest := make([]byte, min(64<<10, max(0, c.lap.was.size-c.offset)))
	n, err := c.file.ReadAt(rest, c.offset)
	if err != nil && !errors.Is(err, io.EOF) {
		return false
	}
	if rest = rest[:n]; bytes.IndexByte(rest, '\n') >= 0 {
		rest = rest[:bytes.IndexByte(rest, '\n')+1]
	}
	if len(rest) > 0 {
		f.take(rest)
	}
	return f.err == nil
}

// lapDrain reads what the server has written in this round. It tells whether that could be told.
func (f *follower) lapDrain() bool {
	c := f.cur
	for f.err == nil {
		end, unsure, buf, ok := c.written()
		if !ok || !c.tailStands() { // asked after reading: else the pen came by, and what was read is of two rounds
			return false
		}
		base := c.offset &^ (blockSize - 1)
		own := c.offset - base
		data := buf[own:max(own, end-base)]
		touched := min(int64(len(buf)), (end-base+blockSize-1)&^(blockSize-1))
		if len(data) > 0 {
			c.lap.was.renew(base, buf[:touched])
			f.take(data)
		}
		c.lap.advance(buf[own:], len(data), unsure)
		if len(data) == 0 {
			return true
		}
	}
	return false
}

// advance moves on by n bytes. What is known of the round before stays known: the pen may come far before it is looked at again. buf is what the file holds
// from the offset before on.
func (l *lap) advance(buf []byte, n int, unsure bool) {
	if skip := n; n > 0 || unsure != l.blind {
		if l.blind {
			skip -= blockSize // ahead begins behind the block
		}
		if unsure {
			skip += blockSize
		}
		l.ahead = l.ahead[min(max(0, skip), len(l.ahead)):]
	}
	l.blind = unsure
	if unsure {
		n += blockSize
	}
	if left := len(buf) - n; left > len(l.ahead) && len(l.ahead) < aheadSize/2 { // the pen is within buf: what comes behind is of the round before
		l.ahead = bytes.Clone(buf[n:])
	}
}
