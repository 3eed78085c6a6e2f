/* CSV files: what is found in them, and what is said of those that are none. */
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/rng.h"
#include "io/csv_data.h"
#include "suites.h"

/* "label=x missing=drop": a word each. */
static struct hparams settings(const char *words)
{
    struct hparams hparams;
    char text[200], *rest = text;
    hparams_init(&hparams);
    ck_assert(hparam_set(&hparams, hparam_find("data", NULL), "some.csv", NULL));
    (void)snprintf(text, sizeof text, "%s", words);
    for (char *word; (word = strsep(&rest, " ")) && *word;) {
        char *value = strchr(word, '=');
        *value++ = '\0';
        ck_assert(hparam_set(&hparams, hparam_find(word, NULL), value, NULL));
    }
    return hparams;
}

static struct dataset *read_bytes(
    const char *bytes, size_t size, const char *words, struct error *error)
{
    struct hparams hparams = settings(words);
    struct data_bytes file = {"some.csv", (const unsigned char *)bytes, size};
    return csv_data_read(NULL, &file, &hparams, error);
}

static struct dataset *read_text(const char *text, const char *words)
{
    struct error error = {.text = ""};
    struct dataset *set = read_bytes(text, strlen(text), words, &error);
    ck_assert_msg(set, "'%s' with '%s': %s", text, words, error.text);
    return set;
}

/* "inputs | labels or targets | names of inputs | of classes", numbers by blanks, samples by
 * '/'. */
static void describe(const struct dataset *set, char *text, size_t size)
{
    FILE *out = fmemopen(text, size, "w");
    for (int i = 0; i < set->samples; i++) {
        for (int j = 0; j < set->inputs; j++)
            (void)fprintf(out, "%s%g",
                j > 0       ? " "
                    : i > 0 ? "/"
                            : "",
                set->values[i * set->inputs + j]);
    }
    for (int i = 0; i < set->samples; i++) {
        if (set->targets)
            (void)fprintf(out, "%s%g", i > 0 ? " " : " | ", set->targets[i]);
        else
            (void)fprintf(out, "%s%d", i > 0 ? " " : " | ", set->labels[i]);
    }
    for (int j = 0; j < set->inputs; j++)
        (void)fprintf(out, "%s%s", j > 0 ? " " : " | ", set->input_names[j]);
    for (int k = 0; k < set->classes; k++)
        (void)fprintf(out, "%s%s", k > 0 ? " " : " | ", set->class_names[k]);
    if (set->targets)
        (void)fprintf(out, " | %s", set->target_info[0].name);
    ck_assert_int_eq(fclose(out), 0);
}

static const struct {
    const char *text, *words, *found;
} sets[] = {
    /* Without a header, and the smallest there is. */
    {"0,0,0\n0,1,1\n1,0,1\n1,1,0\n", "", "0 0/0 1/1 0/1 1 | 0 1 1 0 | 1 2 | 0 1"},
    /* Line ends, a byte order mark, empty lines, a last line without an end. */
    {"\xef\xbb\xbfx,y\r\n1,2\r\n\r\n3,1\r\n5,2\r\n7,1", "", "1/3/5/7 | 1 0 1 0 | x | 1 2"},
    {"x,y\r1,2\r3,1\r5,2\r7,1\r", "", "1/3/5/7 | 1 0 1 0 | x | 1 2"},
    /* Separators; a ',' in words is none. */
    {"x;y\n1;a,b\n2;c\n3;a,b\n4;c\n", "", "1/2/3/4 | 0 1 0 1 | x | a,b c"},
    {"x\ty\n1\tk\n2\tl\n3\tk\n4\tl\n", "", "1/2/3/4 | 0 1 0 1 | x | k l"},
    {"1,2,3,a;b\n2,3,4,c;d\n3,4,5,a;b\n4,5,6,c;d\n", "",
        "1 2 3/2 3 4/3 4 5/4 5 6 | 0 1 0 1 | 1 2 3 | a;b c;d"},
    {"1;2;a\tb\n2;3;c\td\n3;4;a\tb\n4;5;c\td\n", "",
        "1 2/2 3/3 4/4 5 | 0 1 0 1 | 1 2 | a\\tb c\\td"},
    {"1;2;a,b\n2;3;c,d\n3;4;a,b\n4;5;c,d\n", "", "1 2/2 3/3 4/4 5 | 0 1 0 1 | 1 2 | a,b c,d"},
    /* A first line of its own says it, whatever else stands in the rows; it is no header. */
    {"\xef\xbb\xbfsep=;\r\nx;y,z\r\n1;a\r\n2;c\r\n3;a\r\n4;c\r\n", "",
        "1/2/3/4 | 0 1 0 1 | x | a c"},
    {"sep=,\n1;5,a\n1;6,b\n1;5,a\n1;6,b\n", "one_hot=on label=2",
        "1 0/0 1/1 0/0 1 | 0 1 0 1 | 1=1;5 1=1;6 | a b"},
    {"sep=|,y\n1,k\n2,l\n3,k\n4,l\n", "", "1/2/3/4 | 0 1 0 1 | sep=| | k l"},
    {"sep=;,y\n1,k\n2,l\n3,k\n4,l\n", "", "1/2/3/4 | 0 1 0 1 | sep=; | k l"},
    /* What says that nothing is known is a word in quotes. */
    {"x,y\n1,\"NA\"\n2,k\n3,\"NA\"\n4,k\n", "", "1/2/3/4 | 0 1 0 1 | x | NA k"},
    /* Quotes, blanks, numbers in quotes. */
    {"\"a \"\"b\"\"\" , y\n\"1\", \"no, so\"\n 2 ,k\n3,\"no, so\"\n4,k\n", "",
        "1/2/3/4 | 1 0 1 0 | a \"b\" | k no, so"},
    {"x,\"y\nz\"\n1,\"k\r\nl\"\n2,m\n3,m\n4,\"k\nl\"\n", "", "1/2/3/4 | 0 1 1 0 | x | k\\nl m"},
    /* Labels: numbers in their order, words in theirs; signs and points do not make others. */
    {"1,10\n2,9\n3,10.0\n4,+9\n", "", "1/2/3/4 | 1 0 1 0 | 1 | 9 10"},
    {"1,-1\n2,1\n3,-1\n4,1\n", "", "1/2/3/4 | 0 1 0 1 | 1 | -1 1"},
    /* The last is no class: the first is. */
    {"k,1.5\nl,2.5\nk,3.5\nl,4.5\n", "", "1.5/2.5/3.5/4.5 | 0 1 0 1 | 2 | k l"},
    {"label,0,1\n5,0,0.5\n3,7,0.5\n5,1,0.25\n3,0,1\n", "",
        "0 0.5/7 0.5/1 0.25/0 1 | 1 0 1 0 | 0 1 | 3 5"},
    /* A column without a name is one. */
    {"a,,y\n1,3,k\n2,4,l\n3,5,k\n4,6,l\n", "", "1 3/2 4/3 5/4 6 | 0 1 0 1 | a 2 | k l"},
    /* By name and by number. */
    {"a,b,c\n1,k,3\n2,l,4\n3,k,5\n4,l,6\n", "label=b", "1 3/2 4/3 5/4 6 | 0 1 0 1 | a c | k l"},
    {"a,b,c\n1,k,3\n2,l,4\n3,k,5\n4,l,6\n", "label=2 ignore=a", "3/4/5/6 | 0 1 0 1 | c | k l"},
    {"a,1,c\n1,7,3\n2,8,4\n3,7,5\n", "label=1", "1 3/2 4/3 5 | 0 1 0 | a c | 7 8"},
    /* Numbers that are names: years, whatever their order, beside a word above numbers; else
     * those that count the columns, beside words that do not come again. */
    {"2020,2019,class\n1,7,3\n2,8,4\n3,7,3\n4,8,4\n", "label=class",
        "1 7/2 8/3 7/4 8 | 0 1 0 1 | 2020 2019 | 3 4"},
    {"1,2,label\n1,7,k\n2,8,l\n3,7,k\n4,8,l\n", "", "1 7/2 8/3 7/4 8 | 0 1 0 1 | 1 2 | k l"},
    {"0,1,label\n1,7,k\n2,8,l\n3,7,k\n4,8,l\n", "", "1 7/2 8/3 7/4 8 | 0 1 0 1 | 0 1 | k l"},
    {"1,2,k\n1,7,k\n2,8,l\n4,8,l\n", "", "1 2/1 7/2 8/4 8 | 0 0 1 1 | 1 2 | k l"},
    {"7,8,m\n1,7,k\n2,8,l\n3,7,k\n4,8,l\n5,5,k\n", "",
        "7 8/1 7/2 8/3 7/4 8/5 5 | 2 0 1 0 1 0 | 1 2 | k l m"},
    {"1,m\n1,k\n2,l\n3,k\n4,l\n5,k\n", "", "1/1/2/3/4/5 | 2 0 1 0 1 0 | 1 | k l m"},
    /* Numbers alone that count the columns are names above words, … */
    {"0,1\n1,k\n2,l\n4,k\n5,l\n", "", "1/2/4/5 | 0 1 0 1 | 0 | k l"},
    {"1,2,3\n7,u,1\n8,v,2\n9,u,1\n", "label=2", "7 1/8 2/9 1 | 0 1 0 | 1 3 | u v"},
    /* … and from three on above fractions that all have a point. */
    {"0,1,2\n1.5,0.5,0\n2.5,1.0,1\n1e-05,,0\n3.0,2.5,1\n4.5,2.5,1\n", "missing=drop",
        "1.5 0.5/2.5 1/3 2.5/4.5 2.5 | 0 1 1 1 | 0 1 | 0 1"},
    {"1,2,3\n1.5,0.5,0\n2.5,1.5,1\n3.0,2.5,0\n", "label=3",
        "1.5 0.5/2.5 1.5/3 2.5 | 0 1 0 | 1 2 | 0 1"},
    /* The column of an index has no name; its number is nobody else's then. */
    {",0,1,2\n0,1.5,0.5,0\n1,2.5,1.5,1\n2,3.0,2.5,0\n", "label=2 ignore=1",
        "1.5 0.5/2.5 1.5/3 2.5 | 0 1 0 | 0 1 | 0 1"},
    /* But a sample has such numbers too. */
    {"0,1,2\n1.5,0.5,0\n2,1.5,2\n3.5,2.5,0\n", "label=3",
        "0 1/1.5 0.5/2 1.5/3.5 2.5 | 1 0 1 0 | 1 2 | 0 2"},
    {"0.0,1.0,2\n1.5,0.5,0\n2.5,1.5,2\n", "label=3", "0 1/1.5 0.5/2.5 1.5 | 1 0 1 | 1 2 | 0 2"},
    {"0,1\n0.5,0\n0.25,1\n0.75,0\n", "", "0/0.5/0.25/0.75 | 1 0 1 0 | 1 | 0 1"},
    {"0,1,2\n3,1,0\n4,1,2\n5,1,0\n", "", "0 1/3 1/4 1/5 1 | 1 0 1 0 | 1 2 | 0 2"},
    {"0,1,1\n0,0,0\n1,0,1\n1,1,0\n", "", "0 1/0 0/1 0/1 1 | 1 0 1 0 | 1 2 | 0 1"},
    /* One of several columns is 1: found at the end, or named. */
    {"1.5,1,0,0\n2.5,0,1,0\n3.5,0,0,1\n4.5,1,0,0\n", "",
        "1.5/2.5/3.5/4.5 | 0 1 2 0 | 1 | 2 3 4"},
    {"a,b,not b\n0,0,1\n0,1,0\n1,0,1\n1,1,0\n", "", "0 0/0 1/1 0/1 1 | 1 0 1 0 | a b | 0 1"},
    {"a,b,x\n1,0,5\n0,1,6\n1,0,7\n", "label=b,a", "5/6/7 | 1 0 1 | x | b a"},
    {"x,a,b\n0,1,1\n1,1,0\n2,0,0\n0,0,1\n", "", "0 1/1 1/2 0/0 0 | 1 0 0 1 | x a | 0 1"},
    /* Also before and around columns that are ignored, and whatever is missing in rows that go.
     */
    {"x,a,b,c,id\n1.5,1,0,0,7\n2.5,0,1,0,8\n3.5,0,0,1,9\n4.5,1,0,0,6\n", "ignore=id",
        "1.5/2.5/3.5/4.5 | 0 1 2 0 | x | a b c"},
    {"1.5,1,0,7,0,\n2.5,0,1,7,0,\n3.5,0,0,8,1,\n4.5,1,0,9,0,\n", "ignore=4,6",
        "1.5/2.5/3.5/4.5 | 0 1 2 0 | 1 | 2 3 5"},
    {"x,a,b,c\n1.5,1,0,0\n2.5,0,1,0\n2.5,0,,0\n,0,0,0\n3.5,0,0,1\n4.5,1,0,0\n", "missing=drop",
        "1.5/2.5/3.5/4.5 | 0 1 2 0 | x | a b c"},
    /* Words that become inputs. */
    {"s,x,y\nred,1,k\nblue,2,l\nred,3,k\nblue,4,l\n", "one_hot=on",
        "0 1 1/1 0 2/0 1 3/1 0 4 | 0 1 0 1 | s=blue s=red x | k l"},
    /* Rows in which something is missing; in a column that is not used nothing is. */
    {"a,b,y\n1,,k\n2,3,l\n3,NA,k\n4,5,k\n?,1,l\n5,6,l\n", "missing=drop",
        "2 3/4 5/5 6 | 1 0 1 | a b | k l"},
    {"a,b,y\n1,,k\n2,3,l\n3,NA,k\n4,5,l\n", "ignore=b", "1/2/3/4 | 0 1 0 1 | a | k l"},
    /* A number that is to be told. */
    {"a,b\n1,0.5\n2,1.5\n3,2\n", "target=b", "1/2/3 | 0.5 1.5 2 | a | b"},
    {"a,b\n1,0.5\n2,1.5\n3,2\n", "target=1", "0.5/1.5/2 | 1 2 3 | b | a"},
    /* Names with escapes in them do nothing to a terminal. */
    {"\"\x1b[2J\",y\n1,\"k\x07\"\n2,l\n3,l\n4,\"k\x07\"\n", "",
        "1/2/3/4 | 0 1 1 0 | \\x1b[2J | k\\x07 l"},
};

START_TEST(what_stands_in_files_is_found)
{
    char found[400];
    struct dataset *set = read_text(sets[_i].text, sets[_i].words);
    describe(set, found, sizeof found);
    ck_assert_str_eq(found, sets[_i].found);
    dataset_release(set);
}
END_TEST

static const struct {
    const char *text, *words, *says;
} wrong[] = {
    {"", "", "some.csv: empty"},
    {" \n\r\n", "", "some.csv: empty"},
    {"a,b,c\n", "", "a header, and no row of data"},
    {"1,2,3\n4,5\n", "", "some.csv:2: 2 cells, where the first row has 3"},
    {"1,2,3\n4\n", "", "some.csv:2: 1 cell, where the first row has 3"},
    {"1\n4,5,6\n", "", "some.csv:2: more than 1 cell, where the first row has 1"},
    {"sep=;\n1;2\n4;5;6\n", "", "some.csv:3: 3 cells, where the first row has 2"},
    {"sep=;\n", "", "some.csv: empty"},
    {"1,2\n4,5,6\n", "", "some.csv:2: 3 cells, where the first row has 2"},
    {"1\n2\n1\n2\n", "", "one column alone"},
    {"1 2\n3 4\n1 2\n", "", "',', ';' or a tab stands between columns"},
    {"a,b\n1,\"x\n2,y\n", "", "some.csv:2: a quote that begins here has no end"},
    {"a,b\n1,\"x\"z\n", "", "some.csv:2: something follows the end of a quote"},
    {"a,b\n1,x\n2,\xe9\n", "", "some.csv:3: no UTF-8"},
    {"a,b,y\n1,2,k\n3,,l\n4,5,k\n6,NA,l\n", "",
        "some.csv:3: column 2 'b' is empty: --missing=drop (2 of 4 rows) or --ignore=2"},
    {"a,b,y\n1,,k\n3,,l\n4,,k\n", "missing=drop label=y",
        "column 2 'b' is empty in all rows: --ignore=2"},
    {"1,0.5,k,\n2,1.5,l,\n3,2.5,k,\n4,0.5,l,\n", "",
        "some.csv: column 4 is empty in all rows: --ignore=4"},
    {"a,b,y\n1,,k\n,2,l\n4,,k\n", "missing=drop label=y", "0 of 3 rows are left"},
    {"a,s,y\n1,u,k\n3,v,l\n4,u,k\n6,v,l\n", "",
        "some.csv:2: column 2 's' has words: --ignore=2, --label=2 or --one_hot=on ('u')"},
    /* What is ignored stays so where the advice is followed, … */
    {"a,s,t,y\n1,u,p,k\n3,v,q,l\n4,u,p,k\n6,v,q,l\n", "ignore=t label=y",
        "column 2 's' has words: --ignore=2,3 or --one_hot=on"},
    {"a,s,t,y\n1,u,,k\n3,v,,l\n4,u,,k\n6,v,,l\n", "ignore=s", "all rows: --ignore=2,3"},
    {"a,s,t,y\n1,u,,k\n3,v,1,l\n4,u,2,k\n6,v,3,l\n", "ignore=s",
        "--missing=drop (1 of 4 rows) or --ignore=2,3"},
    {"1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,s,y\n1,2,3,4,5,6,7,8,9,1,1,1,1,1,1,1,1,u,k\n"
     "1,2,3,4,5,6,7,8,9,1,1,1,1,1,1,1,1,v,l\n1,2,3,4,5,6,7,8,9,1,1,1,1,1,1,1,1,v,l\n",
        "ignore=1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16 label=y",
        "column 18 's' has words: --ignore=…,18 or"},
    /* … and a number that is another column's name is that column. */
    {"id,3,4,2,y\n1,1,ja,1,k\n2,2,ne,2,l\n3,3,ja,3,k\n4,4,ne,4,l\n", "",
        "column 3 '4' has words: --ignore=4, --label=4 or"},
    {"a,3,\"s,t\",2,y\n1,1,ja,1,k\n2,2,ne,2,l\n3,3,ja,3,k\n4,4,ne,4,l\n", "",
        "column 3 's,t' has words: --ignore=3, --label=3 or"},
    {"a,s,1,y\n1,u,1,k\n3,v,2,l\n4,u,3,k\n6,v,4,l\n", "ignore=a",
        "column 2 's' has words: --ignore=a,2, --label=2 or"},
    {",s,1,x,y\n1,u,1,0,k\n3,v,2,0,l\n4,u,3,0,k\n6,v,4,0,l\n", "ignore=1",
        "column 2 's' has words: --ignore=1,2, --label=2 or"},
    {"a,s,y\n1,1,k\n3,2,l\n4,x7,k\n6,3,l\n", "", "some.csv:4: column 2 's': 'x7' is no number"},
    {"a,s,y\n1,1,k\n3,2,l\n4,x7,k\n6,3,l\n", "one_hot=on", "'x7' is no number"},
    {"a,s,y\n1,1e999,k\n3,2,l\n4,7,k\n6,3,l\n", "",
        "'1e999' is out of range: numbers go to 1.8e308"},
    {"a,s,y\n1,-1e400,k\n3,2e400,l\n", "label=y",
        "some.csv:2: column 2 's': '-1e400' is out of range"},
    {"a,s,y\n1,0x10,k\n3,2,l\n4,7,k\n6,3,l\n", "", "'0x10' is no number"},
    {"a,s,y\n1,inf,k\n3,2,l\n4,7,k\n6,3,l\n", "", "'inf' is no number"},
    {"a;s;y\n1,5;1,5;k\n3;2,5;l\n4;7;k\n6;3;l\n", "",
        "some.csv:2: column 1 'a': '1,5' has a comma: numbers need a decimal point"},
    {"1,5;2,5;k\n2,5;3,5;l\n3,5;4,5;k\n1,5;1,5;l\n", "",
        "some.csv:1: column 1: '1,5' has a comma: numbers need a decimal point"},
    {"1,5;2,5\n2,5;3,5\n3,5;4,5\n1,5;1,5\n", "",
        "some.csv:1: column 1: '1,5' has a comma: numbers need a decimal point"},
    {"5.1x,3.5,k\n4.5,3.5,l\n5.5,2.5,k\n5,2,l\n", "",
        "some.csv:1: column 1: '5.1x' is no number"},
    {"a;y\n1,5;2,5\n2,5;3,5\n3,5;4,5\n", "",
        "some.csv:2: column 1 'a': '1,5' has a comma: numbers need a decimal point"},
    {"a,y\n\"1,500\",k\n2,l\n3,k\n4,l\n", "",
        "column 1 'a': '1,500' has a comma: decimals need a point, and thousands nothing"},
    {"a,y\n1,0.5\n2,1.5\n3,2.5\n4,0.5\n", "",
        "neither the last column nor the first is a class: --label=COLUMN"},
    {"a,y\n1,0.5\n2,1.5\n3,2.5\n4,0.5\n", "label=y",
        "some.csv:2: column 2 'y' has numbers that are no classes: --target=2"},
    {"a,y\n1,9007199254740991\n2,5\n3,5\n4,9007199254740993\n", "label=y",
        "some.csv:5: column 2 'y' has a class of 2^53 or more"},
    {"a,y\n1,k\n2,k\n3,k\n4,k\n", "label=y", "column 2 'y' has one class alone"},
    {"a,y\n1,k\n2,l\n3,k\n4,l\n", "label=z", "label: no column 'z': 1 to 2, or a, y"},
    {"a,y\n1,k\n2,l\n3,k\n4,l\n", "label=3", "label: no column '3'"},
    {"1,2\n2,3\n3,2\n4,3\n", "label=y", "no column 'y': 1 to 2; the file has no header"},
    {"a,a,y\n1,1,k\n2,2,l\n3,3,k\n", "ignore=a", "two columns are called 'a': ignore=1"},
    {"a,y\n1,k\n2,l\n3,k\n4,l\n", "ignore=a",
        "some.csv: ignore leaves one of 2 columns: an input and a label are needed"},
    {"a,y\n1,k\n2,l\n3,k\n4,l\n", "ignore=a,y", "ignore leaves none of 2 columns"},
    {"a,y\n1,k\n2,l\n3,k\n4,l\n", "ignore=a label=y", "no column is left as an input"},
    {"a,y\n1,k\n2,l\n3,k\n4,l\n", "ignore=y label=y",
        "column 2 'y' is ignored and is to be told"},
    {"a,y,x\n1,0,1\n0,0,2\n0,1,3\n", "label=a,y", "some.csv:3: of the 2 columns of the label"},
    {"a,y,x\n1,0,1\n0,1,2\n1,1,3\n", "label=a,y", "some.csv:4: of the 2 columns of the label"},
    {"a,y\n1,k\n2,l\n3,k\n", "target=y",
        "some.csv:2: column 2 'y' has words: --label=2 tells classes ('k')"},
    {"a,y\n1,1\n2,2\n3,k\n", "target=y", "some.csv:4: column 2 'y': 'k' is no number"},
    {"a,s,y\n1,u,3\n2,v,4\n", "target=y", "column 2 's' has words: --ignore=2 or --one_hot=on"},
    {"a,y\n1,1\n2,2\n3,k\n4,2\n", "label=y",
        "some.csv:4: column 2 'y' has words (1, 'k') and numbers (3): classes are all words"},
    {"a,b,c\n1,1,0\n2,0,k\n3,0,1\n", "label=b,c",
        "some.csv:3: column 3 'c' is one of 2 columns of the label, which are 1 and 0, and has "
        "'k'"},
    {"a,y\n1,k\n", "label=y", "some.csv: 1 row: at least 2 are needed"},
    {"a,y\n1,k\n,l\n", "label=y missing=drop", "1 of 2 rows is left: at least 2"},
};

START_TEST(what_is_no_table_is_said_with_its_place)
{
    struct error error = {.text = ""};
    const char *text = wrong[_i].text;
    struct dataset *set = read_bytes(text, strlen(text), wrong[_i].words, &error);
    ck_assert_msg(!set, "'%s' with '%s' is taken", text, wrong[_i].words);
    ck_assert_msg(strstr(error.text, wrong[_i].says), "'%s' with '%s': %s", text,
        wrong[_i].words, error.text);
}
END_TEST

START_TEST(what_is_no_text_is_said)
{
    struct error error = {.text = ""};
    ck_assert_ptr_null(read_bytes("a,b\n1,\0\n", 8, "", &error));
    ck_assert_ptr_nonnull(strstr(error.text, "some.csv:2: a byte 0"));
    ck_assert_ptr_null(read_bytes("\xff\xfe\x61\x00,\x00", 6, "", &error));
    ck_assert_ptr_nonnull(strstr(error.text, "UTF-16"));
    ck_assert_ptr_null(read_bytes("\xfe\xff\x00\x61\x00,", 6, "", &error));
    ck_assert_ptr_nonnull(strstr(error.text, "UTF-16"));
}
END_TEST

START_TEST(notes_say_what_nobody_asked_for)
{
    static const struct {
        const char *text, *words, *says;
    } cases[] = {
        {"0,0,0\n0,1,1\n1,0,1\n1,1,0\n", "", NULL},
        {"a,b,y\n1,,k\n2,3,l\n3,NA,k\n4,5,k\n5,6,l\n", "missing=drop",
            "some.csv: 2 of 5 rows have empty cells and are left out"},
        {"a,b,y\n1,,k\n2,3,l\n3,4,k\n4,5,k\n", "missing=drop",
            "some.csv: 1 of 4 rows has empty cells and is left out"},
        /* What may be a header, and what is none. */
        {"0,1,2\n3,1,0\n4,1,2\n5,1,0\n", "",
            "some.csv: line 1 counts the columns and is taken as a sample"},
        {"0,1\n0.5,0\n0.25,1\n0.75,0\n", "", "line 1 counts the columns"},
        {",0,1\n0,0.5,0\n1,0.25,1\n2,0.75,0\n", "ignore=1", "line 1 counts the columns"},
        {",0,1\n0,0.5,0\n1,0.25,1\n2,0.75,0\n3,0.5,1\n", "missing=drop",
            "some.csv: 1 of 5 rows has"},
        {"0,1,2\n1.5,0.5,0\n2.5,1.0,1\n3.5,1.5,0\n", "label=2", NULL},
        {"0,1\n1,0\n0,0\n1,1\n", "", NULL},
        {"k,1.5\nl,2.5\nk,3.5\nl,4.5\n", "", "the first column is the class"},
        {"k,1.5\nl,2.5\nk,3.5\nl,4.5\n", "label=1", NULL},
        {"1.5,1,0,0\n2.5,0,1,0\n3.5,0,0,1\n4.5,1,0,0\n", "",
            "the last 3 columns are the class"},
        {"1.5,1,0,0,7\n2.5,0,1,0,8\n3.5,0,0,1,9\n4.5,1,0,0,6\n", "ignore=5",
            "the last 3 columns that are not ignored are the class"},
        {"x,n,y\n1,5,k\n4,6,l\n3,5,k\n1,6,l\n", "", NULL}, /* by accident */
        /* The label twice; where a value is of two classes it is not that. */
        {"x,n,y\n1,5,k\n4,6,l\n3,5,k\n2,6,l\n1,5,k\n5,6,l\n", "",
            "column 2 'n' says the same as the class: --ignore=2"},
        {"x,m,n,y\n1,0,5,k\n4,1,6,l\n3,0,5,k\n2,1,6,l\n1,0,5,k\n5,1,6,l\n", "ignore=m label=y",
            "column 3 'n' says the same as the class: --ignore=2,3"},
        {"x,n,y\n1,5,k\n4,6,l\n3,5,k\n2,6,l\n1,5,l\n5,6,l\n", "", NULL},
        {"s,x,y\nu,1,k\nv,4,l\nu,3,k\nv,2,l\nu,1,k\nv,5,l\n", "one_hot=on",
            "column 1 's' says the same as the class"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct dataset *set = read_text(cases[i].text, cases[i].words);
        ck_assert_msg(
            cases[i].says ? set->note && strstr(set->note, cases[i].says) : !set->note,
            "'%s': '%s'", cases[i].text, set->note ? set->note : "");
        dataset_release(set);
    }
}
END_TEST

/* Many rows or columns, written by a function. */
static struct dataset *read_many(
    void (*write)(FILE *out, int count), int count, const char *words, struct error *error)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    write(out, count);
    ck_assert_int_eq(fclose(out), 0);
    struct dataset *set = read_bytes(text, size, words, error);
    free(text);
    return set;
}

static void write_classes(FILE *out, int count)
{
    for (int i = 0; i < 2 * count; i++)
        (void)fprintf(out, "%d.5,c%d\n", i, i % count);
}

static void write_columns(FILE *out, int count)
{
    for (int row = 0; row < 4; row++) {
        for (int j = 0; j < count - 1; j++)
            (void)fprintf(out, "%d,", row + j);
        (void)fprintf(out, "%c\n", 'k' + row % 2);
    }
}

static void write_long_cell(FILE *out, int count)
{
    (void)fprintf(out, "1,k\n2,l\n3,\"");
    for (int i = 0; i < count; i++)
        (void)fputc('x', out);
    (void)fprintf(out, "\"\n4,k\n");
}

/* 1 to `count`, with 500 digits behind. */
static void write_long_numbers(FILE *out, int count)
{
    for (int i = 1; i <= count; i++)
        (void)fprintf(out, "%d%0500de-500,%c\n", i, 0, 'k' + i % 2);
}

START_TEST(there_are_limits_and_they_are_said)
{
    struct error error = {.text = ""};
    struct dataset *set = read_many(write_classes, 1000, "label=2", &error);
    ck_assert_ptr_nonnull(set);
    ck_assert_int_eq(set->classes, 1000);
    dataset_release(set);
    ck_assert_ptr_null(read_many(write_classes, 1001, "label=2", &error));
    ck_assert_ptr_nonnull(strstr(error.text, "column 2 has more than 1000 classes"));
    set = read_many(write_columns, DATA_INPUTS_MOST, "", &error);
    ck_assert_ptr_nonnull(set);
    ck_assert_int_eq(set->inputs, DATA_INPUTS_MOST - 1);
    dataset_release(set);
    ck_assert_ptr_null(read_many(write_columns, DATA_INPUTS_MOST + 1, "", &error));
    ck_assert_ptr_nonnull(strstr(error.text, "some.csv:1: more than 16384 columns"));
    /* A number is one however long it is. */
    set = read_many(write_long_numbers, 4, "", &error);
    ck_assert_msg(set, "%s", error.text);
    for (int i = 0; i < 4; i++)
        ck_assert_double_eq(set->values[i], i + 1);
    dataset_release(set);
    /* A cell of a megabyte is a word, and its name is cut. */
    set = read_many(write_long_cell, 1 << 20, "label=2", &error);
    ck_assert_ptr_nonnull(set);
    ck_assert_uint_lt(strlen(set->class_names[2]), HPARAM_NAME_SIZE);
    dataset_release(set);
}
END_TEST

static void write_numbers(FILE *out, int count)
{
    struct rng rng;
    rng_init(&rng, 7, RNG_DATA, 0);
    for (int i = 0; i < count; i++)
        (void)fprintf(out, "%.*ge%d,%d\n", 1 + i % 20, rng_normal(&rng), i % 600 - 300, i % 2);
}

/* What strtod makes of the same text, which is the nearest double. */
START_TEST(numbers_are_the_nearest_in_every_locale)
{
    static const char *const locales[] = {"C", "de_DE.UTF-8", "fr_FR.UTF-8", "de_DE.utf8"};
    enum { COUNT = 3000 };
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    write_numbers(out, COUNT);
    ck_assert_int_eq(fclose(out), 0);
    for (size_t k = 0; k < ARRAY_LEN(locales); k++) {
        struct error error = {.text = ""};
        const char *at = text;
        if (!setlocale(LC_NUMERIC, locales[k]))
            continue;
        struct dataset *set = read_bytes(text, size, "label=2", &error);
        (void)setlocale(LC_NUMERIC, "C");
        ck_assert_msg(set, "%s: %s", locales[k], error.text);
        for (int i = 0; i < COUNT; i++) {
            double value = strtod(at, NULL);
            ck_assert_msg(memcmp(&set->values[i], &value, sizeof value) == 0, "%.40s", at);
            at = strchr(at, '\n') + 1;
        }
        dataset_release(set);
    }
    free(text);
}
END_TEST

Suite *csv_suite(void)
{
    Suite *suite = SUITE("csv", what_is_no_text_is_said, notes_say_what_nobody_asked_for,
        there_are_limits_and_they_are_said, numbers_are_the_nearest_in_every_locale);
    TCase *tables = tcase_create("tables");
    tcase_add_loop_test(tables, what_stands_in_files_is_found, 0, (int)ARRAY_LEN(sets));
    tcase_add_loop_test(
        tables, what_is_no_table_is_said_with_its_place, 0, (int)ARRAY_LEN(wrong));
    suite_add_tcase(suite, tables);
    return suite;
}
