package logs

import (
	"bytes"

	"github.com/springboard-leap/springboard/upgrade/logs/charset"
)

// xmlProlog are the beginnings of the lines that stand before the first event of a log in XML.
var xmlProlog = [][]byte{[]byte("<?xml "), []byte("<CommonBaseEvents>")}

// HeaderEnd gives where what a server writes at the beginning of each of its files ends; 0 when there is nothing of the kind. head is the beginning of a
// file. whole is false when the header goes on behind head. All files of one server begin with the same header: that two files begin alike proves nothing
// as far as this offset.
func HeaderEnd(head []byte) (end int, whole bool) {
	if len(head) == 0 {
		return 0, false
	}
	_, begin := charset.BOM(head)
	for _, line := range xmlProlog {
		if rest := head[begin:]; bytes.HasPrefix(rest, line) {
			n := bytes.IndexByte(rest, '\n')
			if n < 0 {
				return len(head), false
			}
			begin += n + 1
			end = begin
		}
	}
	if end > 0 {
		return end, true
	}
	a := NewAssembler(Profile{Format: WASBasic, Encoding: charset.Detect("", head).Name()}, nobody{})
	a.onlyHeader = true
	a.Open("", 0, 0)
	a.Feed(head)
	switch {
	case a.head.kind != noHeader:
		return len(head), false
	case a.headEnd > 0:
		return int(a.headEnd), true
	}
	return 0, !bytes.HasPrefix(head[begin:], []byte("***")) || bytes.IndexByte(head, '\n') >= 0
}
