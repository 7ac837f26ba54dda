#include "textflag.h"

// Kernels on panels: eight rows of a quantised weight, interleaved so that one vector holds four consecutive
// columns of all eight rows ([k/4][8][4] int8), with the groups' scales beside it ([groups][8] float32). Four
// activations are broadcast and multiplied with a whole vector; a lane ends up with the integer sum of its
// row. The arithmetic is that of blockPlain.
//
// Registers of every kernel: DI panel, BX scales, SI activations and R9 their factors of token 0, DX and R10
// the strides to the next token, R8 and R11 three times those, CX spans of 32 columns left. Y0-Y3 sums of the
// tokens in float32, Y4-Y7 of the group in integers, Y8 weights, Y9 their magnitudes, Y12 sixteen ones.

#define panel_acc 0
#define panel_panel 8
#define panel_scale 16
#define panel_x 24
#define panel_xf 32
#define panel_spans 40
#define panel_xftride 48
#define panel_fstride 56

#define ENTER \
	MOVQ     a+0(FP), AX; \
	MOVQ     panel_panel(AX), DI; \
	MOVQ     panel_scale(AX), BX; \
	MOVQ     panel_x(AX), SI; \
	MOVQ     panel_xf(AX), R9; \
	MOVQ     panel_spans(AX), CX; \
	MOVQ     panel_xftride(AX), DX; \
	MOVQ     panel_fstride(AX), R10; \
	MOVQ     panel_acc(AX), AX; \
	LEAQ     (DX)(DX*2), R8; \
	LEAQ     (R10)(R10*2), R11; \
	VPCMPEQW Y12, Y12, Y12; \
	VPSRLW   $15, Y12, Y12; \
	VPXOR    Y0, Y0, Y0

#define ENTER4 \
	ENTER; \
	VPXOR Y1, Y1, Y1; \
	VPXOR Y2, Y2, Y2; \
	VPXOR Y3, Y3, Y3

#define CLEAR4 \
	VPXOR Y4, Y4, Y4; \
	VPXOR Y5, Y5, Y5; \
	VPXOR Y6, Y6, Y6; \
	VPXOR Y7, Y7, Y7

// Four columns of one token. VPMADDUBSW wants unsigned times signed, so the weights lend their signs to the
// activations, which are within 127. Pairs of products stay below 2^15 for all types: 2·128·127.
#define SIGNED(x, sum) \
	VPBROADCASTD x, Y10; \
	VPSIGNB      Y8, Y10, Y10; \
	VPMADDUBSW   Y10, Y9, Y10; \
	VPADDW       Y10, sum, sum

// The same for weights that have no sign.
#define UNSIGNED(x, sum) \
	VPBROADCASTD x, Y10; \
	VPMADDUBSW   Y10, Y8, Y10; \
	VPADDW       Y10, sum, sum

// The same for weights whose sums over a group do not fit 16 bits.
#define WIDE(x, sum) \
	VPBROADCASTD x, Y10; \
	VPSIGNB      Y8, Y10, Y10; \
	VPMADDUBSW   Y10, Y9, Y10; \
	VPMADDWD     Y12, Y10, Y10; \
	VPADDD       Y10, sum, sum

#define WEIGHTS(off) \
	VMOVDQU off(DI), Y8; \
	VPABSB  Y8, Y9

#define BARE(off) \
	VMOVDQU off(DI), Y8

// One step of four columns: for one token or four, in each of the three ways.
#define S1(w, x) WEIGHTS(w); SIGNED(x(SI), Y4)
#define U1(w, x) BARE(w); UNSIGNED(x(SI), Y4)
#define W1(w, x) WEIGHTS(w); WIDE(x(SI), Y4)
#define S4(w, x) WEIGHTS(w); SIGNED(x(SI), Y4); SIGNED(x(SI)(DX*1), Y5); SIGNED(x(SI)(DX*2), Y6); SIGNED(x(SI)(R8*1), Y7)
#define U4(w, x) BARE(w); UNSIGNED(x(SI), Y4); UNSIGNED(x(SI)(DX*1), Y5); UNSIGNED(x(SI)(DX*2), Y6); UNSIGNED(x(SI)(R8*1), Y7)
#define W4(w, x) WEIGHTS(w); WIDE(x(SI), Y4); WIDE(x(SI)(DX*1), Y5); WIDE(x(SI)(DX*2), Y6); WIDE(x(SI)(R8*1), Y7)

// The end of a group for one token: pairs of 16-bit sums to 32 bits, then acc += (float(sum)·xf)·ws.
#define TAKE16(xf, sum, acc) \
	VPMADDWD     Y12, sum, sum; \
	TAKE32(xf, sum, acc)

#define TAKE32(xf, sum, acc) \
	VCVTDQ2PS    sum, sum; \
	VBROADCASTSS xf, Y10; \
	VMULPS       Y10, sum, sum; \
	VFMADD231PS  Y13, sum, acc

#define TAKE16x4 \
	TAKE16((R9), Y4, Y0); \
	TAKE16((R9)(R10*1), Y5, Y1); \
	TAKE16((R9)(R10*2), Y6, Y2); \
	TAKE16((R9)(R11*1), Y7, Y3)

#define TAKE32x4 \
	TAKE32((R9), Y4, Y0); \
	TAKE32((R9)(R10*1), Y5, Y1); \
	TAKE32((R9)(R10*2), Y6, Y2); \
	TAKE32((R9)(R11*1), Y7, Y3)

#define NEXT(scales) \
	ADDQ $256, DI; \
	ADDQ $32, SI; \
	ADDQ $4, R9; \
	ADDQ $scales, BX; \
	DECQ CX

#define LEAVE1 \
	VMOVUPS Y0, (AX); \
	VZEROUPPER; \
	RET

#define LEAVE4 \
	VMOVUPS Y0, (AX); \
	VMOVUPS Y1, 32(AX); \
	VMOVUPS Y2, 64(AX); \
	VMOVUPS Y3, 96(AX); \
	VZEROUPPER; \
	RET

// func signed32x1(a *panelArgs): groups of 32, magnitudes up to 16.
TEXT ·signed32x1(SB), NOSPLIT, $0-8
	ENTER

loop:
	VPXOR   Y4, Y4, Y4
	S1(0, 0)
	S1(32, 4)
	S1(64, 8)
	S1(96, 12)
	S1(128, 16)
	S1(160, 20)
	S1(192, 24)
	S1(224, 28)
	VMOVUPS (BX), Y13
	TAKE16((R9), Y4, Y0)
	NEXT(32)
	JNZ     loop
	LEAVE1

// func signed32x4(a *panelArgs)
TEXT ·signed32x4(SB), NOSPLIT, $0-8
	ENTER4

loop:
	CLEAR4
	S4(0, 0)
	S4(32, 4)
	S4(64, 8)
	S4(96, 12)
	S4(128, 16)
	S4(160, 20)
	S4(192, 24)
	S4(224, 28)
	VMOVUPS (BX), Y13
	TAKE16x4
	NEXT(32)
	JNZ     loop
	LEAVE4

// func unsigned32x1(a *panelArgs): groups of 32, weights from 0 to 16.
TEXT ·unsigned32x1(SB), NOSPLIT, $0-8
	ENTER

loop:
	VPXOR   Y4, Y4, Y4
	U1(0, 0)
	U1(32, 4)
	U1(64, 8)
	U1(96, 12)
	U1(128, 16)
	U1(160, 20)
	U1(192, 24)
	U1(224, 28)
	VMOVUPS (BX), Y13
	TAKE16((R9), Y4, Y0)
	NEXT(32)
	JNZ     loop
	LEAVE1

// func unsigned32x4(a *panelArgs)
TEXT ·unsigned32x4(SB), NOSPLIT, $0-8
	ENTER4

loop:
	CLEAR4
	U4(0, 0)
	U4(32, 4)
	U4(64, 8)
	U4(96, 12)
	U4(128, 16)
	U4(160, 20)
	U4(192, 24)
	U4(224, 28)
	VMOVUPS (BX), Y13
	TAKE16x4
	NEXT(32)
	JNZ     loop
	LEAVE4

// func wide32x1(a *panelArgs): groups of 32, any int8.
TEXT ·wide32x1(SB), NOSPLIT, $0-8
	ENTER

loop:
	VPXOR   Y4, Y4, Y4
	W1(0, 0)
	W1(32, 4)
	W1(64, 8)
	W1(96, 12)
	W1(128, 16)
	W1(160, 20)
	W1(192, 24)
	W1(224, 28)
	VMOVUPS (BX), Y13
	TAKE32((R9), Y4, Y0)
	NEXT(32)
	JNZ     loop
	LEAVE1

// func wide32x4(a *panelArgs)
TEXT ·wide32x4(SB), NOSPLIT, $0-8
	ENTER4

loop:
	CLEAR4
	W4(0, 0)
	W4(32, 4)
	W4(64, 8)
	W4(96, 12)
	W4(128, 16)
	W4(160, 20)
	W4(192, 24)
	W4(224, 28)
	VMOVUPS (BX), Y13
	TAKE32x4
	NEXT(32)
	JNZ     loop
	LEAVE4

// func signed16x1(a *panelArgs): groups of 16, magnitudes up to 32; a span is two groups.
TEXT ·signed16x1(SB), NOSPLIT, $0-8
	ENTER

loop:
	VPXOR   Y4, Y4, Y4
	S1(0, 0)
	S1(32, 4)
	S1(64, 8)
	S1(96, 12)
	VMOVUPS (BX), Y13
	TAKE16((R9), Y4, Y0)
	VPXOR   Y4, Y4, Y4
	S1(128, 16)
	S1(160, 20)
	S1(192, 24)
	S1(224, 28)
	VMOVUPS 32(BX), Y13
	TAKE16((R9), Y4, Y0)
	NEXT(64)
	JNZ     loop
	LEAVE1

// func signed16x4(a *panelArgs)
TEXT ·signed16x4(SB), NOSPLIT, $0-8
	ENTER4

loop:
	CLEAR4
	S4(0, 0)
	S4(32, 4)
	S4(64, 8)
	S4(96, 12)
	VMOVUPS (BX), Y13
	TAKE16x4
	CLEAR4
	S4(128, 16)
	S4(160, 20)
	S4(192, 24)
	S4(224, 28)
	VMOVUPS 32(BX), Y13
	TAKE16x4
	NEXT(64)
	JNZ     loop
	LEAVE4

// func minima(acc, min, sums *float32, groups int)
// acc[8] += min[g][8]·sums[g], fused, in order.
TEXT ·minima(SB), NOSPLIT, $0-32
	MOVQ    acc+0(FP), AX
	MOVQ    min+8(FP), BX
	MOVQ    sums+16(FP), SI
	MOVQ    groups+24(FP), CX
	VMOVUPS (AX), Y0

loop:
	VBROADCASTSS (SI), Y1
	VFMADD231PS  (BX), Y1, Y0
	ADDQ         $4, SI
	ADDQ         $32, BX
	DECQ         CX
	JNZ          loop
	VMOVUPS      Y0, (AX)
	VZEROUPPER
	RET

// func addScaled(acc, sums, scale *float32, tokens, stride int)
// acc[t][8] += sums[t][8]·scale of token t, fused; scales are stride bytes apart.
TEXT ·addScaled(SB), NOSPLIT, $0-40
	MOVQ acc+0(FP), AX
	MOVQ sums+8(FP), BX
	MOVQ scale+16(FP), SI
	MOVQ tokens+24(FP), CX
	MOVQ stride+32(FP), DX

loop:
	VBROADCASTSS (SI), Y1
	VMOVUPS      (AX), Y0
	VFMADD231PS  (BX), Y1, Y0
	VMOVUPS      Y0, (AX)
	ADDQ         DX, SI
	ADDQ         $32, AX
	ADDQ         $32, BX
	DECQ         CX
	JNZ          loop
	VZEROUPPER
	RET
