"""Brasswick: an affiliate deletes backups through their own interface before it encrypts."""

from cloudsirt.demo import building as tell

_DETECTED = tell.post(
    tell.by("stratus-analyst", "malicious-activity", 82, tell.STRICT, attribution="members"),
    tell.intrusion_set(
        "Tallow",
        """Affiliate of a ransomware service. Enters through remote access without a second
        factor, looks for the credentials of the backup software, and shortens the retention of
        every vault to a day before it encrypts.""",
        first_seen=tell.days(160),
        goals=["Ransom", "Sale of copied data"],
        primary_motivation="personal-gain",
    ),
    tell.malware(
        "Brasswick",
        """Encrypts virtual disks from the management plane instead of files in the guests, and
        leaves the machines running until they are restarted.""",
        malware_types=["ransomware"],
        is_family=True,
    ),
    tell.tool(
        "vaultsweep",
        "Script that walks the programming interface of a backup service and deletes copies.",
        tool_types=["exploitation"],
    ),
    tell.links("Tallow", "uses", "Brasswick", "vaultsweep", "T1490", "T1486"),
    tell.links("Tallow", "targets", "Hosting customers"),
    tell.files("Brasswick", "bw-plane.bin", "bw-note.txt", indicates="Brasswick"),
    tell.addresses(
        "Tallow control", "203.0.113.101", "203.0.113.104", "203.0.113.109", indicates="Tallow"
    ),
    tell.indicator(
        "Retention shortened, then many deletions",
        "([url:value LIKE '%/vaults/%/retention?days=1'] FOLLOWEDBY "
        "[url:value MATCHES '/vaults/[0-9a-f-]+/copies/[0-9]+$']) WITHIN 900 SECONDS",
        "Calls to the backup interface in the order in which vaultsweep makes them.",
        indicator_types=["malicious-activity"],
        confidence=90,
        indicates="vaultsweep",
    ),
    tell.indicator(
        "Ransom note of Brasswick",
        """rule brasswick_note {
  strings:
    $a = "your disks are asleep, not dead" ascii wide
    $b = "recover@tallow-desk.example" ascii
  condition: filesize < 20KB and all of them
}""",
        "Text of the note that is left in the management console.",
        pattern_type="yara",
        indicates="Brasswick",
    ),
)

_WARNING = tell.post(
    tell.by(
        "stratus-analyst",
        "compromises",
        80,
        tell.RED,
        to=("cirrus", "ministry-contact"),
        attribution="named",
    ),
    tell.accounts("backup-sync", "restore-robot"),
    tell.values("ipv4-addr", "203.0.113.104"),
    tell.observed("foreign accounts in Tallow's tools", 81, 80, 2, "backup-sync"),
    tell.note(
        "Accounts of Cirrus found in the affiliate's tool kit",
        """The configuration of vaultsweep that we recovered names two accounts of the backup
        service of Cirrus, backup-sync and restore-robot, with passwords. We have not tried
        them. The ministry is named as recipient because one of the vaults belongs to a public
        authority. Please confirm by telephone.""",
        "backup-sync",
        "restore-robot",
    ),
)

_ANSWERED = tell.post(
    tell.by("cirrus-analyst", "malicious-activity", 78, tell.STRICT, attribution="members"),
    tell.sighting("Tallow control 203.0.113.104", 81, 79, 6),
    tell.sighting("Retention shortened, then many deletions", 79.5, 79.5, 1),
    tell.note(
        "Attempt stopped by the retention lock",
        """One call to shorten the retention of a vault arrived and was refused, because the
        vault is locked for thirty days. The account has been disabled. We recommend the lock
        over any detection.""",
        "Tallow",
        "vaultsweep",
    ),
)

_ADVISORY = tell.post(
    tell.by("national-csirt-analyst", "malicious-activity", 74, tell.CLEAR, attribution="named"),
    tell.files("Disk encryptor", "bw-plane.bin", indicates="T1486"),
    tell.indicator(
        "Backup retention set to one day",
        "[url:value LIKE '%/vaults/%/retention?days=1']",
        "A request that legitimate administration hardly ever makes.",
        indicator_types=["anomalous-activity"],
        indicates="T1490",
    ),
    tell.report(
        "Ransomware that deletes cloud backups first",
        """What happened. Before it encrypts, an affiliate of a ransomware service signs in to
        the victim's backup service with stolen credentials, shortens the retention of every
        vault to one day, deletes the copies, and waits until they are gone. It then encrypts
        virtual disks from the management plane. In the cases that we know, victims noticed the
        deletion only after the encryption.

        Who is affected. Organisations whose backups can be deleted with the same credentials
        that operate production, whichever product they use.

        What to do. Lock the retention of your vaults so that nobody, yourself included, can
        shorten it alone. Hold backups in a separate account with its own administrators and
        phishing-resistant sign-in. Alarm on every change of retention and on the deletion of
        more than ten copies an hour. Restore a system once a quarter, from the vault alone.

        If you find the attached request in your logs, assume that an encryption is hours away:
        disable the account, lock the vaults, and call your CSIRT.

        Indicators. One file and one request. The request is the earlier sign.""",
        "malware attack-pattern",
        "T1490",
        "T1486",
        "Keep backups out of the reach of production",
        see=("national-csirt.example/ransomware/backups", "docs.stratus.example/backup/lock"),
    ),
)

POSTS = (_DETECTED, _WARNING, _ANSWERED, _ADVISORY)
