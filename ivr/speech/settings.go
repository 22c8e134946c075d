package speech

import "time"

// Settings are what the configuration says about speech.
type Settings struct {
	Voices     map[string]Voice // by language; a language without one is spoken by espeak-ng
	Cache      string           // folder of rendered clips
	Recordings string           // folder of human recordings, <lang>/<prompt id>.wav
	Dynamic    string           // folder of the clips of live calls; its content is ours to delete
	LUFS       float64          // integrated loudness of every clip; 0 means -18
}

// Voice is who speaks a language.
type Voice struct {
	Engine  string   // "rhvoice", "espeak-ng", or any name together with Command
	Voice   string   // the engine's name for it: "magda", or a model's path
	Licence string   // under which the voice may be used; shown where voices are offered
	Rate    float64  // 1 is the voice's own; 0 means 1
	Command []string // program and arguments; text on standard input, WAV on standard output
}

// DefaultVoices are RHVoice's as Debian ships them, with the licences of its
// copyright file. Polish voices are for non-commercial use, which a city's
// information line is; whoever sells a line must choose another.
func DefaultVoices() map[string]Voice {
	return map[string]Voice{
		"pl": {Engine: RHVoice, Voice: "magda", Licence: "CC-BY-NC-ND-4.0", Rate: 1},
		"uk": {Engine: RHVoice, Voice: "natalia", Licence: "LGPL-2.1-or-later", Rate: 1},
		"en": {Engine: RHVoice, Voice: "slt", Licence: "LGPL-2.1-or-later", Rate: 1},
	}
}

const (
	defaultLUFS = -18.0

	// aheadTime bounds one rendering while nobody waits for it, liveTime a
	// prompt a caller waits for, dynamicTime what is made for one call.
	aheadTime   = 30 * time.Second
	liveTime    = 10 * time.Second
	dynamicTime = 3 * time.Second

	// fallbackShare of the time is kept back for espeak-ng when the first
	// engine hangs: a third, a second of a dynamic prompt's three.
	fallbackShare = 3

	// processing is the version of what happens between engine and file; a
	// change renders everything anew.
	processing = "1"
)
