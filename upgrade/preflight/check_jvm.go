package preflight

import (
	"context"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/lazyregexp"
)

func jvmChecks() []Check {
	return []Check{
		{Code: "LEAP-JVM-001", Products: onLeap, Phases: surveyP, Run: leapHeap},
		{Code: "LEAP-JVM-002", Products: onDomino, Phases: surveyP, Run: dominoHeap},
	}
}

// jvmArguments are the options of WebSphere's Java process that have no attribute of their own.
const jvmArguments = "jvmEntries/@genericJvmArguments"

// leastHeap is the smallest maximum heap in MB that is not warned about. The vendor names no number for upgrades; ours.
const leastHeap = 1024

// heapOption is -Xmx with its number and unit; the last one of a command line is in force.
var heapOption = lazyregexp.New(`-Xmx(\d+)([kKmMgG]?)`)

// heapMB reads the last -Xmx in MB; 0 when there is none.
func heapMB(options string) int {
	all := heapOption.FindAllStringSubmatch(options, -1)
	if len(all) == 0 {
		return 0
	}
	last := all[len(all)-1]
	return megabytes(last[1], last[2])
}

func megabytes(number, unit string) int {
	n, err := strconv.Atoi(number)
	if err != nil {
		return 0
	}
	switch strings.ToLower(unit) {
	case "g":
		return n << 10
	case "m":
		return n
	case "k":
		return n >> 10
	}
	return n >> 20
}

func leapHeap(ctx context.Context, env Env) (Result, error) {
	mb, ev, err := wasHeap(ctx, env)
	if env.Installation.Runtime == upgrade.Liberty {
		mb, ev, err = libertyHeap(env)
	}
	switch {
	case err != nil:
		return Result{}, err
	case mb == 0:
		return result(upgrade.Warning, "default", "least", strconv.Itoa(leastHeap)).with(ev), nil
	case mb < leastHeap:
		return result(upgrade.Warning, "small", "heap", strconv.Itoa(mb), "least", strconv.Itoa(leastHeap)).with(ev), nil
	}
	return result(upgrade.OK, "enough", "heap", strconv.Itoa(mb)).with(ev), nil
}

// wasHeap gives the smallest maximum heap over all servers that hold Leap.
func wasHeap(ctx context.Context, env Env) (mb int, ev upgrade.Evidence, err error) {
	if env.Installation.Runtime != upgrade.WAS {
		return 0, ev, nil
	}
	if env.Settings == nil {
		return 0, ev, blind("settings")
	}
	for i, s := range env.leapServers() {
		have, where := 0, upgrade.FileEvidence(s.Config, 0, "no maximumHeapSize")
		for _, key := range []string{"jvmEntries/@maximumHeapSize", jvmArguments} {
			found, err := env.Settings.Find(ctx, s.Config, key)
			if err != nil {
				return 0, ev, unseen("settings", err)
			}
			for _, f := range found {
				n, number := strconv.Atoi(strings.TrimSpace(f.Value))
				if number != nil {
					n = heapMB(f.Value)
				}
				if n > 0 {
					have, where = n, f.Evidence()
				}
			}
		}
		if i == 0 || have < mb {
			mb, ev = have, where
		}
	}
	return mb, ev, nil
}

// libertyHeap reads jvm.options of the server folder.
func libertyHeap(env Env) (mb int, ev upgrade.Evidence, err error) {
	if env.Files == nil {
		return 0, ev, blind("files")
	}
	for _, name := range []string{filepath.Join("configDropins", "defaults", "jvm.options"), "jvm.options", filepath.Join("configDropins", "overrides", "jvm.options")} {
		file := filepath.Join(env.Installation.Home, name)
		data, err := env.Files.Read(file)
		if err != nil {
			continue // each of them is optional
		}
		for i, line := range strings.Split(string(data), "\n") {
			if n := heapMB(line); n > 0 && !strings.HasPrefix(strings.TrimSpace(line), "#") {
				mb, ev = n, upgrade.FileEvidence(file, i+1, line)
			}
		}
	}
	return mb, ev, nil
}

// dominoHeap: without HTTPJVMMaxHeapSizeSet=1 Domino puts its own size back when it is upgraded.
func dominoHeap(ctx context.Context, env Env) (Result, error) {
	ini, err := notesINI(ctx, env, "HTTPJVMMaxHeapSize", "HTTPJVMMaxHeapSizeSet")
	if err != nil {
		return Result{}, err
	}
	size, fixed := ini["HTTPJVMMaxHeapSize"], ini["HTTPJVMMaxHeapSizeSet"]
	mb := 0
	if m := lazyregexp.New(`^\s*(\d+)([kKmMgG]?)\s*$`).FindStringSubmatch(size.Value); m != nil {
		mb = megabytes(m[1], m[2])
	}
	args := []string{"heap", size.Value, "least", strconv.Itoa(leastHeap)}
	switch {
	case size.File == "":
		return result(upgrade.Warning, "unset", args...), nil
	case mb == 0:
		return result(upgrade.Warning, "unreadable", args...).with(size.Evidence()), nil
	case fixed.Value != "1":
		edit := upgrade.Edit{File: size.File, Op: upgrade.EditSet, Key: "HTTPJVMMaxHeapSizeSet", Value: "1"}
		return result(upgrade.Warning, "not-fixed", args...).with(size.Evidence()).fixedBy(whileStopped(ctx, env, edit)...), nil
	case mb < leastHeap:
		return result(upgrade.Warning, "small", args...).with(size.Evidence(), fixed.Evidence()), nil
	}
	return result(upgrade.OK, "enough", args...).with(size.Evidence(), fixed.Evidence()), nil
}

// notesINI reads keys of notes.ini; one that is not there is a zero Setting.
func notesINI(ctx context.Context, env Env, keys ...string) (map[string]upgrade.Setting, error) {
	if env.Settings == nil {
		return nil, blind("settings")
	}
	files := env.files("notes-ini")
	if len(files) == 0 {
		return nil, blind("notes-ini")
	}
	out := map[string]upgrade.Setting{}
	for _, key := range keys {
		found, err := env.Settings.Find(ctx, files[0].Path, key)
		if err != nil {
			return nil, unseen("settings", err)
		}
		if len(found) > 0 {
			out[key] = found[0]
		}
	}
	return out, nil
}

// whileStopped offers an edit of notes.ini only while Domino does not run: a running server writes its own copy over it.
func whileStopped(ctx context.Context, env Env, edits ...upgrade.Edit) []upgrade.Edit {
	if env.Processes == nil {
		return nil
	}
	running, err := env.Processes.Running(ctx, env.Installation)
	if err != nil || len(running) > 0 {
		return nil
	}
	return edits
}
