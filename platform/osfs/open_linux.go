package osfs

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/springboard-leap/springboard/upgrade/backup"
)

// OpenFiles looks through /proc for files below the roots that a process holds open for writing. complete is false when some processes don't show
// theirs to this user. This process is left out.
func (Quiescence) OpenFiles(ctx context.Context, roots []string) ([]backup.Process, bool, error) {
	places := make([]string, 0, len(roots))
	for _, r := range roots {
		if real, err := filepath.EvalSymlinks(r); err == nil {
			places = append(places, real)
		}
	}
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return nil, false, err
	}
	var found []backup.Process
	complete := true
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil || pid == os.Getpid() {
			continue
		}
		if ctx.Err() != nil {
			return found, false, ctx.Err()
		}
		file, known := holds(pid, places)
		complete = complete && known
		if file != "" {
			found = append(found, backup.Process{PID: pid, Name: commOf(pid), How: "open file", File: file})
		}
	}
	return found, complete, nil
}

// holds gives the first file below the places that a process may write. known is false when its open files cannot be seen.
func holds(pid int, places []string) (file string, known bool) {
	dir := "/proc/" + strconv.Itoa(pid)
	fds, err := os.ReadDir(dir + "/fd")
	if err != nil {
		return "", os.IsNotExist(err) // a process that has ended holds nothing
	}
	for _, fd := range fds {
		path, err := os.Readlink(dir + "/fd/" + fd.Name())
		if err != nil || !strings.HasPrefix(path, "/") {
			continue
		}
		path = strings.TrimSuffix(path, " (deleted)")
		for _, place := range places {
			if isBelow(place, path) && mayWrite(dir+"/fdinfo/"+fd.Name()) {
				return path, true
			}
		}
	}
	return "", true
}

// mayWrite reads the access mode of an open file: the last octal digit of its flags, of which the two low bits are 1 (write) or 2 (both).
func mayWrite(fdinfo string) bool {
	text, err := os.ReadFile(fdinfo)
	if err != nil {
		return false
	}
	for line := range strings.Lines(string(text)) {
		if value, ok := strings.CutPrefix(line, "flags:"); ok {
			flags, err := strconv.ParseUint(strings.TrimSpace(value), 8, 64)
			return err == nil && flags&3 != 0
		}
	}
	return false
}

func commOf(pid int) string {
	text, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/comm")
	if err != nil {
		return "process"
	}
	return strings.TrimSpace(string(text))
}
