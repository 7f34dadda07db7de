"""The book as one PDF: every page as Chromium prints it, with bookmarks and page numbers."""

from io import BytesIO

import yaml
from playwright.sync_api import sync_playwright
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, FloatObject, NameObject

from browser.reading import Reader, chromium
from contents import pages
from execute import ROOT

TITLE = """head => [...head.childNodes]
    .filter(each => !each.matches?.(".headerlink, .section-number"))
    .map(each => each.textContent).join("").trim()"""
MARGIN = dict.fromkeys(("top", "bottom", "left", "right"), "2cm")
NUMBERED = """html {{ counter-reset: page {before} }}
@page {{ @bottom-center {{ content: counter(page) }} }}"""


def bind(reader, home, names):
    """Print these pages of the book at this address, one after the other."""
    writer, places, origins = PdfWriter(), {}, []
    for name in names:
        address, before = f"{home}{name}.html", len(writer.pages)
        title, pdf = printing(reader, address, before)
        printed = PdfReader(BytesIO(pdf))
        places[address] = before, 0, printed.pages[0].mediabox.top
        for place, there in printed.named_destinations.items():
            number = before + printed.get_destination_page_number(there)
            places[f"{address}#{place.lstrip('/')}"] = number, there.left, there.top
        # Chromium's own bookmarks lose the space at which a heading breaks.
        writer.append(printed, outline_item=title, import_outline=False)
        origins += [address] * len(printed.pages)
    for page, address in zip(writer.pages, origins, strict=True):
        relink(writer, page, home, address, places)
    return writer


def printing(reader, address, before):
    """The title and the PDF of one page of the book, in front of which so many sheets lie."""
    page = reader.open(address)
    page.add_style_tag(content=NUMBERED.format(before=before))
    title = page.locator("h1").first.evaluate(TITLE)
    pdf = page.pdf(format="A4", margin=MARGIN)
    reader.close()
    return title, pdf


def relink(writer, page, home, address, places):
    """Lead links to the book's pages to their place in this file; drop those to its other files."""
    kept = ArrayObject()
    for entry in page.get("/Annots", ()):
        link = entry.get_object()
        target = link.get("/A", {}).get("/URI") or f"{address}#{link.get('/Dest', '/')[1:]}"
        if target.startswith(home):
            place = places.get(target) or places.get(target.partition("#")[0])
            if not place:
                continue
            number, left, top = place
            link.pop("/A", None)
            sheet = writer.pages[number].indirect_reference
            spot = NameObject("/XYZ"), FloatObject(left), FloatObject(top), FloatObject(0)
            link[NameObject("/Dest")] = ArrayObject([sheet, *spot])
        kept.append(entry)
    page[NameObject("/Annots")] = kept


def main():
    built, out = ROOT / "_build" / "html", ROOT / "_build" / "book.pdf"
    home = f"{built.as_uri()}/"
    with sync_playwright() as playwright, chromium(playwright) as browser:
        writer = bind(Reader(browser, (home,)), home, pages())
    title = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))["title"]
    writer.add_metadata({"/Title": title})
    writer.write(out)
    print(f"{len(writer.pages)} sheets: {out}")


if __name__ == "__main__":
    main()
