// Least squares over blocks of 64 samples (SPEC §16.4), included by the file of each instruction set. Plain loops: the
// compiler turns them into instructions of the set that WAVEFORM_TARGET names.
#pragma once
#include "include/kernels.h"

enum { vc_terms = VC_WAVE_TAPS + 1, vc_batch = 64 };

WAVEFORM_TARGET static inline int vc_bits(uint64_t v) { return v ? 64 - __builtin_clzll(v) : 0; }

// Sums of products of one signal with others, each a sample later than the one before.
// sums[l] = Σ a[t]·b[t - l], l < count: a multiple of 8.
WAVEFORM_TARGET static inline void vc_lagged(const int32_t *a, const int32_t *b, int count, int64_t *sums) {
  for (int first = 0; first < count; first += 8) {
    int64_t acc[8] = {0};
    const int32_t *from = b - first - 7;
    for (int t = 0; t < vc_batch; ++t)
      for (int i = 0; i < 8; ++i) acc[i] += (int64_t)a[t] * from[t + i];
    for (int i = 0; i < 8; ++i) sums[first + i] = acc[7 - i];
  }
}

// The block of a matrix whose rows are lags of a and whose columns are lags of b: out[i][j] = Σ a[t - i]·b[t - j]. The first
// row and column are sums; every other element is its upper left neighbour's sum moved by a sample.
WAVEFORM_TARGET static inline void vc_products(const int32_t *a, const int32_t *b, int rows, int columns,
                                               int64_t out[][VC_WAVE_STRIDE]) {
  int64_t first[VC_WAVE_STRIDE];
  vc_lagged(a, b, (columns + 7) & ~7, first);
  for (int j = 0; j < columns; ++j) out[0][j] = first[j];
  vc_lagged(b, a, (rows + 7) & ~7, first);
  for (int i = 1; i < rows; ++i) {
    out[i][0] = first[i];
    const int64_t enters = a[-i], leaves = a[vc_batch - i];
    for (int j = 1; j < columns; ++j)
      out[i][j] = out[i - 1][j - 1] + enters * b[-j] - leaves * b[vc_batch - j];
  }
}

WAVEFORM_TARGET static void waveform_observe(struct vc_wave_squares *p, const int32_t *own, const int32_t *other) {
  int64_t sums[VC_WAVE_STRIDE][VC_WAVE_STRIDE];
  const int lags = other ? VC_WAVE_TAPS / 2 : VC_WAVE_TAPS;
  vc_products(own, own, lags + 1, lags + 1, sums);
  if (other) {
    int64_t part[VC_WAVE_STRIDE][VC_WAVE_STRIDE];
    vc_products(other, own, lags, lags + 1, part);
    for (int i = 0; i < lags; ++i)
      for (int j = 0; j <= lags; ++j) sums[lags + 1 + i][j] = part[i][j];
    vc_products(other, other, lags, lags, part);
    for (int i = 0; i < lags; ++i)
      for (int j = 0; j < lags; ++j) sums[lags + 1 + i][lags + 1 + j] = part[i][j];
  }
  for (int i = 0; i < vc_terms; ++i)
    for (int j = 0; j <= i; ++j) {
      int64_t *at = &p->moments[i * VC_WAVE_STRIDE + j];
      *at += sums[i][j] - (*at >> 4);
    }
}

// Row 0 of the moments is the sample itself: it comes last here, so that what stands in its row at the end is the solution
// of the triangular system.
WAVEFORM_TARGET static inline void vc_arrange(const int64_t *moments, int64_t s[][VC_WAVE_STRIDE]) {
  int64_t most = 0;
  for (int i = 0; i < vc_terms; ++i) {
    const int64_t d = moments[i * VC_WAVE_STRIDE + i] + 1024;
    most = d > most ? d : most;
  }
  const int up = 57 - vc_bits((uint64_t)most);
  for (int i = 0; i < vc_terms; ++i)
    for (int j = 0; j <= i; ++j) {
      const int row = i == 0 ? VC_WAVE_TAPS : i - 1, column = j == 0 ? VC_WAVE_TAPS : j - 1;
      const int64_t raw = moments[i * VC_WAVE_STRIDE + j] + (i == j ? 1024 : 0);
      const int64_t value = (up >= 0 ? raw * ((int64_t)1 << up) : raw >> -up) + (i == j ? 1 << 30 : 0);
      s[row > column ? row : column][row > column ? column : row] = value;
    }
}

WAVEFORM_TARGET static inline int vc_shift(int s) { return s < 0 ? 0 : s > 63 ? 63 : s; }

// Eliminates column k. factors: of the rows below, in 2^-shift; returns shift, or -1 for a column that says nothing.
WAVEFORM_TARGET static inline int vc_eliminate(int64_t s[][VC_WAVE_STRIDE], int k, int32_t *factors) {
  const int64_t d = s[k][k];
  int32_t column[VC_WAVE_STRIDE] = {0};
  for (int i = 0; i < VC_WAVE_STRIDE; ++i) factors[i] = 0;
  if (d < 1 << 30) return -1;
  uint64_t magnitude = 0;
  for (int i = k + 1; i < vc_terms; ++i) magnitude |= (uint64_t)(s[i][k] < 0 ? ~s[i][k] : s[i][k]);
  int q = vc_bits(magnitude) - 30, dq = vc_bits((uint64_t)d) - 31;
  if (q < 0) q = 0;
  int64_t inverse = ((int64_t)1 << 61) / (d >> dq);
  if (inverse > INT32_MAX) inverse = INT32_MAX;
  for (int i = k + 1; i < vc_terms; ++i) {
    column[i] = (int32_t)(s[i][k] >> q);
    factors[i] = (int32_t)((column[i] * inverse) >> 31);
  }
  const int shift = vc_shift(30 + dq - 2 * q);
  for (int i = k + 1; i < vc_terms; ++i) {
    const int64_t factor = factors[i];
    for (int block = (k + 1) & ~7; block <= i; block += 8)
      for (int j = block; j < block + 8; ++j)
        s[i][j] = (int64_t)((uint64_t)s[i][j] - (uint64_t)((factor * column[j]) >> shift));
  }
  return vc_shift(30 + dq - q - 8);
}

WAVEFORM_TARGET static void waveform_solve(struct vc_wave_squares *p) {
  int64_t s[VC_WAVE_STRIDE][VC_WAVE_STRIDE];
  int32_t factors[VC_WAVE_TAPS][VC_WAVE_STRIDE];
  int shifts[VC_WAVE_TAPS];
  for (int i = 0; i < VC_WAVE_STRIDE; ++i)
    for (int j = 0; j < VC_WAVE_STRIDE; ++j) s[i][j] = 0;
  vc_arrange(p->moments, s);
  for (int k = 0; k < VC_WAVE_TAPS; ++k) shifts[k] = vc_eliminate(s, k, factors[k]);
  int32_t w[VC_WAVE_STRIDE] = {0};
  for (int k = VC_WAVE_TAPS - 1; k >= 0; --k) {
    if (shifts[k] < 0) continue;
    int64_t sum = 0;
    for (int i = 0; i < VC_WAVE_TAPS; ++i) sum += ((int64_t)factors[k][i] * w[i]) >> 8;
    const int64_t value = ((int64_t)factors[k][VC_WAVE_TAPS] * 4096 - sum) >> shifts[k];
    w[k] = (int32_t)(value > INT32_MAX ? INT32_MAX : value < -INT32_MAX ? -INT32_MAX : value);
  }
  for (int k = 0; k < VC_WAVE_TAPS; ++k) p->weights[k] = w[k];
}

WAVEFORM_TARGET static void waveform_learn(struct vc_wave_squares *p, const int32_t *own, const int32_t *other) {
  waveform_observe(p, own, other);
  waveform_solve(p);
}

WAVEFORM_TARGET static int64_t waveform_predict(const struct vc_wave_squares *p, const int32_t *own,
                                                const int32_t *other) {
  int64_t sum = 0;
  if (other) {
    for (int i = 0; i < 16; ++i) sum += (int64_t)p->weights[i] * own[-1 - i];
    for (int i = 0; i < 16; ++i) sum += (int64_t)p->weights[16 + i] * other[-i];
  } else {
    for (int i = 0; i < 32; ++i) sum += (int64_t)p->weights[i] * own[-1 - i];
  }
  return sum;
}
