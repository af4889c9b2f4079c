from accounts.admin import businesses, people

__all__ = ["businesses", "people"]
