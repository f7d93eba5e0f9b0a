// Vector kernels, one file for each instruction set: of the integer network pointwise products and depthwise convolutions
// (SPEC §8), of sample coding least squares (§14), of waveforms least squares and long filters (§16), of trees products of rows (ProbabilisticCircuits/IntegerTrees), of lossy
// sound perceptrons (§18), the cosine transform (§19.8) and its overlap (§19.9). Each equals the portable Swift reference
// (IntegerKernels) bit for bit.
//
// R(a, s) = (a + 2^(s-1)) >> s with an arithmetic shift, 1 <= s <= 62. With any int32 a and m, |a·m| <= 2^62 and
// 2^(s-1) <= 2^61, so 64 bits hold R's argument.
//
// Callers promise that accumulators fit int32 in any order of summation: |bias| + 32768·Σ|w| < 2^31 for every output
// (SPEC §7). A model that breaks this gives wrapped sums, never a wrong access to memory.
#pragma once
#include <stdint.h>

/// Instruction sets that kernels are written for. AVX-512 means F, BW, VL, DQ and VNNI together.
enum vc_instruction_set { vc_avx2 = 1, vc_avx512vnni = 2, vc_neon = 3 };

/// What becomes of v = sat16(R(acc · m, shift)), the output of a pointwise product.
enum vc_output {
  vc_plain = 0,    ///< v
  vc_leaky = 1,    ///< v where v >= 0, else v >> 3
  vc_residual = 2, ///< sat16(residual + v)
  vc_gated = 3     ///< v where residual >= 0, else v >> 3: what leaky does to a gradient
};

/// Whether an output needs `residual`.
static inline int vc_reads_residual(enum vc_output output) { return output == vc_residual || output == vc_gated; }

/// A pointwise product in the order in which kernels read it.
struct vc_pointwise {
  /// [block of 16 outputs][pair of inputs][16][2]; zeros where outputs or inputs are padded.
  const int16_t *weights;
  /// [blocks · 16] each.
  const int32_t *biases, *multipliers;
  /// inputs: rounded up to even; outputs: those that are stored, not padded; shift: 1 ... 62.
  int32_t inputs, outputs, shift;
};

/// y[p][n] = output(sat16(R(acc · m[n], shift))) with acc = biases[n] + Σ w[n][k]·x[p][k], for positions p in order.
///
/// x: [positions][inputs], positions x_stride values apart; with an odd number of true inputs, the value after the last
///    one is read, and multiplied by zero.
/// residual: [positions][outputs] if output is vc_residual or vc_gated, else not read; may be y itself. y: [positions][outputs].
///    Positions of both are y_stride apart. x and y do not overlap.
typedef void vc_pointwise_kernel(const struct vc_pointwise *w, enum vc_output output, const int16_t *x, int64_t x_stride,
                                 const int16_t *residual, int16_t *y, int64_t y_stride, int64_t positions);

/// A depthwise convolution modulated for one quality point.
struct vc_depthwise {
  const int16_t *taps;                  ///< [side · side][channels], 32768 · Σ|tap| < 2^27 for each channel
  const int32_t *multipliers, *offsets; ///< [channels] each
  int32_t side, channels, shift;        ///< 3 or 5; a multiple of 16; 1 ... 62
};

/// Part of one output row, columns from ..< to. With x zero outside the grid,
/// h[column - from][c] = sat16(R(acc · multipliers[c], shift) + offsets[c]) and
/// acc = Σ taps[u·side + v][c]·x[row + u - side/2][column + v - side/2][c].
///
/// x: [height][width][channels]. h: [to - from][channels].
typedef void vc_depthwise_kernel(const struct vc_depthwise *d, const int16_t *x, int64_t height, int64_t width, int64_t row,
                                 int64_t from, int64_t to, int16_t *h);

/// A linear predictor that learns by weighted least squares (SPEC §14.2); weights in 1/65536.
struct vc_least_squares {
  int32_t weights[16], matrix[256];
  int64_t gradient[16];
  int32_t next;   ///< the coordinate that is improved next, 0 ... 15
  int32_t shift;  ///< 1 ... 10: the past fades by 2^-shift a sample
};

/// Learns one sample (SPEC §14.8).
///
/// features: [16], each within ±255. error: of the prediction, in 1/64. gain: 1 ... 31.
typedef void vc_least_squares_kernel(struct vc_least_squares *p, const int32_t *features, int32_t error, int32_t gain);

/// result[r][j] = Σ rows[r][i]·table[i][j] mod 2^32 over i < length: messages along an edge of a tree.
///
/// rows, result: [count][width]. table: [length][width]. length: at most width. width: a multiple of 16.
typedef void vc_row_products_kernel(const uint16_t *rows, const uint16_t *table, int64_t count, int64_t length, int64_t width,
                                    uint32_t *result);

enum { VC_WAVE_TAPS = 32, VC_WAVE_STRIDE = 40 };

/// A linear predictor of a waveform by least squares over the past, which fades (SPEC §16.4).
struct vc_wave_squares {
  int64_t moments[(VC_WAVE_TAPS + 1) * VC_WAVE_STRIDE];  ///< lower triangle; row 0 is the sample itself
  int32_t weights[VC_WAVE_TAPS];                         ///< in 2^-20, lag 1 first
};

/// Learns the 64 samples own[0 ..< 64].
///
/// own, other: read from -40 on, values within 24 bits. other: null, or the other channel: other[t] is its newest sample that is known before own[t].
typedef void vc_waveform_learn_kernel(struct vc_wave_squares *p, const int32_t *own, const int32_t *other);

/// The prediction of own[0], in 2^-20.
typedef int64_t vc_waveform_predict_kernel(const struct vc_wave_squares *p, const int32_t *own, const int32_t *other);

/// One step of a long adaptive filter (SPEC §16.5): weights[i] += (gain·history[i]) >> shift, then the sum of
/// (weights[i] >> 16)·history[i + 1], all mod 2^32.
///
/// history: [count + 1], int16 values times 65536, the newest last. count: a multiple of 16. gain: an int16; shift: 0 ... 31.
typedef int32_t vc_waveform_adapt_kernel(int32_t *weights, const int32_t *history, int64_t count, int32_t gain, int32_t shift);

/// The DCT-IV of 2·points values x in place, all mod 2^32 (SPEC §19.8, steps 2 to 4).
///
/// tables: [6][points] in 2^-30, within ±2^30: cosines and sines of the angles φ; of ψ, h of them for each h from place h on; of φ again,
///    times κ. points: a power of two, at least 4. scratch: [4 · points].
typedef void vc_transform_kernel(const int32_t *tables, int64_t points, int32_t *x, int32_t *scratch);

/// The rotation across a boundary (SPEC §19.9): for i < count, r = boundary[i] becomes rot(s[i]·r - c[i]·l) and l = boundary[-1 - i]
/// becomes rot(s[i]·l + c[i]·r), mod 2^32.
///
/// sines, cosines: [count] in 2^-30, within ±2^30.
typedef void vc_overlap_kernel(const int32_t *sines, const int32_t *cosines, int64_t count, int32_t *boundary);

enum { VC_PERCEPTRON_WIDTH = 32 };

/// Three layers (SPEC §18) in the order in which kernels read them.
struct vc_perceptron {
  const int16_t *weights;  ///< [3][pair of inputs][32 outputs][2], aligned to 64; zeros where inputs or outputs are padded
  const int32_t *biases;   ///< [3][32], aligned to 64; zeros where outputs are padded
  int32_t pairs;           ///< of inputs to the first layer, 1 ... 16
  int32_t outputs;         ///< of the last layer, 1 ... 32
  int32_t shifts[3];       ///< 1 ... 30 each
};

/// Logits of features. Sums are mod 2^32; R(sum, shift) of each is exact.
///
/// features: [32], zeros after the last input. logits: [32], zeros after the last output.
typedef void vc_perceptron_kernel(const struct vc_perceptron *p, const int16_t *features, int32_t *logits);

/// The kernels of one instruction set.
struct vc_kernels {
  vc_pointwise_kernel *pointwise;
  vc_depthwise_kernel *depthwise;
  vc_least_squares_kernel *least_squares;
  vc_row_products_kernel *row_products;
  vc_waveform_learn_kernel *waveform_learn;
  vc_waveform_predict_kernel *waveform_predict;
  vc_waveform_adapt_kernel *waveform_adapt;
  vc_transform_kernel *transform;
  vc_overlap_kernel *overlap;
  vc_perceptron_kernel *perceptron;
};

/// Null unless they are compiled in and this processor runs them.
const struct vc_kernels *vc_kernels_for(enum vc_instruction_set set);

/// The value of the environment variable VCODEC_KERNELS, or null.
const char *vc_requested_kernels(void);
