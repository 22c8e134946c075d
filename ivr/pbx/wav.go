package pbx

import (
	"encoding/binary"
	"errors"
	"time"
)

const (
	wavRate  = 8000
	frame    = wavRate / 50 // 20 ms of samples
	voice    = 256          // mean amplitude from which Asterisk's dsp.conf hears talk
	leastMS  = 200          // of voice in all; less is a click on the line
	wavChunk = 8
)

var errNoWAV = errors.New("recording is no WAV file")

// spoken is how long the caller spoke: up to the end of the last 20 ms with a
// voice in it; zero when nobody did. The file is 16 bit, 8 kHz, mono, as
// Asterisk's format "wav" is.
func spoken(wav []byte) (time.Duration, error) {
	if len(wav) < 12 || string(wav[:4]) != "RIFF" || string(wav[8:12]) != "WAVE" {
		return 0, errNoWAV
	}
	for rest := wav[12:]; len(rest) >= wavChunk; {
		size := int(binary.LittleEndian.Uint32(rest[4:]))
		if string(rest[:4]) == "data" {
			return voiced(rest[wavChunk:min(len(rest), wavChunk+max(0, size))]), nil
		}
		next := wavChunk + size + size%2
		if size < 0 || next > len(rest) {
			break
		}
		rest = rest[next:]
	}
	return 0, errNoWAV
}

func voiced(pcm []byte) time.Duration {
	last, loud := 0, 0
	for i := 0; (i+1)*frame*2 <= len(pcm); i++ {
		sum := 0
		for j := range frame {
			s := int(int16(binary.LittleEndian.Uint16(pcm[(i*frame+j)*2:])))
			sum += max(s, -s)
		}
		if sum/frame >= voice {
			last, loud = i+1, loud+1
		}
	}
	if loud*20 < leastMS {
		return 0
	}
	return time.Duration(last) * 20 * time.Millisecond
}
