package sample

import (
	"fmt"
	"strings"
	"time"
)

// Epoch is the moment a lab was last changed before it is made: every generated time lies before it.
var Epoch = time.Date(2026, 1, 19, 2, 30, 0, 0, time.UTC)

// App is a generated application.
type App struct {
	UID      string
	Name     string
	Owner    string // e-mail address
	Deployed bool
	Forms    []string // form ids
	Records  int      // submitted records over all forms
	Created  time.Time
	Modified time.Time
	Seed     uint64 // of its design and its records
	Cause    string // id of the cause for which its upgrade will fail; empty when it will not
}

// Apps generates n applications of which fail will not upgrade.
func Apps(seed uint64, n, fail int) ([]App, error) {
	words, err := loadNames()
	if err != nil {
		return nil, err
	}
	causes, err := Causes()
	if err != nil {
		return nil, err
	}
	r := NewRandom(seed, 1)
	titles := titles(r, words, n)
	most := recordLimit(n)
	apps := make([]App, n)
	for i := range apps {
		apps[i] = app(r, words, titles[i], most)
	}
	for i, at := range r.Perm(n)[:min(fail, n)] {
		apps[at].Cause = causes[i%len(causes)].ID
	}
	return apps, nil
}

// recordLimit keeps the whole lab small however many applications it has.
func recordLimit(apps int) int { return max(3, min(120, 12000/max(apps, 1))) }

func app(r Random, w names, title string, most int) App {
	created := Epoch.Add(-time.Duration(30+r.IntN(1500))*24*time.Hour - time.Duration(r.IntN(86400))*time.Second)
	a := App{UID: r.UUID(), Name: title, Owner: owner(r, w), Deployed: r.IntN(20) != 0, Created: created, Seed: r.Uint64()}
	a.Modified = created.Add(time.Duration(r.Int64N(int64(Epoch.Sub(created))))).Truncate(time.Second)
	for i := range 1 + r.IntN(3) {
		a.Forms = append(a.Forms, fmt.Sprintf("F_Form%d", i+1))
	}
	if r.IntN(10) != 0 {
		a.Records = r.IntN(most)
	}
	return a
}

func owner(r Random, w names) string {
	plain := strings.NewReplacer("ö", "oe", "ü", "ue", "ß", "ss", "ø", "o", "é", "e", "í", "i", "á", "a", "'", "", "Ö", "Oe")
	return strings.ToLower(plain.Replace(r.Pick(w.First)+"."+r.Pick(w.Last))) + "@example.com"
}

// titles gives n different titles; the special ones (other scripts, quotes, markup) are among them at random places.
func titles(r Random, w names, n int) []string {
	all := make([]string, 0, n)
	pairs := r.Perm(len(w.Departments) * len(w.Forms))
	for i := range n {
		p := pairs[i%len(pairs)]
		title := w.Departments[p%len(w.Departments)] + " – " + w.Forms[p/len(w.Departments)]
		if round := i / len(pairs); round > 0 {
			title += fmt.Sprintf(" (%d)", round+1)
		}
		all = append(all, title)
	}
	for i, at := range r.Perm(n)[:min(len(w.Special), n)] {
		all[at] = w.Special[i]
	}
	return all
}
