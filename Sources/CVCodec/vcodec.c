// The header is all there is: its functions are written in Swift (Sources/VCodecC).
#include "vcodec.h"
