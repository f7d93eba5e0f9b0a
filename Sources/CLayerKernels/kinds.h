#pragma once
#include "kernels.h"

#define VC_POINTWISE(name)                                                                                                     \
  void name(const struct vc_pointwise *p, const int16_t *x, int64_t xStride, const int16_t *residual, int64_t residualStride,  \
            int16_t *y, int64_t yStride, int64_t positions)
#define VC_DEPTHWISE(name)                                                                                                     \
  void name(const int16_t *const *rows, int32_t k, const int32_t *taps, const int32_t *mq, const int32_t *aq, int32_t shift,   \
            int64_t from, int64_t to, int64_t width, int64_t channels, int16_t *h)

VC_POINTWISE(vc_pointwise_avx512vnni);
VC_DEPTHWISE(vc_depthwise_avx512vnni);
VC_POINTWISE(vc_pointwise_avx2);
VC_DEPTHWISE(vc_depthwise_avx2);
VC_POINTWISE(vc_pointwise_neon);
VC_DEPTHWISE(vc_depthwise_neon);
