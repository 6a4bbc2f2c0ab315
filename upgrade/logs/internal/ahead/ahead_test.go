package ahead

import (
	"context"
	"errors"
	"testing"

	"go.uber.org/goleak"
)

func TestResultsComeInOrderWhateverTheyCost(t *testing.T) {
	defer goleak.VerifyNone(t)
	for _, n := range []int{0, 1, 2, 3, 100, 1000} {
		want := 0
		err := Each(t.Context(), n, func(_ context.Context, _, piece int) (int, error) {
			for range piece % 7 * 1000 { // some take longer
				_ = piece
			}
			return piece, nil
		}, func(v int) bool {
			if v != want {
				t.Fatalf("piece %d came as number %d", v, want)
			}
			want++
			return true
		})
		if err != nil || want != n {
			t.Fatalf("%d of %d pieces, %v", want, n, err)
		}
	}
}

func TestAScanEndsWithTheFirstErrorTheReceiverOrTheContext(t *testing.T) {
	defer goleak.VerifyNone(t)
	broken := errors.New("broken")
	work := func(_ context.Context, _, piece int) (int, error) {
		if piece >= 10 {
			return 0, broken
		}
		return piece, nil
	}
	taken := 0
	if err := Each(t.Context(), 50, work, func(int) bool { taken++; return true }); !errors.Is(err, broken) || taken != 10 {
		t.Errorf("%d taken, %v", taken, err)
	}
	taken = 0
	if err := Each(t.Context(), 50, work, func(int) bool { taken++; return taken < 5 }); err != nil || taken != 5 {
		t.Errorf("%d taken, %v", taken, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	waits := func(ctx context.Context, _, piece int) (int, error) {
		if piece < 3 {
			return piece, nil
		}
		<-ctx.Done()
		return 0, ctx.Err()
	}
	if err := Each(ctx, 50, waits, func(v int) bool {
		if v == 2 {
			cancel()
		}
		return true
	}); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}
