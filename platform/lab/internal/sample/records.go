package sample

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// Record is one submitted form.
type Record struct {
	UID     string          `json:"uid"`
	Form    string          `json:"form"`
	Stage   string          `json:"stage"`
	Author  string          `json:"author"`
	Created time.Time       `json:"created"`
	Data    json.RawMessage `json:"data"` // field id -> value
}

// Records generates the submitted records of an application: always the same ones.
func Records(a App) ([]Record, error) {
	w, err := loadNames()
	if err != nil {
		return nil, err
	}
	r := NewRandom(a.Seed, 2)
	all := make([]Record, a.Records)
	for i := range all {
		rec := Record{UID: r.UUID(), Form: a.Forms[r.IntN(len(a.Forms))], Stage: r.Pick([]string{"ST_Start", "ST_Approval", "ST_Done"}), Author: owner(r, w)}
		rec.Created = a.Created.Add(time.Duration(r.Int64N(int64(Epoch.Sub(a.Created))))).Truncate(time.Second)
		rec.Data, err = json.Marshal(fields(r, w))
		if err != nil {
			return nil, err
		}
		all[i] = rec
	}
	return all, nil
}

func fields(r Random, w names) map[string]any {
	f := map[string]any{"F_SingleLine1": r.Pick(w.First) + " " + r.Pick(w.Last), "F_Number1": r.IntN(100000), "F_Check1": r.IntN(2) == 0}
	for i := range r.IntN(4) {
		f[fmt.Sprintf("F_Paragraph%d", i+1)] = sentence(r, w, 3+r.IntN(25))
	}
	return f
}

func sentence(r Random, w names, n int) string {
	words := make([]string, n)
	for i := range words {
		words[i] = r.Pick(w.Words)
	}
	return strings.Join(words, " ")
}

type item struct {
	ID    string `json:"id"`
	Type  string `json:"type"`
	Label string `json:"label"`
}

type form struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	Items []item `json:"items"`
}

type design struct {
	Forms    []form   `json:"forms"`
	Stages   []string `json:"stages"`
	Services []string `json:"services"`
	Roles    []string `json:"roles"`
}

// Design generates the design of an application as JSON: its forms with their items, stages, services and roles.
func Design(a App) (json.RawMessage, error) {
	w, err := loadNames()
	if err != nil {
		return nil, err
	}
	r := NewRandom(a.Seed, 3)
	d := design{Stages: []string{"ST_Start", "ST_Approval", "ST_Done"}, Services: []string{}, Roles: []string{"AUTHENTICATED", "ADMIN"}}
	for _, id := range a.Forms {
		f := form{ID: id, Title: a.Name, Items: []item{{"F_SingleLine1", "singleLine", "Name"}, {"F_Number1", "number", "Amount"}, {"F_Check1", "checkbox", "Confirmed"}}}
		for i := range 1 + r.IntN(8) {
			f.Items = append(f.Items, item{fmt.Sprintf("F_Paragraph%d", i+1), "paragraph", sentence(r, w, 2)})
		}
		d.Forms = append(d.Forms, f)
	}
	if r.IntN(4) == 0 {
		d.Services = append(d.Services, "SVC_"+r.UUID())
	}
	return json.Marshal(d)
}
