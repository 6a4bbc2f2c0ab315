package logs

import "github.com/springboard-leap/springboard/upgrade/logs/stamp"

// Record is one log record: the line that begins it and all lines that belong to it. It is a value of its own: nothing in it refers to the
// reader's buffers. Texts are UTF-8 whatever the file's encoding is.
type Record struct {
	File   string       `json:"file"`   // as it was given, openable
	Offset int64        `json:"offset"` // byte offset of the record's first byte in File (for .gz in the unpacked content)
	Line   int64        `json:"line"`   // from 1
	Stamp  string       `json:"stamp,omitempty"`
	Time   stamp.Moment `json:"time,omitzero"` // zero when the record has none, or its date cannot be told

	Thread    string   `json:"thread"`
	Level     string   `json:"level"`    // the letter: F E W A I C D O R Z 1 2 3 > <
	Severity  Severity `json:"severity"` // the letter's meaning
	Logger    string   `json:"logger"`
	Class     string   `json:"class"`
	Method    string   `json:"method"`
	MessageID string   `json:"message_id,omitempty"` // e.g. CWWKZ0001I; stable in every language
	Text      string   `json:"text"`                 // first line without the columns before it
	first     string   // the whole first line as it stands in the file; empty when the record was not read from one

	Trace  []string `json:"trace"`  // continuation lines as they stand in the file
	Causes []Cause  `json:"causes"` // exceptions told in Text and Trace, outermost first

	Bytes int64 `json:"bytes"` // from Offset to the end of the record's last line; over a rotation the parts are added
	Lines int   `json:"lines"` // physical lines
	// Parts is more than 1 when a trace came as records of its own, one a line, and was joined.
	Parts int `json:"parts,omitempty"`
	// Cut tells that a rotation went through the record; its first byte is in File, its last in another.
	Cut bool `json:"cut,omitempty"`
	// Amended tells that the record was delivered before, when the server paused within it: this is all of it. Followed logs only.
	Amended bool `json:"amended,omitempty"`
	// Truncated tells that text was left out because the record is longer than any reader can use.
	Truncated bool `json:"truncated,omitempty"`

	advanced bool // its message stands on its next line

	// Origin is the original log when File is a recording of it.
	Origin       string `json:"origin,omitempty"`
	OriginOffset int64  `json:"origin_offset,omitempty"`
}

// Cause is one link of an exception chain.
type Cause struct {
	Class   string   `json:"class"`
	Message string   `json:"message,omitempty"`
	Frames  []string `json:"frames,omitempty"`  // without "at "
	Omitted int      `json:"omitted,omitempty"` // the N of "... N more"
}

// String is the class and the message, as Java prints them.
func (c Cause) String() string {
	if c.Message == "" {
		return c.Class
	}
	return c.Class + ": " + c.Message
}

// MarkKind says what a Mark is.
type MarkKind string

// The marks in a stream of records.
const (
	MarkStart MarkKind = "start" // the server process was started here
	MarkGap   MarkKind = "gap"   // bytes are missing here: a rotated sibling is gone, or it could not be proven that none is
)

// Mark is something between two records that is no record.
type Mark struct {
	Kind   MarkKind `json:"kind"`
	File   string   `json:"file"`
	Offset int64    `json:"offset"`
	Line   int64    `json:"line"`
	Reason string   `json:"reason,omitempty"` // gap: what is missing, in a few words
	Start  *Start   `json:"start,omitempty"`
}

// Start is one start of a server process, told by its header.
type Start struct {
	File    string       `json:"file"`
	Offset  int64        `json:"offset"`
	Line    int64        `json:"line"`
	Time    stamp.Moment `json:"time,omitzero"` // of the first record after it
	Stamp   string       `json:"stamp,omitempty"`
	Product string       `json:"product,omitempty"` // e.g. "WebSphere Platform 9.0.5.5", "Open Liberty 22.0.0.6"
	Process string       `json:"process,omitempty"` // e.g. `cell\node\server1`, "pid@host"
	PID     string       `json:"pid,omitempty"`
}

// Header is what a log tells about its server before the first record.
type Header struct {
	Product string            `json:"product,omitempty"`
	Process string            `json:"process,omitempty"`
	PID     string            `json:"pid,omitempty"`
	Host    string            `json:"host,omitempty"`
	Locale  string            `json:"locale,omitempty"`
	OS      string            `json:"os,omitempty"`
	Trace   string            `json:"trace,omitempty"`  // "Current trace specification" of a trace.log
	Values  map[string]string `json:"values,omitempty"` // every other "name = value", e.g. was.install.root, user.install.root, server.output.dir
}
