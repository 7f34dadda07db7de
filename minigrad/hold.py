"""Keeping what a graph has recorded from being changed under it.

A pullback uses arrays of the forward pass.  If one of them changed before the backward pass, the
gradient would be wrong and nobody would notice.  So the arrays of leaves are read-only from the
moment an operation has recorded them until its gradient has been passed on, or until the graph is
dropped; writing to one in between raises NumPy's "read-only" ValueError.

An optimizer writes to parameters past that lock, through its flat vector.  It says so with
`note_change`, and a graph that still waits for its walk then refuses to be walked.
"""

from collections.abc import Iterable
from typing import Any, ClassVar

from numpy.typing import NDArray

Array = NDArray[Any]


class Hold:
    """Holds arrays read-only for as long as the hold lives; several holds may share an array.

    >>> import numpy as np
    >>> a = np.zeros(3)
    >>> hold = Hold([a])
    >>> a.flags.writeable
    False
    >>> del hold
    >>> a.flags.writeable
    True
    """

    __slots__ = ("arrays", "versions")

    # By id, which is an array's own as long as it is held: how many hold it, how often it changed.
    count: ClassVar[dict[int, int]] = {}
    version: ClassVar[dict[int, int]] = {}

    def __init__(self, arrays: Iterable[Array]) -> None:
        # What was read-only before is not ours to release.
        self.arrays = [a for a in arrays if a.flags.writeable or id(a) in self.count]
        for a in self.arrays:
            self.count[id(a)] = self.count.get(id(a), 0) + 1
            a.flags.writeable = False
        self.versions = [self.version.get(id(a), 0) for a in self.arrays]

    def is_intact(self) -> bool:
        """Tell whether every array is still as it was when the hold was taken."""
        return self.versions == [self.version.get(id(a), 0) for a in self.arrays]

    def __deepcopy__(self, memo: Any) -> "Hold":
        return Hold(self.arrays)  # the pullbacks of a copied graph use the same arrays

    def __del__(self) -> None:
        for a in self.arrays:
            self.count[id(a)] -= 1
            if not self.count[id(a)]:
                del self.count[id(a)]
                self.version.pop(id(a), None)
                a.flags.writeable = True


def note_change(array: Array) -> None:
    """Say that the numbers of an array have changed although it may be held."""
    if id(array) in Hold.count:
        Hold.version[id(array)] = Hold.version.get(id(array), 0) + 1
