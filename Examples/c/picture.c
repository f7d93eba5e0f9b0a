/* Encodes a PPM (P6, 8 bits) to .vci, decodes it again and says how far the samples are from the original.
 *
 *     cc picture.c $(pkg-config --cflags --libs vcodec) -o picture && ./picture photo.ppm photo.vci [lossless]
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <vcodec.h>

static int fail(const char *what, const char *why) {
    fprintf(stderr, "%s: %s\n", what, why);
    return 1;
}

static uint8_t *read_ppm(const char *path, vcodec_image_format *format) {
    FILE *file = fopen(path, "rb");
    uint8_t *samples = NULL;
    format->channels = 3;
    format->bits = 8;
    if (file && fscanf(file, "P6 %" SCNu32 " %" SCNu32 " 255", &format->width, &format->height) == 2 && fgetc(file) != EOF) {
        size_t size = (size_t)format->width * format->height * 3;
        samples = malloc(size);
        if (samples && fread(samples, 1, size, file) != size) {
            free(samples);
            samples = NULL;
        }
    }
    if (file) fclose(file);
    return samples;
}

int main(int argc, char **argv) {
    if (argc < 3 || argc > 4) return fail("usage", "picture IN.ppm OUT.vci [lossless]");
    vcodec_image_format format;
    vcodec_error error;
    uint8_t *samples = read_ppm(argv[1], &format);
    if (!samples) return fail(argv[1], "is no PPM of 8 bits");

    vcodec_image_options options = {0};
    options.target = VCODEC_LOSSLESS;
    vcodec_bytes file;
    size_t stride = (size_t)format.width * 3;
    if (vcodec_encode_image(&format, samples, stride, NULL, argc == 4 ? &options : NULL, &file, &error)) {
        free(samples);
        return fail(argv[1], error.message);
    }
    FILE *out = fopen(argv[2], "wb");
    int status = out && fwrite(file.data, 1, file.count, out) == file.count ? 0 : fail(argv[2], "cannot be written");
    if (out) fclose(out);

    vcodec_image_format found;
    uint8_t *decoded = malloc(stride * format.height);
    if (!decoded || vcodec_read_image_format(file.data, file.count, &found, &error)
        || vcodec_decode_image(file.data, file.count, &found, 0, 0, decoded, stride, NULL, &error)) {
        status = fail(argv[2], error.message);
    } else {
        double sum = 0;
        for (size_t i = 0; i < stride * format.height; i++) sum += (samples[i] - decoded[i]) * (samples[i] - decoded[i]);
        printf("%zu bytes, mean squared error %.2f\n", file.count, sum / (double)(stride * format.height));
    }
    vcodec_free_bytes(&file);
    free(decoded);
    free(samples);
    return status;
}
