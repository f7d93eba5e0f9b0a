#include "kernels.h"
#include "kinds.h"

int vc_best_kernels(void) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512vnni"))
    return vc_kernels_avx512vnni;
  if (__builtin_cpu_supports("avx2")) return vc_kernels_avx2;
  return vc_kernels_none;
#elif defined(__aarch64__)
  return vc_kernels_neon;
#else
  return vc_kernels_none;
#endif
}

vc_pointwise_function vc_pointwise_kernel(int kind) {
  switch (kind) {
#if defined(__x86_64__)
    case vc_kernels_avx512vnni: return vc_pointwise_avx512vnni;
    case vc_kernels_avx2: return vc_pointwise_avx2;
#elif defined(__aarch64__)
    case vc_kernels_neon: return vc_pointwise_neon;
#endif
    default: return 0;
  }
}

vc_depthwise_function vc_depthwise_kernel(int kind) {
  switch (kind) {
#if defined(__x86_64__)
    case vc_kernels_avx512vnni: return vc_depthwise_avx512vnni;
    case vc_kernels_avx2: return vc_depthwise_avx2;
#elif defined(__aarch64__)
    case vc_kernels_neon: return vc_depthwise_neon;
#endif
    default: return 0;
  }
}
