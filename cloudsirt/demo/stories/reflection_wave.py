"""Long Swell: amplified traffic against a carrier's peering, from open directory servers."""

from cloudsirt.demo import building as tell

_REFLECTORS = ("192.0.2.11", "192.0.2.12", "192.0.2.19", "192.0.2.23", "192.0.2.31", "192.0.2.37")
_PUBLIC_REFLECTORS = ("192.0.2.19", "192.0.2.31")

_ATTACKED = tell.post(
    tell.by("meridian-analyst", "attacks", 34, tell.AMBER, attribution="members"),
    tell.at(
        tell.GREEN,
        tell.campaign(
            "Long Swell",
            """Four waves of reflected UDP traffic within two days, each of about forty minutes,
            against the addresses of peering routers rather than of customers.""",
            first_seen=tell.days(36),
            last_seen=tell.days(34),
        ),
        tell.infrastructure(
            "Long Swell reflectors",
            "Directory and name servers that answer anyone over UDP, in about sixty networks.",
            infrastructure_types=["amplification"],
        ),
    ),
    tell.links("Long Swell", "uses", "T1498.002", "Long Swell reflectors"),
    tell.links("Long Swell", "targets", "Telecommunications carriers", "Northern Europe"),
    tell.addresses(
        "Long Swell reflector",
        *_REFLECTORS,
        indicator_types=["anomalous-activity"],
        valid_until=tell.days(4),
    ),
    tell.values("ipv4-addr", "192.0.2.11", "192.0.2.250"),
    tell.values("ipv6-addr", "2001:db8:64::1"),
    tell.observable("autonomous-system", "AS64501", number=64501, name="Meridian Example backbone"),
    tell.links("192.0.2.250", "belongs-to", "AS64501"),
    tell.observable(
        "network-traffic",
        "reflected directory answers",
        src_ref="192.0.2.11",
        dst_ref="192.0.2.250",
        src_port=389,
        dst_port=44158,
        protocols=["ipv4", "udp", "ldap"],
        src_byte_count=61203283968,
        src_packets=42502280,
    ),
    tell.observed("third wave", 34.9, 34.87, 1, "reflected directory answers"),
    tell.note(
        "What the waves did to peering",
        """Two of eleven sessions at the northern exchange flapped in the third wave, because
        the line cards counted the traffic against their control-plane limit. Filters on UDP
        source ports 389 and 53 towards 2001:db8:64::1 and 192.0.2.250 held from then on.""",
        "Long Swell",
        "2001:db8:64::1",
        "AS64501",
    ),
)

_MEASURED = tell.post(
    tell.by("national-csirt-analyst", "sources", 33, tell.GREEN),
    tell.indicator(
        "Large UDP answers from port 389",
        "[network-traffic:src_port = 389 AND network-traffic:protocols[*] = 'udp' AND "
        "network-traffic:src_byte_count > 3000] REPEATS 1000 TIMES WITHIN 60 SECONDS",
        "Answers of directory servers that nobody in the network had asked.",
        indicates="Long Swell",
    ),
    tell.observable("autonomous-system", "AS64507", number=64507, name="Example Access Network"),
    tell.observable("autonomous-system", "AS64508", number=64508, name="Example Campus Network"),
    tell.observed("reflectors by network", 35, 33, 412, "AS64507", "AS64508"),
    tell.sighting("Long Swell reflectors", 35, 33, 412),
    tell.note(
        "Where the reflectors are",
        """Two networks, AS64507 and AS64508, account for half of the reflectors that we
        measured. Both have been informed and have begun to filter; the figures fall by a fifth
        each day.""",
        "AS64507",
        "AS64508",
    ),
)

_ADVISORY = tell.post(
    tell.by("meridian-analyst", "attacks", 28, tell.CLEAR),
    tell.addresses(
        "Open directory server",
        *_PUBLIC_REFLECTORS,
        indicator_types=["anomalous-activity"],
        indicates="T1498.002",
    ),
    tell.report(
        "Reflected traffic against peering routers",
        """What happened. Within two days, four waves of reflected traffic of up to 190 Gbit/s
        were aimed at the interfaces through which carriers exchange traffic. The senders forged
        the routers' addresses in requests to directory servers (UDP port 389) and name servers,
        whose answers are up to fifty times as large. Customers saw brief loss; no service was
        interrupted for longer than six minutes.

        Who is affected. Carriers and exchange points whose peering addresses can be reached
        from the internet. Operators of directory servers that answer over UDP take part
        without knowing.

        What to do. Carriers: do not announce peering networks, or filter traffic to them at
        your borders; limit UDP from source ports 53 and 389 towards infrastructure; agree with
        your peers beforehand how to signal filters. Operators of servers: close directory
        services to the internet, and limit the rate of answers of name servers. Access
        networks: drop packets whose source address is not yours.

        Indicators. Two reflectors that stayed open for weeks are attached as examples. They
        are misused, not malicious: please inform rather than block.""",
        "observed-data attack-pattern",
        "T1498.002",
        see=("noc.meridian.example/reports/long-swell", "national-csirt.example/open-servers"),
    ),
)

POSTS = (_ATTACKED, _MEASURED, _ADVISORY)
