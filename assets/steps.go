package assets

import (
	"encoding/json"
	"sync"
)

// StepText is what a phase or a step of the run says to a person.
type StepText struct {
	Title   string `json:"title"`
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

// Step gives the texts of one phase or step; empty texts when the id is unknown.
func Step(id string) (title, wayBack, ifStop string) {
	all, err := stepTexts()
	if err != nil {
		return id, "", ""
	}
	t := all[id]
	return t.Title, t.WayBack, t.IfStop
}
