// Kernels for x86-64 with AVX-512 F, BW, VL, DQ and VNNI: 32 products of int16 an instruction (vpdpwssd).
#include "instruction_sets.h"

#if defined(__x86_64__)
#include <immintrin.h>

// Without the tuning, Clang makes vpmaddwd and vpaddd of vpdpwssd, which costs a tenth of the speed.
#define TARGET __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512vnni,tune=znver4")))
#define INLINE static inline __attribute__((always_inline)) TARGET
#define UNROLL _Pragma("clang loop unroll(full)")
#define KEEP_LOOP _Pragma("clang loop unroll(disable)")

// ---- Requantisation: R(acc · m, shift) ----

// One multiplier a lane. vpmuldq multiplies even lanes; those of the odd ones are brought there beforehand.
struct scale {
  __m512i even, odd, half;
  __m128i shift, high_shift;
};

INLINE struct scale make_scale(__m512i m, int32_t shift) {
  return (struct scale){m, _mm512_srli_epi64(m, 32), _mm512_set1_epi64((int64_t)1 << (shift - 1)), _mm_cvtsi32_si128(shift),
                        _mm_cvtsi32_si128(shift - 32)};
}

// acc · m + 2^(shift-1) of the even and of the odd lanes.
INLINE __m512i even_products(__m512i acc, const struct scale *s) {
  return _mm512_add_epi64(_mm512_mul_epi32(acc, s->even), s->half);
}
INLINE __m512i odd_products(__m512i acc, const struct scale *s) {
  return _mm512_add_epi64(_mm512_mul_epi32(_mm512_srli_epi64(acc, 32), s->odd), s->half);
}

// For shift >= 32, where the result is what a further shift leaves of the products' upper halves.
INLINE __m512i scaled_high(__m512i acc, const struct scale *s) {
  __m512i upper = _mm512_mask_shuffle_epi32(odd_products(acc, s), 0x5555, even_products(acc, s), _MM_PERM_DDBB);
  return _mm512_sra_epi32(upper, s->high_shift);
}

// For any shift. Results may need 63 bits, so they are saturated to 16 before they are joined to 32-bit lanes.
INLINE __m512i scaled_any(__m512i acc, const struct scale *s, __m512i even_offset, __m512i odd_offset) {
  __m512i even = _mm512_add_epi64(_mm512_sra_epi64(even_products(acc, s), s->shift), even_offset);
  __m512i odd = _mm512_add_epi64(_mm512_sra_epi64(odd_products(acc, s), s->shift), odd_offset);
  __m512i low = _mm512_set1_epi64(INT16_MIN), high = _mm512_set1_epi64(INT16_MAX);
  even = _mm512_max_epi64(_mm512_min_epi64(even, high), low);
  odd = _mm512_max_epi64(_mm512_min_epi64(odd, high), low);
  return _mm512_mask_shuffle_epi32(even, 0xAAAA, odd, _MM_PERM_CCAA);
}

// ---- Pointwise product ----

// A tile is up to 8 positions by up to 3 blocks of 16 outputs: 24 accumulators, 3 weights and an input fill the registers.
enum { tile_positions = 8, tile_blocks = 3 };

// Where a tile reads and writes: at its first position.
struct place {
  const int16_t *x, *residual;
  int16_t *y;
  int64_t x_stride, y_stride;
};

// Bias + sum of a tile of P positions by V blocks, whose accumulators stay in registers.
INLINE void sum(const int P, const int V, const struct vc_pointwise *w, int64_t block, const struct place *at,
                __m512i *sums) {
  const int64_t pairs = w->inputs / 2;
  const int16_t *weights = w->weights + block * pairs * 32;
  __m512i acc[tile_blocks][tile_positions];
  UNROLL for (int v = 0; v < V; ++v) {
    const __m512i bias = _mm512_loadu_si512(w->biases + (block + v) * 16);
    UNROLL for (int p = 0; p < P; ++p) acc[v][p] = bias;
  }
  // Unrolled, it would run out of registers.
  KEEP_LOOP for (int64_t k = 0; k < pairs; ++k) {
    __m512i wv[tile_blocks];
    UNROLL for (int v = 0; v < V; ++v) wv[v] = _mm512_loadu_si512(weights + (v * pairs + k) * 32);
    UNROLL for (int p = 0; p < P; ++p) {
      int32_t pair;
      __builtin_memcpy(&pair, at->x + p * at->x_stride + 2 * k, 4);
      const __m512i xv = _mm512_set1_epi32(pair);
      UNROLL for (int v = 0; v < V; ++v) acc[v][p] = _mm512_dpwssd_epi32(acc[v][p], wv[v], xv);
    }
  }
  UNROLL for (int v = 0; v < V; ++v)
    UNROLL for (int p = 0; p < P; ++p) sums[v * tile_positions + p] = acc[v][p];
}

// One function for each shape of a tile.
#define SUM(P, V)                                                                                                        \
  static TARGET void sum_##P##_##V(const struct vc_pointwise *w, int64_t block, const struct place *at, __m512i *sums) { \
    sum(P, V, w, block, at, sums);                                                                                       \
  }
#define SUMS(V) SUM(1, V) SUM(2, V) SUM(3, V) SUM(4, V) SUM(5, V) SUM(6, V) SUM(7, V) SUM(8, V)
SUMS(1) SUMS(2) SUMS(3)

#define SHAPES(V) {sum_1_##V, sum_2_##V, sum_3_##V, sum_4_##V, sum_5_##V, sum_6_##V, sum_7_##V, sum_8_##V}
static void (*const sums_of_shape[tile_blocks][tile_positions])(const struct vc_pointwise *, int64_t, const struct place *,
                                                                __m512i *) = {SHAPES(1), SHAPES(2), SHAPES(3)};

// One block of 16 outputs. Whole blocks are stored without a mask, which processors do faster.
INLINE void store_as(const enum vc_output output, const int high, const int whole, const struct scale *s, __mmask16 lanes,
                     int positions, const int16_t *residual, int16_t *y, int64_t stride, const __m512i *sums) {
  const __m512i zero = _mm512_setzero_si512();
  for (int p = 0; p < positions; ++p) {
    __m256i out = _mm512_cvtsepi32_epi16(high ? scaled_high(sums[p], s) : scaled_any(sums[p], s, zero, zero));
    if (output == vc_leaky) out = _mm256_max_epi16(out, _mm256_srai_epi16(out, 3));
    if (vc_reads_residual(output)) {
      const int16_t *from = residual + p * stride;
      const __m256i r = whole ? _mm256_loadu_si256((const __m256i *)from) : _mm256_maskz_loadu_epi16(lanes, from);
      if (output == vc_residual) out = _mm256_adds_epi16(out, r);
      else out = _mm256_mask_srai_epi16(out, _mm256_movepi16_mask(r), out, 3);
    }
    if (whole) _mm256_storeu_si256((__m256i *)(y + p * stride), out);
    else _mm256_mask_storeu_epi16(y + p * stride, lanes, out);
  }
}

static TARGET void store(enum vc_output output, const struct vc_pointwise *w, int64_t block, int positions,
                         const struct place *at, const __m512i *sums) {
  const int64_t n = block * 16, left = w->outputs - n;
  const int whole = left >= 16, high = w->shift >= 32;
  const __mmask16 lanes = whole ? 0xFFFF : (__mmask16)((1u << left) - 1);
  const struct scale s = make_scale(_mm512_loadu_si512(w->multipliers + n), w->shift);
  int16_t *y = at->y + n;
  const int16_t *residual = vc_reads_residual(output) ? at->residual + n : 0;
#define CASE(output, high, whole) store_as(output, high, whole, &s, lanes, positions, residual, y, at->y_stride, sums)
  // Trained models need whole blocks and great shifts; the others only have to be right.
  if (!whole) high ? CASE(output, 1, 0) : CASE(output, 0, 0);
  else if (!high) CASE(output, 0, 1);
  else if (output == vc_plain) CASE(vc_plain, 1, 1);
  else if (output == vc_leaky) CASE(vc_leaky, 1, 1);
  else if (output == vc_residual) CASE(vc_residual, 1, 1);
  else CASE(vc_gated, 1, 1);
#undef CASE
}

// All outputs of a few positions. The positions are dealt to tiles as evenly as possible, since small tiles wait for
// their own sums.
static TARGET void pointwise_chunk(enum vc_output output, const struct vc_pointwise *w, struct place at, int64_t positions) {
  __m512i sums[tile_blocks * tile_positions];
  const int64_t blocks = (w->outputs + 15) / 16;
  for (int64_t block = 0; block < blocks;) {
    const int64_t left = blocks - block;
    const int V = left == 4 ? 2 : left < tile_blocks ? (int)left : tile_blocks;
    struct place tile = at;
    int64_t remaining = positions;
    for (int64_t tiles = (positions + tile_positions - 1) / tile_positions; tiles > 0; --tiles) {
      const int P = (int)((remaining + tiles - 1) / tiles);
      sums_of_shape[V - 1][P - 1](w, block, &tile, sums);
      for (int v = 0; v < V; ++v) store(output, w, block + v, P, &tile, sums + v * tile_positions);
      tile.x += P * at.x_stride;
      tile.y += P * at.y_stride;
      if (vc_reads_residual(output)) tile.residual += P * at.y_stride;
      remaining -= P;
    }
    block += V;
  }
}

static TARGET void pointwise(const struct vc_pointwise *w, enum vc_output output, const int16_t *x, int64_t x_stride,
                             const int16_t *residual, int16_t *y, int64_t y_stride, int64_t positions) {
  enum { chunk = 48 };  // positions whose inputs stay in the first-level cache while all outputs are made of them
  for (int64_t p = 0; p < positions; p += chunk) {
    const struct place at = {x + p * x_stride, vc_reads_residual(output) ? residual + p * y_stride : 0, y + p * y_stride,
                             x_stride, y_stride};
    pointwise_chunk(output, w, at, positions - p < chunk ? positions - p : chunk);
  }
}

// ---- Depthwise convolution ----

// 32 channels at a time. Two rows are interleaved, so that one instruction adds the products of both; that leaves
// channels 0-3, 8-11, 16-19, 24-27 in the low vector and the others in the high one, which packing to int16 undoes.
struct halves {
  __m512i low, high;
};

INLINE struct halves interleave(__m512i first, __m512i second) {
  return (struct halves){_mm512_unpacklo_epi16(first, second), _mm512_unpackhi_epi16(first, second)};
}

INLINE struct halves load_halves(const int32_t *values, __mmask16 upper) {
  __m512i first = _mm512_loadu_si512(values), second = _mm512_maskz_loadu_epi32(upper, values + 16);
  return (struct halves){_mm512_shuffle_i64x2(first, second, 0x88), _mm512_shuffle_i64x2(first, second, 0xDD)};
}

// Where the 32 channels of one input row are found. Outside the grid: zeros, at every column.
struct source {
  const int16_t *base;
  int64_t stride;
};

// What is the same for all positions.
struct channels32 {
  struct halves taps[3][5];
  struct source rows[6];
  struct scale low, high;
  struct halves offsets;
  __mmask32 lanes;
};

INLINE __m512i modulate(__m512i acc, const struct scale *s, __m512i offset, const int high) {
  if (high) return _mm512_add_epi32(scaled_high(acc, s), offset);
  return scaled_any(acc, s, _mm512_srai_epi64(_mm512_slli_epi64(offset, 32), 32), _mm512_srai_epi64(offset, 32));
}

// P neighbouring positions, from column `at` on.
INLINE void depthwise_tile(const int P, const int side, const int high, const struct channels32 *c, int64_t width,
                           int64_t channels, int64_t at, int16_t *h) {
  struct halves acc[8];
  UNROLL for (int p = 0; p < P; ++p) acc[p] = (struct halves){_mm512_setzero_si512(), _mm512_setzero_si512()};
  KEEP_LOOP for (int u = 0; u < (side + 1) / 2; ++u) {
    const struct source first = c->rows[2 * u], second = c->rows[2 * u + 1];
    if (first.stride == 0 && second.stride == 0) continue;
    UNROLL for (int j = 0; j < P + side - 1; ++j) {
      const int64_t column = at + j - side / 2;
      if (column < 0 || column >= width) continue;
      struct halves x = interleave(_mm512_maskz_loadu_epi16(c->lanes, first.base + column * first.stride),
                                   _mm512_maskz_loadu_epi16(c->lanes, second.base + column * second.stride));
      UNROLL for (int v = 0; v < side; ++v) {
        const int p = j - v;
        if (p < 0 || p >= P) continue;
        acc[p].low = _mm512_dpwssd_epi32(acc[p].low, x.low, c->taps[u][v].low);
        acc[p].high = _mm512_dpwssd_epi32(acc[p].high, x.high, c->taps[u][v].high);
      }
    }
  }
  UNROLL for (int p = 0; p < P; ++p) {
    __m512i low = modulate(acc[p].low, &c->low, c->offsets.low, high);
    __m512i upper = modulate(acc[p].high, &c->high, c->offsets.high, high);
    _mm512_mask_storeu_epi16(h + p * channels, c->lanes, _mm512_packs_epi32(low, upper));
  }
}

// What an output row has of an image: rows from side/2 above to side/2 below it.
struct image {
  const int16_t *values;
  int64_t height, width, row;
};

INLINE void prepare(struct channels32 *c, const int side, const int high, const struct vc_depthwise *d,
                    const struct image *x, int64_t at) {
  static const int16_t outside[32];
  c->lanes = d->channels - at >= 32 ? 0xFFFFFFFF : 0xFFFF;
  const __mmask16 upper = c->lanes >> 16;
  for (int u = 0; u < side + 1; ++u) {
    const int64_t row = x->row + u - side / 2;
    const int inside = u < side && row >= 0 && row < x->height;
    c->rows[u] = inside ? (struct source){x->values + row * x->width * d->channels + at, d->channels}
                        : (struct source){outside, 0};
  }
  const int64_t next_row = side * (int64_t)d->channels;
  for (int u = 0; u < side; u += 2)
    for (int v = 0; v < side; ++v) {
      const int16_t *first = d->taps + (u * side + v) * (int64_t)d->channels + at;
      const __mmask32 below = u + 1 < side ? c->lanes : 0;
      c->taps[u / 2][v] = interleave(_mm512_maskz_loadu_epi16(c->lanes, first), _mm512_maskz_loadu_epi16(below, first + next_row));
    }
  struct halves m = load_halves(d->multipliers + at, upper);
  c->low = make_scale(m.low, d->shift);
  c->high = make_scale(m.high, d->shift);
  c->offsets = load_halves(d->offsets + at, upper);
  if (high) {  // The sum must fit 32 bits; beyond 2^30 an offset saturates the output whatever it is added to.
    const __m512i limit = _mm512_set1_epi32(1 << 30), lowest = _mm512_set1_epi32(-(1 << 30));
    c->offsets.low = _mm512_max_epi32(_mm512_min_epi32(c->offsets.low, limit), lowest);
    c->offsets.high = _mm512_max_epi32(_mm512_min_epi32(c->offsets.high, limit), lowest);
  }
}

INLINE void depthwise_as(const int side, const int high, const struct vc_depthwise *d, const struct image *x, int64_t from,
                         int64_t to, int16_t *h) {
  struct channels32 c;
  const int64_t channels = d->channels;
  for (int64_t at = 0; at < channels; at += 32) {
    prepare(&c, side, high, d, x, at);
    int64_t i = from;
    int16_t *out = h + at;
    for (; i + 8 <= to; i += 8, out += 8 * channels) depthwise_tile(8, side, high, &c, x->width, channels, i, out);
    for (; i + 2 <= to; i += 2, out += 2 * channels) depthwise_tile(2, side, high, &c, x->width, channels, i, out);
    if (i < to) depthwise_tile(1, side, high, &c, x->width, channels, i, out);
  }
}

static TARGET void depthwise(const struct vc_depthwise *d, const int16_t *x, int64_t height, int64_t width, int64_t row,
                             int64_t from, int64_t to, int16_t *h) {
  const struct image image = {x, height, width, row};
  // |acc| < 2^27, so from shift 32 on the scaled sum is at most 2^26 and leaves room for an offset.
  const int high = d->shift >= 32;
  if (d->side == 5) high ? depthwise_as(5, 1, d, &image, from, to, h) : depthwise_as(5, 0, d, &image, from, to, h);
  else high ? depthwise_as(3, 1, d, &image, from, to, h) : depthwise_as(3, 0, d, &image, from, to, h);
}

// ---- Long adaptive filter ----

// History is kept in upper halves: times (any, gain) it gives gain·history, and the weights' upper halves times it are
// products with zeros beside them. Four registers at a time, so that no sum waits for the one before.
INLINE __m512i adapted(__m512i *weights, const int32_t *history, __m512i gains, __m128i places, __m512i sum) {
  const __m512i moved = _mm512_sra_epi32(_mm512_madd_epi16(_mm512_loadu_si512(history), gains), places);
  const __m512i w = _mm512_add_epi32(_mm512_loadu_si512(weights), moved);
  _mm512_storeu_si512(weights, w);
  return _mm512_add_epi32(sum, _mm512_madd_epi16(w, _mm512_loadu_si512(history + 1)));
}

TARGET static int32_t waveform_adapt(int32_t *weights, const int32_t *history, int64_t count, int32_t gain, int32_t shift) {
  const __m512i gains = _mm512_set1_epi32((int32_t)((uint32_t)gain << 16));
  const __m128i places = _mm_cvtsi32_si128(shift);
  __m512i sums[4] = {_mm512_setzero_si512(), _mm512_setzero_si512(), _mm512_setzero_si512(), _mm512_setzero_si512()};
  int64_t i = 0;
  for (; i + 64 <= count; i += 64)
    for (int part = 0; part < 4; ++part)
      sums[part] = adapted((__m512i *)(weights + i + 16 * part), history + i + 16 * part, gains, places, sums[part]);
  for (; i < count; i += 16) sums[0] = adapted((__m512i *)(weights + i), history + i, gains, places, sums[0]);
  return _mm512_reduce_add_epi32(_mm512_add_epi32(_mm512_add_epi32(sums[0], sums[1]), _mm512_add_epi32(sums[2], sums[3])));
}

// ---- Perceptron ----

// Sums of `registers` times 16 outputs. Even and odd pairs of inputs have sums of their own, so that none waits long for the
// one before.
INLINE void perceptron_sums(const int registers, const int16_t *weights, const int32_t *biases, const int16_t *x, int32_t pairs,
                            __m512i *sums) {
  __m512i acc[2][2];
  UNROLL for (int r = 0; r < registers; ++r) {
    acc[0][r] = _mm512_load_si512(biases + 16 * r);
    acc[1][r] = _mm512_setzero_si512();
  }
  for (int32_t k = 0; k < pairs; k += 2)
    UNROLL for (int odd = 0; odd < 2; ++odd) {
      int32_t pair;
      __builtin_memcpy(&pair, x + 2 * (k + odd), 4);
      const __m512i xv = _mm512_set1_epi32(pair);
      UNROLL for (int r = 0; r < registers; ++r)
        acc[odd][r] = _mm512_dpwssd_epi32(acc[odd][r], _mm512_load_si512(weights + 64 * (k + odd) + 32 * r), xv);
    }
  UNROLL for (int r = 0; r < registers; ++r) sums[r] = _mm512_add_epi32(acc[0][r], acc[1][r]);
}

// max(R(sum, shift), 0) takes 32 bits without a sign.
INLINE void hidden_layer(const struct vc_perceptron *p, int layer, const int16_t *x, int32_t pairs, int16_t *y) {
  const __m512i half = _mm512_set1_epi32(1 << (p->shifts[layer] - 1)), zero = _mm512_setzero_si512();
  const __m128i shift = _mm_cvtsi32_si128(p->shifts[layer]);
  __m512i sums[2];
  perceptron_sums(2, p->weights + 1024 * layer, p->biases + 32 * layer, x, pairs, sums);
  UNROLL for (int r = 0; r < 2; ++r) {
    const __m512i v = _mm512_srl_epi32(_mm512_add_epi32(_mm512_max_epi32(sums[r], zero), half), shift);
    _mm256_store_si256((__m256i *)(y + 16 * r), _mm512_cvtsepi32_epi16(v));
  }
}

// R(sum, shift) without a carry out of 32 bits: the half is added after all but one place are gone.
INLINE void store_logits(const int registers, const struct vc_perceptron *p, const int16_t *x, int32_t *logits) {
  const __m128i shift = _mm_cvtsi32_si128(p->shifts[2] - 1);
  const __m512i one = _mm512_set1_epi32(1), most = _mm512_set1_epi32(2047), least = _mm512_set1_epi32(-2047);
  __m512i sums[2];
  perceptron_sums(registers, p->weights + 2048, p->biases + 64, x, 16, sums);
  UNROLL for (int r = 0; r < registers; ++r) {
    const __m512i twice = _mm512_sra_epi32(sums[r], shift);
    const __m512i v = _mm512_add_epi32(_mm512_srai_epi32(twice, 1), _mm512_and_si512(twice, one));
    _mm512_storeu_si512(logits + 16 * r, _mm512_max_epi32(_mm512_min_epi32(v, most), least));
  }
}

TARGET static void perceptron(const struct vc_perceptron *p, const int16_t *features, int32_t *logits) {
  _Alignas(32) int16_t first[32], second[32];
  hidden_layer(p, 0, features, (p->pairs + 1) & ~1, first);
  hidden_layer(p, 1, first, 16, second);
  if (p->outputs > 16) return store_logits(2, p, second, logits);
  store_logits(1, p, second, logits);
  _mm512_storeu_si512(logits + 16, _mm512_setzero_si512());
}

#define LEAST_SQUARES_TARGET TARGET
#include "least_squares.h"

#define ROW_PRODUCTS_TARGET TARGET
#include "row_products.h"

#define WAVEFORM_TARGET TARGET
#include "waveform.h"

#define TRANSFORM_TARGET TARGET
#include "transform.h"

const struct vc_kernels vc_kernels_avx512vnni = {pointwise, depthwise, least_squares, row_products,
    waveform_learn, waveform_predict, waveform_adapt, transform, overlap, perceptron};
#endif
