package logs

import (
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

func TestRealLogsHaveAsManyRecordsAsLinesThatBeginOne(t *testing.T) {
	for _, file := range corpusLogs(t) {
		t.Run(filepath.Base(file), func(t *testing.T) {
			text := read(t, file)
			s, err := Stats(t.Context(), Options{}, file)
			if err != nil {
				t.Fatal(err)
			}
			want, levels := referenceCount(s.Format, text)
			if s.Records != want || want == 0 {
				t.Errorf("%s: %d records, the reference finds %d", s.Format, s.Records, want)
			}
			if len(levels) > 0 && !reflect.DeepEqual(levels, s.ByLevel) {
				t.Errorf("levels %v, the reference finds %v", s.ByLevel, levels)
			}
			lines := int64(strings.Count(text, "\n"))
			if !strings.HasSuffix(text, "\n") {
				lines++
			}
			if s.Lines != lines || s.Bytes != int64(len(text)) {
				t.Errorf("%d lines %d bytes, want %d %d", s.Lines, s.Bytes, lines, len(text))
			}
			compareSlow(t, s, file)
		})
	}
}

// compareSlow reads the records one by one and compares with what counting by blocks found.
func compareSlow(t *testing.T, s *Statistics, files ...string) {
	t.Helper()
	src, err := Open(t.Context(), Options{}, files...)
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	if len(src.streams) != 1 {
		t.Fatalf("%d logs", len(src.streams))
	}
	slow, err := src.streams[0].countSlowly(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if slow.Records != s.Records || slow.Lines != s.Lines || slow.Bytes != s.Bytes || slow.Orphans != s.Orphans || slow.TraceState != s.TraceState {
		t.Errorf("fast: %d records %d lines %d bytes %d orphans trace %q\nslow: %d records %d lines %d bytes %d orphans trace %q",
			s.Records, s.Lines, s.Bytes, s.Orphans, s.TraceState, slow.Records, slow.Lines, slow.Bytes, slow.Orphans, slow.TraceState)
	}
	if !reflect.DeepEqual(slow.ByLevel, s.ByLevel) {
		t.Errorf("levels fast %v slow %v", s.ByLevel, slow.ByLevel)
	}
	if len(slow.Starts)+len(s.Starts) > 0 && !reflect.DeepEqual(slow.Starts, s.Starts) {
		t.Errorf("starts\nfast %+v\nslow %+v", s.Starts, slow.Starts)
	}
	if slow.First.String() != s.First.String() || slow.Last.String() != s.Last.String() {
		t.Errorf("from %v to %v, slow from %v to %v", s.First, s.Last, slow.First, slow.Last)
	}
}
