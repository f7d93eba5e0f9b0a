#include "kinds.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define TARGET __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512vnni")))
#define INLINE static inline __attribute__((always_inline)) TARGET

// Two 8-lane halves of 64-bit sums, even and odd outputs, to 16 saturated int16 in order.
INLINE __m256i join(__m512i even, __m512i odd) {
  __m128i e = _mm512_cvtsepi64_epi16(even), o = _mm512_cvtsepi64_epi16(odd);
  return _mm256_set_m128i(_mm_unpackhi_epi16(e, o), _mm_unpacklo_epi16(e, o));
}

// (acc · m + 2^(shift-1)) >> shift in 64 bits, for even lanes; odd lanes come shifted down by 32 bits.
INLINE __m512i scaled(__m512i acc, __m512i m, __m512i half, __m128i shift) {
  return _mm512_sra_epi64(_mm512_add_epi64(_mm512_mul_epi32(acc, m), half), shift);
}

INLINE __m256i requantize(__m512i acc, __m512i m, __m512i half, __m128i shift) {
  return join(scaled(acc, m, half, shift), scaled(_mm512_srli_epi64(acc, 32), _mm512_srli_epi64(m, 32), half, shift));
}

INLINE __m256i activate(__m256i v, int activation, const int16_t *residual, __mmask16 lanes) {
  if (activation == vc_leaky) return _mm256_max_epi16(v, _mm256_srai_epi16(v, 3));
  if (activation == vc_residual) return _mm256_adds_epi16(v, _mm256_maskz_loadu_epi16(lanes, residual));
  return v;
}

// A tile of P positions by V vectors of 16 outputs stays in registers over the whole sum.
#define TILE(P, V)                                                                                                             \
  INLINE void tile_##P##_##V(const struct vc_pointwise *p, const int16_t *x, int64_t xs, const int16_t *r, int64_t rs,         \
                             int16_t *y, int64_t ys, int32_t block) {                                                          \
    int64_t pairs = p->inputs / 2;                                                                                             \
    const int16_t *w = p->packed + (int64_t)block * pairs * 32;                                                                \
    __m512i acc[P][V];                                                                                                         \
    for (int v = 0; v < V; ++v)                                                                                                \
      for (int q = 0; q < P; ++q) acc[q][v] = _mm512_loadu_si512(p->bias + (block + v) * 16);                                  \
    for (int64_t k = 0; k < pairs; ++k) {                                                                                      \
      __m512i wv[V];                                                                                                           \
      for (int v = 0; v < V; ++v) wv[v] = _mm512_loadu_si512(w + (v * pairs + k) * 32);                                        \
      for (int q = 0; q < P; ++q) {                                                                                            \
        int32_t pair;                                                                                                          \
        __builtin_memcpy(&pair, x + q * xs + 2 * k, 4);                                                                        \
        __m512i xv = _mm512_set1_epi32(pair);                                                                                  \
        for (int v = 0; v < V; ++v) acc[q][v] = _mm512_dpwssd_epi32(acc[q][v], xv, wv[v]);                                     \
      }                                                                                                                        \
    }                                                                                                                          \
    __m512i half = _mm512_set1_epi64((int64_t)1 << (p->shift - 1));                                                            \
    __m128i shift = _mm_cvtsi32_si128(p->shift);                                                                               \
    for (int v = 0; v < V; ++v) {                                                                                              \
      int32_t left = p->outputs - (block + v) * 16;                                                                            \
      __mmask16 lanes = left >= 16 ? 0xFFFF : (__mmask16)((1u << left) - 1);                                                   \
      __m512i m = _mm512_loadu_si512(p->multiplier + (block + v) * 16);                                                        \
      for (int q = 0; q < P; ++q) {                                                                                            \
        int64_t at = (block + v) * 16;                                                                                         \
        __m256i out = activate(requantize(acc[q][v], m, half, shift), p->activation, r + q * rs + at, lanes);                  \
        _mm256_mask_storeu_epi16(y + q * ys + at, lanes, out);                                                                 \
      }                                                                                                                        \
    }                                                                                                                          \
  }

TILE(8, 3)
TILE(8, 2)
TILE(8, 1)
TILE(1, 3)
TILE(1, 2)
TILE(1, 1)

#define SWEEP(P)                                                                                                               \
  for (; i + P <= positions; i += P) {                                                                                         \
    const int16_t *xi = x + i * xStride, *ri = residual ? residual + i * residualStride : x;                                   \
    int64_t rs = residual ? residualStride : 0;                                                                                \
    int16_t *yi = y + i * yStride;                                                                                             \
    if (width == 3) tile_##P##_3(p, xi, xStride, ri, rs, yi, yStride, block);                                                  \
    else if (width == 2) tile_##P##_2(p, xi, xStride, ri, rs, yi, yStride, block);                                             \
    else tile_##P##_1(p, xi, xStride, ri, rs, yi, yStride, block);                                                             \
  }

TARGET VC_POINTWISE(vc_pointwise_avx512vnni) {
  int32_t blocks = (p->outputs + 15) / 16;
  for (int32_t block = 0; block < blocks;) {
    int32_t left = blocks - block, width = left == 4 || left == 2 ? 2 : left >= 3 ? 3 : 1;
    int64_t i = 0;
    SWEEP(8)
    SWEEP(1)
    block += width;
  }
}

// P output positions of 16 channels. A sample's upper half meets a zero tap, so one instruction adds one exact product.
#define DEPTHWISE(P)                                                                                                           \
  INLINE void depthwise_##P(const int16_t *const *rows, int32_t k, const int32_t *taps, int64_t x, int64_t width,              \
                            int64_t channels, int64_t c, __m512i *acc) {                                                       \
    for (int q = 0; q < P; ++q) acc[q] = _mm512_setzero_si512();                                                               \
    for (int32_t u = 0; u < k; ++u) {                                                                                          \
      if (!rows[u]) continue;                                                                                                  \
      const int32_t *t = taps + (int64_t)u * k * channels + c;                                                                 \
      for (int32_t j = 0; j < P + k - 1; ++j) {                                                                                \
        int64_t column = x + j - k / 2;                                                                                        \
        if (column < 0 || column >= width) continue;                                                                           \
        __m512i v = _mm512_cvtepi16_epi32(_mm256_loadu_si256((const __m256i *)(rows[u] + column * channels + c)));             \
        for (int q = 0; q < P; ++q) {                                                                                          \
          int32_t tap = j - q;                                                                                                 \
          if (tap >= 0 && tap < k) acc[q] = _mm512_dpwssd_epi32(acc[q], v, _mm512_loadu_si512(t + tap * channels));            \
        }                                                                                                                      \
      }                                                                                                                        \
    }                                                                                                                          \
  }

DEPTHWISE(4)
DEPTHWISE(1)

INLINE void modulate(__m512i acc, const int32_t *mq, const int32_t *aq, __m512i half, __m128i shift, int16_t *h) {
  __m512i m = _mm512_loadu_si512(mq), a = _mm512_loadu_si512(aq);
  __m512i even = scaled(acc, m, half, shift);
  __m512i odd = scaled(_mm512_srli_epi64(acc, 32), _mm512_srli_epi64(m, 32), half, shift);
  even = _mm512_add_epi64(even, _mm512_srai_epi64(_mm512_slli_epi64(a, 32), 32));
  odd = _mm512_add_epi64(odd, _mm512_srai_epi64(a, 32));
  _mm256_storeu_si256((__m256i *)h, join(even, odd));
}

INLINE void depthwise_row(const int16_t *const *rows, int32_t k, const int32_t *taps, const int32_t *mq, const int32_t *aq,
                          int32_t shiftCount, int64_t from, int64_t to, int64_t width, int64_t channels, int16_t *h) {
  __m512i half = _mm512_set1_epi64((int64_t)1 << (shiftCount - 1));
  __m128i shift = _mm_cvtsi32_si128(shiftCount);
  for (int64_t c = 0; c < channels; c += 16) {
    int64_t x = from;
    __m512i acc[4];
    for (; x + 4 <= to; x += 4) {
      depthwise_4(rows, k, taps, x, width, channels, c, acc);
      for (int q = 0; q < 4; ++q) modulate(acc[q], mq + c, aq + c, half, shift, h + (x + q - from) * channels + c);
    }
    for (; x < to; ++x) {
      depthwise_1(rows, k, taps, x, width, channels, c, acc);
      modulate(acc[0], mq + c, aq + c, half, shift, h + (x - from) * channels + c);
    }
  }
}

TARGET VC_DEPTHWISE(vc_depthwise_avx512vnni) {
  if (k == 5) depthwise_row(rows, 5, taps, mq, aq, shift, from, to, width, channels, h);
  else depthwise_row(rows, 3, taps, mq, aq, shift, from, to, width, channels, h);
}
#endif
