package main

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"infolinia/asterisk"
	"infolinia/asterisk/child"
	"infolinia/ivr/caller"
	"infolinia/ivr/store"
)

// machinePair is two machines, each with an Asterisk and a daemon in a network namespace
// of its own, one Redis, and the shipped Kamailio before them.
type machinePair struct {
	*bed     // of what both have in common
	net      *network
	address  string // the dispatcher's
	machines [2]*machine
}

// machine is a bed whose Redis is another's.
type machine struct {
	*bed
	pair   *machinePair
	number int // 1 or 2
	ip     string
}

func makePair(ctx context.Context, in *infolinia, dir string) (p *machinePair, err error) {
	p = &machinePair{bed: &bed{in: in, dir: dir}}
	defer func() {
		if err != nil {
			err = errors.Join(err, p.close())
		}
	}()
	if p.net, err = newNetwork(ctx); err != nil {
		return p, err
	}
	p.later(p.net.close)
	if err = os.MkdirAll(dir, 0o755); err != nil {
		return p, err
	}
	p.redis, err = startRedis(ctx, filepath.Join(dir, "redis"), "--bind", "127.0.0.1", p.net.address(2), "--protected-mode", "no")
	if err != nil {
		return p, err
	}
	p.later(func() error { return stop(p.redis.Child) })
	p.open(store.Settings{Line: "infolinia", Addrs: []string{p.redis.address}})
	if err = p.startKamailio(); err != nil {
		return p, err
	}
	for i := range p.machines {
		m := &machine{bed: &bed{dir: filepath.Join(dir, fmt.Sprintf("m%d", i+1)), store: p.store}, pair: p, number: i + 1, ip: p.net.address(11 + i)}
		p.machines[i] = m
		if err = m.make(ctx); err != nil {
			return p, err
		}
	}
	return p, p.bothActive(ctx)
}

// redisAddress is where the machines find Redis.
func (p *machinePair) redisAddress() string {
	_, port, _ := strings.Cut(p.redis.address, ":")
	return p.net.address(2) + ":" + port
}

// startKamailio runs the shipped configuration with the lists of this network.
func (p *machinePair) startKamailio() error {
	const program = "/usr/sbin/kamailio"
	if _, err := os.Stat(program); err != nil {
		return fmt.Errorf("%w: run asterisk/provide test", err)
	}
	dir := filepath.Join(p.dir, "kamailio")
	if err := os.CopyFS(dir, os.DirFS(filepath.Join(p.in.root, "asterisk", "kamailio"))); err != nil {
		return err
	}
	p.address = p.net.address(1) + ":5060"
	for name, text := range map[string]string{
		"dispatcher.list": fmt.Sprintf("1 sip:%s:5060 8 0\n1 sip:%s:5060 8 0\n2 sip:%s:9 0 0\n", p.net.address(11), p.net.address(12), p.net.address(1)),
		"address.list":    fmt.Sprintf("2 %s 32\n", p.net.address(1)),
		"site.cfg": fmt.Sprintf(`listen=udp:%[1]s
modparam("dispatcher", "list_file", "%[2]s/dispatcher.list")
modparam("permissions", "address_file", "%[2]s/address.list")
modparam("ctl", "binrpc", "unix:%[2]s/ctl")
`, p.address, dir),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			return err
		}
	}
	log, err := os.Create(filepath.Join(dir, "kamailio.log"))
	if err != nil {
		return err
	}
	defer log.Close()
	cmd := exec.Command(program, "-f", filepath.Join(dir, "kamailio.cfg"), "-DD", "-E", "-Y", dir, "-w", dir)
	cmd.Stdout, cmd.Stderr = log, log
	c, err := child.Start("kamailio", cmd)
	if err != nil {
		return err
	}
	p.later(func() error { return stop(c) })
	return nil
}

// bothActive waits until Kamailio sends calls to both machines.
func (p *machinePair) bothActive(ctx context.Context) error {
	var out []byte
	err := await(ctx, patience, func() bool {
		out, _ = exec.CommandContext(ctx, "/usr/sbin/kamcmd", "-s", "unix:"+filepath.Join(p.dir, "kamailio", "ctl"), "dispatcher.list").CombinedOutput()
		active := 0
		for _, m := range p.machines {
			_, after, _ := strings.Cut(string(out), "sip:"+m.ip+":5060")
			_, flags, _ := strings.Cut(after, "FLAGS:")
			if strings.HasPrefix(strings.TrimSpace(flags), "AP") {
				active++
			}
		}
		return active == len(p.machines)
	})
	if err != nil {
		return fmt.Errorf("kamailio does not send calls to both machines: %w\n%s", err, out)
	}
	return nil
}

// make starts the machine for the first time.
func (m *machine) make(ctx context.Context) error {
	if err := m.pair.net.plug(ctx, m.number); err != nil {
		return err
	}
	if err := writeLine(filepath.Join(m.dir, "line"), "lookup.test"); err != nil {
		return err
	}
	inside, err := m.pair.net.inside(m.number, m.dir, m.pair.in.binary)
	if err != nil {
		return err
	}
	in := *m.pair.in
	in.binary = inside
	m.in = &in
	d := &daemon{in: &in, name: fmt.Sprintf("daemon-m%d", m.number), address: m.ip + ":8080"}
	d.log = filepath.Join(m.pair.dir, d.name+".log")
	m.daemons = []*daemon{d}
	if err := m.startAsterisk(ctx); err != nil {
		return err
	}
	if err := m.furnish(ctx); err != nil {
		return err
	}
	m.pair.later(m.close) // the telephones
	d.env = append(append(os.Environ(), voice(m.cache())...),
		"INFOLINIA_HTTP_LISTEN="+d.address, fmt.Sprintf("INFOLINIA_ASTERISK_SYSTEM_NAME=m%d", m.number),
		"INFOLINIA_LINE="+filepath.Join(m.dir, "line"), "INFOLINIA_VAR="+m.varDir(),
		"INFOLINIA_ARI_URL="+m.asterisk.Settings.ARI.URL(), "INFOLINIA_ARI_PASSWORD="+m.asterisk.Settings.ARI.Password,
		"INFOLINIA_REDIS_URL=redis://"+m.pair.redisAddress(),
		"INFOLINIA_ADMISSION_LATENCY=0", "INFOLINIA_ADMISSION_HEARTBEAT=0",
		"INFOLINIA_LOG_FORMAT=json", "INFOLINIA_LOG_LEVEL=debug")
	if err := m.startDaemon(ctx); err != nil {
		return err
	}
	m.base, err = m.measure(ctx)
	return err
}

// startAsterisk starts one in the machine's namespace, in service: only the
// dispatcher may call.
func (m *machine) startAsterisk(ctx context.Context) error {
	in, err := asterisk.Find(ctx, filepath.Join(m.in.root, "var", "asterisk"))
	if err != nil {
		return err
	}
	in.Command = append([]string{"ip", "netns", "exec", m.pair.net.space(m.number)}, in.Command...)
	s, err := asterisk.Local(filepath.Join(m.varDir(), "pbx"), in)
	if err != nil {
		return err
	}
	dispatcher := m.pair.net.address(1)
	s.SystemName = fmt.Sprintf("m%d", m.number)
	s.Production = true
	s.SIP.Transports[0].Listen = netip.AddrPortFrom(netip.MustParseAddr(m.ip), 5060)
	s.ARI.Host, s.ARI.Port = m.ip, 8088
	s.Trunk = &asterisk.Trunk{Host: dispatcher, Port: 5060, Protocol: "udp", Addresses: []string{dispatcher}}
	s.Apology = filepath.Join(m.cache(), "kept", "apology-pl")
	s.Extensions = append(s.Extensions, asterisk.Extension{Number: "204", Password: s.Extensions[0].Password})
	if err := m.runAsterisk(ctx, s); err != nil {
		return err
	}
	m.pair.later(func() error { return stop(m.asterisk.Child) })
	return nil
}

func (m *machine) startDaemon(ctx context.Context) error {
	d := m.daemon()
	if err := d.start(); err != nil {
		return err
	}
	c := d.Child
	m.pair.later(func() error { return stop(c) })
	_, err := d.ready(ctx)
	return err
}

// dial calls the line through the dispatcher and finds out who has the call.
func (p *machinePair) dial(ctx context.Context) (r *resident, took time.Duration, err error) {
	r = &resident{from: fmt.Sprintf("48731%06d", p.nextCaller())}
	dialling, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	begin := time.Now()
	r.Call, err = caller.Dial(dialling, caller.Options{To: "sip:243645555@" + p.address, From: r.from, Index: p.in.index})
	if err != nil {
		return nil, 0, fmt.Errorf("a call is not answered: %w", err)
	}
	took = time.Since(begin)
	err = await(ctx, patience, func() bool {
		for _, m := range p.machines {
			asking, cancel := context.WithTimeout(ctx, time.Second)
			list, err := m.channels(asking)
			cancel()
			for _, c := range list {
				if err == nil && c.Caller.Number == r.from {
					r.bed = m.bed
				}
			}
		}
		return r.bed != nil
	})
	if err != nil {
		return r, took, errors.Join(fmt.Errorf("no machine has the call: %w", err), r.Hangup())
	}
	return r, took, nil
}
