"""Thousand Doors: free accounts by the thousand, each sending a little unsolicited mail."""

from cloudsirt.demo import building as tell

_LOGINS = ("student.a1f0", "student.a1f1", "student.a1f2", "student.a1f3")
_SENDERS = ("203.0.113.141", "203.0.113.144", "203.0.113.149", "203.0.113.152")

_DETECTED = tell.post(
    tell.by("cirrus-analyst", "malicious-activity", 31, tell.GREEN, unmarked=tell.GREEN),
    tell.unmarked(
        tell.campaign(
            "Thousand Doors",
            """Free accounts opened by script with invented names of students, each of which
            sends thirty mails a day through the application platform, below the limit that
            would demand a check.""",
            first_seen=tell.days(45),
            objective="Sending unsolicited mail with a good reputation",
        ),
        tell.links("Thousand Doors", "uses", "T1585.002"),
        tell.addresses("Thousand Doors sign-up", *_SENDERS, confidence=70),
        tell.accounts(*_LOGINS, kind="cloud-tenant"),
        tell.observed("accounts opened by script", 45, 31, 2113, *_LOGINS),
        tell.values("email-addr", "offer@pharma-deals.example"),
        tell.observable(
            "email-message",
            "free-tier mail",
            is_multipart=False,
            from_ref="offer@pharma-deals.example",
            subject="Your parcel is waiting",
        ),
        tell.observed("mail from free accounts", 33, 31, 61240, "free-tier mail"),
        tell.domains(
            "Landing page of Thousand Doors",
            "parcel-wait.example",
            "pharma-deals.example",
            indicates="Thousand Doors",
        ),
    ),
)

_ECHOED = tell.post(
    tell.by("nimbus-analyst", "malicious-activity", 30, tell.AMBER),
    tell.unmarked(
        tell.addresses("Sign-up by script", "203.0.113.144", "203.0.113.158"),
        tell.note(
            "The same sign-ups at Nimbus",
            """Six hundred accounts in four days, from two addresses, with telephone numbers of
            one prepaid range. Since we ask for a card check at the third account per network the
            rate has fallen to nil.""",
            "Thousand Doors",
        ),
        tell.opinion("agree", "Names and order of sign-up match ours.", "Thousand Doors"),
    ),
)

_ADVISORY = tell.post(
    tell.by("secretariat-editor", "malicious-activity", 24, tell.CLEAR, attribution="named"),
    tell.domains("Spam landing page", "parcel-wait.example", indicates="T1585.002"),
    tell.addresses("Scripted sign-up from", "203.0.113.144", indicates="T1585.002"),
    tell.indicator(
        "Accounts numbered in sequence",
        "[user-account:account_login MATCHES '^student\\\\.[0-9a-f]{4}$'] REPEATS 10 TIMES "
        "WITHIN 86400 SECONDS",
        "Ten accounts a day whose names differ only in a running number.",
        indicator_types=["anomalous-activity"],
        indicates="T1585.002",
    ),
    tell.report(
        "Free tiers of cloud services misused for unsolicited mail",
        """What happened. Scripts open thousands of free accounts at cloud providers and send a
        few dozen mails a day from each. Because every account stays below the limits and the
        providers' networks have a good name, the mails pass most filters. Two providers have
        closed about 2,700 accounts.

        Who is affected. Providers that give free accounts the right to send mail or to open
        connections to mail servers. Recipients see mails about parcels and medicines that come
        from well-known clouds.

        What to do. Providers: close outgoing mail ports for new accounts by default; count
        sign-ups per network, telephone range and payment means rather than per address; limit
        by tenant age. Recipients: rate mail by the domain and signature of the sender, not by
        the cloud that it came from, and report it to the provider's abuse address, which acts
        within hours.

        Indicators. One landing page, one address from which accounts were opened, and the
        pattern of their names.""",
        "campaign indicator",
        "T1585.002",
        see=("cloudsirt.example/guidance/free-tier", "status.cirrus.example/2026/mail"),
    ),
)

POSTS = (_DETECTED, _ECHOED, _ADVISORY)
