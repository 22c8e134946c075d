package config

import (
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/rs/zerolog"
)

// complete fills in what follows from other settings and makes paths absolute.
func (l *Loaded) complete(dir string, p *problems) {
	c := &l.Config
	c.Line, c.Var = absolute(dir, c.Line), absolute(dir, c.Var)
	if c.Speech.Cache == "" {
		c.Speech.Cache = filepath.Join(c.Var, "prompts")
	}
	c.Speech.Cache = absolute(dir, c.Speech.Cache)
	for _, file := range []*string{&c.SIP.TLS.Cert, &c.SIP.TLS.Key, &c.ARI.TLS.Cert, &c.ARI.TLS.Key, &c.HTTP.TLS.Cert, &c.HTTP.TLS.Key} {
		if *file != "" {
			*file = absolute(dir, *file)
		}
	}
	if c.ARI.URL == "" {
		c.ARI.URL = "http://" + c.ARI.Listen.String() + "/ari"
	}
	if c.Redis.URL == "" && len(c.Redis.Sentinels) == 0 {
		c.Redis.Own = true
		c.Redis.URL = "unix://" + filepath.Join(c.Var, "redis.sock")
	}
	switch dsn := string(c.Records.DSN); {
	case dsn == "":
		c.Records.DSN = Secret(filepath.Join(c.Var, "records.db"))
	case !strings.Contains(dsn, "://"):
		c.Records.DSN = Secret(absolute(dir, dsn))
	}
	if c.Asterisk.SystemName == "" {
		host, err := os.Hostname()
		if err != nil {
			p.add("asterisk.system_name", "this machine has no name (%v): set one", err)
		}
		c.Asterisk.SystemName = regexp.MustCompile(`[^a-zA-Z0-9]+`).ReplaceAllString(host, "_")
	}
}

// check refuses values that cannot be meant.
func (l *Loaded) check(p *problems) {
	c := &l.Config
	oneOf(p, "profile", c.Profile, Local, Production)
	oneOf(p, "reload", c.Reload, ReloadAuto, ReloadManual)
	oneOf(p, "log.format", c.Log.Format, "console", "json")
	if _, err := zerolog.ParseLevel(c.Log.Level); err != nil || c.Log.Level == "" {
		p.add("log.level", "%q is no level: use trace, debug, info, warn or error", c.Log.Level)
	}
	c.checkDesk(p)
	c.checkHTTP(p)
	c.checkInstance(p)
	c.checkSIP(p)
	c.checkTrunk(p)
	c.checkAsterisk(p)
	c.checkRedis(p)
	c.checkRecords(p)
	c.checkAdmission(p)
	c.checkSpeech(p)
	c.checkMail(p)
	if _, ok := c.HMAC.Keys[c.HMAC.Current]; !ok && (c.Profile == Production || c.HMAC.Current != "") {
		p.add("hmac.current", "%q is no key of hmac.keys: add it there, as hmac: {current: \"1\", keys: {\"1\": file:/etc/infolinia/hmac}}", c.HMAC.Current)
	}
	if len(filepath.Join(c.Var, "pbx/run/asterisk.ctl")) > 100 {
		p.add("var", "%s is too long for the unix sockets below it: choose a shorter path, at most 80 characters", c.Var)
	}
}

func (c *Config) checkSIP(p *problems) {
	if !c.SIP.Listen.IsValid() && !c.SIP.TCPListen.IsValid() && !c.SIP.TLSListen.IsValid() {
		p.add("sip.listen", "no address to listen on: give one, as 127.0.0.1:5060")
	}
	listening(p, "sip.listen", c.SIP.Listen)
	listening(p, "sip.tcp_listen", c.SIP.TCPListen)
	certificate(p, "sip.tls", c.SIP.TLSListen, c.SIP.TLS)
	r := c.SIP.RTP
	if r.First < 1024 || r.First > 65534 {
		p.add("sip.rtp.first", "%d is no port for audio: choose one from 1024 to 65534", r.First)
	}
	if r.Last > 65535 || r.Last < r.First+3 {
		p.add("sip.rtp.last", "%d leaves no room: it must be at least sip.rtp.first (%d) + 3 and at most 65535, two ports a call", r.Last, r.First)
	}
	if a := c.SIP.ExternalAddress; a != "" && !isHost(a) {
		p.add("sip.external_address", "%q is neither an address nor a host name", a)
	}
}

func (c *Config) checkTrunk(p *problems) {
	t := c.Trunk
	if t.Host == "" {
		if t.Register || t.User != "" || len(t.Addresses) > 0 {
			p.add("trunk.host", "the trunk has settings but no host: give the operator's SIP server")
		}
		return
	}
	if !isHost(t.Host) {
		p.add("trunk.host", "%q is neither an address nor a host name", t.Host)
	}
	oneOf(p, "trunk.protocol", t.Protocol, "udp", "tcp", "tls")
	port(p, "trunk.port", t.Port)
	if t.Register && (t.User == "" || t.Password == "") {
		p.add("trunk.user", "to register, the operator's user name and password (trunk.password) are needed")
	}
	if len(t.Addresses) == 0 {
		p.add("trunk.addresses", "no address to take calls from: list the operator's hosts and networks, as [%s]", t.Host)
	}
	for _, a := range t.Addresses {
		if _, err := netip.ParsePrefix(a); err != nil && !isHost(a) {
			p.add("trunk.addresses", "%q is neither a host nor a network, as 10.1.2.0/24", a)
		}
	}
	if t.Encrypted && t.Protocol != "tls" {
		p.add("trunk.encrypted", "the keys of SRTP would be sent in clear: set trunk.protocol to tls")
	}
	bound := map[string]netip.AddrPort{"udp": c.SIP.Listen, "tcp": c.SIP.TCPListen, "tls": c.SIP.TLSListen}
	if a, known := bound[t.Protocol]; known && !a.IsValid() {
		name := map[string]string{"udp": "sip.listen", "tcp": "sip.tcp_listen", "tls": "sip.tls_listen"}[t.Protocol]
		p.add("trunk.protocol", "we do not listen on %s: set %s", t.Protocol, name)
	}
}

var (
	dialled    = regexp.MustCompile(`^\+?[0-9]{1,15}$`)
	appName    = regexp.MustCompile(`^[a-z][a-z0-9-]*$`)
	systemName = regexp.MustCompile(`^[a-zA-Z0-9_]+$`)
)

func (c *Config) checkAsterisk(p *problems) {
	if !systemName.MatchString(c.Asterisk.SystemName) {
		p.add("asterisk.system_name", "%q may hold letters, digits and _ only", c.Asterisk.SystemName)
	}
	if c.Asterisk.AbsoluteTimeout < time.Minute {
		p.add("asterisk.absolute_timeout", "%s would cut calls short: give at least 1m", c.Asterisk.AbsoluteTimeout)
	}
	switch f := c.Asterisk.Fallback; {
	case f == "" && c.Profile == Production:
		p.add("asterisk.fallback", "nobody is dialled when no daemon answers: give an extension or a number")
	case f == "":
	case !dialled.MatchString(f):
		p.add("asterisk.fallback", "%q is no telephone number", f)
	case c.Trunk.Host == "" && !hasKey(c.Extensions, f):
		p.add("asterisk.fallback", "%q is none of the extensions, and there is no trunk to dial it by", f)
	}
	for number, e := range c.Extensions {
		path := "extensions." + number + ".password"
		if !dialled.MatchString(number) {
			p.add("extensions."+number, "%q is no number of an extension", number)
		}
		if c.Profile == Production && len(e.Password) < 12 {
			p.add(path, "too short: telephones are guessed at from the internet, give at least 12 characters")
		}
	}
	listening(p, "ari.listen", c.ARI.Listen)
	certificate(p, "ari.tls", c.ARI.TLSListen, c.ARI.TLS)
	webAddress(p, "ari.url", c.ARI.URL, "http", "https")
	if c.ARI.User == "" {
		p.add("ari.user", "empty: give the daemon's user name for ARI")
	}
	if c.Profile == Production && len(c.ARI.Password) < 12 {
		p.add("ari.password", "too short: give at least 12 characters, or file:PATH")
	}
	if len(c.ARI.Apps) == 0 {
		p.add("ari.apps", "no application: give at least one, as [infolinia-1, infolinia-2]")
	}
	for i, a := range c.ARI.Apps {
		if !appName.MatchString(a) || slices.Contains(c.ARI.Apps[:i], a) {
			p.add("ari.apps", "%q is no name for an application, or is there twice: small letters, digits and -", a)
		}
	}
}

func hasKey[V any](m map[string]V, key string) bool {
	_, ok := m[key]
	return ok
}

func (c *Config) checkAdmission(p *problems) {
	a := c.Admission
	oneOf(p, "admission.over", a.Over, OverAnnouncement, OverBusy)
	if a.Calls < 0 {
		p.add("admission.calls", "%d cannot be meant: give the calls at once, or 0 for no limit", a.Calls)
	}
	for path, d := range map[string]time.Duration{"admission.latency": a.Latency, "admission.heartbeat": a.Heartbeat} {
		if d != 0 && d < 50*time.Millisecond {
			p.add(path, "%s would turn callers away on a healthy machine: give at least 50ms, or 0 for no limit", d)
		}
	}
}

func (c *Config) checkRedis(p *problems) {
	if c.Redis.Own && c.Profile == Production {
		p.add("redis.url", "empty: give the Redis that keeps the calls, as unix:///run/infolinia/redis.sock, or redis.sentinels")
		return
	}
	if len(c.Redis.Sentinels) == 0 {
		webAddress(p, "redis.url", c.Redis.URL, "redis", "rediss", "unix")
		return
	}
	if c.Redis.Master == "" {
		p.add("redis.master", "with redis.sentinels the name they know the primary by is needed")
	}
	for _, s := range c.Redis.Sentinels {
		hostPort(p, "redis.sentinels", s)
	}
}

// keywordDSN is PostgreSQL's other way to write an address.
var keywordDSN = regexp.MustCompile(`\b(host|dbname|user|password)=`)

func (c *Config) checkRecords(p *problems) {
	if dsn := string(c.Records.DSN); strings.Contains(dsn, "://") || keywordDSN.MatchString(dsn) {
		u, err := url.Parse(dsn) // its error would show the password
		if err != nil || u.Scheme != "postgres" && u.Scheme != "postgresql" {
			p.add("records.dsn", "no address of a database: give one as postgres://user:password@host/database, or the path of an SQLite file")
		}
	}
	if c.Records.Keep < 24*time.Hour {
		p.add("records.keep", "%s is too short for the report of a day: give at least 24h", c.Records.Keep)
	}
}

func (c *Config) checkSpeech(p *problems) {
	if c.Speech.Loudness < -40 || c.Speech.Loudness > -10 {
		p.add("speech.loudness", "%g LUFS cannot be meant: choose from -40 to -10", c.Speech.Loudness)
	}
	for lang, v := range c.Speech.Voices {
		path := "speech.voices." + lang
		if len(v.Command) == 0 && v.Engine != EngineRHVoice && v.Engine != EngineEspeak {
			p.add(path+".engine", "%q: use %s or %s, or give the program of any other in %s.command",
				v.Engine, EngineRHVoice, EngineEspeak, path)
		}
		if v.Rate < 0.5 || v.Rate > 2 {
			p.add(path+".rate", "%g cannot be meant: 1 is the voice's own speed, choose from 0.5 to 2", v.Rate)
		}
		if len(v.Command) == 0 && v.Voice == "" {
			p.add(path+".voice", "empty: give the name of a voice of %s", v.Engine)
		}
	}
}

func (c *Config) checkMail(p *problems) {
	if c.SMTP.Host == "" {
		return
	}
	if !isHost(c.SMTP.Host) {
		p.add("smtp.host", "%q is neither an address nor a host name", c.SMTP.Host)
	}
	port(p, "smtp.port", c.SMTP.Port)
	oneOf(p, "smtp.tls", c.SMTP.TLS, "starttls", "tls", "none")
	if !strings.Contains(c.SMTP.From, "@") {
		p.add("smtp.from", "%q is no address: give the one messages are sent from", c.SMTP.From)
	}
}

func oneOf(p *problems, path, value string, allowed ...string) {
	if slices.Contains(allowed, value) {
		return
	}
	hint := ""
	if near := nearest(value, allowed); near != "" {
		hint = fmt.Sprintf(" (did you mean %s?)", near)
	}
	p.add(path, "%q: use %s%s", value, strings.Join(allowed, " or "), hint)
}

func port(p *problems, path string, n int) {
	if n < 1 || n > 65535 {
		p.add(path, "%d is no port: choose from 1 to 65535", n)
	}
}

// listening checks a socket that may be off.
func listening(p *problems, path string, a netip.AddrPort) {
	if a.IsValid() && a.Port() == 0 {
		p.add(path, "%s: others must know the port, so choose one from 1 to 65535", a)
	}
}

// certificate checks that a TLS socket has what it needs.
func certificate(p *problems, path string, listen netip.AddrPort, t TLS) {
	listening(p, path+"_listen", listen)
	if listen.IsValid() && (t.Cert == "" || t.Key == "") {
		p.add(path+".cert", "%s_listen needs a certificate and its key (%s.key), PEM files", path, path)
	}
}

func hostPort(p *problems, path, value string) {
	_, port, err := net.SplitHostPort(value)
	if err != nil || port == "" {
		p.add(path, "%q is no address and port, as 127.0.0.1:8080", value)
	}
}

func webAddress(p *problems, path, value string, schemes ...string) {
	u, err := url.Parse(value)
	if err != nil || !slices.Contains(schemes, u.Scheme) || u.Host+u.Path == "" {
		p.add(path, "%q is no address of the kind %s://…", value, strings.Join(schemes, "://… or "))
	}
}

var hostName = regexp.MustCompile(`^[a-zA-Z0-9]([-a-zA-Z0-9.]*[a-zA-Z0-9])?$`)

func isHost(s string) bool {
	_, err := netip.ParseAddr(s)
	return err == nil || hostName.MatchString(s)
}
