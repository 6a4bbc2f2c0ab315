package preflight

import (
	"context"
	"strconv"

	"github.com/springboard-leap/springboard/upgrade"
)

func logChecks() []Check {
	return []Check{
		{Code: "LEAP-LOG-001", Phases: before, Run: logMode},
		{Code: "LEAP-LOG-002", Phases: before, Run: logRoom},
	}
}

// mainLogs gives the logs in which failures of applications show.
func mainLogs(in upgrade.Installation) []upgrade.LogFile {
	var out []upgrade.LogFile
	for _, l := range in.Logs {
		if l.Role == "main" {
			out = append(out, l)
		}
	}
	return out
}

// logMode: failures are read from the log, so it must be known how it is written.
func logMode(_ context.Context, env Env) (Result, error) {
	logs := mainLogs(env.Installation)
	if len(logs) == 0 {
		return result(upgrade.Unknown, "none"), nil
	}
	r, mode := Result{}, "text"
	for _, l := range logs {
		if l.Mode == upgrade.LogHPEL {
			return result(upgrade.Warning, "hpel", "log", l.Path).with(env.fact("logs")), nil
		}
		if l.Exists {
			r = r.with(upgrade.FileEvidence(l.Path, 0, l.Format))
			mode = string(l.Mode)
		}
	}
	if len(r.Evidence) == 0 {
		return result(upgrade.Warning, "not-written", "log", logs[0].Path).with(env.fact("logs")), nil
	}
	return result(upgrade.OK, "known", "mode", mode, "log", logs[0].Path).with(r.Evidence...), nil
}

// bytesPerApp is how much an application is reckoned to write while it upgrades, failing ones with their stack traces and the rest of the
// server's own records included; ours.
const bytesPerApp = 48 << 10

// logRoom compares what the log keeps with what an upgrade writes. Springboard's recorder keeps everything, but only while it runs.
func logRoom(ctx context.Context, env Env) (Result, error) {
	apps := 0
	if env.Census != nil {
		facts, ok, err := env.Census.Latest(ctx)
		if err == nil && ok {
			apps = len(facts.Apps)
		}
	}
	if apps == 0 {
		return result(upgrade.Info, "no-census"), nil
	}
	need := int64(apps) * bytesPerApp
	for _, l := range mainLogs(env.Installation) {
		if l.RolloverBytes == 0 {
			continue
		}
		keeps := l.RolloverBytes * int64(l.RolloverFiles+1)
		args := []string{"keeps", sizeText(keeps), "need", sizeText(need), "apps", strconv.Itoa(apps), "log", l.Path, "files", strconv.Itoa(l.RolloverFiles)}
		if keeps < need {
			return result(upgrade.Warning, "short", args...).with(env.fact("logs")).fixedBy(rolloverFix(ctx, env, l, need)...), nil
		}
		return result(upgrade.OK, "enough", args...).with(env.fact("logs")), nil
	}
	return result(upgrade.Info, "no-rollover"), nil
}

// rolloverFix raises the number of kept files in WebSphere's server.xml, and their size to 20 MB, so that the log holds what is needed.
func rolloverFix(ctx context.Context, env Env, l upgrade.LogFile, need int64) []upgrade.Edit {
	const size = 20
	if env.Installation.Runtime != upgrade.WAS || env.managed() || env.Settings == nil {
		return nil
	}
	for _, f := range env.files("was-server") {
		if f.Server != l.Server || f.Node != l.Node {
			continue
		}
		found, err := env.Settings.Find(ctx, f.Path, "outputStreamRedirect/@rolloverSize")
		if err != nil || len(found) != 1 {
			return nil
		}
		files := max(int(need/(size<<20))+1, l.RolloverFiles)
		return []upgrade.Edit{
			{File: f.Path, Op: upgrade.EditSet, Key: "outputStreamRedirect/@rolloverSize", Value: strconv.Itoa(size)},
			{File: f.Path, Op: upgrade.EditSet, Key: "outputStreamRedirect/@maxNumberOfBackupFiles", Value: strconv.Itoa(files)},
		}
	}
	return nil
}

// sizeText writes a number of bytes for a sentence.
func sizeText(n int64) string {
	units := []string{"bytes", "KB", "MB", "GB", "TB"}
	f, u := float64(n), 0
	for f >= 1024 && u < len(units)-1 {
		f, u = f/1024, u+1
	}
	if u == 0 || f >= 100 {
		return strconv.FormatFloat(f, 'f', 0, 64) + " " + units[u]
	}
	return strconv.FormatFloat(f, 'f', 1, 64) + " " + units[u]
}
