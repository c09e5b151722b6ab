"""R2: which perimeters a label opens."""

import pytest

from tlp import Label, Perimeter, perimeters_of

TABLE = {
    Label.CLEAR: {Perimeter.MEMBERS, Perimeter.RESEARCH, Perimeter.PUBLIC},
    Label.GREEN: {Perimeter.MEMBERS, Perimeter.RESEARCH},
    Label.AMBER: {Perimeter.MEMBERS},
    Label.AMBER_STRICT: {Perimeter.MEMBERS},
    Label.RED: set(),
}


@pytest.mark.parametrize("label", Label)
def test_a_label_opens_the_perimeters_of_the_table(label: Label) -> None:
    """The whole table of R2, and nothing beside it."""
    assert perimeters_of(label) == TABLE[label]


def test_perimeters_grow_from_members_to_the_public() -> None:
    """MEMBERS is the narrowest audience, PUBLIC the widest."""
    assert sorted(Perimeter, key=lambda perimeter: perimeter.width) == [
        Perimeter.MEMBERS,
        Perimeter.RESEARCH,
        Perimeter.PUBLIC,
    ]


@pytest.mark.parametrize("label", Label)
def test_whoever_opens_a_wide_perimeter_opens_the_narrower_ones(label: Label) -> None:
    """No label reaches a wide audience past a narrower one (R5)."""
    widths = sorted(perimeter.width for perimeter in perimeters_of(label))
    assert widths == list(range(len(widths)))
