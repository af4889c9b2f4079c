from importlib import import_module

from django.apps import AppConfig


class SalesConfig(AppConfig):
    name = "sales"

    def ready(self) -> None:
        import_module("sales.importers")  # hands what it imports to imports
        import_module("sales.services.costs")  # hands its on_recost to inventory
        import_module("sales.services.sell")  # hands its on_birth to accounts
