package pbx

import (
	"strings"

	"github.com/CyCoreSystems/ari/v5"

	"infolinia/ivr"
)

// dispatch translates one event. Events of channels we do not know are of no
// concern: late, repeated, or another application's.
func (p *Phone) dispatch(ev ari.Event) {
	switch e := ev.(type) {
	case *ari.StasisStart:
		p.entered(e)
	case *ari.StasisEnd:
		p.hungUp(p.byChannel(e.Channel.ID))
	case *ari.ChannelHangupRequest:
		p.hangupRequested(e.Channel.ID)
	case *ari.ChannelDestroyed:
		if x := p.leg(e.Channel.ID); x != nil {
			x.end(e.Cause)
			return
		}
		p.hungUp(p.byChannel(e.Channel.ID))
	case *ari.ChannelStateChange:
		if x := p.leg(e.Channel.ID); x != nil && e.Channel.State == "Up" {
			x.answered.set()
		}
	case *ari.Dial:
		if x := p.leg(e.Peer.ID); x != nil {
			x.dialStatus(e.Dialstatus)
		}
	case *ari.ChannelDtmfReceived:
		p.key(e.Channel.ID, e.Digit)
	case *ari.PlaybackStarted:
		p.playbackStarted(&e.Playback)
	case *ari.PlaybackContinuing:
		p.playbackContinuing(&e.Playback)
	case *ari.PlaybackFinished:
		p.playbackFinished(&e.Playback)
	case *ari.RecordingFinished:
		p.recordingFinished(&e.Recording, false)
	case *ari.ChannelUserevent:
		p.beatBack(e.Eventname)
	case *ari.RecordingFailed:
		p.recordingFinished(&e.Recording, true)
	}
}

func (p *Phone) entered(e *ari.StasisStart) {
	if strings.HasPrefix(e.Channel.ID, legPrefix) {
		if x := p.leg(e.Channel.ID); x != nil {
			x.entered.set()
		}
		return
	}
	ch := Channel{ID: e.Channel.ID, Number: number(&e.Channel), Answered: e.Channel.State == "Up"}
	if len(e.Args) > 0 {
		ch.Dialled = e.Args[0]
	}
	p.arrive(ch)
}

// hangupRequested is the first word of a hang-up. An open recording is finished
// first: StasisEnd follows it.
func (p *Phone) hangupRequested(channel string) {
	c := p.byChannel(channel)
	if c == nil {
		return
	}
	c.mu.Lock()
	recording := c.rec != nil
	c.mu.Unlock()
	if !recording {
		p.hungUp(c)
	}
}

// key hands over a key, unless it belongs to the far side of a talk.
func (p *Phone) key(channel, digit string) {
	c := p.byChannel(channel)
	if c == nil || len(digit) != 1 || !strings.Contains("0123456789*#ABCD", digit) {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.gone && !c.talking {
		p.handler.Input(c.id, ivr.Key{Digit: digit[0]})
	}
}

// target is the call whose channel a playback or recording belongs to.
func (p *Phone) target(uri string) *call {
	id, ok := strings.CutPrefix(uri, "channel:")
	if !ok {
		return nil
	}
	return p.byChannel(id)
}

func (p *Phone) leg(channel string) *leg {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.legs[channel]
}
