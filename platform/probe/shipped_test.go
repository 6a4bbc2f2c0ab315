package probe

import (
	"archive/zip"
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

func zipped(t *testing.T, files map[string][]byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for name, data := range files {
		f, err := w.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write(data); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestShippedFilesAreFoundInTheInnerArchive(t *testing.T) {
	const fsp = "builder.war/WEB-INF/classes/fsp.properties"
	war := zipped(t, map[string][]byte{"WEB-INF/classes/fsp.properties": []byte("a=1\n"), "js/x.js": []byte("x")})
	ear := filepath.Join(t.TempDir(), "HCL Leap.ear")
	if err := os.WriteFile(ear, zipped(t, map[string][]byte{"builder.war": war, "META-INF/application.xml": []byte("<a/>")}), 0o600); err != nil {
		t.Fatal(err)
	}
	got, err := Shipped(ear, []string{fsp, "META-INF/application.xml", "builder.war/absent"})
	if err != nil || len(got) != 2 || string(got[fsp]) != "a=1\n" || string(got["META-INF/application.xml"]) != "<a/>" {
		t.Errorf("%q %v", got, err)
	}
}

func TestADamagedArchiveIsAnError(t *testing.T) {
	dir := t.TempDir()
	whole := zipped(t, map[string][]byte{"builder.war": zipped(t, map[string][]byte{"a": bytes.Repeat([]byte("x"), 9000)})})
	for name, data := range map[string][]byte{"cut": whole[:len(whole)-40], "text": []byte("no archive"), "inner": zipped(t, map[string][]byte{"builder.war": []byte("no archive")})} {
		file := filepath.Join(dir, name+".ear")
		if err := os.WriteFile(file, data, 0o600); err != nil {
			t.Fatal(err)
		}
		if got, err := Shipped(file, []string{"builder.war/a"}); err == nil {
			t.Errorf("%s: %q", name, got)
		}
	}
}
