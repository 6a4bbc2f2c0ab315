package osfs

import (
	"testing"

	"github.com/springboard-leap/springboard/upgrade/backup"
)

func TestAQuotaLowersWhatIsFree(t *testing.T) {
	for name, c := range map[string]struct {
		q    dqblk
		want backup.Space
	}{
		"none":              {dqblk{bytes: 5000, inodes: 7}, backup.Space{Free: 10 << 20, FreeFiles: 1000}},
		"hard limit":        {dqblk{hardBlocks: 1024, softBlocks: 512, bytes: 1 << 19}, backup.Space{Free: 1 << 19, FreeFiles: 1000, Quota: true}},
		"soft limit alone":  {dqblk{softBlocks: 1024, bytes: 1 << 19}, backup.Space{Free: 1 << 19, FreeFiles: 1000, Quota: true}},
		"used up":           {dqblk{hardBlocks: 1, bytes: 2048}, backup.Space{Free: 0, FreeFiles: 1000, Quota: true}},
		"more than is free": {dqblk{hardBlocks: 1 << 30}, backup.Space{Free: 10 << 20, FreeFiles: 1000}},
		"files":             {dqblk{hardInodes: 10, inodes: 4}, backup.Space{Free: 10 << 20, FreeFiles: 6, Quota: true}},
	} {
		t.Run(name, func(t *testing.T) {
			s := backup.Space{Free: 10 << 20, FreeFiles: 1000}
			if lower(&s, c.q); s != c.want {
				t.Errorf("got %+v, want %+v", s, c.want)
			}
		})
	}
}

func TestAskingForAQuotaHarmsNothing(t *testing.T) {
	s := backup.Space{Free: 1 << 20}
	quota(t.TempDir(), &s) // most volumes have none
	if s.Free < 0 || s.Free > 1<<20 {
		t.Errorf("%+v", s)
	}
}
