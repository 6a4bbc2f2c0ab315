package backup

import (
	"encoding/json"
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
	var own []Proof
	for _, p := range allProofs(fsys, dir) {
		if p.ManifestSHA256 == sum {
			own = append(own, p)
		}
	}
	return own
}

// isProven tells that the last test restore passed: an older one says nothing about a disk that has failed since.
func isProven(proofs []Proof) bool { return len(proofs) > 0 && proofs[len(proofs)-1].OK }

func allProofs(fsys FS, dir string) []Proof {
	data, err := readSmall(fsys, filepath.Join(dir, proofName))
	if err != nil {
		return nil
	}
	var f proofFile
	if json.Unmarshal(data, &f) != nil || f.Schema != proofSchema {
		return nil
	}
	return f.Proofs
}

// addProof appends a test restore to the history.
func addProof(fsys FS, dir string, p Proof) error {
	f := proofFile{Schema: proofSchema, Proofs: append(allProofs(fsys, dir), p)}
	data, err := json.MarshalIndent(f, "", " ")
	if err != nil {
		return err
	}
	place := filepath.Join(dir, proofName)
	return orWrite(place, fsys.WriteFile(place, append(data, '\n'), 0o644))
}
