"""A more specific route for a provider's prefix, announced by a network that does not own it."""

from cloudsirt.demo import building as tell

_MORE_SPECIFIC = "198.51.100.128/25"
_FALSE_ORIGIN = "[autonomous-system:number = 64505 AND ipv4-addr:value = '198.51.100.128/25']"

_DETECTED = tell.post(
    tell.by("meridian-analyst", "attacks", 15, tell.GREEN),
    tell.observable("autonomous-system", "AS64500", number=64500, name="Nimbus Example Cloud"),
    tell.observable("autonomous-system", "AS64505", number=64505, name="Example Transit Reseller"),
    tell.observable("autonomous-system", "AS64510", number=64510, name="Example Scrubbing Service"),
    tell.values("ipv4-addr", "198.51.100.0/24", _MORE_SPECIFIC),
    tell.links("198.51.100.0/24", "belongs-to", "AS64500"),
    tell.observed("false announcements", 15.4, 15.3, 26, _MORE_SPECIFIC, "AS64505"),
    tell.campaign(
        "Side Door",
        """Announcement of half of a provider's prefix for two hours and ten minutes, with a
        certificate for one of its names requested meanwhile.""",
        first_seen=tell.days(15.4),
        last_seen=tell.days(15.3),
    ),
    tell.links("Side Door", "uses", "T1557"),
    tell.indicator(
        "Half of 198.51.100.0/24 announced by AS64505",
        _FALSE_ORIGIN,
        "AS64505 has no agreement with the holder of the prefix and no authorisation for it.",
        indicator_types=["anomalous-activity"],
        confidence=95,
        indicates="Side Door",
    ),
    tell.indicator(
        "Half of 198.51.100.0/24 announced by AS64510",
        "[autonomous-system:number = 64510 AND ipv4-addr:value = '198.51.100.128/25']",
        "Second origin seen for the same route.",
        indicator_types=["anomalous-activity"],
        confidence=40,
    ),
)

_VICTIM = tell.post(
    tell.by("nimbus-analyst", "attacks", 14.8, tell.AMBER, attribution="members"),
    tell.values("domain-name", "login.portal.nimbus.example"),
    tell.values("url", "https://login.portal.nimbus.example/.well-known/challenge/7f2c"),
    tell.links("login.portal.nimbus.example", "resolves-to", _MORE_SPECIFIC),
    tell.observed(
        "certificate validation during the hijack",
        15.36,
        15.35,
        2,
        "https://login.portal.nimbus.example/.well-known/challenge/7f2c",
    ),
    tell.domains("Name asked for during Side Door", "login.portal.nimbus.example"),
    tell.note(
        "One certificate was issued to the wrong party",
        """A certificate for login.portal.nimbus.example was issued during the hijack and
        revoked four hours later. AS64510 is our own scrubbing service, which announced the
        same half on our request to win traffic back: that announcement was legitimate.""",
        "Side Door",
        "AS64510",
    ),
)

_CORRECTED = tell.post(
    tell.by("meridian-analyst", "attacks", 14, tell.GREEN),
    tell.revised("indicator", "Half of 198.51.100.0/24 announced by AS64510", revoked=True),
    tell.note(
        "AS64510 was no attacker",
        "The second origin was a counter-announcement; its indicator has been revoked.",
        "Side Door",
    ),
)

_ADVISORY = tell.post(
    tell.by("national-csirt-analyst", "attacks", 11, tell.CLEAR, attribution="named"),
    tell.indicator(
        "198.51.100.128/25 with origin AS64505",
        _FALSE_ORIGIN,
        "For searching archives of route collectors.",
        indicator_types=["anomalous-activity"],
        valid_until=tell.days(1),
        indicates="T1557",
    ),
    tell.report(
        "Traffic of a cloud provider diverted by a false route",
        """What happened. For about two hours, a network announced one half of the prefix of a
        cloud provider. Roughly a fifth of the networks that we observe followed the false
        route. While it stood, somebody obtained a certificate for a sign-in page of the
        provider; it has been revoked, and there is no evidence that it was used. The transit
        provider of the announcing network has since installed filters.

        Who is affected. Users of services in 198.51.100.128/25 whose networks do not validate
        route origins. Every holder of addresses can be the next.

        What to do. Holders of addresses: publish route origin authorisations whose maximum
        length equals what you announce, watch for more specific routes, and restrict by DNS
        which authorities may issue certificates and by which method. Networks: drop invalid
        routes, at customers' and peers' sessions alike. Users of the provider: nothing; sign-in
        sessions of those two hours have been ended.

        Indicators. The false pair of prefix and origin is attached, for searching archives of
        route collectors; it is not announced any more.""",
        "attack-pattern identity",
        "Validate route origins",
        see=("national-csirt.example/routing/2026-02", "status.nimbus.example/notices/route"),
    ),
)

POSTS = (_DETECTED, _VICTIM, _CORRECTED, _ADVISORY)
