package cli

import (
	"fmt"
	"math"

	"github.com/dustin/go-humanize"
)

// amount is a flag of a number of bytes, written with or without a unit: 500000, 10M, 1.5G (of 1000), 64KiB, 1.5GiB (of 1024).
type amount int64

// UnmarshalText refuses what is no amount, and what no disk holds.
func (a *amount) UnmarshalText(text []byte) error {
	n, err := humanize.ParseBytes(string(text))
	if err != nil || n > math.MaxInt64 {
		return fmt.Errorf("%.50q is no number of bytes; write 500000, 10M, 1.5G or 64KiB", text)
	}
	*a = amount(n)
	return nil
}

// MarshalText writes bytes without a unit, so that nothing is rounded.
func (a amount) MarshalText() ([]byte, error) { return fmt.Append(nil, int64(a)), nil }
