// Package logs reads the logs of the servers below Leap and Domino Leap: it recognises the format and the encoding by itself, puts a stack trace
// with its record, reads a log and its rotated siblings as one stream, and counts, filters and searches records.
//
// Its parts: stamp (times as the servers write them), charset (encodings), rules (what a record means: failed, upgraded, started),
// follow (the living log through every rotation), recording (every byte kept in the run), index (random access for a window).
//
// Nothing here trusts a time stamp: the order of records is the order of the file.
package logs
