package offline

import (
	"bytes"
	_ "embed" // the page
	"encoding/json"
	"fmt"
	"html/template"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/springboard-leap/springboard/upgrade"
)

// MarkHeader is the header by which a probe knows the maintenance page of this run for sure; the page itself carries the same mark.
const MarkHeader = "X-Springboard-Maintenance"

// MarkName is the name of the page's meta element and of the JSON key that hold the mark.
const MarkName = "springboard-maintenance"

// HealthPath is where the maintenance server tells a load balancer or a monitor that it is well. It answers 200, every other path 503.
const HealthPath = "/springboard-maintenance/health"

// Bounds of what a person may put on the page: it is copied into the configuration of web servers, whose lines and buffers are bounded.
const (
	maxTitle = 120
	maxText  = 1000
	maxLine  = 200
)

// Page is the maintenance page. It loads nothing, so that it shows whatever else is down.
type Page struct {
	Title   string    // empty: "Down for maintenance"
	Text    string    // empty: a sentence about the upgrade. Blank lines part paragraphs
	Contact string    // who can be asked, may be empty
	Until   time.Time // when the product is expected back, may be zero
	// Retry is what Retry-After says, in whole seconds; zero means ten minutes.
	Retry time.Duration
	// Mark tells this page from every other one: probes look for it.
	Mark string
}

// Check refuses a page that is too long for the configuration of a web server, or that holds control characters.
func (p Page) Check() error {
	for _, part := range []struct {
		name, text string
		most       int
	}{{"title", p.Title, maxTitle}, {"text", p.Text, maxText}, {"contact", p.Contact, maxLine}} {
		switch {
		case utf8.RuneCountInString(part.text) > part.most:
			return upgrade.NewFault("SB-9030", upgrade.KindUsage, nil, "part", part.name, "why", fmt.Sprintf("it is longer than %d characters", part.most))
		case !utf8.ValidString(part.text):
			return upgrade.NewFault("SB-9030", upgrade.KindUsage, nil, "part", part.name, "why", "it is not UTF-8")
		case strings.ContainsFunc(part.text, func(r rune) bool { return r < ' ' && r != '\n' && r != '\r' && r != '\t' }):
			return upgrade.NewFault("SB-9030", upgrade.KindUsage, nil, "part", part.name, "why", "it holds a control character")
		}
	}
	return nil
}

func (p Page) title() string {
	if p.Title == "" {
		return "Down for maintenance"
	}
	return p.Title
}

func (p Page) paragraphs() []string {
	text := strings.TrimSpace(strings.ReplaceAll(p.Text, "\r\n", "\n"))
	if text == "" {
		text = "HCL Leap is being upgraded. Nothing that was saved is lost; what is not saved yet can be entered again afterwards."
	}
	var out []string
	for _, para := range strings.Split(text, "\n\n") {
		if para = strings.Join(strings.Fields(para), " "); para != "" {
			out = append(out, para)
		}
	}
	return out
}

// RetrySeconds is the value of Retry-After.
func (p Page) RetrySeconds() int {
	if p.Retry < time.Second {
		return 600
	}
	return int(p.Retry / time.Second)
}

func (p Page) until() string {
	if p.Until.IsZero() {
		return ""
	}
	return p.Until.Format("2006-01-02 15:04 MST")
}

//go:embed templates/page.html
var pageHTML string

var pageTemplate = template.Must(template.New("page").Parse(pageHTML))

// HTML is the page in ASCII: every other character is an entity, so that it is right whatever character set a web server claims.
func (p Page) HTML() ([]byte, error) {
	var b bytes.Buffer
	err := pageTemplate.Execute(&b, map[string]any{"Title": p.title(), "Paragraphs": p.paragraphs(), "Contact": p.Contact, "Until": p.until(), "Name": MarkName, "Mark": p.Mark})
	if err != nil {
		return nil, err
	}
	return entities(b.Bytes()), nil
}

func entities(page []byte) []byte {
	var out bytes.Buffer
	for _, r := range string(page) {
		if r < utf8.RuneSelf {
			out.WriteRune(r)
		} else {
			fmt.Fprintf(&out, "&#%d;", r)
		}
	}
	return out.Bytes()
}

// answer is what a program gets instead of the page.
type answer struct {
	State   string    `json:"state"`
	Title   string    `json:"title"`
	Message string    `json:"message"`
	Contact string    `json:"contact,omitempty"`
	Until   time.Time `json:"until,omitzero"`
	Retry   int       `json:"retry_after_seconds"`
	Mark    string    `json:"springboard-maintenance"`
}

// JSON is what a client of the API gets, in ASCII.
func (p Page) JSON() ([]byte, error) {
	data, err := json.Marshal(answer{"maintenance", p.title(), strings.Join(p.paragraphs(), " "), p.Contact, p.Until, p.RetrySeconds(), p.Mark})
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	for _, r := range string(data) {
		switch {
		case r < utf8.RuneSelf:
			out.WriteRune(r)
		case r > 0xffff:
			r -= 0x10000
			fmt.Fprintf(&out, `\u%04x\u%04x`, 0xd800+(r>>10), 0xdc00+(r&0x3ff))
		default:
			fmt.Fprintf(&out, `\u%04x`, r)
		}
	}
	out.WriteByte('\n')
	return out.Bytes(), nil
}

// WantsJSON tells whether a request is a program's: one that never says that it takes HTML, and either says that it takes JSON or calls the API. The
// configuration of the web servers decides the same way.
func WantsJSON(accept, path string, product upgrade.Product) bool {
	accept = strings.ToLower(accept)
	if strings.Contains(accept, "text/html") {
		return false
	}
	_, api := Contexts(product)
	return strings.Contains(accept, "json") || path == "/"+api || strings.HasPrefix(path, "/"+api+"/")
}

// Contexts are the first parts of the paths of pages and of the API.
func Contexts(p upgrade.Product) (pages, api string) {
	if p == upgrade.DominoLeap {
		return "volt-apps", "volt-api"
	}
	return "apps", "apps-basic"
}
