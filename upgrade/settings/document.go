package settings

import (
	"bytes"
	"path"
	"strings"

	"github.com/springboard-leap/springboard/upgrade"
)

// Document is a settings file in memory. Bytes gives exactly the bytes it was made from until an edit changes something, and then differs from them
// only within the edited span.
type Document interface {
	// Bytes is the file as it is to be written.
	Bytes() []byte
	// Settings lists every key in file order, overridden duplicates too. File is left empty.
	Settings() []upgrade.Setting
	// Get gives the setting in force for key.
	Get(key string) (upgrade.Setting, bool)
	// Set gives key a value, in place where it stands or where its neighbours are. No changes are returned when it has that value already.
	Set(key, value string) ([]Change, error)
	// Unset takes the key out; no changes are returned when it is not there.
	Unset(key string) ([]Change, error)
	// Problems lists what is odd about the file, in file order.
	Problems() []Problem
}

// Commenter is a document whose keys can be commented out and back.
type Commenter interface {
	// Comment turns every line of the key into a comment.
	Comment(key string) ([]Change, error)
	// Uncomment brings the last commented line of the key back.
	Uncomment(key string) ([]Change, error)
}

// Change is what an edit did to one key. A nil Before means that the key was not there (or was commented out), a nil After that it no longer is.
type Change struct {
	Key    string  `json:"key"`
	Before *string `json:"before"`
	After  *string `json:"after"`
	Line   int     `json:"line"` // from 1; of the file after the change, or of the place where the key was
}

// Problem is something odd in a file, with the line it is on.
type Problem struct {
	Code string            `json:"code"` // see the Problem constants
	Line int               `json:"line"`
	Key  string            `json:"key,omitempty"`
	Args map[string]string `json:"args,omitempty"`
	Text string            `json:"text,omitempty"` // filled by DescribeProblems
}

// DescribeProblems fills in the texts by code; the slice is a new one.
func DescribeProblems(problems []Problem, texts map[string]string) []Problem {
	out := make([]Problem, len(problems))
	for i, p := range problems {
		pairs := []string{}
		for name, value := range p.Args {
			pairs = append(pairs, "{"+name+"}", value)
		}
		p.Text = strings.NewReplacer(pairs...).Replace(texts[p.Code])
		out[i] = p
	}
	return out
}

// The problems that documents report.
const (
	ProblemDuplicate    = "duplicate"     // the key stands again further down; the last one wins
	ProblemEscape       = "escape"        // \u without four hexadecimal digits: Java refuses the whole file
	ProblemSurrogate    = "surrogate"     // half of a surrogate pair
	ProblemMojibake     = "mojibake"      // raw UTF-8 that java.util.Properties reads as Latin-1
	ProblemBOM          = "bom"           // a byte-order mark, which Java takes for a part of the first key
	ProblemDangling     = "dangling"      // a backslash at the very end of the file
	ProblemUTF16        = "utf-16"        // not a .properties encoding
	ProblemNUL          = "nul"           // NUL bytes: not a text file
	ProblemEmptyKey     = "empty-key"     // a line that begins with its separator
	ProblemMisspelled   = "misspelled"    // the key is close to a known one
	ProblemUnknownKey   = "unknown-key"   // the key is not in the catalogue
	ProblemInvalidValue = "invalid-value" // the value is not what the key takes
)

// Open reads a document of the kind that the file's name or content tells. XML that is not well-formed is SB-5003 with its line.
func Open(file string, data []byte) (Document, error) {
	switch KindOf(file, data) {
	case KindXML:
		return ParseXML(file, data)
	case KindINI:
		return ParseINI(data), nil
	}
	return ParseProperties(data), nil
}

// FileKind is the syntax of a settings file.
type FileKind string

// The kinds.
const (
	KindProperties FileKind = "properties"
	KindXML        FileKind = "xml"
	KindINI        FileKind = "ini"
)

// KindOf tells the syntax from the file's name, and from its first bytes when the name says nothing.
func KindOf(file string, data []byte) FileKind {
	name := strings.ToLower(path.Base(strings.ReplaceAll(file, `\`, "/")))
	switch path.Ext(name) {
	case ".xml", ".xmi":
		return KindXML
	case ".ini":
		return KindINI
	case ".properties", ".link":
		return KindProperties
	}
	if bytes.HasPrefix(bytes.TrimLeft(bytes.TrimPrefix(data, []byte(bom)), " \t\r\n"), []byte("<")) {
		return KindXML
	}
	return KindProperties
}

func text(s string) *string { return &s }
