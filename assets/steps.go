package assets

import (
	"encoding/json"
	"sync"
)

// StepText is what a phase or a step of the run says to a person.
type StepText struct {
	Title   string `json:"title"`
	Before  string `json:"before"` // what should be so before
	Does    string `json:"does"`
	Proof   string `json:"proof"` // how one knows that it worked
	WayBack string `json:"way_back"`
	IfStop  string `json:"if_stop"`
}

var stepTexts = sync.OnceValues(func() (map[string]StepText, error) {
	data, err := files.ReadFile("text/en/steps.json")
	if err != nil {
		return nil, err
	}
	all := map[string]StepText{}
	return all, json.Unmarshal(data, &all)
})

// Steps gives the texts of all phases and steps by id.
func Steps() (map[string]StepText, error) { return stepTexts() }

// Step gives the texts of one phase or step; its id as the title when it is unknown.
func Step(id string) StepText {
	all, err := stepTexts()
	if err != nil || all[id].Title == "" {
		return StepText{Title: id}
	}
	return all[id]
}
