// Vector kernels of the integer network (SPEC §8). Each equals the portable Swift reference bit for bit.
//
// Layouts: features int16 [position][channel]. Pointwise weights are packed for pair products:
// packed[block][pair][output 0…15][2] as int16, block = 16 outputs, pair = two inputs; outputs and inputs padded with zeros.
// bias and multiplier are int32, padded to whole blocks.
#pragma once
#include <stdint.h>

enum vc_kernel_kind { vc_kernels_none = 0, vc_kernels_avx2 = 1, vc_kernels_avx512vnni = 2, vc_kernels_neon = 3 };
/// The best kind that this processor runs.
int vc_best_kernels(void);

enum vc_activation { vc_plain = 0, vc_leaky = 1, vc_residual = 2 };

/// y[position][output] = activation(sat16((acc · m + 2^(shift-1)) >> shift)), acc = bias + Σ w·x in 32 bits.
/// inputs even, xStride and yStride in elements; residual is added with saturation when activation is vc_residual.
struct vc_pointwise {
  const int16_t *packed;
  const int32_t *bias, *multiplier;
  int32_t inputs, outputs, shift, activation;
};
typedef void (*vc_pointwise_function)(const struct vc_pointwise *p, const int16_t *x, int64_t xStride, const int16_t *residual,
                                      int64_t residualStride, int16_t *y, int64_t yStride, int64_t positions);

/// One output row of a depthwise convolution with modulation: h = sat16(((acc · mq + 2^(shift-1)) >> shift) + aq).
/// rows[k]: the k input rows [width][channels], null where outside the grid. taps [k·k][channels], each an int8 in the low 16 bits, the upper 16 bits zero.
typedef void (*vc_depthwise_function)(const int16_t *const *rows, int32_t k, const int32_t *taps, const int32_t *mq, const int32_t *aq,
                                      int32_t shift, int64_t from, int64_t to, int64_t width, int64_t channels, int16_t *h);

vc_pointwise_function vc_pointwise_kernel(int kind);
vc_depthwise_function vc_depthwise_kernel(int kind);
