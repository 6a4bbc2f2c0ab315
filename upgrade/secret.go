package upgrade

// Secret is a password or token. It prints as dots everywhere; only Reveal gives it away, at the one place that hands it to a server.
type Secret struct{ value string }

const redacted = "••••••"

// NewSecret wraps a secret text.
func NewSecret(value string) Secret { return Secret{value: value} }

// Reveal gives the secret itself. Call it only where it is handed to the server or tool that asks for it.
func (s Secret) Reveal() string { return s.value }

// IsSet tells whether there is a secret at all.
func (s Secret) IsSet() bool { return s.value != "" }

// String never gives the secret.
func (s Secret) String() string {
	if s.value == "" {
		return ""
	}
	return redacted
}

// GoString never gives the secret.
func (s Secret) GoString() string { return s.String() }

// MarshalText never gives the secret.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Credentials are a user and a password for one server.
type Credentials struct {
	User     string
	Password Secret
	Origin   string // where they came from, e.g. "environment", "lab", "password file"; for messages
}

// IsSet tells whether there is a user.
func (c Credentials) IsSet() bool { return c.User != "" }
