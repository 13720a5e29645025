package provisioning

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"strings"

	"suanpan/internal/fault"
)

// Lock is the key under which sellers' keys are stored (SUANPAN_KEY). Its zero value stores them as they are: then the database's own rights alone
// keep them, and pages say so.
type Lock struct {
	aead cipher.AEAD
	name string // which key it is, to tell a changed one; says nothing of the key
}

const lockBytes = 32

// ReadLock reads 32 bytes in hexadecimal or Base64; an empty text is no lock. PROV-LOCK where it is neither.
func ReadLock(text string) (Lock, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return Lock{}, nil
	}
	raw, err := hex.DecodeString(text)
	if err != nil {
		raw, err = base64.StdEncoding.DecodeString(text)
	}
	if err != nil || len(raw) != lockBytes {
		return Lock{}, fault.New(fault.Invalid, "PROV-LOCK", "SUANPAN_KEY")
	}
	block, err := aes.NewCipher(raw)
	if err != nil {
		return Lock{}, err
	}
	aead, err := cipher.NewGCM(block)
	sum := sha256.Sum256(append([]byte("suanpan lock "), raw...))
	return Lock{aead: aead, name: hex.EncodeToString(sum[:4])}, err
}

// Set tells whether there is a lock.
func (l Lock) Set() bool { return l.aead != nil }

// seal locks a secret to the place it is kept at, so that it opens nowhere else.
func (l Lock) seal(secret, place string) (by string, sealed []byte) {
	if l.aead == nil {
		return "", []byte(secret)
	}
	nonce := make([]byte, l.aead.NonceSize())
	_, _ = rand.Read(nonce) // never fails
	return l.name, l.aead.Seal(nonce, nonce, []byte(secret), []byte(place))
}

// open gives the secret back; false where it was sealed with another lock or for another place.
func (l Lock) open(by string, sealed []byte, place string) (string, bool) {
	if by == "" {
		return string(sealed), true
	}
	if l.aead == nil || by != l.name || len(sealed) < l.aead.NonceSize() {
		return "", false
	}
	n := l.aead.NonceSize()
	out, err := l.aead.Open(nil, sealed[:n], sealed[n:], []byte(place))
	return string(out), err == nil
}
