package backup

import (
	"encoding/json"
	"errors"
	"io/fs"
	"path/filepath"
)

// proofFile is proof.json: the test restores of a backup. It stands beside the sealed files, so it is in no sum and can grow.
type proofFile struct {
	Schema string  `json:"schema"`
	Proofs []Proof `json:"proofs"`
}

const proofSchema = "springboard.proof/1"

// readProofs gives the test restores that belong to the manifest with this sum, oldest first. A file that cannot be read proves nothing.
func readProofs(fsys FS, dir, sum string) []Proof {
	all, err := allProofs(fsys, dir)
	if err != nil {
		return nil
	}
	return ofManifest(all, sum)
}

func ofManifest(all []Proof, sum string) []Proof {
	var own []Proof
	for _, p := range all {
		if p.ManifestSHA256 == sum {
			own = append(own, p)
		}
	}
	return own
}

// standing is what the proofs of a backup amount to.
type standing struct {
	proven  bool
	pending string // why the database is not proven although the files are
	person  string // who attests the database, empty when its tool has restored it
}

// standingOf weighs the proofs, oldest first. A later one outweighs an earlier one: a disk may have failed since. Where the backup holds a dump (dumped), both
// the files and the database must have come back, the database either by its tool or by a person's word. A failed test restore takes all of it back.
func standingOf(proofs []Proof, dumped bool) standing {
	var files, database bool
	var s standing
	for _, p := range proofs {
		switch {
		case p.Person != "":
			database, s.person = p.OK, p.Person
			if !p.OK {
				s.pending = "the test restore of the database failed: " + p.Why
			}
		case !p.OK:
			files, database, s = false, false, standing{}
		default:
			files = true
			if !dumped || p.Database != "" {
				database, s = true, standing{}
			} else if !database {
				s.pending = p.Pending
			}
		}
	}
	s.proven = files && database
	if s.proven || !files {
		s.pending = ""
	}
	if s.pending == "" && files && !database {
		s.pending = "the dump of the database was compared, not restored"
	}
	return s
}

// hasDump tells that a backup holds a dump of a database.
func hasDump(h header) bool {
	for _, p := range h.Parts {
		if p.Dump != nil {
			return true
		}
	}
	return false
}

// allProofs gives the history; none where there is no file yet, or one that says nothing that can be understood.
func allProofs(fsys FS, dir string) ([]Proof, error) {
	data, err := readSmall(fsys, filepath.Join(dir, proofName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var f proofFile
	if json.Unmarshal(data, &f) == nil && f.Schema == proofSchema {
		return f.Proofs, nil
	}
	return nil, nil
}

// addProof appends a test restore to the history, and gives what the history then says of this manifest. A history that cannot be read is not written over: it may hold the word of
// a person. Only a failure is, which takes away what went before in any case and must not be missed.
func addProof(fsys FS, dir string, p Proof) ([]Proof, error) {
	place := filepath.Join(dir, proofName)
	all, err := allProofs(fsys, dir)
	if err != nil && (p.OK || p.Person != "") {
		return nil, readFault(place, err)
	}
	f := proofFile{Schema: proofSchema, Proofs: append(all, p)}
	data, err := json.MarshalIndent(f, "", " ")
	if err != nil {
		return nil, err
	}
	return ofManifest(f.Proofs, p.ManifestSHA256), orWrite(place, fsys.WriteFile(place, append(data, '\n'), 0o644))
}
