#include "textflag.h"

// AVX2 twins of kernel_plain.go and activation.go. Operands are in Go's order: sources first, destination
// last; VFMADD231PS m, a, d is d = a*m + d, and VSUBPS b, a, d is d = a - b.

// Masks and numbers of exp32 (arith.go), each in eight lanes' worth of a broadcast.
DATA expConst<>+0(SB)/4, $0xc2aeac4f  // expMin
DATA expConst<>+4(SB)/4, $0x42b0c0a5  // expMax
DATA expConst<>+8(SB)/4, $0x3fb8aa3b  // log2e
DATA expConst<>+12(SB)/4, $0x4b400000 // roundBig
DATA expConst<>+16(SB)/4, $0x3f318000 // ln2High
DATA expConst<>+20(SB)/4, $0xb95e8083 // ln2Low
DATA expConst<>+24(SB)/4, $0x39506967 // expC0
DATA expConst<>+28(SB)/4, $0x3ab743ce // expC1
DATA expConst<>+32(SB)/4, $0x3c088908 // expC2
DATA expConst<>+36(SB)/4, $0x3d2aa9c1 // expC3
DATA expConst<>+40(SB)/4, $0x3e2aaaaa // expC4
DATA expConst<>+44(SB)/4, $0x3f000000 // expC5
DATA expConst<>+48(SB)/4, $0x3f800000 // 1
DATA expConst<>+52(SB)/4, $127
DATA expConst<>+56(SB)/4, $0x80000000 // sign
DATA expConst<>+60(SB)/4, $0x7fffffff // all but the sign
DATA expConst<>+64(SB)/4, $0x42fe0000 // 127
DATA expConst<>+68(SB)/4, $0x42ff0000 // 127.5
GLOBL expConst<>(SB), RODATA, $72

// The order in which VPACKSSDW and VPACKSSWB leave groups of four: back to where they came from.
DATA unpack32<>+0(SB)/8, $0x0000000400000000
DATA unpack32<>+8(SB)/8, $0x0000000500000001
DATA unpack32<>+16(SB)/8, $0x0000000600000002
DATA unpack32<>+24(SB)/8, $0x0000000700000003
GLOBL unpack32<>(SB), RODATA, $32

// REDUCE adds the eight lanes of a Y register as reduce8 does; the sum is lane 0 of its X register.
#define REDUCE(Y, X, XT) \
	VEXTRACTF128 $1, Y, XT; \
	VADDPS       XT, X, X; \
	VMOVHLPS     X, X, XT; \
	VADDPS       XT, X, X; \
	VMOVSHDUP    X, XT; \
	VADDSS       XT, X, X

// EXP replaces Y0 by exp32 of it; Y1 to Y4 are lost. Nothing is fused: exp32 is not either.
#define EXP \
	VBROADCASTSS expConst<>+0(SB), Y1; \
	VCMPPS       $1, Y1, Y0, Y4; \
	VBROADCASTSS expConst<>+4(SB), Y1; \
	VMINPS       Y0, Y1, Y0; \
	VBROADCASTSS expConst<>+8(SB), Y1; \
	VMULPS       Y1, Y0, Y2; \
	VBROADCASTSS expConst<>+12(SB), Y1; \
	VADDPS       Y1, Y2, Y2; \
	VSUBPS       Y1, Y2, Y2; \
	VBROADCASTSS expConst<>+16(SB), Y1; \
	VMULPS       Y1, Y2, Y3; \
	VSUBPS       Y3, Y0, Y0; \
	VBROADCASTSS expConst<>+20(SB), Y1; \
	VMULPS       Y1, Y2, Y3; \
	VSUBPS       Y3, Y0, Y0; \
	VCVTTPS2DQ   Y2, Y2; \
	VPBROADCASTD expConst<>+52(SB), Y1; \
	VPADDD       Y1, Y2, Y2; \
	VPSLLD       $23, Y2, Y2; \
	VBROADCASTSS expConst<>+24(SB), Y3; \
	VMULPS       Y0, Y3, Y3; \
	VBROADCASTSS expConst<>+28(SB), Y1; \
	VADDPS       Y1, Y3, Y3; \
	VMULPS       Y0, Y3, Y3; \
	VBROADCASTSS expConst<>+32(SB), Y1; \
	VADDPS       Y1, Y3, Y3; \
	VMULPS       Y0, Y3, Y3; \
	VBROADCASTSS expConst<>+36(SB), Y1; \
	VADDPS       Y1, Y3, Y3; \
	VMULPS       Y0, Y3, Y3; \
	VBROADCASTSS expConst<>+40(SB), Y1; \
	VADDPS       Y1, Y3, Y3; \
	VMULPS       Y0, Y3, Y3; \
	VBROADCASTSS expConst<>+44(SB), Y1; \
	VADDPS       Y1, Y3, Y3; \
	VMULPS       Y0, Y3, Y3; \
	VMULPS       Y0, Y3, Y3; \
	VADDPS       Y0, Y3, Y3; \
	VBROADCASTSS expConst<>+48(SB), Y1; \
	VADDPS       Y1, Y3, Y3; \
	VMULPS       Y2, Y3, Y3; \
	VANDNPS      Y3, Y4, Y0

// func dotAVX2(w, x *float32, n int) float32
// n is a multiple of 16: lanes 0 to 7 in Y0, 8 to 15 in Y1.
TEXT ·dotAVX2(SB), NOSPLIT, $0-28
	MOVQ   w+0(FP), SI
	MOVQ   x+8(FP), DI
	MOVQ   n+16(FP), CX
	VXORPS Y0, Y0, Y0
	VXORPS Y1, Y1, Y1
	SHRQ   $4, CX
	JZ     done

loop:
	VMOVUPS     (SI), Y2
	VMOVUPS     32(SI), Y3
	VFMADD231PS (DI), Y2, Y0
	VFMADD231PS 32(DI), Y3, Y1
	ADDQ        $64, SI
	ADDQ        $64, DI
	DECQ        CX
	JNZ         loop

done:
	VADDPS Y1, Y0, Y0
	REDUCE(Y0, X0, X1)
	VMOVSS X0, ret+24(FP)
	VZEROUPPER
	RET

// func dot4AVX2(dst *[4]float32, w, x *float32, n, stride int)
// Four rows of x, stride bytes apart; n is a multiple of 16.
TEXT ·dot4AVX2(SB), NOSPLIT, $0-40
	MOVQ   dst+0(FP), AX
	MOVQ   w+8(FP), SI
	MOVQ   x+16(FP), DI
	MOVQ   n+24(FP), CX
	MOVQ   stride+32(FP), DX
	LEAQ   (DX)(DX*2), R8
	VXORPS Y0, Y0, Y0
	VXORPS Y1, Y1, Y1
	VXORPS Y2, Y2, Y2
	VXORPS Y3, Y3, Y3
	VXORPS Y4, Y4, Y4
	VXORPS Y5, Y5, Y5
	VXORPS Y6, Y6, Y6
	VXORPS Y7, Y7, Y7
	SHRQ   $4, CX
	JZ     done4

loop4:
	VMOVUPS     (SI), Y8
	VMOVUPS     32(SI), Y9
	VFMADD231PS (DI), Y8, Y0
	VFMADD231PS 32(DI), Y9, Y1
	VFMADD231PS (DI)(DX*1), Y8, Y2
	VFMADD231PS 32(DI)(DX*1), Y9, Y3
	VFMADD231PS (DI)(DX*2), Y8, Y4
	VFMADD231PS 32(DI)(DX*2), Y9, Y5
	VFMADD231PS (DI)(R8*1), Y8, Y6
	VFMADD231PS 32(DI)(R8*1), Y9, Y7
	ADDQ        $64, SI
	ADDQ        $64, DI
	DECQ        CX
	JNZ         loop4

done4:
	VADDPS Y1, Y0, Y0
	VADDPS Y3, Y2, Y2
	VADDPS Y5, Y4, Y4
	VADDPS Y7, Y6, Y6
	REDUCE(Y0, X0, X1)
	REDUCE(Y2, X2, X3)
	REDUCE(Y4, X4, X5)
	REDUCE(Y6, X6, X7)
	VMOVSS X0, (AX)
	VMOVSS X2, 4(AX)
	VMOVSS X4, 8(AX)
	VMOVSS X6, 12(AX)
	VZEROUPPER
	RET

// func mixAVX2(acc, p, v *float32, e, n int, c float32)
// acc[i] = acc[i]*c, then n times acc[i] += p[j]*v[j*e+i], fused; e is a multiple of 8. Thirty-two columns go
// together while there are so many, then eight.
TEXT ·mixAVX2(SB), NOSPLIT, $0-44
	MOVQ         acc+0(FP), AX
	MOVQ         p+8(FP), BX
	MOVQ         v+16(FP), SI
	MOVQ         e+24(FP), DX
	MOVQ         n+32(FP), R9
	VBROADCASTSS c+40(FP), Y15
	MOVQ         DX, CX          // columns left
	SHLQ         $2, DX          // bytes of a row

wide:
	CMPQ    CX, $32
	JLT     narrow
	VMULPS  (AX), Y15, Y0
	VMULPS  32(AX), Y15, Y1
	VMULPS  64(AX), Y15, Y2
	VMULPS  96(AX), Y15, Y3
	MOVQ    SI, DI
	MOVQ    BX, R10
	MOVQ    R9, R11
	TESTQ   R11, R11
	JZ      wideStore

wideRow:
	VBROADCASTSS (R10), Y8
	VFMADD231PS  (DI), Y8, Y0
	VFMADD231PS  32(DI), Y8, Y1
	VFMADD231PS  64(DI), Y8, Y2
	VFMADD231PS  96(DI), Y8, Y3
	ADDQ         $4, R10
	ADDQ         DX, DI
	DECQ         R11
	JNZ          wideRow

wideStore:
	VMOVUPS Y0, (AX)
	VMOVUPS Y1, 32(AX)
	VMOVUPS Y2, 64(AX)
	VMOVUPS Y3, 96(AX)
	ADDQ    $128, AX
	ADDQ    $128, SI
	SUBQ    $32, CX
	JMP     wide

narrow:
	CMPQ   CX, $8
	JLT    mixed
	VMULPS (AX), Y15, Y0
	MOVQ   SI, DI
	MOVQ   BX, R10
	MOVQ   R9, R11
	TESTQ  R11, R11
	JZ     narrowStore

narrowRow:
	VBROADCASTSS (R10), Y8
	VFMADD231PS  (DI), Y8, Y0
	ADDQ         $4, R10
	ADDQ         DX, DI
	DECQ         R11
	JNZ          narrowRow

narrowStore:
	VMOVUPS Y0, (AX)
	ADDQ    $32, AX
	ADDQ    $32, SI
	SUBQ    $8, CX
	JMP     narrow

mixed:
	VZEROUPPER
	RET

// func expSumAVX2(x *float32, n int, top float32) float32
// n is a multiple of 8.
TEXT ·expSumAVX2(SB), NOSPLIT, $0-28
	MOVQ         x+0(FP), SI
	MOVQ         n+8(FP), CX
	VBROADCASTSS top+16(FP), Y6
	VXORPS       Y5, Y5, Y5
	SHRQ         $3, CX
	JZ           expDone

expLoop:
	VMOVUPS (SI), Y0
	VSUBPS  Y6, Y0, Y0
	EXP
	VMOVUPS Y0, (SI)
	VADDPS  Y0, Y5, Y5
	ADDQ    $32, SI
	DECQ    CX
	JNZ     expLoop

expDone:
	REDUCE(Y5, X5, X1)
	VMOVSS X5, ret+24(FP)
	VZEROUPPER
	RET

// func swigluAVX2(dst, gate, up *float32, n int)
// n is a multiple of 8.
TEXT ·swigluAVX2(SB), NOSPLIT, $0-32
	MOVQ         dst+0(FP), DI
	MOVQ         gate+8(FP), SI
	MOVQ         up+16(FP), DX
	MOVQ         n+24(FP), CX
	VBROADCASTSS expConst<>+56(SB), Y6
	VBROADCASTSS expConst<>+48(SB), Y7
	SHRQ         $3, CX
	JZ           swigluDone

swigluLoop:
	VMOVUPS (SI), Y5
	VXORPS  Y6, Y5, Y0
	EXP
	VADDPS  Y7, Y0, Y0
	VDIVPS  Y0, Y5, Y0
	VMULPS  (DX), Y0, Y0
	VMOVUPS Y0, (DI)
	ADDQ    $32, SI
	ADDQ    $32, DX
	ADDQ    $32, DI
	DECQ    CX
	JNZ     swigluLoop

swigluDone:
	VZEROUPPER
	RET

// func halvesAVX2(dst *float32, src *byte, n int)
// n is a multiple of 8. Every processor with AVX2 has F16C.
TEXT ·halvesAVX2(SB), NOSPLIT, $0-24
	MOVQ dst+0(FP), DI
	MOVQ src+8(FP), SI
	MOVQ n+16(FP), CX
	SHRQ $3, CX
	JZ   halvesDone

halvesLoop:
	VCVTPH2PS (SI), Y0
	VMOVUPS   Y0, (DI)
	ADDQ      $16, SI
	ADDQ      $32, DI
	DECQ      CX
	JNZ       halvesLoop

halvesDone:
	VZEROUPPER
	RET

// func bfloatsAVX2(dst *float32, src *byte, n int)
// n is a multiple of 8.
TEXT ·bfloatsAVX2(SB), NOSPLIT, $0-24
	MOVQ dst+0(FP), DI
	MOVQ src+8(FP), SI
	MOVQ n+16(FP), CX
	SHRQ $3, CX
	JZ   bfloatsDone

bfloatsLoop:
	VPMOVZXWD (SI), Y0
	VPSLLD    $16, Y0, Y0
	VMOVDQU   Y0, (DI)
	ADDQ      $16, SI
	ADDQ      $32, DI
	DECQ      CX
	JNZ       bfloatsLoop

bfloatsDone:
	VZEROUPPER
	RET

// func roundAVX2(q *int8, scale, x *float32, groups int)
// Groups of 32, as roundPlain.
TEXT ·roundAVX2(SB), NOSPLIT, $0-32
	MOVQ         q+0(FP), DI
	MOVQ         scale+8(FP), DX
	MOVQ         x+16(FP), SI
	MOVQ         groups+24(FP), CX
	VBROADCASTSS expConst<>+60(SB), Y15
	VBROADCASTSS expConst<>+68(SB), Y14
	VMOVSS       expConst<>+64(SB), X13
	VMOVDQU      unpack32<>(SB), Y12
	VXORPS       Y11, Y11, Y11
	TESTQ        CX, CX
	JZ           roundDone

roundLoop:
	VMOVUPS (SI), Y0
	VMOVUPS 32(SI), Y1
	VMOVUPS 64(SI), Y2
	VMOVUPS 96(SI), Y3

	// Y4: v - v of every lane, summed: 0 or NaN.
	VSUBPS Y0, Y0, Y4
	VSUBPS Y1, Y1, Y5
	VADDPS Y5, Y4, Y4
	VSUBPS Y2, Y2, Y5
	VADDPS Y5, Y4, Y4
	VSUBPS Y3, Y3, Y5
	VADDPS Y5, Y4, Y4

	// X5: the largest magnitude.
	VANDPS       Y15, Y0, Y5
	VANDPS       Y15, Y1, Y6
	VMAXPS       Y6, Y5, Y5
	VANDPS       Y15, Y2, Y6
	VMAXPS       Y6, Y5, Y5
	VANDPS       Y15, Y3, Y6
	VMAXPS       Y6, Y5, Y5
	VEXTRACTF128 $1, Y5, X6
	VMAXPS       X6, X5, X5
	VMOVHLPS     X5, X5, X6
	VMAXPS       X6, X5, X5
	VMOVSHDUP    X5, X6
	VMAXSS       X6, X5, X5

	VCMPPS    $3, Y4, Y4, Y6 // lanes that are NaN
	VMOVMSKPS Y6, AX
	TESTL     AX, AX
	JNZ       roundPoison
	VDIVSS    X13, X5, X6
	VMOVSS    X6, (DX)
	VUCOMISS  X11, X5
	JEQ       roundZero

	VDIVSS       X5, X13, X6
	VBROADCASTSS X6, Y6
	VMULPS       Y6, Y0, Y0
	VMULPS       Y6, Y1, Y1
	VMULPS       Y6, Y2, Y2
	VMULPS       Y6, Y3, Y3

	// What is beyond 127.5 or NaN becomes 0 (see roundPlain).
	VANDPS     Y15, Y0, Y7
	VCMPPS     $2, Y14, Y7, Y7
	VANDPS     Y7, Y0, Y0
	VANDPS     Y15, Y1, Y7
	VCMPPS     $2, Y14, Y7, Y7
	VANDPS     Y7, Y1, Y1
	VANDPS     Y15, Y2, Y7
	VCMPPS     $2, Y14, Y7, Y7
	VANDPS     Y7, Y2, Y2
	VANDPS     Y15, Y3, Y7
	VCMPPS     $2, Y14, Y7, Y7
	VANDPS     Y7, Y3, Y3
	VCVTPS2DQ  Y0, Y0
	VCVTPS2DQ  Y1, Y1
	VCVTPS2DQ  Y2, Y2
	VCVTPS2DQ  Y3, Y3
	VPACKSSDW  Y1, Y0, Y0
	VPACKSSDW  Y3, Y2, Y2
	VPACKSSWB  Y2, Y0, Y0
	VPERMD     Y0, Y12, Y0
	VMOVDQU    Y0, (DI)
	JMP        roundNext

roundPoison:
	// scale = NaN: any sum of a NaN and a number.
	VPCMPEQD Y6, Y6, Y6
	VMOVSS   X6, (DX)

roundZero:
	VMOVDQU Y11, (DI)

roundNext:
	ADDQ $128, SI
	ADDQ $32, DI
	ADDQ $4, DX
	DECQ CX
	JNZ  roundLoop

roundDone:
	VZEROUPPER
	RET
