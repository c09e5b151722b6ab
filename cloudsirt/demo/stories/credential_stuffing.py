"""Turnstile: stolen passwords tried against the tenant portals of two providers at once."""

from cloudsirt.demo import building as tell

_SOURCES = ("203.0.113.10", "203.0.113.11", "203.0.113.14", "203.0.113.17", "203.0.113.22")
_MORE_SOURCES = ("203.0.113.24", "203.0.113.25", "2001:db8:17::a2", "2001:db8:17::b9")
_USED_ACCOUNTS = ("billing-admin", "ops.backup", "portal-readonly")

_DETECTED = tell.post(
    tell.by("nimbus-analyst", "attacks", 63, tell.GREEN),
    tell.campaign(
        "Turnstile",
        """Automated sign-in attempts against tenant portals with pairs of mail addresses and
        passwords from earlier leaks. Each source makes at most four attempts an hour, which
        keeps it below the usual limits per address.""",
        first_seen=tell.days(67),
        objective="Working tenant accounts, for resale",
    ),
    tell.tool(
        "FrameKnock",
        """Account checker that renders the sign-in page in a headless browser and solves its
        script challenge; recognisable by the fixed order of its request headers.""",
        tool_types=["credential-exploitation"],
    ),
    tell.infrastructure(
        "Turnstile proxy pool",
        "Proxies on residential lines and small virtual servers, rotated every fifteen minutes.",
        infrastructure_types=["anonymization"],
    ),
    tell.links("Turnstile", "uses", "T1110.004", "FrameKnock", "Turnstile proxy pool"),
    tell.links("Turnstile", "targets", "Tenants of public clouds"),
    tell.addresses(
        "Turnstile source",
        *_SOURCES,
        valid_until=tell.days(-27),
        confidence=80,
        indicates="Turnstile",
    ),
    tell.values("ipv4-addr", "203.0.113.10", "203.0.113.11"),
    tell.observed("stuffing at Nimbus", 67, 63, 41870, "203.0.113.10", "203.0.113.11"),
)

_CONFIRMED = tell.post(
    tell.by("stratus-analyst", "sources", 61, tell.AMBER, attribution="members"),
    tell.addresses("Turnstile source", *_MORE_SOURCES, valid_until=tell.days(-29), confidence=70),
    tell.accounts(*_USED_ACCOUNTS, kind="ldap"),
    tell.observed("account names tried at Stratus", 66, 61, 912, *_USED_ACCOUNTS),
    tell.sighting("Turnstile source 203.0.113.14", 65, 61, 1204),
    tell.sighting("FrameKnock", 66, 61, 8),
    tell.note(
        "Order in which Turnstile tries account names",
        """The list starts with role accounts (billing, backup, portal) and turns to personal
        ones after about nine hundred attempts. Three of our tenants reuse role names across
        providers; please check yours for the names attached here.""",
        "Turnstile",
        *_USED_ACCOUNTS,
    ),
    tell.opinion(
        "agree",
        "Same header order and the same rotation interval in our logs: one operator.",
        "Turnstile proxy pool",
    ),
)

_ADVISORY = tell.post(
    tell.by("secretariat-editor", "attacks", 55, tell.CLEAR, attribution="named"),
    tell.addresses(
        "Sign-in abuse from", "203.0.113.10", "203.0.113.17", "203.0.113.22", indicates="T1110.004"
    ),
    tell.indicator(
        "Headless browser at the sign-in page",
        "[network-traffic:extensions.'http-request-ext'.request_header.'User-Agent' LIKE "
        "'%HeadlessExample/4.%' AND network-traffic:extensions.'http-request-ext'"
        ".request_value = '/portal/sign-in'] REPEATS 20 TIMES WITHIN 3600 SECONDS",
        "Twenty sign-in requests within an hour from the browser build that the campaign uses.",
        indicator_types=["anomalous-activity"],
        indicates="T1110.004",
    ),
    tell.report(
        "Credential stuffing against cloud tenant portals",
        """What happened. For nine days, an automated campaign tried leaked user names and
        passwords against the portals in which tenants manage their cloud services. The attempts
        came from several hundred addresses at a low rate each, so limits per address did not
        stop them. A small number of accounts without a second factor were entered.

        Who is affected. Any organisation that administers cloud services with a password alone,
        in particular under role accounts such as “billing” or “backup” that several people
        share.

        What to do. Require a second factor for every account that can change services or
        billing, preferably one that resists phishing. Compare passwords with lists of leaked
        ones and reset those that appear. Count failed sign-ins per account and per tenant, not
        only per address. Look for sign-ins from the addresses below that succeeded and, where
        you find one, end its sessions and revoke the tokens it created.

        Indicators. Three source addresses and one pattern of requests are attached. The
        addresses are shared proxies: alarm on them, but do not block them for good.""",
        "campaign indicator",
        "T1110.004",
        "Require phishing-resistant sign-in",
        see=("cloudsirt.example/guidance/sign-in", "status.nimbus.example/notices/turnstile"),
    ),
)

_AGAIN = tell.post(
    tell.by("nimbus-analyst", "attacks", 0.2, tell.GREEN),
    tell.sighting("Turnstile source 203.0.113.22", 0.5, 0.3, 318),
    tell.addresses("Turnstile source", "203.0.113.28", valid_until=tell.days(-60), confidence=60),
    tell.at(tell.AMBER, *tell.accounts("quota-admin")),
    tell.note(
        "Turnstile has resumed",
        """After seven quiet weeks the same tool is back since this morning, now with a pause of
        forty minutes between attempts. No account has been entered so far.""",
        "Turnstile",
    ),
)

POSTS = (_DETECTED, _CONFIRMED, _ADVISORY, _AGAIN)
