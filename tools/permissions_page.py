"""The page of permissions, made from the table that the service runs on."""

from __future__ import annotations

from eduid_core.service.handlers.permissions import CAPABILITY_ROLES, MEANING, PERMISSIONS, Relation
from eduid_core.service.reading.access import READS
from eduid_core.workflow import Role

__all__ = ["permissions_page"]

ROLES = [role for role in Role if role is not Role.SYSTEM]
INTRO = """# Permissions

Which role may give which command, and the relation to its subject that is established from stored accounts,
grants and applications at the time of the command. A blank cell is refused with `forbidden`. Then the
[lifecycle](lifecycle.md) decides whether the status admits the command. Commands that are not here are given by
the service itself (a match, a timer, a code that was right) and are refused from every caller.

The roles {roles} belong to programs: a service has them only if it was built with
`Service(capabilities=...)`.

"""


OF_READS = """The reads of `Service`. A list and a count show what the reader's reach covers: a family's own
applications, those of the schools and classes of a seat, or all. Staff read in a session of two factors, and
masked values; `Reveal` shows one, on record.
"""


def _cell(name: str) -> str:
    return name.replace("_", " ")


def permissions_page() -> str:
    """Return the table of commands and roles, and the meaning of each relation."""
    roles = " and ".join(f"`{role.value}`" for role in sorted(CAPABILITY_ROLES, reverse=True))
    head = (
        "| command | "
        + " | ".join(_cell(role.value) for role in ROLES)
        + " |\n|---|"
        + "---|" * len(ROLES)
        + "\n"
    )
    rows = "".join(
        f"| `{kind.__name__}` | " + " | ".join(entry[r].value if r in entry else "" for r in ROLES) + " |\n"
        for kind, entry in sorted(PERMISSIONS.items(), key=lambda item: item[0].__name__)
    )
    reads = head.replace("| command |", "| read |") + "".join(
        f"| `{read}` | " + " | ".join(entry[r].value if r in entry else "" for r in ROLES) + " |\n"
        for read, entry in sorted(READS.items())
    )
    told = INTRO.format(roles=roles) + head + rows
    return f"{told}\n## Reads\n\n{OF_READS}\n{reads}\n## Relations\n\n{_relations()}"


def _relations() -> str:
    return "".join(f"- **{relation.value}**: {MEANING[relation]}\n" for relation in Relation)
