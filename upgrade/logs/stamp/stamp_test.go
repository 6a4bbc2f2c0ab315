package stamp

import (
	"testing"
	"time"
)

func TestEveryShapeOfAStampIsRead(t *testing.T) {
	for _, c := range []struct {
		text, want string
		order      Order
	}{
		{"5/21/14 22:51:37:095 PDT", "2014-05-21T22:51:37.095", MDY},
		{"17/04/14 13:49:12:503 EDT", "2014-04-17T13:49:12.503", DMY},
		{"18/03/04 16:30:24:662 JST", "2018-03-04T16:30:24.662", YMD},
		{"2/12/25, 14:34:37:224 ART", "2025-02-12T14:34:37.224", MDY},
		{"24.10.2022, 23:13:40:517 CEST", "2022-10-24T23:13:40.517", DMY},
		{"2022-06-09, 13:03:03:918 PDT", "2022-06-09T13:03:03.918", YMD},
		{"2024-01-31T10:15:03.412+0000", "2024-01-31T10:15:03.412Z", YMD},
		{"2021-10-18T14:50:58.159-0400", "2021-10-18T14:50:58.159-04:00", YMD},
		{"2008-02-24T12:48:29.850-08:00", "2008-02-24T12:48:29.850-08:00", YMD},
		{"15-11-3 0:07:36:003 GMT+08:00", "2015-11-03T00:07:36.003+08:00", YMD},
		{"5/10/20 3:09:01:349 UTC", "2020-05-10T03:09:01.349Z", MDY},
		{"11/25/2008 07:21:55 AM", "2008-11-25T07:21:55.000", MDY},
		{"11/25/2008 12:21:55 AM", "2008-11-25T00:21:55.000", MDY},
		{"11/25/2008 12:21:55 PM", "2008-11-25T12:21:55.000", MDY},
		{"08.02.2008 15:47:40", "2008-02-08T15:47:40.000", DMY},
		{"2015-04-24 09:20:02.450", "2015-04-24T09:20:02.450", YMD},
		{"24. 10. 2022 8:13:40:517 CEST", "2022-10-24T08:13:40.517", DMY},
		{"2022.10.24. 8:13:40:517 CEST", "2022-10-24T08:13:40.517", YMD},
		{"٢٤/١٠/٢٠٢٢ 8:13:40:517 AST", "2022-10-24T08:13:40.517", DMY},
		{"2/12/25, 14:34:37:224 ART\u202f", "2025-02-12T14:34:37.224", MDY},
		{"2/12/25, 14:34:37:224 ART?", "2025-02-12T14:34:37.224", MDY},
		{"2022/6/9  13:03:03:918 CST", "2022-06-09T13:03:03.918", YMD},
		{"22. 6. 9.   13:03:03:918 KST", "2022-06-09T13:03:03.918", YMD},
		{"13:03:03:918 ICT 09/06/2022", "2022-06-09T13:03:03.918", DMY},
		{"13:03:03:918 ICT, 09/06/2022", "2022-06-09T13:03:03.918", DMY},
		{"13:03:03:918 GMT+07:00, 09/06/2022", "2022-06-09T13:03:03.918+07:00", DMY},
		{"9.06.22 \u0433., 13:03:03:918 EET \u0447.", "2022-06-09T13:03:03.918", DMY},
		{"9.6.2022 klo 13.03.03:918 EEST", "2022-06-09T13:03:03.918", DMY},
		{"09/06/22 13.03.03:918 CEST", "2022-06-09T13:03:03.918", DMY},
		{"2022-06-09 13 H 03 min 03 s:918 EDT", "2022-06-09T13:03:03.918", YMD},
		{"2022. 06. 09. 13:03:03:918 CEST", "2022-06-09T13:03:03.918", YMD},
		{"9/6/2565, 13:03:03:918 ICT", "2022-06-09T13:03:03.918", DMY},
		{"\u0e59/\u0e56/\u0e52\u0e55\u0e56\u0e55 13:03:03:918 ICT", "2022-06-09T13:03:03.918", DMY},
		{"\u06f2\u06f0\u06f2\u06f2/\u06f6/\u06f9\u060c\u200f \u06f1\u06f3:\u06f0\u06f3:\u06f0\u06f3:\u06f9\u06f1\u06f8 IRDT", "2022-06-09T13:03:03.918", YMD},
		{"9-6-22 13:03:03:918 CEST", "2022-06-09T13:03:03.918", DMY},
		{"2022-06-09 \u4e0b\u5348 01:03:03", "2022-06-09T13:03:03.000", YMD},
		{"09/06/2022 01:03:03 p.m.", "2022-06-09T13:03:03.000", DMY},
		{"6/9/22 24:00:00:000 UTC", "2022-06-10T00:00:00.000Z", MDY},
	} {
		r, ok := Parse(c.text)
		if !ok {
			t.Errorf("%q is not read", c.text)
			continue
		}
		m, ok := r.In(c.order)
		if !ok || m.String() != c.want {
			t.Errorf("%q: %q %v, want %q", c.text, m.String(), ok, c.want)
		}
	}
}

func TestAnAbbreviationIsNoPointInTime(t *testing.T) {
	r, _ := Parse("5/21/14 22:51:37:095 CST")
	m, _ := r.In(MDY)
	if _, ok := m.Point(); ok || m.Zone != "CST" {
		t.Errorf("CST became a point in time: %+v", m)
	}
}

func TestTheOrderOfADateIsInferred(t *testing.T) {
	day := func(y, m, d int) time.Time { return time.Date(y, time.Month(m), d, 12, 0, 0, 0, time.UTC) }
	for _, c := range []struct {
		name   string
		stamps []string
		hints  Hints
		want   Order
		sure   bool
	}{
		{"a field above twelve", []string{"17/04/14 13:49:12:503 EDT"}, Hints{}, DMY, true},
		{"a field above twelve later", []string{"3/4/14 13:49:12:503 EDT", "3/13/14 1:00:00:000 EDT"}, Hints{}, MDY, true},
		{"dots", []string{"11.10.2022, 16:55:13:784 CEST"}, Hints{Locale: "en_US"}, DMY, true},
		{"dashes", []string{"15-11-3 0:07:36:003 CST"}, Hints{}, YMD, true},
		{"four digits first", []string{"2022-06-09, 13:03:03:918 PDT"}, Hints{}, YMD, true},
		{"rotated name", []string{"3/4/23 14:28:46:139 CET"}, Hints{Rolled: day(2023, 4, 3)}, DMY, true},
		{"time flows", []string{"01/02/23 23:00:00:000 CET", "02/02/23 1:00:00:000 CET", "03/02/23 1:00:00:000 CET"}, Hints{}, DMY, true},
		{"mtime", []string{"3/4/23 14:28:46:139 CET"}, Hints{ModTime: day(2023, 3, 4)}, MDY, true},
		{"habit of a zone", []string{"3/4/23 14:28:46:139 CET"}, Hints{Locale: "de_DE"}, DMY, false},
		{"no record is younger than its file", []string{"3/11/26 14:28:46:139 CET"}, Hints{ModTime: day(2026, 5, 1)}, MDY, true},
		{"a file that is older than its records tells nothing", []string{"3/11/26 14:28:46:139 CET"}, Hints{ModTime: day(2019, 5, 1)}, DMY, false},
		{"the sibling before", []string{"3/4/23 14:28:46:139 CET", "3/4/23 19:28:46:139 CET"}, Hints{After: day(2023, 3, 4)}, MDY, true},
		{"dashes in the Netherlands", []string{"09-06-22 14:28:46:139 CEST"}, Hints{}, DMY, false},
		{"dashes in the Netherlands, over the end of a month", []string{"30-06-22 14:28:46:139 CEST", "01-07-22 14:28:46:139 CEST"}, Hints{}, DMY, true},
		{"dashes in China", []string{"09-6-22 14:28:46:139 CST"}, Hints{}, YMD, false},
		{"twelve hours", []string{"03/04/2023 02:28:46 PM"}, Hints{}, MDY, false},
		{"dots and spaces in Korea", []string{"22. 6. 9.   13:03:03:918 KST"}, Hints{}, YMD, true},
		{"habit of Japan", []string{"11/03/04 14:28:46:139 JST"}, Hints{Locale: "ja_JP"}, YMD, false},
	} {
		var sample []Raw
		for _, s := range c.stamps {
			r, ok := Parse(s)
			if !ok {
				t.Fatalf("%s: %q", c.name, s)
			}
			sample = append(sample, r)
		}
		if got, sure := Infer(sample, c.hints); got != c.want || sure != c.sure {
			t.Errorf("%s: %v sure=%v, want %v sure=%v", c.name, got, sure, c.want, c.sure)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"5/21/14 22:51:37:095 PDT", "24. 10. 2022 8:13:40:517 CEST", "2021-10-18T14:50:58.159-0400", "11/25/2008 07:21:55 AM", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		r, ok := Parse(s)
		if !ok {
			return
		}
		for _, o := range []Order{MDY, DMY, YMD} {
			if m, ok := r.In(o); ok && m.IsZero() && m.Year() != 1 {
				t.Errorf("%q is a date and none", s)
			}
		}
		Infer([]Raw{r, r}, Hints{})
	})
}
