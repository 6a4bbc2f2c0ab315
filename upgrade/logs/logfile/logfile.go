// Package logfile opens logs in a way that never hinders the server that writes them, and tells whether two names are the same file.
package logfile

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"os"
)

// Open opens a log for reading. On Windows the server may rename and delete the file while it is open.
func Open(path string) (*os.File, error) { return open(path) }

// Identity names a file on its volume, the same after a rename; empty where the file system has no such thing.
func Identity(f *os.File) string {
	info, err := f.Stat()
	if err != nil {
		return ""
	}
	return identity(f, info)
}

// IdentityOf is Identity of a file of which Stat gave info.
func IdentityOf(f *os.File, info os.FileInfo) string { return identity(f, info) }

// PrefixMax is how much of a file's beginning is hashed to recognise it: enough for a header and the first records.
const PrefixMax = 4096

// Prefix hashes the first n bytes of a file (at most PrefixMax). size is how many there were.
func Prefix(f io.ReaderAt, n int64) (hash string, size int64, err error) {
	buf := make([]byte, min(max(n, 0), PrefixMax))
	read, err := f.ReadAt(buf, 0)
	if err == io.EOF {
		err = nil
	}
	sum := sha256.Sum256(buf[:read])
	return hex.EncodeToString(sum[:12]), int64(read), err
}
