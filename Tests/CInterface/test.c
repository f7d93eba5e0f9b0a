// The C interface as a C program sees it. Prints `N passed, M failed`; run by Tools/test-c under AddressSanitizer.
//
//     test FOLDER     FOLDER has a.ppm and a.raw (48 kHz, stereo, 16 bits); and made from them by the program a.vci (quality
//                     40), a.vca (lossless), lossy.vca (quality 50) and rate.vca (24 kbit/s)

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <vcodec.h>

static int passed, failed;

#define CHECK(condition) \
    ((condition) ? (void)passed++ : (void)(failed++, printf("line %d: %s\n", __LINE__, #condition)))

static vcodec_bytes read_file(const char *folder, const char *name) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "rb");
    vcodec_bytes bytes = {NULL, 0};
    if (!file) {
        fprintf(stderr, "%s is missing\n", path);
        exit(2);
    }
    fseek(file, 0, SEEK_END);
    bytes.count = (size_t)ftell(file);
    rewind(file);
    bytes.data = malloc(bytes.count);
    if (fread(bytes.data, 1, bytes.count, file) != bytes.count) exit(2);
    fclose(file);
    return bytes;
}

static int same(vcodec_bytes a, vcodec_bytes b) { return a.count == b.count && memcmp(a.data, b.data, a.count) == 0; }

static vcodec_status encode(const vcodec_image_format *format, const void *samples, size_t stride,
                            const vcodec_image_metadata *metadata, vcodec_target target, double value, uint32_t threads,
                            vcodec_bytes *file, vcodec_error *error) {
    vcodec_image_options options = {.target = target, .value = value, .threads = threads};
    return vcodec_encode_image(format, samples, stride, metadata, &options, file, error);
}

// What options leave out is usual, and what is not among them is refused.
static void image_options(void) {
    enum { side = 96 };
    uint8_t samples[side * side];
    for (int i = 0; i < side * side; i++) samples[i] = (uint8_t)(i % side * 2 + i / side * (i / 7 % 5));
    vcodec_image_format format = {side, side, 1, 8};
    vcodec_error error;
    vcodec_bytes usual = {NULL, 0}, file = {NULL, 0};
    CHECK(vcodec_encode_image(&format, samples, side, NULL, NULL, &usual, &error) == VCODEC_OK);
    vcodec_image_options options = {.target = VCODEC_QUALITY, .value = 50, .effort = 3};
    CHECK(vcodec_encode_image(&format, samples, side, NULL, &options, &file, &error) == VCODEC_OK);
    CHECK(same(file, usual));
    vcodec_free_bytes(&file);
    options.effort = -1;
    CHECK(vcodec_encode_image(&format, samples, side, NULL, &options, &file, &error) == VCODEC_OK);
    CHECK(!same(file, usual));
    vcodec_free_bytes(&file);
    options.effort = 10;
    CHECK(vcodec_encode_image(&format, samples, side, NULL, &options, &file, &error) == VCODEC_BAD_ARGUMENT);
    CHECK(strstr(error.message, "effort is 10"));
    options.effort = 4;
    options.tune = 3;
    CHECK(vcodec_encode_image(&format, samples, side, NULL, &options, &file, &error) == VCODEC_BAD_ARGUMENT);
    CHECK(strstr(error.message, "tune is 3"));
    for (options.tune = VCODEC_TUNE_MS_SSIM; options.tune <= VCODEC_TUNE_SSIMULACRA2; options.tune++) {
        CHECK(vcodec_encode_image(&format, samples, side, NULL, &options, &file, &error) == VCODEC_OK);
        CHECK(!same(file, usual));
        vcodec_free_bytes(&file);
    }
    vcodec_free_bytes(&usual);
}

static void pictures(const char *folder) {
    vcodec_bytes ppm = read_file(folder, "a.ppm"), expected = read_file(folder, "a.vci");
    vcodec_image_format format = {.channels = 3, .bits = 8};
    int start = 0;
    CHECK(sscanf((char *)ppm.data, "P6 %u %u 255%n", &format.width, &format.height, &start) == 2);
    const uint8_t *samples = ppm.data + start + 1;
    size_t row = (size_t)format.width * 3;
    vcodec_error error;
    vcodec_bytes file = {NULL, 0};

    CHECK(encode(&format, samples, row, NULL, VCODEC_QUALITY, 40, 1, &file, &error) == VCODEC_OK);
    CHECK(same(file, expected));
    vcodec_free_bytes(&file);
    CHECK(file.data == NULL && file.count == 0);
    vcodec_free_bytes(&file);

    // Rows may be farther apart than they are long, both ways.
    size_t stride = row + 5;
    uint8_t *spread = malloc(stride * format.height);
    for (uint32_t y = 0; y < format.height; y++) memcpy(spread + y * stride, samples + y * row, row);
    vcodec_image_metadata metadata = {.exif = (const uint8_t *)"II*\0test", .exif_count = 8};
    CHECK(encode(&format, spread, stride, &metadata, VCODEC_LOSSLESS, 0, 2, &file, &error) == VCODEC_OK);
    vcodec_image_format found;
    CHECK(vcodec_read_image_format(file.data, file.count, &found, &error) == VCODEC_OK);
    CHECK(found.width == format.width && found.height == format.height && found.channels == 3 && found.bits == 8);
    uint8_t *decoded = calloc(format.height, stride);
    int32_t truncated = 7;
    CHECK(vcodec_decode_image(file.data, file.count, &found, 0, 0, decoded, stride, &truncated, &error) == VCODEC_OK);
    CHECK(truncated == 0);
    int differences = 0;
    for (uint32_t y = 0; y < format.height; y++) differences += memcmp(decoded + y * stride, samples + y * row, row) != 0;
    CHECK(differences == 0);

    // A region is a part of the whole; x or y without a size is none.
    vcodec_decoding_options part = {.x = 3, .y = 5, .width = 11, .height = 7};
    vcodec_image_format small = {.width = 11, .height = 7, .channels = 3, .bits = 8};
    uint8_t window[7 * 33];
    CHECK(vcodec_decode_image_region(file.data, file.count, &part, &small, window, 33, &truncated, &error) == VCODEC_OK);
    for (uint32_t y = 0; y < 7; y++) differences += memcmp(window + y * 33, samples + (y + 5) * row + 9, 33) != 0;
    CHECK(differences == 0);
    part.x = format.width - 10;
    CHECK(vcodec_decode_image_region(file.data, file.count, &part, &small, window, 33, NULL, &error) == VCODEC_BAD_ARGUMENT);
    CHECK(strstr(error.message, "region is 11x7+"));
    part = (vcodec_decoding_options){.max_sample_bytes = 9};
    CHECK(vcodec_decode_image_region(file.data, file.count, &part, &found, decoded, stride, NULL, &error) == VCODEC_BAD_DATA);
    CHECK(vcodec_decode_image_region(file.data, file.count, NULL, &found, decoded, stride, NULL, &error) == VCODEC_BAD_ARGUMENT);
    vcodec_bytes exif = {NULL, 0}, profile = {NULL, 0};
    CHECK(vcodec_read_image_metadata(file.data, file.count, &profile, &exif, NULL, NULL) == VCODEC_OK);
    CHECK(exif.count == 8 && memcmp(exif.data, "II*\0test", 8) == 0 && profile.count == 0 && profile.data == NULL);
    vcodec_free_bytes(&exif);

    // What cannot be meant, and what is damaged.
    found.width++;
    CHECK(vcodec_decode_image(file.data, file.count, &found, 0, 0, decoded, stride, NULL, &error) == VCODEC_BAD_ARGUMENT);
    CHECK(strstr(error.message, "layout is") && error.offset == -1);
    found.width--;
    CHECK(vcodec_decode_image(file.data, file.count, &found, 0, 0, decoded, row - 1, NULL, NULL) == VCODEC_BAD_ARGUMENT);
    CHECK(encode(NULL, samples, row, NULL, VCODEC_QUALITY, 40, 1, &file, &error) == VCODEC_BAD_ARGUMENT);
    CHECK(encode(&format, samples, row, NULL, VCODEC_QUALITY, 101, 1, &file, &error) == VCODEC_BAD_ARGUMENT);
    CHECK(encode(&format, samples, row, NULL, VCODEC_BYTES, 10, 1, &file, &error) == VCODEC_UNREACHABLE);
    CHECK(encode(&format, samples, row, NULL, 17, 0, 1, &file, &error) == VCODEC_BAD_ARGUMENT);
    CHECK(encode(&format, samples, row, NULL, VCODEC_BITRATE, 8, 1, &file, &error) == VCODEC_BAD_ARGUMENT);
    file.data[file.count / 2] ^= 1;
    CHECK(vcodec_decode_image(file.data, file.count, &found, 0, 0, decoded, stride, NULL, &error) == VCODEC_BAD_DATA);
    char place[32];
    snprintf(place, sizeof place, "byte %lld ", (long long)error.offset);
    CHECK(error.offset > 0 && strstr(error.message, place));
    CHECK(vcodec_read_image_format(file.data, 3, &found, &error) == VCODEC_BAD_DATA);
    CHECK(vcodec_read_image_format(NULL, 0, &found, &error) == VCODEC_BAD_DATA);
    vcodec_free_bytes(&file);
    free(decoded);
    free(spread);
    free(ppm.data);
    free(expected.data);
}

static vcodec_bytes joined(vcodec_bytes a, vcodec_bytes b) {
    vcodec_bytes both = {malloc(a.count + b.count + 1), a.count + b.count};
    if (a.count) memcpy(both.data, a.data, a.count);
    if (b.count) memcpy(both.data + a.count, b.data, b.count);
    return both;
}

static void sounds(const char *folder) {
    vcodec_bytes raw = read_file(folder, "a.raw"), expected = read_file(folder, "a.vca");
    size_t frames = raw.count / 4;
    int32_t *samples = malloc(frames * 2 * sizeof *samples);
    for (size_t i = 0; i < 2 * frames; i++) samples[i] = (int16_t)(raw.data[2 * i] | raw.data[2 * i + 1] << 8);
    vcodec_sound_format format = {.sample_rate = 48000, .channels = 2, .type = VCODEC_INT32, .bits = 16};
    vcodec_error error;
    vcodec_sound_encoder *encoder = NULL;
    vcodec_bytes first = {NULL, 0}, last = {NULL, 0};

    vcodec_sound_options lossless = {.target = VCODEC_LOSSLESS, .threads = 1};
    CHECK(vcodec_sound_encoder_create(&format, NULL, &lossless, &encoder, &error) == VCODEC_OK);
    CHECK(vcodec_sound_encoder_append(encoder, samples, frames, &first, &error) == VCODEC_OK);
    CHECK(vcodec_sound_encoder_finish(encoder, &last, &error) == VCODEC_OK);
    CHECK(vcodec_sound_encoder_append(encoder, samples, 1, NULL, &error) == VCODEC_BAD_ARGUMENT);
    vcodec_sound_encoder_free(encoder);
    vcodec_bytes file = joined(first, last);
    CHECK(same(file, expected));
    vcodec_free_bytes(&first);
    vcodec_free_bytes(&last);

    vcodec_sound_decoder *decoder = NULL;
    CHECK(vcodec_sound_decoder_create(1, &decoder, &error) == VCODEC_OK);
    vcodec_sound_format found;
    CHECK(vcodec_sound_decoder_format(decoder, &found, &error) == VCODEC_BAD_ARGUMENT);
    int32_t truncated = 7, exact = 7;
    CHECK(vcodec_sound_decoder_is_lossless(decoder, &exact, &error) == VCODEC_BAD_ARGUMENT && exact == 7);
    CHECK(vcodec_sound_decoder_append(decoder, file.data, 7, &error) == VCODEC_OK);
    CHECK(vcodec_sound_decoder_next(decoder, &first, NULL, &error) == VCODEC_OK && first.count == 0);
    CHECK(vcodec_sound_decoder_append(decoder, file.data + 7, file.count - 7, &error) == VCODEC_OK);
    CHECK(vcodec_sound_decoder_finish(decoder, &error) == VCODEC_OK);
    CHECK(vcodec_sound_decoder_next(decoder, &first, NULL, &error) == VCODEC_OK);
    CHECK(vcodec_sound_decoder_next(decoder, &last, &truncated, &error) == VCODEC_OK && last.count == 0);
    CHECK(vcodec_sound_decoder_format(decoder, &found, &error) == VCODEC_OK);
    CHECK(found.sample_rate == 48000 && found.channels == 2 && found.type == VCODEC_INT32 && found.bits == 16);
    CHECK(vcodec_sound_decoder_is_lossless(decoder, &exact, &error) == VCODEC_OK && exact == 1);
    vcodec_bytes all = joined(first, last);
    CHECK(truncated == 0 && all.count == frames * 8 && memcmp(all.data, samples, all.count) == 0);
    vcodec_free_bytes(&first);
    vcodec_free_bytes(&last);
    free(all.data);
    vcodec_sound_decoder_free(decoder);

    // Floating point, tags, and a file that is cut.
    double values[6] = {0.1, -0.0, 1e300, -1, 2, 0.5};
    vcodec_sound_format floating = {.sample_rate = 8000, .channels = 3, .type = VCODEC_FLOAT64};
    const char *given_tags = "TITLE=\xC3\x89tude\0ARTIST=Anon\0";
    CHECK(vcodec_sound_encoder_create(&floating, given_tags, &lossless, &encoder, &error) == VCODEC_OK);
    CHECK(vcodec_sound_encoder_append(encoder, values, 2, &first, &error) == VCODEC_OK);
    CHECK(vcodec_sound_encoder_finish(encoder, &last, &error) == VCODEC_OK);
    vcodec_sound_encoder_free(encoder);
    vcodec_bytes small = joined(first, last);
    vcodec_free_bytes(&first);
    vcodec_free_bytes(&last);
    CHECK(vcodec_sound_decoder_create(0, &decoder, &error) == VCODEC_OK);
    CHECK(vcodec_sound_decoder_append(decoder, small.data, small.count - 3, &error) == VCODEC_OK);
    CHECK(vcodec_sound_decoder_finish(decoder, &error) == VCODEC_OK);
    CHECK(vcodec_sound_decoder_next(decoder, &first, NULL, &error) == VCODEC_OK);
    CHECK(vcodec_sound_decoder_next(decoder, &last, &truncated, &error) == VCODEC_OK);
    all = joined(first, last);
    CHECK(truncated == 1 && all.count == sizeof values && memcmp(all.data, values, sizeof values) == 0);
    vcodec_free_bytes(&first);
    vcodec_free_bytes(&last);
    vcodec_bytes tags;
    CHECK(vcodec_sound_decoder_tags(decoder, &tags, &error) == VCODEC_OK);
    CHECK(tags.count == 26 && memcmp(tags.data, given_tags, 26) == 0);
    vcodec_free_bytes(&tags);
    vcodec_sound_decoder_free(decoder);
    free(all.data);

    int32_t loud = 40000;
    vcodec_sound_format mono = {.sample_rate = 8000, .channels = 1, .type = VCODEC_INT32, .bits = 16};
    CHECK(vcodec_sound_encoder_create(&mono, "no equals sign\0", NULL, &encoder, &error) == VCODEC_BAD_ARGUMENT);
    CHECK(vcodec_sound_encoder_create(&mono, NULL, NULL, &encoder, &error) == VCODEC_OK);
    CHECK(vcodec_sound_encoder_append(encoder, &loud, 1, NULL, &error) == VCODEC_BAD_ARGUMENT);
    vcodec_sound_encoder_free(encoder);
    mono.channels = 9;
    CHECK(vcodec_sound_encoder_create(&mono, NULL, NULL, &encoder, &error) == VCODEC_BAD_ARGUMENT);
    CHECK(vcodec_sound_decoder_create(0, &decoder, &error) == VCODEC_OK);
    CHECK(vcodec_sound_decoder_append(decoder, (const uint8_t *)"fLaC and nothing of ours", 24, &error) == VCODEC_OK);
    CHECK(vcodec_sound_decoder_next(decoder, &first, NULL, &error) == VCODEC_BAD_DATA);
    CHECK(strstr(error.message, "FLAC") && error.offset == 0);
    vcodec_sound_decoder_free(decoder);
    vcodec_sound_decoder_free(NULL);
    free(small.data);
    free(file.data);
    free(samples);
    free(raw.data);
    free(expected.data);
}

/* A whole file; freed with free. */
static vcodec_bytes encoded(const vcodec_sound_format *format, const vcodec_sound_options *options, const void *samples,
                            size_t frames) {
    vcodec_sound_encoder *encoder = NULL;
    vcodec_bytes first = {NULL, 0}, last = {NULL, 0};
    CHECK(vcodec_sound_encoder_create(format, NULL, options, &encoder, NULL) == VCODEC_OK);
    CHECK(vcodec_sound_encoder_append(encoder, samples, frames / 3, &first, NULL) == VCODEC_OK);
    vcodec_bytes start = first;
    const int32_t *rest = (const int32_t *)samples + frames / 3 * format->channels;
    CHECK(vcodec_sound_encoder_append(encoder, rest, frames - frames / 3, &first, NULL) == VCODEC_OK);
    vcodec_bytes both = joined(start, first);
    CHECK(vcodec_sound_encoder_finish(encoder, &last, NULL) == VCODEC_OK);
    vcodec_bytes file = joined(both, last);
    vcodec_sound_encoder_free(encoder);
    vcodec_free_bytes(&start);
    vcodec_free_bytes(&first);
    vcodec_free_bytes(&last);
    free(both.data);
    return file;
}

static void lossy_sounds(const char *folder) {
    vcodec_bytes raw = read_file(folder, "a.raw"), expected = read_file(folder, "lossy.vca"), rated = read_file(folder, "rate.vca");
    size_t frames = raw.count / 4;
    int32_t *samples = malloc(frames * 2 * sizeof *samples);
    for (size_t i = 0; i < 2 * frames; i++) samples[i] = (int16_t)(raw.data[2 * i] | raw.data[2 * i + 1] << 8);
    vcodec_sound_format format = {.sample_rate = 48000, .channels = 2, .type = VCODEC_INT32, .bits = 16};
    vcodec_sound_options exact = {.target = VCODEC_LOSSLESS}, quality = {.value = 50, .threads = 2},
                         rate = {.target = VCODEC_BITRATE, .value = 24};
    vcodec_bytes whole = encoded(&format, &exact, samples, frames), standard = encoded(&format, NULL, samples, frames),
                 small = encoded(&format, &rate, samples, frames), file = encoded(&format, &quality, samples, frames);
    CHECK(same(file, expected) && same(standard, expected) && same(small, rated));
    CHECK(small.count < file.count && 3 * file.count < whole.count);

    vcodec_sound_decoder *decoder = NULL;
    vcodec_bytes piece = {NULL, 0};
    int32_t lossless = 7;
    size_t decoded = 0;
    double off = 0, loud = 0;
    CHECK(vcodec_sound_decoder_create(0, &decoder, NULL) == VCODEC_OK);
    CHECK(vcodec_sound_decoder_append(decoder, file.data, file.count, NULL) == VCODEC_OK);
    CHECK(vcodec_sound_decoder_finish(decoder, NULL) == VCODEC_OK);
    while (vcodec_sound_decoder_next(decoder, &piece, NULL, NULL) == VCODEC_OK && piece.count) {
        for (size_t i = 0; i < piece.count / 4 && decoded + i < 2 * frames; i++) {
            double was = samples[decoded + i], is = ((int32_t *)piece.data)[i];
            off += (is - was) * (is - was);
            loud += was * was;
        }
        decoded += piece.count / 4;
        vcodec_free_bytes(&piece);
    }
    CHECK(decoded == 2 * frames && off > 0 && off < 0.05 * loud);
    CHECK(vcodec_sound_decoder_is_lossless(decoder, &lossless, NULL) == VCODEC_OK && lossless == 0);
    vcodec_sound_decoder_free(decoder);

    // From a frame on.
    uint64_t length = 0, offset = 0, skipped = 0;
    vcodec_error error;
    CHECK(vcodec_read_sound_frames(whole.data, whole.count, &length, NULL) == VCODEC_OK && length == frames);
    CHECK(vcodec_read_sound_frames(whole.data, whole.count - 1, &length, &error) == VCODEC_BAD_DATA && error.offset > 0);
    CHECK(vcodec_read_sound_frames(NULL, 0, &length, NULL) == VCODEC_BAD_DATA);
    CHECK(vcodec_sound_decoder_create_at(whole.data, whole.count, 1234, 1, &decoder, &offset, &skipped, NULL) == VCODEC_OK);
    CHECK(vcodec_sound_decoder_append(decoder, whole.data + offset, whole.count - offset, NULL) == VCODEC_OK);
    CHECK(vcodec_sound_decoder_next(decoder, &piece, NULL, NULL) == VCODEC_OK && piece.count / 8 >= skipped + 10);
    CHECK(memcmp(piece.data + 8 * skipped, samples + 2 * 1234, 80) == 0);
    vcodec_free_bytes(&piece);
    vcodec_sound_decoder_free(decoder);
    CHECK(vcodec_sound_decoder_create_at(whole.data, whole.count, frames + 1, 1, &decoder, &offset, &skipped, &error) ==
          VCODEC_BAD_ARGUMENT);
    free(whole.data);
    free(standard.data);
    free(small.data);
    free(file.data);
    free(samples);
    free(raw.data);
    free(expected.data);
    free(rated.data);
}

static void sound_options(void) {
    vcodec_sound_format format = {.sample_rate = 48000, .channels = 2, .type = VCODEC_INT32, .bits = 16};
    static const struct {
        vcodec_sound_options options;
        const char *said;
    } bad[] = {
        {{.target = VCODEC_QUALITY, .value = -1}, "quality is -1"},
        {{.target = VCODEC_QUALITY, .value = 100.5}, "allowed: 0 to 100"},
        {{.target = VCODEC_QUALITY, .value = NAN}, "quality is nan"},
        {{.target = VCODEC_BITRATE, .value = 0}, "bit rate is 0"},
        {{.target = VCODEC_BITRATE, .value = INFINITY}, "allowed: 0.1 to 1000000 kbit/s"},
        {{.target = VCODEC_BYTES, .value = 1000}, "target is 1"},
        {{.target = 99}, "target is 99"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        vcodec_error error;
        vcodec_sound_encoder *encoder = NULL;
        CHECK(vcodec_sound_encoder_create(&format, NULL, &bad[i].options, &encoder, &error) == VCODEC_BAD_ARGUMENT);
        CHECK(encoder == NULL && strstr(error.message, bad[i].said) && error.offset == -1);
    }
}

int main(int argc, char **argv) {
    if (argc != 2) return 2;
    CHECK(strlen(vcodec_version()) >= 5);
    image_options();
    pictures(argv[1]);
    sounds(argv[1]);
    lossy_sounds(argv[1]);
    sound_options();
    printf("C interface: %d passed, %d failed\n", passed, failed);
    return failed ? 1 : 0;
}
