package lab

import (
	"bytes"
	"errors"
	"net/url"
	"os"
	"path"
	"strings"

	"github.com/springboard-leap/springboard/platform/osfs"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/lazyregexp"
)

const serverURIKey = "ibm.nitro.NitroConfig.serverURI"

var (
	defaultPort = lazyregexp.New(`(endPointName="WC_defaulthost">\s*<endPoint [^>]*port=")\d+(")`)
	libertyPort = lazyregexp.New(`(?m)^(leap\.http\.port=)\d+`)
	notesURI    = lazyregexp.New(`(?m)^(LEAP_SERVER_URI=).*$`)
)

// configureAddress writes the address at which the lab is served into its configuration: the port into the server's, and serverURI where it is set.
// A serverURI that is commented out (the product is offline) stays so.
func configureAddress(dir string, m marker, baseURL string) error {
	u, err := url.Parse(baseURL)
	if err != nil {
		return err
	}
	switch m.Runtime {
	case upgrade.Domino:
		return edit(below(dir, dominoData+"/notes.ini"), func(b []byte) []byte { return notesURI.ReplaceAll(b, []byte("${1}"+baseURL)) })
	case upgrade.Liberty:
		err = edit(below(dir, libertyProfile+"/bootstrap.properties"), func(b []byte) []byte { return libertyPort.ReplaceAll(b, []byte("${1}"+u.Port())) })
	default:
		index := path.Join(wasProfile, "config/cells", wasCell, "nodes", wasNode, "serverindex.xml")
		err = edit(below(dir, index), func(b []byte) []byte { return defaultPort.ReplaceAll(b, []byte("${1}"+u.Port()+"${2}")) })
	}
	for _, folder := range []string{customExtensions, defaultExtensions} {
		err = errors.Join(err, edit(below(dir, folder+"/Leap_config.properties"), func(b []byte) []byte { return setProperty(b, serverURIKey, baseURL) }))
	}
	return err
}

// edit rewrites a file when do changes it. A file that is missing is left missing: an administrator may have moved it.
func edit(file string, do func([]byte) []byte) error {
	data, err := os.ReadFile(file)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	info, err := os.Stat(file)
	if err != nil {
		return err
	}
	changed := do(data)
	if bytes.Equal(changed, data) {
		return nil
	}
	return osfs.WriteFile(file, changed, info.Mode().Perm())
}

// setProperty replaces the value of the last line that sets key; without one the file stays as it is. No other byte changes.
func setProperty(data []byte, key, value string) []byte {
	from, to := -1, -1
	for at := 0; at < len(data); {
		end := logicalEnd(data, at)
		if start, ok := valueStart(string(data[at:end]), key); ok {
			from, to = at+start, end
		}
		at = end
		for at < len(data) && (data[at] == '\n' || data[at] == '\r') {
			at++
		}
	}
	if from < 0 {
		return data
	}
	out := append([]byte{}, data[:from]...)
	if from == to && bytes.HasSuffix(out, []byte(key)) {
		out = append(out, '=') // the key stood alone
	}
	return append(append(out, value...), data[to:]...)
}

// logicalEnd is where the logical line that begins at i ends: an odd number of backslashes before the line break continues it; a comment never goes on.
func logicalEnd(data []byte, i int) int {
	comment := false
	if head := bytes.TrimLeft(data[i:], " \t\f"); len(head) > 0 {
		comment = head[0] == '#' || head[0] == '!'
	}
	slashes := 0
	for ; i < len(data); i++ {
		switch data[i] {
		case '\\':
			slashes++
			continue
		case '\n', '\r':
			if comment || slashes%2 == 0 {
				return i
			}
			if data[i] == '\r' && i+1 < len(data) && data[i+1] == '\n' {
				i++
			}
		}
		slashes = 0
	}
	return i
}

// valueStart is where the value of a line begins, when the line sets key (which has no escapes).
func valueStart(line, key string) (int, bool) {
	rest := strings.TrimLeft(line, " \t\f")
	after, ok := strings.CutPrefix(rest, key)
	if !ok || after != "" && !strings.ContainsRune(" \t\f=:", rune(after[0])) {
		return 0, false
	}
	value := strings.TrimLeft(after, " \t\f")
	if value != "" && (value[0] == '=' || value[0] == ':') {
		value = strings.TrimLeft(value[1:], " \t\f")
	}
	return len(line) - len(value), true
}
