package settings

// MergeReason tells why a merged key has the value it has.
type MergeReason string

// The reasons.
const (
	MergeSame     MergeReason = "same"     // nobody changed it
	MergeShipped  MergeReason = "shipped"  // only the new version changed it: its value is taken
	MergeKept     MergeReason = "kept"     // only the site changed it: the change is made again
	MergeAgreed   MergeReason = "agreed"   // both made the same change
	MergeConflict MergeReason = "conflict" // both changed it differently: the site's value is taken, a person has to look
)

// MergedKey is one key of a merge. A nil value means that the key is not set there.
type MergedKey struct {
	Key    string      `json:"key"`
	Reason MergeReason `json:"reason"`
	Old    *string     `json:"old"`    // as shipped with the old version
	Ours   *string     `json:"ours"`   // as customised
	New    *string     `json:"new"`    // as shipped with the new version
	Result *string     `json:"result"` // as merged
}

// Merge carries the changes that a site made to a shipped .properties file over to the one that a new version brought. The result is the new file with
// the site's keys set, or commented out where the site had taken them out; all its other bytes are the new version's. With old nil, because the file as
// it was shipped is not known, every key that the site has otherwise than the new version counts as the site's change, and none as taken out.
func Merge(old, ours, fresh []byte) (result []byte, keys []MergedKey, err error) {
	was, site, doc := values(old), values(ours), ParseProperties(fresh)
	shipped := values(fresh)
	if old == nil {
		was = shipped
	}
	for _, key := range keysOf(doc, ParseProperties(ours), ParseProperties(old)) {
		o, s, n := was[key], site[key], shipped[key]
		if old == nil && s == nil {
			s = n
		}
		m := MergedKey{Key: key, Old: o, Ours: s, New: n}
		m.Reason, m.Result = merge(o, s, n)
		if err := put(doc, key, m); err != nil {
			return nil, nil, err
		}
		keys = append(keys, m)
	}
	return doc.Bytes(), keys, nil
}

func put(doc *Properties, key string, m MergedKey) (err error) {
	switch {
	case equal(m.Result, m.New):
	case m.Result == nil:
		_, err = doc.Comment(key)
	default:
		_, err = doc.Set(key, *m.Result)
	}
	return err
}

func merge(old, ours, fresh *string) (MergeReason, *string) {
	switch {
	case equal(ours, fresh) && equal(old, ours):
		return MergeSame, fresh
	case equal(ours, fresh):
		return MergeAgreed, fresh
	case equal(old, ours):
		return MergeShipped, fresh
	case equal(old, fresh):
		return MergeKept, ours
	}
	return MergeConflict, ours
}

func equal(a, b *string) bool {
	if a == nil || b == nil {
		return a == b
	}
	return *a == *b
}

func values(data []byte) map[string]*string {
	out := map[string]*string{}
	for _, s := range ParseProperties(data).Settings() {
		out[s.Key] = text(s.Value)
	}
	return out
}

// keysOf gives the keys of documents, each once, in the order in which they are met.
func keysOf(docs ...*Properties) []string {
	var out []string
	seen := map[string]bool{}
	for _, d := range docs {
		for _, s := range d.Settings() {
			if !seen[s.Key] {
				seen[s.Key] = true
				out = append(out, s.Key)
			}
		}
	}
	return out
}
