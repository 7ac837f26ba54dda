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

// func topsAVX2(tops, x *float32, groups int)
// Groups of 32, as topsPlain.
TEXT ·topsAVX2(SB), NOSPLIT, $0-24
	MOVQ         tops+0(FP), DX
	MOVQ         x+8(FP), SI
	MOVQ         groups+16(FP), CX
	VBROADCASTSS expConst<>+60(SB), Y15

topsLoop:
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
	JZ        topsFinite
	VPCMPEQD  X5, X5, X5 // NaN: any sum of a NaN and a number

topsFinite:
	VMOVSS X5, (DX)
	ADDQ   $128, SI
	ADDQ   $4, DX
	DECQ   CX
	JNZ    topsLoop
	VZEROUPPER
	RET

// func roundAVX2(q *int8, inverse, x *float32, groups, stride int)
// Groups of 32, as roundPlain.
TEXT ·roundAVX2(SB), NOSPLIT, $0-40
	MOVQ         q+0(FP), DI
	MOVQ         inverse+8(FP), DX
	MOVQ         x+16(FP), SI
	MOVQ         groups+24(FP), CX
	MOVQ         stride+32(FP), BX
	VBROADCASTSS expConst<>+60(SB), Y15
	VBROADCASTSS expConst<>+68(SB), Y14
	VMOVDQU      unpack32<>(SB), Y12

roundLoop:
	VBROADCASTSS (DX), Y6
	VMULPS       (SI), Y6, Y0
	VMULPS       32(SI), Y6, Y1
	VMULPS       64(SI), Y6, Y2
	VMULPS       96(SI), Y6, Y3

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
	ADDQ       $128, SI
	ADDQ       BX, DI
	ADDQ       $4, DX
	DECQ       CX
	JNZ        roundLoop
	VZEROUPPER
	RET

// The small operations; n is a positive multiple of 8.
DATA smallConst<>+0(SB)/4, $0x3fcc422a  // 2·√(2/π), of gegluPlain
DATA smallConst<>+4(SB)/4, $0x3d372713  // 0.044715
DATA smallConst<>+8(SB)/4, $0x40000000 // 2
GLOBL smallConst<>(SB), RODATA, $12

// func topAVX2(x *float32, n int, begin float32) float32
TEXT ·topAVX2(SB), NOSPLIT, $0-28
	MOVQ         x+0(FP), SI
	MOVQ         n+8(FP), CX
	VBROADCASTSS begin+16(FP), Y0
	SHRQ         $3, CX

topLoop:
	VMOVUPS (SI), Y1
	VMAXPS  Y0, Y1, Y0
	ADDQ    $32, SI
	DECQ    CX
	JNZ     topLoop
	VEXTRACTF128 $1, Y0, X1
	VMAXPS       X0, X1, X0
	VMOVHLPS     X0, X0, X1
	VMAXPS       X0, X1, X0
	VMOVSHDUP    X0, X1
	VMAXSS       X0, X1, X0
	VMOVSS       X0, ret+24(FP)
	VZEROUPPER
	RET

// func addAVX2(dst, x *float32, n int)
TEXT ·addAVX2(SB), NOSPLIT, $0-24
	MOVQ dst+0(FP), DI
	MOVQ x+8(FP), SI
	MOVQ n+16(FP), CX
	SHRQ $3, CX

addLoop:
	VMOVUPS (DI), Y0
	VADDPS  (SI), Y0, Y0
	VMOVUPS Y0, (DI)
	ADDQ    $32, SI
	ADDQ    $32, DI
	DECQ    CX
	JNZ     addLoop
	VZEROUPPER
	RET

// func scaleAVX2(x *float32, n int, s float32)
TEXT ·scaleAVX2(SB), NOSPLIT, $0-20
	MOVQ         x+0(FP), DI
	MOVQ         n+8(FP), CX
	VBROADCASTSS s+16(FP), Y1
	SHRQ         $3, CX

scaleLoop:
	VMULPS  (DI), Y1, Y0
	VMOVUPS Y0, (DI)
	ADDQ    $32, DI
	DECQ    CX
	JNZ     scaleLoop
	VZEROUPPER
	RET

// func blendAVX2(dst, x *float32, n int, a, b float32)
TEXT ·blendAVX2(SB), NOSPLIT, $0-32
	MOVQ         dst+0(FP), DI
	MOVQ         x+8(FP), SI
	MOVQ         n+16(FP), CX
	VBROADCASTSS a+24(FP), Y1
	VBROADCASTSS b+28(FP), Y2
	SHRQ         $3, CX

blendLoop:
	VMULPS      (DI), Y1, Y0
	VFMADD231PS (SI), Y2, Y0
	VMOVUPS     Y0, (DI)
	ADDQ        $32, SI
	ADDQ        $32, DI
	DECQ        CX
	JNZ         blendLoop
	VZEROUPPER
	RET

// func normaliseAVX2(dst, x, weight *float32, n int, s float32)
TEXT ·normaliseAVX2(SB), NOSPLIT, $0-36
	MOVQ         dst+0(FP), DI
	MOVQ         x+8(FP), SI
	MOVQ         weight+16(FP), DX
	MOVQ         n+24(FP), CX
	VBROADCASTSS s+32(FP), Y1
	SHRQ         $3, CX

normaliseLoop:
	VMULPS  (SI), Y1, Y0
	VMULPS  (DX), Y0, Y0
	VMOVUPS Y0, (DI)
	ADDQ    $32, SI
	ADDQ    $32, DX
	ADDQ    $32, DI
	DECQ    CX
	JNZ     normaliseLoop
	VZEROUPPER
	RET

// func turnAVX2(lo, hi, cos, sin *float32, n int)
TEXT ·turnAVX2(SB), NOSPLIT, $0-40
	MOVQ lo+0(FP), DI
	MOVQ hi+8(FP), SI
	MOVQ cos+16(FP), AX
	MOVQ sin+24(FP), BX
	MOVQ n+32(FP), CX
	SHRQ $3, CX

turnLoop:
	VMOVUPS (AX), Y0
	VMOVUPS (BX), Y1
	VMOVUPS (DI), Y2
	VMOVUPS (SI), Y3
	VMULPS  Y0, Y2, Y4
	VMULPS  Y1, Y3, Y5
	VSUBPS  Y5, Y4, Y4
	VMULPS  Y0, Y3, Y5
	VMULPS  Y1, Y2, Y6
	VADDPS  Y6, Y5, Y5
	VMOVUPS Y4, (DI)
	VMOVUPS Y5, (SI)
	ADDQ    $32, AX
	ADDQ    $32, BX
	ADDQ    $32, DI
	ADDQ    $32, SI
	DECQ    CX
	JNZ     turnLoop
	VZEROUPPER
	RET

// func turnPairsAVX2(x, cos, sin *float32, n int)
// n pairs, a multiple of 4: (a·c - b·s, b·c + a·s) of each (a, b).
TEXT ·turnPairsAVX2(SB), NOSPLIT, $0-32
	MOVQ x+0(FP), DI
	MOVQ cos+8(FP), AX
	MOVQ sin+16(FP), BX
	MOVQ n+24(FP), CX
	SHRQ $2, CX

turnPairsLoop:
	VMOVUPS     (AX), X0
	VUNPCKHPS   X0, X0, X1
	VUNPCKLPS   X0, X0, X0
	VINSERTF128 $1, X1, Y0, Y0
	VMOVUPS     (BX), X2
	VUNPCKHPS   X2, X2, X3
	VUNPCKLPS   X2, X2, X2
	VINSERTF128 $1, X3, Y2, Y2
	VMOVUPS     (DI), Y4
	VPERMILPS   $0xb1, Y4, Y5
	VMULPS      Y0, Y4, Y4
	VMULPS      Y2, Y5, Y5
	VADDSUBPS   Y5, Y4, Y4
	VMOVUPS     Y4, (DI)
	ADDQ        $16, AX
	ADDQ        $16, BX
	ADDQ        $32, DI
	DECQ        CX
	JNZ         turnPairsLoop
	VZEROUPPER
	RET

// func gegluAVX2(dst, gate, up *float32, n int)
TEXT ·gegluAVX2(SB), NOSPLIT, $0-32
	MOVQ         dst+0(FP), DI
	MOVQ         gate+8(FP), SI
	MOVQ         up+16(FP), DX
	MOVQ         n+24(FP), CX
	VBROADCASTSS expConst<>+56(SB), Y6
	VBROADCASTSS expConst<>+48(SB), Y7
	VBROADCASTSS smallConst<>+0(SB), Y8
	VBROADCASTSS smallConst<>+4(SB), Y9
	SHRQ         $3, CX

gegluLoop:
	VMOVUPS (SI), Y5
	VMULPS  Y5, Y5, Y0
	VMULPS  Y5, Y0, Y0
	VMULPS  Y9, Y0, Y0
	VADDPS  Y0, Y5, Y0
	VMULPS  Y8, Y0, Y0
	VXORPS  Y6, Y0, Y0
	EXP
	VADDPS  Y7, Y0, Y0
	VDIVPS  Y0, Y5, Y0
	VMULPS  (DX), Y0, Y0
	VMOVUPS Y0, (DI)
	ADDQ    $32, SI
	ADDQ    $32, DX
	ADDQ    $32, DI
	DECQ    CX
	JNZ     gegluLoop
	VZEROUPPER
	RET

// func softCapAVX2(x *float32, n int, limit float32)
TEXT ·softCapAVX2(SB), NOSPLIT, $0-20
	MOVQ         x+0(FP), DI
	MOVQ         n+8(FP), CX
	VBROADCASTSS limit+16(FP), Y5
	VBROADCASTSS expConst<>+48(SB), Y7
	VBROADCASTSS smallConst<>+8(SB), Y8
	SHRQ         $3, CX

softCapLoop:
	VMOVUPS (DI), Y0
	VDIVPS  Y5, Y0, Y0
	VMULPS  Y8, Y0, Y0
	EXP
	VADDPS  Y7, Y0, Y0
	VDIVPS  Y0, Y8, Y0
	VSUBPS  Y0, Y7, Y0
	VMULPS  Y5, Y0, Y0
	VMOVUPS Y0, (DI)
	ADDQ    $32, DI
	DECQ    CX
	JNZ     softCapLoop
	VZEROUPPER
	RET
