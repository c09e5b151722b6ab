"""Paper Seal: cloud administrators talked into granting a false application their rights."""

from cloudsirt.demo import building as tell

_NAMES = ("seal-verify.example", "tenant-compliance.example", "secure-docs.example.net")
_URL = "https://tenant-compliance.example/authorize?app=billing-insight"

_DETECTED = tell.post(
    tell.by("national-csirt-analyst", "malicious-activity", 40, tell.GREEN),
    tell.campaign(
        "Paper Seal",
        """Mails to cloud administrators that announce a compliance check and lead to a genuine
        consent page, on which the recipient grants a false application access to mail,
        directory and billing. No password is asked for.""",
        first_seen=tell.days(46),
    ),
    tell.threat_actor(
        "Slate Courier",
        "Sells access to mailboxes of administrators; writes fluently in three languages.",
        threat_actor_types=["criminal"],
        roles=["independent"],
        sophistication="intermediate",
    ),
    tell.links("Paper Seal", "attributed-to", "Slate Courier"),
    tell.links("Paper Seal", "targets", "Cloud administrators", "Northern Europe"),
    tell.links("Paper Seal", "uses", "T1566.002", "T1528"),
    tell.domains("Paper Seal", *_NAMES, confidence=90, indicates="Paper Seal"),
    tell.indicator(
        "Paper Seal consent link",
        f"[url:value = '{_URL}']",
        "Leads by way of the campaign's server to the genuine consent page.",
        confidence=95,
    ),
    tell.indicator(
        "Paper Seal mail",
        "[email-message:subject MATCHES '^Action required: tenant compliance' AND "
        "email-message:from_ref.value = 'no-reply@seal-verify.example']",
        "Subject and sender have not changed since the first wave.",
        indicates="Paper Seal",
    ),
    tell.values("email-addr", "no-reply@seal-verify.example", "admin@customer.example"),
    tell.values("url", _URL),
    tell.observable(
        "email-message",
        "compliance mail",
        is_multipart=False,
        from_ref="no-reply@seal-verify.example",
        to_refs=["admin@customer.example"],
        subject="Action required: tenant compliance review",
        body="Your tenant is due for its yearly review. Please confirm the application below.",
    ),
    tell.observed("first wave", 46, 44, 340, "compliance mail", _URL),
)

_INSIDE = tell.post(
    tell.by("nimbus-analyst", "malicious-activity", 39, tell.AMBER, attribution="none"),
    tell.sighting("Paper Seal tenant-compliance.example", 43, 40, 29),
    tell.observable(
        "user-account",
        "Billing Insight",
        user_id="app-5f3e-billing-insight",
        display_name="Billing Insight",
        account_type="cloud-application",
        is_service_account=True,
    ),
    tell.addresses(
        "Billing Insight called from", "203.0.113.82", "203.0.113.85", indicates="Paper Seal"
    ),
    tell.note(
        "Twenty-nine administrators opened the link, four consented",
        """The application “Billing Insight” reads mail for words such as “invoice” and
        “credential” within ten minutes of the grant, then creates a forwarding rule. Removing
        the rule is not enough: the grant itself must be revoked.""",
        "Billing Insight",
        "Paper Seal",
    ),
    tell.at(tell.GREEN, *tell.domains("Host of Billing Insight", "insight-api.example")),
)

_ADVISORY = tell.post(
    tell.by("national-csirt-analyst", "malicious-activity", 36, tell.CLEAR, attribution="named"),
    tell.domains("Consent phishing", *_NAMES[:2], confidence=90, indicates="T1566.002"),
    tell.indicator(
        "Consent phishing link",
        "[url:value LIKE 'https://tenant-compliance.example/authorize%']",
        "The name of the application follows and may change.",
        indicates="T1528",
    ),
    tell.report(
        "Cloud administrators asked to approve a false compliance application",
        """What happened. Mails in the name of a “tenant compliance review” ask administrators
        of cloud services to approve an application called “Billing Insight”. The page on which
        they approve is the genuine one of their provider; what is false is the application. It
        then reads mail and directory data without needing a password, and stays when the
        password is changed.

        Who is affected. Organisations in which any user may approve applications. Several
        hundred mails were sent; about one recipient in a hundred approved.

        What to do. List the applications that have been granted access to your tenant, and
        revoke “Billing Insight” and whatever nobody can account for. Remove forwarding rules
        created since. Restrict consent to applications of verified publishers with low-risk
        permissions, and route other requests to an administrator who expects them. Tell your
        administrators that no provider announces reviews in this manner.

        Indicators. Two domains and the beginning of the link. Provider-side names of the
        application change from tenant to tenant and are therefore not listed.""",
        "campaign indicator",
        "T1566.002",
        "T1528",
        "Limit consent to verified applications",
        see=("national-csirt.example/warnings/consent", "cloudsirt.example/guidance/consent"),
    ),
)

POSTS = (_DETECTED, _INSIDE, _ADVISORY)
