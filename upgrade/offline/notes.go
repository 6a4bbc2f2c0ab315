package offline

import (
	"html"
	"net/url"
	"slices"
	"strings"
	"time"
)

// VoltConfig is the database that holds Domino Leap's settings, one document each. Springboard neither reads nor writes it.
const VoltConfig = "VoltConfig.nsf"

// NotesPhase is when a task is due.
type NotesPhase string

// The phases: at offline begin, at its end, and whenever somebody asked for a setting.
const (
	NotesBegin NotesPhase = "begin"
	NotesEnd   NotesPhase = "end"
	NotesSet   NotesPhase = "set"
)

// NotesOp is what is done with a setting.
type NotesOp string

// What is done.
const (
	NotesValue NotesOp = "set"
	NotesOff   NotesOp = "off" // disabled: as if it stood nowhere
)

// NotesProof is how a change shows from outside.
type NotesProof string

// The proofs. NotesWord is none: the change does not show.
const (
	NotesDirect   NotesProof = "direct"
	NotesNotice   NotesProof = "notice"
	NotesPublic   NotesProof = "public"
	NotesNoNotice NotesProof = "no-notice"
	NotesWord     NotesProof = "word"
)

// The settings that being offline is about, by their names in VoltConfig.nsf.
const (
	notesServerURI = "serverURI"
	notesNotice    = "InfoEntryPoint.dailyInfo"
	notesStats     = "appStats.timerEnabled"
)

// NotesTask is a change that a person makes in VoltConfig.nsf with a Notes client and ticks by name.
type NotesTask struct {
	ID      string     `json:"id"` // phase and setting: begin.serverURI
	When    NotesPhase `json:"when"`
	Setting string     `json:"setting"` // its name in VoltConfig.nsf
	Op      NotesOp    `json:"op"`
	Value   string     `json:"value,omitempty"` // to be set
	Proof   NotesProof `json:"proof"`
	Asked   time.Time  `json:"asked"`
	Ticked  *NotesTick `json:"ticked,omitempty"` // nil: not done yet
}

// NotesTick is a person's word that a task was done, with what was seen from outside then.
type NotesTick struct {
	By     string    `json:"by"`
	At     time.Time `json:"at"`
	Was    string    `json:"was,omitempty"`     // what Setting Value held before
	WasOff bool      `json:"was_off,omitempty"` // the setting was disabled before
	Note   string    `json:"note,omitempty"`
	Proven bool      `json:"proven"` // seen from outside
	Says   string    `json:"says"`   // what was seen, or why nothing could be
	Next   string    `json:"next,omitempty"`
}

// NewNotesTask makes a task that is due.
func NewNotesTask(when NotesPhase, setting string, op NotesOp, value string, proof NotesProof, now time.Time) NotesTask {
	if op == NotesOff {
		value = ""
	}
	return NotesTask{ID: string(when) + "." + setting, When: when, Setting: setting, Op: op, Value: value, Proof: proof, Asked: now}
}

// NotesForBegin are the changes that keep users out of Domino Leap: the address, the notice where one is wanted, and the statistics when they would begin within
// the window.
func NotesForBegin(direct, notice string, statistics bool, now time.Time) []NotesTask {
	op := NotesOff
	if direct != "" {
		op = NotesValue
	}
	out := []NotesTask{NewNotesTask(NotesBegin, notesServerURI, op, direct, NotesDirect, now)}
	if notice = strings.Join(strings.Fields(notice), " "); notice != "" {
		out = append(out, NewNotesTask(NotesBegin, notesNotice, NotesValue, "<p><strong>"+html.EscapeString(notice)+"</strong></p>", NotesNotice, now))
	}
	if statistics {
		out = append(out, NewNotesTask(NotesBegin, notesStats, NotesValue, "false", NotesWord, now))
	}
	return out
}

// NotesForEnd are the changes that put back what was ticked at begin, the last one first. What nobody ticked was not changed and is not put back.
func NotesForEnd(begun []NotesTask, now time.Time) []NotesTask {
	var out []NotesTask
	for _, t := range slices.Backward(begun) {
		if t.When != NotesBegin || t.Ticked == nil {
			continue
		}
		op, proof := NotesValue, NotesWord
		if t.Ticked.WasOff {
			op = NotesOff
		}
		switch t.Setting {
		case notesServerURI:
			proof = NotesPublic
		case notesNotice:
			proof = NotesNoNotice
		}
		out = append(out, NewNotesTask(NotesEnd, t.Setting, op, t.Ticked.Was, proof, now))
	}
	return out
}

// NeedsFormer tells whether the value before has to be known: the end of being offline puts it back.
func (t NotesTask) NeedsFormer() bool { return t.When == NotesBegin }

// Look is what was seen at the two addresses; a nil one was not looked at.
type Look struct {
	Users, Administrator *Answer
	Public, Direct       string // addresses of the two
}

// Prove tells whether a task shows from outside. notice is the text that begin put on the login page.
func (t NotesTask) Prove(l Look, notice string) (proven bool, says, next string) {
	switch t.Proof {
	case NotesDirect:
		return proveDirect(l)
	case NotesPublic:
		if l.Users == nil {
			return false, "the users' address is not known", "Name it with --public."
		}
		saw, says := Recognise(*l.Users, Expect{})
		if saw == SawLeap || saw == SawLogin || saw == SawSSO {
			return true, "the users' address: " + says, ""
		}
		return false, "the users' address: " + says, adviceBack(saw)
	case NotesNotice, NotesNoNotice:
		return t.proveNotice(l, notice)
	case NotesWord:
	}
	return false, "it does not show from outside", ""
}

func proveDirect(l Look) (bool, string, string) {
	if l.Administrator == nil {
		return false, "the server's own address is not known", "Name it with --direct."
	}
	a := *l.Administrator
	saw, says := Recognise(a, Expect{})
	if saw != SawLeap && saw != SawLogin && saw != SawSetup {
		if l.Public != "" && a.Location != "" && sameHost(a.Location, l.Public) {
			return false, "the direct address sends to the users' address: " + a.Location, "serverURI still stands as it was, or was not read yet: restart task http, then tick again."
		}
		return false, "the direct address: " + says, adviceIn(saw)
	}
	if sameHost(l.Public, l.Direct) {
		return false, "users and the administrator have the same address, so that a look tells nothing of serverURI", "Name both with --public and --direct."
	}
	return true, "the direct address: " + says, ""
}

func (t NotesTask) proveNotice(l Look, notice string) (bool, string, string) {
	a, place := l.Administrator, "the direct address"
	if t.Proof == NotesNoNotice {
		a, place = l.Users, "the users' address"
	}
	if a == nil || a.Trouble != "" || a.Page == "" {
		return false, place + " shows no page on which the text could be seen", "Open it in a browser and look."
	}
	there := notice != "" && strings.Contains(a.Text, notice)
	switch {
	case there && t.Proof == NotesNotice:
		return true, "the text stands on the page at " + place, ""
	case !there && t.Proof == NotesNoNotice:
		return true, "the text does not stand on the page at " + place, ""
	case there:
		return false, "the text still stands on the page at " + place, "Wait two minutes, or restart task http; then tick again."
	}
	return false, "the text does not stand on the page at " + place, "Wait two minutes, or restart task http; then tick again. Domino's own login page does not show it."
}

// sameHost tells whether two addresses lead to the same host and port.
func sameHost(one, other string) bool {
	a, errA := url.Parse(one)
	b, errB := url.Parse(other)
	return errA == nil && errB == nil && a.Host != "" && strings.EqualFold(a.Host, b.Host)
}
