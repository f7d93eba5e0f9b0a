// A growing byte buffer for the shims' output.
#pragma once

#include "media_shims.h"

/// Makes room for at least `capacity` bytes; false when there is no memory.
bool media_bytes_reserve(media_bytes *bytes, size_t capacity);

/// Appends, growing by half each time; false when there is no memory.
bool media_bytes_append(media_bytes *bytes, const uint8_t *start, size_t count);
