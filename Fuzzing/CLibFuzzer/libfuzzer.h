// What the compiler's fuzzing library offers (https://llvm.org/docs/LibFuzzer.html); it ships no header of its own.
#pragma once
#include <stddef.h>
#include <stdint.h>

/// Changes `size` bytes in place as libFuzzer sees fit; returns how many there are then, at most `capacity`.
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t capacity);
