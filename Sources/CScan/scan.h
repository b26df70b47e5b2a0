#ifndef PLI_CSCAN_SCAN_H
#define PLI_CSCAN_SCAN_H

/* Looks for bytes sixteen at a time with the vectors that every x86-64 and every 64-bit ARM processor has, or thirty-two at a
   time where an x86-64 processor says that it can. Nothing is read outside the bytes given. Where there are no such vectors,
   PLI_HAS_VECTORS is not defined, and ByteScan.swift does without. */

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(__SSE2__)
#define PLI_HAS_VECTORS 1
#include <immintrin.h>

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

/* What lies at `place` is needed soon: nothing is read, and no place is wrong. */
static inline void pli_expect(const void *place) { __builtin_prefetch(place); }

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
    /* In a long stretch the C library has the widest vectors there are; in a short one the call would cost more. */
    if (from + 128 <= count) {
        const uint8_t *found = memchr(bytes + from, byte, count - from);
        return found ? (size_t)(found - bytes) : count;
    }
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

/* A letter that no segment begins with which ends a message: what stands before such a letter need not be looked at. */
static inline int pli_goes_on(uint8_t byte) {
    return (uint8_t)(byte - 'A') < 26 && byte != 'B' && byte != 'F' && byte != 'M';
}

/* Whether the line end or FS at `at` may be the last byte of a message: no letter follows the line end that goes on with it, or
   what follows the FS makes it the end block of an MLLP frame. The very last byte may be either. */
static inline int pli_may_end(const uint8_t *bytes, size_t at, size_t count) {
    if (at + 1 == count) return 1;
    const uint8_t next = bytes[at + 1];
    return bytes[at] == 0x1C ? next == 0x0D || next == 0x0A || next == 0x0B : !pli_goes_on(next);
}

/* What one pass over a message found. */
typedef struct {
    /* Marks and lines that were written; both 0 where there was no room for all. */
    size_t marks, lines;
    /* Where the first byte above 0x7F lies; the count of bytes where there is none. */
    size_t high;
    /* Not 0 where a separator stands behind a segment's name (pli_ends_name) that begins no line. */
    size_t names;
} pli_survey;

/* The three bytes before `end` are PID, NTE, OBR, OBX, SPM, ORC, CON or PRT, and no line begins with them. */
static inline int pli_ends_name(const uint8_t *bytes, size_t end) {
    uint32_t word;
    if (end < 4) return 0;
    memcpy(&word, bytes + end - 4, 4);
    if ((word & 0xFF) == 0x0D || (word & 0xFF) == 0x0A) return 0;
    /* The first letter is the lowest byte. */
    switch (word >> 8) {
    case 0x444950: case 0x45544E: case 0x52424F: case 0x58424F: case 0x4D5053: case 0x43524F: case 0x4E4F43: case 0x545250:
        return 1;
    default: return 0;
    }
}

#if defined(__x86_64__)
/* Vectors of thirty-two bytes, which nearly all processors of this kind have; pli_has_wide says so. */
#define PLI_WIDE __attribute__((target("avx2,bmi,popcnt")))

static inline int pli_has_wide(void) {
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") && __builtin_cpu_supports("popcnt");
}

PLI_WIDE static inline uint64_t pli_wide_bits(__m256i low, __m256i high) {
    return (uint64_t)(uint32_t)_mm256_movemask_epi8(low) | (uint64_t)(uint32_t)_mm256_movemask_epi8(high) << 32;
}

/* Surveys the first bytes, sixty-four at a time; how many. */
PLI_WIDE static inline size_t pli_survey_wide(
    const uint8_t *bytes, size_t count, uint8_t separator, int32_t *marks, size_t most_marks, int32_t *lines,
    size_t most_lines, pli_survey *survey) {
    const __m256i wanted = _mm256_set1_epi8((char)separator), control = _mm256_set1_epi8(0x1F);
    const __m256i cr = _mm256_set1_epi8(0x0D), lf = _mm256_set1_epi8(0x0A);
    const __m256i first = _mm256_set1_epi8('A'), letters = _mm256_set1_epi8(25);
    /* The capitals of the stretch before. */
    uint64_t before = 0;
    size_t place = 0, written = 0, ended = 0;
    for (; place + 64 <= count; place += 64) {
        if (written > most_marks || ended > most_lines) break;
        const __m256i a = _mm256_loadu_si256((const __m256i *)(bytes + place));
        const __m256i b = _mm256_loadu_si256((const __m256i *)(bytes + place + 32));
        uint64_t found = pli_wide_bits(_mm256_cmpeq_epi8(a, wanted), _mm256_cmpeq_epi8(b, wanted));
        /* Few separators stand behind three capitals: only these are looked at. */
        const __m256i c = _mm256_sub_epi8(a, first), d = _mm256_sub_epi8(b, first);
        const uint64_t capitals = pli_wide_bits(
            _mm256_cmpeq_epi8(_mm256_min_epu8(c, letters), c), _mm256_cmpeq_epi8(_mm256_min_epu8(d, letters), d));
        uint64_t named = found & (capitals << 1 | before >> 63) & (capitals << 2 | before >> 62)
            & (capitals << 3 | before >> 61);
        before = capitals;
        for (; named; named &= named - 1) {
            if (pli_ends_name(bytes, place + (size_t)__builtin_ctzll(named))) survey->names = 1;
        }
        const __m256i least = _mm256_min_epu8(a, b);
        if (_mm256_movemask_epi8(_mm256_cmpeq_epi8(_mm256_min_epu8(least, control), least))) {
            uint64_t ends = pli_wide_bits(
                _mm256_or_si256(_mm256_cmpeq_epi8(a, cr), _mm256_cmpeq_epi8(a, lf)),
                _mm256_or_si256(_mm256_cmpeq_epi8(b, cr), _mm256_cmpeq_epi8(b, lf)));
            found |= ends;
            for (; ends; ends &= ends - 1) {
                lines[ended++] = (int32_t)(written + (size_t)__builtin_popcountll(found & ((ends & -ends) - 1)));
            }
        }
        if (survey->high == count && _mm256_movemask_epi8(_mm256_or_si256(a, b))) {
            survey->high = place + (size_t)__builtin_ctzll(pli_wide_bits(a, b));
        }
        const int32_t base = (int32_t)place + 1;
        for (; found; found &= found - 1) marks[written++] = base + (int32_t)__builtin_ctzll(found);
    }
    survey->marks = written;
    survey->lines = ended;
    return place;
}

/* Looks for a halt (see pli_find_halt) sixty-four bytes at a time; where it lies, or where fewer bytes are left. */
PLI_WIDE static inline size_t pli_halt_wide(const uint8_t *bytes, size_t from, size_t count, int *is_found) {
    const __m256i control = _mm256_set1_epi8(0x1F), cr = _mm256_set1_epi8(0x0D), lf = _mm256_set1_epi8(0x0A);
    const __m256i fs = _mm256_set1_epi8(0x1C);
    size_t place = from;
    for (; place + 64 <= count; place += 64) {
        const __m256i a = _mm256_loadu_si256((const __m256i *)(bytes + place));
        const __m256i b = _mm256_loadu_si256((const __m256i *)(bytes + place + 32));
        const __m256i least = _mm256_min_epu8(a, b);
        /* Control characters are rare but for line ends. */
        if (!_mm256_movemask_epi8(_mm256_cmpeq_epi8(_mm256_min_epu8(least, control), least))) continue;
        uint64_t ends = pli_wide_bits(
            _mm256_or_si256(
                _mm256_cmpeq_epi8(a, fs), _mm256_or_si256(_mm256_cmpeq_epi8(a, cr), _mm256_cmpeq_epi8(a, lf))),
            _mm256_or_si256(
                _mm256_cmpeq_epi8(b, fs), _mm256_or_si256(_mm256_cmpeq_epi8(b, cr), _mm256_cmpeq_epi8(b, lf))));
        for (; ends; ends &= ends - 1) {
            const size_t at = place + (size_t)__builtin_ctzll(ends);
            if (pli_may_end(bytes, at, count)) {
                *is_found = 1;
                return at;
            }
        }
    }
    return place;
}
#else
static inline int pli_has_wide(void) { return 0; }
static inline size_t pli_survey_wide(
    const uint8_t *bytes, size_t count, uint8_t separator, int32_t *marks, size_t most_marks, int32_t *lines,
    size_t most_lines, pli_survey *survey) {
    return 0;
}
static inline size_t pli_halt_wide(const uint8_t *bytes, size_t from, size_t count, int *is_found) { return from; }
#endif

/* Where the first CR or LF lies at or after `from` that no letter follows which goes on with a message, or the first FS that a line
   end or VT follows; `count` where there is none. One at the very end is one of these. */
static inline size_t pli_find_halt(const uint8_t *bytes, size_t from, size_t count) {
    const pli_vector cr = pli_spread(0x0D), lf = pli_spread(0x0A), fs = pli_spread(0x1C);
    size_t place = from;
    if (pli_has_wide()) {
        int is_found = 0;
        place = pli_halt_wide(bytes, from, count, &is_found);
        if (is_found) return place;
    }
    while (place < count) {
        const size_t left = count - place;
        if (left >= 64) {
            /* Control characters are rare but for line ends. */
            const pli_vector least =
                pli_least(pli_least(pli_load(bytes + place), pli_load(bytes + place + 16)),
                          pli_least(pli_load(bytes + place + 32), pli_load(bytes + place + 48)));
            if (!pli_bits(pli_at_most(least, 0x1F))) {
                place += 64;
                continue;
            }
        }
        const size_t end = left >= 64 ? place + 64 : count;
        while (place < end) {
            const size_t here = end - place;
            const pli_vector value = here >= 16 ? pli_load(bytes + place) : pli_load_few(bytes + place, here);
            uint32_t found = pli_bits(pli_or(pli_equal(value, fs), pli_or(pli_equal(value, cr), pli_equal(value, lf))));
            if (here < 16) found = pli_first_bits(found, here);
            while (found) {
                const size_t at = place + (size_t)__builtin_ctz(found);
                if (pli_may_end(bytes, at, count)) return at;
                found &= found - 1;
            }
            place += here < 16 ? here : 16;
        }
    }
    return count;
}

/* Marks the place behind each `separator`, CR and LF, in their order, and writes for each CR and LF which mark it is. Both
   lists have room for 64 more than `most_marks` and `most_lines`. */
static inline pli_survey pli_survey_message(
    const uint8_t *bytes, size_t count, uint8_t separator, int32_t *marks, size_t most_marks, int32_t *lines,
    size_t most_lines) {
    const pli_vector wanted = pli_spread(separator), cr = pli_spread(0x0D), lf = pli_spread(0x0A);
    pli_survey survey = {0, 0, count, 0};
    size_t place = 0;
    if (pli_has_wide()) {
        place = pli_survey_wide(bytes, count, separator, marks, most_marks, lines, most_lines, &survey);
    }
    while (place < count) {
        const size_t left = count - place;
        uint64_t found, ends, high;
        size_t taken = 16;
        if (survey.marks > most_marks || survey.lines > most_lines) return (pli_survey){0, 0, 0, 0};
        if (left >= 64) {
            const pli_vector a = pli_load(bytes + place), b = pli_load(bytes + place + 16);
            const pli_vector c = pli_load(bytes + place + 32), d = pli_load(bytes + place + 48);
            found = (uint64_t)pli_bits(pli_equal(a, wanted)) | (uint64_t)pli_bits(pli_equal(b, wanted)) << 16
                | (uint64_t)pli_bits(pli_equal(c, wanted)) << 32 | (uint64_t)pli_bits(pli_equal(d, wanted)) << 48;
            ends = 0;
            if (pli_bits(pli_at_most(pli_least(pli_least(a, b), pli_least(c, d)), 0x1F))) {
                ends = (uint64_t)pli_bits(pli_or(pli_equal(a, cr), pli_equal(a, lf)))
                    | (uint64_t)pli_bits(pli_or(pli_equal(b, cr), pli_equal(b, lf))) << 16
                    | (uint64_t)pli_bits(pli_or(pli_equal(c, cr), pli_equal(c, lf))) << 32
                    | (uint64_t)pli_bits(pli_or(pli_equal(d, cr), pli_equal(d, lf))) << 48;
            }
            high = 0;
            if (survey.high == count && pli_bits(pli_or(pli_or(a, b), pli_or(c, d)))) {
                high = (uint64_t)pli_bits(a) | (uint64_t)pli_bits(b) << 16 | (uint64_t)pli_bits(c) << 32
                    | (uint64_t)pli_bits(d) << 48;
            }
            taken = 64;
        } else {
            const pli_vector value = left >= 16 ? pli_load(bytes + place) : pli_load_few(bytes + place, left);
            found = pli_bits(pli_equal(value, wanted));
            ends = pli_bits(pli_or(pli_equal(value, cr), pli_equal(value, lf)));
            high = pli_bits(value);
            if (left < 16) {
                found = pli_first_bits((uint32_t)found, left);
                ends = pli_first_bits((uint32_t)ends, left);
                high = pli_first_bits((uint32_t)high, left);
                taken = left;
            }
        }
        if (high && survey.high == count) survey.high = place + (size_t)__builtin_ctzll(high);
        found |= ends;
        while (ends) {
            const uint64_t below = (ends & -ends) - 1;
            lines[survey.lines++] = (int32_t)(survey.marks + (size_t)__builtin_popcountll(found & below));
            ends &= ends - 1;
        }
        while (found) {
            const size_t at = place + (size_t)__builtin_ctzll(found);
            if (bytes[at] == separator && pli_ends_name(bytes, at)) survey.names = 1;
            marks[survey.marks++] = (int32_t)at + 1;
            found &= found - 1;
        }
        place += taken;
    }
    if (survey.marks > most_marks || survey.lines > most_lines) return (pli_survey){0, 0, 0, 0};
    return survey;
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
