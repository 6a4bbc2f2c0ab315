package logview

import (
	"path/filepath"

	"github.com/springboard-leap/springboard/ui/kit"
	"github.com/springboard-leap/springboard/ui/port"
	"github.com/springboard-leap/springboard/ui/present"
)

// showFollow writes the primary button: it goes to the end, and says how much is new there.
func (v *View) showFollow(following bool, unseen int) {
	text, on := "Following the end", false
	switch {
	case !v.doc.live():
		text, on = "Back to the followed log", true
	case !following && unseen > 0:
		text, on = "Follow: "+present.Count(int64(unseen))+" new", true
	case !following:
		text, on = "Follow the end", true
	}
	if text == v.follow.Text && on == !v.follow.Disabled() {
		return
	}
	v.follow.SetText(text)
	v.follow.SetEnabled(on)
	v.header.Update()
}

// tellCurrent writes where the cursor is.
func (v *View) tellCurrent(item int) {
	v.showRecord(item)
	v.status.SetText(v.place(item))
	if name := v.doc.info().Encoding; name != "" && name != v.encoding.Text {
		v.encoding.SetText(name)
		v.header.Update()
	}
	v.tellFound()
}

func (v *View) place(item int) string {
	c := v.doc.source.Count()
	all := present.Plural(int64(c.Len()), "record", "records")
	if item < 0 || item >= v.Len() {
		return all
	}
	n := v.doc.window.Number(item)
	text := "Record " + present.Count(int64(n-c.First+1)) + " of " + all
	e, ok := v.doc.source.Entry(n)
	if !ok {
		return text
	}
	if w := e.Wall(); !w.IsZero() {
		text += "   " + w.Format("2006-01-02 15:04:05") + " " + e.Zone()
	}
	if file, line := e.Place(); file != "" {
		text += "   " + filepath.Base(file) + ":" + present.Count(line)
	}
	return text
}

func (v *View) tellCopied(lines int, whole bool) {
	text := "Copied " + present.Plural(int64(lines), "line", "lines")
	if !whole {
		text += ", as much as a clipboard is for. Save writes all"
	}
	v.status.SetText(text)
}

// tell writes the header.
func (v *View) tell() {
	f := v.followedFacts()
	if !v.doc.live() {
		f = v.openedFacts()
	}
	v.header.Set(f)
	v.record.SetEnabled(!v.doc.request.Recording)
	following, unseen := v.view.Following()
	v.showFollow(following, unseen)
}

func (v *View) followedFacts() kit.Facts {
	s := v.doc.state
	f := kit.Facts{Sign: kit.StreamState(s.State).Sign, IfStop: "the server's log stays as it is. What was recorded stays in the run."}
	why := ""
	if s.Reason != "" {
		why = ": " + s.Reason
	}
	switch s.State {
	case "live":
		f.Now = "Live: every byte that was written is read"
		f.Next = "Nothing; failures are listed on the right as they come"
	case "delayed":
		f.Now, f.Next = "Delayed: reading is behind the server"+why, "Wait; the gap closes by itself"
	case "silent":
		f.Now, f.Next = "Silent: the server writes nothing"+why, "If it should be running, look whether it is, or whether it writes elsewhere"
	case "lost":
		f.Now, f.Next = "Lost"+why, "Look at the server's logging settings; what is missing is marked in the stream"
	default:
		f.Now, f.Next = "No log is followed", "See on Survey where the server writes its log, or open one"
	}
	if len(s.Files) > 0 {
		f.Known = fileNames(s.Files, 3) + " and rotated siblings as one stream"
		if s.Bytes > 0 {
			f.Known += "; " + present.Size(s.Bytes) + " recorded"
		}
	}
	return f
}

func (v *View) openedFacts() kit.Facts {
	info, c := v.doc.info(), v.doc.source.Count()
	f := kit.Facts{Sign: kit.Good, Now: info.Title + ", " + present.Plural(int64(c.Len()), "record", "records"), IfStop: "nothing was changed; the followed log is followed on.",
		Next: "Filter and search; the first button goes back to the followed log"}
	switch err := v.doc.opened.Problem(); {
	case err != nil:
		t := kit.TroubleOf(err)
		f.Sign, f.Now, f.Next = kit.Bad, t.What, t.Next
	case !c.Done:
		f.Sign = kit.Sign{Shape: kit.Half, Color: kit.ColorAccent}
		f.Now = "Reading " + info.Title + ", " + present.Plural(int64(c.Len()), "record", "records")
		if c.Total > 0 {
			f.Now += ", " + percent(float64(c.Read)/float64(c.Total))
		}
	}
	f.Known = fileNames(info.Files, 3)
	if len(info.Files) > 1 {
		f.Known += " as one stream"
	}
	for _, s := range []string{info.Format, info.Encoding} {
		if s != "" {
			f.Known += ", " + s
		}
	}
	return f
}

// fileNames names the newest files and counts the others.
func fileNames(files []string, most int) string {
	var names []string
	for i := len(files) - 1; i >= 0 && len(names) < most; i-- {
		names = append(names, filepath.Base(files[i]))
	}
	if rest := len(files) - len(names); rest > 0 {
		names = append(names, present.Plural(int64(rest), "older file", "older files"))
	}
	return present.Join(names)
}

// locate goes to a record that the panel names, without changing the filter unless it hides it.
func (v *View) locate(p port.LogPlace) { v.locateIn(p, v.goTo) }
