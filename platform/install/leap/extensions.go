package leap

import (
	"path/filepath"
	"strings"

	"github.com/springboard-leap/springboard/platform/install/logtail"
	"github.com/springboard-leap/springboard/platform/install/rootfs"
	"github.com/springboard-leap/springboard/platform/install/survey"
	"github.com/springboard-leap/springboard/upgrade"
)

// JVMOption is the system property that sets the extensions directories.
const JVMOption = "fsp.extensions.dirs"

// FSPKey is the key in fsp.properties that sets the extensions directory.
const FSPKey = "extensions"

// ConfigName is the file of Leap's settings in an extensions directory.
const ConfigName = "Leap_config.properties"

// Setting is one way in which the directory may be set.
type Setting struct {
	Value    string
	Evidence upgrade.Evidence
}

// DefaultExtensions is the directory that the vendor documents.
func DefaultExtensions(windows bool) string {
	if windows {
		return `C:\HCL\Leap\extensions`
	}
	return "/opt/HCL/Leap/extensions"
}

// Default is the vendor's default directory as a setting; fsp is the fsp.properties that does not set another, which may be missing.
func (d *Draft) Default(native, fsp string) Setting {
	ev := upgrade.FileEvidence(d.Root.Resolve(native), 0, "the default: no fsp.properties and no JVM option that sets another")
	if fsp != "" && d.Root.IsFile(fsp) {
		ev = upgrade.FileEvidence(fsp, 0, "sets no extensions directory, and no JVM option does: the default "+native)
	}
	return Setting{Value: native, Evidence: ev}
}

// FSP reads the setting of an fsp.properties file, nil when there is none.
func FSP(s *survey.Survey, path string) *Setting {
	p := Properties(s, path)
	entry, ok := p.Get(FSPKey)
	if !ok || strings.TrimSpace(entry.Value) == "" {
		return nil
	}
	return &Setting{Value: entry.Value, Evidence: survey.Line(path, entry.Line, p.LineText(entry.Line))}
}

// SetExtensions decides which directory is in force: the default, fsp.properties, the JVM option; the last that is there wins. The log's line, when
// there is one, confirms it or shows that something else is in force.
// fallback is the default, with the file that could have set another.
func (d *Draft) SetExtensions(fallback Setting, fsp, jvm *Setting, logged *logtail.Hit) {
	ext := upgrade.Extensions{Source: upgrade.ExtensionsDefault}
	setting := fallback
	switch {
	case jvm != nil:
		ext.Source, setting = upgrade.ExtensionsJVM, *jvm
	case fsp != nil:
		ext.Source, setting = upgrade.ExtensionsFSP, *fsp
	}
	natives := SplitDirs(setting.Value)
	ext.Dirs = d.resolveAll(natives)
	d.In.Evidence["extensions"] = setting.Evidence
	if logged != nil {
		d.confirm(&ext, natives, *logged)
	}
	if jvm != nil && fsp != nil && !sameDirs(SplitDirs(jvm.Value), SplitDirs(fsp.Value)) {
		d.Remark("fsp.properties names " + fsp.Value + " as extensions directory, but the JVM option " + JVMOption + " wins with " + jvm.Value)
	}
	d.In.Extensions = ext
}

func (d *Draft) confirm(ext *upgrade.Extensions, natives []string, hit logtail.Hit) {
	folder := logtail.FolderOf(hit.Text)
	told := SplitDirs(folder)
	ext.Logged = folder
	d.In.Evidence["extensions.confirmed"] = survey.Line(hit.File, hit.Line, hit.Text)
	switch {
	case subset(told, natives):
		ext.Confirmed = true
	case ext.Source == upgrade.ExtensionsDefault && !d.anyExists(ext.Dirs) && d.anyExists(d.resolveAll(told)):
		// The default differs from platform to platform; nothing sets another, and the log names one that is there.
		ext.Dirs, ext.Confirmed = d.resolveAll(told), true
		d.In.Evidence["extensions"] = survey.Line(hit.File, hit.Line, hit.Text)
	default:
		d.Remark("the log names another extensions directory than the configuration: " + folder + " instead of " + strings.Join(natives, ", "))
	}
}

func (d *Draft) resolveAll(natives []string) []string {
	dirs := []string{}
	for _, n := range natives {
		if !rootfs.IsAbs(n) && !filepath.IsAbs(n) {
			d.Remark("the extensions directory " + n + " is no absolute path; in a .properties file a single backslash disappears, so write / or two of them")
			dirs = append(dirs, d.Root.Under(d.In.Home, n))
			continue
		}
		dirs = append(dirs, d.Root.Resolve(n))
	}
	return dirs
}

func (d *Draft) anyExists(dirs []string) bool {
	for _, dir := range dirs {
		if d.Root.IsDir(dir) {
			return true
		}
	}
	return false
}

// SplitDirs takes a list of directories apart: separated by commas (or semicolons, as some write), each possibly in quotes.
func SplitDirs(list string) []string {
	var dirs []string
	for _, dir := range strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ';' || r == '\n' }) {
		if dir = strings.Trim(strings.TrimSpace(dir), `"'`); dir != "" {
			if url, ok := strings.CutPrefix(dir, "file://"); ok {
				dir = url
				if rootfs.IsWindowsPath(strings.TrimPrefix(url, "/")) {
					dir = strings.TrimPrefix(url, "/")
				}
			}
			dirs = append(dirs, dir)
		}
	}
	return dirs
}

func sameDirs(a, b []string) bool { return len(a) == len(b) && subset(a, b) }

func subset(part, whole []string) bool {
	for _, p := range part {
		found := false
		for _, w := range whole {
			found = found || rootfs.Same(p, w)
		}
		if !found {
			return false
		}
	}
	return len(part) > 0
}

// JVMSetting finds -Dname=value in JVM arguments; values may be in quotes. The last one counts, as for Java.
func JVMSetting(args, name string) (value string, ok bool) {
	for _, arg := range SplitArgs(args) {
		if v, found := strings.CutPrefix(arg, "-D"+name+"="); found {
			value, ok = v, true
		}
	}
	return value, ok
}

// SplitArgs splits a command line at white space; quotes keep it together and are taken away.
func SplitArgs(line string) []string {
	var args []string
	var b strings.Builder
	var quote rune
	started := false
	flush := func() {
		if started {
			args = append(args, b.String())
		}
		b.Reset()
		started = false
	}
	for _, r := range line {
		switch {
		case quote != 0 && r == quote:
			quote = 0
		case quote == 0 && (r == '"' || r == '\''):
			quote, started = r, true
		case quote == 0 && (r == ' ' || r == '\t' || r == '\n' || r == '\r'):
			flush()
		default:
			b.WriteRune(r)
			started = true
		}
	}
	flush()
	return args
}
