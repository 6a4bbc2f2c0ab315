package logs

import (
	"bytes"
	"encoding/json"
	"strings"

	"github.com/springboard-leap/springboard/upgrade/logs/stamp"
)

// jsonLines reads Liberty's JSON logs, one object a line. Fields may be renamed by the server's jsonFieldMappings, and applications may write
// objects of their own between: what is not found by its name is looked for by its shape, and what is not found at all stays empty; the whole object is
// the text then. Plain lines between belong to the record before.
type jsonLines struct{}

func (jsonLines) format() Format { return LibertyJSON }

func (jsonLines) begins(line []byte) byte {
	line = bytes.TrimLeft(line, " \t")
	if len(line) < 2 || line[0] != '{' {
		return 0
	}
	for _, key := range levelKeys {
		if level, ok := rawField(line, key); ok {
			return letterOf(level)
		}
	}
	if bytes.Contains(line, []byte(`"liberty_ffdc"`)) {
		return 'E'
	}
	return 'I'
}

var levelKeys = []string{`"loglevel"`, `"level"`, `"severity"`, `"logLevel"`, `"log.level"`, `"log_level"`, `"levelname"`, `"lvl"`}

// rawField finds the text of a field without reading the object.
func rawField(line []byte, key string) (string, bool) {
	i := bytes.Index(line, []byte(key))
	if i < 0 {
		return "", false
	}
	rest := bytes.TrimLeft(line[i+len(key):], " ")
	if len(rest) == 0 || rest[0] != ':' {
		return "", false
	}
	rest = bytes.TrimLeft(rest[1:], " ")
	if len(rest) == 0 || rest[0] != '"' {
		return "", false
	}
	value, _, found := bytes.Cut(rest[1:], []byte(`"`))
	return string(value), found && len(value) > 0 && len(value) < 20
}

// jsonFields are the texts of one object.
type jsonFields map[string]string

func (f jsonFields) get(names ...string) string {
	for _, n := range names {
		if s := f[n]; s != "" {
			return s
		}
	}
	return ""
}

// shaped finds the one field whose value has a shape; empty when none has it or several do.
func (f jsonFields) shaped(is func(string) bool) (found string) {
	for _, value := range f {
		if is(value) {
			if found != "" && found != value {
				return ""
			}
			found = value
		}
	}
	return found
}

// readJSON takes an object apart: texts as they are, numbers as they are written; what is nested is left out.
func readJSON(line string) (jsonFields, bool) {
	var raw map[string]json.RawMessage
	if json.Unmarshal([]byte(line), &raw) != nil {
		return nil, false
	}
	fields := jsonFields{}
	for name, value := range raw {
		var text string
		if json.Unmarshal(value, &text) == nil {
			fields[name] = text
		} else if len(value) > 0 && (value[0] == '-' || value[0] >= '0' && value[0] <= '9') {
			fields[name] = string(value)
		}
	}
	return fields, true
}

func (j jsonLines) parse(r *Record, first string) {
	r.setLevel(j.begins([]byte(first)))
	fields, ok := readJSON(first)
	if !ok {
		r.Text = first
		return
	}
	r.Stamp = fields.get("ibm_datetime", "datetime", "@timestamp", "timestamp", "time")
	if r.Stamp == "" {
		r.Stamp = fields.shaped(isISO)
	}
	r.Thread = fields.get("ibm_threadId", "threadId", "thread_id", "thread")
	if r.Thread == "" {
		r.Thread = fields.shaped(isThreadID)
	}
	r.Logger = fields.get("module", "logger", "loggerName", "logger_name")
	r.Class = fields.get("ibm_className", "className")
	r.Method = fields.get("ibm_methodName", "methodName")
	r.MessageID = fields.get("ibm_messageId", "messageId")
	text := fields.text()
	if text == "" {
		text = first
	}
	lines := strings.Split(strings.TrimRight(text, "\r\n"), "\n")
	r.Text = strings.TrimRight(lines[0], "\r")
	r.Trace = append(r.Trace, lines[1:]...)
	if stack := fields.get("ibm_stackTrace", "stackTrace", "stack_trace", "exception"); stack != "" && stack != text {
		r.Trace = append(r.Trace, strings.Split(strings.TrimRight(stack, "\r\n"), "\n")...)
	}
	if r.MessageID == "" {
		r.MessageID = messageID(r.Text)
	}
}

// text is what a person would read first.
func (f jsonFields) text() string {
	switch f["type"] {
	case "liberty_ffdc":
		name, message := f.get("ibm_exceptionName"), f.get("message")
		if name != "" && message != "" && !strings.HasPrefix(message, name) {
			return name + ": " + message
		}
		return message + strings.Repeat(name, 1-min(len(message), 1))
	case "liberty_accesslog":
		if path := f.get("ibm_uriPath"); path != "" {
			query := f.get("ibm_queryString")
			if query != "" {
				query = "?" + query
			}
			return strings.TrimSpace(f.get("ibm_requestMethod")+" "+path+query) + " " + f.get("ibm_responseCode")
		}
	}
	if text := f.get("message", "msg", "short_message", "ibm_exceptionName"); text != "" {
		return text
	}
	return f.shaped(func(s string) bool { return len(messageID(s)) >= 9 && len(s) > 12 }) // renamed: the server's messages begin with an id
}

func isISO(s string) bool {
	if len(s) < 19 || s[4] != '-' || s[10] != 'T' {
		return false
	}
	_, ok := stamp.Parse(s)
	return ok
}

func isThreadID(s string) bool {
	if len(s) != 8 {
		return false
	}
	for _, c := range s {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}
