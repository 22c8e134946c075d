package caller

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"time"

	"github.com/emiago/diago/audio"
	"github.com/zaf/g711"
)

// Sound is A-law, 8000 bytes a second.
type Sound []byte

// Tone is a sine of hz at -12 dBFS.
func Tone(hz float64, d time.Duration) Sound {
	out := make(Sound, int(d.Seconds()*byteRate))
	for i := range out {
		v := 8192 * math.Sin(2*math.Pi*hz*float64(i)/byteRate)
		out[i] = g711.EncodeAlawFrame(int16(v))
	}
	return out
}

// LoadSound reads a raw A-law file, or a WAV file of 8 kHz, mono, 16-bit PCM or
// A-law.
func LoadSound(path string) (Sound, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("load sound: %w", err)
	}
	if filepath.Ext(path) != ".wav" {
		return data, nil
	}
	s, err := parseWAV(data)
	if err != nil {
		return nil, fmt.Errorf("load sound %s: %w", path, err)
	}
	return s, nil
}

func parseWAV(data []byte) (Sound, error) {
	const pcm, alaw = 1, 6 // WAVE_FORMAT_PCM, WAVE_FORMAT_ALAW
	r := audio.NewWavReader(bytes.NewReader(data))
	if err := r.ReadHeaders(); err != nil {
		return nil, err
	}
	if r.SampleRate != byteRate || r.NumChannels != 1 {
		return nil, fmt.Errorf("%d Hz and %d channels, wanted 8000 Hz mono", r.SampleRate, r.NumChannels)
	}
	body := make([]byte, r.DataSize)
	n, err := io.ReadFull(r, body)
	if err != nil && err != io.ErrUnexpectedEOF {
		return nil, err
	}
	body = body[:n]
	switch {
	case r.WavAudioFormat == alaw && r.BitsPerSample == 8:
		return body, nil
	case r.WavAudioFormat == pcm && r.BitsPerSample == 16:
		return g711.EncodeAlaw(body), nil
	}
	return nil, fmt.Errorf("format %d with %d bits, wanted 16-bit PCM or A-law", r.WavAudioFormat, r.BitsPerSample)
}

// recorder writes what is heard to a WAV file of 16-bit PCM, with silence where
// nothing came, so that its time runs as the call's did.
type recorder struct {
	file  *os.File
	wav   *audio.WavWriter
	since time.Time // when the recording began
	pos   int64     // samples written
}

// slack is how late a packet may be before silence is put in its place.
const slack = 60 * time.Millisecond

func newRecorder(path string) (*recorder, error) {
	f, err := os.Create(path)
	if err != nil {
		return nil, fmt.Errorf("record call: %w", err)
	}
	w := audio.NewWavWriter(f)
	w.NumChans = 1
	return &recorder{file: f, wav: w}, nil
}

func (r *recorder) write(payload []byte, at time.Time) error {
	gap := at.Sub(r.since) - span(r.pos)
	if gap > slack {
		if err := r.append(bytes.Repeat([]byte{quiet}, int(gap.Seconds()*byteRate))); err != nil {
			return err
		}
	}
	return r.append(payload)
}

func (r *recorder) append(alaw []byte) error {
	pcm := make([]byte, 0, 2*len(alaw))
	for _, b := range alaw {
		pcm = binary.LittleEndian.AppendUint16(pcm, uint16(g711.DecodeAlawFrame(b)))
	}
	r.pos += int64(len(alaw))
	_, err := r.wav.Write(pcm)
	return err
}

// close completes the file; at is when the call ended.
func (r *recorder) close(at time.Time) error {
	err := r.write(nil, at)
	if e := r.wav.Close(); err == nil {
		err = e
	}
	if e := r.file.Close(); err == nil {
		err = e
	}
	return err
}
