from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject
from django_htmx.middleware import HtmxDetails

from accounts import riders
from accounts.models import Business, Member, User


class MemberRequest(HttpRequest):
    """A request of a signed-in member, as `member_required` hands it to a view."""

    user: User
    member: Member
    business: Business
    htmx: HtmxDetails


class MemberMiddleware:
    """Sets `request.member` to the signed-in person's seat in the business they chose, or None."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.member = SimpleLazyObject(lambda: current_member(request.user))  # type: ignore[attr-defined]
        return self.get_response(request)


def current_member(user: object) -> Member | None:
    if not isinstance(user, User) and not getattr(user, "is_authenticated", False):
        return None
    person: User = user  # type: ignore[assignment]
    member = person.current_member
    if member is None or not member.is_active or member.user_id != person.pk:
        seats = person.memberships.active().select_related("business").annotate(**riders.expressions("business_id"))
        member = seats.order_by("pk").first()
        if member:
            riders.hand_over(member, member)
    if member:
        member.user = person
    return member
