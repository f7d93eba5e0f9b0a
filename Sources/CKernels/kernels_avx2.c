// Kernels for x86-64 with AVX2: 16 products of int16 an instruction (vpmaddwd), added by a second one.
#include "instruction_sets.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define TARGET __attribute__((target("avx2")))
#define INLINE static inline __attribute__((always_inline)) TARGET
#define UNROLL _Pragma("clang loop unroll(full)")
#define KEEP_LOOP _Pragma("clang loop unroll(disable)")

INLINE __m256i load(const void *from) { return _mm256_loadu_si256(from); }

// ---- Requantisation: R(acc · m, shift) ----

// One multiplier a lane. vpmuldq multiplies even lanes; those of the odd ones are brought there beforehand.
struct scale {
  __m256i even, odd, half, bias, shifted_bias;
  __m128i shift, high_shift;
};

INLINE struct scale make_scale(__m256i m, int32_t shift) {
  const __m256i bias = _mm256_set1_epi64x(INT64_MIN);
  const __m128i count = _mm_cvtsi32_si128(shift);
  return (struct scale){m, _mm256_srli_epi64(m, 32), _mm256_set1_epi64x((int64_t)1 << (shift - 1)), bias,
                        _mm256_srl_epi64(bias, count), count, _mm_cvtsi32_si128(shift - 32)};
}

// acc · m + 2^(shift-1) of the even and of the odd lanes.
INLINE __m256i even_products(__m256i acc, const struct scale *s) {
  return _mm256_add_epi64(_mm256_mul_epi32(acc, s->even), s->half);
}
INLINE __m256i odd_products(__m256i acc, const struct scale *s) {
  return _mm256_add_epi64(_mm256_mul_epi32(_mm256_srli_epi64(acc, 32), s->odd), s->half);
}

// For shift >= 32, where the result is what a further shift leaves of the products' upper halves.
INLINE __m256i scaled_high(__m256i acc, const struct scale *s) {
  __m256i even = _mm256_srli_epi64(even_products(acc, s), 32);
  return _mm256_sra_epi32(_mm256_blend_epi32(even, odd_products(acc, s), 0xAA), s->high_shift);
}

// v >> shift, arithmetic, which AVX2 lacks: 2^63 is added before a logical shift and its share taken away after.
INLINE __m256i shifted(__m256i v, const struct scale *s) {
  return _mm256_sub_epi64(_mm256_srl_epi64(_mm256_add_epi64(v, s->bias), s->shift), s->shifted_bias);
}

INLINE __m256i saturated(__m256i v) {
  const __m256i low = _mm256_set1_epi64x(INT16_MIN), high = _mm256_set1_epi64x(INT16_MAX);
  v = _mm256_blendv_epi8(v, high, _mm256_cmpgt_epi64(v, high));
  return _mm256_blendv_epi8(v, low, _mm256_cmpgt_epi64(low, v));
}

// For any shift. Results may need 63 bits, so they are saturated to 16 before they are joined to 32-bit lanes.
INLINE __m256i scaled_any(__m256i acc, const struct scale *s, __m256i even_offset, __m256i odd_offset) {
  __m256i even = saturated(_mm256_add_epi64(shifted(even_products(acc, s), s), even_offset));
  __m256i odd = saturated(_mm256_add_epi64(shifted(odd_products(acc, s), s), odd_offset));
  return _mm256_blend_epi32(even, _mm256_slli_epi64(odd, 32), 0xAA);
}

// ---- Pointwise product ----

// A tile is up to 6 positions by one block of 16 outputs: 12 accumulators, 2 weights, an input and a product.
enum { tile_positions = 6 };

// Where a tile reads and writes: at its first position.
struct place {
  const int16_t *x, *residual;
  int16_t *y;
  int64_t x_stride, y_stride;
};

// Bias + sum of a tile of P positions, whose accumulators stay in registers.
INLINE void sum(const int P, const struct vc_pointwise *w, int64_t block, const struct place *at, __m256i *sums) {
  const int64_t pairs = w->inputs / 2;
  const int16_t *weights = w->weights + block * pairs * 32;
  __m256i acc[tile_positions][2];
  UNROLL for (int p = 0; p < P; ++p) {
    acc[p][0] = load(w->biases + block * 16);
    acc[p][1] = load(w->biases + block * 16 + 8);
  }
  // Unrolled, it would run out of registers.
  KEEP_LOOP for (int64_t k = 0; k < pairs; ++k) {
    const __m256i first = load(weights + k * 32), second = load(weights + k * 32 + 16);
    UNROLL for (int p = 0; p < P; ++p) {
      int32_t pair;
      __builtin_memcpy(&pair, at->x + p * at->x_stride + 2 * k, 4);
      const __m256i xv = _mm256_set1_epi32(pair);
      acc[p][0] = _mm256_add_epi32(acc[p][0], _mm256_madd_epi16(first, xv));
      acc[p][1] = _mm256_add_epi32(acc[p][1], _mm256_madd_epi16(second, xv));
    }
  }
  UNROLL for (int p = 0; p < P; ++p) {
    sums[2 * p] = acc[p][0];
    sums[2 * p + 1] = acc[p][1];
  }
}

// One function for each shape of a tile.
#define SUM(P)                                                                                                        \
  static TARGET void sum_##P(const struct vc_pointwise *w, int64_t block, const struct place *at, __m256i *sums) { \
    sum(P, w, block, at, sums);                                                                                       \
  }
SUM(1) SUM(2) SUM(3) SUM(4) SUM(5) SUM(6)
static void (*const sums_of_shape[tile_positions])(const struct vc_pointwise *, int64_t, const struct place *,
                                                   __m256i *) = {sum_1, sum_2, sum_3, sum_4, sum_5, sum_6};

INLINE __m256i pack(__m256i first, __m256i second) {
  return _mm256_permute4x64_epi64(_mm256_packs_epi32(first, second), 0xD8);
}

INLINE __m256i load_residual(const int16_t *from, int64_t count) {
  if (count >= 16) return load(from);
  int16_t part[16] = {0};
  __builtin_memcpy(part, from, (size_t)count * sizeof *part);
  return load(part);
}

INLINE void store_outputs(int16_t *to, __m256i values, int64_t count) {
  if (count >= 16) return _mm256_storeu_si256((__m256i *)to, values);
  int16_t part[16];
  _mm256_storeu_si256((__m256i *)part, values);
  __builtin_memcpy(to, part, (size_t)count * sizeof *part);
}

INLINE void store_as(const enum vc_output output, const int high, const struct vc_pointwise *w, int64_t block, int positions,
                     const struct place *at, const __m256i *sums) {
  const __m256i zero = _mm256_setzero_si256();
  const int64_t n = block * 16, left = w->outputs - n;
  const struct scale first = make_scale(load(w->multipliers + n), w->shift);
  const struct scale second = make_scale(load(w->multipliers + n + 8), w->shift);
  for (int p = 0; p < positions; ++p) {
    __m256i out = high ? pack(scaled_high(sums[2 * p], &first), scaled_high(sums[2 * p + 1], &second))
                       : pack(scaled_any(sums[2 * p], &first, zero, zero), scaled_any(sums[2 * p + 1], &second, zero, zero));
    const int64_t to = p * at->y_stride + n;
    if (output == vc_leaky) out = _mm256_max_epi16(out, _mm256_srai_epi16(out, 3));
    if (output == vc_residual) out = _mm256_adds_epi16(out, load_residual(at->residual + to, left));
    if (output == vc_gated) {
      const __m256i negative = _mm256_srai_epi16(load_residual(at->residual + to, left), 15);
      out = _mm256_blendv_epi8(out, _mm256_srai_epi16(out, 3), negative);
    }
    store_outputs(at->y + to, out, left);
  }
}

static TARGET void store(enum vc_output output, const struct vc_pointwise *w, int64_t block, int positions,
                         const struct place *at, const __m256i *sums) {
  const int high = w->shift >= 32;
#define CASE(output, high) store_as(output, high, w, block, positions, at, sums)
  switch (output) {
    case vc_plain: high ? CASE(vc_plain, 1) : CASE(vc_plain, 0); break;
    case vc_leaky: high ? CASE(vc_leaky, 1) : CASE(vc_leaky, 0); break;
    case vc_residual: high ? CASE(vc_residual, 1) : CASE(vc_residual, 0); break;
    case vc_gated: high ? CASE(vc_gated, 1) : CASE(vc_gated, 0); break;
  }
#undef CASE
}

// All outputs of a few positions. The positions are dealt to tiles as evenly as possible, since small tiles wait for
// their own sums.
static TARGET void pointwise_chunk(enum vc_output output, const struct vc_pointwise *w, struct place at, int64_t positions) {
  __m256i sums[2 * tile_positions];
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

// 16 channels at a time. Two rows are interleaved, so that one instruction makes the products of both; that leaves
// channels 0-3 and 8-11 in the low vector and the others in the high one, which packing to int16 undoes.
struct halves {
  __m256i low, high;
};

INLINE struct halves interleave(__m256i first, __m256i second) {
  return (struct halves){_mm256_unpacklo_epi16(first, second), _mm256_unpackhi_epi16(first, second)};
}

INLINE struct halves load_halves(const int32_t *values) {
  __m256i first = load(values), second = load(values + 8);
  return (struct halves){_mm256_permute2x128_si256(first, second, 0x20), _mm256_permute2x128_si256(first, second, 0x31)};
}

// Where the 16 channels of one input row are found. Outside the grid: zeros, at every column.
struct source {
  const int16_t *base;
  int64_t stride;
};

// What is the same for all positions.
struct channels16 {
  struct halves taps[3][5];
  struct source rows[6];
  struct scale low, high;
  struct halves offsets;
};

INLINE __m256i modulate(__m256i acc, const struct scale *s, __m256i offset, const int high) {
  if (high) return _mm256_add_epi32(scaled_high(acc, s), offset);
  const __m256i signs = _mm256_srai_epi32(offset, 31);
  return scaled_any(acc, s, _mm256_blend_epi32(offset, _mm256_slli_epi64(signs, 32), 0xAA),
                    _mm256_blend_epi32(_mm256_srli_epi64(offset, 32), signs, 0xAA));
}

// P neighbouring positions, from column `at` on.
INLINE void depthwise_tile(const int P, const int side, const int high, const struct channels16 *c, int64_t width,
                           int64_t channels, int64_t at, int16_t *h) {
  struct halves acc[4];
  UNROLL for (int p = 0; p < P; ++p) acc[p] = (struct halves){_mm256_setzero_si256(), _mm256_setzero_si256()};
  KEEP_LOOP for (int u = 0; u < (side + 1) / 2; ++u) {
    const struct source first = c->rows[2 * u], second = c->rows[2 * u + 1];
    if (first.stride == 0 && second.stride == 0) continue;
    UNROLL for (int j = 0; j < P + side - 1; ++j) {
      const int64_t column = at + j - side / 2;
      if (column < 0 || column >= width) continue;
      const struct halves x = interleave(load(first.base + column * first.stride), load(second.base + column * second.stride));
      UNROLL for (int v = 0; v < side; ++v) {
        const int p = j - v;
        if (p < 0 || p >= P) continue;
        acc[p].low = _mm256_add_epi32(acc[p].low, _mm256_madd_epi16(x.low, c->taps[u][v].low));
        acc[p].high = _mm256_add_epi32(acc[p].high, _mm256_madd_epi16(x.high, c->taps[u][v].high));
      }
    }
  }
  UNROLL for (int p = 0; p < P; ++p) {
    const __m256i low = modulate(acc[p].low, &c->low, c->offsets.low, high);
    const __m256i upper = modulate(acc[p].high, &c->high, c->offsets.high, high);
    _mm256_storeu_si256((__m256i *)(h + p * channels), _mm256_packs_epi32(low, upper));
  }
}

// What an output row has of an image: rows from side/2 above to side/2 below it.
struct image {
  const int16_t *values;
  int64_t height, width, row;
};

INLINE void prepare(struct channels16 *c, const int side, const int high, const struct vc_depthwise *d,
                    const struct image *x, int64_t at) {
  static const int16_t outside[16];
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
      const __m256i second = u + 1 < side ? load(first + next_row) : _mm256_setzero_si256();
      c->taps[u / 2][v] = interleave(load(first), second);
    }
  const struct halves m = load_halves(d->multipliers + at);
  c->low = make_scale(m.low, d->shift);
  c->high = make_scale(m.high, d->shift);
  c->offsets = load_halves(d->offsets + at);
  if (high) {  // The sum must fit 32 bits; beyond 2^30 an offset saturates the output whatever it is added to.
    const __m256i limit = _mm256_set1_epi32(1 << 30), lowest = _mm256_set1_epi32(-(1 << 30));
    c->offsets.low = _mm256_max_epi32(_mm256_min_epi32(c->offsets.low, limit), lowest);
    c->offsets.high = _mm256_max_epi32(_mm256_min_epi32(c->offsets.high, limit), lowest);
  }
}

INLINE void depthwise_as(const int side, const int high, const struct vc_depthwise *d, const struct image *x, int64_t from,
                         int64_t to, int16_t *h) {
  struct channels16 c;
  const int64_t channels = d->channels;
  for (int64_t at = 0; at < channels; at += 16) {
    prepare(&c, side, high, d, x, at);
    int64_t i = from;
    int16_t *out = h + at;
    for (; i + 4 <= to; i += 4, out += 4 * channels) depthwise_tile(4, side, high, &c, x->width, channels, i, out);
    for (; i < to; ++i, out += channels) depthwise_tile(1, side, high, &c, x->width, channels, i, out);
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

// History is kept in upper halves: times (gain, any) in lower and upper halves it gives gain·history, and the weights' upper
// halves times it are products with zeros beside them.
TARGET static int32_t waveform_adapt(int32_t *weights, const int32_t *history, int64_t count, int32_t gain, int32_t shift) {
  const __m256i gains = _mm256_set1_epi32((int32_t)((uint32_t)gain << 16));
  const __m128i places = _mm_cvtsi32_si128(shift);
  __m256i sums[2] = {_mm256_setzero_si256(), _mm256_setzero_si256()};
  for (int64_t i = 0; i < count; i += 16)
    for (int half = 0; half < 2; ++half) {
      __m256i *at = (__m256i *)(weights + i + 8 * half);
      const __m256i old = _mm256_loadu_si256((const __m256i *)(history + i + 8 * half));
      const __m256i new = _mm256_loadu_si256((const __m256i *)(history + i + 8 * half + 1));
      const __m256i moved = _mm256_sra_epi32(_mm256_madd_epi16(old, gains), places);
      const __m256i w = _mm256_add_epi32(_mm256_loadu_si256(at), moved);
      _mm256_storeu_si256(at, w);
      sums[half] = _mm256_add_epi32(sums[half], _mm256_madd_epi16(w, new));
    }
  const __m256i sum = _mm256_add_epi32(sums[0], sums[1]);
  __m128i four = _mm_add_epi32(_mm256_castsi256_si128(sum), _mm256_extracti128_si256(sum, 1));
  four = _mm_add_epi32(four, _mm_shuffle_epi32(four, 0x4E));
  return _mm_cvtsi128_si32(_mm_add_epi32(four, _mm_shuffle_epi32(four, 0xB1)));
}

// ---- Perceptron ----

// Sums of `registers` times 8 outputs, which stay in registers.
INLINE void perceptron_sums(const int registers, const int16_t *weights, const int32_t *biases, const int16_t *x, int32_t pairs,
                            __m256i *sums) {
  __m256i acc[4];
  UNROLL for (int r = 0; r < registers; ++r) acc[r] = load(biases + 8 * r);
  for (int32_t k = 0; k < pairs; ++k) {
    int32_t pair;
    __builtin_memcpy(&pair, x + 2 * k, 4);
    const __m256i xv = _mm256_set1_epi32(pair);
    UNROLL for (int r = 0; r < registers; ++r)
      acc[r] = _mm256_add_epi32(acc[r], _mm256_madd_epi16(load(weights + 64 * k + 16 * r), xv));
  }
  UNROLL for (int r = 0; r < registers; ++r) sums[r] = acc[r];
}

// max(R(sum, shift), 0), which takes 32 bits without a sign.
INLINE __m256i rectified(__m256i sum, __m256i half, __m128i shift) {
  return _mm256_srl_epi32(_mm256_add_epi32(_mm256_max_epi32(sum, _mm256_setzero_si256()), half), shift);
}

INLINE void hidden_layer(const struct vc_perceptron *p, int layer, const int16_t *x, int32_t pairs, int16_t *y) {
  const __m256i half = _mm256_set1_epi32(1 << (p->shifts[layer] - 1));
  const __m128i shift = _mm_cvtsi32_si128(p->shifts[layer]);
  __m256i sums[4];
  perceptron_sums(4, p->weights + 1024 * layer, p->biases + 32 * layer, x, pairs, sums);
  UNROLL for (int r = 0; r < 4; ++r) sums[r] = rectified(sums[r], half, shift);
  _mm256_store_si256((__m256i *)y, pack(sums[0], sums[1]));
  _mm256_store_si256((__m256i *)(y + 16), pack(sums[2], sums[3]));
}

// R(sum, shift) without a carry out of 32 bits: the half is added after all but one place are gone.
INLINE void store_logits(const int registers, const struct vc_perceptron *p, const int16_t *x, int32_t *logits) {
  const __m128i shift = _mm_cvtsi32_si128(p->shifts[2] - 1);
  const __m256i one = _mm256_set1_epi32(1), most = _mm256_set1_epi32(2047), least = _mm256_set1_epi32(-2047);
  __m256i sums[4];
  perceptron_sums(registers, p->weights + 2048, p->biases + 64, x, 16, sums);
  UNROLL for (int r = 0; r < registers; ++r) {
    const __m256i twice = _mm256_sra_epi32(sums[r], shift);
    const __m256i v = _mm256_add_epi32(_mm256_srai_epi32(twice, 1), _mm256_and_si256(twice, one));
    _mm256_storeu_si256((__m256i *)(logits + 8 * r), _mm256_max_epi32(_mm256_min_epi32(v, most), least));
  }
}

TARGET static void perceptron(const struct vc_perceptron *p, const int16_t *features, int32_t *logits) {
  _Alignas(32) int16_t first[32], second[32];
  hidden_layer(p, 0, features, p->pairs, first);
  hidden_layer(p, 1, first, 16, second);
  if (p->outputs > 16) return store_logits(4, p, second, logits);
  store_logits(2, p, second, logits);
  for (int r = 2; r < 4; ++r) _mm256_storeu_si256((__m256i *)(logits + 8 * r), _mm256_setzero_si256());
}

#define LEAST_SQUARES_TARGET TARGET
#include "least_squares.h"

#define ROW_PRODUCTS_TARGET TARGET
#include "row_products.h"

#define WAVEFORM_TARGET TARGET
#include "waveform.h"

#define TRANSFORM_TARGET TARGET
#include "transform.h"

const struct vc_kernels vc_kernels_avx2 = {pointwise, depthwise, least_squares, row_products,
    waveform_learn, waveform_predict, waveform_adapt, transform, overlap, perceptron};
#endif
