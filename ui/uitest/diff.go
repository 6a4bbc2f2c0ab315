package uitest

import "github.com/pmezard/go-difflib/difflib"

// Diff gives the lines in which two scenes differ, with a line around them; empty when they are the same.
func Diff(was, is string) string {
	text, err := difflib.GetUnifiedDiffString(difflib.UnifiedDiff{A: difflib.SplitLines(was), B: difflib.SplitLines(is), FromFile: "was", ToFile: "is", Context: 1})
	if err != nil {
		return err.Error()
	}
	return text
}
