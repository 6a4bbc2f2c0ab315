package leaprest

import "net/http"

// PageKind recognises a page without an application in mind: "login", "setup", "error", "leap" or "other", and "" when the answer is no page at all. why is
// what it was known by; title and text are the page's, without markup.
func PageKind(contentType string, body []byte, context string) (kind, why, title, text string) {
	if !isHTML(&http.Response{Header: http.Header{"Content-Type": {contentType}}}, body) {
		return "", "", "", ""
	}
	p := readPage(body)
	kind = "other"
	if mark, ok := p.isApp(body, context, "", ""); ok {
		kind, why = "leap", mark
	}
	if phrase, ok := p.saysError(""); ok {
		kind, why = "error", phrase
	}
	switch {
	case p.isSetup():
		kind, why = "setup", p.title
	case p.isLogin():
		kind, why = "login", "it asks for a password"
	}
	return kind, why, p.title, p.text
}
