// Package osfs is the operating system's file system: atomic files, folders that are flushed, volumes with their room and limits, reading past the
// page cache. It implements the port FS of upgrade/backup and gives WriteFile to all who replace files.
package osfs
