# Written by the generator from `sha256d/graph.rs` and `sha256d/assembly.rs`: change those, not this.
.globl hashkit_sha256d_plain_two_thirds
.p2align 6
hashkit_sha256d_plain_two_thirds:
vzeroupper
push r12
mov r9, rsi
xor r9, 1
imul r9, r9, 7936
imul rsi, rsi, 7936
lea r9, [rdi + r9 + 16256]
lea rsi, [rdi + rsi + 16256]
lea r10, [rdi + 32768]
lea r11, [rdi + 11136]
lea rcx, [rdi + 14208]
lea rdx, [rdi + 13184]
vmovdqa32 zmm16, zmmword ptr [rdi + 13184]
vmovdqa32 zmm17, zmmword ptr [rdi + 13248]
vmovdqa32 zmm18, zmmword ptr [rdi + 13312]
vmovdqa32 zmm19, zmmword ptr [rdi + 13376]
vmovdqa32 zmm20, zmmword ptr [rdi + 13440]
vmovdqa32 zmm21, zmmword ptr [rdi + 13504]
vmovdqa32 zmm22, zmmword ptr [rdi + 13568]
vmovdqa32 zmm23, zmmword ptr [rdi + 13632]
vpunpckldq zmm24, zmm16, zmm17
vpunpckhdq zmm28, zmm16, zmm17
vpunpckldq zmm25, zmm18, zmm19
vpunpckhdq zmm29, zmm18, zmm19
vpunpckldq zmm26, zmm20, zmm21
vpunpckhdq zmm30, zmm20, zmm21
vpunpckldq zmm27, zmm22, zmm23
vpunpckhdq zmm31, zmm22, zmm23
vpunpcklqdq zmm16, zmm24, zmm25
vpunpckhqdq zmm17, zmm24, zmm25
vpunpcklqdq zmm18, zmm26, zmm27
vpunpckhqdq zmm19, zmm26, zmm27
vpunpcklqdq zmm20, zmm28, zmm29
vpunpckhqdq zmm21, zmm28, zmm29
vpunpcklqdq zmm22, zmm30, zmm31
vpunpckhqdq zmm23, zmm30, zmm31
vshufi32x4 zmm24, zmm16, zmm18, 0x88
vmovdqa32 zmmword ptr [rdi + 10240], zmm24
vshufi32x4 zmm24, zmm16, zmm18, 0xdd
vmovdqa32 zmmword ptr [rdi + 10368], zmm24
vshufi32x4 zmm24, zmm17, zmm19, 0x88
vmovdqa32 zmmword ptr [rdi + 10176], zmm24
vshufi32x4 zmm24, zmm17, zmm19, 0xdd
vmovdqa32 zmmword ptr [rdi + 10304], zmm24
vshufi32x4 zmm24, zmm20, zmm22, 0x88
vmovdqa32 zmmword ptr [rdi + 9984], zmm24
vshufi32x4 zmm24, zmm20, zmm22, 0xdd
vmovdqa32 zmmword ptr [rdi + 10112], zmm24
vshufi32x4 zmm24, zmm21, zmm23, 0x88
vmovdqa32 zmmword ptr [rdi + 9920], zmm24
vshufi32x4 zmm24, zmm21, zmm23, 0xdd
vmovdqa32 zmmword ptr [rdi + 10048], zmm24
vmovdqa32 zmm16, zmmword ptr [rdi + 13696]
vmovdqa32 zmm17, zmmword ptr [rdi + 13760]
vmovdqa32 zmm18, zmmword ptr [rdi + 13824]
vmovdqa32 zmm19, zmmword ptr [rdi + 13888]
vmovdqa32 zmm20, zmmword ptr [rdi + 13952]
vmovdqa32 zmm21, zmmword ptr [rdi + 14016]
vmovdqa32 zmm22, zmmword ptr [rdi + 14080]
vmovdqa32 zmm23, zmmword ptr [rdi + 14144]
vpunpckldq zmm24, zmm16, zmm17
vpunpckhdq zmm28, zmm16, zmm17
vpunpckldq zmm25, zmm18, zmm19
vpunpckhdq zmm29, zmm18, zmm19
vpunpckldq zmm26, zmm20, zmm21
vpunpckhdq zmm30, zmm20, zmm21
vpunpckldq zmm27, zmm22, zmm23
vpunpckhdq zmm31, zmm22, zmm23
vpunpcklqdq zmm16, zmm24, zmm25
vpunpckhqdq zmm17, zmm24, zmm25
vpunpcklqdq zmm18, zmm26, zmm27
vpunpckhqdq zmm19, zmm26, zmm27
vpunpcklqdq zmm20, zmm28, zmm29
vpunpckhqdq zmm21, zmm28, zmm29
vpunpcklqdq zmm22, zmm30, zmm31
vpunpckhqdq zmm23, zmm30, zmm31
vshufi32x4 zmm24, zmm16, zmm18, 0x88
vmovdqa32 zmmword ptr [rdi + 10752], zmm24
vshufi32x4 zmm24, zmm16, zmm18, 0xdd
vmovdqa32 zmmword ptr [rdi + 10880], zmm24
vshufi32x4 zmm24, zmm17, zmm19, 0x88
vmovdqa32 zmmword ptr [rdi + 10688], zmm24
vshufi32x4 zmm24, zmm17, zmm19, 0xdd
vmovdqa32 zmmword ptr [rdi + 10816], zmm24
vshufi32x4 zmm24, zmm20, zmm22, 0x88
vmovdqa32 zmmword ptr [rdi + 10496], zmm24
vshufi32x4 zmm24, zmm20, zmm22, 0xdd
vmovdqa32 zmmword ptr [rdi + 10624], zmm24
vshufi32x4 zmm24, zmm21, zmm23, 0x88
vmovdqa32 zmmword ptr [rdi + 10432], zmm24
vshufi32x4 zmm24, zmm21, zmm23, 0xdd
vmovdqa32 zmmword ptr [rdi + 10560], zmm24
lea r8, [rdi + 9216]
lea r12, [rdi + 192]
mov eax, 3
.p2align 5
2:
vmovdqa32 zmm16, zmmword ptr [r8]
vmovdqa32 zmmword ptr [r12], zmm16
vprord zmm16, zmmword ptr [r8 + 0], 7
vprord zmm17, zmmword ptr [r8 + 0], 18
vpsrld zmm18, zmmword ptr [r8 + 0], 3
movdqa xmm1, xmmword ptr [rcx + 0]
vpternlogd zmm16, zmm17, zmm18, 0x96
vpaddd zmm18, zmm16, dword ptr [rdi + 140]{1to16}
vmovdqa32 zmm17, zmmword ptr [r8 + 0]
vpaddd zmm19, zmm17, dword ptr [rdi + 144]{1to16}
movdqa xmm2, xmmword ptr [rcx + 16]
vprord zmm20, zmm18, 17
vprord zmm21, zmm18, 19
vpsrld zmm22, zmm18, 10
vpternlogd zmm20, zmm21, zmm22, 0x96
movdqa xmm3, xmmword ptr [rcx + 64]
vpaddd zmm22, zmm20, dword ptr [r10 - 492]{1to16}
vprord zmm21, zmm19, 17
vprord zmm23, zmm19, 19
vpsrld zmm24, zmm19, 10
movdqa xmm4, xmmword ptr [rcx + 80]
vpternlogd zmm21, zmm23, zmm24, 0x96
vprord zmm24, zmm22, 17
vprord zmm23, zmm22, 19
vpsrld zmm25, zmm22, 10
vpternlogd zmm24, zmm23, zmm25, 0x96
movq xmm0, qword ptr [rsi + 0]
vpaddd zmm25, zmm24, dword ptr [r10 - 224]{1to16}
vprord zmm23, zmm21, 17
vprord zmm26, zmm21, 19
vpsrld zmm27, zmm21, 10
sha256rnds2 xmm2, xmm1, xmm0
vpternlogd zmm23, zmm26, zmm27, 0x96
vpaddd zmm27, zmm23, dword ptr [rdi + 132]{1to16}
vprord zmm26, zmm25, 17
vprord zmm28, zmm25, 19
movq xmm0, qword ptr [rsi + 8]
vpsrld zmm29, zmm25, 10
vpternlogd zmm26, zmm28, zmm29, 0x96
vpaddd zmm29, zmm26, dword ptr [rdi + 136]{1to16}
vprord zmm28, zmm27, 17
sha256rnds2 xmm4, xmm3, xmm0
vprord zmm30, zmm27, 19
vpsrld zmm31, zmm27, 10
vpternlogd zmm28, zmm30, zmm31, 0x96
vpaddd zmm28, zmm18, zmm28
vprord zmm31, zmm29, 17
movq xmm0, qword ptr [rsi + 256]
vprord zmm30, zmm29, 19
vmovdqa32 zmmword ptr [r11 + 0], zmm24
vpsrld zmm24, zmm29, 10
vpternlogd zmm31, zmm30, zmm24, 0x96
sha256rnds2 xmm1, xmm2, xmm0
vpaddd zmm31, zmm19, zmm31
vprord zmm24, zmm28, 17
vprord zmm30, zmm28, 19
vmovdqa32 zmmword ptr [r11 + 64], zmm20
movq xmm0, qword ptr [rsi + 264]
vpsrld zmm20, zmm28, 10
vpternlogd zmm24, zmm30, zmm20, 0x96
vpaddd zmm24, zmm22, zmm24
vprord zmm20, zmm31, 17
sha256rnds2 xmm3, xmm4, xmm0
vprord zmm30, zmm31, 19
vpsrld zmm17, zmm31, 10
vpternlogd zmm20, zmm30, zmm17, 0x96
vpaddd zmm20, zmm21, zmm20
vprord zmm17, zmm24, 17
movq xmm0, qword ptr [rsi + 512]
vprord zmm30, zmm24, 19
vmovdqa32 zmmword ptr [r11 + 128], zmm16
vpsrld zmm16, zmm24, 10
vpternlogd zmm17, zmm30, zmm16, 0x96
sha256rnds2 xmm2, xmm1, xmm0
vpaddd zmm17, zmm25, zmm17
vprord zmm16, zmm20, 17
vprord zmm30, zmm20, 19
vmovdqa32 zmmword ptr [r11 + 192], zmm29
movq xmm0, qword ptr [rsi + 520]
vpsrld zmm29, zmm20, 10
vpternlogd zmm16, zmm30, zmm29, 0x96
vpaddd zmm29, zmm23, dword ptr [rdi + 148]{1to16}
vpaddd zmm16, zmm29, zmm16
sha256rnds2 xmm4, xmm3, xmm0
vprord zmm29, zmm17, 17
vprord zmm30, zmm17, 19
vmovdqa32 zmmword ptr [r11 + 256], zmm23
vpsrld zmm23, zmm17, 10
movq xmm0, qword ptr [rsi + 768]
vpternlogd zmm29, zmm30, zmm23, 0x96
vpaddd zmm23, zmm26, dword ptr [rdi + 152]{1to16}
vpaddd zmm29, zmm23, zmm29
vprord zmm23, zmm16, 17
vprord zmm30, zmm16, 19
sha256rnds2 xmm1, xmm2, xmm0
vmovdqa32 zmmword ptr [r11 + 320], zmm26
vpsrld zmm26, zmm16, 10
vpternlogd zmm23, zmm30, zmm26, 0x96
vpaddd zmm26, zmm28, dword ptr [rdi + 156]{1to16}
movq xmm0, qword ptr [rsi + 776]
vpaddd zmm23, zmm26, zmm23
vprord zmm26, zmm18, 7
vprord zmm30, zmm18, 18
vmovdqa32 zmmword ptr [r11 + 384], zmm28
sha256rnds2 xmm3, xmm4, xmm0
vpsrld zmm28, zmm18, 3
vpternlogd zmm26, zmm30, zmm28, 0x96
vprord zmm28, zmm29, 17
vprord zmm30, zmm29, 19
movq xmm0, qword ptr [rsi + 1024]
vmovdqa32 zmmword ptr [r11 + 448], zmm27
vpsrld zmm27, zmm29, 10
vpternlogd zmm28, zmm30, zmm27, 0x96
vpaddd zmm27, zmm31, dword ptr [rdi + 136]{1to16}
vpaddd zmm26, zmm27, zmm26
sha256rnds2 xmm2, xmm1, xmm0
vpaddd zmm28, zmm26, zmm28
vprord zmm26, zmm19, 7
vprord zmm27, zmm19, 18
vpsrld zmm30, zmm19, 3
movq xmm0, qword ptr [rsi + 1032]
vpternlogd zmm26, zmm27, zmm30, 0x96
vprord zmm30, zmm23, 17
vprord zmm27, zmm23, 19
vmovdqa32 zmmword ptr [r11 + 512], zmm31
sha256rnds2 xmm4, xmm3, xmm0
vpsrld zmm31, zmm23, 10
vpternlogd zmm30, zmm27, zmm31, 0x96
vpaddd zmm18, zmm18, zmm24
vpaddd zmm26, zmm18, zmm26
movq xmm0, qword ptr [rsi + 1280]
vpaddd zmm30, zmm26, zmm30
vprord zmm26, zmm22, 7
vprord zmm18, zmm22, 18
vpsrld zmm31, zmm22, 3
vpternlogd zmm26, zmm18, zmm31, 0x96
sha256rnds2 xmm1, xmm2, xmm0
vprord zmm31, zmm28, 17
vprord zmm18, zmm28, 19
vpsrld zmm27, zmm28, 10
vpternlogd zmm31, zmm18, zmm27, 0x96
movq xmm0, qword ptr [rsi + 1288]
vpaddd zmm19, zmm19, zmm20
vpaddd zmm26, zmm19, zmm26
vpaddd zmm31, zmm26, zmm31
vprord zmm26, zmm21, 7
sha256rnds2 xmm3, xmm4, xmm0
vprord zmm19, zmm21, 18
vpsrld zmm27, zmm21, 3
vpternlogd zmm26, zmm19, zmm27, 0x96
vprord zmm27, zmm30, 17
movq xmm0, qword ptr [rsi + 1536]
vprord zmm19, zmm30, 19
vpsrld zmm18, zmm30, 10
vpternlogd zmm27, zmm19, zmm18, 0x96
vpaddd zmm22, zmm22, zmm17
vpaddd zmm26, zmm22, zmm26
sha256rnds2 xmm2, xmm1, xmm0
vpaddd zmm27, zmm26, zmm27
vprord zmm26, zmm25, 7
vprord zmm22, zmm25, 18
vpsrld zmm18, zmm25, 3
movq xmm0, qword ptr [rsi + 1544]
vpternlogd zmm26, zmm22, zmm18, 0x96
vprord zmm18, zmm31, 17
vprord zmm22, zmm31, 19
vpsrld zmm19, zmm31, 10
sha256rnds2 xmm4, xmm3, xmm0
vpternlogd zmm18, zmm22, zmm19, 0x96
vpaddd zmm19, zmm21, zmm16
vpaddd zmm26, zmm19, zmm26
vpaddd zmm18, zmm26, zmm18
movq xmm0, qword ptr [rsi + 1792]
vprord zmm26, zmmword ptr [r11 + 448], 7
vprord zmm19, zmmword ptr [r11 + 448], 18
vpsrld zmm22, zmmword ptr [r11 + 448], 3
vpternlogd zmm26, zmm19, zmm22, 0x96
sha256rnds2 xmm1, xmm2, xmm0
vprord zmm22, zmm27, 17
vprord zmm19, zmm27, 19
vmovdqa32 zmmword ptr [r11 + 576], zmm21
vpsrld zmm21, zmm27, 10
vpternlogd zmm22, zmm19, zmm21, 0x96
movq xmm0, qword ptr [rsi + 1800]
vpaddd zmm25, zmm25, zmm29
vpaddd zmm26, zmm25, zmm26
vpaddd zmm22, zmm26, zmm22
vprord zmm26, zmmword ptr [r11 + 192], 7
sha256rnds2 xmm3, xmm4, xmm0
vprord zmm25, zmmword ptr [r11 + 192], 18
vpsrld zmm21, zmmword ptr [r11 + 192], 3
vpternlogd zmm26, zmm25, zmm21, 0x96
vprord zmm21, zmm18, 17
movq xmm0, qword ptr [rsi + 2048]
vprord zmm25, zmm18, 19
vpsrld zmm19, zmm18, 10
vpternlogd zmm21, zmm25, zmm19, 0x96
vpaddd zmm19, zmm23, zmmword ptr [r11 + 448]
sha256rnds2 xmm2, xmm1, xmm0
vpaddd zmm26, zmm19, zmm26
vpaddd zmm21, zmm26, zmm21
vprord zmm26, zmmword ptr [r11 + 384], 7
vprord zmm19, zmmword ptr [r11 + 384], 18
vpsrld zmm25, zmmword ptr [r11 + 384], 3
movq xmm0, qword ptr [rsi + 2056]
vpternlogd zmm26, zmm19, zmm25, 0x96
vprord zmm25, zmm22, 17
vprord zmm19, zmm22, 19
vmovdqa32 zmmword ptr [r11 + 448], zmm23
sha256rnds2 xmm4, xmm3, xmm0
vpsrld zmm23, zmm22, 10
vpternlogd zmm25, zmm19, zmm23, 0x96
vpaddd zmm23, zmm28, zmmword ptr [r11 + 192]
vpaddd zmm26, zmm23, zmm26
movq xmm0, qword ptr [rsi + 2304]
vpaddd zmm25, zmm26, zmm25
vprord zmm26, zmmword ptr [r11 + 512], 7
vprord zmm23, zmmword ptr [r11 + 512], 18
vpsrld zmm19, zmmword ptr [r11 + 512], 3
sha256rnds2 xmm1, xmm2, xmm0
vpternlogd zmm26, zmm23, zmm19, 0x96
vprord zmm19, zmm21, 17
vprord zmm23, zmm21, 19
vmovdqa32 zmmword ptr [r11 + 192], zmm28
vpsrld zmm28, zmm21, 10
movq xmm0, qword ptr [rsi + 2312]
vpternlogd zmm19, zmm23, zmm28, 0x96
vpaddd zmm28, zmm30, zmmword ptr [r11 + 384]
vpaddd zmm26, zmm28, zmm26
vpaddd zmm19, zmm26, zmm19
sha256rnds2 xmm3, xmm4, xmm0
vprord zmm26, zmm24, 7
vprord zmm28, zmm24, 18
vpsrld zmm23, zmm24, 3
vpternlogd zmm26, zmm28, zmm23, 0x96
movq xmm0, qword ptr [rsi + 2560]
vprord zmm23, zmm25, 17
vprord zmm28, zmm25, 19
vmovdqa32 zmmword ptr [r11 + 640], zmm30
vpsrld zmm30, zmm25, 10
sha256rnds2 xmm2, xmm1, xmm0
vpternlogd zmm23, zmm28, zmm30, 0x96
vpaddd zmm30, zmm31, zmmword ptr [r11 + 512]
vpaddd zmm26, zmm30, zmm26
vpaddd zmm23, zmm26, zmm23
vprord zmm26, zmm20, 7
movq xmm0, qword ptr [rsi + 2568]
vprord zmm30, zmm20, 18
vpsrld zmm28, zmm20, 3
vpternlogd zmm26, zmm30, zmm28, 0x96
vprord zmm28, zmm19, 17
sha256rnds2 xmm4, xmm3, xmm0
vprord zmm30, zmm19, 19
vmovdqa32 zmmword ptr [r11 + 704], zmm31
vpsrld zmm31, zmm19, 10
vpternlogd zmm28, zmm30, zmm31, 0x96
movq xmm0, qword ptr [rsi + 2816]
vpaddd zmm31, zmm24, zmm27
vpaddd zmm26, zmm31, zmm26
vpaddd zmm28, zmm26, zmm28
vprord zmm26, zmm17, 7
sha256rnds2 xmm1, xmm2, xmm0
vprord zmm31, zmm17, 18
vpsrld zmm30, zmm17, 3
vpternlogd zmm26, zmm31, zmm30, 0x96
vprord zmm30, zmm23, 17
movq xmm0, qword ptr [rsi + 2824]
vprord zmm31, zmm23, 19
vmovdqa32 zmmword ptr [r11 + 768], zmm24
vpsrld zmm24, zmm23, 10
vpternlogd zmm30, zmm31, zmm24, 0x96
vpaddd zmm24, zmm20, zmm18
sha256rnds2 xmm3, xmm4, xmm0
vpaddd zmm26, zmm24, zmm26
vpaddd zmm30, zmm26, zmm30
vprord zmm26, zmm16, 7
vprord zmm24, zmm16, 18
movq xmm0, qword ptr [rsi + 3072]
vpsrld zmm31, zmm16, 3
vpternlogd zmm26, zmm24, zmm31, 0x96
vprord zmm31, zmm28, 17
vprord zmm24, zmm28, 19
sha256rnds2 xmm2, xmm1, xmm0
vmovdqa32 zmmword ptr [r11 + 832], zmm20
vpsrld zmm20, zmm28, 10
vpternlogd zmm31, zmm24, zmm20, 0x96
vpaddd zmm20, zmm17, zmm22
movq xmm0, qword ptr [rsi + 3080]
vpaddd zmm26, zmm20, zmm26
vpaddd zmm31, zmm26, zmm31
vprord zmm26, zmm29, 7
vprord zmm20, zmm29, 18
vpsrld zmm24, zmm29, 3
sha256rnds2 xmm4, xmm3, xmm0
vpternlogd zmm26, zmm20, zmm24, 0x96
vprord zmm24, zmm30, 17
vprord zmm20, zmm30, 19
vmovdqa32 zmmword ptr [r11 + 896], zmm17
movq xmm0, qword ptr [rsi + 3328]
vpsrld zmm17, zmm30, 10
vpternlogd zmm24, zmm20, zmm17, 0x96
vpaddd zmm17, zmm16, zmm21
vpaddd zmm26, zmm17, zmm26
sha256rnds2 xmm1, xmm2, xmm0
vpaddd zmm24, zmm26, zmm24
vprord zmm26, zmmword ptr [r11 + 448], 7
vprord zmm17, zmmword ptr [r11 + 448], 18
vpsrld zmm20, zmmword ptr [r11 + 448], 3
movq xmm0, qword ptr [rsi + 3336]
vpternlogd zmm26, zmm17, zmm20, 0x96
vprord zmm20, zmm31, 17
vprord zmm17, zmm31, 19
vmovdqa32 zmmword ptr [r11 + 960], zmm16
vpsrld zmm16, zmm31, 10
sha256rnds2 xmm3, xmm4, xmm0
vpternlogd zmm20, zmm17, zmm16, 0x96
vpaddd zmm16, zmm29, zmm25
vpaddd zmm26, zmm16, zmm26
vpaddd zmm20, zmm26, zmm20
movq xmm0, qword ptr [rsi + 3584]
vprord zmm26, zmmword ptr [r11 + 192], 7
vprord zmm16, zmmword ptr [r11 + 192], 18
vpsrld zmm17, zmmword ptr [r11 + 192], 3
vpternlogd zmm26, zmm16, zmm17, 0x96
sha256rnds2 xmm2, xmm1, xmm0
vprord zmm17, zmm24, 17
vprord zmm16, zmm24, 19
vmovdqa32 zmmword ptr [r11 + 1024], zmm29
vpsrld zmm29, zmm24, 10
movq xmm0, qword ptr [rsi + 3592]
vpternlogd zmm17, zmm16, zmm29, 0x96
vpaddd zmm29, zmm19, zmmword ptr [r11 + 448]
vpaddd zmm26, zmm29, zmm26
vpaddd zmm17, zmm26, zmm17
vprord zmm26, zmmword ptr [r11 + 640], 7
sha256rnds2 xmm4, xmm3, xmm0
vprord zmm29, zmmword ptr [r11 + 640], 18
vpsrld zmm16, zmmword ptr [r11 + 640], 3
vpternlogd zmm26, zmm29, zmm16, 0x96
vprord zmm16, zmm20, 17
movq xmm0, qword ptr [rsi + 3840]
vprord zmm29, zmm20, 19
vmovdqa32 zmmword ptr [r11 + 1088], zmm19
vpsrld zmm19, zmm20, 10
vpternlogd zmm16, zmm29, zmm19, 0x96
sha256rnds2 xmm1, xmm2, xmm0
vpaddd zmm19, zmm23, zmmword ptr [r11 + 192]
vpaddd zmm26, zmm19, zmm26
vpaddd zmm16, zmm26, zmm16
vprord zmm26, zmmword ptr [r11 + 704], 7
movq xmm0, qword ptr [rsi + 3848]
vprord zmm19, zmmword ptr [r11 + 704], 18
vpsrld zmm29, zmmword ptr [r11 + 704], 3
vpternlogd zmm26, zmm19, zmm29, 0x96
vprord zmm29, zmm17, 17
sha256rnds2 xmm3, xmm4, xmm0
vprord zmm19, zmm17, 19
vmovdqa32 zmmword ptr [r11 + 1152], zmm23
vpsrld zmm23, zmm17, 10
vpternlogd zmm29, zmm19, zmm23, 0x96
vpaddd zmm23, zmm28, zmmword ptr [r11 + 640]
movq xmm0, qword ptr [rsi + 4096]
vpaddd zmm26, zmm23, zmm26
vpaddd zmm29, zmm26, zmm29
vprord zmm26, zmm27, 7
vprord zmm23, zmm27, 18
sha256rnds2 xmm2, xmm1, xmm0
vpsrld zmm19, zmm27, 3
vpternlogd zmm26, zmm23, zmm19, 0x96
vprord zmm19, zmm16, 17
vprord zmm23, zmm16, 19
movq xmm0, qword ptr [rsi + 4104]
vmovdqa32 zmmword ptr [r11 + 1216], zmm28
vpsrld zmm28, zmm16, 10
vpternlogd zmm19, zmm23, zmm28, 0x96
vpaddd zmm28, zmm30, zmmword ptr [r11 + 704]
sha256rnds2 xmm4, xmm3, xmm0
vpaddd zmm26, zmm28, zmm26
vpaddd zmm19, zmm26, zmm19
vprord zmm26, zmm18, 7
vprord zmm28, zmm18, 18
vpsrld zmm23, zmm18, 3
movq xmm0, qword ptr [rsi + 4352]
vpternlogd zmm26, zmm28, zmm23, 0x96
vprord zmm23, zmm29, 17
vprord zmm28, zmm29, 19
vmovdqa32 zmmword ptr [r11 + 1280], zmm30
sha256rnds2 xmm1, xmm2, xmm0
vpsrld zmm30, zmm29, 10
vpternlogd zmm23, zmm28, zmm30, 0x96
vpaddd zmm30, zmm27, zmm31
vpaddd zmm26, zmm30, zmm26
movq xmm0, qword ptr [rsi + 4360]
vpaddd zmm23, zmm26, zmm23
vprord zmm26, zmm22, 7
vprord zmm30, zmm22, 18
vpsrld zmm28, zmm22, 3
sha256rnds2 xmm3, xmm4, xmm0
vpternlogd zmm26, zmm30, zmm28, 0x96
vprord zmm28, zmm19, 17
vprord zmm30, zmm19, 19
vmovdqa32 zmmword ptr [r11 + 1344], zmm27
vpsrld zmm27, zmm19, 10
movq xmm0, qword ptr [rsi + 4608]
vpternlogd zmm28, zmm30, zmm27, 0x96
vpaddd zmm27, zmm18, zmm24
vpaddd zmm26, zmm27, zmm26
vpaddd zmm28, zmm26, zmm28
sha256rnds2 xmm2, xmm1, xmm0
vprord zmm26, zmm21, 7
vprord zmm27, zmm21, 18
vpsrld zmm30, zmm21, 3
vpternlogd zmm26, zmm27, zmm30, 0x96
movq xmm0, qword ptr [rsi + 4616]
vprord zmm30, zmm23, 17
vprord zmm27, zmm23, 19
vmovdqa32 zmmword ptr [r11 + 1408], zmm18
vpsrld zmm18, zmm23, 10
sha256rnds2 xmm4, xmm3, xmm0
vpternlogd zmm30, zmm27, zmm18, 0x96
vpaddd zmm18, zmm22, zmm20
vpaddd zmm26, zmm18, zmm26
vpaddd zmm30, zmm26, zmm30
vprord zmm26, zmm25, 7
movq xmm0, qword ptr [rsi + 4864]
vprord zmm18, zmm25, 18
vpsrld zmm27, zmm25, 3
vpternlogd zmm26, zmm18, zmm27, 0x96
vprord zmm27, zmm28, 17
sha256rnds2 xmm1, xmm2, xmm0
vprord zmm18, zmm28, 19
vmovdqa32 zmmword ptr [r11 + 1472], zmm22
vpsrld zmm22, zmm28, 10
vpternlogd zmm27, zmm18, zmm22, 0x96
movq xmm0, qword ptr [rsi + 4872]
vpaddd zmm22, zmm21, zmm17
vpaddd zmm26, zmm22, zmm26
vpaddd zmm27, zmm26, zmm27
vprord zmm26, zmmword ptr [r11 + 1088], 7
sha256rnds2 xmm3, xmm4, xmm0
vprord zmm22, zmmword ptr [r11 + 1088], 18
vpsrld zmm18, zmmword ptr [r11 + 1088], 3
vpternlogd zmm26, zmm22, zmm18, 0x96
vprord zmm18, zmm30, 17
movq xmm0, qword ptr [rsi + 5120]
vprord zmm22, zmm30, 19
vmovdqa32 zmmword ptr [r11 + 1536], zmm21
vpsrld zmm21, zmm30, 10
vpternlogd zmm18, zmm22, zmm21, 0x96
vpaddd zmm21, zmm25, zmm16
sha256rnds2 xmm2, xmm1, xmm0
vpaddd zmm26, zmm21, zmm26
vpaddd zmm18, zmm26, zmm18
vprord zmm26, zmmword ptr [r11 + 1152], 7
vprord zmm21, zmmword ptr [r11 + 1152], 18
movq xmm0, qword ptr [rsi + 5128]
vpsrld zmm22, zmmword ptr [r11 + 1152], 3
vpternlogd zmm26, zmm21, zmm22, 0x96
vprord zmm22, zmm27, 17
vprord zmm21, zmm27, 19
sha256rnds2 xmm4, xmm3, xmm0
vmovdqa32 zmmword ptr [r11 + 1600], zmm16
vpsrld zmm16, zmm27, 10
vpternlogd zmm22, zmm21, zmm16, 0x96
vpaddd zmm16, zmm29, zmmword ptr [r11 + 1088]
movq xmm0, qword ptr [rsi + 5376]
vpaddd zmm26, zmm16, zmm26
vpaddd zmm22, zmm26, zmm22
vprord zmm26, zmmword ptr [r11 + 1216], 7
vprord zmm16, zmmword ptr [r11 + 1216], 18
vpsrld zmm21, zmmword ptr [r11 + 1216], 3
sha256rnds2 xmm1, xmm2, xmm0
vpternlogd zmm26, zmm16, zmm21, 0x96
vprord zmm21, zmm18, 17
vprord zmm16, zmm18, 19
vmovdqa32 zmmword ptr [r11 + 1664], zmm29
movq xmm0, qword ptr [rsi + 5384]
vpsrld zmm29, zmm18, 10
vpternlogd zmm21, zmm16, zmm29, 0x96
vpaddd zmm29, zmm19, zmmword ptr [r11 + 1152]
vpaddd zmm26, zmm29, zmm26
sha256rnds2 xmm3, xmm4, xmm0
vpaddd zmm21, zmm26, zmm21
vprord zmm26, zmmword ptr [r11 + 1280], 7
vprord zmm29, zmmword ptr [r11 + 1280], 18
vpsrld zmm16, zmmword ptr [r11 + 1280], 3
movq xmm0, qword ptr [rsi + 5632]
vpternlogd zmm26, zmm29, zmm16, 0x96
vprord zmm16, zmm22, 17
vprord zmm29, zmm22, 19
vmovdqa32 zmmword ptr [r11 + 1728], zmm19
vpsrld zmm19, zmm22, 10
sha256rnds2 xmm2, xmm1, xmm0
vpternlogd zmm16, zmm29, zmm19, 0x96
vpaddd zmm19, zmm23, zmmword ptr [r11 + 1216]
vpaddd zmm26, zmm19, zmm26
vpaddd zmm16, zmm26, zmm16
movq xmm0, qword ptr [rsi + 5640]
vprord zmm26, zmm31, 7
vprord zmm19, zmm31, 18
vpsrld zmm29, zmm31, 3
vpternlogd zmm26, zmm19, zmm29, 0x96
sha256rnds2 xmm4, xmm3, xmm0
vprord zmm29, zmm21, 17
vprord zmm19, zmm21, 19
vmovdqa32 zmmword ptr [r11 + 1792], zmm22
vpsrld zmm22, zmm21, 10
movq xmm0, qword ptr [rsi + 5888]
vpternlogd zmm29, zmm19, zmm22, 0x96
vpaddd zmm22, zmm28, zmmword ptr [r11 + 1280]
vpaddd zmm26, zmm22, zmm26
vpaddd zmm29, zmm26, zmm29
vprord zmm26, zmm24, 7
sha256rnds2 xmm1, xmm2, xmm0
vprord zmm22, zmm24, 18
vpsrld zmm19, zmm24, 3
vpternlogd zmm26, zmm22, zmm19, 0x96
vprord zmm19, zmm16, 17
movq xmm0, qword ptr [rsi + 5896]
vprord zmm22, zmm16, 19
vmovdqa32 zmmword ptr [r11 + 1856], zmm21
vpsrld zmm21, zmm16, 10
vpternlogd zmm19, zmm22, zmm21, 0x96
sha256rnds2 xmm3, xmm4, xmm0
vpaddd zmm21, zmm31, zmm30
vpaddd zmm26, zmm21, zmm26
vpaddd zmm19, zmm26, zmm19
vprord zmm26, zmm20, 7
movq xmm0, qword ptr [rsi + 6144]
vprord zmm21, zmm20, 18
vpsrld zmm22, zmm20, 3
vpternlogd zmm26, zmm21, zmm22, 0x96
vprord zmm22, zmm29, 17
sha256rnds2 xmm2, xmm1, xmm0
vprord zmm21, zmm29, 19
vmovdqa32 zmmword ptr [r11 + 1920], zmm16
vpsrld zmm16, zmm29, 10
vpternlogd zmm22, zmm21, zmm16, 0x96
vpaddd zmm16, zmm24, zmm27
movq xmm0, qword ptr [rsi + 6152]
vpaddd zmm26, zmm16, zmm26
vpaddd zmm22, zmm26, zmm22
vprord zmm26, zmm17, 7
vprord zmm16, zmm17, 18
sha256rnds2 xmm4, xmm3, xmm0
vpsrld zmm21, zmm17, 3
vpternlogd zmm26, zmm16, zmm21, 0x96
vprord zmm21, zmm19, 17
vprord zmm16, zmm19, 19
movq xmm0, qword ptr [rsi + 6400]
vmovdqa32 zmmword ptr [r11 + 1984], zmm22
vpsrld zmm22, zmm19, 10
vpternlogd zmm21, zmm16, zmm22, 0x96
vpaddd zmm22, zmm20, zmm18
sha256rnds2 xmm1, xmm2, xmm0
vpaddd zmm26, zmm22, zmm26
vpaddd zmm21, zmm26, zmm21
vmovdqa32 zmm26, zmmword ptr [r11 + 128]
vpaddd zmm26, zmm26, dword ptr [rdi + 160]{1to16}
vmovdqa32 zmmword ptr [r12 + 64], zmm26
movq xmm0, qword ptr [rsi + 6408]
vmovdqa32 zmm26, zmmword ptr [r8 + 0]
vpaddd zmm26, zmm26, dword ptr [rdi + 164]{1to16}
vmovdqa32 zmmword ptr [r12 + 128], zmm26
vmovdqa32 zmm26, zmmword ptr [r11 + 64]
sha256rnds2 xmm3, xmm4, xmm0
vpaddd zmm26, zmm26, dword ptr [r10 - 220]{1to16}
vmovdqa32 zmmword ptr [r12 + 192], zmm26
vmovdqa32 zmm26, zmmword ptr [r11 + 576]
vpaddd zmm26, zmm26, dword ptr [r10 - 452]{1to16}
movq xmm0, qword ptr [rsi + 6656]
vmovdqa32 zmmword ptr [r12 + 256], zmm26
vmovdqa32 zmm26, zmmword ptr [r11 + 0]
vpaddd zmm26, zmm26, dword ptr [r10 - 216]{1to16}
vmovdqa32 zmmword ptr [r12 + 320], zmm26
sha256rnds2 xmm2, xmm1, xmm0
vmovdqa32 zmm26, zmmword ptr [r11 + 256]
vpaddd zmm26, zmm26, dword ptr [rdi + 168]{1to16}
vmovdqa32 zmmword ptr [r12 + 384], zmm26
vmovdqa32 zmm26, zmmword ptr [r11 + 320]
vpaddd zmm26, zmm26, dword ptr [rdi + 172]{1to16}
movq xmm0, qword ptr [rsi + 6664]
vmovdqa32 zmmword ptr [r12 + 448], zmm26
vmovdqa32 zmm26, zmmword ptr [r11 + 384]
vpaddd zmm26, zmm26, dword ptr [r10 - 436]{1to16}
vmovdqa32 zmmword ptr [r12 + 512], zmm26
sha256rnds2 xmm4, xmm3, xmm0
vmovdqa32 zmm26, zmmword ptr [r11 + 512]
vpaddd zmm26, zmm26, dword ptr [r10 - 432]{1to16}
vmovdqa32 zmmword ptr [r12 + 576], zmm26
vmovdqa32 zmm26, zmmword ptr [r11 + 768]
movq xmm0, qword ptr [rsi + 6912]
vpaddd zmm26, zmm26, dword ptr [r10 - 428]{1to16}
vmovdqa32 zmmword ptr [r12 + 640], zmm26
vmovdqa32 zmm26, zmmword ptr [r11 + 832]
vpaddd zmm26, zmm26, dword ptr [r10 - 424]{1to16}
sha256rnds2 xmm1, xmm2, xmm0
vmovdqa32 zmmword ptr [r12 + 704], zmm26
vmovdqa32 zmm26, zmmword ptr [r11 + 896]
vpaddd zmm26, zmm26, dword ptr [r10 - 420]{1to16}
vmovdqa32 zmmword ptr [r12 + 768], zmm26
vmovdqa32 zmm26, zmmword ptr [r11 + 960]
movq xmm0, qword ptr [rsi + 6920]
vpaddd zmm26, zmm26, dword ptr [r10 - 416]{1to16}
vmovdqa32 zmmword ptr [r12 + 832], zmm26
vmovdqa32 zmm26, zmmword ptr [r11 + 1024]
vpaddd zmm26, zmm26, dword ptr [r10 - 412]{1to16}
sha256rnds2 xmm3, xmm4, xmm0
vmovdqa32 zmmword ptr [r12 + 896], zmm26
vmovdqa32 zmm26, zmmword ptr [r11 + 448]
vpaddd zmm26, zmm26, dword ptr [r10 - 408]{1to16}
vmovdqa32 zmmword ptr [r12 + 960], zmm26
movq xmm0, qword ptr [rsi + 7168]
vmovdqa32 zmm26, zmmword ptr [r11 + 192]
vpaddd zmm26, zmm26, dword ptr [r10 - 404]{1to16}
vmovdqa32 zmmword ptr [r12 + 1024], zmm26
vmovdqa32 zmm26, zmmword ptr [r11 + 640]
sha256rnds2 xmm2, xmm1, xmm0
vpaddd zmm26, zmm26, dword ptr [r10 - 400]{1to16}
vmovdqa32 zmmword ptr [r12 + 1088], zmm26
vmovdqa32 zmm26, zmmword ptr [r11 + 704]
vpaddd zmm26, zmm26, dword ptr [r10 - 396]{1to16}
movq xmm0, qword ptr [rsi + 7176]
vmovdqa32 zmmword ptr [r12 + 1152], zmm26
vmovdqa32 zmm26, zmmword ptr [r11 + 1344]
vpaddd zmm26, zmm26, dword ptr [r10 - 392]{1to16}
vmovdqa32 zmmword ptr [r12 + 1216], zmm26
vmovdqa32 zmm26, zmmword ptr [r11 + 1408]
sha256rnds2 xmm4, xmm3, xmm0
vpaddd zmm26, zmm26, dword ptr [r10 - 388]{1to16}
vmovdqa32 zmmword ptr [r12 + 1280], zmm26
vmovdqa32 zmm26, zmmword ptr [r11 + 1472]
vpaddd zmm26, zmm26, dword ptr [r10 - 384]{1to16}
movq xmm0, qword ptr [rsi + 7424]
vmovdqa32 zmmword ptr [r12 + 1344], zmm26
vmovdqa32 zmm26, zmmword ptr [r11 + 1536]
vpaddd zmm26, zmm26, dword ptr [r10 - 380]{1to16}
vmovdqa32 zmmword ptr [r12 + 1408], zmm26
sha256rnds2 xmm1, xmm2, xmm0
vpaddd zmm25, zmm25, dword ptr [r10 - 376]{1to16}
vmovdqa32 zmmword ptr [r12 + 1472], zmm25
vmovdqa32 zmm25, zmmword ptr [r11 + 1088]
vpaddd zmm25, zmm25, dword ptr [r10 - 372]{1to16}
movq xmm0, qword ptr [rsi + 7432]
vmovdqa32 zmmword ptr [r12 + 1536], zmm25
vmovdqa32 zmm25, zmmword ptr [r11 + 1152]
vpaddd zmm25, zmm25, dword ptr [r10 - 368]{1to16}
vmovdqa32 zmmword ptr [r12 + 1600], zmm25
vmovdqa32 zmm25, zmmword ptr [r11 + 1216]
sha256rnds2 xmm3, xmm4, xmm0
vpaddd zmm25, zmm25, dword ptr [r10 - 364]{1to16}
vmovdqa32 zmmword ptr [r12 + 1664], zmm25
vmovdqa32 zmm25, zmmword ptr [r11 + 1280]
vpaddd zmm25, zmm25, dword ptr [r10 - 360]{1to16}
movq xmm0, qword ptr [rsi + 7680]
vmovdqa32 zmmword ptr [r12 + 1728], zmm25
vpaddd zmm31, zmm31, dword ptr [r10 - 356]{1to16}
vmovdqa32 zmmword ptr [r12 + 1792], zmm31
vpaddd zmm24, zmm24, dword ptr [r10 - 352]{1to16}
sha256rnds2 xmm2, xmm1, xmm0
vmovdqa32 zmmword ptr [r12 + 1856], zmm24
vpaddd zmm20, zmm20, dword ptr [r10 - 348]{1to16}
vmovdqa32 zmmword ptr [r12 + 1920], zmm20
vpaddd zmm17, zmm17, dword ptr [r10 - 344]{1to16}
movq xmm0, qword ptr [rsi + 7688]
vmovdqa32 zmmword ptr [r12 + 1984], zmm17
vmovdqa32 zmm17, zmmword ptr [r11 + 1600]
vpaddd zmm17, zmm17, dword ptr [r10 - 340]{1to16}
vmovdqa32 zmmword ptr [r12 + 2048], zmm17
vmovdqa32 zmm17, zmmword ptr [r11 + 1664]
sha256rnds2 xmm4, xmm3, xmm0
vpaddd zmm17, zmm17, dword ptr [r10 - 336]{1to16}
vmovdqa32 zmmword ptr [r12 + 2112], zmm17
vmovdqa32 zmm17, zmmword ptr [r11 + 1728]
vpaddd zmm17, zmm17, dword ptr [r10 - 332]{1to16}
paddd xmm2, xmmword ptr [rcx + 32]
vmovdqa32 zmmword ptr [r12 + 2176], zmm17
vpaddd zmm23, zmm23, dword ptr [r10 - 328]{1to16}
vmovdqa32 zmmword ptr [r12 + 2240], zmm23
vpaddd zmm28, zmm28, dword ptr [r10 - 324]{1to16}
movdqa xmmword ptr [rdx + 0], xmm2
vmovdqa32 zmmword ptr [r12 + 2304], zmm28
vpaddd zmm30, zmm30, dword ptr [r10 - 320]{1to16}
vmovdqa32 zmmword ptr [r12 + 2368], zmm30
vpaddd zmm27, zmm27, dword ptr [r10 - 316]{1to16}
paddd xmm1, xmmword ptr [rcx + 48]
vmovdqa32 zmmword ptr [r12 + 2432], zmm27
vpaddd zmm18, zmm18, dword ptr [r10 - 312]{1to16}
vmovdqa32 zmmword ptr [r12 + 2496], zmm18
vmovdqa32 zmm18, zmmword ptr [r11 + 1792]
vpaddd zmm18, zmm18, dword ptr [r10 - 308]{1to16}
movdqa xmmword ptr [rdx + 16], xmm1
vmovdqa32 zmmword ptr [r12 + 2560], zmm18
vmovdqa32 zmm18, zmmword ptr [r11 + 1856]
vpaddd zmm18, zmm18, dword ptr [r10 - 304]{1to16}
vmovdqa32 zmmword ptr [r12 + 2624], zmm18
paddd xmm4, xmmword ptr [rcx + 96]
vmovdqa32 zmm18, zmmword ptr [r11 + 1920]
vpaddd zmm18, zmm18, dword ptr [r10 - 300]{1to16}
vmovdqa32 zmmword ptr [r12 + 2688], zmm18
vpaddd zmm29, zmm29, dword ptr [r10 - 212]{1to16}
movdqa xmmword ptr [rdx + 32], xmm4
vmovdqa32 zmmword ptr [r12 + 2752], zmm29
vpaddd zmm19, zmm19, dword ptr [r10 - 208]{1to16}
vmovdqa32 zmmword ptr [r12 + 2816], zmm19
vmovdqa32 zmm19, zmmword ptr [r11 + 1984]
paddd xmm3, xmmword ptr [rcx + 112]
vpaddd zmm19, zmm19, dword ptr [r10 - 204]{1to16}
vmovdqa32 zmmword ptr [r12 + 2880], zmm19
vpaddd zmm21, zmm21, dword ptr [r10 - 200]{1to16}
vmovdqa32 zmmword ptr [r12 + 2944], zmm21
movdqa xmmword ptr [rdx + 48], xmm3
add rsi, 16
add rcx, 128
add rdx, 64
add r8, 64
add r12, 3008
dec eax
jnz 2b
lea r8, [rdi + 3200]
mov eax, 2
.p2align 5
3:
vmovdqa32 zmm25, zmmword ptr [r8 + 64]
vmovdqa32 zmm26, zmmword ptr [rdi + 32128]
vpermi2d zmm26, zmm25, zmmword ptr [r8 + 128]
vmovdqa32 zmmword ptr [r9 + 2048], zmm26
vmovdqa32 zmm27, zmmword ptr [rdi + 32192]
vpermi2d zmm27, zmm25, zmmword ptr [r8 + 128]
vmovdqa32 zmmword ptr [r9 + 2112], zmm27
vmovdqa32 zmm28, zmmword ptr [r8 + 192]
vmovdqa32 zmm29, zmmword ptr [rdi + 32128]
vpermi2d zmm29, zmm28, zmmword ptr [r8 + 256]
vmovdqa32 zmmword ptr [r9 + 2304], zmm29
vmovdqa32 zmm30, zmmword ptr [rdi + 32192]
vpermi2d zmm30, zmm28, zmmword ptr [r8 + 256]
vmovdqa32 zmmword ptr [r9 + 2368], zmm30
vmovdqa32 zmm16, zmmword ptr [r8 + 320]
vmovdqa32 zmm17, zmmword ptr [rdi + 32128]
vpermi2d zmm17, zmm16, zmmword ptr [r8 + 384]
vmovdqa32 zmmword ptr [r9 + 2560], zmm17
vmovdqa32 zmm18, zmmword ptr [rdi + 32192]
vpermi2d zmm18, zmm16, zmmword ptr [r8 + 384]
vmovdqa32 zmmword ptr [r9 + 2624], zmm18
vmovdqa32 zmm19, zmmword ptr [r8 + 448]
vmovdqa32 zmm20, zmmword ptr [rdi + 32128]
vpermi2d zmm20, zmm19, zmmword ptr [r8 + 512]
vmovdqa32 zmmword ptr [r9 + 2816], zmm20
vmovdqa32 zmm21, zmmword ptr [rdi + 32192]
vpermi2d zmm21, zmm19, zmmword ptr [r8 + 512]
vmovdqa32 zmmword ptr [r9 + 2880], zmm21
vmovdqa32 zmm22, zmmword ptr [r8 + 576]
vmovdqa32 zmm23, zmmword ptr [rdi + 32128]
vpermi2d zmm23, zmm22, zmmword ptr [r8 + 640]
vmovdqa32 zmmword ptr [r9 + 3072], zmm23
vmovdqa32 zmm24, zmmword ptr [rdi + 32192]
vpermi2d zmm24, zmm22, zmmword ptr [r8 + 640]
vmovdqa32 zmmword ptr [r9 + 3136], zmm24
vmovdqa32 zmm25, zmmword ptr [r8 + 704]
vmovdqa32 zmm26, zmmword ptr [rdi + 32128]
vpermi2d zmm26, zmm25, zmmword ptr [r8 + 768]
vmovdqa32 zmmword ptr [r9 + 3328], zmm26
vmovdqa32 zmm27, zmmword ptr [rdi + 32192]
vpermi2d zmm27, zmm25, zmmword ptr [r8 + 768]
vmovdqa32 zmmword ptr [r9 + 3392], zmm27
vmovdqa32 zmm28, zmmword ptr [r8 + 832]
vmovdqa32 zmm29, zmmword ptr [rdi + 32128]
vpermi2d zmm29, zmm28, zmmword ptr [r8 + 896]
vmovdqa32 zmmword ptr [r9 + 3584], zmm29
vmovdqa32 zmm30, zmmword ptr [rdi + 32192]
vpermi2d zmm30, zmm28, zmmword ptr [r8 + 896]
vmovdqa32 zmmword ptr [r9 + 3648], zmm30
vmovdqa32 zmm16, zmmword ptr [r8 + 960]
vmovdqa32 zmm17, zmmword ptr [rdi + 32128]
vpermi2d zmm17, zmm16, zmmword ptr [r8 + 1024]
vmovdqa32 zmmword ptr [r9 + 3840], zmm17
vmovdqa32 zmm18, zmmword ptr [rdi + 32192]
vpermi2d zmm18, zmm16, zmmword ptr [r8 + 1024]
vmovdqa32 zmmword ptr [r9 + 3904], zmm18
vmovdqa32 zmm19, zmmword ptr [r8 + 1088]
vmovdqa32 zmm20, zmmword ptr [rdi + 32128]
vpermi2d zmm20, zmm19, zmmword ptr [r8 + 1152]
vmovdqa32 zmmword ptr [r9 + 4096], zmm20
vmovdqa32 zmm21, zmmword ptr [rdi + 32192]
vpermi2d zmm21, zmm19, zmmword ptr [r8 + 1152]
vmovdqa32 zmmword ptr [r9 + 4160], zmm21
vmovdqa32 zmm22, zmmword ptr [r8 + 1216]
vmovdqa32 zmm23, zmmword ptr [rdi + 32128]
vpermi2d zmm23, zmm22, zmmword ptr [r8 + 1280]
vmovdqa32 zmmword ptr [r9 + 4352], zmm23
vmovdqa32 zmm24, zmmword ptr [rdi + 32192]
vpermi2d zmm24, zmm22, zmmword ptr [r8 + 1280]
vmovdqa32 zmmword ptr [r9 + 4416], zmm24
vmovdqa32 zmm25, zmmword ptr [r8 + 1344]
vmovdqa32 zmm26, zmmword ptr [rdi + 32128]
vpermi2d zmm26, zmm25, zmmword ptr [r8 + 1408]
vmovdqa32 zmmword ptr [r9 + 4608], zmm26
vmovdqa32 zmm27, zmmword ptr [rdi + 32192]
vpermi2d zmm27, zmm25, zmmword ptr [r8 + 1408]
vmovdqa32 zmmword ptr [r9 + 4672], zmm27
vmovdqa32 zmm28, zmmword ptr [r8 + 1472]
vmovdqa32 zmm29, zmmword ptr [rdi + 32128]
vpermi2d zmm29, zmm28, zmmword ptr [r8 + 1536]
vmovdqa32 zmmword ptr [r9 + 4864], zmm29
vmovdqa32 zmm30, zmmword ptr [rdi + 32192]
vpermi2d zmm30, zmm28, zmmword ptr [r8 + 1536]
vmovdqa32 zmmword ptr [r9 + 4928], zmm30
vmovdqa32 zmm16, zmmword ptr [r8 + 1600]
vmovdqa32 zmm17, zmmword ptr [rdi + 32128]
vpermi2d zmm17, zmm16, zmmword ptr [r8 + 1664]
vmovdqa32 zmmword ptr [r9 + 5120], zmm17
vmovdqa32 zmm18, zmmword ptr [rdi + 32192]
vpermi2d zmm18, zmm16, zmmword ptr [r8 + 1664]
vmovdqa32 zmmword ptr [r9 + 5184], zmm18
vmovdqa32 zmm19, zmmword ptr [r8 + 1728]
vmovdqa32 zmm20, zmmword ptr [rdi + 32128]
vpermi2d zmm20, zmm19, zmmword ptr [r8 + 1792]
vmovdqa32 zmmword ptr [r9 + 5376], zmm20
vmovdqa32 zmm21, zmmword ptr [rdi + 32192]
vpermi2d zmm21, zmm19, zmmword ptr [r8 + 1792]
vmovdqa32 zmmword ptr [r9 + 5440], zmm21
vmovdqa32 zmm22, zmmword ptr [r8 + 1856]
vmovdqa32 zmm23, zmmword ptr [rdi + 32128]
vpermi2d zmm23, zmm22, zmmword ptr [r8 + 1920]
vmovdqa32 zmmword ptr [r9 + 5632], zmm23
vmovdqa32 zmm24, zmmword ptr [rdi + 32192]
vpermi2d zmm24, zmm22, zmmword ptr [r8 + 1920]
vmovdqa32 zmmword ptr [r9 + 5696], zmm24
vmovdqa32 zmm25, zmmword ptr [r8 + 1984]
vmovdqa32 zmm26, zmmword ptr [rdi + 32128]
vpermi2d zmm26, zmm25, zmmword ptr [r8 + 2048]
vmovdqa32 zmmword ptr [r9 + 5888], zmm26
vmovdqa32 zmm27, zmmword ptr [rdi + 32192]
vpermi2d zmm27, zmm25, zmmword ptr [r8 + 2048]
vmovdqa32 zmmword ptr [r9 + 5952], zmm27
vmovdqa32 zmm28, zmmword ptr [r8 + 2112]
vmovdqa32 zmm29, zmmword ptr [rdi + 32128]
vpermi2d zmm29, zmm28, zmmword ptr [r8 + 2176]
vmovdqa32 zmmword ptr [r9 + 6144], zmm29
vmovdqa32 zmm30, zmmword ptr [rdi + 32192]
vpermi2d zmm30, zmm28, zmmword ptr [r8 + 2176]
vmovdqa32 zmmword ptr [r9 + 6208], zmm30
vmovdqa32 zmm16, zmmword ptr [r8 + 2240]
vmovdqa32 zmm17, zmmword ptr [rdi + 32128]
vpermi2d zmm17, zmm16, zmmword ptr [r8 + 2304]
vmovdqa32 zmmword ptr [r9 + 6400], zmm17
vmovdqa32 zmm18, zmmword ptr [rdi + 32192]
vpermi2d zmm18, zmm16, zmmword ptr [r8 + 2304]
vmovdqa32 zmmword ptr [r9 + 6464], zmm18
vmovdqa32 zmm19, zmmword ptr [r8 + 2368]
vmovdqa32 zmm20, zmmword ptr [rdi + 32128]
vpermi2d zmm20, zmm19, zmmword ptr [r8 + 2432]
vmovdqa32 zmmword ptr [r9 + 6656], zmm20
vmovdqa32 zmm21, zmmword ptr [rdi + 32192]
vpermi2d zmm21, zmm19, zmmword ptr [r8 + 2432]
vmovdqa32 zmmword ptr [r9 + 6720], zmm21
vmovdqa32 zmm22, zmmword ptr [r8 + 2496]
vmovdqa32 zmm23, zmmword ptr [rdi + 32128]
vpermi2d zmm23, zmm22, zmmword ptr [r8 + 2560]
vmovdqa32 zmmword ptr [r9 + 6912], zmm23
vmovdqa32 zmm24, zmmword ptr [rdi + 32192]
vpermi2d zmm24, zmm22, zmmword ptr [r8 + 2560]
vmovdqa32 zmmword ptr [r9 + 6976], zmm24
vmovdqa32 zmm25, zmmword ptr [r8 + 2624]
vmovdqa32 zmm26, zmmword ptr [rdi + 32128]
vpermi2d zmm26, zmm25, zmmword ptr [r8 + 2688]
vmovdqa32 zmmword ptr [r9 + 7168], zmm26
vmovdqa32 zmm27, zmmword ptr [rdi + 32192]
vpermi2d zmm27, zmm25, zmmword ptr [r8 + 2688]
vmovdqa32 zmmword ptr [r9 + 7232], zmm27
vmovdqa32 zmm28, zmmword ptr [r8 + 2752]
vmovdqa32 zmm29, zmmword ptr [rdi + 32128]
vpermi2d zmm29, zmm28, zmmword ptr [r8 + 2816]
vmovdqa32 zmmword ptr [r9 + 7424], zmm29
vmovdqa32 zmm30, zmmword ptr [rdi + 32192]
vpermi2d zmm30, zmm28, zmmword ptr [r8 + 2816]
vmovdqa32 zmmword ptr [r9 + 7488], zmm30
vmovdqa32 zmm16, zmmword ptr [r8 + 2880]
vmovdqa32 zmm17, zmmword ptr [rdi + 32128]
vpermi2d zmm17, zmm16, zmmword ptr [r8 + 2944]
vmovdqa32 zmmword ptr [r9 + 7680], zmm17
vmovdqa32 zmm18, zmmword ptr [rdi + 32192]
vpermi2d zmm18, zmm16, zmmword ptr [r8 + 2944]
vmovdqa32 zmmword ptr [r9 + 7744], zmm18
add r8, 3008
add r9, 128
dec eax
jnz 3b
vmovdqa32 zmm16, zmmword ptr [rdi + 192]
vpaddd zmm17, zmm16, dword ptr [rdi + 60]{1to16}
vpaddd zmm18, zmm16, dword ptr [rdi + 64]{1to16}
vpbroadcastd zmm19, dword ptr [rdi + 52]
movdqa xmm1, xmmword ptr [rcx + 0]
vmovdqa32 zmm20, zmm17
vpternlogd zmm20, zmm19, dword ptr [rdi + 44]{1to16}, 0xca
vprord zmm21, zmm17, 6
movdqa xmm2, xmmword ptr [rcx + 16]
vprord zmm22, zmm17, 11
vprord zmm23, zmm17, 25
vpternlogd zmm21, zmm22, zmm23, 0x96
movdqa xmm3, xmmword ptr [rcx + 64]
vpaddd zmm20, zmm20, dword ptr [rdi + 68]{1to16}
vpaddd zmm21, zmm20, zmm21
vpaddd zmm20, zmm21, dword ptr [rdi + 40]{1to16}
movdqa xmm4, xmmword ptr [rcx + 80]
vpbroadcastd zmm23, dword ptr [rdi + 56]
vmovdqa32 zmm22, zmm18
vpternlogd zmm22, zmm23, dword ptr [rdi + 48]{1to16}, 0xe8
vprord zmm24, zmm18, 2
movdqa xmm5, xmmword ptr [rcx + 128]
vprord zmm25, zmm18, 13
vprord zmm26, zmm18, 22
vpternlogd zmm24, zmm25, zmm26, 0x96
movdqa xmm6, xmmword ptr [rcx + 144]
vpaddd zmm22, zmm21, zmm22
vpaddd zmm24, zmm22, zmm24
vpternlogd zmm19, zmm20, zmm17, 0xb8
movdqa xmm7, xmmword ptr [rcx + 192]
vprord zmm22, zmm20, 6
vprord zmm26, zmm20, 11
vprord zmm25, zmm20, 25
movdqa xmm8, xmmword ptr [rcx + 208]
vpternlogd zmm22, zmm26, zmm25, 0x96
vpaddd zmm19, zmm19, dword ptr [rdi + 72]{1to16}
vpaddd zmm22, zmm19, zmm22
movdqa xmm9, xmmword ptr [rcx + 256]
vpaddd zmm19, zmm22, dword ptr [rdi + 48]{1to16}
vmovdqa32 zmm25, zmm24
vpternlogd zmm25, zmm18, zmm23, 0xe8
vprord zmm26, zmm24, 2
movdqa xmm10, xmmword ptr [rcx + 272]
vprord zmm27, zmm24, 13
vprord zmm28, zmm24, 22
vpternlogd zmm26, zmm27, zmm28, 0x96
movq xmm0, qword ptr [rsi + 0]
vpaddd zmm25, zmm22, zmm25
vpaddd zmm26, zmm25, zmm26
vpternlogd zmm17, zmm19, zmm20, 0xb8
sha256rnds2 xmm2, xmm1, xmm0
vprord zmm25, zmm19, 6
vprord zmm28, zmm19, 11
vprord zmm27, zmm19, 25
movq xmm0, qword ptr [rsi + 8]
vpternlogd zmm25, zmm28, zmm27, 0x96
vpaddd zmm17, zmm17, dword ptr [rdi + 76]{1to16}
vpaddd zmm25, zmm17, zmm25
vpaddd zmm23, zmm23, zmm25
sha256rnds2 xmm4, xmm3, xmm0
vmovdqa32 zmm17, zmm26
vpternlogd zmm17, zmm24, zmm18, 0xe8
vprord zmm27, zmm26, 2
movq xmm0, qword ptr [rsi + 16]
vprord zmm28, zmm26, 13
vprord zmm29, zmm26, 22
vpternlogd zmm27, zmm28, zmm29, 0x96
sha256rnds2 xmm6, xmm5, xmm0
vpaddd zmm17, zmm25, zmm17
vpaddd zmm27, zmm17, zmm27
vpternlogd zmm20, zmm23, zmm19, 0xb8
movq xmm0, qword ptr [rsi + 24]
vprord zmm17, zmm23, 6
vprord zmm29, zmm23, 11
vprord zmm28, zmm23, 25
sha256rnds2 xmm8, xmm7, xmm0
vpternlogd zmm17, zmm29, zmm28, 0x96
vpaddd zmm16, zmm16, dword ptr [rdi + 80]{1to16}
vpaddd zmm20, zmm16, zmm20
vpaddd zmm17, zmm20, zmm17
movq xmm0, qword ptr [rsi + 32]
vpaddd zmm18, zmm18, zmm17
vmovdqa32 zmm20, zmm27
vpternlogd zmm20, zmm26, zmm24, 0xe8
sha256rnds2 xmm10, xmm9, xmm0
vprord zmm16, zmm27, 2
vprord zmm28, zmm27, 13
vprord zmm29, zmm27, 22
movq xmm0, qword ptr [rsi + 256]
vpternlogd zmm16, zmm28, zmm29, 0x96
vpaddd zmm20, zmm17, zmm20
vpaddd zmm16, zmm20, zmm16
sha256rnds2 xmm1, xmm2, xmm0
vpternlogd zmm19, zmm18, zmm23, 0xb8
vprord zmm20, zmm18, 6
vprord zmm17, zmm18, 11
movq xmm0, qword ptr [rsi + 264]
vprord zmm29, zmm18, 25
vpternlogd zmm20, zmm17, zmm29, 0x96
vpaddd zmm21, zmm21, dword ptr [rdi + 84]{1to16}
vpaddd zmm19, zmm21, zmm19
sha256rnds2 xmm3, xmm4, xmm0
vpaddd zmm20, zmm19, zmm20
vpaddd zmm24, zmm24, zmm20
vmovdqa32 zmm19, zmm16
movq xmm0, qword ptr [rsi + 272]
vpternlogd zmm19, zmm27, zmm26, 0xe8
vprord zmm21, zmm16, 2
vprord zmm29, zmm16, 13
sha256rnds2 xmm5, xmm6, xmm0
vprord zmm17, zmm16, 22
vpternlogd zmm21, zmm29, zmm17, 0x96
vpaddd zmm19, zmm20, zmm19
movq xmm0, qword ptr [rsi + 280]
vpaddd zmm21, zmm19, zmm21
vpternlogd zmm23, zmm24, zmm18, 0xb8
vprord zmm19, zmm24, 6
vprord zmm20, zmm24, 11
sha256rnds2 xmm7, xmm8, xmm0
vprord zmm17, zmm24, 25
vpternlogd zmm19, zmm20, zmm17, 0x96
vpaddd zmm22, zmm22, dword ptr [rdi + 88]{1to16}
movq xmm0, qword ptr [rsi + 288]
vpaddd zmm23, zmm22, zmm23
vpaddd zmm19, zmm23, zmm19
vpaddd zmm26, zmm26, zmm19
sha256rnds2 xmm9, xmm10, xmm0
vmovdqa32 zmm23, zmm21
vpternlogd zmm23, zmm16, zmm27, 0xe8
vprord zmm22, zmm21, 2
movq xmm0, qword ptr [rsi + 512]
vprord zmm17, zmm21, 13
vprord zmm20, zmm21, 22
vpternlogd zmm22, zmm17, zmm20, 0x96
sha256rnds2 xmm2, xmm1, xmm0
vpaddd zmm23, zmm19, zmm23
vpaddd zmm22, zmm23, zmm22
vmovdqa32 zmm23, zmm26
vpternlogd zmm23, zmm24, zmm18, 0xca
movq xmm0, qword ptr [rsi + 520]
vprord zmm19, zmm26, 6
vprord zmm20, zmm26, 11
vprord zmm17, zmm26, 25
sha256rnds2 xmm4, xmm3, xmm0
vpternlogd zmm19, zmm20, zmm17, 0x96
vpaddd zmm25, zmm25, dword ptr [rdi + 92]{1to16}
vpaddd zmm23, zmm25, zmm23
movq xmm0, qword ptr [rsi + 528]
vpaddd zmm19, zmm23, zmm19
vpaddd zmm27, zmm27, zmm19
vmovdqa32 zmm23, zmm22
sha256rnds2 xmm6, xmm5, xmm0
vpternlogd zmm23, zmm21, zmm16, 0xe8
vprord zmm25, zmm22, 2
vprord zmm17, zmm22, 13
movq xmm0, qword ptr [rsi + 536]
vprord zmm20, zmm22, 22
vpternlogd zmm25, zmm17, zmm20, 0x96
vpaddd zmm23, zmm19, zmm23
vpaddd zmm25, zmm23, zmm25
sha256rnds2 xmm8, xmm7, xmm0
vmovdqa32 zmm23, zmm27
vpternlogd zmm23, zmm26, zmm24, 0xca
vprord zmm19, zmm27, 6
movq xmm0, qword ptr [rsi + 544]
vprord zmm20, zmm27, 11
vprord zmm17, zmm27, 25
vpternlogd zmm19, zmm20, zmm17, 0x96
sha256rnds2 xmm10, xmm9, xmm0
vpaddd zmm18, zmm18, dword ptr [r10 - 512]{1to16}
vpaddd zmm23, zmm18, zmm23
vpaddd zmm19, zmm23, zmm19
movq xmm0, qword ptr [rsi + 768]
vpaddd zmm16, zmm16, zmm19
vmovdqa32 zmm23, zmm25
vpternlogd zmm23, zmm22, zmm21, 0xe8
vprord zmm18, zmm25, 2
sha256rnds2 xmm1, xmm2, xmm0
vprord zmm17, zmm25, 13
vprord zmm20, zmm25, 22
vpternlogd zmm18, zmm17, zmm20, 0x96
movq xmm0, qword ptr [rsi + 776]
vpaddd zmm23, zmm19, zmm23
vpaddd zmm18, zmm23, zmm18
vmovdqa32 zmm23, zmm16
sha256rnds2 xmm3, xmm4, xmm0
vpternlogd zmm23, zmm27, zmm26, 0xca
vprord zmm19, zmm16, 6
vprord zmm20, zmm16, 11
movq xmm0, qword ptr [rsi + 784]
vprord zmm17, zmm16, 25
vpternlogd zmm19, zmm20, zmm17, 0x96
vpaddd zmm24, zmm24, dword ptr [r10 - 508]{1to16}
sha256rnds2 xmm5, xmm6, xmm0
vpaddd zmm23, zmm24, zmm23
vpaddd zmm19, zmm23, zmm19
vpaddd zmm21, zmm21, zmm19
vmovdqa32 zmm23, zmm18
movq xmm0, qword ptr [rsi + 792]
vpternlogd zmm23, zmm25, zmm22, 0xe8
vprord zmm24, zmm18, 2
vprord zmm17, zmm18, 13
sha256rnds2 xmm7, xmm8, xmm0
vprord zmm20, zmm18, 22
vpternlogd zmm24, zmm17, zmm20, 0x96
vpaddd zmm23, zmm19, zmm23
movq xmm0, qword ptr [rsi + 800]
vpaddd zmm24, zmm23, zmm24
vmovdqa32 zmm23, zmm21
vpternlogd zmm23, zmm16, zmm27, 0xca
sha256rnds2 xmm9, xmm10, xmm0
vprord zmm19, zmm21, 6
vprord zmm20, zmm21, 11
vprord zmm17, zmm21, 25
movq xmm0, qword ptr [rsi + 1024]
vpternlogd zmm19, zmm20, zmm17, 0x96
vpaddd zmm26, zmm26, dword ptr [r10 - 504]{1to16}
vpaddd zmm23, zmm26, zmm23
vpaddd zmm19, zmm23, zmm19
sha256rnds2 xmm2, xmm1, xmm0
vpaddd zmm22, zmm22, zmm19
vmovdqa32 zmm23, zmm24
vpternlogd zmm23, zmm18, zmm25, 0xe8
movq xmm0, qword ptr [rsi + 1032]
vprord zmm26, zmm24, 2
vprord zmm17, zmm24, 13
vprord zmm20, zmm24, 22
sha256rnds2 xmm4, xmm3, xmm0
vpternlogd zmm26, zmm17, zmm20, 0x96
vpaddd zmm23, zmm19, zmm23
vpaddd zmm26, zmm23, zmm26
movq xmm0, qword ptr [rsi + 1040]
vmovdqa32 zmm23, zmm22
vpternlogd zmm23, zmm21, zmm16, 0xca
vprord zmm19, zmm22, 6
vprord zmm20, zmm22, 11
sha256rnds2 xmm6, xmm5, xmm0
vprord zmm17, zmm22, 25
vpternlogd zmm19, zmm20, zmm17, 0x96
vpaddd zmm27, zmm27, dword ptr [r10 - 500]{1to16}
movq xmm0, qword ptr [rsi + 1048]
vpaddd zmm23, zmm27, zmm23
vpaddd zmm19, zmm23, zmm19
vpaddd zmm25, zmm25, zmm19
sha256rnds2 xmm8, xmm7, xmm0
vmovdqa32 zmm23, zmm26
vpternlogd zmm23, zmm24, zmm18, 0xe8
vprord zmm27, zmm26, 2
movq xmm0, qword ptr [rsi + 1056]
vprord zmm17, zmm26, 13
vprord zmm20, zmm26, 22
vpternlogd zmm27, zmm17, zmm20, 0x96
sha256rnds2 xmm10, xmm9, xmm0
vpaddd zmm23, zmm19, zmm23
vpaddd zmm27, zmm23, zmm27
vmovdqa32 zmm23, zmm25
vpternlogd zmm23, zmm22, zmm21, 0xca
movq xmm0, qword ptr [rsi + 1280]
vprord zmm19, zmm25, 6
vprord zmm20, zmm25, 11
vprord zmm17, zmm25, 25
sha256rnds2 xmm1, xmm2, xmm0
vpternlogd zmm19, zmm20, zmm17, 0x96
vpaddd zmm16, zmm16, dword ptr [r10 - 496]{1to16}
vpaddd zmm23, zmm16, zmm23
movq xmm0, qword ptr [rsi + 1288]
vpaddd zmm19, zmm23, zmm19
vpaddd zmm18, zmm18, zmm19
vmovdqa32 zmm23, zmm27
sha256rnds2 xmm3, xmm4, xmm0
vpternlogd zmm23, zmm26, zmm24, 0xe8
vprord zmm16, zmm27, 2
vprord zmm17, zmm27, 13
movq xmm0, qword ptr [rsi + 1296]
vprord zmm20, zmm27, 22
vpternlogd zmm16, zmm17, zmm20, 0x96
vpaddd zmm23, zmm19, zmm23
vpaddd zmm16, zmm23, zmm16
sha256rnds2 xmm5, xmm6, xmm0
vmovdqa32 zmm23, zmm18
vpternlogd zmm23, zmm25, zmm22, 0xca
vprord zmm19, zmm18, 6
movq xmm0, qword ptr [rsi + 1304]
vprord zmm20, zmm18, 11
vprord zmm17, zmm18, 25
vpternlogd zmm19, zmm20, zmm17, 0x96
sha256rnds2 xmm7, xmm8, xmm0
vpaddd zmm21, zmm21, dword ptr [rdi + 32]{1to16}
vpaddd zmm23, zmm21, zmm23
vpaddd zmm19, zmm23, zmm19
movq xmm0, qword ptr [rsi + 1312]
vpaddd zmm24, zmm24, zmm19
vmovdqa32 zmm23, zmm16
vpternlogd zmm23, zmm27, zmm26, 0xe8
vprord zmm21, zmm16, 2
sha256rnds2 xmm9, xmm10, xmm0
vprord zmm17, zmm16, 13
vprord zmm20, zmm16, 22
vpternlogd zmm21, zmm17, zmm20, 0x96
movq xmm0, qword ptr [rsi + 1536]
vpaddd zmm23, zmm19, zmm23
vpaddd zmm21, zmm23, zmm21
vmovdqa32 zmm23, zmm24
sha256rnds2 xmm2, xmm1, xmm0
vpternlogd zmm23, zmm18, zmm25, 0xca
vprord zmm19, zmm24, 6
vprord zmm20, zmm24, 11
movq xmm0, qword ptr [rsi + 1544]
vprord zmm17, zmm24, 25
vpternlogd zmm19, zmm20, zmm17, 0x96
vpaddd zmm22, zmm22, dword ptr [rdi + 36]{1to16}
sha256rnds2 xmm4, xmm3, xmm0
vpaddd zmm23, zmm22, zmm23
vpaddd zmm19, zmm23, zmm19
vpaddd zmm26, zmm26, zmm19
vmovdqa32 zmm23, zmm21
movq xmm0, qword ptr [rsi + 1552]
vpternlogd zmm23, zmm16, zmm27, 0xe8
vprord zmm22, zmm21, 2
vprord zmm17, zmm21, 13
sha256rnds2 xmm6, xmm5, xmm0
vprord zmm20, zmm21, 22
vpternlogd zmm22, zmm17, zmm20, 0x96
vpaddd zmm23, zmm19, zmm23
movq xmm0, qword ptr [rsi + 1560]
vpaddd zmm22, zmm23, zmm22
vmovdqa32 zmm23, zmm26
vpternlogd zmm23, zmm24, zmm18, 0xca
sha256rnds2 xmm8, xmm7, xmm0
vprord zmm19, zmm26, 6
vprord zmm20, zmm26, 11
vprord zmm17, zmm26, 25
movq xmm0, qword ptr [rsi + 1568]
vpternlogd zmm19, zmm20, zmm17, 0x96
vpaddd zmm25, zmm25, zmmword ptr [rdi + 256]
vpaddd zmm23, zmm25, zmm23
vpaddd zmm19, zmm23, zmm19
sha256rnds2 xmm10, xmm9, xmm0
vpaddd zmm27, zmm27, zmm19
vmovdqa32 zmm23, zmm22
vpternlogd zmm23, zmm21, zmm16, 0xe8
movq xmm0, qword ptr [rsi + 1792]
vprord zmm25, zmm22, 2
vprord zmm17, zmm22, 13
vprord zmm20, zmm22, 22
sha256rnds2 xmm1, xmm2, xmm0
vpternlogd zmm25, zmm17, zmm20, 0x96
vpaddd zmm23, zmm19, zmm23
vpaddd zmm25, zmm23, zmm25
movq xmm0, qword ptr [rsi + 1800]
vmovdqa32 zmm23, zmm27
vpternlogd zmm23, zmm26, zmm24, 0xca
vprord zmm19, zmm27, 6
vprord zmm20, zmm27, 11
sha256rnds2 xmm3, xmm4, xmm0
vprord zmm17, zmm27, 25
vpternlogd zmm19, zmm20, zmm17, 0x96
vpaddd zmm18, zmm18, zmmword ptr [rdi + 320]
movq xmm0, qword ptr [rsi + 1808]
vpaddd zmm23, zmm18, zmm23
vpaddd zmm19, zmm23, zmm19
vpaddd zmm16, zmm16, zmm19
sha256rnds2 xmm5, xmm6, xmm0
vmovdqa32 zmm23, zmm25
vpternlogd zmm23, zmm22, zmm21, 0xe8
vprord zmm18, zmm25, 2
movq xmm0, qword ptr [rsi + 1816]
vprord zmm17, zmm25, 13
vprord zmm20, zmm25, 22
vpternlogd zmm18, zmm17, zmm20, 0x96
sha256rnds2 xmm7, xmm8, xmm0
vpaddd zmm23, zmm19, zmm23
vpaddd zmm18, zmm23, zmm18
vmovdqa32 zmm23, zmm16
vpternlogd zmm23, zmm27, zmm26, 0xca
movq xmm0, qword ptr [rsi + 1824]
vprord zmm19, zmm16, 6
vprord zmm20, zmm16, 11
vprord zmm17, zmm16, 25
sha256rnds2 xmm9, xmm10, xmm0
vpternlogd zmm19, zmm20, zmm17, 0x96
vpaddd zmm24, zmm24, zmmword ptr [rdi + 384]
vpaddd zmm23, zmm24, zmm23
movq xmm0, qword ptr [rsi + 2048]
vpaddd zmm19, zmm23, zmm19
vpaddd zmm21, zmm21, zmm19
vmovdqa32 zmm23, zmm18
sha256rnds2 xmm2, xmm1, xmm0
vpternlogd zmm23, zmm25, zmm22, 0xe8
vprord zmm24, zmm18, 2
vprord zmm17, zmm18, 13
movq xmm0, qword ptr [rsi + 2056]
vprord zmm20, zmm18, 22
vpternlogd zmm24, zmm17, zmm20, 0x96
vpaddd zmm23, zmm19, zmm23
vpaddd zmm24, zmm23, zmm24
sha256rnds2 xmm4, xmm3, xmm0
vmovdqa32 zmm23, zmm21
vpternlogd zmm23, zmm16, zmm27, 0xca
vprord zmm19, zmm21, 6
movq xmm0, qword ptr [rsi + 2064]
vprord zmm20, zmm21, 11
vprord zmm17, zmm21, 25
vpternlogd zmm19, zmm20, zmm17, 0x96
sha256rnds2 xmm6, xmm5, xmm0
vpaddd zmm26, zmm26, zmmword ptr [rdi + 448]
vpaddd zmm23, zmm26, zmm23
vpaddd zmm19, zmm23, zmm19
movq xmm0, qword ptr [rsi + 2072]
vpaddd zmm22, zmm22, zmm19
vmovdqa32 zmm23, zmm24
vpternlogd zmm23, zmm18, zmm25, 0xe8
vprord zmm26, zmm24, 2
sha256rnds2 xmm8, xmm7, xmm0
vprord zmm17, zmm24, 13
vprord zmm20, zmm24, 22
vpternlogd zmm26, zmm17, zmm20, 0x96
movq xmm0, qword ptr [rsi + 2080]
vpaddd zmm23, zmm19, zmm23
vpaddd zmm26, zmm23, zmm26
vmovdqa32 zmm23, zmm22
sha256rnds2 xmm10, xmm9, xmm0
vpternlogd zmm23, zmm21, zmm16, 0xca
vprord zmm19, zmm22, 6
vprord zmm20, zmm22, 11
movq xmm0, qword ptr [rsi + 2304]
vprord zmm17, zmm22, 25
vpternlogd zmm19, zmm20, zmm17, 0x96
vpaddd zmm27, zmm27, zmmword ptr [rdi + 512]
sha256rnds2 xmm1, xmm2, xmm0
vpaddd zmm23, zmm27, zmm23
vpaddd zmm19, zmm23, zmm19
vpaddd zmm25, zmm25, zmm19
vmovdqa32 zmm23, zmm26
movq xmm0, qword ptr [rsi + 2312]
vpternlogd zmm23, zmm24, zmm18, 0xe8
vprord zmm27, zmm26, 2
vprord zmm17, zmm26, 13
sha256rnds2 xmm3, xmm4, xmm0
vprord zmm20, zmm26, 22
vpternlogd zmm27, zmm17, zmm20, 0x96
vpaddd zmm23, zmm19, zmm23
movq xmm0, qword ptr [rsi + 2320]
vpaddd zmm27, zmm23, zmm27
vmovdqa32 zmm23, zmm25
vpternlogd zmm23, zmm22, zmm21, 0xca
sha256rnds2 xmm5, xmm6, xmm0
vprord zmm19, zmm25, 6
vprord zmm20, zmm25, 11
vprord zmm17, zmm25, 25
movq xmm0, qword ptr [rsi + 2328]
vpternlogd zmm19, zmm20, zmm17, 0x96
vpaddd zmm16, zmm16, zmmword ptr [rdi + 576]
vpaddd zmm23, zmm16, zmm23
vpaddd zmm19, zmm23, zmm19
sha256rnds2 xmm7, xmm8, xmm0
vpaddd zmm18, zmm18, zmm19
vmovdqa32 zmm23, zmm27
vpternlogd zmm23, zmm26, zmm24, 0xe8
movq xmm0, qword ptr [rsi + 2336]
vprord zmm16, zmm27, 2
vprord zmm17, zmm27, 13
vprord zmm20, zmm27, 22
sha256rnds2 xmm9, xmm10, xmm0
vpternlogd zmm16, zmm17, zmm20, 0x96
vpaddd zmm23, zmm19, zmm23
vpaddd zmm16, zmm23, zmm16
movq xmm0, qword ptr [rsi + 2560]
vmovdqa32 zmm23, zmm18
vpternlogd zmm23, zmm25, zmm22, 0xca
vprord zmm19, zmm18, 6
vprord zmm20, zmm18, 11
sha256rnds2 xmm2, xmm1, xmm0
vprord zmm17, zmm18, 25
vpternlogd zmm19, zmm20, zmm17, 0x96
vpaddd zmm21, zmm21, zmmword ptr [rdi + 640]
movq xmm0, qword ptr [rsi + 2568]
vpaddd zmm23, zmm21, zmm23
vpaddd zmm19, zmm23, zmm19
vpaddd zmm24, zmm24, zmm19
sha256rnds2 xmm4, xmm3, xmm0
vmovdqa32 zmm23, zmm16
vpternlogd zmm23, zmm27, zmm26, 0xe8
vprord zmm21, zmm16, 2
movq xmm0, qword ptr [rsi + 2576]
vprord zmm17, zmm16, 13
vprord zmm20, zmm16, 22
vpternlogd zmm21, zmm17, zmm20, 0x96
sha256rnds2 xmm6, xmm5, xmm0
vpaddd zmm23, zmm19, zmm23
vpaddd zmm21, zmm23, zmm21
vmovdqa32 zmm23, zmm24
vpternlogd zmm23, zmm18, zmm25, 0xca
movq xmm0, qword ptr [rsi + 2584]
vprord zmm19, zmm24, 6
vprord zmm20, zmm24, 11
vprord zmm17, zmm24, 25
sha256rnds2 xmm8, xmm7, xmm0
vpternlogd zmm19, zmm20, zmm17, 0x96
vpaddd zmm22, zmm22, zmmword ptr [rdi + 704]
vpaddd zmm23, zmm22, zmm23
movq xmm0, qword ptr [rsi + 2592]
vpaddd zmm19, zmm23, zmm19
vpaddd zmm26, zmm26, zmm19
vmovdqa32 zmm23, zmm21
sha256rnds2 xmm10, xmm9, xmm0
vpternlogd zmm23, zmm16, zmm27, 0xe8
vprord zmm22, zmm21, 2
vprord zmm17, zmm21, 13
movq xmm0, qword ptr [rsi + 2816]
vprord zmm20, zmm21, 22
vpternlogd zmm22, zmm17, zmm20, 0x96
vpaddd zmm23, zmm19, zmm23
vpaddd zmm22, zmm23, zmm22
sha256rnds2 xmm1, xmm2, xmm0
vmovdqa32 zmm23, zmm26
vpternlogd zmm23, zmm24, zmm18, 0xca
vprord zmm19, zmm26, 6
movq xmm0, qword ptr [rsi + 2824]
vprord zmm20, zmm26, 11
vprord zmm17, zmm26, 25
vpternlogd zmm19, zmm20, zmm17, 0x96
sha256rnds2 xmm3, xmm4, xmm0
vpaddd zmm25, zmm25, zmmword ptr [rdi + 768]
vpaddd zmm23, zmm25, zmm23
vpaddd zmm19, zmm23, zmm19
movq xmm0, qword ptr [rsi + 2832]
vpaddd zmm27, zmm27, zmm19
vmovdqa32 zmm23, zmm22
vpternlogd zmm23, zmm21, zmm16, 0xe8
vprord zmm25, zmm22, 2
sha256rnds2 xmm5, xmm6, xmm0
vprord zmm17, zmm22, 13
vprord zmm20, zmm22, 22
vpternlogd zmm25, zmm17, zmm20, 0x96
movq xmm0, qword ptr [rsi + 2840]
vpaddd zmm23, zmm19, zmm23
vpaddd zmm25, zmm23, zmm25
vmovdqa32 zmm23, zmm27
sha256rnds2 xmm7, xmm8, xmm0
vpternlogd zmm23, zmm26, zmm24, 0xca
vprord zmm19, zmm27, 6
vprord zmm20, zmm27, 11
movq xmm0, qword ptr [rsi + 2848]
vprord zmm17, zmm27, 25
vpternlogd zmm19, zmm20, zmm17, 0x96
vpaddd zmm18, zmm18, zmmword ptr [rdi + 832]
sha256rnds2 xmm9, xmm10, xmm0
vpaddd zmm23, zmm18, zmm23
vpaddd zmm19, zmm23, zmm19
vpaddd zmm16, zmm16, zmm19
vmovdqa32 zmm23, zmm25
movq xmm0, qword ptr [rsi + 3072]
vpternlogd zmm23, zmm22, zmm21, 0xe8
vprord zmm18, zmm25, 2
vprord zmm17, zmm25, 13
sha256rnds2 xmm2, xmm1, xmm0
vprord zmm20, zmm25, 22
vpternlogd zmm18, zmm17, zmm20, 0x96
vpaddd zmm23, zmm19, zmm23
movq xmm0, qword ptr [rsi + 3080]
vpaddd zmm18, zmm23, zmm18
vmovdqa32 zmm23, zmm16
vpternlogd zmm23, zmm27, zmm26, 0xca
sha256rnds2 xmm4, xmm3, xmm0
vprord zmm19, zmm16, 6
vprord zmm20, zmm16, 11
vprord zmm17, zmm16, 25
movq xmm0, qword ptr [rsi + 3088]
vpternlogd zmm19, zmm20, zmm17, 0x96
vpaddd zmm24, zmm24, zmmword ptr [rdi + 896]
vpaddd zmm23, zmm24, zmm23
vpaddd zmm19, zmm23, zmm19
sha256rnds2 xmm6, xmm5, xmm0
vpaddd zmm21, zmm21, zmm19
vmovdqa32 zmm23, zmm18
vpternlogd zmm23, zmm25, zmm22, 0xe8
movq xmm0, qword ptr [rsi + 3096]
vprord zmm24, zmm18, 2
vprord zmm17, zmm18, 13
vprord zmm20, zmm18, 22
sha256rnds2 xmm8, xmm7, xmm0
vpternlogd zmm24, zmm17, zmm20, 0x96
vpaddd zmm23, zmm19, zmm23
vpaddd zmm24, zmm23, zmm24
movq xmm0, qword ptr [rsi + 3104]
vmovdqa32 zmm23, zmm21
vpternlogd zmm23, zmm16, zmm27, 0xca
vprord zmm19, zmm21, 6
vprord zmm20, zmm21, 11
sha256rnds2 xmm10, xmm9, xmm0
vprord zmm17, zmm21, 25
vpternlogd zmm19, zmm20, zmm17, 0x96
vpaddd zmm26, zmm26, zmmword ptr [rdi + 960]
movq xmm0, qword ptr [rsi + 3328]
vpaddd zmm23, zmm26, zmm23
vpaddd zmm19, zmm23, zmm19
vpaddd zmm22, zmm22, zmm19
sha256rnds2 xmm1, xmm2, xmm0
vmovdqa32 zmm23, zmm24
vpternlogd zmm23, zmm18, zmm25, 0xe8
vprord zmm26, zmm24, 2
movq xmm0, qword ptr [rsi + 3336]
vprord zmm17, zmm24, 13
vprord zmm20, zmm24, 22
vpternlogd zmm26, zmm17, zmm20, 0x96
sha256rnds2 xmm3, xmm4, xmm0
vpaddd zmm23, zmm19, zmm23
vpaddd zmm26, zmm23, zmm26
vmovdqa32 zmm23, zmm22
vpternlogd zmm23, zmm21, zmm16, 0xca
movq xmm0, qword ptr [rsi + 3344]
vprord zmm19, zmm22, 6
vprord zmm20, zmm22, 11
vprord zmm17, zmm22, 25
sha256rnds2 xmm5, xmm6, xmm0
vpternlogd zmm19, zmm20, zmm17, 0x96
vpaddd zmm27, zmm27, zmmword ptr [rdi + 1024]
vpaddd zmm23, zmm27, zmm23
movq xmm0, qword ptr [rsi + 3352]
vpaddd zmm19, zmm23, zmm19
vpaddd zmm25, zmm25, zmm19
vmovdqa32 zmm23, zmm26
sha256rnds2 xmm7, xmm8, xmm0
vpternlogd zmm23, zmm24, zmm18, 0xe8
vprord zmm27, zmm26, 2
vprord zmm17, zmm26, 13
movq xmm0, qword ptr [rsi + 3360]
vprord zmm20, zmm26, 22
vpternlogd zmm27, zmm17, zmm20, 0x96
vpaddd zmm23, zmm19, zmm23
vpaddd zmm27, zmm23, zmm27
sha256rnds2 xmm9, xmm10, xmm0
vmovdqa32 zmm23, zmm25
vpternlogd zmm23, zmm22, zmm21, 0xca
vprord zmm19, zmm25, 6
movq xmm0, qword ptr [rsi + 3584]
vprord zmm20, zmm25, 11
vprord zmm17, zmm25, 25
vpternlogd zmm19, zmm20, zmm17, 0x96
sha256rnds2 xmm2, xmm1, xmm0
vpaddd zmm16, zmm16, zmmword ptr [rdi + 1088]
vpaddd zmm23, zmm16, zmm23
vpaddd zmm19, zmm23, zmm19
movq xmm0, qword ptr [rsi + 3592]
vpaddd zmm18, zmm18, zmm19
vmovdqa32 zmm23, zmm27
vpternlogd zmm23, zmm26, zmm24, 0xe8
vprord zmm16, zmm27, 2
sha256rnds2 xmm4, xmm3, xmm0
vprord zmm17, zmm27, 13
vprord zmm20, zmm27, 22
vpternlogd zmm16, zmm17, zmm20, 0x96
movq xmm0, qword ptr [rsi + 3600]
vpaddd zmm23, zmm19, zmm23
vpaddd zmm16, zmm23, zmm16
vmovdqa32 zmm23, zmm18
sha256rnds2 xmm6, xmm5, xmm0
vpternlogd zmm23, zmm25, zmm22, 0xca
vprord zmm19, zmm18, 6
vprord zmm20, zmm18, 11
movq xmm0, qword ptr [rsi + 3608]
vprord zmm17, zmm18, 25
vpternlogd zmm19, zmm20, zmm17, 0x96
vpaddd zmm21, zmm21, zmmword ptr [rdi + 1152]
sha256rnds2 xmm8, xmm7, xmm0
vpaddd zmm23, zmm21, zmm23
vpaddd zmm19, zmm23, zmm19
vpaddd zmm24, zmm24, zmm19
vmovdqa32 zmm23, zmm16
movq xmm0, qword ptr [rsi + 3616]
vpternlogd zmm23, zmm27, zmm26, 0xe8
vprord zmm21, zmm16, 2
vprord zmm17, zmm16, 13
sha256rnds2 xmm10, xmm9, xmm0
vprord zmm20, zmm16, 22
vpternlogd zmm21, zmm17, zmm20, 0x96
vpaddd zmm23, zmm19, zmm23
movq xmm0, qword ptr [rsi + 3840]
vpaddd zmm21, zmm23, zmm21
vmovdqa32 zmm23, zmm24
vpternlogd zmm23, zmm18, zmm25, 0xca
sha256rnds2 xmm1, xmm2, xmm0
vprord zmm19, zmm24, 6
vprord zmm20, zmm24, 11
vprord zmm17, zmm24, 25
movq xmm0, qword ptr [rsi + 3848]
vpternlogd zmm19, zmm20, zmm17, 0x96
vpaddd zmm22, zmm22, zmmword ptr [rdi + 1216]
vpaddd zmm23, zmm22, zmm23
vpaddd zmm19, zmm23, zmm19
sha256rnds2 xmm3, xmm4, xmm0
vpaddd zmm26, zmm26, zmm19
vmovdqa32 zmm23, zmm21
vpternlogd zmm23, zmm16, zmm27, 0xe8
movq xmm0, qword ptr [rsi + 3856]
vprord zmm22, zmm21, 2
vprord zmm17, zmm21, 13
vprord zmm20, zmm21, 22
sha256rnds2 xmm5, xmm6, xmm0
vpternlogd zmm22, zmm17, zmm20, 0x96
vpaddd zmm23, zmm19, zmm23
vpaddd zmm22, zmm23, zmm22
movq xmm0, qword ptr [rsi + 3864]
vmovdqa32 zmm23, zmm26
vpternlogd zmm23, zmm24, zmm18, 0xca
vprord zmm19, zmm26, 6
vprord zmm20, zmm26, 11
sha256rnds2 xmm7, xmm8, xmm0
vprord zmm17, zmm26, 25
vpternlogd zmm19, zmm20, zmm17, 0x96
vpaddd zmm25, zmm25, zmmword ptr [rdi + 1280]
movq xmm0, qword ptr [rsi + 3872]
vpaddd zmm23, zmm25, zmm23
vpaddd zmm19, zmm23, zmm19
vpaddd zmm27, zmm27, zmm19
sha256rnds2 xmm9, xmm10, xmm0
vmovdqa32 zmm23, zmm22
vpternlogd zmm23, zmm21, zmm16, 0xe8
vprord zmm25, zmm22, 2
movq xmm0, qword ptr [rsi + 4096]
vprord zmm17, zmm22, 13
vprord zmm20, zmm22, 22
vpternlogd zmm25, zmm17, zmm20, 0x96
sha256rnds2 xmm2, xmm1, xmm0
vpaddd zmm23, zmm19, zmm23
vpaddd zmm25, zmm23, zmm25
vmovdqa32 zmm23, zmm27
vpternlogd zmm23, zmm26, zmm24, 0xca
movq xmm0, qword ptr [rsi + 4104]
vprord zmm19, zmm27, 6
vprord zmm20, zmm27, 11
vprord zmm17, zmm27, 25
sha256rnds2 xmm4, xmm3, xmm0
vpternlogd zmm19, zmm20, zmm17, 0x96
vpaddd zmm18, zmm18, zmmword ptr [rdi + 1344]
vpaddd zmm23, zmm18, zmm23
movq xmm0, qword ptr [rsi + 4112]
vpaddd zmm19, zmm23, zmm19
vpaddd zmm16, zmm16, zmm19
vmovdqa32 zmm23, zmm25
sha256rnds2 xmm6, xmm5, xmm0
vpternlogd zmm23, zmm22, zmm21, 0xe8
vprord zmm18, zmm25, 2
vprord zmm17, zmm25, 13
vprord zmm20, zmm25, 22
movq xmm0, qword ptr [rsi + 4120]
vpternlogd zmm18, zmm17, zmm20, 0x96
vpaddd zmm23, zmm19, zmm23
vpaddd zmm18, zmm23, zmm18
sha256rnds2 xmm8, xmm7, xmm0
vmovdqa32 zmm23, zmm16
vpternlogd zmm23, zmm27, zmm26, 0xca
vprord zmm19, zmm16, 6
movq xmm0, qword ptr [rsi + 4128]
vprord zmm20, zmm16, 11
vprord zmm17, zmm16, 25
vpternlogd zmm19, zmm20, zmm17, 0x96
sha256rnds2 xmm10, xmm9, xmm0
vpaddd zmm24, zmm24, zmmword ptr [rdi + 1408]
vpaddd zmm23, zmm24, zmm23
vpaddd zmm19, zmm23, zmm19
movq xmm0, qword ptr [rsi + 4352]
vpaddd zmm21, zmm21, zmm19
vmovdqa32 zmm23, zmm18
vpternlogd zmm23, zmm25, zmm22, 0xe8
vprord zmm24, zmm18, 2
sha256rnds2 xmm1, xmm2, xmm0
vprord zmm17, zmm18, 13
vprord zmm20, zmm18, 22
vpternlogd zmm24, zmm17, zmm20, 0x96
movq xmm0, qword ptr [rsi + 4360]
vpaddd zmm23, zmm19, zmm23
vpaddd zmm24, zmm23, zmm24
vmovdqa32 zmm23, zmm21
sha256rnds2 xmm3, xmm4, xmm0
vpternlogd zmm23, zmm16, zmm27, 0xca
vprord zmm19, zmm21, 6
vprord zmm20, zmm21, 11
movq xmm0, qword ptr [rsi + 4368]
vprord zmm17, zmm21, 25
vpternlogd zmm19, zmm20, zmm17, 0x96
vpaddd zmm26, zmm26, zmmword ptr [rdi + 1472]
sha256rnds2 xmm5, xmm6, xmm0
vpaddd zmm23, zmm26, zmm23
vpaddd zmm19, zmm23, zmm19
vpaddd zmm22, zmm22, zmm19
vmovdqa32 zmm23, zmm24
movq xmm0, qword ptr [rsi + 4376]
vpternlogd zmm23, zmm18, zmm25, 0xe8
vprord zmm26, zmm24, 2
vprord zmm17, zmm24, 13
sha256rnds2 xmm7, xmm8, xmm0
vprord zmm20, zmm24, 22
vpternlogd zmm26, zmm17, zmm20, 0x96
vpaddd zmm23, zmm19, zmm23
movq xmm0, qword ptr [rsi + 4384]
vpaddd zmm26, zmm23, zmm26
vmovdqa32 zmm23, zmm22
vpternlogd zmm23, zmm21, zmm16, 0xca
sha256rnds2 xmm9, xmm10, xmm0
vprord zmm19, zmm22, 6
vprord zmm20, zmm22, 11
vprord zmm17, zmm22, 25
vpternlogd zmm19, zmm20, zmm17, 0x96
movq xmm0, qword ptr [rsi + 4608]
vpaddd zmm27, zmm27, zmmword ptr [rdi + 1536]
vpaddd zmm23, zmm27, zmm23
vpaddd zmm19, zmm23, zmm19
sha256rnds2 xmm2, xmm1, xmm0
vpaddd zmm25, zmm25, zmm19
vmovdqa32 zmm23, zmm26
vpternlogd zmm23, zmm24, zmm18, 0xe8
movq xmm0, qword ptr [rsi + 4616]
vprord zmm27, zmm26, 2
vprord zmm17, zmm26, 13
vprord zmm20, zmm26, 22
sha256rnds2 xmm4, xmm3, xmm0
vpternlogd zmm27, zmm17, zmm20, 0x96
vpaddd zmm23, zmm19, zmm23
vpaddd zmm27, zmm23, zmm27
movq xmm0, qword ptr [rsi + 4624]
vmovdqa32 zmm23, zmm25
vpternlogd zmm23, zmm22, zmm21, 0xca
vprord zmm19, zmm25, 6
vprord zmm20, zmm25, 11
sha256rnds2 xmm6, xmm5, xmm0
vprord zmm17, zmm25, 25
vpternlogd zmm19, zmm20, zmm17, 0x96
vpaddd zmm16, zmm16, zmmword ptr [rdi + 1600]
movq xmm0, qword ptr [rsi + 4632]
vpaddd zmm23, zmm16, zmm23
vpaddd zmm19, zmm23, zmm19
vpaddd zmm18, zmm18, zmm19
sha256rnds2 xmm8, xmm7, xmm0
vmovdqa32 zmm23, zmm27
vpternlogd zmm23, zmm26, zmm24, 0xe8
vprord zmm16, zmm27, 2
movq xmm0, qword ptr [rsi + 4640]
vprord zmm17, zmm27, 13
vprord zmm20, zmm27, 22
vpternlogd zmm16, zmm17, zmm20, 0x96
sha256rnds2 xmm10, xmm9, xmm0
vpaddd zmm23, zmm19, zmm23
vpaddd zmm16, zmm23, zmm16
vmovdqa32 zmm23, zmm18
vpternlogd zmm23, zmm25, zmm22, 0xca
movq xmm0, qword ptr [rsi + 4864]
vprord zmm19, zmm18, 6
vprord zmm20, zmm18, 11
vprord zmm17, zmm18, 25
sha256rnds2 xmm1, xmm2, xmm0
vpternlogd zmm19, zmm20, zmm17, 0x96
vpaddd zmm21, zmm21, zmmword ptr [rdi + 1664]
vpaddd zmm23, zmm21, zmm23
movq xmm0, qword ptr [rsi + 4872]
vpaddd zmm19, zmm23, zmm19
vpaddd zmm24, zmm24, zmm19
vmovdqa32 zmm23, zmm16
sha256rnds2 xmm3, xmm4, xmm0
vpternlogd zmm23, zmm27, zmm26, 0xe8
vprord zmm21, zmm16, 2
vprord zmm17, zmm16, 13
vprord zmm20, zmm16, 22
movq xmm0, qword ptr [rsi + 4880]
vpternlogd zmm21, zmm17, zmm20, 0x96
vpaddd zmm23, zmm19, zmm23
vpaddd zmm21, zmm23, zmm21
sha256rnds2 xmm5, xmm6, xmm0
vmovdqa32 zmm23, zmm24
vpternlogd zmm23, zmm18, zmm25, 0xca
vprord zmm19, zmm24, 6
movq xmm0, qword ptr [rsi + 4888]
vprord zmm20, zmm24, 11
vprord zmm17, zmm24, 25
vpternlogd zmm19, zmm20, zmm17, 0x96
sha256rnds2 xmm7, xmm8, xmm0
vpaddd zmm22, zmm22, zmmword ptr [rdi + 1728]
vpaddd zmm23, zmm22, zmm23
vpaddd zmm19, zmm23, zmm19
movq xmm0, qword ptr [rsi + 4896]
vpaddd zmm26, zmm26, zmm19
vmovdqa32 zmm23, zmm21
vpternlogd zmm23, zmm16, zmm27, 0xe8
vprord zmm22, zmm21, 2
sha256rnds2 xmm9, xmm10, xmm0
vprord zmm17, zmm21, 13
vprord zmm20, zmm21, 22
vpternlogd zmm22, zmm17, zmm20, 0x96
movq xmm0, qword ptr [rsi + 5120]
vpaddd zmm23, zmm19, zmm23
vpaddd zmm22, zmm23, zmm22
vmovdqa32 zmm23, zmm26
sha256rnds2 xmm2, xmm1, xmm0
vpternlogd zmm23, zmm24, zmm18, 0xca
vprord zmm19, zmm26, 6
vprord zmm20, zmm26, 11
movq xmm0, qword ptr [rsi + 5128]
vprord zmm17, zmm26, 25
vpternlogd zmm19, zmm20, zmm17, 0x96
vpaddd zmm25, zmm25, zmmword ptr [rdi + 1792]
sha256rnds2 xmm4, xmm3, xmm0
vpaddd zmm23, zmm25, zmm23
vpaddd zmm19, zmm23, zmm19
vpaddd zmm27, zmm27, zmm19
vmovdqa32 zmm23, zmm22
movq xmm0, qword ptr [rsi + 5136]
vpternlogd zmm23, zmm21, zmm16, 0xe8
vprord zmm25, zmm22, 2
vprord zmm17, zmm22, 13
sha256rnds2 xmm6, xmm5, xmm0
vprord zmm20, zmm22, 22
vpternlogd zmm25, zmm17, zmm20, 0x96
vpaddd zmm23, zmm19, zmm23
movq xmm0, qword ptr [rsi + 5144]
vpaddd zmm25, zmm23, zmm25
vmovdqa32 zmm23, zmm27
vpternlogd zmm23, zmm26, zmm24, 0xca
sha256rnds2 xmm8, xmm7, xmm0
vprord zmm19, zmm27, 6
vprord zmm20, zmm27, 11
vprord zmm17, zmm27, 25
vpternlogd zmm19, zmm20, zmm17, 0x96
movq xmm0, qword ptr [rsi + 5152]
vpaddd zmm18, zmm18, zmmword ptr [rdi + 1856]
vpaddd zmm23, zmm18, zmm23
vpaddd zmm19, zmm23, zmm19
sha256rnds2 xmm10, xmm9, xmm0
vpaddd zmm16, zmm16, zmm19
vmovdqa32 zmm23, zmm25
vpternlogd zmm23, zmm22, zmm21, 0xe8
movq xmm0, qword ptr [rsi + 5376]
vprord zmm18, zmm25, 2
vprord zmm17, zmm25, 13
vprord zmm20, zmm25, 22
sha256rnds2 xmm1, xmm2, xmm0
vpternlogd zmm18, zmm17, zmm20, 0x96
vpaddd zmm23, zmm19, zmm23
vpaddd zmm18, zmm23, zmm18
movq xmm0, qword ptr [rsi + 5384]
vmovdqa32 zmm23, zmm16
vpternlogd zmm23, zmm27, zmm26, 0xca
vprord zmm19, zmm16, 6
vprord zmm20, zmm16, 11
sha256rnds2 xmm3, xmm4, xmm0
vprord zmm17, zmm16, 25
vpternlogd zmm19, zmm20, zmm17, 0x96
vpaddd zmm24, zmm24, zmmword ptr [rdi + 1920]
movq xmm0, qword ptr [rsi + 5392]
vpaddd zmm23, zmm24, zmm23
vpaddd zmm19, zmm23, zmm19
vpaddd zmm21, zmm21, zmm19
sha256rnds2 xmm5, xmm6, xmm0
vmovdqa32 zmm23, zmm18
vpternlogd zmm23, zmm25, zmm22, 0xe8
vprord zmm24, zmm18, 2
movq xmm0, qword ptr [rsi + 5400]
vprord zmm17, zmm18, 13
vprord zmm20, zmm18, 22
vpternlogd zmm24, zmm17, zmm20, 0x96
sha256rnds2 xmm7, xmm8, xmm0
vpaddd zmm23, zmm19, zmm23
vpaddd zmm24, zmm23, zmm24
vmovdqa32 zmm23, zmm21
vpternlogd zmm23, zmm16, zmm27, 0xca
movq xmm0, qword ptr [rsi + 5408]
vprord zmm19, zmm21, 6
vprord zmm20, zmm21, 11
vprord zmm17, zmm21, 25
sha256rnds2 xmm9, xmm10, xmm0
vpternlogd zmm19, zmm20, zmm17, 0x96
vpaddd zmm26, zmm26, zmmword ptr [rdi + 1984]
vpaddd zmm23, zmm26, zmm23
movq xmm0, qword ptr [rsi + 5632]
vpaddd zmm19, zmm23, zmm19
vpaddd zmm22, zmm22, zmm19
vmovdqa32 zmm23, zmm24
sha256rnds2 xmm2, xmm1, xmm0
vpternlogd zmm23, zmm18, zmm25, 0xe8
vprord zmm26, zmm24, 2
vprord zmm17, zmm24, 13
vprord zmm20, zmm24, 22
movq xmm0, qword ptr [rsi + 5640]
vpternlogd zmm26, zmm17, zmm20, 0x96
vpaddd zmm23, zmm19, zmm23
vpaddd zmm26, zmm23, zmm26
sha256rnds2 xmm4, xmm3, xmm0
vmovdqa32 zmm23, zmm22
vpternlogd zmm23, zmm21, zmm16, 0xca
vprord zmm19, zmm22, 6
movq xmm0, qword ptr [rsi + 5648]
vprord zmm20, zmm22, 11
vprord zmm17, zmm22, 25
vpternlogd zmm19, zmm20, zmm17, 0x96
sha256rnds2 xmm6, xmm5, xmm0
vpaddd zmm27, zmm27, zmmword ptr [rdi + 2048]
vpaddd zmm23, zmm27, zmm23
vpaddd zmm19, zmm23, zmm19
movq xmm0, qword ptr [rsi + 5656]
vpaddd zmm25, zmm25, zmm19
vmovdqa32 zmm23, zmm26
vpternlogd zmm23, zmm24, zmm18, 0xe8
vprord zmm27, zmm26, 2
sha256rnds2 xmm8, xmm7, xmm0
vprord zmm17, zmm26, 13
vprord zmm20, zmm26, 22
vpternlogd zmm27, zmm17, zmm20, 0x96
movq xmm0, qword ptr [rsi + 5664]
vpaddd zmm23, zmm19, zmm23
vpaddd zmm27, zmm23, zmm27
vmovdqa32 zmm23, zmm25
sha256rnds2 xmm10, xmm9, xmm0
vpternlogd zmm23, zmm22, zmm21, 0xca
vprord zmm19, zmm25, 6
vprord zmm20, zmm25, 11
movq xmm0, qword ptr [rsi + 5888]
vprord zmm17, zmm25, 25
vpternlogd zmm19, zmm20, zmm17, 0x96
vpaddd zmm16, zmm16, zmmword ptr [rdi + 2112]
sha256rnds2 xmm1, xmm2, xmm0
vpaddd zmm23, zmm16, zmm23
vpaddd zmm19, zmm23, zmm19
vpaddd zmm18, zmm18, zmm19
vmovdqa32 zmm23, zmm27
movq xmm0, qword ptr [rsi + 5896]
vpternlogd zmm23, zmm26, zmm24, 0xe8
vprord zmm16, zmm27, 2
vprord zmm17, zmm27, 13
sha256rnds2 xmm3, xmm4, xmm0
vprord zmm20, zmm27, 22
vpternlogd zmm16, zmm17, zmm20, 0x96
vpaddd zmm23, zmm19, zmm23
movq xmm0, qword ptr [rsi + 5904]
vpaddd zmm16, zmm23, zmm16
vmovdqa32 zmm23, zmm18
vpternlogd zmm23, zmm25, zmm22, 0xca
sha256rnds2 xmm5, xmm6, xmm0
vprord zmm19, zmm18, 6
vprord zmm20, zmm18, 11
vprord zmm17, zmm18, 25
vpternlogd zmm19, zmm20, zmm17, 0x96
movq xmm0, qword ptr [rsi + 5912]
vpaddd zmm21, zmm21, zmmword ptr [rdi + 2176]
vpaddd zmm23, zmm21, zmm23
vpaddd zmm19, zmm23, zmm19
sha256rnds2 xmm7, xmm8, xmm0
vpaddd zmm24, zmm24, zmm19
vmovdqa32 zmm23, zmm16
vpternlogd zmm23, zmm27, zmm26, 0xe8
movq xmm0, qword ptr [rsi + 5920]
vprord zmm21, zmm16, 2
vprord zmm17, zmm16, 13
vprord zmm20, zmm16, 22
sha256rnds2 xmm9, xmm10, xmm0
vpternlogd zmm21, zmm17, zmm20, 0x96
vpaddd zmm23, zmm19, zmm23
vpaddd zmm21, zmm23, zmm21
movq xmm0, qword ptr [rsi + 6144]
vmovdqa32 zmm23, zmm24
vpternlogd zmm23, zmm18, zmm25, 0xca
vprord zmm19, zmm24, 6
vprord zmm20, zmm24, 11
sha256rnds2 xmm2, xmm1, xmm0
vprord zmm17, zmm24, 25
vpternlogd zmm19, zmm20, zmm17, 0x96
vpaddd zmm22, zmm22, zmmword ptr [rdi + 2240]
movq xmm0, qword ptr [rsi + 6152]
vpaddd zmm23, zmm22, zmm23
vpaddd zmm19, zmm23, zmm19
vpaddd zmm26, zmm26, zmm19
sha256rnds2 xmm4, xmm3, xmm0
vmovdqa32 zmm23, zmm21
vpternlogd zmm23, zmm16, zmm27, 0xe8
vprord zmm22, zmm21, 2
movq xmm0, qword ptr [rsi + 6160]
vprord zmm17, zmm21, 13
vprord zmm20, zmm21, 22
vpternlogd zmm22, zmm17, zmm20, 0x96
sha256rnds2 xmm6, xmm5, xmm0
vpaddd zmm23, zmm19, zmm23
vpaddd zmm22, zmm23, zmm22
vmovdqa32 zmm23, zmm26
vpternlogd zmm23, zmm24, zmm18, 0xca
movq xmm0, qword ptr [rsi + 6168]
vprord zmm19, zmm26, 6
vprord zmm20, zmm26, 11
vprord zmm17, zmm26, 25
sha256rnds2 xmm8, xmm7, xmm0
vpternlogd zmm19, zmm20, zmm17, 0x96
vpaddd zmm25, zmm25, zmmword ptr [rdi + 2304]
vpaddd zmm23, zmm25, zmm23
movq xmm0, qword ptr [rsi + 6176]
vpaddd zmm19, zmm23, zmm19
vpaddd zmm27, zmm27, zmm19
vmovdqa32 zmm23, zmm22
sha256rnds2 xmm10, xmm9, xmm0
vpternlogd zmm23, zmm21, zmm16, 0xe8
vprord zmm25, zmm22, 2
vprord zmm17, zmm22, 13
vprord zmm20, zmm22, 22
movq xmm0, qword ptr [rsi + 6400]
vpternlogd zmm25, zmm17, zmm20, 0x96
vpaddd zmm23, zmm19, zmm23
vpaddd zmm25, zmm23, zmm25
sha256rnds2 xmm1, xmm2, xmm0
vmovdqa32 zmm23, zmm27
vpternlogd zmm23, zmm26, zmm24, 0xca
vprord zmm19, zmm27, 6
movq xmm0, qword ptr [rsi + 6408]
vprord zmm20, zmm27, 11
vprord zmm17, zmm27, 25
vpternlogd zmm19, zmm20, zmm17, 0x96
sha256rnds2 xmm3, xmm4, xmm0
vpaddd zmm18, zmm18, zmmword ptr [rdi + 2368]
vpaddd zmm23, zmm18, zmm23
vpaddd zmm19, zmm23, zmm19
movq xmm0, qword ptr [rsi + 6416]
vpaddd zmm16, zmm16, zmm19
vmovdqa32 zmm23, zmm25
vpternlogd zmm23, zmm22, zmm21, 0xe8
vprord zmm18, zmm25, 2
sha256rnds2 xmm5, xmm6, xmm0
vprord zmm17, zmm25, 13
vprord zmm20, zmm25, 22
vpternlogd zmm18, zmm17, zmm20, 0x96
movq xmm0, qword ptr [rsi + 6424]
vpaddd zmm23, zmm19, zmm23
vpaddd zmm18, zmm23, zmm18
vmovdqa32 zmm23, zmm16
sha256rnds2 xmm7, xmm8, xmm0
vpternlogd zmm23, zmm27, zmm26, 0xca
vprord zmm19, zmm16, 6
vprord zmm20, zmm16, 11
movq xmm0, qword ptr [rsi + 6432]
vprord zmm17, zmm16, 25
vpternlogd zmm19, zmm20, zmm17, 0x96
vpaddd zmm24, zmm24, zmmword ptr [rdi + 2432]
sha256rnds2 xmm9, xmm10, xmm0
vpaddd zmm23, zmm24, zmm23
vpaddd zmm19, zmm23, zmm19
vpaddd zmm21, zmm21, zmm19
vmovdqa32 zmm23, zmm18
movq xmm0, qword ptr [rsi + 6656]
vpternlogd zmm23, zmm25, zmm22, 0xe8
vprord zmm24, zmm18, 2
vprord zmm17, zmm18, 13
sha256rnds2 xmm2, xmm1, xmm0
vprord zmm20, zmm18, 22
vpternlogd zmm24, zmm17, zmm20, 0x96
vpaddd zmm23, zmm19, zmm23
movq xmm0, qword ptr [rsi + 6664]
vpaddd zmm24, zmm23, zmm24
vmovdqa32 zmm23, zmm21
vpternlogd zmm23, zmm16, zmm27, 0xca
sha256rnds2 xmm4, xmm3, xmm0
vprord zmm19, zmm21, 6
vprord zmm20, zmm21, 11
vprord zmm17, zmm21, 25
vpternlogd zmm19, zmm20, zmm17, 0x96
movq xmm0, qword ptr [rsi + 6672]
vpaddd zmm26, zmm26, zmmword ptr [rdi + 2496]
vpaddd zmm23, zmm26, zmm23
vpaddd zmm19, zmm23, zmm19
sha256rnds2 xmm6, xmm5, xmm0
vpaddd zmm22, zmm22, zmm19
vmovdqa32 zmm23, zmm24
vpternlogd zmm23, zmm18, zmm25, 0xe8
movq xmm0, qword ptr [rsi + 6680]
vprord zmm26, zmm24, 2
vprord zmm17, zmm24, 13
vprord zmm20, zmm24, 22
sha256rnds2 xmm8, xmm7, xmm0
vpternlogd zmm26, zmm17, zmm20, 0x96
vpaddd zmm23, zmm19, zmm23
vpaddd zmm26, zmm23, zmm26
movq xmm0, qword ptr [rsi + 6688]
vmovdqa32 zmm23, zmm22
vpternlogd zmm23, zmm21, zmm16, 0xca
vprord zmm19, zmm22, 6
vprord zmm20, zmm22, 11
sha256rnds2 xmm10, xmm9, xmm0
vprord zmm17, zmm22, 25
vpternlogd zmm19, zmm20, zmm17, 0x96
vpaddd zmm27, zmm27, zmmword ptr [rdi + 2560]
movq xmm0, qword ptr [rsi + 6912]
vpaddd zmm23, zmm27, zmm23
vpaddd zmm19, zmm23, zmm19
vpaddd zmm25, zmm25, zmm19
sha256rnds2 xmm1, xmm2, xmm0
vmovdqa32 zmm23, zmm26
vpternlogd zmm23, zmm24, zmm18, 0xe8
vprord zmm27, zmm26, 2
movq xmm0, qword ptr [rsi + 6920]
vprord zmm17, zmm26, 13
vprord zmm20, zmm26, 22
vpternlogd zmm27, zmm17, zmm20, 0x96
sha256rnds2 xmm3, xmm4, xmm0
vpaddd zmm23, zmm19, zmm23
vpaddd zmm27, zmm23, zmm27
vmovdqa32 zmm23, zmm25
vpternlogd zmm23, zmm22, zmm21, 0xca
movq xmm0, qword ptr [rsi + 6928]
vprord zmm19, zmm25, 6
vprord zmm20, zmm25, 11
vprord zmm17, zmm25, 25
sha256rnds2 xmm5, xmm6, xmm0
vpternlogd zmm19, zmm20, zmm17, 0x96
vpaddd zmm16, zmm16, zmmword ptr [rdi + 2624]
vpaddd zmm23, zmm16, zmm23
movq xmm0, qword ptr [rsi + 6936]
vpaddd zmm19, zmm23, zmm19
vpaddd zmm18, zmm18, zmm19
vmovdqa32 zmm23, zmm27
sha256rnds2 xmm7, xmm8, xmm0
vpternlogd zmm23, zmm26, zmm24, 0xe8
vprord zmm16, zmm27, 2
vprord zmm17, zmm27, 13
vprord zmm20, zmm27, 22
movq xmm0, qword ptr [rsi + 6944]
vpternlogd zmm16, zmm17, zmm20, 0x96
vpaddd zmm23, zmm19, zmm23
vpaddd zmm16, zmm23, zmm16
sha256rnds2 xmm9, xmm10, xmm0
vmovdqa32 zmm23, zmm18
vpternlogd zmm23, zmm25, zmm22, 0xca
vprord zmm19, zmm18, 6
movq xmm0, qword ptr [rsi + 7168]
vprord zmm20, zmm18, 11
vprord zmm17, zmm18, 25
vpternlogd zmm19, zmm20, zmm17, 0x96
sha256rnds2 xmm2, xmm1, xmm0
vpaddd zmm21, zmm21, zmmword ptr [rdi + 2688]
vpaddd zmm23, zmm21, zmm23
vpaddd zmm19, zmm23, zmm19
movq xmm0, qword ptr [rsi + 7176]
vpaddd zmm24, zmm24, zmm19
vmovdqa32 zmm23, zmm16
vpternlogd zmm23, zmm27, zmm26, 0xe8
vprord zmm21, zmm16, 2
sha256rnds2 xmm4, xmm3, xmm0
vprord zmm17, zmm16, 13
vprord zmm20, zmm16, 22
vpternlogd zmm21, zmm17, zmm20, 0x96
movq xmm0, qword ptr [rsi + 7184]
vpaddd zmm23, zmm19, zmm23
vpaddd zmm21, zmm23, zmm21
vmovdqa32 zmm23, zmm24
sha256rnds2 xmm6, xmm5, xmm0
vpternlogd zmm23, zmm18, zmm25, 0xca
vprord zmm19, zmm24, 6
vprord zmm20, zmm24, 11
movq xmm0, qword ptr [rsi + 7192]
vprord zmm17, zmm24, 25
vpternlogd zmm19, zmm20, zmm17, 0x96
vpaddd zmm22, zmm22, zmmword ptr [rdi + 2752]
sha256rnds2 xmm8, xmm7, xmm0
vpaddd zmm23, zmm22, zmm23
vpaddd zmm19, zmm23, zmm19
vpaddd zmm26, zmm26, zmm19
vmovdqa32 zmm23, zmm21
movq xmm0, qword ptr [rsi + 7200]
vpternlogd zmm23, zmm16, zmm27, 0xe8
vprord zmm22, zmm21, 2
vprord zmm17, zmm21, 13
sha256rnds2 xmm10, xmm9, xmm0
vprord zmm20, zmm21, 22
vpternlogd zmm22, zmm17, zmm20, 0x96
vpaddd zmm23, zmm19, zmm23
movq xmm0, qword ptr [rsi + 7424]
vpaddd zmm22, zmm23, zmm22
vmovdqa32 zmm23, zmm26
vpternlogd zmm23, zmm24, zmm18, 0xca
sha256rnds2 xmm1, xmm2, xmm0
vprord zmm19, zmm26, 6
vprord zmm20, zmm26, 11
vprord zmm17, zmm26, 25
vpternlogd zmm19, zmm20, zmm17, 0x96
movq xmm0, qword ptr [rsi + 7432]
vpaddd zmm25, zmm25, zmmword ptr [rdi + 2816]
vpaddd zmm23, zmm25, zmm23
vpaddd zmm19, zmm23, zmm19
sha256rnds2 xmm3, xmm4, xmm0
vpaddd zmm27, zmm27, zmm19
vmovdqa32 zmm23, zmm22
vpternlogd zmm23, zmm21, zmm16, 0xe8
movq xmm0, qword ptr [rsi + 7440]
vprord zmm25, zmm22, 2
vprord zmm17, zmm22, 13
vprord zmm20, zmm22, 22
sha256rnds2 xmm5, xmm6, xmm0
vpternlogd zmm25, zmm17, zmm20, 0x96
vpaddd zmm23, zmm19, zmm23
vpaddd zmm25, zmm23, zmm25
movq xmm0, qword ptr [rsi + 7448]
vmovdqa32 zmm23, zmm27
vpternlogd zmm23, zmm26, zmm24, 0xca
vprord zmm19, zmm27, 6
vprord zmm20, zmm27, 11
sha256rnds2 xmm7, xmm8, xmm0
vprord zmm17, zmm27, 25
vpternlogd zmm19, zmm20, zmm17, 0x96
vpaddd zmm18, zmm18, zmmword ptr [rdi + 2880]
movq xmm0, qword ptr [rsi + 7456]
vpaddd zmm23, zmm18, zmm23
vpaddd zmm19, zmm23, zmm19
vpaddd zmm16, zmm16, zmm19
sha256rnds2 xmm9, xmm10, xmm0
vmovdqa32 zmm23, zmm25
vpternlogd zmm23, zmm22, zmm21, 0xe8
vprord zmm18, zmm25, 2
movq xmm0, qword ptr [rsi + 7680]
vprord zmm17, zmm25, 13
vprord zmm20, zmm25, 22
vpternlogd zmm18, zmm17, zmm20, 0x96
sha256rnds2 xmm2, xmm1, xmm0
vpaddd zmm23, zmm19, zmm23
vpaddd zmm18, zmm23, zmm18
vmovdqa32 zmm23, zmm16
vpternlogd zmm23, zmm27, zmm26, 0xca
movq xmm0, qword ptr [rsi + 7688]
vprord zmm19, zmm16, 6
vprord zmm20, zmm16, 11
vprord zmm17, zmm16, 25
sha256rnds2 xmm4, xmm3, xmm0
vpternlogd zmm19, zmm20, zmm17, 0x96
vpaddd zmm24, zmm24, zmmword ptr [rdi + 2944]
vpaddd zmm23, zmm24, zmm23
movq xmm0, qword ptr [rsi + 7696]
vpaddd zmm19, zmm23, zmm19
vpaddd zmm21, zmm21, zmm19
vmovdqa32 zmm23, zmm18
sha256rnds2 xmm6, xmm5, xmm0
vpternlogd zmm23, zmm25, zmm22, 0xe8
vprord zmm24, zmm18, 2
vprord zmm17, zmm18, 13
vprord zmm20, zmm18, 22
movq xmm0, qword ptr [rsi + 7704]
vpternlogd zmm24, zmm17, zmm20, 0x96
vpaddd zmm23, zmm19, zmm23
vpaddd zmm24, zmm23, zmm24
sha256rnds2 xmm8, xmm7, xmm0
vmovdqa32 zmm23, zmm21
vpternlogd zmm23, zmm16, zmm27, 0xca
vprord zmm19, zmm21, 6
movq xmm0, qword ptr [rsi + 7712]
vprord zmm20, zmm21, 11
vprord zmm17, zmm21, 25
vpternlogd zmm19, zmm20, zmm17, 0x96
sha256rnds2 xmm10, xmm9, xmm0
vpaddd zmm26, zmm26, zmmword ptr [rdi + 3008]
vpaddd zmm23, zmm26, zmm23
vpaddd zmm19, zmm23, zmm19
paddd xmm2, xmmword ptr [rcx + 32]
vpaddd zmm22, zmm22, zmm19
vmovdqa32 zmm23, zmm24
vpternlogd zmm23, zmm18, zmm25, 0xe8
vprord zmm26, zmm24, 2
movdqa xmmword ptr [rdx + 0], xmm2
vprord zmm17, zmm24, 13
vprord zmm20, zmm24, 22
vpternlogd zmm26, zmm17, zmm20, 0x96
paddd xmm1, xmmword ptr [rcx + 48]
vpaddd zmm23, zmm19, zmm23
vpaddd zmm26, zmm23, zmm26
vmovdqa32 zmm23, zmm22
movdqa xmmword ptr [rdx + 16], xmm1
vpternlogd zmm23, zmm21, zmm16, 0xca
vprord zmm19, zmm22, 6
vprord zmm20, zmm22, 11
paddd xmm4, xmmword ptr [rcx + 96]
vprord zmm17, zmm22, 25
vpternlogd zmm19, zmm20, zmm17, 0x96
vpaddd zmm27, zmm27, zmmword ptr [rdi + 3072]
movdqa xmmword ptr [rdx + 32], xmm4
vpaddd zmm23, zmm27, zmm23
vpaddd zmm19, zmm23, zmm19
vpaddd zmm25, zmm25, zmm19
vmovdqa32 zmm23, zmm26
paddd xmm3, xmmword ptr [rcx + 112]
vpternlogd zmm23, zmm24, zmm18, 0xe8
vprord zmm27, zmm26, 2
vprord zmm17, zmm26, 13
movdqa xmmword ptr [rdx + 48], xmm3
vprord zmm20, zmm26, 22
vpternlogd zmm27, zmm17, zmm20, 0x96
vpaddd zmm23, zmm19, zmm23
paddd xmm6, xmmword ptr [rcx + 160]
vpaddd zmm27, zmm23, zmm27
vmovdqa32 zmm23, zmm25
vpternlogd zmm23, zmm22, zmm21, 0xca
movdqa xmmword ptr [rdx + 64], xmm6
vprord zmm19, zmm25, 6
vprord zmm20, zmm25, 11
vprord zmm17, zmm25, 25
vpternlogd zmm19, zmm20, zmm17, 0x96
paddd xmm5, xmmword ptr [rcx + 176]
vpaddd zmm16, zmm16, zmmword ptr [rdi + 3136]
vpaddd zmm23, zmm16, zmm23
vpaddd zmm19, zmm23, zmm19
movdqa xmmword ptr [rdx + 80], xmm5
vpaddd zmm18, zmm18, zmm19
vmovdqa32 zmm23, zmm27
vpternlogd zmm23, zmm26, zmm24, 0xe8
paddd xmm8, xmmword ptr [rcx + 224]
vprord zmm16, zmm27, 2
vprord zmm17, zmm27, 13
vprord zmm20, zmm27, 22
movdqa xmmword ptr [rdx + 96], xmm8
vpternlogd zmm16, zmm17, zmm20, 0x96
vpaddd zmm23, zmm19, zmm23
vpaddd zmm16, zmm23, zmm16
paddd xmm7, xmmword ptr [rcx + 240]
vpaddd zmm16, zmm16, dword ptr [rdi + 0]{1to16}
vmovdqa32 zmmword ptr [rdi + 9408], zmm16
vpaddd zmm27, zmm27, dword ptr [rdi + 4]{1to16}
vmovdqa32 zmmword ptr [rdi + 9472], zmm27
movdqa xmmword ptr [rdx + 112], xmm7
vpaddd zmm26, zmm26, dword ptr [rdi + 8]{1to16}
vmovdqa32 zmmword ptr [rdi + 9536], zmm26
vpaddd zmm24, zmm24, dword ptr [rdi + 12]{1to16}
paddd xmm10, xmmword ptr [rcx + 288]
vmovdqa32 zmmword ptr [rdi + 9600], zmm24
vpaddd zmm18, zmm18, dword ptr [rdi + 16]{1to16}
vmovdqa32 zmmword ptr [rdi + 9664], zmm18
movdqa xmmword ptr [rdx + 128], xmm10
vpaddd zmm25, zmm25, dword ptr [rdi + 20]{1to16}
vmovdqa32 zmmword ptr [rdi + 9728], zmm25
vpaddd zmm22, zmm22, dword ptr [rdi + 24]{1to16}
paddd xmm9, xmmword ptr [rcx + 304]
vmovdqa32 zmmword ptr [rdi + 9792], zmm22
vpaddd zmm21, zmm21, dword ptr [rdi + 28]{1to16}
vmovdqa32 zmmword ptr [rdi + 9856], zmm21
movdqa xmmword ptr [rdx + 144], xmm9
add rsi, 40
add rcx, 320
add rdx, 160
lea r8, [rdi + 9408]
lea r9, [rdi + 10944]
mov eax, 3
.p2align 5
4:
vmovdqa32 zmm16, zmmword ptr [r8 + 0]
vpaddd zmm17, zmm16, dword ptr [r10 - 272]{1to16}
vpaddd zmm18, zmm16, dword ptr [r10 - 268]{1to16}
vpbroadcastd zmm19, dword ptr [r10 - 280]
movdqa xmm1, xmmword ptr [rcx + 0]
vmovdqa32 zmm20, zmm17
vpternlogd zmm20, zmm19, dword ptr [r10 - 276]{1to16}, 0xca
vprord zmm21, zmm17, 6
movdqa xmm2, xmmword ptr [rcx + 16]
vprord zmm22, zmm17, 11
vprord zmm23, zmm17, 25
vpternlogd zmm21, zmm22, zmm23, 0x96
vmovdqa32 zmm23, zmmword ptr [r8 + 64]
movdqa xmm3, xmmword ptr [rcx + 64]
vpaddd zmm22, zmm23, dword ptr [r10 - 264]{1to16}
vpaddd zmm20, zmm22, zmm20
vpaddd zmm21, zmm20, zmm21
movdqa xmm4, xmmword ptr [rcx + 80]
vpaddd zmm20, zmm21, dword ptr [r10 - 284]{1to16}
vpbroadcastd zmm22, dword ptr [r10 - 292]
vmovdqa32 zmm24, zmm18
movdqa xmm5, xmmword ptr [rcx + 128]
vpternlogd zmm24, zmm22, dword ptr [r10 - 288]{1to16}, 0xe8
vprord zmm25, zmm18, 2
vprord zmm26, zmm18, 13
vprord zmm27, zmm18, 22
movdqa xmm6, xmmword ptr [rcx + 144]
vpternlogd zmm25, zmm26, zmm27, 0x96
vpaddd zmm24, zmm21, zmm24
vpaddd zmm25, zmm24, zmm25
movdqa xmm7, xmmword ptr [rcx + 192]
vpternlogd zmm19, zmm20, zmm17, 0xb8
vprord zmm24, zmm20, 6
vprord zmm27, zmm20, 11
movdqa xmm8, xmmword ptr [rcx + 208]
vprord zmm26, zmm20, 25
vpternlogd zmm24, zmm27, zmm26, 0x96
vmovdqa32 zmm26, zmmword ptr [r8 + 128]
vpaddd zmm27, zmm26, dword ptr [r10 - 260]{1to16}
movdqa xmm9, xmmword ptr [rcx + 256]
vpaddd zmm19, zmm27, zmm19
vpaddd zmm24, zmm19, zmm24
vpaddd zmm19, zmm24, dword ptr [r10 - 288]{1to16}
movdqa xmm10, xmmword ptr [rcx + 272]
vmovdqa32 zmm27, zmm25
vpternlogd zmm27, zmm18, zmm22, 0xe8
vprord zmm28, zmm25, 2
movdqa xmm11, xmmword ptr [rcx + 320]
vprord zmm29, zmm25, 13
vprord zmm30, zmm25, 22
vpternlogd zmm28, zmm29, zmm30, 0x96
vpaddd zmm27, zmm24, zmm27
movdqa xmm12, xmmword ptr [rcx + 336]
vpaddd zmm28, zmm27, zmm28
vpternlogd zmm17, zmm19, zmm20, 0xb8
vprord zmm27, zmm19, 6
movdqa xmm13, xmmword ptr [rcx + 384]
vprord zmm30, zmm19, 11
vprord zmm29, zmm19, 25
vpternlogd zmm27, zmm30, zmm29, 0x96
movdqa xmm14, xmmword ptr [rcx + 400]
vmovdqa32 zmm29, zmmword ptr [r8 + 192]
vpaddd zmm30, zmm29, dword ptr [r10 - 256]{1to16}
vpaddd zmm17, zmm30, zmm17
vpaddd zmm27, zmm17, zmm27
movq xmm0, qword ptr [rsi + 0]
vpaddd zmm22, zmm22, zmm27
vmovdqa32 zmm17, zmm28
vpternlogd zmm17, zmm25, zmm18, 0xe8
sha256rnds2 xmm2, xmm1, xmm0
vprord zmm30, zmm28, 2
vprord zmm31, zmm28, 13
vprord zmm29, zmm28, 22
movq xmm0, qword ptr [rsi + 8]
vpternlogd zmm30, zmm31, zmm29, 0x96
vpaddd zmm17, zmm27, zmm17
vpaddd zmm30, zmm17, zmm30
vpternlogd zmm20, zmm22, zmm19, 0xb8
sha256rnds2 xmm4, xmm3, xmm0
vprord zmm17, zmm22, 6
vprord zmm29, zmm22, 11
vprord zmm31, zmm22, 25
movq xmm0, qword ptr [rsi + 16]
vpternlogd zmm17, zmm29, zmm31, 0x96
vpaddd zmm31, zmm16, dword ptr [r10 - 252]{1to16}
vpaddd zmm31, zmm31, zmmword ptr [r8 + 256]
sha256rnds2 xmm6, xmm5, xmm0
vpaddd zmm20, zmm31, zmm20
vpaddd zmm17, zmm20, zmm17
vpaddd zmm18, zmm18, zmm17
vmovdqa32 zmm20, zmm30
movq xmm0, qword ptr [rsi + 24]
vpternlogd zmm20, zmm28, zmm25, 0xe8
vprord zmm31, zmm30, 2
vprord zmm29, zmm30, 13
sha256rnds2 xmm8, xmm7, xmm0
vprord zmm26, zmm30, 22
vpternlogd zmm31, zmm29, zmm26, 0x96
vpaddd zmm20, zmm17, zmm20
movq xmm0, qword ptr [rsi + 32]
vpaddd zmm31, zmm20, zmm31
vpternlogd zmm19, zmm18, zmm22, 0xb8
vprord zmm20, zmm18, 6
vprord zmm17, zmm18, 11
sha256rnds2 xmm10, xmm9, xmm0
vprord zmm26, zmm18, 25
vpternlogd zmm20, zmm17, zmm26, 0x96
vpaddd zmm21, zmm21, dword ptr [r10 - 248]{1to16}
movq xmm0, qword ptr [rsi + 40]
vpaddd zmm21, zmm21, zmmword ptr [r8 + 320]
vpaddd zmm19, zmm21, zmm19
vpaddd zmm20, zmm19, zmm20
sha256rnds2 xmm12, xmm11, xmm0
vpaddd zmm25, zmm25, zmm20
vmovdqa32 zmm19, zmm31
vpternlogd zmm19, zmm30, zmm28, 0xe8
vprord zmm21, zmm31, 2
movq xmm0, qword ptr [rsi + 48]
vprord zmm26, zmm31, 13
vprord zmm17, zmm31, 22
vpternlogd zmm21, zmm26, zmm17, 0x96
sha256rnds2 xmm14, xmm13, xmm0
vpaddd zmm19, zmm20, zmm19
vpaddd zmm21, zmm19, zmm21
vpternlogd zmm22, zmm25, zmm18, 0xb8
movq xmm0, qword ptr [rsi + 256]
vprord zmm19, zmm25, 6
vprord zmm20, zmm25, 11
vprord zmm17, zmm25, 25
vpternlogd zmm19, zmm20, zmm17, 0x96
sha256rnds2 xmm1, xmm2, xmm0
vpaddd zmm24, zmm24, dword ptr [r10 - 244]{1to16}
vpaddd zmm24, zmm24, zmmword ptr [r8 + 384]
vpaddd zmm22, zmm24, zmm22
movq xmm0, qword ptr [rsi + 264]
vpaddd zmm19, zmm22, zmm19
vpaddd zmm28, zmm28, zmm19
vmovdqa32 zmm22, zmm21
sha256rnds2 xmm3, xmm4, xmm0
vpternlogd zmm22, zmm31, zmm30, 0xe8
vprord zmm24, zmm21, 2
vprord zmm17, zmm21, 13
vprord zmm20, zmm21, 22
movq xmm0, qword ptr [rsi + 272]
vpternlogd zmm24, zmm17, zmm20, 0x96
vpaddd zmm22, zmm19, zmm22
vpaddd zmm24, zmm22, zmm24
sha256rnds2 xmm5, xmm6, xmm0
vmovdqa32 zmm22, zmm28
vpternlogd zmm22, zmm25, zmm18, 0xca
vprord zmm19, zmm28, 6
movq xmm0, qword ptr [rsi + 280]
vprord zmm20, zmm28, 11
vprord zmm17, zmm28, 25
vpternlogd zmm19, zmm20, zmm17, 0x96
vpaddd zmm27, zmm27, dword ptr [r10 - 240]{1to16}
sha256rnds2 xmm7, xmm8, xmm0
vpaddd zmm27, zmm27, zmmword ptr [r8 + 448]
vpaddd zmm22, zmm27, zmm22
vpaddd zmm19, zmm22, zmm19
movq xmm0, qword ptr [rsi + 288]
vpaddd zmm30, zmm30, zmm19
vmovdqa32 zmm22, zmm24
vpternlogd zmm22, zmm21, zmm31, 0xe8
sha256rnds2 xmm9, xmm10, xmm0
vprord zmm27, zmm24, 2
vprord zmm17, zmm24, 13
vprord zmm20, zmm24, 22
vpternlogd zmm27, zmm17, zmm20, 0x96
movq xmm0, qword ptr [rsi + 296]
vpaddd zmm22, zmm19, zmm22
vpaddd zmm27, zmm22, zmm27
vmovdqa32 zmm22, zmm30
sha256rnds2 xmm11, xmm12, xmm0
vpternlogd zmm22, zmm28, zmm25, 0xca
vprord zmm19, zmm30, 6
vprord zmm20, zmm30, 11
movq xmm0, qword ptr [rsi + 304]
vprord zmm17, zmm30, 25
vpternlogd zmm19, zmm20, zmm17, 0x96
vpaddd zmm18, zmm18, dword ptr [r10 - 236]{1to16}
vpaddd zmm22, zmm18, zmm22
sha256rnds2 xmm13, xmm14, xmm0
vpaddd zmm19, zmm22, zmm19
vpaddd zmm31, zmm31, zmm19
vmovdqa32 zmm22, zmm27
movq xmm0, qword ptr [rsi + 512]
vpternlogd zmm22, zmm24, zmm21, 0xe8
vprord zmm18, zmm27, 2
vprord zmm17, zmm27, 13
sha256rnds2 xmm2, xmm1, xmm0
vprord zmm20, zmm27, 22
vpternlogd zmm18, zmm17, zmm20, 0x96
vpaddd zmm22, zmm19, zmm22
vpaddd zmm18, zmm22, zmm18
movq xmm0, qword ptr [rsi + 520]
vmovdqa32 zmm22, zmm31
vpternlogd zmm22, zmm30, zmm28, 0xca
vprord zmm19, zmm31, 6
sha256rnds2 xmm4, xmm3, xmm0
vprord zmm20, zmm31, 11
vprord zmm17, zmm31, 25
vpternlogd zmm19, zmm20, zmm17, 0x96
movq xmm0, qword ptr [rsi + 528]
vpaddd zmm25, zmm25, dword ptr [r10 - 480]{1to16}
vpaddd zmm22, zmm25, zmm22
vpaddd zmm19, zmm22, zmm19
vpaddd zmm21, zmm21, zmm19
sha256rnds2 xmm6, xmm5, xmm0
vmovdqa32 zmm22, zmm18
vpternlogd zmm22, zmm27, zmm24, 0xe8
vprord zmm25, zmm18, 2
movq xmm0, qword ptr [rsi + 536]
vprord zmm17, zmm18, 13
vprord zmm20, zmm18, 22
vpternlogd zmm25, zmm17, zmm20, 0x96
vpaddd zmm22, zmm19, zmm22
sha256rnds2 xmm8, xmm7, xmm0
vpaddd zmm25, zmm22, zmm25
vmovdqa32 zmm22, zmm21
vpternlogd zmm22, zmm31, zmm30, 0xca
movq xmm0, qword ptr [rsi + 544]
vprord zmm19, zmm21, 6
vprord zmm20, zmm21, 11
vprord zmm17, zmm21, 25
sha256rnds2 xmm10, xmm9, xmm0
vpternlogd zmm19, zmm20, zmm17, 0x96
vpaddd zmm28, zmm28, dword ptr [r10 - 476]{1to16}
vpaddd zmm22, zmm28, zmm22
vpaddd zmm19, zmm22, zmm19
movq xmm0, qword ptr [rsi + 552]
vpaddd zmm24, zmm24, zmm19
vmovdqa32 zmm22, zmm25
vpternlogd zmm22, zmm18, zmm27, 0xe8
sha256rnds2 xmm12, xmm11, xmm0
vprord zmm28, zmm25, 2
vprord zmm17, zmm25, 13
vprord zmm20, zmm25, 22
movq xmm0, qword ptr [rsi + 560]
vpternlogd zmm28, zmm17, zmm20, 0x96
vpaddd zmm22, zmm19, zmm22
vpaddd zmm28, zmm22, zmm28
vmovdqa32 zmm22, zmm24
sha256rnds2 xmm14, xmm13, xmm0
vpternlogd zmm22, zmm21, zmm31, 0xca
vprord zmm19, zmm24, 6
vprord zmm20, zmm24, 11
movq xmm0, qword ptr [rsi + 768]
vprord zmm17, zmm24, 25
vpternlogd zmm19, zmm20, zmm17, 0x96
vpaddd zmm30, zmm30, dword ptr [r10 - 512]{1to16}
sha256rnds2 xmm1, xmm2, xmm0
vpaddd zmm22, zmm30, zmm22
vpaddd zmm19, zmm22, zmm19
vpaddd zmm27, zmm27, zmm19
vmovdqa32 zmm22, zmm28
movq xmm0, qword ptr [rsi + 776]
vpternlogd zmm22, zmm25, zmm18, 0xe8
vprord zmm30, zmm28, 2
vprord zmm17, zmm28, 13
sha256rnds2 xmm3, xmm4, xmm0
vprord zmm20, zmm28, 22
vpternlogd zmm30, zmm17, zmm20, 0x96
vpaddd zmm22, zmm19, zmm22
movq xmm0, qword ptr [rsi + 784]
vpaddd zmm30, zmm22, zmm30
vmovdqa32 zmm22, zmm27
vpternlogd zmm22, zmm24, zmm21, 0xca
vprord zmm19, zmm27, 6
sha256rnds2 xmm5, xmm6, xmm0
vprord zmm20, zmm27, 11
vprord zmm17, zmm27, 25
vpternlogd zmm19, zmm20, zmm17, 0x96
movq xmm0, qword ptr [rsi + 792]
vpaddd zmm31, zmm31, dword ptr [r10 - 508]{1to16}
vpaddd zmm22, zmm31, zmm22
vpaddd zmm19, zmm22, zmm19
sha256rnds2 xmm7, xmm8, xmm0
vpaddd zmm18, zmm18, zmm19
vmovdqa32 zmm22, zmm30
vpternlogd zmm22, zmm28, zmm25, 0xe8
vprord zmm31, zmm30, 2
movq xmm0, qword ptr [rsi + 800]
vprord zmm17, zmm30, 13
vprord zmm20, zmm30, 22
vpternlogd zmm31, zmm17, zmm20, 0x96
sha256rnds2 xmm9, xmm10, xmm0
vpaddd zmm22, zmm19, zmm22
vpaddd zmm31, zmm22, zmm31
vmovdqa32 zmm22, zmm18
movq xmm0, qword ptr [rsi + 808]
vpternlogd zmm22, zmm27, zmm24, 0xca
vprord zmm19, zmm18, 6
vprord zmm20, zmm18, 11
vprord zmm17, zmm18, 25
sha256rnds2 xmm11, xmm12, xmm0
vpternlogd zmm19, zmm20, zmm17, 0x96
vpaddd zmm21, zmm21, dword ptr [r10 - 504]{1to16}
vpaddd zmm22, zmm21, zmm22
movq xmm0, qword ptr [rsi + 816]
vpaddd zmm19, zmm22, zmm19
vpaddd zmm25, zmm25, zmm19
vmovdqa32 zmm22, zmm31
sha256rnds2 xmm13, xmm14, xmm0
vpternlogd zmm22, zmm30, zmm28, 0xe8
vprord zmm21, zmm31, 2
vprord zmm17, zmm31, 13
vprord zmm20, zmm31, 22
movq xmm0, qword ptr [rsi + 1024]
vpternlogd zmm21, zmm17, zmm20, 0x96
vpaddd zmm22, zmm19, zmm22
vpaddd zmm21, zmm22, zmm21
sha256rnds2 xmm2, xmm1, xmm0
vmovdqa32 zmm22, zmm25
vpternlogd zmm22, zmm18, zmm27, 0xca
vprord zmm19, zmm25, 6
movq xmm0, qword ptr [rsi + 1032]
vprord zmm20, zmm25, 11
vprord zmm17, zmm25, 25
vpternlogd zmm19, zmm20, zmm17, 0x96
vpaddd zmm24, zmm24, dword ptr [r10 - 500]{1to16}
sha256rnds2 xmm4, xmm3, xmm0
vpaddd zmm22, zmm24, zmm22
vpaddd zmm19, zmm22, zmm19
vpaddd zmm28, zmm28, zmm19
movq xmm0, qword ptr [rsi + 1040]
vmovdqa32 zmm22, zmm21
vpternlogd zmm22, zmm31, zmm30, 0xe8
vprord zmm24, zmm21, 2
sha256rnds2 xmm6, xmm5, xmm0
vprord zmm17, zmm21, 13
vprord zmm20, zmm21, 22
vpternlogd zmm24, zmm17, zmm20, 0x96
vpaddd zmm22, zmm19, zmm22
movq xmm0, qword ptr [rsi + 1048]
vpaddd zmm24, zmm22, zmm24
vmovdqa32 zmm22, zmm28
vpternlogd zmm22, zmm25, zmm18, 0xca
sha256rnds2 xmm8, xmm7, xmm0
vprord zmm19, zmm28, 6
vprord zmm20, zmm28, 11
vprord zmm17, zmm28, 25
movq xmm0, qword ptr [rsi + 1056]
vpternlogd zmm19, zmm20, zmm17, 0x96
vpaddd zmm27, zmm27, dword ptr [r10 - 232]{1to16}
vpaddd zmm22, zmm27, zmm22
vpaddd zmm19, zmm22, zmm19
sha256rnds2 xmm10, xmm9, xmm0
vpaddd zmm30, zmm30, zmm19
vmovdqa32 zmm22, zmm24
vpternlogd zmm22, zmm21, zmm31, 0xe8
movq xmm0, qword ptr [rsi + 1064]
vprord zmm27, zmm24, 2
vprord zmm17, zmm24, 13
vprord zmm20, zmm24, 22
sha256rnds2 xmm12, xmm11, xmm0
vpternlogd zmm27, zmm17, zmm20, 0x96
vpaddd zmm22, zmm19, zmm22
vpaddd zmm27, zmm22, zmm27
vprord zmm22, zmm23, 7
movq xmm0, qword ptr [rsi + 1072]
vprord zmm19, zmm23, 18
vpsrld zmm20, zmm23, 3
vpternlogd zmm22, zmm19, zmm20, 0x96
sha256rnds2 xmm14, xmm13, xmm0
vpaddd zmm22, zmm16, zmm22
vmovdqa32 zmm16, zmm30
vpternlogd zmm16, zmm28, zmm25, 0xca
movq xmm0, qword ptr [rsi + 1280]
vprord zmm20, zmm30, 6
vprord zmm19, zmm30, 11
vprord zmm17, zmm30, 25
vpternlogd zmm20, zmm19, zmm17, 0x96
sha256rnds2 xmm1, xmm2, xmm0
vpaddd zmm18, zmm18, dword ptr [r10 - 472]{1to16}
vpaddd zmm18, zmm18, zmm22
vpaddd zmm16, zmm18, zmm16
movq xmm0, qword ptr [rsi + 1288]
vpaddd zmm20, zmm16, zmm20
vpaddd zmm31, zmm31, zmm20
vmovdqa32 zmm16, zmm27
sha256rnds2 xmm3, xmm4, xmm0
vpternlogd zmm16, zmm24, zmm21, 0xe8
vprord zmm18, zmm27, 2
vprord zmm17, zmm27, 13
vprord zmm19, zmm27, 22
movq xmm0, qword ptr [rsi + 1296]
vpternlogd zmm18, zmm17, zmm19, 0x96
vpaddd zmm16, zmm20, zmm16
vpaddd zmm18, zmm16, zmm18
sha256rnds2 xmm5, xmm6, xmm0
vprord zmm16, zmmword ptr [r8 + 128], 7
vprord zmm20, zmmword ptr [r8 + 128], 18
vpsrld zmm19, zmmword ptr [r8 + 128], 3
movq xmm0, qword ptr [rsi + 1304]
vpternlogd zmm16, zmm20, zmm19, 0x96
vpaddd zmm23, zmm23, dword ptr [r10 - 484]{1to16}
vpaddd zmm16, zmm23, zmm16
vmovdqa32 zmm23, zmm31
sha256rnds2 xmm7, xmm8, xmm0
vpternlogd zmm23, zmm30, zmm28, 0xca
vprord zmm19, zmm31, 6
vprord zmm20, zmm31, 11
movq xmm0, qword ptr [rsi + 1312]
vprord zmm17, zmm31, 25
vpternlogd zmm19, zmm20, zmm17, 0x96
vpaddd zmm25, zmm25, dword ptr [r10 - 468]{1to16}
sha256rnds2 xmm9, xmm10, xmm0
vpaddd zmm25, zmm25, zmm16
vpaddd zmm23, zmm25, zmm23
vpaddd zmm19, zmm23, zmm19
vpaddd zmm21, zmm21, zmm19
movq xmm0, qword ptr [rsi + 1320]
vmovdqa32 zmm23, zmm18
vpternlogd zmm23, zmm27, zmm24, 0xe8
vprord zmm25, zmm18, 2
sha256rnds2 xmm11, xmm12, xmm0
vprord zmm17, zmm18, 13
vprord zmm20, zmm18, 22
vpternlogd zmm25, zmm17, zmm20, 0x96
vpaddd zmm23, zmm19, zmm23
movq xmm0, qword ptr [rsi + 1328]
vpaddd zmm25, zmm23, zmm25
vprord zmm23, zmmword ptr [r8 + 192], 7
vprord zmm19, zmmword ptr [r8 + 192], 18
sha256rnds2 xmm13, xmm14, xmm0
vpsrld zmm20, zmmword ptr [r8 + 192], 3
vpternlogd zmm23, zmm19, zmm20, 0x96
vprord zmm20, zmm22, 17
movq xmm0, qword ptr [rsi + 1536]
vprord zmm19, zmm22, 19
vpsrld zmm17, zmm22, 10
vpternlogd zmm20, zmm19, zmm17, 0x96
vpaddd zmm23, zmm23, zmmword ptr [r8 + 128]
sha256rnds2 xmm2, xmm1, xmm0
vpaddd zmm20, zmm23, zmm20
vmovdqa32 zmm23, zmm21
vpternlogd zmm23, zmm31, zmm30, 0xca
movq xmm0, qword ptr [rsi + 1544]
vprord zmm17, zmm21, 6
vprord zmm19, zmm21, 11
vprord zmm26, zmm21, 25
sha256rnds2 xmm4, xmm3, xmm0
vpternlogd zmm17, zmm19, zmm26, 0x96
vpaddd zmm28, zmm28, dword ptr [r10 - 464]{1to16}
vpaddd zmm28, zmm28, zmm20
vpaddd zmm23, zmm28, zmm23
movq xmm0, qword ptr [rsi + 1552]
vpaddd zmm17, zmm23, zmm17
vpaddd zmm24, zmm24, zmm17
vmovdqa32 zmm23, zmm25
sha256rnds2 xmm6, xmm5, xmm0
vpternlogd zmm23, zmm18, zmm27, 0xe8
vprord zmm28, zmm25, 2
vprord zmm26, zmm25, 13
movq xmm0, qword ptr [rsi + 1560]
vprord zmm19, zmm25, 22
vpternlogd zmm28, zmm26, zmm19, 0x96
vpaddd zmm23, zmm17, zmm23
vpaddd zmm28, zmm23, zmm28
sha256rnds2 xmm8, xmm7, xmm0
vprord zmm23, zmmword ptr [r8 + 256], 7
vprord zmm17, zmmword ptr [r8 + 256], 18
vpsrld zmm19, zmmword ptr [r8 + 256], 3
movq xmm0, qword ptr [rsi + 1568]
vpternlogd zmm23, zmm17, zmm19, 0x96
vprord zmm19, zmm16, 17
vprord zmm17, zmm16, 19
sha256rnds2 xmm10, xmm9, xmm0
vpsrld zmm26, zmm16, 10
vpternlogd zmm19, zmm17, zmm26, 0x96
vpaddd zmm23, zmm23, zmmword ptr [r8 + 192]
vpaddd zmm19, zmm23, zmm19
movq xmm0, qword ptr [rsi + 1576]
vmovdqa32 zmm23, zmm24
vpternlogd zmm23, zmm21, zmm31, 0xca
vprord zmm26, zmm24, 6
sha256rnds2 xmm12, xmm11, xmm0
vprord zmm17, zmm24, 11
vprord zmm29, zmm24, 25
vpternlogd zmm26, zmm17, zmm29, 0x96
movq xmm0, qword ptr [rsi + 1584]
vpaddd zmm30, zmm30, dword ptr [r10 - 460]{1to16}
vpaddd zmm30, zmm30, zmm19
vpaddd zmm23, zmm30, zmm23
vpaddd zmm26, zmm23, zmm26
sha256rnds2 xmm14, xmm13, xmm0
vpaddd zmm27, zmm27, zmm26
vmovdqa32 zmm23, zmm28
vpternlogd zmm23, zmm25, zmm18, 0xe8
movq xmm0, qword ptr [rsi + 1792]
vprord zmm30, zmm28, 2
vprord zmm29, zmm28, 13
vprord zmm17, zmm28, 22
sha256rnds2 xmm1, xmm2, xmm0
vpternlogd zmm30, zmm29, zmm17, 0x96
vpaddd zmm23, zmm26, zmm23
vpaddd zmm30, zmm23, zmm30
vprord zmm23, zmmword ptr [r8 + 320], 7
movq xmm0, qword ptr [rsi + 1800]
vprord zmm26, zmmword ptr [r8 + 320], 18
vpsrld zmm17, zmmword ptr [r8 + 320], 3
vpternlogd zmm23, zmm26, zmm17, 0x96
sha256rnds2 xmm3, xmm4, xmm0
vprord zmm17, zmm20, 17
vprord zmm26, zmm20, 19
vpsrld zmm29, zmm20, 10
movq xmm0, qword ptr [rsi + 1808]
vpternlogd zmm17, zmm26, zmm29, 0x96
vpaddd zmm23, zmm23, zmmword ptr [r8 + 256]
vpaddd zmm17, zmm23, zmm17
vmovdqa32 zmm23, zmm27
sha256rnds2 xmm5, xmm6, xmm0
vpternlogd zmm23, zmm24, zmm21, 0xca
vprord zmm29, zmm27, 6
vprord zmm26, zmm27, 11
movq xmm0, qword ptr [rsi + 1816]
vmovdqa32 zmmword ptr [r11 + 0], zmm20
vprord zmm20, zmm27, 25
vpternlogd zmm29, zmm26, zmm20, 0x96
sha256rnds2 xmm7, xmm8, xmm0
vpaddd zmm31, zmm31, dword ptr [r10 - 456]{1to16}
vpaddd zmm31, zmm31, zmm17
vpaddd zmm23, zmm31, zmm23
vpaddd zmm29, zmm23, zmm29
movq xmm0, qword ptr [rsi + 1824]
vpaddd zmm18, zmm18, zmm29
vmovdqa32 zmm23, zmm30
vpternlogd zmm23, zmm28, zmm25, 0xe8
sha256rnds2 xmm9, xmm10, xmm0
vprord zmm31, zmm30, 2
vprord zmm20, zmm30, 13
vprord zmm26, zmm30, 22
movq xmm0, qword ptr [rsi + 1832]
vpternlogd zmm31, zmm20, zmm26, 0x96
vpaddd zmm23, zmm29, zmm23
vpaddd zmm31, zmm23, zmm31
vprord zmm23, zmmword ptr [r8 + 384], 7
sha256rnds2 xmm11, xmm12, xmm0
vprord zmm29, zmmword ptr [r8 + 384], 18
vpsrld zmm26, zmmword ptr [r8 + 384], 3
vpternlogd zmm23, zmm29, zmm26, 0x96
movq xmm0, qword ptr [rsi + 1840]
vprord zmm26, zmm19, 17
vprord zmm29, zmm19, 19
vpsrld zmm20, zmm19, 10
sha256rnds2 xmm13, xmm14, xmm0
vpternlogd zmm26, zmm29, zmm20, 0x96
vpaddd zmm23, zmm23, zmmword ptr [r8 + 320]
vpaddd zmm26, zmm23, zmm26
vmovdqa32 zmm23, zmm18
movq xmm0, qword ptr [rsi + 2048]
vpternlogd zmm23, zmm27, zmm24, 0xca
vprord zmm20, zmm18, 6
vprord zmm29, zmm18, 11
sha256rnds2 xmm2, xmm1, xmm0
vmovdqa32 zmmword ptr [r11 + 64], zmm19
vprord zmm19, zmm18, 25
vpternlogd zmm20, zmm29, zmm19, 0x96
movq xmm0, qword ptr [rsi + 2056]
vpaddd zmm21, zmm21, dword ptr [r10 - 452]{1to16}
vpaddd zmm21, zmm21, zmm26
vpaddd zmm23, zmm21, zmm23
vpaddd zmm20, zmm23, zmm20
sha256rnds2 xmm4, xmm3, xmm0
vpaddd zmm25, zmm25, zmm20
vmovdqa32 zmm23, zmm31
vpternlogd zmm23, zmm30, zmm28, 0xe8
movq xmm0, qword ptr [rsi + 2064]
vprord zmm21, zmm31, 2
vprord zmm19, zmm31, 13
vprord zmm29, zmm31, 22
sha256rnds2 xmm6, xmm5, xmm0
vpternlogd zmm21, zmm19, zmm29, 0x96
vpaddd zmm23, zmm20, zmm23
vpaddd zmm21, zmm23, zmm21
vprord zmm23, zmmword ptr [r8 + 448], 7
movq xmm0, qword ptr [rsi + 2072]
vprord zmm20, zmmword ptr [r8 + 448], 18
vpsrld zmm29, zmmword ptr [r8 + 448], 3
vpternlogd zmm23, zmm20, zmm29, 0x96
sha256rnds2 xmm8, xmm7, xmm0
vprord zmm29, zmm17, 17
vprord zmm20, zmm17, 19
vpsrld zmm19, zmm17, 10
movq xmm0, qword ptr [rsi + 2080]
vpternlogd zmm29, zmm20, zmm19, 0x96
vmovdqa32 zmm19, zmmword ptr [r8 + 384]
vpaddd zmm19, zmm19, dword ptr [r10 - 296]{1to16}
vpaddd zmm23, zmm19, zmm23
sha256rnds2 xmm10, xmm9, xmm0
vpaddd zmm29, zmm23, zmm29
vmovdqa32 zmm23, zmm25
vpternlogd zmm23, zmm18, zmm27, 0xca
movq xmm0, qword ptr [rsi + 2088]
vprord zmm19, zmm25, 6
vprord zmm20, zmm25, 11
vmovdqa32 zmmword ptr [r11 + 128], zmm17
sha256rnds2 xmm12, xmm11, xmm0
vprord zmm17, zmm25, 25
vpternlogd zmm19, zmm20, zmm17, 0x96
vpaddd zmm24, zmm24, dword ptr [r10 - 448]{1to16}
vpaddd zmm24, zmm24, zmm29
movq xmm0, qword ptr [rsi + 2096]
vpaddd zmm23, zmm24, zmm23
vpaddd zmm19, zmm23, zmm19
vpaddd zmm28, zmm28, zmm19
sha256rnds2 xmm14, xmm13, xmm0
vmovdqa32 zmm23, zmm21
vpternlogd zmm23, zmm31, zmm30, 0xe8
vprord zmm24, zmm21, 2
movq xmm0, qword ptr [rsi + 2304]
vprord zmm17, zmm21, 13
vprord zmm20, zmm21, 22
vpternlogd zmm24, zmm17, zmm20, 0x96
vpaddd zmm23, zmm19, zmm23
sha256rnds2 xmm1, xmm2, xmm0
vpaddd zmm24, zmm23, zmm24
vprord zmm23, zmm26, 17
vprord zmm19, zmm26, 19
movq xmm0, qword ptr [rsi + 2312]
vpsrld zmm20, zmm26, 10
vpternlogd zmm23, zmm19, zmm20, 0x96
vmovdqa32 zmm20, zmmword ptr [r8 + 448]
vpaddd zmm20, zmm20, dword ptr [r10 - 488]{1to16}
sha256rnds2 xmm3, xmm4, xmm0
vpaddd zmm20, zmm20, zmm22
vpaddd zmm23, zmm20, zmm23
vmovdqa32 zmm20, zmm28
movq xmm0, qword ptr [rsi + 2320]
vpternlogd zmm20, zmm25, zmm18, 0xca
vprord zmm19, zmm28, 6
vprord zmm17, zmm28, 11
sha256rnds2 xmm5, xmm6, xmm0
vmovdqa32 zmmword ptr [r11 + 192], zmm22
vprord zmm22, zmm28, 25
vpternlogd zmm19, zmm17, zmm22, 0x96
vpaddd zmm27, zmm27, dword ptr [r10 - 444]{1to16}
movq xmm0, qword ptr [rsi + 2328]
vpaddd zmm27, zmm27, zmm23
vpaddd zmm20, zmm27, zmm20
vpaddd zmm19, zmm20, zmm19
sha256rnds2 xmm7, xmm8, xmm0
vpaddd zmm30, zmm30, zmm19
vmovdqa32 zmm20, zmm24
vpternlogd zmm20, zmm21, zmm31, 0xe8
movq xmm0, qword ptr [rsi + 2336]
vprord zmm27, zmm24, 2
vprord zmm22, zmm24, 13
vprord zmm17, zmm24, 22
vpternlogd zmm27, zmm22, zmm17, 0x96
sha256rnds2 xmm9, xmm10, xmm0
vpaddd zmm20, zmm19, zmm20
vpaddd zmm27, zmm20, zmm27
vprord zmm20, zmm29, 17
movq xmm0, qword ptr [rsi + 2344]
vprord zmm19, zmm29, 19
vpsrld zmm17, zmm29, 10
vpternlogd zmm20, zmm19, zmm17, 0x96
sha256rnds2 xmm11, xmm12, xmm0
vpaddd zmm17, zmm16, dword ptr [r10 - 492]{1to16}
vpaddd zmm20, zmm17, zmm20
vmovdqa32 zmm17, zmm30
vpternlogd zmm17, zmm28, zmm25, 0xca
movq xmm0, qword ptr [rsi + 2352]
vprord zmm19, zmm30, 6
vprord zmm22, zmm30, 11
vmovdqa32 zmmword ptr [r11 + 256], zmm16
sha256rnds2 xmm13, xmm14, xmm0
vprord zmm16, zmm30, 25
vpternlogd zmm19, zmm22, zmm16, 0x96
vpaddd zmm18, zmm18, dword ptr [r10 - 440]{1to16}
movq xmm0, qword ptr [rsi + 2560]
vpaddd zmm18, zmm18, zmm20
vpaddd zmm17, zmm18, zmm17
vpaddd zmm19, zmm17, zmm19
vpaddd zmm31, zmm31, zmm19
sha256rnds2 xmm2, xmm1, xmm0
vmovdqa32 zmm17, zmm27
vpternlogd zmm17, zmm24, zmm21, 0xe8
vprord zmm18, zmm27, 2
movq xmm0, qword ptr [rsi + 2568]
vprord zmm16, zmm27, 13
vprord zmm22, zmm27, 22
vpternlogd zmm18, zmm16, zmm22, 0x96
sha256rnds2 xmm4, xmm3, xmm0
vpaddd zmm17, zmm19, zmm17
vpaddd zmm18, zmm17, zmm18
vprord zmm17, zmm23, 17
vprord zmm19, zmm23, 19
movq xmm0, qword ptr [rsi + 2576]
vpsrld zmm22, zmm23, 10
vpternlogd zmm17, zmm19, zmm22, 0x96
vpaddd zmm17, zmm17, zmmword ptr [r11 + 0]
sha256rnds2 xmm6, xmm5, xmm0
vmovdqa32 zmm22, zmm31
vpternlogd zmm22, zmm30, zmm28, 0xca
vprord zmm19, zmm31, 6
movq xmm0, qword ptr [rsi + 2584]
vprord zmm16, zmm31, 11
vmovdqa32 zmmword ptr [r11 + 320], zmm23
vprord zmm23, zmm31, 25
vpternlogd zmm19, zmm16, zmm23, 0x96
sha256rnds2 xmm8, xmm7, xmm0
vpaddd zmm25, zmm25, dword ptr [r10 - 436]{1to16}
vpaddd zmm25, zmm25, zmm17
vpaddd zmm22, zmm25, zmm22
movq xmm0, qword ptr [rsi + 2592]
vpaddd zmm19, zmm22, zmm19
vpaddd zmm21, zmm21, zmm19
vmovdqa32 zmm22, zmm18
sha256rnds2 xmm10, xmm9, xmm0
vpternlogd zmm22, zmm27, zmm24, 0xe8
vprord zmm25, zmm18, 2
vprord zmm23, zmm18, 13
vprord zmm16, zmm18, 22
movq xmm0, qword ptr [rsi + 2600]
vpternlogd zmm25, zmm23, zmm16, 0x96
vpaddd zmm22, zmm19, zmm22
vpaddd zmm25, zmm22, zmm25
sha256rnds2 xmm12, xmm11, xmm0
vprord zmm22, zmm20, 17
vprord zmm19, zmm20, 19
vpsrld zmm16, zmm20, 10
movq xmm0, qword ptr [rsi + 2608]
vpternlogd zmm22, zmm19, zmm16, 0x96
vpaddd zmm22, zmm22, zmmword ptr [r11 + 64]
vmovdqa32 zmm16, zmm21
vpternlogd zmm16, zmm31, zmm30, 0xca
sha256rnds2 xmm14, xmm13, xmm0
vprord zmm19, zmm21, 6
vprord zmm23, zmm21, 11
vmovdqa32 zmmword ptr [r11 + 384], zmm20
movq xmm0, qword ptr [rsi + 2816]
vprord zmm20, zmm21, 25
vpternlogd zmm19, zmm23, zmm20, 0x96
vpaddd zmm28, zmm28, dword ptr [r10 - 432]{1to16}
sha256rnds2 xmm1, xmm2, xmm0
vpaddd zmm28, zmm28, zmm22
vpaddd zmm16, zmm28, zmm16
vpaddd zmm19, zmm16, zmm19
vpaddd zmm24, zmm24, zmm19
movq xmm0, qword ptr [rsi + 2824]
vmovdqa32 zmm16, zmm25
vpternlogd zmm16, zmm18, zmm27, 0xe8
vprord zmm28, zmm25, 2
sha256rnds2 xmm3, xmm4, xmm0
vprord zmm20, zmm25, 13
vprord zmm23, zmm25, 22
vpternlogd zmm28, zmm20, zmm23, 0x96
movq xmm0, qword ptr [rsi + 2832]
vpaddd zmm16, zmm19, zmm16
vpaddd zmm28, zmm16, zmm28
vprord zmm16, zmm17, 17
vprord zmm19, zmm17, 19
sha256rnds2 xmm5, xmm6, xmm0
vpsrld zmm23, zmm17, 10
vpternlogd zmm16, zmm19, zmm23, 0x96
vpaddd zmm16, zmm16, zmmword ptr [r11 + 128]
movq xmm0, qword ptr [rsi + 2840]
vmovdqa32 zmm23, zmm24
vpternlogd zmm23, zmm21, zmm31, 0xca
vprord zmm19, zmm24, 6
sha256rnds2 xmm7, xmm8, xmm0
vprord zmm20, zmm24, 11
vmovdqa32 zmmword ptr [r11 + 448], zmm17
vprord zmm17, zmm24, 25
vpternlogd zmm19, zmm20, zmm17, 0x96
movq xmm0, qword ptr [rsi + 2848]
vpaddd zmm30, zmm30, dword ptr [r10 - 428]{1to16}
vpaddd zmm30, zmm30, zmm16
vpaddd zmm23, zmm30, zmm23
sha256rnds2 xmm9, xmm10, xmm0
vpaddd zmm19, zmm23, zmm19
vpaddd zmm27, zmm27, zmm19
vmovdqa32 zmm23, zmm28
movq xmm0, qword ptr [rsi + 2856]
vpternlogd zmm23, zmm25, zmm18, 0xe8
vprord zmm30, zmm28, 2
vprord zmm17, zmm28, 13
vprord zmm20, zmm28, 22
sha256rnds2 xmm11, xmm12, xmm0
vpternlogd zmm30, zmm17, zmm20, 0x96
vpaddd zmm23, zmm19, zmm23
vpaddd zmm30, zmm23, zmm30
movq xmm0, qword ptr [rsi + 2864]
vprord zmm23, zmm22, 17
vprord zmm19, zmm22, 19
vpsrld zmm20, zmm22, 10
sha256rnds2 xmm13, xmm14, xmm0
vpternlogd zmm23, zmm19, zmm20, 0x96
vpaddd zmm23, zmm26, zmm23
vmovdqa32 zmm20, zmm27
vpternlogd zmm20, zmm24, zmm21, 0xca
movq xmm0, qword ptr [rsi + 3072]
vprord zmm19, zmm27, 6
vprord zmm17, zmm27, 11
vmovdqa32 zmmword ptr [r11 + 512], zmm26
sha256rnds2 xmm2, xmm1, xmm0
vprord zmm26, zmm27, 25
vpternlogd zmm19, zmm17, zmm26, 0x96
vpaddd zmm31, zmm31, dword ptr [r10 - 424]{1to16}
movq xmm0, qword ptr [rsi + 3080]
vpaddd zmm31, zmm31, zmm23
vpaddd zmm20, zmm31, zmm20
vpaddd zmm19, zmm20, zmm19
vpaddd zmm18, zmm18, zmm19
sha256rnds2 xmm4, xmm3, xmm0
vmovdqa32 zmm20, zmm30
vpternlogd zmm20, zmm28, zmm25, 0xe8
vprord zmm31, zmm30, 2
movq xmm0, qword ptr [rsi + 3088]
vprord zmm26, zmm30, 13
vprord zmm17, zmm30, 22
vpternlogd zmm31, zmm26, zmm17, 0x96
sha256rnds2 xmm6, xmm5, xmm0
vpaddd zmm20, zmm19, zmm20
vpaddd zmm31, zmm20, zmm31
vprord zmm20, zmm16, 17
vprord zmm19, zmm16, 19
movq xmm0, qword ptr [rsi + 3096]
vpsrld zmm17, zmm16, 10
vpternlogd zmm20, zmm19, zmm17, 0x96
vpaddd zmm20, zmm29, zmm20
sha256rnds2 xmm8, xmm7, xmm0
vmovdqa32 zmm17, zmm18
vpternlogd zmm17, zmm27, zmm24, 0xca
vprord zmm19, zmm18, 6
vprord zmm26, zmm18, 11
movq xmm0, qword ptr [rsi + 3104]
vmovdqa32 zmmword ptr [r11 + 576], zmm29
vprord zmm29, zmm18, 25
vpternlogd zmm19, zmm26, zmm29, 0x96
sha256rnds2 xmm10, xmm9, xmm0
vpaddd zmm21, zmm21, dword ptr [r10 - 420]{1to16}
vpaddd zmm21, zmm21, zmm20
vpaddd zmm17, zmm21, zmm17
movq xmm0, qword ptr [rsi + 3112]
vpaddd zmm19, zmm17, zmm19
vpaddd zmm25, zmm25, zmm19
vmovdqa32 zmm17, zmm31
vpternlogd zmm17, zmm30, zmm28, 0xe8
sha256rnds2 xmm12, xmm11, xmm0
vprord zmm21, zmm31, 2
vprord zmm29, zmm31, 13
vprord zmm26, zmm31, 22
movq xmm0, qword ptr [rsi + 3120]
vpternlogd zmm21, zmm29, zmm26, 0x96
vpaddd zmm17, zmm19, zmm17
vpaddd zmm21, zmm17, zmm21
sha256rnds2 xmm14, xmm13, xmm0
vprord zmm17, zmm23, 17
vprord zmm19, zmm23, 19
vpsrld zmm26, zmm23, 10
vpternlogd zmm17, zmm19, zmm26, 0x96
movq xmm0, qword ptr [rsi + 3328]
vmovdqa32 zmm26, zmmword ptr [r11 + 320]
vpaddd zmm19, zmm26, dword ptr [r10 - 228]{1to16}
vpaddd zmm17, zmm19, zmm17
sha256rnds2 xmm1, xmm2, xmm0
vmovdqa32 zmm19, zmm25
vpternlogd zmm19, zmm18, zmm27, 0xca
vprord zmm29, zmm25, 6
movq xmm0, qword ptr [rsi + 3336]
vprord zmm26, zmm25, 11
vmovdqa32 zmmword ptr [r11 + 640], zmm23
vprord zmm23, zmm25, 25
vpternlogd zmm29, zmm26, zmm23, 0x96
sha256rnds2 xmm3, xmm4, xmm0
vpaddd zmm24, zmm24, dword ptr [r10 - 416]{1to16}
vpaddd zmm24, zmm24, zmm17
vpaddd zmm19, zmm24, zmm19
movq xmm0, qword ptr [rsi + 3344]
vpaddd zmm29, zmm19, zmm29
vpaddd zmm28, zmm28, zmm29
vmovdqa32 zmm19, zmm21
sha256rnds2 xmm5, xmm6, xmm0
vpternlogd zmm19, zmm31, zmm30, 0xe8
vprord zmm24, zmm21, 2
vprord zmm23, zmm21, 13
vprord zmm26, zmm21, 22
movq xmm0, qword ptr [rsi + 3352]
vpternlogd zmm24, zmm23, zmm26, 0x96
vpaddd zmm19, zmm29, zmm19
vpaddd zmm24, zmm19, zmm24
sha256rnds2 xmm7, xmm8, xmm0
vprord zmm19, zmmword ptr [r11 + 192], 7
vprord zmm29, zmmword ptr [r11 + 192], 18
vpsrld zmm26, zmmword ptr [r11 + 192], 3
movq xmm0, qword ptr [rsi + 3360]
vpternlogd zmm19, zmm29, zmm26, 0x96
vprord zmm26, zmm20, 17
vprord zmm29, zmm20, 19
vpsrld zmm23, zmm20, 10
sha256rnds2 xmm9, xmm10, xmm0
vpternlogd zmm26, zmm29, zmm23, 0x96
vmovdqa32 zmm23, zmmword ptr [r11 + 384]
vpaddd zmm29, zmm23, dword ptr [r10 - 296]{1to16}
movq xmm0, qword ptr [rsi + 3368]
vpaddd zmm19, zmm29, zmm19
vpaddd zmm26, zmm19, zmm26
vmovdqa32 zmm19, zmm28
sha256rnds2 xmm11, xmm12, xmm0
vpternlogd zmm19, zmm25, zmm18, 0xca
vprord zmm29, zmm28, 6
vprord zmm23, zmm28, 11
vmovdqa32 zmmword ptr [r11 + 704], zmm20
movq xmm0, qword ptr [rsi + 3376]
vprord zmm20, zmm28, 25
vpternlogd zmm29, zmm23, zmm20, 0x96
vpaddd zmm27, zmm27, dword ptr [r10 - 412]{1to16}
sha256rnds2 xmm13, xmm14, xmm0
vpaddd zmm27, zmm27, zmm26
vpaddd zmm19, zmm27, zmm19
vpaddd zmm29, zmm19, zmm29
movq xmm0, qword ptr [rsi + 3584]
vpaddd zmm30, zmm30, zmm29
vmovdqa32 zmm19, zmm24
vpternlogd zmm19, zmm21, zmm31, 0xe8
vprord zmm27, zmm24, 2
sha256rnds2 xmm2, xmm1, xmm0
vprord zmm20, zmm24, 13
vprord zmm23, zmm24, 22
vpternlogd zmm27, zmm20, zmm23, 0x96
movq xmm0, qword ptr [rsi + 3592]
vpaddd zmm19, zmm29, zmm19
vpaddd zmm27, zmm19, zmm27
vprord zmm19, zmmword ptr [r11 + 256], 7
sha256rnds2 xmm4, xmm3, xmm0
vprord zmm29, zmmword ptr [r11 + 256], 18
vpsrld zmm23, zmmword ptr [r11 + 256], 3
vpternlogd zmm19, zmm29, zmm23, 0x96
vprord zmm23, zmm17, 17
movq xmm0, qword ptr [rsi + 3600]
vprord zmm29, zmm17, 19
vpsrld zmm20, zmm17, 10
vpternlogd zmm23, zmm29, zmm20, 0x96
sha256rnds2 xmm6, xmm5, xmm0
vmovdqa32 zmm20, zmmword ptr [r11 + 448]
vpaddd zmm29, zmm20, zmmword ptr [r11 + 192]
vpaddd zmm19, zmm29, zmm19
movq xmm0, qword ptr [rsi + 3608]
vpaddd zmm23, zmm19, zmm23
vmovdqa32 zmm19, zmm30
vpternlogd zmm19, zmm28, zmm25, 0xca
vprord zmm29, zmm30, 6
sha256rnds2 xmm8, xmm7, xmm0
vprord zmm20, zmm30, 11
vmovdqa32 zmmword ptr [r11 + 192], zmm17
vprord zmm17, zmm30, 25
movq xmm0, qword ptr [rsi + 3616]
vpternlogd zmm29, zmm20, zmm17, 0x96
vpaddd zmm18, zmm18, dword ptr [r10 - 408]{1to16}
vpaddd zmm18, zmm18, zmm23
sha256rnds2 xmm10, xmm9, xmm0
vpaddd zmm19, zmm18, zmm19
vpaddd zmm29, zmm19, zmm29
vpaddd zmm31, zmm31, zmm29
vmovdqa32 zmm19, zmm27
movq xmm0, qword ptr [rsi + 3624]
vpternlogd zmm19, zmm24, zmm21, 0xe8
vprord zmm18, zmm27, 2
vprord zmm17, zmm27, 13
sha256rnds2 xmm12, xmm11, xmm0
vprord zmm20, zmm27, 22
vpternlogd zmm18, zmm17, zmm20, 0x96
vpaddd zmm19, zmm29, zmm19
movq xmm0, qword ptr [rsi + 3632]
vpaddd zmm18, zmm19, zmm18
vprord zmm19, zmmword ptr [r11 + 0], 7
vprord zmm29, zmmword ptr [r11 + 0], 18
vpsrld zmm20, zmmword ptr [r11 + 0], 3
sha256rnds2 xmm14, xmm13, xmm0
vpternlogd zmm19, zmm29, zmm20, 0x96
vprord zmm20, zmm26, 17
vprord zmm29, zmm26, 19
movq xmm0, qword ptr [rsi + 3840]
vpsrld zmm17, zmm26, 10
vpternlogd zmm20, zmm29, zmm17, 0x96
vpaddd zmm17, zmm22, zmmword ptr [r11 + 256]
sha256rnds2 xmm1, xmm2, xmm0
vpaddd zmm19, zmm17, zmm19
vpaddd zmm20, zmm19, zmm20
vmovdqa32 zmm19, zmm31
vpternlogd zmm19, zmm30, zmm28, 0xca
movq xmm0, qword ptr [rsi + 3848]
vprord zmm17, zmm31, 6
vprord zmm29, zmm31, 11
vmovdqa32 zmmword ptr [r11 + 256], zmm22
sha256rnds2 xmm3, xmm4, xmm0
vprord zmm22, zmm31, 25
vpternlogd zmm17, zmm29, zmm22, 0x96
vpaddd zmm25, zmm25, dword ptr [r10 - 404]{1to16}
movq xmm0, qword ptr [rsi + 3856]
vpaddd zmm25, zmm25, zmm20
vpaddd zmm19, zmm25, zmm19
vpaddd zmm17, zmm19, zmm17
vpaddd zmm21, zmm21, zmm17
sha256rnds2 xmm5, xmm6, xmm0
vmovdqa32 zmm19, zmm18
vpternlogd zmm19, zmm27, zmm24, 0xe8
vprord zmm25, zmm18, 2
movq xmm0, qword ptr [rsi + 3864]
vprord zmm22, zmm18, 13
vprord zmm29, zmm18, 22
vpternlogd zmm25, zmm22, zmm29, 0x96
sha256rnds2 xmm7, xmm8, xmm0
vpaddd zmm19, zmm17, zmm19
vpaddd zmm25, zmm19, zmm25
vprord zmm19, zmmword ptr [r11 + 64], 7
vprord zmm17, zmmword ptr [r11 + 64], 18
movq xmm0, qword ptr [rsi + 3872]
vpsrld zmm29, zmmword ptr [r11 + 64], 3
vpternlogd zmm19, zmm17, zmm29, 0x96
vprord zmm29, zmm23, 17
sha256rnds2 xmm9, xmm10, xmm0
vprord zmm17, zmm23, 19
vpsrld zmm22, zmm23, 10
vpternlogd zmm29, zmm17, zmm22, 0x96
movq xmm0, qword ptr [rsi + 3880]
vpaddd zmm22, zmm16, zmmword ptr [r11 + 0]
vpaddd zmm19, zmm22, zmm19
vpaddd zmm29, zmm19, zmm29
vmovdqa32 zmm19, zmm21
sha256rnds2 xmm11, xmm12, xmm0
vpternlogd zmm19, zmm31, zmm30, 0xca
vprord zmm22, zmm21, 6
vprord zmm17, zmm21, 11
movq xmm0, qword ptr [rsi + 3888]
vmovdqa32 zmmword ptr [r11 + 0], zmm16
vprord zmm16, zmm21, 25
vpternlogd zmm22, zmm17, zmm16, 0x96
sha256rnds2 xmm13, xmm14, xmm0
vpaddd zmm28, zmm28, dword ptr [r10 - 400]{1to16}
vpaddd zmm28, zmm28, zmm29
vpaddd zmm19, zmm28, zmm19
vpaddd zmm22, zmm19, zmm22
movq xmm0, qword ptr [rsi + 4096]
vpaddd zmm24, zmm24, zmm22
vmovdqa32 zmm19, zmm25
vpternlogd zmm19, zmm18, zmm27, 0xe8
sha256rnds2 xmm2, xmm1, xmm0
vprord zmm28, zmm25, 2
vprord zmm16, zmm25, 13
vprord zmm17, zmm25, 22
vpternlogd zmm28, zmm16, zmm17, 0x96
movq xmm0, qword ptr [rsi + 4104]
vpaddd zmm19, zmm22, zmm19
vpaddd zmm28, zmm19, zmm28
vprord zmm19, zmmword ptr [r11 + 128], 7
sha256rnds2 xmm4, xmm3, xmm0
vprord zmm22, zmmword ptr [r11 + 128], 18
vpsrld zmm17, zmmword ptr [r11 + 128], 3
vpternlogd zmm19, zmm22, zmm17, 0x96
movq xmm0, qword ptr [rsi + 4112]
vprord zmm17, zmm20, 17
vprord zmm22, zmm20, 19
vpsrld zmm16, zmm20, 10
vpternlogd zmm17, zmm22, zmm16, 0x96
sha256rnds2 xmm6, xmm5, xmm0
vmovdqa32 zmm16, zmmword ptr [r11 + 640]
vpaddd zmm22, zmm16, zmmword ptr [r11 + 64]
vpaddd zmm19, zmm22, zmm19
movq xmm0, qword ptr [rsi + 4120]
vpaddd zmm17, zmm19, zmm17
vmovdqa32 zmm19, zmm24
vpternlogd zmm19, zmm21, zmm31, 0xca
sha256rnds2 xmm8, xmm7, xmm0
vprord zmm22, zmm24, 6
vprord zmm16, zmm24, 11
vmovdqa32 zmmword ptr [r11 + 64], zmm20
vprord zmm20, zmm24, 25
movq xmm0, qword ptr [rsi + 4128]
vpternlogd zmm22, zmm16, zmm20, 0x96
vpaddd zmm30, zmm30, dword ptr [r10 - 396]{1to16}
vpaddd zmm30, zmm30, zmm17
sha256rnds2 xmm10, xmm9, xmm0
vpaddd zmm19, zmm30, zmm19
vpaddd zmm22, zmm19, zmm22
vpaddd zmm27, zmm27, zmm22
movq xmm0, qword ptr [rsi + 4136]
vmovdqa32 zmm19, zmm28
vpternlogd zmm19, zmm25, zmm18, 0xe8
vprord zmm30, zmm28, 2
vprord zmm20, zmm28, 13
sha256rnds2 xmm12, xmm11, xmm0
vprord zmm16, zmm28, 22
vpternlogd zmm30, zmm20, zmm16, 0x96
vpaddd zmm19, zmm22, zmm19
movq xmm0, qword ptr [rsi + 4144]
vpaddd zmm30, zmm19, zmm30
vprord zmm19, zmmword ptr [r11 + 512], 7
vprord zmm22, zmmword ptr [r11 + 512], 18
sha256rnds2 xmm14, xmm13, xmm0
vpsrld zmm16, zmmword ptr [r11 + 512], 3
vpternlogd zmm19, zmm22, zmm16, 0x96
vprord zmm16, zmm29, 17
vprord zmm22, zmm29, 19
movq xmm0, qword ptr [rsi + 4352]
vpsrld zmm20, zmm29, 10
vpternlogd zmm16, zmm22, zmm20, 0x96
vmovdqa32 zmm20, zmmword ptr [r11 + 704]
sha256rnds2 xmm1, xmm2, xmm0
vpaddd zmm22, zmm20, zmmword ptr [r11 + 128]
vpaddd zmm19, zmm22, zmm19
vpaddd zmm16, zmm19, zmm16
movq xmm0, qword ptr [rsi + 4360]
vmovdqa32 zmm19, zmm27
vpternlogd zmm19, zmm24, zmm21, 0xca
vprord zmm22, zmm27, 6
vprord zmm20, zmm27, 11
sha256rnds2 xmm3, xmm4, xmm0
vmovdqa32 zmmword ptr [r11 + 128], zmm29
vprord zmm29, zmm27, 25
vpternlogd zmm22, zmm20, zmm29, 0x96
movq xmm0, qword ptr [rsi + 4368]
vpaddd zmm31, zmm31, dword ptr [r10 - 392]{1to16}
vpaddd zmm31, zmm31, zmm16
vpaddd zmm19, zmm31, zmm19
sha256rnds2 xmm5, xmm6, xmm0
vpaddd zmm22, zmm19, zmm22
vpaddd zmm18, zmm18, zmm22
vmovdqa32 zmm19, zmm30
vpternlogd zmm19, zmm28, zmm25, 0xe8
movq xmm0, qword ptr [rsi + 4376]
vprord zmm31, zmm30, 2
vprord zmm29, zmm30, 13
vprord zmm20, zmm30, 22
sha256rnds2 xmm7, xmm8, xmm0
vpternlogd zmm31, zmm29, zmm20, 0x96
vpaddd zmm19, zmm22, zmm19
vpaddd zmm31, zmm19, zmm31
movq xmm0, qword ptr [rsi + 4384]
vprord zmm19, zmmword ptr [r11 + 576], 7
vprord zmm22, zmmword ptr [r11 + 576], 18
vpsrld zmm20, zmmword ptr [r11 + 576], 3
vpternlogd zmm19, zmm22, zmm20, 0x96
sha256rnds2 xmm9, xmm10, xmm0
vprord zmm20, zmm17, 17
vprord zmm22, zmm17, 19
vpsrld zmm29, zmm17, 10
movq xmm0, qword ptr [rsi + 4392]
vpternlogd zmm20, zmm22, zmm29, 0x96
vmovdqa32 zmm29, zmmword ptr [r11 + 192]
vpaddd zmm22, zmm29, zmmword ptr [r11 + 512]
sha256rnds2 xmm11, xmm12, xmm0
vpaddd zmm19, zmm22, zmm19
vpaddd zmm20, zmm19, zmm20
vmovdqa32 zmm19, zmm18
vpternlogd zmm19, zmm27, zmm24, 0xca
movq xmm0, qword ptr [rsi + 4400]
vprord zmm22, zmm18, 6
vprord zmm29, zmm18, 11
vmovdqa32 zmmword ptr [r11 + 512], zmm17
sha256rnds2 xmm13, xmm14, xmm0
vprord zmm17, zmm18, 25
vpternlogd zmm22, zmm29, zmm17, 0x96
vpaddd zmm21, zmm21, dword ptr [r10 - 388]{1to16}
movq xmm0, qword ptr [rsi + 4608]
vpaddd zmm21, zmm21, zmm20
vpaddd zmm19, zmm21, zmm19
vpaddd zmm22, zmm19, zmm22
vpaddd zmm25, zmm25, zmm22
sha256rnds2 xmm2, xmm1, xmm0
vmovdqa32 zmm19, zmm31
vpternlogd zmm19, zmm30, zmm28, 0xe8
vprord zmm21, zmm31, 2
movq xmm0, qword ptr [rsi + 4616]
vprord zmm17, zmm31, 13
vprord zmm29, zmm31, 22
vpternlogd zmm21, zmm17, zmm29, 0x96
sha256rnds2 xmm4, xmm3, xmm0
vpaddd zmm19, zmm22, zmm19
vpaddd zmm21, zmm19, zmm21
vprord zmm19, zmmword ptr [r11 + 320], 7
vprord zmm22, zmmword ptr [r11 + 320], 18
movq xmm0, qword ptr [rsi + 4624]
vpsrld zmm29, zmmword ptr [r11 + 320], 3
vpternlogd zmm19, zmm22, zmm29, 0x96
vprord zmm29, zmm16, 17
sha256rnds2 xmm6, xmm5, xmm0
vprord zmm22, zmm16, 19
vpsrld zmm17, zmm16, 10
vpternlogd zmm29, zmm22, zmm17, 0x96
movq xmm0, qword ptr [rsi + 4632]
vpaddd zmm17, zmm26, zmmword ptr [r11 + 576]
vpaddd zmm19, zmm17, zmm19
vpaddd zmm29, zmm19, zmm29
vmovdqa32 zmm19, zmm25
sha256rnds2 xmm8, xmm7, xmm0
vpternlogd zmm19, zmm18, zmm27, 0xca
vprord zmm17, zmm25, 6
vprord zmm22, zmm25, 11
movq xmm0, qword ptr [rsi + 4640]
vmovdqa32 zmmword ptr [r11 + 576], zmm26
vprord zmm26, zmm25, 25
vpternlogd zmm17, zmm22, zmm26, 0x96
sha256rnds2 xmm10, xmm9, xmm0
vpaddd zmm24, zmm24, dword ptr [r10 - 384]{1to16}
vpaddd zmm24, zmm24, zmm29
vpaddd zmm19, zmm24, zmm19
vpaddd zmm17, zmm19, zmm17
movq xmm0, qword ptr [rsi + 4648]
vpaddd zmm28, zmm28, zmm17
vmovdqa32 zmm19, zmm21
vpternlogd zmm19, zmm31, zmm30, 0xe8
sha256rnds2 xmm12, xmm11, xmm0
vprord zmm24, zmm21, 2
vprord zmm26, zmm21, 13
vprord zmm22, zmm21, 22
movq xmm0, qword ptr [rsi + 4656]
vpternlogd zmm24, zmm26, zmm22, 0x96
vpaddd zmm19, zmm17, zmm19
vpaddd zmm24, zmm19, zmm24
vprord zmm19, zmmword ptr [r11 + 384], 7
sha256rnds2 xmm14, xmm13, xmm0
vprord zmm17, zmmword ptr [r11 + 384], 18
vpsrld zmm22, zmmword ptr [r11 + 384], 3
vpternlogd zmm19, zmm17, zmm22, 0x96
movq xmm0, qword ptr [rsi + 4864]
vprord zmm22, zmm20, 17
vprord zmm17, zmm20, 19
vpsrld zmm26, zmm20, 10
sha256rnds2 xmm1, xmm2, xmm0
vpternlogd zmm22, zmm17, zmm26, 0x96
vpaddd zmm26, zmm23, zmmword ptr [r11 + 320]
vpaddd zmm19, zmm26, zmm19
vpaddd zmm22, zmm19, zmm22
movq xmm0, qword ptr [rsi + 4872]
vmovdqa32 zmm19, zmm28
vpternlogd zmm19, zmm25, zmm18, 0xca
vprord zmm26, zmm28, 6
sha256rnds2 xmm3, xmm4, xmm0
vprord zmm17, zmm28, 11
vmovdqa32 zmmword ptr [r11 + 320], zmm23
vprord zmm23, zmm28, 25
movq xmm0, qword ptr [rsi + 4880]
vpternlogd zmm26, zmm17, zmm23, 0x96
vpaddd zmm27, zmm27, dword ptr [r10 - 380]{1to16}
vpaddd zmm27, zmm27, zmm22
vpaddd zmm19, zmm27, zmm19
sha256rnds2 xmm5, xmm6, xmm0
vpaddd zmm26, zmm19, zmm26
vpaddd zmm30, zmm30, zmm26
vmovdqa32 zmm19, zmm24
movq xmm0, qword ptr [rsi + 4888]
vpternlogd zmm19, zmm21, zmm31, 0xe8
vprord zmm27, zmm24, 2
vprord zmm23, zmm24, 13
vprord zmm17, zmm24, 22
sha256rnds2 xmm7, xmm8, xmm0
vpternlogd zmm27, zmm23, zmm17, 0x96
vpaddd zmm19, zmm26, zmm19
vpaddd zmm27, zmm19, zmm27
movq xmm0, qword ptr [rsi + 4896]
vprord zmm19, zmmword ptr [r11 + 448], 7
vprord zmm26, zmmword ptr [r11 + 448], 18
vpsrld zmm17, zmmword ptr [r11 + 448], 3
sha256rnds2 xmm9, xmm10, xmm0
vpternlogd zmm19, zmm26, zmm17, 0x96
vprord zmm17, zmm29, 17
vprord zmm26, zmm29, 19
vpsrld zmm23, zmm29, 10
movq xmm0, qword ptr [rsi + 4904]
vpternlogd zmm17, zmm26, zmm23, 0x96
vmovdqa32 zmm23, zmmword ptr [r11 + 64]
vpaddd zmm26, zmm23, zmmword ptr [r11 + 384]
sha256rnds2 xmm11, xmm12, xmm0
vpaddd zmm19, zmm26, zmm19
vpaddd zmm17, zmm19, zmm17
vmovdqa32 zmm19, zmm30
movq xmm0, qword ptr [rsi + 4912]
vpternlogd zmm19, zmm28, zmm25, 0xca
vprord zmm26, zmm30, 6
vprord zmm23, zmm30, 11
vmovdqa32 zmmword ptr [r11 + 384], zmm29
sha256rnds2 xmm13, xmm14, xmm0
vprord zmm29, zmm30, 25
vpternlogd zmm26, zmm23, zmm29, 0x96
vpaddd zmm18, zmm18, dword ptr [r10 - 376]{1to16}
movq xmm0, qword ptr [rsi + 5120]
vpaddd zmm18, zmm18, zmm17
vpaddd zmm19, zmm18, zmm19
vpaddd zmm26, zmm19, zmm26
sha256rnds2 xmm2, xmm1, xmm0
vpaddd zmm31, zmm31, zmm26
vmovdqa32 zmm19, zmm27
vpternlogd zmm19, zmm24, zmm21, 0xe8
vprord zmm18, zmm27, 2
movq xmm0, qword ptr [rsi + 5128]
vprord zmm29, zmm27, 13
vprord zmm23, zmm27, 22
vpternlogd zmm18, zmm29, zmm23, 0x96
sha256rnds2 xmm4, xmm3, xmm0
vpaddd zmm19, zmm26, zmm19
vpaddd zmm18, zmm19, zmm18
vprord zmm19, zmmword ptr [r11 + 256], 7
movq xmm0, qword ptr [rsi + 5136]
vprord zmm26, zmmword ptr [r11 + 256], 18
vpsrld zmm23, zmmword ptr [r11 + 256], 3
vpternlogd zmm19, zmm26, zmm23, 0x96
vprord zmm23, zmm22, 17
sha256rnds2 xmm6, xmm5, xmm0
vprord zmm26, zmm22, 19
vpsrld zmm29, zmm22, 10
vpternlogd zmm23, zmm26, zmm29, 0x96
movq xmm0, qword ptr [rsi + 5144]
vmovdqa32 zmm29, zmmword ptr [r11 + 128]
vpaddd zmm26, zmm29, zmmword ptr [r11 + 448]
vpaddd zmm19, zmm26, zmm19
sha256rnds2 xmm8, xmm7, xmm0
vpaddd zmm23, zmm19, zmm23
vmovdqa32 zmm19, zmm31
vpternlogd zmm19, zmm30, zmm28, 0xca
vprord zmm26, zmm31, 6
movq xmm0, qword ptr [rsi + 5152]
vprord zmm29, zmm31, 11
vmovdqa32 zmmword ptr [r11 + 448], zmm22
vprord zmm22, zmm31, 25
sha256rnds2 xmm10, xmm9, xmm0
vpternlogd zmm26, zmm29, zmm22, 0x96
vpaddd zmm25, zmm25, dword ptr [r10 - 372]{1to16}
vpaddd zmm25, zmm25, zmm23
movq xmm0, qword ptr [rsi + 5160]
vpaddd zmm19, zmm25, zmm19
vpaddd zmm26, zmm19, zmm26
vpaddd zmm21, zmm21, zmm26
vmovdqa32 zmm19, zmm18
sha256rnds2 xmm12, xmm11, xmm0
vpternlogd zmm19, zmm27, zmm24, 0xe8
vprord zmm25, zmm18, 2
vprord zmm22, zmm18, 13
movq xmm0, qword ptr [rsi + 5168]
vprord zmm29, zmm18, 22
vpternlogd zmm25, zmm22, zmm29, 0x96
vpaddd zmm19, zmm26, zmm19
sha256rnds2 xmm14, xmm13, xmm0
vpaddd zmm25, zmm19, zmm25
vprord zmm19, zmmword ptr [r11 + 0], 7
vprord zmm26, zmmword ptr [r11 + 0], 18
vpsrld zmm29, zmmword ptr [r11 + 0], 3
movq xmm0, qword ptr [rsi + 5376]
vpternlogd zmm19, zmm26, zmm29, 0x96
vprord zmm29, zmm17, 17
vprord zmm26, zmm17, 19
sha256rnds2 xmm1, xmm2, xmm0
vpsrld zmm22, zmm17, 10
vpternlogd zmm29, zmm26, zmm22, 0x96
vmovdqa32 zmm22, zmmword ptr [r11 + 512]
movq xmm0, qword ptr [rsi + 5384]
vpaddd zmm26, zmm22, zmmword ptr [r11 + 256]
vpaddd zmm19, zmm26, zmm19
vpaddd zmm29, zmm19, zmm29
vmovdqa32 zmm19, zmm21
sha256rnds2 xmm3, xmm4, xmm0
vpternlogd zmm19, zmm31, zmm30, 0xca
vprord zmm26, zmm21, 6
vprord zmm22, zmm21, 11
movq xmm0, qword ptr [rsi + 5392]
vmovdqa32 zmmword ptr [r11 + 256], zmm17
vprord zmm17, zmm21, 25
vpternlogd zmm26, zmm22, zmm17, 0x96
sha256rnds2 xmm5, xmm6, xmm0
vpaddd zmm28, zmm28, dword ptr [r10 - 368]{1to16}
vpaddd zmm28, zmm28, zmm29
vpaddd zmm19, zmm28, zmm19
vpaddd zmm26, zmm19, zmm26
movq xmm0, qword ptr [rsi + 5400]
vpaddd zmm24, zmm24, zmm26
vmovdqa32 zmm19, zmm25
vpternlogd zmm19, zmm18, zmm27, 0xe8
sha256rnds2 xmm7, xmm8, xmm0
vprord zmm28, zmm25, 2
vprord zmm17, zmm25, 13
vprord zmm22, zmm25, 22
movq xmm0, qword ptr [rsi + 5408]
vpternlogd zmm28, zmm17, zmm22, 0x96
vpaddd zmm19, zmm26, zmm19
vpaddd zmm28, zmm19, zmm28
vprord zmm19, zmmword ptr [r11 + 640], 7
sha256rnds2 xmm9, xmm10, xmm0
vprord zmm26, zmmword ptr [r11 + 640], 18
vpsrld zmm22, zmmword ptr [r11 + 640], 3
vpternlogd zmm19, zmm26, zmm22, 0x96
movq xmm0, qword ptr [rsi + 5416]
vprord zmm22, zmm23, 17
vprord zmm26, zmm23, 19
vpsrld zmm17, zmm23, 10
sha256rnds2 xmm11, xmm12, xmm0
vpternlogd zmm22, zmm26, zmm17, 0x96
vpaddd zmm17, zmm16, zmmword ptr [r11 + 0]
vpaddd zmm19, zmm17, zmm19
vpaddd zmm22, zmm19, zmm22
movq xmm0, qword ptr [rsi + 5424]
vmovdqa32 zmm19, zmm24
vpternlogd zmm19, zmm21, zmm31, 0xca
vprord zmm17, zmm24, 6
sha256rnds2 xmm13, xmm14, xmm0
vprord zmm26, zmm24, 11
vmovdqa32 zmmword ptr [r11 + 0], zmm16
vprord zmm16, zmm24, 25
movq xmm0, qword ptr [rsi + 5632]
vpternlogd zmm17, zmm26, zmm16, 0x96
vpaddd zmm30, zmm30, dword ptr [r10 - 364]{1to16}
vpaddd zmm30, zmm30, zmm22
vpaddd zmm19, zmm30, zmm19
sha256rnds2 xmm2, xmm1, xmm0
vpaddd zmm17, zmm19, zmm17
vpaddd zmm27, zmm27, zmm17
vmovdqa32 zmm19, zmm28
movq xmm0, qword ptr [rsi + 5640]
vpternlogd zmm19, zmm25, zmm18, 0xe8
vprord zmm30, zmm28, 2
vprord zmm16, zmm28, 13
sha256rnds2 xmm4, xmm3, xmm0
vprord zmm26, zmm28, 22
vpternlogd zmm30, zmm16, zmm26, 0x96
vpaddd zmm19, zmm17, zmm19
vpaddd zmm30, zmm19, zmm30
movq xmm0, qword ptr [rsi + 5648]
vprord zmm19, zmmword ptr [r11 + 704], 7
vprord zmm17, zmmword ptr [r11 + 704], 18
vpsrld zmm26, zmmword ptr [r11 + 704], 3
sha256rnds2 xmm6, xmm5, xmm0
vpternlogd zmm19, zmm17, zmm26, 0x96
vprord zmm26, zmm29, 17
vprord zmm17, zmm29, 19
movq xmm0, qword ptr [rsi + 5656]
vpsrld zmm16, zmm29, 10
vpternlogd zmm26, zmm17, zmm16, 0x96
vpaddd zmm16, zmm20, zmmword ptr [r11 + 640]
vpaddd zmm19, zmm16, zmm19
sha256rnds2 xmm8, xmm7, xmm0
vpaddd zmm26, zmm19, zmm26
vmovdqa32 zmm19, zmm27
vpternlogd zmm19, zmm24, zmm21, 0xca
movq xmm0, qword ptr [rsi + 5664]
vprord zmm16, zmm27, 6
vprord zmm17, zmm27, 11
vmovdqa32 zmmword ptr [r11 + 640], zmm20
sha256rnds2 xmm10, xmm9, xmm0
vprord zmm20, zmm27, 25
vpternlogd zmm16, zmm17, zmm20, 0x96
vpaddd zmm31, zmm31, dword ptr [r10 - 360]{1to16}
vpaddd zmm31, zmm31, zmm26
movq xmm0, qword ptr [rsi + 5672]
vpaddd zmm19, zmm31, zmm19
vpaddd zmm16, zmm19, zmm16
vpaddd zmm18, zmm18, zmm16
sha256rnds2 xmm12, xmm11, xmm0
vmovdqa32 zmm19, zmm30
vpternlogd zmm19, zmm28, zmm25, 0xe8
vprord zmm31, zmm30, 2
vprord zmm20, zmm30, 13
movq xmm0, qword ptr [rsi + 5680]
vprord zmm17, zmm30, 22
vpternlogd zmm31, zmm20, zmm17, 0x96
vpaddd zmm19, zmm16, zmm19
sha256rnds2 xmm14, xmm13, xmm0
vpaddd zmm31, zmm19, zmm31
vprord zmm19, zmmword ptr [r11 + 192], 7
vprord zmm16, zmmword ptr [r11 + 192], 18
movq xmm0, qword ptr [rsi + 5888]
vpsrld zmm17, zmmword ptr [r11 + 192], 3
vpternlogd zmm19, zmm16, zmm17, 0x96
vprord zmm17, zmm22, 17
vprord zmm16, zmm22, 19
sha256rnds2 xmm1, xmm2, xmm0
vpsrld zmm20, zmm22, 10
vpternlogd zmm17, zmm16, zmm20, 0x96
vmovdqa32 zmm20, zmmword ptr [r11 + 384]
movq xmm0, qword ptr [rsi + 5896]
vpaddd zmm16, zmm20, zmmword ptr [r11 + 704]
vpaddd zmm19, zmm16, zmm19
vpaddd zmm17, zmm19, zmm17
sha256rnds2 xmm3, xmm4, xmm0
vmovdqa32 zmm19, zmm18
vpternlogd zmm19, zmm27, zmm24, 0xca
vprord zmm16, zmm18, 6
vprord zmm20, zmm18, 11
movq xmm0, qword ptr [rsi + 5904]
vmovdqa32 zmmword ptr [r11 + 704], zmm22
vprord zmm22, zmm18, 25
vpternlogd zmm16, zmm20, zmm22, 0x96
sha256rnds2 xmm5, xmm6, xmm0
vpaddd zmm21, zmm21, dword ptr [r10 - 356]{1to16}
vpaddd zmm21, zmm21, zmm17
vpaddd zmm19, zmm21, zmm19
movq xmm0, qword ptr [rsi + 5912]
vpaddd zmm16, zmm19, zmm16
vpaddd zmm25, zmm25, zmm16
vmovdqa32 zmm19, zmm31
vpternlogd zmm19, zmm30, zmm28, 0xe8
sha256rnds2 xmm7, xmm8, xmm0
vprord zmm21, zmm31, 2
vprord zmm22, zmm31, 13
vprord zmm20, zmm31, 22
movq xmm0, qword ptr [rsi + 5920]
vpternlogd zmm21, zmm22, zmm20, 0x96
vpaddd zmm19, zmm16, zmm19
vpaddd zmm21, zmm19, zmm21
sha256rnds2 xmm9, xmm10, xmm0
vprord zmm19, zmmword ptr [r11 + 576], 7
vprord zmm16, zmmword ptr [r11 + 576], 18
vpsrld zmm20, zmmword ptr [r11 + 576], 3
vpternlogd zmm19, zmm16, zmm20, 0x96
movq xmm0, qword ptr [rsi + 5928]
vprord zmm20, zmm26, 17
vprord zmm16, zmm26, 19
vpsrld zmm22, zmm26, 10
sha256rnds2 xmm11, xmm12, xmm0
vpternlogd zmm20, zmm16, zmm22, 0x96
vmovdqa32 zmm22, zmmword ptr [r11 + 448]
vpaddd zmm16, zmm22, zmmword ptr [r11 + 192]
movq xmm0, qword ptr [rsi + 5936]
vpaddd zmm19, zmm16, zmm19
vpaddd zmm20, zmm19, zmm20
vmovdqa32 zmm19, zmm25
vpternlogd zmm19, zmm18, zmm27, 0xca
sha256rnds2 xmm13, xmm14, xmm0
vprord zmm16, zmm25, 6
vprord zmm22, zmm25, 11
vmovdqa32 zmmword ptr [r11 + 192], zmm26
movq xmm0, qword ptr [rsi + 6144]
vprord zmm26, zmm25, 25
vpternlogd zmm16, zmm22, zmm26, 0x96
vpaddd zmm24, zmm24, dword ptr [r10 - 352]{1to16}
sha256rnds2 xmm2, xmm1, xmm0
vpaddd zmm24, zmm24, zmm20
vpaddd zmm19, zmm24, zmm19
vpaddd zmm16, zmm19, zmm16
vpaddd zmm28, zmm28, zmm16
movq xmm0, qword ptr [rsi + 6152]
vmovdqa32 zmm19, zmm21
vpternlogd zmm19, zmm31, zmm30, 0xe8
vprord zmm24, zmm21, 2
sha256rnds2 xmm4, xmm3, xmm0
vprord zmm26, zmm21, 13
vprord zmm22, zmm21, 22
vpternlogd zmm24, zmm26, zmm22, 0x96
movq xmm0, qword ptr [rsi + 6160]
vpaddd zmm19, zmm16, zmm19
vpaddd zmm24, zmm19, zmm24
vprord zmm19, zmmword ptr [r11 + 320], 7
vprord zmm16, zmmword ptr [r11 + 320], 18
sha256rnds2 xmm6, xmm5, xmm0
vpsrld zmm22, zmmword ptr [r11 + 320], 3
vpternlogd zmm19, zmm16, zmm22, 0x96
vprord zmm22, zmm17, 17
movq xmm0, qword ptr [rsi + 6168]
vprord zmm16, zmm17, 19
vpsrld zmm26, zmm17, 10
vpternlogd zmm22, zmm16, zmm26, 0x96
sha256rnds2 xmm8, xmm7, xmm0
vmovdqa32 zmm26, zmmword ptr [r11 + 256]
vpaddd zmm16, zmm26, zmmword ptr [r11 + 576]
vpaddd zmm19, zmm16, zmm19
vpaddd zmm22, zmm19, zmm22
movq xmm0, qword ptr [rsi + 6176]
vmovdqa32 zmm19, zmm28
vpternlogd zmm19, zmm25, zmm18, 0xca
vprord zmm16, zmm28, 6
sha256rnds2 xmm10, xmm9, xmm0
vprord zmm26, zmm28, 11
vmovdqa32 zmmword ptr [r11 + 576], zmm17
vprord zmm17, zmm28, 25
movq xmm0, qword ptr [rsi + 6184]
vpternlogd zmm16, zmm26, zmm17, 0x96
vpaddd zmm27, zmm27, dword ptr [r10 - 348]{1to16}
vpaddd zmm27, zmm27, zmm22
vpaddd zmm19, zmm27, zmm19
sha256rnds2 xmm12, xmm11, xmm0
vpaddd zmm16, zmm19, zmm16
vpaddd zmm30, zmm30, zmm16
vmovdqa32 zmm19, zmm24
movq xmm0, qword ptr [rsi + 6192]
vpternlogd zmm19, zmm21, zmm31, 0xe8
vprord zmm27, zmm24, 2
vprord zmm17, zmm24, 13
sha256rnds2 xmm14, xmm13, xmm0
vprord zmm26, zmm24, 22
vpternlogd zmm27, zmm17, zmm26, 0x96
vpaddd zmm19, zmm16, zmm19
vpaddd zmm27, zmm19, zmm27
movq xmm0, qword ptr [rsi + 6400]
vprord zmm19, zmmword ptr [r11 + 64], 7
vprord zmm16, zmmword ptr [r11 + 64], 18
vpsrld zmm26, zmmword ptr [r11 + 64], 3
sha256rnds2 xmm1, xmm2, xmm0
vpternlogd zmm19, zmm16, zmm26, 0x96
vprord zmm26, zmm20, 17
vprord zmm16, zmm20, 19
movq xmm0, qword ptr [rsi + 6408]
vpsrld zmm17, zmm20, 10
vpternlogd zmm26, zmm16, zmm17, 0x96
vpaddd zmm17, zmm23, zmmword ptr [r11 + 320]
vpaddd zmm19, zmm17, zmm19
sha256rnds2 xmm3, xmm4, xmm0
vpaddd zmm26, zmm19, zmm26
vmovdqa32 zmm19, zmm30
vpternlogd zmm19, zmm28, zmm25, 0xca
movq xmm0, qword ptr [rsi + 6416]
vprord zmm17, zmm30, 6
vprord zmm16, zmm30, 11
vmovdqa32 zmmword ptr [r11 + 320], zmm23
sha256rnds2 xmm5, xmm6, xmm0
vprord zmm23, zmm30, 25
vpternlogd zmm17, zmm16, zmm23, 0x96
vpaddd zmm18, zmm18, dword ptr [r10 - 344]{1to16}
vpaddd zmm18, zmm18, zmm26
movq xmm0, qword ptr [rsi + 6424]
vpaddd zmm19, zmm18, zmm19
vpaddd zmm17, zmm19, zmm17
vpaddd zmm31, zmm31, zmm17
sha256rnds2 xmm7, xmm8, xmm0
vmovdqa32 zmm19, zmm27
vpternlogd zmm19, zmm24, zmm21, 0xe8
vprord zmm18, zmm27, 2
movq xmm0, qword ptr [rsi + 6432]
vprord zmm23, zmm27, 13
vprord zmm16, zmm27, 22
vpternlogd zmm18, zmm23, zmm16, 0x96
vpaddd zmm19, zmm17, zmm19
sha256rnds2 xmm9, xmm10, xmm0
vpaddd zmm18, zmm19, zmm18
vprord zmm19, zmmword ptr [r11 + 128], 7
vprord zmm17, zmmword ptr [r11 + 128], 18
movq xmm0, qword ptr [rsi + 6440]
vpsrld zmm16, zmmword ptr [r11 + 128], 3
vpternlogd zmm19, zmm17, zmm16, 0x96
vprord zmm16, zmm22, 17
sha256rnds2 xmm11, xmm12, xmm0
vprord zmm17, zmm22, 19
vpsrld zmm23, zmm22, 10
vpternlogd zmm16, zmm17, zmm23, 0x96
vpaddd zmm23, zmm29, zmmword ptr [r11 + 64]
movq xmm0, qword ptr [rsi + 6448]
vpaddd zmm19, zmm23, zmm19
vpaddd zmm16, zmm19, zmm16
vmovdqa32 zmm19, zmm31
sha256rnds2 xmm13, xmm14, xmm0
vpternlogd zmm19, zmm30, zmm28, 0xca
vprord zmm23, zmm31, 6
vprord zmm17, zmm31, 11
movq xmm0, qword ptr [rsi + 6656]
vmovdqa32 zmmword ptr [r11 + 64], zmm29
vprord zmm29, zmm31, 25
vpternlogd zmm23, zmm17, zmm29, 0x96
vpaddd zmm25, zmm25, dword ptr [r10 - 340]{1to16}
sha256rnds2 xmm2, xmm1, xmm0
vpaddd zmm25, zmm25, zmm16
vpaddd zmm19, zmm25, zmm19
vpaddd zmm23, zmm19, zmm23
movq xmm0, qword ptr [rsi + 6664]
vpaddd zmm21, zmm21, zmm23
vmovdqa32 zmm19, zmm18
vpternlogd zmm19, zmm27, zmm24, 0xe8
vprord zmm25, zmm18, 2
sha256rnds2 xmm4, xmm3, xmm0
vprord zmm29, zmm18, 13
vprord zmm17, zmm18, 22
vpternlogd zmm25, zmm29, zmm17, 0x96
movq xmm0, qword ptr [rsi + 6672]
vpaddd zmm19, zmm23, zmm19
vpaddd zmm25, zmm19, zmm25
vprord zmm19, zmmword ptr [r11 + 512], 7
sha256rnds2 xmm6, xmm5, xmm0
vprord zmm23, zmmword ptr [r11 + 512], 18
vpsrld zmm17, zmmword ptr [r11 + 512], 3
vpternlogd zmm19, zmm23, zmm17, 0x96
vprord zmm17, zmm26, 17
movq xmm0, qword ptr [rsi + 6680]
vprord zmm23, zmm26, 19
vpsrld zmm29, zmm26, 10
vpternlogd zmm17, zmm23, zmm29, 0x96
sha256rnds2 xmm8, xmm7, xmm0
vmovdqa32 zmm29, zmmword ptr [r11 + 704]
vpaddd zmm23, zmm29, zmmword ptr [r11 + 128]
vpaddd zmm19, zmm23, zmm19
movq xmm0, qword ptr [rsi + 6688]
vpaddd zmm17, zmm19, zmm17
vmovdqa32 zmm19, zmm21
vpternlogd zmm19, zmm31, zmm30, 0xca
vprord zmm23, zmm21, 6
sha256rnds2 xmm10, xmm9, xmm0
vprord zmm29, zmm21, 11
vmovdqa32 zmmword ptr [r11 + 128], zmm26
vprord zmm26, zmm21, 25
movq xmm0, qword ptr [rsi + 6696]
vpternlogd zmm23, zmm29, zmm26, 0x96
vpaddd zmm28, zmm28, dword ptr [r10 - 336]{1to16}
vpaddd zmm28, zmm28, zmm17
sha256rnds2 xmm12, xmm11, xmm0
vpaddd zmm19, zmm28, zmm19
vpaddd zmm23, zmm19, zmm23
vpaddd zmm24, zmm24, zmm23
vmovdqa32 zmm19, zmm25
movq xmm0, qword ptr [rsi + 6704]
vpternlogd zmm19, zmm18, zmm27, 0xe8
vprord zmm28, zmm25, 2
vprord zmm26, zmm25, 13
sha256rnds2 xmm14, xmm13, xmm0
vprord zmm29, zmm25, 22
vpternlogd zmm28, zmm26, zmm29, 0x96
vpaddd zmm19, zmm23, zmm19
movq xmm0, qword ptr [rsi + 6912]
vpaddd zmm28, zmm19, zmm28
vprord zmm19, zmmword ptr [r11 + 0], 7
vprord zmm23, zmmword ptr [r11 + 0], 18
vpsrld zmm29, zmmword ptr [r11 + 0], 3
sha256rnds2 xmm1, xmm2, xmm0
vpternlogd zmm19, zmm23, zmm29, 0x96
vprord zmm29, zmm16, 17
vprord zmm23, zmm16, 19
movq xmm0, qword ptr [rsi + 6920]
vpsrld zmm26, zmm16, 10
vpternlogd zmm29, zmm23, zmm26, 0x96
vmovdqa32 zmm26, zmmword ptr [r11 + 192]
sha256rnds2 xmm3, xmm4, xmm0
vpaddd zmm23, zmm26, zmmword ptr [r11 + 512]
vpaddd zmm19, zmm23, zmm19
vpaddd zmm29, zmm19, zmm29
vmovdqa32 zmm19, zmm24
movq xmm0, qword ptr [rsi + 6928]
vpternlogd zmm19, zmm21, zmm31, 0xca
vprord zmm23, zmm24, 6
vprord zmm26, zmm24, 11
sha256rnds2 xmm5, xmm6, xmm0
vmovdqa32 zmmword ptr [r11 + 512], zmm16
vprord zmm16, zmm24, 25
vpternlogd zmm23, zmm26, zmm16, 0x96
movq xmm0, qword ptr [rsi + 6936]
vpaddd zmm30, zmm30, dword ptr [r10 - 332]{1to16}
vpaddd zmm30, zmm30, zmm29
vpaddd zmm19, zmm30, zmm19
vpaddd zmm23, zmm19, zmm23
sha256rnds2 xmm7, xmm8, xmm0
vpaddd zmm27, zmm27, zmm23
vmovdqa32 zmm19, zmm28
vpternlogd zmm19, zmm25, zmm18, 0xe8
movq xmm0, qword ptr [rsi + 6944]
vprord zmm30, zmm28, 2
vprord zmm16, zmm28, 13
vprord zmm26, zmm28, 22
sha256rnds2 xmm9, xmm10, xmm0
vpternlogd zmm30, zmm16, zmm26, 0x96
vpaddd zmm19, zmm23, zmm19
vpaddd zmm30, zmm19, zmm30
vprord zmm19, zmmword ptr [r11 + 640], 7
movq xmm0, qword ptr [rsi + 6952]
vprord zmm23, zmmword ptr [r11 + 640], 18
vpsrld zmm26, zmmword ptr [r11 + 640], 3
vpternlogd zmm19, zmm23, zmm26, 0x96
sha256rnds2 xmm11, xmm12, xmm0
vprord zmm26, zmm17, 17
vprord zmm23, zmm17, 19
vpsrld zmm16, zmm17, 10
movq xmm0, qword ptr [rsi + 6960]
vpternlogd zmm26, zmm23, zmm16, 0x96
vmovdqa32 zmm16, zmmword ptr [r11 + 576]
vpaddd zmm23, zmm16, zmmword ptr [r11 + 0]
vpaddd zmm19, zmm23, zmm19
sha256rnds2 xmm13, xmm14, xmm0
vpaddd zmm26, zmm19, zmm26
vmovdqa32 zmm19, zmm27
vpternlogd zmm19, zmm24, zmm21, 0xca
movq xmm0, qword ptr [rsi + 7168]
vprord zmm23, zmm27, 6
vprord zmm16, zmm27, 11
vmovdqa32 zmmword ptr [r11 + 0], zmm17
sha256rnds2 xmm2, xmm1, xmm0
vprord zmm17, zmm27, 25
vpternlogd zmm23, zmm16, zmm17, 0x96
vpaddd zmm31, zmm31, dword ptr [r10 - 328]{1to16}
vpaddd zmm31, zmm31, zmm26
movq xmm0, qword ptr [rsi + 7176]
vpaddd zmm19, zmm31, zmm19
vpaddd zmm23, zmm19, zmm23
vpaddd zmm18, zmm18, zmm23
sha256rnds2 xmm4, xmm3, xmm0
vmovdqa32 zmm19, zmm30
vpternlogd zmm19, zmm28, zmm25, 0xe8
vprord zmm31, zmm30, 2
movq xmm0, qword ptr [rsi + 7184]
vprord zmm17, zmm30, 13
vprord zmm16, zmm30, 22
vpternlogd zmm31, zmm17, zmm16, 0x96
vpaddd zmm19, zmm23, zmm19
sha256rnds2 xmm6, xmm5, xmm0
vpaddd zmm31, zmm19, zmm31
vprord zmm19, zmmword ptr [r11 + 384], 7
vprord zmm23, zmmword ptr [r11 + 384], 18
movq xmm0, qword ptr [rsi + 7192]
vpsrld zmm16, zmmword ptr [r11 + 384], 3
vpternlogd zmm19, zmm23, zmm16, 0x96
vprord zmm16, zmm29, 17
sha256rnds2 xmm8, xmm7, xmm0
vprord zmm23, zmm29, 19
vpsrld zmm17, zmm29, 10
vpternlogd zmm16, zmm23, zmm17, 0x96
vpaddd zmm20, zmm20, zmmword ptr [r11 + 640]
movq xmm0, qword ptr [rsi + 7200]
vpaddd zmm19, zmm20, zmm19
vpaddd zmm16, zmm19, zmm16
vmovdqa32 zmm19, zmm18
sha256rnds2 xmm10, xmm9, xmm0
vpternlogd zmm19, zmm27, zmm24, 0xca
vprord zmm20, zmm18, 6
vprord zmm17, zmm18, 11
movq xmm0, qword ptr [rsi + 7208]
vprord zmm23, zmm18, 25
vpternlogd zmm20, zmm17, zmm23, 0x96
vpaddd zmm21, zmm21, dword ptr [r10 - 324]{1to16}
vpaddd zmm21, zmm21, zmm16
sha256rnds2 xmm12, xmm11, xmm0
vpaddd zmm19, zmm21, zmm19
vpaddd zmm20, zmm19, zmm20
vpaddd zmm25, zmm25, zmm20
movq xmm0, qword ptr [rsi + 7216]
vmovdqa32 zmm19, zmm31
vpternlogd zmm19, zmm30, zmm28, 0xe8
vprord zmm21, zmm31, 2
sha256rnds2 xmm14, xmm13, xmm0
vprord zmm23, zmm31, 13
vprord zmm17, zmm31, 22
vpternlogd zmm21, zmm23, zmm17, 0x96
vpaddd zmm19, zmm20, zmm19
movq xmm0, qword ptr [rsi + 7424]
vpaddd zmm21, zmm19, zmm21
vprord zmm19, zmmword ptr [r11 + 448], 7
vprord zmm20, zmmword ptr [r11 + 448], 18
sha256rnds2 xmm1, xmm2, xmm0
vpsrld zmm17, zmmword ptr [r11 + 448], 3
vpternlogd zmm19, zmm20, zmm17, 0x96
vprord zmm17, zmm26, 17
movq xmm0, qword ptr [rsi + 7432]
vprord zmm20, zmm26, 19
vpsrld zmm23, zmm26, 10
vpternlogd zmm17, zmm20, zmm23, 0x96
vpaddd zmm22, zmm22, zmmword ptr [r11 + 384]
sha256rnds2 xmm3, xmm4, xmm0
vpaddd zmm19, zmm22, zmm19
vpaddd zmm17, zmm19, zmm17
vmovdqa32 zmm19, zmm25
movq xmm0, qword ptr [rsi + 7440]
vpternlogd zmm19, zmm18, zmm27, 0xca
vprord zmm22, zmm25, 6
vprord zmm23, zmm25, 11
sha256rnds2 xmm5, xmm6, xmm0
vprord zmm20, zmm25, 25
vpternlogd zmm22, zmm23, zmm20, 0x96
vpaddd zmm24, zmm24, dword ptr [r10 - 320]{1to16}
vpaddd zmm24, zmm24, zmm17
movq xmm0, qword ptr [rsi + 7448]
vpaddd zmm19, zmm24, zmm19
vpaddd zmm22, zmm19, zmm22
vpaddd zmm28, zmm28, zmm22
sha256rnds2 xmm7, xmm8, xmm0
vmovdqa32 zmm19, zmm21
vpternlogd zmm19, zmm31, zmm30, 0xe8
vprord zmm24, zmm21, 2
vprord zmm20, zmm21, 13
movq xmm0, qword ptr [rsi + 7456]
vprord zmm23, zmm21, 22
vpternlogd zmm24, zmm20, zmm23, 0x96
vpaddd zmm19, zmm22, zmm19
sha256rnds2 xmm9, xmm10, xmm0
vpaddd zmm24, zmm19, zmm24
vprord zmm19, zmmword ptr [r11 + 256], 7
vprord zmm22, zmmword ptr [r11 + 256], 18
movq xmm0, qword ptr [rsi + 7464]
vpsrld zmm23, zmmword ptr [r11 + 256], 3
vpternlogd zmm19, zmm22, zmm23, 0x96
vprord zmm23, zmm16, 17
vprord zmm22, zmm16, 19
sha256rnds2 xmm11, xmm12, xmm0
vpsrld zmm20, zmm16, 10
vpternlogd zmm23, zmm22, zmm20, 0x96
vmovdqa32 zmm20, zmmword ptr [r11 + 128]
movq xmm0, qword ptr [rsi + 7472]
vpaddd zmm20, zmm20, zmmword ptr [r11 + 448]
vpaddd zmm19, zmm20, zmm19
vpaddd zmm23, zmm19, zmm23
sha256rnds2 xmm13, xmm14, xmm0
vmovdqa32 zmm19, zmm28
vpternlogd zmm19, zmm25, zmm18, 0xca
vprord zmm20, zmm28, 6
vprord zmm22, zmm28, 11
movq xmm0, qword ptr [rsi + 7680]
vmovdqa32 zmmword ptr [r11 + 448], zmm16
vprord zmm16, zmm28, 25
vpternlogd zmm20, zmm22, zmm16, 0x96
sha256rnds2 xmm2, xmm1, xmm0
vpaddd zmm27, zmm27, dword ptr [r10 - 316]{1to16}
vpaddd zmm27, zmm27, zmm23
vpaddd zmm19, zmm27, zmm19
movq xmm0, qword ptr [rsi + 7688]
vpaddd zmm20, zmm19, zmm20
vpaddd zmm30, zmm30, zmm20
vmovdqa32 zmm19, zmm24
vpternlogd zmm19, zmm21, zmm31, 0xe8
sha256rnds2 xmm4, xmm3, xmm0
vprord zmm27, zmm24, 2
vprord zmm16, zmm24, 13
vprord zmm22, zmm24, 22
movq xmm0, qword ptr [rsi + 7696]
vpternlogd zmm27, zmm16, zmm22, 0x96
vpaddd zmm19, zmm20, zmm19
vpaddd zmm27, zmm19, zmm27
sha256rnds2 xmm6, xmm5, xmm0
vprord zmm19, zmmword ptr [r11 + 320], 7
vprord zmm20, zmmword ptr [r11 + 320], 18
vpsrld zmm22, zmmword ptr [r11 + 320], 3
vpternlogd zmm19, zmm20, zmm22, 0x96
movq xmm0, qword ptr [rsi + 7704]
vprord zmm22, zmm17, 17
vprord zmm20, zmm17, 19
vpsrld zmm17, zmm17, 10
sha256rnds2 xmm8, xmm7, xmm0
vpternlogd zmm22, zmm20, zmm17, 0x96
vmovdqa32 zmm17, zmmword ptr [r11 + 512]
vpaddd zmm17, zmm17, zmmword ptr [r11 + 256]
movq xmm0, qword ptr [rsi + 7712]
vpaddd zmm19, zmm17, zmm19
vpaddd zmm22, zmm19, zmm22
vmovdqa32 zmm19, zmm30
vpternlogd zmm19, zmm28, zmm25, 0xca
sha256rnds2 xmm10, xmm9, xmm0
vprord zmm17, zmm30, 6
vprord zmm20, zmm30, 11
vprord zmm16, zmm30, 25
movq xmm0, qword ptr [rsi + 7720]
vpternlogd zmm17, zmm20, zmm16, 0x96
vpaddd zmm18, zmm18, dword ptr [r10 - 312]{1to16}
vpaddd zmm18, zmm18, zmm22
sha256rnds2 xmm12, xmm11, xmm0
vpaddd zmm19, zmm18, zmm19
vpaddd zmm17, zmm19, zmm17
vpaddd zmm31, zmm31, zmm17
vmovdqa32 zmm19, zmm27
movq xmm0, qword ptr [rsi + 7728]
vpternlogd zmm19, zmm24, zmm21, 0xe8
vprord zmm18, zmm27, 2
vprord zmm16, zmm27, 13
sha256rnds2 xmm14, xmm13, xmm0
vprord zmm20, zmm27, 22
vpternlogd zmm18, zmm16, zmm20, 0x96
vpaddd zmm19, zmm17, zmm19
paddd xmm2, xmmword ptr [rcx + 32]
vpaddd zmm18, zmm19, zmm18
vprord zmm19, zmmword ptr [r11 + 64], 7
vprord zmm17, zmmword ptr [r11 + 64], 18
vpsrld zmm20, zmmword ptr [r11 + 64], 3
movdqa xmmword ptr [rdx + 0], xmm2
vpternlogd zmm19, zmm17, zmm20, 0x96
vprord zmm20, zmm23, 17
vprord zmm17, zmm23, 19
paddd xmm1, xmmword ptr [rcx + 48]
vpsrld zmm23, zmm23, 10
vpternlogd zmm20, zmm17, zmm23, 0x96
vmovdqa32 zmm23, zmmword ptr [r11 + 0]
movdqa xmmword ptr [rdx + 16], xmm1
vpaddd zmm23, zmm23, zmmword ptr [r11 + 320]
vpaddd zmm19, zmm23, zmm19
vpaddd zmm20, zmm19, zmm20
vmovdqa32 zmm19, zmm31
paddd xmm4, xmmword ptr [rcx + 96]
vpternlogd zmm19, zmm30, zmm28, 0xca
vprord zmm23, zmm31, 6
vprord zmm17, zmm31, 11
movdqa xmmword ptr [rdx + 32], xmm4
vprord zmm16, zmm31, 25
vpternlogd zmm23, zmm17, zmm16, 0x96
vpaddd zmm25, zmm25, dword ptr [r10 - 308]{1to16}
paddd xmm3, xmmword ptr [rcx + 112]
vpaddd zmm25, zmm25, zmm20
vpaddd zmm19, zmm25, zmm19
vpaddd zmm23, zmm19, zmm23
vpaddd zmm23, zmm21, zmm23
movdqa xmmword ptr [rdx + 48], xmm3
vprord zmm21, zmmword ptr [r11 + 704], 7
vprord zmm19, zmmword ptr [r11 + 704], 18
vpsrld zmm25, zmmword ptr [r11 + 704], 3
paddd xmm6, xmmword ptr [rcx + 160]
vpternlogd zmm21, zmm19, zmm25, 0x96
vprord zmm25, zmm22, 17
vprord zmm19, zmm22, 19
movdqa xmmword ptr [rdx + 64], xmm6
vpsrld zmm22, zmm22, 10
vpternlogd zmm25, zmm19, zmm22, 0x96
vpaddd zmm29, zmm29, zmmword ptr [r11 + 64]
vpaddd zmm21, zmm29, zmm21
paddd xmm5, xmmword ptr [rcx + 176]
vpaddd zmm25, zmm21, zmm25
vmovdqa32 zmm21, zmm23
vpternlogd zmm21, zmm31, zmm30, 0xca
movdqa xmmword ptr [rdx + 80], xmm5
vprord zmm29, zmm23, 6
vprord zmm22, zmm23, 11
vprord zmm19, zmm23, 25
paddd xmm8, xmmword ptr [rcx + 224]
vpternlogd zmm29, zmm22, zmm19, 0x96
vpaddd zmm28, zmm28, dword ptr [r10 - 304]{1to16}
vpaddd zmm28, zmm28, zmm25
vpaddd zmm21, zmm28, zmm21
movdqa xmmword ptr [rdx + 96], xmm8
vpaddd zmm29, zmm21, zmm29
vpaddd zmm29, zmm24, zmm29
vprord zmm24, zmmword ptr [r11 + 192], 7
paddd xmm7, xmmword ptr [rcx + 240]
vprord zmm21, zmmword ptr [r11 + 192], 18
vpsrld zmm28, zmmword ptr [r11 + 192], 3
vpternlogd zmm24, zmm21, zmm28, 0x96
movdqa xmmword ptr [rdx + 112], xmm7
vprord zmm28, zmm20, 17
vprord zmm21, zmm20, 19
vpsrld zmm20, zmm20, 10
vpternlogd zmm28, zmm21, zmm20, 0x96
paddd xmm10, xmmword ptr [rcx + 288]
vpaddd zmm26, zmm26, zmmword ptr [r11 + 704]
vpaddd zmm24, zmm26, zmm24
vpaddd zmm28, zmm24, zmm28
movdqa xmmword ptr [rdx + 128], xmm10
vmovdqa32 zmm24, zmm29
vpternlogd zmm24, zmm23, zmm31, 0xca
vprord zmm26, zmm29, 6
paddd xmm9, xmmword ptr [rcx + 304]
vprord zmm20, zmm29, 11
vprord zmm21, zmm29, 25
vpternlogd zmm26, zmm20, zmm21, 0x96
vpaddd zmm30, zmm30, dword ptr [r10 - 300]{1to16}
movdqa xmmword ptr [rdx + 144], xmm9
vpaddd zmm28, zmm30, zmm28
vpaddd zmm24, zmm28, zmm24
vpaddd zmm26, zmm24, zmm26
paddd xmm12, xmmword ptr [rcx + 352]
vpaddd zmm26, zmm27, zmm26
vprord zmm27, zmmword ptr [r11 + 576], 7
vprord zmm24, zmmword ptr [r11 + 576], 18
movdqa xmmword ptr [rdx + 160], xmm12
vpsrld zmm28, zmmword ptr [r11 + 576], 3
vpternlogd zmm27, zmm24, zmm28, 0x96
vprord zmm28, zmm25, 17
vprord zmm24, zmm25, 19
paddd xmm11, xmmword ptr [rcx + 368]
vpsrld zmm25, zmm25, 10
vpternlogd zmm28, zmm24, zmm25, 0x96
vmovdqa32 zmm25, zmmword ptr [r11 + 448]
movdqa xmmword ptr [rdx + 176], xmm11
vpaddd zmm25, zmm25, zmmword ptr [r11 + 192]
vpaddd zmm27, zmm25, zmm27
vpaddd zmm28, zmm27, zmm28
paddd xmm14, xmmword ptr [rcx + 416]
vpternlogd zmm29, zmm23, zmm26, 0xe4
vprord zmm23, zmm26, 6
vprord zmm27, zmm26, 11
vprord zmm26, zmm26, 25
movdqa xmmword ptr [rdx + 192], xmm14
vpternlogd zmm23, zmm27, zmm26, 0x96
vpaddd zmm31, zmm18, zmm31
vpaddd zmm28, zmm31, zmm28
paddd xmm13, xmmword ptr [rcx + 432]
vpaddd zmm29, zmm28, zmm29
vpaddd zmm23, zmm29, zmm23
vmovdqa32 zmmword ptr [r9], zmm23
movdqa xmmword ptr [rdx + 208], xmm13
add rsi, 56
add rcx, 448
add rdx, 224
add r8, 512
add r9, 64
dec eax
jnz 4b
vzeroupper
pop r12
ret
