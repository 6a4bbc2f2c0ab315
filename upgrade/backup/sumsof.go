package backup

import (
	"path/filepath"
	"slices"

	"github.com/springboard-leap/springboard/upgrade"
)

// SumsOf gives the SHA-256 that files have once a restore in place put them back, of those of the named files that the backup brings back; it is empty for
// one that the backup does not have although it has the folder above it, for that folder is put back as a whole. Only the manifest is read.
func SumsOf(fsys FS, dir string, files []string) (map[string]string, error) {
	out := map[string]string{}
	if len(files) == 0 {
		return out, nil
	}
	dir, err := findBackup(fsys, dir)
	if err != nil {
		return nil, err
	}
	paths := map[string][]string{} // in the backup -> where it goes back to
	_, err = readSealed(fsys, dir, func(h header) error {
		for _, p := range h.Parts {
			for _, i := range p.Items {
				for _, base := range slices.Compact([]string{i.Origin, i.place()}) {
					for _, file := range files {
						if rel, err := filepath.Rel(base, file); err == nil && isBelow(base, file) {
							path := filepath.ToSlash(filepath.Join(dataDir, p.Name, filepath.FromSlash(i.Rel), rel))
							paths[path], out[file] = append(paths[path], file), ""
						}
					}
				}
			}
		}
		return nil
	}, func(e entry) error {
		if e.Type == typeFile {
			for _, file := range paths[e.logical()] {
				out[file] = hexSum(e.content().sum)
			}
		}
		return nil
	})
	if _, coded := upgrade.AsFault(err); err != nil && !coded {
		err = manifestFault(dir, err)
	}
	return out, err
}
