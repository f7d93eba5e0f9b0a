// The models inside the program (SPEC §7, §18).
#pragma once
#include <stddef.h>

/// An image model's file: 0 the standard one, trained for squared error; 1 the one trained for SSIMULACRA2. Its size goes to *size.
const unsigned char *vc_image_model(int number, size_t *size);

/// The default sound model's file; its size goes to *size.
const unsigned char *vc_default_sound_model(size_t *size);
