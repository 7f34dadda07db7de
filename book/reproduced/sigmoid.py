"""What the chapter *Sigmoid and saturation* measures again."""

from experiments.tables import load
from reproduced.result import Result


def nielsen(hidden_layers, layer):
    """Return the norms of the mean δ at one layer, one for each network."""
    rows = f"biases == 'normal' and hidden_layers == {hidden_layers} and layer == {layer}"
    return load("nielsen").query(rows).set_index("seed").norm


def top_sigmoid_layer(epoch):
    """Return the mean activation of the fourth of four sigmoid layers, one for each network."""
    rows = f"pixels == 'around 0' and epoch == {epoch}"
    return load("sigmoid_saturation").query(rows).set_index("seed").mean_4


def sigmoid_escapes():
    """Return after how many epochs each network with four sigmoid layers begins to learn."""
    return (
        load("sigmoid_saturation")
        .query("pixels == 'around 0' and loss < 2")
        .groupby("seed")
        .epoch.min()
    )


def sigmoid_rescued(kind):
    """Return the test accuracy of networks with four hidden layers, in percent."""
    rows = f"kind == '{kind}' and depth == 4"
    return 100 * load("sigmoid_rescued").query(rows).set_index("seed").test_accuracy


RESULTS = [
    *(
        Result(
            f"Norm of the mean δ before training, layer {layer} of {hidden_layers}",
            "nielsen2015",
            theirs,
            lambda n=hidden_layers, at=layer: nielsen(n, at),
            "sigmoid.ipynb#a-published-measurement-repeated",
        )
        for hidden_layers, norms in (
            (2, (0.066, 0.309)),
            (3, (0.012, 0.060, 0.283)),
            (4, (0.003, 0.017, 0.070, 0.285)),
        )
        for layer, theirs in enumerate(norms, start=1)
    ),
    Result(
        "Mean activation of the last of four hidden sigmoid layers, a few epochs into training",
        "glorot2010",
        "near 0",
        lambda: top_sigmoid_layer(epoch=20),
        "sigmoid.ipynb#what-saturates-and-when",
        ".2f",
        "the same in all of our networks, after 20 epochs",
    ),
    Result(
        "Epochs until a network with four hidden sigmoid layers escapes from there",
        "glorot2010",
        "about 100",
        sigmoid_escapes,
        "sigmoid.ipynb#what-saturates-and-when",
        ".0f",
        "not to be compared: other data, and epochs of another length",
    ),
    Result(
        "Test accuracy (%) of four hidden sigmoid layers that begin as a tanh network",
        "cs231n",
        "“Never use sigmoid”",
        lambda: sigmoid_rescued("rescued"),
        "sigmoid.ipynb#the-sigmoid-rescued",
        ".1f",
        "sound as advice: with the usual weights, it still guesses after the same 50 epochs",
    ),
]
