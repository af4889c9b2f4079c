from importlib import import_module

from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "portal"

    def ready(self) -> None:
        import_module("portal.digest")  # hands its sections to the summary
        import_module("portal.digest_oddities")
