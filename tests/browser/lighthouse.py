"""Lighthouse's four marks for pages of the built book, served as books are: compressed.

    make lighthouse                     three pages
    make lighthouse PAGES=book/tanh     this one

Lighthouse comes from npm in a pinned version, into npm's cache.  All marks but performance, which
depends on the machine, must be 100; what costs points is named.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from shutil import which
from tempfile import TemporaryDirectory

from browser.reading import FLAGS
from browser.serving import serve

BUILT = Path(__file__).resolve().parent.parent.parent / "_build" / "html"
PACKAGE = "lighthouse@12.2.3"  # the newest that Node 18 and 20 can run
PAGES = ["book/index", "book/tanh", "book/softmax"]
MARKS = ["performance", "accessibility", "best-practices", "seo"]


def rate(address):
    """Return Lighthouse's report; Chromium runs in a folder that is gone afterwards."""
    flags = " ".join(flag for flag in ["--headless=new", *FLAGS] if " " not in flag)
    with TemporaryDirectory() as folder:
        result = subprocess.run(
            ["npx", "--yes", PACKAGE, address, "--output=json", f"--chrome-flags={flags}"],
            cwd=folder,
            env=os.environ | {"CHROME_PATH": which("chromium") or which("google-chrome") or ""},
            capture_output=True,
            encoding="utf-8",
        )
    if result.returncode:
        sys.exit(f"Lighthouse failed:\n{result.stderr}")
    return json.loads(result.stdout)


def lost(report, mark):
    """What costs points, and where."""
    for part in report["categories"][mark]["auditRefs"]:
        audit = report["audits"][part["id"]]
        if part["weight"] and audit["score"] not in (None, 1):
            items = audit.get("details", {}).get("items", [])
            yield f"    {mark}: {audit['title']} {json.dumps(items[:3])[:300]}"


def main(names):
    short = False
    with serve(BUILT) as site:
        for name in names:
            report = rate(f"{site}{name}.html")
            marks = {mark: round(100 * report["categories"][mark]["score"]) for mark in MARKS}
            print(name, ", ".join(f"{mark} {points}" for mark, points in marks.items()))
            for mark, points in marks.items():
                if points < 100:
                    print(*lost(report, mark), sep="\n")
                    short = short or mark != "performance"
    return int(short)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or PAGES))
