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

func TestRealLogsTellWhatIsKnownOfThem(t *testing.T) {
	dir := corpus(t)
	for _, c := range []struct {
		file, encoding, order, trace string
		starts                       int
	}{
		{"was/una-tapa__twas-certauth-env__SystemOut.log", "UTF-8", "mdy", "*=info:com.ibm.ws.security.*=all:com.ibm.websphere.security.*=all", 2},
		{"was/una-tapa__twas-certauth-env__startServer.log", "UTF-8", "mdy", "*=info", 2},
		{"liberty/SunBear1__Shipyard__messages.log", "windows-1250", "dmy", "", 1},
		{"liberty/tejc999999__spring-boot-jc-te-test__messages.log", "Shift_JIS", "ymd", "", 1},
		{"liberty/prefeiturasp__bussolasaude__messages.log", "UTF-8", "dmy", "", 1},
		{"liberty/victor-microgestion__back-oauth__messages.log", "UTF-8", "mdy", "*=info:com.ibm.ws.security.*=all", 1},
		{"liberty/taoliult__daytrader7-fips-env-setup__messages.log", "UTF-8", "ymd",
			"*=event:com.ibm.websphere.ssl.*=all:com.ibm.ws.ssl.*=all:com.ibm.wsspi.ssl.*=all:logservice=all", 1},
		{"domino/ubuntuforums__domino8.0__console_EXCERPT_de-DE.log", "UTF-8", "dmy", "", 1},
	} {
		s, err := Stats(t.Context(), Options{}, filepath.Join(dir, c.file))
		if err != nil {
			t.Fatal(err)
		}
		if s.Encoding != c.encoding || s.Order != c.order || s.TraceState != c.trace || len(s.Starts) != c.starts {
			t.Errorf("%s: %s %s %q %d starts, want %s %s %q %d", c.file, s.Encoding, s.Order, s.TraceState, len(s.Starts), c.encoding, c.order, c.trace, c.starts)
		}
	}
}

func TestTwoRealRotatedFilesAreOneLog(t *testing.T) {
	dir := corpus(t)
	second := filepath.Join(dir, "was/aymounovich20__XSLXToXLSConverter__SystemOut_23.03.03_14.28.48.log")
	first := filepath.Join(dir, "was/aymounovich20__XSLXToXLSConverter__SystemOut_23.03.03_14.28.47.log")
	s, err := Stats(t.Context(), Options{}, second, first)
	if err != nil {
		t.Fatal(err)
	}
	if s.Records != 291+295 || len(s.Starts) != 1 || len(s.Gaps) != 0 || s.Files[0].Path != first {
		t.Errorf("%d records %d starts %d gaps, first %s", s.Records, len(s.Starts), len(s.Gaps), s.Files[0].Path)
	}
	compareSlow(t, s, first, second)
}
