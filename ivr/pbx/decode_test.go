package pbx

import (
	"testing"

	"github.com/CyCoreSystems/ari/v5"
	"github.com/google/go-cmp/cmp"
)

const (
	keyEvent = `{"type":"ChannelDtmfReceived","timestamp":"2026-11-22T11:37:49.123+0000","digit":"1","duration_ms":120,` +
		`"channel":{"id":"local-1700000000.7","name":"PJSIP/loopback-00000007","state":"Up","protocol_id":"b3c1","caller":{"name":"","number":"600100200"},` +
		`"connected":{"name":"","number":""},"accountcode":"","dialplan":{"context":"line","exten":"start","priority":2,"app_name":"Stasis","app_data":"infolinia-1,243645555"},` +
		`"creationtime":"2026-11-22T11:37:45.001+0000","language":"pl"},"asterisk_id":"00:00:00:00:00:00","application":"infolinia-1"}`
	playEvent = `{"type":"PlaybackFinished","timestamp":"2026-11-22T11:37:49.123+0000","playback":{"id":"a.3.play","media_uri":"sound:/p/b",` +
		`"target_uri":"channel:local-1700000000.7","language":"pl","state":"done"},"asterisk_id":"00:00:00:00:00:00","application":"infolinia-1"}`
	startEvent = `{"type":"StasisStart","args":["243645555"],"channel":{"id":"a-1.1","state":"Ring","caller":{"name":"x","number":"600100200"}}}`
	endEvent   = `{"type":"ChannelDestroyed","cause":17,"cause_txt":"busy","channel":{"id":"leg-1","state":"Up","caller":null}}`
)

func TestWhatIsReadOfAnEventIsWhatTheLibraryReads(t *testing.T) {
	seen := func(ev ari.Event) []any {
		switch e := ev.(type) {
		case *ari.ChannelDtmfReceived:
			return []any{e.GetType(), e.Channel.ID, e.Digit}
		case *ari.PlaybackFinished:
			return []any{e.GetType(), e.Playback.ID, e.Playback.State, e.Playback.MediaURI, e.Playback.TargetURI}
		case *ari.StasisStart:
			return []any{e.GetType(), e.Channel.ID, e.Channel.State, number(&e.Channel), e.Args}
		case *ari.ChannelDestroyed:
			return []any{e.GetType(), e.Channel.ID, e.Cause}
		}
		t.Fatalf("unexpected %T", ev)
		return nil
	}
	for _, raw := range []string{keyEvent, playEvent, startEvent, endEvent} {
		got, err := decode([]byte(raw))
		if err != nil {
			t.Fatal(err)
		}
		want, err := ari.DecodeEvent([]byte(raw))
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(seen(want), seen(got)); d != "" {
			t.Error(d)
		}
	}
}

func BenchmarkDecode(b *testing.B) {
	for name, decode := range map[string]func([]byte) (ari.Event, error){"ours": decode, "library": ari.DecodeEvent} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				for _, raw := range []string{keyEvent, playEvent} {
					if _, err := decode([]byte(raw)); err != nil {
						b.Fatal(err)
					}
				}
			}
		})
	}
}

// decode reads an event as the websocket's reader does.
func decode(data []byte) (ari.Event, error) {
	g := glance(data)
	return g.event(data)
}
