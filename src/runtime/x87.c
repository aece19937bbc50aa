/*
 * Precision of the x87, for the i586 build: without SSE2 doubles are computed in its registers, which Linux sets to
 * 64-bit precision. Results are then rounded twice, and differ from what ECMAScript demands; 53-bit precision
 * rounds once. (Intel SDM volume 1, 8.1.5.2: bits 8 and 9 of the control word.) What stays different: results
 * below 2^-1022, because the registers' exponent range is wider than a double's.
 */
#include "runner.h"

#define PRECISION_MASK 0x300
#define PRECISION_DOUBLE 0x200
#define PRECISION_EXTENDED 0x300

static void set_precision(uint16_t bits)
{
    uint16_t control;

    __asm__ volatile("fnstcw %0" : "=m"(control)::"memory");
    control = (uint16_t)((control & ~PRECISION_MASK) | bits);
    __asm__ volatile("fldcw %0" ::"m"(control) : "memory");
}

void x87_use_double_precision(void)
{
    set_precision(PRECISION_DOUBLE);
}

/*
 * musl's functions are written for 64-bit precision, and some are far off without it (sin(1e5) gives -1e23), so they
 * get it. `volatile` rounds the result to a double before the precision changes back. The build passes each name here
 * to the linker as --wrap=NAME.
 */
#define WRAP1(name)                                     \
    double __real_##name(double x);                     \
    double __wrap_##name(double x);                     \
    double __wrap_##name(double x)                      \
    {                                                   \
        set_precision(PRECISION_EXTENDED);              \
        volatile double result = __real_##name(x);      \
        set_precision(PRECISION_DOUBLE);                \
        return result;                                  \
    }
#define WRAP2(name)                                     \
    double __real_##name(double x, double y);           \
    double __wrap_##name(double x, double y);           \
    double __wrap_##name(double x, double y)            \
    {                                                   \
        set_precision(PRECISION_EXTENDED);              \
        volatile double result = __real_##name(x, y);   \
        set_precision(PRECISION_DOUBLE);                \
        return result;                                  \
    }

WRAP1(acos)
WRAP1(acosh)
WRAP1(asin)
WRAP1(asinh)
WRAP1(atan)
WRAP2(atan2)
WRAP1(atanh)
WRAP1(cbrt)
WRAP1(cos)
WRAP1(cosh)
WRAP1(exp)
WRAP1(expm1)
WRAP2(hypot)
WRAP1(log)
WRAP1(log10)
WRAP1(log1p)
WRAP1(log2)
WRAP2(pow)
WRAP1(round)
WRAP1(sin)
WRAP1(sinh)
WRAP1(tan)
WRAP1(tanh)
