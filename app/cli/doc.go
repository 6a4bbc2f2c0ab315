// Package cli is the command line: commands, flags, text and JSON output, exit codes. It calls the same services of app/wire as the window and
// holds no logic of its own. Standard output is data, standard error is words; with --json every answer is JSON that carries its schema.
package cli
