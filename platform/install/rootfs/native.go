package rootfs

import (
	"os"
	"path/filepath"
	"strings"
)

// SplitWindows takes a Windows path apart: its drive letter in upper case (0 for a network path) and the rest with slashes. ok is false for paths
// that are not absolute Windows paths.
func SplitWindows(path string) (drive byte, rest string, ok bool) {
	path = strings.Trim(path, `"`)
	slashed := strings.ReplaceAll(path, `\`, "/")
	slashed = strings.TrimPrefix(slashed, "//?/")
	if strings.HasPrefix(path, `\\`) && strings.HasPrefix(slashed, "//") {
		return 0, strings.TrimLeft(slashed, "/"), true
	}
	if len(slashed) < 2 || slashed[1] != ':' || !isLetter(slashed[0]) {
		return 0, "", false
	}
	if len(slashed) > 2 && slashed[2] != '/' {
		return 0, "", false // C:relative
	}
	return slashed[0] &^ 0x20, strings.Trim(slashed[2:], "/"), true
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

// IsWindowsPath tells whether a native path is an absolute one of Windows.
func IsWindowsPath(path string) bool {
	_, _, ok := SplitWindows(path)
	return ok
}

// IsAbs tells whether a native path is absolute on the server it is from.
func IsAbs(path string) bool { return strings.HasPrefix(path, "/") || IsWindowsPath(path) }

// Base is the last element of a native path of either kind.
func Base(native string) string {
	s := strings.TrimRight(strings.ReplaceAll(native, `\`, "/"), "/")
	return s[strings.LastIndexByte(s, '/')+1:]
}

// Same tells whether two native paths name the same place: separators and a trailing one do not matter, case does not on Windows.
func Same(a, b string) bool {
	if IsWindowsPath(a) || IsWindowsPath(b) {
		return strings.EqualFold(cleanNative(a), cleanNative(b))
	}
	return cleanNative(a) == cleanNative(b)
}

// cleanNative is a native path with slashes, without "." and doubled or trailing separators.
func cleanNative(path string) string {
	path = strings.Trim(strings.TrimSpace(path), `"`)
	if drive, rest, ok := SplitWindows(path); ok {
		if drive == 0 {
			return "//" + strings.Join(split(rest), "/")
		}
		return string(drive) + ":/" + strings.Join(split(rest), "/")
	}
	clean := strings.Join(split(path), "/")
	if strings.HasPrefix(path, "/") {
		return "/" + clean
	}
	return clean
}

// below gives the part of a clean path behind a clean folder.
func below(path, folder string) (rest string, ok bool) {
	if len(path) < len(folder) || folder == "" {
		return "", false
	}
	head := path[:len(folder)]
	if head != folder && (!IsWindowsPath(folder) || !strings.EqualFold(head, folder)) {
		return "", false
	}
	rest = path[len(folder):]
	if rest == "" || rest[0] == '/' {
		return strings.TrimPrefix(rest, "/"), true
	}
	return "", false
}

// split gives the elements of a path of either kind; "." and empty ones are left out.
func split(path string) []string {
	fields := strings.FieldsFunc(path, func(c rune) bool { return c == '/' || (c == '\\' && strings.ContainsRune(path, '\\')) })
	parts := fields[:0]
	for _, f := range fields {
		if f != "." {
			parts = append(parts, f)
		}
	}
	return parts
}

// drives lists the folders where a copy of a Windows machine may have a drive.
func (r *Root) drives(letter byte) []string {
	var dirs []string
	up, low := string(letter), string(letter|0x20)
	for _, name := range []string{up, low, up + ":", low + ":", up + "$", low + "$", "Drive" + up, "mnt/" + low} {
		dir := filepath.Join(r.dir, name)
		if info, err := os.Stat(dir); err == nil && info.IsDir() {
			dirs = append(dirs, dir)
		}
	}
	return dirs
}

// windowsPath finds a Windows path in a copy: below a folder for its drive, or below the root itself. The place that has most of the path wins;
// names are compared as Windows does, without regard to case.
func (r *Root) windowsPath(drive byte, rest string) string {
	var starts []string
	if drive != 0 {
		starts = r.drives(drive)
	}
	best, fewest := "", -1
	for _, start := range append(starts, r.dir) {
		path, left := r.walk(start, split(rest), true)
		if fewest < 0 || left < fewest {
			best, fewest = path, left
		}
	}
	return best
}
