package logs

import (
	"bytes"
	"encoding/json"
	"strings"
)

// jsonLines reads Liberty's JSON logs, one object a line. Fields may be renamed by the server's jsonFieldMappings, and applications may write
// objects of their own between: what is not found stays empty, and the whole object is the text then.
type jsonLines struct{}

func (jsonLines) format() Format { return LibertyJSON }

func (jsonLines) begins(line []byte) byte {
	if len(line) < 2 || line[0] != '{' {
		return 0
	}
	if level, ok := rawField(line, `"loglevel":"`); ok {
		return letterOf(level)
	}
	if level, ok := rawField(line, `"level":"`); ok {
		return letterOf(level)
	}
	if bytes.Contains(line, []byte(`"liberty_ffdc"`)) {
		return 'E'
	}
	return 'I'
}

func rawField(line []byte, key string) (string, bool) {
	i := bytes.Index(line, []byte(key))
	if i < 0 {
		return "", false
	}
	value, _, found := bytes.Cut(line[i+len(key):], []byte(`"`))
	return string(value), found && len(value) < 20
}

func (j jsonLines) parse(r *Record, first string) {
	r.setLevel(j.begins([]byte(first)))
	var fields map[string]any
	if json.Unmarshal([]byte(first), &fields) != nil {
		r.Text = first
		return
	}
	get := func(names ...string) string {
		for _, n := range names {
			if s, ok := fields[n].(string); ok {
				return s
			}
		}
		return ""
	}
	r.Stamp = get("ibm_datetime", "datetime", "@timestamp", "timestamp")
	r.Thread = get("ibm_threadId", "threadId")
	r.Logger = get("module", "logger", "loggerName")
	r.Class = get("ibm_className", "className")
	r.Method = get("ibm_methodName", "methodName")
	r.MessageID = get("ibm_messageId", "messageId")
	text := get("message", "ibm_exceptionName", "msg")
	if text == "" {
		text = first
	}
	lines := strings.Split(strings.TrimRight(text, "\r\n"), "\n")
	r.Text = strings.TrimRight(lines[0], "\r")
	r.Trace = append(r.Trace, lines[1:]...)
	if stack := get("ibm_stackTrace", "stackTrace"); stack != "" {
		r.Trace = append(r.Trace, strings.Split(strings.TrimRight(stack, "\r\n"), "\n")...)
	}
	if r.MessageID == "" {
		r.MessageID = messageID(r.Text)
	}
}
