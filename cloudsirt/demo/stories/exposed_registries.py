"""Open Shelf: container registries that anyone could read, and somebody did."""

from cloudsirt.demo import building as tell

_SCANNERS = ("192.0.2.101", "192.0.2.102", "192.0.2.107", "192.0.2.113", "203.0.113.66")
_EXPOSED = ("registry.lab.customer.example", "images.shop.customer.example")

_DETECTED = tell.post(
    tell.by("cirrus-analyst", "sources", 47, tell.GREEN),
    tell.campaign(
        "Open Shelf",
        """Scan for container registries that list their catalogue to anyone, followed by the
        download of every image and a search of its layers for credentials.""",
        first_seen=tell.days(58),
    ),
    tell.tool(
        "layersift",
        "Reads image layers from a registry without storing them and prints what looks secret.",
        tool_types=["information-gathering", "credential-exploitation"],
    ),
    tell.links("Open Shelf", "uses", "T1552.001", "layersift"),
    tell.links("Open Shelf", "targets", "Tenants of public clouds", "South-eastern Asia"),
    tell.addresses(
        "Open Shelf scanner", *_SCANNERS, valid_until=tell.days(-13), indicates="Open Shelf"
    ),
    tell.indicator(
        "Registry catalogue listed by layersift",
        "[network-traffic:extensions.'http-request-ext'.request_value = '/v2/_catalog?n=9999' AND "
        "network-traffic:extensions.'http-request-ext'.request_header.'User-Agent' = "
        "'layersift/1.4']",
        "The first request of the tool, whose version has not changed in six weeks.",
        confidence=95,
        indicates="layersift",
    ),
    tell.values("ipv4-addr", "192.0.2.101", "192.0.2.113"),
    tell.observable("autonomous-system", "AS64506", number=64506, name="Example Server Rental"),
    tell.links("192.0.2.101", "belongs-to", "AS64506"),
    tell.observed("catalogue requests", 58, 47, 20418, "192.0.2.101", "192.0.2.113"),
)

_NAMED = tell.post(
    tell.by(
        "nimbus-analyst",
        "compromises",
        45,
        tell.AMBER,
        to=("cirrus", "stratus"),
        attribution="named",
    ),
    tell.domains("Exposed registry", *_EXPOSED, indicator_types=["compromised"]),
    tell.values("domain-name", *_EXPOSED),
    tell.observed("registries read", 50, 45, 2, *_EXPOSED),
    tell.note(
        "Two registries of your tenants were read in full",
        """In the logs of a machine that we took off the network for mining we found complete
        copies of two registries that resolve to your networks. The images hold access keys.
        We have kept only the list of names and digests, which we send on request.""",
        *_EXPOSED,
    ),
)

_ADVISORY = tell.post(
    tell.by("secretariat-editor", "sources", 38, tell.CLEAR, attribution="named"),
    tell.addresses("Registry scanner", "192.0.2.101", "192.0.2.107", indicates="T1552.001"),
    tell.indicator(
        "Registry catalogue listed from outside",
        "[network-traffic:extensions.'http-request-ext'.request_value LIKE '/v2/_catalog%']",
        "Any request for the catalogue from outside your own networks deserves a look.",
        indicator_types=["anomalous-activity"],
        indicates="T1552.001",
    ),
    tell.report(
        "Container registries open to anyone, and read by attackers",
        """What happened. Members found about four hundred container registries in their
        networks that listed and delivered images without sign-in. A systematic scan has copied
        many of them. In the layers of one image in twelve were credentials, most often access
        keys and configuration files; some were tried within a day of the copy.

        Who is affected. Anyone who runs a registry beside a cluster, in particular those set up
        for tests and reached under a public address “for the time being”. Registries operated
        by cloud providers are closed by default.

        What to do. Request “/v2/_catalog” of your registries from outside; an answer other
        than 401 is a finding. Require sign-in, or restrict access to your networks. Treat every
        secret in an image that was open as disclosed: replace it first, then rebuild the image
        without it. Pass secrets at run time and let your build fail on those it finds.

        An open registry may also have been written to. Compare digests with those of your
        build before you start anything from it.

        Indicators. Two scanners, active for six weeks, and the request that they begin with.""",
        "indicator attack-pattern",
        "T1552.001",
        "T1525",
        see=("cloudsirt.example/guidance/registries", "docs.cirrus.example/registry/access"),
    ),
)

POSTS = (_DETECTED, _NAMED, _ADVISORY)
