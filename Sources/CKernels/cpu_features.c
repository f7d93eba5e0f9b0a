// Which kernels this processor runs.
#include <stdlib.h>

#include "instruction_sets.h"

#if defined(__x86_64__)

static int runs_avx512vnni(void) {
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
         __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vnni");
}

const struct vc_kernels *vc_kernels_for(enum vc_instruction_set set) {
  if (set == vc_avx512vnni && runs_avx512vnni()) return &vc_kernels_avx512vnni;
  if (set == vc_avx2 && __builtin_cpu_supports("avx2")) return &vc_kernels_avx2;
  return 0;
}

#elif defined(__aarch64__)

#if defined(__linux__)
#include <sys/auxv.h>
#ifndef HWCAP_ASIMD
#define HWCAP_ASIMD (1 << 1)
#endif
static int runs_neon(void) { return (getauxval(AT_HWCAP) & HWCAP_ASIMD) != 0; }
#else
static int runs_neon(void) { return 1; }
#endif

const struct vc_kernels *vc_kernels_for(enum vc_instruction_set set) {
  return set == vc_neon && runs_neon() ? &vc_kernels_neon : 0;
}

#else

const struct vc_kernels *vc_kernels_for(enum vc_instruction_set set) {
  (void)set;
  return 0;
}

#endif

const char *vc_requested_kernels(void) { return getenv("VCODEC_KERNELS"); }
