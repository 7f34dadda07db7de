"""The Python that runs inside the page, beside minigrad: the live cells and the laboratory.

Pure Python, as Pyodide brings no NumPy.  book/_ext/live.py packs this folder for the page, and
book/_static/live/worker.js calls it, by `answer` only, and first has `freeing` prepare the engine.
"""

import json
from collections.abc import Callable
from importlib import import_module


def answer(request: str, post: Callable[[str], None]) -> None:
    """Do what the page asks: call a function of a module here, and post what it emits.

    Args:
        request: in JSON, the ``module``, the ``function`` and its ``arguments`` by name.
        post: takes each message back to the page, in JSON.
    """
    asked = json.loads(request)
    function = getattr(import_module(f"in_page.{asked['module']}"), asked["function"])
    function(lambda **message: post(json.dumps(message)), **asked["arguments"])
