package cli

import (
	"io"
	"math"
	"os"
)

// outputKind is what standard output is. It stays so while the program runs.
type outputKind int

const (
	otherOutput outputKind = iota // a terminal, a socket
	fileOutput                    // takes everything, and can be read again
	pipeOutput                    // takes what its reader has room for
)

func kindOf(w io.Writer) outputKind {
	o, ok := w.(*oneByOne)
	if !ok || o.file() == nil {
		return otherOutput
	}
	info, err := o.file().Stat()
	switch {
	case err != nil:
		return otherOutput
	case info.Mode().IsRegular():
		return fileOutput
	case info.Mode()&os.ModeNamedPipe != 0:
		return pipeOutput
	}
	return otherOutput
}

// Collected implements wire.Output.
func (w *watching) Collected() []byte { return w.collect.Bytes() }

// Flush implements wire.Output.
func (w *watching) Flush() error {
	_, err := w.out.Write(w.collect.Bytes())
	w.collect.Reset()
	return err
}

// File implements wire.Output: standard output, when it is a file.
func (w *watching) File() *os.File {
	if w.kind != fileOutput {
		return nil
	}
	o, _ := w.out.(*oneByOne)
	return o.file()
}

// Room implements wire.Output. A terminal does not tell how much it takes.
func (w *watching) Room() int {
	switch o, ok := w.out.(*oneByOne); {
	case !ok:
		return 0
	case w.kind == fileOutput:
		return math.MaxInt
	case w.kind == pipeOutput:
		return roomInPipe(o.file())
	}
	return 0
}
