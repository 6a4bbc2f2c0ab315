package install

import (
	"errors"
	"path/filepath"
	"testing"

	"github.com/springboard-leap/springboard/platform/install/installtest"
	"github.com/springboard-leap/springboard/upgrade"
)

// FuzzFile names a file of any content as each kind of configuration, alone and in its place: a result or a fault, never anything else.
func FuzzFile(f *testing.F) {
	for _, text := range []string{serverXML("s", "*=all", "-Dfsp.extensions.dirs=/a"), resources(db2("X")), serverIndex("h", entry("s", "APPLICATION_SERVER", leapApp)),
		variables("A", "${A}"), "<profiles><profile path='..'/></profiles>", "<server><logging/></server>", "[Notes]\nDirectory=..\n", "<XMI><Server/></XMI>", "\x00", ""} {
		for kind := range kinds {
			f.Add(kind, []byte(text))
		}
	}
	f.Fuzz(func(t *testing.T, kind int, data []byte) {
		place := kinds[(kind%len(kinds)+len(kinds))%len(kinds)]
		alone := installtest.Tree(t, map[string]string{filepath.Base(place): "x"})
		installtest.Add(t, alone, map[string]string{filepath.Base(place): string(data)})
		tree := installtest.Tree(t, merge(wasTree(), map[string]string{place: string(data)}))
		for root, path := range map[string]string{alone: "/" + filepath.Base(place), tree: "/" + place} {
			r, err := Detect(t.Context(), Options{Root: root, Paths: []string{path}})
			var fault *upgrade.Fault
			if err != nil && !errors.As(err, &fault) {
				t.Fatalf("%s: %v is no fault", path, err)
			}
			for _, in := range r.Installations {
				if in.ID == "" || in.Evidence["home"].IsZero() {
					t.Fatalf("%s: %+v", path, in)
				}
			}
		}
	})
}

var kinds = []string{serverDir + "server.xml", serverDir + "resources.xml", nodeDir + "serverindex.xml", nodeDir + "variables.xml",
	wasRoot + "properties/profileRegistry.xml", "opt/wlp/usr/servers/s/server.xml", "local/notesdata/notes.ini", serverDir + "hpelModel.xml"}
