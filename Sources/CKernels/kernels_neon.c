// Kernels for AArch64 with Advanced SIMD: 4 products of int16 an instruction (smlal), added in 32 bits.
#include "instruction_sets.h"

#if defined(__aarch64__)
#include <arm_neon.h>

#define INLINE static inline __attribute__((always_inline))
#if defined(__clang__)
#define UNROLL _Pragma("clang loop unroll(full)")
#else
#define UNROLL _Pragma("GCC unroll 16")
#endif

// ---- Requantisation: R(acc · m, shift) ----

// srshl rounds exactly as R does, in more than 64 bits. Narrowing to 32 and then to 16 bits saturates as doing it at
// once would.
INLINE int64x2_t scaled_low(int32x4_t acc, int32x4_t m, int64x2_t minus_shift) {
  return vrshlq_s64(vmull_s32(vget_low_s32(acc), vget_low_s32(m)), minus_shift);
}
INLINE int64x2_t scaled_high(int32x4_t acc, int32x4_t m, int64x2_t minus_shift) {
  return vrshlq_s64(vmull_high_s32(acc, m), minus_shift);
}
INLINE int16x4_t narrow(int64x2_t low, int64x2_t high) {
  return vqmovn_s32(vcombine_s32(vqmovn_s64(low), vqmovn_s64(high)));
}

// ---- Pointwise product ----

// A tile is up to 4 positions by one block of 16 outputs: 16 accumulators, 8 registers of weights, 4 of inputs.
enum { tile_positions = 4 };

// Where a tile reads and writes: at its first position.
struct place {
  const int16_t *x, *residual;
  int16_t *y;
  int64_t x_stride, y_stride;
};

// The weights of one pair of inputs and 16 outputs: first inputs in .val[0], second ones in .val[1].
struct pair_weights {
  int16x8x2_t low, high;
};

INLINE void add_products(int32x4_t acc[4], struct pair_weights w, int16x4_t x, const int first) {
  UNROLL for (int i = 0; i < 2; ++i) {
    // The lane must be a constant, so both are written out.
    const int16x8_t low = w.low.val[i], high = w.high.val[i];
#define PRODUCTS(lane)                                                 \
  acc[0] = vmlal_lane_s16(acc[0], vget_low_s16(low), x, lane);         \
  acc[1] = vmlal_high_lane_s16(acc[1], low, x, lane);                  \
  acc[2] = vmlal_lane_s16(acc[2], vget_low_s16(high), x, lane);        \
  acc[3] = vmlal_high_lane_s16(acc[3], high, x, lane)
    switch (first + i) {
      case 0: PRODUCTS(0); break;
      case 1: PRODUCTS(1); break;
      case 2: PRODUCTS(2); break;
      case 3: PRODUCTS(3); break;
    }
#undef PRODUCTS
  }
}

INLINE int16x4_t load_pair(const int16_t *x) {
  int32_t pair;
  __builtin_memcpy(&pair, x, 4);
  return vreinterpret_s16_s32(vdup_n_s32(pair));
}

// Bias + sum of a tile of P positions, whose accumulators stay in registers.
INLINE void sum(const int P, const struct vc_pointwise *w, int64_t block, const struct place *at, int32x4_t sums[][4]) {
  const int64_t pairs = w->inputs / 2;
  const int16_t *weights = w->weights + block * pairs * 32;
  int32x4_t acc[tile_positions][4];
  UNROLL for (int p = 0; p < P; ++p)
    UNROLL for (int i = 0; i < 4; ++i) acc[p][i] = vld1q_s32(w->biases + block * 16 + 4 * i);
  int64_t k = 0;
  for (; k + 2 <= pairs; k += 2) {
    int16x4_t x[tile_positions];
    UNROLL for (int p = 0; p < P; ++p) x[p] = vld1_s16(at->x + p * at->x_stride + 2 * k);
    const struct pair_weights first = {vld2q_s16(weights + k * 32), vld2q_s16(weights + k * 32 + 16)};
    UNROLL for (int p = 0; p < P; ++p) add_products(acc[p], first, x[p], 0);
    const struct pair_weights second = {vld2q_s16(weights + k * 32 + 32), vld2q_s16(weights + k * 32 + 48)};
    UNROLL for (int p = 0; p < P; ++p) add_products(acc[p], second, x[p], 2);
  }
  if (k < pairs) {
    const struct pair_weights last = {vld2q_s16(weights + k * 32), vld2q_s16(weights + k * 32 + 16)};
    UNROLL for (int p = 0; p < P; ++p) add_products(acc[p], last, load_pair(at->x + p * at->x_stride + 2 * k), 0);
  }
  UNROLL for (int p = 0; p < P; ++p)
    UNROLL for (int i = 0; i < 4; ++i) sums[p][i] = acc[p][i];
}

// One function for each shape of a tile.
#define SUM(P)                                                                                                         \
  static void sum_##P(const struct vc_pointwise *w, int64_t block, const struct place *at, int32x4_t sums[][4]) { \
    sum(P, w, block, at, sums);                                                                                        \
  }
SUM(1) SUM(2) SUM(3) SUM(4)
static void (*const sums_of_shape[tile_positions])(const struct vc_pointwise *, int64_t, const struct place *,
                                                   int32x4_t[][4]) = {sum_1, sum_2, sum_3, sum_4};

INLINE int16x8_t load_residual(const int16_t *from, int64_t count) {
  if (count >= 8) return vld1q_s16(from);
  int16_t part[8] = {0};
  if (count > 0) __builtin_memcpy(part, from, (unsigned long)count * sizeof *part);
  return vld1q_s16(part);
}

INLINE void store_outputs(int16_t *to, int16x8_t values, int64_t count) {
  if (count >= 8) return vst1q_s16(to, values);
  int16_t part[8];
  vst1q_s16(part, values);
  if (count > 0) __builtin_memcpy(to, part, (unsigned long)count * sizeof *part);
}

static void store(enum vc_output output, const struct vc_pointwise *w, int64_t block, int positions, const struct place *at,
                  int32x4_t sums[][4]) {
  const int64x2_t minus_shift = vdupq_n_s64(-(int64_t)w->shift);
  for (int half = 0; half < 2; ++half) {
    const int64_t n = block * 16 + half * 8, left = w->outputs - n;
    const int32x4_t m0 = vld1q_s32(w->multipliers + n), m1 = vld1q_s32(w->multipliers + n + 4);
    for (int p = 0; p < positions; ++p) {
      const int32x4_t a = sums[p][2 * half], b = sums[p][2 * half + 1];
      int16x8_t out = vcombine_s16(narrow(scaled_low(a, m0, minus_shift), scaled_high(a, m0, minus_shift)),
                                   narrow(scaled_low(b, m1, minus_shift), scaled_high(b, m1, minus_shift)));
      const int64_t to = p * at->y_stride + n;
      if (output == vc_leaky) out = vmaxq_s16(out, vshrq_n_s16(out, 3));
      if (output == vc_residual) out = vqaddq_s16(out, load_residual(at->residual + to, left));
      if (output == vc_gated) {
        const int16x8_t negative = vshrq_n_s16(load_residual(at->residual + to, left), 15);
        out = vbslq_s16(vreinterpretq_u16_s16(negative), vshrq_n_s16(out, 3), out);
      }
      store_outputs(at->y + to, out, left);
    }
  }
}

// All outputs of a few positions. The positions are dealt to tiles as evenly as possible, since small tiles wait for
// their own sums.
static void pointwise_chunk(enum vc_output output, const struct vc_pointwise *w, struct place at, int64_t positions) {
  int32x4_t sums[tile_positions][4];
  for (int64_t block = 0; block < (w->outputs + 15) / 16; ++block) {
    struct place tile = at;
    int64_t remaining = positions;
    for (int64_t tiles = (positions + tile_positions - 1) / tile_positions; tiles > 0; --tiles) {
      const int P = (int)((remaining + tiles - 1) / tiles);
      sums_of_shape[P - 1](w, block, &tile, sums);
      store(output, w, block, P, &tile, sums);
      tile.x += P * at.x_stride;
      tile.y += P * at.y_stride;
      if (vc_reads_residual(output)) tile.residual += P * at.y_stride;
      remaining -= P;
    }
  }
}

static void pointwise(const struct vc_pointwise *w, enum vc_output output, const int16_t *x, int64_t x_stride,
                      const int16_t *residual, int16_t *y, int64_t y_stride, int64_t positions) {
  enum { chunk = 48 };  // positions whose inputs stay in the first-level cache while all outputs are made of them
  for (int64_t p = 0; p < positions; p += chunk) {
    const struct place at = {x + p * x_stride, vc_reads_residual(output) ? residual + p * y_stride : 0, y + p * y_stride,
                             x_stride, y_stride};
    pointwise_chunk(output, w, at, positions - p < chunk ? positions - p : chunk);
  }
}

// ---- Depthwise convolution ----

// What an output row has of an image: rows from side/2 above to side/2 below it.
struct image {
  const int16_t *values;
  int64_t height, width, row;
};

// 8 channels of P neighbouring positions, from column `column` on.
INLINE void depthwise_tile(const int P, const int side, const struct vc_depthwise *d, const struct image *x, int64_t c,
                           int64_t column, int16_t *h) {
  const int64_t channels = d->channels;
  int32x4_t acc[4][2];
  UNROLL for (int p = 0; p < P; ++p) acc[p][0] = acc[p][1] = vdupq_n_s32(0);
  for (int u = 0; u < side; ++u) {
    const int64_t row = x->row + u - side / 2;
    if (row < 0 || row >= x->height) continue;
    const int16_t *taps = d->taps + u * side * channels + c;
    int16x8_t t[5];
    UNROLL for (int v = 0; v < side; ++v) t[v] = vld1q_s16(taps + v * channels);
    UNROLL for (int j = 0; j < P + side - 1; ++j) {
      const int64_t at = column + j - side / 2;
      if (at < 0 || at >= x->width) continue;
      const int16x8_t values = vld1q_s16(x->values + (row * x->width + at) * channels + c);
      UNROLL for (int v = 0; v < side; ++v) {
        const int p = j - v;
        if (p < 0 || p >= P) continue;
        acc[p][0] = vmlal_s16(acc[p][0], vget_low_s16(values), vget_low_s16(t[v]));
        acc[p][1] = vmlal_high_s16(acc[p][1], values, t[v]);
      }
    }
  }
  const int64x2_t minus_shift = vdupq_n_s64(-(int64_t)d->shift);
  UNROLL for (int i = 0; i < 2; ++i) {
    const int32x4_t m = vld1q_s32(d->multipliers + c + 4 * i), offset = vld1q_s32(d->offsets + c + 4 * i);
    UNROLL for (int p = 0; p < P; ++p) {
      const int64x2_t low = vaddw_s32(scaled_low(acc[p][i], m, minus_shift), vget_low_s32(offset));
      const int64x2_t high = vaddw_high_s32(scaled_high(acc[p][i], m, minus_shift), offset);
      vst1_s16(h + p * channels + 4 * i, narrow(low, high));
    }
  }
}

INLINE void depthwise_as(const int side, const struct vc_depthwise *d, const struct image *x, int64_t from, int64_t to,
                         int16_t *h) {
  const int64_t channels = d->channels;
  for (int64_t c = 0; c < channels; c += 8) {
    int64_t i = from;
    int16_t *out = h + c;
    for (; i + 4 <= to; i += 4, out += 4 * channels) depthwise_tile(4, side, d, x, c, i, out);
    for (; i < to; ++i, out += channels) depthwise_tile(1, side, d, x, c, i, out);
  }
}

static void depthwise(const struct vc_depthwise *d, const int16_t *x, int64_t height, int64_t width, int64_t row,
                      int64_t from, int64_t to, int16_t *h) {
  const struct image image = {x, height, width, row};
  if (d->side == 5) depthwise_as(5, d, &image, from, to, h);
  else depthwise_as(3, d, &image, from, to, h);
}

// ---- Long adaptive filter ----

static int32_t waveform_adapt(int32_t *weights, const int32_t *history, int64_t count, int32_t gain, int32_t shift) {
  const int32x4_t minus_shift = vdupq_n_s32(-shift);
  int32x4_t sum = vdupq_n_s32(0);
  for (int64_t i = 0; i < count; i += 4) {
    const int16x4_t old = vshrn_n_s32(vld1q_s32(history + i), 16), new = vshrn_n_s32(vld1q_s32(history + i + 1), 16);
    const int32x4_t moved = vshlq_s32(vmull_n_s16(old, (int16_t)gain), minus_shift);
    const int32x4_t w = vaddq_s32(vld1q_s32(weights + i), moved);
    vst1q_s32(weights + i, w);
    sum = vmlal_s16(sum, vshrn_n_s32(w, 16), new);
  }
  return vaddvq_s32(sum);
}

// ---- Perceptron ----

// Sums of `registers` times 8 outputs. Loading takes the pairs of weights apart.
INLINE void perceptron_sums(const int registers, const int16_t *weights, const int32_t *biases, const int16_t *x, int32_t pairs,
                            int32x4_t *sums) {
  int32x4_t acc[8];
  UNROLL for (int i = 0; i < 2 * registers; ++i) acc[i] = vld1q_s32(biases + 4 * i);
  for (int32_t k = 0; k < pairs; ++k)
    UNROLL for (int r = 0; r < registers; ++r) {
      const int16x8x2_t w = vld2q_s16(weights + 64 * k + 16 * r);
      UNROLL for (int odd = 0; odd < 2; ++odd) {
        acc[2 * r] = vmlal_n_s16(acc[2 * r], vget_low_s16(w.val[odd]), x[2 * k + odd]);
        acc[2 * r + 1] = vmlal_high_n_s16(acc[2 * r + 1], w.val[odd], x[2 * k + odd]);
      }
    }
  UNROLL for (int i = 0; i < 2 * registers; ++i) sums[i] = acc[i];
}

// srshl rounds exactly as R does, in more than 32 bits.
INLINE void hidden_layer(const struct vc_perceptron *p, int layer, const int16_t *x, int32_t pairs, int16_t *y) {
  const int32x4_t minus_shift = vdupq_n_s32(-p->shifts[layer]), zero = vdupq_n_s32(0);
  int32x4_t sums[8];
  perceptron_sums(4, p->weights + 1024 * layer, p->biases + 32 * layer, x, pairs, sums);
  UNROLL for (int i = 0; i < 8; ++i) vst1_s16(y + 4 * i, vqmovn_s32(vmaxq_s32(vrshlq_s32(sums[i], minus_shift), zero)));
}

INLINE void store_logits(const int registers, const struct vc_perceptron *p, const int16_t *x, int32_t *logits) {
  const int32x4_t minus_shift = vdupq_n_s32(-p->shifts[2]), most = vdupq_n_s32(2047), least = vdupq_n_s32(-2047);
  int32x4_t sums[8];
  perceptron_sums(registers, p->weights + 2048, p->biases + 64, x, 16, sums);
  UNROLL for (int i = 0; i < 2 * registers; ++i)
    vst1q_s32(logits + 4 * i, vmaxq_s32(vminq_s32(vrshlq_s32(sums[i], minus_shift), most), least));
}

static void perceptron(const struct vc_perceptron *p, const int16_t *features, int32_t *logits) {
  int16_t first[32], second[32];
  hidden_layer(p, 0, features, p->pairs, first);
  hidden_layer(p, 1, first, 16, second);
  if (p->outputs > 16) {
    store_logits(4, p, second, logits);
    return;
  }
  store_logits(2, p, second, logits);
  for (int i = 4; i < 8; ++i) vst1q_s32(logits + 4 * i, vdupq_n_s32(0));
}

#define LEAST_SQUARES_TARGET
#include "least_squares.h"

#define ROW_PRODUCTS_TARGET
#include "row_products.h"

#define WAVEFORM_TARGET
#include "waveform.h"

#define TRANSFORM_TARGET
#include "transform.h"

const struct vc_kernels vc_kernels_neon = {pointwise, depthwise, least_squares, row_products,
    waveform_learn, waveform_predict, waveform_adapt, transform, overlap, perceptron};
#endif
