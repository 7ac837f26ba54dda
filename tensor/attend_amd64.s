#include "textflag.h"

// AVX2 twins of float_plain.go. Operands are in Go's order: sources first, destination last.

// TILE is one of six kernels: rows of a times a panel of sixteen columns, two vectors of sums a row. Rows 0 to 2 begin at
// SI and AX, rows 3 to 5 at R8 and R9; DX and BX are the strides in bytes.
#define TILEARGS \
	MOVQ c+0(FP), AX;   \
	MOVQ cs+8(FP), BX;  \
	MOVQ a+16(FP), SI;  \
	MOVQ as+24(FP), DX; \
	MOVQ b+32(FP), DI;  \
	MOVQ k+40(FP), CX;  \
	SHLQ $2, BX;        \
	SHLQ $2, DX;        \
	LEAQ (DX)(DX*2), R8; \
	ADDQ SI, R8;         \
	LEAQ (BX)(BX*2), R9; \
	ADDQ AX, R9

#define PANELROW \
	VMOVUPS (DI), Y12; \
	VMOVUPS 32(DI), Y13

#define ROW(A, Y0, Y1, T) \
	VBROADCASTSS A, T;         \
	VFMADD231PS  Y12, T, Y0;   \
	VFMADD231PS  Y13, T, Y1

#define NEXT \
	ADDQ $4, SI;  \
	ADDQ $4, R8;  \
	ADDQ $64, DI; \
	DECQ CX

#define ZERO(Y0, Y1) \
	VXORPS Y0, Y0, Y0; \
	VXORPS Y1, Y1, Y1

// func tile1AVX2(c *float32, cs int, a *float32, as int, b *float32, k int, more bool)
TEXT ·tile1AVX2(SB), NOSPLIT, $0-49
	TILEARGS
	CMPB more+48(FP), $0
	JNE  more1
	ZERO(Y0, Y1)
	JMP  loop1

more1:
	VMOVUPS (AX), Y0
	VMOVUPS 32(AX), Y1

loop1:
	PANELROW
	ROW((SI), Y0, Y1, Y14)
	NEXT
	JNZ  loop1

	VMOVUPS Y0, (AX)
	VMOVUPS Y1, 32(AX)
	VZEROUPPER
	RET

// func tile2AVX2(c *float32, cs int, a *float32, as int, b *float32, k int, more bool)
TEXT ·tile2AVX2(SB), NOSPLIT, $0-49
	TILEARGS
	CMPB more+48(FP), $0
	JNE  more2
	ZERO(Y0, Y1)
	ZERO(Y2, Y3)
	JMP  loop2

more2:
	VMOVUPS (AX), Y0
	VMOVUPS 32(AX), Y1
	VMOVUPS (AX)(BX*1), Y2
	VMOVUPS 32(AX)(BX*1), Y3

loop2:
	PANELROW
	ROW((SI), Y0, Y1, Y14)
	ROW((SI)(DX*1), Y2, Y3, Y15)
	NEXT
	JNZ  loop2

	VMOVUPS Y0, (AX)
	VMOVUPS Y1, 32(AX)
	VMOVUPS Y2, (AX)(BX*1)
	VMOVUPS Y3, 32(AX)(BX*1)
	VZEROUPPER
	RET

// func tile3AVX2(c *float32, cs int, a *float32, as int, b *float32, k int, more bool)
TEXT ·tile3AVX2(SB), NOSPLIT, $0-49
	TILEARGS
	CMPB more+48(FP), $0
	JNE  more3
	ZERO(Y0, Y1)
	ZERO(Y2, Y3)
	ZERO(Y4, Y5)
	JMP  loop3

more3:
	VMOVUPS (AX), Y0
	VMOVUPS 32(AX), Y1
	VMOVUPS (AX)(BX*1), Y2
	VMOVUPS 32(AX)(BX*1), Y3
	VMOVUPS (AX)(BX*2), Y4
	VMOVUPS 32(AX)(BX*2), Y5

loop3:
	PANELROW
	ROW((SI), Y0, Y1, Y14)
	ROW((SI)(DX*1), Y2, Y3, Y15)
	ROW((SI)(DX*2), Y4, Y5, Y14)
	NEXT
	JNZ  loop3

	VMOVUPS Y0, (AX)
	VMOVUPS Y1, 32(AX)
	VMOVUPS Y2, (AX)(BX*1)
	VMOVUPS Y3, 32(AX)(BX*1)
	VMOVUPS Y4, (AX)(BX*2)
	VMOVUPS Y5, 32(AX)(BX*2)
	VZEROUPPER
	RET

// func tile4AVX2(c *float32, cs int, a *float32, as int, b *float32, k int, more bool)
TEXT ·tile4AVX2(SB), NOSPLIT, $0-49
	TILEARGS
	CMPB more+48(FP), $0
	JNE  more4
	ZERO(Y0, Y1)
	ZERO(Y2, Y3)
	ZERO(Y4, Y5)
	ZERO(Y6, Y7)
	JMP  loop4

more4:
	VMOVUPS (AX), Y0
	VMOVUPS 32(AX), Y1
	VMOVUPS (AX)(BX*1), Y2
	VMOVUPS 32(AX)(BX*1), Y3
	VMOVUPS (AX)(BX*2), Y4
	VMOVUPS 32(AX)(BX*2), Y5
	VMOVUPS (R9), Y6
	VMOVUPS 32(R9), Y7

loop4:
	PANELROW
	ROW((SI), Y0, Y1, Y14)
	ROW((SI)(DX*1), Y2, Y3, Y15)
	ROW((SI)(DX*2), Y4, Y5, Y14)
	ROW((R8), Y6, Y7, Y15)
	NEXT
	JNZ  loop4

	VMOVUPS Y0, (AX)
	VMOVUPS Y1, 32(AX)
	VMOVUPS Y2, (AX)(BX*1)
	VMOVUPS Y3, 32(AX)(BX*1)
	VMOVUPS Y4, (AX)(BX*2)
	VMOVUPS Y5, 32(AX)(BX*2)
	VMOVUPS Y6, (R9)
	VMOVUPS Y7, 32(R9)
	VZEROUPPER
	RET

// func tile5AVX2(c *float32, cs int, a *float32, as int, b *float32, k int, more bool)
TEXT ·tile5AVX2(SB), NOSPLIT, $0-49
	TILEARGS
	CMPB more+48(FP), $0
	JNE  more5
	ZERO(Y0, Y1)
	ZERO(Y2, Y3)
	ZERO(Y4, Y5)
	ZERO(Y6, Y7)
	ZERO(Y8, Y9)
	JMP  loop5

more5:
	VMOVUPS (AX), Y0
	VMOVUPS 32(AX), Y1
	VMOVUPS (AX)(BX*1), Y2
	VMOVUPS 32(AX)(BX*1), Y3
	VMOVUPS (AX)(BX*2), Y4
	VMOVUPS 32(AX)(BX*2), Y5
	VMOVUPS (R9), Y6
	VMOVUPS 32(R9), Y7
	VMOVUPS (R9)(BX*1), Y8
	VMOVUPS 32(R9)(BX*1), Y9

loop5:
	PANELROW
	ROW((SI), Y0, Y1, Y14)
	ROW((SI)(DX*1), Y2, Y3, Y15)
	ROW((SI)(DX*2), Y4, Y5, Y14)
	ROW((R8), Y6, Y7, Y15)
	ROW((R8)(DX*1), Y8, Y9, Y14)
	NEXT
	JNZ  loop5

	VMOVUPS Y0, (AX)
	VMOVUPS Y1, 32(AX)
	VMOVUPS Y2, (AX)(BX*1)
	VMOVUPS Y3, 32(AX)(BX*1)
	VMOVUPS Y4, (AX)(BX*2)
	VMOVUPS Y5, 32(AX)(BX*2)
	VMOVUPS Y6, (R9)
	VMOVUPS Y7, 32(R9)
	VMOVUPS Y8, (R9)(BX*1)
	VMOVUPS Y9, 32(R9)(BX*1)
	VZEROUPPER
	RET

// func tile6AVX2(c *float32, cs int, a *float32, as int, b *float32, k int, more bool)
TEXT ·tile6AVX2(SB), NOSPLIT, $0-49
	TILEARGS
	CMPB more+48(FP), $0
	JNE  more6
	ZERO(Y0, Y1)
	ZERO(Y2, Y3)
	ZERO(Y4, Y5)
	ZERO(Y6, Y7)
	ZERO(Y8, Y9)
	ZERO(Y10, Y11)
	JMP  loop6

more6:
	VMOVUPS (AX), Y0
	VMOVUPS 32(AX), Y1
	VMOVUPS (AX)(BX*1), Y2
	VMOVUPS 32(AX)(BX*1), Y3
	VMOVUPS (AX)(BX*2), Y4
	VMOVUPS 32(AX)(BX*2), Y5
	VMOVUPS (R9), Y6
	VMOVUPS 32(R9), Y7
	VMOVUPS (R9)(BX*1), Y8
	VMOVUPS 32(R9)(BX*1), Y9
	VMOVUPS (R9)(BX*2), Y10
	VMOVUPS 32(R9)(BX*2), Y11

loop6:
	PANELROW
	ROW((SI), Y0, Y1, Y14)
	ROW((SI)(DX*1), Y2, Y3, Y15)
	ROW((SI)(DX*2), Y4, Y5, Y14)
	ROW((R8), Y6, Y7, Y15)
	ROW((R8)(DX*1), Y8, Y9, Y14)
	ROW((R8)(DX*2), Y10, Y11, Y15)
	NEXT
	JNZ  loop6

	VMOVUPS Y0, (AX)
	VMOVUPS Y1, 32(AX)
	VMOVUPS Y2, (AX)(BX*1)
	VMOVUPS Y3, 32(AX)(BX*1)
	VMOVUPS Y4, (AX)(BX*2)
	VMOVUPS Y5, 32(AX)(BX*2)
	VMOVUPS Y6, (R9)
	VMOVUPS Y7, 32(R9)
	VMOVUPS Y8, (R9)(BX*1)
	VMOVUPS Y9, 32(R9)(BX*1)
	VMOVUPS Y10, (R9)(BX*2)
	VMOVUPS Y11, 32(R9)(BX*2)
	VZEROUPPER
	RET

// func panelFloatsAVX2(dst *float32, src *byte, stride, n int)
TEXT ·panelFloatsAVX2(SB), NOSPLIT, $0-32
	MOVQ dst+0(FP), DI
	MOVQ src+8(FP), SI
	MOVQ stride+16(FP), DX
	MOVQ n+24(FP), CX

panelFloatsAVX2Loop:
	VMOVUPS (SI), Y0
	VMOVUPS 32(SI), Y1
	VMOVUPS Y0, (DI)
	VMOVUPS Y1, 32(DI)
	ADDQ DX, SI
	ADDQ $64, DI
	DECQ CX
	JNZ  panelFloatsAVX2Loop
	VZEROUPPER
	RET

// func panelHalvesAVX2(dst *float32, src *byte, stride, n int)
TEXT ·panelHalvesAVX2(SB), NOSPLIT, $0-32
	MOVQ dst+0(FP), DI
	MOVQ src+8(FP), SI
	MOVQ stride+16(FP), DX
	MOVQ n+24(FP), CX

panelHalvesAVX2Loop:
	VCVTPH2PS (SI), Y0
	VCVTPH2PS 16(SI), Y1
	VMOVUPS   Y0, (DI)
	VMOVUPS   Y1, 32(DI)
	ADDQ DX, SI
	ADDQ $64, DI
	DECQ CX
	JNZ  panelHalvesAVX2Loop
	VZEROUPPER
	RET

// func panelBytesAVX2(dst *float32, src *byte, stride, n int, scale *byte)
TEXT ·panelBytesAVX2(SB), NOSPLIT, $0-40
	MOVQ dst+0(FP), DI
	MOVQ src+8(FP), SI
	MOVQ stride+16(FP), DX
	MOVQ n+24(FP), CX
	MOVQ scale+32(FP), R8
	VCVTPH2PS (R8), Y2
	VCVTPH2PS 16(R8), Y3

panelBytesAVX2Loop:
	VPMOVSXBD (SI), Y0
	VPMOVSXBD 8(SI), Y1
	VCVTDQ2PS Y0, Y0
	VCVTDQ2PS Y1, Y1
	VMULPS    Y2, Y0, Y0
	VMULPS    Y3, Y1, Y1
	VMOVUPS   Y0, (DI)
	VMOVUPS   Y1, 32(DI)
	ADDQ DX, SI
	ADDQ $64, DI
	DECQ CX
	JNZ  panelBytesAVX2Loop
	VZEROUPPER
	RET

// func lineBytesAVX2(dst *float32, src *byte, stride, n int, scale *byte)
TEXT ·lineBytesAVX2(SB), NOSPLIT, $0-40
	MOVQ dst+0(FP), DI
	MOVQ src+8(FP), SI
	MOVQ stride+16(FP), DX
	MOVQ n+24(FP), CX
	MOVQ scale+32(FP), R8

lineBytesAVX2Loop:
	VPBROADCASTW (R8), X2
	VCVTPH2PS    X2, Y2
	VPMOVSXBD    (SI), Y0
	VPMOVSXBD    8(SI), Y1
	VCVTDQ2PS    Y0, Y0
	VCVTDQ2PS    Y1, Y1
	VMULPS       Y2, Y0, Y0
	VMULPS       Y2, Y1, Y1
	VMOVUPS      Y0, (DI)
	VMOVUPS      Y1, 32(DI)
	ADDQ         $2, R8
	ADDQ DX, SI
	ADDQ $64, DI
	DECQ CX
	JNZ  lineBytesAVX2Loop
	VZEROUPPER
	RET

// func panelNibblesAVX2(dst *float32, src *byte, stride, n int, scale, low *byte, shift int)
TEXT ·panelNibblesAVX2(SB), NOSPLIT, $0-56
	MOVQ dst+0(FP), DI
	MOVQ src+8(FP), SI
	MOVQ stride+16(FP), DX
	MOVQ n+24(FP), CX
	MOVQ  scale+32(FP), R8
	MOVQ  low+40(FP), R9
	MOVQ  shift+48(FP), R10
	VMOVQ R10, X6
	VPBROADCASTD nibble<>(SB), Y7
	VCVTPH2PS (R8), Y2
	VCVTPH2PS 16(R8), Y3
	VCVTPH2PS (R9), Y4
	VCVTPH2PS 16(R9), Y5

panelNibblesAVX2Loop:
	VPMOVZXBD    (SI), Y0
	VPMOVZXBD    8(SI), Y1
	VPSRLD       X6, Y0, Y0
	VPSRLD       X6, Y1, Y1
	VPAND        Y7, Y0, Y0
	VPAND        Y7, Y1, Y1
	VCVTDQ2PS    Y0, Y0
	VCVTDQ2PS    Y1, Y1
	VFMADD213PS  Y4, Y2, Y0
	VFMADD213PS  Y5, Y3, Y1
	VMOVUPS      Y0, (DI)
	VMOVUPS      Y1, 32(DI)
	ADDQ DX, SI
	ADDQ $64, DI
	DECQ CX
	JNZ  panelNibblesAVX2Loop
	VZEROUPPER
	RET

// func lineNibblesAVX2(dst *float32, src *byte, stride, n int, scale, low *byte, shift int)
TEXT ·lineNibblesAVX2(SB), NOSPLIT, $0-56
	MOVQ dst+0(FP), DI
	MOVQ src+8(FP), SI
	MOVQ stride+16(FP), DX
	MOVQ n+24(FP), CX
	MOVQ  scale+32(FP), R8
	MOVQ  low+40(FP), R9
	MOVQ  shift+48(FP), R10
	VMOVQ R10, X6
	VPBROADCASTD nibble<>(SB), Y7

lineNibblesAVX2Loop:
	VPBROADCASTW (R8), X2
	VCVTPH2PS    X2, Y2
	VPBROADCASTW (R9), X4
	VCVTPH2PS    X4, Y4
	VPMOVZXBD    (SI), Y0
	VPMOVZXBD    8(SI), Y1
	VPSRLD       X6, Y0, Y0
	VPSRLD       X6, Y1, Y1
	VPAND        Y7, Y0, Y0
	VPAND        Y7, Y1, Y1
	VCVTDQ2PS    Y0, Y0
	VCVTDQ2PS    Y1, Y1
	VFMADD213PS  Y4, Y2, Y0
	VFMADD213PS  Y4, Y2, Y1
	VMOVUPS      Y0, (DI)
	VMOVUPS      Y1, 32(DI)
	ADDQ         $2, R8
	ADDQ         $2, R9
	ADDQ DX, SI
	ADDQ $64, DI
	DECQ CX
	JNZ  lineNibblesAVX2Loop
	VZEROUPPER
	RET

DATA nibble<>+0(SB)/4, $15
GLOBL nibble<>(SB), RODATA, $4

// func askAVX2(p *byte, n int)
TEXT ·askAVX2(SB), NOSPLIT, $0-16
	MOVQ p+0(FP), SI
	MOVQ n+8(FP), CX

askLoop:
	PREFETCHT0 (SI)
	ADDQ       $64, SI
	SUBQ       $64, CX
	JG         askLoop
	RET

// Signs of spreadAVX2: minus in the upper half of each pair, of each four and of each eight lanes.
DATA spreadSign<>+0(SB)/8, $0x8000000000000000
DATA spreadSign<>+8(SB)/8, $0x8000000000000000
DATA spreadSign<>+16(SB)/8, $0x8000000000000000
DATA spreadSign<>+24(SB)/8, $0x8000000000000000
DATA spreadSign<>+32(SB)/8, $0
DATA spreadSign<>+40(SB)/8, $0x8000000080000000
DATA spreadSign<>+48(SB)/8, $0
DATA spreadSign<>+56(SB)/8, $0x8000000080000000
DATA spreadSign<>+64(SB)/8, $0
DATA spreadSign<>+72(SB)/8, $0
DATA spreadSign<>+80(SB)/8, $0x8000000080000000
DATA spreadSign<>+88(SB)/8, $0x8000000080000000
GLOBL spreadSign<>(SB), RODATA, $96

// func spreadAVX2(x *float32, n int)
// One stretch of n, a power of two, at least 8: inside the vectors, then between them.
TEXT ·spreadAVX2(SB), NOSPLIT, $0-16
	MOVQ    x+0(FP), SI
	MOVQ    n+8(FP), CX
	SHLQ    $2, CX              // bytes
	LEAQ    (SI)(CX*1), R8      // the end
	VMOVUPS spreadSign<>+0(SB), Y5
	VMOVUPS spreadSign<>+32(SB), Y6
	VMOVUPS spreadSign<>+64(SB), Y7
	MOVQ    SI, DI

spreadInside:
	VMOVUPS    (DI), Y0
	VPERMILPS  $0xb1, Y0, Y1
	VXORPS     Y5, Y0, Y0
	VADDPS     Y0, Y1, Y0
	VPERMILPS  $0x4e, Y0, Y1
	VXORPS     Y6, Y0, Y0
	VADDPS     Y0, Y1, Y0
	VPERM2F128 $1, Y0, Y0, Y1
	VXORPS     Y7, Y0, Y0
	VADDPS     Y0, Y1, Y0
	VMOVUPS    Y0, (DI)
	ADDQ       $32, DI
	CMPQ       DI, R8
	JB         spreadInside
	MOVQ       $32, BX          // half of a butterfly, in bytes

spreadLevel:
	CMPQ BX, CX
	JAE  spreadDone
	MOVQ SI, DI

spreadGroup:
	LEAQ (DI)(BX*1), R9         // the upper half begins where the lower ends
	MOVQ R9, R10

spreadPair:
	VMOVUPS (DI), Y0
	VMOVUPS (R10), Y1
	VADDPS  Y1, Y0, Y2
	VSUBPS  Y1, Y0, Y3
	VMOVUPS Y2, (DI)
	VMOVUPS Y3, (R10)
	ADDQ    $32, DI
	ADDQ    $32, R10
	CMPQ    DI, R9
	JB      spreadPair
	MOVQ    R10, DI
	CMPQ    DI, R8
	JB      spreadGroup
	SHLQ    $1, BX
	JMP     spreadLevel

spreadDone:
	VZEROUPPER
	RET
