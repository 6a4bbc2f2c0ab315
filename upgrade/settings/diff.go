package settings

import (
	"regexp"
	"strings"

	"github.com/pmezard/go-difflib/difflib"
)

// Diff is the unified diff of two versions of a file, with three lines of context and passwords masked. It is empty when the bytes are equal.
// Line ends other than \n are kept visible as \r at the end of a line. A change that the masking hides is told in words.
func Diff(file string, before, after []byte) string {
	if string(before) == string(after) {
		return ""
	}
	a, b := visible(before), visible(after)
	out, err := difflib.GetUnifiedDiffString(difflib.UnifiedDiff{A: a, B: b, FromFile: file, ToFile: file, Context: 3})
	if err == nil && out == "" {
		return "--- " + file + "\n+++ " + file + "\n@@ a masked value changed @@\n"
	}
	return out
}

// visible splits a file into lines that print on one line each.
func visible(data []byte) []string {
	s := string(data)
	if !strings.Contains(s, "\r") {
		return ended(strings.SplitAfter(mask(s), "\n"))
	}
	s = strings.ReplaceAll(mask(s), "\r\n", "\r\n\x00")
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '\r' && strings.HasPrefix(s[i+1:], "\n\x00"):
			b.WriteString(`\r` + "\n")
			i += 2
		case s[i] == '\r':
			b.WriteString(`\r` + "\n")
		default:
			b.WriteByte(s[i])
		}
	}
	return ended(strings.SplitAfter(b.String(), "\n"))
}

// ended gives the last line a line end and the remark that it has none.
func ended(lines []string) []string {
	last := len(lines) - 1
	if lines[last] == "" {
		return lines[:last]
	}
	lines[last] += "\n\\ No newline at end of file\n"
	return lines
}

const masked = "••••••"

var (
	secretKey      = regexp.MustCompile(`(?i)(password|passwd|pwd|secret|token|credential|apikey|privatekey|passphrase)`)
	secretLine     = regexp.MustCompile(`(?im)^([^\r\n=:#!]*(?:password|passwd|pwd|secret|token|credential|apikey|privatekey|passphrase)[^\r\n=:]*[=:][ \t]*)([^\r\n]+)`)
	secretAttrib   = regexp.MustCompile(`(?i)([\w:.-]*(?:password|passwd|pwd|secret|credential|passphrase)[\w.-]*\s*=\s*)("[^"]*"|'[^']*')`)
	secretProperty = regexp.MustCompile(`(?i)(name\s*=\s*["'][^"']*(?:password|passwd|pwd|secret|credential|passphrase)[^"']*["'][^<>]*?\svalue\s*=\s*)("[^"]*"|'[^']*')`)
)

// mask hides what stands behind a key that names a password.
func mask(s string) string {
	if !secretKey.MatchString(s) {
		return s
	}
	s = secretAttrib.ReplaceAllString(s, "${1}\""+masked+"\"")
	s = secretProperty.ReplaceAllString(s, "${1}\""+masked+"\"")
	if !strings.HasPrefix(strings.TrimLeft(strings.TrimPrefix(s, bom), " \t\r\n"), "<") {
		s = secretLine.ReplaceAllString(s, "${1}"+masked)
	}
	return s
}

// Masked gives a value as it may be shown: dots for what a key that names a password holds.
func Masked(key, value string) string {
	if value != "" && secretKey.MatchString(key) {
		return masked
	}
	return value
}

func maskChanges(changes []Change) []Change {
	for i := range changes {
		for _, v := range []**string{&changes[i].Before, &changes[i].After} {
			if *v != nil {
				*v = text(Masked(changes[i].Key, **v))
			}
		}
	}
	return changes
}

func equalFold(a, b string) bool { return strings.EqualFold(a, b) }
