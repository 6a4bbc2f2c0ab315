package display

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// address is where an X server listens.
type address struct {
	network, at string
	number      int
}

// parseDisplay reads "[host]:number[.screen]", and a path to a socket as some systems have it.
func parseDisplay(name string) (address, error) {
	colon := strings.LastIndexByte(name, ':')
	if colon < 0 {
		return address{}, fmt.Errorf("%q names no display", name)
	}
	host, rest := name[:colon], name[colon+1:]
	rest, _, _ = strings.Cut(rest, ".")
	n, err := strconv.Atoi(rest)
	if err != nil || n < 0 {
		return address{}, fmt.Errorf("%q names no display", name)
	}
	switch {
	case strings.HasPrefix(host, "/"):
		return address{"unix", name, n}, nil
	case host == "" || host == "unix":
		return address{"unix", fmt.Sprintf("/tmp/.X11-unix/X%d", n), n}, nil
	}
	return address{"tcp", net.JoinHostPort(host, strconv.Itoa(6000+n)), n}, nil
}

func authority(getenv func(string) string) string {
	if f := getenv("XAUTHORITY"); f != "" {
		return f
	}
	if home := getenv("HOME"); home != "" {
		return filepath.Join(home, ".Xauthority")
	}
	return ""
}

const cookieName = "MIT-MAGIC-COOKIE-1"

// cookie finds the secret for a display in an authority file; none when there is none: the server then decides by other means.
func cookie(file string, number int) []byte {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil
	}
	field := func() []byte {
		if len(data) < 2 {
			data = nil
			return nil
		}
		n := int(binary.BigEndian.Uint16(data))
		if len(data) < 2+n {
			data = nil
			return nil
		}
		f := data[2 : 2+n]
		data = data[2+n:]
		return f
	}
	for len(data) > 2 {
		data = data[2:] // family
		field()         // host
		display, name, secret := string(field()), string(field()), field()
		if name == cookieName && (display == "" || display == strconv.Itoa(number)) {
			return secret
		}
	}
	return nil
}

// hasGLX asks the X server whether it has the extension GLX.
func hasGLX(ctx context.Context, display, authority string) (bool, error) {
	a, err := parseDisplay(display)
	if err != nil {
		return false, err
	}
	var d net.Dialer
	conn, err := d.DialContext(ctx, a.network, a.at)
	if err != nil {
		return false, err
	}
	defer func() { _ = conn.Close() }()
	if at, ok := ctx.Deadline(); ok {
		if err := conn.SetDeadline(at); err != nil {
			return false, err
		}
	}
	return askGLX(conn, cookie(authority, a.number))
}

// askGLX speaks the beginning of the X11 protocol: connection setup, then QueryExtension.
func askGLX(conn io.ReadWriter, secret []byte) (bool, error) {
	setup := []byte{'l', 0, 11, 0, 0, 0}
	name := ""
	if len(secret) > 0 {
		name = cookieName
	}
	setup = binary.LittleEndian.AppendUint16(setup, uint16(len(name)))
	setup = binary.LittleEndian.AppendUint16(setup, uint16(len(secret)))
	setup = append(setup, 0, 0)
	setup = append(setup, padded([]byte(name))...)
	setup = append(setup, padded(secret)...)
	if _, err := conn.Write(setup); err != nil {
		return false, err
	}
	var head [8]byte
	if _, err := io.ReadFull(conn, head[:]); err != nil {
		return false, err
	}
	rest := make([]byte, 4*int(binary.LittleEndian.Uint16(head[6:])))
	if _, err := io.ReadFull(conn, rest); err != nil {
		return false, err
	}
	if head[0] != 1 {
		return false, errors.New("the X server refused: " + strings.TrimRight(string(rest[:min(len(rest), int(head[1]))]), "\x00\n"))
	}
	query := []byte{98, 0, 3, 0, 3, 0, 0, 0, 'G', 'L', 'X', 0}
	if _, err := conn.Write(query); err != nil {
		return false, err
	}
	var reply [32]byte
	if _, err := io.ReadFull(conn, reply[:]); err != nil {
		return false, err
	}
	if reply[0] != 1 {
		return false, errors.New("the X server answered with an error")
	}
	return reply[8] == 1, nil
}

func padded(b []byte) []byte {
	for len(b)%4 != 0 {
		b = append(b, 0)
	}
	return b
}
