package preflight

import (
	"context"
	"errors"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/springboard-leap/springboard/upgrade"
)

func dominoChecks() []Check {
	return []Check{
		{Code: "LEAP-DOM-001", Products: onDomino, Run: voltInPlace},
		{Code: "LEAP-DOM-002", Products: onDomino, Phases: before, Run: dominoVersion},
		{Code: "LEAP-DOM-003", Products: onDomino, Phases: before, Run: daos},
		{Code: "LEAP-DOM-004", Products: onDomino, Phases: surveyP, Run: cleanShutdown},
		{Code: "LEAP-HTTP-001", Products: onDomino, Run: httpMethods},
	}
}

// voltInPlace: Domino's installer deletes the plug-ins, which leaves data without a program.
func voltInPlace(_ context.Context, env Env) (Result, error) {
	if env.Files == nil {
		return Result{}, blind("files")
	}
	in := env.Installation
	r := Result{}
	for _, need := range []struct{ path, what string }{{in.AppData, "volt"}, {in.Program, "osgi/volt"}, {in.LinkFile, "volt.link"}} {
		if need.path == "" {
			return result(upgrade.Blocker, "not-found", "what", need.what).with(env.fact("home")), nil
		}
		if err := readable(env.Files, need.path); err != nil {
			key := "unreadable"
			if errors.Is(err, fs.ErrNotExist) {
				key = "absent"
			}
			return result(upgrade.Blocker, key, "what", need.what, "path", need.path, "detail", detailOf(err)), nil
		}
		r = r.with(upgrade.FileEvidence(need.path, 0, need.what))
	}
	for _, nsf := range []string{"VoltBuilder.nsf", "VoltConfig.nsf"} {
		if _, err := env.Files.Stat(filepath.Join(in.AppData, nsf)); err != nil {
			return result(upgrade.Blocker, "absent", "what", nsf, "path", filepath.Join(in.AppData, nsf), "detail", detailOf(err)), nil
		}
	}
	return result(upgrade.OK, "in-place", "path", in.AppData).with(r.Evidence...), nil
}

// readable tells whether a folder can be listed or a file's first byte read.
func readable(files Files, path string) error {
	fi, err := files.Stat(path)
	if err != nil {
		return err
	}
	if fi.IsDir() {
		_, err = files.ReadDir(path)
		return err
	}
	_, err = files.Head(path, 1)
	return err
}

// dominoReleases are what Domino Leap 1.1 runs on.
var dominoReleases = []version{{12, 0, 2}, {14, 0}, {14, 5}}

func dominoVersion(_ context.Context, env Env) (Result, error) {
	if env.Files == nil {
		return Result{}, blind("files")
	}
	file := filepath.Join(env.Installation.Home, ".install.dat")
	data, err := env.Files.Read(file)
	if err != nil {
		return result(upgrade.Unknown, "not-told", "file", file), nil //nolint:nilerr // unreadable or not there: it tells nothing
	}
	for i, line := range strings.Split(string(data), "\n") {
		raw, ok := strings.CutPrefix(strings.TrimSpace(line), "rev=")
		if !ok {
			continue
		}
		v := parseRev(strings.TrimSpace(raw))
		ev := upgrade.FileEvidence(file, i+1, line)
		if v == nil {
			return result(upgrade.Unknown, "unreadable", "rev", raw).with(ev), nil
		}
		if slices.ContainsFunc(dominoReleases, func(r version) bool { return v.compare(r) == 0 }) {
			return result(upgrade.OK, "allowed", "version", v.String()).with(ev), nil
		}
		return result(upgrade.Blocker, "not-allowed", "version", v.String()).with(ev), nil
	}
	return result(upgrade.Unknown, "not-told", "file", file), nil
}

// parseRev reads Domino's revision: 14000000 is 14.0.0, 12000200 is 12.0.2; two digits a part.
func parseRev(s string) version {
	if strings.Contains(s, ".") {
		return parseVersion(s)
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 1_000_000 || n > 99_999_999 {
		return nil
	}
	minor := n / 10_000 % 100
	if minor >= 10 && minor%10 == 0 { // 14500000 is written for 14.5
		minor /= 10
	}
	return version{n / 1_000_000, minor, n / 100 % 100}
}

// String writes the version with dots.
func (v version) String() string {
	parts := make([]string, len(v))
	for i, n := range v {
		parts[i] = strconv.Itoa(n)
	}
	return strings.Join(parts, ".")
}

// daos: attachments that DAOS took out of the databases are in files of their own, which a copy of volt alone misses.
func daos(ctx context.Context, env Env) (Result, error) {
	ini, err := notesINI(ctx, env, "DAOSEnable", "DAOSBasePath", "DAOS_ENCRYPT_NLO")
	if err != nil {
		return Result{}, err
	}
	on := ini["DAOSEnable"]
	if strings.TrimSpace(on.Value) != "1" {
		return result(upgrade.OK, "off").with(settingEvidence(on)), nil
	}
	args := []string{"path", ini["DAOSBasePath"].Value}
	r := Result{}
	r = r.with(on.Evidence(), settingEvidence(ini["DAOSBasePath"]))
	if b, ok, err := newestBackup(ctx, env); err == nil && ok && slices.Contains(b.Parts, "daos") {
		return result(upgrade.OK, "saved", append(args, "dir", b.Dir)...).with(r.Evidence...), nil
	}
	if env.Phase == Offline {
		return result(upgrade.Blocker, "not-saved", args...).with(r.Evidence...), nil
	}
	return result(upgrade.Warning, "on", args...).with(r.Evidence...), nil
}

// settingEvidence is nothing for a setting that is not there.
func settingEvidence(s upgrade.Setting) upgrade.Evidence {
	if s.File == "" {
		return upgrade.Evidence{}
	}
	return s.Evidence()
}

// consoleTail is how much of the console log is read for the last stop.
const consoleTail = 256 << 10

func cleanShutdown(ctx context.Context, env Env) (Result, error) {
	if env.Processes != nil && env.Phase == Survey {
		if running, err := env.Processes.Running(ctx, env.Installation); err == nil && len(running) > 0 {
			return result(upgrade.Info, "running"), nil
		}
	}
	if env.Files == nil {
		return Result{}, blind("files")
	}
	console := ""
	for _, l := range env.Installation.Logs {
		if l.Role == "console" || l.Format == "domino-console" {
			console = l.Path
		}
	}
	if console == "" {
		return result(upgrade.Unknown, "no-console"), nil
	}
	tail, err := env.Files.Tail(console, consoleTail)
	if err != nil {
		return Result{}, unseen("files", err)
	}
	stop, start := lastLine(tail, "Server shutdown complete"), lastLine(tail, "Server started on physical node", "HCL Domino (r) Server", "Lotus Domino (r) Server")
	switch {
	case stop.text != "" && stop.at > start.at:
		return result(upgrade.OK, "clean").with(upgrade.FileEvidence(console, 0, stop.text)), nil
	case start.text != "":
		severity := upgrade.Warning
		if env.Phase == Protect {
			severity = upgrade.Blocker
		}
		return result(severity, "not-clean", "log", console).with(upgrade.FileEvidence(console, 0, start.text)), nil
	}
	return result(upgrade.Unknown, "not-in-log", "log", console), nil
}

type foundLine struct {
	at   int
	text string
}

// lastLine finds the last line that holds one of the phrases.
func lastLine(data []byte, phrases ...string) foundLine {
	best := foundLine{at: -1}
	for i, line := range strings.Split(string(data), "\n") {
		for _, p := range phrases {
			if strings.Contains(line, p) {
				best = foundLine{at: i, text: strings.TrimSpace(line)}
			}
		}
	}
	return best
}

// neededMethods are the HTTP methods that Domino Leap's interfaces use.
var neededMethods = []string{"GET", "POST", "PUT", "DELETE", "HEAD"}

func httpMethods(ctx context.Context, env Env) (Result, error) {
	ini, err := notesINI(ctx, env, "HTTPEnableMethods")
	if err != nil {
		return Result{}, err
	}
	s := ini["HTTPEnableMethods"]
	if s.File == "" {
		return result(upgrade.Info, "unset", "needed", strings.Join(neededMethods, ",")), nil
	}
	have := strings.FieldsFunc(strings.ToUpper(s.Value), func(r rune) bool { return r == ',' || r == ' ' || r == ';' })
	missing := slices.DeleteFunc(slices.Clone(neededMethods), func(m string) bool { return slices.Contains(have, m) })
	if len(missing) > 0 {
		edit := upgrade.Edit{File: s.File, Op: upgrade.EditSet, Key: s.Key, Value: strings.Join(append(have, missing...), ",")}
		return result(upgrade.Warning, "missing", "missing", strings.Join(missing, ", ")).with(s.Evidence()).fixedBy(whileStopped(ctx, env, edit)...), nil
	}
	return result(upgrade.OK, "complete").with(s.Evidence()), nil
}
