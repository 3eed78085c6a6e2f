/*
 * The data view: its state, maps of the plane of inputs, and the words.
 */
#ifndef NABLASCOPE_UI_VIEWS_DATA_H
#define NABLASCOPE_UI_VIEWS_DATA_H

#include <stdbool.h>
#include <stddef.h>

#include "engine/snapshot.h"
#include "ui/draw/surface.h"
#include "ui/views/view.h"

enum data_choice { DATA_BOTH, DATA_OUTPUT, DATA_UNIT, DATA_LAYER, DATA_PICTURES };

/* What the view keeps between frames. */
struct data_state {
    enum data_choice maps; /* that are shown, … */
    bool planes;           /* … also where the data are pictures */
    int picture;           /* sample from which on the wrong ones are shown */
    int side;              /* places on each side of the largest map drawn, 0: none yet */
    int small;             /* of a small map of each unit, 0: none drawn */
};

static inline struct data_state *data_state(const struct scene *scene)
{
    return scene->state;
}

/*
 * Drawing the plane of inputs: a map of the output or of one unit, with the boundary and the
 * data's points on it. A cell is two places, one above the other, so that places are square.
 */

struct data_map {
    const struct plane_detail *plane;
    bool unit;        /* the watched unit's activation, else the output */
    bool plain;       /* the output is no probability but its z itself (mse) */
    double low, high; /* ends of the ramp; not used where the output has many classes */
};

/* The map of the output or of the unit in this snapshot, whose plane is valid. */
struct data_map data_map_of(const struct snapshot *snapshot, bool unit);

/*
 * Fills the area with width × 2·height places. The boundary, where the class changes or the
 * unit's z is 0, is a line; points are the glyphs of their classes, × where the output is
 * wrong, + of what is held out.
 */
void data_map_draw(const struct data_map *map, struct surface *surface, struct rect area);

/* ○ ● of two classes, else a digit or a letter; of what is held out □ ■, else a capital. */
uint32_t data_class_glyph(int label, int classes, bool test);
/* The shade of a class's region where there are more than two. */
enum role data_class_role(int label, int classes);

/* What a class is called in the data, or its number. */
void data_class_name(const struct plane_detail *plane, int label, char *text, size_t size);
/* The same in a key, "class 3" where it is a number. */
void data_class_words(const struct plane_detail *plane, int label, char *text, size_t size);
/* Numbers at round places under the map, and in the DATA_MAP_LABELS columns to its left. */
enum { DATA_MAP_LABELS = 5 };
void data_map_ticks(
    const struct plane_detail *plane, struct surface *surface, struct rect map, bool left);

/*
 * The keys beside the maps, in full rows of what has room there.
 */
void data_key_output(const struct scene *scene, struct surface *surface, struct rect key);
void data_key_unit(const struct scene *scene, struct surface *surface, struct rect key);

/*
 * A small map for each unit of a layer, as many as there is room for.
 */

/* Places on a side of the maps for so many units in this area; 0 where there is no room. */
int data_unit_maps_side(struct rect area, int units);

/*
 * A heading, then the maps with their units' numbers below; those around the watched unit where
 * not all fit. Where φ is not bounded each map has its own scale, from 0 to its largest size.
 */
void data_unit_maps_draw(
    const struct snapshot *snapshot, struct surface *surface, struct rect area);

/* " × 100 + 5": what has been made of the inputs after that, by input_scale and input_offset.
 */
void data_scaling_words(const struct hparams *hparams, char *text, size_t size);

/*
 * What a plane is whose data has not two inputs, in a sentence of so many columns: how it is
 * drawn, and what that leaves out. False with two: they are the plane.
 */
bool data_plane_words(const struct plane_detail *plane, int columns, char *text, size_t size);

/* Says it in the last row of the area, which is then the rest. */
void data_plane_say(
    const struct plane_detail *plane, struct surface *surface, struct rect *area);

/* What a map shows, in so many columns: "output: P(class 1)", "layer 2 unit 7: tanh(z)". */
void data_map_title(
    const struct snapshot *snapshot, bool unit, int columns, char *text, size_t size);
/* What a unit of the watched layer is, with words; blank where there is nothing to tell. */
struct data_unit_sign {
    uint32_t glyph;
    enum role role;
    const char *words;
};
struct data_unit_sign data_unit_sign_of(const struct snapshot *snapshot, int unit);

void data_present(const struct scene *scene, struct surface *surface, struct rect area);
void data_why(const struct scene *scene, struct why *why);

/*
 * Data with numbers to be predicted.
 */
bool data_numbers_shown(const struct scene *scene);
void data_numbers_draw(const struct scene *scene, struct surface *surface, struct rect area);
void data_numbers_why(const struct scene *scene, struct why *why);

/*
 * Data that are pictures.
 */

/* Whether they are drawn, and no plane. `asked`: it is not known yet, since nobody has looked.
 */
bool data_pictures_shown(const struct scene *scene, bool *asked);
/* Some of each class, and at the right the wrong ones: one large, beside what it was taken for.
 */
void data_pictures_draw(const struct scene *scene, struct surface *surface, struct rect area);
/* The wrong one as large as it gets. */
void data_pictures_present(
    const struct scene *scene, struct surface *surface, struct rect area);
void data_pictures_why(const struct scene *scene, struct why *why);
/* Carries out COMMAND_FIND: to another wrong one. */
enum view_reply data_pictures_find(
    const struct scene *scene, double offset, struct error *message);
/* Draws what is no plane: pictures, by that function, or numbers, or nothing as long as the
 * pictures are still to come. False for a plane. */
bool data_is_no_plane(const struct scene *scene, struct surface *surface, struct rect area,
    void (*pictures)(const struct scene *, struct surface *, struct rect));

#endif
