package stamp

import (
	"strings"
	"unicode/utf8"
)

// Parse takes a stamp apart, the text between the brackets of a WebSphere or Liberty record, an ISO time, or the date and time of a Domino
// console line: "5/21/14 22:51:37:095 PDT", "24.10.2022, 23:13:40:517 CEST", "2024-01-31T10:15:03.412+0000", "11/25/2008 07:21:55 AM".
func Parse(text string) (Raw, bool) {
	var r Raw
	p := parser{s: strings.TrimSpace(text)}
	for i := range r.Date {
		if i > 0 {
			if !p.separator(&r, i) {
				return r, false
			}
		}
		if r.Date[i], r.Digits[i] = p.number(4); r.Digits[i] == 0 {
			return r, false
		}
	}
	p.skip(". ,T\u202f") // hu has a dot after the day, CLDR a comma after the date
	p.skipText("\u202f", "\u00a0")
	if !p.clock(&r) {
		return r, false
	}
	p.half(&r)
	r.Zone = strings.TrimSpace(p.s)
	r.Offset, r.Fixed = offsetOf(r.Zone)
	return r, true
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
	for _, zero := range [...]rune{0x0660, 0x06F0, 0x0966, 0x09E6, 0x0E50, 0xFF10} {
		if r >= zero && r <= zero+9 {
			return int(r - zero), size
		}
	}
	return -1, 0
}

func (p *parser) separator(r *Raw, i int) bool {
	p.skipText("\u200f", "\u200e")
	if p.s == "" || !strings.ContainsRune("/.-", rune(p.s[0])) {
		return false
	}
	if i == 2 && p.s[0] != r.Sep {
		return false
	}
	r.Sep, p.s = p.s[0], p.s[1:]
	p.skip(" ") // cs, sk, sl: "24. 10. 2022"
	p.skipText("\u200f", "\u200e")
	return true
}

func (p *parser) skip(chars string) { p.s = strings.TrimLeft(p.s, chars) }

func (p *parser) skipText(texts ...string) {
	for _, t := range texts {
		p.s = strings.TrimPrefix(p.s, t)
	}
}

// clock reads H:mm:ss and an optional fraction after a colon (WebSphere), dot or comma. Some locales write dots between all (da, fi, it).
func (p *parser) clock(r *Raw) bool {
	var n int
	if r.Hour, n = p.number(2); n == 0 || !p.one(":.") {
		return false
	}
	if r.Min, n = p.number(2); n != 2 {
		return false
	}
	if !p.one(":.") {
		return true
	}
	if r.Sec, n = p.number(2); n != 2 {
		return false
	}
	rest := p.s
	if !p.one(":.,") {
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

func (p *parser) one(chars string) bool {
	if p.s == "" || strings.IndexByte(chars, p.s[0]) < 0 {
		return false
	}
	p.s = p.s[1:]
	return true
}

// half reads AM or PM.
func (p *parser) half(r *Raw) {
	s := strings.TrimLeft(p.s, " \u202f\u00a0")
	if len(s) < 2 || (len(s) > 2 && s[2] != ' ') {
		return
	}
	switch strings.ToUpper(s[:2]) {
	case "AM":
		if r.Hour == 12 {
			r.Hour = 0
		}
	case "PM":
		if r.Hour < 12 {
			r.Hour += 12
		}
	default:
		return
	}
	p.s = s[2:]
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
