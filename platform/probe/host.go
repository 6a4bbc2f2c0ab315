package probe

import (
	"context"
	"os"
	"runtime"

	"github.com/springboard-leap/springboard/platform/osfs"
	"github.com/springboard-leap/springboard/upgrade/preflight"
)

// Host tells about this machine. The zero value is ready.
type Host struct{}

var _ preflight.Host = Host{}

// Disk implements preflight.Host.
func (Host) Disk(_ context.Context, path string) (preflight.Disk, error) {
	dir, err := nearest(path)
	if err != nil {
		return preflight.Disk{}, err
	}
	s, err := osfs.FS{}.Space(dir)
	if err != nil {
		return preflight.Disk{}, err
	}
	d := preflight.Disk{Path: dir, Free: s.Free, Total: s.Total, Type: s.Type, Volume: s.Volume, MaxFile: s.MaxFile}
	d.ReadOnly = readOnly(dir)
	return d, nil
}

// Facts implements preflight.Host.
func (Host) Facts(ctx context.Context) (preflight.HostFacts, error) {
	f := preflight.HostFacts{OS: runtime.GOOS + "/" + runtime.GOARCH}
	power(ctx, &f)
	return f, nil
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
