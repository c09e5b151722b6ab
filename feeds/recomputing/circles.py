"""In which order to settle what depends on one another: what is named before what names it.

Things that name one another in a circle, directly or through others, are settled together; most
circles are one thing alone. This is Gabow's search for strongly connected components ("Path-based
depth-first search", 2000), which finds them in just that order, without recursion: chains may be
as long as there are things.
"""

from array import array
from collections.abc import Callable, Iterable, Iterator

_FOUND = 2**31 - 1
_NOBODY = -1


def circles(
    count: int, things: Iterable[int], named: Callable[[int], Iterator[int]]
) -> Iterator[list[int]]:
    """The circles of these things, each after all that it names; things are below `count`."""
    met = array("i", bytes(4 * count))  # when each was met, from 1 on; `_FOUND` once its circle is
    waiting: list[int] = []
    ends: list[int] = []  # where circles may end: of those that wait, the first of each
    way = [(_NOBODY, iter(things))]
    number = 0
    while way:
        thing, names = way[-1]
        for target in names:
            if not met[target]:
                met[target] = number = number + 1
                waiting.append(target)
                ends.append(target)
                way.append((target, named(target)))
                break
            while ends and met[ends[-1]] > met[target]:
                ends.pop()
        else:
            way.pop()
            if ends and ends[-1] == thing:
                ends.pop()
                yield _circle(waiting, thing, met)


def _circle(waiting: list[int], end: int, met: "array[int]") -> list[int]:
    circle: list[int] = []
    while end not in circle[-1:]:
        circle.append(waiting.pop())
        met[circle[-1]] = _FOUND
    return circle
