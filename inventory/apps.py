from importlib import import_module

from django.apps import AppConfig


class InventoryConfig(AppConfig):
    name = "inventory"

    def ready(self) -> None:
        import_module("inventory.services.places")  # hands its on_birth to accounts
        import_module("inventory.importers")  # hands what it imports to imports
        import_module("inventory.tasks")  # hands what heeds a setting to accounts
