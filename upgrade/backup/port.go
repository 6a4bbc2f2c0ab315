package backup

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"time"

	"github.com/springboard-leap/springboard/upgrade"
)

// ErrUnsupported is what a port answers when the system or the volume cannot do what was asked; the caller then takes the other way.
var ErrUnsupported = errors.New("not supported here")

// Ports is the outside world as backup needs it. FS must be set. Quiet and Dumper may be nil: without Quiet only the sizes and times of the
// files tell whether the source rests, without Dumper no database is part of a backup.
type Ports struct {
	FS     FS
	Quiet  Quiescence
	Dumper Dumper
	Now    func() time.Time // nil: the wall clock
	Tool   string           // name and version of the program, for the manifest
	Host   string           // name of this machine, for the manifest
}

func (p Ports) now() time.Time {
	if p.Now == nil {
		return time.Now()
	}
	return p.Now()
}

// Info describes a directory entry itself (a link is not followed).
type Info struct {
	Name    string
	Mode    fs.FileMode
	Size    int64 // bytes; 0 for what is no regular file
	ModTime time.Time
	Change  time.Time // of content, name or attributes; zero where the system has none
	Device  uint64    // 0 where the system does not tell cheaply
	Inode   uint64
	Links   uint64 // hard links, 0 when unknown
	UID     int    // -1 when unknown
	GID     int    // -1 when unknown
	Sparse  bool   // fewer blocks on the disk than its size needs
}

// Meta is what Apply gives to a path, beside its content.
type Meta struct {
	Mode     fs.FileMode
	ModTime  time.Time
	UID, GID int // -1: leave as it is
}

// Space is a volume as far as a plan needs it.
type Space struct {
	Volume string `json:"volume"`         // equal for paths on the same volume
	Type   string `json:"type,omitempty"` // ext4, xfs, ntfs, vfat, nfs, tmpfs ...; empty when unknown
	Free   int64  `json:"free"`           // bytes this user may still write
	Total  int64  `json:"total"`          // bytes
	// FreeFiles is how many files and folders may still be made; 0: the volume has no such limit, or does not tell.
	FreeFiles int64 `json:"free_files,omitempty"`
	// Quota: Free is what this user's quota leaves, less than the volume has.
	Quota   bool  `json:"quota,omitempty"`
	MaxFile int64 `json:"max_file,omitempty"` // largest file the volume takes; 0: no limit that matters
	// FoldsCase: two names that differ in case only are the same file here.
	FoldsCase bool `json:"folds_case,omitempty"`
}

// Reader reads one file from its beginning.
type Reader interface {
	io.ReadCloser
	// Stat describes the open file, whatever its name has become.
	Stat() (Info, error)
}

// Writer writes one new file.
type Writer interface {
	io.Writer
	// Skip moves on by n bytes that read as zero and take no room where the volume can do so.
	Skip(n int64) error
	// Start asks the system to begin writing to the disk. It may wait for what an earlier call asked for.
	Start() error
	// Sync waits until the content is on the disk.
	Sync() error
	// ReadBack reads what was written at an offset, as the system's memory has it. Only of a Writer of CreateCached.
	ReadBack(p []byte, at int64) (int, error)
	Close() error
}

// FS is the file system. Paths are native and absolute. Links are never followed in the last element, but by SameFile and Real. Errors wrap
// those of io/fs (fs.ErrNotExist and so on). Any goroutine.
type FS interface {
	// Buffer gives n bytes of memory that the disk can take and give directly, as fast as the system knows how. It is the garbage collector's, like any
	// other memory.
	Buffer(n int) []byte
	Lstat(path string) (Info, error)
	ReadDir(path string, limit int) ([]Info, error)                    // in no order, the first limit of them; 0: all
	Names(path string, each func(name string, kind fs.FileMode)) error // in no order, of any number, with the bits of fs.ModeType
	Readlink(path string) (string, error)
	Real(path string) (string, error)                           // absolute, without links; the path must exist
	SameFile(a, b string) (bool, error)                         // the same file or folder, by identity
	Space(path string) (Space, error)                           // of the volume of an existing path
	Open(path string) (Reader, error)                           // a regular file; others may go on renaming and deleting it meanwhile
	OpenDisk(path string) (Reader, error)                       // the same, past the page cache where the system allows it
	Create(path string, perm fs.FileMode) (Writer, error)       // past the page cache where that can be
	CreateCached(path string, perm fs.FileMode) (Writer, error) // through the page cache, so that it can be read back from there
	Mkdir(path string, perm fs.FileMode) error
	Symlink(target, path string) error
	Link(old, path string) error     // a second name of a regular file, or ErrUnsupported
	Rename(from, to string) error    // replaces a file or an empty folder
	Exchange(a, b string) error      // both exist and change places at once, or ErrUnsupported
	Remove(path string) error        // a file, a link or an empty folder
	Apply(path string, m Meta) error // owner as far as this user may, mode, times; for a link its times and owner only
	CopyExtra(from, to string) error // extended attributes and ACL as far as both volumes keep them
	SyncDir(path string) error
	SyncFile(path string) error // flushes a file that another program wrote
	// WriteFile replaces a small file at once: temporary name, flush, rename, flush of the folder.
	WriteFile(path string, data []byte, perm fs.FileMode) error
}

// Process is a process that keeps the installation busy.
type Process struct {
	PID  int    `json:"pid"`
	Name string `json:"name"`
	How  string `json:"how"` // how it is known: pid file, command line, open file
	File string `json:"file,omitempty"`
	// Practice marks the server of a lab: it is named, but refuses nothing.
	Practice bool `json:"practice,omitempty"`
}

// Quiescence tells whether the installation rests. It changes nothing.
type Quiescence interface {
	// Running lists the server's processes. complete is false when the system does not show all processes to this user.
	Running(ctx context.Context, inst upgrade.Installation) (list []Process, complete bool, err error)
	// OpenFiles lists processes that hold a file below one of the roots open for writing. complete is false where the system cannot tell.
	OpenFiles(ctx context.Context, roots []string) (list []Process, complete bool, err error)
}
