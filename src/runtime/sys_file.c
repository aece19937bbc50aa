/*
 * Files and descriptors of the module `sys`.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>
#include "runner.h"

static JSValue sys_open(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv)
{
    int flags, mode, fd;
    const char *path;

    if (!arg_int(ctx, argv[1], "open: flags", &flags) || !arg_int(ctx, argv[2], "open: mode", &mode) ||
        !(path = arg_string(ctx, argv[0], "open: path")))
        return JS_EXCEPTION;
    /* Non-blocking from the start: opening a serial line would otherwise wait for a carrier. */
    RETRY(fd, open(path, flags | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, (mode_t)mode));
    JS_FreeCString(ctx, path);
    return result_of(ctx, fd);
}

static JSValue sys_close(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv)
{
    int fd;

    if (!arg_int(ctx, argv[0], "close: fd", &fd))
        return JS_EXCEPTION;
    return result_of(ctx, close(fd));
}

static JSValue sys_read(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv)
{
    int fd;
    uint8_t *bytes;
    size_t length;
    ssize_t got;

    if (!arg_int(ctx, argv[0], "read: fd", &fd) ||
        !arg_range(ctx, argv[1], argv[2], argv[3], "read: buffer, offset and length", &bytes, &length))
        return JS_EXCEPTION;
    RETRY(got, read(fd, bytes, length));
    return result_of(ctx, got);
}

static JSValue sys_write(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv)
{
    int fd;
    uint8_t *bytes;
    size_t length;
    ssize_t written;

    if (!arg_int(ctx, argv[0], "write: fd", &fd) ||
        !arg_range(ctx, argv[1], argv[2], argv[3], "write: buffer, offset and length", &bytes, &length))
        return JS_EXCEPTION;
    RETRY(written, write(fd, bytes, length));
    return result_of(ctx, written);
}

static JSValue sys_fsync(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv)
{
    int fd, result;

    if (!arg_int(ctx, argv[0], "fsync: fd", &fd))
        return JS_EXCEPTION;
    RETRY(result, fsync(fd));
    return result_of(ctx, result);
}

static JSValue sys_change_mode(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv)
{
    int fd, mode;

    if (!arg_int(ctx, argv[0], "changeMode: fd", &fd) || !arg_int(ctx, argv[1], "changeMode: mode", &mode))
        return JS_EXCEPTION;
    return result_of(ctx, fchmod(fd, (mode_t)mode));
}

static JSValue sys_rename(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv)
{
    const char *from = arg_string(ctx, argv[0], "rename: from");
    const char *to = from ? arg_string(ctx, argv[1], "rename: to") : NULL;
    JSValue result = to ? result_of(ctx, rename(from, to)) : JS_EXCEPTION;

    JS_FreeCString(ctx, from);
    JS_FreeCString(ctx, to);
    return result;
}

static JSValue sys_unlink(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv)
{
    const char *path = arg_string(ctx, argv[0], "unlink: path");
    JSValue result = path ? result_of(ctx, unlink(path)) : JS_EXCEPTION;

    JS_FreeCString(ctx, path);
    return result;
}

static JSValue sys_mkdir(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv)
{
    int mode;
    const char *path;
    JSValue result;

    if (!arg_int(ctx, argv[1], "mkdir: mode", &mode) || !(path = arg_string(ctx, argv[0], "mkdir: path")))
        return JS_EXCEPTION;
    result = result_of(ctx, mkdir(path, (mode_t)mode));
    JS_FreeCString(ctx, path);
    return result;
}

const JSCFunctionListEntry sys_file_functions[] = {
    JS_CFUNC_DEF("open", 3, sys_open),     JS_CFUNC_DEF("close", 1, sys_close),
    JS_CFUNC_DEF("read", 4, sys_read),     JS_CFUNC_DEF("write", 4, sys_write),
    JS_CFUNC_DEF("fsync", 1, sys_fsync),   JS_CFUNC_DEF("rename", 2, sys_rename),
    JS_CFUNC_DEF("unlink", 1, sys_unlink), JS_CFUNC_DEF("mkdir", 2, sys_mkdir),
    JS_CFUNC_DEF("changeMode", 2, sys_change_mode),
};
const int sys_file_count = COUNT_OF(sys_file_functions);
