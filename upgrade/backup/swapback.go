package backup

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"

	"github.com/springboard-leap/springboard/upgrade"
)

// SwapBack puts the former states that a restore kept back in their places; what the restore had put there stands beside them afterwards, under a dated name of its own.
// kept are the paths of the restore's report. It may be called again after an interruption: what stands in its place already is left. The proof tells what was looked at.
func SwapBack(files FS, kept []string) (proof string, err error) {
	for i := len(kept) - 1; i >= 0; i-- {
		at := strings.LastIndex(kept[i], keptSuffix)
		if at < 0 {
			return "", upgrade.NewFault("SB-6034", upgrade.KindFailed, nil, "path", kept[i])
		}
		dest, stamp := kept[i][:at], kept[i][at+len(keptSuffix):]
		if err := swapBack(files, kept[i], dest, dest+restoredSuffix+stamp); err != nil {
			return "", err
		}
	}
	return fmt.Sprintf("%d former states stand in their places again; what the restore had put there stands beside them, named %sTIME", len(kept), restoredSuffix), nil
}

const restoredSuffix = ".restored-"

func swapBack(files FS, kept, dest, aside string) error {
	_, keptErr := files.Lstat(kept)
	_, asideErr := files.Lstat(aside)
	switch {
	case errors.Is(keptErr, fs.ErrNotExist) && asideErr == nil:
		return nil // it was swapped before
	case errors.Is(keptErr, fs.ErrNotExist):
		return upgrade.NewFault("SB-6034", upgrade.KindFailed, keptErr, "path", kept)
	case keptErr != nil:
		return restoreFault(kept, keptErr)
	}
	if _, err := files.Lstat(dest); err == nil {
		if err := files.Rename(dest, aside); err != nil {
			return restoreFault(dest, err)
		}
	} else if !errors.Is(err, fs.ErrNotExist) {
		return restoreFault(dest, err)
	}
	if err := files.Rename(kept, dest); err != nil {
		return restoreFault(dest, err)
	}
	if _, err := files.Lstat(dest); err != nil {
		return restoreFault(dest, err)
	}
	return orRestore(dest, files.SyncDir(filepath.Dir(dest)))
}
