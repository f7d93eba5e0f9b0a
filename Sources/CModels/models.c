#include "models.h"

static const unsigned char image_model[] = {
#embed "../../Models/default.vcm"
};

static const unsigned char sound_model[] = {
#embed "../../Models/sound.vcs"
};

const unsigned char *vc_default_image_model(size_t *size) {
  *size = sizeof image_model;
  return image_model;
}

const unsigned char *vc_default_sound_model(size_t *size) {
  *size = sizeof sound_model;
  return sound_model;
}
