// Package sample generates what a practice server holds: applications with names as people give them, their designs and records, and the causes
// for which some of them fail to upgrade. Everything follows from a seed alone: no clock, no map order.
package sample

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
)

// Random is a seeded source. One goroutine at a time.
type Random struct{ *rand.Rand }

// NewRandom gives the source of a seed and a stream; different streams of one seed are independent.
func NewRandom(seed, stream uint64) Random { return Random{rand.New(rand.NewPCG(seed, stream))} }

// Bytes gives n random bytes.
func (r Random) Bytes(n int) []byte {
	b := make([]byte, (n+7)/8*8)
	for i := 0; i < len(b); i += 8 {
		binary.LittleEndian.PutUint64(b[i:], r.Uint64())
	}
	return b[:n]
}

// UUID gives a version 4 UUID in lower case.
func (r Random) UUID() string {
	b := r.Bytes(16)
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	h := hex.EncodeToString(b)
	return fmt.Sprintf("%s-%s-%s-%s-%s", h[:8], h[8:12], h[12:16], h[16:20], h[20:])
}

// Pick gives one of the texts.
func (r Random) Pick(from []string) string { return from[r.IntN(len(from))] }
