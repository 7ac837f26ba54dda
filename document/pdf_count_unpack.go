package document

import (
	"bytes"
	"compress/flate"
	"compress/lzw"
	"encoding/ascii85"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/adler32"
	"io"

	tifflzw "golang.org/x/image/tiff/lzw"
)

var errUnpackBudget = errors.New("more to unpack than is allowed")

// unpack undoes the filters of a stream, up to one that is of pictures. What could be unpacked comes with an error.
func (f *rawFile) unpack(s *rawStream) ([]byte, error) {
	data := s.data
	var fault error
	if !s.ended {
		fault = errors.New("it does not end where its length says")
	}
	if f.key != nil {
		plain, err := f.key.open(s)
		if err != nil {
			return nil, err
		}
		data = plain
	}
	filters := f.list(s.dict["Filter"])
	if one, ok := f.of(s.dict["Filter"]).(rawName); ok {
		filters = []any{one}
	}
	parameters := f.list(s.dict["DecodeParms"])
	if one := f.dict(s.dict["DecodeParms"]); one != nil {
		parameters = []any{one}
	}
	if len(filters) > 8 {
		return nil, fmt.Errorf("%d filters", len(filters))
	}
	for i, filter := range filters {
		name, _ := f.of(filter).(rawName)
		var how rawDict
		if i < len(parameters) {
			how = f.dict(parameters[i])
		}
		out, err := f.filter(name, data, how)
		if err == errPicture {
			return data, fault
		}
		f.budget -= int64(len(out))
		if err != nil {
			return out, fmt.Errorf("%s: %w", name, err)
		}
		data, fault = out, nil // a stream that unpacks to its own end is whole, whatever its length says
	}
	return data, fault
}

var errPicture = errors.New("a filter of pictures")

// filter undoes one filter.
func (f *rawFile) filter(name rawName, data []byte, how rawDict) ([]byte, error) {
	switch name {
	case "FlateDecode", "Fl":
		out, err := f.inflate(data)
		return f.predict(out, how), err
	case "LZWDecode", "LZW":
		if early, ok := how["EarlyChange"].(float64); ok && early == 0 {
			return f.limited(lzw.NewReader(bytes.NewReader(data), lzw.MSB, 8))
		}
		return f.limited(tifflzw.NewReader(bytes.NewReader(data), tifflzw.MSB, 8))
	case "ASCIIHexDecode", "AHx":
		x := lexer{data: append([]byte("<"), data...)}
		return x.hex(), nil
	case "ASCII85Decode", "A85":
		data = bytes.TrimPrefix(bytes.TrimSpace(data), []byte("<~"))
		if end := bytes.Index(data, []byte("~")); end >= 0 {
			data = data[:end]
		}
		return f.limited(ascii85.NewDecoder(bytes.NewReader(data)))
	case "RunLengthDecode", "RL":
		return f.runs(data)
	case "Crypt":
		return data, nil
	}
	return nil, errPicture
}

// inflate undoes zlib. Its checksum is compared if it is there; many writers leave it out.
func (f *rawFile) inflate(data []byte) ([]byte, error) {
	data = bytes.TrimLeft(data, "\r\n")
	if err := zlibHeader(data); err != nil {
		return nil, err
	}
	from := bytes.NewReader(data[2:])
	out, err := f.limited(flate.NewReader(from))
	if err != nil {
		return out, err
	}
	if rest := data[len(data)-from.Len():]; len(rest) >= 4 && binary.BigEndian.Uint32(rest) != adler32.Checksum(out) {
		return out, errChecksum
	}
	return out, nil
}

// mostStream is what one stream may unpack to, if it is to be looked into: the operators of a page, a font.
const mostStream = 48 << 20

func (f *rawFile) limited(r io.Reader) ([]byte, error) {
	most := min(f.budget, mostStream)
	if most <= 0 {
		return nil, errUnpackBudget
	}
	var out bytes.Buffer
	_, err := io.Copy(&out, io.LimitReader(r, most))
	if err == nil && int64(out.Len()) >= most {
		err = errUnpackBudget
	}
	return out.Bytes(), err
}

// sound unpacks a stream to see that it can be, and keeps nothing of it if it is packed once, as most are.
func (f *rawFile) sound(s *rawStream) error {
	if f.key != nil || !s.ended || f.of(s.dict["Filter"]) != rawName("FlateDecode") {
		_, err := f.unpack(s)
		return err
	}
	data := bytes.TrimLeft(s.data, "\r\n")
	if err := zlibHeader(data); err != nil {
		return err
	}
	from, sum := bytes.NewReader(data[2:]), adler32.New()
	n, err := io.Copy(sum, io.LimitReader(flate.NewReader(from), f.budget))
	if f.budget -= n; f.budget <= 0 {
		return errUnpackBudget
	}
	if rest := data[len(data)-from.Len():]; err == nil && len(rest) >= 4 && binary.BigEndian.Uint32(rest) != sum.Sum32() {
		err = errChecksum
	}
	if err != nil {
		return fmt.Errorf("FlateDecode: %w", err)
	}
	return nil
}

var errChecksum = errors.New("its checksum is another")

func zlibHeader(data []byte) error {
	switch {
	case len(data) < 2:
		return io.ErrUnexpectedEOF
	case data[0]&0x0f != 8 || (int(data[0])<<8|int(data[1]))%31 != 0:
		return errors.New("no zlib header")
	}
	return nil
}

// runs undoes run lengths.
func (f *rawFile) runs(data []byte) ([]byte, error) {
	var out []byte
	for i := 0; i < len(data) && int64(len(out)) < min(f.budget, mostStream); {
		n := int(data[i])
		i++
		switch {
		case n < 128:
			end := min(i+n+1, len(data))
			out = append(out, data[i:end]...)
			i = end
		case n > 128 && i < len(data):
			out = append(out, bytes.Repeat(data[i:i+1], 257-n)...)
			i++
		default:
			return out, nil
		}
	}
	return out, nil
}

// predict undoes the predictors of PNG, which streams of objects and of references have.
func (f *rawFile) predict(data []byte, how rawDict) []byte {
	number := func(key rawName, usual int) int {
		if n, ok := f.of(how[key]).(float64); ok && n >= 1 && n < 1<<20 {
			return int(n)
		}
		return usual
	}
	if number("Predictor", 1) < 10 {
		return data
	}
	const widest = 1 << 24 // bytes of a row
	pixel := max(number("Colors", 1)*number("BitsPerComponent", 8)/8, 1)
	row := (number("Columns", 1)*number("Colors", 1)*number("BitsPerComponent", 8) + 7) / 8
	if row < 1 || row > widest {
		return data
	}
	out := make([]byte, 0, len(data))
	before := make([]byte, row)
	for len(data) > 1 {
		kind, line := data[0], data[1:min(1+row, len(data))]
		data = data[1+len(line):]
		now := make([]byte, row)
		for i, c := range line {
			var left, above, corner byte
			above = before[i]
			if i >= pixel {
				left, corner = now[i-pixel], before[i-pixel]
			}
			switch kind {
			case 1:
				c += left
			case 2:
				c += above
			case 3:
				c += byte((int(left) + int(above)) / 2)
			case 4:
				c += paeth(left, above, corner)
			}
			now[i] = c
		}
		out = append(out, now[:len(line)]...)
		before = now
	}
	return out
}

func paeth(a, b, c byte) byte {
	p := int(a) + int(b) - int(c)
	da, db, dc := p-int(a), p-int(b), p-int(c)
	if da < 0 {
		da = -da
	}
	if db < 0 {
		db = -db
	}
	if dc < 0 {
		dc = -dc
	}
	switch {
	case da <= db && da <= dc:
		return a
	case db <= dc:
		return b
	}
	return c
}
