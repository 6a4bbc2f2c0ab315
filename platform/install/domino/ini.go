// Package domino describes HCL Domino Leap: from a server's notes.ini, its data and program folders, the plug-in, and the settings of its OSGi
// workspace.
package domino

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"github.com/springboard-leap/springboard/platform/install/survey"
)

// ini is a read notes.ini. Keys are compared without regard to case; of equal keys the last counts.
type ini struct {
	file    string
	entries map[string]entry
}

type entry struct {
	value string
	line  int
	text  string
}

// readINI reads a notes.ini: KEY=value lines; sections, blank lines, and comments, which begin with a colon, semicolon or hash, are left out. It
// reads anything.
func readINI(file string, data []byte) *ini {
	data = bytes.TrimPrefix(data, []byte("\xEF\xBB\xBF"))
	if !utf8.Valid(data) { // Domino writes it in the platform's own encoding
		if out, err := charmap.Windows1252.NewDecoder().Bytes(data); err == nil {
			data = out
		}
	}
	f := &ini{file: file, entries: map[string]entry{}}
	text := strings.ReplaceAll(string(data), "\r\n", "\n")
	for i, line := range strings.Split(strings.ReplaceAll(text, "\r", "\n"), "\n") {
		trimmed := strings.TrimSpace(line)
		if trimmed == "" || strings.ContainsAny(trimmed[:1], ":;#[") {
			continue
		}
		key, value, ok := strings.Cut(trimmed, "=")
		if !ok {
			continue
		}
		f.entries[strings.ToLower(strings.TrimSpace(key))] = entry{strings.TrimSpace(value), i + 1, trimmed}
	}
	return f
}

// IsINI tells whether a file is a notes.ini under another name: it begins with its section.
func IsINI(s *survey.Survey, file string) bool {
	if !strings.HasSuffix(strings.ToLower(file), ".ini") {
		return false
	}
	data, err := s.Root.ReadFile(file)
	return err == nil && strings.HasPrefix(strings.ToLower(strings.TrimSpace(string(bytes.TrimPrefix(data, []byte("\xEF\xBB\xBF"))))), "[notes]")
}

// get gives a key's value; a placeholder of a template ({{ name }}) counts as no value.
func (f *ini) get(key string) (entry, bool) {
	if f == nil {
		return entry{}, false
	}
	e, ok := f.entries[strings.ToLower(key)]
	if strings.Contains(e.value, "{{") {
		return entry{}, false
	}
	return e, ok && e.value != ""
}
