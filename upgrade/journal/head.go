package journal

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/springboard-leap/springboard/upgrade"
)

// headFormat is the version of the head file that this Springboard writes.
const headFormat = 1

// head stands beside a journal and tells how far it goes. The chain alone cannot tell that whole lines are missing at its end.
type head struct {
	Format  int    `json:"format"`
	Entries int    `json:"entries"`
	Hash    string `json:"hash"` // of the last of them
}

// HeadPath is the file that tells how far the journal at path goes.
func HeadPath(path string) string { return path + ".head" }

// readHead gives the head of a journal. ok is false when it has none: it is empty, or an older Springboard wrote it. It is read before the journal, so that an entry
// which another process appends meanwhile is never missing.
func readHead(path string) (h head, ok bool, err error) {
	data, err := os.ReadFile(HeadPath(path))
	if errors.Is(err, fs.ErrNotExist) {
		return h, false, nil
	}
	if err != nil {
		return h, false, upgrade.NewFault("SB-6002", upgrade.KindFailed, err, "file", HeadPath(path))
	}
	if err := json.Unmarshal(data, &h); err != nil || h.Format < 1 || h.Entries < 1 || h.Hash == "" {
		return h, false, upgrade.NewFault("SB-6004", upgrade.KindVerify, err, "file", path, "why", HeadPath(path)+" cannot be read")
	}
	if h.Format > headFormat {
		return h, false, upgrade.NewFault("SB-6022", upgrade.KindUnsupported, nil, "dir", path, "format", fmt.Sprint(h.Format))
	}
	return h, true, nil
}

// reaches fails when entries end before the head, or are not those that it was written after. More entries than it tells of are right: a program was killed between
// the two, or an older one appended.
func (h head) reaches(path string, entries []Entry) error {
	if len(entries) < h.Entries {
		return upgrade.NewFault("SB-6004", upgrade.KindVerify, nil, "file", path, "why",
			fmt.Sprintf("it ends after %d entries, and %d were written", len(entries), h.Entries))
	}
	if entries[h.Entries-1].Hash != h.Hash {
		return upgrade.NewFault("SB-6004", upgrade.KindVerify, nil, "file", path, "why", fmt.Sprintf("entry %d is not the one that was written", h.Entries))
	}
	return nil
}

// writeHead tells of the last entry.
func (j *Journal) writeHead(last Entry) error {
	data, err := json.Marshal(head{headFormat, last.Seq, last.Hash})
	if err != nil {
		return err
	}
	return j.files.WriteFile(HeadPath(j.path), append(data, '\n'), 0o600)
}
