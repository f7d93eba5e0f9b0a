// The tables that each kernel file defines where its architecture is the one compiled for.
#pragma once
#include "kernels.h"

extern const struct vc_kernels vc_kernels_avx2, vc_kernels_avx512vnni, vc_kernels_neon;
