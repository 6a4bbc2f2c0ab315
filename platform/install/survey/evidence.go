package survey

import (
	"strings"

	"github.com/springboard-leap/springboard/platform/install/xmlscan"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/lazyregexp"
)

// maxText is how much of a line becomes evidence; lines of server.xml can be kilobytes long.
const maxText = 400

const dots = "••••••"

var secrets = []*lazyregexp.Regexp{
	lazyregexp.New(`(?i)((?:name|key)="[^"]*(?:pass|pwd|secret|credential)[^"]*"[^<>]*?\b(?:value|defaultValue)=")([^"]*)`),
	lazyregexp.New(`(?i)(\b(?:value|defaultValue)=")([^"]*)("[^<>]*?\b(?:name|key)="[^"]*(?:pass|pwd|secret|credential)[^"]*")`),
	lazyregexp.New(`(?i)([\w.-]*(?:password|passwd|passphrase|pwd|secret|credential|token)[\w.-]*\s*[=:]\s*["']?)([^\s"'<>&;,]+)`),
	lazyregexp.New(`(?i)(\{(?:xor|aes|hash)\})([^\s"'<>&]+)`),
	lazyregexp.New(`(://[^\s/:@"']+:)([^\s/@"']+)(@)`),
	lazyregexp.New(`(?i)(jdbc:oracle:\w+:[^\s/@"']+/)([^\s@"']+)(@)`),
}

// Mask takes passwords and the like out of a line of a file.
func Mask(text string) string {
	for _, re := range secrets {
		text = re.ReplaceAllString(text, "${1}"+dots+"${3}")
	}
	return text
}

// Line makes evidence of a line of a file: masked, and cut when it is very long.
func Line(file string, line int, text string) upgrade.Evidence {
	text = Mask(strings.ToValidUTF8(strings.TrimSpace(text), "�"))
	if len(text) > maxText {
		cut := maxText
		for cut > 0 && text[cut]&0xC0 == 0x80 {
			cut--
		}
		text = text[:cut] + " …"
	}
	return upgrade.FileEvidence(file, line, text)
}

// AttrEvidence points at an attribute of an element.
func AttrEvidence(doc *xmlscan.Document, e *xmlscan.Element, attr string) upgrade.Evidence {
	line := e.Line
	if attr != "" {
		line = doc.AttrLine(e, attr)
	}
	text := doc.LineText(line)
	if i := strings.Index(text, attr+"="); attr != "" && i > maxText/2 { // keep the attribute in sight on a long line
		text = "… " + text[i:]
	}
	return Line(doc.File, line, text)
}
