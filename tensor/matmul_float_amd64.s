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
	VMOVUPS     OFF(SI)(BX*1), Y15; \
	VFMADD231PS Y12, Y15, D; \
	VFMADD231PS Y13, Y15, E; \
	VFMADD231PS Y14, Y15, F

// func dot6AVX2(chains *[6][lanes]float32, w *float32, ws int, x *float32, xs, n int)
// Rows of w and x are ws and xs bytes apart; n is a positive multiple of 16. The chains go on from what they are.
TEXT ·dot6AVX2(SB), NOSPLIT, $0-48
	MOVQ chains+0(FP), AX
	MOVQ w+8(FP), SI
	MOVQ ws+16(FP), BX
	MOVQ x+24(FP), DI
	MOVQ xs+32(FP), DX
	MOVQ n+40(FP), CX
	VMOVUPS 0(AX), Y0
	VMOVUPS 32(AX), Y1
	VMOVUPS 64(AX), Y2
	VMOVUPS 96(AX), Y3
	VMOVUPS 128(AX), Y4
	VMOVUPS 160(AX), Y5
	VMOVUPS 192(AX), Y6
	VMOVUPS 224(AX), Y7
	VMOVUPS 256(AX), Y8
	VMOVUPS 288(AX), Y9
	VMOVUPS 320(AX), Y10
	VMOVUPS 352(AX), Y11
	SHRQ $4, CX

dot6Loop:
	HALF(0, Y0, Y2, Y4, Y6, Y8, Y10)
	HALF(32, Y1, Y3, Y5, Y7, Y9, Y11)
	ADDQ $64, SI
	ADDQ $64, DI
	DECQ CX
	JNZ  dot6Loop
	VMOVUPS Y0, 0(AX)
	VMOVUPS Y1, 32(AX)
	VMOVUPS Y2, 64(AX)
	VMOVUPS Y3, 96(AX)
	VMOVUPS Y4, 128(AX)
	VMOVUPS Y5, 160(AX)
	VMOVUPS Y6, 192(AX)
	VMOVUPS Y7, 224(AX)
	VMOVUPS Y8, 256(AX)
	VMOVUPS Y9, 288(AX)
	VMOVUPS Y10, 320(AX)
	VMOVUPS Y11, 352(AX)
	VZEROUPPER
	RET

// HALVES is HALF of weights of two bytes.
#define HALVES(OFF, WOFF, A, B, C, D, E, F) \
	VMOVUPS     OFF(DI), Y12; \
	VMOVUPS     OFF(DI)(DX*1), Y13; \
	VMOVUPS     OFF(DI)(DX*2), Y14; \
	VCVTPH2PS   WOFF(SI), Y15; \
	VFMADD231PS Y12, Y15, A; \
	VFMADD231PS Y13, Y15, B; \
	VFMADD231PS Y14, Y15, C; \
	VCVTPH2PS   WOFF(SI)(BX*1), Y15; \
	VFMADD231PS Y12, Y15, D; \
	VFMADD231PS Y13, Y15, E; \
	VFMADD231PS Y14, Y15, F

// func dot6HalvesAVX2(chains *[6][lanes]float32, w *byte, ws int, x *float32, xs, n int)
// Rows of w and x are ws and xs bytes apart; n is a positive multiple of 16. The chains go on from what they are.
TEXT ·dot6HalvesAVX2(SB), NOSPLIT, $0-48
	MOVQ chains+0(FP), AX
	MOVQ w+8(FP), SI
	MOVQ ws+16(FP), BX
	MOVQ x+24(FP), DI
	MOVQ xs+32(FP), DX
	MOVQ n+40(FP), CX
	VMOVUPS 0(AX), Y0
	VMOVUPS 32(AX), Y1
	VMOVUPS 64(AX), Y2
	VMOVUPS 96(AX), Y3
	VMOVUPS 128(AX), Y4
	VMOVUPS 160(AX), Y5
	VMOVUPS 192(AX), Y6
	VMOVUPS 224(AX), Y7
	VMOVUPS 256(AX), Y8
	VMOVUPS 288(AX), Y9
	VMOVUPS 320(AX), Y10
	VMOVUPS 352(AX), Y11
	SHRQ $4, CX

dot6HalvesLoop:
	HALVES(0, 0, Y0, Y2, Y4, Y6, Y8, Y10)
	HALVES(32, 16, Y1, Y3, Y5, Y7, Y9, Y11)
	ADDQ $32, SI
	ADDQ $64, DI
	DECQ CX
	JNZ  dot6HalvesLoop
	VMOVUPS Y0, 0(AX)
	VMOVUPS Y1, 32(AX)
	VMOVUPS Y2, 64(AX)
	VMOVUPS Y3, 96(AX)
	VMOVUPS Y4, 128(AX)
	VMOVUPS Y5, 160(AX)
	VMOVUPS Y6, 192(AX)
	VMOVUPS Y7, 224(AX)
	VMOVUPS Y8, 256(AX)
	VMOVUPS Y9, 288(AX)
	VMOVUPS Y10, 320(AX)
	VMOVUPS Y11, 352(AX)
	VZEROUPPER
	RET

#define SUM(OFF, TO) \
	VMOVUPS OFF(SI), Y0; \
	VADDPS  (OFF+32)(SI), Y0, Y0; \
	REDUCE(Y0, X0, X1); \
	VMOVSS  X0, TO(DI)

// func reduce6AVX2(dst *[6]float32, chains *[6][lanes]float32)
TEXT ·reduce6AVX2(SB), NOSPLIT, $0-16
	MOVQ dst+0(FP), DI
	MOVQ chains+8(FP), SI
	SUM(0, 0)
	SUM(64, 4)
	SUM(128, 8)
	SUM(192, 12)
	SUM(256, 16)
	SUM(320, 20)
	VZEROUPPER
	RET
