package osfs

import "unsafe"

// hugePage is the size of a page that a processor's table needs one entry for, and a disk's list of what to transfer one piece, where a system has such
// pages: 2 MB on x86-64 and most of arm64. Memory in small pages gives a disk 256 pieces a megabyte; a virtual one read a third as fast from it.
const hugePage = 2 << 20

// Buffer gives n bytes that begin at a page, a huge one where n fills it.
func (FS) Buffer(n int) []byte {
	align := block
	if n >= hugePage {
		align = hugePage
	}
	raw := make([]byte, n+align)
	skip := (align - int(uintptr(unsafe.Pointer(&raw[0]))%uintptr(align))) % align
	buf := raw[skip : skip+n : skip+n]
	if whole := n / hugePage * hugePage; whole > 0 {
		adviseHuge(buf[:whole])
	}
	return buf
}
