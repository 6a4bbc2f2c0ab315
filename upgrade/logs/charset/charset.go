// Package charset finds out which encoding a log is written in and turns its lines into UTF-8. Servers write in the default of their Java or
// operating system and say nowhere which. A wrong guess never breaks a record: lines are split before they are decoded.
package charset

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/ianaindex"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
)

// Charset is an encoding. The zero value is UTF-8.
type Charset struct {
	name string
	wide bool // two bytes a unit
	big  bool // wide: the high byte first
	enc  encoding.Encoding

	stray encoding.Encoding // of lines that are not in UTF-8; nil: windows-1252
}

// The encodings that are detected.
var (
	UTF8    = Charset{name: "UTF-8"}
	UTF16LE = Charset{name: "UTF-16LE", wide: true}
	UTF16BE = Charset{name: "UTF-16BE", wide: true, big: true}
)

// table lists the encodings; it is never changed.
var table = [...]Charset{
	UTF8, UTF16LE, UTF16BE,
	{name: "ISO-8859-1", enc: charmap.ISO8859_1},
	{name: "windows-1252", enc: charmap.Windows1252},
	{name: "windows-1250", enc: charmap.Windows1250},
	{name: "windows-1251", enc: charmap.Windows1251},
	{name: "windows-1253", enc: charmap.Windows1253},
	{name: "windows-1254", enc: charmap.Windows1254},
	{name: "Shift_JIS", enc: japanese.ShiftJIS},
	{name: "GBK", enc: simplifiedchinese.GBK},
	{name: "EUC-KR", enc: korean.EUCKR},
	{name: "Big5", enc: traditionalchinese.Big5},
}

// plain is a name as people vary it: without case, hyphens, underscores and spaces.
func plain(name string) string {
	return strings.Map(func(r rune) rune {
		if r == '-' || r == '_' || r == ' ' {
			return -1
		}
		return unicode.ToLower(r)
	}, name)
}

// ByName finds an encoding by a name that a person gives ("cp1250", "latin1", "utf-16").
func ByName(name string) (Charset, bool) {
	for _, c := range table {
		if c.name == name {
			return c, true
		}
	}
	if name == "" { // asked for every piece of a log that needs none
		return Charset{}, false
	}
	want := plain(name)
	switch want {
	case "ascii", "usascii":
		want = "utf8"
	case "utf16":
		want = "utf16le"
	case "latin1":
		want = "iso88591"
	case "cp932", "ms932", "sjis", "windows31j":
		want = "shiftjis"
	case "cp936", "ms936", "gb2312":
		want = "gbk"
	}
	if after, ok := strings.CutPrefix(want, "cp125"); ok {
		want = "windows125" + after
	}
	for _, c := range table {
		if plain(c.name) == want {
			return c, true
		}
	}
	if enc, err := htmlindex.Get(name); err == nil {
		canonical, err := htmlindex.Name(enc)
		return Charset{name: canonical, enc: enc}, err == nil
	}
	if enc, err := ianaindex.IANA.Encoding(name); err == nil && enc != nil { // the consoles' code pages, which no web page is written in
		canonical, err := ianaindex.IANA.Name(enc)
		return Charset{name: canonical, enc: enc}, err == nil
	}
	return Charset{}, false
}

// Name is the registered name, "UTF-8" for pure ASCII.
func (c Charset) Name() string {
	if c.name == "" {
		return UTF8.name
	}
	return c.name
}

// Wide tells that a line ends with two bytes.
func (c Charset) Wide() bool { return c.wide }

// Multibyte tells that a byte that looks like ASCII may be the second half of a character.
func (c Charset) Multibyte() bool {
	if c.enc == nil {
		return false
	}
	_, single := c.enc.(*charmap.Charmap)
	return !single
}

// ContainsASCII tells that ASCII characters are written as one byte, the same as in ASCII, wherever they stand.
func (c Charset) ContainsASCII() bool {
	for _, known := range table {
		if known.name == c.Name() {
			return !c.wide
		}
	}
	return false
}

// Newline finds the end of the first line of data: the index after it, -1 when there is none. data begins at an even offset of a wide file.
func (c Charset) Newline(data []byte) int {
	if !c.wide {
		return bytes.IndexByte(data, '\n') + 1
	}
	low, high := 0, 1
	if c.big {
		low, high = 1, 0
	}
	for i := 0; i+1 < len(data); i += 2 {
		if data[i+low] == '\n' && data[i+high] == 0 {
			return i + 2
		}
	}
	return 0
}

// Bytes gives a line in UTF-8. The result is the argument itself when it is ASCII or valid UTF-8.
func (c Charset) Bytes(line []byte) []byte {
	switch {
	case c.wide:
		return c.narrow(line)
	case isASCII(line):
		return line
	case c.enc == nil:
		if utf8.Valid(line) {
			return line
		}
		return c.mend(line)
	}
	return decode(c.enc, line)
}

// WithStray gives the encoding with another for its lines that are not in UTF-8: those of other programs, which write in the machine's code page. An empty name,
// or one that is not known, changes nothing.
func (c Charset) WithStray(name string) Charset {
	if s, ok := ByName(name); ok && c.enc == nil && !c.wide {
		c.stray = s.enc
	}
	return c
}

// mend reads a line that is not in UTF-8: as a whole in the code page, or, when most of it is UTF-8 all the same, only the bytes that are not.
func (c Charset) mend(line []byte) []byte {
	stray := c.stray
	if stray == nil {
		stray = charmap.Windows1252
	}
	good, bad := countUTF8(line)
	if good < bad {
		return decode(stray, line)
	}
	out := make([]byte, 0, len(line)+8)
	for len(line) > 0 {
		n := 0
		for n < len(line) && !validAt(line[n:]) {
			n++
		}
		out = append(out, decode(stray, line[:n])...)
		line = line[n:]
		for n = 0; n < len(line) && validAt(line[n:]); {
			_, size := utf8.DecodeRune(line[n:])
			n += size
		}
		out = append(out, line[:n]...)
		line = line[n:]
	}
	return out
}

func decode(enc encoding.Encoding, line []byte) []byte {
	text, err := enc.NewDecoder().Bytes(line)
	if err != nil {
		return bytes.ToValidUTF8(line, []byte("\uFFFD"))
	}
	return text
}

func (c Charset) narrow(line []byte) []byte {
	units := make([]uint16, 0, len(line)/2)
	for i := 0; i+1 < len(line); i += 2 {
		if c.big {
			units = append(units, uint16(line[i])<<8|uint16(line[i+1]))
		} else {
			units = append(units, uint16(line[i+1])<<8|uint16(line[i]))
		}
	}
	out := make([]byte, 0, len(units)+8)
	for _, r := range utf16.Decode(units) {
		out = utf8.AppendRune(out, r)
	}
	return out
}

func isASCII(b []byte) bool {
	for len(b) >= 8 {
		if (b[0]|b[1]|b[2]|b[3]|b[4]|b[5]|b[6]|b[7])&0x80 != 0 {
			return false
		}
		b = b[8:]
	}
	for _, c := range b {
		if c >= 0x80 {
			return false
		}
	}
	return true
}

// BOM gives the length of the byte order mark that data begins with, and its encoding.
func BOM(data []byte) (Charset, int) {
	switch {
	case bytes.HasPrefix(data, []byte{0xEF, 0xBB, 0xBF}):
		return UTF8, 3
	case bytes.HasPrefix(data, []byte{0xFF, 0xFE}):
		return UTF16LE, 2
	case bytes.HasPrefix(data, []byte{0xFE, 0xFF}):
		return UTF16BE, 2
	}
	return Charset{}, 0
}
