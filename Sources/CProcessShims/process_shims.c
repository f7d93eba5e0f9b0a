// What Swift does not see of Linux: prctl takes a variable number of arguments, pipe2 is an extension.
#define _GNU_SOURCE
#include "process_shims.h"

#include <errno.h>

#ifdef __linux__
#include <fcntl.h>
#include <sys/prctl.h>
#include <unistd.h>

int vcodec_adopt_orphans(void) { return prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0 ? 0 : errno; }

int vcodec_pipe(int ends[2]) {
    int low[2];
    if (pipe2(low, O_CLOEXEC) != 0) return errno;
    int failure = 0;
    for (int i = 0; i < 2; i++) {
        ends[i] = fcntl(low[i], F_DUPFD_CLOEXEC, 10);
        if (ends[i] < 0) failure = errno;
        close(low[i]);
    }
    if (failure == 0) return 0;
    for (int i = 0; i < 2; i++) {
        if (ends[i] >= 0) close(ends[i]);
    }
    return failure;
}
#else
int vcodec_adopt_orphans(void) { return ENOSYS; }

int vcodec_pipe(int ends[2]) {
    (void)ends;
    return ENOSYS;
}
#endif
