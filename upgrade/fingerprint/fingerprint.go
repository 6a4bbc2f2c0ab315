// Package fingerprint takes out of failures what differs between two that have the same cause: ids, names in quotes, numbers, paths, addresses, line
// numbers, and the numbers that Java gives to classes it makes while it runs. What is left is hashed by those who compare failures: of a log, of a table,
// of the answers of applications.
package fingerprint

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"github.com/springboard-leap/springboard/upgrade/lazyregexp"
)

// generated are parts of class and method names that differ from start to start: lambdas, proxies, subclasses and accessors made by Java, CGLIB,
// Javassist, ByteBuddy, Hibernate, EJB containers; hidden classes have an address after a slash.
var generated = []struct {
	re *lazyregexp.Regexp
	by string
}{
	{lazyregexp.New(`/0x[0-9a-fA-F]+`), ""},
	{lazyregexp.New(`\$\$(?:Lambda|EnhancerBy\w+?|FastClassBy\w+?|SpringCGLIB|ByteBuddy|HibernateProxy|HibernateBasicProxy|_WeldClientProxy|_javassist)[\w$]*(?:/\d+)?`), "$$$$"},
	{lazyregexp.New(`_\$\$_jvst[\w]*(?:_\d+)?`), "$$$$"},
	{lazyregexp.New(`\blambda\$(\w*?)\$\d+`), "lambda$$$1"},
	{lazyregexp.New(`\$Proxy\d+`), "$$Proxy"},
	{lazyregexp.New(`(Generated(?:Method|Constructor|SerializationConstructor)Accessor)\d+`), "$1"},
	{lazyregexp.New(`(LambdaForm\$\w+)/\d+`), "$1"},
	{lazyregexp.New(`_[0-9a-f]{6,}\b`), "_"},
	{lazyregexp.New(`\b(access\$)\d+`), "$1"},
}

// Class is a class's name without the numbers that Java gave it. The number of an anonymous class ("Step$1") is the compiler's and stays.
func Class(name string) string {
	for _, g := range generated {
		name = g.re.ReplaceAllString(name, g.by)
	}
	return name
}

// Frame is class and method of a line of a stack trace (without "at "): no module, file, line number, library or generated number.
func Frame(frame string) string {
	frame, _, _ = strings.Cut(frame, "(")
	frame = Class(strings.TrimSpace(frame))
	if slash := strings.LastIndexByte(frame, '/'); slash >= 0 { // "java.base/", "app//"
		frame = frame[slash+1:]
	}
	return frame
}

// Codes are the parts of a message that say what failed, in every language: codes of databases and ids of messages.
func Codes(message string) []string { return codes.FindAllString(message, 6) }

var codes = lazyregexp.New(`SQL(?:CODE|STATE)[=: ]+-?\w{1,6}\b|\bORA-\d{5}\b|\bPSQL-\d+\b|\bSQL\d{4,5}[NCWE]\b|\b[A-Z]{4,5}\d{4}[EWIAF]\b|\bERRORCODE[=: ]+-?\d+|\b(?:errno|HTTP|status)[=: ]+\d{1,3}\b`)

// values are parts of a text that differ from failure to failure.
var values = []struct {
	re *lazyregexp.Regexp
	by string
}{
	{lazyregexp.New(`[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}`), "<id>"},
	{lazyregexp.New(`\b[a-z][a-z0-9+.-]*://[^\s,;)]+`), "<url>"},
	{lazyregexp.New(`(?:[A-Za-z]:)?(?:[/\\][^\s/\\:;,()]+){2,}[/\\]?|[A-Za-z]:\\[^\s:;,()]+`), "<path>"},
	{lazyregexp.New(`[\w.+-]+@[\w-]+\.[\w.-]+`), "<mail>"},
	{lazyregexp.New(`@[0-9a-f]{4,16}\b`), "@"},
	{lazyregexp.New(`\bF_\w+`), "<form>"},
	{lazyregexp.New(`\b(?:[0-9a-fA-F]{2,}[:-]){3,}[0-9a-fA-F]{2,}\b`), "<address>"},
	{lazyregexp.New(`\b[0-9]*[a-fA-F]*[0-9]+[0-9a-fA-F]{7,}\b`), "<id>"},
	{lazyregexp.New(`[0-9]+(?:[.,:][0-9]+)*`), "#"},
}

// Message is a text without values; known values (an application's uid and name) are taken out first. Codes that say what failed stay.
func Message(text string, known ...string) string {
	for _, k := range known {
		if len(k) > 2 {
			text = strings.ReplaceAll(text, k, "<known>")
		}
	}
	text = quoted.ReplaceAllStringFunc(errorTokens.ReplaceAllString(text, "SQLERRMC=<value>"), func(q string) string {
		return strings.Join(append([]string{"<value>"}, Codes(q)...), " ") // what is quoted is a value, unless it is a code
	})
	var b strings.Builder
	from := 0
	for _, at := range codes.FindAllStringIndex(text, -1) {
		b.WriteString(withoutValues(text[from:at[0]]))
		b.WriteString(text[at[0]:at[1]])
		from = at[1]
	}
	b.WriteString(withoutValues(text[from:]))
	return strings.Join(strings.Fields(b.String()), " ")
}

func withoutValues(text string) string {
	for _, v := range values {
		text = v.re.ReplaceAllString(text, v.by)
	}
	return text
}

var (
	quoted      = lazyregexp.New("'[^'\n]*'|\"[^\"\n]*\"|“[^”\n]*”|„[^“”\n]*[“”]|«[^»\n]*»|‘[^’\n]*’|`[^`\n]*`")
	errorTokens = lazyregexp.New(`SQLERRMC[=:] ?[^,\s]+`) // what Db2's message is about: names of tables and columns
)

// Sum is a short hash of what was left over.
func Sum(lines ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(lines, "\n")))
	return hex.EncodeToString(sum[:6])
}
