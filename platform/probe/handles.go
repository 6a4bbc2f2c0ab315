package probe

import (
	"context"
	"path/filepath"
	"strings"

	"github.com/springboard-leap/springboard/upgrade/preflight"
)

// OpenFiles lists processes that hold regular files below dirs open, at most limit files, Springboard's own left out. It fails where the operating
// system does not tell, and where it tells only for some processes and none of those has a file open: that would be an all-clear nobody can give.
func OpenFiles(ctx context.Context, dirs []string, limit int) ([]preflight.OpenFile, error) {
	var below []string
	for _, d := range dirs {
		abs, err := filepath.Abs(d)
		if err != nil {
			return nil, err
		}
		if real, err := filepath.EvalSymlinks(abs); err == nil {
			abs = real
		}
		below = append(below, abs+string(filepath.Separator))
	}
	if len(below) == 0 {
		return nil, nil
	}
	return openFiles(ctx, func(path string) bool {
		for _, d := range below {
			if strings.HasPrefix(path, d) {
				return true
			}
		}
		return false
	}, limit)
}
