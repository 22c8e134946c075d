// Package config reads the settings of the line: the defaults in defaults.yaml
// (and local.yaml for the local profile), then a file, then the environment. It
// refuses what it does not know and what cannot be meant, everything at once,
// with the name of the setting and the remedy.
//
// A setting is named by its path, sip.rtp.first. Its environment variable is
// INFOLINIA_ and the path in capitals with _ (or __) between the parts:
// INFOLINIA_SIP_RTP_FIRST. Lists are separated by commas there. A secret may be
// given as file:PATH; then the file's content is the secret.
package config

import (
	"net/netip"
	"time"
)

// Config is the checked settings. Paths are absolute.
type Config struct {
	// Profile is Local or Production.
	Profile string `koanf:"profile"`
	// Line is the directory with callflows/ and kb/.
	Line string `koanf:"line"`
	// Var is where everything that runs keeps its files.
	Var string `koanf:"var"`
	// Instance is the number, from 1, of this process among those that serve the
	// Asterisk of this machine.
	Instance int `koanf:"instance"`

	Log        Log                  `koanf:"log"`
	HTTP       HTTP                 `koanf:"http"`
	SIP        SIP                  `koanf:"sip"`
	Trunk      Trunk                `koanf:"trunk"`
	Extensions map[string]Extension `koanf:"extensions"`
	Asterisk   Asterisk             `koanf:"asterisk"`
	ARI        ARI                  `koanf:"ari"`
	Redis      Redis                `koanf:"redis"`
	Records    Records              `koanf:"records"`
	Admission  Admission            `koanf:"admission"`
	Speech     Speech               `koanf:"speech"`
	Lookup     Lookup               `koanf:"lookup"`
	SMTP       SMTP                 `koanf:"smtp"`
	HMAC       HMAC                 `koanf:"hmac"`
	Desk       Desk                 `koanf:"desk"`
	// Secrets are named values for the headers of look-ups.
	Secrets map[string]Secret `koanf:"secrets"`
	// Reload is ReloadAuto or ReloadManual.
	Reload string `koanf:"reload"`
}

// The values of Config.Profile.
const (
	Local      = "local"
	Production = "production"
)

// The values of Config.Reload: saved flows go live by themselves, or by infolinia publish.
const (
	ReloadAuto   = "auto"
	ReloadManual = "manual"
)

// Log is how the daemon writes its log. Format is console or json.
type Log struct {
	Level  string `koanf:"level"`
	Format string `koanf:"format"`
}

// HTTP is where health, metrics and pages are served.
type HTTP struct {
	Listen string `koanf:"listen"` // address:port
	// TLS makes it HTTPS. The files are read again when they change.
	TLS TLS `koanf:"tls"`
	// Origins are further addresses that browsers know the pages by, as
	// https://desk.example: that of a reverse proxy.
	Origins []string `koanf:"origins"`
	// Proxies are the networks of reverse proxies, whose word for a visitor's
	// address and for HTTPS is taken.
	Proxies []netip.Prefix `koanf:"proxies"`
	// Monitors are the networks that may read /readyz and /metrics, beside this machine.
	Monitors []netip.Prefix `koanf:"monitors"`
}

// Desk is the agents' desk. Idle is how long a log-in lasts unused, Absolute how
// long it lasts at all.
type Desk struct {
	Idle     time.Duration `koanf:"idle"`
	Absolute time.Duration `koanf:"absolute"`
	// Breaks, Codes and Closings may be chosen: reasons of a break, codes of a
	// wrap-up, reasons to close a call back without calling.
	Breaks   []Choice `koanf:"breaks"`
	Codes    []Choice `koanf:"codes"`
	Closings []Choice `koanf:"closings"`
	// CallbackNumbers is what a number must be like that is called back, a regular
	// expression; so nobody has the office call a number that costs it dearly.
	CallbackNumbers string `koanf:"callback_numbers"`
	// CaseLookup names the look-up of lookups.yaml that tells how a case stands.
	CaseLookup string `koanf:"case_lookup"`
}

// SIP is where telephones and the trunk reach Asterisk. Listen is UDP; the other
// two are off when zero.
type SIP struct {
	Listen          netip.AddrPort `koanf:"listen"`
	TCPListen       netip.AddrPort `koanf:"tcp_listen"`
	TLSListen       netip.AddrPort `koanf:"tls_listen"`
	TLS             TLS            `koanf:"tls"`
	RTP             RTP            `koanf:"rtp"`
	ExternalAddress string         `koanf:"external_address"`
	LocalNets       []netip.Prefix `koanf:"local_nets"`
}

// TLS is a certificate with its chain and its key, PEM files.
type TLS struct {
	Cert string `koanf:"cert"`
	Key  string `koanf:"key"`
}

// RTP is the range of UDP ports for audio, inclusive, two a call.
type RTP struct {
	First int `koanf:"first"`
	Last  int `koanf:"last"`
}

// Trunk is the operator's side. An empty Host means that there is none.
type Trunk struct {
	Host string `koanf:"host"`
	Port int    `koanf:"port"`
	// Protocol is udp, tcp or tls.
	Protocol string `koanf:"protocol"`
	// Addresses are the operator's hosts and networks that calls are taken from.
	Addresses []string `koanf:"addresses"`
	Register  bool     `koanf:"register"`
	User      string   `koanf:"user"`
	Password  Secret   `koanf:"password"`
	// Encrypted asks for SRTP.
	Encrypted bool `koanf:"encrypted"`
}

// Extension is a place in the office, by its number, that a telephone registers for.
type Extension struct {
	Password Secret `koanf:"password"`
}

// Asterisk is the telephone exchange that infolinia renders the configuration of.
type Asterisk struct {
	// SystemName is the first part of every call id; unique among the machines
	// that share a Redis.
	SystemName string `koanf:"system_name"`
	// AbsoluteTimeout is the longest a call lasts without a person.
	AbsoluteTimeout time.Duration `koanf:"absolute_timeout"`
	// Fallback is dialled when no daemon answers: an extension, or a number for the trunk.
	Fallback string `koanf:"fallback"`
}

// ARI is where Asterisk is commanded.
type ARI struct {
	// Listen is where Asterisk serves ARI.
	Listen netip.AddrPort `koanf:"listen"`
	// TLSListen adds HTTPS there; off when zero.
	TLSListen netip.AddrPort `koanf:"tls_listen"`
	TLS       TLS            `koanf:"tls"`
	// URL is how the daemon reaches it, ending in /ari.
	URL      string `koanf:"url"`
	User     string `koanf:"user"`
	Password Secret `koanf:"password"`
	// Apps are the slots, the Stasis applications, in the order the dialplan tries them.
	Apps []string `koanf:"apps"`
}

// The values of Admission.Over.
const (
	OverAnnouncement = "announcement"
	OverBusy         = "busy"
)

// Admission bounds what the line takes on, so that those inside are served
// well. A new caller over any of the limits is turned away; zero is no limit.
type Admission struct {
	// Calls are those of this daemon at once.
	Calls int `koanf:"calls"`
	// Over is OverAnnouncement or OverBusy.
	Over string `koanf:"over"`
	// Latency is how long the slowest twentieth of orders to Asterisk may take.
	Latency time.Duration `koanf:"latency"`
	// Heartbeat is how long an event may take from Asterisk to us.
	Heartbeat time.Duration `koanf:"heartbeat"`
}

// Redis is where calls are kept.
type Redis struct {
	// URL is redis://, rediss:// or unix://; ignored with Sentinels.
	URL string `koanf:"url"`
	// Own tells whether infolinia up starts a Redis for itself: no address was given.
	Own       bool     `koanf:"-"`
	Sentinels []string `koanf:"sentinels"`
	Master    string   `koanf:"master"`
	Password  Secret   `koanf:"password"`
}

// Records is where it is kept what calls came to, and who may log in.
type Records struct {
	// DSN is postgres://…, or the path of an SQLite file.
	DSN Secret `koanf:"dsn"`
	// Keep is how long calls, with agents' notes, are kept.
	Keep time.Duration `koanf:"keep"`
}

// Speech is how text becomes sound.
type Speech struct {
	// Voices are by language, pl uk en.
	Voices map[string]Voice `koanf:"voices"`
	// Cache holds the rendered prompts.
	Cache string `koanf:"cache"`
	// Loudness is the target of EBU R128, LUFS.
	Loudness float64 `koanf:"loudness"`
}

// The values of Voice.Engine.
const (
	EngineRHVoice = "rhvoice"
	EngineEspeak  = "espeak-ng"
)

// Voice is one language's engine.
type Voice struct {
	// Engine is one of these two, or any name together with Command.
	Engine string `koanf:"engine"`
	// Voice is the engine's name for it.
	Voice string `koanf:"voice"`
	// Licence is what the voice's authors allow, for whoever publishes recordings of it.
	Licence string `koanf:"licence"`
	// Rate is the speed, 1 is the voice's own.
	Rate float64 `koanf:"rate"`
	// Command is a program and its arguments for any other engine: text on
	// standard input, WAV on standard output.
	Command []string `koanf:"command"`
}

// Lookup is where look-ups may go. Hosts are the only ones asked; a host that
// resolves into a private range needs that range in Private as well.
type Lookup struct {
	Hosts   []string       `koanf:"hosts"`
	Private []netip.Prefix `koanf:"private"`
}

// SMTP sends messages to the boxes' addresses. An empty Host means no e-mail.
type SMTP struct {
	Host string `koanf:"host"`
	Port int    `koanf:"port"`
	// TLS is starttls, tls or none.
	TLS      string `koanf:"tls"`
	User     string `koanf:"user"`
	Password Secret `koanf:"password"`
	From     string `koanf:"from"`
}

// HMAC names the keys that callers' numbers are pseudonymised with. New values
// are made with Current; the others are kept to recognise older ones.
type HMAC struct {
	Current string            `koanf:"current"`
	Keys    map[string]Secret `koanf:"keys"`
}
