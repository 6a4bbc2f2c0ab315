package backup

import "strings"

// sumLine is the line of SHA256SUMS for a path, as GNU sha256sum writes and reads it: a name with a backslash or a line break is escaped, and a
// backslash before the hash says so.
func sumLine(sum [32]byte, path string) string {
	if strings.ContainsAny(path, "\\\n\r") {
		return `\` + hexSum(sum) + "  " + sumEscape.Replace(path) + "\n"
	}
	return hexSum(sum) + "  " + path + "\n"
}

var sumEscape = strings.NewReplacer(`\`, `\\`, "\n", `\n`, "\r", `\r`)
