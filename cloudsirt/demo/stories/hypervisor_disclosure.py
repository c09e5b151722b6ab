"""A way out of the guest, told first to those who can fix it, then to all, each in their time."""

from cloudsirt.demo import building as tell

_CVE = "CVE-2026-90771"

_EMBARGOED = tell.post(
    tell.by(
        "nimbus-analyst",
        "attacks",
        24.5,
        tell.RED,
        to=("stratus", "cirrus", "national-csirt-contact"),
        attribution="named",
    ),
    tell.note(
        "Before the embargo: a guest can write to host memory in ExampleVisor",
        """A customer reported that a guest with a paravirtual disk can write beyond a ring
        buffer of ExampleVisor 7 and so into memory of the host. We have reproduced it. The
        vendor has confirmed and aims at a fix in ten days. You are told because you run the
        same version; please name one engineer each who may know, and nobody else.""",
        "T1611",
    ),
    tell.indicator(
        "Guest probing the disk ring",
        "alert tcp any any -> 192.0.2.200 16514 "
        '(msg:"ring index out of range"; content:"|ff ff 00 81|"; sid:9001771; rev:1;)',
        "For the management network only; fires on the log stream of the host agent.",
        pattern_type="snort",
        indicates="T1611",
    ),
)

_MEMBERS = tell.post(
    tell.by("nimbus-analyst", "attacks", 9, tell.STRICT, attribution="members"),
    tell.vulnerability(
        _CVE,
        """ExampleVisor 7.0 to 7.4.1: a guest with a paravirtual disk can write to memory of the
        host. Fixed in 7.4.2. Under embargo: for members' own staff only.""",
        external_references=[{"source_name": "cve", "external_id": _CVE}],
    ),
    tell.measure(
        "Patch shared hosts in waves",
        """Move guests away, install 7.4.2, start the host again, and verify the version that
        the running process reports; hosts with several tenants first.""",
    ),
    tell.links("Patch shared hosts in waves", "mitigates", _CVE),
    tell.indicator(
        "Crash of the disk thread of ExampleVisor",
        "[file:name = 'xv-blk.core' AND file:parent_directory_ref.path = '/var/crash']",
        "Failed attempts end the thread and leave this file; none has been seen in the wild.",
        indicator_types=["anomalous-activity"],
        indicates="T1611",
    ),
)

_SCHEDULED = tell.post(
    tell.by(
        "nimbus-analyst",
        "attacks",
        2,
        tell.CLEAR,
        attribution="named",
        release={"research": tell.days(-3), "public": tell.days(-5)},
    ),
    tell.measure(
        "Update ExampleVisor to 7.4.2",
        "Install version 7.4.2 and restart every host; a live update does not replace the thread.",
    ),
    tell.links("Update ExampleVisor to 7.4.2", "mitigates", "T1611"),
    tell.indicator(
        "Core file of the disk thread",
        "[file:name = 'xv-blk.core']",
        "Left behind by a failed attempt to leave the guest.",
        indicator_types=["anomalous-activity"],
        confidence=60,
        indicates="T1611",
    ),
    tell.report(
        "Guest-to-host escape in ExampleVisor 7 (CVE-2026-90771)",
        """What happened. A weakness in the paravirtual disk of ExampleVisor lets the
        administrator of a guest write to memory of the host, and so reach other guests on it.
        It was reported by a customer of a member and kept confidential until the fix was
        available. No use of it in attacks is known.

        Who is affected. Operators of ExampleVisor 7.0 to 7.4.1 whose guests are not all
        equally trusted. Version 6 does not have the feature. Tenants of the members of this
        consortium need do nothing: their hosts have been updated.

        What to do. Install 7.4.2 and restart every host; hosts that several tenants share come
        first. Where that is not possible at once, switch guests to the emulated disk controller,
        which closes the way at the price of throughput. Afterwards look for the attached core
        file: where it is older than your update, keep the host's memory image and ask your
        CSIRT for help.

        Indicators. One file name, which also appears after ordinary failures of the disk
        thread; it is a reason to look, not a proof.

        Thanks go to the customer who reported the weakness and to the vendor, who kept to the
        day that was agreed.""",
        "vulnerability",
        "T1611",
        see=("cve.example/CVE-2026-90771", "examplevisor.example/security/xv-2026-04"),
    ),
)

_RELABELLED = tell.post(
    tell.by("nimbus-analyst", "attacks", 1.5, tell.AMBER),
    tell.revised(
        "vulnerability",
        _CVE,
        description="""ExampleVisor 7.0 to 7.4.1: a guest with a paravirtual disk can write to
        memory of the host. Fixed in 7.4.2. Members may inform their clients; the public
        follows when the advisory is released.""",
    ),
)

POSTS = (_EMBARGOED, _MEMBERS, _SCHEDULED, _RELABELLED)
