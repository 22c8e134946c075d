package store

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
)

// Report numbers are five digits from 10000 on and a check digit.
const (
	firstReport = 10000
	reportCount = 90000
)

type reports interface {
	// issue gives the running number of an ID, from 1, and the line's key; the
	// candidate becomes the key where there is none yet.
	issue(ctx context.Context, id string, candidate []byte) (n int64, key []byte, err error)
}

// IssueReport gives the report number of an ID: six digits, the last of them a
// check digit (ISO/IEC 7064, MOD 11,10). The same ID gets the same number for
// ReportTTL; no number comes again before all others were given out. Numbers
// that follow each other look unrelated, so that nobody guesses his
// neighbour's.
func (s *Store) IssueReport(ctx context.Context, id string) (string, error) {
	candidate := make([]byte, sha256.Size)
	rand.Read(candidate) // never fails, by its documentation
	n, key, err := s.reports.issue(ctx, id, candidate)
	if err != nil {
		return "", fmt.Errorf("issue report number for %s: %w", id, err)
	}
	return reportNumber(n, key), nil
}

// ValidReport tells whether a number's form and check digit are right.
func ValidReport(number string) bool {
	if len(number) != 6 || number[0] < '1' {
		return false
	}
	for _, c := range number {
		if c < '0' || c > '9' {
			return false
		}
	}
	return checkDigit(number[:5]) == number[5]
}

func reportNumber(n int64, key []byte) string {
	digits := fmt.Sprint(firstReport + permute(uint32((n-1)%reportCount), key))
	return digits + string(checkDigit(digits))
}

// checkDigit is by ISO/IEC 7064, MOD 11,10: it finds every single wrong digit
// and nearly every swap of neighbours.
func checkDigit(digits string) byte {
	p := 10
	for _, c := range []byte(digits) {
		p = (p + int(c-'0')) % 10
		if p == 0 {
			p = 10
		}
		p = p * 2 % 11
	}
	return '0' + byte((11-p)%10)
}

// permute shuffles 0 to reportCount-1: a Feistel network over 18 bits, walked
// on until it is in range, is one-to-one whatever the key.
func permute(n uint32, key []byte) uint32 {
	const half, mask = 9, 1<<9 - 1
	for {
		left, right := n>>half, n&mask
		for round := range byte(4) {
			left, right = right, left^(shuffle(key, round, right)&mask)
		}
		n = left<<half | right
		if n < reportCount {
			return n
		}
	}
}

func shuffle(key []byte, round byte, half uint32) uint32 {
	b := append([]byte(nil), key...)
	b = append(b, round)
	b = binary.BigEndian.AppendUint32(b, half)
	sum := sha256.Sum256(b)
	return binary.BigEndian.Uint32(sum[:])
}
