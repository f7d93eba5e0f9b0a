// Rows of 16-bit numbers times a table, included by the file of each instruction set. Sixteen columns are one value of
// the compiler's vector type: it turns them into as few registers as the set that ROW_PRODUCTS_TARGET names has.
#pragma once
#include <string.h>

#include "include/kernels.h"

typedef uint16_t vc_columns16 __attribute__((vector_size(32)));
typedef uint32_t vc_columns32 __attribute__((vector_size(64)));

/// `count` rows share the look at the table; a constant where it is called.
ROW_PRODUCTS_TARGET __attribute__((always_inline)) static inline void products_of(
    const int count, const uint16_t *rows, const uint16_t *table, int64_t length, int64_t width, uint32_t *result) {
  for (int64_t start = 0; start < width; start += 16) {
    vc_columns32 sums[4] = {0};
    for (int64_t i = 0; i < length; ++i) {
      vc_columns16 columns;
      memcpy(&columns, table + i * width + start, sizeof columns);
      const vc_columns32 wide = __builtin_convertvector(columns, vc_columns32);
      for (int row = 0; row < count; ++row) sums[row] += wide * (uint32_t)rows[row * width + i];
    }
    for (int row = 0; row < count; ++row) memcpy(result + row * width + start, &sums[row], sizeof sums[row]);
  }
}

ROW_PRODUCTS_TARGET static void row_products(const uint16_t *rows, const uint16_t *table, int64_t count, int64_t length,
                                             int64_t width, uint32_t *result) {
  int64_t row = 0;
  for (; row + 4 <= count; row += 4) products_of(4, rows + row * width, table, length, width, result + row * width);
  for (; row < count; ++row) products_of(1, rows + row * width, table, length, width, result + row * width);
}
