package caller

import (
	"errors"
	"fmt"
	"hash/maphash"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
)

const (
	// The first frames of a prompt are all indexed, so that it is known at
	// once; later ones only find it again after a loss.
	denseAnchors = 50
	sparseStep   = 8
	// A frame with fewer audible bytes is a pause, or the very edge of one.
	anchorLoud = 4
	// hashBase is the multiplier of the rolling hash, modulo 2^64. A hit is
	// always checked against the file.
	hashBase uint64 = 0x9E3779B97F4A7C15
)

// clip is one distinct sound; several names may share it.
type clip struct {
	names []string
	path  string
	size  int64
}

// anchor is a place in a clip.
type anchor struct {
	clip int32
	off  int32
}

// Index knows prompts by their audio. It keeps hashes of some of their 20 ms
// frames, about 20 bytes for each, and reads the files again while
// one is heard, so a thousand prompts of half a minute cost a few megabytes.
// It may be added to while calls use it.
type Index struct {
	seed maphash.Seed

	mu    sync.RWMutex
	clips []*clip
	sums  map[uint64]int32
	// Nearly every hash has one place; the rest are in more.
	first map[uint64]anchor
	more  map[uint64][]anchor
}

// NewIndex returns an index that knows nothing.
func NewIndex() *Index {
	return &Index{
		seed:  maphash.MakeSeed(),
		sums:  map[uint64]int32{},
		first: map[uint64]anchor{},
		more:  map[uint64][]anchor{},
	}
}

// Add reads a raw A-law file and gives it a name. Files with the same bytes
// become one sound with several names. A file without anything audible is
// taken and never recognised.
func (x *Index) Add(name, path string) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("index prompt %s: %w", name, err)
	}
	sum := maphash.Bytes(x.seed, data)

	x.mu.Lock()
	defer x.mu.Unlock()
	if i, ok := x.sums[sum]; ok && x.clips[i].size == int64(len(data)) {
		c := *x.clips[i] // a call may be reading the old one
		c.path = path
		if !slices.Contains(c.names, name) {
			c.names = append(slices.Clone(c.names), name)
			slices.Sort(c.names)
		}
		x.clips[i] = &c
		return nil
	}
	i := int32(len(x.clips))
	x.clips = append(x.clips, &clip{names: []string{name}, path: path, size: int64(len(data))})
	x.sums[sum] = i
	x.anchor(i, data)
	return nil
}

// anchor enters the frames of data by which clip i is found. Of frames that
// repeat within a clip, as in a tone, the first counts.
func (x *Index) anchor(i int32, data []byte) {
	loud := 0
	for off := 0; off+frameBytes <= len(data); off += frameBytes {
		f := data[off : off+frameBytes]
		if !distinct(f) {
			continue
		}
		loud++
		if loud > denseAnchors && loud%sparseStep != 0 {
			continue
		}
		x.enter(hashOf(f), anchor{clip: i, off: int32(off)})
	}
}

func (x *Index) enter(h uint64, a anchor) {
	have, ok := x.first[h]
	switch {
	case !ok:
		x.first[h] = a
	case have.clip == a.clip:
	case !slices.ContainsFunc(x.more[h], func(b anchor) bool { return b.clip == a.clip }):
		x.more[h] = append(x.more[h], a)
	}
}

// find calls f for every place a frame with this hash may come from.
func (x *Index) find(h uint64, f func(c *clip, off int64)) {
	x.mu.RLock()
	defer x.mu.RUnlock()
	a, ok := x.first[h]
	if !ok {
		return
	}
	f(x.clips[a.clip], int64(a.off))
	for _, a := range x.more[h] {
		f(x.clips[a.clip], int64(a.off))
	}
}

// AddFolder adds every .alaw file below dir, named by its path from dir with
// slashes and without the extension. It returns how many there were.
func (x *Index) AddFolder(dir string) (int, error) {
	n := 0
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".alaw" {
			return err
		}
		rel, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		n++
		return x.Add(strings.TrimSuffix(filepath.ToSlash(rel), ".alaw"), path)
	})
	if err != nil {
		return n, fmt.Errorf("index prompts in %s: %w", dir, err)
	}
	return n, nil
}

// AddList adds the files of a list: on each line a name, a tab and the path of
// a raw A-law file, from the list's own folder if it is not absolute. Files
// that have gone are left out. It returns how many names there were.
func (x *Index) AddList(list string) (int, error) {
	data, err := os.ReadFile(list)
	if err != nil {
		return 0, fmt.Errorf("index prompts: %w", err)
	}
	n := 0
	for i, line := range strings.Split(strings.TrimRight(string(data), "\n"), "\n") {
		name, path, ok := strings.Cut(line, "\t")
		if !ok {
			return n, fmt.Errorf("index prompts: %s:%d: no tab between name and path", list, i+1)
		}
		if !filepath.IsAbs(path) {
			path = filepath.Join(filepath.Dir(list), path)
		}
		switch err := x.Add(name, path); {
		case errors.Is(err, fs.ErrNotExist):
			continue
		case err != nil:
			return n, fmt.Errorf("%s:%d: %w", list, i+1, err)
		}
		n++
	}
	return n, nil
}

// Len is the number of distinct sounds known.
func (x *Index) Len() int {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return len(x.clips)
}

// distinct tells whether a frame holds enough sound to name a prompt by.
func distinct(f []byte) bool {
	n := 0
	for _, b := range f {
		if audible(b) {
			n++
			if n == anchorLoud {
				return true
			}
		}
	}
	return false
}

// hashOf is the hash that rolling reaches after the bytes of f.
func hashOf(f []byte) uint64 {
	var h uint64
	for _, b := range f {
		h = h*hashBase + uint64(b)
	}
	return h
}

// hashPower is hashBase to the power of a frame's length, what the byte that
// leaves the window has been multiplied by.
func hashPower() uint64 {
	p := uint64(1)
	for range frameBytes {
		p *= hashBase
	}
	return p
}
