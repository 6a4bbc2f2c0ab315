package lazyregexp

import "testing"

func TestABadExpressionPanicsOnFirstUseOnly(t *testing.T) {
	r := New("(")
	if r.String() != "(" {
		t.Error("not the text")
	}
	defer func() {
		if recover() == nil {
			t.Error("it compiled")
		}
	}()
	r.MatchString("x")
}

func TestItMatchesAsRegexpDoes(t *testing.T) {
	r := New(`(\w+)=(\d+)`)
	if m := r.FindStringSubmatch("a=1 b=2"); len(m) != 3 || m[2] != "1" {
		t.Errorf("%v", m)
	}
	if all := r.FindAllString("a=1 b=2", -1); len(all) != 2 {
		t.Errorf("%v", all)
	}
	if got := r.ReplaceAllString("a=1", "$2=$1"); got != "1=a" {
		t.Errorf("%q", got)
	}
}
