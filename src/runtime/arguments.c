/*
 * Argument checks of the module `sys`. Never calls back into JavaScript (no valueOf, no getters), so that a
 * checked buffer stays what it was until it is used.
 */
#include <errno.h>
#include "runner.h"

bool arg_integer(JSContext *ctx, JSValueConst value, int64_t low, int64_t high, const char *what, int64_t *result)
{
    double number;

    if (!JS_IsNumber(value)) {
        JS_ThrowTypeError(ctx, "%s must be a number", what);
        return false;
    }
    if (JS_ToFloat64(ctx, &number, value))
        return false;
    /* Written so that NaN fails; all bounds in use are exact as doubles. */
    if (!(number >= (double)low && number <= (double)high) || number != (double)(int64_t)number) {
        JS_ThrowRangeError(ctx, "%s must be an integer from %lld to %lld", what, (long long)low, (long long)high);
        return false;
    }
    *result = (int64_t)number;
    return true;
}

bool arg_int(JSContext *ctx, JSValueConst value, const char *what, int *result)
{
    int64_t number;

    if (!arg_integer(ctx, value, INT32_MIN, INT32_MAX, what, &number))
        return false;
    *result = (int)number;
    return true;
}

bool arg_buffer(JSContext *ctx, JSValueConst value, const char *what, uint8_t **bytes, size_t *length)
{
    *bytes = JS_GetArrayBuffer(ctx, length, value);
    if (*bytes)
        return true;
    /* A buffer of length 0 may have no memory; anything else has thrown. */
    if (!JS_HasException(ctx)) {
        static uint8_t nothing[1];
        *bytes = nothing;
        *length = 0;
        return true;
    }
    JS_FreeValue(ctx, JS_GetException(ctx));
    JS_ThrowTypeError(ctx, "%s must be an ArrayBuffer", what);
    return false;
}

bool arg_range(JSContext *ctx, JSValueConst buffer, JSValueConst offset, JSValueConst length, const char *what,
               uint8_t **bytes, size_t *count)
{
    size_t size;
    int64_t from, number;

    if (!arg_buffer(ctx, buffer, what, bytes, &size) ||
        !arg_integer(ctx, offset, 0, (int64_t)size, what, &from) ||
        !arg_integer(ctx, length, 0, (int64_t)size - from, what, &number))
        return false;
    *bytes += from;
    *count = (size_t)number;
    return true;
}

const char *arg_string(JSContext *ctx, JSValueConst value, const char *what)
{
    size_t length;
    const char *text;

    if (!JS_IsString(value)) {
        JS_ThrowTypeError(ctx, "%s must be a string", what);
        return NULL;
    }
    text = JS_ToCStringLen(ctx, &length, value);
    if (text && strlen(text) != length) {
        JS_FreeCString(ctx, text);
        JS_ThrowRangeError(ctx, "%s must not contain a NUL character", what);
        return NULL;
    }
    return text;
}

JSValue result_of(JSContext *ctx, int64_t result)
{
    return JS_NewInt64(ctx, result < 0 ? -(int64_t)errno : result);
}
