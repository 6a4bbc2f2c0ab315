// Package present turns the engine's snapshots into what stands on a screen: rows, words, order, durations, sizes. It knows nothing of Fyne, so
// that every number a person reads can be tested without a window.
package present

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Count writes a number with narrow gaps between groups of three.
func Count(n int64) string {
	if n < 0 {
		return "-" + Count(-n)
	}
	s := strconv.FormatInt(n, 10)
	if len(s) <= 4 {
		return s
	}
	var b strings.Builder
	for i, r := range s {
		if i > 0 && (len(s)-i)%3 == 0 {
			b.WriteRune('\u202f')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// Plural writes a number with its noun.
func Plural(n int64, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return Count(n) + " " + many
}

// Size writes bytes in units of 1000, as disks and file managers do, with three figures at most.
func Size(bytes int64) string {
	if bytes < 1000 {
		return Count(bytes) + " B"
	}
	v, unit := float64(bytes), ""
	for _, u := range []string{"kB", "MB", "GB", "TB", "PB"} {
		v /= 1000
		unit = u
		if v < 999.5 {
			break
		}
	}
	if v < 9.95 {
		return fmt.Sprintf("%.1f %s", v, unit)
	}
	return fmt.Sprintf("%.0f %s", v, unit)
}

// Duration writes how long something takes, with the two largest units.
func Duration(d time.Duration) string {
	switch {
	case d < 0:
		return "0 s"
	case d < 10*time.Second:
		return fmt.Sprintf("%.1f s", d.Seconds())
	case d.Round(time.Second) < time.Minute:
		return fmt.Sprintf("%.0f s", d.Seconds())
	case d.Round(time.Second) < time.Hour:
		d = d.Round(time.Second)
		return fmt.Sprintf("%d min %02d s", d/time.Minute, d%time.Minute/time.Second)
	}
	d = d.Round(time.Minute)
	return fmt.Sprintf("%d h %02d min", d/time.Hour, d%time.Hour/time.Minute)
}

// Seconds is Duration for the engine's seconds; empty for none.
func Seconds(s float64) string {
	if s <= 0 {
		return ""
	}
	return Duration(time.Duration(s * float64(time.Second)))
}

// Left writes how long something still takes, roughly: an estimate with seconds would claim too much.
func Left(d time.Duration) string {
	switch {
	case d <= 0:
		return ""
	case d < 10*time.Second:
		return "a few seconds left"
	case d < time.Minute:
		return fmt.Sprintf("%d s left", int(d.Seconds()/10+0.5)*10)
	case d < time.Hour:
		return fmt.Sprintf("%d min left", int(d.Minutes()+0.5))
	}
	return Duration(d.Round(10*time.Minute)) + " left"
}

// Clock writes a time of the day, with the date when it is not today. An unset time is empty.
func Clock(t, now time.Time) string {
	if t.IsZero() {
		return ""
	}
	t, now = t.Local(), now.Local()
	if y, m, d := t.Date(); y == now.Year() && m == now.Month() && d == now.Day() {
		return t.Format("15:04:05")
	}
	return t.Format("2006-01-02 15:04")
}

// ShortClock writes the time of a day, or the day alone when that is not today.
func ShortClock(t, now time.Time) string {
	s := Clock(t, now)
	return s[:min(len(s), 10)]
}

// Ago writes how long ago something was.
func Ago(t, now time.Time) string {
	if t.IsZero() {
		return "never"
	}
	d := now.Sub(t)
	switch {
	case d < time.Second:
		return "just now"
	case d < time.Minute:
		return fmt.Sprintf("%d s ago", int(d.Seconds()))
	case d < time.Hour:
		return fmt.Sprintf("%d min ago", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h ago", int(d.Hours()))
	}
	return fmt.Sprintf("%d days ago", int(d.Hours()/24))
}

// Sentence makes a text end with a full stop.
func Sentence(s string) string {
	s = strings.TrimSpace(s)
	if s == "" || strings.HasSuffix(s, ".") || strings.HasSuffix(s, ":") || strings.HasSuffix(s, "?") {
		return s
	}
	return s + "."
}

// Upper makes the first letter a capital.
func Upper(s string) string {
	if s == "" || s[0] < 'a' || s[0] > 'z' {
		return s
	}
	return string(s[0]-'a'+'A') + s[1:]
}

// Join writes a list of words: "a, b and c".
func Join(words []string) string {
	switch len(words) {
	case 0:
		return ""
	case 1:
		return words[0]
	}
	return strings.Join(words[:len(words)-1], ", ") + " and " + words[len(words)-1]
}
