package document

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"slices"
)

// The second pass over pictures walks through the parts of a file to its end, without decoding a pixel. A file that is cut
// off, or whose checksums are wrong, is an error that says where.

// countPNG walks its chunks. [ISO/IEC 15948, 5.3]
func countPNG(data []byte) (int, error) {
	rest := data[8:]
	for len(rest) >= 12 {
		n := int64(binary.BigEndian.Uint32(rest))
		if n > int64(len(rest))-12 {
			break
		}
		name, body, sum := rest[4:8], rest[4:8+n], binary.BigEndian.Uint32(rest[8+n:])
		switch {
		case crc32.ChecksumIEEE(body) != sum:
			return 1, fmt.Errorf("png: the chunk %q at %d has another checksum", name, len(data)-len(rest))
		case string(name) == "IEND":
			return 1, nil
		}
		rest = rest[12+n:]
	}
	return 1, cutOff("png", len(data))
}

func cutOff(what string, at int) error { return fmt.Errorf("%s: cut off at byte %d", what, at) }

// countJPEG looks for the end behind the scans: within them a byte 0xff is followed by 0, or by the number of a restart.
func countJPEG(data []byte) (int, error) {
	for at := 2; ; {
		i := bytes.IndexByte(data[at:], 0xff)
		if i < 0 || at+i+1 >= len(data) {
			return 1, cutOff("jpeg", len(data))
		}
		at += i + 1
		switch m := data[at]; {
		case m == 0xd9:
			return 1, nil
		case m == 0xff: // fill
		case m == 0 || m >= 0xd0 && m <= 0xd8 || m == 1:
			at++
		default: // a segment
			if at+3 > len(data) {
				return 1, cutOff("jpeg", len(data))
			}
			if at += 1 + int(binary.BigEndian.Uint16(data[at+1:])); at >= len(data) {
				return 1, cutOff("jpeg", len(data))
			}
		}
	}
}

// countGIF counts its frames. [GIF89a, appendix B]
func countGIF(data []byte) (int, error) {
	cut := cutOff("gif", len(data))
	if len(data) < 13 {
		return 0, cut
	}
	colours := func(flags byte) int {
		if flags&0x80 == 0 {
			return 0
		}
		return 3 << (flags&7 + 1)
	}
	frames, at := 0, 13+colours(data[10])
	blocks := func() bool { // of data, the last of which is empty
		for at < len(data) {
			n := int(data[at])
			if at += 1 + n; n == 0 {
				return true
			}
		}
		return false
	}
	for at < len(data) {
		switch data[at] {
		case 0x3b:
			return frames, nil
		case 0x21:
			at += 2
		case 0x2c:
			if at+10 > len(data) {
				return frames, cut
			}
			frames++
			at += 11 + colours(data[at+9])
		default:
			return frames, fmt.Errorf("gif: a block %#x at %d", data[at], at)
		}
		if !blocks() {
			return frames, cut
		}
	}
	return frames, cut
}

// countBMP compares the file with the rows that its header says.
func countBMP(data []byte) (int, error) {
	if len(data) < 34 {
		return 0, cutOff("bmp", len(data))
	}
	at := int64(binary.LittleEndian.Uint32(data[10:]))
	width, height := int64(int32(binary.LittleEndian.Uint32(data[18:]))), int64(int32(binary.LittleEndian.Uint32(data[22:])))
	bits := int64(binary.LittleEndian.Uint16(data[28:]))
	need := (width*bits + 31) / 32 * 4 * max(height, -height)
	if packed := binary.LittleEndian.Uint32(data[30:]); packed == 1 || packed == 2 {
		need = 0
	}
	if at+need > int64(len(data)) {
		return 1, cutOff("bmp", len(data))
	}
	return 1, nil
}

// countTIFF follows the directories, and looks whether the pixels that each points to are there.
func countTIFF(data []byte) (int, error) {
	if len(data) < 8 {
		return 0, cutOff("tiff", len(data))
	}
	var order binary.ByteOrder = binary.BigEndian
	if data[0] == 'I' {
		order = binary.LittleEndian
	}
	size := uint64(len(data))
	pages, n, numbers := 0, 0, uint64(0)
	for at := uint64(order.Uint32(data[4:])); at != 0; n++ {
		if n > len(data)/6 {
			return pages, errors.New("tiff: its directories go round in a circle")
		}
		if at+2 > size {
			return pages, cutOff("tiff", len(data))
		}
		count := uint64(order.Uint16(data[at:]))
		if at+2+12*count+4 > size {
			return pages, cutOff("tiff", len(data))
		}
		page, offsets, lengths := true, []uint64(nil), []uint64(nil)
		for e := data[at+2 : at+2+12*count]; len(e) > 0; e = e[12:] {
			switch order.Uint16(e) {
			case 254:
				page = order.Uint32(e[8:])&(1|4) == 0
			case 273, 324: // where strips or tiles begin
				offsets = tiffNumbers(data, e[:12], order, &numbers)
			case 279, 325: // how long they are
				lengths = tiffNumbers(data, e[:12], order, &numbers)
			}
			if numbers > size {
				return pages, fmt.Errorf("tiff: more than %d offsets and lengths of strips", size)
			}
		}
		for i := range min(len(offsets), len(lengths)) {
			if offsets[i]+lengths[i] > size {
				return pages + 1, cutOff("tiff", len(data))
			}
		}
		if page {
			pages++
		}
		at = uint64(order.Uint32(data[at+2+12*count:]))
	}
	return pages, nil
}

// tiffNumbers are the numbers of an entry, of 16 or 32 bits; one beyond the end if they are not in the file. spent counts
// them: no file has more of them than bytes, unless it means to keep us busy.
func tiffNumbers(data, entry []byte, order binary.ByteOrder, spent *uint64) []uint64 {
	n, each := uint64(order.Uint32(entry[4:])), uint64(4)
	if order.Uint16(entry[2:]) == 3 {
		each = 2
	}
	if *spent += n; *spent > uint64(len(data)) {
		return nil
	}
	from := entry[8:]
	if n*each > 4 {
		at := uint64(order.Uint32(entry[8:]))
		if at+n*each > uint64(len(data)) {
			return []uint64{uint64(len(data))} // beyond the end, as what it points to
		}
		from = data[at:]
	}
	var all []uint64
	for ; n > 0; n-- {
		if each == 2 {
			all = append(all, uint64(order.Uint16(from)))
		} else {
			all = append(all, uint64(order.Uint32(from)))
		}
		from = from[each:]
	}
	return slices.Clip(all)
}

// countWebP compares the file with the length in its header. [RFC 9649, 2.3]
func countWebP(data []byte) (int, error) {
	if len(data) < 12 || int64(binary.LittleEndian.Uint32(data[4:]))+8 > int64(len(data)) {
		return 1, cutOff("webp", len(data))
	}
	return 1, nil
}
