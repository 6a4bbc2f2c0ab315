package proc

// Open is a file that a process holds open.
type Open struct {
	PID     int
	Process string // its short name
	Path    string
	Writing bool // open for writing, not only for reading
}
