// Compares the NEON kernels with plain C on random and extreme inputs. Tools/test-neon builds it and runs it under QEMU.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernels.h"

// ---- Numbers ----

static uint64_t state;

static uint64_t draw(void) {  // SplitMix64
  uint64_t z = state += 0x9E3779B97F4A7C15u;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return z ^ (z >> 31);
}

static int64_t between(int64_t low, int64_t high) { return low + (int64_t)(draw() % (uint64_t)(high - low + 1)); }

// typical: as in trained models. wild: any value. extreme: the ends of each range.
enum magnitude { typical, wild, extreme, magnitudes };

static int16_t draw_sample(enum magnitude g) {
  return g == extreme ? (draw() & 1 ? INT16_MIN : INT16_MAX) : (int16_t)draw();
}
static int16_t draw_weight(enum magnitude g) {
  static const int16_t ends[] = {INT16_MIN, -INT16_MAX, INT16_MAX, -1, 1};
  return g == extreme ? ends[draw() % 5] : g == wild ? (int16_t)((int16_t)draw() >> draw() % 9) : (int16_t)between(-700, 700);
}
static int32_t draw_multiplier(enum magnitude g) {
  static const int32_t ends[] = {INT32_MIN, -INT32_MAX, INT32_MAX, -1, 0, 1};
  return g == extreme ? ends[draw() % 6] : g == wild ? (int32_t)draw() : (int32_t)between(1 << 29, INT32_MAX);
}
static int32_t draw_shift(enum magnitude g) {
  static const int32_t ends[] = {1, 2, 31, 32, 33, 34, 61, 62};
  return g == extreme ? ends[draw() % 8] : g == wild ? (int32_t)between(1, 62) : (int32_t)between(36, 42);
}

// Exactly as long as asked for, so that a sanitizer or a guard sees what is read beyond.
static void *memory(size_t count, size_t size) {
  void *p = malloc(count * size + 1);
  if (!p) abort();
  return p;
}

// ---- The specification (SPEC §8) ----

static int64_t R(int64_t a, int s) { return (a + ((int64_t)1 << (s - 1))) >> s; }
static int16_t sat16(int64_t a) { return (int16_t)(a < INT16_MIN ? INT16_MIN : a > INT16_MAX ? INT16_MAX : a); }

static int16_t expected_pointwise(const int16_t *w, int64_t inputs, int32_t bias, int32_t m, int shift, enum vc_output output,
                                  const int16_t *x, int16_t residual) {
  int64_t acc = bias;
  for (int64_t k = 0; k < inputs; ++k) acc += (int64_t)w[k] * x[k];
  int16_t v = sat16(R(acc * m, shift));
  const int eighth = (output == vc_leaky && v < 0) || (output == vc_gated && residual < 0);
  return eighth ? (int16_t)(v >> 3) : output == vc_residual ? sat16((int64_t)v + residual) : v;
}

static int16_t expected_depthwise(const struct vc_depthwise *d, const int16_t *x, int64_t height, int64_t width, int64_t row,
                                  int64_t column, int64_t c) {
  int64_t acc = 0;
  for (int64_t u = 0; u < d->side; ++u)
    for (int64_t v = 0; v < d->side; ++v) {
      const int64_t i = row + u - d->side / 2, j = column + v - d->side / 2;
      if (i < 0 || i >= height || j < 0 || j >= width) continue;
      acc += d->taps[(u * d->side + v) * d->channels + c] * x[(i * width + j) * d->channels + c];
    }
  return sat16(R(acc * d->multipliers[c], d->shift) + d->offsets[c]);
}

// ---- Tests ----

static const struct vc_kernels *kernels;
static int passed, failed;

static void check(int ok, const char *what, int seed) {
  if (ok) ++passed;
  else {
    ++failed;
    printf("FAILED: %s, seed %d\n", what, seed);
  }
}

static void test_pointwise(int seed, enum magnitude g) {
  state = (uint64_t)seed * 7919 + g;
  const int full = g == extreme && seed % 8 == 0;  // accumulators of exactly ±(2^31 - 1)
  const int64_t inputs = full ? 516 : between(1, 200), outputs = between(1, 120), positions = between(1, 60);
  const int64_t pairs = (inputs + 1) / 2, blocks = (outputs + 15) / 16;
  int16_t *w = memory((size_t)(outputs * inputs), 2);
  int16_t *packed = memory((size_t)(blocks * pairs * 32), 2);
  int32_t *biases = memory((size_t)blocks * 16, 4), *m = memory((size_t)blocks * 16, 4);
  int16_t *x = memory((size_t)(positions * inputs + 1), 2);
  int16_t *residual = memory((size_t)(positions * outputs), 2), *y = memory((size_t)(positions * outputs) + 8, 2);
  memset(packed, 0, (size_t)(blocks * pairs * 32) * 2);
  memset(biases, 0, (size_t)blocks * 64);
  memset(m, 0, (size_t)blocks * 64);
  for (int64_t n = 0; n < outputs; ++n) {
    int64_t left = INT32_MAX;
    for (int64_t k = 0; k < inputs; ++k) {
      const int16_t value = full ? (int16_t)(n & 1 ? 127 : -127) : draw_weight(g);
      w[n * inputs + k] = 32768 * (int64_t)abs(value) <= left ? value : 0;
      left -= 32768 * (int64_t)abs(w[n * inputs + k]);
      packed[(n / 16 * pairs + k / 2) * 32 + n % 16 * 2 + k % 2] = w[n * inputs + k];
    }
    biases[n] = (int32_t)(full ? (n & 1 ? -left : left) : between(-left, left));
    m[n] = draw_multiplier(g);
  }
  for (int64_t i = 0; i < positions * inputs + 1; ++i) x[i] = full ? INT16_MIN : draw_sample(g);
  for (int64_t i = 0; i < positions * outputs; ++i) residual[i] = draw_sample(g);
  const struct vc_pointwise p = {packed, biases, m, (int32_t)pairs * 2, (int32_t)outputs, draw_shift(g)};
  for (enum vc_output output = vc_plain; output <= vc_gated; ++output) {
    memset(y, 0x5A, (size_t)(positions * outputs + 8) * 2);
    kernels->pointwise(&p, output, x, inputs, vc_reads_residual(output) ? residual : 0, y, outputs, positions);
    int ok = 1;
    for (int64_t i = 0; i < positions; ++i)
      for (int64_t n = 0; n < outputs; ++n)
        ok &= y[i * outputs + n] == expected_pointwise(w + n * inputs, inputs, biases[n], m[n], p.shift, output,
                                                       x + i * inputs, residual[i * outputs + n]);
    for (int64_t i = 0; i < 8; ++i) ok &= y[positions * outputs + i] == 0x5A5A;
    static const char *const names[] = {"pointwise, plain", "pointwise, leaky", "pointwise, residual", "pointwise, gated"};
    check(ok, names[output], seed);
  }
  free(w), free(packed), free(biases), free(m), free(x), free(residual), free(y);
}

static void test_depthwise(int seed, enum magnitude g) {
  state = (uint64_t)seed * 7919 + g + 3;
  const int64_t side = seed & 1 ? 3 : 5, channels = 16 * between(1, 16), height = between(1, 6), width = between(1, 33);
  int16_t *taps = memory((size_t)(side * side * channels), 2);
  int32_t *m = memory((size_t)channels, 4), *offsets = memory((size_t)channels, 4);
  int16_t *x = memory((size_t)(height * width * channels), 2), *h = memory((size_t)(width * channels), 2);
  for (int64_t c = 0; c < channels; ++c)
    for (int64_t i = c, left = 4095; i < side * side * channels; i += channels) {
      const int16_t tap = draw_weight(g) >> 3;
      taps[i] = abs(tap) <= left ? tap : 0;
      left -= abs(taps[i]);
    }
  for (int64_t c = 0; c < channels; ++c) {
    m[c] = draw_multiplier(g);
    offsets[c] = g == typical ? (int32_t)between(-3000, 3000) : draw_multiplier(g);
  }
  for (int64_t i = 0; i < height * width * channels; ++i) x[i] = draw_sample(g);
  const struct vc_depthwise d = {taps, m, offsets, (int32_t)side, (int32_t)channels, draw_shift(g)};
  int ok = 1;
  for (int64_t row = 0; row < height; ++row) {
    const int64_t from = between(0, width - 1), to = between(from + 1, width);
    kernels->depthwise(&d, x, height, width, row, from, to, h);
    for (int64_t column = from; column < to; ++column)
      for (int64_t c = 0; c < channels; ++c)
        ok &= h[(column - from) * channels + c] == expected_depthwise(&d, x, height, width, row, column, c);
  }
  check(ok, "depthwise", seed);
  free(taps), free(m), free(offsets), free(x), free(h);
}

// SPEC §14.8, on 64-bit numbers.
static void expected_least_squares(struct vc_least_squares *p, const int32_t *f, int32_t error, int32_t gain) {
  const int64_t half = (int64_t)1 << (p->shift - 1);
  for (int i = 0; i < 16; ++i) {
    for (int m = 0; m < 16; ++m) {
      const int64_t a = p->matrix[16 * i + m];
      p->matrix[16 * i + m] = (int32_t)(a + (int64_t)f[i] * f[m] * gain - ((a + half) >> p->shift));
    }
    p->gradient[i] += (int64_t)f[i] * error * gain - ((p->gradient[i] + half) >> p->shift);
  }
  for (int step = 0; step < 4; ++step) {
    const int j = p->next;
    int64_t w = p->weights[j] + 1024 * p->gradient[j] / (p->matrix[17 * j] + 64);
    w = w < -(1 << 18) ? -(1 << 18) : w > 1 << 18 ? 1 << 18 : w;
    const int64_t delta = w - p->weights[j];
    p->weights[j] = (int32_t)w;
    for (int m = 0; m < 16; ++m) p->gradient[m] -= (delta * p->matrix[16 * j + m]) >> 10;
    p->next = (j + 1) % 16;
  }
}

static void test_least_squares(int seed, enum magnitude g) {
  state = (uint64_t)seed * 7919 + g + 5;
  struct vc_least_squares p = {.shift = seed & 1 ? 10 : (int32_t)between(1, 10)}, expected = p;
  int ok = 1;
  for (int sample = 0; sample < 200; ++sample) {
    int32_t f[16], top = g == typical ? 40 : 255;
    for (int i = 0; i < 16; ++i) f[i] = (int32_t)(g == extreme ? (draw() & 1 ? -top : top) : between(-top, top));
    const int32_t error = (int32_t)between(-20000, 20000), gain = (int32_t)between(1, 31);
    kernels->least_squares(&p, f, error, gain);
    expected_least_squares(&expected, f, error, gain);
    ok &= !memcmp(&p, &expected, sizeof p);
  }
  check(ok, "least squares", seed);
}

static void test_row_products(int seed, enum magnitude g) {
  state = (uint64_t)seed * 7919 + g + 7;
  const int64_t width = 16 * between(1, 4), length = between(0, width), count = between(1, 9);
  uint16_t *rows = memory((size_t)(count * width), 2), *table = memory((size_t)(length * width), 2);
  uint32_t *result = memory((size_t)(count * width), 4);
  for (int64_t i = 0; i < count * width; ++i) rows[i] = (uint16_t)draw_sample(g);
  for (int64_t i = 0; i < length * width; ++i) table[i] = (uint16_t)draw_sample(g);
  kernels->row_products(rows, table, count, length, width, result);
  int ok = 1;
  for (int64_t row = 0; row < count; ++row)
    for (int64_t column = 0; column < width; ++column) {
      uint32_t sum = 0;
      for (int64_t i = 0; i < length; ++i) sum += (uint32_t)rows[row * width + i] * table[i * width + column];
      ok &= result[row * width + column] == sum;
    }
  check(ok, "row products", seed);
  free(rows), free(table), free(result);
}

enum { terms = VC_WAVE_TAPS + 1 };

static int bits_of(uint64_t v) {
  int count = 0;
  for (; v; v >>= 1) ++count;
  return count;
}
static int64_t within(int64_t v, int64_t low, int64_t high) { return v < low ? low : v > high ? high : v; }

// SPEC §16.4, steps 2 to 4.
static void expected_solution(const int64_t A[terms][terms], int32_t *w) {
  int64_t S[terms][terms], most = 0;
  uint64_t any;
  int64_t U[terms][terms] = {0}, s_of[terms], solution[terms] = {0};
  for (int i = 0; i < terms; ++i) most = A[i][i] + 1024 > most ? A[i][i] + 1024 : most;
  const int e = 57 - bits_of((uint64_t)most);
  for (int i = 0; i < terms; ++i)
    for (int j = 0; j <= i; ++j) {
      const int a = i == terms - 1 ? (j == i ? 0 : j + 1) : i + 1, b = i == terms - 1 ? 0 : j + 1;
      const int64_t value = A[a][b] + 1024 * (i == j);
      S[i][j] = (e < 0 ? value >> -e : value * ((int64_t)1 << e)) + ((int64_t)(i == j) << 30);
    }
  for (int k = 0; k < terms - 1; ++k) {
    s_of[k] = -1;
    if (S[k][k] < 1 << 30) continue;
    any = 0;
    for (int i = k + 1; i < terms; ++i) any |= (uint64_t)(S[i][k] < 0 ? -1 - S[i][k] : S[i][k]);
    const int q = bits_of(any) > 30 ? bits_of(any) - 30 : 0, r = bits_of((uint64_t)S[k][k]) - 31;
    const int64_t inverse = within(((int64_t)1 << 61) / (S[k][k] >> r), 0, INT32_MAX);
    int64_t c[terms];
    for (int i = k + 1; i < terms; ++i) U[k][i] = ((c[i] = S[i][k] >> q) * inverse) >> 31;
    for (int i = k + 1; i < terms; ++i)
      for (int j = k + 1; j <= i; ++j)
        S[i][j] = (int64_t)((uint64_t)S[i][j] - (uint64_t)((U[k][i] * c[j]) >> within(30 + r - 2 * q, 0, 63)));
    s_of[k] = within(22 + r - q, 0, 63);
  }
  for (int k = terms - 2; k >= 0; --k) {
    int64_t sum = U[k][terms - 1] * 4096;
    for (int i = k + 1; i < terms - 1; ++i) sum -= (U[k][i] * solution[i]) >> 8;
    solution[k] = s_of[k] < 0 ? 0 : within(sum >> s_of[k], -INT32_MAX, INT32_MAX);
    w[k] = (int32_t)solution[k];
  }
}

static void test_waveform_squares(int seed, enum magnitude g) {
  state = (uint64_t)seed * 7919 + g + 9;
  enum { batches = 4, length = 40 + 64 * batches + 1 };
  static int32_t own[length], partner[length];
  for (int t = 0; t < length; ++t) {
    const int32_t step = g == typical ? (int32_t)between(-300, 300) : (int32_t)draw() >> 9;
    own[t] = g == extreme ? (draw() & 1 ? (1 << 23) - 1 : -(1 << 23)) : (int32_t)within((t ? own[t - 1] : 0) + step, -(1 << 23), (1 << 23) - 1);
    partner[t] = seed & 2 ? own[t] : (int32_t)draw() >> 9;
  }
  static struct vc_wave_squares p;
  p = (struct vc_wave_squares){0};
  int64_t A[terms][terms] = {0};
  int ok = 1;
  for (int batch = 0; batch < batches; ++batch) {
    const int32_t *a = own + 40 + 64 * batch, *b = seed & 1 ? partner + 40 + 64 * batch : 0;
    kernels->waveform_learn(&p, a, b);
    int32_t expected[terms];
    int64_t prediction = 0;
    for (int i = 0; i < terms; ++i)
      for (int j = 0; j <= i; ++j) {
        A[i][j] -= A[i][j] >> 4;
        for (int t = 0; t < 64; ++t)
          A[i][j] += (int64_t)(b && i > 16 ? b[t - i + 17] : a[t - i]) * (b && j > 16 ? b[t - j + 17] : a[t - j]);
        ok &= p.moments[i * VC_WAVE_STRIDE + j] == A[i][j];
      }
    expected_solution(A, expected);
    for (int i = 0; i < VC_WAVE_TAPS; ++i) {
      ok &= p.weights[i] == expected[i];
      prediction += (int64_t)expected[i] * (b && i > 15 ? b[80 - i] : a[63 - i]);
    }
    ok &= kernels->waveform_predict(&p, a + 64, b ? b + 64 : 0) == prediction;
  }
  check(ok, "waveform squares", seed);
}

static void test_waveform_adapt(int seed, enum magnitude g) {
  state = (uint64_t)seed * 7919 + g + 11;
  const int64_t count = 16 * between(1, 20);
  int32_t *weights = memory((size_t)count, 4), *expected = memory((size_t)count, 4), *history = memory((size_t)count + 1, 4);
  for (int64_t i = 0; i < count; ++i) weights[i] = expected[i] = g == typical ? (int32_t)draw() >> 8 : (int32_t)draw();
  for (int64_t i = 0; i <= count; ++i) history[i] = draw_sample(g) * 65536;
  const int32_t gain = draw_sample(g), shift = (int32_t)between(0, 31);
  uint32_t sum = 0;
  for (int64_t i = 0; i < count; ++i) {
    expected[i] = (int32_t)((uint32_t)expected[i] + (uint32_t)((gain * (history[i] >> 16)) >> shift));
    sum += (uint32_t)((expected[i] >> 16) * (history[i + 1] >> 16));
  }
  int ok = kernels->waveform_adapt(weights, history, count, gain, shift) == (int32_t)sum;
  ok &= !memcmp(weights, expected, (size_t)count * 4);
  check(ok, "waveform filter", seed);
  free(weights), free(expected), free(history);
}

// A cosine or sine in 2^-30; any will do.
static int32_t draw_turn(enum magnitude g) {
  return g == extreme ? (draw() & 1 ? 1 << 30 : -(1 << 30)) : (int32_t)between(-(1 << 30), 1 << 30);
}
static int32_t draw_value(enum magnitude g) {
  static const int32_t ends[] = {INT32_MIN, INT32_MIN + 1, -1, 0, 1, INT32_MAX};
  return g == extreme ? ends[draw() % 6] : g == wild ? (int32_t)draw() : (int32_t)between(-(1 << 22), 1 << 22);
}

// Numbers mod 2^32.
static int32_t rot(int64_t c, int64_t a, int64_t s, int64_t b) { return (int32_t)(uint32_t)R(c * a + s * b, 30); }
static int32_t modular(int64_t sum) { return (int32_t)(uint32_t)sum; }

static int32_t halved(int64_t sum, int halves) {
  const int32_t z = modular(sum);
  return halves ? modular((int64_t)z + (z >> 1 & 1)) >> 1 : z;
}

// SPEC §19.8, steps 2 to 4, with places of reversed bits.
static void expected_transform(const int32_t *tables, int64_t points, const int32_t *x, int32_t *y) {
  static int32_t re[1024], im[1024];
  for (int64_t i = 0; i < points; ++i) {
    int64_t n = 0;
    for (int64_t bit = 1; bit < points; bit *= 2) n = 2 * n + ((i & bit) != 0);
    const int64_t c = tables[n], s = tables[points + n], a = x[2 * n], b = x[2 * points - 1 - 2 * n];
    re[i] = rot(c, a, s, b), im[i] = rot(c, b, -s, a);
  }
  int even = 0;
  for (int64_t h = 1; h < points; h *= 2, even = !even)
    for (int64_t i = 0; i < points; ++i) {
      if (i & h) continue;
      const int64_t c = tables[2 * points + h + i % h], s = tables[3 * points + h + i % h];
      const int32_t a = rot(c, re[i + h], s, im[i + h]), b = rot(c, im[i + h], -s, re[i + h]);
      const int32_t u = re[i], v = im[i];
      re[i] = halved((int64_t)u + a, even), re[i + h] = halved((int64_t)u - a, even);
      im[i] = halved((int64_t)v + b, even), im[i + h] = halved((int64_t)v - b, even);
    }
  for (int64_t n = 0; n < points; ++n) {
    const int64_t c = tables[4 * points + n], s = tables[5 * points + n];
    y[2 * n] = rot(c, re[n], s, im[n]), y[2 * points - 1 - 2 * n] = rot(s, re[n], -c, im[n]);
  }
}

static void test_transform(int seed, enum magnitude g) {
  state = (uint64_t)seed * 7919 + g + 13;
  const int64_t points = (int64_t)4 << seed % 9;
  int32_t *tables = memory((size_t)points * 6, 4), *x = memory((size_t)points * 2, 4), *expected = memory((size_t)points * 2, 4);
  int32_t *scratch = memory((size_t)points * 4, 4);
  for (int64_t i = 0; i < 6 * points; ++i) tables[i] = draw_turn(g);
  for (int64_t i = 0; i < 2 * points; ++i) x[i] = draw_value(g);
  expected_transform(tables, points, x, expected);
  kernels->transform(tables, points, x, scratch);
  check(!memcmp(x, expected, (size_t)points * 8), "transform", seed);
  free(tables), free(x), free(expected), free(scratch);
}

static void test_overlap(int seed, enum magnitude g) {
  state = (uint64_t)seed * 7919 + g + 15;
  const int64_t count = (int64_t)4 << seed % 9;
  int32_t *sines = memory((size_t)count, 4), *cosines = memory((size_t)count, 4), *x = memory((size_t)count * 2, 4);
  int32_t *expected = memory((size_t)count * 2, 4);
  for (int64_t i = 0; i < count; ++i) sines[i] = draw_turn(g), cosines[i] = draw_turn(g);
  for (int64_t i = 0; i < 2 * count; ++i) x[i] = draw_value(g);
  for (int64_t i = 0; i < count; ++i) {
    const int64_t l = x[count - 1 - i], r = x[count + i];
    expected[count + i] = rot(sines[i], r, -(int64_t)cosines[i], l);
    expected[count - 1 - i] = rot(sines[i], l, cosines[i], r);
  }
  kernels->overlap(sines, cosines, count, x + count);
  check(!memcmp(x, expected, (size_t)count * 8), "overlap", seed);
  free(sines), free(cosines), free(x), free(expected);
}

static void test_perceptron(int seed, enum magnitude g) {
  state = (uint64_t)seed * 7919 + g + 17;
  enum { width = VC_PERCEPTRON_WIDTH };
  static _Alignas(64) int16_t packed[3 * width * width];
  static _Alignas(64) int32_t biases[3 * width];
  static int16_t w[3][width][width];
  static const int32_t shifts[] = {1, 2, 15, 29, 30};
  const int inputs = (int)between(1, width), outputs = (int)between(1, width);
  memset(packed, 0, sizeof packed), memset(biases, 0, sizeof biases), memset(w, 0, sizeof w);
  struct vc_perceptron p = {.weights = packed, .biases = biases, .pairs = (inputs + 1) / 2, .outputs = outputs};
  int16_t features[width] = {0};
  for (int i = 0; i < inputs; ++i) features[i] = g == typical ? (int16_t)between(-8191, 8191) : draw_sample(g);
  int64_t x[width], y[width];
  for (int i = 0; i < width; ++i) x[i] = features[i];
  for (int layer = 0; layer < 3; ++layer) {
    const int shift = p.shifts[layer] = g == typical ? (int32_t)between(8, 14) : shifts[draw() % 5];
    for (int n = 0; n < (layer < 2 ? width : outputs); ++n) {
      const int32_t bias = biases[layer * width + n] = g == typical ? (int32_t)between(-(1 << 18), 1 << 18) : draw_multiplier(g);
      int64_t sum = bias;
      for (int k = 0; k < (layer ? width : inputs); ++k) {
        w[layer][n][k] = draw_weight(g);
        packed[layer * width * width + k / 2 * (2 * width) + 2 * n + k % 2] = w[layer][n][k];
        sum += w[layer][n][k] * x[k];
      }
      sum = R(modular(sum), shift);
      y[n] = layer < 2 ? sum < 0 ? 0 : sum > 32767 ? 32767 : sum : sum < -2047 ? -2047 : sum > 2047 ? 2047 : sum;
    }
    for (int n = layer < 2 ? width : outputs; n < width; ++n) y[n] = 0;
    memcpy(x, y, sizeof x);
  }
  int32_t logits[width + 1];
  logits[width] = 77;
  kernels->perceptron(&p, features, logits);
  int ok = logits[width] == 77;
  for (int n = 0; n < width; ++n) ok &= logits[n] == x[n];
  check(ok, "perceptron", seed);
}

int main(void) {
  kernels = vc_kernels_for(vc_neon);
  if (!kernels) {
    printf("this processor does not run NEON kernels\n");
    return 1;
  }
  for (int seed = 0; seed < 100; ++seed)
    for (enum magnitude g = typical; g < magnitudes; ++g) {
      test_pointwise(seed, g);
      test_depthwise(seed, g);
      test_least_squares(seed, g);
      test_row_products(seed, g);
      test_waveform_squares(seed, g);
      test_waveform_adapt(seed, g);
      test_transform(seed, g);
      test_overlap(seed, g);
      test_perceptron(seed, g);
    }
  printf("%d passed, %d failed\n", passed, failed);
  return failed != 0;
}
