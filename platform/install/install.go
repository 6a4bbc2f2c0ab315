// Package install finds and describes installations of HCL Leap and HCL Domino Leap: on the machine itself, on a copied or mounted file system,
// and in folders and files that are named. It only reads, needs no running server, and tells for each fact how it is known.
package install

import (
	"context"

	"github.com/springboard-leap/springboard/platform/install/survey"
	"github.com/springboard-leap/springboard/platform/install/winreg"
	"github.com/springboard-leap/springboard/upgrade"
)

// Options say where to look.
type Options struct {
	// Root is the root of the file system that is looked at; "" and "/" are the machine itself.
	Root string
	// Paths are folders or files to describe instead of looking everywhere: a WebSphere root, a profile, a Liberty server, usr/servers, a
	// Domino data or program folder, or one configuration file. Native paths are looked up below Root first.
	Paths []string
	// Registry is the Windows registry; nil means the machine's own when Root is the machine itself, and none otherwise.
	Registry winreg.Reader
	// MaxFolders bounds the walk that looks for installations in unusual places; 0 means 20,000.
	MaxFolders int
}

// Result is what was found, where was looked, and what stood in the way.
type Result struct {
	Installations []upgrade.Installation `json:"installations"`
	Looked        []survey.Place         `json:"looked"`
	Notes         []string               `json:"notes,omitempty"`
	// Problems are files and folders that could not be read or understood; the rest was found all the same.
	Problems []*upgrade.Fault `json:"-"`
}

// Detect looks for installations. Nothing found is an empty result that tells where was looked; the error is for a root or named path that does
// not exist or cannot be read at all, and for a cancelled ctx.
func Detect(ctx context.Context, opts Options) (Result, error) {
	d, err := newDetection(opts)
	if err != nil {
		return Result{}, err
	}
	return d.run(ctx)
}
