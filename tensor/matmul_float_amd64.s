#include "textflag.h"

// Dot products of weights that are stored as floats, with the chains of dotPlain: lane i mod 16 in two vectors.

#define REDUCE(Y, X, XT) \
	VEXTRACTF128 $1, Y, XT; \
	VADDPS       XT, X, X; \
	VMOVHLPS     X, X, XT; \
	VADDPS       XT, X, X; \
	VMOVSHDUP    X, XT; \
	VADDSS       XT, X, X

// func dotHalvesAVX2(w *byte, x *float32, n int) float32
// n is a positive multiple of 16.
TEXT ·dotHalvesAVX2(SB), NOSPLIT, $0-28
	MOVQ   w+0(FP), SI
	MOVQ   x+8(FP), DI
	MOVQ   n+16(FP), CX
	VXORPS Y0, Y0, Y0
	VXORPS Y1, Y1, Y1
	SHRQ   $4, CX

halvesLoop:
	VCVTPH2PS   (SI), Y2
	VCVTPH2PS   16(SI), Y3
	VFMADD231PS (DI), Y2, Y0
	VFMADD231PS 32(DI), Y3, Y1
	ADDQ        $32, SI
	ADDQ        $64, DI
	DECQ        CX
	JNZ         halvesLoop
	VADDPS      Y1, Y0, Y0
	REDUCE(Y0, X0, X1)
	VMOVSS      X0, ret+24(FP)
	VZEROUPPER
	RET

// func dotBfloatsAVX2(w *byte, x *float32, n int) float32
// n is a positive multiple of 16.
TEXT ·dotBfloatsAVX2(SB), NOSPLIT, $0-28
	MOVQ   w+0(FP), SI
	MOVQ   x+8(FP), DI
	MOVQ   n+16(FP), CX
	VXORPS Y0, Y0, Y0
	VXORPS Y1, Y1, Y1
	SHRQ   $4, CX

bfloatsLoop:
	VPMOVZXWD   (SI), Y2
	VPMOVZXWD   16(SI), Y3
	VPSLLD      $16, Y2, Y2
	VPSLLD      $16, Y3, Y3
	VFMADD231PS (DI), Y2, Y0
	VFMADD231PS 32(DI), Y3, Y1
	ADDQ        $32, SI
	ADDQ        $64, DI
	DECQ        CX
	JNZ         bfloatsLoop
	VADDPS      Y1, Y0, Y0
	REDUCE(Y0, X0, X1)
	VMOVSS      X0, ret+24(FP)
	VZEROUPPER
	RET

// HALF takes eight columns of two rows and three tokens: sums A to C of the first row, D to F of the second.
#define HALF(OFF, A, B, C, D, E, F) \
	VMOVUPS     OFF(DI), Y12; \
	VMOVUPS     OFF(DI)(DX*1), Y13; \
	VMOVUPS     OFF(DI)(DX*2), Y14; \
	VMOVUPS     OFF(SI), Y15; \
	VFMADD231PS Y12, Y15, A; \
	VFMADD231PS Y13, Y15, B; \
	VFMADD231PS Y14, Y15, C; \
	VMOVUPS     OFF(SI)(DX*1), Y15; \
	VFMADD231PS Y12, Y15, D; \
	VFMADD231PS Y13, Y15, E; \
	VFMADD231PS Y14, Y15, F

#define SUM(A, B, XA, OFF) \
	VADDPS B, A, A; \
	REDUCE(A, XA, X12); \
	VMOVSS XA, OFF(AX)

// func dot6AVX2(dst *[6]float32, w, x *float32, n, stride int)
// Rows of w and x are stride bytes apart; n is a positive multiple of 16.
TEXT ·dot6AVX2(SB), NOSPLIT, $0-40
	MOVQ dst+0(FP), AX
	MOVQ w+8(FP), SI
	MOVQ x+16(FP), DI
	MOVQ n+24(FP), CX
	MOVQ stride+32(FP), DX
	VXORPS Y0, Y0, Y0
	VXORPS Y1, Y1, Y1
	VXORPS Y2, Y2, Y2
	VXORPS Y3, Y3, Y3
	VXORPS Y4, Y4, Y4
	VXORPS Y5, Y5, Y5
	VXORPS Y6, Y6, Y6
	VXORPS Y7, Y7, Y7
	VXORPS Y8, Y8, Y8
	VXORPS Y9, Y9, Y9
	VXORPS Y10, Y10, Y10
	VXORPS Y11, Y11, Y11
	SHRQ $4, CX

dot6Loop:
	HALF(0, Y0, Y2, Y4, Y6, Y8, Y10)
	HALF(32, Y1, Y3, Y5, Y7, Y9, Y11)
	ADDQ $64, SI
	ADDQ $64, DI
	DECQ CX
	JNZ  dot6Loop
	SUM(Y0, Y1, X0, 0)
	SUM(Y2, Y3, X2, 4)
	SUM(Y4, Y5, X4, 8)
	SUM(Y6, Y7, X6, 12)
	SUM(Y8, Y9, X8, 16)
	SUM(Y10, Y11, X10, 20)
	VZEROUPPER
	RET
