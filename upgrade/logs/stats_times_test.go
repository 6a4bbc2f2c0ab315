package logs

import (
	"strings"
	"testing"
)

func TestStatsTellFirstAndLastTimeAlthoughTheOutermostRecordsHaveNone(t *testing.T) {
	rec := func(sec, extra string) string {
		return `{"type":"liberty_message","message":"m","loglevel":"INFO","ibm_stackTrace":"` + extra + `","ibm_datetime":"2021-10-18T14:50:` + sec + `.159-0400"}` + "\n"
	}
	long := strings.Repeat("x", 20_000)
	for name, text := range map[string]string{
		"an application's objects around":  `{"level":"INFO","message":"a"}` + "\n" + rec("01", "") + rec("02", "") + `{"level":"INFO","message":"z"}` + "\n",
		"the last line is not whole":       rec("01", "") + rec("02", "") + `{"type":"liberty_message","message":"cut in the`,
		"the time stands far in a line":    rec("01", long) + rec("02", long),
		"both, and a long line at the end": `{"message":"` + long + `"}` + "\n" + rec("01", long) + rec("02", "") + `{"message":"` + long,
	} {
		st, err := Stats(t.Context(), Options{}, writeTemp(t, "messages.log", text))
		must(t, err)
		if first, last := st.First.String(), st.Last.String(); first != "2021-10-18T14:50:01.159-04:00" || last != "2021-10-18T14:50:02.159-04:00" {
			t.Errorf("%s: from %q to %q", name, first, last)
		}
	}
}
