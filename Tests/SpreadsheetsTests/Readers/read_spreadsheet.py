"""Reads a spreadsheet with openpyxl, an implementation that is not ours, and writes all of it as JSON."""

import datetime
import json
import sys

import openpyxl


def plain(value):
    if isinstance(value, (datetime.datetime, datetime.date)):
        return value.isoformat()
    return value


book = openpyxl.load_workbook(sys.argv[1])
properties = book.properties
sheets = []
for sheet in book.worksheets:
    rows = []
    for row in sheet.iter_rows():
        rows.append([
            {
                "value": plain(cell.value),
                "type": cell.data_type,
                "format": cell.number_format,
                "bold": bool(cell.font.b),
                "align": cell.alignment.horizontal or "",
                "wrap": bool(cell.alignment.wrap_text),
                "link": cell.hyperlink.target if cell.hyperlink else None,
            }
            for cell in row
        ])
    sheets.append({
        "name": sheet.title,
        "rows": rows,
        "frozen": sheet.freeze_panes or "",
        "filter": sheet.auto_filter.ref or "",
        "rightToLeft": bool(sheet.sheet_view.rightToLeft),
        "widths": {key: value.width for key, value in sheet.column_dimensions.items()},
    })
json.dump(
    {
        "title": properties.title,
        "author": properties.creator,
        "subject": properties.subject,
        "created": properties.created.isoformat(),
        "sheets": sheets,
    },
    sys.stdout,
)
