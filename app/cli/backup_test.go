package cli

import (
	"strings"
	"testing"

	"github.com/springboard-leap/springboard/upgrade/backup"
)

func TestASizeThatNobodyKnowsBeforeIsNotToldAsZero(t *testing.T) {
	var out strings.Builder
	printBackupPlan(&out, backup.Plan{
		Parts: []backup.Part{{Name: backup.PartDatabase, In: true, Why: "a dump of Db2 LEAP"}, {Name: backup.PartEar, In: true, Files: 3, Bytes: 2048, Why: "the installed application"},
			{Name: backup.PartSettings, Why: "not asked for"}},
		Volumes: []backup.Volume{{Path: "/b", Role: "target", Needed: 4096, Space: backup.Space{Type: "ext4", Free: 1 << 30}}},
	})
	for _, want := range []string{"unknown", "2.0 KiB", "needed 4.0 KiB and the dump of the database"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is not told:\n%s", want, out.String())
		}
	}
	if strings.Count(out.String(), "unknown") != 1 || strings.Count(out.String(), " 0 B") != 1 {
		t.Errorf("a size is unknown that is known, or the other way round:\n%s", out.String())
	}
}
