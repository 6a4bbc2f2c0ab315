package settings

import (
	"path/filepath"
	"slices"
	"strings"

	"github.com/springboard-leap/springboard/upgrade"
)

// Prefer says whose value stays of a setting that somebody else changed since this run did.
type Prefer string

// The choices. Without one such a change is not taken back, and both sides are shown.
const (
	Theirs Prefer = "theirs" // what somebody else wrote stays
	Ours   Prefer = "ours"   // what was there before this run's change is put back all the same
)

// TakenBack tells how a change was taken back out of a file that somebody else edited since.
type TakenBack struct {
	Keys   []string `json:"keys"`   // that are as before the change again
	Theirs []string `json:"theirs"` // that somebody else changed since, and that stay
	SHA256 string   `json:"sha256"` // of the file then
}

// versions are the four states of a file about a change that is to be taken back.
type versions struct {
	file               string
	before, after, now []byte
}

// takeBack takes a change out of a file that is no longer what the change made of it: the keys of the change become what they were, every other byte stays what it is
// now. That it is so is proven by the keys in force before anything is written. SB-5016 with both sides as its cause when somebody else changed the same keys and prefer
// does not say whose stays.
func (s *Store) takeBack(rec Record, now []byte) (result []byte, how TakenBack, err error) {
	v := versions{file: rec.File, now: now}
	refuse := func(cause error) error {
		return upgrade.NewFault("SB-5016", upgrade.KindFailed, cause, "file", rec.File, "record", rec.ID)
	}
	if rec.Saved == "" || rec.SavedAfter == "" {
		return nil, how, refuse(nil) // the file was made by the change, or an older version did not keep what it made of it
	}
	if v.before, err = s.saved(rec.Saved, rec.BeforeSHA256); err != nil {
		return nil, how, err
	}
	if v.after, err = s.saved(rec.SavedAfter, rec.AfterSHA256); err != nil {
		return nil, how, err
	}
	result, how, ok := v.merged(s.Prefer)
	if !ok {
		return nil, how, refuse(v.conflict())
	}
	return result, how, nil
}

// saved reads kept bytes.
func (s *Store) saved(name, sum string) ([]byte, error) {
	file := filepath.Join(s.UndoDir, name)
	data, err := s.Files.Read(file)
	if err != nil {
		return nil, readFault(file, err)
	}
	if hash(data) != sum {
		return nil, upgrade.NewFault("SB-5018", upgrade.KindVerify, nil, "file", file)
	}
	return data, nil
}

// merged tries lines, and where both edited one line its words.
func (v versions) merged(prefer Prefer) ([]byte, TakenBack, bool) {
	how := TakenBack{Keys: []string{}, Theirs: []string{}}
	if len(v.both()) > 0 && prefer == "" {
		return nil, how, false
	}
	for _, part := range []func([]byte) []string{lines, words} {
		for _, choice := range []Prefer{"", prefer} {
			merged, ok := merge3(part(v.after), part(v.before), part(v.now), choice)
			if !ok {
				continue
			}
			result := []byte(strings.Join(merged, ""))
			if how, ok = v.proven(result, prefer); ok {
				return result, how, true
			}
		}
	}
	return nil, how, false
}

// proven tells whether a result holds what it should: each key of the change as before it, every other key as it is now.
func (v versions) proven(result []byte, prefer Prefer) (TakenBack, bool) {
	how := TakenBack{Keys: []string{}, Theirs: []string{}, SHA256: hash(result)}
	own, both := changedKeys(v.file, v.after, v.before), v.both()
	before, now, has := inForce(v.file, v.before), inForce(v.file, v.now), inForce(v.file, result)
	for _, data := range [][]byte{v.now, result} {
		if _, err := Open(v.file, data); err != nil {
			return how, false // a file that cannot be read proves nothing
		}
	}
	for _, key := range unionKeys(before, now, has) {
		want := now
		if slices.Contains(own, key) && (prefer == Ours || !slices.Contains(both, key)) {
			want = before
			how.Keys = append(how.Keys, key)
		}
		w, due := want[key]
		if h, is := has[key]; is != due || h != w {
			return how, false
		}
	}
	for _, key := range changedKeys(v.file, v.after, v.now) {
		if !slices.Contains(how.Keys, key) {
			how.Theirs = append(how.Theirs, key)
		}
	}
	return how, true
}

// both are the keys that the change changed and somebody else since, to something else than they were before.
func (v versions) both() []string {
	var out []string
	now, before := inForce(v.file, v.now), inForce(v.file, v.before)
	since := changedKeys(v.file, v.after, v.now)
	for _, key := range changedKeys(v.file, v.after, v.before) {
		n, isNow := now[key]
		b, was := before[key]
		if slices.Contains(since, key) && (isNow != was || n != b) {
			out = append(out, key)
		}
	}
	return out
}

func (v versions) conflict() *Conflict {
	c := &Conflict{File: v.file, Ours: Diff(v.file, v.after, v.before), Theirs: Diff(v.file, v.after, v.now), Both: v.both()}
	if c.Both == nil {
		c.Both = []string{}
	}
	return c
}

func unionKeys(all ...map[string]string) []string {
	var out []string
	for _, m := range all {
		for k := range m {
			out = append(out, k)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// States gives the hash of every file with a change in force: what stands there before something replaces files as a whole.
func (s *Store) States() (map[string]string, error) {
	all, err := s.Records()
	if err != nil {
		return nil, err
	}
	out := map[string]string{}
	for _, rec := range all {
		if _, known := out[rec.File]; known || rec.UndoneAt != nil {
			continue
		}
		if out[rec.File], err = s.state(rec.File); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Replaced marks those changes as no longer in force that a restore of whole files took away: of each file that is not what it was in states, the newest ones down to the one
// that the file holds now. They are not to be taken back out of files which never had them. It gives their ids, for Revive.
func (s *Store) Replaced(states map[string]string) (ids []string, err error) {
	all, err := s.Records()
	if err != nil {
		return nil, err
	}
	holds := map[string]bool{}
	for _, rec := range slices.Backward(all) {
		was, known := states[rec.File]
		now, err := s.state(rec.File)
		if err != nil {
			return ids, err
		}
		if rec.AfterSHA256 == now {
			holds[rec.File] = true
		}
		if !known || was == now || rec.UndoneAt != nil || holds[rec.File] {
			continue
		}
		at := s.Now()
		rec.UndoneAt = &at
		if err := s.save(rec); err != nil {
			return ids, err
		}
		ids = append(ids, rec.ID)
	}
	return ids, nil
}

// Revive makes changes count as in force again that Replaced marked, for when the restore that replaced them is taken back. Whoever was taken back by itself stays so.
func (s *Store) Revive(ids []string) error {
	all, err := s.Records()
	if err != nil {
		return err
	}
	for _, rec := range all {
		if rec.UndoneAt == nil || rec.TakenBack != nil || !slices.Contains(ids, rec.ID) {
			continue
		}
		rec.UndoneAt = nil
		if err := s.save(rec); err != nil {
			return err
		}
	}
	return nil
}
