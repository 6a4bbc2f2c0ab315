package backup

// What the tests of the whole, which use the real file system, take from the tests of the parts.
var (
	ManifestText = manifestText
	DirEntry     = dirEntry
	FileEntry    = fileEntry
	LinkEntry    = linkEntry
	SumLine      = sumLine
)
