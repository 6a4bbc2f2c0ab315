package backup_test

import (
	"errors"
	"io/fs"
	"os"
	"slices"
	"sync"
	"syscall"

	"github.com/springboard-leap/springboard/upgrade/backup"
)

// faulty is a file system of which one operation fails, the n-th of its name, or of all names when the name is empty.
type faulty struct {
	backup.FS
	mu    sync.Mutex
	count map[string]int
	op    string
	n     int
	err   error
	hit   string // what was made to fail
	// onHit runs instead of failing, to change the world at that moment.
	onHit func(path string)
	// keepFailing lets all operations after it fail too, as a disk that was pulled does.
	keepFailing bool
	// mix gives the error for the operation that is hit, instead of err.
	mix func(op string) error
	// where limits what is counted to paths that it likes; nil counts all.
	where func(path string) bool
}

// mixed is a file system whose n-th operation fails as an operation of its kind can: the which-th of its faults.
func mixed(inner backup.FS, n, which int) *faulty {
	f := newFaulty(inner, "", n, nil)
	f.mix = func(op string) error {
		causes := slices.DeleteFunc(faultsFor(op), func(err error) bool { return errors.Is(err, fs.ErrNotExist) }) // a disk fails; it does not say that a file is not there
		return causes[which%len(causes)]
	}
	return f
}

// vanishing is a file system in which the n-th file that is asked for by an operation of that name, and lies where the test says, is gone at that moment.
func vanishing(inner backup.FS, op string, n int, where func(path string) bool) *faulty {
	f := newFaulty(inner, op, n, nil)
	f.where = where
	f.onHit = func(path string) { _ = os.Remove(path) }
	return f
}

func newFaulty(inner backup.FS, op string, n int, err error) *faulty {
	return &faulty{FS: inner, count: map[string]int{}, op: op, n: n, err: err}
}

// ops are the operations that can be made to fail.
var ops = []string{"lstat", "readdir", "readlink", "real", "space", "open", "read", "stat", "opendisk", "create", "write", "skip", "start", "sync", "close",
	"mkdir", "symlink", "link", "readback", "rename", "exchange", "remove", "apply", "copyextra", "syncdir", "syncfile", "writefile"}

func (f *faulty) fail(op, path string) error {
	f.mu.Lock()
	if f.where != nil && !f.where(path) {
		f.mu.Unlock()
		return nil
	}
	f.count[op]++
	f.count[""]++
	now := f.hit == "" && (f.op == op || f.op == "") && f.count[f.op] == f.n
	if now {
		f.hit = op + " " + path
	}
	again := f.keepFailing && f.hit != "" && !now
	run := f.onHit
	f.mu.Unlock()
	cause := f.err
	if f.mix != nil {
		cause = f.mix(op)
	}
	switch {
	case now && run != nil:
		run(path)
		return nil
	case now || again:
		return &fs.PathError{Op: op, Path: path, Err: cause}
	}
	return nil
}

func (f *faulty) wasHit() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.hit
}

func (f *faulty) Lstat(p string) (backup.Info, error) {
	if err := f.fail("lstat", p); err != nil {
		return backup.Info{}, err
	}
	return f.FS.Lstat(p)
}

func (f *faulty) ReadDir(p string, limit int) ([]backup.Info, error) {
	if err := f.fail("readdir", p); err != nil {
		return nil, err
	}
	return f.FS.ReadDir(p, limit)
}

func (f *faulty) Names(p string, each func(string, fs.FileMode)) error {
	if err := f.fail("readdir", p); err != nil {
		return err
	}
	return f.FS.Names(p, each)
}

func (f *faulty) Readlink(p string) (string, error) {
	if err := f.fail("readlink", p); err != nil {
		return "", err
	}
	return f.FS.Readlink(p)
}

func (f *faulty) Real(p string) (string, error) {
	if err := f.fail("real", p); err != nil {
		return "", err
	}
	return f.FS.Real(p)
}

func (f *faulty) Space(p string) (backup.Space, error) {
	if err := f.fail("space", p); err != nil {
		return backup.Space{}, err
	}
	return f.FS.Space(p)
}

func (f *faulty) Open(p string) (backup.Reader, error) {
	if err := f.fail("open", p); err != nil {
		return nil, err
	}
	r, err := f.FS.Open(p)
	return faultyReader{r, f, p}, err
}

func (f *faulty) OpenDisk(p string) (backup.Reader, error) {
	if err := f.fail("opendisk", p); err != nil {
		return nil, err
	}
	r, err := f.FS.OpenDisk(p)
	return faultyReader{r, f, p}, err
}

type faultyReader struct {
	backup.Reader
	f    *faulty
	path string
}

func (r faultyReader) Read(b []byte) (int, error) {
	if err := r.f.fail("read", r.path); err != nil {
		return 0, err
	}
	return r.Reader.Read(b)
}

func (r faultyReader) Stat() (backup.Info, error) {
	if err := r.f.fail("stat", r.path); err != nil {
		return backup.Info{}, err
	}
	return r.Reader.Stat()
}

func (f *faulty) Create(p string, perm fs.FileMode) (backup.Writer, error) {
	if err := f.fail("create", p); err != nil {
		return nil, err
	}
	w, err := f.FS.Create(p, perm)
	if err != nil {
		return nil, err
	}
	return faultyWriter{w, f, p}, nil
}

func (f *faulty) CreateCached(p string, perm fs.FileMode) (backup.Writer, error) {
	if err := f.fail("create", p); err != nil {
		return nil, err
	}
	w, err := f.FS.CreateCached(p, perm)
	if err != nil {
		return nil, err
	}
	return faultyWriter{w, f, p}, nil
}

func (w faultyWriter) ReadBack(b []byte, at int64) (int, error) {
	if err := w.f.fail("readback", w.path); err != nil {
		return 0, err
	}
	return w.Writer.ReadBack(b, at)
}

func (f *faulty) Link(old, p string) error {
	if err := f.fail("link", p); err != nil {
		return err
	}
	return f.FS.Link(old, p)
}

type faultyWriter struct {
	backup.Writer
	f    *faulty
	path string
}

// errShort makes a write take half of what it is given without an error, as a broken layer may.
var errShort = errors.New("short write")

func (w faultyWriter) Write(b []byte) (int, error) {
	if err := w.f.fail("write", w.path); err != nil {
		if errors.Is(err, errShort) {
			n, _ := w.Writer.Write(b[:len(b)/2])
			return n, nil
		}
		return 0, err
	}
	return w.Writer.Write(b)
}

func (w faultyWriter) Skip(n int64) error {
	if err := w.f.fail("skip", w.path); err != nil {
		return err
	}
	return w.Writer.Skip(n)
}

func (w faultyWriter) Start() error {
	if err := w.f.fail("start", w.path); err != nil {
		return err
	}
	return w.Writer.Start()
}

func (w faultyWriter) Sync() error {
	if err := w.f.fail("sync", w.path); err != nil {
		return err
	}
	return w.Writer.Sync()
}

func (w faultyWriter) Close() error {
	err := w.f.fail("close", w.path)
	return errors.Join(w.Writer.Close(), err)
}

func (f *faulty) Mkdir(p string, perm fs.FileMode) error {
	if err := f.fail("mkdir", p); err != nil {
		return err
	}
	return f.FS.Mkdir(p, perm)
}

func (f *faulty) Symlink(target, p string) error {
	if err := f.fail("symlink", p); err != nil {
		return err
	}
	return f.FS.Symlink(target, p)
}

func (f *faulty) Rename(from, to string) error {
	if err := f.fail("rename", to); err != nil {
		return err
	}
	return f.FS.Rename(from, to)
}

func (f *faulty) Exchange(a, b string) error {
	if err := f.fail("exchange", b); err != nil {
		return err
	}
	return f.FS.Exchange(a, b)
}

func (f *faulty) Remove(p string) error {
	if err := f.fail("remove", p); err != nil {
		return err
	}
	return f.FS.Remove(p)
}

func (f *faulty) Apply(p string, m backup.Meta) error {
	if err := f.fail("apply", p); err != nil {
		return err
	}
	return f.FS.Apply(p, m)
}

func (f *faulty) CopyExtra(from, to string) error {
	if err := f.fail("copyextra", to); err != nil {
		return err
	}
	return f.FS.CopyExtra(from, to)
}

func (f *faulty) SyncDir(p string) error {
	if err := f.fail("syncdir", p); err != nil {
		return err
	}
	return f.FS.SyncDir(p)
}

func (f *faulty) SyncFile(p string) error {
	if err := f.fail("syncfile", p); err != nil {
		return err
	}
	return f.FS.SyncFile(p)
}

func (f *faulty) WriteFile(p string, data []byte, perm fs.FileMode) error {
	if err := f.fail("writefile", p); err != nil {
		return err
	}
	return f.FS.WriteFile(p, data, perm)
}

// without takes an ability away, as an older system does.
type without struct{ backup.FS }

func (without) Exchange(string, string) error { return backup.ErrUnsupported }

func (without) Link(string, string) error { return backup.ErrUnsupported }

var errIO = syscall.EIO
