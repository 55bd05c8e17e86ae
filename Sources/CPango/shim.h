#ifndef DAYBOOK_CPANGO_SHIM_H
#define DAYBOOK_CPANGO_SHIM_H

#include <cairo/cairo-pdf.h>
#include <stddef.h>

/*
 * What is used of Pango is declared here. Its own headers are found only with flags of pkg-config that Swift's package
 * manager warns of (-pthread), and are many. A test compiles these declarations together with Pango's headers, so that
 * the compiler compares them (CPANGO_CHECK).
 */
#ifndef CPANGO_CHECK
typedef struct _PangoFontMap PangoFontMap;
typedef struct _PangoCairoFontMap PangoCairoFontMap;
typedef struct _PangoFontFamily PangoFontFamily;
typedef struct _PangoContext PangoContext;
typedef struct _PangoLanguage PangoLanguage;
typedef struct _PangoFontDescription PangoFontDescription;
typedef struct _PangoLayout PangoLayout;
typedef struct _PangoLayoutIter PangoLayoutIter;
typedef struct _PangoLayoutLine PangoLayoutLine;
typedef struct _PangoAttribute PangoAttribute;
typedef struct _PangoAttrList PangoAttrList;
typedef struct _PangoRectangle {
    int x, y, width, height;
} PangoRectangle;
typedef unsigned int PangoDirection;
typedef unsigned int PangoWrapMode;
typedef unsigned int PangoAlignment;
typedef unsigned int PangoEllipsizeMode;
typedef int gboolean;
typedef void *gpointer;
#endif

enum {
    cpango_ltr = 0,
    cpango_rtl = 1,
    cpango_wrap_word_char = 2,
    cpango_ellipsize_end = 3,
    cpango_left = 0,
    cpango_center = 1,
    cpango_right = 2,
    cpango_scale = 1024
};

void g_object_unref(gpointer object);
void g_free(gpointer memory);
PangoFontMap *pango_cairo_font_map_new(void);
void pango_cairo_font_map_set_resolution(PangoCairoFontMap *map, double dpi);
void pango_font_map_list_families(PangoFontMap *map, PangoFontFamily ***families, int *count);
PangoContext *pango_font_map_create_context(PangoFontMap *map);
void pango_cairo_context_set_font_options(PangoContext *context, const cairo_font_options_t *options);
void pango_context_set_round_glyph_positions(PangoContext *context, gboolean round);
void pango_context_set_language(PangoContext *context, PangoLanguage *language);
void pango_context_set_base_dir(PangoContext *context, PangoDirection direction);
PangoLanguage *pango_language_from_string(const char *language);
PangoDirection pango_find_base_dir(const char *text, int length);
PangoFontDescription *pango_font_description_from_string(const char *text);
void pango_font_description_free(PangoFontDescription *description);
PangoLayout *pango_layout_new(PangoContext *context);
void pango_layout_set_font_description(PangoLayout *layout, const PangoFontDescription *description);
void pango_layout_set_text(PangoLayout *layout, const char *text, int length);
void pango_layout_set_width(PangoLayout *layout, int width);
void pango_layout_set_wrap(PangoLayout *layout, PangoWrapMode wrap);
void pango_layout_set_ellipsize(PangoLayout *layout, PangoEllipsizeMode mode);
void pango_layout_set_alignment(PangoLayout *layout, PangoAlignment alignment);
void pango_layout_set_attributes(PangoLayout *layout, PangoAttrList *attributes);
PangoAttrList *pango_attr_list_new(void);
void pango_attr_list_insert(PangoAttrList *attributes, PangoAttribute *attribute);
void pango_attr_list_unref(PangoAttrList *attributes);
PangoAttribute *pango_attr_insert_hyphens_new(gboolean insert);
void pango_layout_get_size(PangoLayout *layout, int *width, int *height);
int pango_layout_get_line_count(PangoLayout *layout);
int pango_layout_get_unknown_glyphs_count(PangoLayout *layout);
PangoLayoutIter *pango_layout_get_iter(PangoLayout *layout);
void pango_layout_iter_free(PangoLayoutIter *iter);
gboolean pango_layout_iter_next_line(PangoLayoutIter *iter);
int pango_layout_iter_get_baseline(PangoLayoutIter *iter);
void pango_layout_iter_get_line_extents(PangoLayoutIter *iter, PangoRectangle *ink, PangoRectangle *logical);
void pango_layout_iter_get_line_yrange(PangoLayoutIter *iter, int *top, int *bottom);
PangoLayoutLine *pango_layout_iter_get_line_readonly(PangoLayoutIter *iter);
void pango_cairo_show_layout(cairo_t *context, PangoLayout *layout);
void pango_cairo_show_layout_line(cairo_t *context, PangoLayoutLine *line);

/* Takes bytes of a document; 0 when all were taken. */
typedef int (*cpango_take)(void *context, const unsigned char *bytes, unsigned int count);

struct cpango_output {
    cpango_take take;
    void *context;
};

static inline cairo_status_t cpango_write(void *closure, const unsigned char *bytes, unsigned int count) {
    struct cpango_output *output = (struct cpango_output *)closure;
    return output->take(output->context, bytes, count) == 0 ? CAIRO_STATUS_SUCCESS : CAIRO_STATUS_WRITE_ERROR;
}

/* `output` has to live until the surface is finished. */
static inline cairo_surface_t *cpango_pdf(struct cpango_output *output, double width, double height) {
    return cairo_pdf_surface_create_for_stream(cpango_write, output, width, height);
}

/* How many families of fonts there are. */
static inline int cpango_families(PangoFontMap *map) {
    PangoFontFamily **families = NULL;
    int count = 0;
    pango_font_map_list_families(map, &families, &count);
    g_free(families);
    return count;
}

static inline PangoFontMap *cpango_new_map(void) {
    PangoFontMap *map = pango_cairo_font_map_new();
    /* One unit is one point. */
    if (map) pango_cairo_font_map_set_resolution((PangoCairoFontMap *)map, 72);
    return map;
}

/* Words that are longer than a line are broken without a hyphen, which would look like a part of a code. */
static inline void cpango_break_plainly(PangoLayout *layout) {
    PangoAttrList *attributes = pango_attr_list_new();
    pango_attr_list_insert(attributes, pango_attr_insert_hyphens_new(0));
    pango_layout_set_attributes(layout, attributes);
    pango_attr_list_unref(attributes);
}

/* A context that lays out by the outlines of a font, not by the pixels of a screen. */
static inline PangoContext *cpango_new_context(PangoFontMap *map) {
    PangoContext *context = pango_font_map_create_context(map);
    cairo_font_options_t *options = cairo_font_options_create();
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
    pango_cairo_context_set_font_options(context, options);
    cairo_font_options_destroy(options);
    pango_context_set_round_glyph_positions(context, 0);
    return context;
}

#endif
