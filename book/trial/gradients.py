"""What people say about gradients that vanish."""

from trial.claim import A_TENTH_LESS, ONE_HUNDREDTH, TEN_TIMES, Claim, Test
from trial.measured import of

# The initializations of the table, as the page names them.
WEIGHTS = {
    "plain": "PyTorch's default weights",
    "glorot": "Glorot's weights",
    "he": "He's weights",
    "forward": "weights with its forward gain",
    "backward": "weights with its backward gain",
}
RELUS = {init: WEIGHTS[init] for init in ("plain", "glorot", "he")}  # He's are its own gain
LINEAR = {
    "gain 0.5": "weights with gain 0.5",
    "plain": "PyTorch's default weights",
    "gain 1": "weights with gain 1",
    "gain 1.5": "weights with gain 1.5",
    "orthogonal": "orthogonal weights",
}
ARRIVING = (
    "The share of the gradient δ at the output that arrives at the first hidden layer, before any "
    "training, on digits."
)


def arriving(activation, init, depth):
    """Return the share of the gradient that arrives at the first layer."""
    return of("gradient_map", "arriving", activation=activation, init=init, depth=depth)


def through_linear(weights, layers):
    """Return the share of the gradient that comes back through so many linear layers."""
    return of("linear_depth", "delta", weights=weights, layer=50 - layers)


def by_weights(activation, says, weights):
    """Test whether a hundredth arrives, in ten layers and in fifty."""
    return [
        Test(f"{depth} layers: {name}", arriving(activation, init, depth), says, ONE_HUNDREDTH)
        for depth in (10, 50)
        for init, name in weights.items()
    ]


def per_layer(shallow, deep):
    """Return the factor by which each further layer of sigmoid changes the share that arrives."""
    return [
        Test(
            f"from {shallow} to {deep} layers: {name}",
            (arriving("sigmoid", init, deep) / arriving("sigmoid", init, shallow)).map(
                lambda ratio: ratio ** (1 / (deep - shallow))
            ),
            "less",
            A_TENTH_LESS,
        )
        for init, name in WEIGHTS.items()
    ]


CLAIMS = [
    Claim(
        "A linear activation suffers from vanishing gradients in deep networks.",
        measured="The share of a random gradient that comes back through linear layers, before "
        "any training.",
        fair="The gradient passes through nothing but the weights, so each rule for the weights "
        "is a setting.",
        section="linear.ipynb#does-the-gradient-vanish",
        tests=[
            Test(f"{layers} layers: {name}", through_linear(weights, layers), "less", ONE_HUNDREDTH)
            for layers in (10, 50)
            for weights, name in LINEAR.items()
        ],
    ),
    Claim(
        "Sigmoid's gradients shrink with depth.",
        source="{cite:t}`hochreiter1991` found it, {cite:t}`nielsen2015` measures it.",
        measured="The factor by which each further layer changes the share of the gradient that "
        "arrives at the first, before any training, on digits.",
        fair="“With depth” means with every layer that is added. So we compare networks of "
        "different depth, and take the root that makes it a factor for one layer.",
        section="sigmoid.ipynb#a-quarter-again-and-again",
        tests=[*per_layer(2, 10), *per_layer(10, 50)],
    ),
    Claim(
        "Tanh only slightly mitigates the vanishing gradient.",
        reading="hardly more arrives than with sigmoid",
        measured="How many times the share that arrives with sigmoid arrives with tanh, at the "
        "first hidden layer, before any training, on digits, with the same weights.",
        fair="To mitigate is to make it better than with sigmoid. Slightly: by less than one power "
        "of ten.",
        section="gradient-flow.ipynb#which-pair-trains",
        tests=[
            Test(
                f"{depth} layers: {name}",
                arriving("tanh", init, depth) / arriving("sigmoid", init, depth),
                "less",
                TEN_TIMES,
            )
            for depth in (10, 50)
            for init, name in WEIGHTS.items()
        ],
    ),
    Claim(
        "Tanh only slightly mitigates the vanishing gradient.",
        reading="tanh's gradient vanishes, too",
        measured=ARRIVING,
        fair="If it mitigated it only slightly, the gradient would still vanish.",
        section="tanh.ipynb#fifty-layers",
        tests=by_weights("tanh", "less", WEIGHTS),
    ),
    Claim(
        "ReLU has no vanishing gradient for positive inputs.",
        reading="for one unit it holds by definition; so in a ReLU network, gradients do not "
        "vanish",
        measured=ARRIVING,
        fair="For one unit this needs no test: where its input is positive, ReLU's slope is 1. But "
        "what people take from it is that gradients do not vanish in a ReLU "
        "network, and that can be measured.",
        section="relu.ipynb#why-it-took-over-the-gradient-survives",
        tests=by_weights("relu", "more", RELUS),
    ),
]
