package main

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"time"

	"github.com/zaf/g711"

	"infolinia/ivr/caller"
)

// The tones of whom one hears.
const (
	annaHz     = 1000
	janHz      = 1400
	clerkHz    = 1800
	residentHz = 600
	ringingHz  = 425 // of a telephone that is called, in Poland
)

// hears waits until a tone is what comes out of the page's loudspeaker.
func (p *agentPage) hears(hz float64) {
	p.t.Helper()
	p.listens(fmt.Sprintf(`loudest > -60 && Math.abs(at - %f) < 40`, hz))
}

// hearsNobody waits until nothing comes out of the page's loudspeaker.
func (p *agentPage) hearsNobody() {
	p.t.Helper()
	p.listens(`loudest < -90`)
}

// listens waits until something is true of what comes out of the page's
// loudspeaker: how loud its loudest tone is, in dB of the full scale, and at how many
// Hz that is.
func (p *agentPage) listens(is string) {
	p.t.Helper()
	p.sees(`(() => {
		const far = document.getElementById("far");
		if (!far.srcObject) return false;
		if (window.earOf !== far.srcObject) {
			window.earOf = far.srcObject;
			window.earContext ??= new AudioContext();
			window.ear = window.earContext.createAnalyser();
			window.ear.fftSize = 8192;
			window.earContext.createMediaStreamSource(far.srcObject).connect(window.ear);
		}
		const bins = new Float32Array(window.ear.frequencyBinCount);
		window.ear.getFloatFrequencyData(bins);
		let top = 0;
		for (let i = 0; i < bins.length; i++) if (bins[i] > bins[top]) top = i;
		const [loudest, at] = [bins[top], top * window.earContext.sampleRate / window.ear.fftSize];
		return ` + is + `;
	})()`)
}

// hums speaks a tone to whoever is at the other end, until the test is over.
func (e *ear) hums(hz float64) {
	ctx, stop := context.WithCancel(e.t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = e.Speak(ctx, caller.Tone(hz, 10*time.Minute)) // ends with the call
	}()
	e.t.Cleanup(func() { stop(); <-done })
}

// hearsTone waits until a tone is what comes to the caller.
func (e *ear) hearsTone(hz float64) {
	e.t.Helper()
	eventually(e.t, fmt.Sprintf("%s hears %.0f Hz", e.from, hz), func() bool { return share(e.Lately(200*time.Millisecond), hz) > 0.5 })
}

// hearsIn waits until a tone is part of what comes to the caller.
func (e *ear) hearsIn(hz float64) {
	e.t.Helper()
	eventually(e.t, fmt.Sprintf("%s hears %.0f Hz among others", e.from, hz), func() bool { return share(e.Lately(200*time.Millisecond), hz) > 0.1 })
}

// hearsMusic waits until what comes to the caller is neither silence nor any of
// the tones of whom he talks with.
func (e *ear) hearsMusic() {
	e.t.Helper()
	eventually(e.t, e.from+" hears music", func() bool {
		lately := e.Lately(time.Second)
		for _, hz := range []float64{annaHz, janHz, clerkHz, ringingHz} {
			if share(lately, hz) > 0.2 {
				return false
			}
		}
		return loud(lately)
	})
}

// hearsNobody waits until what comes to the caller is silence.
func (e *ear) hearsNobody() {
	e.t.Helper()
	eventually(e.t, e.from+" hears nothing", func() bool {
		lately := e.Lately(time.Second)
		return len(lately) > 0 && !loud(lately)
	})
}

// loud tells whether A-law is not silence.
func loud(alaw []byte) bool { return power(alaw) > 1e-6 }

// power is that of A-law, from 0 to 1.
func power(alaw []byte) (sum float64) {
	for _, b := range alaw {
		x := float64(g711.DecodeAlawFrame(b)) / 32768
		sum += x * x
	}
	return sum / max(1, float64(len(alaw)))
}

// share is how much of the energy of A-law is at a frequency, by Goertzel's
// algorithm; 0 for silence.
func share(alaw []byte, hz float64) float64 {
	var s1, s2 float64
	k := 2 * math.Cos(2*math.Pi*hz/8000)
	for _, b := range alaw {
		s2, s1 = s1, float64(g711.DecodeAlawFrame(b))/32768+k*s1-s2
	}
	if !loud(alaw) {
		return 0
	}
	n := float64(len(alaw))
	return 2 * (s1*s1 + s2*s2 - k*s1*s2) / (n * n) / power(alaw)
}

// pulses is a recording of a tone that comes and goes, so that a browser does not
// take it for noise: 48 kHz, 16 bit, one channel.
func pulses(hz float64) []byte {
	const rate, beat = 48000, 24000
	samples := make([]int16, 4*rate)
	for i := range samples {
		if i%beat < beat*4/5 {
			samples[i] = int16(12000 * math.Sin(2*math.Pi*hz*float64(i)/rate))
		}
	}
	var out bytes.Buffer
	write := func(v any) { _ = binary.Write(&out, binary.LittleEndian, v) } // a Buffer does not fail
	out.WriteString("RIFF")
	write(uint32(36 + 2*len(samples)))
	out.WriteString("WAVEfmt ")
	write([]uint32{16, 1<<16 | 1, rate, 2 * rate, 16<<16 | 2})
	out.WriteString("data")
	write(uint32(2 * len(samples)))
	write(samples)
	return out.Bytes()
}
