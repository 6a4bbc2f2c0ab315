package settings

import (
	"strings"
	"unicode/utf8"

	"github.com/springboard-leap/springboard/upgrade"
)

// INI is Domino's notes.ini: one section, KEY=value lines whose keys are told apart without regard to case, comments that begin with ; or :.
// Where a key stands twice Domino's choice is not documented, so all of its lines are edited.
type INI struct {
	data  string
	lines []iniLine
}

type iniLine struct {
	start, end, next int
	key              string // empty for what is no setting
	valStart, valEnd int
	no               int
}

// ParseINI makes a document of any bytes.
func ParseINI(data []byte) *INI {
	n := &INI{}
	n.load(string(data))
	return n
}

func (n *INI) load(data string) {
	n.data, n.lines = data, nil
	l := lexer{data: data}
	start := 0
	if strings.HasPrefix(data, bom) {
		start = len(bom)
	}
	for no := 1; start < len(data); no++ {
		line := iniLine{start: start, no: no}
		line.end, line.next = l.eol(start)
		n.lines = append(n.lines, n.parse(line))
		start = line.next
	}
}

func (n *INI) parse(l iniLine) iniLine {
	raw := n.data[l.start:l.end]
	eq := strings.IndexByte(raw, '=')
	if key := strings.TrimSpace(raw[:max(eq, 0)]); key != "" && !strings.ContainsAny(key[:1], ";:#[") {
		l.key = key
		value := raw[eq+1:]
		l.valStart = l.start + eq + 1 + len(value) - len(strings.TrimLeft(value, " \t"))
		l.valEnd = max(l.valStart, l.start+len(strings.TrimRight(raw, " \t")))
	}
	return l
}

// Bytes implements Document.
func (n *INI) Bytes() []byte { return []byte(n.data) }

func (n *INI) setting(l iniLine) upgrade.Setting {
	value := n.data[l.valStart:l.valEnd]
	if !utf8.ValidString(value) {
		value = latin1ToUTF8([]byte(value))
	}
	return upgrade.Setting{Key: l.key, Value: value, Line: l.no}
}

// Settings implements Document.
func (n *INI) Settings() []upgrade.Setting {
	var out []upgrade.Setting
	for _, l := range n.lines {
		if l.key != "" {
			out = append(out, n.setting(l))
		}
	}
	return out
}

func (n *INI) find(key string) []int {
	var at []int
	for i, l := range n.lines {
		if l.key != "" && strings.EqualFold(l.key, key) {
			at = append(at, i)
		}
	}
	return at
}

// Get implements Document.
func (n *INI) Get(key string) (upgrade.Setting, bool) {
	at := n.find(key)
	if len(at) == 0 {
		return upgrade.Setting{}, false
	}
	return n.setting(n.lines[at[0]]), true
}

// Problems implements Document.
func (n *INI) Problems() []Problem {
	var out []Problem
	first := map[string]int{}
	for _, l := range n.lines {
		if l.key == "" {
			continue
		}
		if at, twice := first[strings.ToLower(l.key)]; twice {
			out = append(out, Problem{Code: ProblemDuplicate, Line: l.no, Key: l.key, Args: map[string]string{"line": itoa(at)}})
			continue
		}
		first[strings.ToLower(l.key)] = l.no
	}
	if i := strings.IndexByte(n.data, 0); i >= 0 {
		out = append(out, Problem{Code: ProblemNUL, Line: 1 + strings.Count(n.data[:i], "\n")})
	}
	return out
}

// Set implements Document.
func (n *INI) Set(key, value string) ([]Change, error) {
	raw, err := n.encode(key, value)
	if err != nil {
		return nil, err
	}
	at := n.find(key)
	if len(at) == 0 {
		return n.insert(key, value, raw), nil
	}
	var out []Change
	for _, i := range at {
		l := n.lines[i]
		if before := n.setting(l).Value; before != value {
			out = append(out, Change{Key: l.key, Before: text(before), After: text(value), Line: l.no})
			n.load(n.data[:l.valStart] + raw + n.data[l.valEnd:])
		}
	}
	return out, nil
}

// iniKey tells whether a line can begin with key and be read as a setting of that name.
func iniKey(key string) bool {
	if key == "" || strings.ContainsAny(key[:1], ";:#[") {
		return false
	}
	return !strings.ContainsFunc(key, func(r rune) bool { return r <= ' ' || r == '=' || r > '~' })
}

// encode writes a value in the file's own encoding.
func (n *INI) encode(key, value string) (string, error) {
	bad := upgrade.NewFault("SB-5007", upgrade.KindUsage, nil, "key", key)
	if !iniKey(key) || strings.ContainsAny(value, "\r\n\x00") || strings.TrimSpace(value) != value || !utf8.ValidString(value) {
		return "", bad
	}
	if encodingOf(n.data) != Latin1 {
		return value, nil
	}
	raw := make([]byte, 0, len(value))
	for _, r := range value {
		if r > 0xff {
			return "", bad
		}
		raw = append(raw, byte(r))
	}
	return string(raw), nil
}

func (n *INI) insert(key, value, raw string) []Change {
	eol, i := "\n", len(n.lines)-1
	for i >= 0 && n.lines[i].key == "" {
		i--
	}
	if i < 0 {
		i = len(n.lines) - 1
	}
	if len(n.lines) > 0 && n.lines[0].next > n.lines[0].end {
		eol = n.data[n.lines[0].end:n.lines[0].next]
	}
	entry := key + "=" + raw
	switch {
	case i < 0:
		n.load(n.data + entry + eol)
	case n.lines[i].next == n.lines[i].end:
		n.load(n.data[:n.lines[i].end] + eol + entry)
	default:
		at := n.lines[i].next
		n.load(n.data[:at] + entry + eol + n.data[at:])
	}
	s, _ := n.Get(key)
	return []Change{{Key: key, After: text(value), Line: s.Line}}
}

// Unset implements Document.
func (n *INI) Unset(key string) ([]Change, error) {
	var out []Change
	at := n.find(key)
	for k := len(at) - 1; k >= 0; k-- {
		l := n.lines[at[k]]
		out = append([]Change{{Key: l.key, Before: text(n.setting(l).Value), Line: l.no}}, out...)
		from := l.start
		if l.next == l.end && at[k] > 0 {
			from = n.lines[at[k]-1].end
		}
		n.load(n.data[:from] + n.data[l.next:])
	}
	return out, nil
}
