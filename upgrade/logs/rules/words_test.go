package rules

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// TestWordsAreFoundAsOneByOne: for random texts that are put together of pieces of words, the same rules have a word in it as when each word is looked for by itself.
func TestWordsAreFoundAsOneByOne(t *testing.T) {
	words := []string{"upgrade", "upgraded", "grade", "de", "e", "out of memory", "memory", "ém", "fspdi5", "sql0964c", "aa", "aaa"}
	rnd := rand.New(rand.NewPCG(1, 2))
	hits := 0
	for range 3000 {
		var all []*Rule
		for range 1 + rnd.IntN(130) {
			r := &Rule{}
			for range rnd.IntN(3) {
				r.words = append(r.words, []byte(words[rnd.IntN(len(words))]))
			}
			all = append(all, r)
		}
		var text strings.Builder
		for range rnd.IntN(8) {
			w := words[rnd.IntN(len(words))]
			at := rnd.IntN(len(w))
			text.WriteString(w[at : at+rnd.IntN(len(w)-at+1)])
		}
		found := newWordFinder(all).in([]byte(text.String()), len(all))
		for i, r := range all {
			want := false
			for _, w := range r.words {
				want = want || bytes.Contains([]byte(text.String()), w)
			}
			if want {
				hits++
			}
			if found.has(i) != want {
				t.Fatalf("rule %d with the words %s in %q: %t, it should be %t", i, fmt.Sprintf("%q", r.words), text.String(), found.has(i), want)
			}
		}
	}
	if hits < 1000 {
		t.Errorf("only %d words were there to be found", hits)
	}
}

func TestATextIsLoweredAsTheStandardLibraryDoes(t *testing.T) {
	for _, text := range []string{"", "Java Heap SPACE [x]@{Z}", "JAVA ÄÖÜ HEAP", "ÄJAVA", "java İ \xff\xfe HEAP", "ＦＵＬＬ"} {
		if got, want := lower(text), bytes.ToLower([]byte(text)); !bytes.Equal(got, want) {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
	}
}
