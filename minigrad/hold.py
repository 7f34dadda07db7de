"""Keeping what a graph has recorded from being changed under it.

A pullback uses arrays of the forward pass.  If one of them changed before the backward pass, the
gradient would be wrong and nobody would notice.  So the arrays of leaves are read-only from the
moment an operation has recorded them until its gradient has been passed on, or until the graph is
dropped; writing to one in between raises NumPy's "read-only" ValueError.

NumPy cannot guard against a view that was taken before and is written to: copy what you mean to
change.  Optimizers do write through such a view; they count it in the tensor's ``version``, and a
graph that recorded an older version refuses to be walked.
"""

from collections.abc import Iterable
from contextlib import suppress
from typing import Any, ClassVar

from numpy.typing import NDArray


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

    __slots__ = ("arrays",)

    # How many hold an array, by its id, which is its own for as long as somebody holds it.
    count: ClassVar[dict[int, int]] = {}

    def __init__(self, arrays: Iterable[NDArray[Any]]) -> None:
        # What was read-only before is not ours to release.
        self.arrays = [a for a in arrays if a.flags.writeable or id(a) in self.count]
        for a in self.arrays:
            self.count[id(a)] = self.count.get(id(a), 0) + 1
            a.flags.writeable = False

    def __deepcopy__(self, memo: Any) -> "Hold":
        return Hold(self.arrays)  # the pullbacks of a copied graph use the same arrays

    def __del__(self) -> None:
        count, views = self.count, []
        for a in self.arrays:
            if count[id(a)] > 1:
                count[id(a)] -= 1
                continue
            del count[id(a)]
            if a.base is None:
                a.flags.writeable = True
            else:
                views.append(a)
        for a in views:  # after their bases
            with suppress(ValueError):  # a view whose base is still held stays as it is
                a.flags.writeable = True
