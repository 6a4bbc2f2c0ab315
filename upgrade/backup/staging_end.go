package backup

import (
	"context"

	"github.com/springboard-leap/springboard/upgrade"
)

// firstPlace gives where the first name of a file is staged, empty when the entry is no second name, or when the first one is not restored.
func (s *stager) firstPlace(e entry) string {
	if e.LinkTo == "" {
		return ""
	}
	return s.placeOf(entry{Path: e.LinkTo, Type: typeFile, Packed: e.Packed}) // the manifest's reader has proven that it is such an entry
}

// again goes through the manifest once more.
func (s *stager) again(ctx context.Context, each func(entry) error) error {
	_, err := readSealed(s.fs, s.dir, func(header) error { return nil }, func(e entry) error {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return each(e)
	})
	if err == nil {
		return nil
	}
	if _, ok := upgrade.AsFault(err); ok || ctx.Err() != nil {
		return err
	}
	return manifestFault(s.dir, err)
}

// makeLinks gives files their further names. A volume without such names gets copies.
func (s *stager) makeLinks(ctx context.Context) error {
	l := newLane(s.fs)
	defer l.close()
	return s.again(ctx, func(e entry) error {
		first, place := s.firstPlace(e), s.placeOf(e)
		if e.Type != typeFile || first == "" || place == "" {
			return nil
		}
		err := s.fs.Link(first, place)
		if err == nil || !isUnsupported(err) {
			return orRestore(place, err)
		}
		t := &task{final: place}
		t.entry, t.place = e, native(s.dir, e.Path)
		for _, do := range []func(context.Context, *lane, *task) error{s.copyTask, s.flushTask, s.checkTask} {
			if err := do(ctx, l, t); err != nil {
				t.drop()
				return err
			}
		}
		return nil
	})
}

// finishFolders gives folders their attributes, modes and times when nothing is written into them any more, and flushes them.
func (s *stager) finishFolders(ctx context.Context) error {
	err := s.again(ctx, func(e entry) error {
		place := s.placeOf(e)
		if place == "" || e.Type != typeDir && e.Type != typeParent {
			return nil
		}
		if err := s.fs.CopyExtra(native(s.dir, e.Path), place); err != nil {
			return restoreFault(place, err)
		}
		if err := s.fs.Apply(place, e.meta()); err != nil {
			return restoreFault(place, err)
		}
		return orRestore(place, s.fs.SyncDir(place))
	})
	if err != nil {
		return err
	}
	for _, m := range s.moves {
		if m.strip { // the folder that takes all parts is no entry of the manifest
			if err := s.fs.SyncDir(m.Staged); err != nil {
				return restoreFault(m.Staged, err)
			}
		}
	}
	return nil
}
