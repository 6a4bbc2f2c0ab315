package backup

// What the tests of the whole, which use the real file system, take from the tests of the parts.
var (
	ManifestText = manifestText
	DirEntry     = dirEntry
	FileEntry    = fileEntry
	LinkEntry    = linkEntry
	SumLine      = sumLine
)

// WithLarge makes files of that size large ones, so that a test needs no large files.
func WithLarge(o Options, size int64) Options {
	o.large = size
	return o
}
