"""The built book in a real browser: what a reader does with it, and what a browser notices.

`make test-browser` builds the book and runs these tests; `make test` leaves them out.  While
working on a page, build it once, and let the tests take what is built:

    make book
    BOOK=_build/html .venv/bin/python -m pytest tests/browser -k tanh

A test asks for `page`, a tab in which nothing may go wrong unnoticed, or for `reader`, who opens
as many as are needed; `site` is the book's address on a server, `folder` that of its files.
"""
