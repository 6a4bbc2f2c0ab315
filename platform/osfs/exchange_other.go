//go:build !linux

package osfs

import "github.com/springboard-leap/springboard/upgrade/backup"

func exchange(string, string) error { return backup.ErrUnsupported }
