package pbx

import (
	"context"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
)

// DevicePrefix begins the name of every device, so that none is ever taken for an
// office extension or the trunk.
const DevicePrefix = "agent-"

// EchoExtension is the one number a device may dial: it hears itself for a while.
const EchoExtension = "echo"

// Device is an agent's telephone in the browser, as Asterisk knows it: the name it
// registers with over /ws, and the secret of this log-in.
type Device struct{ Name, Secret string }

// Endpoint is what a Leg to the device dials.
func (d Device) Endpoint() string { return "PJSIP/" + d.Name }

// field is one setting of a SIP object, in the words of pjsip.conf.
type field struct {
	Attribute string `json:"attribute"`
	Value     string `json:"value"`
}

// browser is what a browser's telephone is to Asterisk.
func browser(name string) []field {
	return []field{
		{"aors", name}, {"auth", name}, {"identify_by", "username"},
		// It takes calls and makes none.
		{"context", "mirror"}, {"allow_subscribe", "no"}, {"allow_transfer", "no"},
		// DTLS-SRTP with a certificate of its own, ICE, one port for RTP and RTCP.
		{"webrtc", "yes"}, {"dtls_auto_generate_cert", "yes"},
		// A-law first, as the callers have it: nothing is transcoded then.
		{"disallow", "all"}, {"allow", "alaw,opus"}, {"dtmf_mode", "auto"}, {"direct_media", "no"},
		{"rtp_symmetric", "yes"}, {"force_rport", "yes"}, {"rewrite_contact", "yes"},
		// A browser sends audio without a pause, also while it is muted: 10 s without
		// any is a page that died. An answer that was made before the browser knew its
		// address says 0.0.0.0, which to Asterisk is a hold: it must be none.
		{"rtp_timeout", "10"}, {"rtp_timeout_hold", "10"}, {"suppress_moh_on_sendonly", "yes"},
		// So nobody has to ask whether it is still there, which would end a call whose
		// websocket is away at that moment.
		{"timers", "no"}, {"language", "pl"},
	}
}

// Enrol makes a device known to Asterisk, or gives one that is known a new secret;
// a telephone that registers then takes the place of the one before. It needs no
// Run. Asterisk keeps devices in its memory: after a restart of Asterisk they have
// to be enrolled again, see Enrolled.
func (p *Phone) Enrol(ctx context.Context, d Device) error {
	if err := d.check(); err != nil {
		return err
	}
	err := p.configure(ctx, "auth", d.Name, []field{
		{"auth_type", "digest"}, {"username", d.Name}, {"password", d.Secret}})
	if err == nil {
		err = p.configure(ctx, "aor", d.Name, []field{{"max_contacts", "1"}, {"remove_existing", "yes"}})
	}
	there := false
	if err == nil {
		there, err = p.exists(ctx, "/asterisk/config/dynamic/res_pjsip/endpoint/%s", d.Name, nil)
	}
	// Last, because it names the others. One that is there is as it should be, and
	// better not touched: Asterisk holds on to an endpoint by more than its settings.
	if err == nil && !there {
		err = p.configure(ctx, "endpoint", d.Name, browser(d.Name))
	}
	if err != nil {
		return fmt.Errorf("enrol %s: %w", d.Name, err)
	}
	return nil
}

// configure makes one object of a device, or changes it.
func (p *Phone) configure(ctx context.Context, kind, name string, fields []field) error {
	q := put("/asterisk/config/dynamic/res_pjsip/%s/%s", kind, name)
	q.body, q.harmless = map[string]any{"fields": fields}, true
	return p.rest.do(ctx, q, nil)
}

// Expel makes Asterisk forget a device: it can register and be called no more. A
// call that it is in goes on. It needs no Run; an unknown device is no error.
func (p *Phone) Expel(ctx context.Context, name string) error {
	if err := (Device{Name: name, Secret: "-"}).check(); err != nil {
		return err
	}
	for _, kind := range []string{"endpoint", "aor", "auth"} {
		if err := p.withdraw(ctx, kind, name); err != nil {
			return err
		}
	}
	return nil
}

// withdraw removes one object of a device, if it is there.
func (p *Phone) withdraw(ctx context.Context, kind, name string) error {
	q := remove("/asterisk/config/dynamic/res_pjsip/%s/%s", kind, name)
	q.harmless = true
	if err := p.rest.do(ctx, q, nil); err != nil && code(err) != http.StatusNotFound {
		return fmt.Errorf("withdraw %s: %w", name, err)
	}
	return nil
}

// Enrolled are the names of all devices that Asterisk knows. It needs no Run.
func (p *Phone) Enrolled(ctx context.Context) ([]string, error) {
	var all []struct{ Resource string }
	if err := p.rest.do(ctx, get("/endpoints/PJSIP"), &all); err != nil {
		return nil, fmt.Errorf("look for devices: %w", err)
	}
	names := []string{}
	for _, e := range all {
		if strings.HasPrefix(e.Resource, DevicePrefix) {
			names = append(names, e.Resource)
		}
	}
	slices.Sort(names)
	return names, nil
}

func (d Device) check() error {
	if !regexp.MustCompile(`^` + DevicePrefix + `[A-Za-z0-9._-]{1,60}$`).MatchString(d.Name) {
		return fmt.Errorf("device %q: a name is %q and letters, digits, dots and dashes", d.Name, DevicePrefix)
	}
	if d.Secret == "" {
		return fmt.Errorf("device %s: no secret", d.Name)
	}
	return nil
}
