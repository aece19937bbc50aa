/*
 * Signals, children, and how the kernel treats this process, for the module `sys`.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include "runner.h"

/* Highest signal number, as in the kernel. */
#define SIGNAL_LIMIT 64
/* Strings in an argument list or environment. */
#define STRINGS_LIMIT 256
/* Children told by one reap(). */
#define REAP_LIMIT 64

/* The length of an array of at most `limit` items. */
static bool arg_length(JSContext *ctx, JSValueConst value, uint32_t limit, const char *what, uint32_t *count)
{
    JSValue length;
    int64_t number;
    bool valid;

    if (!JS_IsArray(ctx, value)) {
        JS_ThrowTypeError(ctx, "%s must be an array", what);
        return false;
    }
    length = JS_GetPropertyStr(ctx, value, "length");
    valid = !JS_IsException(length) && arg_integer(ctx, length, 0, limit, what, &number);
    JS_FreeValue(ctx, length);
    if (valid)
        *count = (uint32_t)number;
    return valid;
}

static JSValue sys_signal_descriptor(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv)
{
    sigset_t set;
    uint32_t count;

    if (!arg_length(ctx, argv[0], SIGNAL_LIMIT, "signalDescriptor: signals", &count))
        return JS_EXCEPTION;
    sigemptyset(&set);
    for (uint32_t i = 0; i < count; i++) {
        JSValue item = JS_GetPropertyUint32(ctx, argv[0], i);
        int64_t number;
        bool valid =
            !JS_IsException(item) && arg_integer(ctx, item, 1, SIGNAL_LIMIT, "signalDescriptor: signal", &number);
        JS_FreeValue(ctx, item);
        if (!valid)
            return JS_EXCEPTION;
        sigaddset(&set, (int)number);
    }
    if (sigprocmask(SIG_BLOCK, &set, NULL) < 0)
        return result_of(ctx, -1);
    return result_of(ctx, signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC));
}

static void free_strings(JSContext *ctx, const char **strings)
{
    for (const char **at = strings; at && *at; at++)
        JS_FreeCString(ctx, *at);
    js_free(ctx, strings);
}

/* A NULL-terminated list of C strings; NULL with an exception pending on bad input. */
static const char **arg_strings(JSContext *ctx, JSValueConst value, const char *what)
{
    const char **strings;
    uint32_t count;

    if (!arg_length(ctx, value, STRINGS_LIMIT, what, &count))
        return NULL;
    strings = js_mallocz(ctx, ((size_t)count + 1) * sizeof(*strings));
    for (uint32_t i = 0; strings && i < count; i++) {
        JSValue item = JS_GetPropertyUint32(ctx, value, i);
        strings[i] = JS_IsException(item) ? NULL : arg_string(ctx, item, what);
        JS_FreeValue(ctx, item);
        if (!strings[i]) {
            free_strings(ctx, strings);
            return NULL;
        }
    }
    return strings;
}

/* In the child: becomes the program, or returns with errno set. It is ended with its parent where that is given. */
static void become(const char **argv, const char **environment, const int *standard, pid_t parent)
{
    int copies[3];
    sigset_t none;

    if (setpgid(0, 0) < 0)
        return;
    if (parent) {
        if (prctl(PR_SET_PDEATHSIG, SIGTERM) < 0)
            return;
        /* It may have ended before that took effect. */
        if (getppid() != parent)
            raise(SIGKILL);
    }
    /* Above 2 first, because the given descriptors may themselves be 0, 1 or 2 in another order. */
    for (int i = 0; i < 3; i++)
        if ((copies[i] = fcntl(standard[i], F_DUPFD_CLOEXEC, 3)) < 0)
            return;
    for (int i = 0; i < 3; i++) {
        struct stat info;
        if (dup2(copies[i], i) < 0)
            return;
        /* Programs do not expect a pipe that says EAGAIN. The other end is not affected. */
        if (fstat(i, &info) == 0 && S_ISFIFO(info.st_mode))
            fcntl(i, F_SETFL, fcntl(i, F_GETFL) & ~O_NONBLOCK);
    }
    signal(SIGPIPE, SIG_DFL);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    execve(argv[0], (char *const *)argv, (char *const *)environment);
}

/* fork and execve; returns the pid or -1 with errno set, also for what fails in the child. */
static pid_t start(const char **argv, const char **environment, const int *standard, bool bound)
{
    pid_t parent = bound ? getpid() : 0;
    int report[2], error = 0;
    ssize_t got;
    pid_t pid;

    if (pipe2(report, O_CLOEXEC) < 0)
        return -1;
    pid = fork();
    if (pid == 0) {
        become(argv, environment, standard, parent);
        error = errno;
        got = write(report[1], &error, sizeof(error));
        (void)got;
        _exit(127);
    }
    close(report[1]);
    if (pid > 0) {
        /* Ends when execve closes the child's end. */
        RETRY(got, read(report[0], &error, sizeof(error)));
        if (got == sizeof(error)) {
            RETRY(got, waitpid(pid, NULL, 0));
            pid = -1;
        }
    } else {
        error = errno;
    }
    close(report[0]);
    errno = error;
    return pid;
}

static JSValue sys_spawn(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv)
{
    const char **arguments, **environment;
    JSValue result = JS_EXCEPTION;
    int standard[3];

    for (int i = 0; i < 3; i++)
        if (!arg_int(ctx, argv[2 + i], "spawn: descriptor", &standard[i]))
            return JS_EXCEPTION;
    if (!JS_IsBool(argv[5]) && !JS_IsUndefined(argv[5]))
        return JS_ThrowTypeError(ctx, "spawn: bound must be a boolean");
    arguments = arg_strings(ctx, argv[0], "spawn: argv");
    environment = arguments ? arg_strings(ctx, argv[1], "spawn: environment") : NULL;
    if (environment && !arguments[0])
        JS_ThrowRangeError(ctx, "spawn: argv must name a program");
    else if (environment)
        result = result_of(ctx, start(arguments, environment, standard, JS_ToBool(ctx, argv[5])));
    free_strings(ctx, arguments);
    free_strings(ctx, environment);
    return result;
}

static JSValue sys_kill(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv)
{
    int pid;
    int64_t number;

    if (!arg_int(ctx, argv[0], "kill: pid", &pid) ||
        !arg_integer(ctx, argv[1], 0, SIGNAL_LIMIT, "kill: signal", &number))
        return JS_EXCEPTION;
    if (pid == 0 || pid == -1)
        return JS_ThrowRangeError(ctx, "kill: pid must name one process or process group, not %d", pid);
    return result_of(ctx, kill(pid, (int)number));
}

static JSValue sys_reap(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv)
{
    JSValue list = JS_NewArray(ctx);
    uint32_t used = 0;

    while (!JS_IsException(list) && used < 2 * REAP_LIMIT) {
        int status;
        pid_t pid;
        RETRY(pid, waitpid(-1, &status, WNOHANG));
        if (pid <= 0)
            break;
        JS_SetPropertyUint32(ctx, list, used++, JS_NewInt32(ctx, pid));
        JS_SetPropertyUint32(ctx, list, used++, JS_NewInt32(ctx, status));
    }
    return list;
}

static JSValue sys_pipe(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv)
{
    int ends[2];
    JSValue list;

    if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) < 0)
        return result_of(ctx, -1);
    list = JS_NewArray(ctx);
    if (JS_IsException(list)) {
        close(ends[0]);
        close(ends[1]);
        return list;
    }
    JS_SetPropertyUint32(ctx, list, 0, JS_NewInt32(ctx, ends[0]));
    JS_SetPropertyUint32(ctx, list, 1, JS_NewInt32(ctx, ends[1]));
    return list;
}

/* From the linker: where this program begins and ends. */
extern const char __executable_start[], end[];

/*
 * Whole, because the disk it comes from may be slow, or dead by then. Of the rest, what was once touched stays: a page
 * that never was comes without any disk, and most of the stack never is.
 */
static JSValue sys_lock_memory(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv)
{
    int locked = mlock(__executable_start, (size_t)(end - __executable_start));

    return result_of(ctx, locked < 0 ? locked : mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT));
}

static JSValue sys_schedule_fifo(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv)
{
    int64_t priority;
    struct sched_param parameter = {0};

    if (!arg_integer(ctx, argv[0], 1, 99, "scheduleFifo: priority", &priority))
        return JS_EXCEPTION;
    parameter.sched_priority = (int)priority;
    /* Not the C library's: musl has it fail always, because it is about one thread. We are one thread. */
    return result_of(ctx, syscall(SYS_sched_setscheduler, 0, SCHED_FIFO | SCHED_RESET_ON_FORK, &parameter));
}

static JSValue sys_resident_bytes(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv)
{
    char text[128];
    long long pages;
    int fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    ssize_t got;

    if (fd < 0)
        return result_of(ctx, -1);
    RETRY(got, read(fd, text, sizeof(text) - 1));
    close(fd);
    if (got < 0)
        return result_of(ctx, -1);
    text[got] = 0;
    if (sscanf(text, "%*d %lld", &pages) != 1)
        return JS_NewInt32(ctx, -EIO);
    return JS_NewInt64(ctx, pages * sysconf(_SC_PAGESIZE));
}

const JSCFunctionListEntry sys_process_functions[] = {
    JS_CFUNC_DEF("signalDescriptor", 1, sys_signal_descriptor),
    JS_CFUNC_DEF("spawn", 6, sys_spawn),
    JS_CFUNC_DEF("kill", 2, sys_kill),
    JS_CFUNC_DEF("reap", 0, sys_reap),
    JS_CFUNC_DEF("pipe", 0, sys_pipe),
    JS_CFUNC_DEF("lockMemory", 0, sys_lock_memory),
    JS_CFUNC_DEF("scheduleFifo", 1, sys_schedule_fifo),
    JS_CFUNC_DEF("residentBytes", 0, sys_resident_bytes),
};
const int sys_process_count = COUNT_OF(sys_process_functions);
