package lab

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/springboard-leap/springboard/upgrade"
)

// formatVersion is of the marker and of the data that this version writes and reads.
const formatVersion = 1

// Lab is an opened practice installation. Its methods may be called from several goroutines.
type Lab struct {
	dir  string
	mark marker
}

// marker is the content of MarkerFile.
type marker struct {
	Format   int             `json:"format"`
	Product  upgrade.Product `json:"product"`
	Runtime  upgrade.Runtime `json:"runtime"`
	Seed     uint64          `json:"seed"`
	Apps     int             `json:"apps"`
	Fail     int             `json:"fail"`
	Version  string          `json:"version"` // the version it was created with
	Database Database        `json:"database"`
	Failures []plannedFault  `json:"failures"`
}

// plannedFault is an application that will fail to upgrade, and why.
type plannedFault struct {
	UID   string `json:"uid"`
	Cause string `json:"cause"`
}

// Open recognises a lab by its marker file. A folder without one gives fault SB-7003, a lab of a newer format SB-7004.
func Open(dir string) (*Lab, error) {
	if abs, err := filepath.Abs(dir); err == nil {
		dir = abs
	}
	data, err := os.ReadFile(filepath.Join(dir, MarkerFile))
	if err != nil {
		return nil, upgrade.NewFault("SB-7003", upgrade.KindUnsupported, err, "dir", dir)
	}
	var head struct {
		Format int `json:"format"`
	}
	if err := json.Unmarshal(data, &head); err != nil || head.Format < 1 {
		return nil, upgrade.NewFault("SB-7003", upgrade.KindUnsupported, err, "dir", dir)
	}
	if head.Format > formatVersion {
		return nil, upgrade.NewFault("SB-7004", upgrade.KindUnsupported, nil, "dir", dir, "format", fmt.Sprint(head.Format), "known", fmt.Sprint(formatVersion))
	}
	l := &Lab{dir: dir}
	if err := json.Unmarshal(data, &l.mark); err != nil {
		return nil, upgrade.NewFault("SB-7003", upgrade.KindUnsupported, err, "dir", dir)
	}
	return l, nil
}

// IsLab tells whether root is the root of a lab.
func IsLab(root string) bool {
	_, err := Open(root)
	fault, ok := upgrade.AsFault(err)
	return err == nil || ok && fault.Code == "SB-7004" // a lab all the same; Open says what is the matter with it
}

// Dir is the lab's folder: the root of its file system.
func (l *Lab) Dir() string { return l.dir }

// Product is what the lab is a practice server of.
func (l *Lab) Product() upgrade.Product { return l.mark.Product }

// Credentials sign in to the lab's REST API as its administrator.
func (l *Lab) Credentials() upgrade.Credentials {
	return upgrade.Credentials{User: User, Password: upgrade.NewSecret(Password), Origin: "lab"}
}

// DatabaseCredentials sign in to the lab's database; not set when it needs none (SQLite, Domino).
func (l *Lab) DatabaseCredentials() (upgrade.Credentials, error) {
	if l.mark.Database.Kind != "postgresql" {
		return upgrade.Credentials{}, nil
	}
	password, err := readSecret(l.dir)
	if err != nil {
		return upgrade.Credentials{}, upgrade.NewFault("SB-7008", upgrade.KindFailed, err, "dir", l.dir, "detail", SecretFile+" cannot be read")
	}
	return upgrade.Credentials{User: l.mark.Database.User, Password: password, Origin: "lab"}, nil
}

// Database tells where the lab keeps its data.
func (l *Lab) Database() Database { return l.mark.Database }

// serving is the content of ServingFile.
type serving struct {
	Serving
	Control string `json:"control_url"`
	Token   string `json:"token"` // lets in to the control endpoint; the file is readable by its owner only
}

func readServing(dir string) (serving, error) {
	var s serving
	data, err := os.ReadFile(filepath.Join(dir, ServingFile))
	if err != nil {
		return s, err
	}
	err = json.Unmarshal(data, &s)
	return s, err
}

// holder names the process that holds a lab, for messages.
func holder(dir string) string {
	s, err := readServing(dir)
	if err != nil || s.PID == 0 {
		return "unknown process"
	}
	return fmt.Sprintf("process %d", s.PID)
}

var errNotServed = errors.New("not served")
