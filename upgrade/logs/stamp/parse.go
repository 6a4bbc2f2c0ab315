package stamp

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Parse takes a stamp apart, the text between the brackets of a WebSphere or Liberty record, an ISO time, or the date and time of a Domino
// console line: "5/21/14 22:51:37:095 PDT", "24.10.2022, 23:13:40:517 CEST", "2024-01-31T10:15:03.412+0000", "11/25/2008 07:21:55 AM". These servers
// take the short form of their locale and put milliseconds and zone after the seconds, wherever those stand: "13:03:03:918 ICT, 09/06/2022",
// "9.6.2022 klo 13.03.03:918 EEST", "2022-06-09 13 H 03 min 03 s:918 EDT".
func Parse(text string) (Raw, bool) {
	var r Raw
	p := parser{s: strings.Trim(text, blanks)}
	if p.timeFirst() {
		return r, p.clock(&r) && p.zoneBefore(&r) && p.date(&r)
	}
	if !p.date(&r) {
		return r, false
	}
	between := p.words()
	if !p.clock(&r) {
		return r, false
	}
	p.half(&r, between)
	r.Zone = zoneOf(p.s)
	r.Offset, r.Fixed = offsetOf(r.Zone)
	return r, true
}

// blanks are the characters of no width or of a space's width that locales put into dates.
const blanks = " \t\u202f\u00a0\u200e\u200f\u061c"

// date reads three numbers with a separator between them.
func (p *parser) date(r *Raw) bool {
	for i := range r.Date {
		if i > 0 && !p.separator(r, i) {
			return false
		}
		if r.Date[i], r.Digits[i] = p.number(4); r.Digits[i] == 0 {
			return false
		}
	}
	return true
}

// timeFirst tells whether the clock stands before the date, as in Vietnam: a number, a colon.
func (p *parser) timeFirst() bool {
	q := *p
	_, n := q.number(2)
	return n > 0 && strings.HasPrefix(q.s, ":")
}

// zoneBefore reads the zone between the clock and the date.
func (p *parser) zoneBefore(r *Raw) bool {
	p.skip(blanks)
	end := strings.IndexAny(p.s, " ,")
	if end < 0 {
		return false
	}
	r.Zone, p.s = zoneOf(p.s[:end]), strings.TrimLeft(p.s[end:], blanks+",")
	r.Offset, r.Fixed = offsetOf(r.Zone)
	return true
}

// zoneOf takes off what the locale puts after the zone: the place of AM or PM, which these servers leave empty (a narrow space since Java 20, a question
// mark where the encoding has no such space), or the sign of an hour in Bulgarian.
func zoneOf(s string) string {
	s = strings.Trim(s, blanks)
	s = strings.TrimRight(strings.TrimSuffix(s, "\u0447."), blanks+"?")
	return s
}

// words skips what stands between date and clock (a dot or comma, a T, "klo", the sign of a year) and gives it.
func (p *parser) words() string {
	for i, c := range p.s {
		if d, _ := digit(p.s[i:]); d >= 0 {
			before := p.s[:i]
			p.s = p.s[i:]
			return before
		}
		if i > 24 || c == '[' || c == ']' {
			break
		}
	}
	return ""
}

type parser struct{ s string }

// number reads up to limit digits of any script that Java writes in a short date (Arabic, Persian, Devanagari ... come in UTF-8).
func (p *parser) number(limit int) (value, digits int) {
	for digits < limit && len(p.s) > 0 {
		d, size := digit(p.s)
		if d < 0 {
			break
		}
		value, digits, p.s = value*10+d, digits+1, p.s[size:]
	}
	return value, digits
}

func digit(s string) (value, size int) {
	if c := s[0]; c < 0x80 {
		if c >= '0' && c <= '9' {
			return int(c - '0'), 1
		}
		return -1, 0
	}
	r, size := utf8.DecodeRuneInString(s)
	for _, block := range unicode.Nd.R16 { // digits stand in blocks of ten, from zero on
		if r < rune(block.Lo) {
			break
		}
		if r <= rune(block.Hi) {
			return int(r-rune(block.Lo)) % 10, size
		}
	}
	return -1, 0
}

func (p *parser) separator(r *Raw, i int) bool {
	p.skip("\u200f\u200e\u061c")
	if p.s == "" || !strings.ContainsRune("/.-", rune(p.s[0])) {
		return false
	}
	if i == 2 && p.s[0] != r.Sep {
		return false
	}
	r.Sep, p.s = p.s[0], p.s[1:]
	p.skip(blanks) // cs, sk, sl, ko: "24. 10. 2022"
	return true
}

func (p *parser) skip(chars string) { p.s = strings.TrimLeft(p.s, chars) }

// clock reads H:mm:ss and an optional fraction after a colon (WebSphere), dot or comma. Some locales write dots between all (da, fi, it), French
// Canada writes units.
func (p *parser) clock(r *Raw) bool {
	var n int
	if r.Hour, n = p.number(2); n == 0 || !p.one(":.", "h", "H") {
		return false
	}
	if r.Min, n = p.number(2); n != 2 {
		return false
	}
	if !p.one(":.", "min") {
		return true
	}
	if r.Sec, n = p.number(2); n != 2 {
		return false
	}
	rest := p.s
	if !p.one(":.,\u066b", "s:") {
		return true
	}
	value, n := p.number(9)
	if n == 0 {
		p.s = rest
		return true
	}
	for range 9 - n {
		value *= 10
	}
	r.Nano = value
	return true
}

// one takes one of the characters, or one of the units with spaces around it.
func (p *parser) one(chars string, units ...string) bool {
	if p.s == "" {
		return false
	}
	if c, size := utf8.DecodeRuneInString(p.s); strings.ContainsRune(chars, c) {
		p.s = p.s[size:]
		return true
	}
	for _, u := range units {
		if rest, ok := strings.CutPrefix(strings.TrimLeft(p.s, blanks), u); ok && rest != "" {
			p.s = strings.TrimLeft(rest, blanks)
			return true
		}
	}
	return false
}

// halves of the day, as they are written after or before a clock of twelve hours.
var halves = []struct {
	text string
	pm   bool
}{{"AM", false}, {"PM", true}, {"A.M.", false}, {"P.M.", true}, {"A. M.", false}, {"P. M.", true}, {"A.\u00a0M.", false}, {"P.\u00a0M.", true}, {"\u4e0a\u5348", false}, {"\u4e0b\u5348", true}, {"\u5348\u524d", false}, {"\u5348\u5f8c", true},
	{"\uc624\uc804", false}, {"\uc624\ud6c4", true}}

// half reads AM or PM, which stand after the clock, or in the far east before it.
func (p *parser) half(r *Raw, before string) {
	before = strings.ToUpper(before)
	after := strings.TrimLeft(p.s, blanks)
	for _, h := range halves {
		n := len(h.text)
		follows := len(after) >= n && strings.EqualFold(after[:n], h.text) && (len(after) == n || after[n] == ' ')
		if !follows && !strings.Contains(before, h.text) {
			continue
		}
		if follows {
			p.s = after[n:]
		}
		r.Half = true
		switch {
		case !h.pm && r.Hour == 12:
			r.Hour = 0
		case h.pm && r.Hour < 12:
			r.Hour += 12
		}
		return
	}
}

// offsetOf reads a numeric zone: Z, UTC, GMT, +0200, -08:00, GMT+08:00, UTC-3. Every other abbreviation is ambiguous.
func offsetOf(zone string) (seconds int, ok bool) {
	s := zone
	if s == "Z" || s == "UTC" || s == "GMT" {
		return 0, true
	}
	s = strings.TrimPrefix(strings.TrimPrefix(s, "GMT"), "UTC")
	if len(s) < 2 || (s[0] != '+' && s[0] != '-') {
		return 0, false
	}
	sign := 1
	if s[0] == '-' {
		sign = -1
	}
	p := parser{s: s[1:]}
	hours, n := p.number(2)
	p.one(":")
	minutes, m := p.number(2)
	if n == 0 || m == 1 || p.s != "" || hours > 18 || minutes > 59 {
		return 0, false
	}
	return sign * (hours*3600 + minutes*60), true
}
