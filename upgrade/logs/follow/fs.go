package follow

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/springboard-leap/springboard/upgrade/logs/logfile"
)

// FS is the file system that a log lives on.
type FS interface {
	// Open opens a file for reading without hindering the server: it may rename and delete the file meanwhile.
	Open(name string) (File, error)
	// Stat describes what a name stands for now; links are followed.
	Stat(name string) (Info, error)
	// Names lists what a folder holds, without the folders in it.
	Names(dir string) ([]string, error)
}

// File is an open file. It stays readable when its name is gone.
type File interface {
	io.ReaderAt
	io.Closer
	Stat() (Info, error)
}

// Info describes a file.
type Info struct {
	Size     int64
	Mod      time.Time
	Regular  bool   // false: a folder, a pipe, a device
	Identity string // of the file on its volume, the same after a rename; empty where it is not known

	sys os.FileInfo
}

// Same tells whether two descriptions are of one file, whatever its names are.
func (i Info) Same(o Info) bool {
	if i.sys != nil && o.sys != nil {
		return os.SameFile(i.sys, o.sys)
	}
	return i.Identity != "" && i.Identity == o.Identity
}

// disk is the machine's own file system.
type disk struct{}

type diskFile struct{ *os.File }

func (disk) Open(name string) (File, error) {
	f, err := logfile.Open(name)
	if err != nil {
		return nil, err
	}
	return diskFile{f}, nil
}

func (disk) Stat(name string) (Info, error) {
	sys, err := os.Stat(name)
	if err != nil {
		return Info{}, err
	}
	return infoOf(sys), nil
}

func (disk) Names(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	names := make([]string, 0, len(entries))
	for _, e := range entries {
		if !e.IsDir() {
			names = append(names, e.Name())
		}
	}
	return names, err
}

func (f diskFile) Stat() (Info, error) {
	sys, err := f.File.Stat()
	if err != nil {
		return Info{}, err
	}
	i := infoOf(sys)
	i.Identity = logfile.IdentityOf(f.File, sys)
	return i, nil
}

func infoOf(sys os.FileInfo) Info {
	return Info{Size: sys.Size(), Mod: sys.ModTime(), Regular: sys.Mode().IsRegular(), sys: sys}
}

// openFile opens a log; what is no file is an error that says so.
func (f *follower) openFile(name string) (File, Info, error) {
	file, err := f.opts.FS.Open(name)
	if err != nil {
		return nil, Info{}, err
	}
	info, err := file.Stat()
	if err == nil && !info.Regular {
		err = errNoFile(name)
	}
	if err != nil {
		return nil, Info{}, errors.Join(err, file.Close())
	}
	return file, info, nil
}

func errNoFile(name string) error {
	return errors.New(filepath.Base(name) + " is no file now, but a folder, a pipe or a device")
}
