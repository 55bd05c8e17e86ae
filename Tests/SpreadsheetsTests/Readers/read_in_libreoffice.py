"""Opens a spreadsheet in LibreOffice, and writes the cells that it has then as JSON.

LibreOffice saves it as a flat OpenDocument file, where each cell has its type, its value and what is shown.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as xml

SPACES = {
    "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
    "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
    "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
    "xlink": "http://www.w3.org/1999/xlink",
}


# A truth is a number in earlier releases, and one of its own kind in others.
VALUES = ["date-value", "value", "boolean-value"]


def name(prefixed):
    prefix, local = prefixed.split(":")
    return "{%s}%s" % (SPACES[prefix], local)


def converted(path, scratch):
    command = [
        "soffice", "-env:UserInstallation=file://%s/profile" % scratch, "--headless", "--norestore",
        "--convert-to", "fods", "--outdir", scratch, path,
    ]
    program = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    )
    try:
        said, _ = program.communicate(timeout=180)
    except subprocess.TimeoutExpired:
        os.killpg(program.pid, signal.SIGKILL)
        raise
    document = os.path.join(scratch, os.path.splitext(os.path.basename(path))[0] + ".fods")
    if not os.path.exists(document):
        sys.exit("LibreOffice opened nothing: %s" % said)
    return document


def text(element):
    parts = [element.text or ""]
    for child in element:
        if child.tag == name("text:s"):
            parts.append(" " * int(child.get(name("text:c"), "1")))
        elif child.tag == name("text:tab"):
            parts.append("\t")
        elif child.tag == name("text:line-break"):
            parts.append("\n")
        else:
            parts.append(text(child))
        parts.append(child.tail or "")
    return "".join(parts)


def cell(element):
    kind = element.get(name("office:value-type"))
    if kind is None:
        return None
    link = element.find(".//text:a", SPACES)
    return {
        "type": kind,
        "value": next((element.get(name("office:" + key)) for key in VALUES if element.get(name("office:" + key))), None),
        "currency": element.get(name("office:currency")),
        "shown": "\n".join(text(line) for line in element.findall("text:p", SPACES)),
        "formula": element.get(name("table:formula")),
        "link": None if link is None else link.get(name("xlink:href")),
    }


def trimmed(values, is_empty):
    while values and is_empty(values[-1]):
        values.pop()
    return values


def cells(row):
    found = []
    for element in row:
        if element.tag == name("table:table-cell"):
            one = cell(element)
            # What fills a row up to its end is one cell that is repeated.
            count = int(element.get(name("table:number-columns-repeated"), "1"))
            found += [one] * (count if one or count < 1000 else 0)
    return trimmed(found, lambda one: one is None)


def rows(table):
    found = []
    for row in table.iter(name("table:table-row")):
        one = cells(row)
        count = int(row.get(name("table:number-rows-repeated"), "1"))
        found += [one] * (count if one or count < 1000 else 0)
    return trimmed(found, lambda one: not one)


with tempfile.TemporaryDirectory() as scratch:
    document = xml.parse(converted(os.path.abspath(sys.argv[1]), scratch))
    sheets = [
        {"name": table.get(name("table:name")), "rows": rows(table)}
        for table in document.iter(name("table:table"))
    ]
json.dump({"sheets": sheets}, sys.stdout)
