package ocr

import "encoding/binary"

// tiffOf writes pictures as the pages of one TIFF, uncompressed: what Tesseract reads in one go. [TIFF 6.0, section 4]
func tiffOf(pages []*gray) []byte {
	const entries = 10
	size := 8
	for _, p := range pages {
		size += 2 + 12*entries + 4 + len(p.pix) + len(p.pix)&1
	}
	out := make([]byte, 0, size)
	le := binary.LittleEndian
	out = append(out, "II*\x00"...)
	out = le.AppendUint32(out, 8)
	for i, p := range pages {
		data := len(out) + 2 + 12*entries + 4
		out = le.AppendUint16(out, entries)
		for _, e := range [entries][2]int{
			{256, p.w},        // ImageWidth
			{257, p.h},        // ImageLength
			{258, 8},          // BitsPerSample
			{259, 1},          // Compression: none
			{262, 1},          // PhotometricInterpretation: 0 is black
			{273, data},       // StripOffsets
			{277, 1},          // SamplesPerPixel
			{278, p.h},        // RowsPerStrip
			{279, len(p.pix)}, // StripByteCounts
			{297, i},          // PageNumber
		} {
			out = le.AppendUint16(out, uint16(e[0]))
			out = le.AppendUint16(out, 4) // LONG
			out = le.AppendUint32(out, 1)
			out = le.AppendUint32(out, uint32(e[1]))
		}
		next := data + len(p.pix) + len(p.pix)&1
		if i == len(pages)-1 {
			next = 0
		}
		out = le.AppendUint32(out, uint32(next))
		out = append(out, p.pix...)
		if len(p.pix)&1 == 1 {
			out = append(out, 0)
		}
	}
	return out
}
