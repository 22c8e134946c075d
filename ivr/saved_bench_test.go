package ivr

import (
	"encoding/json"
	"os"
	"testing"
)

func BenchmarkSaved(b *testing.B) {
	saved, err := os.ReadFile("testdata/call-schema-1.json")
	if err != nil {
		b.Fatal(err)
	}
	var c Call
	if err := json.Unmarshal(saved, &c); err != nil {
		b.Fatal(err)
	}
	b.Run("marshal", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := json.Marshal(&c); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("saved", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := c.Saved(); err != nil {
				b.Fatal(err)
			}
		}
	})
}
