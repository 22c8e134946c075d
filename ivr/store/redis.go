package store

import (
	"context"
	"crypto/tls"
	_ "embed" // the scripts
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/logging"
	"github.com/redis/go-redis/v9/maintnotifications"
)

var (
	//go:embed save.lua
	saveSource string
	//go:embed acquire.lua
	acquireSource string
	//go:embed renew.lua
	renewSource string
	//go:embed release.lua
	releaseSource string
	//go:embed look.lua
	lookSource string
	//go:embed leave.lua
	leaveSource string
	//go:embed close.lua
	closeSource string
	//go:embed issue.lua
	issueSource string
)

// Settings say where Redis is.
type Settings struct {
	// Line is the hash tag of all keys, usually the line's number.
	Line string
	// Addrs are host:port, or the path of a unix socket; with MasterName those
	// of the Sentinels; several without it are nodes of a cluster.
	Addrs      []string
	MasterName string
	Cluster    bool // Addrs is the one entry of a cluster
	Username   string
	Password   string
	// SentinelUsername and SentinelPassword are for the Sentinels themselves.
	SentinelUsername string
	SentinelPassword string
	DB               int
	TLS              *tls.Config
}

type redisBackend struct {
	line   string
	client redis.UniversalClient

	saveScript, acquireScript, renewScript, releaseScript, lookScript, leaveScript, closeScript, issueScript, attemptScript *redis.Script
}

// OpenRedis makes a store in Redis. It connects at the first use and again
// after each loss. Commands without a context deadline have 1 s.
//
// The library's own log is turned off: whatever it would say comes back as an
// error of some command.
func OpenRedis(s Settings) *Store {
	logging.Disable()
	b := &redisBackend{
		line: "{" + s.Line + "}",
		client: redis.NewUniversalClient(&redis.UniversalOptions{
			Addrs:            s.Addrs,
			MasterName:       s.MasterName,
			IsClusterMode:    s.Cluster,
			Username:         s.Username,
			Password:         s.Password,
			SentinelUsername: s.SentinelUsername,
			SentinelPassword: s.SentinelPassword,
			DB:               s.DB,
			TLSConfig:        s.TLS,

			// A write that timed out may have arrived: its sender decides.
			MaxRetries:            -1,
			ContextTimeoutEnabled: true,
			DialTimeout:           time.Second,
			ConnMaxIdleTime:       time.Minute, // those of a bad moment go again
			DialerRetries:         1,           // a step must not wait while Redis is down
			ReadTimeout:           time.Second,
			WriteTimeout:          time.Second,
			// The older protocol: the newer one's pushes, which are of no use here,
			// are looked for before every answer.
			Protocol: 2,
			// Newer commands than Redis 7.0 has.
			DisableIdentity:          true,
			MaintNotificationsConfig: &maintnotifications.Config{Mode: maintnotifications.ModeDisabled},
		}),
		saveScript:    redis.NewScript(saveSource),
		acquireScript: redis.NewScript(acquireSource),
		renewScript:   redis.NewScript(renewSource),
		releaseScript: redis.NewScript(releaseSource),
		lookScript:    redis.NewScript(lookSource),
		leaveScript:   redis.NewScript(leaveSource),
		closeScript:   redis.NewScript(closeSource),
		issueScript:   redis.NewScript(issueSource),
		attemptScript: redis.NewScript(attemptSource),
	}
	return &Store{leases: b, calls: b, reports: b, versions: b, overrides: b, lost: b, health: b, stream: b,
		board: newRedisBoard(b), drafts: b, logins: b, attempts: b, pages: b}
}

func (b *redisBackend) key(parts string) string { return b.line + ":" + parts }

func (b *redisBackend) ping(ctx context.Context) error {
	if err := b.client.Ping(ctx).Err(); err != nil {
		return fmt.Errorf("ask redis: %w", err)
	}
	return nil
}

func (b *redisBackend) close() error { return b.client.Close() }

func (b *redisBackend) acquire(ctx context.Context, slot, owner string, seen int64) (Lease, time.Duration, error) {
	got, err := b.acquireScript.Run(ctx, b.client, []string{b.key("slot:" + slot), b.key("slots")}, owner, seen, slot).Slice()
	if err != nil {
		return Lease{}, 0, fmt.Errorf("acquire slot %s: %w", slot, err)
	}
	if holder, held := got[1].(string); held {
		return Lease{}, 0, &HeldError{Slot: slot, Owner: holder}
	}
	epoch, ms := got[0].(int64), got[1].(int64)
	return Lease{Slot: slot, Owner: owner, Epoch: epoch}, time.Duration(max(ms, 0)) * time.Millisecond, nil
}

func (b *redisBackend) renew(ctx context.Context, l Lease, again bool) (fresh bool, err error) {
	got, err := b.renewScript.Run(ctx, b.client, []string{b.key("slot:" + l.Slot), b.key("slots")}, l.Owner, l.Epoch, again, l.Slot).Int()
	if err == nil && got == 0 {
		err = ErrLost
	}
	if err != nil {
		return false, fmt.Errorf("renew slot %s: %w", l.Slot, err)
	}
	return got == 2, nil
}

func (b *redisBackend) release(ctx context.Context, l Lease) error {
	if err := b.releaseScript.Run(ctx, b.client, []string{b.key("slot:" + l.Slot)}, l.Owner, l.Epoch).Err(); err != nil {
		return fmt.Errorf("release slot %s: %w", l.Slot, err)
	}
	return nil
}

func (b *redisBackend) issue(ctx context.Context, id string, candidate []byte) (int64, []byte, error) {
	keys := []string{b.key("report:" + id), b.key("report-count"), b.key("report-key")}
	got, err := b.issueScript.Run(ctx, b.client, keys, candidate, int(ReportTTL.Seconds())).Slice()
	if err != nil {
		return 0, nil, err
	}
	return got[0].(int64), []byte(got[1].(string)), nil
}
