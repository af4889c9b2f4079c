from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from accounts.models import User


class MemberBackend(AuthenticationBackend):
    """Loads the person together with the business they work in: one query a request."""

    def get_user(self, user_id: Any) -> User | None:
        user = User.objects.select_related("current_member__business").filter(pk=user_id).first()
        return user if user and self.user_can_authenticate(user) else None
