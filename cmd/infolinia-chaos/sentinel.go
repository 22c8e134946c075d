package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"infolinia/asterisk/child"
)

const masterName = "line"

// sentinels is how many watch; two of them must agree.
const sentinels = 3

// replication is the Redis of a city: a primary, a replica, and Sentinels that
// put the replica in the primary's place.
type replication struct {
	replica   *redis
	addresses []string // of the Sentinels
}

func (b *bed) replicate(ctx context.Context) (*replication, error) {
	host, port, _ := strings.Cut(b.redis.address, ":")
	r := &replication{}
	var err error
	if r.replica, err = startRedis(ctx, filepath.Join(b.dir, "replica"), "--replicaof", host+" "+port); err != nil {
		return nil, err
	}
	b.later(func() error { return stop(r.replica.Child) })
	for i := range sentinels {
		if err := b.startSentinel(ctx, r, i, host, port); err != nil {
			return nil, err
		}
	}
	err = await(ctx, 30*time.Second, func() bool {
		for _, address := range r.addresses {
			state, err := askRedis(ctx, address, "SENTINEL", "CKQUORUM", masterName)
			if err != nil || !strings.HasPrefix(state, "OK 3") {
				return false
			}
			list, err := askRedis(ctx, address, "SENTINEL", "REPLICAS", masterName)
			if err != nil || !strings.Contains(list, r.replica.address) {
				return false
			}
		}
		return true
	})
	if err != nil {
		return nil, fmt.Errorf("the Sentinels do not see each other: %w", err)
	}
	return r, nil
}

func (b *bed) startSentinel(ctx context.Context, r *replication, i int, host, port string) error {
	address, err := freeAddress()
	if err != nil {
		return err
	}
	_, own, _ := strings.Cut(address, ":")
	dir := filepath.Join(b.dir, fmt.Sprintf("sentinel-%d", i+1))
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	conf := filepath.Join(dir, "sentinel.conf")
	text := fmt.Sprintf("port %s\nbind 127.0.0.1\ndir %s\nlogfile %s/sentinel.log\nsentinel monitor %s %s %s 2\n"+
		"sentinel down-after-milliseconds %[4]s 2000\nsentinel failover-timeout %[4]s 10000\n", own, dir, dir, masterName, host, port)
	if err := os.WriteFile(conf, []byte(text), 0o644); err != nil {
		return err
	}
	c, err := child.Start("sentinel", exec.Command("redis-server", conf, "--sentinel"))
	if err != nil {
		return err
	}
	b.later(func() error { return stop(c) })
	r.addresses = append(r.addresses, address)
	return await(ctx, 10*time.Second, func() bool {
		answer, err := askRedis(ctx, address, "PING")
		return err == nil && answer == "PONG"
	})
}

func (r *replication) sentinelAddresses() []string { return r.addresses }

// primary is the address that the Sentinels name.
func (r *replication) primary(ctx context.Context) string {
	text, err := askRedis(ctx, r.addresses[0], "SENTINEL", "GET-MASTER-ADDR-BY-NAME", masterName)
	if err != nil {
		return ""
	}
	return strings.Join(strings.Fields(text), ":")
}
