package apps

// Comparison of two lists of applications, e.g. of the census before and the list after.
type Comparison struct {
	Missing []Entry  `json:"missing"` // in the first, not in the second
	New     []Entry  `json:"new"`     // in the second, not in the first
	Changed []Change `json:"changed"`
	Same    int      `json:"same"`
}

// Change is an application that is in both lists and differs.
type Change struct {
	UID           string `json:"uid"`
	NameBefore    string `json:"name_before"`
	NameAfter     string `json:"name_after"`
	RecordsBefore *int64 `json:"records_before"`
	RecordsAfter  *int64 `json:"records_after"`
}

// Compare two lists by UID. A record count that one side does not tell is no change.
func Compare(before, after []Entry) Comparison {
	c := Comparison{Missing: []Entry{}, New: []Entry{}, Changed: []Change{}}
	there := make(map[string]Entry, len(after))
	for _, e := range after {
		there[key(e.UID)] = e
	}
	known := make(map[string]bool, len(before))
	for _, b := range before {
		known[key(b.UID)] = true
		a, ok := there[key(b.UID)]
		switch {
		case !ok:
			c.Missing = append(c.Missing, b)
		case a.Name != b.Name || (a.Records != nil && b.Records != nil && *a.Records != *b.Records):
			c.Changed = append(c.Changed, Change{b.UID, b.Name, a.Name, b.Records, a.Records})
		default:
			c.Same++
		}
	}
	for _, e := range after {
		if !known[key(e.UID)] {
			c.New = append(c.New, e)
		}
	}
	return c
}
