package assets

import "sync"

// NotesTexts are the words with which a person is led through VoltConfig.nsf. {setting}, {value} and {server} are filled in by who shows them.
type NotesTexts struct {
	Source string            `json:"source"` // whose steps these are
	Page   string            `json:"page"`
	Open   []string          `json:"open"`
	Set    []string          `json:"set"`
	Off    []string          `json:"off"`
	Close  []string          `json:"close"`
	Titles map[string]string `json:"titles"` // by task, or by what is done where a task has none
	Whys   map[string]string `json:"whys"`
	Proofs map[string]string `json:"proofs"`
}

var notesTexts = sync.OnceValues(func() (NotesTexts, error) {
	var t NotesTexts
	return t, read("text/en/notes.json", &t)
})

// Notes gives the words for a Notes client.
func Notes() (NotesTexts, error) { return notesTexts() }
