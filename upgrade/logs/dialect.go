package logs

import "bytes"

// dialect is what the reader must know of a format: which lines begin a record, and how the record is taken apart.
type dialect interface {
	format() Format
	// begins gives the level letter when the line begins a record, 0 when it belongs to the record before. line is without its end, in UTF-8 or
	// an encoding that agrees with ASCII.
	begins(line []byte) byte
	// parse fills the record from its first line.
	parse(r *Record, first string)
}

// finisher is a dialect whose records can only be read when all their lines are there.
type finisher interface{ finish(r *Record) }

// splitter is a dialect in which several records may stand on one line. split gives the length of the part that is a line of its own.
type splitter interface{ split(line []byte) int }

// headed is a dialect with lines that tell of the server and belong to no record.
type headed interface {
	// header tells whether the line is one that stands before records; start tells that it is the first of them.
	header(line []byte) (is, start bool)
}

// productOf gives what the first line of a header without asterisks tells of the server.
func productOf(d dialect, line []byte) []byte {
	if p, ok := d.(interface{ product(line []byte) []byte }); ok {
		line = p.product(line)
	}
	return bytes.TrimSpace(line)
}

// preambled is a dialect in which all lines between a start and the first record tell of the server.
type preambled interface{ preamble() }

// dialects in the order in which they are tried; of two with equally many records the first wins.
func dialects() []dialect {
	return []dialect{
		bracketed{layoutEnhanced, LibertyTrace}, bracketed{layoutWide, Liberty}, bracketed{layoutAdvanced, WASAdvanced}, bracketed{layoutBasic, WASBasic},
		jsonLines{}, consoleLines{}, cbeEvents{}, eclipseLog{}, dominoConsole{}, febEvents{},
	}
}

// dialectOf finds the dialect of a format.
func dialectOf(f Format) dialect {
	if f == WASTrace {
		return bracketed{layoutBasic, WASTrace}
	}
	for _, d := range dialects() {
		if d.format() == f {
			return d
		}
	}
	return plain{}
}

// plain is text in which no record can be told.
type plain struct{}

func (plain) format() Format        { return Unrecognised }
func (plain) begins([]byte) byte    { return 0 }
func (plain) parse(*Record, string) {}
