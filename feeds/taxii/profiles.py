"""Client profiles: what an answer may differ in for a product that cannot take the standard's.

The profile is chosen with the token and holds for it alone; without one, answers are strictly
TAXII 2.1. A profile changes how an answer is written, or where an unusable cursor begins, and
never what is in it: objects leave as they were received, for everybody. What a product needs was
read in its own source, at the place that stands beside it.
"""

from dataclasses import dataclass

from feeds.errors import UnknownProfile


@dataclass(frozen=True, slots=True)
class ClientProfile:
    """What differs for one product, why, and where that was read.

    `lists_nothing`: an answer in which nothing is holds an empty list, which TAXII 2.1 §2 leaves
    out. `restarts`: a cursor of another collection or caller begins the collection anew, where
    §3.5 lets it be refused.
    """

    name: str
    title: str
    reason: str
    source: str
    lists_nothing: bool = False
    restarts: bool = False


STANDARD = ClientProfile(
    name="standard",
    title="Standard",
    reason="Answers are TAXII 2.1 to the letter.",
    source="TAXII 2.1, OASIS Standard, 10 June 2021",
)

ELASTIC = ClientProfile(
    name="elastic",
    title="Elastic",
    reason="It goes through `objects` of every answer, and fails where there is none.",
    source="elastic/integrations, packages/ti_custom, cel.yml.hbs: `body.objects.map`",
    lists_nothing=True,
)

XSOAR = ClientProfile(
    name="xsoar",
    title="Cortex XSOAR",
    reason="It takes an envelope without `objects` for one that it cannot read.",
    source="demisto/content, Packs/ApiModules, TAXII2ApiModule: the comment on `{}`",
    lists_nothing=True,
)

OPENCTI = ClientProfile(
    name="opencti",
    title="OpenCTI connector",
    reason="After a page that begins with an observable without `spec_version` it goes on by "
    "manifest until `objects` is empty, and fails where there is none. The cursor of one "
    "collection goes with it to the next one, alone.",
    source="OpenCTI-Platform/connectors, external-import/taxii2, client_taxii.py: `poll`",
    lists_nothing=True,
    restarts=True,
)

PROFILES = (STANDARD, ELASTIC, XSOAR, OPENCTI)


def profile_named(name: str) -> ClientProfile:
    """The profile of this name; UnknownProfile for any other."""
    for profile in PROFILES:
        if profile.name == name:
            return profile
    raise UnknownProfile("There is no client profile of this name.")


def profile_kept(name: str) -> ClientProfile:
    """The profile that a token was issued with; the standard where it is no longer there."""
    return next((profile for profile in PROFILES if profile.name == name), STANDARD)
