// Package speech turns text into the sound files that Asterisk plays.
//
// A [Speaker] answers one question: which file says this text? It looks for a
// human recording first, then in its cache, and only then asks a speech engine.
// Prompts known ahead are rendered ahead ([Speaker.Render]); text that depends
// on a call is rendered on demand, into a folder of its own that goes when the
// call ends ([Speaker.Forget]).
//
// # Files
//
// Every clip is two headerless files beside each other: NAME.alaw (8 kHz A-law,
// what a trunk carries) and NAME.sln16 (16 kHz linear, for wideband phones).
// Asterisk's `sound:` takes the path without an extension and picks the better
// one. A clip is complete when its .alaw is there, which is renamed into place
// last; its length is its size divided by 8000. The name in the cache is the
// hash of all that decides how it sounds: engine, voice, rate, speed, language,
// text, loudness target and the version of the processing. So a changed text or
// voice is a new file, an unchanged one is never rendered twice, and old files
// stay until [Speaker.Prune].
//
// # Loudness
//
// All clips, synthesized or recorded, are trimmed of silence and brought to one
// integrated loudness by EBU R 128, measured on the 8 kHz signal a caller hears
// (ITU-R BS.1770-4, one channel). The target is -18 LUFS by default: about -12
// dBm0, the middle of what ITU-T E.180 allows for tones (-10 dBm0, 5 dB either
// way), so a caller need not move the handset between ringing and speech. It is
// 5 LU above R 128's broadcast target, because a telephone is heard in the
// street and by elderly ears, and still leaves speech room below the true-peak
// limit of -1 dBTP.
//
// # Engines
//
// "rhvoice" and "espeak-ng" are built in. When the engine of a language is
// missing or fails, espeak-ng speaks instead. Any other engine is a command
// that reads text from standard input and writes a WAV to standard output;
// {voice}, {lang}, {speed} (1 is normal, less is slower) and {length} (its
// inverse) are replaced in its arguments. Text is never an argument. Piper, for
// example:
//
//	voices:
//	  pl:
//	    engine: piper
//	    voice: /srv/voices/pl_PL-gosia-medium.onnx
//	    licence: see the voice's model card
//	    command: [piper, --model, "{voice}", --length-scale, "{length}", --output-file, /dev/stdout]
//
// An engine gets a clean environment, a deadline, and its whole process group
// is killed when the deadline has passed. When no engine can speak, File
// returns an *[EngineError]: the call then plays [Speaker.Apology], which was
// rendered at the start and is kept for ever, and goes to a person.
//
// # Recordings
//
// recordings/<lang>/<prompt id>.wav, any WAV a person makes, replaces the
// synthesized prompt of that id as long as recordings/<lang>/<prompt id>.sha256
// holds the hash of the prompt's present text ([Accept], [State]).
package speech
