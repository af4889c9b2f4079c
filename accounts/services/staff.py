from accounts.models import Business, Member, User
from accounts.permissions import Role
from audit.services import STAFF


def staff_seat(*, user: User, business: Business) -> Member:
    """One of our own people in a customer's business: may do what its owner may, signs with their own name.

    It is never a row, so that a service which keeps who did it (a sale, a movement) refuses it.
    """
    seat = Member(business=business, user=user, role=Role.OWNER)
    seat.via = STAFF
    return seat
