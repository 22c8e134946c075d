package pbx

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestABrowserRegistersWithTheSecretOfItsLogInAndIsCalled(t *testing.T) {
	o := openOffice(t, time.Hour)
	d := o.desk(t, 2*time.Second)
	anna := Device{Name: "agent-anna", Secret: "first;secret"}
	d.ok(d.phone.Enrol(t.Context(), anna))
	t.Run("with its secret and no other", func(t *testing.T) { deviceSecret(t, o, d, anna) })
	t.Run("is told who calls, what for, and that it is to answer by itself", func(t *testing.T) { deviceRings(t, o, d, anna) })
	t.Run("is told that another one has answered", func(t *testing.T) { deviceLoses(t, o, d, anna) })
	t.Run("dials nobody", func(t *testing.T) {
		page := openPage(t, o.process.Settings, anna)
		const uri = "sip:243645555@desk.invalid"
		challenge := page.request("INVITE", uri)
		if got := page.request("INVITE", uri, page.authorize(challenge, "INVITE", uri)); !strings.HasPrefix(got, "SIP/2.0 404") {
			t.Errorf("a call of its own: %s", got)
		}
	})
	t.Run("loses a call whose audio stops", func(t *testing.T) { deviceDies(t, o, d) })
	t.Run("is expelled", func(t *testing.T) { deviceExpelled(t, o, d, anna) })
}

func deviceSecret(t *testing.T, o *office, d *desk, anna Device) {
	page := openPage(t, o.process.Settings, anna)
	if status := page.register(); status != "200" {
		t.Errorf("with its secret: %s", status)
	}
	if status := openPage(t, o.process.Settings, Device{anna.Name, "other"}).register(); status != "401" {
		t.Errorf("with another: %s", status)
	}
	fresh := Device{anna.Name, "second"}
	d.ok(d.phone.Enrol(t.Context(), fresh))
	if status := openPage(t, o.process.Settings, anna).register(); status != "401" {
		t.Errorf("with the secret of an earlier log-in: %s", status)
	}
	if status := openPage(t, o.process.Settings, fresh).register(); status != "200" {
		t.Errorf("with that of the new one: %s", status)
	}
	d.ok(d.phone.Enrol(t.Context(), anna))
}

func deviceRings(t *testing.T, o *office, d *desk, anna Device) {
	page := openPage(t, o.process.Settings, anna)
	page.register()
	_, id := o.call(t, d)
	d.ok(d.phone.RingLeg(t.Context(), Leg{ID: "b1", Task: "b", Call: id, Endpoint: anna.Endpoint(), Ring: 10 * time.Second,
		Auto: true, Number: "600100200", Name: `Łucja "Ły" Żak`}))
	invite := page.hear("INVITE ")
	page.answer(invite, "180 Ringing")
	for name, want := range map[string]string{
		"X-Infolinia-Task": "b", "X-Infolinia-Auto": "yes", "Call-Info": "<sip:infolinia>;answer-after=0",
	} {
		if got := header(invite, name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if from := header(invite, "From"); !strings.Contains(from, "Łucja Ły Żak") || !strings.Contains(from, "sip:600100200@") {
		t.Errorf("From: %s", from)
	}
	for _, want := range []string{"RTP/SAVPF 8 ", "a=rtcp-mux", "a=ice-ufrag:", "a=fingerprint:SHA-256 ", "a=setup:actpass", "opus/48000", "telephone-event/8000"} {
		if !strings.Contains(invite, want) {
			t.Errorf("%q is not offered:\n%s", want, invite)
		}
	}
	page.answer(invite, "603 Decline")
	d.wait(t, "leg b1 busy", 1)
}

func deviceLoses(t *testing.T, o *office, d *desk, anna Device) {
	page := openPage(t, o.process.Settings, anna)
	page.register()
	_, id := o.call(t, d)
	d.ok(d.phone.RingLeg(t.Context(), Leg{ID: "b2", Task: "b", Call: id, Endpoint: anna.Endpoint()}))
	invite := page.hear("INVITE ")
	page.answer(invite, "180 Ringing")
	if header(invite, "X-Infolinia-Auto") != "" || header(invite, "Call-Info") != "" {
		t.Error("it is to answer by itself")
	}
	o.eventually(t, d, "leg-b2", "Ringing")
	d.ok(d.phone.DropLeg(t.Context(), "b2", true))
	if reason := header(page.hear("CANCEL "), "Reason"); !strings.Contains(reason, `text="Call completed elsewhere"`) {
		t.Errorf("Reason: %s", reason)
	}
	d.wait(t, "leg b2 hungup", 1)
}

// eventually waits for the state of a channel.
func (o *office) eventually(t *testing.T, d *desk, channel, state string) {
	t.Helper()
	deadline := time.After(10 * time.Second)
	for {
		var ch foundChannel
		if d.ok(d.phone.rest.do(t.Context(), get("/channels/%s", channel), &ch)); ch.State == state {
			return
		}
		select {
		case <-deadline:
			t.Fatalf("%s is %s, never %s", channel, ch.State, state)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// A page that dies sends no audio any more and says nothing. It has answered without
// an address, as browsers may, which is no reason for music.
func deviceDies(t *testing.T, o *office, d *desk) {
	bob := Device{Name: "agent-bob", Secret: "s"}
	d.ok(d.phone.Enrol(t.Context(), bob))
	// Without encryption, for this test has none, and sooner.
	plain := put("/asterisk/config/dynamic/res_pjsip/endpoint/%s", bob.Name)
	plain.body = map[string]any{"fields": []field{{"webrtc", "no"}, {"media_encryption", "no"}, {"use_avpf", "no"},
		{"ice_support", "no"}, {"rtcp_mux", "no"}, {"bundle", "no"}, {"rtp_timeout", "1"}, {"rtp_timeout_hold", "1"}}}
	d.ok(d.phone.rest.do(t.Context(), plain, nil))
	page := openPage(t, o.process.Settings, bob)
	page.register()
	c, id := o.call(t, d)
	d.ok(d.phone.RingLeg(t.Context(), Leg{ID: "b3", Task: "b", Call: id, Endpoint: bob.Endpoint()}))
	invite := page.hear("INVITE ")
	page.answer(invite, "200 OK", "Content-Type: application/sdp", "", strings.Join([]string{"v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=-",
		"c=IN IP4 0.0.0.0", "t=0 0", "m=audio 9 RTP/AVP 8", "a=rtpmap:8 PCMA/8000", ""}, "\r\n"))
	d.wait(t, "leg b3 up", 1)
	d.arrange(t, Arrangement{Task: "b", Call: id, Together: []string{TheCaller, "b3"}})
	d.wait(t, "leg b3 lost", 1)
	d.ok(c.Hangup())
	if heard := c.Heard(); len(heard) > 0 {
		t.Errorf("the caller heard %v", heard)
	}
}

func deviceExpelled(t *testing.T, o *office, d *desk, anna Device) {
	devices := func() []string {
		names, err := d.phone.Enrolled(t.Context())
		d.ok(err)
		return names
	}
	if diff := cmp.Diff([]string{"agent-anna", "agent-bob"}, devices()); diff != "" {
		t.Error(diff)
	}
	d.ok(d.phone.Expel(t.Context(), "agent-bob"))
	d.ok(d.phone.Expel(t.Context(), anna.Name))
	d.ok(d.phone.Expel(t.Context(), anna.Name)) // nobody any more
	if diff := cmp.Diff([]string{}, devices()); diff != "" {
		t.Error(diff)
	}
	if status := openPage(t, o.process.Settings, anna).register(); status == "200" {
		t.Error("it registered")
	}
	if err := d.phone.RingLeg(t.Context(), Leg{ID: "b4", Task: "b", Endpoint: anna.Endpoint()}); code(err) != http.StatusInternalServerError {
		t.Errorf("called: %v", err)
	}
}

func TestADeviceIsNeverTakenForAnotherTelephone(t *testing.T) {
	fake(t, nil, func(t *testing.T, r *rig) {
		for _, d := range []Device{{"200", "s"}, {"trunk", "s"}, {"agent-", "s"}, {"agent-a/b", "s"}, {"agent-a b", "s"}, {"agent-anna", ""}} {
			if err := r.phone.Enrol(t.Context(), d); err == nil {
				t.Errorf("enrolled: %+v", d)
			}
		}
		if err := r.phone.Expel(t.Context(), "200"); err == nil {
			t.Error("an office extension was expelled")
		}
		if n := r.count("PUT /asterisk") + r.count("DELETE /asterisk"); n > 0 {
			t.Errorf("%d orders", n)
		}
	})
}
