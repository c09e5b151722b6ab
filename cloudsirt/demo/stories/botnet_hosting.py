"""Marsh Lamp: a botnet's control servers on rented machines, from first sight to takedown."""

from cloudsirt.demo import building as tell

_CONTROL = ("192.0.2.142", "192.0.2.147", "192.0.2.151", "2001:db8:5a::17")
_NAMES = ("kq7w1.marsh.example", "zt40c.marsh.example", "p09xm.marsh.example")

_DETECTED = tell.post(
    tell.by("stratus-analyst", "sources", 58, tell.GREEN, attribution="members"),
    tell.malware(
        "Marsh Lamp",
        """Bot for small routers and cameras. Asks one of three control servers for orders every
        ninety seconds, disguised as a request for a picture, and sells its line as a proxy.""",
        malware_types=["bot"],
        is_family=True,
        architecture_execution_envs=["mips", "arm"],
    ),
    tell.infrastructure(
        "Marsh Lamp control",
        "Rented virtual servers that are given up and replaced every two to three weeks.",
        infrastructure_types=["command-and-control"],
        first_seen=tell.days(90),
    ),
    tell.links("Marsh Lamp", "beacons-to", "Marsh Lamp control"),
    tell.links("Marsh Lamp", "uses", "T1071.001"),
    tell.addresses(
        "Marsh Lamp control",
        *_CONTROL,
        valid_until=tell.days(20),
        confidence=90,
        indicates="Marsh Lamp",
    ),
    tell.files("Marsh Lamp", "ml.mips", "ml.arm7", indicates="Marsh Lamp"),
    tell.guarded(
        tell.AMBER,
        "description",
        tell.indicator(
            "Marsh Lamp asks for orders",
            "[network-traffic:extensions.'http-request-ext'.request_value LIKE "
            "'/img/____.jpg?t=%'] REPEATS 5 TIMES WITHIN 600 SECONDS",
            """Five requests in ten minutes. The letters of the name are the bot's number in base
            36, which we use to count; please do not let the operator learn of it.""",
        ),
    ),
    tell.values("ipv4-addr", "192.0.2.142"),
    tell.observed("control traffic", 62, 58, 88210, "192.0.2.142"),
)

_SINKHOLE = tell.post(
    tell.by("national-csirt-analyst", "sources", 52, tell.GREEN),
    tell.domains("Marsh Lamp", *_NAMES, confidence=95, indicates="Marsh Lamp"),
    tell.at(tell.AMBER, *tell.values("domain-name", *_NAMES[:2])),
    tell.observable("autonomous-system", "AS64503", number=64503, name="Example Sinkhole"),
    tell.at(tell.AMBER, *tell.values("ipv4-addr", "192.0.2.172")),
    tell.links("kq7w1.marsh.example", "resolves-to", "192.0.2.172"),
    tell.links("192.0.2.172", "belongs-to", "AS64503"),
    tell.sighting("Marsh Lamp kq7w1.marsh.example", 54, 52, 140377),
    tell.at(
        tell.AMBER,
        tell.note(
            "The sinkhole is 192.0.2.172",
            """We hold two of the three names since the day before yesterday. Connections to
            192.0.2.172 are victims, not bots of yours: please do not list the address. Reports
            per network go to the contacts on file every morning.""",
            "192.0.2.172",
        ),
    ),
)

_TAKEDOWN = tell.post(
    tell.by("stratus-analyst", "sources", 49, tell.GREEN),
    tell.revised(
        "infrastructure",
        "Marsh Lamp control",
        description="""Rented virtual servers; the last three in our networks were taken off and
        kept as evidence. The operator has not come back since.""",
        last_seen=tell.days(50),
    ),
    tell.revised(
        "indicator", "Marsh Lamp control 192.0.2.142", valid_until=tell.days(50), confidence=30
    ),
    tell.note(
        "Servers taken off the network",
        "Orders stopped within the hour. Bots still ask, but nobody answers.",
        "Marsh Lamp control",
    ),
)

_ADVISORY = tell.post(
    tell.by("national-csirt-analyst", "sources", 46, tell.CLEAR, attribution="named"),
    tell.malware(
        "Router bot Marsh Lamp",
        "Bot for small routers and cameras that sells the line of its victim as a proxy.",
        malware_types=["bot"],
        is_family=True,
    ),
    tell.domains("Router bot", "p09xm.marsh.example", indicates="Router bot Marsh Lamp"),
    tell.files("Router bot", "ml.mips", "ml.arm7", indicates="Router bot Marsh Lamp"),
    tell.links("Router bot Marsh Lamp", "uses", "T1071.001", "T1583.003"),
    tell.report(
        "Router botnet Marsh Lamp loses its control servers",
        """What happened. In a joint action, a hosting provider took the control servers of the
        botnet “Marsh Lamp” off the network and the national CSIRT took over two of its names.
        At its height the botnet had about 31,000 small routers and cameras; it was rented out
        as a proxy, among others for credential stuffing against cloud portals. It receives no
        more orders, but the devices remain infected and the weakness open.

        Who is affected. Owners of devices whose remote administration can be reached from the
        internet under a password that was never changed. Providers of internet access will
        find most victims among their private customers.

        What to do. Restart the device, which removes the bot, then at once install the
        manufacturer's update, change the password and switch off remote administration.
        Devices without updates should be replaced. Access providers receive a list of affected
        addresses each morning and are asked to inform their customers.

        Indicators. One name and two files. Traffic to the two other names now arrives at the
        sinkhole of the CSIRT; blocking them would hide victims.""",
        "malware indicator",
        see=(
            "national-csirt.example/botnets/marsh-lamp",
            "security.stratus.example/2026/marsh-lamp",
        ),
    ),
)

POSTS = (_DETECTED, _SINKHOLE, _TAKEDOWN, _ADVISORY)
