from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from accounts.models import Member
from accounts.permissions import Action
from mail.delivery import files_only
from portal import navigation

CONCERNS_MAIL = ("today", "team", "alert_settings")
THEMES = ("system", "light", "dark")


def frame(request: HttpRequest) -> dict[str, Any]:
    """What the frame around every page needs: the member, their business and where they can go, without a query of its own."""
    member = getattr(request, "member", None)
    theme = request.COOKIES.get("theme", "system")
    return {
        "member": member,
        "business": SimpleLazyObject(lambda: member.business if member else None),
        "open_alerts": SimpleLazyObject(lambda: getattr(member, "open_alerts", 0) if member else 0),
        "nav": SimpleLazyObject(lambda: _nav(request, member) if member else None),
        "theme": theme if theme in THEMES else "system",
        "files_only": files_only(),
    }


def _nav(request: HttpRequest, member: Member) -> dict[str, Any]:
    """Groups of places for the side, up to four for a thumb, the pages of settings, and where we are."""
    page = request.resolver_match.url_name or "" if request.resolver_match else ""
    groups, tabs = list(navigation.groups(member)), navigation.settings(member)
    places = [place for group in groups for place in group.places]
    tab = next((place for place in tabs if place.has(page)), None)
    here = next((place for place in places if place.has(page)), None)
    thumbs = [place for place in places if place.thumb][:4]
    return {
        "groups": groups,
        "thumbs": thumbs,
        "is_at_hand": not tab and here in thumbs,
        "tabs": tabs,
        "tab": tab.name if tab else "",
        "here": "settings" if tab else here.name if here else "",
        "warn_of_files": member.may(Action.SETTINGS) and page in CONCERNS_MAIL,
    }
