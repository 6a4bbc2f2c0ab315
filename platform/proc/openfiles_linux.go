package proc

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// OpenFiles lists the files below the folders that other processes hold open, at most limit (0: all). complete is false when processes of other users
// could not be looked into. From proc(5): /proc/PID/fd holds a link for each open file, /proc/PID/fdinfo its flags.
func OpenFiles(ctx context.Context, folders []string, limit int) (open []Open, complete bool, err error) {
	var roots []string
	for _, f := range folders {
		if real, err := filepath.EvalSymlinks(f); err == nil {
			roots = append(roots, real)
		}
	}
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return nil, false, err
	}
	complete = true
	for _, e := range entries {
		if err := ctx.Err(); err != nil {
			return open, false, context.Cause(ctx)
		}
		pid, err := strconv.Atoi(e.Name())
		if err != nil || pid == os.Getpid() {
			continue
		}
		more, err := openOf(pid, roots)
		if errors.Is(err, fs.ErrPermission) {
			complete = false
		}
		open = append(open, more...)
		if limit > 0 && len(open) >= limit {
			return open[:limit], false, nil
		}
	}
	return open, complete, nil
}

// openOf lists what one process holds open below the roots. A process that ended meanwhile holds nothing.
func openOf(pid int, roots []string) (open []Open, err error) {
	dir := filepath.Join("/proc", strconv.Itoa(pid))
	fds, err := os.ReadDir(filepath.Join(dir, "fd"))
	if err != nil {
		return nil, err
	}
	for _, fd := range fds {
		target, err := os.Readlink(filepath.Join(dir, "fd", fd.Name()))
		if err != nil || !under(target, roots) {
			continue
		}
		name, _ := os.ReadFile(filepath.Join(dir, "comm")) // only for the message
		open = append(open, Open{PID: pid, Process: strings.TrimSpace(string(name)), Path: target, Writing: writing(filepath.Join(dir, "fdinfo", fd.Name()))})
	}
	return open, nil
}

func under(path string, roots []string) bool {
	for _, r := range roots {
		if path == r || strings.HasPrefix(path, strings.TrimSuffix(r, "/")+"/") {
			return true
		}
	}
	return false
}

// writing reads the access mode from the octal flags; when it cannot be told the careful answer is yes.
func writing(fdinfo string) bool {
	data, err := os.ReadFile(fdinfo)
	if err != nil {
		return true
	}
	lines := bufio.NewScanner(bytes.NewReader(data))
	for lines.Scan() {
		if text, ok := strings.CutPrefix(lines.Text(), "flags:"); ok {
			flags, err := strconv.ParseUint(strings.TrimSpace(text), 8, 64)
			return err != nil || flags&3 != 0 // O_RDONLY is 0
		}
	}
	return true
}
