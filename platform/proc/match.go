package proc

import (
	"path/filepath"
	"runtime"
	"strings"

	"github.com/springboard-leap/springboard/upgrade"
)

// belongs tells whether a process is that server.
func belongs(p Info, in upgrade.Installation, n upgrade.Node, sv upgrade.Server) bool {
	switch in.Runtime {
	case upgrade.WAS:
		return isWAS(p, in, n, sv)
	case upgrade.Liberty:
		return isLiberty(p, in, sv)
	case upgrade.Domino:
		return isDomino(p, in)
	}
	return false
}

// wasMain is the class that a server's JVM runs; its arguments are configuration folder, cell, node, server.
const wasMain = "com.ibm.ws.runtime.WsServer"

func isWAS(p Info, in upgrade.Installation, n upgrade.Node, sv upgrade.Server) bool {
	for i, arg := range p.Args {
		if arg != wasMain || i+4 >= len(p.Args) {
			continue
		}
		config, cell, node, server := p.Args[i+1], p.Args[i+2], p.Args[i+3], p.Args[i+4]
		if cell != in.Cell || node != n.Name || server != sv.Name {
			return false
		}
		return n.Profile == "" || samePath(config, filepath.Join(n.Profile, "config")) || !filepath.IsAbs(config)
	}
	return false
}

// samePath tells whether two paths are one place. Windows takes no note of case, and a service's command line often has another one than the folder.
func samePath(a, b string) bool {
	if sameName(filepath.Clean(a), filepath.Clean(b)) {
		return true
	}
	x, errX := filepath.EvalSymlinks(a)
	y, errY := filepath.EvalSymlinks(b)
	return errX == nil && errY == nil && sameName(x, y)
}

func sameName(a, b string) bool {
	return a == b || runtime.GOOS == "windows" && strings.EqualFold(a, b)
}

// isLiberty knows a server by its launcher's jar and its name, which is an argument of it; the jar lies in the installation, or the server's folder
// is the working directory.
func isLiberty(p Info, in upgrade.Installation, sv upgrade.Server) bool {
	jar, name := "", false
	for _, arg := range p.Args {
		if strings.HasSuffix(arg, "ws-server.jar") {
			jar = arg
		}
		name = name || arg == sv.Name
	}
	if jar == "" || !name {
		return false
	}
	wlp := filepath.Dir(filepath.Dir(filepath.Dir(in.Home)))
	return below(jar, wlp) || samePath(p.Dir, in.Home)
}

// isDomino takes every program of Domino's program folder for its server; with a second server on the machine, only what runs in the data folder.
func isDomino(p Info, in upgrade.Installation) bool {
	exe := p.Exe
	if exe == "" && len(p.Args) > 0 {
		exe = p.Args[0]
	}
	if in.Home == "" || !below(exe, in.Home) || !dominoTasks[strings.ToLower(strings.TrimSuffix(filepath.Base(exe), ".exe"))] {
		return false
	}
	return p.Dir == "" || in.Data == "" || samePath(p.Dir, in.Data) || !strings.Contains(strings.ToLower(p.Dir), "data")
}

// dominoTasks are the programs that hold databases of Leap open: the server itself and its tasks.
var dominoTasks = map[string]bool{
	"server": true, "nserver": true, "http": true, "nhttp": true, "replica": true, "nreplica": true, "router": true, "nrouter": true, "update": true,
	"nupdate": true, "updall": true, "nupdall": true, "amgr": true, "namgr": true, "adminp": true, "nadminp": true, "event": true, "nevent": true,
	"compact": true, "ncompact": true, "fixup": true, "nfixup": true, "logasio": true, "nlogasio": true, "daosmgr": true, "ndaosmgr": true,
	"dbmt": true, "ndbmt": true, "nservice": true,
}

// looksInteresting tells whether a process may be one of those servers, so that more is asked about it.
func looksInteresting(p Info) bool {
	line := strings.ToLower(p.Exe + " " + strings.Join(p.Args, " "))
	for _, word := range []string{"wsserver", "ws-server.jar", "domino", "notes"} {
		if strings.Contains(line, word) {
			return true
		}
	}
	return false
}

// looksLikeServer tells whether a process whose id a server's file names may be that server, or a lab that plays it.
func looksLikeServer(p Info, sv upgrade.Server) bool {
	line := strings.ToLower(p.Exe + " " + strings.Join(p.Args, " "))
	for _, word := range []string{"wsserver", "ws-server.jar", "com.ibm.ws.", "domino", "notes", "springboard", strings.ToLower(sv.Name)} {
		if word != "" && strings.Contains(line, word) {
			return true
		}
	}
	return false
}

func below(path, dir string) bool {
	for _, d := range []string{dir, evaluated(dir)} {
		rel, err := filepath.Rel(d, path)
		if err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator)) {
			return true
		}
	}
	return false
}

func evaluated(dir string) string {
	if real, err := filepath.EvalSymlinks(dir); err == nil {
		return real
	}
	return dir
}
