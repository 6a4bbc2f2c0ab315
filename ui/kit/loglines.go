package kit

import "github.com/springboard-leap/springboard/ui/present"

// LogLines dresses the rows of an entry. Fold is the sign of its head when it has something to fold; flag marks the head.
func LogLines(rows []present.LogRow, fold Fold, flag bool) []LogLine {
	lines := make([]LogLine, len(rows))
	for i, r := range rows {
		l := LogLine{Text: r.Text}
		switch r.Kind {
		case present.LogNote:
			l.Level = LineNote
		case present.LogGap:
			l.Level = LineGap
		case present.LogFrame:
			l.Level = LineTrace
		case present.LogHead:
			l.Flag = flag
			if r.Folds {
				l.Fold = fold
			}
			l.Spans = []LogSpan{{0, r.Columns, ToneDim}}
			switch {
			case present.Loud(r.Level):
				l.Level, l.Spans = LineError, nil
			case r.Level == "warning":
				l.Level, l.Spans = LineWarning, nil
			}
		}
		lines[i] = l
	}
	return lines
}
