#ifndef PLI_CSCAN_SCAN_H
#define PLI_CSCAN_SCAN_H

/* Looks for bytes sixteen at a time with the vectors that every x86-64 and every 64-bit ARM processor has. Nothing is read
   outside the bytes given. Where there are no such vectors, PLI_HAS_VECTORS is not defined, and ByteScan.swift does
   without. */

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(__SSE2__)
#define PLI_HAS_VECTORS 1
#include <emmintrin.h>

typedef __m128i pli_vector;

static inline pli_vector pli_load(const uint8_t *from) { return _mm_loadu_si128((const __m128i *)from); }
static inline pli_vector pli_spread(uint8_t byte) { return _mm_set1_epi8((char)byte); }
static inline pli_vector pli_equal(pli_vector one, pli_vector other) { return _mm_cmpeq_epi8(one, other); }
static inline pli_vector pli_or(pli_vector one, pli_vector other) { return _mm_or_si128(one, other); }
static inline pli_vector pli_least(pli_vector one, pli_vector other) { return _mm_min_epu8(one, other); }
/* Bytes at most `most`. */
static inline pli_vector pli_at_most(pli_vector value, uint8_t most) {
    return _mm_cmpeq_epi8(_mm_min_epu8(value, pli_spread(most)), value);
}
/* One bit a byte: its highest. */
static inline uint32_t pli_bits(pli_vector marks) { return (uint32_t)_mm_movemask_epi8(marks); }
static inline pli_vector pli_words(uint64_t low, uint64_t high) { return _mm_set_epi64x((long long)high, (long long)low); }

#elif defined(__aarch64__) && defined(__ARM_NEON) && defined(__LITTLE_ENDIAN__)
#define PLI_HAS_VECTORS 1
#include <arm_neon.h>

typedef uint8x16_t pli_vector;

static inline pli_vector pli_load(const uint8_t *from) { return vld1q_u8(from); }
static inline pli_vector pli_spread(uint8_t byte) { return vdupq_n_u8(byte); }
static inline pli_vector pli_equal(pli_vector one, pli_vector other) { return vceqq_u8(one, other); }
static inline pli_vector pli_or(pli_vector one, pli_vector other) { return vorrq_u8(one, other); }
static inline pli_vector pli_least(pli_vector one, pli_vector other) { return vminq_u8(one, other); }
static inline pli_vector pli_at_most(pli_vector value, uint8_t most) { return vcleq_u8(value, vdupq_n_u8(most)); }
static inline uint32_t pli_bits(pli_vector marks) {
    static const uint8_t weights[16] = {1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128};
    const uint8x16_t bits = vandq_u8(vreinterpretq_u8_s8(vshrq_n_s8(vreinterpretq_s8_u8(marks), 7)), vld1q_u8(weights));
    return (uint32_t)vaddv_u8(vget_low_u8(bits)) | (uint32_t)vaddv_u8(vget_high_u8(bits)) << 8;
}
static inline pli_vector pli_words(uint64_t low, uint64_t high) {
    return vcombine_u8(vcreate_u8(low), vcreate_u8(high));
}
#endif

#ifdef PLI_HAS_VECTORS

/* Fewer than sixteen bytes, followed by zeroes. */
static inline pli_vector pli_load_few(const uint8_t *from, size_t count) {
    uint64_t low = 0, high = 0;
    if (count >= 8) {
        memcpy(&low, from, 8);
        if (count > 8) {
            memcpy(&high, from + count - 8, 8);
            high >>= 8 * (16 - count);
        }
    } else if (count >= 4) {
        uint32_t first, last;
        memcpy(&first, from, 4);
        memcpy(&last, from + count - 4, 4);
        low = (uint64_t)first | (uint64_t)last << (8 * (count - 4));
    } else if (count > 0) {
        low = (uint64_t)from[0] | (uint64_t)from[count / 2] << (8 * (count / 2))
            | (uint64_t)from[count - 1] << (8 * (count - 1));
    }
    return pli_words(low, high);
}

/* Those of the first `count` bits. */
static inline uint32_t pli_first_bits(uint32_t bits, size_t count) { return bits & ((1u << count) - 1); }

/* Where `byte` first stands at or after `from`; `count` where it does not. */
static inline size_t pli_find(const uint8_t *bytes, size_t from, size_t count, uint8_t byte) {
    const pli_vector wanted = pli_spread(byte);
    size_t place = from;
    for (; place + 16 <= count; place += 16) {
        const uint32_t found = pli_bits(pli_equal(pli_load(bytes + place), wanted));
        if (found) return place + (size_t)__builtin_ctz(found);
    }
    if (place < count) {
        const uint32_t found =
            pli_first_bits(pli_bits(pli_equal(pli_load_few(bytes + place, count - place), wanted)), count - place);
        if (found) return place + (size_t)__builtin_ctz(found);
    }
    return count;
}

/* Where the first CR or LF lies at or after `from`; `count` where there is none. */
static inline size_t pli_find_line_end(const uint8_t *bytes, size_t from, size_t count) {
    const pli_vector cr = pli_spread(0x0D), lf = pli_spread(0x0A);
    size_t place = from;
    while (place + 64 <= count) {
        const pli_vector first = pli_load(bytes + place), second = pli_load(bytes + place + 16);
        const pli_vector third = pli_load(bytes + place + 32), fourth = pli_load(bytes + place + 48);
        /* Control characters are rare but for line ends: one test does for all. */
        const pli_vector least = pli_least(pli_least(first, second), pli_least(third, fourth));
        if (pli_bits(pli_at_most(least, 0x1F))) {
            const uint64_t found = (uint64_t)pli_bits(pli_or(pli_equal(first, cr), pli_equal(first, lf)))
                | (uint64_t)pli_bits(pli_or(pli_equal(second, cr), pli_equal(second, lf))) << 16
                | (uint64_t)pli_bits(pli_or(pli_equal(third, cr), pli_equal(third, lf))) << 32
                | (uint64_t)pli_bits(pli_or(pli_equal(fourth, cr), pli_equal(fourth, lf))) << 48;
            if (found) return place + (size_t)__builtin_ctzll(found);
        }
        place += 64;
    }
    while (place < count) {
        const size_t left = count - place;
        const pli_vector last = left >= 16 ? pli_load(bytes + place) : pli_load_few(bytes + place, left);
        uint32_t found = pli_bits(pli_or(pli_equal(last, cr), pli_equal(last, lf)));
        if (left < 16) found = pli_first_bits(found, left);
        if (found) return place + (size_t)__builtin_ctz(found);
        place += left < 16 ? left : 16;
    }
    return count;
}

/* Where the first byte above 0x7F lies at or after `from`; `count` where there is none. */
static inline size_t pli_find_high(const uint8_t *bytes, size_t from, size_t count) {
    size_t place = from;
    for (; place + 64 <= count; place += 64) {
        const pli_vector first = pli_load(bytes + place), second = pli_load(bytes + place + 16);
        const pli_vector third = pli_load(bytes + place + 32), fourth = pli_load(bytes + place + 48);
        if (pli_bits(pli_or(pli_or(first, second), pli_or(third, fourth)))) {
            const uint64_t found = (uint64_t)pli_bits(first) | (uint64_t)pli_bits(second) << 16
                | (uint64_t)pli_bits(third) << 32 | (uint64_t)pli_bits(fourth) << 48;
            return place + (size_t)__builtin_ctzll(found);
        }
    }
    while (place < count) {
        const size_t left = count - place;
        const uint32_t found = pli_bits(left >= 16 ? pli_load(bytes + place) : pli_load_few(bytes + place, left));
        if (found) return place + (size_t)__builtin_ctz(found);
        place += left < 16 ? left : 16;
    }
    return count;
}

/* Writes `offset` and the place of each `byte` that stands at or after `from`, `most` of them at most; how many it wrote. */
static inline size_t pli_mark(
    const uint8_t *bytes, size_t from, size_t count, uint8_t byte, int32_t offset, int32_t *marks, size_t most) {
    const pli_vector wanted = pli_spread(byte);
    size_t written = 0;
    for (size_t place = from; place < count;) {
        const size_t left = count - place;
        uint64_t found;
        size_t taken = 16;
        if (left >= 64) {
            const uint64_t first = pli_bits(pli_equal(pli_load(bytes + place), wanted));
            const uint64_t second = pli_bits(pli_equal(pli_load(bytes + place + 16), wanted));
            const uint64_t third = pli_bits(pli_equal(pli_load(bytes + place + 32), wanted));
            const uint64_t fourth = pli_bits(pli_equal(pli_load(bytes + place + 48), wanted));
            found = first | second << 16 | third << 32 | fourth << 48;
            taken = 64;
        } else if (left >= 16) {
            found = pli_bits(pli_equal(pli_load(bytes + place), wanted));
        } else {
            found = pli_first_bits(pli_bits(pli_equal(pli_load_few(bytes + place, left), wanted)), left);
            taken = left;
        }
        const int32_t base = offset + (int32_t)place;
        if (most - written >= 64) {
            while (found) {
                marks[written++] = base + (int32_t)__builtin_ctzll(found);
                found &= found - 1;
            }
        }
        while (found) {
            if (written == most) return written;
            marks[written++] = base + (int32_t)__builtin_ctzll(found);
            found &= found - 1;
        }
        place += taken;
    }
    return written;
}

/* Bit 0: a byte above 0x7F is there; bit 1: a control character or `escape` is. */
static inline uint32_t pli_kind(const uint8_t *bytes, size_t count, uint8_t escape) {
    const pli_vector wanted = pli_spread(escape);
    uint32_t high = 0, special = 0;
    if (count >= 16) {
        for (size_t place = 0; place < count; place += 16) {
            /* The last vector overlaps the one before rather than be a short one. */
            const pli_vector value = pli_load(bytes + (place + 16 <= count ? place : count - 16));
            high |= pli_bits(value);
            special |= pli_bits(pli_or(pli_equal(value, wanted), pli_at_most(value, 0x1F)));
        }
    } else {
        const pli_vector value = pli_load_few(bytes, count);
        high = pli_bits(value);
        special = pli_first_bits(pli_bits(pli_or(pli_equal(value, wanted), pli_at_most(value, 0x1F))), count);
    }
    return (high ? 1u : 0u) | (special ? 2u : 0u);
}

/* The first `count` bytes of both are the same. */
static inline int pli_are_equal(const void *one, const void *other, size_t count) {
    return memcmp(one, other, count) == 0;
}

#endif
#endif
