"""What the chapter *Leaky and parametric ReLU* measures again."""

from experiments.tables import load
from reproduced.result import Result

RESULTS = [
    Result(
        "Slope that PReLU learns in the first layer, one for all its units",
        "he2015",
        0.681,
        lambda: load("prelu_by_layer").query("epoch == 20 and layer == 1").set_index("seed").alpha,
        "leaky-relu.ipynb#prelu-learns-its-slope",
        why="theirs is the first of 14 layers, convolutional and trained on photographs, ours the "
        "first of four fully connected ones, on digits",
    ),
]
