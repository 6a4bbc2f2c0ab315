package settings

import (
	"errors"
	"strings"
	"testing"

	"github.com/springboard-leap/springboard/upgrade"
)

func TestAConflictShowsBothSidesAndTheKeysThatBothChanged(t *testing.T) {
	s, m := newStore()
	set := upgrade.Edit{File: theFile, Op: upgrade.EditSet, Key: uriKey, Value: "http://ours"}
	p := plan(t, m, set)
	m.files[theFile] = []byte(strings.Replace(oldText, "https://leap.example.com/apps", "http://theirs", 1) + "added=1\n")
	_, err := s.Apply(t.Context(), p)
	var c *Conflict
	if faultCode(err) != "SB-5011" || !errors.As(err, &c) {
		t.Fatalf("%v", err)
	}
	if len(c.Both) != 1 || c.Both[0] != uriKey || !strings.Contains(c.Ours, "+"+uriKey+" = http://ours") || !strings.Contains(c.Theirs, "+"+uriKey+" = http://theirs\n+added=1") {
		t.Errorf("%+v", c)
	}
	again, err := Replan(t.Context(), m, p)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Apply(t.Context(), again); err != nil {
		t.Fatal(err)
	}
	if got := string(m.files[theFile]); !strings.Contains(got, "http://ours") || !strings.Contains(got, "added=1") {
		t.Errorf("%q", got)
	}
}

func TestChangesThatDoNotTouchEachOtherAreToldApart(t *testing.T) {
	s, m := newStore()
	p := plan(t, m, upgrade.Edit{File: theFile, Op: upgrade.EditComment, Key: uriKey})
	m.files[theFile] = append(m.files[theFile], "other=1\n"...)
	_, err := s.Apply(t.Context(), p)
	var c *Conflict
	if !errors.As(err, &c) || len(c.Both) != 0 {
		t.Errorf("%v %+v", err, c)
	}
}

func TestEachNodeHasItsOwnOutcome(t *testing.T) {
	s, m := newStore()
	const second = "/n2/Leap_config.properties"
	m.files[second] = []byte(oldText)
	p := plan(t, m,
		upgrade.Edit{File: theFile, Op: upgrade.EditComment, Key: uriKey},
		upgrade.Edit{File: second, Op: upgrade.EditComment, Key: uriKey})
	m.files[theFile] = []byte("changed=1\n")
	out := s.ApplyEach(t.Context(), p)
	if len(out) != 2 || faultCode(out[0].Err) != "SB-5011" || out[0].Record != nil {
		t.Errorf("%+v", out)
	}
	if out[1].Err != nil || out[1].Record == nil || string(m.files[second]) != "#"+oldText {
		t.Errorf("%+v", out[1])
	}
}
