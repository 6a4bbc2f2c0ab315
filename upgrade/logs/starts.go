package logs

// starts decides which headers are starts of the server. A header also stands at the top of every rotated file: then the process is the same, and
// no message tells of a launch.
type starts struct {
	list     []Start
	header   Header // the last one
	known    bool   // there was a header
	awaiting bool   // a start is counted whose launch message has not come yet
	seen     bool   // a record came after the header of that start
	pending  *Start // a header at the top of a later file, a start only if a launch follows
}

// onHeader takes a complete header. top tells that it is the first thing in its file, later that another file of the log came before.
// It tells whether the header is a start.
func (s *starts) onHeader(h Header, at Start, top, later bool) bool {
	at.Product, at.Process, at.PID = h.Product, h.Process, h.PID
	before := s.header
	if h.Process == "" && s.known { // SystemErr's header has no process
		h = before
	}
	s.header, s.pending = h, nil
	s.known = true
	if top && later {
		if same, known := at.sameAs(before); same || !known {
			s.pending = &at
			return false
		}
	}
	s.add(at)
	s.awaiting, s.seen = true, false
	return true
}

func (s Start) sameAs(h Header) (same, known bool) {
	return Header{PID: s.PID, Process: s.Process}.sameProcess(h)
}

// onLaunch takes the message that a server writes when it starts: TRAS0017I, CWWKE0001I, "Server started on physical node".
func (s *starts) onLaunch(at Start) bool {
	if s.awaiting && (!s.seen || at.File == s.list[len(s.list)-1].File) {
		s.awaiting = false
		return false
	}
	if s.pending != nil {
		at, s.pending = *s.pending, nil
	}
	s.add(at)
	return true
}

func (s *starts) add(at Start) { s.list = append(s.list, at) }

// isLaunch tells whether a record is the one that a server writes once, at its start.
func isLaunch(f Format, r *Record) bool {
	switch f {
	case WASBasic, WASAdvanced, WASTrace:
		return r.MessageID == "TRAS0017I"
	case Liberty, LibertyTrace, LibertyJSON, LibertyConsole:
		return r.MessageID == "CWWKE0001I"
	case DominoConsole:
		return len(r.Text) > 32 && r.Text[:31] == "Server started on physical node"
	}
	return false
}

// isTraceState tells whether a record tells the trace state.
func isTraceState(r *Record) bool { return r.MessageID == "TRAS0017I" || r.MessageID == "TRAS0018I" }
