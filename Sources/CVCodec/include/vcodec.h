/* vcodec: pictures (.vci) and sound (.vca), coded and decoded to the same samples on every machine.
 *
 * Link with -lvcodec-c, or `pkg-config --cflags --libs vcodec`. Every function may be called from any thread; an encoder or
 * decoder of sound is used by one thread at a time. There is no global state.
 *
 * Ownership: what a caller passes stays the caller's and is not kept after the call. What the library hands out is a
 * vcodec_bytes, which the caller gives back to vcodec_free_bytes, or an encoder or decoder, which has a function of its own
 * to free it. Functions that can fail return a status and, if `error` is not NULL, say why in it; results are written only
 * on success. Numbers of this header are stable: new ones are added at the end.
 */
#ifndef VCODEC_H
#define VCODEC_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* How a call ended. */
typedef int32_t vcodec_status;
enum {
    VCODEC_OK = 0,
    VCODEC_BAD_ARGUMENT = 1, /* the call cannot be meant so */
    VCODEC_BAD_DATA = 2,     /* the file is damaged, of another kind or version, or beyond the limits */
    VCODEC_OTHER_MODEL = 3,  /* the file needs a model that is not built in */
    VCODEC_UNREACHABLE = 4   /* no file is as small or as good as asked */
};

/* Why a call failed. */
typedef struct vcodec_error {
    char message[256]; /* one sentence in UTF-8, ends with 0 */
    int64_t offset;    /* where in the file, in bytes from its start; −1 where the error is at no place of a file */
} vcodec_error;

/* Bytes that the library allocated. */
typedef struct vcodec_bytes {
    uint8_t *data; /* NULL if count is 0 */
    size_t count;
} vcodec_bytes;

/* Frees the bytes and sets them to nothing; nothing may be freed again. */
void vcodec_free_bytes(vcodec_bytes *bytes);

/* As "0.1.0"; lives as long as the library. */
const char *vcodec_version(void);

/* ---- Pictures -------------------------------------------------------------------------------------------------- */

typedef struct vcodec_image_format {
    uint32_t width;  /* 1 … 2^24 */
    uint32_t height; /* 1 … 2^24 */
    uint8_t channels; /* 1 grey; 2 grey, alpha; 3 R, G, B; 4 R, G, B, alpha (0 transparent, not premultiplied) */
    uint8_t bits;     /* of a sample: 8, a uint8_t; or 16, a uint16_t of the machine's byte order */
} vcodec_image_format;

/* What travels beside the samples; each may be NULL with a count of 0. */
typedef struct vcodec_image_metadata {
    const uint8_t *icc_profile;
    size_t icc_profile_count;
    const uint8_t *exif; /* from the TIFF header on */
    size_t exif_count;
    const uint8_t *xmp;
    size_t xmp_count;
} vcodec_image_metadata;

/* What size or quality a file should have; a value goes with it. The first and the last two are for sound, too. */
typedef int32_t vcodec_target;
enum {
    VCODEC_QUALITY = 0,        /* 0 smallest … 100 best; 50 is usual */
    VCODEC_BYTES = 1,          /* at most so many */
    VCODEC_BITS_PER_PIXEL = 2, /* at most */
    VCODEC_PSNR = 3,           /* at least, in dB */
    VCODEC_MAX_ERROR = 4,      /* no colour sample off by more, in steps of 8 bits */
    VCODEC_LOSSLESS = 5,       /* the value is of no meaning */
    VCODEC_BITRATE = 6         /* sound alone: thousands of bits a second on average, 0.1 … 1 000 000 */
};

/* What files are made good at. */
typedef int32_t vcodec_tune;
enum {
    VCODEC_TUNE_PSNR = 0,
    VCODEC_TUNE_MS_SSIM = 1,    /* by refinement: not with effort −1 */
    VCODEC_TUNE_SSIMULACRA2 = 2 /* files that look better for their size, and have less PSNR; by a model of its own */
};

/* How a picture is encoded. Set all of it to 0 first: a later version may have more, for which 0 is the usual. */
typedef struct vcodec_image_options {
    vcodec_target target; /* any but VCODEC_BITRATE */
    uint32_t threads;     /* 0 for one a core; it does not change the file */
    double value;         /* of the target */
    int32_t effort;       /* time to spend on a smaller file: 1 … 9; 0 for the usual, 3; −1 for none */
    vcodec_tune tune;
} vcodec_image_options;

/* Encodes a picture. Row y starts `stride` bytes after row y − 1; samples of a pixel lie side by side.
 *
 * `metadata` may be NULL; `options` is NULL for quality 50. */
vcodec_status vcodec_encode_image(const vcodec_image_format *format, const void *samples, size_t stride,
                                  const vcodec_image_metadata *metadata, const vcodec_image_options *options,
                                  vcodec_bytes *file, vcodec_error *error);

/* Reads what a file is, without decoding it. */
vcodec_status vcodec_read_image_format(const uint8_t *file, size_t count, vcodec_image_format *format,
                                       vcodec_error *error);

/* Decodes a picture into the caller's memory, which holds height · stride bytes at least.
 *
 * `levels` is 4, or 0, for all; 1 … 3 for a coarser picture. Of a file that is cut short, what is there is decoded and
 * `truncated`, if not NULL, set to 1. `width`, `height`, `channels` and `bits` must be the file's: `format` is what
 * vcodec_read_image_format gave. */
vcodec_status vcodec_decode_image(const uint8_t *file, size_t count, const vcodec_image_format *format, uint32_t levels,
                                  uint32_t threads, void *samples, size_t stride, int32_t *truncated,
                                  vcodec_error *error);

/* What of a picture is decoded, and how. Set all of it to 0 first: a later version may have more, for which 0 is the usual. */
typedef struct vcodec_decoding_options {
    uint32_t x; /* the first column and the first row of the region */
    uint32_t y;
    uint32_t width; /* of the region; 0 for both sides is the whole picture */
    uint32_t height;
    uint32_t levels;           /* as above */
    uint32_t threads;          /* 0 for one a core */
    uint64_t max_sample_bytes; /* what the whole picture may take; 0 for 96 MiB or 512 times the file, whichever is more */
} vcodec_decoding_options;

/* Decodes a region of a picture; of tiles outside of it nothing is decoded. The samples are those that the whole picture has
 * there. `width` and `height` of `format` are the region's, or the file's for the whole picture; all else is as above. */
vcodec_status vcodec_decode_image_region(const uint8_t *file, size_t count, const vcodec_decoding_options *options,
                                         const vcodec_image_format *format, void *samples, size_t stride,
                                         int32_t *truncated, vcodec_error *error);

/* Reads the metadata of a file; what is not there is left empty. Each is freed by the caller; any may be NULL. */
vcodec_status vcodec_read_image_metadata(const uint8_t *file, size_t count, vcodec_bytes *icc_profile,
                                         vcodec_bytes *exif, vcodec_bytes *xmp, vcodec_error *error);

/* ---- Sound ----------------------------------------------------------------------------------------------------- */

/* The type of a sample in memory: frames lie one after the other, a frame's channels side by side. */
typedef int32_t vcodec_sample_type;
enum {
    VCODEC_INT32 = 0,   /* int32_t of 1 … 32 bits, right-justified: 24 bits are −2^23 … 2^23 − 1 */
    VCODEC_FLOAT32 = 1, /* float */
    VCODEC_FLOAT64 = 2  /* double */
};

typedef struct vcodec_sound_format {
    uint32_t sample_rate; /* frames a second, 1 … 2^20 − 1 */
    uint32_t channels;    /* 1 … 8 */
    vcodec_sample_type type;
    uint32_t bits; /* of an integer: 1 … 32; of no meaning for floating point, where 32 or 64 is written */
} vcodec_sound_format;

typedef struct vcodec_sound_encoder vcodec_sound_encoder;
typedef struct vcodec_sound_decoder vcodec_sound_decoder;

/* How sound is encoded. Set all of it to 0 first: a later version may have more, for which 0 is the usual. */
typedef struct vcodec_sound_options {
    vcodec_target target; /* VCODEC_QUALITY, VCODEC_BITRATE or VCODEC_LOSSLESS */
    uint32_t threads;     /* 0 for one a core; it does not change the file */
    double value;         /* of the target */
} vcodec_sound_options;

/* Begins a file. `tags` is NULL or strings KEY=VALUE in UTF-8, each ending with 0, the last one with another. `options` is
 * NULL for quality 50. */
vcodec_status vcodec_sound_encoder_create(const vcodec_sound_format *format, const char *tags,
                                          const vcodec_sound_options *options, vcodec_sound_encoder **encoder,
                                          vcodec_error *error);

/* Takes the next frames and gives the bytes of the file that are ready, perhaps none. */
vcodec_status vcodec_sound_encoder_append(vcodec_sound_encoder *encoder, const void *samples, size_t frames,
                                          vcodec_bytes *file, vcodec_error *error);

/* Gives the rest of the file. After this the encoder can only be freed. */
vcodec_status vcodec_sound_encoder_finish(vcodec_sound_encoder *encoder, vcodec_bytes *file, vcodec_error *error);

void vcodec_sound_encoder_free(vcodec_sound_encoder *encoder);

vcodec_status vcodec_sound_decoder_create(uint32_t threads, vcodec_sound_decoder **decoder, vcodec_error *error);

/* How many frames a whole file has, from its end: nothing is decoded, and little of it is read. VCODEC_BAD_DATA for a file
 * that is cut short. */
vcodec_status vcodec_read_sound_frames(const uint8_t *file, size_t count, uint64_t *frames, vcodec_error *error);

/* A decoder that starts near `frame`, which is at most how many there are, of a whole file: it wants the file's bytes from
 * `offset` on, and the first `skipped` frames that it gives come before the one asked for. */
vcodec_status vcodec_sound_decoder_create_at(const uint8_t *file, size_t count, uint64_t frame, uint32_t threads,
                                             vcodec_sound_decoder **decoder, uint64_t *offset, uint64_t *skipped,
                                             vcodec_error *error);

/* Takes the next bytes of the file. */
vcodec_status vcodec_sound_decoder_append(vcodec_sound_decoder *decoder, const uint8_t *file, size_t count,
                                          vcodec_error *error);

/* Says that no more bytes come. */
vcodec_status vcodec_sound_decoder_finish(vcodec_sound_decoder *decoder, vcodec_error *error);

/* Gives the next frames, a block at most, as samples of the format's type; nothing if more bytes have to come first, or
 * after the last ones. Then, after vcodec_sound_decoder_finish, `truncated`, if not NULL, is set to 1 for a file that is cut
 * short. */
vcodec_status vcodec_sound_decoder_next(vcodec_sound_decoder *decoder, vcodec_bytes *samples, int32_t *truncated,
                                        vcodec_error *error);

/* What the file holds. VCODEC_BAD_ARGUMENT until that much of it has been appended. */
vcodec_status vcodec_sound_decoder_format(const vcodec_sound_decoder *decoder, vcodec_sound_format *format,
                                          vcodec_error *error);

/* Whether every sample is as it was encoded: sets `lossless` to 1 or 0. VCODEC_BAD_ARGUMENT until that much has been
 * appended. */
vcodec_status vcodec_sound_decoder_is_lossless(const vcodec_sound_decoder *decoder, int32_t *lossless,
                                               vcodec_error *error);

/* The tags so far, as vcodec_sound_encoder_create takes them; all of them once there are samples. */
vcodec_status vcodec_sound_decoder_tags(const vcodec_sound_decoder *decoder, vcodec_bytes *tags, vcodec_error *error);

void vcodec_sound_decoder_free(vcodec_sound_decoder *decoder);

#ifdef __cplusplus
}
#endif

#endif
