package logs

import "strings"

// Severity is a level in words, the same for every format.
type Severity string

// The severities.
const (
	Fatal     Severity = "fatal"
	Error     Severity = "error"
	Warning   Severity = "warning"
	Audit     Severity = "audit"
	Info      Severity = "info"
	Config    Severity = "config"
	Detail    Severity = "detail"
	SystemOut Severity = "out"
	SystemErr Severity = "err"
	Fine      Severity = "fine"
	Finer     Severity = "finer"
	Finest    Severity = "finest"
	Entry     Severity = "entry"
	Exit      Severity = "exit"
	Other     Severity = "other"
)

var severities = map[byte]Severity{
	'F': Fatal, 'E': Error, 'W': Warning, 'A': Audit, 'I': Info, 'C': Config, 'D': Detail, 'O': SystemOut, 'R': SystemErr,
	'1': Fine, '2': Finer, '3': Finest, '>': Entry, '<': Exit,
}

// SeverityOf gives the meaning of a level letter; a letter that is not known is Other.
func SeverityOf(letter string) Severity {
	if len(letter) != 1 {
		return Other
	}
	if s, ok := severities[letter[0]]; ok {
		return s
	}
	return Other
}

var letters = map[string]byte{
	"FATAL": 'F', "SEVERE": 'E', "ERROR": 'E', "ERR": 'R', "WARNING": 'W', "WARN": 'W', "AUDIT": 'A', "INFO": 'I', "CONFIG": 'C', "DETAIL": 'D',
	"SYSTEMOUT": 'O', "SYSTEMERR": 'R', "SYSOUT": 'O', "SYSERR": 'R', "EVENT": '1', "FINE": '1', "FINER": '2', "FINEST": '3', "DEBUG": '3', "DUMP": '3',
	"ENTRY": '>', "EXIT": '<',
	"CRITICAL": 'F', "ALERT": 'F', "EMERG": 'F', "NOTICE": 'I', "INFORMATION": 'I', "TRACE": '3', "ENTRYEXIT": '2', "STDOUT": 'O', "STDERR": 'R',
}

// letterOf gives the level letter of a level word or letter; a word that is not known is Z, WebSphere's letter for custom levels.
func letterOf(word string) byte {
	word = strings.TrimSpace(word)
	if len(word) == 1 {
		return word[0]
	}
	if l, ok := letters[strings.ToUpper(word)]; ok {
		return l
	}
	return 'Z'
}

// letterStrings spares an allocation for each record.
var letterStrings = func() (all [256]string) {
	for i := range all {
		all[i] = string([]byte{byte(i)})
	}
	return all
}()
