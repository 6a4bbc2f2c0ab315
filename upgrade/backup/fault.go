package backup

import (
	"context"
	"errors"
	"io/fs"
	"syscall"

	"github.com/springboard-leap/springboard/upgrade"
)

// stopped is the fault of a cancelled context, with its cause.
func stopped(ctx context.Context) *upgrade.Fault {
	cause := context.Cause(ctx)
	kind := upgrade.KindCancelled
	if errors.Is(cause, context.DeadlineExceeded) {
		kind = upgrade.KindFailed
	}
	return upgrade.NewFault("SB-2013", kind, cause)
}

// orStopped gives the stop the word when it is the reason of an error, so that a cancelled read is not told as a broken disk.
func orStopped(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	if _, ok := upgrade.AsFault(err); ok {
		return err
	}
	if isCancelled(err) {
		return stopped(ctx)
	}
	return upgrade.NewFault("SB-2099", upgrade.KindFailed, err, "detail", err.Error())
}

func readFault(place string, err error) error {
	return upgrade.NewFault("SB-2015", upgrade.KindFailed, err, "path", place)
}

// sourceFault is an error on a file of the source: one that is gone since it was listed has changed, and is not a broken disk.
func sourceFault(place string, err error) error {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return changed(place, "it is gone", 1)
	case errors.Is(err, syscall.ENOTDIR):
		return changed(place, "it is something else now", 1)
	}
	return readFault(place, err)
}

func isCancelled(err error) bool {
	return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}

func isUnsupported(err error) bool { return errors.Is(err, ErrUnsupported) }

func writeFault(place string, err error) error {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, errQuota) || errors.Is(err, errDiskFull) {
		return upgrade.NewFault("SB-2044", upgrade.KindFailed, err, "path", place)
	}
	return upgrade.NewFault("SB-2014", upgrade.KindFailed, err, "path", place)
}

func changed(place, how string, count int) error {
	return upgrade.NewFault("SB-2012", upgrade.KindSourceChanged, nil, "path", place, "how", how, "count", itoa(count))
}
