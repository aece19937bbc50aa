/*
 * The module `sys`: what it exports, and the calls that belong to no other part: clock, random bytes, poll, jobs.
 * Described in sys.d.ts. Every argument is checked, errors of the system are values, nothing is remembered.
 */
#include <errno.h>
#include <math.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>
#include "runner.h"

/* Descriptors in one poll. */
#define POLL_LIMIT 1024
/* Bytes of one random(): getrandom(2) gives so many whole or not at all. */
#define RANDOM_LIMIT 256
/* Linux 5.6; absent from the headers of some C libraries. */
#ifndef GRND_INSECURE
#define GRND_INSECURE 4
#endif

static int arguments_count;
static char **arguments;
/* Class of Int32Array, which QuickJS does not publish; learned when the module is set up. */
static JSClassID int32_array_class;

static JSValue milliseconds(JSContext *ctx, clockid_t clock)
{
    struct timespec now;

    if (clock_gettime(clock, &now) < 0)
        return JS_ThrowInternalError(ctx, "clock_gettime: %s", strerror(errno));
    return JS_NewFloat64(ctx, (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6);
}

static JSValue sys_monotonic(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv)
{
    return milliseconds(ctx, CLOCK_MONOTONIC);
}

static JSValue sys_realtime(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv)
{
    return milliseconds(ctx, CLOCK_REALTIME);
}

static JSValue sys_random(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv)
{
    uint8_t bytes[RANDOM_LIMIT];
    int64_t length;
    ssize_t got;

    if (!arg_integer(ctx, argv[0], 0, RANDOM_LIMIT, "random: length", &length))
        return JS_EXCEPTION;
    RETRY(got, getrandom(bytes, (size_t)length, GRND_NONBLOCK));
    /* Soon after boot the kernel has no seed yet. Nothing may wait for it, so take what there is. */
    if (got < 0 && errno == EAGAIN)
        RETRY(got, getrandom(bytes, (size_t)length, GRND_INSECURE));
    if (got != length)
        return JS_ThrowInternalError(ctx, "getrandom: %s", strerror(errno));
    return JS_NewArrayBufferCopy(ctx, bytes, (size_t)length);
}

/* Int32Array of at least `count` integers. */
static bool arg_integers(JSContext *ctx, JSValueConst set, const char *what, int64_t count, int32_t **integers)
{
    size_t offset, length, size;
    uint8_t *bytes;
    JSValue buffer;
    JSClassID class;

    JS_GetAnyOpaque(set, &class);
    if (class != int32_array_class) {
        JS_ThrowTypeError(ctx, "%s must be an Int32Array", what);
        return false;
    }
    buffer = JS_GetTypedArrayBuffer(ctx, set, &offset, &length, NULL);
    if (JS_IsException(buffer))
        return false;
    bytes = JS_GetArrayBuffer(ctx, &size, buffer);
    /* The array keeps its buffer alive. */
    JS_FreeValue(ctx, buffer);
    if ((size_t)count * sizeof(int32_t) > length) {
        JS_ThrowRangeError(ctx, "%s must have room for all", what);
        return false;
    }
    *integers = (int32_t *)(void *)(bytes + offset);
    return true;
}

static JSValue sys_poll(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv)
{
    struct pollfd descriptors[POLL_LIMIT];
    int64_t count;
    int32_t *triples, *places = NULL;
    double timeout;
    int ready;

    if (!arg_integer(ctx, argv[1], 0, POLL_LIMIT, "poll: count", &count) ||
        !arg_integers(ctx, argv[0], "poll: set", 3 * count, &triples) ||
        (!JS_IsUndefined(argv[3]) && !arg_integers(ctx, argv[3], "poll: ready", count, &places)))
        return JS_EXCEPTION;
    if (!JS_IsNumber(argv[2]))
        return JS_ThrowTypeError(ctx, "poll: timeoutMs must be a number");
    if (JS_ToFloat64(ctx, &timeout, argv[2]))
        return JS_EXCEPTION;
    if (isnan(timeout))
        return JS_ThrowRangeError(ctx, "poll: timeoutMs must not be NaN");
    /* Rounded up, or a timer that is due in 0.4 ms would be waited for by spinning. */
    timeout = timeout < 0 ? -1 : ceil(timeout);

    for (int i = 0; i < count; i++)
        descriptors[i] = (struct pollfd){.fd = triples[3 * i], .events = (short)triples[3 * i + 1]};
    if (timeout != 0)
        heap_collect(JS_GetRuntime(ctx));
    ready = poll(descriptors, (nfds_t)count, timeout > INT32_MAX ? INT32_MAX : (int)timeout);
    if (ready < 0 && errno != EINTR)
        return result_of(ctx, ready);
    for (int i = 0; i < count; i++) {
        triples[3 * i + 2] = ready < 0 ? 0 : descriptors[i].revents;
        if (places && triples[3 * i + 2])
            *places++ = i;
    }
    return JS_NewInt32(ctx, ready < 0 ? 0 : ready);
}

static JSValue sys_run_jobs(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv)
{
    fault_run_jobs(ctx);
    return JS_UNDEFINED;
}

static JSValue sys_exit(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv)
{
    int64_t status;

    if (!arg_integer(ctx, argv[0], 0, 255, "exit: status", &status))
        return JS_EXCEPTION;
    _exit((int)status);
}

static JSValue sys_hostname(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv)
{
    char name[256] = "";

    if (gethostname(name, sizeof(name) - 1) < 0)
        return JS_ThrowInternalError(ctx, "gethostname: %s", strerror(errno));
    return JS_NewString(ctx, name);
}

static JSValue sys_pid(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv)
{
    return JS_NewInt32(ctx, getpid());
}

/* In JavaScript it takes as long as all the rest of a line of the log. */
static JSValue sys_utf8(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv)
{
    size_t length;
    const char *text;
    JSValue bytes;

    if (!JS_IsString(argv[0]))
        return JS_ThrowTypeError(ctx, "utf8: text must be a string");
    text = JS_ToCStringLen(ctx, &length, argv[0]);
    if (!text)
        return JS_EXCEPTION;
    bytes = JS_NewArrayBufferCopy(ctx, (const uint8_t *)text, length);
    JS_FreeCString(ctx, text);
    return bytes;
}

static const JSCFunctionListEntry functions[] = {
    JS_CFUNC_DEF("monotonic", 0, sys_monotonic), JS_CFUNC_DEF("realtime", 0, sys_realtime),
    JS_CFUNC_DEF("random", 1, sys_random),       JS_CFUNC_DEF("poll", 4, sys_poll),
    JS_CFUNC_DEF("runJobs", 0, sys_run_jobs),    JS_CFUNC_DEF("exit", 1, sys_exit),
    JS_CFUNC_DEF("hostname", 0, sys_hostname),   JS_CFUNC_DEF("pid", 0, sys_pid),
    JS_CFUNC_DEF("utf8", 1, sys_utf8),
};

static const struct {
    const JSCFunctionListEntry *list;
    const int *count;
} parts[] = {
    {sys_file_functions, &sys_file_count},
    {sys_socket_functions, &sys_socket_count},
    {sys_serial_functions, &sys_serial_count},
    {sys_device_functions, &sys_device_count},
    {sys_process_functions, &sys_process_count},
    {sys_console_functions, &sys_console_count},
    {sys_text_functions, &sys_text_count},
};

static int set_exports(JSContext *ctx, JSModuleDef *module)
{
    JSValue args = JS_NewArray(ctx), build = JS_NewObject(ctx), zero = JS_NewInt32(ctx, 0);
    JSValue sample = JS_NewTypedArray(ctx, 1, &zero, JS_TYPED_ARRAY_INT32);

    JS_GetAnyOpaque(sample, &int32_array_class);
    JS_FreeValue(ctx, sample);
    for (int i = 0; i < arguments_count; i++)
        JS_SetPropertyUint32(ctx, args, (uint32_t)i, JS_NewString(ctx, arguments[i]));
    JS_SetPropertyStr(ctx, build, "quickjs", JS_NewString(ctx, CONFIG_VERSION));
    JS_SetPropertyStr(ctx, build, "machine", JS_NewString(ctx, RUNNER_MACHINE));
    for (int i = 0; i < COUNT_OF(parts); i++)
        if (JS_SetModuleExportList(ctx, module, parts[i].list, *parts[i].count))
            return -1;
    if (JS_SetModuleExportList(ctx, module, functions, COUNT_OF(functions)) ||
        JS_SetModuleExport(ctx, module, "args", args))
        return -1;
    return JS_SetModuleExport(ctx, module, "build", build);
}

void sys_add_module(JSContext *ctx, int argc, char **argv)
{
    JSModuleDef *module = JS_NewCModule(ctx, "sys", set_exports);

    arguments_count = argc;
    arguments = argv;
    if (!module)
        fault_exception(ctx, STATUS_FAULT);
    for (int i = 0; i < COUNT_OF(parts); i++)
        JS_AddModuleExportList(ctx, module, parts[i].list, *parts[i].count);
    JS_AddModuleExportList(ctx, module, functions, COUNT_OF(functions));
    JS_AddModuleExport(ctx, module, "args");
    JS_AddModuleExport(ctx, module, "build");
}
