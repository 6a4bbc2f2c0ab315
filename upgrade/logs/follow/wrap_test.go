package follow

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

// over is a server that writes lines of one length over its log in place.
type over struct {
	*server
	pen int64
}

func (o *over) lines(n int) {
	o.t.Helper()
	var b strings.Builder
	for range n {
		o.n++
		text := fmt.Sprintf("message %07d", o.n)
		fmt.Fprintf(&b, "[11/23/26 21:%02d:%02d:%03d CET] 000000a3 Demo          I   %s\n", o.n/60000%60, o.n/1000%60, o.n%1000, text)
		o.want = append(o.want, text)
	}
	f, err := os.OpenFile(o.path, os.O_CREATE|os.O_WRONLY, 0o600)
	o.must(err)
	_, err = f.WriteAt([]byte(b.String()), o.pen)
	o.must(err)
	o.must(f.Close())
	o.pen += int64(b.Len())
}

func (o *over) wrap() { o.pen = 0 }

// A reader that comes late by more than it compares at once finds the pen by hashes of blocks. Of the block with the pen it does not know how far it goes.
func TestAReaderThatComesFarBehindThePenLosesNothingWhileTheServerWritesOn(t *testing.T) {
	const round = 40 * aheadSize / 1024 // lines of about 70 bytes: three times what is compared at once
	o := &over{server: newServer(t)}
	steps := []func(){func() { o.lines(round) }, func() {}, func() { o.wrap(); o.lines(10) }, func() {}, func() { o.lines(round * 2 / 3) }}
	for range 20 {
		steps = append(steps, func() { o.lines(3) })
	}
	l := o.run(Options{From: Oldest}, 5, steps...)
	if len(o.want)-len(l.texts) == 1 { // the last line may end as what stood there before
		o.want = o.want[:len(l.texts)]
	}
	o.check(l, 0)
}

func TestTheEndOfARoundThatCannotBeToldIsAGap(t *testing.T) {
	const round = 40 * aheadSize / 1024
	for _, late := range []int{1, 50} { // lines of the round that were read before its rest came at once
		o := &over{server: newServer(t)}
		l := o.run(Options{From: Oldest}, 5, func() { o.lines(round) }, func() {}, func() { o.wrap(); o.lines(late) }, func() {}, func() { o.lines(round - late) }, func() {},
			func() { o.wrap(); o.lines(20) }, func() { o.lines(20) })
		if len(l.gaps) != 1 || !strings.Contains(l.gaps[0], "cannot be told") {
			t.Errorf("gaps %q", l.gaps)
		}
		missing := 0
		for _, want := range o.want {
			if !slices.Contains(l.texts, want) {
				missing++
			}
		}
		if missing == 0 || missing > 512/70+1 || len(l.texts)+missing != len(o.want) {
			t.Errorf("%d missing, %d read of %d", missing, len(l.texts), len(o.want))
		}
	}
}
