package charset

import (
	"bytes"
	"cmp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Detect tells the encoding of a log from samples of it; the first sample is its beginning. locale is that of the log's header, may be empty.
func Detect(locale string, samples ...[]byte) Charset {
	if len(samples) == 0 {
		return UTF8
	}
	if c, n := BOM(samples[0]); n > 0 {
		return c
	}
	if c, ok := detectWide(samples[0]); ok {
		return c
	}
	high := highLines(samples)
	if len(high) == 0 || mostlyUTF8(high) {
		return UTF8
	}
	return bestOf(high, byLocale(locale))
}

// detectWide finds UTF-16 without a mark: text is mostly ASCII, so every second byte is zero.
func detectWide(head []byte) (Charset, bool) {
	head = head[:min(len(head), 4096)&^1]
	if len(head) < 4 {
		return Charset{}, false
	}
	var zeros [2]int
	for i, b := range head {
		if b == 0 {
			zeros[i&1]++
		}
	}
	half := len(head) / 2
	switch {
	case zeros[1] > half*7/10 && zeros[0] < half/10:
		return UTF16LE, true
	case zeros[0] > half*7/10 && zeros[1] < half/10:
		return UTF16BE, true
	}
	return Charset{}, false
}

const maxHigh = 64 << 10

// highLines gathers the lines that are not ASCII, as far as a judgement needs them. Lines at the ends of a sample are cut and left out unless
// they are all there is.
func highLines(samples [][]byte) []byte {
	var out []byte
	for _, s := range samples {
		s = wholeCharacters(s)
		for len(s) > 0 && len(out) < maxHigh {
			end := bytes.IndexByte(s, '\n') + 1
			if end == 0 {
				end = len(s)
			}
			if line := s[:end]; !isASCII(line) {
				out = append(out, line[:min(len(line), 4096)]...)
				out = append(out, '\n')
			}
			s = s[end:]
		}
	}
	return out
}

// wholeCharacters takes off what a cut left of a UTF-8 character at both ends: a rotation, or a sample, goes through characters too.
func wholeCharacters(s []byte) []byte {
	begin := 0
	for begin < len(s) && begin < utf8.UTFMax-1 && !utf8.RuneStart(s[begin]) {
		begin++
	}
	if begin < len(s) && (s[begin] < 0x80 || validAt(s[begin:])) {
		s = s[begin:]
	}
	for n := 1; n < utf8.UTFMax && n <= len(s); n++ {
		if c := s[len(s)-n]; utf8.RuneStart(c) {
			if c >= 0xC2 && !utf8.FullRune(s[len(s)-n:]) {
				return s[:len(s)-n]
			}
			break
		}
	}
	return s
}

func validAt(s []byte) bool {
	r, size := utf8.DecodeRune(s)
	return r != utf8.RuneError || size > 1
}

// DetectStray tells in which code page the lines of a UTF-8 log are that are not in UTF-8, from samples of it and the locale of its header, which may be empty.
// The name is empty when there are none in the samples and no locale tells.
func DetectStray(locale string, samples ...[]byte) string {
	var stray []byte
	for _, s := range samples {
		if s = wholeCharacters(s); utf8.Valid(s) {
			continue
		}
		for line := range bytes.Lines(s) {
			if good, bad := countUTF8(line); bad > good && len(stray) < maxHigh {
				stray = append(stray, line[:min(len(line), 4096)]...)
			}
		}
	}
	suggested := byLocale(locale)
	if len(stray) == 0 {
		return suggested
	}
	best := bestOf(stray, suggested).name
	if best == "ISO-8859-1" || suggested != "" && len(stray) < fewStray {
		best = cmp.Or(suggested, "windows-1252") // a few bytes tell less than a locale
	}
	return best
}

// fewStray is up to how many bytes of lines a locale is believed rather than what stands in them.
const fewStray = 400

// mostlyUTF8 allows a cut character and a stray line of another program.
func mostlyUTF8(text []byte) bool {
	good, bad := countUTF8(text)
	return good > 0 && (bad == 0 || good >= 8*bad)
}

// countUTF8 counts the characters of several bytes, and the bytes that belong to no character.
func countUTF8(text []byte) (good, bad int) {
	for len(text) > 0 {
		r, size := utf8.DecodeRune(text)
		switch {
		case r == utf8.RuneError && size <= 1:
			bad++
		case size > 1:
			good++
		}
		text = text[max(size, 1):]
	}
	return good, bad
}

func byLocale(locale string) string {
	lang, country, _ := strings.Cut(locale, "_")
	switch lang {
	case "ja":
		return "Shift_JIS"
	case "zh":
		if country == "TW" || country == "HK" {
			return "Big5"
		}
		return "GBK"
	case "ko":
		return "EUC-KR"
	case "pl", "cs", "sk", "hu", "sl", "hr", "ro", "sr", "bs":
		return "windows-1250"
	case "ru", "uk", "bg", "be", "mk":
		return "windows-1251"
	case "el":
		return "windows-1253"
	case "tr":
		return "windows-1254"
	case "de", "fr", "it", "es", "pt", "nl", "sv", "da", "fi", "no", "nb":
		return "windows-1252"
	}
	return ""
}

// bestOf decodes with every candidate and takes the one whose text looks most like words. What the locale suggests has an advantage.
func bestOf(text []byte, suggested string) Charset {
	best, bestScore := Charset{}, -1<<30
	for _, c := range table[4:] {
		if (c.name == "Big5" || c.name == "EUC-KR") && c.name != suggested {
			continue // their bytes are as good as GBK's: only a locale tells them apart
		}
		score := plausibility(decode(c.enc, text), common(c.name))
		if c.name == "GBK" {
			score -= 2 * rareGBK(text)
		}
		if c.name == suggested {
			score += 10 + abs(score)/5
		}
		if score > bestScore {
			best, bestScore = c, score
		}
	}
	if best.name == "windows-1252" && !hasC1(text) {
		return table[3]
	}
	return best
}

// rareGBK counts the characters of a text, read as GBK, that stand before those of GB 2312: rare ones, into which the characters of Shift_JIS fall.
func rareGBK(text []byte) (n int) {
	for i := 0; i < len(text); i++ {
		if text[i] <= 0x80 {
			continue
		}
		if text[i] < 0xA1 {
			n++
		}
		i++ // the second byte of it
	}
	return n
}

func abs(n int) int { return max(n, -n) }

func hasC1(text []byte) bool {
	for _, b := range text {
		if b >= 0x80 && b < 0xA0 {
			return true
		}
	}
	return false
}

// common are the letters that languages of an encoding use most.
func common(name string) string {
	switch name {
	case "windows-1250":
		return "ąćęłńóśźżĄĆĘŁŃÓŚŹŻáéíýčďěňřšťúůžőűăâîşţČŠŽ"
	case "windows-1252":
		return "äöüßéèàçñáíóúâêîôûãõåæøÄÖÜÉÇÑÅØëïìòù"
	case "windows-1254":
		return "ığşİĞŞ"
	}
	return ""
}

// plausibility scores the characters that are not ASCII by what they are and what stands beside them.
func plausibility(text []byte, usual string) int {
	score := 0
	before := rune('\n')
	for len(text) > 0 {
		r, size := utf8.DecodeRune(text)
		text = text[size:]
		if r >= 0x80 {
			after, _ := utf8.DecodeRune(text)
			score += judge(before, r, after, usual)
		}
		before = r
	}
	return score
}

func judge(before, r, after rune, usual string) int {
	inWord := unicode.IsLetter(before) || unicode.IsLetter(after)
	switch {
	case r == utf8.RuneError:
		return -60
	case r < 0xA0:
		return -20
	case r < 0x250 && unicode.IsLetter(r) && before >= 0x80 && after >= 0x80 && unicode.IsLetter(before) && unicode.IsLetter(after):
		return -4 // three accented letters in a row are the bytes of another script
	case strings.ContainsRune(usual, r):
		return 3
	case unicode.In(r, unicode.Hiragana), unicode.In(r, unicode.Katakana) && r < 0xFF00:
		return 5
	case r >= 0xFF61 && r <= 0xFF9F: // half-width katakana: what every other text looks like in Shift_JIS
		return -4
	case unicode.Is(unicode.Han, r), unicode.Is(unicode.Hangul, r):
		return 3
	case r >= 0x3000 && r < 0x3040 || r >= 0xFF00 && r < 0xFF61:
		return 3
	case unicode.IsLetter(r):
		return judgeLetter(before, r, after)
	case inWord && unicode.IsLetter(before) && unicode.IsLetter(after):
		return -4 // a sign within a word
	case inWord:
		return -1
	}
	return 0
}

func judgeLetter(before, r, after rune) int {
	foreign := unicode.In(r, unicode.Cyrillic, unicode.Greek)
	latinBeside := isLatinASCII(before) || isLatinASCII(after)
	switch {
	case foreign && latinBeside:
		return -6
	case unicode.IsUpper(r) && unicode.IsLower(before):
		return -4
	case foreign && (unicode.In(before, unicode.Cyrillic, unicode.Greek) || unicode.In(after, unicode.Cyrillic, unicode.Greek)):
		return 2
	case foreign:
		return -1
	}
	return 1
}

func isLatinASCII(r rune) bool { return r < 0x80 && unicode.IsLetter(r) }
