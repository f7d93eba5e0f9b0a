// The C side of MediaFiles: pixels through libpng, deflate, gzip and CRC-32 through zlib.
//
// Every function returns normally to its caller: the setjmp that catches libpng's errors lives
// in png_shim.c, so no longjmp ever crosses a Swift frame. Nothing here keeps state between calls.
// The structure of a PNG file (chunks, checksums, metadata) is MediaFiles' own work in Swift;
// libpng sees files whose chunks have already been checked.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MEDIA_MESSAGE_CAPACITY = 160 };

/// How a call ended.
typedef enum media_status {
    MEDIA_OK = 0,
    /// The input is damaged; for libpng, see the report.
    MEDIA_CORRUPT = 1,
    /// The output would be longer than the caller allowed.
    MEDIA_LIMIT_EXCEEDED = 2,
    MEDIA_OUT_OF_MEMORY = 3,
} media_status;

/// Where and why libpng or zlib gave up; of no meaning after MEDIA_OK.
typedef struct media_report {
    /// Bytes of input read, or of output written, when the error was noticed.
    size_t offset;
    /// The library's own words, zero-terminated.
    char message[MEDIA_MESSAGE_CAPACITY];
} media_report;

/// Bytes on C's heap, owned by the caller; give them back with media_bytes_free.
typedef struct media_bytes {
    uint8_t *start;
    size_t count;
    size_t capacity;
} media_bytes;

/// Samples as Swift holds them: rows from top to bottom, channels interleaved.
typedef struct media_png_layout {
    uint32_t width;
    uint32_t height;
    /// 1 grey, 2 grey and alpha, 3 RGB, 4 RGBA.
    uint8_t channels;
    /// 8 or 16.
    uint8_t bit_depth;
} media_png_layout;

/// Decodes the pixels of a whole PNG file, row by row. Palettes, transparent colours and
/// greys of fewer than 8 bits are expanded. Checksums are not looked at again.
///
/// `samples` has room for width * height * channels of `layout`, which must be what the file
/// expands to (anything else is MEDIA_CORRUPT, noticed before the first row).
media_status media_png_decode(const uint8_t *bytes, size_t count, const media_png_layout *layout,
                              uint16_t *samples, media_report *report);

/// The inverse of media_png_decode: a PNG file that consists of IHDR, IDAT and IEND.
/// `level` is zlib's, 0 ... 9.
media_status media_png_encode(const uint16_t *samples, const media_png_layout *layout, int level,
                              media_bytes *output, media_report *report);

/// Inflates one zlib stream into at most `limit` bytes. What follows the stream is ignored.
media_status media_inflate(const uint8_t *bytes, size_t count, size_t limit, media_bytes *output);

/// Decompresses a whole gzip file, all members of it, into at most `limit` bytes.
media_status media_gunzip(const uint8_t *bytes, size_t count, size_t limit, media_bytes *output,
                          media_report *report);

/// The inverse of media_inflate, at zlib's best level.
media_status media_deflate(const uint8_t *bytes, size_t count, media_bytes *output);

/// CRC-32 as PNG uses it.
uint32_t media_crc32(const uint8_t *bytes, size_t count);

/// Frees what a function above handed out and empties the structure; harmless when empty.
void media_bytes_free(media_bytes *bytes);
