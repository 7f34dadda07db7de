"""The comparison of figures forgives the last bits of a number, and nothing a reader sees."""

import base64
import io

import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image

from pictures import look_alike, pixels

X = np.linspace(-6, 6, 200)


def draw(change=0.0, *, label="0.3", color="C0", width=4, band=0.15):
    figure = Figure(figsize=(width, 3), dpi=100)
    axes = figure.subplots()
    axes.plot(X, np.tanh(X) + change, color=color)
    axes.axvspan(2, 4, alpha=band)
    axes.set_title(f"a peak of {label}")
    return save(lambda file: figure.savefig(file, format="png"))


def save(write):
    file = io.BytesIO()
    write(file)
    return base64.b64encode(file.getvalue()).decode()


def test_the_same_pixels_in_other_bytes_look_alike():
    image = Image.fromarray((pixels(draw()) * 255).round().astype(np.uint8))
    other = save(lambda file: image.save(file, "PNG", compress_level=1))
    assert other != draw()
    assert look_alike(draw(), other)


@pytest.mark.parametrize("change", [1e-15, 1e-6, 1e-4])
def test_the_last_bits_look_alike(change):
    noise = np.random.default_rng(0).uniform(-change, change, X.shape)
    assert look_alike(draw(), draw(noise))


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"label": "0.8"}, id="another digit"),
        pytest.param({"label": "0.31"}, id="one more digit"),
        pytest.param({"change": 0.05 * (X > 0)}, id="half of a line moved"),
        pytest.param({"change": np.where(X > 5, np.nan, 0)}, id="a line ends early"),
        pytest.param({"change": np.tanh(1.2 * X) - np.tanh(X)}, id="another slope"),
        pytest.param({"color": "C1"}, id="another color"),
        pytest.param({"band": 0}, id="no pale band"),
        pytest.param({"width": 4.1}, id="another size"),
    ],
)
def test_what_a_reader_sees_does_not(change):
    assert not look_alike(draw(), draw(**change))
