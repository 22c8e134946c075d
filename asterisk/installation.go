package asterisk

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// ErrMissing is returned by Find when this machine has no fitting Asterisk.
var ErrMissing = errors.New("no Asterisk 22 from 22.10.1 on: run asterisk/provide")

// Installation is an Asterisk that can be started.
type Installation struct {
	// Command is what to run, with the arguments that come before Asterisk's own.
	Command []string
	Version string
	ModDir  string
	DataDir string
}

// Find returns the Asterisk unpacked in root by asterisk/provide, else the one
// installed on this machine when its version fits, else ErrMissing.
func Find(ctx context.Context, root string) (Installation, error) {
	if in, err := Unpacked(root); err == nil {
		return in, nil
	}
	return Installed(ctx)
}

// Installed returns this machine's own Asterisk, or ErrMissing.
func Installed(ctx context.Context) (Installation, error) {
	path, err := exec.LookPath("asterisk")
	if err != nil {
		path = "/usr/sbin/asterisk"
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	out, err := exec.CommandContext(ctx, path, "-V").Output()
	if err != nil {
		return Installation{}, ErrMissing
	}
	version := strings.TrimSpace(string(out))
	if !fits(version) {
		return Installation{}, fmt.Errorf("%s is %s: %w", path, version, ErrMissing)
	}
	mods, err := oneOf("/usr/lib/*/asterisk/modules/res_ari.so", "/usr/lib/asterisk/modules/res_ari.so",
		"/usr/lib64/asterisk/modules/res_ari.so")
	if err != nil {
		return Installation{}, err
	}
	data, err := oneOf("/usr/share/asterisk/documentation/core-en_US.xml", "/var/lib/asterisk/documentation/core-en_US.xml")
	if err != nil {
		return Installation{}, err
	}
	return Installation{
		Command: []string{path},
		Version: version,
		ModDir:  filepath.Dir(mods),
		DataDir: filepath.Dir(filepath.Dir(data)),
	}, nil
}

// Unpacked describes the Asterisk that asterisk/provide put into root. It is started through its own dynamic
// linker, because the libraries it was built with are newer than the machine's.
func Unpacked(root string) (Installation, error) {
	root, err := filepath.Abs(root)
	if err != nil {
		return Installation{}, err
	}
	version, err := os.ReadFile(filepath.Join(root, "complete"))
	if err != nil {
		return Installation{}, err
	}
	linker, err := oneOf(filepath.Join(root, "usr/lib/*/ld-linux-*.so.*"))
	if err != nil {
		return Installation{}, err
	}
	libs := filepath.Dir(linker)
	return Installation{
		Command: []string{linker, "--library-path", libs, filepath.Join(root, "usr/sbin/asterisk")},
		Version: strings.TrimSpace(string(version)),
		ModDir:  filepath.Join(libs, "asterisk/modules"),
		DataDir: filepath.Join(root, "usr/share/asterisk"),
	}, nil
}

func oneOf(patterns ...string) (string, error) {
	for _, p := range patterns {
		if found, err := filepath.Glob(p); err == nil && len(found) > 0 {
			return found[0], nil
		}
	}
	return "", fmt.Errorf("no %s", strings.Join(patterns, ", no "))
}

var (
	released   = regexp.MustCompile(`Asterisk (\d+)\.(\d+)(?:\.(\d+))?`)
	prerelease = regexp.MustCompile(`rc\d|beta|alpha`)
)

// fits tells whether the output of asterisk -V is a release of the 22 series
// that is new enough.
func fits(version string) bool {
	m := released.FindStringSubmatch(version)
	if m == nil || prerelease.MatchString(version) {
		return false
	}
	// The first version with both ARI advisories of the 22 series fixed.
	oldest := [3]int{22, 10, 1}
	var got [3]int
	for i, part := range m[1:] {
		got[i], _ = strconv.Atoi(part) // a missing third part is 0
	}
	if got[0] != oldest[0] {
		return false
	}
	if got[1] != oldest[1] {
		return got[1] > oldest[1]
	}
	return got[2] >= oldest[2]
}
