from django.db.models import OuterRef, Subquery
from django.db.models.expressions import Combinable
from django.db.models.functions import Lower

from mail.models import Suppression


def mail_trouble(address: OuterRef) -> Combinable:
    """Why an address gets no mail, as a part of another query; None where it does."""
    return Subquery(Suppression.objects.active().filter(address=Lower(address)).values("reason")[:1])
