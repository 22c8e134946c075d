package config

import (
	"strings"
	"testing"
)

func TestAnInstanceHasItsOwnSlotPortAndSocket(t *testing.T) {
	c := Config{Instance: 2, Var: "/var", HTTP: HTTP{Listen: "127.0.0.1:8080"}, ARI: ARI{Apps: []string{"infolinia-1", "infolinia-2"}}}
	for _, row := range [][2]string{
		{c.Home(), "infolinia-2"},
		{c.Listen(1), "127.0.0.1:8080"},
		{c.Listen(2), "127.0.0.1:8081"},
		{c.Socket(1), "/var/infolinia.sock"},
		{c.Socket(2), "/var/infolinia-2.sock"},
	} {
		if row[0] != row[1] {
			t.Errorf("got %s, want %s", row[0], row[1])
		}
	}
}

func TestAnInstanceWithoutASlotIsRefused(t *testing.T) {
	for _, n := range []string{"0", "3"} {
		_, err := Load(Source{Dir: t.TempDir(), Environ: []string{"INFOLINIA_INSTANCE=" + n}})
		if err == nil || !strings.Contains(err.Error(), n+": ari.apps names 2") {
			t.Errorf("instance %s: %v", n, err)
		}
	}
}
