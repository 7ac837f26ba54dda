#include "textflag.h"

// func dotBytesAVX2(dst *int32, rows *byte, x *int8, count, width, n int)
// The twin of dotBytesPlain for the first n of each row's width bytes: n is a multiple of 32, and count is not 0.
TEXT ·dotBytesAVX2(SB), NOSPLIT, $0-48
	MOVQ dst+0(FP), DI
	MOVQ rows+8(FP), SI
	MOVQ x+16(FP), DX
	MOVQ count+24(FP), CX
	MOVQ width+32(FP), R8
	MOVQ n+40(FP), R9

dotBytesRow:
	VPXOR Y0, Y0, Y0
	VPXOR Y1, Y1, Y1
	XORQ  AX, AX

dotBytesLoop:
	VPMOVSXBW (SI)(AX*1), Y2
	VPMOVSXBW (DX)(AX*1), Y3
	VPMOVSXBW 16(SI)(AX*1), Y4
	VPMOVSXBW 16(DX)(AX*1), Y5
	VPMADDWD  Y3, Y2, Y2
	VPMADDWD  Y5, Y4, Y4
	VPADDD    Y2, Y0, Y0
	VPADDD    Y4, Y1, Y1
	ADDQ      $32, AX
	CMPQ      AX, R9
	JLT       dotBytesLoop

	VPADDD       Y1, Y0, Y0
	VEXTRACTI128 $1, Y0, X1
	VPADDD       X1, X0, X0
	VPSHUFD      $0x4e, X0, X1
	VPADDD       X1, X0, X0
	VPSHUFD      $0xb1, X0, X1
	VPADDD       X1, X0, X0
	VMOVD        X0, (DI)
	ADDQ         $4, DI
	ADDQ         R8, SI
	DECQ         CX
	JNZ          dotBytesRow

	VZEROUPPER
	RET
