#ifndef DAYBOOK_CXLSXWRITER_SHIM_H
#define DAYBOOK_CXLSXWRITER_SHIM_H

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>
#include <xlsxwriter.h>

/* The file that the rows of a sheet go to is not for the children of this process. */
static inline void cxlsx_close_in_children(lxw_worksheet *sheet) {
    if (sheet->optimize_tmpfile) fcntl(fileno(sheet->optimize_tmpfile), F_SETFD, FD_CLOEXEC);
}

/* Whether all rows so far could be written to that file; the library does not look. */
static inline int cxlsx_is_sound(lxw_worksheet *sheet) {
    return !sheet->optimize_tmpfile || !ferror(sheet->optimize_tmpfile);
}

/* Writes the last row, which the library keeps until the next one, and says how long the file is; negative: failed. */
static inline long cxlsx_finish_rows(lxw_worksheet *sheet) {
    lxw_worksheet_write_single_row(sheet);
    if (fflush(sheet->optimize_tmpfile) != 0 || ferror(sheet->optimize_tmpfile)) return -1;
    return ftell(sheet->optimize_tmpfile);
}

/* Frees a workbook that nobody wants any more. The library would leave the files of its rows open. */
static inline void cxlsx_discard(lxw_workbook *workbook) {
    lxw_worksheet *sheet;
    STAILQ_FOREACH(sheet, workbook->worksheets, list_pointers) {
        if (sheet->optimize_tmpfile) fclose(sheet->optimize_tmpfile);
        sheet->optimize_tmpfile = NULL;
        sheet->file = NULL;
    }
    lxw_workbook_free(workbook);
}

#endif
