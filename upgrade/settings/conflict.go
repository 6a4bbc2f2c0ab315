package settings

import (
	"context"
	"slices"
)

// Conflict is a file that another program changed after a plan was made from it. It is the cause of SB-5011. Nothing is written then; Replan works the
// same edits out against the file as it is now.
type Conflict struct {
	File   string `json:"file"`
	Ours   string `json:"ours"`   // diff from the file as the plan saw it to what the plan would have written
	Theirs string `json:"theirs"` // diff from the file as the plan saw it to what is there now
	// Both are the keys that the plan and the other program changed; empty when the changes do not touch each other.
	Both []string `json:"both"`
}

// Error is one line.
func (c *Conflict) Error() string { return "changed by another program" }

func conflict(p FilePlan, now []byte) *Conflict {
	c := &Conflict{File: p.File, Ours: p.Diff, Theirs: Diff(p.File, p.before, now), Both: []string{}}
	theirs := changedKeys(p.File, p.before, now)
	for _, ch := range p.Changes {
		if slices.Contains(theirs, ch.Key) && !slices.Contains(c.Both, ch.Key) {
			c.Both = append(c.Both, ch.Key)
		}
	}
	return c
}

// changedKeys lists the keys whose value in force is not the same in two versions of a file. A version that cannot be read counts as empty.
func changedKeys(file string, a, b []byte) []string {
	va, vb := inForce(file, a), inForce(file, b)
	var out []string
	for k, v := range va {
		if w, ok := vb[k]; !ok || w != v {
			out = append(out, k)
		}
	}
	for k := range vb {
		if _, ok := va[k]; !ok {
			out = append(out, k)
		}
	}
	slices.Sort(out)
	return out
}

func inForce(file string, data []byte) map[string]string {
	out := map[string]string{}
	doc, err := Open(file, data)
	if err != nil {
		return out
	}
	for _, s := range doc.Settings() {
		out[s.Key] = s.Value
	}
	return out
}

// Replan works the edits of a plan out again, against the files as they are now.
func Replan(ctx context.Context, files Files, p Plan) (Plan, error) {
	return MakePlan(ctx, files, p.Why, p.edits...)
}

// Outcome is what became of one file of a plan.
type Outcome struct {
	File   string
	Record *Record // nil when nothing had to be written, or nothing was
	Err    error
}

// ApplyEach applies a plan file by file and goes on when one fails: the copies of a setting on the nodes of a cluster do not depend on each other, and a
// person has to know which of them has it. The outcomes are in the plan's order.
func (s *Store) ApplyEach(ctx context.Context, plan Plan) []Outcome {
	out := make([]Outcome, 0, len(plan.Files))
	for _, f := range plan.Files {
		one := Outcome{File: f.File}
		recs, err := s.Apply(ctx, Plan{Why: plan.Why, Files: []FilePlan{f}})
		if len(recs) == 1 {
			one.Record = &recs[0]
		}
		one.Err = err
		out = append(out, one)
	}
	return out
}
