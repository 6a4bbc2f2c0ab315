package settings

import "bytes"

// MergeReason tells why a merged key has the value it has; assets hold its sentence.
type MergeReason string

// The reasons.
const (
	MergeSame     MergeReason = "same"     // nobody changed it
	MergeShipped  MergeReason = "shipped"  // only the new version changed it: its value is taken
	MergeKept     MergeReason = "kept"     // only the site changed it: the change is made again
	MergeAgreed   MergeReason = "agreed"   // both made the same change
	MergeConflict MergeReason = "conflict" // both changed it differently: the site's value is taken, a person has to look
	MergeCarried  MergeReason = "carried"  // the shipped file is not known, but sites set this key: the site's value is taken
	MergeUnsure   MergeReason = "unsure"   // the shipped file is not known, so neither is whose change it is: the new version's value is left
	MergeChosen   MergeReason = "chosen"   // a person said which value to take
)

// Side is whose value a person takes for a key.
type Side string

// The sides of a choice.
const (
	TakeSite Side = "site" // the value from before the upgrade
	TakeNew  Side = "new"  // the value that the new version brought
)

// MergedKey is one key of a merge. A nil value means that the key is not set there.
type MergedKey struct {
	Key    string      `json:"key"`
	Reason MergeReason `json:"reason"`
	Old    *string     `json:"old"`    // as shipped with the old version
	Ours   *string     `json:"ours"`   // as customised
	New    *string     `json:"new"`    // as the new version brought it
	Result *string     `json:"result"` // as merged
	Text   string      `json:"text,omitempty"`
}

// Open tells whether a person has to look at the key.
func (k MergedKey) Open() bool { return k.Reason == MergeConflict || k.Reason == MergeUnsure }

// Merger carries the changes that a site made to a shipped .properties file over to the one that a new version brought.
type Merger struct {
	Old   []byte // as shipped with the old version; nil when that is not known
	Site  []byte // as the site had it before the upgrade
	Fresh []byte // as the new version brought it

	// Sets tells whether a key is one that sites set. It matters only where Old is not known. May be nil.
	Sets func(key string) bool
	// Take is what a person chose, by key.
	Take map[string]Side
}

// Merge gives the new file with the site's keys set, or commented out where the site had taken them out, and why each key is what it is; all other bytes
// are the new version's. Where the new version brought exactly what the old one had, the result is the site's file byte for byte.
func (m Merger) Merge() (result []byte, keys []MergedKey, err error) {
	was, site, shipped := values(m.Old), values(m.Site), values(m.Fresh)
	doc, ours := ParseProperties(m.Fresh), ParseProperties(m.Site)
	for _, key := range keysOf(doc, ours, ParseProperties(m.Old)) {
		k := MergedKey{Key: key, Old: was[key], Ours: site[key], New: shipped[key]}
		if m.Old != nil {
			k.Reason, k.Result = merge(k.Old, k.Ours, k.New)
		} else {
			k.Reason, k.Result = m.guess(k, len(ours.commented(key)) > 0)
		}
		if side, ok := m.Take[key]; ok && k.Reason != MergeSame && k.Reason != MergeAgreed {
			k.Reason, k.Result = MergeChosen, k.Ours
			if side == TakeNew {
				k.Result = k.New
			}
		}
		if err := put(doc, key, k); err != nil {
			return nil, nil, err
		}
		keys = append(keys, k)
	}
	if m.Old != nil && bytes.Equal(m.Old, m.Fresh) && !m.chose(TakeNew) {
		return bytes.Clone(m.Site), keys, nil
	}
	return doc.Bytes(), keys, nil
}

func (m Merger) chose(side Side) bool {
	for _, s := range m.Take {
		if s == side {
			return true
		}
	}
	return false
}

// guess decides without the shipped file: whose change a difference is, cannot be told. Only a key that sites are known to set is carried over.
func (m Merger) guess(k MergedKey, commentedOut bool) (MergeReason, *string) {
	switch {
	case equal(k.Ours, k.New):
		return MergeSame, k.New
	case k.Ours == nil && !commentedOut:
		return MergeShipped, k.New
	case k.Ours != nil && m.Sets != nil && m.Sets(k.Key):
		return MergeCarried, k.Ours
	}
	return MergeUnsure, k.New
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
