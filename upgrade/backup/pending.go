package backup

import (
	"context"

	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/op"
)

func planFor(context.Context, Ports, upgrade.Installation, Options) (Plan, error) {
	return Plan{}, ErrUnsupported
}
func create(context.Context, op.Reporter, Ports, Plan, Options) (Result, error) {
	return Result{}, ErrUnsupported
}
func verify(context.Context, op.Reporter, Ports, string) (Report, error) {
	return Report{}, ErrUnsupported
}
func prove(context.Context, op.Reporter, Ports, string, string) (Report, error) {
	return Report{}, ErrUnsupported
}
func restore(context.Context, op.Reporter, Ports, string, RestoreOptions) (Report, error) {
	return Report{}, ErrUnsupported
}
func list(context.Context, Ports, []string) ([]Summary, error) { return nil, ErrUnsupported }
