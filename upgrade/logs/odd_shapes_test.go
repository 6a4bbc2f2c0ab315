package logs

import (
	"fmt"
	"strings"
	"testing"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"

	"github.com/springboard-leap/springboard/upgrade/logs/charset"
)

// inBrief gives each record of a log in a few words, and its starts.
func inBrief(t *testing.T, name, text string) (records, starts []string) {
	t.Helper()
	file := writeTemp(t, name, text)
	src, err := Open(t.Context(), Options{Join: true}, file)
	must(t, err)
	defer src.Close()
	for r, err := range src.Records(t.Context(), nil) {
		must(t, err)
		b := brief(r)
		records = append(records, fmt.Sprintf("%s %s +%d %s", b.Level, b.Text, b.Trace, b.Causes))
	}
	s, err := Stats(t.Context(), Options{}, file)
	must(t, err)
	for _, st := range s.Starts {
		starts = append(starts, fmt.Sprintf("%d %s", st.Line, st.Product))
	}
	return records, starts
}

func expectTold(t *testing.T, what string, got []string, want ...string) {
	t.Helper()
	if g, w := strings.Join(got, "\n"), strings.Join(want, "\n"); g != w {
		t.Errorf("%s:\n%s\nwant\n%s", what, g, w)
	}
}

func TestADominoBannerBehindAProcessIsAStartAndNoPartOfARecord(t *testing.T) {
	const a, b = "[007577:000002-00007F621246D700] ", "[008888:000002-00007F621246D700] "
	records, starts := inBrief(t, "console.log", a+"\n"+a+"HCL Domino (r) Server (64 Bit), Release 12.0.1 for Linux, November 03, 2021\n"+
		a+"Copyright (c) 1987, 2021 HCL America Inc. All Rights Reserved.\n"+a+"20.03.2022 07:36:41   Server started on physical node x\n"+
		a+"20.03.2022 07:36:42   HTTP Server: Error - Unable to bind port 80\n"+
		b+"HCL Domino (r) Server (64 Bit), Release 12.0.2 for Linux, November 03, 2022\n"+b+"20.03.2022 08:36:41   Server started on physical node x\n")
	expectTold(t, "records", records, "I Server started on physical node x +0 ", "E HTTP Server: Error - Unable to bind port 80 +0 ", "I Server started on physical node x +0 ")
	expectTold(t, "starts", starts, "2 HCL Domino (r) Server (64 Bit), Release 12.0.1 for Linux, November 03, 2021", "6 HCL Domino (r) Server (64 Bit), Release 12.0.2 for Linux, November 03, 2022")
}

// TestADominoClockOfTwelveHoursIsReadInEveryLanguage: the server takes the words of its operating system.
func TestADominoClockOfTwelveHoursIsReadInEveryLanguage(t *testing.T) {
	for _, clock := range []string{"03:36:42 PM  ", "03:36:42 pm  ", "03:36:42 p.m.  ", "03:36:42 p. m.  ", "03:36:42 p.\u00a0m.  ", "오후 03:36:42   ", "下午 03:36:42   ", "15:36:42   "} {
		for _, prefix := range []string{"", "[0DB4:000E-0F14] "} {
			text := prefix + "20/03/2022 " + clock + "Event Monitor started\n" + prefix + "20/03/2022 " + clock + "printing a list\n"
			s, err := Stats(t.Context(), Options{}, writeTemp(t, "console.log", text))
			must(t, err)
			if s.Format != DominoConsole || s.First.String() != "2022-03-20T15:36:42.000" {
				t.Errorf("%q: %s, %s", prefix+clock, s.Format, s.First)
			}
			records, _ := inBrief(t, "console.log", text)
			expectTold(t, clock, records, "I Event Monitor started +0 ", "I printing a list +0 ")
		}
	}
}

func TestWhatEclipseTellsBelowAnEntryIsNoCauseOfIt(t *testing.T) {
	const below = "!SUBENTRY 1 b 2 0 2022-03-20 07:36:43.450\n!MESSAGE below\n!STACK 0\na.b.BelowException: z\n\tat a.B.c(B.java:9)\n"
	records, starts := inBrief(t, ".log", "!SESSION 2022-03-20 07:36:42.100 -----------------\njava.version=1.8\n\n"+
		"!ENTRY a 4 0 2022-03-20 07:36:43.450\n!MESSAGE first\n!STACK 0\na.b.XException: x\n\tat a.B.c(B.java:1)\nCaused by: a.b.YException: y\n\t... 4 more\n"+below+
		"!ENTRY a 4 0 2022-03-20 07:36:44.450\n!MESSAGE second\n"+below)
	expectTold(t, "records", records, "E first +8 a.b.XException: x(1+0) <- a.b.YException: y(0+4)", "E second +4 a.b.BelowException: z(1+0)")
	expectTold(t, "starts", starts, "1 Eclipse session 2022-03-20 07:36:42.100")
}

func TestTheTextOfAnEventThatIsCutIsItsFirstLine(t *testing.T) {
	records, _ := inBrief(t, "error-log-0.xml", `<CommonBaseEvent creationTime="2022-03-20T06:36:42.850Z" msg="CLFMW0029E: one&#10;two" severity="50"><extendedDataElements name="Comm`)
	expectTold(t, "records", records, "E CLFMW0029E: one +1 ")
}

func TestAnAdvancedRecordIsToldWhereverItsLetterIsPadded(t *testing.T) {
	for _, letter := range []string{"> UOW=", " > UOW=", ">  UOW=", "  >   UOW=", " > source="} {
		records, _ := inBrief(t, "trace.log", "[26/10/21 10:29:25:011 EDT] 00000073 "+letter+" source=a.b.C class=a.b.C method=run org=IBM prod=WebSphere component=X thread=[main]\n          Entry\n")
		expectTold(t, letter, records, "> Entry +0 ")
	}
	records, _ := inBrief(t, "trace.log", "[26/10/21 10:29:25:011 EDT] 00000073 >         UOW= source=a.b.C\n          Entry\n")
	expectTold(t, "far away", records)
}

// TestTheZoneTellsTheEncodingWhereNoHeaderDoes: WebSphere's header has no locale.
func TestTheZoneTellsTheEncodingWhereNoHeaderDoes(t *testing.T) {
	for _, c := range []struct{ encoding, stamp, text string }{
		{"EUC-KR", "18. 6. 14 10:11:12:123 KST", "시작 추적 상태"},
		{"Big5", "2018/6/14 10:11:12:123 CST", "未捕捉的異常狀況"},
		{"GBK", "18-6-14 10:11:12:123 CST", "未捕获的异常"},
		{"Shift_JIS", "18/06/14 10:11:12:123 JST", "サーブレットの例外"},
		{"UTF-8", "18. 6. 14 10:11:12:123 KST", "시작 추적 상태"},
	} {
		data := []byte(c.text)
		cs, _ := charset.ByName(c.encoding)
		if enc := encodings[c.encoding]; enc != nil {
			var err error
			data, err = enc.NewEncoder().Bytes(data)
			must(t, err)
		}
		head := "[" + c.stamp + "] 00000001 ManagerAdmin  I   TRAS0017I: "
		file := writeTemp(t, "SystemOut.log", head+string(data)+"\n")
		src, err := Open(t.Context(), Options{}, file)
		must(t, err)
		for r, err := range src.Records(t.Context(), nil) {
			must(t, err)
			if r.Text != "TRAS0017I: "+c.text || src.Profile().Encoding != cs.Name() {
				t.Errorf("%s was taken for %s: %q", c.encoding, src.Profile().Encoding, r.Text)
			}
		}
		must(t, src.Close())
	}
}

var encodings = map[string]encoding.Encoding{"EUC-KR": korean.EUCKR, "Big5": traditionalchinese.Big5, "GBK": simplifiedchinese.GBK, "Shift_JIS": japanese.ShiftJIS}
