/* CSV (RFC 4180, also with semicolons or tabs): a sample a line, one column its label.
 *
 * The first line is a heading when it has a word where the lines below have numbers, or when it
 * names a column "label" or "class". The column of labels is, in this order
 *   - the one named "label", "class", "target" or "category";
 *   - the only one that is not all numbers;
 *   - the first, where 784 columns of bytes follow (MNIST as it goes round as CSV);
 *   - the last, if it is all whole numbers; else the first, if it is.
 * Labels that are whole numbers from 0 up stand for themselves; all others are sorted, numbers
 * before words. 784 columns of bytes beside the label are 28 x 28 pictures, anything else vectors.
 *
 * Read twice: first to learn how many lines there are and what the columns hold, then into place.
 */
#include "data/csv.h"

#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/error.h"
#include "base/memory.h"

enum { MOST_COLUMNS = 1 << 20, SNIFF_BYTES = 4096, SNIFF_LINES = 5, MOST_LABEL = 65535 };
enum { PIXELS = 784, OWN_NAMES = 256 };

/* One field without its quotes and the blanks around it. `last` ends its line. */
typedef struct field {
    const char *at;
    size_t length;
    bool quoted, last;
} field;

typedef struct column {
    bool numbers, whole, bytes; /* all of it, the heading left out */
} column;

typedef struct table {
    const char *shown;
    const char *start, *end; /* `start` is behind a byte order mark and behind the heading */
    char separator;
    locale_t plain; /* numbers have a point, whatever the user's language */
    size_t columns, rows, first_line;
    column *kinds;
    size_t label; /* the column */
} table;

/* A label: a whole number or a word. */
typedef struct mark {
    field text;
    double value; /* NaN for words */
} mark;

static field next_field(const char **cursor, const char *end, char separator)
{
    const char *at = *cursor;
    field f = {.last = true};
    while (at < end && *at == ' ')
        at++;
    f.quoted = at < end && *at == '"';
    at += f.quoted;
    f.at = at;
    while (at < end && (f.quoted ? *at != '"' || (at + 1 < end && at[1] == '"')
                                 : *at != separator && *at != '\n'))
        at += f.quoted && *at == '"' ? 2 : 1;
    f.length = (size_t)(at - f.at);
    while (at < end && *at != separator && *at != '\n')
        at++;
    while (!f.quoted && f.length > 0 && (f.at[f.length - 1] == ' ' || f.at[f.length - 1] == '\r'))
        f.length--;
    if (at < end)
        f.last = *at++ == '\n';
    *cursor = at;
    return f;
}

/* Past empty lines; false at the end of the file. */
static bool next_line(const char **cursor, const char *end, size_t *line)
{
    while (*cursor < end && (**cursor == '\n' || **cursor == '\r' || **cursor == ' ')) {
        *line += **cursor == '\n';
        ++*cursor;
    }
    return *cursor < end;
}

/* The field as a finite number. Digits alone are the common case and need no strtod. */
static bool read_number(const table *t, const field *f, double *value)
{
    unsigned whole = 0;
    size_t i = 0;
    for (; i < f->length && i < 9 && f->at[i] >= '0' && f->at[i] <= '9'; i++)
        whole = whole * 10 + (unsigned)(f->at[i] - '0');
    if (i == f->length && i > 0) {
        *value = whole;
        return true;
    }
    if (f->length == 0 || !strchr("+-.0123456789", *f->at) || memchr(f->at, 'x', f->length) ||
        memchr(f->at, 'X', f->length))
        return false;
    char *stop;
    double number = strtod_l(f->at, &stop, t->plain);
    if (stop != f->at + f->length || !isfinite(number))
        return false;
    *value = number;
    return true;
}

static char separator_of(const char *at, const char *end)
{
    size_t commas = 0, semicolons = 0, tabs = 0;
    bool quoted = false;
    for (; at < end && (quoted || *at != '\n'); at++) {
        quoted ^= *at == '"';
        commas += !quoted && *at == ',';
        semicolons += !quoted && *at == ';';
        tabs += !quoted && *at == '\t';
    }
    if (tabs > commas && tabs > semicolons)
        return '\t';
    return semicolons > commas ? ';' : ',';
}

static bool table_begin(table *t, const char *shown, const uint8_t *bytes, size_t size)
{
    *t = (table){.shown = shown, .start = (const char *)bytes, .end = (const char *)bytes + size};
    if (size >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0)
        t->start += 3;
    t->separator = separator_of(t->start, t->end);
    t->plain = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    return t->plain != (locale_t)0;
}

static void table_end(table *t)
{
    if (t->plain)
        freelocale(t->plain);
    ink__free(t->kinds);
}

bool ink__csv_recognise(const uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < size && i < SNIFF_BYTES; i++)
        if ((bytes[i] < ' ' && !strchr("\t\n\r", bytes[i])) || bytes[i] == 0 || bytes[i] == 127)
            return false;
    table t;
    size_t columns = 0, numbers = 0, line = 0, lines = 0;
    bool even = size > 0 && table_begin(&t, "", bytes, size);
    if (!even)
        return false;
    const char *at = t.start;
    for (; even && lines < SNIFF_LINES && next_line(&at, t.end, &line); lines++) {
        size_t found = 0;
        double value;
        field f = {.last = false};
        for (numbers = 0; !f.last; found++) {
            f = next_field(&at, t.end, t.separator);
            numbers += read_number(&t, &f, &value);
        }
        even = lines == 0 || found == columns;
        columns = found;
    }
    table_end(&t);
    return even && columns >= 2 && numbers > 0;
}

static ink_status wrong_number(const table *t, size_t line, size_t at, const field *f,
                               ink_error *err)
{
    return ink__fail(err, INK_EFORMAT, "%.200s, line %zu, column %zu: \"%.*s\" is no number",
                     t->shown, line, at + 1, (int)(f->length < 40 ? f->length : 40), f->at);
}

/* One line into the knowledge of the columns. */
static ink_status learn_line(table *t, const char **at, size_t line, ink_error *err)
{
    size_t i = 0;
    field f = {.last = false};
    for (; !f.last; i++) {
        double value = 0;
        f = next_field(at, t->end, t->separator);
        if (i >= t->columns)
            continue;
        column *c = &t->kinds[i];
        c->numbers = c->numbers && read_number(t, &f, &value);
        c->whole = c->numbers && c->whole && value == floor(value) && fabs(value) <= MOST_LABEL;
        c->bytes = c->whole && c->bytes && value >= 0 && value <= 255;
    }
    if (i == t->columns)
        return INK_OK;
    return ink__fail(err, INK_EFORMAT, "%.200s, line %zu has %zu columns, where %zu were expected",
                     t->shown, line, i, t->columns);
}

static bool names_labels(const field *f)
{
    static const char *const names[] = {"label", "class", "target", "category"};
    for (size_t i = 0; i < 4; i++)
        if (strlen(names[i]) == f->length && strncasecmp(names[i], f->at, f->length) == 0)
            return true;
    return false;
}

/* Is the first line a heading? Its words are compared with what the columns hold below; *named is
 * the column it calls the label. */
static bool is_heading(const table *t, const char *first, size_t *named)
{
    bool heading = false;
    field f = {.last = false};
    for (size_t i = 0; !f.last; i++) {
        double value;
        f = next_field(&first, t->end, t->separator);
        if (names_labels(&f) && *named == SIZE_MAX)
            *named = i;
        heading = heading || (t->kinds[i].numbers && !read_number(t, &f, &value));
    }
    return heading || *named != SIZE_MAX;
}

static ink_status choose_label(table *t, size_t named, ink_error *err)
{
    size_t words = 0, bytes = 0, word = 0, last = t->columns - 1;
    for (size_t i = 0; i < t->columns; i++) {
        words += !t->kinds[i].numbers;
        word = t->kinds[i].numbers ? word : i;
        bytes += i > 0 && t->kinds[i].bytes;
    }
    if (named != SIZE_MAX)
        t->label = named;
    else if (words == 1)
        t->label = word;
    else if (t->columns == PIXELS + 1 && bytes == PIXELS && t->kinds[0].whole)
        t->label = 0;
    else if (t->kinds[last].whole || words > 0)
        t->label = last;
    else if (t->kinds[0].whole)
        t->label = 0;
    else
        return ink__fail(err, INK_EFORMAT,
                         "%.200s has no column of labels: the first and the last hold fractions; "
                         "name one \"label\" in a first line",
                         t->shown);
    return INK_OK;
}

static ink_status learn(table *t, ink_error *err)
{
    const char *at = t->start, *first, *second;
    size_t line = 1, named = SIZE_MAX;
    if (!next_line(&at, t->end, &line))
        return ink__fail(err, INK_EFORMAT, "%.200s is empty", t->shown);
    first = at;
    for (field f = {.last = false}; !f.last; t->columns++)
        f = next_field(&at, t->end, t->separator);
    if (t->columns < 2 || t->columns > MOST_COLUMNS)
        return ink__fail(err, INK_EFORMAT,
                         "%.200s has %zu columns, where a label and 1 to %d numbers were expected",
                         t->shown, t->columns, (int)MOST_COLUMNS - 1);
    t->kinds = ink__alloc(t->columns, sizeof *t->kinds, err);
    if (!t->kinds)
        return INK_ENOMEM;
    for (size_t i = 0; i < t->columns; i++)
        t->kinds[i] = (column){true, true, true};
    second = at;
    for (size_t below = line + 1; next_line(&at, t->end, &below); below++, t->rows++)
        if (learn_line(t, &at, below, err) != INK_OK)
            return INK_EFORMAT;
    if (t->rows > 0 && is_heading(t, first, &named)) {
        t->start = second;
        t->first_line = line + 1;
        return choose_label(t, named, err);
    }
    t->start = first;
    t->first_line = line;
    t->rows++;
    ink_status status = learn_line(t, &first, line, err);
    return status == INK_OK ? choose_label(t, named, err) : status;
}

/* Values into `pixels` or `values`, labels into `marks`. */
static ink_status fill(const table *t, uint8_t *pixels, float *values, mark *marks, ink_error *err)
{
    const char *at = t->start;
    size_t line = t->first_line, next = 0;
    for (size_t row = 0; row < t->rows && next_line(&at, t->end, &line); row++, line++)
        for (size_t i = 0; i < t->columns; i++) {
            double value = (double)NAN;
            field f = next_field(&at, t->end, t->separator);
            bool number = read_number(t, &f, &value);
            if (i == t->label) {
                bool whole = number && value == floor(value) && fabs(value) <= MOST_LABEL;
                marks[row] = (mark){f, whole ? value : (double)NAN};
            } else if (!number || !isfinite((float)value)) {
                return wrong_number(t, line, i, &f, err);
            } else if (pixels) {
                pixels[next++] = (uint8_t)value;
            } else {
                values[next++] = (float)value;
            }
        }
    return INK_OK;
}

static int compare_marks(const void *a, const void *b)
{
    const mark *x = a, *y = b;
    bool number_x = !isnan(x->value), number_y = !isnan(y->value);
    if (number_x != number_y)
        return number_x ? -1 : 1;
    if (number_x)
        return (x->value > y->value) - (x->value < y->value);
    size_t shorter = x->text.length < y->text.length ? x->text.length : y->text.length;
    int order = memcmp(x->text.at, y->text.at, shorter);
    return order ? order : (x->text.length > y->text.length) - (x->text.length < y->text.length);
}

/* The different labels, sorted, in fresh memory. */
static mark *distinct(const mark *marks, size_t rows, size_t *count, ink_error *err)
{
    mark *sorted = ink__alloc(rows, sizeof *sorted, err);
    size_t kept = 0;
    if (!sorted)
        return NULL;
    memcpy(sorted, marks, rows * sizeof *sorted);
    qsort(sorted, rows, sizeof *sorted, compare_marks);
    for (size_t i = 0; i < rows; i++)
        if (kept == 0 || compare_marks(&sorted[kept - 1], &sorted[i]) != 0)
            sorted[kept++] = sorted[i];
    *count = kept;
    return sorted;
}

static ink_status name_class(ink_dataset *set, int k, const mark *m, ink_error *err)
{
    char text[128];
    size_t length = m->text.length < sizeof text - 1 ? m->text.length : sizeof text - 1, used = 0;
    if (!isnan(m->value)) {
        snprintf(text, sizeof text, "%.0f", m->value);
        return ink__dataset_name_class(set, k, text, err);
    }
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)m->text.at[i];
        text[used++] = c < ' ' || c == 127 ? '?' : (char)c;
        i += m->text.quoted && c == '"'; /* a quote is written twice */
    }
    text[used] = '\0';
    return ink__dataset_name_class(set, k, used ? text : "(none)", err);
}

/* Takes the samples and gives them labels and names. */
static ink_dataset *make_set(const table *t, uint8_t *pixels, float *values, const mark *marks,
                             ink_error *err)
{
    size_t count = 0;
    mark *known = distinct(marks, t->rows, &count, err);
    int32_t *labels = known ? ink__alloc(t->rows, sizeof *labels, err) : NULL;
    if (!labels) {
        ink__free(known);
        ink__free(pixels);
        ink__free(values);
        return NULL;
    }
    double last = known[count - 1].value; /* NaN when there is a word */
    bool themselves = known[0].value == 0 && last < OWN_NAMES;
    size_t classes = themselves ? (size_t)last + 1 : count;
    for (size_t i = 0; i < t->rows; i++) {
        const mark *m = bsearch(&marks[i], known, count, sizeof *known, compare_marks);
        labels[i] = themselves ? (int32_t)m->value : (int32_t)(m - known);
    }
    int side = pixels ? 28 : 1, width = pixels ? 28 : (int)t->columns - 1;
    ink_dataset *set = ink__dataset_adopt(t->shown, t->rows, side, width, 1,
                                          classes < INT32_MAX ? (int)classes : INT32_MAX, pixels,
                                          values, labels, err);
    for (size_t k = 0; set && !themselves && k < classes; k++)
        if (name_class(set, (int)k, &known[k], err) != INK_OK) {
            ink_dataset_free(set);
            set = NULL;
        }
    ink__free(known);
    return set;
}

/* 784 columns of bytes beside the label. */
static bool holds_pictures(const table *t)
{
    size_t bytes = 0;
    for (size_t i = 0; i < t->columns; i++)
        bytes += i != t->label && t->kinds[i].bytes;
    return t->columns == PIXELS + 1 && bytes == PIXELS;
}

static ink_dataset *read_table(table *t, ink_error *err)
{
    if (learn(t, err) != INK_OK)
        return NULL;
    uint8_t *pixels = NULL;
    float *values = NULL;
    mark *marks = ink__alloc(t->rows, sizeof *marks, err);
    if (marks && holds_pictures(t))
        pixels = ink__alloc(t->rows, PIXELS, err);
    else if (marks)
        values = ink__alloc(t->rows, (t->columns - 1) * sizeof *values, err);
    ink_dataset *set = NULL;
    if ((pixels || values) && fill(t, pixels, values, marks, err) == INK_OK) {
        set = make_set(t, pixels, values, marks, err);
    } else {
        ink__free(pixels);
        ink__free(values);
    }
    ink__free(marks);
    return set;
}

ink_status ink__csv_add(ink__gather *gather, ink__file *file, ink_error *err)
{
    table t;
    if (!table_begin(&t, file->shown, file->bytes, file->size)) {
        table_end(&t);
        return ink__fail(err, INK_ENOMEM, "out of memory: %.300s cannot be read", file->shown);
    }
    ink_dataset *set = read_table(&t, err);
    table_end(&t);
    return set ? ink__gather_add(gather, file, false, set, err) : INK_EFORMAT;
}
