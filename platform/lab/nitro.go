package lab

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sort"
	"time"

	"github.com/springboard-leap/springboard/platform/lab/internal/sample"
	"github.com/springboard-leap/springboard/platform/lab/internal/store"
)

// nitroHead is application.json of a .nitro_s.
type nitroHead struct {
	UID      string    `json:"uid"`
	Title    string    `json:"title"`
	Owner    string    `json:"owner"`
	Version  string    `json:"productVersion"`
	Created  time.Time `json:"created"`
	Modified time.Time `json:"modified"`
	Records  int       `json:"submittedRecords"`
}

// nitro is an application as an archive: the .nitro_s of an export.
type nitro struct {
	head    nitroHead
	content store.Content
}

const maxNitro = 64 << 20 // bytes of an archive and of any of its files

// encode packs an archive. The same application gives the same bytes.
func (n nitro) encode(withData bool) ([]byte, error) {
	if !withData {
		n.head.Records, n.content.Records = 0, nil
	}
	head, err := json.MarshalIndent(n.head, "", "  ")
	if err != nil {
		return nil, err
	}
	entries := []entry{{"application.json", head}, {"design/application.json", n.content.Design},
		{"resources/theme.css", []byte("/* " + n.head.UID + " */\n.lfForm { font-family: sans-serif; }\n")}}
	byForm := map[string][]sample.Record{}
	for _, r := range n.content.Records {
		byForm[r.Form] = append(byForm[r.Form], r)
	}
	forms := make([]string, 0, len(byForm))
	for f := range byForm {
		forms = append(forms, f)
	}
	sort.Strings(forms)
	for _, f := range forms {
		data, err := json.Marshal(byForm[f])
		if err != nil {
			return nil, err
		}
		entries = append(entries, entry{"submitted/" + f + ".json", data})
	}
	return archive(n.head.Modified, entries)
}

// decodeNitro reads an archive, however it is broken.
func decodeNitro(data []byte) (n nitro, err error) {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return n, fmt.Errorf("not a .nitro_s archive: %w", err)
	}
	for _, f := range z.File {
		content, err := readEntry(f)
		if err != nil {
			return n, fmt.Errorf("%s: %w", f.Name, err)
		}
		switch {
		case f.Name == "application.json":
			err = json.Unmarshal(content, &n.head)
		case f.Name == "design/application.json":
			if !json.Valid(content) {
				err = errors.New("not JSON")
			}
			n.content.Design = content
		case len(f.Name) > 10 && f.Name[:10] == "submitted/":
			var some []sample.Record
			err = json.Unmarshal(content, &some)
			n.content.Records = append(n.content.Records, some...)
		}
		if err != nil {
			return n, fmt.Errorf("%s: %w", f.Name, err)
		}
	}
	return n, n.check()
}

func readEntry(f *zip.File) ([]byte, error) {
	r, err := f.Open()
	if err != nil {
		return nil, err
	}
	defer func() { _ = r.Close() }()
	content, err := io.ReadAll(io.LimitReader(r, maxNitro+1))
	if err == nil && len(content) > maxNitro {
		err = errors.New("too large")
	}
	return content, err
}

func (n nitro) check() error {
	switch {
	case n.head.UID == "" || n.head.Title == "":
		return errors.New("application.json is missing or has no uid or title")
	case len(n.head.UID) > 36:
		return errors.New("the uid is longer than 36 characters")
	case n.content.Design == nil:
		return errors.New("design/application.json is missing")
	}
	for _, r := range n.content.Records {
		if r.UID == "" || len(r.UID) > 36 || !json.Valid(r.Data) {
			return errors.New("a submitted record has no uid or no data")
		}
	}
	_, err := numbers(n.head.Version)
	return err
}
