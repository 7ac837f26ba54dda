package tensor

// A panel is what the loops of attention read: rows of sixteen float32. A panel of keys is [e, 16] for sixteen
// positions, one of values [positions, 16] for sixteen channels.
const panelWidth = 16

// keyPanel fills dst [e, 16] with the keys of one head at the positions [pos, pos+16) of a sequence, of which those up
// to limit have pages; what stands at those beyond it does not matter. pos is a multiple of 16.
func (kv *KV) keyPanel(k *floatKernels, dst []float32, pages []int32, layer, head, pos, limit int) {
	size := kv.PageSize
	if size%panelWidth == 0 {
		kv.keys(k, dst, kv.planeOf(pages[pos/size], layer, 0, head), pos%size, panelWidth)
		return
	}
	// A page that ends inside the panel: position by position.
	for j := range min(panelWidth, limit-pos) {
		p := pos + j
		kv.keys(k, dst[j:], kv.planeOf(pages[p/size], layer, 0, head), p%size, 1)
	}
}

// keys widens the keys of n slots of a plane, sixteen or one, to columns of a panel.
func (kv *KV) keys(k *floatKernels, dst []float32, plane []byte, slot, n int) {
	e, size := kv.HeadDim, kv.PageSize
	if n != panelWidth {
		k = &plainFloats
	}
	switch kv.Type {
	case F32:
		k.panelFloats(dst, plane[4*slot:], 4*size, e, n)
	case F16:
		k.panelHalves(dst, plane[2*slot:], 2*size, e, n)
	case Q8_0:
		for d := 0; d < e; d += kv.group {
			k.panelBytes(dst[d*panelWidth:], plane[d*size+slot:], size, kv.group, n, kv.scales(plane[kv.codeBytes():], d/kv.group, slot))
		}
	case Q4_1:
		half, groups := e/2, e/kv.group
		for d := 0; d < e; {
			g := d / kv.group
			end := (g + 1) * kv.group
			if d < half {
				end = min(end, half)
			}
			scale, low := kv.scales(plane[kv.codeBytes():], g, slot), kv.scales(plane[kv.codeBytes():], groups+g, slot)
			k.panelNibbles(dst[d*panelWidth:], plane[d%half*size+slot:], size, end-d, n, d/half*4, scale, low)
			d = end
		}
	}
}

// scales returns the scales or minima in row g of tail, from slot on.
func (kv *KV) scales(tail []byte, g, slot int) []byte {
	return tail[2*(g*kv.PageSize+slot) : 2*(g+1)*kv.PageSize]
}

// valuePanel fills dst [to-from, 16] with the channels [c, c+16) of the values of one head at the positions [from, to).
func (kv *KV) valuePanel(k *floatKernels, dst []float32, pages []int32, layer, head, c, from, to int) {
	size := kv.PageSize
	for p := from; p < to; {
		n := min(to-p, size-p%size)
		kv.values(k, dst[(p-from)*panelWidth:], kv.planeOf(pages[p/size], layer, 1, head), p%size, n, c)
		p += n
	}
}

// values widens the channels [c, c+16) of n slots of a plane; those beyond e become 0.
func (kv *KV) values(k *floatKernels, dst []float32, plane []byte, slot, n, c int) {
	e := kv.HeadDim
	width := min(panelWidth, e-c)
	if width < panelWidth {
		k = &plainFloats
		clear(dst[:n*panelWidth])
	}
	switch kv.Type {
	case F32:
		k.panelFloats(dst, plane[4*(slot*e+c):], 4*e, n, width)
	case F16:
		k.panelHalves(dst, plane[2*(slot*e+c):], 2*e, n, width)
	case Q8_0:
		k.lineBytes(dst, plane[slot*e+c:], e, n, kv.scales(plane[kv.codeBytes():], c/kv.group, slot))
	case Q4_1:
		half, groups := e/2, e/kv.group
		scale, low := kv.scales(plane[kv.codeBytes():], c/kv.group, slot), kv.scales(plane[kv.codeBytes():], groups+c/kv.group, slot)
		src := plane[slot*half:]
		if c+panelWidth <= half || c >= half {
			k.lineNibbles(dst, src[c%half:], half, n, panelWidth, c/half*4, scale, low)
			return
		}
		mid := half - c // channels of the panel that are low bits
		plainFloats.lineNibbles(dst, src[c:], half, n, mid, 0, scale, low)
		plainFloats.lineNibbles(dst[mid:], src, half, n, panelWidth-mid, 4, scale, low)
	}
}

// ask asks memory for what will be read soon: the values of half of the page at position pos, and the keys of half of
// the next, if there is one before end. Pages lie anywhere, so that no prefetcher of a processor finds them.
func (kv *KV) ask(k *floatKernels, pages []int32, layer, head, pos, end int) {
	size := kv.PageSize
	if k.ask == nil || size%panelWidth != 0 {
		return
	}
	share := kv.plane * panelWidth / size
	at := pos % size / panelWidth * share
	k.ask(kv.planeOf(pages[pos/size], layer, 1, head)[at : at+share])
	if next := pos/size + 1; next*size < end {
		k.ask(kv.planeOf(pages[next], layer, 0, head)[at : at+share])
	}
}
