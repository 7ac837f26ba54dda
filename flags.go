package main

import (
	"fmt"
	"math"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"exaone/chat"
	"exaone/tensor"
)

// engineFlags say how a model is run. A command that runs one embeds them.
type engineFlags struct {
	Memory  size    `placeholder:"SIZE"`
	Threads threads `placeholder:"N"`
	Exact   bool    ``

	PrefixStore   size `placeholder:"SIZE"`
	NoPrefixStore bool ``

	preparedFlags

	CPU kernels `name:"cpu" placeholder:"KERNELS"`

	Speculate string `enum:"auto,off" default:"auto" placeholder:"auto|off"`
	KV        string `name:"kv" enum:"f16,int8,int4" default:"int8" placeholder:"f16|int8|int4"`
}

// threads is how many threads compute. 0 is "not said": one for each processor.
type threads int

// UnmarshalText reads a number of threads and refuses what is of no use: more than a few for each processor wait for
// each other, and each takes memory.
func (n *threads) UnmarshalText(text []byte) error {
	most := max(8*runtime.NumCPU(), 64)
	found, err := strconv.Atoi(string(text))
	if err != nil || found < 1 || found > most {
		return chat.NewError(chat.CodeBadField, err, "--threads", string(text), fmt.Sprintf("1 … %d", most))
	}
	*n = threads(found)
	return nil
}

// orAll is the number itself, or one for each processor if none was said.
func (n threads) orAll() int {
	if n > 0 {
		return int(n)
	}
	return runtime.NumCPU()
}

// length is a number of tokens. 0 is "not said".
type length int

// UnmarshalText reads a number of tokens: at least one.
func (n *length) UnmarshalText(text []byte) error {
	found, err := strconv.ParseInt(string(text), 10, 32)
	if err != nil || found < 1 {
		return chat.NewError(chat.CodeBadField, err, "--max-tokens", string(text), fmt.Sprintf("1 … %d", math.MaxInt32))
	}
	*n = length(found)
	return nil
}

// kernels names the kernels that compute. "" is the best of this machine.
type kernels string

// UnmarshalText checks the name against what this machine can run.
func (k *kernels) UnmarshalText(text []byte) error {
	if known := tensor.CPUPaths(); !slices.Contains(known, string(text)) {
		return chat.NewError(chat.CodeCLIBadCPU, nil, string(text), strings.Join(known, ", "))
	}
	*k = kernels(text)
	return nil
}

// force makes everything that computes from now on use these kernels.
func (k kernels) force() {
	if err := tensor.ForceCPU(string(k)); err != nil {
		panic(err) // UnmarshalText has seen to it
	}
}

// sourceFlags say where models may be brought from, and under which licences without asking.
type sourceFlags struct {
	AcceptLicence bool   `name:"accept-licence"`
	PackageIndex  string `placeholder:"URL"`
}

// size is a number of bytes: "4GiB", "800 MiB", "6g", "1000000". 0 is "not said".
type size int64

// sizeUnits are powers of two, however they are spelled: memory is counted so.
var sizeUnits = map[string]float64{
	"": 1, "b": 1,
	"k": 1 << 10, "kb": 1 << 10, "kib": 1 << 10,
	"m": 1 << 20, "mb": 1 << 20, "mib": 1 << 20,
	"g": 1 << 30, "gb": 1 << 30, "gib": 1 << 30,
	"t": 1 << 40, "tb": 1 << 40, "tib": 1 << 40,
}

// UnmarshalText reads a size as a person writes it.
func (s *size) UnmarshalText(text []byte) error {
	number, unit := splitNumber(string(text))
	n, err := strconv.ParseFloat(number, 64)
	scale, known := sizeUnits[strings.ToLower(unit)]
	if err != nil || !known || !(n > 0) || n*scale >= math.MaxInt64 {
		return chat.NewError(chat.CodeCLIBadSize, err, string(text))
	}
	*s = size(n * scale)
	return nil
}

// span is a length of time: "30d", "2w", or what time.ParseDuration reads. 0 is "not said".
type span time.Duration

// UnmarshalText reads a length of time as a person writes it.
func (s *span) UnmarshalText(text []byte) error {
	days := map[string]float64{"d": 1, "w": 7, "y": 365}
	number, unit := splitNumber(string(text))
	d, err := time.ParseDuration(string(text))
	if scale, ok := days[unit]; ok {
		var n float64
		n, err = strconv.ParseFloat(number, 64)
		hours := n * scale * 24
		if hours > math.MaxInt64/float64(time.Hour) {
			return chat.NewError(chat.CodeCLIBadSpan, nil, string(text))
		}
		d = time.Duration(hours * float64(time.Hour))
	}
	if err != nil || d <= 0 {
		return chat.NewError(chat.CodeCLIBadSpan, err, string(text))
	}
	*s = span(d)
	return nil
}

// splitNumber cuts text after its leading digits and dots.
func splitNumber(text string) (number, unit string) {
	text = strings.TrimSpace(text)
	end := strings.IndexFunc(text, func(r rune) bool { return (r < '0' || r > '9') && r != '.' })
	if end < 0 {
		return text, ""
	}
	return text[:end], strings.TrimSpace(text[end:])
}

// tokenIDs is a list of token ids: "1,2,3".
type tokenIDs []int32

// UnmarshalText reads ids separated by commas or spaces.
func (ids *tokenIDs) UnmarshalText(text []byte) error {
	*ids = nil
	for _, field := range strings.FieldsFunc(string(text), func(r rune) bool { return r == ',' || r == ' ' }) {
		n, err := strconv.ParseInt(field, 10, 32)
		if err != nil || n < 0 {
			return chat.NewError(chat.CodeCLIBadIDs, err, string(text))
		}
		*ids = append(*ids, int32(n))
	}
	if len(*ids) == 0 {
		return chat.NewError(chat.CodeCLIBadIDs, nil, string(text))
	}
	return nil
}
