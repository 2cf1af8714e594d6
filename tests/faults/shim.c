/* Stands between a program and the C library: writes down, or fails, what is done to the files below one folder.
 *
 * Loaded with LD_PRELOAD; does nothing until told to. One thread at a time. The shared memory file of SQLite (-shm) is
 * left out: it is mapped, and made anew at every start.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#define MOST_FILES 1024
#define MOST_PATH 512

enum kind { OPEN = 'o', READ = 'r', WRITE = 'w', SYNC = 's', TRUNCATE = 't', RENAME = 'm', LINK = 'l', UNLINK = 'u', MKDIR = 'd' };

static char root[MOST_PATH];
static size_t root_length;
static char names[MOST_FILES][MOST_PATH]; /* by descriptor; empty: not ours */
static uint32_t serials[MOST_FILES];
static uint32_t last_serial;
static int log_fd = -1;

/* Failing. */
static long calls, fail_at;
static int fail_code, fails_on, fails_short;
static char failed[MOST_PATH + 4];

/* What a program may ask, by ctypes. */
void shim_watch(const char *folder) {
  snprintf(root, sizeof root, "%s/", folder);
  root_length = strlen(root);
}
int shim_record(const char *path) {
  int (*real)(const char *, int, ...) = dlsym(RTLD_NEXT, "open");
  log_fd = real(path, O_CREAT | O_WRONLY | O_APPEND, 0600);
  return log_fd;
}
/* code: errno of the call that fails; 0: only writes, and they are done by half. on: all later calls fail too.
 * cut: a write that is the first to fail is done by half instead. */
void shim_fail(long at, int code, int on, int cut) {
  calls = 0;
  fail_at = at;
  fail_code = code;
  fails_on = on;
  fails_short = cut || !code;
  failed[0] = 0;
}
const char *shim_failed(void) { return failed; }
long shim_calls(void) { return calls; }

#define REAL(result, name, ...) \
  static result (*real)(__VA_ARGS__); \
  if (!real) real = (result(*)(__VA_ARGS__))dlsym(RTLD_NEXT, name)

static int is_ours(const char *path) {
  size_t length = strlen(path);
  if (!root_length || length >= MOST_PATH || strncmp(path, root, root_length - 1)) return 0;
  if (path[root_length - 1] != '/' && path[root_length - 1] != 0) return 0;
  return length < 4 || strcmp(path + length - 4, "-shm");
}
static const char *name_of(int fd) { return fd >= 0 && fd < MOST_FILES && names[fd][0] ? names[fd] : NULL; }

/* One record: kind, serial of the open file, two numbers, two byte strings. */
static void put(enum kind kind, uint32_t serial, int64_t a, const char *first, const void *data, size_t size) {
  REAL(ssize_t, "write", int, const void *, size_t);
  char head[25];
  uint32_t first_size = first ? strlen(first) : 0;
  uint64_t data_size = size;
  if (log_fd < 0) return;
  head[0] = (char)kind;
  memcpy(head + 1, &serial, 4);
  memcpy(head + 5, &a, 8);
  memcpy(head + 13, &first_size, 4);
  memcpy(head + 17, &data_size, 8);
  if (real(log_fd, head, sizeof head) < 0) return;
  if (first_size && real(log_fd, first, first_size) < 0) return;
  if (size && real(log_fd, data, size) < 0) return;
}

/* Counts a call; true if it is to fail, with errno set. */
static int fails(enum kind kind, const char *path) {
  if (!fail_at) return 0;
  if (fail_code == ENOSPC && (kind == READ || kind == UNLINK)) return 0;
  if (!fail_code && kind != WRITE) return 0;
  calls++;
  if (calls != fail_at && !(fails_on && calls > fail_at)) return 0;
  if (!failed[0]) snprintf(failed, sizeof failed, "%c %s", kind, path);
  errno = fail_code;
  return 1;
}

/* A write that is to fail is done by half where that is asked for; of one byte nothing can be left out. */
static int halved(size_t *size) {
  if (!fails_short || (fail_code && (calls != fail_at || *size < 2))) return 0;
  if (*size > 1) *size /= 2;
  return 1;
}

static int opened(int fd, const char *path, int flags) {
  if (fd >= 0 && fd < MOST_FILES) {
    strncpy(names[fd], path, MOST_PATH - 1);
    serials[fd] = ++last_serial;
    put(OPEN, serials[fd], flags, path, NULL, 0);
  }
  return fd;
}
#define OPENER(name) \
  int name(const char *path, int flags, ...) { \
    REAL(int, #name, const char *, int, ...); \
    va_list list; \
    va_start(list, flags); \
    mode_t mode = (flags & (O_CREAT | O_TMPFILE)) ? va_arg(list, mode_t) : 0; \
    va_end(list); \
    if (!is_ours(path)) return real(path, flags, mode); \
    return fails(OPEN, path) ? -1 : opened(real(path, flags, mode), path, flags); \
  }
OPENER(open)
OPENER(open64)

int close(int fd) {
  REAL(int, "close", int);
  if (fd >= 0 && fd < MOST_FILES) names[fd][0] = 0;
  return real(fd);
}

ssize_t read(int fd, void *data, size_t size) {
  REAL(ssize_t, "read", int, void *, size_t);
  const char *path = name_of(fd);
  return path && fails(READ, path) ? -1 : real(fd, data, size);
}
#define PREADER(name) \
  ssize_t name(int fd, void *data, size_t size, off_t at) { \
    REAL(ssize_t, #name, int, void *, size_t, off_t); \
    const char *path = name_of(fd); \
    return path && fails(READ, path) ? -1 : real(fd, data, size, at); \
  }
PREADER(pread)
PREADER(pread64)

static ssize_t written(int fd, const void *data, ssize_t size, off_t at) {
  if (size > 0) put(WRITE, serials[fd], at, NULL, data, size);
  return size;
}
ssize_t write(int fd, const void *data, size_t size) {
  REAL(ssize_t, "write", int, const void *, size_t);
  const char *path = name_of(fd);
  if (!path) return real(fd, data, size);
  off_t at = lseek(fd, 0, SEEK_CUR);
  if (fails(WRITE, path) && !halved(&size)) return -1;
  return written(fd, data, real(fd, data, size), at);
}
#define PWRITER(name) \
  ssize_t name(int fd, const void *data, size_t size, off_t at) { \
    REAL(ssize_t, #name, int, const void *, size_t, off_t); \
    const char *path = name_of(fd); \
    if (!path) return real(fd, data, size, at); \
    if (fails(WRITE, path) && !halved(&size)) return -1; \
    return written(fd, data, real(fd, data, size, at), at); \
  }
PWRITER(pwrite)
PWRITER(pwrite64)

#define SYNCER(name) \
  int name(int fd) { \
    REAL(int, #name, int); \
    const char *path = name_of(fd); \
    if (path && fails(SYNC, path)) return -1; \
    int result = real(fd); \
    if (path && !result) put(SYNC, serials[fd], 0, NULL, NULL, 0); \
    return result; \
  }
SYNCER(fsync)
SYNCER(fdatasync)

#define TRUNCATER(name) \
  int name(int fd, off_t size) { \
    REAL(int, #name, int, off_t); \
    const char *path = name_of(fd); \
    if (path && fails(TRUNCATE, path)) return -1; \
    int result = real(fd, size); \
    if (path && !result) put(TRUNCATE, serials[fd], size, NULL, NULL, 0); \
    return result; \
  }
TRUNCATER(ftruncate)
TRUNCATER(ftruncate64)

#define RENAMER(name, kind) \
  int name(const char *from, const char *to) { \
    REAL(int, #name, const char *, const char *); \
    if (!is_ours(from)) return real(from, to); \
    if (fails(kind, to)) return -1; \
    int result = real(from, to); \
    if (!result) put(kind, 0, 0, from, to, strlen(to)); \
    return result; \
  }
RENAMER(rename, RENAME)
RENAMER(link, LINK)

int unlink(const char *path) {
  REAL(int, "unlink", const char *);
  if (!is_ours(path)) return real(path);
  if (fails(UNLINK, path)) return -1;
  int result = real(path);
  if (!result) put(UNLINK, 0, 0, path, NULL, 0);
  return result;
}
int mkdir(const char *path, mode_t mode) {
  REAL(int, "mkdir", const char *, mode_t);
  if (!is_ours(path)) return real(path, mode);
  if (fails(MKDIR, path)) return -1;
  int result = real(path, mode);
  if (!result) put(MKDIR, 0, 0, path, NULL, 0);
  return result;
}
