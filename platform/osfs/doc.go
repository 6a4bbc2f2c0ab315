// Package osfs is the operating system's file system: atomic files, folders that are flushed, volumes with their room and limits, reading past the
// page cache, and who holds a file open. It implements the ports of upgrade/backup (FS, Quiescence) and gives WriteFile to all who replace files.
package osfs
