"""Where every object stands at one instant: a pure function of what was submitted (R1 to R9).

  R1-R5  what the labels, recipients and release times open now comes in with each subject
  R6     where the source is not named, nothing that names it goes as it is
  R8     an object goes no further than what it names; what only a derivative can leave out
         becomes a derivative
  R9     a version goes no further than every later version by its contributor allows

The rules only ever narrow, so the widest state that keeps them all exists, is unique, and is what
this computes: start from what the labels open and narrow until nothing changes.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

from tlp import Channel, ChannelKind, Perimeter
from tlp.overlap import Homes, Reach, is_covered, join, meet, tidy

NOWHERE: Reach = frozenset()


class SourceNaming(Enum):
    """How an object names its own contributor, and whether a derivative can leave that out."""

    NOT_AT_ALL = 0
    PRUNABLE = 1
    ESSENTIAL = 2


@dataclass(frozen=True, slots=True)
class Subject:
    """One stored version, with what the rules ask of it.

    `whole` is what its effective label opens now, `whole_ever` what it opens once all release
    times have passed; `rest` and `rest_ever` are the same for the label without granular
    markings. `seen` is what its poster read when posting; `own` is the channel in which its
    contributor always finds it. `bounds`, `prunes`, `travels` are the ids that it names.
    """

    key: int
    stix_id: str
    version_at: int
    organisation: str
    whole: Reach
    whole_ever: Reach
    rest: Reach
    rest_ever: Reach
    own: Channel
    keeps_own: bool = False
    seen: frozenset[tuple[str, str]] = frozenset()
    attribution: str = "named"
    source_naming: SourceNaming = SourceNaming.NOT_AT_ALL
    is_explicit: bool = True
    is_definition: bool = False
    is_withdrawn: bool = False
    bounds: frozenset[str] = frozenset()
    prunes: frozenset[str] = frozenset()
    creators: frozenset[str] = frozenset()
    travels: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Hidden:
    """What a derivative for one channel leaves out besides what granular markings hide."""

    targets: frozenset[str]
    source: bool


@dataclass(frozen=True, slots=True)
class Stand:
    """Where one object stands: as it is, and by channel as a derivative."""

    original: Reach
    derived: Mapping[Channel, Hidden] = field(default_factory=dict)


def settled(subjects: Sequence[Subject], fixed: Mapping[int, Reach], homes: Homes) -> "Settled":
    """Where each subject stands by itself, before definitions travel.

    `fixed` holds those subjects whose place is known and does not depend on the others.
    """
    found = Settled(subjects, fixed, homes)
    found.narrow()
    return found


class Settled:
    """The state of one computation, and its result."""

    def __init__(
        self, subjects: Sequence[Subject], fixed: Mapping[int, Reach], homes: Homes
    ) -> None:
        self.homes = homes
        self.open = [subject for subject in subjects if subject.key not in fixed]
        self.by_id: dict[str, list[Subject]] = {}
        for subject in subjects:
            self.by_id.setdefault(subject.stix_id, []).append(subject)
        self.limits = {subject.key: self._limit(subject) for subject in self.open}
        self.reach: dict[int, Reach] = dict(fixed)
        for subject in self.open:
            self.reach[subject.key] = self._start(subject)

    # R9 and R6: what does not depend on other objects

    def _limit(self, subject: Subject) -> Reach | None:
        """R9: what all later versions by the same contributor allow; None without any."""
        later = [
            other.whole_ever
            for other in self.by_id[subject.stix_id]
            if other.organisation == subject.organisation
            and other.version_at > subject.version_at
            and not other.is_withdrawn
        ]
        limit: Reach | None = None
        for reach in later:
            limit = reach if limit is None else meet(limit, reach, self.homes)
        return limit

    def _start(self, subject: Subject) -> Reach:
        if subject.is_withdrawn:
            return NOWHERE
        reach = self._limited(subject, subject.whole)
        if subject.source_naming is not SourceNaming.NOT_AT_ALL:
            reach = frozenset(item for item in reach if self._may_name(subject, item))
        return self._with_own(subject, reach)

    def _limited(self, subject: Subject, reach: Reach) -> Reach:
        limit = self.limits[subject.key]
        return reach if limit is None else meet(reach, limit, self.homes)

    def _may_name(self, subject: Subject, channel: Channel) -> bool:
        """R6: whether the source may be named to the readers of this channel."""
        if subject.attribution == "named" or self._is_own(subject, channel):
            return True
        if subject.attribution == "none":
            return False
        members = frozenset({Channel.perimeter(Perimeter.MEMBERS)})
        return is_covered(channel, members, self.homes)

    def _is_own(self, subject: Subject, channel: Channel) -> bool:
        if channel.kind is ChannelKind.PERIMETER:
            return False
        home = self.homes.get(channel.holder)
        return subject.organisation in (channel.holder, home.organisation if home else None)

    def _with_own(self, subject: Subject, reach: Reach) -> Reach:
        """A contributor always finds what it submitted."""
        if subject.keeps_own or not is_covered(subject.own, reach, self.homes):
            return reach | {subject.own}
        return reach

    # R8

    def narrow(self) -> None:
        """Narrow until every object goes no further than what it names."""
        naming = [subject for subject in self.open if self._named(subject)]
        has_changed = True
        while has_changed:
            has_changed = False
            for subject in naming:
                reach = self.reach[subject.key]
                for target in self._named(subject):
                    allowed = self._reach_of(target, subject)
                    if allowed is not None:
                        reach = meet(reach, allowed, self.homes)
                reach = self._with_own(subject, reach)
                if reach != self.reach[subject.key] and not subject.is_withdrawn:
                    self.reach[subject.key] = reach
                    has_changed = True

    def _named(self, subject: Subject) -> Iterable[str]:
        return (*subject.bounds, *subject.prunes, *subject.creators)

    def _reach_of(self, target: str, subject: Subject) -> Reach | None:
        """How far an id reaches, as far as this contributor can see; None if it does not count.

        What a contributor could see when posting goes on to count: tightening an object, or
        withdrawing it, must never let another that names it go further.
        """
        copies = [copy for copy in self.by_id.get(target, ()) if self._counts(copy, subject)]
        if target in subject.creators:
            copies = [copy for copy in copies if copy.is_explicit]
        return join(self.reach[copy.key] for copy in copies) if copies else None

    def _counts(self, copy: Subject, subject: Subject) -> bool:
        is_own = copy.organisation == subject.organisation
        return is_own or (copy.stix_id, copy.organisation) in subject.seen

    # derivatives

    def stands(self) -> dict[int, Stand]:
        """Where each open subject stands."""
        return {
            subject.key: Stand(self._tidied(subject), self._derived(subject))
            for subject in self.open
        }

    def _tidied(self, subject: Subject) -> Reach:
        reach = tidy(self.reach[subject.key], self.homes)
        return reach | {subject.own} if subject.keeps_own and reach else reach

    def _derived(self, subject: Subject) -> dict[Channel, Hidden]:
        """The channels that get a derivative: open to the rest, closed to the whole."""
        if subject.is_withdrawn or subject.is_definition:
            return {}
        reached = self.reach[subject.key]
        open_to_rest = tidy(self._limited(subject, subject.rest), self.homes)
        whole = self._limited(subject, subject.whole)
        found: dict[Channel, Hidden] = {}
        for channel in open_to_rest:
            if is_covered(channel, reached, self.homes):
                continue
            hidden = self._hidden_in(subject, channel)
            if hidden is None:
                continue
            hides_parts = not is_covered(channel, whole, self.homes)
            if hidden.targets or hidden.source or hides_parts:
                found[channel] = hidden
        return found

    def _hidden_in(self, subject: Subject, channel: Channel) -> Hidden | None:
        """What a derivative there leaves out; None where there can be none (R7, R8)."""
        hides_source = subject.source_naming is not SourceNaming.NOT_AT_ALL and not self._may_name(
            subject, channel
        )
        if hides_source and subject.source_naming is SourceNaming.ESSENTIAL:
            return None
        if any(not self._is_shown(target, subject, channel) for target in subject.bounds):
            return None
        hidden = frozenset(
            target
            for target in (*subject.prunes, *subject.creators)
            if not self._is_shown(target, subject, channel)
        )
        return Hidden(hidden, hides_source)

    def _is_shown(self, target: str, subject: Subject, channel: Channel) -> bool:
        reach = self._reach_of(target, subject)
        return reach is None or is_covered(channel, reach, self.homes)

    # definitions

    def is_carried(self, definition: Subject, carrier: Subject) -> bool:
        """Whether a definition goes where an object that names it stands.

        One that members do not find by itself travels with its contributor's own.
        """
        is_own = definition.organisation == carrier.organisation
        return definition.stix_id in carrier.travels and (is_own or self.is_shared(definition))

    def is_shared(self, definition: Subject) -> bool:
        """Whether members find a definition by itself."""
        members = Channel.perimeter(Perimeter.MEMBERS)
        return is_covered(members, self.reach[definition.key], self.homes)

    def travelling(self, definition: Subject, carriers: Reach) -> Reach:
        """Where a definition stands that is named by what stands there: with it, except where it
        would name a source that is not to be named, or a creator that is not to be seen."""
        if definition.is_withdrawn:
            return NOWHERE
        names_source = definition.source_naming is not SourceNaming.NOT_AT_ALL
        found = {
            channel
            for channel in carriers
            if not (names_source and not self._may_name(definition, channel))
            and all(self._is_shown(item, definition, channel) for item in self._named(definition))
        }
        return tidy(self._tidied(definition) | found, self.homes)
