package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"infolinia/asterisk"
	"infolinia/asterisk/child"
	"infolinia/ivr/caller"
	"infolinia/ivr/store"
)

// setting is how a bed differs from the plain one.
type setting struct {
	env       []string // of the daemon
	sentinels bool     // Redis with a replica and three Sentinels
	instances int      // daemons; 0 is one
	desk      bool     // with the telephones of agents
	// ownPrompts gives the bed a folder of prompts of its own.
	ownPrompts bool
}

// bed is one line with everything under it: Asterisk, Redis, the daemon, the
// wires between them, and the people on their telephones.
type bed struct {
	in       *infolinia
	dir      string
	asterisk *asterisk.Process
	redis    *redis
	replica  *replication // where there are Sentinels
	daemons  []*daemon
	toRedis  *wire
	toARI    *wire
	toREST   *restFaults
	store    *store.Store
	cases    *caseServer
	clerk    *clerk
	office   *clerk
	question caller.Sound
	callers  atomic.Int64 // that have called
	closers  []func() error
	pages    int // port of the first daemon's pages; the others' follow
	base     baseline
	own      bool // the folder of prompts is the bed's
}

// daemon is the first one.
func (b *bed) daemon() *daemon { return b.daemons[0] }

func makeBed(ctx context.Context, in *infolinia, dir string, s setting) (b *bed, err error) {
	b = &bed{in: in, dir: dir, cases: newCaseServer()}
	b.later(func() error { b.cases.answer(); b.cases.Close(); return nil })
	defer func() {
		if err != nil {
			err = errors.Join(err, b.close())
		}
	}()
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return b, err
	}
	if err := writeLine(filepath.Join(dir, "line"), strings.TrimPrefix(b.cases.URL, "http://")); err != nil {
		return b, err
	}
	if b.own = s.ownPrompts; b.own {
		if err := os.CopyFS(b.cache(), os.DirFS(in.cache)); err != nil {
			return b, err
		}
	}
	if s.desk {
		settings := filepath.Join(dir, "infolinia.yaml")
		if err := os.WriteFile(settings, []byte(deskSettings()), 0o600); err != nil {
			return b, err
		}
		s.env = append(s.env, "INFOLINIA_CONFIG="+settings)
	}
	if err := b.startAsterisk(ctx); err != nil {
		return b, err
	}
	if err := b.furnish(ctx); err != nil {
		return b, err
	}
	env, err := b.openStore(ctx, s)
	if err != nil {
		return b, err
	}
	if err := b.openWires(); err != nil {
		return b, err
	}
	for i := range max(1, s.instances) {
		d, err := b.newDaemon(i+1, append(env, s.env...))
		if err != nil {
			return b, err
		}
		if err := d.start(); err != nil {
			return b, err
		}
		b.later(func() error { return stop(d.Child) })
		if _, err := d.ready(ctx); err != nil {
			return b, err
		}
	}
	b.base, err = b.measure(ctx)
	return b, err
}

// later closes something with the bed, in the opposite order.
func (b *bed) later(do func() error) { b.closers = append(b.closers, do) }

// close ends everything that was started.
func (b *bed) close() (err error) {
	for i := len(b.closers) - 1; i >= 0; i-- {
		err = errors.Join(err, b.closers[i]())
	}
	b.closers = nil
	return err
}

func stop(c *child.Child) error {
	_ = thaw(c)
	ctx, cancel := context.WithTimeout(context.Background(), child.Grace)
	defer cancel()
	return c.Stop(ctx)
}

func (b *bed) startAsterisk(ctx context.Context) error {
	in, err := asterisk.Find(ctx, filepath.Join(b.in.root, "var", "asterisk"))
	if err != nil {
		return err
	}
	s, err := asterisk.Local(filepath.Join(b.dir, "var", "pbx"), in)
	if err != nil {
		return err
	}
	s.Apology = filepath.Join(b.cache(), "kept", "apology-pl")
	s.Overload = filepath.Join(b.cache(), "kept", "overload-pl")
	s.CallAgain = filepath.Join(b.cache(), "kept", "call-again-pl")
	s.Extensions = append(s.Extensions, asterisk.Extension{Number: "204", Password: s.Extensions[0].Password})
	s.Extensions = append(s.Extensions, extensions(s.Extensions[0].Password)...)
	if err := b.runAsterisk(ctx, s); err != nil {
		return err
	}
	b.later(func() error { return stop(b.asterisk.Child) })
	return nil
}

func (b *bed) runAsterisk(ctx context.Context, s asterisk.Settings) (err error) {
	starting, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	b.asterisk, err = asterisk.Start(starting, s)
	return err
}

// furnish puts telephones into the office: the clerk's, and the one that the
// fallback rings.
func (b *bed) furnish(ctx context.Context) error {
	hello, err := b.in.prompt("office_hello")
	if err != nil {
		return err
	}
	greeting, err := caller.LoadSound(hello + ".alaw")
	if err != nil {
		return err
	}
	asked, err := b.in.prompt(question)
	if err != nil {
		return err
	}
	if b.question, err = caller.LoadSound(asked + ".alaw"); err != nil {
		return err
	}
	s := b.asterisk.Settings
	if b.clerk, err = newClerk(ctx, s, "204", nil, b.in.index); err != nil {
		return err
	}
	b.later(func() error { b.clerk.Close(); return nil })
	if b.office, err = newClerk(ctx, s, "200", greeting, b.in.index); err != nil {
		return err
	}
	b.later(func() error { b.office.Close(); return nil })
	return nil
}

// nextCaller is the number, of six digits, of a caller who has not called yet.
func (b *bed) nextCaller() int { return 904000 + int(b.callers.Add(1)) }

// openStore starts Redis and says how the daemon finds it.
func (b *bed) openStore(ctx context.Context, s setting) ([]string, error) {
	var err error
	if b.redis, err = startRedis(ctx, filepath.Join(b.dir, "redis")); err != nil {
		return nil, err
	}
	b.later(func() error { return stop(b.redis.Child) })
	settings := store.Settings{Line: "infolinia"}
	if s.sentinels {
		if b.replica, err = b.replicate(ctx); err != nil {
			return nil, err
		}
		settings.Addrs, settings.MasterName = b.replica.sentinelAddresses(), masterName
		b.open(settings)
		return []string{"INFOLINIA_REDIS_SENTINELS=" + strings.Join(settings.Addrs, ","), "INFOLINIA_REDIS_MASTER=" + masterName}, nil
	}
	if b.toRedis, err = newWire("tcp", b.redis.address); err != nil {
		return nil, err
	}
	b.later(func() error { b.toRedis.close(); return nil })
	settings.Addrs = []string{b.redis.address}
	b.open(settings)
	return []string{"INFOLINIA_REDIS_URL=redis://" + b.toRedis.near()}, nil
}

// open reads the store beside the daemon, not through the wire.
func (b *bed) open(s store.Settings) {
	b.store = store.OpenRedis(s)
	b.later(b.store.Close)
}

// openWires leads the daemon to Asterisk through a wire for its connections and,
// behind it, what can spoil its requests.
func (b *bed) openWires() (err error) {
	to, err := url.Parse(b.asterisk.Settings.ARI.URL())
	if err != nil {
		return err
	}
	b.toREST = newRESTFaults(to.Host)
	b.later(func() error { b.toREST.Close(); return nil })
	if b.toARI, err = newWire("tcp", b.toREST.Listener.Addr().String()); err != nil {
		return err
	}
	b.later(func() error { b.toARI.close(); return nil })
	return nil
}

func (b *bed) newDaemon(instance int, env []string) (*daemon, error) {
	if b.pages == 0 {
		address, err := freeAddress()
		if err != nil {
			return nil, err
		}
		if _, err := fmt.Sscanf(address, "127.0.0.1:%d", &b.pages); err != nil {
			return nil, err
		}
	}
	ari := b.asterisk.Settings.ARI
	d := &daemon{
		in: b.in, name: fmt.Sprintf("daemon-%d", instance), address: fmt.Sprintf("127.0.0.1:%d", b.pages+instance-1),
		log: filepath.Join(b.dir, fmt.Sprintf("daemon-%d.log", instance)),
	}
	d.env = append(append(os.Environ(), voice(b.cache())...), env...)
	d.env = append(d.env,
		fmt.Sprintf("INFOLINIA_HTTP_LISTEN=127.0.0.1:%d", b.pages), "INFOLINIA_ADMISSION_LATENCY=0", "INFOLINIA_ADMISSION_HEARTBEAT=0",
		"INFOLINIA_LINE="+filepath.Join(b.dir, "line"), "INFOLINIA_VAR="+b.varDir(),
		"INFOLINIA_ARI_URL=http://"+b.toARI.near()+"/ari", "INFOLINIA_ARI_USER="+ari.User, "INFOLINIA_ARI_PASSWORD="+ari.Password,
		"INFOLINIA_LOG_FORMAT=json", "INFOLINIA_LOG_LEVEL=trace",
		"INFOLINIA_LOOKUP_HOSTS="+strings.TrimPrefix(b.cases.URL, "http://"), "INFOLINIA_LOOKUP_PRIVATE=127.0.0.0/8")
	if instance > 1 {
		d.env = append(d.env, fmt.Sprintf("INFOLINIA_INSTANCE=%d", instance))
	}
	b.daemons = append(b.daemons, d)
	return d, nil
}

// logs are the files that the bed's programs have written.
func (b *bed) logs() iter.Seq[string] {
	return func(yield func(string) bool) {
		_ = filepath.WalkDir(b.dir, func(path string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() && strings.HasSuffix(path, ".log") && !yield(path) {
				return fs.SkipAll
			}
			return nil
		})
	}
}

// freeAddress is one that nothing listens on now, below the ports that outgoing
// connections get.
func freeAddress() (string, error) {
	for port := 20000 + time.Now().UnixNano()/1000%12000; port < 32700; port++ {
		l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
		if err == nil {
			return l.Addr().String(), l.Close()
		}
	}
	return "", errors.New("no free port on 127.0.0.1")
}
