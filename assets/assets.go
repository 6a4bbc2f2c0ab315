// Package assets holds what Springboard says and ships: texts by code, failure rules, sample data, icons. Everything is embedded, so a program
// is one file. It imports the standard library only.
package assets

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"sync"
)

//go:embed text rules lab
var files embed.FS

// FS is the embedded tree, for readers that parse a file of their own (failure rules).
func FS() fs.FS { return files }

// ErrorText is what a fault's code says to a person.
type ErrorText struct {
	What string `json:"what"` // what happened, to what
	Next string `json:"next"` // what to do next
}

// CheckText is what a check's code says to a person.
type CheckText struct {
	Title  string `json:"title"`
	Area   string `json:"area"`
	Reason string `json:"reason"` // why it matters
	Source string `json:"source"` // where the reason is from
	Remedy string `json:"remedy"`
	// Summaries are one-line statements of what is true now, by the key that the check gives.
	Summaries map[string]string `json:"summaries"`
}

var errorTexts = sync.OnceValues(func() (map[string]ErrorText, error) { return load[ErrorText]("text/en/errors") })
var checkTexts = sync.OnceValues(func() (map[string]CheckText, error) { return load[CheckText]("text/en/checks") })

// load merges all JSON files of a folder; a code that stands twice is an error.
func load[T any](dir string) (map[string]T, error) {
	all := map[string]T{}
	names, err := fs.Glob(files, path.Join(dir, "*.json"))
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		data, err := files.ReadFile(name)
		if err != nil {
			return nil, err
		}
		part := map[string]T{}
		if err := json.Unmarshal(data, &part); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		for code, text := range part {
			if _, twice := all[code]; twice {
				return nil, fmt.Errorf("%s: %s stands twice", name, code)
			}
			all[code] = text
		}
	}
	return all, nil
}

// Errors gives all error texts by code.
func Errors() (map[string]ErrorText, error) { return errorTexts() }

// Checks gives all check texts by code.
func Checks() (map[string]CheckText, error) { return checkTexts() }

// Error gives the text of a code filled with args; ok is false when the code has no text.
func Error(code string, args map[string]string) (text ErrorText, ok bool) {
	all, err := errorTexts()
	if err != nil {
		return ErrorText{}, false
	}
	text, ok = all[code]
	return ErrorText{What: Fill(text.What, args), Next: Fill(text.Next, args)}, ok
}

// Check gives the text of a check's code, unfilled; ok is false when the code has no text.
func Check(code string) (CheckText, bool) {
	all, err := checkTexts()
	if err != nil {
		return CheckText{}, false
	}
	text, ok := all[code]
	return text, ok
}

// Fill replaces {name} by its argument. A name without an argument stays as it is, so that a gap is seen.
func Fill(text string, args map[string]string) string {
	if len(args) == 0 || !strings.Contains(text, "{") {
		return text
	}
	pairs := make([]string, 0, 2*len(args))
	for name, value := range args {
		pairs = append(pairs, "{"+name+"}", value)
	}
	return strings.NewReplacer(pairs...).Replace(text)
}
