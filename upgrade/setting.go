package upgrade

// Setting is one key of a settings file as it was read.
type Setting struct {
	File string `json:"file"`
	Key  string `json:"key"`
	// Name is the setting's clear name, where the key is a path or a server's own; else empty.
	Name  string `json:"name,omitempty"`
	Value string `json:"value"`
	Line  int    `json:"line"` // from 1, where it begins
	// JavaValue is what java.util.Properties makes of the value when that differs (raw UTF-8 in a file that Java reads as Latin-1); else empty.
	JavaValue string `json:"java_value,omitempty"`
	// Overridden: a later line of the same file sets the same key, so this value is not in force.
	Overridden bool `json:"overridden,omitempty"`
}

// Evidence points at the setting's line.
func (s Setting) Evidence() Evidence { return FileEvidence(s.File, s.Line, s.Key+"="+s.Value) }

// EditOp is what an edit does to its key.
type EditOp string

// The operations. Comment and Uncomment exist for .properties files only.
const (
	EditSet       EditOp = "set"
	EditUnset     EditOp = "unset"
	EditComment   EditOp = "comment"
	EditUncomment EditOp = "uncomment"
)

// Edit is the intent to change one key of one settings file. In XML the key is a path to an attribute, such as
// services[@xmi:type='traceservice:TraceService']/@startupTraceSpecification.
type Edit struct {
	File  string `json:"file"`
	Op    EditOp `json:"op"`
	Key   string `json:"key"`
	Value string `json:"value,omitempty"` // for EditSet
}
