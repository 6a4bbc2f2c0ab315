package recording

import (
	"bytes"
	"testing"

	"github.com/klauspost/compress/zstd"
)

// TestAPieceOfAnyLengthIsAFrameThatZstdReads: around the lengths at which another way of packing begins, the standard decoder gives the bytes, and the header tells how
// many they are.
func TestAPieceOfAnyLengthIsAFrameThatZstdReads(t *testing.T) {
	r, err := Create(t.TempDir(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	z, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(maxUnpacked))
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	line := []byte("[11/23/26 21:00:00:000 UTC] 000000a3 Demo          I   a message\r\n\x00\xff")
	data := bytes.Repeat(line, 1+(quickBelow+100)/len(line))
	lengths := []int{plainBelow, plainBelow + 1, quickBelow - 1, quickBelow, quickBelow + 1}
	for n := 1; n < plainBelow; n++ {
		lengths = append(lengths, n)
	}
	for _, n := range lengths {
		const before = "what stands before"
		packed := r.pack(data[:n], []byte(before))
		if !bytes.HasPrefix(packed, []byte(before)) {
			t.Fatalf("%d bytes: what stood before them is gone", n)
		}
		packed = packed[len(before):]
		got, err := z.DecodeAll(packed, nil)
		if err != nil || !bytes.Equal(got, data[:n]) {
			t.Errorf("%d bytes came back as %d: %v", n, len(got), err)
		}
		if size, err := unpackedSize(packed, r.unpacked); err != nil || size != int64(n) {
			t.Errorf("%d bytes are told as %d: %v", n, size, err)
		}
		packed[len(packed)-5] ^= 1 // of the data, where it stands as it is
		if _, err := z.DecodeAll(packed, nil); err == nil && n < plainBelow {
			t.Errorf("%d bytes with a changed one are taken for well", n)
		}
	}
}
