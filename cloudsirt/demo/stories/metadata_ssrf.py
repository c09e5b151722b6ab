"""Looking Glass: a flaw in an image preview service used to read instance credentials."""

from cloudsirt.demo import building as tell

_CVE = "CVE-2026-90133"
_FETCH = "[url:value LIKE '%/preview?src=http%meta-data%']"

_DETECTED = tell.post(
    tell.by("nimbus-analyst", "attacks", 50, tell.GREEN),
    tell.vulnerability(
        _CVE,
        """The preview service “ThumbPress” before 3.8.2 follows redirects to addresses inside
        the instance when it fetches an image, which discloses whatever the metadata service
        answers.""",
        external_references=[{"source_name": "cve", "external_id": _CVE}],
    ),
    tell.campaign(
        "Looking Glass",
        """Search for reachable ThumbPress services, followed within minutes by a request for
        the credentials of the instance's role and by calls with them from elsewhere.""",
        first_seen=tell.days(53),
    ),
    tell.links("Looking Glass", "uses", "T1190", "T1552.005", "T1078.004"),
    tell.links("Looking Glass", "targets", _CVE, "Tenants of public clouds"),
    tell.indicator(
        "Metadata fetched through a preview",
        _FETCH,
        "A preview of the metadata service; no legitimate page asks for one.",
        confidence=90,
        indicates="Looking Glass",
    ),
    tell.guarded(
        tell.AMBER,
        "description",
        tell.indicator(
            "Role credentials used from a foreign network",
            "[ipv4-addr:value ISSUBSET '203.0.113.32/28'] FOLLOWEDBY "
            "[user-account:account_type = 'cloud-role'] WITHIN 600 SECONDS",
            """A fetch from the scanner's network, and use of an instance role within ten
            minutes. In our logs this found fourteen instances of nine tenants.""",
            indicator_types=["compromised"],
            confidence=75,
        ),
    ),
    tell.addresses(
        "Looking Glass scanner",
        "203.0.113.33",
        "203.0.113.36",
        "203.0.113.41",
        indicates="Looking Glass",
    ),
)

_CONFIRMED = tell.post(
    tell.by("cirrus-analyst", "malicious-activity", 48, tell.AMBER),
    tell.domains(
        "Looking Glass call-back",
        "glass.collector.example",
        "r7.probe.example",
        indicates="Looking Glass",
    ),
    tell.values("domain-name", "glass.collector.example"),
    tell.values("ipv4-addr", "203.0.113.36", "203.0.113.44"),
    tell.values("url", "http://r7.probe.example/p/0c1e?next=meta"),
    tell.links("glass.collector.example", "resolves-to", "203.0.113.44"),
    tell.observed(
        "preview fetches at Cirrus",
        52,
        48,
        233,
        "203.0.113.36",
        "glass.collector.example",
        "http://r7.probe.example/p/0c1e?next=meta",
    ),
    tell.sighting("Metadata fetched through a preview", 52, 48, 233),
    tell.note(
        "Two projects affected at Cirrus",
        """Two research projects ran the vulnerable version. In one of them the role credentials
        were used from 203.0.113.44 to list storage; nothing was copied. The role has been
        replaced and the project informed.""",
        "Looking Glass",
        _CVE,
    ),
)

_ADVISORY = tell.post(
    tell.by("nimbus-analyst", "attacks", 44, tell.CLEAR, attribution="named"),
    tell.revised(
        "vulnerability",
        _CVE,
        description="""The preview service “ThumbPress” before 3.8.2 follows redirects to
        addresses inside the instance. Fixed in 3.8.2 and, for the older line, in 2.14.9.""",
    ),
    tell.indicator(
        "Preview request for metadata",
        _FETCH,
        "A preview of the metadata service; search the logs of web servers and proxies for it.",
        confidence=90,
        indicates="T1552.005",
    ),
    tell.addresses("ThumbPress scanner", "203.0.113.33", "203.0.113.41", indicates="T1190"),
    tell.links("Require session-bound metadata requests", "mitigates", _CVE),
    tell.report(
        "Instance credentials read through image previews (CVE-2026-90133)",
        """What happened. Attackers look for web applications that fetch images on a visitor's
        behalf with ThumbPress, make them fetch from the metadata service of the cloud instance
        instead, and receive the temporary credentials of the instance's role. They use these
        within minutes, from their own network, to list storage and to start machines.

        Who is affected. Operators of ThumbPress before 3.8.2, and before 2.14.9 on the older
        line, on instances that still answer simple metadata requests. Instances that accept
        only session-bound requests did not give credentials away.

        What to do. Update ThumbPress. Switch every instance to session-bound metadata requests
        with a hop limit of one. Remove roles from instances that need none. If your logs show
        the attached request, treat the role as disclosed: revoke its sessions, review the
        calls made with it from outside your networks, and replace what it could read.

        Indicators. The request pattern is reliable; the two scanner addresses have been
        constant for a week.""",
        "attack-pattern vulnerability",
        "T1190",
        "T1552.005",
        "Require session-bound metadata requests",
        see=("thumbpress.example/security/2026-03", "docs.nimbus.example/metadata/sessions"),
    ),
)

POSTS = (_DETECTED, _CONFIRMED, _ADVISORY)
