package main

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"go/format"
	"strings"
)

// words are the constants that repeat every 32 bits.
var words = []uint32{0x0f0f0f0f, 0x10101010, 0x30303030, 0x3f3f3f3f, 0x80808080, 0x80000000, 0x00010001, 0xff, 0xf, 0x30, 32}

// iq4nl are the values of IQ4_NL and IQ4_XS (ggml-common.h, kvalues_iq4nl).
var iq4nl = [16]int8{-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113}

// constants writes the constants that the functions above it use, 64 bytes each.
func (g *gen) constants() {
	code := g.b.String()
	put := func(name string, b [64]byte) {
		if !strings.Contains(code, name+"<>") {
			return
		}
		g.b.WriteByte('\n')
		for i := 0; i < 64; i += 8 {
			fmt.Fprintf(&g.b, "DATA %s<>+%d(SB)/8, $%#016x\n", name, i, binary.LittleEndian.Uint64(b[i:]))
		}
		fmt.Fprintf(&g.b, "GLOBL %s<>(SB), RODATA|NOPTR, $64\n", name)
	}
	for _, w := range words {
		put(strings.TrimSuffix(konst(w), "<>(SB)"), fill(func(i int) byte { return byte(w >> (i % 4 * 8)) }))
	}
	put("strip_iq4nl", fill(func(i int) byte { return byte(iq4nl[i%16]) }))
	for b := range 4 { // byte b of each word, four times
		put(fmt.Sprintf("strip_byte%d", b), fill(func(i int) byte { return byte(i%16/4*4 + b) }))
	}
	for odd := range 2 { // a bit of each byte
		put(fmt.Sprintf("strip_bits%d", odd), fill(func(i int) byte { return 1 << (i%4 + 4*odd) }))
	}
}

func fill(f func(i int) byte) (b [64]byte) {
	for i := range b {
		b[i] = f(i)
	}
	return b
}

// tables writes the Go file that declares the kernels and finds them.
func tables() []byte {
	var b bytes.Buffer
	b.WriteString(notice + "package tensor\n")
	var declared []string
	for _, i := range isas {
		name := func(s string) string { declared = append(declared, s+i.name); return s + i.name }
		fmt.Fprintf(&b, "\nvar strip%s = stripKernels{\n\tsums: %s,\n\tscatter: %s,\n\tmatvec: [...]func(*stripArgs){\n", i.name, name("sums"), name("scatter"))
		for _, t := range types {
			fmt.Fprintf(&b, "\t\t%s: %s,\n", t.name, name("matvec"+t.name))
		}
		b.WriteString("\t},\n\tunpack: [...]func(*stripArgs){\n")
		for _, t := range types {
			fmt.Fprintf(&b, "\t\t%s: %s,\n", t.name, name("unpack"+t.name))
		}
		if len(i.directTokens()) > 0 {
			b.WriteString("\t},\n\tdirect: [...][directTokens + 1]func(*stripArgs){\n")
			for _, t := range types {
				fmt.Fprintf(&b, "\t\t%s: {", t.name)
				for _, n := range i.directTokens() {
					fmt.Fprintf(&b, "%d: %s, ", n, name(fmt.Sprintf("direct%sx%d", t.name, n)))
				}
				b.WriteString("},\n")
			}
		}
		b.WriteString("\t},\n\tgemm: [...][mostTokens + 1]func(*stripArgs){\n")
		for _, k := range kinds {
			fmt.Fprintf(&b, "\t\tpanel%s: {", k.name)
			for _, n := range i.tokens(k) {
				fmt.Fprintf(&b, "%d: %s, ", n, name(fmt.Sprintf("gemm%sx%d", k.name, n)))
			}
			b.WriteString("},\n")
		}
		if len(i.pairTokens()) > 0 {
			b.WriteString("\t},\n\tpair: [...][mostTokens + 1]func(*stripArgs){\n")
			for _, k := range kinds {
				fmt.Fprintf(&b, "\t\tpanel%s: {", k.name)
				for _, n := range i.pairTokens() {
					fmt.Fprintf(&b, "%d: %s, ", n, name(fmt.Sprintf("pair%sx%d", k.name, n)))
				}
				b.WriteString("},\n")
			}
		}
		b.WriteString("\t},\n")
		if i.dot {
			b.WriteString("\tmagic: true,\n")
		}
		b.WriteString("}\n")
	}
	b.WriteString("\n// stripPanel says how the integers of a type are multiplied.\nfunc stripPanel(t Type) panelForm {\n\tswitch t {\n")
	for _, k := range kinds {
		var names []string
		for _, t := range types {
			if t.kind == k {
				names = append(names, t.name)
			}
		}
		fmt.Fprintf(&b, "\tcase %s:\n\t\treturn panel%s\n", strings.Join(names, ", "), k.name)
	}
	b.WriteString("\t}\n\tpanic(\"tensor: no panel for \" + t.String())\n}\n")
	b.WriteString("\nconst (\n")
	for n, k := range kinds {
		if n == 0 {
			fmt.Fprintf(&b, "\tpanel%s panelForm = iota\n", k.name)
		} else {
			fmt.Fprintf(&b, "\tpanel%s\n", k.name)
		}
	}
	b.WriteString(")\n")
	for _, d := range declared {
		fmt.Fprintf(&b, "\n//go:noescape\nfunc %s(a *stripArgs)\n", d)
	}
	out, err := format.Source(b.Bytes())
	if err != nil {
		panic(err)
	}
	return out
}
