// The models inside the program (SPEC §7, §18).
#pragma once
#include <stddef.h>

/// The default image model's file; its size goes to *size.
const unsigned char *vc_default_image_model(size_t *size);

/// The default sound model's file; its size goes to *size.
const unsigned char *vc_default_sound_model(size_t *size);
