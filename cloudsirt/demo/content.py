"""What the demo consortium shares: every story as submissions, in the order of their posting.

A pure function of the instant and of the ids that the platform gave organisations and persons.
Posts nothing: the loader does, through the same door as any member.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, cast

from cloudsirt.demo.building import Post
from cloudsirt.demo.rendering import Rendering, StixObject
from cloudsirt.demo.stories import (
    backup_ransomware,
    botnet_hosting,
    build_token_theft,
    consent_phishing,
    credential_stuffing,
    crypto_mining,
    exposed_registries,
    free_tier_spam,
    ground,
    hypervisor_disclosure,
    metadata_ssrf,
    prefix_hijack,
    reflection_wave,
    sim_swap,
)

Topic = Literal["attacks", "malicious-activity", "compromises", "sources"]


@dataclass(frozen=True, slots=True)
class DemoSubmission:
    """One submission: who posts (a person's key), under which topic, what, and how long ago.

    `handling` holds what `x_cloudsirt_handling` holds: recipients, unmarked, attribution, release.
    """

    contributor: str
    topic: Topic
    handling: Mapping[str, Any]
    objects: tuple[StixObject, ...]
    age: timedelta


_STORIES = (
    ground,
    credential_stuffing,
    metadata_ssrf,
    reflection_wave,
    build_token_theft,
    crypto_mining,
    prefix_hijack,
    consent_phishing,
    backup_ransomware,
    exposed_registries,
    hypervisor_disclosure,
    sim_swap,
    botnet_hosting,
    free_tier_spam,
)
POSTS: tuple[Post, ...] = tuple(
    sorted((post for story in _STORIES for post in story.POSTS), key=lambda post: -post.age)
)


def submissions(
    at: datetime,
    identity_of: Callable[[str], str],
    person_identity_of: Callable[[str], str],
) -> tuple[DemoSubmission, ...]:
    """Everything the consortium has shared until `at`, oldest first; ValueError when naive.

    The functions give the STIX identity of an organisation and of a person, by key.
    """
    if at.tzinfo is None:
        raise ValueError("The instant of the demo needs a time zone.")
    whole = at.replace(microsecond=at.microsecond // 1000 * 1000)
    rendering = Rendering(whole, identity_of, person_identity_of)
    return tuple(
        DemoSubmission(
            contributor=post.contributor,
            topic=cast(Topic, post.topic),
            handling=rendering.handling(post),
            objects=rendering.objects(post),
            age=post.age,
        )
        for post in POSTS
    )
