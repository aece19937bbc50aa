/*
 * What the console needs of the module `sys`: its terminal's mode and size, and password hashes. Remembers nothing: the
 * caller keeps the mode that it wants back.
 */
#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>
#include "runner.h"

/* The one method of crypt(3) that all C libraries of the builds share: SHA-512. */
#define CRYPT_METHOD "$6$"

/* fd and an ArrayBuffer that holds a struct termios; NULL with an exception pending where it is none. */
static struct termios *arg_mode(JSContext *ctx, JSValueConst *argv, int *fd)
{
    uint8_t *bytes;
    size_t length;

    if (!arg_int(ctx, argv[0], "terminal mode: fd", fd) ||
        !arg_buffer(ctx, argv[1], "terminal mode: saved", &bytes, &length))
        return NULL;
    if (length < sizeof(struct termios)) {
        JS_ThrowRangeError(ctx, "terminal mode: saved must have %d bytes", (int)sizeof(struct termios));
        return NULL;
    }
    return (struct termios *)(void *)bytes;
}

static JSValue sys_terminal_raw(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv)
{
    int fd;
    struct termios before, raw, *saved = arg_mode(ctx, argv, &fd);

    if (!saved)
        return JS_EXCEPTION;
    if (tcgetattr(fd, &before) < 0)
        return result_of(ctx, -1);
    raw = before;
    cfmakeraw(&raw);
    /*
     * Flow control both ways, as terminals at the end of three wires have no other; and any key lets output go on
     * that an XOFF made of noise has stopped.
     */
    raw.c_iflag |= IXON | IXOFF | IXANY;
    raw.c_cc[VMIN] = 1;
    raw.c_cc[VTIME] = 0;
    /* What waits to be read or written stays: it may be the beginning of a paste. */
    if (tcsetattr(fd, TCSADRAIN, &raw) < 0)
        return result_of(ctx, -1);
    *saved = before;
    return JS_NewInt32(ctx, 0);
}

static JSValue sys_terminal_restore(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv)
{
    int fd;
    const struct termios *saved = arg_mode(ctx, argv, &fd);

    return saved ? result_of(ctx, tcsetattr(fd, TCSADRAIN, saved)) : JS_EXCEPTION;
}

static JSValue sys_terminal_size(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv)
{
    int fd;
    struct winsize size;
    JSValue pair;

    if (!arg_int(ctx, argv[0], "terminalSize: fd", &fd))
        return JS_EXCEPTION;
    if (ioctl(fd, TIOCGWINSZ, &size) < 0)
        return result_of(ctx, -1);
    pair = JS_NewArray(ctx);
    JS_SetPropertyUint32(ctx, pair, 0, JS_NewInt32(ctx, size.ws_col));
    JS_SetPropertyUint32(ctx, pair, 1, JS_NewInt32(ctx, size.ws_row));
    return pair;
}

static JSValue sys_crypt(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv)
{
    const char *password = arg_string(ctx, argv[0], "crypt: password");
    const char *setting = password ? arg_string(ctx, argv[1], "crypt: setting") : NULL;
    const char *hash = NULL;
    JSValue result = JS_EXCEPTION;

    if (setting) {
        if (strncmp(setting, CRYPT_METHOD, strlen(CRYPT_METHOD)) == 0)
            hash = crypt(password, setting);
        /* C libraries differ in how they refuse: NULL, or a string that no hash begins with. */
        result = hash && hash[0] == '$' ? JS_NewString(ctx, hash) : JS_NewInt32(ctx, -EINVAL);
    }
    JS_FreeCString(ctx, setting);
    JS_FreeCString(ctx, password);
    return result;
}

const JSCFunctionListEntry sys_console_functions[] = {
    JS_CFUNC_DEF("terminalRaw", 2, sys_terminal_raw),
    JS_CFUNC_DEF("terminalRestore", 2, sys_terminal_restore),
    JS_CFUNC_DEF("terminalSize", 1, sys_terminal_size),
    JS_CFUNC_DEF("crypt", 2, sys_crypt),
};
const int sys_console_count = COUNT_OF(sys_console_functions);
