package shell

import (
	"errors"
	"sync"

	"fyne.io/fyne/v2"

	"github.com/springboard-leap/springboard/ui/kit"
)

// errDeclined is the answer when a person would not say.
var errDeclined = errors.New("nothing was entered")

// asking holds the questions that were declined: what looks at the server in the background must not ask again and again.
type asking struct {
	mu       sync.Mutex
	declined map[string]bool
}

func (a *asking) forget() {
	a.mu.Lock()
	a.declined = map[string]bool{}
	a.mu.Unlock()
}

func (a *asking) was(what string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.declined[what]
}

func (a *asking) decline(what string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.declined == nil {
		a.declined = map[string]bool{}
	}
	a.declined[what] = true
}

// Ask asks the person for a user name or a password and waits for the answer. It is called on an engine's goroutine, never on Fyne's. What was
// declined is asked again after F5 only.
func (s *Shell) Ask(what string, echo bool) (string, error) {
	if s.asking.was(what) {
		return "", errDeclined
	}
	type answer struct {
		text string
		err  error
	}
	got := make(chan answer, 1)
	s.scope.Do(func() {
		body := kit.NewPara("It is used for this window only and is neither written nor shown.", kit.Body)
		if echo {
			body = kit.NewPara("It names the account that is used for this window.", kit.Body)
		}
		kit.ShowGate(s.cfg.Window.Canvas(), kit.Gate{Title: "Sign in", Body: fyne.CanvasObject(body), Fields: []kit.Field{{Label: what,
			Required: true, Secret: !echo}}, Confirm: "Go on",
			OnGo: func(values []string) { got <- answer{text: values[0]} },
			OnKeep: func() {
				s.asking.decline(what)
				got <- answer{err: errDeclined}
			}})
	})
	select {
	case a := <-got:
		return a.text, a.err
	case <-s.scope.Context().Done():
		return "", errDeclined
	}
}
