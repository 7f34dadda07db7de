"""A page comes quickly on a slow line; bytes are counted as they travel, compressed."""

from contents import pages

FIRST, NEXT = 1_200_000, 150_000
# All that a page is made of, and what of it was not there from the page before.
BYTES = """() => {
    const all = ["navigation", "resource"].flatMap(kind => performance.getEntriesByType(kind));
    const sum = field => all.reduce((total, each) => total + each[field], 0);
    return [sum("encodedBodySize"), sum("transferSize")];
}"""


def test_pages_are_light(reader, site):
    page, heavy = reader.open(f"{site}{pages()[0]}.html"), []
    for name in pages():
        page.goto(f"{site}{name}.html")
        whole, more = page.evaluate(BYTES)
        print(f"{name}: {whole / 1000:.0f} kB, after another page {more / 1000:.0f} kB")
        if whole > FIRST:
            heavy.append(f"{name}: {whole} bytes on the first visit, more than {FIRST}")
        if more > NEXT:
            heavy.append(f"{name}: {more} bytes after another page, more than {NEXT}")
    assert not heavy, "\n".join(heavy)


def test_bytes_are_counted(page, site):
    page.goto(f"{site}book/index.html")
    whole, more = page.evaluate(BYTES)
    assert more > whole > 100_000, "a first visit fetches all of it, and headers"
    page.evaluate("async () => (await fetch('../_static/mathjax/tex-svg.js?again')).text()")
    assert page.evaluate(BYTES)[0] > whole + 500_000, "and this is one file more"
