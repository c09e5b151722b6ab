"""Common ground: ATT&CK techniques, measures, places and groups that the other stories name.

The secretariat keeps it as TLP:CLEAR, so that whatever refers to it is not narrowed by it (R8).
"""

from cloudsirt.demo import building as tell

_TECHNIQUES = """
T1078.004 | Valid Accounts: Cloud Accounts | Working under a genuine account, as if its owner.
T1110.004 | Credential Stuffing | Trying pairs of user names and passwords that leaked elsewhere.
T1190 | Exploit Public-Facing Application | Entering through a weakness of an exposed service.
T1552.005 | Cloud Instance Metadata API | Reading a workload's credentials from its instance.
T1498.002 | Reflection Amplification | Small forged requests, large answers to the victim.
T1195.002 | Compromise Software Supply Chain | Changing software on its way to its users.
T1528 | Steal Application Access Token | Obtaining tokens that act for a user or a service.
T1496.001 | Compute Hijacking | Using the computing power of others, mostly for mining.
T1557 | Adversary-in-the-Middle | Getting between two parties, here by means of false routes.
T1566.002 | Spearphishing Link | Sending chosen persons a link to a page of the sender's.
T1490 | Inhibit System Recovery | Removing backups and snapshots, so that nothing is restored.
T1486 | Data Encrypted for Impact | Encrypting data to extort payment for the key.
T1552.001 | Credentials In Files | Finding secrets in files, here in layers of container images.
T1525 | Implant Internal Image | Placing a modified image where workloads are started from.
T1611 | Escape to Host | Leaving a guest or container for the machine that runs it.
T1451 | SIM Card Swap | Having a victim's number moved to receive calls and one-time codes.
T1071.001 | Web Protocols | Hiding command and control in ordinary web traffic.
T1583.003 | Virtual Private Server | Renting virtual servers to operate from.
T1585.002 | Email Accounts | Creating mail accounts in order to use them in an operation.
"""


def _technique(line: str) -> tell.Draft:
    number, name, text = line.split(" | ")
    url = f"https://attack.mitre.org/techniques/{number.replace('.', '/')}"
    source = {"source_name": "mitre-attack", "external_id": number, "url": url}
    return tell.thing("attack-pattern", number, text, name=name, external_references=[source])


def _group(name: str, *sectors: str) -> tell.Draft:
    return tell.thing("identity", name, identity_class="class", sectors=list(sectors))


def _measure(name: str, text: str, *against: str) -> tuple[tell.Told, ...]:
    return (tell.measure(name, text), tell.links(name, "mitigates", *against))


_MEASURES = (
    _measure(
        "Require phishing-resistant sign-in",
        """Require a hardware-backed or platform authenticator for every administrator, and refuse
        one-time codes by text message as the only second factor.""",
        *("T1110.004", "T1451"),
    ),
    _measure(
        "Require session-bound metadata requests",
        """Allow only the session-oriented version of the instance metadata service, with a hop
        limit of one, and give workloads the least role that they need.""",
        "T1552.005",
    ),
    _measure(
        "Give build jobs short-lived identity",
        """Replace stored deployment tokens with workload identity that is bound to repository,
        branch and job and that expires within the hour.""",
        *("T1528", "T1195.002"),
    ),
    _measure(
        "Keep backups out of the reach of production",
        """Hold backups under a separate account with a retention lock, and require two persons
        to shorten the retention or to delete a vault.""",
        *("T1490", "T1486"),
    ),
    _measure(
        "Validate route origins",
        """Publish route origin authorisations with an exact maximum length, and drop invalid
        announcements at every peering session.""",
        "T1557",
    ),
    _measure(
        "Limit consent to verified applications",
        """Let users consent only to applications of verified publishers with low-risk
        permissions; send everything else to an administrator for review.""",
        *("T1566.002", "T1528"),
    ),
    _measure(
        "Set spending and quota alarms",
        """Set quotas for regions and machine types that are not in use, and alarm on the first
        request for them as well as on spending.""",
        "T1496.001",
    ),
)

_KEPT = tell.post(
    tell.by("secretariat-editor", "sources", 90, tell.CLEAR, terms="secretariat terms"),
    tell.statement("secretariat terms", "Free to use with attribution to the consortium."),
    *map(_technique, _TECHNIQUES.strip().splitlines()),
    _MEASURES,
    tell.thing("location", "Northern Europe", region="northern-europe"),
    tell.thing("location", "South-eastern Asia", region="south-eastern-asia"),
    _group("Tenants of public clouds", "technology"),
    _group("Cloud administrators", "technology"),
    _group("Telecommunications carriers", "telecommunications"),
    _group("Hosting customers", "technology", "retail"),
)

POSTS = (_KEPT,)
