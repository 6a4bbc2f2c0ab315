package osfs

import "github.com/springboard-leap/springboard/upgrade/backup"

const fatMaxFile = 1<<32 - 1

// limits adds what the type of a volume is known for.
func limits(s *backup.Space) {
	switch s.Type {
	case "vfat", "fat32", "fat", "msdos":
		s.MaxFile, s.FoldsCase = fatMaxFile, true
	case "exfat", "cifs", "smb2", "smb", "ntfs", "refs", "apfs", "hfs":
		s.FoldsCase = true
	}
}
