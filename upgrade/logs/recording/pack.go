package recording

import (
	"encoding/binary"
	"math/bits"
)

const (
	quickBelow = 16 << 10 // from here on a better compression is worth its time
	plainBelow = 256      // a line alone shrinks by next to nothing, and who watches waits for it
)

// pack appends data to body as a frame of zstd with a checksum.
func (r *Recorder) pack(data, body []byte) []byte {
	switch {
	case len(data) < plainBelow:
		return appendPlain(body, data)
	case len(data) < quickBelow:
		return r.quick.EncodeAll(data, body)
	}
	return r.z.EncodeAll(data, body)
}

// appendPlain appends less than 256 bytes as a frame of zstd that holds them as they are (RFC 8878, 3.1.1): its magic number, a header of one segment whose length is one
// byte and that has a checksum, one last block that is not packed, and the checksum.
func appendPlain(body, data []byte) []byte {
	block := uint32(len(data))<<3 | 1
	body = append(body, 0x28, 0xb5, 0x2f, 0xfd, 0x24, byte(len(data)), byte(block), byte(block>>8), byte(block>>16))
	body = append(body, data...)
	return binary.LittleEndian.AppendUint32(body, uint32(xxh64(data)))
}

const (
	prime1 uint64 = 0x9e3779b185ebca87
	prime2 uint64 = 0xc2b2ae3d27d4eb4f
	prime3 uint64 = 0x165667b19e3779f9
	prime4 uint64 = 0x85ebca77c2b2ae63
	prime5 uint64 = 0x27d4eb2f165667c5
)

// xxh64 is the hash XXH64 with the seed 0, of which a frame's checksum is made.
func xxh64(data []byte) uint64 {
	length := uint64(len(data))
	h := prime5
	if len(data) >= 32 {
		p1 := prime1 // a variable: constants must not overflow
		v := [4]uint64{p1 + prime2, prime2, 0, -p1}
		for ; len(data) >= 32; data = data[32:] {
			for i := range v {
				v[i] = xxhRound(v[i], binary.LittleEndian.Uint64(data[8*i:]))
			}
		}
		h = bits.RotateLeft64(v[0], 1) + bits.RotateLeft64(v[1], 7) + bits.RotateLeft64(v[2], 12) + bits.RotateLeft64(v[3], 18)
		for _, one := range v {
			h = (h^xxhRound(0, one))*prime1 + prime4
		}
	}
	h += length
	for ; len(data) >= 8; data = data[8:] {
		h = bits.RotateLeft64(h^xxhRound(0, binary.LittleEndian.Uint64(data)), 27)*prime1 + prime4
	}
	if len(data) >= 4 {
		h = bits.RotateLeft64(h^uint64(binary.LittleEndian.Uint32(data))*prime1, 23)*prime2 + prime3
		data = data[4:]
	}
	for _, b := range data {
		h = bits.RotateLeft64(h^uint64(b)*prime5, 11) * prime1
	}
	h = (h ^ h>>33) * prime2
	h = (h ^ h>>29) * prime3
	return h ^ h>>32
}

func xxhRound(acc, lane uint64) uint64 { return bits.RotateLeft64(acc+lane*prime2, 31) * prime1 }
