package backup

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/springboard-leap/springboard/upgrade"
)

// SwapBack puts the former states that a restore kept back in their places; what the restore had put there stands beside them afterwards, under a dated name of its own.
// kept are the paths of the restore's report. After an error everything stands as before (SB-2052); where not even that could be reached it is SB-2053, and where all is back and
// only the note of it could not be removed SB-2051. It may be called again after an error or an interruption: what was begun is finished then, and what stands in its place
// already is left. The proof tells what was looked at.
func SwapBack(files FS, kept []string) (proof string, err error) {
	defer func() { err = backFault(err) }()
	proof = fmt.Sprintf("%d former states stand in their places again; what the restore had put there stands beside them, named %sTIME", len(kept), restoredSuffix)
	if len(kept) == 0 {
		return proof, nil
	}
	// A taking back is the same swap, with other names: the kept state takes the place, and the restored one is kept.
	r := &restorer{fs: files, journal: beside(kept[0], backJournalSuffix), back: true}
	ctx := context.Background() // nothing in it waits, and half of it is no state to stop in
	if err := r.recover(ctx); err != nil {
		return "", err
	}
	for _, path := range kept {
		m, due, err := r.backMove(path)
		if err != nil {
			return "", err
		}
		if due {
			r.moves = append(r.moves, m)
		}
	}
	if len(r.moves) == 0 {
		return proof, nil
	}
	return proof, r.swapAll(ctx)
}

const (
	restoredSuffix    = ".restored-"
	backJournalSuffix = ".taking-back.json"
)

// backMove is the move that takes one kept state back. due is false when it was taken back before.
func (r *restorer) backMove(kept string) (m move, due bool, err error) {
	at := strings.LastIndex(kept, keptSuffix)
	if at < 0 {
		return m, false, upgrade.NewFault("SB-6034", upgrade.KindFailed, nil, "path", kept)
	}
	dest, stamp := kept[:at], kept[at+len(keptSuffix):]
	m = move{Staged: kept, Dest: dest, Kept: dest + restoredSuffix + stamp}
	_, keptErr := r.fs.Lstat(kept)
	if keptErr == nil {
		return m, true, nil
	}
	if !errors.Is(keptErr, fs.ErrNotExist) {
		return m, false, restoreFault(kept, keptErr)
	}
	_, asideErr := r.fs.Lstat(m.Kept)
	_, destErr := r.fs.Lstat(dest)
	if asideErr != nil || destErr != nil {
		return m, false, upgrade.NewFault("SB-6034", upgrade.KindFailed, errors.Join(keptErr, asideErr, destErr), "path", kept)
	}
	return m, false, nil
}

// backFault tells a failed swap in the terms of a taking back.
func backFault(err error) error {
	f, ok := upgrade.AsFault(err)
	if !ok {
		return err
	}
	own := *f
	switch f.Code {
	case "SB-2030", "SB-2059":
		own.Code = "SB-2052"
	case "SB-2036":
		own.Code = "SB-2053"
	}
	return &own
}
