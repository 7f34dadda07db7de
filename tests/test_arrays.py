"""Which arrays may be part of a graph."""

import numpy as np

from minigrad.arrays import kept, unbroadcast


def test_unbroadcast_leaves_what_fits_and_what_cannot():
    for g, shape in ((np.ones((2, 3)), (2, 3)), (np.ones(3), (2, 3))):
        assert unbroadcast(g, shape) is g
    assert unbroadcast(np.ones((2, 1, 3)), (1, 3)).tolist() == [[2.0, 2.0, 2.0]]


def test_an_array_is_kept_if_nobody_can_write_to_it():
    array = np.ones(2)
    copy = kept(array)
    assert copy is not array
    assert not copy.flags.writeable
    assert array.flags.writeable
    assert kept(copy) is copy
    view = copy[:1]
    assert kept(view) is view


def test_a_read_only_view_of_what_somebody_can_write_to_is_copied():
    owner = np.ones(2)
    view = owner[:1]
    view.flags.writeable = False
    mine = kept(view)
    owner[0] = 5.0
    assert mine.tolist() == [1.0]
