#include "kinds.h"
#if defined(__x86_64__)
__attribute__((target("avx2"))) VC_POINTWISE(vc_pointwise_avx2) {}
__attribute__((target("avx2"))) VC_DEPTHWISE(vc_depthwise_avx2) {}
#endif
