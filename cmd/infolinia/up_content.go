package main

import (
	"context"
	"net"
	"path/filepath"
	"slices"

	"infolinia/ivr/config"
	"infolinia/ivr/flowfile"
	"infolinia/ivr/speech"
)

// clerkSentence is heard on the trial's office extension while no telephone is
// registered for it: honest that nobody is there.
const clerkSentence = "To jest próba. W urzędzie odebrałby teraz pracownik infolinii. " +
	"Żeby odbierać tutaj samodzielnie, należy zalogować telefon jako numer dwieście. Do usłyszenia."

// lineNumber is the line's number, or empty when the flows cannot be read: what
// is wrong with them is for check and for the daemon to say.
func lineNumber(dir string) string {
	bundle, _ := flowfile.Load(dir)
	if bundle == nil || bundle.Program == nil {
		return ""
	}
	return bundle.Program.Number
}

// trialCases is the command that serves made-up cases, where the look-ups of
// the local profile expect them and nobody serves them yet.
func trialCases(c *config.Config, command []string) []string {
	if c.Profile != config.Local || !slices.Contains(c.Lookup.Hosts, demoAddress) {
		return nil
	}
	l, err := net.Listen("tcp", demoAddress)
	if err != nil {
		return nil
	}
	_ = l.Close()
	return command
}

// trialSounds is what the local profile says besides the line's own prompts.
func trialSounds(c *config.Config) []speech.Utterance {
	if c.Profile != config.Local {
		return nil
	}
	return []speech.Utterance{{ID: "trial-clerk", Lang: "pl", Text: clerkSentence, Speed: 1}}
}

// trialClerk is the file of clerkSentence in the local profile, rendered when it
// is not there; empty where no engine can speak.
func trialClerk(ctx context.Context, c *config.Config) string {
	sounds := trialSounds(c)
	if len(sounds) == 0 {
		return ""
	}
	speaker, err := newSpeaker(c)
	if err != nil {
		return ""
	}
	defer speaker.Close()
	clip, err := speaker.File(ctx, sounds[0])
	if err != nil {
		return ""
	}
	return clip.Path
}

// speechSettings is the part of the settings that decides how text sounds.
func speechSettings(c *config.Config) speech.Settings {
	voices := map[string]speech.Voice{}
	for lang, v := range c.Speech.Voices {
		voices[lang] = speech.Voice{Engine: v.Engine, Voice: v.Voice, Licence: v.Licence, Rate: v.Rate, Command: v.Command}
	}
	return speech.Settings{
		Voices:     voices,
		Cache:      c.Speech.Cache,
		Recordings: filepath.Join(c.Line, "callflows", "recordings"),
		Dynamic:    filepath.Join(c.Var, "dynamic"),
		LUFS:       c.Speech.Loudness,
	}
}
