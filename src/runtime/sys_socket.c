/*
 * Sockets of the module `sys`, of every family: addresses and options are bytes that the caller lays out.
 */
#include <errno.h>
#include <net/if.h>
#include <sys/socket.h>
#include <unistd.h>
#include "runner.h"

/* Room for the address of any family: sizeof(struct sockaddr_storage). */
#define ADDRESS_LIMIT 128
_Static_assert(sizeof(struct sockaddr_storage) == ADDRESS_LIMIT, "sys.d.ts tells the size of an address");

/* An address to hand to the kernel, in `storage`, which is aligned for it. */
static bool arg_address(JSContext *ctx, JSValueConst value, const char *what, struct sockaddr_storage *storage,
                        socklen_t *length)
{
    uint8_t *bytes;
    size_t size;

    if (!arg_buffer(ctx, value, what, &bytes, &size))
        return false;
    if (size < sizeof(sa_family_t) || size > ADDRESS_LIMIT) {
        JS_ThrowRangeError(ctx, "%s must have from %zu to %d bytes", what, sizeof(sa_family_t), ADDRESS_LIMIT);
        return false;
    }
    memcpy(storage, bytes, size);
    *length = (socklen_t)size;
    return true;
}

/* Room for an address that the kernel gives. */
static bool arg_address_room(JSContext *ctx, JSValueConst value, const char *what, uint8_t **room)
{
    size_t size;

    if (!arg_buffer(ctx, value, what, room, &size))
        return false;
    if (size != ADDRESS_LIMIT) {
        JS_ThrowRangeError(ctx, "%s must have %d bytes", what, ADDRESS_LIMIT);
        return false;
    }
    return true;
}

static JSValue sys_socket(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv)
{
    int domain, type, protocol;

    if (!arg_int(ctx, argv[0], "socket: domain", &domain) || !arg_int(ctx, argv[1], "socket: type", &type) ||
        !arg_int(ctx, argv[2], "socket: protocol", &protocol))
        return JS_EXCEPTION;
    return result_of(ctx, socket(domain, type | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol));
}

static JSValue sys_bind(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv)
{
    struct sockaddr_storage address;
    socklen_t length;
    int fd;

    if (!arg_int(ctx, argv[0], "bind: fd", &fd) || !arg_address(ctx, argv[1], "bind: address", &address, &length))
        return JS_EXCEPTION;
    return result_of(ctx, bind(fd, (struct sockaddr *)&address, length));
}

static JSValue sys_connect(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv)
{
    struct sockaddr_storage address;
    socklen_t length;
    int fd;

    if (!arg_int(ctx, argv[0], "connect: fd", &fd) ||
        !arg_address(ctx, argv[1], "connect: address", &address, &length))
        return JS_EXCEPTION;
    return result_of(ctx, connect(fd, (struct sockaddr *)&address, length));
}

static JSValue sys_listen(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv)
{
    int fd, backlog;

    if (!arg_int(ctx, argv[0], "listen: fd", &fd) || !arg_int(ctx, argv[1], "listen: backlog", &backlog))
        return JS_EXCEPTION;
    return result_of(ctx, listen(fd, backlog));
}

static JSValue sys_accept(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv)
{
    int fd, accepted;

    if (!arg_int(ctx, argv[0], "accept: fd", &fd))
        return JS_EXCEPTION;
    RETRY(accepted, accept4(fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC));
    return result_of(ctx, accepted);
}

static JSValue sys_shutdown(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv)
{
    int fd, how;

    if (!arg_int(ctx, argv[0], "shutdown: fd", &fd) || !arg_int(ctx, argv[1], "shutdown: how", &how))
        return JS_EXCEPTION;
    return result_of(ctx, shutdown(fd, how));
}

static JSValue sys_send(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv)
{
    struct sockaddr_storage address;
    socklen_t address_length = 0;
    int fd, flags;
    uint8_t *bytes;
    size_t length;
    ssize_t sent;

    if (!arg_int(ctx, argv[0], "send: fd", &fd) || !arg_int(ctx, argv[4], "send: flags", &flags) ||
        !arg_range(ctx, argv[1], argv[2], argv[3], "send: buffer, offset and length", &bytes, &length))
        return JS_EXCEPTION;
    if (!JS_IsNull(argv[5]) && !arg_address(ctx, argv[5], "send: address", &address, &address_length))
        return JS_EXCEPTION;
    RETRY(sent, sendto(fd, bytes, length, flags | MSG_NOSIGNAL | MSG_DONTWAIT,
                       address_length ? (struct sockaddr *)&address : NULL, address_length));
    return result_of(ctx, sent);
}

static JSValue sys_receive(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv)
{
    struct sockaddr_storage address;
    socklen_t address_length = sizeof(address);
    int fd, flags;
    uint8_t *bytes, *room = NULL;
    size_t length;
    ssize_t got;

    if (!arg_int(ctx, argv[0], "receive: fd", &fd) || !arg_int(ctx, argv[4], "receive: flags", &flags) ||
        !arg_range(ctx, argv[1], argv[2], argv[3], "receive: buffer, offset and length", &bytes, &length))
        return JS_EXCEPTION;
    if (!JS_IsNull(argv[5]) && !arg_address_room(ctx, argv[5], "receive: address", &room))
        return JS_EXCEPTION;
    memset(&address, 0, sizeof(address));
    RETRY(got, recvfrom(fd, bytes, length, flags | MSG_DONTWAIT, (struct sockaddr *)&address, &address_length));
    if (got >= 0 && room)
        memcpy(room, &address, ADDRESS_LIMIT);
    return result_of(ctx, got);
}

static JSValue sys_getsockname(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv)
{
    struct sockaddr_storage address;
    socklen_t length = sizeof(address);
    int fd;
    uint8_t *room;

    if (!arg_int(ctx, argv[0], "getsockname: fd", &fd) ||
        !arg_address_room(ctx, argv[1], "getsockname: address", &room))
        return JS_EXCEPTION;
    memset(&address, 0, sizeof(address));
    if (getsockname(fd, (struct sockaddr *)&address, &length) < 0)
        return result_of(ctx, -1);
    memcpy(room, &address, ADDRESS_LIMIT);
    /* The kernel tells the full length even where it had to cut. */
    return JS_NewInt32(ctx, length < ADDRESS_LIMIT ? (int)length : ADDRESS_LIMIT);
}

static JSValue sys_setsockopt(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv)
{
    int fd, level, name;
    uint8_t *bytes;
    size_t length;

    if (!arg_int(ctx, argv[0], "setsockopt: fd", &fd) || !arg_int(ctx, argv[1], "setsockopt: level", &level) ||
        !arg_int(ctx, argv[2], "setsockopt: name", &name) ||
        !arg_buffer(ctx, argv[3], "setsockopt: value", &bytes, &length))
        return JS_EXCEPTION;
    return result_of(ctx, setsockopt(fd, level, name, bytes, (socklen_t)length));
}

static JSValue sys_getsockopt(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv)
{
    int fd, level, name;
    uint8_t *bytes;
    size_t size;
    socklen_t length;

    if (!arg_int(ctx, argv[0], "getsockopt: fd", &fd) || !arg_int(ctx, argv[1], "getsockopt: level", &level) ||
        !arg_int(ctx, argv[2], "getsockopt: name", &name) ||
        !arg_buffer(ctx, argv[3], "getsockopt: value", &bytes, &size))
        return JS_EXCEPTION;
    length = (socklen_t)size;
    if (getsockopt(fd, level, name, bytes, &length) < 0)
        return result_of(ctx, -1);
    return JS_NewInt64(ctx, length);
}

/* Classic BPF, <linux/filter.h>; these headers are absent where the C library is unpacked alone. */
#define FILTER_LIMIT 64
#ifndef SO_ATTACH_FILTER
#define SO_ATTACH_FILTER 26
#endif
struct filter_instruction {
    uint16_t code;
    uint8_t jump_true, jump_false;
    uint32_t k;
};
struct filter_program {
    unsigned short length;
    const struct filter_instruction *instructions;
};
_Static_assert(sizeof(struct filter_instruction) == 8, "sys.d.ts tells the size of an instruction");

static JSValue sys_attach_filter(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv)
{
    struct filter_instruction instructions[FILTER_LIMIT];
    struct filter_program program = {.instructions = instructions};
    int fd;
    uint8_t *bytes;
    size_t length;

    if (!arg_int(ctx, argv[0], "attachFilter: fd", &fd) ||
        !arg_buffer(ctx, argv[1], "attachFilter: program", &bytes, &length))
        return JS_EXCEPTION;
    if (length > sizeof(instructions) || length % sizeof(instructions[0]))
        return JS_ThrowRangeError(ctx, "attachFilter: program must be of at most %d whole instructions", FILTER_LIMIT);
    memcpy(instructions, bytes, length);
    program.length = (unsigned short)(length / sizeof(instructions[0]));
    return result_of(ctx, setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program)));
}

static JSValue sys_if_index(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv)
{
    const char *name = arg_string(ctx, argv[0], "ifIndex: name");
    unsigned int index;

    if (!name)
        return JS_EXCEPTION;
    index = if_nametoindex(name);
    JS_FreeCString(ctx, name);
    return result_of(ctx, index ? (int64_t)index : -1);
}

const JSCFunctionListEntry sys_socket_functions[] = {
    JS_CFUNC_DEF("socket", 3, sys_socket),           JS_CFUNC_DEF("bind", 2, sys_bind),
    JS_CFUNC_DEF("connect", 2, sys_connect),         JS_CFUNC_DEF("listen", 2, sys_listen),
    JS_CFUNC_DEF("accept", 1, sys_accept),           JS_CFUNC_DEF("shutdown", 2, sys_shutdown),
    JS_CFUNC_DEF("send", 6, sys_send),               JS_CFUNC_DEF("receive", 6, sys_receive),
    JS_CFUNC_DEF("getsockname", 2, sys_getsockname), JS_CFUNC_DEF("setsockopt", 4, sys_setsockopt),
    JS_CFUNC_DEF("getsockopt", 4, sys_getsockopt),   JS_CFUNC_DEF("ifIndex", 1, sys_if_index),
    JS_CFUNC_DEF("attachFilter", 2, sys_attach_filter),
};
const int sys_socket_count = COUNT_OF(sys_socket_functions);
