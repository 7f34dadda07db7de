"""What Keras, PyTorch and JAX call what minigrad has, as it is written there.

Each line is (Keras, PyTorch, JAX), or None where there is no such function.  A name alone means
that the other library's defaults give minigrad's numbers; where they do not, the settings that do
stand behind it.  `tests/test_names.py` calls every one of them and compares, wherever the library
is installed; it is not needed for the book, so the test says there what it leaves out.  Last
compared with Keras 3.15.1 (on JAX), PyTorch 2.13.0 and JAX 0.10.2.
"""

LIBRARIES = ("Keras", "PyTorch", "JAX")

# keras.activations, torch.nn, jax.nn
ACTIVATIONS = {
    "identity": ("linear", "Identity", "identity"),
    "sigmoid": ("sigmoid", "Sigmoid", "sigmoid"),
    "hard_sigmoid": ("hard_sigmoid", "Hardsigmoid", "hard_sigmoid"),
    "tanh": ("tanh", "Tanh", "tanh"),
    "scaled_tanh": (None, None, None),
    "hard_tanh": ("hard_tanh", "Hardtanh", "hard_tanh"),
    "softsign": ("softsign", "Softsign", "soft_sign"),
    "relu": ("relu", "ReLU", "relu"),
    "relu6": ("relu6", "ReLU6", "relu6"),
    "leaky_relu": ("leaky_relu(z, negative_slope=0.01)", "LeakyReLU", "leaky_relu"),
    "elu": ("elu", "ELU", "elu"),
    "celu": ("celu", "CELU", "celu"),
    "selu": ("selu", "SELU", "selu"),
    "softplus": ("softplus", "Softplus", "softplus"),
    "silu": ("silu", "SiLU", "silu"),
    "gelu": ("gelu", "GELU", "gelu(z, approximate=False)"),
    "mish": ("mish", "Mish", "mish"),
    "hard_swish": ("hard_swish", "Hardswish", "hard_swish"),
    "softmax": ("softmax", "Softmax(dim=-1)", "softmax"),
}

# keras.losses, torch.nn, and nothing in JAX itself: its library Optax has them.
LOSSES = {
    "mean_squared_error": ("MeanSquaredError", "MSELoss", None),
    "binary_cross_entropy_with_logits": (
        "BinaryCrossentropy(from_logits=True)",
        "BCEWithLogitsLoss",
        None,
    ),
    "cross_entropy": (
        "SparseCategoricalCrossentropy(from_logits=True)",
        "CrossEntropyLoss",
        None,
    ),
}

# keras.initializers, torch.nn.init, jax.nn.initializers.  The normal ones of Keras and JAX are cut
# off at two standard deviations and widened to the same variance.
INITIALIZERS = {
    "he_normal": ("he_normal", "kaiming_normal_", "he_normal"),
    "he_uniform": ("he_uniform", "kaiming_uniform_", "he_uniform"),
    "glorot_normal": ("glorot_normal", "xavier_normal_", "glorot_normal"),
    "glorot_uniform": ("glorot_uniform", "xavier_uniform_", "glorot_uniform"),
    "lecun_normal": ("lecun_normal", 'kaiming_normal_(w, nonlinearity="linear")', "lecun_normal"),
    "lecun_uniform": (
        "lecun_uniform",
        'kaiming_uniform_(w, nonlinearity="linear")',
        "lecun_uniform",
    ),
    "orthogonal": ("orthogonal", "orthogonal_", "orthogonal"),
}
