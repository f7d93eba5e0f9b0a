#include "media_bytes.h"

#include <stdlib.h>
#include <string.h>

bool media_bytes_reserve(media_bytes *bytes, size_t capacity)
{
    if (capacity <= bytes->capacity)
        return true;
    uint8_t *moved = realloc(bytes->start, capacity);
    if (moved == NULL)
        return false;
    bytes->start = moved;
    bytes->capacity = capacity;
    return true;
}

bool media_bytes_append(media_bytes *bytes, const uint8_t *start, size_t count)
{
    if (count == 0)
        return true;
    if (count > SIZE_MAX / 2 - bytes->count)
        return false;
    size_t needed = bytes->count + count;
    size_t grown = bytes->capacity + bytes->capacity / 2;
    if (needed > bytes->capacity && !media_bytes_reserve(bytes, needed > grown ? needed : grown))
        return false;
    memcpy(bytes->start + bytes->count, start, count);
    bytes->count = needed;
    return true;
}

void media_bytes_free(media_bytes *bytes)
{
    free(bytes->start);
    *bytes = (media_bytes){0};
}
