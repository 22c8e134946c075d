package pbx

import (
	"context"
	"fmt"
	"regexp"
	"strconv"

	"github.com/CyCoreSystems/ari/v5"
)

// Missing is something Asterisk lacks for the line, and what to do about it.
type Missing struct{ What, Remedy string }

func (m Missing) String() string { return m.What + ": " + m.Remedy }

// modules are those the line does not work without.
func modules() []string {
	return []string{
		"res_stasis.so", "res_stasis_answer.so", "res_stasis_playback.so", "res_stasis_recording.so",
		"res_ari.so", "res_ari_applications.so", "res_ari_asterisk.so", "res_ari_bridges.so",
		"res_ari_channels.so", "res_ari_events.so", "res_ari_playbacks.so", "res_ari_recordings.so",
		"app_stasis.so", "app_dial.so", "app_playback.so", "pbx_config.so", "func_timeout.so",
		"chan_pjsip.so", "res_rtp_asterisk.so", "codec_alaw.so", "format_pcm.so", "format_wav.so",
		"bridge_simple.so", "bridge_softmix.so", "res_musiconhold.so", "res_timing_timerfd.so",
		// of agents' telephones
		"res_http_websocket.so", "res_pjsip_transport_websocket.so", "res_pjsip_header_funcs.so",
		"res_sorcery_memory.so", "res_srtp.so", "func_callerid.so",
	}
}

// Check asks Asterisk for its version and modules. It needs no Run.
func (p *Phone) Check(ctx context.Context) ([]Missing, error) {
	var info ari.AsteriskInfo
	if err := p.rest.do(ctx, get("/asterisk/info"), &info); err != nil {
		return nil, fmt.Errorf("check asterisk: %w", err)
	}
	var missing []Missing
	if why := unfit(info.SystemInfo.Version); why != "" {
		missing = append(missing, Missing{
			What:   fmt.Sprintf("Asterisk %s %s", info.SystemInfo.Version, why),
			Remedy: "install Asterisk 22, 22.10.1 or newer (make run does it)",
		})
	}
	var loaded []ari.ModuleData
	if err := p.rest.do(ctx, get("/asterisk/modules"), &loaded); err != nil {
		return nil, fmt.Errorf("check asterisk: %w", err)
	}
	running := map[string]bool{}
	for _, m := range loaded {
		running[m.Name] = m.Status == "Running"
	}
	for _, name := range modules() {
		if on, known := running[name]; !known {
			missing = append(missing, Missing{"module " + name + " is not loaded",
				"add load = " + name + " to modules.conf and restart Asterisk"})
		} else if !on {
			missing = append(missing, Missing{"module " + name + " is loaded but not running",
				"see Asterisk's log for why it declined to start"})
		}
	}
	return missing, nil
}

// unfit says what is wrong with a version of Asterisk; empty for nothing.
// 22.10.1 closed two holes of ARI that 22.11.0-rc1, branched before, still has.
func unfit(version string) string {
	m := regexp.MustCompile(`^(\d+)\.(\d+)\.(\d+)(-rc\d+)?`).FindStringSubmatch(version)
	if m == nil {
		return "is no released version"
	}
	var n [3]int
	for i := range n {
		n[i], _ = strconv.Atoi(m[i+1]) // digits, as matched; too many of them are no version of ours
	}
	switch {
	case n[0] != 22:
		return "is not of the series 22 that the line was tried with"
	case n[1] < 10 || n[1] == 10 && n[2] < 1:
		return "has known holes in ARI"
	case m[0] == "22.11.0-rc1":
		return "has known holes in ARI that 22.10.1 closed"
	}
	return ""
}
