// Package stamp reads the times that WebSphere, Liberty and Domino write into their logs. Their date is in the short form of some locale, and no
// header tells reliably which: the order of day, month and year is inferred from the stamps of a log themselves. Their zone is mostly an
// abbreviation, which is ambiguous (CST is China and Central America): such a time stays a wall clock with the zone as it was written.
package stamp

import (
	"strconv"
	"time"
)

// Order is the order of the three numbers of a date.
type Order byte

// The orders. Auto means not known.
const (
	Auto Order = iota
	MDY
	DMY
	YMD
)

// String is the order in letters.
func (o Order) String() string { return [...]string{"auto", "mdy", "dmy", "ymd"}[o&3] }

// Raw is a stamp taken apart, before the order of its date is known.
type Raw struct {
	Date     [3]int
	Digits   [3]int // how many digits each number was written with
	Sep      byte
	Hour     int
	Min, Sec int
	Nano     int
	Zone     string // as written, may be empty
	Offset   int    // seconds east, when Fixed
	Fixed    bool   // the zone is a number of hours (or UTC), not an abbreviation
	Half     bool   // the clock has twelve hours, with AM or PM
}

// Moment is a time as a log tells it: a wall clock and a zone. Only when Fixed is it a point in time.
type Moment struct {
	time.Time        // the wall clock; in its zone when Fixed, else carried in UTC without meaning it
	Zone      string // as written
	Fixed     bool
}

// MarshalJSON writes RFC 3339 when the zone is known as a number, else the local time without a zone.
func (m Moment) MarshalJSON() ([]byte, error) {
	return []byte(strconv.Quote(m.String())), nil
}

// UnmarshalJSON reads what MarshalJSON writes.
func (m *Moment) UnmarshalJSON(data []byte) error {
	text, err := strconv.Unquote(string(data))
	if err != nil {
		return err
	}
	parsed, err := ParseISO(text)
	if err == nil {
		*m = parsed
	}
	return err
}

// String is RFC 3339, without a zone when the zone is not known as a number. The zero moment is empty.
func (m Moment) String() string {
	if m.Time.IsZero() {
		return ""
	}
	if m.Fixed {
		return m.Time.Format("2006-01-02T15:04:05.000Z07:00")
	}
	return m.Time.Format("2006-01-02T15:04:05.000")
}

// IsZero tells that there is no time.
func (m Moment) IsZero() bool { return m.Time.IsZero() }

// Point gives the point in time, ok only when the zone is known.
func (m Moment) Point() (t time.Time, ok bool) {
	if !m.Fixed || m.Time.IsZero() {
		return time.Time{}, false
	}
	return m.Time, true
}

// ParseISO reads the two forms that Moment.String writes, and an empty text as no time.
func ParseISO(text string) (Moment, error) {
	if text == "" {
		return Moment{}, nil
	}
	if t, err := time.Parse(time.RFC3339Nano, text); err == nil {
		return Moment{Time: t, Fixed: true}, nil
	}
	t, err := time.Parse("2006-01-02T15:04:05.999999999", text)
	return Moment{Time: t}, err
}

// In reads the stamp with the given order; ok is false when it is no date in that order.
func (r Raw) In(order Order) (Moment, bool) {
	y, m, d := r.pick(order)
	if m < 1 || m > 12 || d < 1 || d > 31 || r.Hour > 24 || r.Min > 59 || r.Sec > 60 {
		return Moment{}, false
	}
	loc := time.UTC
	if r.Fixed && r.Offset != 0 {
		loc = time.FixedZone("", r.Offset)
	}
	t := time.Date(y, time.Month(m), d, r.Hour, r.Min, r.Sec, r.Nano, loc)
	if t.Day() != d && r.Hour != 24 && r.Sec != 60 {
		return Moment{}, false
	}
	return Moment{Time: t, Zone: r.Zone, Fixed: r.Fixed}, true
}

func (r Raw) pick(order Order) (y, m, d int) {
	yi := 2
	switch order {
	case MDY:
		m, d = r.Date[0], r.Date[1]
	case DMY:
		d, m = r.Date[0], r.Date[1]
	case YMD:
		yi, m, d = 0, r.Date[1], r.Date[2]
	default:
		return 0, 0, 0
	}
	y = r.Date[yi]
	if r.Digits[yi] == 4 {
		if order != YMD && r.Digits[0] == 4 {
			return 0, 0, 0
		}
		if y >= 2400 { // Java counts the years of Thailand as Thailand does
			y -= 543
		}
		return y, m, d
	}
	if r.Digits[yi] > 2 || r.Digits[0] == 4 || r.Digits[2] == 4 {
		return 0, 0, 0
	}
	if y >= 80 { // these servers are younger than 1980 plus a century
		return 1900 + y, m, d
	}
	return 2000 + y, m, d
}
