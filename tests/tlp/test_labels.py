"""The labels of TLP 2.0: their names, their order, and how they are read."""

import itertools

import pytest

from tlp import Label, UnknownLabel

IN_ORDER = [Label.CLEAR, Label.GREEN, Label.AMBER, Label.AMBER_STRICT, Label.RED]


def test_labels_stand_in_the_order_of_the_standard() -> None:
    """CLEAR < GREEN < AMBER < AMBER+STRICT < RED, in all four comparisons."""
    assert sorted(Label) == IN_ORDER
    for (low, one), (high, other) in itertools.product(enumerate(IN_ORDER), repeat=2):
        assert (one < other) == (low < high)
        assert (one <= other) == (low <= high)
        assert (one > other) == (low > high)
        assert (one >= other) == (low >= high)


def test_ranks_count_from_zero() -> None:
    """The rank is the place in the order, and leads back to its label."""
    assert [label.rank for label in IN_ORDER] == [0, 1, 2, 3, 4]
    assert [Label.of_rank(rank) for rank in range(5)] == IN_ORDER


@pytest.mark.parametrize("rank", [-5, -1, 5, 100])
def test_no_other_number_is_a_rank(rank: int) -> None:
    """A number outside the order is an error, never a label counted from the end."""
    with pytest.raises(IndexError):
        Label.of_rank(rank)


@pytest.mark.parametrize(
    ("label", "text"),
    [
        (Label.CLEAR, "TLP:CLEAR"),
        (Label.GREEN, "TLP:GREEN"),
        (Label.AMBER, "TLP:AMBER"),
        (Label.AMBER_STRICT, "TLP:AMBER+STRICT"),
        (Label.RED, "TLP:RED"),
    ],
)
def test_a_label_is_written_as_first_prescribes(label: Label, text: str) -> None:
    """Capitals, with `TLP:` before them and no spaces (TLP 2.0, usage)."""
    assert str(label) == text


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("TLP:RED", Label.RED),
        ("tlp:red", Label.RED),
        ("  Red\n", Label.RED),
        ("TLP: AMBER", Label.AMBER),
        ("amber+strict", Label.AMBER_STRICT),
        ("TLP:AMBER+STRICT", Label.AMBER_STRICT),
        ("Clear", Label.CLEAR),
        ("TLP:WHITE", Label.CLEAR),
        ("white", Label.CLEAR),
    ],
)
def test_labels_are_read_as_people_write_them(text: str, label: Label) -> None:
    """Any case, with or without `TLP:`; WHITE of TLP 1.0 is CLEAR."""
    assert Label.parse(text) is label


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "TLP:", "TLP", "TLP:TLP:RED", "REDD", "RED AMBER", "TLP-RED", "TLP:0"),
        *("AMBER STRICT", "AMBER-STRICT", "AMBER +STRICT", "TLP:WHITE+STRICT", "PURPLE", "None"),
        *("\N{CYRILLIC SMALL LETTER ER}ed", "re\N{COMBINING ACUTE ACCENT}d", "red\x00"),
    ],
)
def test_nothing_else_is_a_label(text: str) -> None:
    """What is no label is refused, with the labels that there are."""
    with pytest.raises(UnknownLabel, match=r"TLP:AMBER\+STRICT, TLP:RED"):
        Label.parse(text)
