package main

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"infolinia/ivr/config"
)

// envelope closes the number of a resident who is to be called back, so that the
// store holds none in clear: AES-256-GCM under a key made of the current pseudonym
// key, whose id stands before it. The same number gives the same envelope, by which
// one who asks twice is known (the nonce is made of the number).
type envelope config.HMAC

func (e envelope) seal(number string) (string, error) {
	if number == "" {
		return "", nil
	}
	gcm, err := e.cipher(e.Current)
	if err != nil {
		return "", err
	}
	nonce := e.derive(e.Current, "nonce "+number)[:gcm.NonceSize()]
	return e.Current + ":" + base64.RawURLEncoding.EncodeToString(gcm.Seal(nonce, nonce, []byte(number), nil)), nil
}

// errNotCalled says that a number is none that the office calls back.
var errNotCalled = errors.New("desk.callback_numbers lets nobody be called at such a number")

// callable refuses a number that the settings let nobody be called at.
func callable(c *config.Config, number string) error {
	if ok, err := regexp.MatchString(c.Desk.CallbackNumbers, number); err != nil || !ok {
		return errNotCalled
	}
	return nil
}

// sealCallable seals a number that may be called back; a withheld one is empty.
func sealCallable(c *config.Config, number string) (string, error) {
	if number == "" {
		return "", nil
	}
	if err := callable(c, number); err != nil {
		return "", err
	}
	return envelope(c.HMAC).seal(number)
}

// open fails for what no key that is kept has sealed.
func (e envelope) open(sealed string) (string, error) {
	id, text, _ := strings.Cut(sealed, ":")
	gcm, err := e.cipher(id)
	if err != nil {
		return "", err
	}
	data, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || len(data) < gcm.NonceSize() {
		return "", fmt.Errorf("a number to call back is damaged")
	}
	number, err := gcm.Open(nil, data[:gcm.NonceSize()], data[gcm.NonceSize():], nil)
	if err != nil {
		return "", fmt.Errorf("open a number to call back: %w", err)
	}
	return string(number), nil
}

func (e envelope) cipher(id string) (cipher.AEAD, error) {
	if e.Keys[id] == "" {
		return nil, fmt.Errorf("hmac.keys has no key %q for a number to call back: keep a key for as long as something was made with it", id)
	}
	block, err := aes.NewCipher(e.derive(id, "callback number"))
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

func (e envelope) derive(id, purpose string) []byte {
	mac := hmac.New(sha256.New, []byte(e.Keys[id]))
	mac.Write([]byte(purpose))
	return mac.Sum(nil)
}
