package apps

import (
	"context"
	"errors"
	"testing"
)

type lookFunc func(uid string) (Entry, bool, error)

func (f lookFunc) Look(_ context.Context, uid string) (Entry, bool, error) { return f(uid) }

func TestApplicationThatAStaleListLacksIsAskedFor(t *testing.T) {
	entries := census(5)
	asked := 0
	got, err := Confirm(t.Context(), entries, entries[:3], lookFunc(func(uid string) (Entry, bool, error) {
		if uid == entries[3].UID {
			asked++
			return entries[3], true, nil
		}
		return Entry{}, false, nil
	}))
	if err != nil || len(got) != 4 || got[3].UID != entries[3].UID || asked != 1 {
		t.Errorf("%v %v, asked %d", got, err, asked)
	}
	if facts := ListFacts(entries, Snapshot{Entries: got}); len(facts) != 1 || facts[0].UID != entries[4].UID {
		t.Errorf("%+v", facts)
	}
	down := errors.New("down")
	if got, err := Confirm(t.Context(), entries, nil, lookFunc(func(string) (Entry, bool, error) { return Entry{}, false, down })); !errors.Is(err, down) || got != nil {
		t.Errorf("%v %v", got, err)
	}
}
