// Package secrets finds the user and password of a server: from the environment, a password file, a password command, the system's keyring, or by
// asking a person. They are never taken from an argument, and leave the package as upgrade.Credentials only, which print as dots.
package secrets

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"time"

	"github.com/zalando/go-keyring"

	"github.com/springboard-leap/springboard/upgrade"
)

// Target is what credentials are for.
type Target string

// The targets; their variables in the environment are SPRINGBOARD_LEAP_USER, SPRINGBOARD_LEAP_PASSWORD and so on.
const (
	Leap     Target = "LEAP"
	Database Target = "DB"
)

func (t Target) variable(what string) string { return "SPRINGBOARD_" + string(t) + "_" + what }

// Ask asks a person for one value; hidden ones are not echoed.
type Ask func(ctx context.Context, prompt string, hidden bool) (string, error)

// Options tell where to look. The order is: environment, password file, password command, keyring, Own, prompt. A source that is named explicitly (file or
// command) and fails is a fault; it is not passed over in silence.
type Options struct {
	Target          Target
	Server          string // host:port or URL, names the keyring's entry and the prompt
	User            string // given by a flag or setting; the environment's wins when empty
	PasswordFile    string
	PasswordCommand string // run by the system's shell; its first line of output is the password
	UseKeyring      bool
	Own             upgrade.Credentials // a lab's own
	Ask             Ask                 // nil: never ask (no terminal, or --no-input)
	Getenv          func(string) string // nil: os.Getenv
}

const commandTimeout = time.Minute

// Find gives the credentials. When nothing is found the fault SB-4705 (KindAuth) says where it was looked.
func Find(ctx context.Context, o Options) (upgrade.Credentials, error) {
	if o.Getenv == nil {
		o.Getenv = os.Getenv
	}
	user := o.User
	if user == "" {
		user = o.Getenv(o.Target.variable("USER"))
	}
	if user == "" {
		user = o.keptUser()
	}
	password, origin, err := o.password(ctx, user)
	if err != nil {
		return upgrade.Credentials{}, err
	}
	if origin == "" && o.Own.IsSet() && (user == "" || user == o.Own.User) {
		return o.Own, nil
	}
	if (user == "" || origin == "") && o.Ask != nil {
		return o.ask(ctx, user, password, origin)
	}
	if user == "" && origin != "" && o.Own.IsSet() {
		user = o.Own.User
	}
	if user == "" || origin == "" {
		return upgrade.Credentials{}, upgrade.NewFault("SB-4705", upgrade.KindAuth, nil, "server", o.Server,
			"user", o.Target.variable("USER"), "password", o.Target.variable("PASSWORD"))
	}
	return upgrade.Credentials{User: user, Password: upgrade.NewSecret(password), Origin: origin}, nil
}

// keptUser is the user whose password was kept last; empty when none was, or when the password comes from elsewhere and would not be his.
func (o Options) keptUser() string {
	if !o.UseKeyring || !hasKeyring(o.Getenv) || o.Getenv(o.Target.variable("PASSWORD")) != "" || o.PasswordFile != "" || o.PasswordCommand != "" {
		return ""
	}
	user, err := keyring.Get(service(o.Target, o.Server), theUser)
	if err != nil {
		return ""
	}
	return user
}

// theUser is the entry that holds the name of the user whose password was kept last. No account has such a name.
const theUser = "(user)"

// password looks in all places but the prompt; origin is empty when there is none.
func (o Options) password(ctx context.Context, user string) (password, origin string, err error) {
	if password = o.Getenv(o.Target.variable("PASSWORD")); password != "" {
		return password, "environment", nil
	}
	if o.PasswordFile != "" {
		password, err = readFile(o.PasswordFile)
		return password, "password file", err
	}
	if o.PasswordCommand != "" {
		password, err = runCommand(ctx, o.PasswordCommand)
		return password, "password command", err
	}
	if o.UseKeyring && user != "" && hasKeyring(o.Getenv) {
		password, err = keyring.Get(service(o.Target, o.Server), user)
		if err == nil && password != "" {
			return password, "keyring", nil
		}
	}
	return "", "", nil // no keyring, or no entry in it: the next source
}

func (o Options) ask(ctx context.Context, user, password, origin string) (upgrade.Credentials, error) {
	var err error
	if user == "" {
		if user, err = o.Ask(ctx, "User for "+o.Server, false); err != nil {
			return upgrade.Credentials{}, err
		}
	}
	if origin == "" {
		if password, err = o.Ask(ctx, "Password of "+user+" for "+o.Server, true); err != nil {
			return upgrade.Credentials{}, err
		}
		origin = "prompt"
	}
	return upgrade.Credentials{User: user, Password: upgrade.NewSecret(password), Origin: origin}, nil
}

func service(t Target, server string) string {
	return "springboard " + strings.ToLower(string(t)) + " " + server
}

// Remember keeps user and password in the system's keyring, so that both are found without being asked for. Call it only when a person asked for it. Without a keyring it is SB-4704.
func Remember(t Target, server string, c upgrade.Credentials, getenv func(string) string) error {
	if getenv == nil {
		getenv = os.Getenv
	}
	if !hasKeyring(getenv) {
		return upgrade.NewFault("SB-4704", upgrade.KindFailed, errors.New("there is no session with a keyring"), "server", server)
	}
	err := keyring.Set(service(t, server), c.User, c.Password.Reveal())
	if err == nil {
		err = keyring.Set(service(t, server), theUser, c.User)
	}
	if err != nil {
		return upgrade.NewFault("SB-4704", upgrade.KindFailed, err, "server", server)
	}
	return nil
}

// Forget removes what was kept of a server, and tells whose it was; user is empty for the one that was kept last. What isn't there is no error.
func Forget(t Target, server, user string, getenv func(string) string) (forgot string, err error) {
	if getenv == nil {
		getenv = os.Getenv
	}
	if !hasKeyring(getenv) {
		return "", upgrade.NewFault("SB-4704", upgrade.KindFailed, errors.New("there is no session with a keyring"), "server", server)
	}
	kept, err := keyring.Get(service(t, server), theUser)
	if err != nil && !errors.Is(err, keyring.ErrNotFound) {
		return "", upgrade.NewFault("SB-4704", upgrade.KindFailed, err, "server", server)
	}
	if user == "" {
		user = kept
	}
	if user == "" {
		return "", nil
	}
	entries := []string{user}
	if user == kept {
		entries = append(entries, theUser)
	}
	for _, e := range entries {
		err := keyring.Delete(service(t, server), e)
		switch {
		case err == nil:
			forgot = user
		case !errors.Is(err, keyring.ErrNotFound):
			return forgot, upgrade.NewFault("SB-4704", upgrade.KindFailed, err, "server", server)
		}
	}
	return forgot, nil
}

const longest = 64 << 10

// readFile reads the first line of a file that nobody else may read.
func readFile(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", upgrade.NewFault("SB-4702", upgrade.KindAuth, err, "file", path)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return "", upgrade.NewFault("SB-4702", upgrade.KindAuth, err, "file", path)
	}
	if info.IsDir() {
		return "", upgrade.NewFault("SB-4702", upgrade.KindAuth, &fs.PathError{Op: "read", Path: path, Err: errors.New("it is a folder")}, "file", path)
	}
	if openToOthers(info) {
		return "", upgrade.NewFault("SB-4701", upgrade.KindAuth, nil, "file", path, "mode", fmt.Sprintf("%04o", info.Mode().Perm()))
	}
	data, err := io.ReadAll(io.LimitReader(f, longest))
	if err != nil {
		return "", upgrade.NewFault("SB-4702", upgrade.KindAuth, err, "file", path)
	}
	password := firstLine(data)
	if password == "" {
		return "", upgrade.NewFault("SB-4702", upgrade.KindAuth, errors.New("its first line is empty"), "file", path)
	}
	return password, nil
}

// firstLine drops a byte order mark and the line's end, and nothing else: blanks may belong to a password.
func firstLine(data []byte) string {
	line, _, _ := bytes.Cut(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")), []byte("\n"))
	return strings.TrimSuffix(string(line), "\r")
}

// runCommand runs the command. What it prints never gets into an error.
func runCommand(ctx context.Context, command string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, commandTimeout)
	defer cancel()
	cmd := shell(ctx, command)
	cmd.Stderr = os.Stderr // its questions and complaints are for the person
	cmd.Stdin = os.Stdin
	out, err := cmd.Output()
	password := firstLine(out)
	if err == nil && password == "" {
		err = errors.New("it printed nothing")
	}
	if err != nil {
		return "", upgrade.NewFault("SB-4703", upgrade.KindAuth, err)
	}
	return password, nil
}
