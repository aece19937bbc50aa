/*
 * Serial lines of the module `sys`: settings, modem lines, queues. Knows nothing of what is sent over them.
 */
#include <errno.h>
#include <sys/ioctl.h>
#include <termios.h>
#include "runner.h"

static const struct {
    int baud;
    speed_t speed;
} speeds[] = {
    {300, B300},     {600, B600},     {1200, B1200},     {2400, B2400},     {4800, B4800},     {9600, B9600},
    {19200, B19200}, {38400, B38400}, {57600, B57600},   {115200, B115200}, {230400, B230400}, {460800, B460800},
    {921600, B921600},
};

static JSValue sys_serial_setup(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv)
{
    int fd, baud, i = 0;
    struct termios settings;

    if (!arg_int(ctx, argv[0], "serialSetup: fd", &fd) || !arg_int(ctx, argv[1], "serialSetup: baud", &baud))
        return JS_EXCEPTION;
    if (!JS_IsBool(argv[2]))
        return JS_ThrowTypeError(ctx, "serialSetup: hardwareFlow must be a boolean");
    while (i < COUNT_OF(speeds) && speeds[i].baud != baud)
        i++;
    if (i == COUNT_OF(speeds))
        return JS_NewInt32(ctx, -EINVAL);
    if (tcgetattr(fd, &settings) < 0)
        return result_of(ctx, -1);
    cfmakeraw(&settings);
    settings.c_cflag &= ~(tcflag_t)(CSTOPB | CRTSCTS);
    settings.c_cflag |= CLOCAL | CREAD;
    settings.c_iflag &= ~(tcflag_t)(IXOFF | IXANY);
    if (JS_ToBool(ctx, argv[2]))
        settings.c_cflag |= CRTSCTS;
    /* With VMIN 0 an idle line would read like one that was hung up. */
    settings.c_cc[VMIN] = 1;
    settings.c_cc[VTIME] = 0;
    if (cfsetspeed(&settings, speeds[i].speed) < 0)
        return result_of(ctx, -1);
    return result_of(ctx, tcsetattr(fd, TCSANOW, &settings));
}

static JSValue sys_modem_get(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv)
{
    int fd, lines = 0;

    if (!arg_int(ctx, argv[0], "modemGet: fd", &fd))
        return JS_EXCEPTION;
    return result_of(ctx, ioctl(fd, TIOCMGET, &lines) < 0 ? -1 : lines);
}

static JSValue sys_modem_set(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv)
{
    int fd, set, clear, result = 0;

    if (!arg_int(ctx, argv[0], "modemSet: fd", &fd) || !arg_int(ctx, argv[1], "modemSet: set", &set) ||
        !arg_int(ctx, argv[2], "modemSet: clear", &clear))
        return JS_EXCEPTION;
    if (set)
        result = ioctl(fd, TIOCMBIS, &set);
    if (clear && result == 0)
        result = ioctl(fd, TIOCMBIC, &clear);
    return result_of(ctx, result);
}

static JSValue sys_output_queued(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv)
{
    int fd, count = 0;

    if (!arg_int(ctx, argv[0], "outputQueued: fd", &fd))
        return JS_EXCEPTION;
    return result_of(ctx, ioctl(fd, TIOCOUTQ, &count) < 0 ? -1 : count);
}

static JSValue sys_flush(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv)
{
    int fd;

    if (!arg_int(ctx, argv[0], "flush: fd", &fd))
        return JS_EXCEPTION;
    return result_of(ctx, tcflush(fd, TCIOFLUSH));
}

const JSCFunctionListEntry sys_serial_functions[] = {
    JS_CFUNC_DEF("serialSetup", 3, sys_serial_setup),   JS_CFUNC_DEF("modemGet", 1, sys_modem_get),
    JS_CFUNC_DEF("modemSet", 3, sys_modem_set),         JS_CFUNC_DEF("outputQueued", 1, sys_output_queued),
    JS_CFUNC_DEF("flush", 1, sys_flush),
};
const int sys_serial_count = COUNT_OF(sys_serial_functions);
