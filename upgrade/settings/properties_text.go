package settings

import (
	"fmt"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// Encoding is how the bytes of a file stand for characters.
type Encoding string

// The encodings that are told apart.
const (
	ASCII  Encoding = "ascii" // the same in all of them
	Latin1 Encoding = "latin-1"
	UTF8   Encoding = "utf-8"
	UTF16  Encoding = "utf-16" // recognised, not edited
)

func encodingOf(data string) Encoding {
	if strings.HasPrefix(data, "\xff\xfe") || strings.HasPrefix(data, "\xfe\xff") {
		return UTF16
	}
	ascii := true
	for i := 0; i < len(data); i++ {
		if data[i] >= utf8.RuneSelf {
			ascii = false
			break
		}
	}
	switch {
	case ascii:
		return ASCII
	case utf8.ValidString(data):
		return UTF8
	}
	return Latin1
}

// decoded is a raw key or value as characters.
type decoded struct {
	text      string
	badEscape bool // \u without four hexadecimal digits
	surrogate bool // half of a pair
}

// decode resolves escapes as java.util.Properties.loadConvert does. Bytes stand for characters in enc; with Latin1 the result is Java's own view.
func decode(raw string, enc Encoding) decoded {
	if plain(raw, enc) {
		return decoded{text: raw}
	}
	var out decoded
	units := make([]uint16, 0, len(raw))
	for i := 0; i < len(raw); {
		c := raw[i]
		switch {
		case c == '\\':
			unit, n, ok := unescape(raw[i:])
			out.badEscape = out.badEscape || !ok
			if n == 2 && unit >= utf8.RuneSelf { // an escaped character beyond ASCII is that character
				i++
				continue
			}
			units = append(units, unit)
			i += n
		case c >= utf8.RuneSelf && enc == UTF8:
			r, n := utf8.DecodeRuneInString(raw[i:])
			units = utf16.AppendRune(units, r)
			i += n
		default:
			units = append(units, uint16(c))
			i++
		}
	}
	runes := utf16.Decode(units)
	out.surrogate = lonely(units)
	out.text = string(runes)
	return out
}

func plain(raw string, enc Encoding) bool {
	for i := 0; i < len(raw); i++ {
		if raw[i] == '\\' || (raw[i] >= utf8.RuneSelf && enc != UTF8) {
			return false
		}
	}
	return true
}

// unescape reads one escape: its character, how many bytes it takes, and whether it is well-formed.
func unescape(s string) (unit uint16, n int, ok bool) {
	if len(s) == 1 {
		return '\\', 1, true
	}
	switch s[1] {
	case 't':
		return '\t', 2, true
	case 'r':
		return '\r', 2, true
	case 'n':
		return '\n', 2, true
	case 'f':
		return '\f', 2, true
	case 'u':
		if len(s) < 6 {
			return 'u', 2, false
		}
		for _, c := range []byte(s[2:6]) {
			d := hexDigit(c)
			if d < 0 {
				return 'u', 2, false
			}
			unit = unit<<4 | uint16(d)
		}
		return unit, 6, true
	}
	return uint16(s[1]), 2, true
}

func hexDigit(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}

func lonely(units []uint16) bool {
	for i := 0; i < len(units); i++ {
		r := rune(units[i])
		if !utf16.IsSurrogate(r) {
			continue
		}
		if i+1 < len(units) && utf16.DecodeRune(r, rune(units[i+1])) != utf8.RuneError {
			i++
			continue
		}
		return true
	}
	return false
}

// escapeKey writes a key so that every reader gets it back: ASCII only, separators escaped.
func escapeKey(key string) string {
	var b strings.Builder
	for i, r := range key {
		switch {
		case r == ' ' || r == '=' || r == ':' || (i == 0 && (r == '#' || r == '!')):
			b.WriteByte('\\')
			b.WriteRune(r)
		default:
			escapeRune(&b, r)
		}
	}
	return b.String()
}

// escapeValue writes a value so that every reader gets it back. A leading blank is escaped, and after a separator of white space a leading = or :
// too. With fold not empty each line break in the value also ends the physical line there, as files that hold HTML over many lines do.
func escapeValue(value string, softSeparator bool, fold string) string {
	var b strings.Builder
	lead := true
	for i, r := range value {
		switch {
		case lead && r == ' ', i == 0 && softSeparator && (r == '=' || r == ':'):
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n' && fold != "" && i+1 < len(value):
			b.WriteString(`\n\` + fold)
			lead = true
			continue
		default:
			escapeRune(&b, r)
		}
		lead = false
	}
	return b.String()
}

func escapeRune(b *strings.Builder, r rune) {
	switch {
	case r == '\\':
		b.WriteString(`\\`)
	case r == '\t':
		b.WriteString(`\t`)
	case r == '\n':
		b.WriteString(`\n`)
	case r == '\r':
		b.WriteString(`\r`)
	case r == '\f':
		b.WriteString(`\f`)
	case r < ' ' || r > '~':
		for _, u := range utf16.AppendRune(nil, r) {
			fmt.Fprintf(b, `\u%04X`, u)
		}
	default:
		b.WriteRune(r)
	}
}
