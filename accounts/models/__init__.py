from accounts.models.api_key import ApiKey, Scope
from accounts.models.business import Business, Kind, Plan, TaxRounding, ValuationMethod
from accounts.models.invitation import Invitation
from accounts.models.member import Member
from accounts.models.user import User

__all__ = ["ApiKey", "Business", "Invitation", "Kind", "Member", "Plan", "Scope", "TaxRounding", "User", "ValuationMethod"]
