"""Whether two pictures show the same."""

import base64
import io

import numpy as np
from PIL import Image
from scipy.ndimage import maximum_filter, minimum_filter


def look_alike(one, other):
    """Whether two PNGs, in base64, are the same up to the soft edge of a line.

    Bytes are too strict: they depend on the machine that compressed them, and the last bits
    of a number, which another CPU changes, can move a line by a fraction of a pixel. So each
    pixel of either picture must lie between the darkest and the lightest of the nine around
    its place in the other. Another digit on an axis, or a line that moved, does not.
    """
    if one == other:
        return True
    a, b = pixels(one), pixels(other)
    return a.shape == b.shape and lies_within(a, b) and lies_within(b, a)


def lies_within(a, b, slack=0.05):
    nine = (3, 3, 1)
    lightest, darkest = maximum_filter(b, nine), minimum_filter(b, nine)
    return bool(np.all((darkest - slack <= a) & (a <= lightest + slack)))


def pixels(png):
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(png))).convert("RGBA")) / 255
