/* The data view: the points and what the network makes of the plane they lie in. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "ui/views/data.h"

enum { KEY = 16, KEY_ROWS = 8, GAP = 2, LEAST_ROWS = 4 };

/* Where the parts stand; a part without room is empty. */
struct layout {
    struct rect output, unit; /* the maps */
    struct rect output_key, unit_key;
    struct rect gallery; /* a small map of each unit of the layer */
    int around; /* rows above and below each map, for its heading and the numbers: 0 or 1 */
    int labels; /* columns of numbers on the left */
};

static struct rect square(int x, int y, int rows)
{
    return (struct rect){x, y, 2 * rows, rows};
}

static int least(int a, int b)
{
    return a < b ? a : b;
}

/* Both maps equally large, side by side, and the keys one below the other at the right. */
static void place_abreast(struct layout *l, struct rect area, int rows)
{
    int x = area.x + l->labels, y = area.y + l->around;
    l->output = square(x, y, rows);
    x += 2 * rows + GAP;
    l->unit = square(x, y, rows);
    x += 2 * rows + GAP;
    int width = area.x + area.width - x, rest = area.height - KEY_ROWS;
    bool both = rest >= 3;
    l->output_key = (struct rect){x, area.y, width, both ? KEY_ROWS : area.height};
    l->unit_key = (struct rect){x, area.y + KEY_ROWS, width, both ? rest : 0};
}

/* The output as large as the height allows; at its right the key and a smaller map of the unit.
 */
static void place_smaller(struct layout *l, struct rect area, int rows)
{
    int x = area.x + l->labels, y = area.y + l->around;
    l->output = square(x, y, rows);
    x += 2 * rows + GAP + 1;
    int width = area.x + area.width - x;
    l->output_key = (struct rect){x, area.y, width, KEY_ROWS};
    int high = area.height - KEY_ROWS - 2 * l->around;
    high = least(high, (width - GAP - KEY) / 2);
    l->unit = square(x, area.y + area.height - high - l->around, high);
    int beside = x + 2 * high + GAP;
    l->unit_key =
        (struct rect){beside, l->unit.y - l->around, area.x + area.width - beside, high};
}

/* One below the other, in areas that are high and narrow. */
static void place_stacked(struct layout *l, struct rect area)
{
    int x = area.x + l->labels, around = 2 * l->around;
    int widest = (area.width - l->labels - GAP - KEY) / 2;
    int rows = least((area.height - 2 * around) * 3 / 5, widest);
    int rest = least(area.height - 2 * around - rows, widest);
    l->output = square(x, area.y + l->around, rows);
    l->output_key = (struct rect){
        x + 2 * rows + GAP, area.y, area.width - l->labels - 2 * rows - GAP, rows};
    l->unit = square(x, area.y + around + rows + l->around, rest);
    l->unit_key = (struct rect){x + 2 * rest + GAP, l->unit.y - l->around,
        area.width - l->labels - 2 * rest - GAP, rest};
}

static void place_one(struct layout *l, struct rect area, int rows, bool unit)
{
    rows = least(rows, (area.width - l->labels - GAP - KEY) / 2);
    struct rect map = square(area.x + l->labels, area.y + l->around, rows);
    int x = map.x + map.width + GAP + l->around;
    struct rect key = {x, area.y, area.x + area.width - x, area.height};
    l->output = unit ? (struct rect){0} : map;
    l->output_key = unit ? (struct rect){0} : key;
    l->unit = unit ? map : (struct rect){0};
    l->unit_key = unit ? key : (struct rect){0};
}

/* The output, and beside it every unit of the layer. */
static void place_layer(struct layout *l, struct rect area, int rows)
{
    rows = least(rows, (area.width - l->labels) * 5 / 18);
    l->output = square(area.x + l->labels, area.y + l->around, rows);
    int x = l->output.x + 2 * rows + GAP + l->around;
    int width = area.x + area.width - x;
    int key = area.height >= 26 ? KEY_ROWS : area.height >= 8;
    l->output_key = (struct rect){x, area.y, width, key};
    l->gallery = (struct rect){x, area.y + key, width, area.height - key};
}

static struct layout layout_of(struct rect area, enum data_choice shown)
{
    struct layout l = {.around = area.height >= 8};
    l.labels = l.around && area.width >= 50 ? DATA_MAP_LABELS : 0;
    int rows = area.height - 2 * l.around, left = area.width - l.labels;
    if (shown == DATA_LAYER)
        place_layer(&l, area, rows);
    else if (shown != DATA_BOTH)
        place_one(&l, area, rows, shown == DATA_UNIT);
    else if (left >= 4 * rows + 2 * GAP + KEY)
        place_abreast(&l, area, rows);
    else if (left >= 2 * rows + 3 * GAP + 2 * KEY + 2 * LEAST_ROWS)
        place_smaller(&l, area, rows);
    else
        place_stacked(&l, area);
    return l;
}

static const char *axis_name(const struct plane_detail *plane, int axis)
{
    static const char *const names[2][2] = {{"x1", "x2"}, {"c1", "c2"}};
    return axis < plane->inputs ? names[plane->components][axis] : "";
}

static void draw_map(const struct scene *scene, struct surface *surface, const struct layout *l,
    struct rect area, bool unit)
{
    const struct snapshot *s = scene->snapshot;
    const struct plane_detail *plane = &s->plane;
    if (area.height < 1 || area.width < 2)
        return;
    struct data_map map = data_map_of(s, unit);
    data_map_draw(&map, surface, area);
    if (l->around == 0)
        return;
    char title[80];
    data_map_title(s, unit, area.width, title, sizeof title);
    int end = surface_text(surface, area.x, area.y - 1, area.width, ROLE_STRONG, title);
    scene_spot(scene, unit ? "unit_map" : "map", area.x, area.y - 1, end - area.x);
    bool labels = l->labels > 0 && area.x >= DATA_MAP_LABELS &&
        !(unit && l->output.width > 0 && l->output.y == area.y);
    bool free_left = labels && (l->output.width == 0 || area.x == l->output.x);
    data_map_ticks(plane, surface, area, free_left && plane->inputs > 1);
    if (free_left)
        surface_text(surface, area.x - 3, area.y - 1, -1, ROLE_DIM, axis_name(plane, 1));
    surface_text(surface, area.x + area.width - 2, area.y + area.height, -1, ROLE_DIM,
        axis_name(plane, 0));
}

bool data_is_no_plane(const struct scene *scene, struct surface *surface, struct rect area,
    void (*pictures)(const struct scene *, struct surface *, struct rect))
{
    bool asked, numbers = data_numbers_shown(scene);
    bool shown = data_pictures_shown(scene, &asked);
    if (shown)
        pictures(scene, surface, area);
    else if (!asked && numbers)
        data_numbers_draw(scene, surface, area);
    return asked || shown || numbers;
}

static void draw(const struct scene *scene, struct surface *surface, struct rect area)
{
    struct data_state *state = data_state(scene);
    if (data_is_no_plane(scene, surface, area, data_pictures_draw))
        return;
    data_plane_say(&scene->snapshot->plane, surface, &area);
    struct layout l = layout_of(area, state->maps);
    /* The grid has the places of the larger map; asked for here, computed for the next frame.
     */
    state->side = l.output.width > 0 ? l.output.width : l.unit.width;
    int units = scene->snapshot->seen.layers[scene->selection.layer - 1].units;
    state->small = data_unit_maps_side(l.gallery, units);
    if (!scene->snapshot->plane.valid) {
        surface_text(surface, area.x, area.y, area.width, ROLE_DIM, "computing the plane…");
        return;
    }
    draw_map(scene, surface, &l, l.output, false);
    draw_map(scene, surface, &l, l.unit, true);
    data_unit_maps_draw(scene->snapshot, surface, l.gallery);
    if (l.output_key.width >= 8)
        data_key_output(scene, surface, l.output_key);
    if (l.unit_key.width >= 8)
        data_key_unit(scene, surface, l.unit_key);
}

static void watch(const void *state, struct watch *watch)
{
    const struct data_state *data = state;
    watch->plane_width = watch->plane_height = data->side;
    watch->plane_small = data->small;
    watch->picture = data->picture;
}

static const char *choice_name(int index)
{
    static const char *const names[] = {"both", "output", "unit", "layer", "pictures"};
    return index >= 0 && index < (int)ARRAY_LEN(names) ? names[index] : NULL;
}

/* Those of points. */
static const char *map_name(int index)
{
    return index < DATA_PICTURES ? choice_name(index) : NULL;
}

static enum view_reply choose_maps(
    const struct scene *scene, const char *text, bool pictures, struct error *message)
{
    struct data_state *state = data_state(scene);
    int now = pictures && !state->planes ? DATA_PICTURES : (int)state->maps;
    if (!pictures && name_equal(text, choice_name(DATA_PICTURES))) {
        error_set(message, "the data are no pictures: choose both, output, unit or layer");
        return VIEW_REFUSED;
    }
    int index = names_choose(pictures ? choice_name : map_name, "map", text, now, message);
    if (index < 0)
        return VIEW_REFUSED;
    state->planes = index != DATA_PICTURES;
    if (state->planes)
        state->maps = (enum data_choice)index;
    error_set(message, "map: %s", choice_name(index));
    return VIEW_DONE;
}

static enum view_reply command(
    const struct scene *scene, const struct command *command, struct error *message)
{
    bool pictures = scene->snapshot && scene->snapshot->pictures.valid;
    if (command->id == COMMAND_FIND && pictures && !data_state(scene)->planes)
        return data_pictures_find(scene, command->number, message);
    if (command->id != COMMAND_MAP)
        return VIEW_NOT_MINE;
    if (scene->snapshot && data_numbers_shown(scene)) {
        error_set(message, "numbers are predicted: there are no maps of classes");
        return VIEW_REFUSED;
    }
    return choose_maps(scene, command->text, pictures, message);
}

static names_fn *names(enum command_id id)
{
    return id == COMMAND_MAP ? choice_name : NULL;
}

static const char *const places[] = {
    "layer", "unit", "map", "unit_map", "boundary", "wrong", "pictures", NULL};

static const struct help_entry help[] = {
    {"",
        "The plane of inputs; of more than two inputs the plane through the mean along the two "
        "leading principal components, onto which the points are projected."},
    {"○ ●", "points of class 0 and 1; of more classes their digits"},
    {"□ ■", "the same of what is held out (--test); of more classes A, B, ..."},
    {"× +", "wrongly classified: it lies on the wrong side; + held out; !: not finite"},
    {"shade",
        "P(class 1) as the output says, with mse its answer; of more classes the winning one, "
        "with dots where it leads the next by less than 50 %"},
    {"line", "the boundary, where the class changes; for a unit z = 0, where a ReLU begins"},
    {"…152",
        "numbers of an axis whose first digits are the same all along: the others, which "
        "differ"},
    {"unit", "a = φ(z) of the selected unit; [ ] and { } select another"},
    {"layer", "the same for every unit of the layer, small; × dead, ◆ saturated"},
    {"pictures",
        "of data that are: some of each class, × wrong; at the right a wrong one, what it was "
        "taken for, and how sure the network is of both"},
    {NULL, NULL},
};

const struct view view_data = {
    .name = "data",
    .title = "what the network says of every input",
    .help = help,
    .places = places,
    .needs = DETAIL_PLANE | DETAIL_UNITS | DETAIL_PICTURES,
    .state_size = sizeof(struct data_state),
    .draw = draw,
    .present = data_present,
    .why = data_why,
    .watch = watch,
    .command = command,
    .names = names,
};
