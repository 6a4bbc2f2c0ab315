package logtail

import (
	"strings"

	"github.com/springboard-leap/springboard/upgrade/lazyregexp"
	"github.com/springboard-leap/springboard/upgrade/trace"
)

// Keys of the needles.
const (
	KeyTrace      = "trace"
	KeyExtensions = "extensions"
	KeyVersion    = "version"
)

// record is the beginning of a line that a server itself wrote: text basic or enhanced format, console format, or JSON.
var record = lazyregexp.New(`^(?:\[[^\]]{10,45}\] [0-9a-f]{8} .*?[A-Z0-9<>] |\[[A-Z]+ *\] |\{)`)

// TraceState finds the last TRAS0017I or TRAS0018I. A message of an application that merely quotes one does not count.
func TraceState() Needle {
	return Needle{Key: KeyTrace, Marks: trace.StateIDs, Accept: func(line string) bool {
		at := strings.Index(line, "TRAS001")
		head := line[:max(at, 0)]
		if !record.MatchString(line) || strings.Contains(head, " O ") || strings.Contains(head, " R ") {
			return false
		}
		_, ok := trace.ParseState(line)
		return ok
	}}
}

const folderMark = "Extensions folder:"

// ExtensionsFolder finds the last line in which Leap tells its extensions directory.
func ExtensionsFolder() Needle {
	return Needle{Key: KeyExtensions, Marks: []string{folderMark}, Accept: func(line string) bool {
		return strings.Contains(line, "Integrator") && record.MatchString(line) && FolderOf(line) != ""
	}}
}

// FolderOf is the directory that such a line tells.
func FolderOf(line string) string {
	_, folder, _ := strings.Cut(line, folderMark)
	if strings.HasPrefix(line, "{") {
		folder, _, _ = strings.Cut(folder, `"`)
		folder = strings.ReplaceAll(folder, `\\`, `\`)
	}
	return strings.TrimSpace(folder)
}

var leapVersion = lazyregexp.New(`\bLeap (\d+(?:\.\d+){2,3})(?: GA)?\b`)

// LeapVersion finds the last line that names Leap with a version, as a module build id does.
func LeapVersion() Needle {
	return Needle{Key: KeyVersion, Marks: []string{"Leap "}, Accept: func(line string) bool { return VersionOf(line) != "" }}
}

// VersionOf is the version in such a line.
func VersionOf(line string) string {
	m := leapVersion.FindStringSubmatch(line)
	if m == nil {
		return ""
	}
	return m[1]
}
