// libpng as the system installs it. Only CMediaShims uses it: libpng reports errors with
// longjmp, which must never cross a Swift frame.
#include <png.h>
