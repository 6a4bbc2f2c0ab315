package backup

import (
	"path/filepath"
	"strings"
)

// belowRoot gives the path of a place below the installation's root, with slashes and without a drive's colon. A place outside of the root keeps
// its full path.
func belowRoot(root, place string) string {
	if root != "" {
		if rel, err := filepath.Rel(root, place); err == nil && rel != "." && filepath.IsLocal(rel) {
			return filepath.ToSlash(rel)
		}
	}
	volume := filepath.VolumeName(place)
	rest := strings.TrimLeft(filepath.ToSlash(place[len(volume):]), "/")
	drive := strings.Trim(strings.ReplaceAll(filepath.ToSlash(volume), ":", ""), "/")
	if drive == "" {
		return rest
	}
	return drive + "/" + rest
}

// atRoot is the way back from belowRoot, for places below the root.
func atRoot(root, rel string) string {
	if root == "" {
		root = string(filepath.Separator)
	}
	return filepath.Join(root, filepath.FromSlash(rel))
}

// isBelow tells that place is dir or lies in it, by name.
func isBelow(dir, place string) bool {
	rel, err := filepath.Rel(dir, place)
	return err == nil && (rel == "." || filepath.IsLocal(rel))
}

// partOf gives the part of data/<part>/...
func partOf(path string) string {
	rest := strings.TrimPrefix(path, dataDir+"/")
	name, _, _ := strings.Cut(rest, "/")
	return name
}
