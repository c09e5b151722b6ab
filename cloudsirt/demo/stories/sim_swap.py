"""Second Ring: numbers of cloud administrators moved to other SIM cards overnight."""

from cloudsirt.demo import building as tell

_DETECTED = tell.post(
    tell.by("meridian-analyst", "malicious-activity", 22, tell.STRICT, attribution="members"),
    tell.at(
        tell.GREEN,
        tell.threat_actor(
            "Night Clerk",
            """Group that has numbers moved by bribed or deceived staff of mobile shops, always
            after closing time and always for persons who administer cloud accounts.""",
            threat_actor_types=["crime-syndicate"],
            sophistication="intermediate",
            primary_motivation="personal-gain",
        ),
    ),
    tell.campaign(
        "Second Ring",
        """Nineteen numbers moved within three weeks. In eleven cases the password of a cloud
        account was reset within the hour with a code sent by text message.""",
        first_seen=tell.days(43),
        last_seen=tell.days(22),
    ),
    tell.links("Second Ring", "attributed-to", "Night Clerk"),
    tell.links("Second Ring", "uses", "T1451", "T1078.004"),
    tell.links("Second Ring", "targets", "Cloud administrators"),
    tell.addresses(
        "Second Ring reset from",
        "192.0.2.121",
        "192.0.2.124",
        "192.0.2.129",
        indicates="Second Ring",
    ),
    tell.accounts("shop-0417", "shop-0533", kind="retail-point-of-sale"),
    tell.observed("swaps after closing time", 43, 22, 19, "shop-0417", "shop-0533"),
    tell.note(
        "Which shops to look at",
        """Two shop accounts made fourteen of the nineteen changes. Both have been suspended;
        the investigation is with the authorities, so please do not approach the partner.""",
        "Second Ring",
        "shop-0417",
        "shop-0533",
    ),
)

_WARNING = tell.post(
    tell.by(
        "meridian-analyst",
        "compromises",
        21.5,
        tell.RED,
        to=("nimbus-contact",),
        attribution="named",
    ),
    tell.accounts("tenant-root-2207", kind="cloud-tenant"),
    tell.values("ipv4-addr", "192.0.2.129"),
    tell.observed("reset at Nimbus", 21.7, 21.6, 1, "tenant-root-2207", "192.0.2.129"),
    tell.note(
        "An administrator of one of your tenants lost their number tonight",
        """The number that secures the account tenant-root-2207 was moved at 22:40 local time,
        and a code was delivered to the new card at 22:52. The customer has the number back
        since 07:10. Please check what was done with the account in between.""",
        "tenant-root-2207",
        "192.0.2.129",
    ),
)

_ADVISORY = tell.post(
    tell.by("meridian-analyst", "malicious-activity", 17, tell.CLEAR, attribution="named"),
    tell.addresses("Reset after a SIM swap from", "192.0.2.121", indicates="T1451"),
    tell.indicator(
        "Text-message reset, then new access keys",
        "[user-account:credential_last_changed > t'2026-01-01T00:00:00.000Z' AND "
        "user-account:is_privileged = true] FOLLOWEDBY [ipv4-addr:value = '192.0.2.121'] "
        "WITHIN 1800 SECONDS",
        "A privileged account whose password was reset, then used from the group's address.",
        indicator_types=["compromised"],
        indicates="T1451",
    ),
    tell.report(
        "Telephone numbers of cloud administrators taken over",
        """What happened. Criminals have the mobile numbers of persons who administer cloud
        accounts moved to SIM cards of their own, mostly late in the evening. With the codes
        that then arrive by text message they reset passwords, create access keys and add
        administrators. Nineteen numbers were moved within three weeks; the carrier has stopped
        the two points of sale through which most of this happened.

        Who is affected. Organisations whose cloud accounts can be recovered by text message or
        telephone call, in particular where the “root” account of a tenant is tied to the
        private number of one person.

        What to do. Remove text messages and calls as a way of signing in and of recovery for
        every privileged account. Use two hardware authenticators per person instead, one of
        them in a safe. Ask your carrier for a lock on number changes. A telephone that loses
        its network without reason in the evening is an alarm: let your staff know whom to call,
        from another telephone.

        If an account was taken over, revoke access keys created since, remove administrators
        that nobody knows, and end all sessions before you change the password.

        Indicators. One address from which resets were made and the order of events.""",
        "threat-actor attack-pattern",
        "T1451",
        "Require phishing-resistant sign-in",
        see=("help.meridian.example/number-lock", "cloudsirt.example/guidance/recovery"),
    ),
)

POSTS = (_DETECTED, _WARNING, _ADVISORY)
