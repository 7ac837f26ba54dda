#include "textflag.h"

// AVX-512 twins of attend_amd64.s and float_amd64.s, for what attention spends its time on. Every sum has the order
// of the plain loops.

// func tile6x2AVX512(c *float32, cs int, a *float32, as int, b *float32, bs, k int, more bool)
// Six rows of a times two panels of sixteen columns, bs numbers apart: rows 0 to 2 begin at SI and AX, rows 3 to 5 at
// R8 and R9; a load of a serves both panels.
#define ROW(A, Z0, Z1, T) \
	VBROADCASTSS A, T;        \
	VFMADD231PS  Z24, T, Z0;  \
	VFMADD231PS  Z25, T, Z1

#define EACH(OP) \
	OP(AX, 0, Z0, Z1);      \
	OP(R11, 0, Z2, Z3);     \
	OP(R12, 0, Z4, Z5);     \
	OP(R9, 0, Z6, Z7);      \
	OP(R13, 0, Z8, Z9);     \
	OP(R15, 0, Z10, Z11)

#define LOAD(R, OFF, Z0, Z1) \
	VMOVUPS OFF(R), Z0;     \
	VMOVUPS OFF+64(R), Z1

#define STORE(R, OFF, Z0, Z1) \
	VMOVUPS Z0, OFF(R);     \
	VMOVUPS Z1, OFF+64(R)

#define CLEAR(R, OFF, Z0, Z1) \
	VPXORD Z0, Z0, Z0;      \
	VPXORD Z1, Z1, Z1

TEXT ·tile6x2AVX512(SB), NOSPLIT, $0-57
	MOVQ c+0(FP), AX
	MOVQ cs+8(FP), BX
	MOVQ a+16(FP), SI
	MOVQ as+24(FP), DX
	MOVQ b+32(FP), DI
	MOVQ bs+40(FP), R10
	MOVQ k+48(FP), CX
	SHLQ $2, BX
	SHLQ $2, DX
	LEAQ (DX)(DX*2), R8
	ADDQ SI, R8
	LEAQ (AX)(BX*1), R11
	LEAQ (AX)(BX*2), R12
	LEAQ (R11)(BX*2), R9
	LEAQ (R12)(BX*2), R13
	LEAQ (R9)(BX*2), R15
	CMPB more+56(FP), $0
	JNE  more
	EACH(CLEAR)
	JMP  loop

more:
	EACH(LOAD)

loop:
	VMOVUPS (DI), Z24
	VMOVUPS (DI)(R10*4), Z25
	ROW((SI), Z0, Z1, Z26)
	ROW((SI)(DX*1), Z2, Z3, Z27)
	ROW((SI)(DX*2), Z4, Z5, Z28)
	ROW((R8), Z6, Z7, Z29)
	ROW((R8)(DX*1), Z8, Z9, Z30)
	ROW((R8)(DX*2), Z10, Z11, Z31)
	ADDQ $4, SI
	ADDQ $4, R8
	ADDQ $64, DI
	DECQ CX
	JNZ  loop

	EACH(STORE)
	VZEROUPPER
	RET

// Numbers of exp32 (arith.go), as in float_amd64.s.
DATA exp512<>+0(SB)/4, $0xc2aeac4f  // expMin
DATA exp512<>+4(SB)/4, $0x42b0c0a5  // expMax
DATA exp512<>+8(SB)/4, $0x3fb8aa3b  // log2e
DATA exp512<>+12(SB)/4, $0x4b400000 // roundBig
DATA exp512<>+16(SB)/4, $0x3f318000 // ln2High
DATA exp512<>+20(SB)/4, $0xb95e8083 // ln2Low
DATA exp512<>+24(SB)/4, $0x39506967 // expC0
DATA exp512<>+28(SB)/4, $0x3ab743ce // expC1
DATA exp512<>+32(SB)/4, $0x3c088908 // expC2
DATA exp512<>+36(SB)/4, $0x3d2aa9c1 // expC3
DATA exp512<>+40(SB)/4, $0x3e2aaaaa // expC4
DATA exp512<>+44(SB)/4, $0x3f000000 // expC5
DATA exp512<>+48(SB)/4, $0x3f800000 // 1
DATA exp512<>+52(SB)/4, $127
DATA exp512<>+56(SB)/4, $0x80000000 // sign
GLOBL exp512<>(SB), RODATA, $60

// EXPCONST loads what EXP reads.
#define EXPCONST \
	VBROADCASTSS exp512<>+0(SB), Z16; \
	VBROADCASTSS exp512<>+4(SB), Z17; \
	VBROADCASTSS exp512<>+8(SB), Z18; \
	VBROADCASTSS exp512<>+12(SB), Z19; \
	VBROADCASTSS exp512<>+16(SB), Z20; \
	VBROADCASTSS exp512<>+20(SB), Z21; \
	VBROADCASTSS exp512<>+24(SB), Z22; \
	VBROADCASTSS exp512<>+28(SB), Z23; \
	VBROADCASTSS exp512<>+32(SB), Z24; \
	VBROADCASTSS exp512<>+36(SB), Z25; \
	VBROADCASTSS exp512<>+40(SB), Z26; \
	VBROADCASTSS exp512<>+44(SB), Z27; \
	VBROADCASTSS exp512<>+48(SB), Z28; \
	VPBROADCASTD exp512<>+52(SB), Z29

// EXP replaces Z0 by exp32 of it less Z6; Z2, Z3 and K1 are lost. Nothing is fused: exp32 is not either.
#define EXP \
	VSUBPS     Z6, Z0, Z0; \
	VCMPPS     $5, Z16, Z0, K1; \
	VMINPS     Z0, Z17, Z0; \
	VMULPS     Z18, Z0, Z2; \
	VADDPS     Z19, Z2, Z2; \
	VSUBPS     Z19, Z2, Z2; \
	VMULPS     Z20, Z2, Z3; \
	VSUBPS     Z3, Z0, Z0; \
	VMULPS     Z21, Z2, Z3; \
	VSUBPS     Z3, Z0, Z0; \
	VCVTTPS2DQ Z2, Z2; \
	VPADDD     Z29, Z2, Z2; \
	VPSLLD     $23, Z2, Z2; \
	VMULPS     Z0, Z22, Z3; \
	VADDPS     Z23, Z3, Z3; \
	VMULPS     Z0, Z3, Z3; \
	VADDPS     Z24, Z3, Z3; \
	VMULPS     Z0, Z3, Z3; \
	VADDPS     Z25, Z3, Z3; \
	VMULPS     Z0, Z3, Z3; \
	VADDPS     Z26, Z3, Z3; \
	VMULPS     Z0, Z3, Z3; \
	VADDPS     Z27, Z3, Z3; \
	VMULPS     Z0, Z3, Z3; \
	VMULPS     Z0, Z3, Z3; \
	VADDPS     Z0, Z3, Z3; \
	VADDPS     Z28, Z3, Z3; \
	VMULPS.Z   Z2, Z3, K1, Z0

// func expSumAVX512(x *float32, n int, top float32) float32
// n is a positive multiple of 8. The sums of lanes 8 to 15 follow those of lanes 0 to 7, because the order is that of
// vectors of eight.
TEXT ·expSumAVX512(SB), NOSPLIT, $0-28
	MOVQ         x+0(FP), SI
	MOVQ         n+8(FP), CX
	VBROADCASTSS top+16(FP), Z6
	VXORPS       Y5, Y5, Y5
	EXPCONST
	SUBQ $16, CX
	JL   expTail

expLoop:
	VMOVUPS       (SI), Z0
	EXP
	VMOVUPS       Z0, (SI)
	VEXTRACTF32X8 $1, Z0, Y1
	VADDPS        Y0, Y5, Y5
	VADDPS        Y1, Y5, Y5
	ADDQ          $64, SI
	SUBQ          $16, CX
	JGE           expLoop

expTail:
	ADDQ $16, CX
	JZ   expDone
	VMOVUPS (SI), Y0 // eight: what the others become is not used
	EXP
	VMOVUPS Y0, (SI)
	VADDPS  Y0, Y5, Y5

expDone:
	VEXTRACTF128 $1, Y5, X1
	VADDPS       X1, X5, X5
	VMOVHLPS     X5, X5, X1
	VADDPS       X1, X5, X5
	VMOVSHDUP    X5, X1
	VADDSS       X1, X5, X5
	VMOVSS       X5, ret+24(FP)
	VZEROUPPER
	RET

// func swigluAVX512(dst, gate, up *float32, n int)
// n is a positive multiple of 16.
TEXT ·swigluAVX512(SB), NOSPLIT, $0-32
	MOVQ         dst+0(FP), DI
	MOVQ         gate+8(FP), SI
	MOVQ         up+16(FP), DX
	MOVQ         n+24(FP), CX
	EXPCONST
	VPXORD       Z6, Z6, Z6
	VPBROADCASTD exp512<>+56(SB), Z7

swigluLoop:
	VMOVUPS (SI), Z8
	VPXORD  Z7, Z8, Z0
	EXP
	VADDPS  Z28, Z0, Z0
	VDIVPS  Z0, Z8, Z0
	VMULPS  (DX), Z0, Z0
	VMOVUPS Z0, (DI)
	ADDQ    $64, SI
	ADDQ    $64, DX
	ADDQ    $64, DI
	SUBQ    $16, CX
	JNZ     swigluLoop
	VZEROUPPER
	RET
