"""The book as one PDF: a bookmark for every page, numbered sheets, and links that stay inside."""

import io

from pypdf import PdfReader

from browser.paper import bind

NAMES = ["book/linear", "book/further-reading", "book/references"]
TITLES = ["Linear: no activation at all", "Further reading", "References"]


def test_pages_are_bound_into_one_file(reader, site):
    paper = io.BytesIO()
    bind(reader, site, NAMES).write(paper)
    pdf = PdfReader(paper)
    bookmarks = [entry for entry in pdf.outline if not isinstance(entry, list)]
    assert [bookmark.title for bookmark in bookmarks] == TITLES
    starts = [pdf.get_destination_page_number(bookmark) for bookmark in bookmarks]
    assert starts[0] == 0 and starts == sorted(set(starts))
    for title, start in zip(TITLES, starts, strict=True):
        assert title in " ".join(pdf.pages[start].extract_text().split())
    for number, sheet in enumerate(pdf.pages, 1):
        words = sheet.extract_text().split()
        assert str(number) in (words[0], words[-1]), "each sheet has its number"
    links = [link.get_object() for sheet in pdf.pages for link in sheet.get("/Annots", ())]
    assert not [link for link in links if site in str(link.get("/A"))]
    sheets = [sheet.indirect_reference for sheet in pdf.pages]
    first = [link.get_object() for sheet in pdf.pages[: starts[1]] for link in sheet["/Annots"]]
    inside = [sheets.index(link["/Dest"][0]) for link in first if "/Dest" in link]
    assert set(starts[1:]) & set(inside), "links lead to other pages of the book"
