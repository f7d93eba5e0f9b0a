#include "models.h"

static const unsigned char standard_image_model[] = {
#embed "../../Models/default.vcm"
};

static const unsigned char visual_image_model[] = {
#embed "../../Models/visual.vcm"
};

static const unsigned char sound_model[] = {
#embed "../../Models/sound.vcs"
};

const unsigned char *vc_image_model(int number, size_t *size) {
  *size = number == 0 ? sizeof standard_image_model : sizeof visual_image_model;
  return number == 0 ? standard_image_model : visual_image_model;
}

const unsigned char *vc_default_sound_model(size_t *size) {
  *size = sizeof sound_model;
  return sound_model;
}
