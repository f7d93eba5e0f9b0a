#ifndef VCODEC_PROCESS_SHIMS_H
#define VCODEC_PROCESS_SHIMS_H

/// From now on, programs whose parent has ended become this process's children, so that it can wait for them.
///
/// Returns 0; or errno, which is ENOSYS where the system cannot do this.
int vcodec_adopt_orphans(void);

/// Makes a pipe that programs do not inherit: ends[0] to read, ends[1] to write. Both are 10 or more, so that a program can
/// be given one as any smaller number. Returns 0 or errno.
int vcodec_pipe(int ends[2]);

#endif
