package present

import "strings"

// Command writes command lines that do what the window does.
type Command struct {
	Root string // empty on the machine itself
	Run  string // empty: the newest open run
}

// Line is the command line of springboardctl with the root and the run of this window.
func (c Command) Line(args ...string) string {
	words := []string{"springboardctl"}
	for _, a := range args {
		words = append(words, Quote(a))
	}
	if c.Root != "" && c.Root != "/" {
		words = append(words, "--root", Quote(c.Root))
	}
	if c.Run != "" {
		words = append(words, "--run", Quote(c.Run))
	}
	return strings.Join(words, " ")
}

// Quote writes an argument so that it can be pasted: bare where that is safe, in double quotes where cmd.exe, PowerShell and shells agree, in
// single quotes otherwise.
func Quote(arg string) string {
	if arg == "" {
		return `""`
	}
	plain := true
	for _, r := range arg {
		if !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-_./:=@,+\\", r)) {
			plain = false
			break
		}
	}
	windows := len(arg) > 2 && arg[1] == ':' && arg[2] == '\\'
	switch {
	case plain && (windows || !strings.Contains(arg, `\`)):
		return arg
	case windows && !strings.ContainsAny(arg, `"%$`+"`"):
		return `"` + arg + `"`
	case !strings.ContainsAny(arg, "\"$`\\!"):
		return `"` + arg + `"`
	}
	return "'" + strings.ReplaceAll(arg, "'", `'\''`) + "'"
}
