package logs

import "github.com/springboard-leap/springboard/upgrade/logs/stamp"

// Statistics are the counts of one log, or of several.
type Statistics struct {
	Files    []FileStatistics `json:"files"`
	Records  int64            `json:"records"`  // lines that begin a record
	Lines    int64            `json:"lines"`    // a last line without an end counts
	Bytes    int64            `json:"bytes"`    // of the content; for .gz unpacked
	ByLevel  map[string]int64 `json:"by_level"` // by letter
	Starts   []Start          `json:"starts"`
	Gaps     []Mark           `json:"gaps,omitempty"`
	Encoding string           `json:"encoding"`
	Format   Format           `json:"format"`
	First    stamp.Moment     `json:"first,omitzero"`
	Last     stamp.Moment     `json:"last,omitzero"`
	Order    string           `json:"date_order"`      // mdy, dmy, ymd, auto when no date can be told
	Sure     bool             `json:"date_order_sure"` // false: more than one order fits
	Orphans  int64            `json:"orphans"`         // lines before the first record that are no header
	// TraceState is the last trace state after the last start; empty when the log does not tell.
	TraceState string `json:"trace_state"`
	Header     Header `json:"header,omitzero"`
}

// FileStatistics are the counts of one file on its own.
type FileStatistics struct {
	Path     string `json:"path"`
	Format   Format `json:"format"`
	Encoding string `json:"encoding"`
	Records  int64  `json:"records"`
	Lines    int64  `json:"lines"`
	Bytes    int64  `json:"bytes"`
	Cut      bool   `json:"cut,omitempty"` // its last record goes on in the next file
}
