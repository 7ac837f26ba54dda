#include "textflag.h"

// AVX2 and AVX-512 twins of encoder_plain.go. Operands are in Go's order: sources first, destination last;
// VFMADD213PS c, t, p is p = p*t + c, and VFMADD231PS m, a, d is d = a*m + d.

// func sumAVX2(x *float32, n int) float32
// n is a multiple of 16: lanes 0 to 7 in Y0, 8 to 15 in Y1. The lanes are added as reduce8 does.
TEXT ·sumAVX2(SB), NOSPLIT, $0-20
	MOVQ   x+0(FP), SI
	MOVQ   n+8(FP), CX
	VXORPS Y0, Y0, Y0
	VXORPS Y1, Y1, Y1
	SHRQ   $4, CX
	JZ     sumDone

sumLoop:
	VADDPS (SI), Y0, Y0
	VADDPS 32(SI), Y1, Y1
	ADDQ   $64, SI
	DECQ   CX
	JNZ    sumLoop

sumDone:
	VADDPS       Y1, Y0, Y0
	VEXTRACTF128 $1, Y0, X1
	VADDPS       X1, X0, X0
	VMOVHLPS     X0, X0, X1
	VADDPS       X1, X0, X0
	VMOVSHDUP    X0, X1
	VADDSS       X1, X0, X0
	VMOVSS       X0, ret+16(FP)
	VZEROUPPER
	RET

// func shiftAVX2(dst, x *float32, n int, s float32)
// n is a multiple of 8.
TEXT ·shiftAVX2(SB), NOSPLIT, $0-28
	MOVQ         dst+0(FP), DI
	MOVQ         x+8(FP), SI
	MOVQ         n+16(FP), CX
	VBROADCASTSS s+24(FP), Y1
	SHRQ         $3, CX
	JZ           shiftDone

shiftLoop:
	VADDPS  (SI), Y1, Y0
	VMOVUPS Y0, (DI)
	ADDQ    $32, SI
	ADDQ    $32, DI
	DECQ    CX
	JNZ     shiftLoop

shiftDone:
	VZEROUPPER
	RET

// func affineAVX2(dst, x, weight, bias *float32, n int, s float32)
// n is a multiple of 8.
TEXT ·affineAVX2(SB), NOSPLIT, $0-44
	MOVQ         dst+0(FP), DI
	MOVQ         x+8(FP), SI
	MOVQ         weight+16(FP), R8
	MOVQ         bias+24(FP), R9
	MOVQ         n+32(FP), CX
	VBROADCASTSS s+40(FP), Y3
	SHRQ         $3, CX
	JZ           affineDone

affineLoop:
	VMULPS      (SI), Y3, Y0
	VMOVUPS     (R9), Y1
	VFMADD231PS (R8), Y0, Y1
	VMOVUPS     Y1, (DI)
	ADDQ        $32, SI
	ADDQ        $32, R8
	ADDQ        $32, R9
	ADDQ        $32, DI
	DECQ        CX
	JNZ         affineLoop

affineDone:
	VZEROUPPER
	RET

// func geluAVX2(x *float32, n int, table *[15][8]float32)
// n is a multiple of 8. Line i of geluTable is at 32·i: the bounds, 1/2, P from 96 and Q from 320, lowest power first.
TEXT ·geluAVX2(SB), NOSPLIT, $0-24
	MOVQ    x+0(FP), SI
	MOVQ    n+8(FP), CX
	MOVQ    table+16(FP), DX
	SHRQ    $3, CX
	JZ      geluDone
	VMOVUPS 0(DX), Y8
	VMOVUPS 32(DX), Y9
	VMOVUPS 64(DX), Y10
	VMOVUPS 288(DX), Y11
	VMOVUPS 448(DX), Y12

geluLoop:
	VMOVUPS     (SI), Y0
	VMINPS      Y8, Y0, Y1
	VMAXPS      Y9, Y1, Y1
	VMULPS      Y1, Y1, Y2
	VMOVAPS     Y11, Y3
	VMOVAPS     Y12, Y4
	VFMADD213PS 256(DX), Y2, Y3
	VFMADD213PS 416(DX), Y2, Y4
	VFMADD213PS 224(DX), Y2, Y3
	VFMADD213PS 384(DX), Y2, Y4
	VFMADD213PS 192(DX), Y2, Y3
	VFMADD213PS 352(DX), Y2, Y4
	VFMADD213PS 160(DX), Y2, Y3
	VFMADD213PS 320(DX), Y2, Y4
	VFMADD213PS 128(DX), Y2, Y3
	VFMADD213PS 96(DX), Y2, Y3
	VMULPS      Y1, Y3, Y3
	VDIVPS      Y4, Y3, Y3
	VADDPS      Y10, Y3, Y3
	VMULPS      Y0, Y3, Y3
	VMOVUPS     Y3, (SI)
	ADDQ        $32, SI
	DECQ        CX
	JNZ         geluLoop

geluDone:
	VZEROUPPER
	RET

// func geluAVX512(x *float32, n int, table *[15][8]float32)
// n is a multiple of 16.
TEXT ·geluAVX512(SB), NOSPLIT, $0-24
	MOVQ         x+0(FP), SI
	MOVQ         n+8(FP), CX
	MOVQ         table+16(FP), DX
	SHRQ         $4, CX
	JZ           wideDone
	VBROADCASTSS 0(DX), Z16
	VBROADCASTSS 32(DX), Z17
	VBROADCASTSS 64(DX), Z18
	VBROADCASTSS 96(DX), Z19
	VBROADCASTSS 128(DX), Z20
	VBROADCASTSS 160(DX), Z21
	VBROADCASTSS 192(DX), Z22
	VBROADCASTSS 224(DX), Z23
	VBROADCASTSS 256(DX), Z24
	VBROADCASTSS 288(DX), Z25
	VBROADCASTSS 320(DX), Z26
	VBROADCASTSS 352(DX), Z27
	VBROADCASTSS 384(DX), Z28
	VBROADCASTSS 416(DX), Z29
	VBROADCASTSS 448(DX), Z30

wideLoop:
	VMOVUPS     (SI), Z0
	VMINPS      Z16, Z0, Z1
	VMAXPS      Z17, Z1, Z1
	VMULPS      Z1, Z1, Z2
	VMOVAPS     Z25, Z3
	VMOVAPS     Z30, Z4
	VFMADD213PS Z24, Z2, Z3
	VFMADD213PS Z29, Z2, Z4
	VFMADD213PS Z23, Z2, Z3
	VFMADD213PS Z28, Z2, Z4
	VFMADD213PS Z22, Z2, Z3
	VFMADD213PS Z27, Z2, Z4
	VFMADD213PS Z21, Z2, Z3
	VFMADD213PS Z26, Z2, Z4
	VFMADD213PS Z20, Z2, Z3
	VFMADD213PS Z19, Z2, Z3
	VMULPS      Z1, Z3, Z3
	VDIVPS      Z4, Z3, Z3
	VADDPS      Z18, Z3, Z3
	VMULPS      Z0, Z3, Z3
	VMOVUPS     Z3, (SI)
	ADDQ        $64, SI
	DECQ        CX
	JNZ         wideLoop

wideDone:
	VZEROUPPER
	RET
