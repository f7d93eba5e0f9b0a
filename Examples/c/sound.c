/* Encodes a WAV (PCM of 16 bits behind a header of 44 bytes) to .vca piece by piece, decodes it again and counts the frames.
 *
 *     cc sound.c $(pkg-config --cflags --libs vcodec) -o sound && ./sound speech.wav speech.vca [lossless]
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <vcodec.h>

enum { PIECE = 4096 };

static int fail(const char *what, const char *why) {
    fprintf(stderr, "%s: %s\n", what, why);
    return 1;
}

static uint32_t little(const uint8_t *bytes, int count) {
    uint32_t number = 0;
    for (int i = count - 1; i >= 0; i--) number = number << 8 | bytes[i];
    return number;
}

/* Fills the format; the samples follow in the file. */
static int read_header(FILE *in, vcodec_sound_format *format, size_t *frames) {
    uint8_t header[44];
    if (fread(header, 1, 44, in) != 44 || memcmp(header, "RIFF", 4) != 0 || memcmp(header + 8, "WAVEfmt ", 8) != 0
        || little(header + 20, 2) != 1 || little(header + 34, 2) != 16 || memcmp(header + 36, "data", 4) != 0) {
        return 0;
    }
    *format = (vcodec_sound_format){little(header + 24, 4), little(header + 22, 2), VCODEC_INT32, 16};
    if (format->channels == 0) return 0;
    *frames = little(header + 40, 4) / 2 / format->channels;
    return 1;
}

/* The next frames as the library takes them; how many there were. */
static size_t read_frames(FILE *in, uint32_t channels, int32_t *samples, size_t frames) {
    size_t count = 0;
    uint8_t bytes[2];
    while (count < frames * channels && fread(bytes, 1, 2, in) == 2) samples[count++] = (int16_t)little(bytes, 2);
    return count / channels;
}

/* Appends what the library gave, and frees it. */
static int put(vcodec_bytes *piece, FILE *out) {
    int good = fwrite(piece->data ? (const void *)piece->data : "", 1, piece->count, out) == piece->count;
    vcodec_free_bytes(piece);
    return good;
}

static vcodec_status encode(FILE *in, FILE *out, vcodec_sound_encoder *encoder, uint32_t channels, size_t frames, vcodec_error *error) {
    static int32_t samples[PIECE * 8];
    vcodec_bytes piece;
    vcodec_status status = VCODEC_OK;
    while (status == VCODEC_OK && frames > 0) {
        size_t count = read_frames(in, channels, samples, frames < PIECE ? frames : PIECE);
        if (count == 0) break;
        frames -= count;
        status = vcodec_sound_encoder_append(encoder, samples, count, &piece, error);
        if (status == VCODEC_OK && !put(&piece, out)) return fail("the file", "cannot be written");
    }
    if (status == VCODEC_OK) status = vcodec_sound_encoder_finish(encoder, &piece, error);
    if (status == VCODEC_OK && !put(&piece, out)) return fail("the file", "cannot be written");
    return status;
}

/* Frames of a file; −1 if it cannot be decoded. */
static long long decode(const char *path, uint32_t channels, vcodec_error *error) {
    FILE *in = fopen(path, "rb");
    vcodec_sound_decoder *decoder = NULL;
    long long frames = 0;
    uint8_t buffer[PIECE];
    if (!in || vcodec_sound_decoder_create(0, &decoder, error)) frames = -1;
    for (int ended = 0; frames >= 0 && !ended;) {
        size_t count = fread(buffer, 1, sizeof buffer, in);
        ended = count == 0;
        if (ended ? vcodec_sound_decoder_finish(decoder, error) : vcodec_sound_decoder_append(decoder, buffer, count, error)) frames = -1;
        vcodec_bytes samples;
        do {
            if (frames < 0 || vcodec_sound_decoder_next(decoder, &samples, NULL, error)) {
                frames = -1;
                break;
            }
            frames += (long long)(samples.count / sizeof(int32_t) / channels);
            count = samples.count;
            vcodec_free_bytes(&samples);
        } while (count > 0);
    }
    vcodec_sound_decoder_free(decoder);
    if (in) fclose(in);
    return frames;
}

int main(int argc, char **argv) {
    if (argc < 3 || argc > 4) return fail("usage", "sound IN.wav OUT.vca [lossless]");
    vcodec_sound_format format;
    vcodec_sound_options options = {0};
    vcodec_sound_encoder *encoder = NULL;
    vcodec_error error = {{0}, -1};
    size_t frames;
    FILE *in = fopen(argv[1], "rb");
    if (!in || !read_header(in, &format, &frames)) {
        if (in) fclose(in);
        return fail(argv[1], "is no WAV of 16 bits");
    }
    options.target = VCODEC_LOSSLESS;
    FILE *out = fopen(argv[2], "wb");
    int status = out ? 0 : fail(argv[2], "cannot be written");
    if (!status) status = vcodec_sound_encoder_create(&format, NULL, argc == 4 ? &options : NULL, &encoder, &error);
    if (!status) status = encode(in, out, encoder, format.channels, frames, &error);
    vcodec_sound_encoder_free(encoder);
    fclose(in);
    if (out && fclose(out) != 0) status = fail(argv[2], "cannot be written");
    long long decoded = status ? -1 : decode(argv[2], format.channels, &error);
    if (decoded < 0) return fail(argv[2], error.message);
    printf("%lld frames of %u channels\n", decoded, (unsigned)format.channels);
    return 0;
}
