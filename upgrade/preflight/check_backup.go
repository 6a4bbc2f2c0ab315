package preflight

import (
	"context"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/springboard-leap/springboard/upgrade"
)

func backupChecks() []Check {
	return []Check{
		{Code: "LEAP-BAK-001", Phases: surveyP, Run: backupTarget},
		{Code: "LEAP-BAK-002", Phases: before, Run: backupProven},
		{Code: "LEAP-BAK-003", Phases: before, Person: true, Run: offSite},
	}
}

// sources are the trees that a folder backup copies.
func sources(in upgrade.Installation) []string {
	var out []string
	for _, d := range append([]string{in.Program, in.AppData}, in.Extensions.Dirs...) {
		if d != "" {
			out = append(out, d)
		}
	}
	return out
}

// spare is what must be free beyond the data: room for verification and growth, in per cent; ours.
const spare = 20

func backupTarget(ctx context.Context, env Env) (Result, error) {
	dir := env.Target.BackupDir
	if dir == "" {
		if b, ok, err := newestBackup(ctx, env); err == nil && ok {
			return result(upgrade.OK, "made", "dir", b.Dir, "at", b.At.Format(time.RFC3339)), nil
		}
		if env.Phase == Protect {
			return result(upgrade.Blocker, "not-named"), nil
		}
		return result(upgrade.Info, "not-named"), nil
	}
	if env.Host == nil {
		return Result{}, blind("host")
	}
	if env.Files == nil {
		return Result{}, blind("files")
	}
	for _, src := range sources(env.Installation) {
		if inside(dir, src) {
			return result(upgrade.Blocker, "inside-source", "dir", dir, "source", src), nil
		}
	}
	need, sameVolume, err := backupNeeds(ctx, env, dir)
	if err != nil {
		return Result{}, err
	}
	d, err := env.Host.Disk(ctx, dir)
	if err != nil {
		return Result{}, unseen("host", err)
	}
	args := []string{"dir", dir, "free", sizeText(d.Free), "need", sizeText(need), "type", d.Type}
	ev := upgrade.Evidence{Command: "free space of " + d.Path, Output: sizeText(d.Free) + " free of " + sizeText(d.Total) + " " + d.Type}
	switch {
	case d.ReadOnly:
		return result(upgrade.Blocker, "read-only", args...).with(ev), nil
	case d.Free < need:
		return result(upgrade.Blocker, "short", args...).with(ev), nil
	case d.MaxFile > 0:
		return result(upgrade.Warning, "file-limit", append(args, "limit", sizeText(d.MaxFile))...).with(ev), nil
	case sameVolume:
		return result(upgrade.Warning, "same-volume", args...).with(ev), nil
	}
	return result(upgrade.OK, "room", args...).with(ev), nil
}

// backupNeeds is the space that a copy of all trees needs, with the spare, and whether the target is on the volume of one of them.
func backupNeeds(ctx context.Context, env Env, dir string) (need int64, sameVolume bool, err error) {
	target, err := env.Host.Disk(ctx, dir)
	if err != nil {
		return 0, false, unseen("host", err)
	}
	for _, src := range sources(env.Installation) {
		u, err := env.Files.Usage(ctx, src)
		if err != nil {
			return 0, false, unseen("files", err)
		}
		need += u.Bytes
		if d, err := env.Host.Disk(ctx, src); err == nil && d.Volume != "" && d.Volume == target.Volume {
			sameVolume = true
		}
	}
	return need + need*spare/100, sameVolume, nil
}

// inside tells whether path is dir or below it.
func inside(path, dir string) bool {
	rel, err := filepath.Rel(dir, path)
	return err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator))
}

// newestBackup gives the newest backup that is at least sealed.
func newestBackup(ctx context.Context, env Env) (Backup, bool, error) {
	if env.Backups == nil {
		return Backup{}, false, nil
	}
	all, err := env.Backups.List(ctx)
	if err != nil {
		return Backup{}, false, err
	}
	best, ok := Backup{}, false
	for _, b := range all {
		if (b.State == "sealed" || b.State == "proven") && (!ok || b.At.After(best.At)) {
			best, ok = b, true
		}
	}
	return best, ok, nil
}

// backupAge is how old the backup may be when the installer is started; ours.
const backupAge = 24 * time.Hour

// backupProven: the restored backup is the only way back once a newer version has met the database.
func backupProven(ctx context.Context, env Env) (Result, error) {
	if env.Backups == nil {
		return Result{}, blind("backups")
	}
	b, ok, err := newestBackup(ctx, env)
	if err != nil {
		return Result{}, unseen("backups", err)
	}
	strict := upgrade.Warning
	if env.Phase == Offline {
		strict = upgrade.Blocker
	}
	if !ok {
		if env.Phase == Survey {
			return result(upgrade.Info, "not-yet"), nil
		}
		return result(strict, "none"), nil
	}
	args := []string{"dir", b.Dir, "at", b.At.Format(time.RFC3339)}
	ev := upgrade.FileEvidence(b.Dir, 0, b.State)
	missing := missingParts(env.Installation, b)
	switch {
	case len(missing) > 0:
		return result(strict, "incomplete", append(args, "missing", strings.Join(missing, ", "))...).with(ev), nil
	case b.State != "proven":
		return result(strict, "not-proven", args...).with(ev), nil
	case env.now().Sub(b.At) > backupAge:
		return result(upgrade.Warning, "old", args...).with(ev), nil
	}
	return result(upgrade.OK, "proven", args...).with(ev), nil
}

// missingParts lists what the way back needs and the backup does not hold.
func missingParts(in upgrade.Installation, b Backup) []string {
	need := []string{"database", "ear", "settings"}
	if in.Product == upgrade.DominoLeap {
		need = []string{"volt", "program", "settings"}
	}
	return slices.DeleteFunc(need, func(part string) bool { return slices.Contains(b.Parts, part) })
}

func offSite(context.Context, Env) (Result, error) {
	return result(upgrade.Warning, "ask"), nil
}
