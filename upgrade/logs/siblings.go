package logs

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Siblings lists the files of a log in the order in which they were written: rotated ones, also compressed ones, and the current one last when it
// exists. path names the current file or any of them. No file at all is an empty list and no error; a folder that cannot be read is one.
func Siblings(path string) ([]string, error) {
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		if os.IsNotExist(err) {
			return nil, nil
		}
		return nil, err
	}
	names := make([]string, 0, len(entries))
	for _, e := range entries {
		if !e.IsDir() {
			names = append(names, e.Name())
		}
	}
	return SiblingsAmong(path, names), nil
}

// SiblingsAmong chooses the files of a log among the names of its folder, in the order in which they were written.
func SiblingsAmong(path string, names []string) []string {
	dir := filepath.Dir(path)
	want := parseName(filepath.Join(dir, filepath.Base(parseName(path).log))).log
	var found []string
	for _, name := range names {
		if full := filepath.Join(dir, name); parseName(full).log == want {
			found = append(found, full)
		}
	}
	slices.SortFunc(found, func(a, b string) int {
		if c := compareNames(parseName(a), parseName(b)); c != 0 {
			return c
		}
		return strings.Compare(a, b)
	})
	return withoutTwins(found)
}

// rolledBefore gives when the file before this one was rolled, by the names in its folder; zero when there is none.
func rolledBefore(path string) (at time.Time) {
	files, err := Siblings(path)
	if err != nil {
		return at
	}
	own := parseName(path)
	for _, f := range files {
		if n := parseName(f); !n.roll().IsZero() && compareNames(n, own) < 0 {
			at = n.roll()
		}
	}
	return at
}

// SameLog tells whether two paths name files of one log: the current one or a rotated one.
func SameLog(a, b string) bool { return parseName(a).log == parseName(b).log }

// withoutTwins leaves out a compressed file whose original is still there.
func withoutTwins(files []string) []string {
	return slices.DeleteFunc(files, func(f string) bool {
		plain, packed := withoutPacked(f)
		return packed && slices.Contains(files, plain)
	})
}

// groups puts files of one log together, each group in the order in which its files were written; groups stand in the order of their first file.
func groups(paths []string) [][]string {
	var order []string
	byLog := map[string][]string{}
	for _, p := range paths {
		key := parseName(p).log
		if _, known := byLog[key]; !known {
			order = append(order, key)
		}
		if !slices.Contains(byLog[key], p) {
			byLog[key] = append(byLog[key], p)
		}
	}
	all := make([][]string, 0, len(order))
	for _, key := range order {
		files := byLog[key]
		slices.SortStableFunc(files, func(a, b string) int { return compareNames(parseName(a), parseName(b)) })
		all = append(all, files)
	}
	return all
}
