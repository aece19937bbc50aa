/*
 * What the files of the runner share: its limits, exit statuses, the way it ends on a fault, and the argument
 * checks of the `sys` module.
 */
#ifndef RUNNER_H
#define RUNNER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "quickjs.h"

/* Exit statuses, as in sysexits.h. */
enum {
    STATUS_USAGE = 64,    /* the command line */
    STATUS_SOURCE = 65,   /* JavaScript that does not compile */
    STATUS_BYTECODE = 66, /* a bytecode file that is missing, damaged or made for another runner */
    STATUS_FAULT = 70,    /* the program failed: uncaught exception, unhandled rejection, out of memory */
    STATUS_OUTPUT = 73,   /* the output file cannot be written */
};

/* Heap of the JavaScript program, in bytes. The supervisor uses 3 MB; a leak ends it long before a 32 MB box swaps. */
#define HEAP_LIMIT ((size_t)16 << 20)
/* What may be allocated beyond HEAP_LIMIT to say where memory ran out. */
#define HEAP_RESERVE ((size_t)512 << 10)
/* Heap at which the cycle collector interrupts the program, in bytes: above what loading it takes. Adapts itself later. */
#define COLLECT_AT ((size_t)4 << 20)
/* Growth, in bytes, after which it runs when the program waits: what it leaves behind is what the process never gives back. */
#define COLLECT_STEP ((size_t)256 << 10)
/* C stack of the interpreter in bytes; well below the 8 MB that Linux gives. Sanitizers need larger frames. */
#ifdef RUNNER_SANITIZE
#define STACK_LIMIT ((size_t)4 << 20)
#else
#define STACK_LIMIT ((size_t)512 << 10)
#endif
/* Largest bytecode or source file, in bytes. */
#define FILE_LIMIT ((size_t)8 << 20)
/* One log line of a fault, in bytes, newline included. */
#define LOG_LINE_LIMIT 1024
/* Stack frames told in that line. */
#define LOG_FRAMES 4

/* x87.c: makes doubles what ECMAScript says on a CPU without SSE2. To be called first. */
void x87_use_double_precision(void);

/* heap.c: the heap and its limit. */
JSRuntime *heap_new_runtime(void);
bool heap_exhausted(void);
/* Collects cycles where enough has come since the last time. To be called before the program waits. */
void heap_collect(JSRuntime *runtime);

/* pool.c: the heap's blocks of at most POOL_LIMIT bytes. The sanitizers are to see each block by itself. */
#ifdef RUNNER_SANITIZE
#define POOL_LIMIT ((size_t)0)
#else
#define POOL_LIMIT ((size_t)256)
#endif
/* All their sizes are multiples of this, in bytes. */
#define POOL_STEP ((size_t)8)
/* NULL where there is no memory left. */
void *pool_take(size_t wanted);
void pool_give(void *block);
bool pool_owns(const void *block);
/* Usable bytes of a block that it owns. */
size_t pool_size(const void *block);

/* fault.c: the one way to end on a fault. */
void fault_watch(JSRuntime *runtime);
_Noreturn void fault_end(int status, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Ends with what `ctx` has thrown. */
_Noreturn void fault_exception(JSContext *ctx, int status);
/* Runs all pending jobs; ends the process for an exception in one, or a rejection that nothing handles. */
void fault_run_jobs(JSContext *ctx);

/* bytecode.c: bytecode files. */
void bytecode_compile(JSContext *ctx, const char *source, const char *output);
JSValue bytecode_load(JSContext *ctx, const char *path);

/* sys.c: the module `sys`. */
void sys_add_module(JSContext *ctx, int argc, char **argv);

/* Parts of the module, by subject. */
extern const JSCFunctionListEntry sys_file_functions[], sys_socket_functions[], sys_serial_functions[],
    sys_device_functions[], sys_process_functions[], sys_console_functions[], sys_text_functions[];
extern const int sys_file_count, sys_socket_count, sys_serial_count, sys_device_count, sys_process_count,
    sys_console_count, sys_text_count;

#define COUNT_OF(array) ((int)(sizeof(array) / sizeof((array)[0])))

/*
 * arguments.c: reading arguments without running any JavaScript, so that nothing changes between check and use.
 * They return false with an exception pending where an argument is of the wrong type (TypeError) or range
 * (RangeError); `what` names function and argument in its message.
 */
bool arg_integer(JSContext *ctx, JSValueConst value, int64_t low, int64_t high, const char *what, int64_t *result);
bool arg_int(JSContext *ctx, JSValueConst value, const char *what, int *result);
/* A whole ArrayBuffer. */
bool arg_buffer(JSContext *ctx, JSValueConst value, const char *what, uint8_t **bytes, size_t *length);
/* `length` bytes from `offset` of an ArrayBuffer. */
bool arg_range(JSContext *ctx, JSValueConst buffer, JSValueConst offset, JSValueConst length, const char *what,
               uint8_t **bytes, size_t *count);
/* A string without NUL; free with JS_FreeCString. */
const char *arg_string(JSContext *ctx, JSValueConst value, const char *what);

/* The result of a system call: itself, or -errno. */
JSValue result_of(JSContext *ctx, int64_t result);

/* Repeats a call that a signal interrupted. */
#define RETRY(result, call)                      \
    do {                                         \
        (result) = (call);                       \
    } while ((result) < 0 && errno == EINTR)

#endif
