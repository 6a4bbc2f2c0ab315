package present

import (
	"time"

	"github.com/springboard-leap/springboard/upgrade/offline"
)

// NotesTask is a change in VoltConfig.nsf with the words that lead a person through it.
type NotesTask struct {
	offline.NotesTask
	Title  string
	Why    string
	Steps  []string
	Proves string // how it is proven
	Source string // the vendor's page with these steps
}

// NotesState is one line on how a ticked task stands; good tells whether nothing is left to do.
func NotesState(t NotesTask, now time.Time) (line string, good bool) {
	if t.Ticked == nil {
		return "", false
	}
	line = t.Ticked.By + ", " + Clock(t.Ticked.At, now) + ". " + Upper(t.Ticked.Says) + "."
	return line, t.Ticked.Proven || t.Proof == offline.NotesWord
}

// NotesOpen counts the tasks that wait for a person.
func NotesOpen(tasks []NotesTask) int {
	n := 0
	for _, t := range tasks {
		if t.Ticked == nil {
			n++
		}
	}
	return n
}
