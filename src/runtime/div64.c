/*
 * 64-bit division for the i586 build: the functions that gcc calls where a 32-bit CPU has no instruction
 * (libgcc, "Routines for integer arithmetic"). Own code, because Debian's libgcc is made for i686 and uses CMOV,
 * which a Pentium does not have.
 */
#include <stdint.h>

typedef union {
    uint64_t whole;
    struct {
        uint32_t low, high;
    } half;
} Word;

/* (high:low) / divisor, where high < divisor: the one division that the CPU offers. */
static uint32_t divide(uint32_t high, uint32_t low, uint32_t divisor, uint32_t *remainder)
{
    uint32_t quotient;
    __asm__("divl %4" : "=a"(quotient), "=d"(*remainder) : "0"(low), "1"(high), "rm"(divisor));
    return quotient;
}

uint64_t __udivmoddi4(uint64_t dividend, uint64_t divisor, uint64_t *remainder)
{
    Word n = {.whole = dividend}, d = {.whole = divisor}, q, r = {.whole = 0};

    if (d.half.high == 0) {
        /* Two digits of base 2^32, as on paper. */
        q.half.high = n.half.high / d.half.low;
        q.half.low = divide(n.half.high % d.half.low, n.half.low, d.half.low, &r.half.low);
    } else {
        /*
         * The quotient has one digit. Dividing by the divisor's 32 leading bits, with the dividend halved so that
         * it cannot overflow, gives it or 1 too much (never 2, because the divisor's leading bit is then set).
         */
        int shift = __builtin_clz(d.half.high);
        Word leading = {.whole = divisor << shift}, halved = {.whole = dividend >> 1};
        uint32_t rest, estimate = divide(halved.half.high, halved.half.low, leading.half.high, &rest);

        q.whole = ((uint64_t)estimate << shift) >> 31;
        if (q.whole)
            q.whole--;
        r.whole = dividend - q.whole * divisor;
        if (r.whole >= divisor) {
            r.whole -= divisor;
            q.whole++;
        }
    }
    if (remainder)
        *remainder = r.whole;
    return q.whole;
}

uint64_t __udivdi3(uint64_t dividend, uint64_t divisor)
{
    return __udivmoddi4(dividend, divisor, 0);
}

uint64_t __umoddi3(uint64_t dividend, uint64_t divisor)
{
    uint64_t remainder;
    __udivmoddi4(dividend, divisor, &remainder);
    return remainder;
}

static uint64_t magnitude(int64_t number)
{
    return number < 0 ? -(uint64_t)number : (uint64_t)number;
}

/* C rounds towards zero: the remainder has the sign of the dividend. */
int64_t __divmoddi4(int64_t dividend, int64_t divisor, int64_t *remainder)
{
    uint64_t rest, quotient = __udivmoddi4(magnitude(dividend), magnitude(divisor), &rest);

    *remainder = (int64_t)(dividend < 0 ? -rest : rest);
    return (int64_t)((dividend < 0) != (divisor < 0) ? -quotient : quotient);
}

int64_t __divdi3(int64_t dividend, int64_t divisor)
{
    int64_t remainder;
    return __divmoddi4(dividend, divisor, &remainder);
}

int64_t __moddi3(int64_t dividend, int64_t divisor)
{
    int64_t remainder;
    __divmoddi4(dividend, divisor, &remainder);
    return remainder;
}
