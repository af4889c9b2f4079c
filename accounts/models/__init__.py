from accounts.models.api_key import ApiKey, Scope
from accounts.models.business import Business, Kind, Plan, TaxRounding, ValuationMethod
from accounts.models.device import FORGOTTEN_AFTER, KnownDevice
from accounts.models.invitation import Invitation
from accounts.models.member import Member
from accounts.models.user import User

__all__ = [
    "FORGOTTEN_AFTER",
    "ApiKey",
    "Business",
    "Invitation",
    "Kind",
    "KnownDevice",
    "Member",
    "Plan",
    "Scope",
    "TaxRounding",
    "User",
    "ValuationMethod",
]
