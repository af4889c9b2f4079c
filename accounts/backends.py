from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.db.models import OuterRef

from accounts import riders
from accounts.models import User
from mail.queries import mail_trouble


class MemberBackend(AuthenticationBackend):
    """Loads the person together with the business they work in: one query a request."""

    def get_user(self, user_id: Any) -> User | None:
        people = User.objects.select_related("current_member__business").annotate(
            mail_trouble=mail_trouble(OuterRef("email")), **riders.expressions("current_member__business_id")
        )
        user = people.filter(pk=user_id).first()
        if user is None or not self.user_can_authenticate(user):
            return None
        if user.current_member:
            riders.hand_over(user, user.current_member)
        return user
