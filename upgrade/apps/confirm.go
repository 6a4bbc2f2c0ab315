package apps

import (
	"context"
	"sync"

	"golang.org/x/sync/errgroup"
)

// Looker asks the server for one application by its UID. platform/leaprest implements it.
type Looker interface {
	// Look tells whether the application is there. An error means that nobody knows.
	Look(ctx context.Context, uid string) (app Entry, found bool, err error)
}

// Confirm completes a list that was taken after the census: the server gathers it by a timer, so an application that it lacks is asked for by itself
// before it counts as missing. An error means that the list can't be relied on.
func Confirm(ctx context.Context, census, listed []Entry, looker Looker) ([]Entry, error) {
	var mu sync.Mutex
	complete := append([]Entry{}, listed...)
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(4)
	for _, e := range Compare(census, listed).Missing {
		g.Go(func() error {
			app, found, err := looker.Look(ctx, e.UID)
			if err != nil || !found {
				return err
			}
			mu.Lock()
			defer mu.Unlock()
			complete = append(complete, app)
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	return complete, nil
}
