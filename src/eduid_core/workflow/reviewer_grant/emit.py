"""The events that each rule of a reviewer grant emits."""

from __future__ import annotations

from eduid_core.workflow.machine import Event
from eduid_core.workflow.policy import Policy
from eduid_core.workflow.reviewer_grant import commands, events, states

__all__ = ["claimed", "class_mapped"]

Events = tuple[Event, ...]


def claimed(_: None, c: commands.ClaimRole, __: Policy) -> Events:
    """Record the claim."""
    return (events.RoleClaimed(stamp=c.stamp, grant_id=c.subject, claim=c.claim),)


def class_mapped(_: states.ActiveGrant, c: commands.MapClass, __: Policy) -> Events:
    """Move the grant with its class, or end it if the class has no successor."""
    return (events.ClassMapped(stamp=c.stamp, new=c.new) if c.new else events.GrantEnded(stamp=c.stamp),)
