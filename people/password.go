package people

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"exaone/chat"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"
)

// The cost of a password, as OWASP recommends for argon2id: 19 MiB of memory, twice over, by one thread.
const (
	hashMemory = 19 << 10 // KiB
	hashTime   = 2
	hashLanes  = 1
	hashSalt   = 16 // bytes
	hashSize   = 32 // bytes
)

// hashing bounds how many passwords are hashed at once: two take 38 MiB and as many cores, whoever knocks.
var hashing = make(chan struct{}, 2)

// Bounds of a password. It is long rather than odd: what people are made to mix in, they write down.
const (
	shortestPassword = 10  // characters
	longestPassword  = 256 // bytes
)

// CheckPassword says what is wrong with a password that somebody chooses: CodePasswordShort, CodePasswordLong,
// CodePasswordLogin or CodePasswordCommon.
func CheckPassword(password, login string) error {
	password = plainPassword(password)
	lower := strings.ToLower(password)
	switch {
	case utf8.RuneCountInString(password) < shortestPassword:
		return chat.NewError(chat.CodePasswordShort, nil, shortestPassword)
	case len(password) > longestPassword:
		return chat.NewError(chat.CodePasswordLong, nil, longestPassword)
	case login != "" && strings.Contains(lower, strings.ToLower(login)) && strings.Trim(strings.ReplaceAll(lower, strings.ToLower(login), ""), "0123456789!@#.-_ ") == "":
		return chat.NewError(chat.CodePasswordLogin, nil)
	case isCommon(lower):
		return chat.NewError(chat.CodePasswordCommon, nil)
	}
	return nil
}

// plainPassword is the form in which a password is hashed: the same whichever keyboard composed its Hangul.
func plainPassword(password string) string { return norm.NFC.String(password) }

// HashPassword returns what is kept of a password, as a PHC string. It takes some tens of milliseconds and waits while
// others are hashed. The error is that of ctx.
func HashPassword(ctx context.Context, password string) (string, error) {
	salt := make([]byte, hashSalt)
	rand.Read(salt) // never fails
	sum, err := hash(ctx, password, salt, hashMemory, hashTime, hashLanes, hashSize)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, hashMemory, hashTime, hashLanes,
		base64.RawStdEncoding.EncodeToString(salt), base64.RawStdEncoding.EncodeToString(sum)), nil
}

// unknown is compared with where there is no password: nobody knows what it is the hash of.
var unknown = phc{memory: hashMemory, time: hashTime, lanes: hashLanes, salt: make([]byte, hashSalt), sum: make([]byte, hashSize)}

// SamePassword reports whether a password is the one that kept is of. A kept "" is nobody's password and costs the
// same, so that how long it takes does not tell whether somebody exists. The error is that of ctx, or about kept.
func SamePassword(ctx context.Context, kept, password string) (bool, error) {
	p := unknown
	if kept != "" {
		var err error
		if p, err = parsePHC(kept); err != nil {
			return false, err
		}
	}
	if len(password) > 4*longestPassword { // nobody's; normalising it would be work
		password = password[:4*longestPassword]
	}
	sum, err := hash(ctx, password, p.salt, p.memory, p.time, p.lanes, len(p.sum))
	return subtle.ConstantTimeCompare(sum, p.sum) == 1 && kept != "" && err == nil, err
}

// hash waits for its turn and computes argon2id.
func hash(ctx context.Context, password string, salt []byte, memory, time uint32, lanes uint8, size int) ([]byte, error) {
	select {
	case hashing <- struct{}{}:
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	defer func() { <-hashing }()
	return argon2.IDKey([]byte(plainPassword(password)), salt, time, memory, lanes, uint32(size)), nil
}

// phc is a hash with what it was made with.
type phc struct {
	memory, time uint32
	lanes        uint8
	salt, sum    []byte
}

// errPHC says that what is kept is no hash of ours.
var errPHC = errors.New("not an argon2id hash in PHC form")

// parsePHC reads $argon2id$v=19$m=…,t=…,p=…$salt$hash. Costs that would stop the machine are refused: a restored backup
// may come from anywhere.
func parsePHC(text string) (p phc, err error) {
	parts := strings.Split(text, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return phc{}, errPHC
	}
	if n, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &p.memory, &p.time, &p.lanes); n != 3 || err != nil {
		return phc{}, errPHC
	}
	if p.memory > 1<<20 || p.time < 1 || p.time > 16 || p.lanes < 1 {
		return phc{}, fmt.Errorf("%w: its cost is m=%d,t=%d,p=%d", errPHC, p.memory, p.time, p.lanes)
	}
	for i, into := range []*[]byte{&p.salt, &p.sum} {
		if *into, err = base64.RawStdEncoding.DecodeString(parts[4+i]); err != nil || len(*into) < 8 || len(*into) > 128 {
			return phc{}, errPHC
		}
	}
	return p, nil
}

// isCommon reports whether a password, in lower case, is one that everybody tries first: of the list, the list with a
// few digits or marks behind it, one piece again and again, or a run of a keyboard or the alphabet.
func isCommon(lower string) bool {
	bare := strings.TrimRight(lower, "0123456789!@#$.*")
	return slices.Contains(common, lower) || slices.Contains(common, bare) || repeats(lower) || inRow(lower)
}

// repeats reports whether s is a piece of at most four characters, over and over.
func repeats(s string) bool {
	runes := []rune(s)
next:
	for n := 1; n <= 4 && n < len(runes); n++ {
		for i := n; i < len(runes); i++ {
			if runes[i] != runes[i-n] {
				continue next
			}
		}
		return true
	}
	return false
}

// rows are what fingers slide along.
var rows = []string{"12345678901234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertyuiopasdfghjklzxcvbnm", "abcdefghijklmnopqrstuvwxyz",
	"1q2w3e4r5t6y7u8i9o0p", "1qaz2wsx3edc4rfv5tgb6yhn7ujm", "가나다라마바사아자차카타파하"}

func inRow(s string) bool {
	back := []rune(s)
	slices.Reverse(back)
	return slices.ContainsFunc(rows, func(row string) bool { return strings.Contains(row, s) || strings.Contains(row, string(back)) })
}

// common are passwords of ten characters or more, or beginnings of them, that lists of leaked ones begin with, and
// their Korean kin: words typed with the keyboard left in English.
var common = []string{
	"password", "passw0rd", "p@ssw0rd", "p@ssword", "qwerty", "asdf", "qwer", "qwerasdf", "asdfqwer", "qwer1234asdf", "asdf1234qwer",
	"iloveyou", "letmein", "welcome", "administrator", "admin", "changeme", "changeit", "football", "baseball", "sunshine",
	"princess", "superman", "trustno1", "starwars", "computer", "internet", "michelle", "samsung", "hyundai", "lgtwins",
	"exaone", "chatexaone", "korea", "seoul", "daehanminguk", "test", "guest", "user", "root", "manager", "default", "secret",
	"1q2w3e4r", "1q2w3e4r5t", "q1w2e3r4", "q1w2e3r4t5", "zaq12wsx", "1qaz2wsx", "qazwsxedc", "abc", "abcd", "a",
	"dkssudgktpdy", // 안녕하세요
	"dkssud",       // 안녕
	"tkfkdgody",    // 사랑해요
	"tkfkdgo",      // 사랑해
	"eogksalsrnr",  // 대한민국
	"rhksflwk",     // 관리자
	"qlalfqjsgh",   // 비밀번호
	"ghltk",        // 회사
	"안녕하세요", "사랑해요", "비밀번호", "대한민국", "관리자",
}
