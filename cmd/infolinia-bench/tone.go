package main

import (
	"bytes"
	"encoding/binary"
	"math"
	"time"
)

const (
	frameBytes = 160 // of A-law in 20 ms
	frameTime  = 20 * time.Millisecond
	tones      = 4
)

// hertz of the prompts, multiples of 50: a packet holds whole waves, and the
// tones do not leak into each other.
func hertz() [tones]float64 { return [tones]float64{400, 750, 1150, 1700} }

const (
	noTone  = -1
	quiet   = 1e-5 // mean square below which a packet is silence
	clearly = 0.6  // share of the energy that makes it this tone
)

// ear tells tones apart by Goertzel's algorithm.
type ear struct {
	linear [256]float64
	factor [tones]float64
}

func newEar() *ear {
	e := &ear{}
	for i := range e.linear {
		e.linear[i] = float64(fromALaw(byte(i))) / 32768
	}
	for i, f := range hertz() {
		e.factor[i] = 2 * math.Cos(2*math.Pi*f/8000)
	}
	return e
}

// tone is that of a packet, or noTone.
func (e *ear) tone(frame []byte) int {
	var energy float64
	var s1, s2 [tones]float64
	for _, b := range frame {
		x := e.linear[b]
		energy += x * x
		for i, k := range e.factor {
			s := x + k*s1[i] - s2[i]
			s2[i], s1[i] = s1[i], s
		}
	}
	n := float64(len(frame))
	if energy < quiet*n {
		return noTone
	}
	for i, k := range e.factor {
		power := s1[i]*s1[i] + s2[i]*s2[i] - k*s1[i]*s2[i]
		if 2*power/n > clearly*energy {
			return i
		}
	}
	return noTone
}

// fromALaw is ITU-T G.711's decoder, to 16 bits.
func fromALaw(b byte) int16 {
	b ^= 0x55
	v := int16(b&0x0f)<<4 | 8
	if exponent := b >> 4 & 7; exponent > 0 {
		v = (v | 0x100) << (exponent - 1)
	}
	if b&0x80 == 0 {
		return -v
	}
	return v
}

// toneWAV is a recording of a tone: 16 kHz, 16 bit, one channel.
func toneWAV(hz float64, length time.Duration) []byte {
	const rate = 16000
	n := int(length.Seconds() * rate)
	var out bytes.Buffer
	out.WriteString("RIFF")
	write := func(v any) { _ = binary.Write(&out, binary.LittleEndian, v) } // a Buffer does not fail
	write(uint32(36 + 2*n))
	out.WriteString("WAVEfmt ")
	write([]uint32{16, 1<<16 | 1, rate, 2 * rate, 16<<16 | 2})
	out.WriteString("data")
	write(uint32(2 * n))
	samples := make([]int16, n)
	for i := range samples {
		samples[i] = int16(8000 * math.Sin(2*math.Pi*hz*float64(i)/rate))
	}
	write(samples)
	return out.Bytes()
}
