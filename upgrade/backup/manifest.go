package backup

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"time"
)

// The files of a backup beside its data.
const (
	manifestName = "manifest.json"
	sumsName     = "SHA256SUMS"
	guideName    = "RESTORE.txt"
	proofName    = "proof.json"
	workDir      = ".work" // of an unfinished backup
)

// manifestFormat is raised when an older Springboard would misread a manifest. Fields that may be ignored are added without. A backup is written in
// the lowest format that tells all of it: packed files need the second one.
const (
	manifestFormat = 2
	packedFormat   = 2
	manifestSchema = "springboard.manifest/1"
)

// header is a manifest without its entries.
type header struct {
	Schema       string         `json:"schema"`
	Format       int            `json:"format"`
	Tool         string         `json:"tool"`
	Host         string         `json:"host,omitempty"`
	Started      time.Time      `json:"started"`
	Created      time.Time      `json:"created"`
	Installation Subject        `json:"installation"`
	Rest         Rest           `json:"quiescence"`
	Busy         []Process      `json:"busy,omitempty"`
	Reread       ReadBack       `json:"reread,omitempty"`         // where the copies were read back from; of older backups: the disk
	Compression  string         `json:"compression,omitempty"`    // zstd, or empty
	Content      int64          `json:"content_bytes,omitempty"`  // what packed files hold
	Plain        []string       `json:"not_compressed,omitempty"` // files of a packed backup that stand as they are
	Parts        []manifestPart `json:"parts"`
	Out          []outPart      `json:"out,omitempty"`
	Skipped      []Skipped      `json:"skipped,omitempty"`
	Documents    []document     `json:"documents"`
	Totals       totals         `json:"totals"`
}

// contentBytes is what a restore writes.
func (h header) contentBytes() int64 {
	if h.Compression != "" {
		return h.Content
	}
	return h.Totals.Bytes
}

func (h header) contentOf(p manifestPart) int64 {
	if h.Compression != "" {
		return p.Content
	}
	return p.Bytes
}

type manifestPart struct {
	Name  string  `json:"name"`
	Items []item  `json:"items"`
	Dump  *Dumped `json:"dump,omitempty"`
	// Content is what its packed files and the others hold together, in a packed backup; Bytes is what stands in the backup.
	Content int64 `json:"content_bytes,omitempty"`
	totals
}

type outPart struct {
	Name string `json:"name"`
	Why  string `json:"why"`
}

// document is a sealed file that is no data.
type document struct {
	Path   string `json:"path"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

type totals struct {
	Files int64 `json:"files"`
	Dirs  int64 `json:"dirs"`
	Links int64 `json:"links"`
	Bytes int64 `json:"bytes"`
}

func (t *totals) add(e entry) {
	switch e.Type {
	case typeFile:
		t.Files++
		t.Bytes += e.Size
	case typeDir:
		t.Dirs++
	case typeLink:
		t.Links++
	}
}

// writeManifest writes the header and the entries that each gives, and returns the hash of what it wrote.
func writeManifest(w io.Writer, h header, each func(func(entry) error) error) (sum [32]byte, err error) {
	hash := sha256.New()
	out := bufio.NewWriterSize(io.MultiWriter(w, hash), 1<<16)
	head, err := json.MarshalIndent(h, "", " ")
	if err != nil {
		return sum, err
	}
	fmt.Fprintf(out, "%s,\n \"entries\": [", head[:len(head)-2]) // without the last line break and brace
	comma := ""
	err = each(func(e entry) error {
		text, err := json.Marshal(e)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(out, "%s\n%s", comma, text)
		comma = ","
		return err
	})
	if err != nil {
		return sum, err
	}
	fmt.Fprint(out, "\n ]\n}\n")
	if err := out.Flush(); err != nil { // holds the first error of all writes above
		return sum, err
	}
	hash.Sum(sum[:0])
	return sum, nil
}

// hexSum is a hash as people and sha256sum write it.
func hexSum(sum [32]byte) string { return hex.EncodeToString(sum[:]) }

// checkHeader refuses a header that no backup of ours has.
func checkHeader(h header) error {
	seen := map[string]bool{}
	for _, p := range h.Parts {
		if !isPart(p.Name) || seen[p.Name] {
			return fmt.Errorf("part %.50q is unknown or stands twice", p.Name)
		}
		seen[p.Name] = true
		for _, i := range p.Items {
			if err := checkPath(dataDir + "/" + p.Name + "/" + i.Rel); err != nil {
				return err
			}
		}
	}
	for _, d := range h.Documents {
		if d.Path != guideName {
			return fmt.Errorf("document %.50q is unknown", d.Path)
		}
	}
	return nil
}
