package settings

import (
	"fmt"
	"strings"

	"github.com/pmezard/go-difflib/difflib"

	"github.com/springboard-leap/springboard/upgrade/lazyregexp"
)

// Diff is the unified diff of two versions of a file, with three lines of context and passwords masked. It is empty when the bytes are equal.
// Line ends other than \n are kept visible as \r at the end of a line. A change that the masking hides is told in words.
func Diff(file string, before, after []byte) string {
	if string(before) == string(after) {
		return ""
	}
	a, b := visible(before), visible(after)
	head := "--- " + file + "\n+++ " + file + "\n"
	from, ta, tb := trim(a, b)
	if len(ta) == 0 && len(tb) == 0 {
		return head + "@@ a masked value changed @@\n"
	}
	if len(ta)+len(tb) > diffLimit {
		return head + fmt.Sprintf("@@ lines %d to %d are replaced by %d lines @@\n", from+1, from+len(ta), len(tb))
	}
	var out strings.Builder
	out.WriteString(head)
	for _, group := range difflib.NewMatcher(ta, tb).GetGroupedOpCodes(around) {
		hunk(&out, group, ta, tb, from)
	}
	return out.String()
}

// around is how many unchanged lines are shown about a change.
const around = 3

// diffLimit bounds the lines that are compared with each other: the comparison's effort grows with their square.
const diffLimit = 20_000

// trim leaves out what both versions begin and end with, but for the context. from is how many lines were left out at the beginning.
func trim(a, b []string) (from int, ta, tb []string) {
	for from < len(a) && from < len(b) && a[from] == b[from] {
		from++
	}
	ea, eb := len(a), len(b)
	for ea > from && eb > from && a[ea-1] == b[eb-1] {
		ea, eb = ea-1, eb-1
	}
	if ea == from && eb == from {
		return 0, nil, nil
	}
	from = max(0, from-around)
	return from, a[from:min(len(a), ea+around)], b[from:min(len(b), eb+around)]
}

// hunk writes one part of the diff; shift is how many lines stand before the compared ones.
func hunk(out *strings.Builder, group []difflib.OpCode, a, b []string, shift int) {
	first, last := group[0], group[len(group)-1]
	fmt.Fprintf(out, "@@ -%s +%s @@\n", lineRange(first.I1+shift, last.I2+shift), lineRange(first.J1+shift, last.J2+shift))
	for _, op := range group {
		if op.Tag == 'e' {
			for _, line := range a[op.I1:op.I2] {
				out.WriteString(" " + line)
			}
			continue
		}
		for _, line := range a[op.I1:op.I2] {
			out.WriteString("-" + line)
		}
		for _, line := range b[op.J1:op.J2] {
			out.WriteString("+" + line)
		}
	}
}

// lineRange is first line and number of lines as patch(1) reads them.
func lineRange(from, to int) string {
	switch to - from {
	case 0:
		return fmt.Sprintf("%d,0", from)
	case 1:
		return fmt.Sprintf("%d", from+1)
	}
	return fmt.Sprintf("%d,%d", from+1, to-from)
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
	secretKey      = lazyregexp.New(`(?i)(password|passwd|pwd|secret|token|credential|apikey|privatekey|passphrase)`)
	secretLine     = lazyregexp.New(`(?im)^([#! \t\f]*[^\s=:]*(?:password|passwd|pwd|secret|token|credential|apikey|privatekey|passphrase)[^\s=:]*[ \t]*[=: \t][ \t]*)((?:[^\\\r\n]|\\\r?\n|\\[^\r\n])+)`)
	secretAttrib   = lazyregexp.New(`(?i)([\w:.-]*(?:password|passwd|pwd|secret|credential|passphrase)[\w.-]*\s*=\s*)("[^"]*"|'[^']*')`)
	secretProperty = lazyregexp.New(`(?i)(name\s*=\s*["'][^"']*(?:password|passwd|pwd|secret|credential|passphrase)[^"']*["'][^<>]*?\svalue\s*=\s*)("[^"]*"|'[^']*')`)
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
