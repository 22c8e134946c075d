package caller

import (
	"bytes"
	"testing"
	"time"
)

func TestWhatCameLatelyEndsWithTheNewestPacket(t *testing.T) {
	var s stream
	now := time.Now()
	s.append(bytes.Repeat([]byte{1}, 160), now.Add(-3*time.Second))
	if got := s.since(now.Add(-time.Second)); len(got) != 0 {
		t.Errorf("%d bytes of long ago", len(got))
	}
	s.append(bytes.Repeat([]byte{2}, 160), now.Add(-40*time.Millisecond))
	s.hole(160)
	s.append(bytes.Repeat([]byte{3}, 160), now)
	want := append(append(bytes.Repeat([]byte{2}, 160), bytes.Repeat([]byte{silentByte}, 160)...), bytes.Repeat([]byte{3}, 160)...)
	if got := s.since(now.Add(-time.Second)); !bytes.Equal(got, want) {
		t.Errorf("%d bytes: %x", len(got), got)
	}
}
