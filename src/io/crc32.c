#include "io/crc32.h"

void crc32_prepare(struct crc32_table *table)
{
    for (uint32_t byte = 0; byte < 256; byte++) {
        uint32_t rest = byte;
        for (int bit = 0; bit < 8; bit++)
            rest = rest >> 1 ^ (rest & 1 ? UINT32_C(0xedb88320) : 0);
        table->of[0][byte] = rest;
    }
    for (int k = 1; k < 8; k++) {
        for (int byte = 0; byte < 256; byte++) {
            uint32_t before = table->of[k - 1][byte];
            table->of[k][byte] = before >> 8 ^ table->of[0][before & 255];
        }
    }
}

uint32_t crc32_add(
    const struct crc32_table *table, uint32_t crc, const void *bytes, size_t size)
{
    const unsigned char *at = bytes;
    uint32_t rest = ~crc;
    for (; size >= 8; size -= 8, at += 8) {
        rest ^= at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
        rest = table->of[7][rest & 255] ^ table->of[6][rest >> 8 & 255] ^
            table->of[5][rest >> 16 & 255] ^ table->of[4][rest >> 24] ^ table->of[3][at[4]] ^
            table->of[2][at[5]] ^ table->of[1][at[6]] ^ table->of[0][at[7]];
    }
    for (; size > 0; size--)
        rest = rest >> 8 ^ table->of[0][(rest ^ *at++) & 255];
    return ~rest;
}
