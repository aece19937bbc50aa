/*
 * Devices and mounts of the module `sys`.
 */
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <unistd.h>
#include "runner.h"

/* <linux/watchdog.h>, which a bare musl does not bring along. */
#define WDIOC_SETTIMEOUT _IOWR('W', 6, int)

static JSValue sys_watchdog_timeout(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv)
{
    int fd, seconds;

    if (!arg_int(ctx, argv[0], "watchdogTimeout: fd", &fd) ||
        !arg_int(ctx, argv[1], "watchdogTimeout: seconds", &seconds))
        return JS_EXCEPTION;
    /* The device writes back what it can do. */
    return result_of(ctx, ioctl(fd, WDIOC_SETTIMEOUT, &seconds) < 0 ? -1 : seconds);
}

static JSValue sys_remount(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv)
{
    const char *path;
    JSValue result;

    if (!JS_IsBool(argv[1]))
        return JS_ThrowTypeError(ctx, "remount: readOnly must be a boolean");
    if (!(path = arg_string(ctx, argv[0], "remount: path")))
        return JS_EXCEPTION;
    result = result_of(ctx, mount(NULL, path, NULL, MS_REMOUNT | (JS_ToBool(ctx, argv[1]) ? MS_RDONLY : 0), NULL));
    JS_FreeCString(ctx, path);
    return result;
}

const JSCFunctionListEntry sys_device_functions[] = {
    JS_CFUNC_DEF("watchdogTimeout", 2, sys_watchdog_timeout),
    JS_CFUNC_DEF("remount", 2, sys_remount),
};
const int sys_device_count = COUNT_OF(sys_device_functions);
