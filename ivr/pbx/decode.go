package pbx

import (
	"encoding/json"

	"github.com/CyCoreSystems/ari/v5"
)

// glimpse is all that dispatch looks at in the events that come with every call.
type glimpse struct {
	Type    string `json:"type"`
	Channel struct {
		ID     string `json:"id"`
		State  string `json:"state"`
		Caller *struct {
			Number string `json:"number"`
		} `json:"caller"`
	} `json:"channel"`
	Args     []string `json:"args"`
	Digit    string   `json:"digit"`
	Cause    int      `json:"cause"`
	Playback struct {
		ID        string `json:"id"`
		State     string `json:"state"`
		MediaURI  string `json:"media_uri"`
		TargetURI string `json:"target_uri"`
	} `json:"playback"`
	// Of the answer to a request.
	RequestID string `json:"request_id"`
	Status    int    `json:"status_code"`
	Body      string `json:"message_body"`
}

// answerType is the message that answers a request of the wire.
const answerType = "RESTResponse"

// glance reads what is glimpsed of a message; it is empty where data cannot be
// read.
func glance(data []byte) (g glimpse) {
	if json.Unmarshal(data, &g) != nil {
		return glimpse{}
	}
	return g
}

// event reads an event. Those that come with every call, a dozen of them, are
// there with what was glimpsed, no more than what dispatch looks at;
// ari.DecodeEvent, which reads the others, takes two passes and parses every date.
func (g *glimpse) event(data []byte) (ari.Event, error) {
	kind := ari.EventData{Type: g.Type}
	playback := ari.PlaybackData{ID: g.Playback.ID, State: g.Playback.State, MediaURI: g.Playback.MediaURI, TargetURI: g.Playback.TargetURI}
	channel := ari.ChannelData{ID: g.Channel.ID, State: g.Channel.State}
	if g.Channel.Caller != nil {
		channel.Caller = &ari.CallerID{Number: g.Channel.Caller.Number}
	}
	switch g.Type {
	case ari.Events.StasisStart:
		return &ari.StasisStart{EventData: kind, Channel: channel, Args: g.Args}, nil
	case ari.Events.StasisEnd:
		return &ari.StasisEnd{EventData: kind, Channel: channel}, nil
	case ari.Events.ChannelHangupRequest:
		return &ari.ChannelHangupRequest{EventData: kind, Channel: channel}, nil
	case ari.Events.ChannelDestroyed:
		return &ari.ChannelDestroyed{EventData: kind, Channel: channel, Cause: g.Cause}, nil
	case ari.Events.ChannelStateChange:
		return &ari.ChannelStateChange{EventData: kind, Channel: channel}, nil
	case ari.Events.ChannelDtmfReceived:
		return &ari.ChannelDtmfReceived{EventData: kind, Channel: channel, Digit: g.Digit}, nil
	case ari.Events.PlaybackStarted:
		return &ari.PlaybackStarted{EventData: kind, Playback: playback}, nil
	case ari.Events.PlaybackContinuing:
		return &ari.PlaybackContinuing{EventData: kind, Playback: playback}, nil
	case ari.Events.PlaybackFinished:
		return &ari.PlaybackFinished{EventData: kind, Playback: playback}, nil
	}
	return ari.DecodeEvent(data)
}
