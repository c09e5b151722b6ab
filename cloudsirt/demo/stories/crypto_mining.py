"""Quietbore: mining in stolen accounts, at the expense of a community cloud's projects."""

from cloudsirt.demo import building as tell

_DETECTED = tell.post(
    tell.by("cirrus-analyst", "malicious-activity", 71, tell.AMBER),
    tell.malware(
        "Quietbore",
        """Miner that measures the load of the machine and takes what is left over, up to nine
        tenths of the processor. Stops when an administrator signs in.""",
        malware_types=["resource-exploitation"],
        is_family=True,
        architecture_execution_envs=["x86-64", "arm"],
    ),
    tell.intrusion_set(
        "Copper Ferret",
        """Operators of Quietbore. Buy access to cloud accounts, start the largest machines that
        the quota allows in regions not in use, and leave within a day.""",
        primary_motivation="personal-gain",
        resource_level="team",
    ),
    tell.infrastructure(
        "Quietbore pool proxies",
        "Relays between miners and a public pool, to hide the wallet from the provider.",
        infrastructure_types=["command-and-control"],
    ),
    tell.links("Copper Ferret", "uses", "Quietbore", "T1496.001", "T1078.004"),
    tell.links("Copper Ferret", "targets", "Tenants of public clouds"),
    tell.links("Quietbore", "beacons-to", "Quietbore pool proxies"),
    tell.files(
        "Quietbore",
        "kworkerd-amd64",
        "kworkerd-arm64",
        "start.sh",
        confidence=90,
        indicates="Quietbore",
    ),
    tell.domains(
        "Quietbore pool",
        "pool-east.ferret.example",
        "pool-west.ferret.example",
        indicates="Quietbore",
    ),
    tell.observable(
        "file",
        "kworkerd-amd64",
        name="kworkerd-amd64",
        size=3411968,
        hashes={"SHA-256": tell.digest("kworkerd-amd64")},
    ),
    tell.values("ipv4-addr", "203.0.113.66"),
    tell.observed("miners at Cirrus", 74, 71, 58, "kworkerd-amd64", "203.0.113.66"),
)

_SEEN = tell.post(
    tell.by("nimbus-analyst", "malicious-activity", 69, tell.GREEN),
    tell.addresses("Quietbore pool", "203.0.113.66", "203.0.113.69", valid_until=tell.days(30)),
    tell.indicator(
        "Mining protocol to an unusual port",
        "[network-traffic:dst_port IN (3333, 4444, 14444) AND "
        "network-traffic:dst_ref.value ISSUBSET '203.0.113.64/29'] START "
        "t'2026-01-01T00:00:00.000Z' STOP t'2027-01-01T00:00:00.000Z'",
        "Connections of the miner to the relays of its pool.",
        indicator_types=["anomalous-activity"],
        indicates="T1496.001",
    ),
    tell.sighting("Quietbore kworkerd-amd64", 73, 70, 12),
    tell.opinion(
        "strongly-agree",
        "We found the same binary, byte for byte, on twelve machines of three tenants.",
        "Quietbore",
    ),
)

_ADVISORY = tell.post(
    tell.by("secretariat-editor", "malicious-activity", 65, tell.CLEAR, attribution="named"),
    tell.files("Miner", "kworkerd-amd64", "kworkerd-arm64", confidence=90, indicates="T1496.001"),
    tell.domains("Mining pool", "pool-east.ferret.example", indicates="T1496.001"),
    tell.report(
        "Crypto-mining in stolen cloud accounts",
        """What happened. Attackers with bought or guessed credentials start as many large
        machines as an account's quota allows, in regions that its owner does not use, and mine
        crypto-currency on them until the provider or the invoice ends it. The median account
        was used for nineteen hours; the highest single bill that we know of was equal to the
        tenant's usual spending of four years.

        Who is affected. Tenants with administrator accounts without a second factor, or with
        access keys in public source code, and research projects with generous quotas.

        What to do. Set quotas to zero for regions and machine types that you do not use. Alarm
        on the first request for a new region, not only on spending. Remove access keys of
        persons; give programs roles instead. If you find foreign machines, first revoke the
        credentials that started them, then keep one disk as evidence, then delete the rest,
        and tell your provider at once: most forgive charges that are reported quickly.

        Indicators. Two files and one pool name. The miner calls itself “kworkerd”, after a
        part of the operating system; a process of that name with a file on disk is not it.""",
        "malware indicator",
        "T1496.001",
        "T1078.004",
        "Set spending and quota alarms",
        see=("cloudsirt.example/guidance/quotas", "status.cirrus.example/2026/mining"),
    ),
)

_LATER = tell.post(
    tell.by("cirrus-analyst", "malicious-activity", 37, tell.AMBER),
    tell.revised(
        "malware",
        "Quietbore",
        description="""Miner that measures the load of the machine and takes what is left over.
        Since its third version it no longer stops when an administrator signs in, but lowers
        its share to a tenth, which the usual alarms on load do not notice.""",
    ),
    tell.files("Quietbore", "kworkerd-3-amd64", indicates="Quietbore"),
    tell.note(
        "How to find the third version",
        """Compare the processor time that the hypervisor charges with what the guest reports:
        in affected guests the two differ by more than eight per cent over an hour.""",
        "Quietbore",
    ),
)

POSTS = (_DETECTED, _SEEN, _ADVISORY, _LATER)
