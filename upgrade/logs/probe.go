package logs

import (
	"bytes"
	"path/filepath"
	"strings"

	"github.com/springboard-leap/springboard/upgrade/lazyregexp"
	"github.com/springboard-leap/springboard/upgrade/logs/charset"
	"github.com/springboard-leap/springboard/upgrade/logs/stamp"
)

// Profile is what was found out about a log before it is read: how its lines are to be understood. Format and encoding of a log do not change
// while it is written; a profile of its beginning holds for all of it.
type Profile struct {
	Format   Format      `json:"format"`
	Encoding string      `json:"encoding"`
	Order    stamp.Order `json:"date_order"`
	Sure     bool        `json:"date_order_sure"`
	Stray    string      `json:"stray,omitempty"` // of a UTF-8 log: the encoding of lines that are not in UTF-8, where it is known
	Locale   string      `json:"locale,omitempty"`
	Binary   bool        `json:"binary,omitempty"` // no text at all
}

func (p Profile) charset() charset.Charset {
	c, _ := charset.ByName(p.Encoding)
	return c.WithStray(p.Stray)
}

var localeInBanner = lazyregexp.New(`\(([a-z]{2}(?:_[A-Z]{2})?)(?:[^a-z()\n][^()\n]{0,11})?\)\s*[\r\n]`)

// Probe finds out what a log is from samples of it; the first is its beginning, the others are taken where it goes on, in order. When they do not tell
// whether the day or the month stands first, the names of the rotated siblings in its folder do: their dates are always year, month, day.
func Probe(name string, hints stamp.Hints, opts Options, samples ...[]byte) Profile {
	var p Profile
	if len(samples) == 0 {
		samples = [][]byte{nil}
	}
	if m := localeInBanner.FindSubmatch(samples[0][:min(len(samples[0]), 8192)]); m != nil {
		p.Locale = string(m[1])
	}
	if hints.Locale == "" {
		hints.Locale = p.Locale
	}
	cs, ok := charset.ByName(opts.Encoding)
	written := p.Locale
	if written == "" {
		written = localeOfStamps(samples)
	}
	if opts.Encoding == "" || !ok {
		cs = charset.Detect(written, samples...)
	}
	if p.Encoding = cs.Name(); p.Encoding == charset.UTF8.Name() {
		p.Stray = charset.DetectStray(written, samples...)
	}
	var few bool
	p.Format, few = formatOf(name, cs, samples)
	if p.Binary = isBinary(samples[0], cs, few); p.Binary {
		p.Format = Unrecognised
	}
	raws := stampsOf(dialectOf(p.Format), cs, samples)
	if p.Order, p.Sure = stamp.Infer(raws, hints); !p.Sure && hints.After.IsZero() && len(raws) > 0 {
		if hints.After = rolledBefore(name); !hints.After.IsZero() {
			p.Order, p.Sure = stamp.Infer(raws, hints)
		}
	}
	return p
}

var stampOfTheEast = lazyregexp.New(`(?m)^\[(\d{2,4})([-/.])[^\]\n]{8,30} (JST|KST|CST)\]`)

// localeOfStamps tells where a log without a locale was written, as far as its encoding needs it: WebSphere's header has none, and the bytes of Korean and
// of traditional Chinese are as good as those of simplified Chinese.
func localeOfStamps(samples [][]byte) string {
	for _, s := range samples {
		m := stampOfTheEast.FindSubmatch(s[:min(len(s), 16<<10)])
		switch {
		case m == nil:
			continue
		case string(m[3]) == "JST":
			return "ja"
		case string(m[3]) == "KST":
			return "ko"
		case len(m[1]) == 4 && string(m[2]) == "/": // 2018/6/14 is Taiwan's, 18-6-14 China's
			return "zh_TW"
		case string(m[2]) == "-":
			return "zh"
		}
	}
	return ""
}

// faint are the formats whose records begin with a single character, so that some lines of any binary file look like them.
var faint = map[Format]bool{LibertyJSON: true, LibertyConsole: true, Eclipse: true, FebEvents: true}

// formatOf counts which dialect finds most records. few tells that nothing was found, or so little that it may be chance.
func formatOf(name string, cs charset.Charset, samples [][]byte) (f Format, few bool) {
	best, most, lines := Unrecognised, 0, 0
	all := dialects()
	counts := make([]int, len(all))
	eachLine(cs, samples, func(l []byte) {
		lines++
		for i, d := range all {
			if looksLike(d, l) {
				counts[i]++
			}
		}
	})
	for i, d := range all {
		if counts[i] > most {
			best, most = d.format(), counts[i]
		}
	}
	if best == Unrecognised { // a server that has only just begun: a header, and no record yet
		best = byHeader(samples[0])
	}
	if best == WASBasic || best == WASAdvanced {
		return refine(best, name, samples[0]), false
	}
	return best, best == Unrecognised || faint[best] && 2*most < lines
}

// looksLike tells whether a line begins a record of a dialect. A dialect of columns reads the other columns too; here they are told apart.
func looksLike(d dialect, line []byte) bool {
	if b, ok := d.(bracketed); ok {
		return b.layout.only(line)
	}
	return d.begins(line) != 0
}

func byHeader(head []byte) Format {
	line, _, _ := bytes.Cut(head, []byte("\n"))
	switch kind := asterisks(line); {
	case kind == headerBegins:
		return WASBasic
	case kind == headerBanner && bytes.Contains(head[:min(len(head), 400)], []byte("\nproduct = ")):
		return Liberty
	}
	return Unrecognised
}

// refine tells a trace from a log, and Liberty's trace from WebSphere's: their columns are the same.
func refine(f Format, name string, head []byte) Format {
	if _, n := charset.BOM(head); n == 3 {
		head = head[n:]
	}
	if bytes.HasPrefix(head, banner) { // Liberty writes so into trace.log only
		return LibertyTrace
	}
	if f == WASBasic && strings.Contains(strings.ToLower(filepath.Base(name)), "trace") {
		return WASTrace
	}
	return f
}

// eachLine gives the whole lines of samples, decoded as far as columns need it. The first line of a sample that is not the beginning is left
// out, for it may be cut.
func eachLine(cs charset.Charset, samples [][]byte, use func([]byte)) {
	for i, s := range samples {
		if i == 0 {
			if _, n := charset.BOM(s); n > 0 {
				s = s[n:]
			}
		}
		sp := newLineSplitter(cs, 0, 0)
		first := i > 0
		take := func(l line) bool {
			if !first {
				data := l.data
				if cs.Wide() {
					data = cs.Bytes(data)
				}
				use(data)
			}
			first = false
			return true
		}
		sp.feed(s, take)
		if l, ok := sp.end(); ok && i == len(samples)-1 {
			take(l)
		}
	}
}

// isBinary: text has no control characters but tabs, ends of lines, form feeds and colours. Where records were found, zeros are forgiven (a log on a disk
// that lost power has blocks of them, one that was truncated under its writer begins with a hole) and a few other controls too: a program's strings may
// look like records.
func isBinary(head []byte, cs charset.Charset, few bool) bool {
	if cs.Wide() || len(head) == 0 {
		return false
	}
	head = head[:min(len(head), 64<<10)]
	zeros, controls := 0, 0
	for _, b := range head {
		switch {
		case b == 0:
			zeros++
		case b < 0x20 && b != '\t' && b != '\n' && b != '\r' && b != '\f' && b != 0x1b && b != '\b':
			controls++
		}
	}
	if few {
		return zeros > 0 || controls > len(head)/50
	}
	return controls > (len(head)-zeros)/20+8
}

const maxStamps = 400

// stampsOf gives the stamps of the samples, one for each day that is written differently.
func stampsOf(d dialect, cs charset.Charset, samples [][]byte) []stamp.Raw {
	var raws []stamp.Raw
	last := ""
	finish, late := d.(finisher)
	eachLine(cs, samples, func(l []byte) {
		if d.begins(l) == 0 || len(raws) >= maxStamps*len(samples) {
			return
		}
		var r Record
		d.parse(&r, string(narrowOf(cs, l[:min(len(l), 2048)])))
		if late && r.Stamp == "" {
			finish.finish(&r)
		}
		if raw, ok := stamp.Parse(r.Stamp); ok && r.Stamp[:min(len(r.Stamp), 8)] != last {
			last = r.Stamp[:min(len(r.Stamp), 8)]
			raws = append(raws, raw)
		}
	})
	return raws
}

// narrowOf decodes a line that eachLine gave: wide text is decoded already.
func narrowOf(cs charset.Charset, line []byte) []byte {
	if cs.Wide() {
		return line
	}
	return cs.Bytes(line)
}
