package settings

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func TestPatchMakesTheNewFileOfTheOldOne(t *testing.T) {
	patch, err := exec.LookPath("patch")
	if err != nil {
		t.Skip("no patch(1) here: diffs are not applied")
	}
	r := rand.New(rand.NewPCG(5, 6))
	for range 60 {
		before := randomLines(r, nil)
		after := randomLines(r, before)
		file := filepath.Join(t.TempDir(), "f")
		if err := os.WriteFile(file, []byte(strings.Join(before, "")), 0o600); err != nil {
			t.Fatal(err)
		}
		diff := Diff(file, []byte(strings.Join(before, "")), []byte(strings.Join(after, "")))
		if diff == "" {
			continue
		}
		cmd := exec.Command(patch, "-s", "--posix", file)
		cmd.Stdin = strings.NewReader(diff)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v %s\n%s", err, out, diff)
		}
		got, err := os.ReadFile(file)
		if err != nil || string(got) != strings.Join(after, "") {
			t.Fatalf("%q, want %q\n%s", got, after, diff)
		}
	}
}

// randomLines makes a file, or edits one.
func randomLines(r *rand.Rand, from []string) []string {
	if from == nil {
		for i := range 1 + r.IntN(40) {
			from = append(from, fmt.Sprintf("key%d=%d\n", i%9, r.IntN(3)))
		}
		return from
	}
	out := []string{}
	for _, line := range from {
		switch r.IntN(12) {
		case 0:
			continue
		case 1:
			out = append(out, "new=1\n")
		case 2:
			line = "changed=1\n"
		}
		out = append(out, line)
	}
	if n := len(out); n > 0 && r.IntN(4) == 0 {
		out[n-1] = strings.TrimSuffix(out[n-1], "\n")
	}
	return out
}

func TestOneChangeInALargeFileIsShownWithItsLines(t *testing.T) {
	var b strings.Builder
	for i := range 2 * diffLimit {
		fmt.Fprintf(&b, "key%d=value\n", i)
	}
	d := Diff("f", []byte(b.String()), []byte(strings.Replace(b.String(), "key15000=value", "key15000=other", 1)))
	if !strings.Contains(d, "@@ -14998,7 +14998,7 @@\n key14997=value\n") || !strings.Contains(d, "+key15000=other\n") {
		t.Error(d)
	}
}

func TestTooManyDifferentLinesAreToldInWords(t *testing.T) {
	d := Diff("f", []byte(strings.Repeat("a=1\n", 30_000)), []byte(strings.Repeat("b=1\n", 30_000)))
	if !strings.Contains(d, "@@ lines 1 to 30000 are replaced by 30000 lines @@") {
		t.Error(d[:200])
	}
}
