package proc

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// openFiles reads /proc: it costs less than a tool, and needs none.
func openFiles(ctx context.Context, dirs []string, limit int) ([]OpenFile, bool, error) {
	real := realDirs(dirs)
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return nil, false, err
	}
	var list []OpenFile
	complete := true
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil || pid == os.Getpid() {
			continue
		}
		if err := ctx.Err(); err != nil {
			return list, false, err
		}
		found, ok := openBy(pid, real)
		complete = complete && ok
		list = append(list, found...)
		if limit > 0 && len(list) >= limit {
			return list[:limit], complete, nil
		}
	}
	return list, complete, nil
}

// realDirs are the folders without links, as /proc has them.
func realDirs(dirs []string) []string {
	var real []string
	for _, d := range dirs {
		if r, err := filepath.EvalSymlinks(d); err == nil {
			real = append(real, r)
		}
	}
	return real
}

// openBy lists a process's files below the folders; ok is false when it may not be looked into. A process that has ended meanwhile has none.
func openBy(pid int, dirs []string) (list []OpenFile, ok bool) {
	base := "/proc/" + strconv.Itoa(pid)
	fds, err := os.ReadDir(base + "/fd")
	if err != nil {
		return nil, os.IsNotExist(err)
	}
	for _, fd := range fds {
		path, err := os.Readlink(base + "/fd/" + fd.Name())
		if err != nil || !filepath.IsAbs(path) || !inAny(path, dirs) {
			continue
		}
		list = append(list, OpenFile{PID: pid, Process: nameOf(base), Path: strings.TrimSuffix(path, " (deleted)"), Write: opensToWrite(base + "/fdinfo/" + fd.Name())})
	}
	return list, true
}

func inAny(path string, dirs []string) bool {
	for _, d := range dirs {
		if path == d || strings.HasPrefix(path, strings.TrimSuffix(d, "/")+"/") {
			return true
		}
	}
	return false
}

func nameOf(base string) string {
	data, err := os.ReadFile(base + "/comm")
	if err != nil {
		return ""
	}
	return string(bytes.TrimSpace(data))
}

// opensToWrite reads the open flags (octal) of a file descriptor; what cannot be read is taken for writing.
func opensToWrite(fdinfo string) bool {
	data, err := os.ReadFile(fdinfo)
	if err != nil {
		return true
	}
	for _, line := range strings.Split(string(data), "\n") {
		if text, ok := strings.CutPrefix(line, "flags:"); ok {
			flags, err := strconv.ParseInt(strings.TrimSpace(text), 8, 64)
			return err != nil || flags&int64(os.O_WRONLY|os.O_RDWR) != 0
		}
	}
	return true
}

// seesOthers tells whether this user sees the command lines of other users' processes: not where /proc is mounted with hidepid.
func seesOthers() bool {
	data, err := os.ReadFile("/proc/1/cmdline")
	return err == nil && len(data) > 0
}
