#include "media_bytes.h"

#include <limits.h>
#include <stdio.h>
#include <zlib.h>

static const size_t first_capacity = 4096;

static uInt clamp_to_uint(size_t count)
{
    return count < UINT_MAX ? (uInt)count : UINT_MAX;
}

/// Room for the next piece of output: MEDIA_OK, or why there is none.
static media_status make_room(media_bytes *output, size_t limit)
{
    if (output->count < output->capacity)
        return MEDIA_OK;
    if (output->count >= limit)
        return MEDIA_LIMIT_EXCEEDED;
    size_t wanted = output->capacity == 0 ? first_capacity : output->capacity * 2;
    if (wanted > limit)
        wanted = limit;
    return media_bytes_reserve(output, wanted) ? MEDIA_OK : MEDIA_OUT_OF_MEMORY;
}

/// Inflates up to the end of one stream; input is read from `*consumed` on, output appended.
static media_status inflate_all(z_stream *stream, const uint8_t *bytes, size_t count,
                                size_t *consumed, size_t limit, media_bytes *output)
{
    // One byte beyond the limit may be produced, to tell "exactly at the limit" from "more".
    size_t bound = limit < SIZE_MAX ? limit + 1 : limit;
    for (;;) {
        media_status room = make_room(output, bound);
        if (room != MEDIA_OK)
            return room;
        uInt input = clamp_to_uint(count - *consumed);
        uInt space = clamp_to_uint(output->capacity - output->count);
        stream->next_in = (Bytef *)(bytes + *consumed);
        stream->avail_in = input;
        stream->next_out = output->start + output->count;
        stream->avail_out = space;
        int result = inflate(stream, Z_NO_FLUSH);
        *consumed += input - stream->avail_in;
        output->count += space - stream->avail_out;
        if (output->count > limit)
            return MEDIA_LIMIT_EXCEEDED;
        if (result == Z_STREAM_END)
            return MEDIA_OK;
        if (result == Z_MEM_ERROR)
            return MEDIA_OUT_OF_MEMORY;
        if (result != Z_OK || (*consumed == count && stream->avail_out > 0))
            return MEDIA_CORRUPT;
    }
}

media_status media_inflate(const uint8_t *bytes, size_t count, size_t limit, media_bytes *output)
{
    z_stream stream = {0};
    *output = (media_bytes){0};
    if (inflateInit(&stream) != Z_OK)
        return MEDIA_OUT_OF_MEMORY;
    size_t consumed = 0;
    media_status status = inflate_all(&stream, bytes, count, &consumed, limit, output);
    inflateEnd(&stream);
    if (status != MEDIA_OK)
        media_bytes_free(output);
    return status;
}

media_status media_gunzip(const uint8_t *bytes, size_t count, size_t limit, media_bytes *output,
                          media_report *report)
{
    const int gzip_only = 16;
    z_stream stream = {0};
    *output = (media_bytes){0};
    *report = (media_report){0};
    if (inflateInit2(&stream, MAX_WBITS + gzip_only) != Z_OK)
        return MEDIA_OUT_OF_MEMORY;
    media_status status;
    do {
        status = inflate_all(&stream, bytes, count, &report->offset, limit, output);
    } while (status == MEDIA_OK && report->offset < count && inflateReset(&stream) == Z_OK);
    if (status != MEDIA_OK) {
        const char *message = stream.msg ? stream.msg : "unexpected end of the compressed data";
        snprintf(report->message, sizeof report->message, "%s", message);
        media_bytes_free(output);
    }
    inflateEnd(&stream);
    return status;
}

media_status media_deflate(const uint8_t *bytes, size_t count, media_bytes *output)
{
    *output = (media_bytes){0};
    uLongf written = compressBound(count);
    if (!media_bytes_reserve(output, written))
        return MEDIA_OUT_OF_MEMORY;
    if (compress2(output->start, &written, bytes, count, Z_BEST_COMPRESSION) != Z_OK) {
        media_bytes_free(output);
        return MEDIA_OUT_OF_MEMORY;
    }
    output->count = written;
    return MEDIA_OK;
}

uint32_t media_crc32(const uint8_t *bytes, size_t count)
{
    // crc32_z takes the whole size_t; a null pointer would mean "initial value" to zlib.
    return count == 0 ? 0 : (uint32_t)crc32_z(0, bytes, count);
}
