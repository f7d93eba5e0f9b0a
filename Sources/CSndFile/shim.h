// libsndfile as the system installs it. Only Sound/Library of MediaFiles uses it.
#include <sndfile.h>
