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

// One sample, [h, w, c], with a border of r zeros: convolution loops then need no branches.
void pad(const bf16* x, bf16* out, int64_t h, int64_t w, int64_t c, int64_t r) {
  int64_t row = (w + 2 * r) * c;
  memset(out, 0, (h + 2 * r) * row * sizeof(bf16));
  for (int64_t y = 0; y < h; ++y) memcpy(out + (y + r) * row + r * c, x + y * w * c, w * c * sizeof(bf16));
}

template <int K, typename Emit>
void depthwise(const bf16* padded, const float* weight, int64_t h, int64_t w, int64_t c, bool flip, Emit emit) {
  int64_t row = (w + K - 1) * c;
  for (int64_t cb = 0; cb < c; cb += 16)
    for (int64_t y = 0; y < h; ++y)
      for (int64_t x = 0; x < w; x += 4) {
        int64_t n = std::min<int64_t>(4, w - x);
        __m512 acc[4] = {_mm512_setzero_ps(), _mm512_setzero_ps(), _mm512_setzero_ps(), _mm512_setzero_ps()};
        for (int i = 0; i < K; ++i) {
          const bf16* p = padded + (y + i) * row + x * c + cb;
          for (int j = 0; j < K; ++j) {
            int tap = flip ? K * K - 1 - i * K - j : i * K + j;
            __m512 wv = _mm512_loadu_ps(weight + tap * c + cb);
            if (n == 4) {
#pragma GCC unroll 4
              for (int q = 0; q < 4; ++q) acc[q] = _mm512_fmadd_ps(load(p + (j + q) * c), wv, acc[q]);
            } else {
              for (int q = 0; q < n; ++q) acc[q] = _mm512_fmadd_ps(load(p + (j + q) * c), wv, acc[q]);
            }
          }
        }
        for (int q = 0; q < n; ++q) emit((y * w + x + q) * c + cb, cb, acc[q]);
      }
}

template <int K>
void depthwise_weight_gradient(const bf16* padded, const bf16* dy, float* dw, int64_t h, int64_t w, int64_t c) {
  int64_t row = (w + K - 1) * c;
  for (int64_t cb = 0; cb < c; cb += 16) {
    __m512 acc[K * K];
    for (auto& a : acc) a = _mm512_setzero_ps();
    for (int64_t y = 0; y < h; ++y)
      for (int64_t x = 0; x < w; ++x) {
        __m512 g = load(dy + (y * w + x) * c + cb);
#pragma GCC unroll 5
        for (int i = 0; i < K; ++i)
#pragma GCC unroll 5
          for (int j = 0; j < K; ++j)
            acc[i * K + j] = _mm512_fmadd_ps(load(padded + (y + i) * row + (x + j) * c + cb), g, acc[i * K + j]);
      }
    for (int t = 0; t < K * K; ++t)
      _mm512_storeu_ps(dw + t * c + cb, _mm512_add_ps(_mm512_loadu_ps(dw + t * c + cb), acc[t]));
  }
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
    std::vector<bf16> padded((h + 2 * r) * (w + 2 * r) * c);
    for (int64_t s = s0; s < s1; ++s) {
      pad(bits(x) + s * h * w * c, padded.data(), h, w, c, r);
      bf16 *o = bits(pre) + s * h * w * c, *m = bits(mod) + s * h * w * c;
      const float *sc = scale.data_ptr<float>() + s * c, *sh = shift.data_ptr<float>() + s * c;
      depthwise<K>(padded.data(), pw, h, w, c, false, [&](int64_t at, int64_t cb, __m512 v) {
        v = _mm512_add_ps(v, _mm512_loadu_ps(pb + cb));
        store(o + at, v);
        store(m + at, _mm512_fmadd_ps(v, _mm512_loadu_ps(sc + cb), _mm512_loadu_ps(sh + cb)));
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
    std::vector<bf16> padded((h + 2 * r) * (w + 2 * r) * c), dpre(h * w * c);
    for (int64_t t = t0; t < t1; ++t)
      for (int64_t s = b * t / threads; s < b * (t + 1) / threads; ++s) {
        int64_t base = s * h * w * c;
        const bf16 *gh = bits(dh) + base, *p = bits(pre) + base;
        const float* sc = scale.data_ptr<float>() + s * c;
        for (int64_t cb = 0; cb < c; cb += 16) {
          __m512 as = zero, at_ = zero, f = _mm512_loadu_ps(sc + cb);
          for (int64_t i = cb; i < h * w * c; i += c) {
            __m512 v = load(gh + i);
            as = _mm512_fmadd_ps(v, load(p + i), as);
            at_ = _mm512_add_ps(at_, v);
            store(dpre.data() + i, _mm512_mul_ps(v, f));
          }
          _mm512_storeu_ps(dscale.data_ptr<float>() + s * c + cb, as);
          _mm512_storeu_ps(dshift.data_ptr<float>() + s * c + cb, at_);
        }
        pad(bits(x) + base, padded.data(), h, w, c, r);
        depthwise_weight_gradient<K>(padded.data(), dpre.data(), dwd.data_ptr<float>() + t * K * K * c, h, w, c);
        pad(dpre.data(), padded.data(), h, w, c, r);
        bf16* o = bits(dx) + base;
        const bf16* gy = bits(dy) + base;
        depthwise<K>(padded.data(), wd.data_ptr<float>(), h, w, c, true, [&](int64_t at, int64_t, __m512 v) {
          store(o + at, _mm512_add_ps(v, load(gy + at)));
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

// P(X > x) of a standard Gaussian for x >= 0, given exp(-x*x/2): Abramowitz and Stegun 7.1.26.
inline float upper_tail(float x, float e) {
  float t = 1.f / (1.f + 0.3275911f * 0.70710678f * x);
  return 0.5f * e * t * (0.254829592f + t * (-0.284496736f + t * (1.421413741f + t * (-1.453152027f + t * 1.061405429f))));
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
  TORCH_CHECK(z <= kMaxZ && K <= kMaxK && prior.size(1) == width);
  const float low = std::log(0.11f), high = std::log(64.f);
  at::parallel_for(0, n, 32, [&](int64_t n0, int64_t n1) {
    float p[kMaxK * (kMaxZ + 2 * kMaxZ)], gain[kMaxZ], zr[kMaxZ], centre[kMaxZ], lm[kMaxK][kMaxZ], gm[kMaxK][kMaxZ],
        gs[kMaxK][kMaxZ], resp[kMaxK][kMaxZ], soft[kMaxK][kMaxZ];
    for (int64_t i = n0; i < n1; ++i) {
      const bf16* pr = bits(prior) + i * width;
      const float *qi = q.data_ptr<float>() + i * z, *lg = log_gain.data_ptr<float>() + (i / per) * z,
                  *u = noise.data_ptr<float>() + i * z;
      for (int64_t j = 0; j < width; ++j) p[j] = widen(pr[j]);
      for (int64_t j = 0; j < z; ++j) gain[j] = std::exp(lg[j]);
      for (int64_t g = 0; g < groups; ++g) {
        float top = p[g], sum = 0;
        for (int k = 1; k < K; ++k) top = std::max(top, p[k * groups + g]);
        for (int k = 0; k < K; ++k) sum += soft[k][g] = std::exp(p[k * groups + g] - top);
        for (int k = 0; k < K; ++k) soft[k][g] /= sum;
      }
      const float *mean = p + K * groups, *ls = mean + K * z;
      for (int64_t j = 0; j < z; ++j) centre[j] = 0;
      for (int k = 0; k < K; ++k)
        for (int64_t j = 0; j < z; ++j) centre[j] += soft[k][j / group] * mean[k * z + j];
      for (int64_t j = 0; j < z; ++j) {
        float v = qi[j] * gain[j], c = centre[j] * gain[j], rounded = std::nearbyint(v - c) + c;
        float e = round_reconstruction ? rounded - v : u[j];
        zr[j] = round_rate ? rounded : v + u[j];
        error.data_ptr<float>()[i * z + j] = e / gain[j];
        bits(rec)[i * z + j] = narrow(qi[j] + e / gain[j]);
      }
      for (int k = 0; k < K; ++k) {
#pragma GCC ivdep
        for (int64_t j = 0; j < z; ++j) {
          float l = ls[k * z + j] + lg[j], d = zr[j] - mean[k * z + j] * gain[j];
          bool inside = l > low && l < high, wider = l <= low;
          l = std::min(std::max(l, low), high);
          float inv = std::exp(-l), ad = std::fabs(d), a = (ad - 0.5f) * inv, b = (ad + 0.5f) * inv;
          float ea = std::exp(-0.5f * a * a), eb = std::exp(-0.5f * b * b);
          float pa = 0.39894228f * ea, pb = 0.39894228f * eb, qa = upper_tail(std::fabs(a), ea), qb = upper_tail(b, eb);
          float mass = (a < 0 ? 1.f - qa : qa) - qb;
          float r = 1.f / std::max(mass, 1e-9f), tail = std::min(a, 6.f);
          float dd = mass > 1e-8f ? (pb - pa) * inv * r : -tail * inv;
          float dl = mass > 1e-8f ? (a * pa - b * pb) * r : tail * tail;
          lm[k][j] = std::log(std::max(mass, 1e-9f));
          gm[k][j] = d < 0 ? -dd : dd;  // d log mass / d (z - mean)
          gs[k][j] = inside || (wider && dl > 0) ? dl : 0.f;  // a clamped scale may still be pulled back
        }
      }
      float total = 0;
      for (int64_t g = 0; g < groups; ++g) {
        float l[kMaxK], top = -1e30f, sum = 0;
        for (int k = 0; k < K; ++k) {
          l[k] = std::log(soft[k][g] + 1e-9f);
          for (int64_t j = g * group; j < (g + 1) * group; ++j) l[k] += lm[k][j];
          top = std::max(top, l[k]);
        }
        for (int k = 0; k < K; ++k) sum += resp[k][g] = std::exp(l[k] - top);
        for (int k = 0; k < K; ++k) resp[k][g] /= sum;
        total -= top + std::log(sum);
      }
      out_bits.data_ptr<float>()[i] = total * kLog2e;
      bf16* gp = bits(grad_p) + i * width;
      for (int k = 0; k < K; ++k)
        for (int64_t g = 0; g < groups; ++g) gp[k * groups + g] = narrow(kLog2e * (soft[k][g] - resp[k][g]));
      float *gq = grad_q.data_ptr<float>() + i * z, *gg = grad_gain.data_ptr<float>() + i * z;
      for (int64_t j = 0; j < z; ++j) gq[j] = gg[j] = 0;
      for (int k = 0; k < K; ++k)
        for (int64_t j = 0; j < z; ++j) {
          float w = -kLog2e * resp[k][j / group], m = w * gm[k][j], s = w * gs[k][j];
          gp[K * groups + k * z + j] = narrow(-m * gain[j]);
          gp[K * groups + K * z + k * z + j] = narrow(s);
          gq[j] += m * gain[j];
          gg[j] += m * gain[j] * (qi[j] - mean[k * z + j]) + s;
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
