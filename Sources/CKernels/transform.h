// The DCT-IV and the overlap of its blocks (SPEC §19.8, §19.9), included by the file of each instruction set. Plain loops: the
// compiler turns them into instructions of the set that TRANSFORM_TARGET names.
//
// The butterflies are those of SPEC §19.8, but values lie where the next step reads them one after another, so that nothing
// is moved to places of reversed bits (Stockham's order).
#pragma once
#include "include/kernels.h"

#define TRANSFORM_INLINE TRANSFORM_TARGET __attribute__((always_inline)) static inline

// R(v, 30) mod 2^32: the bits that a shift without a sign would lack are not among these.
TRANSFORM_INLINE uint32_t vc_rot(int64_t v) { return (uint32_t)((uint64_t)(v + (1 << 29)) >> 30); }

// A sum, or with `halves` the half of it, ties to even: their errors would add up.
TRANSFORM_INLINE int32_t vc_step(uint32_t sum, const int halves) {
  return halves ? (int32_t)(sum + ((sum >> 1) & 1)) >> 1 : (int32_t)sum;
}

// Complex values, parts apart.
struct vc_parts {
  int32_t *re, *im;
};

// Step h of the butterflies. Before it, values are [h][points / h], of which the second index pairs the values of the first
// half with those of the second; after it, [2h][points / 2h].
TRANSFORM_INLINE void vc_butterflies(const int halves, const int64_t count, int64_t h, const int32_t *cosines,
                                     const int32_t *sines, struct vc_parts from, struct vc_parts to) {
  for (int64_t j = 0; j < h; ++j) {
    const int64_t c = cosines[j], s = sines[j];
    const int32_t *restrict u_re = from.re + 2 * j * count, *restrict u_im = from.im + 2 * j * count;
    const int32_t *restrict v_re = u_re + count, *restrict v_im = u_im + count;
    int32_t *restrict sum_re = to.re + j * count, *restrict sum_im = to.im + j * count;
    int32_t *restrict rest_re = sum_re + h * count, *restrict rest_im = sum_im + h * count;
    for (int64_t b = 0; b < count; ++b) {
      const uint32_t re = vc_rot(c * v_re[b] + s * v_im[b]), im = vc_rot(c * v_im[b] - s * v_re[b]);
      sum_re[b] = vc_step((uint32_t)u_re[b] + re, halves);
      sum_im[b] = vc_step((uint32_t)u_im[b] + im, halves);
      rest_re[b] = vc_step((uint32_t)u_re[b] - re, halves);
      rest_im[b] = vc_step((uint32_t)u_im[b] - im, halves);
    }
  }
}

// A value of the last two steps, which stays in registers.
struct vc_value {
  uint32_t re, im;
};
struct vc_pair {
  struct vc_value sum, rest;
};

TRANSFORM_INLINE struct vc_pair vc_butterfly(const int halves, int64_t c, int64_t s, struct vc_value u, struct vc_value v) {
  const int64_t a = (int32_t)v.re, b = (int32_t)v.im;
  const uint32_t re = vc_rot(c * a + s * b), im = vc_rot(c * b - s * a);
  return (struct vc_pair){
      {(uint32_t)vc_step(u.re + re, halves), (uint32_t)vc_step(u.im + im, halves)},
      {(uint32_t)vc_step(u.re - re, halves), (uint32_t)vc_step(u.im - im, halves)}};
}

// The last two steps, of which one halves: h = points / 4, then 2h.
TRANSFORM_INLINE void vc_last_butterflies(const int halves_first, int64_t h, const int32_t *cosines, const int32_t *sines,
                                          struct vc_parts from, struct vc_parts to) {
  const int32_t *restrict from_re = from.re, *restrict from_im = from.im;
  int32_t *restrict to_re = to.re, *restrict to_im = to.im;
  for (int64_t j = 0; j < h; ++j) {
    struct vc_value v[4];
    for (int i = 0; i < 4; ++i) v[i] = (struct vc_value){(uint32_t)from_re[4 * j + i], (uint32_t)from_im[4 * j + i]};
    const struct vc_pair even = vc_butterfly(halves_first, cosines[h + j], sines[h + j], v[0], v[2]);
    const struct vc_pair odd = vc_butterfly(halves_first, cosines[h + j], sines[h + j], v[1], v[3]);
    const struct vc_pair low = vc_butterfly(!halves_first, cosines[2 * h + j], sines[2 * h + j], even.sum, odd.sum);
    const struct vc_pair high = vc_butterfly(!halves_first, cosines[3 * h + j], sines[3 * h + j], even.rest, odd.rest);
    to_re[j] = (int32_t)low.sum.re, to_im[j] = (int32_t)low.sum.im;
    to_re[h + j] = (int32_t)high.sum.re, to_im[h + j] = (int32_t)high.sum.im;
    to_re[2 * h + j] = (int32_t)low.rest.re, to_im[2 * h + j] = (int32_t)low.rest.im;
    to_re[3 * h + j] = (int32_t)high.rest.re, to_im[3 * h + j] = (int32_t)high.rest.im;
  }
}

TRANSFORM_INLINE void vc_before(const int32_t *restrict cosines, const int32_t *restrict sines, int64_t points,
                                const int32_t *restrict x, int32_t *restrict even, int32_t *restrict odd, struct vc_parts to) {
  int32_t *restrict re = to.re, *restrict im = to.im;
  for (int64_t n = 0; n < points; ++n) even[n] = x[2 * n], odd[n] = x[2 * n + 1];
  for (int64_t n = 0; n < points; ++n) {
    const int64_t a = even[n], b = odd[points - 1 - n], c = cosines[n], s = sines[n];
    re[n] = (int32_t)vc_rot(c * a + s * b);
    im[n] = (int32_t)vc_rot(c * b - s * a);
  }
}

TRANSFORM_INLINE void vc_after(const int32_t *restrict cosines, const int32_t *restrict sines, int64_t points,
                               struct vc_parts from, int32_t *restrict even, int32_t *restrict odd, int32_t *restrict x) {
  const int32_t *restrict re = from.re, *restrict im = from.im;
  for (int64_t n = 0; n < points; ++n) {
    const int64_t a = re[n], b = im[n], c = cosines[n], s = sines[n];
    even[n] = (int32_t)vc_rot(c * a + s * b);
    odd[points - 1 - n] = (int32_t)vc_rot(s * a - c * b);
  }
  for (int64_t n = 0; n < points; ++n) x[2 * n] = even[n], x[2 * n + 1] = odd[n];
}

TRANSFORM_TARGET static void transform(const int32_t *tables, int64_t points, int32_t *x, int32_t *scratch) {
  const int32_t *cosines = tables + 2 * points, *sines = tables + 3 * points;
  struct vc_parts from = {scratch, scratch + points}, to = {scratch + 2 * points, scratch + 3 * points};
  vc_before(tables, tables + points, points, x, to.re, to.im, from);
  int halves = 0;
  for (int64_t h = 1, count = points / 2; count > 2; h *= 2, count /= 2, halves = !halves) {
    if (count == 4) {
      if (halves) vc_butterflies(1, 4, h, cosines + h, sines + h, from, to);
      else vc_butterflies(0, 4, h, cosines + h, sines + h, from, to);
    } else if (halves) vc_butterflies(1, count, h, cosines + h, sines + h, from, to);
    else vc_butterflies(0, count, h, cosines + h, sines + h, from, to);
    const struct vc_parts other = from;
    from = to, to = other;
  }
  if (halves) vc_last_butterflies(1, points / 4, cosines, sines, from, to);
  else vc_last_butterflies(0, points / 4, cosines, sines, from, to);
  vc_after(tables + 4 * points, tables + 5 * points, points, to, from.re, from.im, x);
}

TRANSFORM_TARGET static void overlap(const int32_t *restrict sines, const int32_t *restrict cosines, int64_t count,
                                     int32_t *boundary) {
  int32_t *restrict after = boundary, *restrict before = boundary - count;
  for (int64_t i = 0; i < count; ++i) {
    const int64_t l = before[count - 1 - i], r = after[i], s = sines[i], c = cosines[i];
    after[i] = (int32_t)vc_rot(s * r - c * l);
    before[count - 1 - i] = (int32_t)vc_rot(s * l + c * r);
  }
}
