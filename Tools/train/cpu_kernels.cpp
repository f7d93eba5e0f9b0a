// Fused training kernels for CPUs with AVX-512: PyTorch's own depthwise backward pass and its chains of
// element-wise operations take several times longer than the matrix products between them.
// Activations are bf16 [batch, height, width, channels]; accumulation is fp32. Built at first use by fused.py.
#include <ATen/Parallel.h>
#include <immintrin.h>
#include <torch/extension.h>

#include <cmath>
#include <tuple>
#include <vector>

using torch::Tensor;
using bf16 = uint16_t;

namespace {

bf16* bits(Tensor& t) { return reinterpret_cast<bf16*>(t.data_ptr<at::BFloat16>()); }
const bf16* bits(const Tensor& t) { return reinterpret_cast<const bf16*>(t.data_ptr<at::BFloat16>()); }
inline __m512 load(const bf16* p) {
  return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(_mm256_loadu_si256((const __m256i*)p)), 16));
}
inline void store(bf16* p, __m512 v) { _mm256_storeu_si256((__m256i*)p, (__m256i)_mm512_cvtneps_pbh(v)); }
inline float widen(bf16 v) { uint32_t u = uint32_t(v) << 16; float f; memcpy(&f, &u, 4); return f; }
inline bf16 narrow(float f) { uint32_t u; memcpy(&u, &f, 4); return (u + 0x7fff + ((u >> 16) & 1)) >> 16; }

// Sixteen channels of one sample, [h, w, c], as fp32 with a border of r zeros: loops over taps then need neither
// branches nor conversions, and read from the first-level cache.
template <typename Value>
void pad(float* plane, int64_t h, int64_t w, int64_t r, Value value) {
  int64_t row = w + 2 * r;
  memset(plane, 0, r * row * 64);
  for (int64_t y = 0; y < h; ++y) {
    float* p = plane + (y + r) * row * 16;
    memset(p, 0, r * 64);
    for (int64_t x = 0; x < w; ++x) _mm512_storeu_ps(p + (r + x) * 16, value(y * w + x));
    memset(p + (r + w) * 16, 0, r * 64);
  }
  memset(plane + (h + r) * row * 16, 0, r * row * 64);
}

// weight: [K * K, c] at the first of the sixteen channels.
template <int K, typename Emit>
void depthwise(const float* plane, const float* weight, int64_t h, int64_t w, int64_t c, bool flip, Emit emit) {
  constexpr int Run = 8;
  int64_t row = (w + K - 1) * 16;
  __m512 taps[K * K];
  for (int t = 0; t < K * K; ++t) taps[t] = _mm512_loadu_ps(weight + (flip ? K * K - 1 - t : t) * c);
  for (int64_t y = 0; y < h; ++y)
    for (int64_t x = 0; x < w; x += Run) {
      int64_t n = std::min<int64_t>(Run, w - x);
      __m512 acc[Run];
      for (auto& a : acc) a = _mm512_setzero_ps();
      for (int i = 0; i < K; ++i) {
        const float* p = plane + (y + i) * row + x * 16;
        for (int j = 0; j < K; ++j) {
          __m512 tap = taps[i * K + j];
          if (n == Run) {
#pragma GCC unroll 8
            for (int q = 0; q < Run; ++q) acc[q] = _mm512_fmadd_ps(_mm512_loadu_ps(p + (j + q) * 16), tap, acc[q]);
          } else {
            for (int q = 0; q < n; ++q) acc[q] = _mm512_fmadd_ps(_mm512_loadu_ps(p + (j + q) * 16), tap, acc[q]);
          }
        }
      }
      for (int q = 0; q < n; ++q) emit(y * w + x + q, acc[q]);
    }
}

// dw [K * K, c] += gradient of the taps; dy: fp32 [h, w, 16].
template <int K>
void depthwise_weight_gradient(const float* plane, const float* dy, float* dw, int64_t h, int64_t w, int64_t c) {
  int64_t row = (w + K - 1) * 16;
  __m512 acc[K * K];
  for (auto& a : acc) a = _mm512_setzero_ps();
  for (int64_t y = 0; y < h; ++y)
    for (int64_t x = 0; x < w; ++x) {
      __m512 g = _mm512_loadu_ps(dy + (y * w + x) * 16);
      const float* p = plane + y * row + x * 16;
#pragma GCC unroll 5
      for (int i = 0; i < K; ++i)
#pragma GCC unroll 5
        for (int j = 0; j < K; ++j) acc[i * K + j] = _mm512_fmadd_ps(_mm512_loadu_ps(p + i * row + j * 16), g, acc[i * K + j]);
    }
  for (int t = 0; t < K * K; ++t) _mm512_storeu_ps(dw + t * c, _mm512_add_ps(_mm512_loadu_ps(dw + t * c), acc[t]));
}

Tensor column_sum(const Tensor& x, int64_t n, int64_t c) {  // [n, c] bf16 -> [c] fp32
  int threads = at::get_num_threads();
  auto partial = torch::zeros({threads, c}, torch::kFloat);
  const bf16* p = bits(x);
  float* out = partial.data_ptr<float>();
  at::parallel_for(0, threads, 1, [&](int64_t t0, int64_t t1) {
    for (int64_t t = t0; t < t1; ++t)
      for (int64_t i = n * t / threads; i < n * (t + 1) / threads; ++i)
        for (int64_t k = 0; k < c; k += 16)
          _mm512_storeu_ps(out + t * c + k, _mm512_add_ps(_mm512_loadu_ps(out + t * c + k), load(p + i * c + k)));
  });
  return partial.sum(0);
}

// Residual block: depthwise, per-sample scale and shift, expand, leaky ReLU (1/8), project, add.
template <int K>
std::vector<Tensor> block_forward_k(const Tensor& x, const Tensor& wd, const Tensor& bd, const Tensor& scale,
                                    const Tensor& shift, const Tensor& w1, const Tensor& b1, const Tensor& w2,
                                    const Tensor& b2) {
  int64_t b = x.size(0), h = x.size(1), w = x.size(2), c = x.size(3), e = w1.size(0), r = K / 2, n = b * h * w;
  auto pre = torch::empty_like(x), mod = torch::empty_like(x);
  const float *pw = wd.data_ptr<float>(), *pb = bd.data_ptr<float>();
  at::parallel_for(0, b, 1, [&](int64_t s0, int64_t s1) {
    std::vector<float> plane((h + 2 * r) * (w + 2 * r) * 16);
    for (int64_t s = s0; s < s1; ++s)
      for (int64_t cb = 0; cb < c; cb += 16) {
        int64_t base = s * h * w * c + cb;
        const bf16* in = bits(x) + base;
        bf16 *o = bits(pre) + base, *m = bits(mod) + base;
        pad(plane.data(), h, w, r, [&](int64_t i) { return load(in + i * c); });
        __m512 bias = _mm512_loadu_ps(pb + cb), sc = _mm512_loadu_ps(scale.data_ptr<float>() + s * c + cb),
               sh = _mm512_loadu_ps(shift.data_ptr<float>() + s * c + cb);
        depthwise<K>(plane.data(), pw + cb, h, w, c, false, [&](int64_t i, __m512 v) {
          v = _mm512_add_ps(v, bias);
          store(o + i * c, v);
          store(m + i * c, _mm512_fmadd_ps(v, sc, sh));
        });
      }
  });
  auto act = at::mm(mod.view({n, c}), w1.t());
  const __m512 slope = _mm512_set1_ps(0.125f);
  at::parallel_for(0, n, 64, [&](int64_t i0, int64_t i1) {
    for (int64_t i = i0; i < i1; ++i)
      for (int64_t k = 0; k < e; k += 16) {
        __m512 v = _mm512_add_ps(load(bits(act) + i * e + k), _mm512_loadu_ps(b1.data_ptr<float>() + k));
        store(bits(act) + i * e + k, _mm512_max_ps(v, _mm512_mul_ps(v, slope)));
      }
  });
  auto y = at::mm(act, w2.t()).view_as(x);
  at::parallel_for(0, n, 64, [&](int64_t i0, int64_t i1) {
    for (int64_t i = i0; i < i1; ++i)
      for (int64_t k = 0; k < c; k += 16) {
        __m512 v = _mm512_add_ps(load(bits(y) + i * c + k), _mm512_loadu_ps(b2.data_ptr<float>() + k));
        store(bits(y) + i * c + k, _mm512_add_ps(v, load(bits(x) + i * c + k)));
      }
  });
  return {y, pre, mod, act};
}

template <int K>
std::vector<Tensor> block_backward_k(const Tensor& dy, const Tensor& x, const Tensor& pre, const Tensor& mod,
                                     const Tensor& act, const Tensor& wd, const Tensor& scale, const Tensor& w1,
                                     const Tensor& w2) {
  int64_t b = x.size(0), h = x.size(1), w = x.size(2), c = x.size(3), e = w1.size(0), r = K / 2, n = b * h * w;
  auto g = dy.view({n, c});
  auto db2 = column_sum(g, n, c);
  auto dw2 = at::mm(g.t(), act);
  auto du = at::mm(g, w2);
  const __m512 slope = _mm512_set1_ps(0.125f), zero = _mm512_setzero_ps();
  at::parallel_for(0, n, 64, [&](int64_t i0, int64_t i1) {
    for (int64_t i = i0 * e; i < i1 * e; i += 16) {
      __m512 v = load(bits(du) + i);
      auto negative = _mm512_cmp_ps_mask(load(bits(act) + i), zero, _CMP_LT_OQ);
      store(bits(du) + i, _mm512_mask_mul_ps(v, negative, v, slope));
    }
  });
  auto db1 = column_sum(du, n, e);
  auto dw1 = at::mm(du.t(), mod.view({n, c}));
  auto dh = at::mm(du, w1);
  int threads = at::get_num_threads();
  auto dscale = torch::zeros({b, c}, torch::kFloat), dshift = torch::zeros({b, c}, torch::kFloat);
  auto dwd = torch::zeros({threads, K * K, c}, torch::kFloat);
  auto dx = torch::empty_like(x);
  at::parallel_for(0, threads, 1, [&](int64_t t0, int64_t t1) {
    std::vector<float> plane((h + 2 * r) * (w + 2 * r) * 16), dpre(h * w * 16);
    for (int64_t t = t0; t < t1; ++t)
      for (int64_t s = b * t / threads; s < b * (t + 1) / threads; ++s)
        for (int64_t cb = 0; cb < c; cb += 16) {
          int64_t base = s * h * w * c + cb;
          const bf16 *gh = bits(dh) + base, *p = bits(pre) + base, *in = bits(x) + base, *gy = bits(dy) + base;
          bf16* o = bits(dx) + base;
          __m512 as = zero, sum = zero, f = _mm512_loadu_ps(scale.data_ptr<float>() + s * c + cb);
          for (int64_t i = 0; i < h * w; ++i) {
            __m512 v = load(gh + i * c);
            as = _mm512_fmadd_ps(v, load(p + i * c), as);
            sum = _mm512_add_ps(sum, v);
            _mm512_storeu_ps(dpre.data() + i * 16, _mm512_mul_ps(v, f));
          }
          _mm512_storeu_ps(dscale.data_ptr<float>() + s * c + cb, as);
          _mm512_storeu_ps(dshift.data_ptr<float>() + s * c + cb, sum);
          pad(plane.data(), h, w, r, [&](int64_t i) { return load(in + i * c); });
          depthwise_weight_gradient<K>(plane.data(), dpre.data(), dwd.data_ptr<float>() + t * K * K * c + cb, h, w, c);
          pad(plane.data(), h, w, r, [&](int64_t i) { return _mm512_loadu_ps(dpre.data() + i * 16); });
          depthwise<K>(plane.data(), wd.data_ptr<float>() + cb, h, w, c, true, [&](int64_t i, __m512 v) {
            store(o + i * c, _mm512_add_ps(v, load(gy + i * c)));
          });
        }
  });
  auto dbd = (dshift * scale).sum(0);
  return {dx, dwd.sum(0), dbd, dscale, dshift, dw1, db1, dw2, db2};
}

std::vector<Tensor> block_forward(const Tensor& x, const Tensor& wd, const Tensor& bd, const Tensor& scale,
                                  const Tensor& shift, const Tensor& w1, const Tensor& b1, const Tensor& w2,
                                  const Tensor& b2) {
  return wd.size(0) == 25 ? block_forward_k<5>(x, wd, bd, scale, shift, w1, b1, w2, b2)
                          : block_forward_k<3>(x, wd, bd, scale, shift, w1, b1, w2, b2);
}

std::vector<Tensor> block_backward(const Tensor& dy, const Tensor& x, const Tensor& pre, const Tensor& mod,
                                   const Tensor& act, const Tensor& wd, const Tensor& scale, const Tensor& w1,
                                   const Tensor& w2) {
  return wd.size(0) == 25 ? block_backward_k<5>(dy, x, pre, mod, act, wd, scale, w1, w2)
                          : block_backward_k<3>(dy, x, pre, mod, act, wd, scale, w1, w2);
}

constexpr int kMaxZ = 128, kMaxK = 4;
constexpr float kLog2e = 1.4426950408889634f;

inline __m512 constant(float v) { return _mm512_set1_ps(v); }
inline __m512 fma(__m512 a, __m512 b, float c) { return _mm512_fmadd_ps(a, b, constant(c)); }

// exp(x) for x in -80...80 to about 2e-7, by x = n ln 2 + r and a polynomial in r.
inline __m512 exponential(__m512 x) {
  x = _mm512_min_ps(_mm512_max_ps(x, constant(-80.f)), constant(80.f));
  __m512 n = _mm512_roundscale_ps(_mm512_mul_ps(x, constant(kLog2e)), _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
  __m512 r = _mm512_fnmadd_ps(n, constant(0.693359375f), x);
  r = _mm512_fnmadd_ps(n, constant(-2.12194440e-4f), r);
  __m512 y = constant(1.f / 720);
  for (float c : {1.f / 120, 1.f / 24, 1.f / 6, 0.5f, 1.f, 1.f}) y = fma(y, r, c);
  return _mm512_scalef_ps(y, n);
}

// log(x) for positive x to about 1e-7: mantissa in 0.75...1.5 and the series of atanh.
inline __m512 logarithm(__m512 x) {
  __m512 m = _mm512_getmant_ps(x, _MM_MANT_NORM_p75_1p5, _MM_MANT_SIGN_zero);
  __m512 e = _mm512_getexp_ps(x);
  e = _mm512_mask_add_ps(e, _mm512_cmp_ps_mask(m, constant(1.f), _CMP_LT_OQ), e, constant(1.f));
  __m512 s = _mm512_div_ps(_mm512_sub_ps(m, constant(1.f)), _mm512_add_ps(m, constant(1.f)));
  __m512 s2 = _mm512_mul_ps(s, s), y = constant(2.f / 9);
  for (float c : {2.f / 7, 2.f / 5, 2.f / 3, 2.f}) y = fma(y, s2, c);
  return _mm512_fmadd_ps(e, constant(0.69314718f), _mm512_mul_ps(y, s));
}

// P(X > x) of a standard Gaussian for x >= 0, given exp(-x*x/2): Abramowitz and Stegun 7.1.26.
inline __m512 upper_tail(__m512 x, __m512 e) {
  __m512 t = _mm512_div_ps(constant(1.f), fma(x, constant(0.3275911f * 0.70710678f), 1.f));
  __m512 y = constant(1.061405429f);
  for (float c : {-1.453152027f, 1.421413741f, -0.284496736f, 0.254829592f}) y = fma(y, t, c);
  return _mm512_mul_ps(_mm512_mul_ps(constant(0.5f), e), _mm512_mul_ps(t, y));
}

// Sixteen values under one component: log mass, and its derivatives by distance and by log scale.
struct Mass { __m512 log, distance, scale; };

inline Mass gaussian_mass(__m512 d, __m512 log_scale) {
  const __m512 low = constant(-2.2072749f), high = constant(4.1588831f), half = constant(0.5f), zero = _mm512_setzero_ps();
  auto wider = _mm512_cmp_ps_mask(log_scale, low, _CMP_LE_OQ), narrower = _mm512_cmp_ps_mask(log_scale, high, _CMP_GE_OQ);
  __m512 l = _mm512_min_ps(_mm512_max_ps(log_scale, low), high);
  __m512 inv = exponential(_mm512_sub_ps(zero, l)), ad = _mm512_abs_ps(d);
  __m512 a = _mm512_mul_ps(_mm512_sub_ps(ad, half), inv), b = _mm512_mul_ps(_mm512_add_ps(ad, half), inv);
  __m512 ea = exponential(_mm512_mul_ps(constant(-0.5f), _mm512_mul_ps(a, a)));
  __m512 eb = exponential(_mm512_mul_ps(constant(-0.5f), _mm512_mul_ps(b, b)));
  __m512 pa = _mm512_mul_ps(constant(0.39894228f), ea), pb = _mm512_mul_ps(constant(0.39894228f), eb);
  __m512 qa = upper_tail(_mm512_abs_ps(a), ea), qb = upper_tail(b, eb);
  auto around = _mm512_cmp_ps_mask(a, zero, _CMP_LT_OQ);
  __m512 mass = _mm512_sub_ps(_mm512_mask_sub_ps(qa, around, constant(1.f), qa), qb);
  __m512 floor = _mm512_max_ps(mass, constant(1e-9f)), r = _mm512_div_ps(constant(1.f), floor);
  auto regular = _mm512_cmp_ps_mask(mass, constant(1e-8f), _CMP_GT_OQ);
  __m512 tail = _mm512_min_ps(a, constant(6.f));  // in the tail: the slope of a Gaussian six scales away
  __m512 dd = _mm512_mul_ps(_mm512_mul_ps(_mm512_sub_ps(pb, pa), inv), r);
  __m512 dl = _mm512_mul_ps(_mm512_fmsub_ps(a, pa, _mm512_mul_ps(b, pb)), r);
  dd = _mm512_mask_blend_ps(regular, _mm512_mul_ps(_mm512_sub_ps(zero, tail), inv), dd);
  dl = _mm512_mask_blend_ps(regular, _mm512_mul_ps(tail, tail), dl);
  dd = _mm512_mask_sub_ps(dd, _mm512_cmp_ps_mask(d, zero, _CMP_LT_OQ), zero, dd);
  // A scale clamped at the bottom may still be pulled back.
  auto stuck = narrower | (wider & _mm512_cmp_ps_mask(dl, zero, _CMP_LE_OQ));
  return {logarithm(floor), dd, _mm512_mask_blend_ps(stuck, dl, zero)};
}

// The mixture's code length and every gradient of it. See fused.MixtureRate for shapes and meaning.
std::vector<Tensor> mixture_rate(const Tensor& prior, const Tensor& q, const Tensor& log_gain, const Tensor& noise,
                                 int64_t components, int64_t group, bool round_reconstruction, bool round_rate) {
  int64_t n = q.size(0), z = q.size(1), batch = log_gain.size(0), per = n / batch, groups = z / group, K = components;
  int64_t width = K * (groups + 2 * z);
  auto f = torch::kFloat;
  auto out_bits = torch::empty({n}, f), grad_q = torch::empty({n, z}, f), grad_gain = torch::empty({n, z}, f);
  auto error = torch::empty({n, z}, f), rec = torch::empty({n, z}, torch::kBFloat16);
  auto grad_p = torch::empty({n, width}, torch::kBFloat16);
  TORCH_CHECK(z <= kMaxZ && z % 16 == 0 && K <= kMaxK && prior.size(1) == width);
  const bf16* prior_data = bits(prior);
  const float *q_data = q.data_ptr<float>(), *noise_data = noise.data_ptr<float>();
  float *bits_data = out_bits.data_ptr<float>(), *grad_q_data = grad_q.data_ptr<float>();
  float *grad_gain_data = grad_gain.data_ptr<float>(), *error_data = error.data_ptr<float>();
  bf16 *rec_data = bits(rec), *grad_p_data = bits(grad_p);
  at::parallel_for(0, n, 32, [&](int64_t n0, int64_t n1) {
    alignas(64) float gain[kMaxZ], inverse[kMaxZ], zr[kMaxZ], lm[kMaxK][kMaxZ], gm[kMaxK][kMaxZ], gs[kMaxK][kMaxZ];
    alignas(64) float soft[kMaxK][kMaxZ], wide[kMaxK][kMaxZ], resp[kMaxK][kMaxZ];
    int64_t sample = -1;
    for (int64_t i = n0; i < n1; ++i) {
      const bf16 *logits = prior_data + i * width, *mean = logits + K * groups, *ls = mean + K * z;
      const float *qi = q_data + i * z, *lg = log_gain.data_ptr<float>() + (i / per) * z, *u = noise_data + i * z;
      if (i / per != sample) {
        sample = i / per;
        for (int64_t j = 0; j < z; j += 16) {
          _mm512_store_ps(gain + j, exponential(_mm512_loadu_ps(lg + j)));
          _mm512_store_ps(inverse + j, exponential(_mm512_sub_ps(_mm512_setzero_ps(), _mm512_loadu_ps(lg + j))));
        }
      }
      for (int64_t g = 0; g < groups; ++g) {
        float l[kMaxK], top = -1e30f, sum = 0;
        for (int k = 0; k < K; ++k) top = std::max(top, l[k] = widen(logits[k * groups + g]));
        for (int k = 0; k < K; ++k) sum += l[k] = std::exp(l[k] - top);
        for (int k = 0; k < K; ++k) {
          soft[k][g] = l[k] / sum;
          for (int64_t j = g * group; j < (g + 1) * group; ++j) wide[k][j] = soft[k][g];
        }
      }
      for (int64_t j = 0; j < z; j += 16) {
        __m512 gj = _mm512_load_ps(gain + j), centre = _mm512_setzero_ps(), noisy = _mm512_loadu_ps(u + j);
        for (int k = 0; k < K; ++k) centre = _mm512_fmadd_ps(_mm512_load_ps(wide[k] + j), load(mean + k * z + j), centre);
        __m512 v = _mm512_mul_ps(_mm512_loadu_ps(qi + j), gj), c = _mm512_mul_ps(centre, gj);
        __m512 rounded = _mm512_add_ps(_mm512_roundscale_ps(_mm512_sub_ps(v, c), _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC), c);
        __m512 e = _mm512_mul_ps(round_reconstruction ? _mm512_sub_ps(rounded, v) : noisy, _mm512_load_ps(inverse + j));
        __m512 value = round_rate ? rounded : _mm512_add_ps(v, noisy);
        _mm512_store_ps(zr + j, value);
        _mm512_storeu_ps(error_data + i * z + j, e);
        store(rec_data + i * z + j, _mm512_add_ps(_mm512_loadu_ps(qi + j), e));
        for (int k = 0; k < K; ++k) {
          __m512 d = _mm512_fnmadd_ps(load(mean + k * z + j), gj, value);
          Mass m = gaussian_mass(d, _mm512_add_ps(load(ls + k * z + j), _mm512_loadu_ps(lg + j)));
          _mm512_store_ps(lm[k] + j, m.log);
          _mm512_store_ps(gm[k] + j, m.distance);
          _mm512_store_ps(gs[k] + j, m.scale);
        }
      }
      bf16* gp = grad_p_data + i * width;
      float total = 0;
      for (int64_t g = 0; g < groups; ++g) {
        float l[kMaxK], top = -1e30f, sum = 0;
        for (int k = 0; k < K; ++k) {
          l[k] = std::log(soft[k][g] + 1e-9f);
          for (int64_t j = g * group; j < (g + 1) * group; ++j) l[k] += lm[k][j];
          top = std::max(top, l[k]);
        }
        for (int k = 0; k < K; ++k) sum += l[k] = std::exp(l[k] - top);
        for (int k = 0; k < K; ++k) {
          float r = l[k] / sum;
          gp[k * groups + g] = narrow(kLog2e * (soft[k][g] - r));
          for (int64_t j = g * group; j < (g + 1) * group; ++j) resp[k][j] = -kLog2e * r;
        }
        total -= top + std::log(sum);
      }
      bits_data[i] = total * kLog2e;
      for (int64_t j = 0; j < z; j += 16) {
        __m512 gj = _mm512_load_ps(gain + j), qj = _mm512_loadu_ps(qi + j), gq = _mm512_setzero_ps(), gg = gq, zero = gq;
        for (int k = 0; k < K; ++k) {
          __m512 w = _mm512_load_ps(resp[k] + j), s = _mm512_mul_ps(w, _mm512_load_ps(gs[k] + j));
          __m512 m = _mm512_mul_ps(_mm512_mul_ps(w, _mm512_load_ps(gm[k] + j)), gj);
          store(gp + K * groups + k * z + j, _mm512_sub_ps(zero, m));
          store(gp + K * groups + K * z + k * z + j, s);
          gq = _mm512_add_ps(gq, m);
          gg = _mm512_add_ps(gg, _mm512_fmadd_ps(m, _mm512_sub_ps(qj, load(mean + k * z + j)), s));
        }
        _mm512_storeu_ps(grad_q_data + i * z + j, gq);
        _mm512_storeu_ps(grad_gain_data + i * z + j, gg);
      }
    }
  });
  return {out_bits, rec, grad_p, grad_q, grad_gain, error};
}

}  // namespace

PYBIND11_MODULE(TORCH_EXTENSION_NAME, m) {
  m.def("block_forward", &block_forward);
  m.def("block_backward", &block_backward);
  m.def("mixture_rate", &mixture_rate);
}
