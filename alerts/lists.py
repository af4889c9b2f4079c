"""Alerts as a file."""

from accounts.lists import ListColumn

ALERTS = (
    ListColumn("Since", lambda alert: alert.raised_at),
    ListColumn("Kind", lambda alert: alert.get_kind_display()),
    ListColumn("What", lambda alert: alert.subject),
    ListColumn("Message", lambda alert: alert.message),
    ListColumn("State", lambda alert: alert.get_state_display()),
    ListColumn("Snoozed until", lambda alert: alert.snoozed_until),
    ListColumn("Resolved", lambda alert: alert.resolved_at),
    ListColumn("Note", lambda alert: alert.note),
)
