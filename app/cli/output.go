package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"text/tabwriter"

	"github.com/springboard-leap/springboard/assets"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/settings"
)

// oneByOne lets several goroutines write to one stream: progress and the lines of a command come from different ones, and a line is one write.
type oneByOne struct {
	mu sync.Mutex
	w  io.Writer
}

// Write implements io.Writer.
func (o *oneByOne) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.w.Write(p)
}

// file is the open file behind it, nil when there is none.
func (o *oneByOne) file() *os.File {
	f, _ := o.w.(*os.File)
	return f
}

// printer writes data to standard output and words to standard error, as text or as JSON.
type printer struct {
	out, errs io.Writer
	json      bool
	quiet     bool
	lines     bool // JSON lines: the command takes long, the last line is the result
}

// object prints a result: JSON with its schema first, or text made by text.
func (p *printer) object(schema string, value any, text func(w io.Writer)) error {
	if !p.json {
		text(p.out)
		return nil
	}
	data, err := withSchema(schema, value)
	if err != nil {
		return err
	}
	if !p.lines {
		return p.indented(data)
	}
	_, err = p.out.Write(append(data, '\n'))
	return err
}

// event prints one line of a command that takes long: JSON, or words to standard error.
func (p *printer) event(schema string, value any, words string) error {
	if !p.json {
		p.say("%s", words)
		return nil
	}
	data, err := withSchema(schema, value)
	if err != nil {
		return err
	}
	_, err = p.out.Write(append(data, '\n'))
	return err
}

func (p *printer) indented(data []byte) error {
	var pretty strings.Builder
	enc := json.NewEncoder(&pretty)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(json.RawMessage(data)); err != nil {
		return err
	}
	_, err := io.WriteString(p.out, pretty.String())
	return err
}

// say tells a person something; never data.
func (p *printer) say(format string, args ...any) {
	if p.quiet {
		return
	}
	fmt.Fprintf(p.errs, format+"\n", args...)
}

// table prints rows in columns.
func table(w io.Writer, rows ...[]string) {
	tw := tabwriter.NewWriter(w, 2, 8, 2, ' ', 0)
	for _, row := range rows {
		fmt.Fprintln(tw, strings.Join(row, "\t"))
	}
	_ = tw.Flush()
}

// withSchema marshals a struct or map with "schema" as its first key.
func withSchema(schema string, value any) ([]byte, error) {
	buf := bytes.NewBuffer(make([]byte, 0, 1024))
	fmt.Fprintf(buf, `{"schema":%q`, "springboard."+schema)
	head := buf.Len()
	enc := json.NewEncoder(buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(value); err != nil {
		return nil, err
	}
	all := bytes.TrimSpace(buf.Bytes())
	switch body := all[head:]; {
	case len(body) == 0 || body[0] != '{':
		return nil, fmt.Errorf("a result must be an object, not %.20s", body)
	case string(body) == "{}":
		return append(all[:head], '}'), nil
	default:
		body[0] = ','
	}
	return all, nil
}

// failure is an error as a script reads it.
type failure struct {
	Error failureText `json:"error"`
}

type failureText struct {
	Code   string            `json:"code"`
	What   string            `json:"what"`
	Next   string            `json:"next"`
	Detail string            `json:"detail,omitempty"`
	Args   map[string]string `json:"args,omitempty"`
	Exit   int               `json:"exit"`
	// Conflict are the two changes of a file that another program changed meanwhile.
	Conflict *settings.Conflict `json:"conflict,omitempty"`
}

// explain makes an error readable: what happened, to what, and what to do next.
func explain(err error) failureText {
	f, ok := upgrade.AsFault(err)
	if !ok {
		f = upgrade.NewFault("SB-9000", upgrade.KindFailed, nil, "detail", err.Error())
	}
	text, known := assets.Error(f.Code, f.Args)
	if !known {
		text.What = f.Error()
	}
	t := failureText{Code: f.Code, What: text.What, Next: text.Next, Args: f.Args, Exit: exitCode(err)}
	if f.Err != nil {
		t.Detail = f.Err.Error()
	}
	if !errors.As(err, &t.Conflict) {
		t.Conflict = nil
	}
	return t
}

// fail reports an error: words to standard error, and with --json an object to standard output, so that a script never reads nothing.
func (p *printer) fail(err error) {
	t := explain(err)
	if p.json {
		if data, jerr := withSchema("error/1", failure{t}); jerr == nil {
			_, _ = p.out.Write(append(data, '\n'))
		}
	}
	fmt.Fprintf(p.errs, "springboardctl: %s\n", t.What)
	if t.Detail != "" {
		fmt.Fprintf(p.errs, "  because: %s\n", t.Detail)
	}
	if t.Conflict != nil {
		fmt.Fprintf(p.errs, "\nWhat the other program changed:\n%s\nWhat was about to be changed:\n%s\n", t.Conflict.Theirs, t.Conflict.Ours)
	}
	if t.Next != "" {
		fmt.Fprintf(p.errs, "  next:    %s\n", t.Next)
	}
	fmt.Fprintf(p.errs, "  code:    %s\n", t.Code)
}
