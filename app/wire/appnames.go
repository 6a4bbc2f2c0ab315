package wire

import (
	"context"
	"strings"
)

// UIDs gives the uids of the applications of a name, as the run's census knows them; none when no run is open or no census was taken, for nothing
// is begun to find out.
func (a *Apps) UIDs(ctx context.Context, name string) (uids []string) {
	f, _, err := a.desk.Run(ctx, false)
	if err != nil || f == nil {
		return nil
	}
	census, ok, err := a.store(f).Census()
	if err != nil || !ok {
		return nil
	}
	for _, e := range census.Entries {
		if strings.EqualFold(e.Name, name) {
			uids = append(uids, e.UID)
		}
	}
	return uids
}
