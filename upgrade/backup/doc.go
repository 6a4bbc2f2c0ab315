// Package backup makes backups that anyone can prove, and brings them back.
//
// A backup is a folder: data/<part>/<path of the file below the installation's root>, manifest.json, SHA256SUMS and RESTORE.txt. Each file is
// read once, hashed while it is written under a temporary name, flushed to the disk, renamed, and read back past the page cache; the source is
// looked at again afterwards. The manifest is written last: without it the folder is no backup. `sha256sum -c SHA256SUMS` verifies it without
// Springboard.
//
// The order of calls is PlanFor (what is in, what is out, is there room: nothing is written), Create, Verify, Prove, and Restore when it must be.
// The file system, the processes of the server and the tools of databases are ports: see FS, Quiescence and Dumper. Work is streamed: neither the
// plan, nor the manifest, nor a comparison holds all files in memory.
package backup
