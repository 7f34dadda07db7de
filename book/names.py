"""What NumPy, Keras, PyTorch and JAX call what minigrad has, as it is written there.

In NumPy each activation is one expression.  For the other three, each line is (Keras, PyTorch,
JAX), or None where there is no such function.  A name alone means that the other library's defaults
give minigrad's numbers; where they do not, the settings that do stand behind it.
`tests/test_names.py` calls every one of them and compares, wherever the library is installed; it is
not needed for the book, so the test says there what it leaves out.  Last compared with Keras 3.15.1
(on JAX), PyTorch 2.13.0 and JAX 0.10.2.
"""

LIBRARIES = ("Keras", "PyTorch", "JAX")

# An expression of z and of what the activation's options are called.  None overflows.
NUMPY = {
    "identity": "z",
    "sigmoid": "(1 + np.tanh(z / 2)) / 2",
    "hard_sigmoid": "np.clip(z + 3, 0, 6) / 6",
    "tanh": "np.tanh(z)",
    "scaled_tanh": "1.7159 * np.tanh(2 * z / 3)",
    "hard_tanh": "np.clip(z, -1, 1)",
    "softsign": "z / (1 + np.abs(z))",
    "relu": "np.maximum(z, 0)",
    "relu6": "np.clip(z, 0, 6)",
    "leaky_relu": "np.maximum(z, negative_slope * z)",
    "elu": "np.maximum(z, 0) + alpha * np.expm1(np.minimum(z, 0))",
    "celu": "np.maximum(z, 0) + alpha * np.expm1(np.minimum(z, 0) / alpha)",
    "selu": "1.050701 * (np.maximum(z, 0) + 1.673263 * np.expm1(np.minimum(z, 0)))",
    "softplus": "np.logaddexp(0, z)",
    "silu": "z * (1 + np.tanh(beta * z / 2)) / 2",
    "gelu": "z * scipy.special.ndtr(z)",
    "mish": "z * np.tanh(np.logaddexp(0, z))",
    "hard_swish": "z * np.clip(z + 3, 0, 6) / 6",
}

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
}

# What turns the raw scores z into the prediction, after training.
PREDICTIONS = {
    "sigmoid": ("keras.ops.sigmoid(z)", "torch.sigmoid(z)", "jax.nn.sigmoid(z)"),
    "softmax": ("keras.ops.softmax(z)", "torch.softmax(z, dim=-1)", "jax.nn.softmax(z)"),
}

# keras.losses, torch.nn, and nothing in JAX itself: its library Optax has them.  They take z
# itself.
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
