# Written by the generator from `sha256d/graph.rs` and `sha256d/assembly.rs`: change those, not this.
.globl hashkit_sha256d_rolled_half
.p2align 6
hashkit_sha256d_rolled_half:
vzeroupper
push r12
mov r9, rsi
xor r9, 1
imul r9, r9, 3968
imul rsi, rsi, 3968
lea r9, [rdi + r9 + 11072]
lea rsi, [rdi + rsi + 11072]
lea r10, [rdi + 19648]
lea r11, [rdi + 7488]
lea rcx, [rdi + 10048]
lea rdx, [rdi + 9536]
vmovdqa32 zmm16, zmmword ptr [rdi + 9536]
vmovdqa32 zmm17, zmmword ptr [rdi + 9600]
vmovdqa32 zmm18, zmmword ptr [rdi + 9664]
vmovdqa32 zmm19, zmmword ptr [rdi + 9728]
vmovdqa32 zmm20, zmmword ptr [rdi + 9792]
movdqa xmm1, xmmword ptr [rcx + 0]
vmovdqa32 zmm21, zmmword ptr [rdi + 9856]
vmovdqa32 zmm22, zmmword ptr [rdi + 9920]
vmovdqa32 zmm23, zmmword ptr [rdi + 9984]
vpunpckldq zmm24, zmm16, zmm17
movdqa xmm2, xmmword ptr [rcx + 16]
vpunpckhdq zmm28, zmm16, zmm17
vpunpckldq zmm25, zmm18, zmm19
vpunpckhdq zmm29, zmm18, zmm19
vpunpckldq zmm26, zmm20, zmm21
movdqa xmm3, xmmword ptr [rcx + 64]
vpunpckhdq zmm30, zmm20, zmm21
vpunpckldq zmm27, zmm22, zmm23
vpunpckhdq zmm31, zmm22, zmm23
vpunpcklqdq zmm16, zmm24, zmm25
movdqa xmm4, xmmword ptr [rcx + 80]
vpunpckhqdq zmm17, zmm24, zmm25
vpunpcklqdq zmm18, zmm26, zmm27
vpunpckhqdq zmm19, zmm26, zmm27
vpunpcklqdq zmm20, zmm28, zmm29
movdqa xmm5, xmmword ptr [rcx + 128]
vpunpckhqdq zmm21, zmm28, zmm29
vpunpcklqdq zmm22, zmm30, zmm31
vpunpckhqdq zmm23, zmm30, zmm31
vshufi32x4 zmm24, zmm16, zmm18, 0x88
movdqa xmm6, xmmword ptr [rcx + 144]
vmovdqa32 zmmword ptr [rdi + 7168], zmm24
vshufi32x4 zmm24, zmm16, zmm18, 0xdd
vmovdqa32 zmmword ptr [rdi + 7296], zmm24
vshufi32x4 zmm24, zmm17, zmm19, 0x88
vmovdqa32 zmmword ptr [rdi + 7104], zmm24
movdqa xmm7, xmmword ptr [rcx + 192]
vshufi32x4 zmm24, zmm17, zmm19, 0xdd
vmovdqa32 zmmword ptr [rdi + 7232], zmm24
vshufi32x4 zmm24, zmm20, zmm22, 0x88
vmovdqa32 zmmword ptr [rdi + 6912], zmm24
movdqa xmm8, xmmword ptr [rcx + 208]
vshufi32x4 zmm24, zmm20, zmm22, 0xdd
vmovdqa32 zmmword ptr [rdi + 7040], zmm24
vshufi32x4 zmm24, zmm21, zmm23, 0x88
vmovdqa32 zmmword ptr [rdi + 6848], zmm24
movq xmm0, qword ptr [rsi + 0]
vshufi32x4 zmm24, zmm21, zmm23, 0xdd
vmovdqa32 zmmword ptr [rdi + 6976], zmm24
vmovdqa32 zmm16, zmmword ptr [rdi + 192]
vpaddd zmm17, zmm16, dword ptr [rdi + 60]{1to16}
sha256rnds2 xmm2, xmm1, xmm0
vpaddd zmm18, zmm16, dword ptr [rdi + 64]{1to16}
vpbroadcastd zmm19, dword ptr [rdi + 52]
vmovdqa32 zmm20, zmm17
vpternlogd zmm20, zmm19, dword ptr [rdi + 44]{1to16}, 0xca
movq xmm0, qword ptr [rsi + 8]
vprord zmm21, zmm17, 6
vprord zmm22, zmm17, 11
vprord zmm23, zmm17, 25
vpternlogd zmm21, zmm22, zmm23, 0x96
sha256rnds2 xmm4, xmm3, xmm0
vpaddd zmm20, zmm20, dword ptr [rdi + 68]{1to16}
vpaddd zmm21, zmm20, zmm21
vpaddd zmm20, zmm21, dword ptr [rdi + 40]{1to16}
vpbroadcastd zmm23, dword ptr [rdi + 56]
vmovdqa32 zmm22, zmm18
movq xmm0, qword ptr [rsi + 16]
vpternlogd zmm22, zmm23, dword ptr [rdi + 48]{1to16}, 0xe8
vprord zmm24, zmm18, 2
vprord zmm25, zmm18, 13
vprord zmm26, zmm18, 22
sha256rnds2 xmm6, xmm5, xmm0
vpternlogd zmm24, zmm25, zmm26, 0x96
vpaddd zmm22, zmm21, zmm22
vpaddd zmm24, zmm22, zmm24
vpternlogd zmm19, zmm20, zmm17, 0xb8
movq xmm0, qword ptr [rsi + 24]
vprord zmm22, zmm20, 6
vprord zmm26, zmm20, 11
vprord zmm25, zmm20, 25
vpternlogd zmm22, zmm26, zmm25, 0x96
sha256rnds2 xmm8, xmm7, xmm0
vpaddd zmm19, zmm19, dword ptr [rdi + 72]{1to16}
vpaddd zmm22, zmm19, zmm22
vpaddd zmm19, zmm22, dword ptr [rdi + 48]{1to16}
vmovdqa32 zmm25, zmm24
movq xmm0, qword ptr [rsi + 128]
vpternlogd zmm25, zmm18, zmm23, 0xe8
vprord zmm26, zmm24, 2
vprord zmm27, zmm24, 13
vprord zmm28, zmm24, 22
sha256rnds2 xmm1, xmm2, xmm0
vpternlogd zmm26, zmm27, zmm28, 0x96
vpaddd zmm25, zmm22, zmm25
vpaddd zmm26, zmm25, zmm26
vpternlogd zmm17, zmm19, zmm20, 0xb8
vprord zmm25, zmm19, 6
movq xmm0, qword ptr [rsi + 136]
vprord zmm28, zmm19, 11
vprord zmm27, zmm19, 25
vpternlogd zmm25, zmm28, zmm27, 0x96
vpaddd zmm17, zmm17, dword ptr [rdi + 76]{1to16}
sha256rnds2 xmm3, xmm4, xmm0
vpaddd zmm25, zmm17, zmm25
vpaddd zmm23, zmm23, zmm25
vmovdqa32 zmm17, zmm26
vpternlogd zmm17, zmm24, zmm18, 0xe8
movq xmm0, qword ptr [rsi + 144]
vprord zmm27, zmm26, 2
vprord zmm28, zmm26, 13
vprord zmm29, zmm26, 22
vpternlogd zmm27, zmm28, zmm29, 0x96
sha256rnds2 xmm5, xmm6, xmm0
vpaddd zmm17, zmm25, zmm17
vpaddd zmm27, zmm17, zmm27
vpternlogd zmm20, zmm23, zmm19, 0xb8
vprord zmm17, zmm23, 6
movq xmm0, qword ptr [rsi + 152]
vprord zmm29, zmm23, 11
vprord zmm28, zmm23, 25
vpternlogd zmm17, zmm29, zmm28, 0x96
vpaddd zmm16, zmm16, dword ptr [rdi + 80]{1to16}
sha256rnds2 xmm7, xmm8, xmm0
vpaddd zmm20, zmm16, zmm20
vpaddd zmm17, zmm20, zmm17
vpaddd zmm18, zmm18, zmm17
vmovdqa32 zmm20, zmm27
vpternlogd zmm20, zmm26, zmm24, 0xe8
movq xmm0, qword ptr [rsi + 256]
vprord zmm16, zmm27, 2
vprord zmm28, zmm27, 13
vprord zmm29, zmm27, 22
vpternlogd zmm16, zmm28, zmm29, 0x96
sha256rnds2 xmm2, xmm1, xmm0
vpaddd zmm20, zmm17, zmm20
vpaddd zmm16, zmm20, zmm16
vpternlogd zmm19, zmm18, zmm23, 0xb8
vprord zmm20, zmm18, 6
movq xmm0, qword ptr [rsi + 264]
vprord zmm17, zmm18, 11
vprord zmm29, zmm18, 25
vpternlogd zmm20, zmm17, zmm29, 0x96
vpaddd zmm21, zmm21, dword ptr [rdi + 84]{1to16}
sha256rnds2 xmm4, xmm3, xmm0
vpaddd zmm19, zmm21, zmm19
vpaddd zmm20, zmm19, zmm20
vpaddd zmm24, zmm24, zmm20
vmovdqa32 zmm19, zmm16
movq xmm0, qword ptr [rsi + 272]
vpternlogd zmm19, zmm27, zmm26, 0xe8
vprord zmm21, zmm16, 2
vprord zmm29, zmm16, 13
vprord zmm17, zmm16, 22
sha256rnds2 xmm6, xmm5, xmm0
vpternlogd zmm21, zmm29, zmm17, 0x96
vpaddd zmm19, zmm20, zmm19
vpaddd zmm21, zmm19, zmm21
vpternlogd zmm23, zmm24, zmm18, 0xb8
vprord zmm19, zmm24, 6
movq xmm0, qword ptr [rsi + 280]
vprord zmm20, zmm24, 11
vprord zmm17, zmm24, 25
vpternlogd zmm19, zmm20, zmm17, 0x96
vpaddd zmm22, zmm22, dword ptr [rdi + 88]{1to16}
sha256rnds2 xmm8, xmm7, xmm0
vpaddd zmm23, zmm22, zmm23
vpaddd zmm19, zmm23, zmm19
vpaddd zmm26, zmm26, zmm19
vmovdqa32 zmm23, zmm21
movq xmm0, qword ptr [rsi + 384]
vpternlogd zmm23, zmm16, zmm27, 0xe8
vprord zmm22, zmm21, 2
vprord zmm17, zmm21, 13
vprord zmm20, zmm21, 22
sha256rnds2 xmm1, xmm2, xmm0
vpternlogd zmm22, zmm17, zmm20, 0x96
vpaddd zmm23, zmm19, zmm23
vpaddd zmm22, zmm23, zmm22
vmovdqa32 zmm23, zmm26
movq xmm0, qword ptr [rsi + 392]
vpternlogd zmm23, zmm24, zmm18, 0xca
vprord zmm19, zmm26, 6
vprord zmm20, zmm26, 11
vprord zmm17, zmm26, 25
sha256rnds2 xmm3, xmm4, xmm0
vpternlogd zmm19, zmm20, zmm17, 0x96
vpaddd zmm25, zmm25, dword ptr [rdi + 92]{1to16}
vpaddd zmm23, zmm25, zmm23
vpaddd zmm19, zmm23, zmm19
vpaddd zmm27, zmm27, zmm19
movq xmm0, qword ptr [rsi + 400]
vmovdqa32 zmm23, zmm22
vpternlogd zmm23, zmm21, zmm16, 0xe8
vprord zmm25, zmm22, 2
vprord zmm17, zmm22, 13
sha256rnds2 xmm5, xmm6, xmm0
vprord zmm20, zmm22, 22
vpternlogd zmm25, zmm17, zmm20, 0x96
vpaddd zmm23, zmm19, zmm23
vpaddd zmm25, zmm23, zmm25
movq xmm0, qword ptr [rsi + 408]
vmovdqa32 zmm23, zmm27
vpternlogd zmm23, zmm26, zmm24, 0xca
vprord zmm19, zmm27, 6
vprord zmm20, zmm27, 11
sha256rnds2 xmm7, xmm8, xmm0
vprord zmm17, zmm27, 25
vpternlogd zmm19, zmm20, zmm17, 0x96
vpaddd zmm18, zmm18, dword ptr [r10 - 512]{1to16}
vpaddd zmm23, zmm18, zmm23
movq xmm0, qword ptr [rsi + 512]
vpaddd zmm19, zmm23, zmm19
vpaddd zmm16, zmm16, zmm19
vmovdqa32 zmm23, zmm25
vpternlogd zmm23, zmm22, zmm21, 0xe8
sha256rnds2 xmm2, xmm1, xmm0
vprord zmm18, zmm25, 2
vprord zmm17, zmm25, 13
vprord zmm20, zmm25, 22
vpternlogd zmm18, zmm17, zmm20, 0x96
vpaddd zmm23, zmm19, zmm23
movq xmm0, qword ptr [rsi + 520]
vpaddd zmm18, zmm23, zmm18
vmovdqa32 zmm23, zmm16
vpternlogd zmm23, zmm27, zmm26, 0xca
vprord zmm19, zmm16, 6
sha256rnds2 xmm4, xmm3, xmm0
vprord zmm20, zmm16, 11
vprord zmm17, zmm16, 25
vpternlogd zmm19, zmm20, zmm17, 0x96
vpaddd zmm24, zmm24, dword ptr [r10 - 508]{1to16}
movq xmm0, qword ptr [rsi + 528]
vpaddd zmm23, zmm24, zmm23
vpaddd zmm19, zmm23, zmm19
vpaddd zmm21, zmm21, zmm19
vmovdqa32 zmm23, zmm18
sha256rnds2 xmm6, xmm5, xmm0
vpternlogd zmm23, zmm25, zmm22, 0xe8
vprord zmm24, zmm18, 2
vprord zmm17, zmm18, 13
vprord zmm20, zmm18, 22
movq xmm0, qword ptr [rsi + 536]
vpternlogd zmm24, zmm17, zmm20, 0x96
vpaddd zmm23, zmm19, zmm23
vpaddd zmm24, zmm23, zmm24
vmovdqa32 zmm23, zmm21
sha256rnds2 xmm8, xmm7, xmm0
vpternlogd zmm23, zmm16, zmm27, 0xca
vprord zmm19, zmm21, 6
vprord zmm20, zmm21, 11
vprord zmm17, zmm21, 25
vpternlogd zmm19, zmm20, zmm17, 0x96
movq xmm0, qword ptr [rsi + 640]
vpaddd zmm26, zmm26, dword ptr [r10 - 504]{1to16}
vpaddd zmm23, zmm26, zmm23
vpaddd zmm19, zmm23, zmm19
vpaddd zmm22, zmm22, zmm19
sha256rnds2 xmm1, xmm2, xmm0
vmovdqa32 zmm23, zmm24
vpternlogd zmm23, zmm18, zmm25, 0xe8
vprord zmm26, zmm24, 2
vprord zmm17, zmm24, 13
movq xmm0, qword ptr [rsi + 648]
vprord zmm20, zmm24, 22
vpternlogd zmm26, zmm17, zmm20, 0x96
vpaddd zmm23, zmm19, zmm23
vpaddd zmm26, zmm23, zmm26
sha256rnds2 xmm3, xmm4, xmm0
vmovdqa32 zmm23, zmm22
vpternlogd zmm23, zmm21, zmm16, 0xca
vprord zmm19, zmm22, 6
vprord zmm20, zmm22, 11
movq xmm0, qword ptr [rsi + 656]
vprord zmm17, zmm22, 25
vpternlogd zmm19, zmm20, zmm17, 0x96
vpaddd zmm27, zmm27, dword ptr [r10 - 500]{1to16}
vpaddd zmm23, zmm27, zmm23
sha256rnds2 xmm5, xmm6, xmm0
vpaddd zmm19, zmm23, zmm19
vpaddd zmm25, zmm25, zmm19
vmovdqa32 zmm23, zmm26
vpternlogd zmm23, zmm24, zmm18, 0xe8
vprord zmm27, zmm26, 2
movq xmm0, qword ptr [rsi + 664]
vprord zmm17, zmm26, 13
vprord zmm20, zmm26, 22
vpternlogd zmm27, zmm17, zmm20, 0x96
vpaddd zmm23, zmm19, zmm23
sha256rnds2 xmm7, xmm8, xmm0
vpaddd zmm27, zmm23, zmm27
vmovdqa32 zmm23, zmm25
vpternlogd zmm23, zmm22, zmm21, 0xca
vprord zmm19, zmm25, 6
movq xmm0, qword ptr [rsi + 768]
vprord zmm20, zmm25, 11
vprord zmm17, zmm25, 25
vpternlogd zmm19, zmm20, zmm17, 0x96
vpaddd zmm16, zmm16, dword ptr [r10 - 496]{1to16}
sha256rnds2 xmm2, xmm1, xmm0
vpaddd zmm23, zmm16, zmm23
vpaddd zmm19, zmm23, zmm19
vpaddd zmm18, zmm18, zmm19
vmovdqa32 zmm23, zmm27
movq xmm0, qword ptr [rsi + 776]
vpternlogd zmm23, zmm26, zmm24, 0xe8
vprord zmm16, zmm27, 2
vprord zmm17, zmm27, 13
vprord zmm20, zmm27, 22
sha256rnds2 xmm4, xmm3, xmm0
vpternlogd zmm16, zmm17, zmm20, 0x96
vpaddd zmm23, zmm19, zmm23
vpaddd zmm16, zmm23, zmm16
vmovdqa32 zmm23, zmm18
vpternlogd zmm23, zmm25, zmm22, 0xca
movq xmm0, qword ptr [rsi + 784]
vprord zmm19, zmm18, 6
vprord zmm20, zmm18, 11
vprord zmm17, zmm18, 25
vpternlogd zmm19, zmm20, zmm17, 0x96
sha256rnds2 xmm6, xmm5, xmm0
vpaddd zmm21, zmm21, dword ptr [rdi + 32]{1to16}
vpaddd zmm23, zmm21, zmm23
vpaddd zmm19, zmm23, zmm19
vpaddd zmm24, zmm24, zmm19
movq xmm0, qword ptr [rsi + 792]
vmovdqa32 zmm23, zmm16
vpternlogd zmm23, zmm27, zmm26, 0xe8
vprord zmm21, zmm16, 2
vprord zmm17, zmm16, 13
sha256rnds2 xmm8, xmm7, xmm0
vprord zmm20, zmm16, 22
vpternlogd zmm21, zmm17, zmm20, 0x96
vpaddd zmm23, zmm19, zmm23
vpaddd zmm21, zmm23, zmm21
movq xmm0, qword ptr [rsi + 896]
vmovdqa32 zmm23, zmm24
vpternlogd zmm23, zmm18, zmm25, 0xca
vprord zmm19, zmm24, 6
vprord zmm20, zmm24, 11
sha256rnds2 xmm1, xmm2, xmm0
vprord zmm17, zmm24, 25
vpternlogd zmm19, zmm20, zmm17, 0x96
vpaddd zmm22, zmm22, dword ptr [rdi + 36]{1to16}
vpaddd zmm23, zmm22, zmm23
vpaddd zmm19, zmm23, zmm19
movq xmm0, qword ptr [rsi + 904]
vpaddd zmm26, zmm26, zmm19
vmovdqa32 zmm23, zmm21
vpternlogd zmm23, zmm16, zmm27, 0xe8
vprord zmm22, zmm21, 2
sha256rnds2 xmm3, xmm4, xmm0
vprord zmm17, zmm21, 13
vprord zmm20, zmm21, 22
vpternlogd zmm22, zmm17, zmm20, 0x96
vpaddd zmm23, zmm19, zmm23
movq xmm0, qword ptr [rsi + 912]
vpaddd zmm22, zmm23, zmm22
vmovdqa32 zmm23, zmm26
vpternlogd zmm23, zmm24, zmm18, 0xca
vprord zmm19, zmm26, 6
sha256rnds2 xmm5, xmm6, xmm0
vprord zmm20, zmm26, 11
vprord zmm17, zmm26, 25
vpternlogd zmm19, zmm20, zmm17, 0x96
vpaddd zmm25, zmm25, zmmword ptr [rdi + 256]
movq xmm0, qword ptr [rsi + 920]
vpaddd zmm23, zmm25, zmm23
vpaddd zmm19, zmm23, zmm19
vpaddd zmm27, zmm27, zmm19
vmovdqa32 zmm23, zmm22
sha256rnds2 xmm7, xmm8, xmm0
vpternlogd zmm23, zmm21, zmm16, 0xe8
vprord zmm25, zmm22, 2
vprord zmm17, zmm22, 13
vprord zmm20, zmm22, 22
vpternlogd zmm25, zmm17, zmm20, 0x96
movq xmm0, qword ptr [rsi + 1024]
vpaddd zmm23, zmm19, zmm23
vpaddd zmm25, zmm23, zmm25
vmovdqa32 zmm23, zmm27
vpternlogd zmm23, zmm26, zmm24, 0xca
sha256rnds2 xmm2, xmm1, xmm0
vprord zmm19, zmm27, 6
vprord zmm20, zmm27, 11
vprord zmm17, zmm27, 25
vpternlogd zmm19, zmm20, zmm17, 0x96
movq xmm0, qword ptr [rsi + 1032]
vpaddd zmm18, zmm18, zmmword ptr [rdi + 320]
vpaddd zmm23, zmm18, zmm23
vpaddd zmm19, zmm23, zmm19
vpaddd zmm16, zmm16, zmm19
sha256rnds2 xmm4, xmm3, xmm0
vmovdqa32 zmm23, zmm25
vpternlogd zmm23, zmm22, zmm21, 0xe8
vprord zmm18, zmm25, 2
vprord zmm17, zmm25, 13
movq xmm0, qword ptr [rsi + 1040]
vprord zmm20, zmm25, 22
vpternlogd zmm18, zmm17, zmm20, 0x96
vpaddd zmm23, zmm19, zmm23
vpaddd zmm18, zmm23, zmm18
sha256rnds2 xmm6, xmm5, xmm0
vmovdqa32 zmm23, zmm16
vpternlogd zmm23, zmm27, zmm26, 0xca
vprord zmm19, zmm16, 6
vprord zmm20, zmm16, 11
vprord zmm17, zmm16, 25
movq xmm0, qword ptr [rsi + 1048]
vpternlogd zmm19, zmm20, zmm17, 0x96
vpaddd zmm24, zmm24, zmmword ptr [rdi + 384]
vpaddd zmm23, zmm24, zmm23
vpaddd zmm19, zmm23, zmm19
sha256rnds2 xmm8, xmm7, xmm0
vpaddd zmm21, zmm21, zmm19
vmovdqa32 zmm23, zmm18
vpternlogd zmm23, zmm25, zmm22, 0xe8
vprord zmm24, zmm18, 2
movq xmm0, qword ptr [rsi + 1152]
vprord zmm17, zmm18, 13
vprord zmm20, zmm18, 22
vpternlogd zmm24, zmm17, zmm20, 0x96
vpaddd zmm23, zmm19, zmm23
sha256rnds2 xmm1, xmm2, xmm0
vpaddd zmm24, zmm23, zmm24
vmovdqa32 zmm23, zmm21
vpternlogd zmm23, zmm16, zmm27, 0xca
vprord zmm19, zmm21, 6
movq xmm0, qword ptr [rsi + 1160]
vprord zmm20, zmm21, 11
vprord zmm17, zmm21, 25
vpternlogd zmm19, zmm20, zmm17, 0x96
vpaddd zmm26, zmm26, zmmword ptr [rdi + 448]
sha256rnds2 xmm3, xmm4, xmm0
vpaddd zmm23, zmm26, zmm23
vpaddd zmm19, zmm23, zmm19
vpaddd zmm22, zmm22, zmm19
vmovdqa32 zmm23, zmm24
vpternlogd zmm23, zmm18, zmm25, 0xe8
movq xmm0, qword ptr [rsi + 1168]
vprord zmm26, zmm24, 2
vprord zmm17, zmm24, 13
vprord zmm20, zmm24, 22
vpternlogd zmm26, zmm17, zmm20, 0x96
sha256rnds2 xmm5, xmm6, xmm0
vpaddd zmm23, zmm19, zmm23
vpaddd zmm26, zmm23, zmm26
vmovdqa32 zmm23, zmm22
vpternlogd zmm23, zmm21, zmm16, 0xca
movq xmm0, qword ptr [rsi + 1176]
vprord zmm19, zmm22, 6
vprord zmm20, zmm22, 11
vprord zmm17, zmm22, 25
vpternlogd zmm19, zmm20, zmm17, 0x96
sha256rnds2 xmm7, xmm8, xmm0
vpaddd zmm27, zmm27, zmmword ptr [rdi + 512]
vpaddd zmm23, zmm27, zmm23
vpaddd zmm19, zmm23, zmm19
vpaddd zmm25, zmm25, zmm19
movq xmm0, qword ptr [rsi + 1280]
vmovdqa32 zmm23, zmm26
vpternlogd zmm23, zmm24, zmm18, 0xe8
vprord zmm27, zmm26, 2
vprord zmm17, zmm26, 13
sha256rnds2 xmm2, xmm1, xmm0
vprord zmm20, zmm26, 22
vpternlogd zmm27, zmm17, zmm20, 0x96
vpaddd zmm23, zmm19, zmm23
vpaddd zmm27, zmm23, zmm27
vmovdqa32 zmm23, zmm25
movq xmm0, qword ptr [rsi + 1288]
vpternlogd zmm23, zmm22, zmm21, 0xca
vprord zmm19, zmm25, 6
vprord zmm20, zmm25, 11
vprord zmm17, zmm25, 25
sha256rnds2 xmm4, xmm3, xmm0
vpternlogd zmm19, zmm20, zmm17, 0x96
vpaddd zmm16, zmm16, zmmword ptr [rdi + 576]
vpaddd zmm23, zmm16, zmm23
vpaddd zmm19, zmm23, zmm19
movq xmm0, qword ptr [rsi + 1296]
vpaddd zmm18, zmm18, zmm19
vmovdqa32 zmm23, zmm27
vpternlogd zmm23, zmm26, zmm24, 0xe8
vprord zmm16, zmm27, 2
sha256rnds2 xmm6, xmm5, xmm0
vprord zmm17, zmm27, 13
vprord zmm20, zmm27, 22
vpternlogd zmm16, zmm17, zmm20, 0x96
vpaddd zmm23, zmm19, zmm23
movq xmm0, qword ptr [rsi + 1304]
vpaddd zmm16, zmm23, zmm16
vmovdqa32 zmm23, zmm18
vpternlogd zmm23, zmm25, zmm22, 0xca
vprord zmm19, zmm18, 6
sha256rnds2 xmm8, xmm7, xmm0
vprord zmm20, zmm18, 11
vprord zmm17, zmm18, 25
vpternlogd zmm19, zmm20, zmm17, 0x96
vpaddd zmm21, zmm21, zmmword ptr [rdi + 640]
vpaddd zmm23, zmm21, zmm23
movq xmm0, qword ptr [rsi + 1408]
vpaddd zmm19, zmm23, zmm19
vpaddd zmm24, zmm24, zmm19
vmovdqa32 zmm23, zmm16
vpternlogd zmm23, zmm27, zmm26, 0xe8
sha256rnds2 xmm1, xmm2, xmm0
vprord zmm21, zmm16, 2
vprord zmm17, zmm16, 13
vprord zmm20, zmm16, 22
vpternlogd zmm21, zmm17, zmm20, 0x96
movq xmm0, qword ptr [rsi + 1416]
vpaddd zmm23, zmm19, zmm23
vpaddd zmm21, zmm23, zmm21
vmovdqa32 zmm23, zmm24
vpternlogd zmm23, zmm18, zmm25, 0xca
sha256rnds2 xmm3, xmm4, xmm0
vprord zmm19, zmm24, 6
vprord zmm20, zmm24, 11
vprord zmm17, zmm24, 25
vpternlogd zmm19, zmm20, zmm17, 0x96
movq xmm0, qword ptr [rsi + 1424]
vpaddd zmm22, zmm22, zmmword ptr [rdi + 704]
vpaddd zmm23, zmm22, zmm23
vpaddd zmm19, zmm23, zmm19
vpaddd zmm26, zmm26, zmm19
sha256rnds2 xmm5, xmm6, xmm0
vmovdqa32 zmm23, zmm21
vpternlogd zmm23, zmm16, zmm27, 0xe8
vprord zmm22, zmm21, 2
vprord zmm17, zmm21, 13
vprord zmm20, zmm21, 22
movq xmm0, qword ptr [rsi + 1432]
vpternlogd zmm22, zmm17, zmm20, 0x96
vpaddd zmm23, zmm19, zmm23
vpaddd zmm22, zmm23, zmm22
vmovdqa32 zmm23, zmm26
sha256rnds2 xmm7, xmm8, xmm0
vpternlogd zmm23, zmm24, zmm18, 0xca
vprord zmm19, zmm26, 6
vprord zmm20, zmm26, 11
vprord zmm17, zmm26, 25
movq xmm0, qword ptr [rsi + 1536]
vpternlogd zmm19, zmm20, zmm17, 0x96
vpaddd zmm25, zmm25, zmmword ptr [rdi + 768]
vpaddd zmm23, zmm25, zmm23
vpaddd zmm19, zmm23, zmm19
sha256rnds2 xmm2, xmm1, xmm0
vpaddd zmm27, zmm27, zmm19
vmovdqa32 zmm23, zmm22
vpternlogd zmm23, zmm21, zmm16, 0xe8
vprord zmm25, zmm22, 2
movq xmm0, qword ptr [rsi + 1544]
vprord zmm17, zmm22, 13
vprord zmm20, zmm22, 22
vpternlogd zmm25, zmm17, zmm20, 0x96
vpaddd zmm23, zmm19, zmm23
sha256rnds2 xmm4, xmm3, xmm0
vpaddd zmm25, zmm23, zmm25
vmovdqa32 zmm23, zmm27
vpternlogd zmm23, zmm26, zmm24, 0xca
vprord zmm19, zmm27, 6
vprord zmm20, zmm27, 11
movq xmm0, qword ptr [rsi + 1552]
vprord zmm17, zmm27, 25
vpternlogd zmm19, zmm20, zmm17, 0x96
vpaddd zmm18, zmm18, zmmword ptr [rdi + 832]
vpaddd zmm23, zmm18, zmm23
sha256rnds2 xmm6, xmm5, xmm0
vpaddd zmm19, zmm23, zmm19
vpaddd zmm16, zmm16, zmm19
vmovdqa32 zmm23, zmm25
vpternlogd zmm23, zmm22, zmm21, 0xe8
movq xmm0, qword ptr [rsi + 1560]
vprord zmm18, zmm25, 2
vprord zmm17, zmm25, 13
vprord zmm20, zmm25, 22
vpternlogd zmm18, zmm17, zmm20, 0x96
sha256rnds2 xmm8, xmm7, xmm0
vpaddd zmm23, zmm19, zmm23
vpaddd zmm18, zmm23, zmm18
vmovdqa32 zmm23, zmm16
vpternlogd zmm23, zmm27, zmm26, 0xca
movq xmm0, qword ptr [rsi + 1664]
vprord zmm19, zmm16, 6
vprord zmm20, zmm16, 11
vprord zmm17, zmm16, 25
vpternlogd zmm19, zmm20, zmm17, 0x96
sha256rnds2 xmm1, xmm2, xmm0
vpaddd zmm24, zmm24, zmmword ptr [rdi + 896]
vpaddd zmm23, zmm24, zmm23
vpaddd zmm19, zmm23, zmm19
vpaddd zmm21, zmm21, zmm19
vmovdqa32 zmm23, zmm18
movq xmm0, qword ptr [rsi + 1672]
vpternlogd zmm23, zmm25, zmm22, 0xe8
vprord zmm24, zmm18, 2
vprord zmm17, zmm18, 13
vprord zmm20, zmm18, 22
sha256rnds2 xmm3, xmm4, xmm0
vpternlogd zmm24, zmm17, zmm20, 0x96
vpaddd zmm23, zmm19, zmm23
vpaddd zmm24, zmm23, zmm24
vmovdqa32 zmm23, zmm21
movq xmm0, qword ptr [rsi + 1680]
vpternlogd zmm23, zmm16, zmm27, 0xca
vprord zmm19, zmm21, 6
vprord zmm20, zmm21, 11
vprord zmm17, zmm21, 25
sha256rnds2 xmm5, xmm6, xmm0
vpternlogd zmm19, zmm20, zmm17, 0x96
vpaddd zmm26, zmm26, zmmword ptr [rdi + 960]
vpaddd zmm23, zmm26, zmm23
vpaddd zmm19, zmm23, zmm19
movq xmm0, qword ptr [rsi + 1688]
vpaddd zmm22, zmm22, zmm19
vmovdqa32 zmm23, zmm24
vpternlogd zmm23, zmm18, zmm25, 0xe8
vprord zmm26, zmm24, 2
sha256rnds2 xmm7, xmm8, xmm0
vprord zmm17, zmm24, 13
vprord zmm20, zmm24, 22
vpternlogd zmm26, zmm17, zmm20, 0x96
vpaddd zmm23, zmm19, zmm23
vpaddd zmm26, zmm23, zmm26
movq xmm0, qword ptr [rsi + 1792]
vmovdqa32 zmm23, zmm22
vpternlogd zmm23, zmm21, zmm16, 0xca
vprord zmm19, zmm22, 6
vprord zmm20, zmm22, 11
sha256rnds2 xmm2, xmm1, xmm0
vprord zmm17, zmm22, 25
vpternlogd zmm19, zmm20, zmm17, 0x96
vpaddd zmm27, zmm27, zmmword ptr [rdi + 1024]
vpaddd zmm23, zmm27, zmm23
movq xmm0, qword ptr [rsi + 1800]
vpaddd zmm19, zmm23, zmm19
vpaddd zmm25, zmm25, zmm19
vmovdqa32 zmm23, zmm26
vpternlogd zmm23, zmm24, zmm18, 0xe8
sha256rnds2 xmm4, xmm3, xmm0
vprord zmm27, zmm26, 2
vprord zmm17, zmm26, 13
vprord zmm20, zmm26, 22
vpternlogd zmm27, zmm17, zmm20, 0x96
movq xmm0, qword ptr [rsi + 1808]
vpaddd zmm23, zmm19, zmm23
vpaddd zmm27, zmm23, zmm27
vmovdqa32 zmm23, zmm25
vpternlogd zmm23, zmm22, zmm21, 0xca
sha256rnds2 xmm6, xmm5, xmm0
vprord zmm19, zmm25, 6
vprord zmm20, zmm25, 11
vprord zmm17, zmm25, 25
vpternlogd zmm19, zmm20, zmm17, 0x96
vpaddd zmm16, zmm16, zmmword ptr [rdi + 1088]
movq xmm0, qword ptr [rsi + 1816]
vpaddd zmm23, zmm16, zmm23
vpaddd zmm19, zmm23, zmm19
vpaddd zmm18, zmm18, zmm19
vmovdqa32 zmm23, zmm27
sha256rnds2 xmm8, xmm7, xmm0
vpternlogd zmm23, zmm26, zmm24, 0xe8
vprord zmm16, zmm27, 2
vprord zmm17, zmm27, 13
vprord zmm20, zmm27, 22
movq xmm0, qword ptr [rsi + 1920]
vpternlogd zmm16, zmm17, zmm20, 0x96
vpaddd zmm23, zmm19, zmm23
vpaddd zmm16, zmm23, zmm16
vmovdqa32 zmm23, zmm18
sha256rnds2 xmm1, xmm2, xmm0
vpternlogd zmm23, zmm25, zmm22, 0xca
vprord zmm19, zmm18, 6
vprord zmm20, zmm18, 11
vprord zmm17, zmm18, 25
movq xmm0, qword ptr [rsi + 1928]
vpternlogd zmm19, zmm20, zmm17, 0x96
vpaddd zmm21, zmm21, zmmword ptr [rdi + 1152]
vpaddd zmm23, zmm21, zmm23
vpaddd zmm19, zmm23, zmm19
sha256rnds2 xmm3, xmm4, xmm0
vpaddd zmm24, zmm24, zmm19
vmovdqa32 zmm23, zmm16
vpternlogd zmm23, zmm27, zmm26, 0xe8
vprord zmm21, zmm16, 2
vprord zmm17, zmm16, 13
movq xmm0, qword ptr [rsi + 1936]
vprord zmm20, zmm16, 22
vpternlogd zmm21, zmm17, zmm20, 0x96
vpaddd zmm23, zmm19, zmm23
vpaddd zmm21, zmm23, zmm21
sha256rnds2 xmm5, xmm6, xmm0
vmovdqa32 zmm23, zmm24
vpternlogd zmm23, zmm18, zmm25, 0xca
vprord zmm19, zmm24, 6
vprord zmm20, zmm24, 11
movq xmm0, qword ptr [rsi + 1944]
vprord zmm17, zmm24, 25
vpternlogd zmm19, zmm20, zmm17, 0x96
vpaddd zmm22, zmm22, zmmword ptr [rdi + 1216]
vpaddd zmm23, zmm22, zmm23
sha256rnds2 xmm7, xmm8, xmm0
vpaddd zmm19, zmm23, zmm19
vpaddd zmm26, zmm26, zmm19
vmovdqa32 zmm23, zmm21
vpternlogd zmm23, zmm16, zmm27, 0xe8
movq xmm0, qword ptr [rsi + 2048]
vprord zmm22, zmm21, 2
vprord zmm17, zmm21, 13
vprord zmm20, zmm21, 22
vpternlogd zmm22, zmm17, zmm20, 0x96
sha256rnds2 xmm2, xmm1, xmm0
vpaddd zmm23, zmm19, zmm23
vpaddd zmm22, zmm23, zmm22
vmovdqa32 zmm23, zmm26
vpternlogd zmm23, zmm24, zmm18, 0xca
movq xmm0, qword ptr [rsi + 2056]
vprord zmm19, zmm26, 6
vprord zmm20, zmm26, 11
vprord zmm17, zmm26, 25
vpternlogd zmm19, zmm20, zmm17, 0x96
vpaddd zmm25, zmm25, zmmword ptr [rdi + 1280]
sha256rnds2 xmm4, xmm3, xmm0
vpaddd zmm23, zmm25, zmm23
vpaddd zmm19, zmm23, zmm19
vpaddd zmm27, zmm27, zmm19
vmovdqa32 zmm23, zmm22
movq xmm0, qword ptr [rsi + 2064]
vpternlogd zmm23, zmm21, zmm16, 0xe8
vprord zmm25, zmm22, 2
vprord zmm17, zmm22, 13
vprord zmm20, zmm22, 22
sha256rnds2 xmm6, xmm5, xmm0
vpternlogd zmm25, zmm17, zmm20, 0x96
vpaddd zmm23, zmm19, zmm23
vpaddd zmm25, zmm23, zmm25
vmovdqa32 zmm23, zmm27
movq xmm0, qword ptr [rsi + 2072]
vpternlogd zmm23, zmm26, zmm24, 0xca
vprord zmm19, zmm27, 6
vprord zmm20, zmm27, 11
vprord zmm17, zmm27, 25
sha256rnds2 xmm8, xmm7, xmm0
vpternlogd zmm19, zmm20, zmm17, 0x96
vpaddd zmm18, zmm18, zmmword ptr [rdi + 1344]
vpaddd zmm23, zmm18, zmm23
vpaddd zmm19, zmm23, zmm19
movq xmm0, qword ptr [rsi + 2176]
vpaddd zmm16, zmm16, zmm19
vmovdqa32 zmm23, zmm25
vpternlogd zmm23, zmm22, zmm21, 0xe8
vprord zmm18, zmm25, 2
vprord zmm17, zmm25, 13
sha256rnds2 xmm1, xmm2, xmm0
vprord zmm20, zmm25, 22
vpternlogd zmm18, zmm17, zmm20, 0x96
vpaddd zmm23, zmm19, zmm23
vpaddd zmm18, zmm23, zmm18
movq xmm0, qword ptr [rsi + 2184]
vmovdqa32 zmm23, zmm16
vpternlogd zmm23, zmm27, zmm26, 0xca
vprord zmm19, zmm16, 6
vprord zmm20, zmm16, 11
sha256rnds2 xmm3, xmm4, xmm0
vprord zmm17, zmm16, 25
vpternlogd zmm19, zmm20, zmm17, 0x96
vpaddd zmm24, zmm24, zmmword ptr [rdi + 1408]
vpaddd zmm23, zmm24, zmm23
movq xmm0, qword ptr [rsi + 2192]
vpaddd zmm19, zmm23, zmm19
vpaddd zmm21, zmm21, zmm19
vmovdqa32 zmm23, zmm18
vpternlogd zmm23, zmm25, zmm22, 0xe8
sha256rnds2 xmm5, xmm6, xmm0
vprord zmm24, zmm18, 2
vprord zmm17, zmm18, 13
vprord zmm20, zmm18, 22
vpternlogd zmm24, zmm17, zmm20, 0x96
movq xmm0, qword ptr [rsi + 2200]
vpaddd zmm23, zmm19, zmm23
vpaddd zmm24, zmm23, zmm24
vmovdqa32 zmm23, zmm21
vpternlogd zmm23, zmm16, zmm27, 0xca
vprord zmm19, zmm21, 6
sha256rnds2 xmm7, xmm8, xmm0
vprord zmm20, zmm21, 11
vprord zmm17, zmm21, 25
vpternlogd zmm19, zmm20, zmm17, 0x96
vpaddd zmm26, zmm26, zmmword ptr [rdi + 1472]
movq xmm0, qword ptr [rsi + 2304]
vpaddd zmm23, zmm26, zmm23
vpaddd zmm19, zmm23, zmm19
vpaddd zmm22, zmm22, zmm19
vmovdqa32 zmm23, zmm24
sha256rnds2 xmm2, xmm1, xmm0
vpternlogd zmm23, zmm18, zmm25, 0xe8
vprord zmm26, zmm24, 2
vprord zmm17, zmm24, 13
vprord zmm20, zmm24, 22
movq xmm0, qword ptr [rsi + 2312]
vpternlogd zmm26, zmm17, zmm20, 0x96
vpaddd zmm23, zmm19, zmm23
vpaddd zmm26, zmm23, zmm26
vmovdqa32 zmm23, zmm22
sha256rnds2 xmm4, xmm3, xmm0
vpternlogd zmm23, zmm21, zmm16, 0xca
vprord zmm19, zmm22, 6
vprord zmm20, zmm22, 11
vprord zmm17, zmm22, 25
movq xmm0, qword ptr [rsi + 2320]
vpternlogd zmm19, zmm20, zmm17, 0x96
vpaddd zmm27, zmm27, zmmword ptr [rdi + 1536]
vpaddd zmm23, zmm27, zmm23
vpaddd zmm19, zmm23, zmm19
vpaddd zmm25, zmm25, zmm19
sha256rnds2 xmm6, xmm5, xmm0
vmovdqa32 zmm23, zmm26
vpternlogd zmm23, zmm24, zmm18, 0xe8
vprord zmm27, zmm26, 2
vprord zmm17, zmm26, 13
movq xmm0, qword ptr [rsi + 2328]
vprord zmm20, zmm26, 22
vpternlogd zmm27, zmm17, zmm20, 0x96
vpaddd zmm23, zmm19, zmm23
vpaddd zmm27, zmm23, zmm27
sha256rnds2 xmm8, xmm7, xmm0
vmovdqa32 zmm23, zmm25
vpternlogd zmm23, zmm22, zmm21, 0xca
vprord zmm19, zmm25, 6
vprord zmm20, zmm25, 11
movq xmm0, qword ptr [rsi + 2432]
vprord zmm17, zmm25, 25
vpternlogd zmm19, zmm20, zmm17, 0x96
vpaddd zmm16, zmm16, zmmword ptr [rdi + 1600]
vpaddd zmm23, zmm16, zmm23
sha256rnds2 xmm1, xmm2, xmm0
vpaddd zmm19, zmm23, zmm19
vpaddd zmm18, zmm18, zmm19
vmovdqa32 zmm23, zmm27
vpternlogd zmm23, zmm26, zmm24, 0xe8
movq xmm0, qword ptr [rsi + 2440]
vprord zmm16, zmm27, 2
vprord zmm17, zmm27, 13
vprord zmm20, zmm27, 22
vpternlogd zmm16, zmm17, zmm20, 0x96
vpaddd zmm23, zmm19, zmm23
sha256rnds2 xmm3, xmm4, xmm0
vpaddd zmm16, zmm23, zmm16
vmovdqa32 zmm23, zmm18
vpternlogd zmm23, zmm25, zmm22, 0xca
vprord zmm19, zmm18, 6
movq xmm0, qword ptr [rsi + 2448]
vprord zmm20, zmm18, 11
vprord zmm17, zmm18, 25
vpternlogd zmm19, zmm20, zmm17, 0x96
vpaddd zmm21, zmm21, zmmword ptr [rdi + 1664]
sha256rnds2 xmm5, xmm6, xmm0
vpaddd zmm23, zmm21, zmm23
vpaddd zmm19, zmm23, zmm19
vpaddd zmm24, zmm24, zmm19
vmovdqa32 zmm23, zmm16
movq xmm0, qword ptr [rsi + 2456]
vpternlogd zmm23, zmm27, zmm26, 0xe8
vprord zmm21, zmm16, 2
vprord zmm17, zmm16, 13
vprord zmm20, zmm16, 22
sha256rnds2 xmm7, xmm8, xmm0
vpternlogd zmm21, zmm17, zmm20, 0x96
vpaddd zmm23, zmm19, zmm23
vpaddd zmm21, zmm23, zmm21
vmovdqa32 zmm23, zmm24
movq xmm0, qword ptr [rsi + 2560]
vpternlogd zmm23, zmm18, zmm25, 0xca
vprord zmm19, zmm24, 6
vprord zmm20, zmm24, 11
vprord zmm17, zmm24, 25
vpternlogd zmm19, zmm20, zmm17, 0x96
sha256rnds2 xmm2, xmm1, xmm0
vpaddd zmm22, zmm22, zmmword ptr [rdi + 1728]
vpaddd zmm23, zmm22, zmm23
vpaddd zmm19, zmm23, zmm19
vpaddd zmm26, zmm26, zmm19
movq xmm0, qword ptr [rsi + 2568]
vmovdqa32 zmm23, zmm21
vpternlogd zmm23, zmm16, zmm27, 0xe8
vprord zmm22, zmm21, 2
vprord zmm17, zmm21, 13
sha256rnds2 xmm4, xmm3, xmm0
vprord zmm20, zmm21, 22
vpternlogd zmm22, zmm17, zmm20, 0x96
vpaddd zmm23, zmm19, zmm23
vpaddd zmm22, zmm23, zmm22
movq xmm0, qword ptr [rsi + 2576]
vmovdqa32 zmm23, zmm26
vpternlogd zmm23, zmm24, zmm18, 0xca
vprord zmm19, zmm26, 6
vprord zmm20, zmm26, 11
sha256rnds2 xmm6, xmm5, xmm0
vprord zmm17, zmm26, 25
vpternlogd zmm19, zmm20, zmm17, 0x96
vpaddd zmm25, zmm25, zmmword ptr [rdi + 1792]
vpaddd zmm23, zmm25, zmm23
movq xmm0, qword ptr [rsi + 2584]
vpaddd zmm19, zmm23, zmm19
vpaddd zmm27, zmm27, zmm19
vmovdqa32 zmm23, zmm22
vpternlogd zmm23, zmm21, zmm16, 0xe8
vprord zmm25, zmm22, 2
sha256rnds2 xmm8, xmm7, xmm0
vprord zmm17, zmm22, 13
vprord zmm20, zmm22, 22
vpternlogd zmm25, zmm17, zmm20, 0x96
vpaddd zmm23, zmm19, zmm23
movq xmm0, qword ptr [rsi + 2688]
vpaddd zmm25, zmm23, zmm25
vmovdqa32 zmm23, zmm27
vpternlogd zmm23, zmm26, zmm24, 0xca
vprord zmm19, zmm27, 6
sha256rnds2 xmm1, xmm2, xmm0
vprord zmm20, zmm27, 11
vprord zmm17, zmm27, 25
vpternlogd zmm19, zmm20, zmm17, 0x96
vpaddd zmm18, zmm18, zmmword ptr [rdi + 1856]
movq xmm0, qword ptr [rsi + 2696]
vpaddd zmm23, zmm18, zmm23
vpaddd zmm19, zmm23, zmm19
vpaddd zmm16, zmm16, zmm19
vmovdqa32 zmm23, zmm25
sha256rnds2 xmm3, xmm4, xmm0
vpternlogd zmm23, zmm22, zmm21, 0xe8
vprord zmm18, zmm25, 2
vprord zmm17, zmm25, 13
vprord zmm20, zmm25, 22
movq xmm0, qword ptr [rsi + 2704]
vpternlogd zmm18, zmm17, zmm20, 0x96
vpaddd zmm23, zmm19, zmm23
vpaddd zmm18, zmm23, zmm18
vmovdqa32 zmm23, zmm16
vpternlogd zmm23, zmm27, zmm26, 0xca
sha256rnds2 xmm5, xmm6, xmm0
vprord zmm19, zmm16, 6
vprord zmm20, zmm16, 11
vprord zmm17, zmm16, 25
vpternlogd zmm19, zmm20, zmm17, 0x96
movq xmm0, qword ptr [rsi + 2712]
vpaddd zmm24, zmm24, zmmword ptr [rdi + 1920]
vpaddd zmm23, zmm24, zmm23
vpaddd zmm19, zmm23, zmm19
vpaddd zmm21, zmm21, zmm19
sha256rnds2 xmm7, xmm8, xmm0
vmovdqa32 zmm23, zmm18
vpternlogd zmm23, zmm25, zmm22, 0xe8
vprord zmm24, zmm18, 2
vprord zmm17, zmm18, 13
movq xmm0, qword ptr [rsi + 2816]
vprord zmm20, zmm18, 22
vpternlogd zmm24, zmm17, zmm20, 0x96
vpaddd zmm23, zmm19, zmm23
vpaddd zmm24, zmm23, zmm24
sha256rnds2 xmm2, xmm1, xmm0
vmovdqa32 zmm23, zmm21
vpternlogd zmm23, zmm16, zmm27, 0xca
vprord zmm19, zmm21, 6
vprord zmm20, zmm21, 11
movq xmm0, qword ptr [rsi + 2824]
vprord zmm17, zmm21, 25
vpternlogd zmm19, zmm20, zmm17, 0x96
vpaddd zmm26, zmm26, zmmword ptr [rdi + 1984]
vpaddd zmm23, zmm26, zmm23
vpaddd zmm19, zmm23, zmm19
sha256rnds2 xmm4, xmm3, xmm0
vpaddd zmm22, zmm22, zmm19
vmovdqa32 zmm23, zmm24
vpternlogd zmm23, zmm18, zmm25, 0xe8
vprord zmm26, zmm24, 2
movq xmm0, qword ptr [rsi + 2832]
vprord zmm17, zmm24, 13
vprord zmm20, zmm24, 22
vpternlogd zmm26, zmm17, zmm20, 0x96
vpaddd zmm23, zmm19, zmm23
sha256rnds2 xmm6, xmm5, xmm0
vpaddd zmm26, zmm23, zmm26
vmovdqa32 zmm23, zmm22
vpternlogd zmm23, zmm21, zmm16, 0xca
vprord zmm19, zmm22, 6
movq xmm0, qword ptr [rsi + 2840]
vprord zmm20, zmm22, 11
vprord zmm17, zmm22, 25
vpternlogd zmm19, zmm20, zmm17, 0x96
vpaddd zmm27, zmm27, zmmword ptr [rdi + 2048]
sha256rnds2 xmm8, xmm7, xmm0
vpaddd zmm23, zmm27, zmm23
vpaddd zmm19, zmm23, zmm19
vpaddd zmm25, zmm25, zmm19
vmovdqa32 zmm23, zmm26
movq xmm0, qword ptr [rsi + 2944]
vpternlogd zmm23, zmm24, zmm18, 0xe8
vprord zmm27, zmm26, 2
vprord zmm17, zmm26, 13
vprord zmm20, zmm26, 22
vpternlogd zmm27, zmm17, zmm20, 0x96
sha256rnds2 xmm1, xmm2, xmm0
vpaddd zmm23, zmm19, zmm23
vpaddd zmm27, zmm23, zmm27
vmovdqa32 zmm23, zmm25
vpternlogd zmm23, zmm22, zmm21, 0xca
movq xmm0, qword ptr [rsi + 2952]
vprord zmm19, zmm25, 6
vprord zmm20, zmm25, 11
vprord zmm17, zmm25, 25
vpternlogd zmm19, zmm20, zmm17, 0x96
sha256rnds2 xmm3, xmm4, xmm0
vpaddd zmm16, zmm16, zmmword ptr [rdi + 2112]
vpaddd zmm23, zmm16, zmm23
vpaddd zmm19, zmm23, zmm19
vpaddd zmm18, zmm18, zmm19
movq xmm0, qword ptr [rsi + 2960]
vmovdqa32 zmm23, zmm27
vpternlogd zmm23, zmm26, zmm24, 0xe8
vprord zmm16, zmm27, 2
vprord zmm17, zmm27, 13
sha256rnds2 xmm5, xmm6, xmm0
vprord zmm20, zmm27, 22
vpternlogd zmm16, zmm17, zmm20, 0x96
vpaddd zmm23, zmm19, zmm23
vpaddd zmm16, zmm23, zmm16
movq xmm0, qword ptr [rsi + 2968]
vmovdqa32 zmm23, zmm18
vpternlogd zmm23, zmm25, zmm22, 0xca
vprord zmm19, zmm18, 6
vprord zmm20, zmm18, 11
vprord zmm17, zmm18, 25
sha256rnds2 xmm7, xmm8, xmm0
vpternlogd zmm19, zmm20, zmm17, 0x96
vpaddd zmm21, zmm21, zmmword ptr [rdi + 2176]
vpaddd zmm23, zmm21, zmm23
vpaddd zmm19, zmm23, zmm19
movq xmm0, qword ptr [rsi + 3072]
vpaddd zmm24, zmm24, zmm19
vmovdqa32 zmm23, zmm16
vpternlogd zmm23, zmm27, zmm26, 0xe8
vprord zmm21, zmm16, 2
sha256rnds2 xmm2, xmm1, xmm0
vprord zmm17, zmm16, 13
vprord zmm20, zmm16, 22
vpternlogd zmm21, zmm17, zmm20, 0x96
vpaddd zmm23, zmm19, zmm23
movq xmm0, qword ptr [rsi + 3080]
vpaddd zmm21, zmm23, zmm21
vmovdqa32 zmm23, zmm24
vpternlogd zmm23, zmm18, zmm25, 0xca
vprord zmm19, zmm24, 6
sha256rnds2 xmm4, xmm3, xmm0
vprord zmm20, zmm24, 11
vprord zmm17, zmm24, 25
vpternlogd zmm19, zmm20, zmm17, 0x96
vpaddd zmm22, zmm22, zmmword ptr [rdi + 2240]
movq xmm0, qword ptr [rsi + 3088]
vpaddd zmm23, zmm22, zmm23
vpaddd zmm19, zmm23, zmm19
vpaddd zmm26, zmm26, zmm19
vmovdqa32 zmm23, zmm21
vpternlogd zmm23, zmm16, zmm27, 0xe8
sha256rnds2 xmm6, xmm5, xmm0
vprord zmm22, zmm21, 2
vprord zmm17, zmm21, 13
vprord zmm20, zmm21, 22
vpternlogd zmm22, zmm17, zmm20, 0x96
movq xmm0, qword ptr [rsi + 3096]
vpaddd zmm23, zmm19, zmm23
vpaddd zmm22, zmm23, zmm22
vmovdqa32 zmm23, zmm26
vpternlogd zmm23, zmm24, zmm18, 0xca
sha256rnds2 xmm8, xmm7, xmm0
vprord zmm19, zmm26, 6
vprord zmm20, zmm26, 11
vprord zmm17, zmm26, 25
vpternlogd zmm19, zmm20, zmm17, 0x96
movq xmm0, qword ptr [rsi + 3200]
vpaddd zmm25, zmm25, zmmword ptr [rdi + 2304]
vpaddd zmm23, zmm25, zmm23
vpaddd zmm19, zmm23, zmm19
vpaddd zmm27, zmm27, zmm19
sha256rnds2 xmm1, xmm2, xmm0
vmovdqa32 zmm23, zmm22
vpternlogd zmm23, zmm21, zmm16, 0xe8
vprord zmm25, zmm22, 2
vprord zmm17, zmm22, 13
movq xmm0, qword ptr [rsi + 3208]
vprord zmm20, zmm22, 22
vpternlogd zmm25, zmm17, zmm20, 0x96
vpaddd zmm23, zmm19, zmm23
vpaddd zmm25, zmm23, zmm25
vmovdqa32 zmm23, zmm27
sha256rnds2 xmm3, xmm4, xmm0
vpternlogd zmm23, zmm26, zmm24, 0xca
vprord zmm19, zmm27, 6
vprord zmm20, zmm27, 11
vprord zmm17, zmm27, 25
movq xmm0, qword ptr [rsi + 3216]
vpternlogd zmm19, zmm20, zmm17, 0x96
vpaddd zmm18, zmm18, zmmword ptr [rdi + 2368]
vpaddd zmm23, zmm18, zmm23
vpaddd zmm19, zmm23, zmm19
sha256rnds2 xmm5, xmm6, xmm0
vpaddd zmm16, zmm16, zmm19
vmovdqa32 zmm23, zmm25
vpternlogd zmm23, zmm22, zmm21, 0xe8
vprord zmm18, zmm25, 2
movq xmm0, qword ptr [rsi + 3224]
vprord zmm17, zmm25, 13
vprord zmm20, zmm25, 22
vpternlogd zmm18, zmm17, zmm20, 0x96
vpaddd zmm23, zmm19, zmm23
sha256rnds2 xmm7, xmm8, xmm0
vpaddd zmm18, zmm23, zmm18
vmovdqa32 zmm23, zmm16
vpternlogd zmm23, zmm27, zmm26, 0xca
vprord zmm19, zmm16, 6
movq xmm0, qword ptr [rsi + 3328]
vprord zmm20, zmm16, 11
vprord zmm17, zmm16, 25
vpternlogd zmm19, zmm20, zmm17, 0x96
vpaddd zmm24, zmm24, zmmword ptr [rdi + 2432]
vpaddd zmm23, zmm24, zmm23
sha256rnds2 xmm2, xmm1, xmm0
vpaddd zmm19, zmm23, zmm19
vpaddd zmm21, zmm21, zmm19
vmovdqa32 zmm23, zmm18
vpternlogd zmm23, zmm25, zmm22, 0xe8
movq xmm0, qword ptr [rsi + 3336]
vprord zmm24, zmm18, 2
vprord zmm17, zmm18, 13
vprord zmm20, zmm18, 22
vpternlogd zmm24, zmm17, zmm20, 0x96
sha256rnds2 xmm4, xmm3, xmm0
vpaddd zmm23, zmm19, zmm23
vpaddd zmm24, zmm23, zmm24
vmovdqa32 zmm23, zmm21
vpternlogd zmm23, zmm16, zmm27, 0xca
movq xmm0, qword ptr [rsi + 3344]
vprord zmm19, zmm21, 6
vprord zmm20, zmm21, 11
vprord zmm17, zmm21, 25
vpternlogd zmm19, zmm20, zmm17, 0x96
sha256rnds2 xmm6, xmm5, xmm0
vpaddd zmm26, zmm26, zmmword ptr [rdi + 2496]
vpaddd zmm23, zmm26, zmm23
vpaddd zmm19, zmm23, zmm19
vpaddd zmm22, zmm22, zmm19
movq xmm0, qword ptr [rsi + 3352]
vmovdqa32 zmm23, zmm24
vpternlogd zmm23, zmm18, zmm25, 0xe8
vprord zmm26, zmm24, 2
vprord zmm17, zmm24, 13
vprord zmm20, zmm24, 22
sha256rnds2 xmm8, xmm7, xmm0
vpternlogd zmm26, zmm17, zmm20, 0x96
vpaddd zmm23, zmm19, zmm23
vpaddd zmm26, zmm23, zmm26
vmovdqa32 zmm23, zmm22
movq xmm0, qword ptr [rsi + 3456]
vpternlogd zmm23, zmm21, zmm16, 0xca
vprord zmm19, zmm22, 6
vprord zmm20, zmm22, 11
vprord zmm17, zmm22, 25
sha256rnds2 xmm1, xmm2, xmm0
vpternlogd zmm19, zmm20, zmm17, 0x96
vpaddd zmm27, zmm27, zmmword ptr [rdi + 2560]
vpaddd zmm23, zmm27, zmm23
vpaddd zmm19, zmm23, zmm19
movq xmm0, qword ptr [rsi + 3464]
vpaddd zmm25, zmm25, zmm19
vmovdqa32 zmm23, zmm26
vpternlogd zmm23, zmm24, zmm18, 0xe8
vprord zmm27, zmm26, 2
sha256rnds2 xmm3, xmm4, xmm0
vprord zmm17, zmm26, 13
vprord zmm20, zmm26, 22
vpternlogd zmm27, zmm17, zmm20, 0x96
vpaddd zmm23, zmm19, zmm23
movq xmm0, qword ptr [rsi + 3472]
vpaddd zmm27, zmm23, zmm27
vmovdqa32 zmm23, zmm25
vpternlogd zmm23, zmm22, zmm21, 0xca
vprord zmm19, zmm25, 6
vprord zmm20, zmm25, 11
sha256rnds2 xmm5, xmm6, xmm0
vprord zmm17, zmm25, 25
vpternlogd zmm19, zmm20, zmm17, 0x96
vpaddd zmm16, zmm16, zmmword ptr [rdi + 2624]
vpaddd zmm23, zmm16, zmm23
movq xmm0, qword ptr [rsi + 3480]
vpaddd zmm19, zmm23, zmm19
vpaddd zmm18, zmm18, zmm19
vmovdqa32 zmm23, zmm27
vpternlogd zmm23, zmm26, zmm24, 0xe8
sha256rnds2 xmm7, xmm8, xmm0
vprord zmm16, zmm27, 2
vprord zmm17, zmm27, 13
vprord zmm20, zmm27, 22
vpternlogd zmm16, zmm17, zmm20, 0x96
movq xmm0, qword ptr [rsi + 3584]
vpaddd zmm23, zmm19, zmm23
vpaddd zmm16, zmm23, zmm16
vmovdqa32 zmm23, zmm18
vpternlogd zmm23, zmm25, zmm22, 0xca
sha256rnds2 xmm2, xmm1, xmm0
vprord zmm19, zmm18, 6
vprord zmm20, zmm18, 11
vprord zmm17, zmm18, 25
vpternlogd zmm19, zmm20, zmm17, 0x96
movq xmm0, qword ptr [rsi + 3592]
vpaddd zmm21, zmm21, zmmword ptr [rdi + 2688]
vpaddd zmm23, zmm21, zmm23
vpaddd zmm19, zmm23, zmm19
vpaddd zmm24, zmm24, zmm19
vmovdqa32 zmm23, zmm16
sha256rnds2 xmm4, xmm3, xmm0
vpternlogd zmm23, zmm27, zmm26, 0xe8
vprord zmm21, zmm16, 2
vprord zmm17, zmm16, 13
vprord zmm20, zmm16, 22
movq xmm0, qword ptr [rsi + 3600]
vpternlogd zmm21, zmm17, zmm20, 0x96
vpaddd zmm23, zmm19, zmm23
vpaddd zmm21, zmm23, zmm21
vmovdqa32 zmm23, zmm24
sha256rnds2 xmm6, xmm5, xmm0
vpternlogd zmm23, zmm18, zmm25, 0xca
vprord zmm19, zmm24, 6
vprord zmm20, zmm24, 11
vprord zmm17, zmm24, 25
movq xmm0, qword ptr [rsi + 3608]
vpternlogd zmm19, zmm20, zmm17, 0x96
vpaddd zmm22, zmm22, zmmword ptr [rdi + 2752]
vpaddd zmm23, zmm22, zmm23
vpaddd zmm19, zmm23, zmm19
sha256rnds2 xmm8, xmm7, xmm0
vpaddd zmm26, zmm26, zmm19
vmovdqa32 zmm23, zmm21
vpternlogd zmm23, zmm16, zmm27, 0xe8
vprord zmm22, zmm21, 2
movq xmm0, qword ptr [rsi + 3712]
vprord zmm17, zmm21, 13
vprord zmm20, zmm21, 22
vpternlogd zmm22, zmm17, zmm20, 0x96
vpaddd zmm23, zmm19, zmm23
vpaddd zmm22, zmm23, zmm22
sha256rnds2 xmm1, xmm2, xmm0
vmovdqa32 zmm23, zmm26
vpternlogd zmm23, zmm24, zmm18, 0xca
vprord zmm19, zmm26, 6
vprord zmm20, zmm26, 11
movq xmm0, qword ptr [rsi + 3720]
vprord zmm17, zmm26, 25
vpternlogd zmm19, zmm20, zmm17, 0x96
vpaddd zmm25, zmm25, zmmword ptr [rdi + 2816]
vpaddd zmm23, zmm25, zmm23
sha256rnds2 xmm3, xmm4, xmm0
vpaddd zmm19, zmm23, zmm19
vpaddd zmm27, zmm27, zmm19
vmovdqa32 zmm23, zmm22
vpternlogd zmm23, zmm21, zmm16, 0xe8
movq xmm0, qword ptr [rsi + 3728]
vprord zmm25, zmm22, 2
vprord zmm17, zmm22, 13
vprord zmm20, zmm22, 22
vpternlogd zmm25, zmm17, zmm20, 0x96
sha256rnds2 xmm5, xmm6, xmm0
vpaddd zmm23, zmm19, zmm23
vpaddd zmm25, zmm23, zmm25
vmovdqa32 zmm23, zmm27
vpternlogd zmm23, zmm26, zmm24, 0xca
movq xmm0, qword ptr [rsi + 3736]
vprord zmm19, zmm27, 6
vprord zmm20, zmm27, 11
vprord zmm17, zmm27, 25
vpternlogd zmm19, zmm20, zmm17, 0x96
vpaddd zmm18, zmm18, zmmword ptr [rdi + 2880]
sha256rnds2 xmm7, xmm8, xmm0
vpaddd zmm23, zmm18, zmm23
vpaddd zmm19, zmm23, zmm19
vpaddd zmm16, zmm16, zmm19
vmovdqa32 zmm23, zmm25
movq xmm0, qword ptr [rsi + 3840]
vpternlogd zmm23, zmm22, zmm21, 0xe8
vprord zmm18, zmm25, 2
vprord zmm17, zmm25, 13
vprord zmm20, zmm25, 22
sha256rnds2 xmm2, xmm1, xmm0
vpternlogd zmm18, zmm17, zmm20, 0x96
vpaddd zmm23, zmm19, zmm23
vpaddd zmm18, zmm23, zmm18
vmovdqa32 zmm23, zmm16
movq xmm0, qword ptr [rsi + 3848]
vpternlogd zmm23, zmm27, zmm26, 0xca
vprord zmm19, zmm16, 6
vprord zmm20, zmm16, 11
vprord zmm17, zmm16, 25
sha256rnds2 xmm4, xmm3, xmm0
vpternlogd zmm19, zmm20, zmm17, 0x96
vpaddd zmm24, zmm24, zmmword ptr [rdi + 2944]
vpaddd zmm23, zmm24, zmm23
vpaddd zmm19, zmm23, zmm19
movq xmm0, qword ptr [rsi + 3856]
vpaddd zmm21, zmm21, zmm19
vmovdqa32 zmm23, zmm18
vpternlogd zmm23, zmm25, zmm22, 0xe8
vprord zmm24, zmm18, 2
vprord zmm17, zmm18, 13
sha256rnds2 xmm6, xmm5, xmm0
vprord zmm20, zmm18, 22
vpternlogd zmm24, zmm17, zmm20, 0x96
vpaddd zmm23, zmm19, zmm23
vpaddd zmm24, zmm23, zmm24
movq xmm0, qword ptr [rsi + 3864]
vmovdqa32 zmm23, zmm21
vpternlogd zmm23, zmm16, zmm27, 0xca
vprord zmm19, zmm21, 6
vprord zmm20, zmm21, 11
sha256rnds2 xmm8, xmm7, xmm0
vprord zmm17, zmm21, 25
vpternlogd zmm19, zmm20, zmm17, 0x96
vpaddd zmm26, zmm26, zmmword ptr [rdi + 3008]
vpaddd zmm23, zmm26, zmm23
paddd xmm2, xmmword ptr [rcx + 32]
vpaddd zmm19, zmm23, zmm19
vpaddd zmm22, zmm22, zmm19
vmovdqa32 zmm23, zmm24
vpternlogd zmm23, zmm18, zmm25, 0xe8
movdqa xmmword ptr [rdx + 0], xmm2
vprord zmm26, zmm24, 2
vprord zmm17, zmm24, 13
vprord zmm20, zmm24, 22
vpternlogd zmm26, zmm17, zmm20, 0x96
paddd xmm1, xmmword ptr [rcx + 48]
vpaddd zmm23, zmm19, zmm23
vpaddd zmm26, zmm23, zmm26
vmovdqa32 zmm23, zmm22
vpternlogd zmm23, zmm21, zmm16, 0xca
vprord zmm19, zmm22, 6
movdqa xmmword ptr [rdx + 16], xmm1
vprord zmm20, zmm22, 11
vprord zmm17, zmm22, 25
vpternlogd zmm19, zmm20, zmm17, 0x96
vpaddd zmm27, zmm27, zmmword ptr [rdi + 3072]
paddd xmm4, xmmword ptr [rcx + 96]
vpaddd zmm23, zmm27, zmm23
vpaddd zmm19, zmm23, zmm19
vpaddd zmm25, zmm25, zmm19
vmovdqa32 zmm23, zmm26
movdqa xmmword ptr [rdx + 32], xmm4
vpternlogd zmm23, zmm24, zmm18, 0xe8
vprord zmm27, zmm26, 2
vprord zmm17, zmm26, 13
vprord zmm20, zmm26, 22
paddd xmm3, xmmword ptr [rcx + 112]
vpternlogd zmm27, zmm17, zmm20, 0x96
vpaddd zmm23, zmm19, zmm23
vpaddd zmm27, zmm23, zmm27
vmovdqa32 zmm23, zmm25
movdqa xmmword ptr [rdx + 48], xmm3
vpternlogd zmm23, zmm22, zmm21, 0xca
vprord zmm19, zmm25, 6
vprord zmm20, zmm25, 11
vprord zmm17, zmm25, 25
paddd xmm6, xmmword ptr [rcx + 160]
vpternlogd zmm19, zmm20, zmm17, 0x96
vpaddd zmm16, zmm16, zmmword ptr [rdi + 3136]
vpaddd zmm23, zmm16, zmm23
vpaddd zmm19, zmm23, zmm19
vpaddd zmm18, zmm18, zmm19
movdqa xmmword ptr [rdx + 64], xmm6
vmovdqa32 zmm23, zmm27
vpternlogd zmm23, zmm26, zmm24, 0xe8
vprord zmm16, zmm27, 2
vprord zmm17, zmm27, 13
paddd xmm5, xmmword ptr [rcx + 176]
vprord zmm20, zmm27, 22
vpternlogd zmm16, zmm17, zmm20, 0x96
vpaddd zmm23, zmm19, zmm23
vpaddd zmm16, zmm23, zmm16
movdqa xmmword ptr [rdx + 80], xmm5
vpaddd zmm16, zmm16, dword ptr [rdi + 0]{1to16}
vmovdqa32 zmmword ptr [rdi + 6336], zmm16
vpaddd zmm27, zmm27, dword ptr [rdi + 4]{1to16}
vmovdqa32 zmmword ptr [rdi + 6400], zmm27
paddd xmm8, xmmword ptr [rcx + 224]
vpaddd zmm26, zmm26, dword ptr [rdi + 8]{1to16}
vmovdqa32 zmmword ptr [rdi + 6464], zmm26
vpaddd zmm24, zmm24, dword ptr [rdi + 12]{1to16}
vmovdqa32 zmmword ptr [rdi + 6528], zmm24
movdqa xmmword ptr [rdx + 96], xmm8
vpaddd zmm18, zmm18, dword ptr [rdi + 16]{1to16}
vmovdqa32 zmmword ptr [rdi + 6592], zmm18
vpaddd zmm25, zmm25, dword ptr [rdi + 20]{1to16}
vmovdqa32 zmmword ptr [rdi + 6656], zmm25
paddd xmm7, xmmword ptr [rcx + 240]
vpaddd zmm22, zmm22, dword ptr [rdi + 24]{1to16}
vmovdqa32 zmmword ptr [rdi + 6720], zmm22
vpaddd zmm21, zmm21, dword ptr [rdi + 28]{1to16}
vmovdqa32 zmmword ptr [rdi + 6784], zmm21
movdqa xmmword ptr [rdx + 112], xmm7
add rsi, 32
add rcx, 256
add rdx, 128
lea r8, [rdi + 6336]
lea r9, [rdi + 7360]
mov eax, 2
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
vprord zmm22, zmm17, 11
movdqa xmm2, xmmword ptr [rcx + 16]
vprord zmm23, zmm17, 25
vpternlogd zmm21, zmm22, zmm23, 0x96
vmovdqa32 zmm23, zmmword ptr [r8 + 64]
vpaddd zmm22, zmm23, dword ptr [r10 - 264]{1to16}
movdqa xmm3, xmmword ptr [rcx + 64]
vpaddd zmm20, zmm22, zmm20
vpaddd zmm21, zmm20, zmm21
vpaddd zmm20, zmm21, dword ptr [r10 - 284]{1to16}
vpbroadcastd zmm22, dword ptr [r10 - 292]
movdqa xmm4, xmmword ptr [rcx + 80]
vmovdqa32 zmm24, zmm18
vpternlogd zmm24, zmm22, dword ptr [r10 - 288]{1to16}, 0xe8
vprord zmm25, zmm18, 2
vprord zmm26, zmm18, 13
movdqa xmm5, xmmword ptr [rcx + 128]
vprord zmm27, zmm18, 22
vpternlogd zmm25, zmm26, zmm27, 0x96
vpaddd zmm24, zmm21, zmm24
vpaddd zmm25, zmm24, zmm25
movdqa xmm6, xmmword ptr [rcx + 144]
vpternlogd zmm19, zmm20, zmm17, 0xb8
vprord zmm24, zmm20, 6
vprord zmm27, zmm20, 11
vprord zmm26, zmm20, 25
movdqa xmm7, xmmword ptr [rcx + 192]
vpternlogd zmm24, zmm27, zmm26, 0x96
vmovdqa32 zmm26, zmmword ptr [r8 + 128]
vpaddd zmm27, zmm26, dword ptr [r10 - 260]{1to16}
vpaddd zmm19, zmm27, zmm19
movdqa xmm8, xmmword ptr [rcx + 208]
vpaddd zmm24, zmm19, zmm24
vpaddd zmm19, zmm24, dword ptr [r10 - 288]{1to16}
vmovdqa32 zmm27, zmm25
vpternlogd zmm27, zmm18, zmm22, 0xe8
movdqa xmm9, xmmword ptr [rcx + 256]
vprord zmm28, zmm25, 2
vprord zmm29, zmm25, 13
vprord zmm30, zmm25, 22
movdqa xmm10, xmmword ptr [rcx + 272]
vpternlogd zmm28, zmm29, zmm30, 0x96
vpaddd zmm27, zmm24, zmm27
vpaddd zmm28, zmm27, zmm28
vpternlogd zmm17, zmm19, zmm20, 0xb8
movdqa xmm11, xmmword ptr [rcx + 320]
vprord zmm27, zmm19, 6
vprord zmm30, zmm19, 11
vprord zmm29, zmm19, 25
vpternlogd zmm27, zmm30, zmm29, 0x96
movdqa xmm12, xmmword ptr [rcx + 336]
vmovdqa32 zmm29, zmmword ptr [r8 + 192]
vpaddd zmm30, zmm29, dword ptr [r10 - 256]{1to16}
vpaddd zmm17, zmm30, zmm17
vpaddd zmm27, zmm17, zmm27
movq xmm0, qword ptr [rsi + 0]
vpaddd zmm22, zmm22, zmm27
vmovdqa32 zmm17, zmm28
vpternlogd zmm17, zmm25, zmm18, 0xe8
vprord zmm30, zmm28, 2
sha256rnds2 xmm2, xmm1, xmm0
vprord zmm31, zmm28, 13
vprord zmm29, zmm28, 22
vpternlogd zmm30, zmm31, zmm29, 0x96
vpaddd zmm17, zmm27, zmm17
movq xmm0, qword ptr [rsi + 8]
vpaddd zmm30, zmm17, zmm30
vpternlogd zmm20, zmm22, zmm19, 0xb8
vprord zmm17, zmm22, 6
vprord zmm29, zmm22, 11
sha256rnds2 xmm4, xmm3, xmm0
vprord zmm31, zmm22, 25
vpternlogd zmm17, zmm29, zmm31, 0x96
vpaddd zmm31, zmm16, dword ptr [r10 - 252]{1to16}
vpaddd zmm31, zmm31, zmmword ptr [r8 + 256]
movq xmm0, qword ptr [rsi + 16]
vpaddd zmm20, zmm31, zmm20
vpaddd zmm17, zmm20, zmm17
vpaddd zmm18, zmm18, zmm17
vmovdqa32 zmm20, zmm30
sha256rnds2 xmm6, xmm5, xmm0
vpternlogd zmm20, zmm28, zmm25, 0xe8
vprord zmm31, zmm30, 2
vprord zmm29, zmm30, 13
vprord zmm26, zmm30, 22
movq xmm0, qword ptr [rsi + 24]
vpternlogd zmm31, zmm29, zmm26, 0x96
vpaddd zmm20, zmm17, zmm20
vpaddd zmm31, zmm20, zmm31
sha256rnds2 xmm8, xmm7, xmm0
vpternlogd zmm19, zmm18, zmm22, 0xb8
vprord zmm20, zmm18, 6
vprord zmm17, zmm18, 11
vprord zmm26, zmm18, 25
movq xmm0, qword ptr [rsi + 32]
vpternlogd zmm20, zmm17, zmm26, 0x96
vpaddd zmm21, zmm21, dword ptr [r10 - 248]{1to16}
vpaddd zmm21, zmm21, zmmword ptr [r8 + 320]
vpaddd zmm19, zmm21, zmm19
sha256rnds2 xmm10, xmm9, xmm0
vpaddd zmm20, zmm19, zmm20
vpaddd zmm25, zmm25, zmm20
vmovdqa32 zmm19, zmm31
vpternlogd zmm19, zmm30, zmm28, 0xe8
movq xmm0, qword ptr [rsi + 40]
vprord zmm21, zmm31, 2
vprord zmm26, zmm31, 13
vprord zmm17, zmm31, 22
vpternlogd zmm21, zmm26, zmm17, 0x96
sha256rnds2 xmm12, xmm11, xmm0
vpaddd zmm19, zmm20, zmm19
vpaddd zmm21, zmm19, zmm21
vpternlogd zmm22, zmm25, zmm18, 0xb8
vprord zmm19, zmm25, 6
movq xmm0, qword ptr [rsi + 128]
vprord zmm20, zmm25, 11
vprord zmm17, zmm25, 25
vpternlogd zmm19, zmm20, zmm17, 0x96
vpaddd zmm24, zmm24, dword ptr [r10 - 244]{1to16}
sha256rnds2 xmm1, xmm2, xmm0
vpaddd zmm24, zmm24, zmmword ptr [r8 + 384]
vpaddd zmm22, zmm24, zmm22
vpaddd zmm19, zmm22, zmm19
vpaddd zmm28, zmm28, zmm19
movq xmm0, qword ptr [rsi + 136]
vmovdqa32 zmm22, zmm21
vpternlogd zmm22, zmm31, zmm30, 0xe8
vprord zmm24, zmm21, 2
vprord zmm17, zmm21, 13
sha256rnds2 xmm3, xmm4, xmm0
vprord zmm20, zmm21, 22
vpternlogd zmm24, zmm17, zmm20, 0x96
vpaddd zmm22, zmm19, zmm22
vpaddd zmm24, zmm22, zmm24
movq xmm0, qword ptr [rsi + 144]
vmovdqa32 zmm22, zmm28
vpternlogd zmm22, zmm25, zmm18, 0xca
vprord zmm19, zmm28, 6
sha256rnds2 xmm5, xmm6, xmm0
vprord zmm20, zmm28, 11
vprord zmm17, zmm28, 25
vpternlogd zmm19, zmm20, zmm17, 0x96
vpaddd zmm27, zmm27, dword ptr [r10 - 240]{1to16}
movq xmm0, qword ptr [rsi + 152]
vpaddd zmm27, zmm27, zmmword ptr [r8 + 448]
vpaddd zmm22, zmm27, zmm22
vpaddd zmm19, zmm22, zmm19
vpaddd zmm30, zmm30, zmm19
sha256rnds2 xmm7, xmm8, xmm0
vmovdqa32 zmm22, zmm24
vpternlogd zmm22, zmm21, zmm31, 0xe8
vprord zmm27, zmm24, 2
vprord zmm17, zmm24, 13
movq xmm0, qword ptr [rsi + 160]
vprord zmm20, zmm24, 22
vpternlogd zmm27, zmm17, zmm20, 0x96
vpaddd zmm22, zmm19, zmm22
vpaddd zmm27, zmm22, zmm27
sha256rnds2 xmm9, xmm10, xmm0
vmovdqa32 zmm22, zmm30
vpternlogd zmm22, zmm28, zmm25, 0xca
vprord zmm19, zmm30, 6
vprord zmm20, zmm30, 11
movq xmm0, qword ptr [rsi + 168]
vprord zmm17, zmm30, 25
vpternlogd zmm19, zmm20, zmm17, 0x96
vpaddd zmm18, zmm18, dword ptr [r10 - 236]{1to16}
vpaddd zmm22, zmm18, zmm22
sha256rnds2 xmm11, xmm12, xmm0
vpaddd zmm19, zmm22, zmm19
vpaddd zmm31, zmm31, zmm19
vmovdqa32 zmm22, zmm27
vpternlogd zmm22, zmm24, zmm21, 0xe8
movq xmm0, qword ptr [rsi + 256]
vprord zmm18, zmm27, 2
vprord zmm17, zmm27, 13
vprord zmm20, zmm27, 22
vpternlogd zmm18, zmm17, zmm20, 0x96
sha256rnds2 xmm2, xmm1, xmm0
vpaddd zmm22, zmm19, zmm22
vpaddd zmm18, zmm22, zmm18
vmovdqa32 zmm22, zmm31
movq xmm0, qword ptr [rsi + 264]
vpternlogd zmm22, zmm30, zmm28, 0xca
vprord zmm19, zmm31, 6
vprord zmm20, zmm31, 11
vprord zmm17, zmm31, 25
sha256rnds2 xmm4, xmm3, xmm0
vpternlogd zmm19, zmm20, zmm17, 0x96
vpaddd zmm25, zmm25, dword ptr [r10 - 480]{1to16}
vpaddd zmm22, zmm25, zmm22
vpaddd zmm19, zmm22, zmm19
movq xmm0, qword ptr [rsi + 272]
vpaddd zmm21, zmm21, zmm19
vmovdqa32 zmm22, zmm18
vpternlogd zmm22, zmm27, zmm24, 0xe8
vprord zmm25, zmm18, 2
sha256rnds2 xmm6, xmm5, xmm0
vprord zmm17, zmm18, 13
vprord zmm20, zmm18, 22
vpternlogd zmm25, zmm17, zmm20, 0x96
vpaddd zmm22, zmm19, zmm22
movq xmm0, qword ptr [rsi + 280]
vpaddd zmm25, zmm22, zmm25
vmovdqa32 zmm22, zmm21
vpternlogd zmm22, zmm31, zmm30, 0xca
vprord zmm19, zmm21, 6
sha256rnds2 xmm8, xmm7, xmm0
vprord zmm20, zmm21, 11
vprord zmm17, zmm21, 25
vpternlogd zmm19, zmm20, zmm17, 0x96
vpaddd zmm28, zmm28, dword ptr [r10 - 476]{1to16}
movq xmm0, qword ptr [rsi + 288]
vpaddd zmm22, zmm28, zmm22
vpaddd zmm19, zmm22, zmm19
vpaddd zmm24, zmm24, zmm19
vmovdqa32 zmm22, zmm25
sha256rnds2 xmm10, xmm9, xmm0
vpternlogd zmm22, zmm18, zmm27, 0xe8
vprord zmm28, zmm25, 2
vprord zmm17, zmm25, 13
vprord zmm20, zmm25, 22
movq xmm0, qword ptr [rsi + 296]
vpternlogd zmm28, zmm17, zmm20, 0x96
vpaddd zmm22, zmm19, zmm22
vpaddd zmm28, zmm22, zmm28
vmovdqa32 zmm22, zmm24
sha256rnds2 xmm12, xmm11, xmm0
vpternlogd zmm22, zmm21, zmm31, 0xca
vprord zmm19, zmm24, 6
vprord zmm20, zmm24, 11
movq xmm0, qword ptr [rsi + 384]
vprord zmm17, zmm24, 25
vpternlogd zmm19, zmm20, zmm17, 0x96
vpaddd zmm30, zmm30, dword ptr [r10 - 512]{1to16}
vpaddd zmm22, zmm30, zmm22
sha256rnds2 xmm1, xmm2, xmm0
vpaddd zmm19, zmm22, zmm19
vpaddd zmm27, zmm27, zmm19
vmovdqa32 zmm22, zmm28
vpternlogd zmm22, zmm25, zmm18, 0xe8
movq xmm0, qword ptr [rsi + 392]
vprord zmm30, zmm28, 2
vprord zmm17, zmm28, 13
vprord zmm20, zmm28, 22
vpternlogd zmm30, zmm17, zmm20, 0x96
sha256rnds2 xmm3, xmm4, xmm0
vpaddd zmm22, zmm19, zmm22
vpaddd zmm30, zmm22, zmm30
vmovdqa32 zmm22, zmm27
vpternlogd zmm22, zmm24, zmm21, 0xca
movq xmm0, qword ptr [rsi + 400]
vprord zmm19, zmm27, 6
vprord zmm20, zmm27, 11
vprord zmm17, zmm27, 25
vpternlogd zmm19, zmm20, zmm17, 0x96
sha256rnds2 xmm5, xmm6, xmm0
vpaddd zmm31, zmm31, dword ptr [r10 - 508]{1to16}
vpaddd zmm22, zmm31, zmm22
vpaddd zmm19, zmm22, zmm19
vpaddd zmm18, zmm18, zmm19
movq xmm0, qword ptr [rsi + 408]
vmovdqa32 zmm22, zmm30
vpternlogd zmm22, zmm28, zmm25, 0xe8
vprord zmm31, zmm30, 2
vprord zmm17, zmm30, 13
sha256rnds2 xmm7, xmm8, xmm0
vprord zmm20, zmm30, 22
vpternlogd zmm31, zmm17, zmm20, 0x96
vpaddd zmm22, zmm19, zmm22
vpaddd zmm31, zmm22, zmm31
movq xmm0, qword ptr [rsi + 416]
vmovdqa32 zmm22, zmm18
vpternlogd zmm22, zmm27, zmm24, 0xca
vprord zmm19, zmm18, 6
vprord zmm20, zmm18, 11
sha256rnds2 xmm9, xmm10, xmm0
vprord zmm17, zmm18, 25
vpternlogd zmm19, zmm20, zmm17, 0x96
vpaddd zmm21, zmm21, dword ptr [r10 - 504]{1to16}
movq xmm0, qword ptr [rsi + 424]
vpaddd zmm22, zmm21, zmm22
vpaddd zmm19, zmm22, zmm19
vpaddd zmm25, zmm25, zmm19
vmovdqa32 zmm22, zmm31
sha256rnds2 xmm11, xmm12, xmm0
vpternlogd zmm22, zmm30, zmm28, 0xe8
vprord zmm21, zmm31, 2
vprord zmm17, zmm31, 13
vprord zmm20, zmm31, 22
movq xmm0, qword ptr [rsi + 512]
vpternlogd zmm21, zmm17, zmm20, 0x96
vpaddd zmm22, zmm19, zmm22
vpaddd zmm21, zmm22, zmm21
vmovdqa32 zmm22, zmm25
sha256rnds2 xmm2, xmm1, xmm0
vpternlogd zmm22, zmm18, zmm27, 0xca
vprord zmm19, zmm25, 6
vprord zmm20, zmm25, 11
vprord zmm17, zmm25, 25
movq xmm0, qword ptr [rsi + 520]
vpternlogd zmm19, zmm20, zmm17, 0x96
vpaddd zmm24, zmm24, dword ptr [r10 - 500]{1to16}
vpaddd zmm22, zmm24, zmm22
vpaddd zmm19, zmm22, zmm19
sha256rnds2 xmm4, xmm3, xmm0
vpaddd zmm28, zmm28, zmm19
vmovdqa32 zmm22, zmm21
vpternlogd zmm22, zmm31, zmm30, 0xe8
vprord zmm24, zmm21, 2
movq xmm0, qword ptr [rsi + 528]
vprord zmm17, zmm21, 13
vprord zmm20, zmm21, 22
vpternlogd zmm24, zmm17, zmm20, 0x96
vpaddd zmm22, zmm19, zmm22
sha256rnds2 xmm6, xmm5, xmm0
vpaddd zmm24, zmm22, zmm24
vmovdqa32 zmm22, zmm28
vpternlogd zmm22, zmm25, zmm18, 0xca
vprord zmm19, zmm28, 6
movq xmm0, qword ptr [rsi + 536]
vprord zmm20, zmm28, 11
vprord zmm17, zmm28, 25
vpternlogd zmm19, zmm20, zmm17, 0x96
sha256rnds2 xmm8, xmm7, xmm0
vpaddd zmm27, zmm27, dword ptr [r10 - 232]{1to16}
vpaddd zmm22, zmm27, zmm22
vpaddd zmm19, zmm22, zmm19
vpaddd zmm30, zmm30, zmm19
movq xmm0, qword ptr [rsi + 544]
vmovdqa32 zmm22, zmm24
vpternlogd zmm22, zmm21, zmm31, 0xe8
vprord zmm27, zmm24, 2
vprord zmm17, zmm24, 13
sha256rnds2 xmm10, xmm9, xmm0
vprord zmm20, zmm24, 22
vpternlogd zmm27, zmm17, zmm20, 0x96
vpaddd zmm22, zmm19, zmm22
vpaddd zmm27, zmm22, zmm27
movq xmm0, qword ptr [rsi + 552]
vprord zmm22, zmm23, 7
vprord zmm19, zmm23, 18
vpsrld zmm20, zmm23, 3
vpternlogd zmm22, zmm19, zmm20, 0x96
sha256rnds2 xmm12, xmm11, xmm0
vpaddd zmm22, zmm16, zmm22
vmovdqa32 zmm16, zmm30
vpternlogd zmm16, zmm28, zmm25, 0xca
vprord zmm20, zmm30, 6
movq xmm0, qword ptr [rsi + 640]
vprord zmm19, zmm30, 11
vprord zmm17, zmm30, 25
vpternlogd zmm20, zmm19, zmm17, 0x96
vpaddd zmm18, zmm18, dword ptr [r10 - 472]{1to16}
sha256rnds2 xmm1, xmm2, xmm0
vpaddd zmm18, zmm18, zmm22
vpaddd zmm16, zmm18, zmm16
vpaddd zmm20, zmm16, zmm20
vpaddd zmm31, zmm31, zmm20
movq xmm0, qword ptr [rsi + 648]
vmovdqa32 zmm16, zmm27
vpternlogd zmm16, zmm24, zmm21, 0xe8
vprord zmm18, zmm27, 2
vprord zmm17, zmm27, 13
sha256rnds2 xmm3, xmm4, xmm0
vprord zmm19, zmm27, 22
vpternlogd zmm18, zmm17, zmm19, 0x96
vpaddd zmm16, zmm20, zmm16
vpaddd zmm18, zmm16, zmm18
movq xmm0, qword ptr [rsi + 656]
vprord zmm16, zmmword ptr [r8 + 128], 7
vprord zmm20, zmmword ptr [r8 + 128], 18
vpsrld zmm19, zmmword ptr [r8 + 128], 3
sha256rnds2 xmm5, xmm6, xmm0
vpternlogd zmm16, zmm20, zmm19, 0x96
vpaddd zmm23, zmm23, dword ptr [r10 - 484]{1to16}
vpaddd zmm16, zmm23, zmm16
vmovdqa32 zmm23, zmm31
movq xmm0, qword ptr [rsi + 664]
vpternlogd zmm23, zmm30, zmm28, 0xca
vprord zmm19, zmm31, 6
vprord zmm20, zmm31, 11
vprord zmm17, zmm31, 25
sha256rnds2 xmm7, xmm8, xmm0
vpternlogd zmm19, zmm20, zmm17, 0x96
vpaddd zmm25, zmm25, dword ptr [r10 - 468]{1to16}
vpaddd zmm25, zmm25, zmm16
vpaddd zmm23, zmm25, zmm23
movq xmm0, qword ptr [rsi + 672]
vpaddd zmm19, zmm23, zmm19
vpaddd zmm21, zmm21, zmm19
vmovdqa32 zmm23, zmm18
vpternlogd zmm23, zmm27, zmm24, 0xe8
sha256rnds2 xmm9, xmm10, xmm0
vprord zmm25, zmm18, 2
vprord zmm17, zmm18, 13
vprord zmm20, zmm18, 22
vpternlogd zmm25, zmm17, zmm20, 0x96
movq xmm0, qword ptr [rsi + 680]
vpaddd zmm23, zmm19, zmm23
vpaddd zmm25, zmm23, zmm25
vprord zmm23, zmmword ptr [r8 + 192], 7
vprord zmm19, zmmword ptr [r8 + 192], 18
sha256rnds2 xmm11, xmm12, xmm0
vpsrld zmm20, zmmword ptr [r8 + 192], 3
vpternlogd zmm23, zmm19, zmm20, 0x96
vprord zmm20, zmm22, 17
vprord zmm19, zmm22, 19
movq xmm0, qword ptr [rsi + 768]
vpsrld zmm17, zmm22, 10
vpternlogd zmm20, zmm19, zmm17, 0x96
vpaddd zmm23, zmm23, zmmword ptr [r8 + 128]
vpaddd zmm20, zmm23, zmm20
sha256rnds2 xmm2, xmm1, xmm0
vmovdqa32 zmm23, zmm21
vpternlogd zmm23, zmm31, zmm30, 0xca
vprord zmm17, zmm21, 6
vprord zmm19, zmm21, 11
movq xmm0, qword ptr [rsi + 776]
vprord zmm26, zmm21, 25
vpternlogd zmm17, zmm19, zmm26, 0x96
vpaddd zmm28, zmm28, dword ptr [r10 - 464]{1to16}
sha256rnds2 xmm4, xmm3, xmm0
vpaddd zmm28, zmm28, zmm20
vpaddd zmm23, zmm28, zmm23
vpaddd zmm17, zmm23, zmm17
vpaddd zmm24, zmm24, zmm17
movq xmm0, qword ptr [rsi + 784]
vmovdqa32 zmm23, zmm25
vpternlogd zmm23, zmm18, zmm27, 0xe8
vprord zmm28, zmm25, 2
vprord zmm26, zmm25, 13
sha256rnds2 xmm6, xmm5, xmm0
vprord zmm19, zmm25, 22
vpternlogd zmm28, zmm26, zmm19, 0x96
vpaddd zmm23, zmm17, zmm23
vpaddd zmm28, zmm23, zmm28
movq xmm0, qword ptr [rsi + 792]
vprord zmm23, zmmword ptr [r8 + 256], 7
vprord zmm17, zmmword ptr [r8 + 256], 18
vpsrld zmm19, zmmword ptr [r8 + 256], 3
vpternlogd zmm23, zmm17, zmm19, 0x96
sha256rnds2 xmm8, xmm7, xmm0
vprord zmm19, zmm16, 17
vprord zmm17, zmm16, 19
vpsrld zmm26, zmm16, 10
vpternlogd zmm19, zmm17, zmm26, 0x96
movq xmm0, qword ptr [rsi + 800]
vpaddd zmm23, zmm23, zmmword ptr [r8 + 192]
vpaddd zmm19, zmm23, zmm19
vmovdqa32 zmm23, zmm24
vpternlogd zmm23, zmm21, zmm31, 0xca
sha256rnds2 xmm10, xmm9, xmm0
vprord zmm26, zmm24, 6
vprord zmm17, zmm24, 11
vprord zmm29, zmm24, 25
vpternlogd zmm26, zmm17, zmm29, 0x96
movq xmm0, qword ptr [rsi + 808]
vpaddd zmm30, zmm30, dword ptr [r10 - 460]{1to16}
vpaddd zmm30, zmm30, zmm19
vpaddd zmm23, zmm30, zmm23
vpaddd zmm26, zmm23, zmm26
sha256rnds2 xmm12, xmm11, xmm0
vpaddd zmm27, zmm27, zmm26
vmovdqa32 zmm23, zmm28
vpternlogd zmm23, zmm25, zmm18, 0xe8
vprord zmm30, zmm28, 2
movq xmm0, qword ptr [rsi + 896]
vprord zmm29, zmm28, 13
vprord zmm17, zmm28, 22
vpternlogd zmm30, zmm29, zmm17, 0x96
sha256rnds2 xmm1, xmm2, xmm0
vpaddd zmm23, zmm26, zmm23
vpaddd zmm30, zmm23, zmm30
vprord zmm23, zmmword ptr [r8 + 320], 7
vprord zmm26, zmmword ptr [r8 + 320], 18
movq xmm0, qword ptr [rsi + 904]
vpsrld zmm17, zmmword ptr [r8 + 320], 3
vpternlogd zmm23, zmm26, zmm17, 0x96
vprord zmm17, zmm20, 17
vprord zmm26, zmm20, 19
sha256rnds2 xmm3, xmm4, xmm0
vpsrld zmm29, zmm20, 10
vpternlogd zmm17, zmm26, zmm29, 0x96
vpaddd zmm23, zmm23, zmmword ptr [r8 + 256]
vpaddd zmm17, zmm23, zmm17
movq xmm0, qword ptr [rsi + 912]
vmovdqa32 zmm23, zmm27
vpternlogd zmm23, zmm24, zmm21, 0xca
vprord zmm29, zmm27, 6
vprord zmm26, zmm27, 11
sha256rnds2 xmm5, xmm6, xmm0
vmovdqa32 zmmword ptr [r11 + 0], zmm20
vprord zmm20, zmm27, 25
vpternlogd zmm29, zmm26, zmm20, 0x96
vpaddd zmm31, zmm31, dword ptr [r10 - 456]{1to16}
movq xmm0, qword ptr [rsi + 920]
vpaddd zmm31, zmm31, zmm17
vpaddd zmm23, zmm31, zmm23
vpaddd zmm29, zmm23, zmm29
vpaddd zmm18, zmm18, zmm29
sha256rnds2 xmm7, xmm8, xmm0
vmovdqa32 zmm23, zmm30
vpternlogd zmm23, zmm28, zmm25, 0xe8
vprord zmm31, zmm30, 2
vprord zmm20, zmm30, 13
movq xmm0, qword ptr [rsi + 928]
vprord zmm26, zmm30, 22
vpternlogd zmm31, zmm20, zmm26, 0x96
vpaddd zmm23, zmm29, zmm23
vpaddd zmm31, zmm23, zmm31
sha256rnds2 xmm9, xmm10, xmm0
vprord zmm23, zmmword ptr [r8 + 384], 7
vprord zmm29, zmmword ptr [r8 + 384], 18
vpsrld zmm26, zmmword ptr [r8 + 384], 3
movq xmm0, qword ptr [rsi + 936]
vpternlogd zmm23, zmm29, zmm26, 0x96
vprord zmm26, zmm19, 17
vprord zmm29, zmm19, 19
vpsrld zmm20, zmm19, 10
sha256rnds2 xmm11, xmm12, xmm0
vpternlogd zmm26, zmm29, zmm20, 0x96
vpaddd zmm23, zmm23, zmmword ptr [r8 + 320]
vpaddd zmm26, zmm23, zmm26
vmovdqa32 zmm23, zmm18
movq xmm0, qword ptr [rsi + 1024]
vpternlogd zmm23, zmm27, zmm24, 0xca
vprord zmm20, zmm18, 6
vprord zmm29, zmm18, 11
vmovdqa32 zmmword ptr [r11 + 64], zmm19
sha256rnds2 xmm2, xmm1, xmm0
vprord zmm19, zmm18, 25
vpternlogd zmm20, zmm29, zmm19, 0x96
vpaddd zmm21, zmm21, dword ptr [r10 - 452]{1to16}
vpaddd zmm21, zmm21, zmm26
movq xmm0, qword ptr [rsi + 1032]
vpaddd zmm23, zmm21, zmm23
vpaddd zmm20, zmm23, zmm20
vpaddd zmm25, zmm25, zmm20
vmovdqa32 zmm23, zmm31
sha256rnds2 xmm4, xmm3, xmm0
vpternlogd zmm23, zmm30, zmm28, 0xe8
vprord zmm21, zmm31, 2
vprord zmm19, zmm31, 13
vprord zmm29, zmm31, 22
movq xmm0, qword ptr [rsi + 1040]
vpternlogd zmm21, zmm19, zmm29, 0x96
vpaddd zmm23, zmm20, zmm23
vpaddd zmm21, zmm23, zmm21
vprord zmm23, zmmword ptr [r8 + 448], 7
sha256rnds2 xmm6, xmm5, xmm0
vprord zmm20, zmmword ptr [r8 + 448], 18
vpsrld zmm29, zmmword ptr [r8 + 448], 3
vpternlogd zmm23, zmm20, zmm29, 0x96
vprord zmm29, zmm17, 17
movq xmm0, qword ptr [rsi + 1048]
vprord zmm20, zmm17, 19
vpsrld zmm19, zmm17, 10
vpternlogd zmm29, zmm20, zmm19, 0x96
vmovdqa32 zmm19, zmmword ptr [r8 + 384]
sha256rnds2 xmm8, xmm7, xmm0
vpaddd zmm19, zmm19, dword ptr [r10 - 296]{1to16}
vpaddd zmm23, zmm19, zmm23
vpaddd zmm29, zmm23, zmm29
movq xmm0, qword ptr [rsi + 1056]
vmovdqa32 zmm23, zmm25
vpternlogd zmm23, zmm18, zmm27, 0xca
vprord zmm19, zmm25, 6
vprord zmm20, zmm25, 11
sha256rnds2 xmm10, xmm9, xmm0
vmovdqa32 zmmword ptr [r11 + 128], zmm17
vprord zmm17, zmm25, 25
vpternlogd zmm19, zmm20, zmm17, 0x96
vpaddd zmm24, zmm24, dword ptr [r10 - 448]{1to16}
movq xmm0, qword ptr [rsi + 1064]
vpaddd zmm24, zmm24, zmm29
vpaddd zmm23, zmm24, zmm23
vpaddd zmm19, zmm23, zmm19
vpaddd zmm28, zmm28, zmm19
sha256rnds2 xmm12, xmm11, xmm0
vmovdqa32 zmm23, zmm21
vpternlogd zmm23, zmm31, zmm30, 0xe8
vprord zmm24, zmm21, 2
vprord zmm17, zmm21, 13
movq xmm0, qword ptr [rsi + 1152]
vprord zmm20, zmm21, 22
vpternlogd zmm24, zmm17, zmm20, 0x96
vpaddd zmm23, zmm19, zmm23
vpaddd zmm24, zmm23, zmm24
sha256rnds2 xmm1, xmm2, xmm0
vprord zmm23, zmm26, 17
vprord zmm19, zmm26, 19
vpsrld zmm20, zmm26, 10
vpternlogd zmm23, zmm19, zmm20, 0x96
movq xmm0, qword ptr [rsi + 1160]
vmovdqa32 zmm20, zmmword ptr [r8 + 448]
vpaddd zmm20, zmm20, dword ptr [r10 - 488]{1to16}
vpaddd zmm20, zmm20, zmm22
vpaddd zmm23, zmm20, zmm23
sha256rnds2 xmm3, xmm4, xmm0
vmovdqa32 zmm20, zmm28
vpternlogd zmm20, zmm25, zmm18, 0xca
vprord zmm19, zmm28, 6
vprord zmm17, zmm28, 11
movq xmm0, qword ptr [rsi + 1168]
vmovdqa32 zmmword ptr [r11 + 192], zmm22
vprord zmm22, zmm28, 25
vpternlogd zmm19, zmm17, zmm22, 0x96
vpaddd zmm27, zmm27, dword ptr [r10 - 444]{1to16}
sha256rnds2 xmm5, xmm6, xmm0
vpaddd zmm27, zmm27, zmm23
vpaddd zmm20, zmm27, zmm20
vpaddd zmm19, zmm20, zmm19
movq xmm0, qword ptr [rsi + 1176]
vpaddd zmm30, zmm30, zmm19
vmovdqa32 zmm20, zmm24
vpternlogd zmm20, zmm21, zmm31, 0xe8
vprord zmm27, zmm24, 2
sha256rnds2 xmm7, xmm8, xmm0
vprord zmm22, zmm24, 13
vprord zmm17, zmm24, 22
vpternlogd zmm27, zmm22, zmm17, 0x96
vpaddd zmm20, zmm19, zmm20
movq xmm0, qword ptr [rsi + 1184]
vpaddd zmm27, zmm20, zmm27
vprord zmm20, zmm29, 17
vprord zmm19, zmm29, 19
vpsrld zmm17, zmm29, 10
sha256rnds2 xmm9, xmm10, xmm0
vpternlogd zmm20, zmm19, zmm17, 0x96
vpaddd zmm17, zmm16, dword ptr [r10 - 492]{1to16}
vpaddd zmm20, zmm17, zmm20
vmovdqa32 zmm17, zmm30
movq xmm0, qword ptr [rsi + 1192]
vpternlogd zmm17, zmm28, zmm25, 0xca
vprord zmm19, zmm30, 6
vprord zmm22, zmm30, 11
vmovdqa32 zmmword ptr [r11 + 256], zmm16
sha256rnds2 xmm11, xmm12, xmm0
vprord zmm16, zmm30, 25
vpternlogd zmm19, zmm22, zmm16, 0x96
vpaddd zmm18, zmm18, dword ptr [r10 - 440]{1to16}
vpaddd zmm18, zmm18, zmm20
movq xmm0, qword ptr [rsi + 1280]
vpaddd zmm17, zmm18, zmm17
vpaddd zmm19, zmm17, zmm19
vpaddd zmm31, zmm31, zmm19
vmovdqa32 zmm17, zmm27
sha256rnds2 xmm2, xmm1, xmm0
vpternlogd zmm17, zmm24, zmm21, 0xe8
vprord zmm18, zmm27, 2
vprord zmm16, zmm27, 13
vprord zmm22, zmm27, 22
movq xmm0, qword ptr [rsi + 1288]
vpternlogd zmm18, zmm16, zmm22, 0x96
vpaddd zmm17, zmm19, zmm17
vpaddd zmm18, zmm17, zmm18
sha256rnds2 xmm4, xmm3, xmm0
vprord zmm17, zmm23, 17
vprord zmm19, zmm23, 19
vpsrld zmm22, zmm23, 10
vpternlogd zmm17, zmm19, zmm22, 0x96
movq xmm0, qword ptr [rsi + 1296]
vpaddd zmm17, zmm17, zmmword ptr [r11 + 0]
vmovdqa32 zmm22, zmm31
vpternlogd zmm22, zmm30, zmm28, 0xca
vprord zmm19, zmm31, 6
sha256rnds2 xmm6, xmm5, xmm0
vprord zmm16, zmm31, 11
vmovdqa32 zmmword ptr [r11 + 320], zmm23
vprord zmm23, zmm31, 25
vpternlogd zmm19, zmm16, zmm23, 0x96
movq xmm0, qword ptr [rsi + 1304]
vpaddd zmm25, zmm25, dword ptr [r10 - 436]{1to16}
vpaddd zmm25, zmm25, zmm17
vpaddd zmm22, zmm25, zmm22
vpaddd zmm19, zmm22, zmm19
sha256rnds2 xmm8, xmm7, xmm0
vpaddd zmm21, zmm21, zmm19
vmovdqa32 zmm22, zmm18
vpternlogd zmm22, zmm27, zmm24, 0xe8
vprord zmm25, zmm18, 2
movq xmm0, qword ptr [rsi + 1312]
vprord zmm23, zmm18, 13
vprord zmm16, zmm18, 22
vpternlogd zmm25, zmm23, zmm16, 0x96
vpaddd zmm22, zmm19, zmm22
sha256rnds2 xmm10, xmm9, xmm0
vpaddd zmm25, zmm22, zmm25
vprord zmm22, zmm20, 17
vprord zmm19, zmm20, 19
vpsrld zmm16, zmm20, 10
movq xmm0, qword ptr [rsi + 1320]
vpternlogd zmm22, zmm19, zmm16, 0x96
vpaddd zmm22, zmm22, zmmword ptr [r11 + 64]
vmovdqa32 zmm16, zmm21
vpternlogd zmm16, zmm31, zmm30, 0xca
sha256rnds2 xmm12, xmm11, xmm0
vprord zmm19, zmm21, 6
vprord zmm23, zmm21, 11
vmovdqa32 zmmword ptr [r11 + 384], zmm20
vprord zmm20, zmm21, 25
movq xmm0, qword ptr [rsi + 1408]
vpternlogd zmm19, zmm23, zmm20, 0x96
vpaddd zmm28, zmm28, dword ptr [r10 - 432]{1to16}
vpaddd zmm28, zmm28, zmm22
sha256rnds2 xmm1, xmm2, xmm0
vpaddd zmm16, zmm28, zmm16
vpaddd zmm19, zmm16, zmm19
vpaddd zmm24, zmm24, zmm19
vmovdqa32 zmm16, zmm25
movq xmm0, qword ptr [rsi + 1416]
vpternlogd zmm16, zmm18, zmm27, 0xe8
vprord zmm28, zmm25, 2
vprord zmm20, zmm25, 13
vprord zmm23, zmm25, 22
sha256rnds2 xmm3, xmm4, xmm0
vpternlogd zmm28, zmm20, zmm23, 0x96
vpaddd zmm16, zmm19, zmm16
vpaddd zmm28, zmm16, zmm28
vprord zmm16, zmm17, 17
movq xmm0, qword ptr [rsi + 1424]
vprord zmm19, zmm17, 19
vpsrld zmm23, zmm17, 10
vpternlogd zmm16, zmm19, zmm23, 0x96
vpaddd zmm16, zmm16, zmmword ptr [r11 + 128]
sha256rnds2 xmm5, xmm6, xmm0
vmovdqa32 zmm23, zmm24
vpternlogd zmm23, zmm21, zmm31, 0xca
vprord zmm19, zmm24, 6
vprord zmm20, zmm24, 11
movq xmm0, qword ptr [rsi + 1432]
vmovdqa32 zmmword ptr [r11 + 448], zmm17
vprord zmm17, zmm24, 25
vpternlogd zmm19, zmm20, zmm17, 0x96
vpaddd zmm30, zmm30, dword ptr [r10 - 428]{1to16}
sha256rnds2 xmm7, xmm8, xmm0
vpaddd zmm30, zmm30, zmm16
vpaddd zmm23, zmm30, zmm23
vpaddd zmm19, zmm23, zmm19
vpaddd zmm27, zmm27, zmm19
movq xmm0, qword ptr [rsi + 1440]
vmovdqa32 zmm23, zmm28
vpternlogd zmm23, zmm25, zmm18, 0xe8
vprord zmm30, zmm28, 2
vprord zmm17, zmm28, 13
sha256rnds2 xmm9, xmm10, xmm0
vprord zmm20, zmm28, 22
vpternlogd zmm30, zmm17, zmm20, 0x96
vpaddd zmm23, zmm19, zmm23
vpaddd zmm30, zmm23, zmm30
movq xmm0, qword ptr [rsi + 1448]
vprord zmm23, zmm22, 17
vprord zmm19, zmm22, 19
vpsrld zmm20, zmm22, 10
sha256rnds2 xmm11, xmm12, xmm0
vpternlogd zmm23, zmm19, zmm20, 0x96
vpaddd zmm23, zmm26, zmm23
vmovdqa32 zmm20, zmm27
vpternlogd zmm20, zmm24, zmm21, 0xca
movq xmm0, qword ptr [rsi + 1536]
vprord zmm19, zmm27, 6
vprord zmm17, zmm27, 11
vmovdqa32 zmmword ptr [r11 + 512], zmm26
vprord zmm26, zmm27, 25
sha256rnds2 xmm2, xmm1, xmm0
vpternlogd zmm19, zmm17, zmm26, 0x96
vpaddd zmm31, zmm31, dword ptr [r10 - 424]{1to16}
vpaddd zmm31, zmm31, zmm23
vpaddd zmm20, zmm31, zmm20
movq xmm0, qword ptr [rsi + 1544]
vpaddd zmm19, zmm20, zmm19
vpaddd zmm18, zmm18, zmm19
vmovdqa32 zmm20, zmm30
vpternlogd zmm20, zmm28, zmm25, 0xe8
sha256rnds2 xmm4, xmm3, xmm0
vprord zmm31, zmm30, 2
vprord zmm26, zmm30, 13
vprord zmm17, zmm30, 22
vpternlogd zmm31, zmm26, zmm17, 0x96
movq xmm0, qword ptr [rsi + 1552]
vpaddd zmm20, zmm19, zmm20
vpaddd zmm31, zmm20, zmm31
vprord zmm20, zmm16, 17
vprord zmm19, zmm16, 19
sha256rnds2 xmm6, xmm5, xmm0
vpsrld zmm17, zmm16, 10
vpternlogd zmm20, zmm19, zmm17, 0x96
vpaddd zmm20, zmm29, zmm20
vmovdqa32 zmm17, zmm18
movq xmm0, qword ptr [rsi + 1560]
vpternlogd zmm17, zmm27, zmm24, 0xca
vprord zmm19, zmm18, 6
vprord zmm26, zmm18, 11
vmovdqa32 zmmword ptr [r11 + 576], zmm29
sha256rnds2 xmm8, xmm7, xmm0
vprord zmm29, zmm18, 25
vpternlogd zmm19, zmm26, zmm29, 0x96
vpaddd zmm21, zmm21, dword ptr [r10 - 420]{1to16}
vpaddd zmm21, zmm21, zmm20
movq xmm0, qword ptr [rsi + 1568]
vpaddd zmm17, zmm21, zmm17
vpaddd zmm19, zmm17, zmm19
vpaddd zmm25, zmm25, zmm19
sha256rnds2 xmm10, xmm9, xmm0
vmovdqa32 zmm17, zmm31
vpternlogd zmm17, zmm30, zmm28, 0xe8
vprord zmm21, zmm31, 2
vprord zmm29, zmm31, 13
movq xmm0, qword ptr [rsi + 1576]
vprord zmm26, zmm31, 22
vpternlogd zmm21, zmm29, zmm26, 0x96
vpaddd zmm17, zmm19, zmm17
vpaddd zmm21, zmm17, zmm21
sha256rnds2 xmm12, xmm11, xmm0
vprord zmm17, zmm23, 17
vprord zmm19, zmm23, 19
vpsrld zmm26, zmm23, 10
vpternlogd zmm17, zmm19, zmm26, 0x96
movq xmm0, qword ptr [rsi + 1664]
vmovdqa32 zmm26, zmmword ptr [r11 + 320]
vpaddd zmm19, zmm26, dword ptr [r10 - 228]{1to16}
vpaddd zmm17, zmm19, zmm17
vmovdqa32 zmm19, zmm25
sha256rnds2 xmm1, xmm2, xmm0
vpternlogd zmm19, zmm18, zmm27, 0xca
vprord zmm29, zmm25, 6
vprord zmm26, zmm25, 11
vmovdqa32 zmmword ptr [r11 + 640], zmm23
movq xmm0, qword ptr [rsi + 1672]
vprord zmm23, zmm25, 25
vpternlogd zmm29, zmm26, zmm23, 0x96
vpaddd zmm24, zmm24, dword ptr [r10 - 416]{1to16}
vpaddd zmm24, zmm24, zmm17
sha256rnds2 xmm3, xmm4, xmm0
vpaddd zmm19, zmm24, zmm19
vpaddd zmm29, zmm19, zmm29
vpaddd zmm28, zmm28, zmm29
vmovdqa32 zmm19, zmm21
movq xmm0, qword ptr [rsi + 1680]
vpternlogd zmm19, zmm31, zmm30, 0xe8
vprord zmm24, zmm21, 2
vprord zmm23, zmm21, 13
vprord zmm26, zmm21, 22
sha256rnds2 xmm5, xmm6, xmm0
vpternlogd zmm24, zmm23, zmm26, 0x96
vpaddd zmm19, zmm29, zmm19
vpaddd zmm24, zmm19, zmm24
movq xmm0, qword ptr [rsi + 1688]
vprord zmm19, zmmword ptr [r11 + 192], 7
vprord zmm29, zmmword ptr [r11 + 192], 18
vpsrld zmm26, zmmword ptr [r11 + 192], 3
vpternlogd zmm19, zmm29, zmm26, 0x96
sha256rnds2 xmm7, xmm8, xmm0
vprord zmm26, zmm20, 17
vprord zmm29, zmm20, 19
vpsrld zmm23, zmm20, 10
vpternlogd zmm26, zmm29, zmm23, 0x96
movq xmm0, qword ptr [rsi + 1696]
vmovdqa32 zmm23, zmmword ptr [r11 + 384]
vpaddd zmm29, zmm23, dword ptr [r10 - 296]{1to16}
vpaddd zmm19, zmm29, zmm19
vpaddd zmm26, zmm19, zmm26
sha256rnds2 xmm9, xmm10, xmm0
vmovdqa32 zmm19, zmm28
vpternlogd zmm19, zmm25, zmm18, 0xca
vprord zmm29, zmm28, 6
vprord zmm23, zmm28, 11
movq xmm0, qword ptr [rsi + 1704]
vmovdqa32 zmmword ptr [r11 + 704], zmm20
vprord zmm20, zmm28, 25
vpternlogd zmm29, zmm23, zmm20, 0x96
vpaddd zmm27, zmm27, dword ptr [r10 - 412]{1to16}
sha256rnds2 xmm11, xmm12, xmm0
vpaddd zmm27, zmm27, zmm26
vpaddd zmm19, zmm27, zmm19
vpaddd zmm29, zmm19, zmm29
vpaddd zmm30, zmm30, zmm29
movq xmm0, qword ptr [rsi + 1792]
vmovdqa32 zmm19, zmm24
vpternlogd zmm19, zmm21, zmm31, 0xe8
vprord zmm27, zmm24, 2
vprord zmm20, zmm24, 13
sha256rnds2 xmm2, xmm1, xmm0
vprord zmm23, zmm24, 22
vpternlogd zmm27, zmm20, zmm23, 0x96
vpaddd zmm19, zmm29, zmm19
vpaddd zmm27, zmm19, zmm27
movq xmm0, qword ptr [rsi + 1800]
vprord zmm19, zmmword ptr [r11 + 256], 7
vprord zmm29, zmmword ptr [r11 + 256], 18
vpsrld zmm23, zmmword ptr [r11 + 256], 3
vpternlogd zmm19, zmm29, zmm23, 0x96
sha256rnds2 xmm4, xmm3, xmm0
vprord zmm23, zmm17, 17
vprord zmm29, zmm17, 19
vpsrld zmm20, zmm17, 10
movq xmm0, qword ptr [rsi + 1808]
vpternlogd zmm23, zmm29, zmm20, 0x96
vmovdqa32 zmm20, zmmword ptr [r11 + 448]
vpaddd zmm29, zmm20, zmmword ptr [r11 + 192]
vpaddd zmm19, zmm29, zmm19
sha256rnds2 xmm6, xmm5, xmm0
vpaddd zmm23, zmm19, zmm23
vmovdqa32 zmm19, zmm30
vpternlogd zmm19, zmm28, zmm25, 0xca
vprord zmm29, zmm30, 6
movq xmm0, qword ptr [rsi + 1816]
vprord zmm20, zmm30, 11
vmovdqa32 zmmword ptr [r11 + 192], zmm17
vprord zmm17, zmm30, 25
vpternlogd zmm29, zmm20, zmm17, 0x96
sha256rnds2 xmm8, xmm7, xmm0
vpaddd zmm18, zmm18, dword ptr [r10 - 408]{1to16}
vpaddd zmm18, zmm18, zmm23
vpaddd zmm19, zmm18, zmm19
vpaddd zmm29, zmm19, zmm29
movq xmm0, qword ptr [rsi + 1824]
vpaddd zmm31, zmm31, zmm29
vmovdqa32 zmm19, zmm27
vpternlogd zmm19, zmm24, zmm21, 0xe8
vprord zmm18, zmm27, 2
sha256rnds2 xmm10, xmm9, xmm0
vprord zmm17, zmm27, 13
vprord zmm20, zmm27, 22
vpternlogd zmm18, zmm17, zmm20, 0x96
vpaddd zmm19, zmm29, zmm19
movq xmm0, qword ptr [rsi + 1832]
vpaddd zmm18, zmm19, zmm18
vprord zmm19, zmmword ptr [r11 + 0], 7
vprord zmm29, zmmword ptr [r11 + 0], 18
vpsrld zmm20, zmmword ptr [r11 + 0], 3
sha256rnds2 xmm12, xmm11, xmm0
vpternlogd zmm19, zmm29, zmm20, 0x96
vprord zmm20, zmm26, 17
vprord zmm29, zmm26, 19
vpsrld zmm17, zmm26, 10
movq xmm0, qword ptr [rsi + 1920]
vpternlogd zmm20, zmm29, zmm17, 0x96
vpaddd zmm17, zmm22, zmmword ptr [r11 + 256]
vpaddd zmm19, zmm17, zmm19
vpaddd zmm20, zmm19, zmm20
sha256rnds2 xmm1, xmm2, xmm0
vmovdqa32 zmm19, zmm31
vpternlogd zmm19, zmm30, zmm28, 0xca
vprord zmm17, zmm31, 6
movq xmm0, qword ptr [rsi + 1928]
vprord zmm29, zmm31, 11
vmovdqa32 zmmword ptr [r11 + 256], zmm22
vprord zmm22, zmm31, 25
vpternlogd zmm17, zmm29, zmm22, 0x96
sha256rnds2 xmm3, xmm4, xmm0
vpaddd zmm25, zmm25, dword ptr [r10 - 404]{1to16}
vpaddd zmm25, zmm25, zmm20
vpaddd zmm19, zmm25, zmm19
vpaddd zmm17, zmm19, zmm17
movq xmm0, qword ptr [rsi + 1936]
vpaddd zmm21, zmm21, zmm17
vmovdqa32 zmm19, zmm18
vpternlogd zmm19, zmm27, zmm24, 0xe8
vprord zmm25, zmm18, 2
sha256rnds2 xmm5, xmm6, xmm0
vprord zmm22, zmm18, 13
vprord zmm29, zmm18, 22
vpternlogd zmm25, zmm22, zmm29, 0x96
vpaddd zmm19, zmm17, zmm19
movq xmm0, qword ptr [rsi + 1944]
vpaddd zmm25, zmm19, zmm25
vprord zmm19, zmmword ptr [r11 + 64], 7
vprord zmm17, zmmword ptr [r11 + 64], 18
vpsrld zmm29, zmmword ptr [r11 + 64], 3
sha256rnds2 xmm7, xmm8, xmm0
vpternlogd zmm19, zmm17, zmm29, 0x96
vprord zmm29, zmm23, 17
vprord zmm17, zmm23, 19
vpsrld zmm22, zmm23, 10
movq xmm0, qword ptr [rsi + 1952]
vpternlogd zmm29, zmm17, zmm22, 0x96
vpaddd zmm22, zmm16, zmmword ptr [r11 + 0]
vpaddd zmm19, zmm22, zmm19
vpaddd zmm29, zmm19, zmm29
sha256rnds2 xmm9, xmm10, xmm0
vmovdqa32 zmm19, zmm21
vpternlogd zmm19, zmm31, zmm30, 0xca
vprord zmm22, zmm21, 6
vprord zmm17, zmm21, 11
movq xmm0, qword ptr [rsi + 1960]
vmovdqa32 zmmword ptr [r11 + 0], zmm16
vprord zmm16, zmm21, 25
vpternlogd zmm22, zmm17, zmm16, 0x96
sha256rnds2 xmm11, xmm12, xmm0
vpaddd zmm28, zmm28, dword ptr [r10 - 400]{1to16}
vpaddd zmm28, zmm28, zmm29
vpaddd zmm19, zmm28, zmm19
vpaddd zmm22, zmm19, zmm22
movq xmm0, qword ptr [rsi + 2048]
vpaddd zmm24, zmm24, zmm22
vmovdqa32 zmm19, zmm25
vpternlogd zmm19, zmm18, zmm27, 0xe8
vprord zmm28, zmm25, 2
sha256rnds2 xmm2, xmm1, xmm0
vprord zmm16, zmm25, 13
vprord zmm17, zmm25, 22
vpternlogd zmm28, zmm16, zmm17, 0x96
vpaddd zmm19, zmm22, zmm19
movq xmm0, qword ptr [rsi + 2056]
vpaddd zmm28, zmm19, zmm28
vprord zmm19, zmmword ptr [r11 + 128], 7
vprord zmm22, zmmword ptr [r11 + 128], 18
vpsrld zmm17, zmmword ptr [r11 + 128], 3
sha256rnds2 xmm4, xmm3, xmm0
vpternlogd zmm19, zmm22, zmm17, 0x96
vprord zmm17, zmm20, 17
vprord zmm22, zmm20, 19
vpsrld zmm16, zmm20, 10
movq xmm0, qword ptr [rsi + 2064]
vpternlogd zmm17, zmm22, zmm16, 0x96
vmovdqa32 zmm16, zmmword ptr [r11 + 640]
vpaddd zmm22, zmm16, zmmword ptr [r11 + 64]
vpaddd zmm19, zmm22, zmm19
sha256rnds2 xmm6, xmm5, xmm0
vpaddd zmm17, zmm19, zmm17
vmovdqa32 zmm19, zmm24
vpternlogd zmm19, zmm21, zmm31, 0xca
vprord zmm22, zmm24, 6
movq xmm0, qword ptr [rsi + 2072]
vprord zmm16, zmm24, 11
vmovdqa32 zmmword ptr [r11 + 64], zmm20
vprord zmm20, zmm24, 25
vpternlogd zmm22, zmm16, zmm20, 0x96
sha256rnds2 xmm8, xmm7, xmm0
vpaddd zmm30, zmm30, dword ptr [r10 - 396]{1to16}
vpaddd zmm30, zmm30, zmm17
vpaddd zmm19, zmm30, zmm19
vpaddd zmm22, zmm19, zmm22
movq xmm0, qword ptr [rsi + 2080]
vpaddd zmm27, zmm27, zmm22
vmovdqa32 zmm19, zmm28
vpternlogd zmm19, zmm25, zmm18, 0xe8
sha256rnds2 xmm10, xmm9, xmm0
vprord zmm30, zmm28, 2
vprord zmm20, zmm28, 13
vprord zmm16, zmm28, 22
vpternlogd zmm30, zmm20, zmm16, 0x96
movq xmm0, qword ptr [rsi + 2088]
vpaddd zmm19, zmm22, zmm19
vpaddd zmm30, zmm19, zmm30
vprord zmm19, zmmword ptr [r11 + 512], 7
vprord zmm22, zmmword ptr [r11 + 512], 18
sha256rnds2 xmm12, xmm11, xmm0
vpsrld zmm16, zmmword ptr [r11 + 512], 3
vpternlogd zmm19, zmm22, zmm16, 0x96
vprord zmm16, zmm29, 17
vprord zmm22, zmm29, 19
movq xmm0, qword ptr [rsi + 2176]
vpsrld zmm20, zmm29, 10
vpternlogd zmm16, zmm22, zmm20, 0x96
vmovdqa32 zmm20, zmmword ptr [r11 + 704]
vpaddd zmm22, zmm20, zmmword ptr [r11 + 128]
sha256rnds2 xmm1, xmm2, xmm0
vpaddd zmm19, zmm22, zmm19
vpaddd zmm16, zmm19, zmm16
vmovdqa32 zmm19, zmm27
vpternlogd zmm19, zmm24, zmm21, 0xca
movq xmm0, qword ptr [rsi + 2184]
vprord zmm22, zmm27, 6
vprord zmm20, zmm27, 11
vmovdqa32 zmmword ptr [r11 + 128], zmm29
vprord zmm29, zmm27, 25
sha256rnds2 xmm3, xmm4, xmm0
vpternlogd zmm22, zmm20, zmm29, 0x96
vpaddd zmm31, zmm31, dword ptr [r10 - 392]{1to16}
vpaddd zmm31, zmm31, zmm16
vpaddd zmm19, zmm31, zmm19
movq xmm0, qword ptr [rsi + 2192]
vpaddd zmm22, zmm19, zmm22
vpaddd zmm18, zmm18, zmm22
vmovdqa32 zmm19, zmm30
vpternlogd zmm19, zmm28, zmm25, 0xe8
sha256rnds2 xmm5, xmm6, xmm0
vprord zmm31, zmm30, 2
vprord zmm29, zmm30, 13
vprord zmm20, zmm30, 22
vpternlogd zmm31, zmm29, zmm20, 0x96
movq xmm0, qword ptr [rsi + 2200]
vpaddd zmm19, zmm22, zmm19
vpaddd zmm31, zmm19, zmm31
vprord zmm19, zmmword ptr [r11 + 576], 7
sha256rnds2 xmm7, xmm8, xmm0
vprord zmm22, zmmword ptr [r11 + 576], 18
vpsrld zmm20, zmmword ptr [r11 + 576], 3
vpternlogd zmm19, zmm22, zmm20, 0x96
vprord zmm20, zmm17, 17
movq xmm0, qword ptr [rsi + 2208]
vprord zmm22, zmm17, 19
vpsrld zmm29, zmm17, 10
vpternlogd zmm20, zmm22, zmm29, 0x96
vmovdqa32 zmm29, zmmword ptr [r11 + 192]
sha256rnds2 xmm9, xmm10, xmm0
vpaddd zmm22, zmm29, zmmword ptr [r11 + 512]
vpaddd zmm19, zmm22, zmm19
vpaddd zmm20, zmm19, zmm20
vmovdqa32 zmm19, zmm18
movq xmm0, qword ptr [rsi + 2216]
vpternlogd zmm19, zmm27, zmm24, 0xca
vprord zmm22, zmm18, 6
vprord zmm29, zmm18, 11
vmovdqa32 zmmword ptr [r11 + 512], zmm17
sha256rnds2 xmm11, xmm12, xmm0
vprord zmm17, zmm18, 25
vpternlogd zmm22, zmm29, zmm17, 0x96
vpaddd zmm21, zmm21, dword ptr [r10 - 388]{1to16}
vpaddd zmm21, zmm21, zmm20
movq xmm0, qword ptr [rsi + 2304]
vpaddd zmm19, zmm21, zmm19
vpaddd zmm22, zmm19, zmm22
vpaddd zmm25, zmm25, zmm22
vmovdqa32 zmm19, zmm31
sha256rnds2 xmm2, xmm1, xmm0
vpternlogd zmm19, zmm30, zmm28, 0xe8
vprord zmm21, zmm31, 2
vprord zmm17, zmm31, 13
vprord zmm29, zmm31, 22
movq xmm0, qword ptr [rsi + 2312]
vpternlogd zmm21, zmm17, zmm29, 0x96
vpaddd zmm19, zmm22, zmm19
vpaddd zmm21, zmm19, zmm21
vprord zmm19, zmmword ptr [r11 + 320], 7
sha256rnds2 xmm4, xmm3, xmm0
vprord zmm22, zmmword ptr [r11 + 320], 18
vpsrld zmm29, zmmword ptr [r11 + 320], 3
vpternlogd zmm19, zmm22, zmm29, 0x96
vprord zmm29, zmm16, 17
movq xmm0, qword ptr [rsi + 2320]
vprord zmm22, zmm16, 19
vpsrld zmm17, zmm16, 10
vpternlogd zmm29, zmm22, zmm17, 0x96
sha256rnds2 xmm6, xmm5, xmm0
vpaddd zmm17, zmm26, zmmword ptr [r11 + 576]
vpaddd zmm19, zmm17, zmm19
vpaddd zmm29, zmm19, zmm29
vmovdqa32 zmm19, zmm25
movq xmm0, qword ptr [rsi + 2328]
vpternlogd zmm19, zmm18, zmm27, 0xca
vprord zmm17, zmm25, 6
vprord zmm22, zmm25, 11
vmovdqa32 zmmword ptr [r11 + 576], zmm26
sha256rnds2 xmm8, xmm7, xmm0
vprord zmm26, zmm25, 25
vpternlogd zmm17, zmm22, zmm26, 0x96
vpaddd zmm24, zmm24, dword ptr [r10 - 384]{1to16}
vpaddd zmm24, zmm24, zmm29
movq xmm0, qword ptr [rsi + 2336]
vpaddd zmm19, zmm24, zmm19
vpaddd zmm17, zmm19, zmm17
vpaddd zmm28, zmm28, zmm17
vmovdqa32 zmm19, zmm21
sha256rnds2 xmm10, xmm9, xmm0
vpternlogd zmm19, zmm31, zmm30, 0xe8
vprord zmm24, zmm21, 2
vprord zmm26, zmm21, 13
vprord zmm22, zmm21, 22
movq xmm0, qword ptr [rsi + 2344]
vpternlogd zmm24, zmm26, zmm22, 0x96
vpaddd zmm19, zmm17, zmm19
vpaddd zmm24, zmm19, zmm24
vprord zmm19, zmmword ptr [r11 + 384], 7
sha256rnds2 xmm12, xmm11, xmm0
vprord zmm17, zmmword ptr [r11 + 384], 18
vpsrld zmm22, zmmword ptr [r11 + 384], 3
vpternlogd zmm19, zmm17, zmm22, 0x96
vprord zmm22, zmm20, 17
movq xmm0, qword ptr [rsi + 2432]
vprord zmm17, zmm20, 19
vpsrld zmm26, zmm20, 10
vpternlogd zmm22, zmm17, zmm26, 0x96
vpaddd zmm26, zmm23, zmmword ptr [r11 + 320]
sha256rnds2 xmm1, xmm2, xmm0
vpaddd zmm19, zmm26, zmm19
vpaddd zmm22, zmm19, zmm22
vmovdqa32 zmm19, zmm28
movq xmm0, qword ptr [rsi + 2440]
vpternlogd zmm19, zmm25, zmm18, 0xca
vprord zmm26, zmm28, 6
vprord zmm17, zmm28, 11
vmovdqa32 zmmword ptr [r11 + 320], zmm23
sha256rnds2 xmm3, xmm4, xmm0
vprord zmm23, zmm28, 25
vpternlogd zmm26, zmm17, zmm23, 0x96
vpaddd zmm27, zmm27, dword ptr [r10 - 380]{1to16}
vpaddd zmm27, zmm27, zmm22
movq xmm0, qword ptr [rsi + 2448]
vpaddd zmm19, zmm27, zmm19
vpaddd zmm26, zmm19, zmm26
vpaddd zmm30, zmm30, zmm26
vmovdqa32 zmm19, zmm24
sha256rnds2 xmm5, xmm6, xmm0
vpternlogd zmm19, zmm21, zmm31, 0xe8
vprord zmm27, zmm24, 2
vprord zmm23, zmm24, 13
vprord zmm17, zmm24, 22
movq xmm0, qword ptr [rsi + 2456]
vpternlogd zmm27, zmm23, zmm17, 0x96
vpaddd zmm19, zmm26, zmm19
vpaddd zmm27, zmm19, zmm27
vprord zmm19, zmmword ptr [r11 + 448], 7
sha256rnds2 xmm7, xmm8, xmm0
vprord zmm26, zmmword ptr [r11 + 448], 18
vpsrld zmm17, zmmword ptr [r11 + 448], 3
vpternlogd zmm19, zmm26, zmm17, 0x96
vprord zmm17, zmm29, 17
movq xmm0, qword ptr [rsi + 2464]
vprord zmm26, zmm29, 19
vpsrld zmm23, zmm29, 10
vpternlogd zmm17, zmm26, zmm23, 0x96
vmovdqa32 zmm23, zmmword ptr [r11 + 64]
sha256rnds2 xmm9, xmm10, xmm0
vpaddd zmm26, zmm23, zmmword ptr [r11 + 384]
vpaddd zmm19, zmm26, zmm19
vpaddd zmm17, zmm19, zmm17
vmovdqa32 zmm19, zmm30
movq xmm0, qword ptr [rsi + 2472]
vpternlogd zmm19, zmm28, zmm25, 0xca
vprord zmm26, zmm30, 6
vprord zmm23, zmm30, 11
vmovdqa32 zmmword ptr [r11 + 384], zmm29
sha256rnds2 xmm11, xmm12, xmm0
vprord zmm29, zmm30, 25
vpternlogd zmm26, zmm23, zmm29, 0x96
vpaddd zmm18, zmm18, dword ptr [r10 - 376]{1to16}
movq xmm0, qword ptr [rsi + 2560]
vpaddd zmm18, zmm18, zmm17
vpaddd zmm19, zmm18, zmm19
vpaddd zmm26, zmm19, zmm26
vpaddd zmm31, zmm31, zmm26
sha256rnds2 xmm2, xmm1, xmm0
vmovdqa32 zmm19, zmm27
vpternlogd zmm19, zmm24, zmm21, 0xe8
vprord zmm18, zmm27, 2
vprord zmm29, zmm27, 13
movq xmm0, qword ptr [rsi + 2568]
vprord zmm23, zmm27, 22
vpternlogd zmm18, zmm29, zmm23, 0x96
vpaddd zmm19, zmm26, zmm19
vpaddd zmm18, zmm19, zmm18
sha256rnds2 xmm4, xmm3, xmm0
vprord zmm19, zmmword ptr [r11 + 256], 7
vprord zmm26, zmmword ptr [r11 + 256], 18
vpsrld zmm23, zmmword ptr [r11 + 256], 3
vpternlogd zmm19, zmm26, zmm23, 0x96
movq xmm0, qword ptr [rsi + 2576]
vprord zmm23, zmm22, 17
vprord zmm26, zmm22, 19
vpsrld zmm29, zmm22, 10
vpternlogd zmm23, zmm26, zmm29, 0x96
sha256rnds2 xmm6, xmm5, xmm0
vmovdqa32 zmm29, zmmword ptr [r11 + 128]
vpaddd zmm26, zmm29, zmmword ptr [r11 + 448]
vpaddd zmm19, zmm26, zmm19
vpaddd zmm23, zmm19, zmm23
movq xmm0, qword ptr [rsi + 2584]
vmovdqa32 zmm19, zmm31
vpternlogd zmm19, zmm30, zmm28, 0xca
vprord zmm26, zmm31, 6
vprord zmm29, zmm31, 11
sha256rnds2 xmm8, xmm7, xmm0
vmovdqa32 zmmword ptr [r11 + 448], zmm22
vprord zmm22, zmm31, 25
vpternlogd zmm26, zmm29, zmm22, 0x96
vpaddd zmm25, zmm25, dword ptr [r10 - 372]{1to16}
movq xmm0, qword ptr [rsi + 2592]
vpaddd zmm25, zmm25, zmm23
vpaddd zmm19, zmm25, zmm19
vpaddd zmm26, zmm19, zmm26
vpaddd zmm21, zmm21, zmm26
sha256rnds2 xmm10, xmm9, xmm0
vmovdqa32 zmm19, zmm18
vpternlogd zmm19, zmm27, zmm24, 0xe8
vprord zmm25, zmm18, 2
movq xmm0, qword ptr [rsi + 2600]
vprord zmm22, zmm18, 13
vprord zmm29, zmm18, 22
vpternlogd zmm25, zmm22, zmm29, 0x96
vpaddd zmm19, zmm26, zmm19
sha256rnds2 xmm12, xmm11, xmm0
vpaddd zmm25, zmm19, zmm25
vprord zmm19, zmmword ptr [r11 + 0], 7
vprord zmm26, zmmword ptr [r11 + 0], 18
vpsrld zmm29, zmmword ptr [r11 + 0], 3
movq xmm0, qword ptr [rsi + 2688]
vpternlogd zmm19, zmm26, zmm29, 0x96
vprord zmm29, zmm17, 17
vprord zmm26, zmm17, 19
vpsrld zmm22, zmm17, 10
sha256rnds2 xmm1, xmm2, xmm0
vpternlogd zmm29, zmm26, zmm22, 0x96
vmovdqa32 zmm22, zmmword ptr [r11 + 512]
vpaddd zmm26, zmm22, zmmword ptr [r11 + 256]
vpaddd zmm19, zmm26, zmm19
movq xmm0, qword ptr [rsi + 2696]
vpaddd zmm29, zmm19, zmm29
vmovdqa32 zmm19, zmm21
vpternlogd zmm19, zmm31, zmm30, 0xca
vprord zmm26, zmm21, 6
sha256rnds2 xmm3, xmm4, xmm0
vprord zmm22, zmm21, 11
vmovdqa32 zmmword ptr [r11 + 256], zmm17
vprord zmm17, zmm21, 25
vpternlogd zmm26, zmm22, zmm17, 0x96
movq xmm0, qword ptr [rsi + 2704]
vpaddd zmm28, zmm28, dword ptr [r10 - 368]{1to16}
vpaddd zmm28, zmm28, zmm29
vpaddd zmm19, zmm28, zmm19
vpaddd zmm26, zmm19, zmm26
sha256rnds2 xmm5, xmm6, xmm0
vpaddd zmm24, zmm24, zmm26
vmovdqa32 zmm19, zmm25
vpternlogd zmm19, zmm18, zmm27, 0xe8
vprord zmm28, zmm25, 2
movq xmm0, qword ptr [rsi + 2712]
vprord zmm17, zmm25, 13
vprord zmm22, zmm25, 22
vpternlogd zmm28, zmm17, zmm22, 0x96
sha256rnds2 xmm7, xmm8, xmm0
vpaddd zmm19, zmm26, zmm19
vpaddd zmm28, zmm19, zmm28
vprord zmm19, zmmword ptr [r11 + 640], 7
vprord zmm26, zmmword ptr [r11 + 640], 18
movq xmm0, qword ptr [rsi + 2720]
vpsrld zmm22, zmmword ptr [r11 + 640], 3
vpternlogd zmm19, zmm26, zmm22, 0x96
vprord zmm22, zmm23, 17
vprord zmm26, zmm23, 19
sha256rnds2 xmm9, xmm10, xmm0
vpsrld zmm17, zmm23, 10
vpternlogd zmm22, zmm26, zmm17, 0x96
vpaddd zmm17, zmm16, zmmword ptr [r11 + 0]
vpaddd zmm19, zmm17, zmm19
movq xmm0, qword ptr [rsi + 2728]
vpaddd zmm22, zmm19, zmm22
vmovdqa32 zmm19, zmm24
vpternlogd zmm19, zmm21, zmm31, 0xca
vprord zmm17, zmm24, 6
sha256rnds2 xmm11, xmm12, xmm0
vprord zmm26, zmm24, 11
vmovdqa32 zmmword ptr [r11 + 0], zmm16
vprord zmm16, zmm24, 25
vpternlogd zmm17, zmm26, zmm16, 0x96
movq xmm0, qword ptr [rsi + 2816]
vpaddd zmm30, zmm30, dword ptr [r10 - 364]{1to16}
vpaddd zmm30, zmm30, zmm22
vpaddd zmm19, zmm30, zmm19
vpaddd zmm17, zmm19, zmm17
sha256rnds2 xmm2, xmm1, xmm0
vpaddd zmm27, zmm27, zmm17
vmovdqa32 zmm19, zmm28
vpternlogd zmm19, zmm25, zmm18, 0xe8
vprord zmm30, zmm28, 2
movq xmm0, qword ptr [rsi + 2824]
vprord zmm16, zmm28, 13
vprord zmm26, zmm28, 22
vpternlogd zmm30, zmm16, zmm26, 0x96
vpaddd zmm19, zmm17, zmm19
sha256rnds2 xmm4, xmm3, xmm0
vpaddd zmm30, zmm19, zmm30
vprord zmm19, zmmword ptr [r11 + 704], 7
vprord zmm17, zmmword ptr [r11 + 704], 18
vpsrld zmm26, zmmword ptr [r11 + 704], 3
movq xmm0, qword ptr [rsi + 2832]
vpternlogd zmm19, zmm17, zmm26, 0x96
vprord zmm26, zmm29, 17
vprord zmm17, zmm29, 19
sha256rnds2 xmm6, xmm5, xmm0
vpsrld zmm16, zmm29, 10
vpternlogd zmm26, zmm17, zmm16, 0x96
vpaddd zmm16, zmm20, zmmword ptr [r11 + 640]
vpaddd zmm19, zmm16, zmm19
movq xmm0, qword ptr [rsi + 2840]
vpaddd zmm26, zmm19, zmm26
vmovdqa32 zmm19, zmm27
vpternlogd zmm19, zmm24, zmm21, 0xca
vprord zmm16, zmm27, 6
sha256rnds2 xmm8, xmm7, xmm0
vprord zmm17, zmm27, 11
vmovdqa32 zmmword ptr [r11 + 640], zmm20
vprord zmm20, zmm27, 25
vpternlogd zmm16, zmm17, zmm20, 0x96
movq xmm0, qword ptr [rsi + 2848]
vpaddd zmm31, zmm31, dword ptr [r10 - 360]{1to16}
vpaddd zmm31, zmm31, zmm26
vpaddd zmm19, zmm31, zmm19
vpaddd zmm16, zmm19, zmm16
sha256rnds2 xmm10, xmm9, xmm0
vpaddd zmm18, zmm18, zmm16
vmovdqa32 zmm19, zmm30
vpternlogd zmm19, zmm28, zmm25, 0xe8
vprord zmm31, zmm30, 2
movq xmm0, qword ptr [rsi + 2856]
vprord zmm20, zmm30, 13
vprord zmm17, zmm30, 22
vpternlogd zmm31, zmm20, zmm17, 0x96
vpaddd zmm19, zmm16, zmm19
sha256rnds2 xmm12, xmm11, xmm0
vpaddd zmm31, zmm19, zmm31
vprord zmm19, zmmword ptr [r11 + 192], 7
vprord zmm16, zmmword ptr [r11 + 192], 18
vpsrld zmm17, zmmword ptr [r11 + 192], 3
movq xmm0, qword ptr [rsi + 2944]
vpternlogd zmm19, zmm16, zmm17, 0x96
vprord zmm17, zmm22, 17
vprord zmm16, zmm22, 19
vpsrld zmm20, zmm22, 10
sha256rnds2 xmm1, xmm2, xmm0
vpternlogd zmm17, zmm16, zmm20, 0x96
vmovdqa32 zmm20, zmmword ptr [r11 + 384]
vpaddd zmm16, zmm20, zmmword ptr [r11 + 704]
vpaddd zmm19, zmm16, zmm19
movq xmm0, qword ptr [rsi + 2952]
vpaddd zmm17, zmm19, zmm17
vmovdqa32 zmm19, zmm18
vpternlogd zmm19, zmm27, zmm24, 0xca
sha256rnds2 xmm3, xmm4, xmm0
vprord zmm16, zmm18, 6
vprord zmm20, zmm18, 11
vmovdqa32 zmmword ptr [r11 + 704], zmm22
vprord zmm22, zmm18, 25
movq xmm0, qword ptr [rsi + 2960]
vpternlogd zmm16, zmm20, zmm22, 0x96
vpaddd zmm21, zmm21, dword ptr [r10 - 356]{1to16}
vpaddd zmm21, zmm21, zmm17
vpaddd zmm19, zmm21, zmm19
sha256rnds2 xmm5, xmm6, xmm0
vpaddd zmm16, zmm19, zmm16
vpaddd zmm25, zmm25, zmm16
vmovdqa32 zmm19, zmm31
vpternlogd zmm19, zmm30, zmm28, 0xe8
movq xmm0, qword ptr [rsi + 2968]
vprord zmm21, zmm31, 2
vprord zmm22, zmm31, 13
vprord zmm20, zmm31, 22
vpternlogd zmm21, zmm22, zmm20, 0x96
sha256rnds2 xmm7, xmm8, xmm0
vpaddd zmm19, zmm16, zmm19
vpaddd zmm21, zmm19, zmm21
vprord zmm19, zmmword ptr [r11 + 576], 7
vprord zmm16, zmmword ptr [r11 + 576], 18
movq xmm0, qword ptr [rsi + 2976]
vpsrld zmm20, zmmword ptr [r11 + 576], 3
vpternlogd zmm19, zmm16, zmm20, 0x96
vprord zmm20, zmm26, 17
vprord zmm16, zmm26, 19
sha256rnds2 xmm9, xmm10, xmm0
vpsrld zmm22, zmm26, 10
vpternlogd zmm20, zmm16, zmm22, 0x96
vmovdqa32 zmm22, zmmword ptr [r11 + 448]
vpaddd zmm16, zmm22, zmmword ptr [r11 + 192]
movq xmm0, qword ptr [rsi + 2984]
vpaddd zmm19, zmm16, zmm19
vpaddd zmm20, zmm19, zmm20
vmovdqa32 zmm19, zmm25
vpternlogd zmm19, zmm18, zmm27, 0xca
sha256rnds2 xmm11, xmm12, xmm0
vprord zmm16, zmm25, 6
vprord zmm22, zmm25, 11
vmovdqa32 zmmword ptr [r11 + 192], zmm26
vprord zmm26, zmm25, 25
movq xmm0, qword ptr [rsi + 3072]
vpternlogd zmm16, zmm22, zmm26, 0x96
vpaddd zmm24, zmm24, dword ptr [r10 - 352]{1to16}
vpaddd zmm24, zmm24, zmm20
sha256rnds2 xmm2, xmm1, xmm0
vpaddd zmm19, zmm24, zmm19
vpaddd zmm16, zmm19, zmm16
vpaddd zmm28, zmm28, zmm16
vmovdqa32 zmm19, zmm21
movq xmm0, qword ptr [rsi + 3080]
vpternlogd zmm19, zmm31, zmm30, 0xe8
vprord zmm24, zmm21, 2
vprord zmm26, zmm21, 13
vprord zmm22, zmm21, 22
sha256rnds2 xmm4, xmm3, xmm0
vpternlogd zmm24, zmm26, zmm22, 0x96
vpaddd zmm19, zmm16, zmm19
vpaddd zmm24, zmm19, zmm24
vprord zmm19, zmmword ptr [r11 + 320], 7
movq xmm0, qword ptr [rsi + 3088]
vprord zmm16, zmmword ptr [r11 + 320], 18
vpsrld zmm22, zmmword ptr [r11 + 320], 3
vpternlogd zmm19, zmm16, zmm22, 0x96
vprord zmm22, zmm17, 17
sha256rnds2 xmm6, xmm5, xmm0
vprord zmm16, zmm17, 19
vpsrld zmm26, zmm17, 10
vpternlogd zmm22, zmm16, zmm26, 0x96
vmovdqa32 zmm26, zmmword ptr [r11 + 256]
movq xmm0, qword ptr [rsi + 3096]
vpaddd zmm16, zmm26, zmmword ptr [r11 + 576]
vpaddd zmm19, zmm16, zmm19
vpaddd zmm22, zmm19, zmm22
vmovdqa32 zmm19, zmm28
sha256rnds2 xmm8, xmm7, xmm0
vpternlogd zmm19, zmm25, zmm18, 0xca
vprord zmm16, zmm28, 6
vprord zmm26, zmm28, 11
vmovdqa32 zmmword ptr [r11 + 576], zmm17
movq xmm0, qword ptr [rsi + 3104]
vprord zmm17, zmm28, 25
vpternlogd zmm16, zmm26, zmm17, 0x96
vpaddd zmm27, zmm27, dword ptr [r10 - 348]{1to16}
vpaddd zmm27, zmm27, zmm22
sha256rnds2 xmm10, xmm9, xmm0
vpaddd zmm19, zmm27, zmm19
vpaddd zmm16, zmm19, zmm16
vpaddd zmm30, zmm30, zmm16
movq xmm0, qword ptr [rsi + 3112]
vmovdqa32 zmm19, zmm24
vpternlogd zmm19, zmm21, zmm31, 0xe8
vprord zmm27, zmm24, 2
vprord zmm17, zmm24, 13
sha256rnds2 xmm12, xmm11, xmm0
vprord zmm26, zmm24, 22
vpternlogd zmm27, zmm17, zmm26, 0x96
vpaddd zmm19, zmm16, zmm19
vpaddd zmm27, zmm19, zmm27
movq xmm0, qword ptr [rsi + 3200]
vprord zmm19, zmmword ptr [r11 + 64], 7
vprord zmm16, zmmword ptr [r11 + 64], 18
vpsrld zmm26, zmmword ptr [r11 + 64], 3
vpternlogd zmm19, zmm16, zmm26, 0x96
sha256rnds2 xmm1, xmm2, xmm0
vprord zmm26, zmm20, 17
vprord zmm16, zmm20, 19
vpsrld zmm17, zmm20, 10
vpternlogd zmm26, zmm16, zmm17, 0x96
movq xmm0, qword ptr [rsi + 3208]
vpaddd zmm17, zmm23, zmmword ptr [r11 + 320]
vpaddd zmm19, zmm17, zmm19
vpaddd zmm26, zmm19, zmm26
vmovdqa32 zmm19, zmm30
sha256rnds2 xmm3, xmm4, xmm0
vpternlogd zmm19, zmm28, zmm25, 0xca
vprord zmm17, zmm30, 6
vprord zmm16, zmm30, 11
vmovdqa32 zmmword ptr [r11 + 320], zmm23
movq xmm0, qword ptr [rsi + 3216]
vprord zmm23, zmm30, 25
vpternlogd zmm17, zmm16, zmm23, 0x96
vpaddd zmm18, zmm18, dword ptr [r10 - 344]{1to16}
vpaddd zmm18, zmm18, zmm26
sha256rnds2 xmm5, xmm6, xmm0
vpaddd zmm19, zmm18, zmm19
vpaddd zmm17, zmm19, zmm17
vpaddd zmm31, zmm31, zmm17
vmovdqa32 zmm19, zmm27
movq xmm0, qword ptr [rsi + 3224]
vpternlogd zmm19, zmm24, zmm21, 0xe8
vprord zmm18, zmm27, 2
vprord zmm23, zmm27, 13
vprord zmm16, zmm27, 22
sha256rnds2 xmm7, xmm8, xmm0
vpternlogd zmm18, zmm23, zmm16, 0x96
vpaddd zmm19, zmm17, zmm19
vpaddd zmm18, zmm19, zmm18
movq xmm0, qword ptr [rsi + 3232]
vprord zmm19, zmmword ptr [r11 + 128], 7
vprord zmm17, zmmword ptr [r11 + 128], 18
vpsrld zmm16, zmmword ptr [r11 + 128], 3
vpternlogd zmm19, zmm17, zmm16, 0x96
sha256rnds2 xmm9, xmm10, xmm0
vprord zmm16, zmm22, 17
vprord zmm17, zmm22, 19
vpsrld zmm23, zmm22, 10
vpternlogd zmm16, zmm17, zmm23, 0x96
movq xmm0, qword ptr [rsi + 3240]
vpaddd zmm23, zmm29, zmmword ptr [r11 + 64]
vpaddd zmm19, zmm23, zmm19
vpaddd zmm16, zmm19, zmm16
vmovdqa32 zmm19, zmm31
sha256rnds2 xmm11, xmm12, xmm0
vpternlogd zmm19, zmm30, zmm28, 0xca
vprord zmm23, zmm31, 6
vprord zmm17, zmm31, 11
vmovdqa32 zmmword ptr [r11 + 64], zmm29
movq xmm0, qword ptr [rsi + 3328]
vprord zmm29, zmm31, 25
vpternlogd zmm23, zmm17, zmm29, 0x96
vpaddd zmm25, zmm25, dword ptr [r10 - 340]{1to16}
vpaddd zmm25, zmm25, zmm16
sha256rnds2 xmm2, xmm1, xmm0
vpaddd zmm19, zmm25, zmm19
vpaddd zmm23, zmm19, zmm23
vpaddd zmm21, zmm21, zmm23
vmovdqa32 zmm19, zmm18
movq xmm0, qword ptr [rsi + 3336]
vpternlogd zmm19, zmm27, zmm24, 0xe8
vprord zmm25, zmm18, 2
vprord zmm29, zmm18, 13
vprord zmm17, zmm18, 22
sha256rnds2 xmm4, xmm3, xmm0
vpternlogd zmm25, zmm29, zmm17, 0x96
vpaddd zmm19, zmm23, zmm19
vpaddd zmm25, zmm19, zmm25
vprord zmm19, zmmword ptr [r11 + 512], 7
movq xmm0, qword ptr [rsi + 3344]
vprord zmm23, zmmword ptr [r11 + 512], 18
vpsrld zmm17, zmmword ptr [r11 + 512], 3
vpternlogd zmm19, zmm23, zmm17, 0x96
vprord zmm17, zmm26, 17
sha256rnds2 xmm6, xmm5, xmm0
vprord zmm23, zmm26, 19
vpsrld zmm29, zmm26, 10
vpternlogd zmm17, zmm23, zmm29, 0x96
movq xmm0, qword ptr [rsi + 3352]
vmovdqa32 zmm29, zmmword ptr [r11 + 704]
vpaddd zmm23, zmm29, zmmword ptr [r11 + 128]
vpaddd zmm19, zmm23, zmm19
vpaddd zmm17, zmm19, zmm17
sha256rnds2 xmm8, xmm7, xmm0
vmovdqa32 zmm19, zmm21
vpternlogd zmm19, zmm31, zmm30, 0xca
vprord zmm23, zmm21, 6
vprord zmm29, zmm21, 11
movq xmm0, qword ptr [rsi + 3360]
vmovdqa32 zmmword ptr [r11 + 128], zmm26
vprord zmm26, zmm21, 25
vpternlogd zmm23, zmm29, zmm26, 0x96
vpaddd zmm28, zmm28, dword ptr [r10 - 336]{1to16}
sha256rnds2 xmm10, xmm9, xmm0
vpaddd zmm28, zmm28, zmm17
vpaddd zmm19, zmm28, zmm19
vpaddd zmm23, zmm19, zmm23
vpaddd zmm24, zmm24, zmm23
movq xmm0, qword ptr [rsi + 3368]
vmovdqa32 zmm19, zmm25
vpternlogd zmm19, zmm18, zmm27, 0xe8
vprord zmm28, zmm25, 2
vprord zmm26, zmm25, 13
sha256rnds2 xmm12, xmm11, xmm0
vprord zmm29, zmm25, 22
vpternlogd zmm28, zmm26, zmm29, 0x96
vpaddd zmm19, zmm23, zmm19
vpaddd zmm28, zmm19, zmm28
movq xmm0, qword ptr [rsi + 3456]
vprord zmm19, zmmword ptr [r11 + 0], 7
vprord zmm23, zmmword ptr [r11 + 0], 18
vpsrld zmm29, zmmword ptr [r11 + 0], 3
vpternlogd zmm19, zmm23, zmm29, 0x96
sha256rnds2 xmm1, xmm2, xmm0
vprord zmm29, zmm16, 17
vprord zmm23, zmm16, 19
vpsrld zmm26, zmm16, 10
vpternlogd zmm29, zmm23, zmm26, 0x96
movq xmm0, qword ptr [rsi + 3464]
vmovdqa32 zmm26, zmmword ptr [r11 + 192]
vpaddd zmm23, zmm26, zmmword ptr [r11 + 512]
vpaddd zmm19, zmm23, zmm19
sha256rnds2 xmm3, xmm4, xmm0
vpaddd zmm29, zmm19, zmm29
vmovdqa32 zmm19, zmm24
vpternlogd zmm19, zmm21, zmm31, 0xca
vprord zmm23, zmm24, 6
movq xmm0, qword ptr [rsi + 3472]
vprord zmm26, zmm24, 11
vmovdqa32 zmmword ptr [r11 + 512], zmm16
vprord zmm16, zmm24, 25
vpternlogd zmm23, zmm26, zmm16, 0x96
sha256rnds2 xmm5, xmm6, xmm0
vpaddd zmm30, zmm30, dword ptr [r10 - 332]{1to16}
vpaddd zmm30, zmm30, zmm29
vpaddd zmm19, zmm30, zmm19
vpaddd zmm23, zmm19, zmm23
movq xmm0, qword ptr [rsi + 3480]
vpaddd zmm27, zmm27, zmm23
vmovdqa32 zmm19, zmm28
vpternlogd zmm19, zmm25, zmm18, 0xe8
vprord zmm30, zmm28, 2
sha256rnds2 xmm7, xmm8, xmm0
vprord zmm16, zmm28, 13
vprord zmm26, zmm28, 22
vpternlogd zmm30, zmm16, zmm26, 0x96
vpaddd zmm19, zmm23, zmm19
movq xmm0, qword ptr [rsi + 3488]
vpaddd zmm30, zmm19, zmm30
vprord zmm19, zmmword ptr [r11 + 640], 7
vprord zmm23, zmmword ptr [r11 + 640], 18
vpsrld zmm26, zmmword ptr [r11 + 640], 3
sha256rnds2 xmm9, xmm10, xmm0
vpternlogd zmm19, zmm23, zmm26, 0x96
vprord zmm26, zmm17, 17
vprord zmm23, zmm17, 19
vpsrld zmm16, zmm17, 10
movq xmm0, qword ptr [rsi + 3496]
vpternlogd zmm26, zmm23, zmm16, 0x96
vmovdqa32 zmm16, zmmword ptr [r11 + 576]
vpaddd zmm23, zmm16, zmmword ptr [r11 + 0]
vpaddd zmm19, zmm23, zmm19
sha256rnds2 xmm11, xmm12, xmm0
vpaddd zmm26, zmm19, zmm26
vmovdqa32 zmm19, zmm27
vpternlogd zmm19, zmm24, zmm21, 0xca
vprord zmm23, zmm27, 6
movq xmm0, qword ptr [rsi + 3584]
vprord zmm16, zmm27, 11
vmovdqa32 zmmword ptr [r11 + 0], zmm17
vprord zmm17, zmm27, 25
sha256rnds2 xmm2, xmm1, xmm0
vpternlogd zmm23, zmm16, zmm17, 0x96
vpaddd zmm31, zmm31, dword ptr [r10 - 328]{1to16}
vpaddd zmm31, zmm31, zmm26
vpaddd zmm19, zmm31, zmm19
movq xmm0, qword ptr [rsi + 3592]
vpaddd zmm23, zmm19, zmm23
vpaddd zmm18, zmm18, zmm23
vmovdqa32 zmm19, zmm30
vpternlogd zmm19, zmm28, zmm25, 0xe8
sha256rnds2 xmm4, xmm3, xmm0
vprord zmm31, zmm30, 2
vprord zmm17, zmm30, 13
vprord zmm16, zmm30, 22
vpternlogd zmm31, zmm17, zmm16, 0x96
movq xmm0, qword ptr [rsi + 3600]
vpaddd zmm19, zmm23, zmm19
vpaddd zmm31, zmm19, zmm31
vprord zmm19, zmmword ptr [r11 + 384], 7
vprord zmm23, zmmword ptr [r11 + 384], 18
sha256rnds2 xmm6, xmm5, xmm0
vpsrld zmm16, zmmword ptr [r11 + 384], 3
vpternlogd zmm19, zmm23, zmm16, 0x96
vprord zmm16, zmm29, 17
vprord zmm23, zmm29, 19
movq xmm0, qword ptr [rsi + 3608]
vpsrld zmm17, zmm29, 10
vpternlogd zmm16, zmm23, zmm17, 0x96
vpaddd zmm20, zmm20, zmmword ptr [r11 + 640]
vpaddd zmm19, zmm20, zmm19
sha256rnds2 xmm8, xmm7, xmm0
vpaddd zmm16, zmm19, zmm16
vmovdqa32 zmm19, zmm18
vpternlogd zmm19, zmm27, zmm24, 0xca
vprord zmm20, zmm18, 6
movq xmm0, qword ptr [rsi + 3616]
vprord zmm17, zmm18, 11
vprord zmm23, zmm18, 25
vpternlogd zmm20, zmm17, zmm23, 0x96
vpaddd zmm21, zmm21, dword ptr [r10 - 324]{1to16}
sha256rnds2 xmm10, xmm9, xmm0
vpaddd zmm21, zmm21, zmm16
vpaddd zmm19, zmm21, zmm19
vpaddd zmm20, zmm19, zmm20
vpaddd zmm25, zmm25, zmm20
movq xmm0, qword ptr [rsi + 3624]
vmovdqa32 zmm19, zmm31
vpternlogd zmm19, zmm30, zmm28, 0xe8
vprord zmm21, zmm31, 2
sha256rnds2 xmm12, xmm11, xmm0
vprord zmm23, zmm31, 13
vprord zmm17, zmm31, 22
vpternlogd zmm21, zmm23, zmm17, 0x96
vpaddd zmm19, zmm20, zmm19
movq xmm0, qword ptr [rsi + 3712]
vpaddd zmm21, zmm19, zmm21
vprord zmm19, zmmword ptr [r11 + 448], 7
vprord zmm20, zmmword ptr [r11 + 448], 18
vpsrld zmm17, zmmword ptr [r11 + 448], 3
sha256rnds2 xmm1, xmm2, xmm0
vpternlogd zmm19, zmm20, zmm17, 0x96
vprord zmm17, zmm26, 17
vprord zmm20, zmm26, 19
vpsrld zmm23, zmm26, 10
movq xmm0, qword ptr [rsi + 3720]
vpternlogd zmm17, zmm20, zmm23, 0x96
vpaddd zmm22, zmm22, zmmword ptr [r11 + 384]
vpaddd zmm19, zmm22, zmm19
vpaddd zmm17, zmm19, zmm17
sha256rnds2 xmm3, xmm4, xmm0
vmovdqa32 zmm19, zmm25
vpternlogd zmm19, zmm18, zmm27, 0xca
vprord zmm22, zmm25, 6
vprord zmm23, zmm25, 11
movq xmm0, qword ptr [rsi + 3728]
vprord zmm20, zmm25, 25
vpternlogd zmm22, zmm23, zmm20, 0x96
vpaddd zmm24, zmm24, dword ptr [r10 - 320]{1to16}
vpaddd zmm24, zmm24, zmm17
sha256rnds2 xmm5, xmm6, xmm0
vpaddd zmm19, zmm24, zmm19
vpaddd zmm22, zmm19, zmm22
vpaddd zmm28, zmm28, zmm22
vmovdqa32 zmm19, zmm21
movq xmm0, qword ptr [rsi + 3736]
vpternlogd zmm19, zmm31, zmm30, 0xe8
vprord zmm24, zmm21, 2
vprord zmm20, zmm21, 13
vprord zmm23, zmm21, 22
sha256rnds2 xmm7, xmm8, xmm0
vpternlogd zmm24, zmm20, zmm23, 0x96
vpaddd zmm19, zmm22, zmm19
vpaddd zmm24, zmm19, zmm24
vprord zmm19, zmmword ptr [r11 + 256], 7
movq xmm0, qword ptr [rsi + 3744]
vprord zmm22, zmmword ptr [r11 + 256], 18
vpsrld zmm23, zmmword ptr [r11 + 256], 3
vpternlogd zmm19, zmm22, zmm23, 0x96
sha256rnds2 xmm9, xmm10, xmm0
vprord zmm23, zmm16, 17
vprord zmm22, zmm16, 19
vpsrld zmm20, zmm16, 10
vpternlogd zmm23, zmm22, zmm20, 0x96
movq xmm0, qword ptr [rsi + 3752]
vmovdqa32 zmm20, zmmword ptr [r11 + 128]
vpaddd zmm20, zmm20, zmmword ptr [r11 + 448]
vpaddd zmm19, zmm20, zmm19
vpaddd zmm23, zmm19, zmm23
sha256rnds2 xmm11, xmm12, xmm0
vmovdqa32 zmm19, zmm28
vpternlogd zmm19, zmm25, zmm18, 0xca
vprord zmm20, zmm28, 6
vprord zmm22, zmm28, 11
movq xmm0, qword ptr [rsi + 3840]
vmovdqa32 zmmword ptr [r11 + 448], zmm16
vprord zmm16, zmm28, 25
vpternlogd zmm20, zmm22, zmm16, 0x96
vpaddd zmm27, zmm27, dword ptr [r10 - 316]{1to16}
sha256rnds2 xmm2, xmm1, xmm0
vpaddd zmm27, zmm27, zmm23
vpaddd zmm19, zmm27, zmm19
vpaddd zmm20, zmm19, zmm20
vpaddd zmm30, zmm30, zmm20
movq xmm0, qword ptr [rsi + 3848]
vmovdqa32 zmm19, zmm24
vpternlogd zmm19, zmm21, zmm31, 0xe8
vprord zmm27, zmm24, 2
vprord zmm16, zmm24, 13
sha256rnds2 xmm4, xmm3, xmm0
vprord zmm22, zmm24, 22
vpternlogd zmm27, zmm16, zmm22, 0x96
vpaddd zmm19, zmm20, zmm19
vpaddd zmm27, zmm19, zmm27
movq xmm0, qword ptr [rsi + 3856]
vprord zmm19, zmmword ptr [r11 + 320], 7
vprord zmm20, zmmword ptr [r11 + 320], 18
vpsrld zmm22, zmmword ptr [r11 + 320], 3
vpternlogd zmm19, zmm20, zmm22, 0x96
sha256rnds2 xmm6, xmm5, xmm0
vprord zmm22, zmm17, 17
vprord zmm20, zmm17, 19
vpsrld zmm17, zmm17, 10
movq xmm0, qword ptr [rsi + 3864]
vpternlogd zmm22, zmm20, zmm17, 0x96
vmovdqa32 zmm17, zmmword ptr [r11 + 512]
vpaddd zmm17, zmm17, zmmword ptr [r11 + 256]
vpaddd zmm19, zmm17, zmm19
sha256rnds2 xmm8, xmm7, xmm0
vpaddd zmm22, zmm19, zmm22
vmovdqa32 zmm19, zmm30
vpternlogd zmm19, zmm28, zmm25, 0xca
vprord zmm17, zmm30, 6
movq xmm0, qword ptr [rsi + 3872]
vprord zmm20, zmm30, 11
vprord zmm16, zmm30, 25
vpternlogd zmm17, zmm20, zmm16, 0x96
vpaddd zmm18, zmm18, dword ptr [r10 - 312]{1to16}
sha256rnds2 xmm10, xmm9, xmm0
vpaddd zmm18, zmm18, zmm22
vpaddd zmm19, zmm18, zmm19
vpaddd zmm17, zmm19, zmm17
vpaddd zmm31, zmm31, zmm17
movq xmm0, qword ptr [rsi + 3880]
vmovdqa32 zmm19, zmm27
vpternlogd zmm19, zmm24, zmm21, 0xe8
vprord zmm18, zmm27, 2
vprord zmm16, zmm27, 13
sha256rnds2 xmm12, xmm11, xmm0
vprord zmm20, zmm27, 22
vpternlogd zmm18, zmm16, zmm20, 0x96
vpaddd zmm19, zmm17, zmm19
vpaddd zmm18, zmm19, zmm18
paddd xmm2, xmmword ptr [rcx + 32]
vprord zmm19, zmmword ptr [r11 + 64], 7
vprord zmm17, zmmword ptr [r11 + 64], 18
vpsrld zmm20, zmmword ptr [r11 + 64], 3
vpternlogd zmm19, zmm17, zmm20, 0x96
movdqa xmmword ptr [rdx + 0], xmm2
vprord zmm20, zmm23, 17
vprord zmm17, zmm23, 19
vpsrld zmm23, zmm23, 10
vpternlogd zmm20, zmm17, zmm23, 0x96
paddd xmm1, xmmword ptr [rcx + 48]
vmovdqa32 zmm23, zmmword ptr [r11 + 0]
vpaddd zmm23, zmm23, zmmword ptr [r11 + 320]
vpaddd zmm19, zmm23, zmm19
vpaddd zmm20, zmm19, zmm20
movdqa xmmword ptr [rdx + 16], xmm1
vmovdqa32 zmm19, zmm31
vpternlogd zmm19, zmm30, zmm28, 0xca
vprord zmm23, zmm31, 6
paddd xmm4, xmmword ptr [rcx + 96]
vprord zmm17, zmm31, 11
vprord zmm16, zmm31, 25
vpternlogd zmm23, zmm17, zmm16, 0x96
vpaddd zmm25, zmm25, dword ptr [r10 - 308]{1to16}
movdqa xmmword ptr [rdx + 32], xmm4
vpaddd zmm25, zmm25, zmm20
vpaddd zmm19, zmm25, zmm19
vpaddd zmm23, zmm19, zmm23
vpaddd zmm23, zmm21, zmm23
paddd xmm3, xmmword ptr [rcx + 112]
vprord zmm21, zmmword ptr [r11 + 704], 7
vprord zmm19, zmmword ptr [r11 + 704], 18
vpsrld zmm25, zmmword ptr [r11 + 704], 3
vpternlogd zmm21, zmm19, zmm25, 0x96
movdqa xmmword ptr [rdx + 48], xmm3
vprord zmm25, zmm22, 17
vprord zmm19, zmm22, 19
vpsrld zmm22, zmm22, 10
vpternlogd zmm25, zmm19, zmm22, 0x96
paddd xmm6, xmmword ptr [rcx + 160]
vpaddd zmm29, zmm29, zmmword ptr [r11 + 64]
vpaddd zmm21, zmm29, zmm21
vpaddd zmm25, zmm21, zmm25
vmovdqa32 zmm21, zmm23
movdqa xmmword ptr [rdx + 64], xmm6
vpternlogd zmm21, zmm31, zmm30, 0xca
vprord zmm29, zmm23, 6
vprord zmm22, zmm23, 11
vprord zmm19, zmm23, 25
paddd xmm5, xmmword ptr [rcx + 176]
vpternlogd zmm29, zmm22, zmm19, 0x96
vpaddd zmm28, zmm28, dword ptr [r10 - 304]{1to16}
vpaddd zmm28, zmm28, zmm25
vpaddd zmm21, zmm28, zmm21
movdqa xmmword ptr [rdx + 80], xmm5
vpaddd zmm29, zmm21, zmm29
vpaddd zmm29, zmm24, zmm29
vprord zmm24, zmmword ptr [r11 + 192], 7
vprord zmm21, zmmword ptr [r11 + 192], 18
paddd xmm8, xmmword ptr [rcx + 224]
vpsrld zmm28, zmmword ptr [r11 + 192], 3
vpternlogd zmm24, zmm21, zmm28, 0x96
vprord zmm28, zmm20, 17
vprord zmm21, zmm20, 19
movdqa xmmword ptr [rdx + 96], xmm8
vpsrld zmm20, zmm20, 10
vpternlogd zmm28, zmm21, zmm20, 0x96
vpaddd zmm26, zmm26, zmmword ptr [r11 + 704]
paddd xmm7, xmmword ptr [rcx + 240]
vpaddd zmm24, zmm26, zmm24
vpaddd zmm28, zmm24, zmm28
vmovdqa32 zmm24, zmm29
vpternlogd zmm24, zmm23, zmm31, 0xca
movdqa xmmword ptr [rdx + 112], xmm7
vprord zmm26, zmm29, 6
vprord zmm20, zmm29, 11
vprord zmm21, zmm29, 25
vpternlogd zmm26, zmm20, zmm21, 0x96
paddd xmm10, xmmword ptr [rcx + 288]
vpaddd zmm30, zmm30, dword ptr [r10 - 300]{1to16}
vpaddd zmm28, zmm30, zmm28
vpaddd zmm24, zmm28, zmm24
vpaddd zmm26, zmm24, zmm26
movdqa xmmword ptr [rdx + 128], xmm10
vpaddd zmm26, zmm27, zmm26
vprord zmm27, zmmword ptr [r11 + 576], 7
vprord zmm24, zmmword ptr [r11 + 576], 18
vpsrld zmm28, zmmword ptr [r11 + 576], 3
paddd xmm9, xmmword ptr [rcx + 304]
vpternlogd zmm27, zmm24, zmm28, 0x96
vprord zmm28, zmm25, 17
vprord zmm24, zmm25, 19
vpsrld zmm25, zmm25, 10
movdqa xmmword ptr [rdx + 144], xmm9
vpternlogd zmm28, zmm24, zmm25, 0x96
vmovdqa32 zmm25, zmmword ptr [r11 + 448]
vpaddd zmm25, zmm25, zmmword ptr [r11 + 192]
vpaddd zmm27, zmm25, zmm27
paddd xmm12, xmmword ptr [rcx + 352]
vpaddd zmm28, zmm27, zmm28
vpternlogd zmm29, zmm23, zmm26, 0xe4
vprord zmm23, zmm26, 6
vprord zmm27, zmm26, 11
movdqa xmmword ptr [rdx + 160], xmm12
vprord zmm26, zmm26, 25
vpternlogd zmm23, zmm27, zmm26, 0x96
vpaddd zmm31, zmm18, zmm31
vpaddd zmm28, zmm31, zmm28
paddd xmm11, xmmword ptr [rcx + 368]
vpaddd zmm29, zmm28, zmm29
vpaddd zmm23, zmm29, zmm23
vmovdqa32 zmmword ptr [r9], zmm23
movdqa xmmword ptr [rdx + 176], xmm11
add rsi, 48
add rcx, 384
add rdx, 192
add r8, 512
add r9, 64
dec eax
jnz 4b
vzeroupper
pop r12
ret
