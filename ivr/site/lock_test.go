package site

import (
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"testing"
)

func TestOneProcessHasALockAndOthersAreToldWhich(t *testing.T) {
	path := filepath.Join(t.TempDir(), "instance-1.lock")
	first, err := Lock(path)
	if err != nil {
		t.Fatal(err)
	}
	var other *LockedError
	if _, err := Lock(path); !errors.As(err, &other) || other.Process != strconv.Itoa(os.Getpid()) {
		t.Errorf("a second lock: %v", err)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	again, err := Lock(path)
	if err != nil {
		t.Fatalf("after the first was given back: %v", err)
	}
	again.Close()
}
