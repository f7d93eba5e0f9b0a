// The only file that calls libpng, and the only one with setjmp.
//
// Locals that are read after a longjmp are set before setjmp and never change afterwards; what
// does change is volatile or lives behind pointers.
#include "media_bytes.h"

#include <png.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// What libpng's callbacks need: its io pointer on both sides.

struct source {
    const uint8_t *bytes;
    size_t count;
    size_t position;
};

struct failure {
    media_report *report;
    /// The counter that says how far reading or writing has come.
    const size_t *progress;
    volatile media_status *status;
};

static void fail(png_structp png, png_const_charp message)
{
    struct failure *failure = png_get_error_ptr(png);
    failure->report->offset = *failure->progress;
    snprintf(failure->report->message, MEDIA_MESSAGE_CAPACITY, "%s", message);
    if (*failure->status == MEDIA_OK)
        *failure->status = strstr(message, "memory") ? MEDIA_OUT_OF_MEMORY : MEDIA_CORRUPT;
    png_longjmp(png, 1);
}

static void ignore_warning(png_structp png, png_const_charp message)
{
    (void)png;
    (void)message;
}

static size_t row_bytes(const media_png_layout *layout)
{
    return (size_t)layout->width * layout->channels * (layout->bit_depth / 8);
}

// Decoding

static void read_source(png_structp png, png_bytep destination, size_t count)
{
    struct source *source = png_get_io_ptr(png);
    if (count > source->count - source->position)
        png_error(png, "the file ends inside a chunk");
    memcpy(destination, source->bytes + source->position, count);
    source->position += count;
}

/// Spreads a row of `count` pixels as libpng delivers it over pixels `stride` apart.
static void widen(const uint8_t *row, size_t count, const media_png_layout *layout,
                  uint16_t *destination, size_t stride)
{
    size_t channels = layout->channels;
    if (stride == 1) {
        count *= channels;
        channels = 1;
    }
    for (size_t x = 0; x < count; x++) {
        uint16_t *pixel = destination + x * stride * channels;
        for (size_t c = 0; c < channels; c++, row += layout->bit_depth / 8)
            pixel[c] = layout->bit_depth == 8 ? row[0] : (uint16_t)(row[0] << 8 | row[1]);
    }
}

static void read_header(png_structp png, png_infop info, const media_png_layout *layout)
{
    // Swift has read the metadata and checked every CRC; libpng need not do either again.
    png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, NULL, -1);
    png_set_crc_action(png, PNG_CRC_QUIET_USE, PNG_CRC_QUIET_USE);
    png_set_benign_errors(png, 1);
    png_set_user_limits(png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
    png_set_chunk_malloc_max(png, 0);

    png_read_info(png, info);
    png_set_expand(png);
    png_read_update_info(png, info);
    if (png_get_image_width(png, info) != layout->width
        || png_get_image_height(png, info) != layout->height
        || png_get_channels(png, info) != layout->channels
        || png_get_bit_depth(png, info) != layout->bit_depth)
        png_error(png, "the header does not agree with the chunks that follow");
}

static void read_rows(png_structp png, const media_png_layout *layout, uint8_t *row,
                      uint16_t *samples)
{
    for (uint32_t y = 0; y < layout->height; y++) {
        png_read_row(png, row, NULL);
        widen(row, layout->width, layout, samples, 1);
        samples += (size_t)layout->width * layout->channels;
    }
}

/// Adam7: without png_set_interlace_handling, libpng delivers the rows of seven small pictures.
static void read_passes(png_structp png, const media_png_layout *layout, uint8_t *row,
                        uint16_t *samples)
{
    for (int pass = 0; pass < PNG_INTERLACE_ADAM7_PASSES; pass++) {
        uint32_t columns = PNG_PASS_COLS(layout->width, pass);
        uint32_t rows = columns == 0 ? 0 : PNG_PASS_ROWS(layout->height, pass);
        for (uint32_t y = 0; y < rows; y++) {
            size_t pixel = (size_t)PNG_ROW_FROM_PASS_ROW(y, pass) * layout->width
                           + PNG_PASS_START_COL(pass);
            png_read_row(png, row, NULL);
            widen(row, columns, layout, samples + pixel * layout->channels,
                  PNG_PASS_COL_OFFSET(pass));
        }
    }
}

static void decode(png_structp png, png_infop info, const media_png_layout *layout, uint8_t *row,
                   uint16_t *samples)
{
    read_header(png, info, layout);
    if (png_get_interlace_type(png, info) == PNG_INTERLACE_NONE)
        read_rows(png, layout, row, samples);
    else
        read_passes(png, layout, row, samples);
}

media_status media_png_decode(const uint8_t *bytes, size_t count, const media_png_layout *layout,
                              uint16_t *samples, media_report *report)
{
    volatile media_status status = MEDIA_OK;
    struct source source = {bytes, count, 0};
    struct failure failure = {report, &source.position, &status};
    *report = (media_report){0};

    uint8_t *row = malloc(row_bytes(layout));
    png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &failure, fail,
                                             ignore_warning);
    png_infop info = png == NULL ? NULL : png_create_info_struct(png);
    if (row == NULL || info == NULL)
        status = MEDIA_OUT_OF_MEMORY;
    else if (setjmp(png_jmpbuf(png)) == 0) {
        png_set_read_fn(png, &source, read_source);
        decode(png, info, layout, row, samples);
    }
    png_destroy_read_struct(&png, &info, NULL);
    free(row);
    return status;
}

// Encoding

static void append_output(png_structp png, png_bytep bytes, size_t count)
{
    if (!media_bytes_append(png_get_io_ptr(png), bytes, count))
        png_error(png, "out of memory");
}

static void flush_nothing(png_structp png)
{
    (void)png;
}

static void narrow(const uint16_t *samples, size_t count, uint8_t bit_depth, uint8_t *row)
{
    if (bit_depth == 8) {
        for (size_t i = 0; i < count; i++)
            row[i] = (uint8_t)samples[i];
        return;
    }
    for (size_t i = 0; i < count; i++) {
        row[2 * i] = (uint8_t)(samples[i] >> 8);
        row[2 * i + 1] = (uint8_t)samples[i];
    }
}

static int color_type(uint8_t channels)
{
    switch (channels) {
    case 1: return PNG_COLOR_TYPE_GRAY;
    case 2: return PNG_COLOR_TYPE_GRAY_ALPHA;
    case 3: return PNG_COLOR_TYPE_RGB;
    default: return PNG_COLOR_TYPE_RGB_ALPHA;
    }
}

static void encode(png_structp png, png_infop info, const media_png_layout *layout, int level,
                   uint8_t *row, const uint16_t *samples)
{
    size_t samples_per_row = (size_t)layout->width * layout->channels;
    png_set_user_limits(png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
    png_set_compression_level(png, level);
    png_set_IHDR(png, info, layout->width, layout->height, layout->bit_depth,
                 color_type(layout->channels), PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
                 PNG_FILTER_TYPE_DEFAULT);
    png_write_info(png, info);
    for (uint32_t y = 0; y < layout->height; y++) {
        narrow(samples + y * samples_per_row, samples_per_row, layout->bit_depth, row);
        png_write_row(png, row);
    }
    png_write_end(png, NULL);
}

media_status media_png_encode(const uint16_t *samples, const media_png_layout *layout, int level,
                              media_bytes *output, media_report *report)
{
    volatile media_status status = MEDIA_OK;
    struct failure failure = {report, &output->count, &status};
    *report = (media_report){0};
    *output = (media_bytes){0};

    uint8_t *row = malloc(row_bytes(layout));
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, &failure, fail,
                                              ignore_warning);
    png_infop info = png == NULL ? NULL : png_create_info_struct(png);
    if (row == NULL || info == NULL)
        status = MEDIA_OUT_OF_MEMORY;
    else if (setjmp(png_jmpbuf(png)) == 0) {
        png_set_write_fn(png, output, append_output, flush_nothing);
        encode(png, info, layout, level, row, samples);
    }
    png_destroy_write_struct(&png, &info);
    free(row);
    if (status != MEDIA_OK)
        media_bytes_free(output);
    return status;
}
