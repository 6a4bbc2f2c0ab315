package report

import (
	"bytes"
	_ "embed" // the page's template
	"fmt"
	"html/template"
	"strings"
	"time"

	"github.com/springboard-leap/springboard/upgrade"
)

//go:embed page.html
var pageText string

// HTML is the report as one page: no script from elsewhere, no picture, no font, nothing to load.
func (r Report) HTML() ([]byte, error) {
	page, err := template.New("page").Funcs(template.FuncMap{
		"when":  func(t time.Time) string { return t.Format("2006-01-02 15:04:05 MST") },
		"size":  bytesText,
		"shape": shape,
		"fileState": func(s FileState) string {
			return map[FileState]string{AsBefore: "● byte for byte as before", ByRun: "◆ changed by this run, in force", ByOthers: "▲ changed, not by this run",
				FileGone: "▲ gone", FileFresh: "◆ made by this run"}[s]
		},
		"short": func(s string) string { return firstLine(s, 200) },
		"join":  func(list []string) string { return strings.Join(list, ", ") },
		"count": func(n int, one, many string) string {
			if n == 1 {
				return "1 " + one
			}
			return fmt.Sprintf("%d %s", n, many)
		},
		"records": func(n *int64) string {
			if n == nil {
				return "–"
			}
			return fmt.Sprint(*n)
		},
		"states": func() []upgrade.AppState { return upgrade.AppStates },
		"total":  func(s upgrade.AppState) int { return r.Totals[string(s)] },
		"share": func(s upgrade.AppState) float64 {
			if r.Census == 0 {
				return 0
			}
			return 100 * float64(r.Totals[string(s)]) / float64(r.Census)
		},
	}).Parse(pageText)
	if err != nil {
		return nil, fmt.Errorf("the report's template: %w", err)
	}
	var b bytes.Buffer
	if err := page.Execute(&b, r); err != nil {
		return nil, fmt.Errorf("the report's page: %w", err)
	}
	return b.Bytes(), nil
}

// shape stands before a state's word, so that it is never told by colour alone.
func shape(state any) string {
	switch fmt.Sprint(state) {
	case "upgraded", "recovered", "ok", "done", "came-through":
		return "●"
	case "failed", "missing", "blocker", "with-failed":
		return "▲"
	case "unknown", "warning", "interrupted", "stopped", "incomplete":
		return "?"
	}
	return "○"
}

func firstLine(s string, most int) string {
	s, _, _ = strings.Cut(s, "\n")
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}

func bytesText(n int64) string {
	f, unit := float64(n), "B"
	for _, next := range []string{"KiB", "MiB", "GiB", "TiB"} {
		if f < 1024 {
			break
		}
		f, unit = f/1024, next
	}
	if unit == "B" {
		return fmt.Sprintf("%d B", n)
	}
	return fmt.Sprintf("%.1f %s", f, unit)
}
