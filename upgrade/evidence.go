package upgrade

import (
	"fmt"
	"strings"
)

// Evidence says how a fact is known, so that another person can look for himself. Exactly one of its shapes is filled:
// a place in a file, a command with its output, a query with a row of its answer, or a URL with the status it gave.
type Evidence struct {
	File string `json:"file,omitempty"` // openable on the machine Springboard runs on
	Line int    `json:"line,omitempty"` // from 1; 0 when the whole file is meant
	Text string `json:"text,omitempty"` // the line, or a short remark on the other shapes

	Command string `json:"command,omitempty"`
	Output  string `json:"output,omitempty"`

	Query string `json:"query,omitempty"`
	Row   string `json:"row,omitempty"` // NAME=value pairs, values cut to one readable line

	URL    string `json:"url,omitempty"`
	Status int    `json:"status,omitempty"` // HTTP status; 0 when nothing answered
}

// FileEvidence points at a line of a file. Line 0 means the file as a whole.
func FileEvidence(file string, line int, text string) Evidence {
	return Evidence{File: file, Line: line, Text: strings.TrimSpace(text)}
}

// IsZero tells that there is no evidence at all.
func (e Evidence) IsZero() bool { return e == Evidence{} }

// String is one readable line, for tables and text output.
func (e Evidence) String() string {
	switch {
	case e.File != "" && e.Line > 0:
		return join(fmt.Sprintf("%s:%d", e.File, e.Line), e.Text)
	case e.File != "":
		return join(e.File, e.Text)
	case e.Command != "":
		return join("$ "+e.Command, e.Output)
	case e.Query != "":
		return join(e.Query, e.Row)
	case e.URL != "":
		status := "no answer"
		if e.Status != 0 {
			status = fmt.Sprintf("HTTP %d", e.Status)
		}
		return join(e.URL+" "+status, e.Text)
	}
	return e.Text
}

func join(place, text string) string {
	if text == "" {
		return place
	}
	return place + ": " + text
}
