/* Words of a table: each is kept once, so that two cells with the same are the same number. */
#include <stdlib.h>
#include <string.h>

#include "io/csv_words.h"

static uint64_t hash_of(const char *text, size_t length)
{
    uint64_t hash = 0xcbf29ce484222325;
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ (unsigned char)text[i]) * 0x100000001b3;
    return hash ^ hash >> 29;
}

static bool same(const struct csv_words *words, size_t word, const char *text, size_t length)
{
    const char *kept = words->text + words->begins[word];
    return strncmp(kept, text, length) == 0 && !kept[length];
}

/* Half of the slots stay free. */
static bool widen(struct csv_words *words)
{
    size_t count = words->slot_count > 0 ? 2 * words->slot_count : 256;
    uint32_t *slots = calloc(count, sizeof *slots);
    if (!slots)
        return false;
    for (size_t i = 0; i < words->count; i++) {
        const char *text = words->text + words->begins[i];
        size_t at = hash_of(text, strlen(text)) & (count - 1);
        while (slots[at])
            at = (at + 1) & (count - 1);
        slots[at] = (uint32_t)i + 1;
    }
    free(words->slots);
    words->slots = slots;
    words->slot_count = count;
    return true;
}

static bool make_room(struct csv_words *words, size_t length)
{
    if (words->count == words->reserved) {
        size_t reserved = words->reserved > 0 ? 2 * words->reserved : 64;
        size_t *begins = realloc(words->begins, reserved * sizeof *begins);
        if (!begins)
            return false;
        words->begins = begins;
        words->reserved = reserved;
    }
    if (words->used + length + 1 > words->room) {
        size_t room = 2 * words->room + length + 256;
        char *text = realloc(words->text, room);
        if (!text)
            return false;
        words->text = text;
        words->room = room;
    }
    return true;
}

int64_t csv_words_add(struct csv_words *words, const char *text, size_t length)
{
    if (2 * words->count >= words->slot_count && !widen(words))
        return -1;
    size_t at = hash_of(text, length) & (words->slot_count - 1);
    for (; words->slots[at]; at = (at + 1) & (words->slot_count - 1)) {
        if (same(words, words->slots[at] - 1, text, length))
            return words->slots[at] - 1;
    }
    if (!make_room(words, length))
        return -1;
    words->begins[words->count] = words->used;
    if (length > 0)
        memcpy(words->text + words->used, text, length);
    words->text[words->used + length] = '\0';
    words->used += length + 1;
    words->slots[at] = (uint32_t)++words->count;
    return (int64_t)words->count - 1;
}

void csv_words_clear(struct csv_words *words)
{
    free(words->text);
    free(words->begins);
    free(words->slots);
    *words = (struct csv_words){.text = NULL};
}
