package present

import "github.com/springboard-leap/springboard/upgrade/settings"

// SettingProblem says what is odd about a line of a settings file.
func SettingProblem(p settings.Problem) string {
	switch p.Code {
	case settings.ProblemDuplicate:
		return "The key stands again further down; the last one is in force."
	case settings.ProblemEscape:
		return `\u without four hexadecimal digits: Java refuses the whole file.`
	case settings.ProblemSurrogate:
		return "Half of a surrogate pair."
	case settings.ProblemMojibake:
		return "Raw UTF-8, which Java reads as Latin-1: the letters come out wrong."
	case settings.ProblemBOM:
		return "A byte-order mark, which Java takes for a part of the first key."
	case settings.ProblemDangling:
		return "A backslash at the very end of the file."
	case settings.ProblemUTF16:
		return "The file is UTF-16, which is not an encoding of .properties files."
	case settings.ProblemNUL:
		return "The file holds NUL bytes: it is not a text file."
	case settings.ProblemEmptyKey:
		return "The line begins with its separator: the key is empty."
	case settings.ProblemSyntax:
		return "The XML is not well-formed."
	case settings.ProblemMisspelled:
		return "The key is close to a known one; it may be misspelled."
	case settings.ProblemUnknownKey:
		return "The key is not in the catalogue."
	case settings.ProblemInvalidValue:
		return "The value is not what the key takes."
	}
	return p.Code
}
