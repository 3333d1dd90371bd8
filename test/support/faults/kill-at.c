/* Preloaded into a check: counts its system calls that change something, writes each into $FAULT_LOG as `number kind what`,
 * and kills the check with -9 right before number $FAULT_AT (after half of it, for a write with $FAULT_HALF).
 * The check's children are none of its business: it takes itself out of their environment. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static pid_t check;
static long wanted, counted, forked;
static int half, report = -1;

__attribute__((constructor)) static void begin(void) {
  const char *log = getenv("FAULT_LOG"), *at = getenv("FAULT_AT");
  if (!log) return;
  half = getenv("FAULT_HALF") != NULL;
  wanted = at ? atol(at) : 0;
  int file = syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  report = fcntl(file, F_DUPFD_CLOEXEC, 400);
  syscall(SYS_close, file);
  unsetenv("LD_PRELOAD");
  unsetenv("FAULT_LOG");
  unsetenv("FAULT_AT");
  unsetenv("FAULT_HALF");
  check = getpid();
}

static void say(long number, const char *kind, const char *what) {
  char line[700];
  int length = snprintf(line, sizeof line, "%ld %s %.600s", number, kind, what);
  for (int i = 0; i < length; i++)
    if (line[i] == '\n') line[i] = ' ';
  line[length++] = '\n';
  syscall(SYS_write, report, line, length);
}

static void die(void) {
  syscall(SYS_kill, check, SIGKILL);
  for (;;) pause();
}

/* The number of this call; 0 in a child. */
static long point(const char *kind, const char *what) {
  if (!check || getpid() != check) return 0;
  int errors = errno;
  long number = __atomic_add_fetch(&counted, 1, __ATOMIC_SEQ_CST);
  say(number, kind, what);
  if (number == wanted && !(half && strcmp(kind, "write") == 0)) die();
  errno = errors;
  return number;
}

/* A call that failed has changed nothing. */
static long done(long number, long result) {
  int errors = errno;
  if (number && result < 0) say(number, "failed", "");
  errno = errors;
  return result;
}

static const char *path_of(int file, char *path, size_t size) {
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  ssize_t length = syscall(SYS_readlinkat, AT_FDCWD, link, path, size - 1);
  path[length < 0 ? 0 : length] = 0;
  return path;
}

/* True for the very write that is to be done by half: into a file; what is sent to a child or a reader is sent whole. Pipes and
 * events of node's own do not count. */
static int writing(int file) {
  struct stat found;
  char path[512];
  if (!check || getpid() != check || fstat(file, &found) != 0) return 0;
  if (S_ISREG(found.st_mode)) return point("write", path_of(file, path, sizeof path)) == wanted && half;
  if (S_ISSOCK(found.st_mode) || file == 1 || file == 2) point("send", path_of(file, path, sizeof path));
  return 0;
}

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

ssize_t write(int file, const void *bytes, size_t size) {
  if (writing(file)) {
    NEXT(write)(file, bytes, size / 2);
    die();
  }
  return NEXT(write)(file, bytes, size);
}

ssize_t pwrite64(int file, const void *bytes, size_t size, off64_t at) {
  if (writing(file)) {
    NEXT(pwrite64)(file, bytes, size / 2, at);
    die();
  }
  return NEXT(pwrite64)(file, bytes, size, at);
}

ssize_t writev(int file, const struct iovec *parts, int count) {
  if (writing(file)) {
    NEXT(write)(file, parts[0].iov_base, parts[0].iov_len / 2);
    die();
  }
  return NEXT(writev)(file, parts, count);
}

ssize_t sendmsg(int file, const struct msghdr *message, int flags) {
  writing(file);
  return NEXT(sendmsg)(file, message, flags);
}

static long opening(const char *path, int flags) {
  return flags & (O_CREAT | O_TRUNC) ? point("open", path) : 0;
}

#define OPEN(name, parameters, arguments) \
  int name parameters { \
    int mode = 0; \
    if (flags & (O_CREAT | O_TMPFILE)) { \
      va_list rest; \
      va_start(rest, flags); \
      mode = va_arg(rest, int); \
      va_end(rest); \
    } \
    long number = opening(path, flags); \
    return done(number, NEXT(name) arguments); \
  }

OPEN(open, (const char *path, int flags, ...), (path, flags, mode))
OPEN(open64, (const char *path, int flags, ...), (path, flags, mode))
OPEN(openat, (int folder, const char *path, int flags, ...), (folder, path, flags, mode))

#define OF_A_PATH(name, parameters, arguments) \
  int name parameters { \
    long number = point(#name, path); \
    return done(number, NEXT(name) arguments); \
  }

OF_A_PATH(mkdir, (const char *path, mode_t mode), (path, mode))
OF_A_PATH(rmdir, (const char *path), (path))
OF_A_PATH(unlink, (const char *path), (path))
OF_A_PATH(rename, (const char *before, const char *path), (before, path))
OF_A_PATH(link, (const char *before, const char *path), (before, path))
OF_A_PATH(symlink, (const char *before, const char *path), (before, path))
OF_A_PATH(chmod, (const char *path, mode_t mode), (path, mode))
OF_A_PATH(chown, (const char *path, uid_t user, gid_t group), (path, user, group))
OF_A_PATH(utimensat, (int folder, const char *path, const struct timespec times[2], int flags), (folder, path, times, flags))

#define OF_A_FILE(name, type, parameters, arguments) \
  type name parameters { \
    char path[512]; \
    long number = point(#name, path_of(file, path, sizeof path)); \
    return done(number, NEXT(name) arguments); \
  }

OF_A_FILE(fsync, int, (int file), (file))
OF_A_FILE(fdatasync, int, (int file), (file))
OF_A_FILE(ftruncate64, int, (int file, off64_t size), (file, size))
OF_A_FILE(fchmod, int, (int file, mode_t mode), (file, mode))
OF_A_FILE(fchown, int, (int file, uid_t user, gid_t group), (file, user, group))
OF_A_FILE(futimens, int, (int file, const struct timespec times[2]), (file, times))
OF_A_FILE(sendfile64, ssize_t, (int file, int from, off64_t *at, size_t size), (file, from, at, size))

static int locks(int command) {
  return command == F_SETLK || command == F_SETLKW || command == F_OFD_SETLK || command == F_OFD_SETLKW;
}

#define CONTROL(name) \
  int name(int file, int command, ...) { \
    char path[512]; \
    va_list rest; \
    va_start(rest, command); \
    void *argument = va_arg(rest, void *); \
    va_end(rest); \
    if (check && locks(command)) point("lock", path_of(file, path, sizeof path)); \
    return NEXT(name)(file, command, argument); \
  }

CONTROL(fcntl)
CONTROL(fcntl64)

int kill(pid_t pid, int signal) {
  char what[64];
  snprintf(what, sizeof what, "signal %d to %d", signal, pid);
  long number = signal == 0 ? 0 : point("kill", what);
  return done(number, NEXT(kill)(pid, signal));
}

/* A fork gets its line from its child, which knows what it becomes. */
pid_t fork(void) {
  if (check && getpid() == check) {
    forked = __atomic_add_fetch(&counted, 1, __ATOMIC_SEQ_CST);
    if (forked == wanted) {
      say(forked, "fork", "");
      die();
    }
  }
  return NEXT(fork)();
}

int execvp(const char *program, char *const words[]) {
  if (check && getpid() != check) {
    char what[600] = "";
    size_t used = 0;
    for (int i = 0; words[i] && used < sizeof what - 2; i++)
      used += snprintf(what + used, sizeof what - used, "%s ", words[i]);
    say(forked, "fork", what);
  }
  return NEXT(execvp)(program, words);
}
