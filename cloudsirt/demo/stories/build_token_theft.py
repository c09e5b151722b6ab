"""Cold Relay: a deployment token stolen from a build service, and what was shipped with it."""

from cloudsirt.demo import building as tell

_WARNING = tell.post(
    tell.by(
        "stratus-analyst",
        "compromises",
        26,
        tell.RED,
        to=("nimbus",),
        attribution="named",
    ),
    tell.values("ipv4-addr", "203.0.113.52"),
    tell.observable("user-account", "svc-deploy-eu", account_login="svc-deploy-eu"),
    tell.observed("Nimbus token used from Stratus", 28, 26, 17, "svc-deploy-eu"),
    tell.note(
        "A deployment token of Nimbus is in use on a machine that we host",
        """On a customer's machine under investigation we found a deployment token that names
        the account svc-deploy-eu of Nimbus, last used from 203.0.113.52 twenty minutes before
        this message. We have kept an image of the machine and can hand it over today. Please
        revoke first and tell us when it is safe to disconnect the machine.""",
        "svc-deploy-eu",
        "203.0.113.52",
    ),
)

_ANALYSED = tell.post(
    tell.by("stratus-analyst", "malicious-activity", 25, tell.STRICT, attribution="none"),
    tell.intrusion_set(
        "Tin Kestrel",
        """Group that collects deployment tokens from build services and waits weeks before it
        uses them. Works on weekdays, in the office hours of one time zone.""",
        first_seen=tell.days(140),
        resource_level="organization",
        primary_motivation="organizational-gain",
    ),
    tell.malware(
        "ColdRelay",
        """Build step that reads the environment of the job, sends it to a collector and
        restores the original log. Written as a package hook; leaves no file behind.""",
        malware_types=["spyware"],
        is_family=False,
        implementation_languages=["javascript"],
    ),
    tell.infrastructure(
        "ColdRelay collectors",
        "Three virtual servers that accept environments as comments on a diagram service.",
        infrastructure_types=["exfiltration"],
    ),
    tell.links("Tin Kestrel", "uses", "ColdRelay", "T1195.002", "T1528", "ColdRelay collectors"),
    tell.links("ColdRelay", "exfiltrates-to", "ColdRelay collectors"),
    tell.files(
        "ColdRelay hook",
        "postinstall.cjs",
        "relay-helper.tgz",
        confidence=95,
        indicates="ColdRelay",
    ),
    tell.domains(
        "ColdRelay collector", "cdn-metrics.example", "diagram-sync.example", indicates="ColdRelay"
    ),
    tell.indicator(
        "Build job sends its environment",
        """title: Build job sends its environment
logsource: {category: proxy}
detection:
  selection: {c-uri|contains: '/v2/diagram/comment', cs-method: POST, cs-bytes|gt: 4096}
  condition: selection
level: high""",
        "Rule for proxy logs of build machines.",
        pattern_type="sigma",
    ),
    tell.observable(
        "file", "relay-helper.tgz", hashes={"SHA-256": tell.digest("relay-helper.tgz")}
    ),
)

_SEEN = tell.post(
    tell.by("nimbus-analyst", "malicious-activity", 24, tell.STRICT, attribution="members"),
    tell.sighting("ColdRelay hook postinstall.cjs", 27, 25, 3),
    tell.addresses("ColdRelay collector", "203.0.113.52", "203.0.113.57", indicates="ColdRelay"),
    tell.note(
        "Token revoked; nothing of ours was shipped",
        """The token was revoked within half an hour of the warning. It had been used to start
        two builds, both stopped before publication. All images of that week were rebuilt from
        source and compared; they are identical.""",
        "Tin Kestrel",
    ),
)

_ADVISORY = tell.post(
    tell.by("stratus-analyst", "malicious-activity", 20, tell.CLEAR),
    tell.files(
        "Malicious package hook", "postinstall.cjs", "relay-helper.tgz", indicates="T1195.002"
    ),
    tell.domains("Collector of tokens", "cdn-metrics.example", indicates="T1528"),
    tell.report(
        "Deployment tokens stolen from build jobs by a package hook",
        """What happened. A package used in build jobs was published twice with an additional
        installation hook. The hook read the environment of the job, among it deployment tokens
        for cloud accounts, and sent it to a collector. Some tokens were used weeks later to
        start builds in the name of their owners. The two versions have been withdrawn.

        Who is affected. Organisations whose build jobs install packages with hooks enabled and
        hold long-lived deployment tokens in their environment, on whichever cloud.

        What to do. Search the logs of your build machines for the attached domain and your
        package caches for the attached hashes. If you find either, revoke every secret that
        the job could read, then review what was deployed with it since. In the long run,
        disable installation hooks, pin packages by hash, and replace stored tokens with
        short-lived identity of the job.

        Indicators. Two hashes and one domain. The absence of the file proves nothing, because
        the hook removes itself; the proxy log is the better source.""",
        "malware indicator",
        "Give build jobs short-lived identity",
        see=(
            "security.stratus.example/2026/build-tokens",
            "registry.example/withdrawn/relay-helper",
        ),
    ),
)

POSTS = (_WARNING, _ANALYSED, _SEEN, _ADVISORY)
