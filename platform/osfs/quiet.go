package osfs

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/shirou/gopsutil/v4/process"

	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/backup"
)

// labMark is the file that makes a folder the root of a practice installation.
const labMark = "springboard-lab.json"

// Quiescence asks this machine whether an installation rests. The zero value is ready.
type Quiescence struct{}

var _ backup.Quiescence = Quiescence{}

// Running finds the processes of the installation's servers: by the process id in a server's pid file, and by the command lines of this machine. Of an
// installation on a copied or mounted root no process can run here, but for a lab's: its serving process is found by the pid file and marked as
// practice.
func (Quiescence) Running(ctx context.Context, inst upgrade.Installation) ([]backup.Process, bool, error) {
	isLab := exists(filepath.Join(inst.Root, labMark))
	if !isLab && !isThisMachine(inst.Root) {
		return nil, true, nil
	}
	found := byPIDFile(ctx, inst, isLab)
	if isLab {
		return found, true, nil
	}
	all, err := process.ProcessesWithContext(ctx)
	if err != nil {
		return found, false, err
	}
	seen := map[int]bool{os.Getpid(): true}
	for _, f := range found {
		seen[f.PID] = true
	}
	for _, p := range all {
		args, err := p.CmdlineSliceWithContext(ctx)
		if err != nil || len(args) == 0 || seen[int(p.Pid)] {
			continue // gone meanwhile, or a thread of the kernel
		}
		exe, err := p.ExeWithContext(ctx)
		if err != nil {
			exe = args[0]
		}
		if belongs(inst, exe, args) {
			found = append(found, backup.Process{PID: int(p.Pid), Name: baseName(exe), How: "command line"})
		}
	}
	return found, true, nil
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// isThisMachine tells the root of the running system from a folder that holds a copy of another one.
func isThisMachine(root string) bool {
	if root == "" {
		return true
	}
	root = filepath.Clean(root)
	return root == string(filepath.Separator) || filepath.VolumeName(root) != "" && filepath.Dir(root) == root
}

// byPIDFile reads the files in which servers keep their process ids. A file older than the process it names was left behind by another one.
func byPIDFile(ctx context.Context, inst upgrade.Installation, practice bool) []backup.Process {
	var found []backup.Process
	for _, node := range inst.Nodes {
		for _, server := range node.Servers {
			if server.PIDFile == "" || !server.HasLeap && !practice {
				continue
			}
			if p, ok := readPIDFile(ctx, server.PIDFile); ok {
				p.Practice = practice
				found = append(found, p)
			}
		}
	}
	return found
}

func readPIDFile(ctx context.Context, path string) (backup.Process, bool) {
	text, err := os.ReadFile(path)
	if err != nil {
		return backup.Process{}, false
	}
	fi, err := os.Stat(path)
	if err != nil {
		return backup.Process{}, false
	}
	pid, err := strconv.ParseInt(strings.TrimSpace(string(text)), 10, 32)
	if err != nil || pid <= 0 {
		return backup.Process{}, false
	}
	p, err := process.NewProcessWithContext(ctx, int32(pid))
	if err != nil {
		return backup.Process{}, false // no such process: the server is down
	}
	if made, err := p.CreateTimeWithContext(ctx); err == nil && time.UnixMilli(made).After(fi.ModTime().Add(10*time.Second)) {
		return backup.Process{}, false
	}
	name, err := p.NameWithContext(ctx)
	if err != nil {
		name = "process " + strconv.Itoa(int(pid))
	}
	return backup.Process{PID: int(pid), Name: name, How: "pid file", File: path}, true
}

// belongs tells by its command line that a process is a server of the installation. WebSphere starts `... com.ibm.ws.runtime.WsServer <config> <cell>
// <node> <server>`, Liberty `... ws-server.jar <server>`; Domino's tasks run from its program folder.
func belongs(inst upgrade.Installation, exe string, args []string) bool {
	switch inst.Runtime {
	case upgrade.WAS:
		return contains(args, "com.ibm.ws.runtime.WsServer") && (inst.Cell == "" || contains(args, inst.Cell)) && hasServer(inst, args)
	case upgrade.Liberty:
		return ofLiberty(inst, args)
	case upgrade.Domino:
		return inst.Home != "" && isBelow(inst.Home, exe) || inst.Home != "" && isBelow(inst.Home, args[0])
	}
	return false
}

func ofLiberty(inst upgrade.Installation, args []string) bool {
	for i, a := range args {
		if filepath.Base(filepath.FromSlash(a)) == "ws-server.jar" && i+1 < len(args) {
			return args[i+1] == filepath.Base(inst.Home)
		}
	}
	return false
}

func hasServer(inst upgrade.Installation, args []string) bool {
	named := false
	for _, node := range inst.Nodes {
		for _, server := range node.Servers {
			if server.HasLeap {
				named = true
				if contains(args, server.Name) {
					return true
				}
			}
		}
	}
	return !named // which server runs Leap is not known, so every one counts
}

func contains(args []string, want string) bool {
	for _, a := range args {
		if a == want {
			return true
		}
	}
	return false
}

func isBelow(dir, path string) bool {
	rel, err := filepath.Rel(dir, path)
	return err == nil && filepath.IsLocal(rel)
}

func baseName(path string) string { return filepath.Base(filepath.FromSlash(path)) }
