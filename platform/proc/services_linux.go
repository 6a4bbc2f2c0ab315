package proc

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// unitFolders are where systemd reads services from, the first of a name counts (systemd.unit(5)); then what its generators make, and the scripts of SysV init,
// for which a generator makes a service of the same name (systemd-sysv-generator(8)).
var unitFolders = []string{"/etc/systemd/system", "/run/systemd/system", "/usr/local/lib/systemd/system", "/usr/lib/systemd/system", "/lib/systemd/system",
	"/run/systemd/generator", "/run/systemd/generator.late", "/etc/init.d"}

const maxUnit = 256 << 10 // far more than a unit file has

// unit is a service whose unit file names the installation.
type unit struct{ name, file, by string }

func servicesOf(ctx context.Context, w wanted) ([]Service, error) {
	units, err := unitsOf(unitFolders, w)
	if err != nil {
		return nil, err
	}
	var list []Service
	for _, u := range units {
		list = append(list, askSystemd(ctx, u))
	}
	return list, nil
}

// unitsOf finds the services whose unit files name the installation. Files that may not be read, or are no files, name nothing.
func unitsOf(folders []string, w wanted) ([]unit, error) {
	var list []unit
	seen := map[string]bool{}
	for _, dir := range folders {
		entries, err := os.ReadDir(dir)
		if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission) {
			continue
		}
		if err != nil {
			return nil, err
		}
		for _, e := range entries {
			name := serviceName(dir, e.Name())
			file := filepath.Join(dir, e.Name())
			info, err := os.Stat(file)
			if name == "" || seen[name] || err != nil || !info.Mode().IsRegular() || info.Size() > maxUnit {
				continue
			}
			text, err := os.ReadFile(file)
			if err != nil {
				continue
			}
			seen[name] = true
			if by := w.match(name, plainUnit(string(text))); by != "" {
				list = append(list, unit{name, file, by})
			}
		}
	}
	slices.SortFunc(list, func(a, b unit) int { return strings.Compare(a.name, b.name) })
	return list, nil
}

// serviceName is the service that a file of a folder makes; empty for one that makes none. Of a template nothing runs by its own name.
func serviceName(dir, file string) string {
	if filepath.Base(dir) == "init.d" {
		return file + ".service"
	}
	if !strings.HasSuffix(file, ".service") || strings.HasSuffix(file, "@.service") {
		return ""
	}
	return file
}

// plainUnit leaves the remarks out: they are no reason to take a service for the server's.
func plainUnit(text string) string {
	var b strings.Builder
	for _, line := range strings.Split(text, "\n") {
		if t := strings.TrimSpace(line); !strings.HasPrefix(t, "#") && !strings.HasPrefix(t, ";") {
			b.WriteString(line + "\n")
		}
	}
	return b.String()
}

// askSystemd asks for the state of a unit. A service whose start script has ended ("exited") holds no process: the server is then seen by its processes.
func askSystemd(ctx context.Context, u unit) Service {
	args := []string{"show", "--no-pager", "--property=LoadState,ActiveState,SubState,MainPID", u.name}
	s := Service{Name: u.name, Manager: "systemd", How: "systemctl " + strings.Join(args, " ") + "; " + u.file + " names " + u.by}
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, "systemctl", args...)
	cmd.WaitDelay = time.Second
	cmd.Env = append(os.Environ(), "LC_ALL=C", "SYSTEMD_COLORS=0")
	out, err := cmd.Output()
	if err != nil {
		s.How += "; it could not be asked: " + err.Error()
		return s
	}
	said := map[string]string{}
	for _, line := range strings.Split(string(out), "\n") {
		if key, value, ok := strings.Cut(strings.TrimSpace(line), "="); ok {
			said[key] = value
		}
	}
	if said["ActiveState"] == "" {
		s.How += "; its answer has no state"
		return s
	}
	s.Known = true
	s.State = said["ActiveState"]
	if said["SubState"] != "" {
		s.State += " (" + said["SubState"] + ")"
	}
	s.Running = said["ActiveState"] != "inactive" && said["ActiveState"] != "failed" && said["SubState"] != "exited"
	return s
}
