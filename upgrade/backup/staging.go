package backup

import (
	"context"
	"errors"
	"io/fs"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/op"
)

// move is one file or folder that a restore puts in place: it is built at Staged, and takes the place of Dest by rename.
type move struct {
	Prefix string `json:"prefix"` // of the entries that belong to it, with slashes; it becomes Staged
	Staged string `json:"staged"`
	Dest   string `json:"dest"`
	Kept   string `json:"kept"` // where the former state goes
	// Inode and Device identify what was staged, so that a half done swap is recognised. 0 where the system has none.
	Inode  uint64 `json:"inode,omitempty"`
	Device uint64 `json:"device,omitempty"`
	// strip: the entries of every part lie below Staged at their path below the root.
	strip bool
}

// stager builds the staged state of a restore and proves it.
type stager struct {
	fs    FS
	rep   op.Reporter
	dir   string
	moves []move
	// keep chooses parts; nil takes all.
	keep  func(part string) bool
	seen  func(e entry, l *lane, place string) error // looks at a file that was restored, may be nil
	count totals
	// content is what the restored files hold; count has what stands of them in the backup.
	content int64
	ctx     context.Context //nolint:containedctx // of one call
	work    chan *task
	sum     string
	h       header
	links   bool // second names of files are to be made
	// copying and checking let few large files through at a time.
	copying, checking gate
}

// stage copies all entries that belong to a move, and reads back what the disk has of them. Any difference from the manifest is an error.
func (s *stager) stage(ctx context.Context) error {
	line := &conveyor{mem: &memory{fs: s.fs, whole: true}}
	line.ctx, line.cancel = context.WithCancel(ctx)
	defer line.cancel()
	s.ctx, s.work = line.ctx, make(chan *task, window)
	s.copying, s.checking = newGate(line.mem, runtime.GOMAXPROCS(0)/2, writePiece), newGate(line.mem, runtime.GOMAXPROCS(0)/2, chunk)
	flush, check := make(chan *task, window), make(chan *task, window)
	line.run(func() error {
		defer close(s.work)
		return s.produce()
	})
	line.stage(2, s.work, flush, s.copyTask)
	line.stage(flushers, flush, check, s.flushTask)
	line.stage(2, check, nil, s.checkTask)
	if err := line.wait(); err != nil {
		return err
	}
	if s.links {
		if err := s.makeLinks(ctx); err != nil {
			return err
		}
	}
	return s.finishFolders(ctx)
}

// produce makes folders and links and hands out files, as the manifest has them.
func (s *stager) produce() error {
	sums := openSums(s.fs, s.dir)
	defer sums.close()
	sealed, err := readSealed(s.fs, s.dir, func(h header) error { return nil }, func(e entry) error {
		if e.Type == typeFile {
			sums.expect(sumLine(e.Sum, e.Path))
		}
		if s.ctx.Err() != nil {
			return s.ctx.Err()
		}
		return s.one(e)
	})
	if err != nil {
		if _, ok := upgrade.AsFault(err); ok || s.ctx.Err() != nil {
			return err
		}
		return manifestFault(s.dir, err)
	}
	for _, d := range s.h.Documents {
		sums.expect(d.SHA256 + "  " + d.Path + "\n")
	}
	s.sum = hexSum(sealed.sum)
	if bad := sums.finish(s.sum); bad != nil {
		return upgrade.NewFault("SB-2020", upgrade.KindVerify, nil, "path", s.dir, "count", "1", "first", bad.Path, "kind", string(bad.Kind))
	}
	return nil
}

func (s *stager) add(e entry) {
	s.count.add(e)
	if e.Type == typeFile {
		s.content += e.content().size
	}
}

func (s *stager) one(e entry) error {
	place := s.placeOf(e)
	if place == "" {
		if !s.alongside(e) {
			return nil
		}
		s.add(e)
		if e.Type != typeFile {
			return nil
		}
		// Its content comes with the other part, and yet a damaged copy makes the backup one that must not be called good: it is read and compared.
		t := &task{}
		t.entry, t.place = e, native(s.dir, e.Path)
		if !send(s.ctx, s.work, t) {
			return s.ctx.Err()
		}
		return nil
	}
	s.add(e)
	switch e.Type {
	case typeDir, typeParent:
		return s.folder(e, place)
	case typeLink:
		if err := s.fs.Symlink(e.Target, place); err != nil {
			return restoreFault(place, err)
		}
		if err := s.fs.Apply(place, e.meta()); err != nil {
			return restoreFault(place, err)
		}
	case typeFile:
		t := &task{final: place}
		t.entry, t.place = e, native(s.dir, e.Path)
		if s.firstPlace(e) != "" {
			t.final, s.links = "", true // compared as every file; its name is made when the first one stands
		}
		if !send(s.ctx, s.work, t) {
			return s.ctx.Err()
		}
	}
	return nil
}

// folder makes a folder. Parts may share the folders above their items, but what is there must be a folder: a link of one part must not lead the
// files of another one out of the target.
func (s *stager) folder(e entry, place string) error {
	err := s.fs.Mkdir(place, 0o700)
	if err == nil {
		return nil
	}
	if !errors.Is(err, fs.ErrExist) {
		return restoreFault(place, err)
	}
	info, err := s.fs.Lstat(place)
	if err != nil {
		return restoreFault(place, err)
	}
	if !info.Mode.IsDir() {
		return badBackup(s.dir, e.Path, Manifest)
	}
	return nil
}

// covered tells that an entry also comes with a folder of another part, which brings all of it.
func (s *stager) covered(part, rel string) bool {
	var own []item
	for _, p := range s.h.Parts {
		if p.Name == part {
			own = p.Items
		}
	}
	for _, p := range s.h.Parts {
		if p.Name == part || s.keep != nil && !s.keep(p.Name) {
			continue
		}
		for _, i := range p.Items {
			if isRelBelow(i.Rel, rel) && !slices.ContainsFunc(own, func(o item) bool {
				return isRelBelow(o.Rel, i.Rel) && (o.Rel != i.Rel || part < p.Name)
			}) {
				return true
			}
		}
	}
	return false
}

// alongside tells that an entry has no place of its own because another part brings it.
func (s *stager) alongside(e entry) bool {
	part := partOf(e.Path)
	return (s.keep == nil || s.keep(part)) && s.covered(part, strings.TrimPrefix(e.logical(), dataDir+"/"+part+"/"))
}

// isRelBelow tells that a path with slashes is dir or lies in it.
func isRelBelow(dir, path string) bool {
	rest, ok := strings.CutPrefix(path, dir)
	return ok && (rest == "" || rest[0] == '/')
}

// placeOf gives where an entry is staged, empty when it belongs to no move.
func (s *stager) placeOf(e entry) string {
	part := partOf(e.Path)
	if s.keep != nil && !s.keep(part) {
		return ""
	}
	for _, m := range s.moves {
		if m.strip {
			rel := strings.TrimPrefix(e.logical(), dataDir+"/"+part+"/")
			if s.covered(part, rel) {
				return ""
			}
			return native(m.Staged, rel)
		}
		if e.logical() == m.Prefix {
			return m.Staged
		}
		if rel, ok := strings.CutPrefix(e.logical(), m.Prefix+"/"); ok {
			return native(m.Staged, rel)
		}
	}
	return ""
}

// copyTask copies one file out of the backup. Its content must be what was sealed.
func (s *stager) copyTask(ctx context.Context, l *lane, t *task) error {
	s.rep.Item(t.Path)
	src, err := s.fs.OpenDisk(t.place)
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return badBackup(s.dir, t.Path, Missing)
		}
		return readFault(t.place, err)
	}
	defer src.Close()
	info, err := src.Stat()
	if err != nil {
		return readFault(t.place, err)
	}
	if info.Size != t.Size {
		return badBackup(s.dir, t.Path, Size)
	}
	if t.final == "" {
		return s.compare(ctx, l, t, src)
	}
	t.w, err = s.fs.Create(t.final, 0o600)
	if err != nil {
		return restoreFault(t.final, err)
	}
	ring, err := s.copying.enterFor(ctx, t.content().size)
	if err != nil {
		return err
	}
	defer s.copying.leave(ring)
	write := l.sink(t.w, t.Sparse || info.Sparse && !t.Packed, false)
	content, stored, err := l.readSealed(ctx, ring, src, t.entry, func(piece []byte) error {
		s.rep.Add(int64(len(piece)) / 2)
		return write(piece)
	})
	if err := s.judge(ctx, t, content, stored, err); err != nil {
		return err
	}
	if err := s.fs.CopyExtra(t.place, t.final); err != nil {
		return restoreFault(t.final, err)
	}
	return orRestore(t.final, s.fs.Apply(t.final, t.meta()))
}

// readSealed reads an open file of a backup, and its content when it is packed.
func (l *lane) readSealed(ctx context.Context, rg *ring, src Reader, e entry, use func([]byte) error) (content, stored summed, err error) {
	if e.Packed {
		return l.unpack(ctx, src, e.Content.size, use)
	}
	stored.sum, stored.size, err = l.readWith(ctx, rg, src, use)
	return stored, stored, err
}

// judge compares what was read from the backup with what was sealed.
func (s *stager) judge(ctx context.Context, t *task, content, stored summed, err error) error {
	var writing writeError
	var damaged damagedError
	switch {
	case errors.As(err, &writing):
		return restoreFault(t.final, writing.err)
	case err != nil && ctx.Err() != nil:
		return err
	case errors.As(err, &damaged):
		return badBackup(s.dir, t.Path, Content)
	case err != nil:
		return readFault(t.place, err)
	case stored != summed{t.Sum, t.Size}, content != t.content():
		return badBackup(s.dir, t.Path, Content)
	}
	return nil
}

// compare reads a file of the backup that another part, or another name of it, brings: nothing is written.
func (s *stager) compare(ctx context.Context, l *lane, t *task, src Reader) error {
	content, stored, err := l.readSealed(ctx, nil, src, t.entry, func(piece []byte) error {
		s.rep.Add(int64(len(piece)))
		return nil
	})
	return s.judge(ctx, t, content, stored, err)
}

func (s *stager) flushTask(_ context.Context, _ *lane, t *task) error {
	if t.final == "" {
		return nil
	}
	w := t.w
	t.w = nil
	if err := w.Sync(); err != nil {
		return restoreFault(t.final, errors.Join(err, w.Close()))
	}
	if err := w.Close(); err != nil {
		return restoreFault(t.final, err)
	}
	info, err := s.fs.Lstat(t.final)
	if err == nil && !info.ModTime.Equal(t.ModTime) { // Windows sets the time again when a file that was written is closed.
		err = s.fs.Apply(t.final, t.meta())
	}
	return orRestore(t.final, err)
}

func (s *stager) checkTask(ctx context.Context, l *lane, t *task) error {
	if t.final == "" {
		return nil
	}
	want := t.content()
	ring, err := s.checking.enterFor(ctx, want.size)
	if err != nil {
		return err
	}
	defer s.checking.leave(ring)
	var got summed
	got.sum, got.size, err = l.rereadWith(ctx, ring, t.final, func(piece []byte) error {
		s.rep.Add(int64(len(piece)) - int64(len(piece))/2)
		return nil
	})
	if err != nil {
		if ctx.Err() != nil {
			return err
		}
		return readFault(t.final, err)
	}
	if got != want {
		return upgrade.NewFault("SB-2031", upgrade.KindVerify, nil, "path", t.final)
	}
	if s.seen != nil {
		return s.seen(t.entry, l, t.final)
	}
	return nil
}

func restoreFault(place string, err error) error {
	f, _ := upgrade.AsFault(writeFault(place, err))
	switch f.Code {
	case "SB-2014":
		f.Code = "SB-2030"
	case "SB-2044":
		f.Code = "SB-2059" // nothing of a restore is kept for the next try, as the files of a backup are
	}
	return f
}

func orRestore(place string, err error) error {
	if err == nil {
		return nil
	}
	return restoreFault(place, err)
}

func badBackup(dir, path string, kind ProblemKind) error {
	return upgrade.NewFault("SB-2020", upgrade.KindVerify, nil, "path", dir, "count", "1", "first", path, "kind", string(kind))
}

// headerOf reads the header of a backup.
func headerOf(fsys FS, dir string) (header, error) {
	var h header
	_, err := readSealed(fsys, dir, func(got header) error { h = got; return errEnough }, nil)
	if !errors.Is(err, errEnough) {
		return h, manifestFault(dir, err)
	}
	return h, nil
}

// beside names something next to a path.
func beside(path, suffix string) string {
	return filepath.Join(filepath.Dir(path), filepath.Base(path)+suffix)
}
