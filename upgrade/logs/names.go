package logs

import (
	"cmp"
	"path/filepath"
	"strconv"
	"time"

	"github.com/springboard-leap/springboard/upgrade/lazyregexp"
)

// fileName is the name of a log taken apart: which log it is of, and where among its rotated siblings it stands.
type fileName struct {
	log     string    // folder and stem, the same for all files of a log
	current bool      // the file that the server writes
	rolled  time.Time // WebSphere and Liberty: the wall clock of the rotation
	number  int       // Liberty's counter; Domino's and java.util.logging's number, where a higher one is older
	older   bool      // a higher number is older
	dated   bool      // rolled is a day or a time that another program wrote into the name: it orders files, and says nothing of the last record
}

var (
	rolledName = lazyregexp.New(`^(.+)_(\d\d\.\d\d\.\d\d_\d\d\.\d\d\.\d\d)(?:\.(\d{1,4}))?(\.[A-Za-z]+)?$`)
	xmlName    = lazyregexp.New(`^((?:error|trace)-log)-(\d{1,3})(\.xml)$`)
	dottedName = lazyregexp.New(`^(.+\.(?:log|txt|csv))\.(\d{1,3})$`)
	// What programs that rotate once a day append: logrotate's dateext (-20260131, -20260131-2210, -20260131-1769896800), Log4j's daily files (.2026-01-31).
	dailyName  = lazyregexp.New(`^(.+\.(?:log|txt|csv|LOG))[-.](\d{4})(-?)(\d\d)-?(\d\d)(?:[-_.](\d{1,10}))?$`)
	backupName = lazyregexp.New(`^\.bak_(\d)\.log$`) // Eclipse's .log
	mirrorName = lazyregexp.New(`^(console)(\d{1,3})(\.log)$`)
)

func parseName(path string) fileName {
	dir, base := filepath.Split(path)
	base, _ = withoutPacked(base)
	if m := rolledName.FindStringSubmatch(base); m != nil {
		if at, err := time.Parse("06.01.02_15.04.05", m[2]); err == nil {
			n, _ := strconv.Atoi(m[3])
			return fileName{log: dir + m[1] + m[4], rolled: at, number: n}
		}
	}
	if m := xmlName.FindStringSubmatch(base); m != nil {
		n, _ := strconv.Atoi(m[2])
		return fileName{log: dir + m[1] + m[3], number: n, older: true, current: n == 0}
	}
	if m := dottedName.FindStringSubmatch(base); m != nil {
		n, _ := strconv.Atoi(m[2])
		return fileName{log: dir + m[1], number: n, older: true}
	}
	if n, ok := dailyOf(dir, base); ok {
		return n
	}
	if m := backupName.FindStringSubmatch(base); m != nil {
		n, _ := strconv.Atoi(m[1])
		return fileName{log: dir + ".log", number: n}
	}
	if m := mirrorName.FindStringSubmatch(base); m != nil {
		n, _ := strconv.Atoi(m[2])
		return fileName{log: dir + m[1] + m[3], number: n}
	}
	return fileName{log: dir + base, current: true}
}

// dailyOf reads a name that ends with a day. What follows the day, an hour or a counter, orders the files of one day.
func dailyOf(dir, base string) (n fileName, ok bool) {
	m := dailyName.FindStringSubmatch(base)
	if m == nil {
		return n, false
	}
	at, err := time.Parse("20060102", m[2]+m[4]+m[5])
	if err != nil {
		return n, false
	}
	number, _ := strconv.Atoi(m[6])
	return fileName{log: dir + m[1], rolled: at, number: number, dated: true}, true
}

// roll is when the server rotated, zero when the name does not tell.
func (n fileName) roll() time.Time {
	if n.dated {
		return time.Time{}
	}
	return n.rolled
}

// compareNames puts the files of one log in the order in which they were written.
func compareNames(a, b fileName) int {
	if a.current != b.current {
		if a.current {
			return 1
		}
		return -1
	}
	if c := a.rolled.Compare(b.rolled); c != 0 {
		return c
	}
	if a.older || b.older {
		return cmp.Compare(b.number, a.number)
	}
	return cmp.Compare(a.number, b.number)
}

// missing tells that a numbered file between two neighbours is not there.
func missing(before, after fileName) bool {
	return before.older && after.older && before.number > after.number+1
}
