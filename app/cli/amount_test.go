package cli

import (
	"strings"
	"testing"
)

func TestAnAmountOfBytesIsReadWithItsUnit(t *testing.T) {
	for text, want := range map[string]amount{
		"0": 0, "500000": 500_000, "10M": 10_000_000, "10MB": 10_000_000, "1.5G": 1_500_000_000, "1.5GiB": 3 << 29, "64KiB": 64 << 10, "64kib": 64 << 10,
		"2 MiB": 2 << 20, "1k": 1000, "3T": 3e12,
	} {
		var a amount
		if err := a.UnmarshalText([]byte(text)); err != nil || a != want {
			t.Errorf("%q is %d (%v), want %d", text, a, err, want)
		}
	}
}

func TestAnAmountThatIsNoneIsRefusedWithWhatToWrite(t *testing.T) {
	for _, text := range []string{"", "-1", "-10M", "M", "10Q", "10M/s", "1.2.3", "ten", "NaN", "inf", "10E", "16EiB", "1e9"} {
		a := amount(7)
		if err := a.UnmarshalText([]byte(text)); err == nil || !strings.Contains(err.Error(), "10M") || a != 7 {
			t.Errorf("%q became %d: %v", text, a, err)
		}
	}
}
