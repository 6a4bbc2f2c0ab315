// Package wsadmin runs WebSphere's own scripting client, the way in which a cell that a deployment manager owns is changed.
package wsadmin

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/springboard-leap/springboard/upgrade"
)

// outputLimit is how much of the client's words is kept, from the end.
const outputLimit = 64 << 10

// Client is the scripting client of one profile. Who it signs in as is the profile's business (soap.client.props, or the client's own question): a password is
// never put on its command line.
type Client struct{ Profile string }

// Path is the client's program; empty when the profile has none.
func (c Client) Path() string {
	name := "wsadmin.sh"
	if runtime.GOOS == "windows" {
		name = "wsadmin.bat"
	}
	file := filepath.Join(c.Profile, "bin", name)
	if fi, err := os.Stat(file); err != nil || !fi.Mode().IsRegular() {
		return ""
	}
	return file
}

// Run runs a script file and gives what the client said. mark is the line by which the script says that it has saved: without it the run failed, whatever the
// client's exit code. The faults are SB-5026 (no client) and SB-5027 (not saved).
func (c Client) Run(ctx context.Context, script, mark string) (string, error) {
	program := c.Path()
	if program == "" {
		return "", upgrade.NewFault("SB-5026", upgrade.KindFailed, nil, "profile", c.Profile, "script", script)
	}
	var out tail
	cmd := exec.CommandContext(ctx, program, "-lang", "jython", "-f", script)
	cmd.Dir, cmd.Stdout, cmd.Stderr = filepath.Dir(script), &out, &out
	err := cmd.Run()
	if ctx.Err() != nil {
		return out.String(), context.Cause(ctx)
	}
	saved := false
	for line := range strings.Lines(out.String()) {
		saved = saved || strings.TrimSpace(line) == mark
	}
	if err == nil && !saved {
		err = errors.New("the script did not say that it has saved")
	}
	if err != nil {
		return out.String(), upgrade.NewFault("SB-5027", upgrade.KindFailed, err, "script", script, "detail", fmt.Sprintf("%v; %s", err, lastWords(out.String())))
	}
	return out.String(), nil
}

// lastWords are the last lines that say something.
func lastWords(s string) string {
	lines := strings.FieldsFunc(s, func(r rune) bool { return r == '\n' || r == '\r' })
	return strings.Join(lines[max(0, len(lines)-3):], " / ")
}

// tail keeps the end of what is written to it.
type tail struct{ bytes.Buffer }

func (t *tail) Write(p []byte) (int, error) {
	n, err := t.Buffer.Write(p)
	if over := t.Len() - outputLimit; over > 0 {
		t.Next(over)
	}
	return n, err
}
