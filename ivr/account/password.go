package account

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"
)

// Cost is what one check of a password takes: argon2id's memory in KiB, its passes
// over it, and how many cores work at it.
type Cost struct {
	Memory  uint32
	Passes  uint32
	Threads uint8
}

// UsualCost is the second choice of RFC 9106 section 4, and more than OWASP asks
// for, but on one core: the others have calls to answer. Some tenths of a second.
func UsualCost() Cost { return Cost{Memory: 64 * 1024, Passes: 3, Threads: 1} }

// Lengths in bytes, as RFC 9106 recommends.
const (
	saltBytes = 16
	hashBytes = 32
)

// Hash is a password as it is kept, in the PHC string format, under a new salt.
func (c Cost) Hash(password string) string {
	salt := make([]byte, saltBytes)
	_, _ = rand.Read(salt) // never fails: the program ends instead
	return phc{Cost: c, salt: salt, hash: c.key(password, salt, hashBytes)}.String()
}

// key is the hash of a password. The same password typed on another keyboard may
// come in other code points (RFC 8265 section 4.2).
func (c Cost) key(password string, salt []byte, length uint32) []byte {
	return argon2.IDKey([]byte(norm.NFC.String(password)), salt, c.Passes, c.Memory, c.Threads, length)
}

// phc is a hash with what it was made by.
type phc struct {
	Cost
	salt, hash []byte
}

func (h phc) String() string {
	b := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, h.Memory, h.Passes, h.Threads,
		b.EncodeToString(h.salt), b.EncodeToString(h.hash))
}

var errHash = errors.New("not an argon2id hash in the PHC format")

// parseHash reads a kept hash. One that would take this machine's memory away is
// refused.
func parseHash(kept string) (phc, error) {
	parts := strings.Split(kept, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return phc{}, errHash
	}
	var h phc
	if n, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &h.Memory, &h.Passes, &h.Threads); err != nil || n != 3 {
		return phc{}, errHash
	}
	var errSalt, errSum error
	h.salt, errSalt = base64.RawStdEncoding.DecodeString(parts[4])
	h.hash, errSum = base64.RawStdEncoding.DecodeString(parts[5])
	if errSalt != nil || errSum != nil || len(h.salt) < 8 || len(h.hash) < 16 || len(h.hash) > 64 ||
		h.Passes < 1 || h.Passes > 64 || h.Threads < 1 || h.Memory < 8 || h.Memory > 1<<20 {
		return phc{}, errHash
	}
	return h, nil
}

// verify tells whether a password is the one of a kept hash, and whether the hash
// was made otherwise than is usual now. A hash that cannot be read is nobody's
// password; that takes as long to say.
func (c Cost) verify(password, kept string) (right, outdated bool) {
	h, err := parseHash(kept)
	if err != nil {
		c.key(password, make([]byte, saltBytes), hashBytes)
		return false, false
	}
	got := h.key(password, h.salt, uint32(len(h.hash)))
	outdated = h.Cost != c || len(h.salt) != saltBytes || len(h.hash) != hashBytes
	return subtle.ConstantTimeCompare(got, h.hash) == 1, outdated
}
