/*
 * How the program ends when it fails: one line on stderr, then a non-zero exit status, so that init starts it
 * again. Also the promise jobs, because that is where rejections show. Never tries to go on.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include "runner.h"

/* Promises that were rejected and have no handler yet, newest first. */
typedef struct Rejection {
    struct Rejection *next;
    JSValue promise;
    JSValue reason;
} Rejection;

static Rejection *rejections;

_Noreturn void fault_end(int status, const char *format, ...)
{
    static const char name[] = "understudy: ";
    char line[LOG_LINE_LIMIT];
    size_t length = sizeof(name) - 1, i;
    ssize_t written;
    va_list list;
    int wanted;

    memcpy(line, name, length);
    va_start(list, format);
    wanted = vsnprintf(line + length, sizeof(line) - length - 1, format, list);
    va_end(list);
    if (wanted > 0) {
        size_t room = sizeof(line) - length - 2;
        length += (size_t)wanted < room ? (size_t)wanted : room;
    }
    /* One line whatever the message holds, and nothing that a terminal would obey. */
    for (i = 0; i < length; i++)
        if ((unsigned char)line[i] < ' ' || line[i] == 0x7f)
            line[i] = ' ';
    line[length++] = '\n';
    written = write(STDERR_FILENO, line, length);
    (void)written;
    _exit(status);
}

/* The first frames of an Error's `stack`, joined to one line; "" where there is none. */
static void first_frames(JSContext *ctx, JSValueConst error, char *frames, size_t size)
{
    JSValue stack = JS_IsObject(error) ? JS_GetPropertyStr(ctx, error, "stack") : JS_UNDEFINED;
    const char *text = JS_IsString(stack) ? JS_ToCString(ctx, stack) : NULL;
    size_t used = 0;
    int count = 0;

    for (const char *at = text; at && *at && count < LOG_FRAMES; count++) {
        size_t length;
        at += strspn(at, " \n");
        length = strcspn(at, "\n");
        if (length + 2 > size - used)
            break;
        if (length)
            frames[used++] = ' ';
        memcpy(frames + used, at, length);
        used += length;
        at += length;
    }
    frames[used] = 0;
    JS_FreeCString(ctx, text);
    JS_FreeValue(ctx, stack);
}

static _Noreturn void end_with(JSContext *ctx, int status, const char *kind, JSValueConst error)
{
    char frames[LOG_LINE_LIMIT / 2];
    const char *text = JS_ToCString(ctx, error);

    first_frames(ctx, error, frames, sizeof(frames));
    fault_end(status, "%s%s: %.*s%s", heap_exhausted() ? "out of memory: " : "", kind, LOG_LINE_LIMIT / 3,
              text ? text : "(a value without description)", frames);
}

_Noreturn void fault_exception(JSContext *ctx, int status)
{
    end_with(ctx, status, "uncaught exception", JS_GetException(ctx));
}

static void on_rejection(JSContext *ctx, JSValueConst promise, JSValueConst reason, JS_BOOL is_handled, void *opaque)
{
    (void)opaque;
    if (!is_handled) {
        Rejection *rejection = malloc(sizeof(*rejection));
        if (!rejection)
            fault_end(STATUS_FAULT, "out of memory");
        rejection->next = rejections;
        rejection->promise = JS_DupValue(ctx, promise);
        rejection->reason = JS_DupValue(ctx, reason);
        rejections = rejection;
        return;
    }
    for (Rejection **at = &rejections; *at; at = &(*at)->next) {
        Rejection *rejection = *at;
        if (JS_VALUE_GET_PTR(rejection->promise) == JS_VALUE_GET_PTR(promise)) {
            *at = rejection->next;
            JS_FreeValue(ctx, rejection->promise);
            JS_FreeValue(ctx, rejection->reason);
            free(rejection);
            return;
        }
    }
}

void fault_watch(JSRuntime *runtime)
{
    JS_SetHostPromiseRejectionTracker(runtime, on_rejection, NULL);
}

void fault_run_jobs(JSContext *ctx)
{
    JSContext *job_ctx;
    int result;

    while ((result = JS_ExecutePendingJob(JS_GetRuntime(ctx), &job_ctx)) > 0)
        ;
    if (result < 0)
        fault_exception(job_ctx, STATUS_FAULT);
    if (rejections) {
        /* The oldest is the cause, the others often follow from it. */
        Rejection *oldest = rejections;
        while (oldest->next)
            oldest = oldest->next;
        end_with(ctx, STATUS_FAULT, "unhandled rejection", oldest->reason);
    }
    if (heap_exhausted())
        fault_end(STATUS_FAULT, "out of memory: the program caught the exception, but cannot be trusted any more");
}
