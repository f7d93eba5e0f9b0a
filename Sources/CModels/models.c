#include "models.h"

static const unsigned char image_model[] = {
#embed "../../Models/default.vcm"
};

const unsigned char *vc_default_image_model(size_t *size) {
  *size = sizeof image_model;
  return image_model;
}
