// A step of the linear predictor of SPEC §14.8, included by the file of each instruction set. Plain loops over sixteen
// values: the compiler turns each into a few instructions of the set that LEAST_SQUARES_TARGET names.
#pragma once
#include "include/kernels.h"

#define VC_SIXTEEN for (int i = 0; i < 16; ++i)

LEAST_SQUARES_TARGET static inline int64_t clamp_weight(int64_t w) {
  const int64_t most = 1 << 18;
  return w < -most ? -most : w > most ? most : w;
}

LEAST_SQUARES_TARGET static void least_squares(struct vc_least_squares *p, const int32_t *features, int32_t error,
                                               int32_t gain) {
  const int32_t shift = p->shift, half = 1 << (shift - 1);
  for (int row = 0; row < 16; ++row) {
    const int32_t scaled = features[row] * gain;
    int32_t *matrix = p->matrix + 16 * row;
    VC_SIXTEEN matrix[i] += scaled * features[i] - ((matrix[i] + half) >> shift);
  }
  const int64_t scaled_error = (int64_t)error * gain;
  VC_SIXTEEN p->gradient[i] += features[i] * scaled_error - ((p->gradient[i] + half) >> shift);
  for (int step = 0; step < 4; ++step) {
    const int j = p->next;
    const int32_t *matrix = p->matrix + 16 * j;
    const int64_t wanted = clamp_weight(p->weights[j] + p->gradient[j] * 1024 / (matrix[j] + 64));
    const int64_t delta = wanted - p->weights[j];
    p->weights[j] = (int32_t)wanted;
    if (delta) VC_SIXTEEN p->gradient[i] -= (delta * matrix[i]) >> 10;
    p->next = (j + 1) & 15;
  }
}
