package logs

import (
	"bytes"
	"compress/gzip"
	"io"
	"strings"

	"github.com/klauspost/compress/zstd"
)

// packedEnds are the ends of the names of compressed siblings.
var packedEnds = []string{".gz", ".zst"}

// withoutPacked takes the end of a compressed file off its name; packed tells that it had one.
func withoutPacked(name string) (plain string, packed bool) {
	for _, end := range packedEnds {
		if plain, ok := strings.CutSuffix(name, end); ok {
			return plain, true
		}
	}
	return name, false
}

var (
	gzipMagic = []byte{0x1f, 0x8b}
	zstdMagic = []byte{0x28, 0xb5, 0x2f, 0xfd}
)

// isPacked tells by its first bytes whether a file is compressed, whatever its name is.
func isPacked(head []byte) bool {
	return len(head) > 4 && (bytes.HasPrefix(head, gzipMagic) || bytes.HasPrefix(head, zstdMagic))
}

// maxWindow is how much memory unpacking may take: zstd with its longest usual window takes less.
const maxWindow = 128 << 20

// unpacker reads the content of a compressed file.
func unpacker(file io.ReaderAt, size int64) (io.Reader, error) {
	head := make([]byte, len(zstdMagic))
	if _, err := file.ReadAt(head, 0); err != nil {
		return nil, err
	}
	raw := io.NewSectionReader(file, 0, size)
	if bytes.Equal(head, zstdMagic) {
		return zstd.NewReader(raw, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(maxWindow), zstd.WithDecoderMaxWindow(maxWindow))
	}
	return gzip.NewReader(raw)
}
