package preflight

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/springboard-leap/springboard/upgrade"
)

func extensionChecks() []Check {
	return []Check{
		{Code: "LEAP-EXT-001", Products: onLeap, Run: extensionsInForce},
		{Code: "LEAP-EXT-002", Products: onLeap, Phases: before, Run: extensionsEditLost},
		{Code: "LEAP-EXT-003", Products: onLeap, Phases: surveyP, Run: extensionsInventory},
	}
}

// extensionsInForce: the folder that the configuration names must be the one that the log says was loaded.
func extensionsInForce(_ context.Context, env Env) (Result, error) {
	e := env.Installation.Extensions
	dirs := strings.Join(e.Dirs, ", ")
	if b := env.Before; env.Phase == Reopen && b != nil && len(b.Extensions.Dirs) > 0 && !slices.Equal(b.Extensions.Dirs, e.Dirs) {
		return result(upgrade.Blocker, "fell-back", "dirs", dirs, "before", strings.Join(b.Extensions.Dirs, ", ")).
			with(b.Evidence["extensions"], env.fact("extensions")).fixedBy(putBack(env)...), nil
	}
	if len(e.Dirs) == 0 {
		return result(upgrade.Unknown, "not-known"), nil
	}
	if env.Files != nil {
		for _, d := range e.Dirs {
			switch _, err := env.Files.Stat(d); {
			case errors.Is(err, fs.ErrNotExist):
				return result(upgrade.Blocker, "absent", "dir", d, "source", e.Source).with(env.fact("extensions")), nil
			case err != nil:
				return Result{}, unseen("files", err)
			}
		}
	}
	args := []string{"dirs", dirs, "source", e.Source, "logged", e.Logged}
	switch {
	case e.Confirmed:
		return result(upgrade.OK, "confirmed", args...).with(env.fact("extensions")), nil
	case e.Logged != "":
		return result(upgrade.Blocker, "differs", args...).with(env.fact("extensions")), nil
	}
	return result(upgrade.Unknown, "unconfirmed", args...).with(env.fact("extensions")), nil
}

// putBack sets extensions in the fresh fsp.properties to what it was. It is offered only if that is where it was set.
func putBack(env Env) []upgrade.Edit {
	if env.Before.Extensions.Source != upgrade.ExtensionsFSP {
		return nil
	}
	var native []string
	for _, d := range env.Before.Extensions.Dirs {
		native = append(native, env.native(d))
	}
	var edits []upgrade.Edit
	for _, f := range env.files("fsp") {
		edits = append(edits, upgrade.Edit{File: f.Path, Op: upgrade.EditSet, Key: "extensions", Value: strings.Join(native, ",")})
	}
	return edits
}

// native gives a path as the server knows it, without the root below which it is openable here.
func (e Env) native(path string) string {
	root := strings.TrimRight(e.Installation.Root, `/\`)
	if root == "" || strings.HasSuffix(root, ":") { // the machine itself
		return path
	}
	if rest, below := strings.CutPrefix(path, root); below && (strings.HasPrefix(rest, "/") || strings.HasPrefix(rest, `\`)) {
		return rest
	}
	return path
}

// extensionsEditLost: the new .ear brings a fresh fsp.properties.
func extensionsEditLost(ctx context.Context, env Env) (Result, error) {
	e := env.Installation.Extensions
	args := []string{"dirs", strings.Join(e.Dirs, ", "), "source", e.Source}
	switch e.Source {
	case upgrade.ExtensionsFSP:
		return result(upgrade.Warning, "lost", args...).with(env.fact("extensions")).fixedBy(asJVMOption(ctx, env)...), nil
	case "":
		return result(upgrade.Unknown, "not-known"), nil
	}
	return result(upgrade.OK, "survives", args...).with(env.fact("extensions")), nil
}

// extensionsOption sets the folder where an upgrade does not reach.
const extensionsOption = "-Dfsp.extensions.dirs="

// asJVMOption moves the setting from fsp.properties to the JVM options of each server that holds Leap, as the vendor describes. It is offered on
// WebSphere without a deployment manager, and only when every server's options can be read.
func asJVMOption(ctx context.Context, env Env) []upgrade.Edit {
	if env.Installation.Runtime != upgrade.WAS || env.managed() || env.Settings == nil {
		return nil
	}
	native := ""
	for _, f := range env.files("fsp") {
		found, err := env.Settings.Find(ctx, f.Path, "extensions")
		if err != nil || len(found) == 0 || (native != "" && native != found[len(found)-1].Value) {
			return nil
		}
		native = found[len(found)-1].Value // as the server knows the folder, whatever the root is
	}
	if native = strings.TrimSpace(native); native == "" || strings.ContainsAny(native, `"`) {
		return nil
	}
	if strings.Contains(native, " ") {
		native = `"` + native + `"`
	}
	var edits []upgrade.Edit
	for _, s := range env.leapServers() {
		found, err := env.Settings.Find(ctx, s.Config, jvmArguments)
		if err != nil || len(found) != 1 || strings.Contains(found[0].Value, extensionsOption) {
			return nil
		}
		value := strings.TrimSpace(found[0].Value + " " + extensionsOption + native)
		edits = append(edits, upgrade.Edit{File: s.Config, Op: upgrade.EditSet, Key: jvmArguments, Value: value})
	}
	return edits
}

// inventoryLimit bounds how many extension files are listed, hashLimit how large a file is read for its checksum.
const (
	inventoryLimit = 500
	hashLimit      = 64 << 20
)

func extensionsInventory(ctx context.Context, env Env) (Result, error) {
	if env.Files == nil {
		return Result{}, blind("files")
	}
	var r Result
	files, custom := 0, 0
	var problem error
	for _, dir := range env.Installation.Extensions.Dirs {
		err := walk(env.Files, dir, inventoryLimit, func(path string, d fs.DirEntry) {
			if ctx.Err() != nil || problem != nil || strings.EqualFold(d.Name(), "Leap_config.properties") {
				return
			}
			files++
			if ext := strings.ToLower(filepath.Ext(path)); ext == ".jar" || ext == ".war" || ext == ".js" {
				custom++
			}
			sum, err := checksum(env.Files, path)
			if err != nil {
				problem = err
			}
			r = r.with(upgrade.FileEvidence(path, 0, "sha256 "+sum))
		})
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return Result{}, unseen("files", err)
		}
	}
	switch {
	case problem != nil:
		return Result{}, unseen("files", problem)
	case files == 0:
		return result(upgrade.OK, "none"), nil
	case custom == 0:
		return result(upgrade.Info, "files", "count", strconv.Itoa(files)).with(r.Evidence...), nil
	}
	return result(upgrade.Warning, "custom", "count", strconv.Itoa(files), "custom", strconv.Itoa(custom)).with(r.Evidence...), nil
}

func checksum(files Files, path string) (string, error) {
	data, err := files.Head(path, hashLimit+1)
	if err != nil {
		return "", err
	}
	if len(data) > hashLimit {
		return "not taken, larger than 64 MB", nil
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:]), nil
}
