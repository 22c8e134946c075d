package lookup

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
)

// refused is why our own guards forbid a question.
type refused string

func (r refused) Error() string { return string(r) }

var errTooLarge = errors.New("answer is over 64 KiB")

// describe gives the kind of a failure and a cause that is fit for a log: the
// net/http errors quote URLs and pieces of answers, so only known kinds are
// taken over.
func describe(ctx context.Context, err error) (fail string, cause error) {
	var (
		guard  refused
		lookup *net.DNSError
		op     *net.OpError
		cert   *tls.CertificateVerificationError
	)
	switch {
	case errors.As(err, &guard):
		return "refused", guard
	case errors.Is(err, context.DeadlineExceeded), errors.Is(ctx.Err(), context.DeadlineExceeded):
		return "timeout", errors.New("no answer in time")
	case errors.Is(err, context.Canceled):
		return "error", context.Canceled
	case errors.Is(err, errTooLarge):
		return "error", errTooLarge
	case errors.As(err, &lookup):
		return "error", lookup
	case errors.As(err, &op) && op.Timeout():
		return "timeout", errors.New("no connection in time")
	case errors.As(err, &op):
		return "error", op
	case errors.As(err, &cert):
		return "error", cert
	}
	return "error", errors.New("broken HTTP answer")
}
