/*
 * The runner: QuickJS and the module `sys` in one static program.
 *
 *   understudy run|console|panel ARGS...  runs /usr/lib/understudy/supervisor.usb, console.usb or panel.usb
 *   understudy ARGS...                    runs /usr/lib/understudy/understudy.usb, for all that ends soon
 *   understudy --folder FOLDER ARGS...    the same with the bytecode files of another folder
 *   understudy --bytecode FILE ARGS...    runs another bytecode file
 *   understudy --compile IN.js OUT.usb    makes a bytecode file from one ES module; not on the boxes
 *
 * The event loop is JavaScript's, over `sys.poll` and `sys.runJobs`; nothing here decides anything.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "runner.h"

/* Linux 5.11; absent from the headers of some C libraries. */
#ifndef CLOSE_RANGE_CLOEXEC
#define CLOSE_RANGE_CLOEXEC 4
#endif

#define FOLDER "/usr/lib/understudy"
/* Longest path of a bytecode file, in bytes, with its end. */
#define PATH_LIMIT 4096

/* What stays in memory is a program of its own, and carries nothing that only others need. */
static const struct {
    const char *word, *file;
} programs[] = {
    { "run", "supervisor.usb" },
    { "console", "console.usb" },
    { "panel", "panel.usb" },
};

/*
 * A closed 0, 1 or 2 would be taken by the next open(), and a child's or a fault's output go into it. What lies above
 * was left open by whoever started us, and is none of our children's business.
 */
static void tidy_descriptors(void)
{
    int fd;

    syscall(SYS_close_range, STDERR_FILENO + 1, ~0U, CLOSE_RANGE_CLOEXEC);
    do {
        fd = open("/dev/null", O_RDWR);
    } while (fd >= 0 && fd <= STDERR_FILENO);
    if (fd >= 0)
        close(fd);
}

/*
 * What programs here use of the language. The rest of it (eval, Proxy, WeakRef, Unicode's normal forms) would take memory in
 * each process, and time at each start; where nothing asks for the compiler, the linker leaves that out, too.
 */
static JSContext *new_context(JSRuntime *runtime)
{
    JSContext *ctx = JS_NewContextRaw(runtime);

    if (!ctx)
        fault_end(STATUS_FAULT, "out of memory at start");
    JS_AddIntrinsicBaseObjects(ctx);
    JS_AddIntrinsicDate(ctx);
    JS_AddIntrinsicRegExp(ctx);
    JS_AddIntrinsicJSON(ctx);
    JS_AddIntrinsicMapSet(ctx);
    JS_AddIntrinsicTypedArrays(ctx);
    JS_AddIntrinsicPromise(ctx);
    return ctx;
}

static void run(JSContext *ctx, const char *path)
{
    JSValue module = bytecode_load(ctx, path), promise;

    if (JS_ResolveModule(ctx, module) < 0)
        fault_exception(ctx, STATUS_FAULT);
    promise = JS_EvalFunction(ctx, module);
    if (JS_IsException(promise))
        fault_exception(ctx, STATUS_FAULT);
    if (JS_PromiseState(ctx, promise) == JS_PROMISE_REJECTED) {
        JS_Throw(ctx, JS_PromiseResult(ctx, promise));
        fault_exception(ctx, STATUS_FAULT);
    }
    fault_run_jobs(ctx);
    if (JS_PromiseState(ctx, promise) == JS_PROMISE_PENDING)
        fault_end(STATUS_FAULT, "the program waits at top level for something that nothing is going to do");
    JS_FreeValue(ctx, promise);
}

/* The program that the first argument names, or else the one for everything else. */
static void run_program(JSContext *ctx, const char *folder, int argc, char **argv)
{
    const char *file = "understudy.usb";
    char path[PATH_LIMIT];

    for (int i = 0; i < COUNT_OF(programs); i++)
        if (argc > 0 && strcmp(argv[0], programs[i].word) == 0) {
            file = programs[i].file;
            argc--;
            argv++;
            break;
        }
    if (snprintf(path, sizeof(path), "%s/%s", folder, file) >= (int)sizeof(path))
        fault_end(STATUS_USAGE, "The path %.60s... is too long.", folder);
    sys_add_module(ctx, argc, argv);
    run(ctx, path);
}

static _Noreturn void refuse_usage(void)
{
    fault_end(STATUS_USAGE, "usage: understudy [--folder FOLDER | --bytecode FILE] ARGS... | "
                            "understudy --compile IN.js OUT.usb");
}

static void compile(JSContext *ctx, int argc, char **argv)
{
#ifdef RUNNER_COMPILES
    if (argc != 4)
        refuse_usage();
    JS_AddIntrinsicEval(ctx);
    sys_add_module(ctx, 0, NULL);
    bytecode_compile(ctx, argv[2], argv[3]);
#else
    fault_end(STATUS_USAGE, "this runner has no compiler: bytecode is made where the image is built.");
#endif
}

int main(int argc, char **argv)
{
    JSRuntime *runtime;
    JSContext *ctx;

#ifdef __i386__
    x87_use_double_precision();
#endif
    tidy_descriptors();
    /* A reader that went away is an error value of write(), not the end of the supervisor. */
    signal(SIGPIPE, SIG_IGN);

    runtime = heap_new_runtime();
    fault_watch(runtime);
    ctx = new_context(runtime);

    if (argc > 1 && strcmp(argv[1], "--compile") == 0) {
        compile(ctx, argc, argv);
    } else if (argc > 1 && strcmp(argv[1], "--bytecode") == 0) {
        if (argc < 3)
            refuse_usage();
        sys_add_module(ctx, argc - 3, argv + 3);
        run(ctx, argv[2]);
    } else if (argc > 1 && strcmp(argv[1], "--folder") == 0) {
        if (argc < 3)
            refuse_usage();
        run_program(ctx, argv[2], argc - 3, argv + 3);
    } else {
        int skip = argc > 0 ? 1 : 0;
        run_program(ctx, FOLDER, argc - skip, argv + skip);
    }

    JS_FreeContext(ctx);
    JS_FreeRuntime(runtime);
    return 0;
}
