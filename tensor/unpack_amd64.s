#include "textflag.h"

// From eight rows of stored blocks to a panel (panel_amd64.s). The rows are stride bytes apart. Sixteen bytes
// of each are transposed as 32-bit numbers, still packed: nibbles are split afterwards, in vectors that already
// have the order of the panel.
//
// Registers: SI row 0 and R9 row 4, DX the stride, R8 three times that, DI panel, BX scales, R10 minima, CX blocks
// left.

#define unpack_panel 0
#define unpack_scale 8
#define unpack_min 16
#define unpack_src 24
#define unpack_stride 32
#define unpack_blocks 40

DATA nibble<>+0(SB)/4, $0x0f0f0f0f
DATA nibble<>+4(SB)/4, $0x08080808
DATA nibble<>+8(SB)/4, $0x10101010
DATA nibble<>+12(SB)/4, $0x20202020
DATA nibble<>+16(SB)/4, $0x30303030
DATA nibble<>+20(SB)/4, $0x08040201
DATA nibble<>+24(SB)/4, $0x3f3f3f3f
DATA nibble<>+28(SB)/4, $0x000000ff
DATA nibble<>+32(SB)/4, $0x0000ffff
DATA nibble<>+36(SB)/4, $0x80000000
DATA nibble<>+40(SB)/4, $0x01010101
GLOBL nibble<>(SB), RODATA, $44

// iq4Values (quant_k.go), twice.
DATA iq4<>+0(SB)/8, $0xf6eaddcfbfad9881
DATA iq4<>+8(SB)/8, $0x7159453526190d01
DATA iq4<>+16(SB)/8, $0xf6eaddcfbfad9881
DATA iq4<>+24(SB)/8, $0x7159453526190d01
GLOBL iq4<>(SB), RODATA, $32

// Every byte of a 32-bit number becomes its first.
DATA spread<>+0(SB)/8, $0x0404040400000000
DATA spread<>+8(SB)/8, $0x0c0c0c0c08080808
DATA spread<>+16(SB)/8, $0x0404040400000000
DATA spread<>+24(SB)/8, $0x0c0c0c0c08080808
GLOBL spread<>(SB), RODATA, $32

#define ENTER \
	MOVQ a+0(FP), AX; \
	MOVQ unpack_panel(AX), DI; \
	MOVQ unpack_scale(AX), BX; \
	MOVQ unpack_min(AX), R10; \
	MOVQ unpack_src(AX), SI; \
	MOVQ unpack_stride(AX), DX; \
	MOVQ unpack_blocks(AX), CX; \
	LEAQ (DX)(DX*2), R8; \
	LEAQ (SI)(DX*4), R9

// TRANSPOSE reads 16 bytes at off of eight rows: Y0 to Y3 become their 32-bit numbers 0 to 3, one row per lane.
// Y4 to Y7 are lost.
#define TRANSPOSE(off) \
	VMOVDQU     off(SI), X0; \
	VMOVDQU     off(SI)(DX*1), X1; \
	VMOVDQU     off(SI)(DX*2), X2; \
	VMOVDQU     off(SI)(R8*1), X3; \
	VINSERTI128 $1, off(R9), Y0, Y0; \
	VINSERTI128 $1, off(R9)(DX*1), Y1, Y1; \
	VINSERTI128 $1, off(R9)(DX*2), Y2, Y2; \
	VINSERTI128 $1, off(R9)(R8*1), Y3, Y3; \
	VPUNPCKLDQ  Y1, Y0, Y4; \
	VPUNPCKHDQ  Y1, Y0, Y5; \
	VPUNPCKLDQ  Y3, Y2, Y6; \
	VPUNPCKHDQ  Y3, Y2, Y7; \
	VPUNPCKLQDQ Y6, Y4, Y0; \
	VPUNPCKHQDQ Y6, Y4, Y1; \
	VPUNPCKLQDQ Y7, Y5, Y2; \
	VPUNPCKHQDQ Y7, Y5, Y3

// HALVES widens one 16-bit float at off of eight rows into Y0.
#define HALVES(off) \
	VPXOR     X0, X0, X0; \
	VPINSRW   $0, off(SI), X0, X0; \
	VPINSRW   $1, off(SI)(DX*1), X0, X0; \
	VPINSRW   $2, off(SI)(DX*2), X0, X0; \
	VPINSRW   $3, off(SI)(R8*1), X0, X0; \
	VPINSRW   $4, off(R9), X0, X0; \
	VPINSRW   $5, off(R9)(DX*1), X0, X0; \
	VPINSRW   $6, off(R9)(DX*2), X0, X0; \
	VPINSRW   $7, off(R9)(R8*1), X0, X0; \
	VCVTPH2PS X0, Y0

// WORDS gathers one 32-bit number at off of eight rows into Y9.
#define WORDS(off) \
	VMOVD       off(SI), X9; \
	VPINSRD     $1, off(SI)(DX*1), X9, X9; \
	VPINSRD     $2, off(SI)(DX*2), X9, X9; \
	VPINSRD     $3, off(SI)(R8*1), X9, X9; \
	VMOVD       off(R9), X0; \
	VPINSRD     $1, off(R9)(DX*1), X0, X0; \
	VPINSRD     $2, off(R9)(DX*2), X0, X0; \
	VPINSRD     $3, off(R9)(R8*1), X0, X0; \
	VINSERTI128 $1, X0, Y9, Y9

// LOW and HIGH split a vector of packed nibbles into Y4.
#define LOW(y) \
	VPAND Y15, y, Y4

#define HIGH(y) \
	VPSRLW $4, y, Y4; \
	VPAND  Y15, Y4, Y4

#define STORE(off) \
	VMOVDQU Y4, off(DI)

// FIFTH sets bit 4 of the columns in Y4 from bits shift to shift+3 of Y9. Y13 spreads, Y12 has a bit for each
// byte, Y11 is bit 4 everywhere.
#define FIFTH(shift) \
	VPSRLD   $shift, Y9, Y5; \
	VPSHUFB  Y13, Y5, Y5; \
	VPAND    Y12, Y5, Y5; \
	VPCMPEQB Y12, Y5, Y5; \
	VPAND    Y11, Y5, Y5; \
	VPOR     Y5, Y4, Y4

#define SHIFTED \
	VPSUBB Y14, Y4, Y4

#define NEXT(bytes) \
	ADDQ $256, DI; \
	ADDQ $32, BX; \
	ADDQ $bytes, SI; \
	ADDQ $bytes, R9; \
	DECQ CX

// func unpackQ4_0x8(a *unpackArgs)
TEXT ·unpackQ4_0x8(SB), NOSPLIT, $0-8
	ENTER
	VPBROADCASTD nibble<>+0(SB), Y15
	VPBROADCASTD nibble<>+4(SB), Y14

loop:
	HALVES(0)
	VMOVUPS Y0, (BX)
	TRANSPOSE(2)
	LOW(Y0)
	SHIFTED
	STORE(0)
	LOW(Y1)
	SHIFTED
	STORE(32)
	LOW(Y2)
	SHIFTED
	STORE(64)
	LOW(Y3)
	SHIFTED
	STORE(96)
	HIGH(Y0)
	SHIFTED
	STORE(128)
	HIGH(Y1)
	SHIFTED
	STORE(160)
	HIGH(Y2)
	SHIFTED
	STORE(192)
	HIGH(Y3)
	SHIFTED
	STORE(224)
	NEXT(18)
	JNZ     loop
	VZEROUPPER
	RET

// func unpackQ4_1x8(a *unpackArgs)
TEXT ·unpackQ4_1x8(SB), NOSPLIT, $0-8
	ENTER
	VPBROADCASTD nibble<>+0(SB), Y15

loop:
	HALVES(0)
	VMOVUPS Y0, (BX)
	HALVES(2)
	VMOVUPS Y0, (R10)
	ADDQ    $32, R10
	TRANSPOSE(4)
	LOW(Y0)
	STORE(0)
	LOW(Y1)
	STORE(32)
	LOW(Y2)
	STORE(64)
	LOW(Y3)
	STORE(96)
	HIGH(Y0)
	STORE(128)
	HIGH(Y1)
	STORE(160)
	HIGH(Y2)
	STORE(192)
	HIGH(Y3)
	STORE(224)
	NEXT(20)
	JNZ     loop
	VZEROUPPER
	RET

// func unpackQ5_0x8(a *unpackArgs)
TEXT ·unpackQ5_0x8(SB), NOSPLIT, $0-8
	ENTER
	VPBROADCASTD nibble<>+0(SB), Y15
	VPBROADCASTD nibble<>+8(SB), Y14
	VPBROADCASTD nibble<>+8(SB), Y11
	VPBROADCASTD nibble<>+20(SB), Y12
	VMOVDQU      spread<>(SB), Y13

loop:
	HALVES(0)
	VMOVUPS Y0, (BX)
	WORDS(2)
	TRANSPOSE(6)
	LOW(Y0)
	FIFTH(0)
	SHIFTED
	STORE(0)
	LOW(Y1)
	FIFTH(4)
	SHIFTED
	STORE(32)
	LOW(Y2)
	FIFTH(8)
	SHIFTED
	STORE(64)
	LOW(Y3)
	FIFTH(12)
	SHIFTED
	STORE(96)
	HIGH(Y0)
	FIFTH(16)
	SHIFTED
	STORE(128)
	HIGH(Y1)
	FIFTH(20)
	SHIFTED
	STORE(160)
	HIGH(Y2)
	FIFTH(24)
	SHIFTED
	STORE(192)
	HIGH(Y3)
	FIFTH(28)
	SHIFTED
	STORE(224)
	NEXT(22)
	JNZ     loop
	VZEROUPPER
	RET

// func unpackQ5_1x8(a *unpackArgs)
TEXT ·unpackQ5_1x8(SB), NOSPLIT, $0-8
	ENTER
	VPBROADCASTD nibble<>+0(SB), Y15
	VPBROADCASTD nibble<>+8(SB), Y11
	VPBROADCASTD nibble<>+20(SB), Y12
	VMOVDQU      spread<>(SB), Y13

loop:
	HALVES(0)
	VMOVUPS Y0, (BX)
	HALVES(2)
	VMOVUPS Y0, (R10)
	ADDQ    $32, R10
	WORDS(4)
	TRANSPOSE(8)
	LOW(Y0)
	FIFTH(0)
	STORE(0)
	LOW(Y1)
	FIFTH(4)
	STORE(32)
	LOW(Y2)
	FIFTH(8)
	STORE(64)
	LOW(Y3)
	FIFTH(12)
	STORE(96)
	HIGH(Y0)
	FIFTH(16)
	STORE(128)
	HIGH(Y1)
	FIFTH(20)
	STORE(160)
	HIGH(Y2)
	FIFTH(24)
	STORE(192)
	HIGH(Y3)
	FIFTH(28)
	STORE(224)
	NEXT(24)
	JNZ     loop
	VZEROUPPER
	RET

// LOOKUP replaces the indexes in Y4 by the values in Y14.
#define LOOKUP \
	VPSHUFB Y4, Y14, Y4

// Sixteen bytes of indexes at off: a group of 32 columns.
#define VALUES32(off) \
	TRANSPOSE(off); \
	LOW(Y0); LOOKUP; STORE(0); \
	LOW(Y1); LOOKUP; STORE(32); \
	LOW(Y2); LOOKUP; STORE(64); \
	LOW(Y3); LOOKUP; STORE(96); \
	HIGH(Y0); LOOKUP; STORE(128); \
	HIGH(Y1); LOOKUP; STORE(160); \
	HIGH(Y2); LOOKUP; STORE(192); \
	HIGH(Y3); LOOKUP; STORE(224)

// func unpackIQ4NLx8(a *unpackArgs)
TEXT ·unpackIQ4NLx8(SB), NOSPLIT, $0-8
	ENTER
	VPBROADCASTD nibble<>+0(SB), Y15
	VMOVDQU      iq4<>(SB), Y14

loop:
	HALVES(0)
	VMOVUPS Y0, (BX)
	VALUES32(2)
	NEXT(18)
	JNZ     loop
	VZEROUPPER
	RET

// func unpackIQ4XSx8(a *unpackArgs): the integers only.
TEXT ·unpackIQ4XSx8(SB), NOSPLIT, $0-8
	ENTER
	VPBROADCASTD nibble<>+0(SB), Y15
	VMOVDQU      iq4<>(SB), Y14
	MOVQ         CX, R11

block:
	ADDQ $8, SI
	ADDQ $8, R9
	MOVQ $8, CX

group:
	VALUES32(0)
	NEXT(16)
	JNZ  group
	DECQ R11
	JNZ  block
	VZEROUPPER
	RET

// func unpackQ8_0x8(a *unpackArgs)
TEXT ·unpackQ8_0x8(SB), NOSPLIT, $0-8
	ENTER

loop:
	HALVES(0)
	VMOVUPS Y0, (BX)
	TRANSPOSE(2)
	VMOVDQU Y0, (DI)
	VMOVDQU Y1, 32(DI)
	VMOVDQU Y2, 64(DI)
	VMOVDQU Y3, 96(DI)
	TRANSPOSE(18)
	VMOVDQU Y0, 128(DI)
	VMOVDQU Y1, 160(DI)
	VMOVDQU Y2, 192(DI)
	VMOVDQU Y3, 224(DI)
	NEXT(34)
	JNZ     loop
	VZEROUPPER
	RET

// func interleave(a *unpackArgs): rows of int8 that are unpacked already; a block is 32 of them.
TEXT ·interleave(SB), NOSPLIT, $0-8
	ENTER

loop:
	TRANSPOSE(0)
	VMOVDQU Y0, (DI)
	VMOVDQU Y1, 32(DI)
	VMOVDQU Y2, 64(DI)
	VMOVDQU Y3, 96(DI)
	TRANSPOSE(16)
	VMOVDQU Y0, 128(DI)
	VMOVDQU Y1, 160(DI)
	VMOVDQU Y2, 192(DI)
	VMOVDQU Y3, 224(DI)
	NEXT(32)
	JNZ     loop
	VZEROUPPER
	RET

// Thirty-two bytes of nibbles at off of a Q4_K block: the low halves are one group, the high ones the next.
#define NIBBLES64(off) \
	TRANSPOSE(off); \
	LOW(Y0); STORE(0); \
	LOW(Y1); STORE(32); \
	LOW(Y2); STORE(64); \
	LOW(Y3); STORE(96); \
	HIGH(Y0); STORE(256); \
	HIGH(Y1); STORE(288); \
	HIGH(Y2); STORE(320); \
	HIGH(Y3); STORE(352); \
	TRANSPOSE(off+16); \
	LOW(Y0); STORE(128); \
	LOW(Y1); STORE(160); \
	LOW(Y2); STORE(192); \
	LOW(Y3); STORE(224); \
	HIGH(Y0); STORE(384); \
	HIGH(Y1); STORE(416); \
	HIGH(Y2); STORE(448); \
	HIGH(Y3); STORE(480); \
	ADDQ $512, DI

// BYTE and BYTES write one byte, and all four, of every lane of y as floats times d, with their sign changed where
// sign has the sign bit. Y14 masks a byte; Y4 is lost.
#define BYTE(y, shift, d, sign, to) \
	VPSRLD    $shift, y, Y4; \
	VPAND     Y14, Y4, Y4; \
	VCVTDQ2PS Y4, Y4; \
	VMULPS    d, Y4, Y4; \
	VXORPS    sign, Y4, Y4; \
	VMOVUPS   Y4, to

#define BYTES(y, d, sign, off, base) \
	BYTE(y, 0, d, sign, off(base)); \
	BYTE(y, 8, d, sign, off+32(base)); \
	BYTE(y, 16, d, sign, off+64(base)); \
	BYTE(y, 24, d, sign, off+96(base))

// WIDEN16 turns the low 16 bits of the lanes of y into floats; X5 is lost.
#define WIDEN16(y, x) \
	VEXTRACTI128 $1, y, X5; \
	VPACKUSDW    X5, x, x; \
	VCVTPH2PS    x, y

// SCALESK computes scales and minima of a Q4_K or Q5_K block, as scalesK does. Y8 d, Y9 dmin, Y14 a byte, Y11 the low
// six bits of bytes, Y10 nothing, Y12 the sign; Y13 is lost.
#define SCALESK \
	TRANSPOSE(0); \
	VPBROADCASTD nibble<>+32(SB), Y4; \
	VPAND        Y4, Y0, Y8; \
	VPSRLD       $16, Y0, Y9; \
	WIDEN16(Y8, X8); \
	WIDEN16(Y9, X9); \
	VPBROADCASTD nibble<>+28(SB), Y14; \
	VPBROADCASTD nibble<>+24(SB), Y11; \
	VPBROADCASTD nibble<>+36(SB), Y12; \
	VPBROADCASTD nibble<>+16(SB), Y7; \
	VPXOR        Y10, Y10, Y10; \
	VPAND        Y11, Y1, Y13; \
	BYTES(Y13, Y8, Y10, 0, BX); \
	VPAND        Y11, Y2, Y13; \
	BYTES(Y13, Y9, Y12, 0, R10); \
	VPSRLW       $2, Y1, Y1; \
	VPAND        Y7, Y1, Y1; \
	VPAND        Y15, Y3, Y13; \
	VPOR         Y1, Y13, Y13; \
	BYTES(Y13, Y8, Y10, 128, BX); \
	VPSRLW       $2, Y2, Y2; \
	VPAND        Y7, Y2, Y2; \
	VPSRLW       $4, Y3, Y13; \
	VPAND        Y15, Y13, Y13; \
	VPOR         Y2, Y13, Y13; \
	BYTES(Y13, Y9, Y12, 128, R10); \
	ADDQ         $256, BX; \
	ADDQ         $256, R10

// func unpackQ4_Kx8(a *unpackArgs)
TEXT ·unpackQ4_Kx8(SB), NOSPLIT, $0-8
	ENTER
	VPBROADCASTD nibble<>+0(SB), Y15

loop:
	SCALESK
	NIBBLES64(16)
	NIBBLES64(48)
	NIBBLES64(80)
	NIBBLES64(112)
	ADDQ $144, SI
	ADDQ $144, R9
	DECQ CX
	JNZ  loop
	VZEROUPPER
	RET

// FIVES is sixteen columns of two groups of Q5_K: nibbles at off, fifth bits low and low+1 of the bytes in Y8 to Y11,
// panel offset p. BIT moves one of them to bit 4; Y13 is bit 0 of every byte.
#define BIT(h, shift) \
	VPSRLW $shift, h, Y5; \
	VPAND  Y13, Y5, Y5; \
	VPSLLW $4, Y5, Y5; \
	VPOR   Y5, Y4, Y4

#define FIVES(off, low, p) \
	TRANSPOSE(off); \
	LOW(Y0); BIT(Y8, low); STORE(p); \
	LOW(Y1); BIT(Y9, low); STORE(p+32); \
	LOW(Y2); BIT(Y10, low); STORE(p+64); \
	LOW(Y3); BIT(Y11, low); STORE(p+96); \
	HIGH(Y0); BIT(Y8, low+1); STORE(p+256); \
	HIGH(Y1); BIT(Y9, low+1); STORE(p+288); \
	HIGH(Y2); BIT(Y10, low+1); STORE(p+320); \
	HIGH(Y3); BIT(Y11, low+1); STORE(p+352)

// FIFTHS keeps the fifth bits of sixteen columns in Y8 to Y11.
#define FIFTHS(off) \
	TRANSPOSE(off); \
	VMOVDQA Y0, Y8; \
	VMOVDQA Y1, Y9; \
	VMOVDQA Y2, Y10; \
	VMOVDQA Y3, Y11

// func unpackQ5_Kx8(a *unpackArgs)
TEXT ·unpackQ5_Kx8(SB), NOSPLIT, $0-8
	ENTER
	VPBROADCASTD nibble<>+0(SB), Y15

loop:
	SCALESK
	VPBROADCASTD nibble<>+40(SB), Y13
	FIFTHS(16)
	FIVES(48, 0, 0)
	FIVES(80, 2, 512)
	FIVES(112, 4, 1024)
	FIVES(144, 6, 1536)
	FIFTHS(32)
	FIVES(64, 0, 128)
	FIVES(96, 2, 640)
	FIVES(128, 4, 1152)
	FIVES(160, 6, 1664)
	ADDQ $2048, DI
	ADDQ $176, SI
	ADDQ $176, R9
	DECQ CX
	JNZ  loop
	VZEROUPPER
	RET

// PAIR adds bits 4 and 5 to the nibbles in Y4 from the vector h of bit pairs, moved left by 4 and right by s,
// then subtracts 32.
#define PAIRL(h, s) \
	VPSLLW $s, h, Y5; \
	VPAND  Y13, Y5, Y5; \
	VPOR   Y5, Y4, Y4; \
	SHIFTED

#define PAIRR(h, s) \
	VPSRLW $s, h, Y5; \
	VPAND  Y13, Y5, Y5; \
	VPOR   Y5, Y4, Y4; \
	SHIFTED

// Sixteen columns of each quarter of half a Q6_K block: nibbles at lo and lo+32, bit pairs at hi, panel
// offset p. Y8 to Y11 keep the bit pairs.
#define SIXES(lo, hi, p) \
	TRANSPOSE(hi); \
	VMOVDQA Y0, Y8; \
	VMOVDQA Y1, Y9; \
	VMOVDQA Y2, Y10; \
	VMOVDQA Y3, Y11; \
	TRANSPOSE(lo); \
	LOW(Y0); PAIRL(Y8, 4); STORE(p); \
	LOW(Y1); PAIRL(Y9, 4); STORE(p+32); \
	LOW(Y2); PAIRL(Y10, 4); STORE(p+64); \
	LOW(Y3); PAIRL(Y11, 4); STORE(p+96); \
	HIGH(Y0); VPAND Y13, Y8, Y5; VPOR Y5, Y4, Y4; SHIFTED; STORE(p+512); \
	HIGH(Y1); VPAND Y13, Y9, Y5; VPOR Y5, Y4, Y4; SHIFTED; STORE(p+544); \
	HIGH(Y2); VPAND Y13, Y10, Y5; VPOR Y5, Y4, Y4; SHIFTED; STORE(p+576); \
	HIGH(Y3); VPAND Y13, Y11, Y5; VPOR Y5, Y4, Y4; SHIFTED; STORE(p+608); \
	TRANSPOSE(lo+32); \
	LOW(Y0); PAIRL(Y8, 2); STORE(p+256); \
	LOW(Y1); PAIRL(Y9, 2); STORE(p+288); \
	LOW(Y2); PAIRL(Y10, 2); STORE(p+320); \
	LOW(Y3); PAIRL(Y11, 2); STORE(p+352); \
	HIGH(Y0); PAIRR(Y8, 2); STORE(p+768); \
	HIGH(Y1); PAIRR(Y9, 2); STORE(p+800); \
	HIGH(Y2); PAIRR(Y10, 2); STORE(p+832); \
	HIGH(Y3); PAIRR(Y11, 2); STORE(p+864)

// SIGNED4 writes the four signed bytes of every lane of y, times Y12, to off(BX) and the three rows behind it.
#define SIGNED1(y, left, off) \
	VPSLLD    $left, y, Y4; \
	VPSRAD    $24, Y4, Y4; \
	VCVTDQ2PS Y4, Y4; \
	VMULPS    Y12, Y4, Y4; \
	VMOVUPS   Y4, off(BX)

#define SIGNED4(y, off) \
	SIGNED1(y, 24, off); \
	SIGNED1(y, 16, off+32); \
	SIGNED1(y, 8, off+64); \
	SIGNED1(y, 0, off+96)

// func unpackQ6_Kx8(a *unpackArgs)
TEXT ·unpackQ6_Kx8(SB), NOSPLIT, $0-8
	ENTER
	VPBROADCASTD nibble<>+0(SB), Y15
	VPBROADCASTD nibble<>+12(SB), Y14
	VPBROADCASTD nibble<>+16(SB), Y13

loop:
	HALVES(208)
	VMOVAPS Y0, Y12
	TRANSPOSE(192)
	SIGNED4(Y0, 0)
	SIGNED4(Y1, 128)
	SIGNED4(Y2, 256)
	SIGNED4(Y3, 384)
	ADDQ $512, BX
	SIXES(0, 128, 0)
	SIXES(16, 144, 128)
	ADDQ $1024, DI
	SIXES(64, 160, 0)
	SIXES(80, 176, 128)
	ADDQ $1024, DI
	ADDQ $210, SI
	ADDQ $210, R9
	DECQ CX
	JNZ  loop
	VZEROUPPER
	RET
