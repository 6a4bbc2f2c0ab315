package stamp

import (
	"slices"
	"strings"
	"time"
)

// Hints are what else is known of a log when the order of its dates is inferred.
type Hints struct {
	Rolled  time.Time // the date in the file's own name, always year, month, day: its last record is near to it; zero when none
	After   time.Time // the date in the name of the sibling before: the first record is near to it; zero when none
	ModTime time.Time // of the file; zero when unknown
	Locale  string    // of the header, e.g. "de_DE": the weakest hint, it is often wrong
}

// Infer tells the order of the dates of one log from a sample of its stamps in the order of the file. sure is false when more than one
// order fits and only a habit of the locale decided.
func Infer(sample []Raw, hints Hints) (order Order, sure bool) {
	possible := fits(sample)
	if n := len(possible); n > 1 && possible[n-1] == YMD && sample[0].Sep == '/' && !japanese(sample[0], hints.Locale) {
		possible = possible[:n-1]
	}
	if len(possible) == 1 {
		return possible[0], true
	}
	if len(possible) == 0 {
		return Auto, false
	}
	if possible = notYounger(sample, possible, hints.ModTime); len(possible) == 1 {
		return possible[0], true
	}
	if o := closest(sample[len(sample)-1], possible, hints.Rolled, 26*time.Hour); o != Auto {
		return o, true
	}
	if o := closest(sample[0], possible, hints.After, 26*time.Hour); o != Auto {
		return o, true
	}
	if o := steadiest(sample, possible); o != Auto {
		return o, true
	}
	if o := closest(sample[len(sample)-1], possible, hints.ModTime, 50*time.Hour); o != Auto {
		return o, true
	}
	return habit(sample, possible, hints.Locale), false
}

// fits keeps the orders in which every stamp is a date, by the shape where the shape tells.
func fits(sample []Raw) []Order {
	var possible []Order
	for _, o := range shapes(sample) {
		ok := true
		for _, r := range sample {
			if _, valid := r.In(o); !valid {
				ok = false
				break
			}
		}
		if ok {
			possible = append(possible, o)
		}
	}
	if len(possible) > 1 {
		possible = alike(sample, possible)
	}
	return possible
}

// japanese tells that yy/MM/dd is to be expected: no other locale writes two digits of a year first with slashes.
func japanese(r Raw, locale string) bool { return r.Zone == "JST" || strings.HasPrefix(locale, "ja") }

// shapes are the orders that the way of writing allows: dots are day, month, year and dashes with two digits are year, month, day, unless the
// four digits of a year stand elsewhere.
func shapes(sample []Raw) []Order {
	if len(sample) == 0 {
		return nil
	}
	r := sample[0]
	switch {
	case r.Digits[0] == 4:
		return []Order{YMD}
	case r.Sep == '.' && r.Zone == "KST": // "22. 6. 9"
		return []Order{YMD, DMY}
	case r.Sep == '.':
		return []Order{DMY, YMD}
	case r.Sep == '-' && r.Digits[2] == 4:
		return []Order{DMY, MDY}
	case r.Sep == '-':
		return []Order{YMD, DMY, MDY}
	case r.Digits[2] == 4:
		return []Order{MDY, DMY}
	}
	return []Order{MDY, DMY, YMD}
}

// alike drops orders that give the same dates as one before (5/5/20) and those whose separator makes them improbable.
func alike(sample []Raw, possible []Order) []Order {
	if sep := sample[0].Sep; sep == '.' || sep == '-' && sample[0].Digits[2] == 4 {
		return possible[:1]
	} else if sep == '-' { // China, Canada; but the Netherlands and Chile write the day first
		possible = slices.DeleteFunc(possible, func(o Order) bool { return o == MDY && len(possible) > 1 })
	}
	if sample[0].Digits[0] == 1 || sample[0].Digits[2] == 1 {
		possible = withoutShortYears(sample[0], possible)
	}
	var kept []Order
	for _, o := range possible {
		same := false
		for _, k := range kept {
			same = same || equalDates(sample, o, k)
		}
		if !same {
			kept = append(kept, o)
		}
	}
	return kept
}

// withoutShortYears drops the orders in which the year would have one digit: no locale writes it so.
func withoutShortYears(r Raw, possible []Order) []Order {
	kept := possible[:0:0]
	for _, o := range possible {
		if (o == YMD && r.Digits[0] == 1) || (o != YMD && r.Digits[2] == 1) {
			continue
		}
		kept = append(kept, o)
	}
	return kept
}

func equalDates(sample []Raw, a, b Order) bool {
	for _, r := range sample {
		x, _ := r.In(a)
		y, _ := r.In(b)
		if !x.Time.Equal(y.Time) {
			return false
		}
	}
	return true
}

// notYounger drops the orders in which the last record is younger than the file: a file cannot hold what was written after it. When none is left, the
// time of the file is wrong.
func notYounger(sample []Raw, possible []Order, mod time.Time) []Order {
	if mod.IsZero() || mod.Year() < 2000 {
		return possible
	}
	var kept []Order
	for _, o := range possible {
		if m, _ := sample[len(sample)-1].In(o); !m.Time.After(mod.Add(50 * time.Hour)) {
			kept = append(kept, o)
		}
	}
	if len(kept) == 0 {
		return possible
	}
	return kept
}

// closest finds the one order in which a stamp is near a date that is known otherwise.
func closest(r Raw, possible []Order, at time.Time, within time.Duration) Order {
	if at.IsZero() {
		return Auto
	}
	found := Auto
	for _, o := range possible {
		m, _ := r.In(o)
		if m.Time.Sub(at).Abs() > within {
			continue
		}
		if found != Auto {
			return Auto
		}
		found = o
	}
	return found
}

// steadiest finds the one order in which time flows: the fewest steps backwards, and the least time from first to last stamp when that is
// ten times less (a log of three days and not of three months).
func steadiest(sample []Raw, possible []Order) Order {
	best, second := Auto, Auto
	score := map[Order]int{}
	span := map[Order]time.Duration{}
	for _, o := range possible {
		first, _ := sample[0].In(o)
		last := first.Time
		for _, r := range sample[1:] {
			m, _ := r.In(o)
			if m.Time.Before(last.Add(-time.Hour)) { // threads interleave by milliseconds, daylight saving by an hour
				score[o]++
			}
			if d := m.Time.Sub(last); d > 0 {
				span[o] += d
			}
			last = m.Time
		}
		switch {
		case best == Auto || score[o] < score[best] || (score[o] == score[best] && span[o] < span[best]):
			best, second = o, best
		case second == Auto || score[o] < score[second] || (score[o] == score[second] && span[o] < span[second]):
			second = o
		}
	}
	if second == Auto || score[best] < score[second] || span[second] > 10*span[best]+48*time.Hour {
		return best
	}
	return Auto
}

// habit is what people of a zone or locale write, when nothing else tells.
func habit(sample []Raw, possible []Order, locale string) Order {
	r := sample[0]
	lang, country, _ := strings.Cut(locale, "_")
	want := DMY // only in the north of the Americas the month stands first
	switch {
	case r.Sep == '-' && (lang == "nl" || lang == "da" || lang == "es" || lang == "pt" || lang == "" && dayFirst(r.Zone)):
		want = DMY
	case r.Sep == '-', japanese(r, locale) || r.Zone == "KST" || lang == "ko" || lang == "zh" || lang == "hu" || lang == "sv" || lang == "lt":
		want = YMD
	case r.Half:
		want = MDY
	case padded(sample) && r.Digits[2] == 2 && r.Zone != "":
		want = DMY // Java's en_US writes 5/6/20, never 05/06/20
	case northAmerican(r.Zone), locale == "en_US", lang == "en" && country == "", lang == "" && (r.Zone == "" || r.Fixed):
		want = MDY
	}
	for _, o := range possible {
		if o == want {
			return o
		}
	}
	return possible[0]
}

// dayFirst tells that nobody in a zone writes the year first with dashes and two digits.
func dayFirst(zone string) bool {
	switch zone {
	case "CET", "CEST", "MET", "MEST", "WET", "WEST", "CLT", "CLST", "UYT":
		return true
	}
	return false
}

func northAmerican(zone string) bool {
	switch zone {
	case "EST", "EDT", "CST", "CDT", "MST", "MDT", "PST", "PDT", "AKST", "AKDT", "HST":
		return true
	}
	return false
}

// padded tells that a day or month below ten was written with a zero before it.
func padded(sample []Raw) bool {
	for _, r := range sample {
		for i := range 2 {
			if r.Digits[i] == 2 && r.Date[i] < 10 {
				return true
			}
		}
	}
	return false
}
