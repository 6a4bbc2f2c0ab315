package logs

// Format is the shape of a log. The names are those of the installation's logs.
type Format string

// The formats.
const (
	Unrecognised   Format = "unknown" // text without any record
	WASBasic       Format = "was-basic"
	WASAdvanced    Format = "was-advanced"
	WASTrace       Format = "was-trace" // trace.log: basic, with entry and exit
	Liberty        Format = "liberty"   // messages.log
	LibertyTrace   Format = "liberty-trace"
	LibertyConsole Format = "liberty-console"
	LibertyJSON    Format = "liberty-json"
	DominoConsole  Format = "domino-console"
	CBE            Format = "cbe" // CommonBaseEvent XML
	Eclipse        Format = "eclipse"
	FebEvents      Format = "feb-events"
)
