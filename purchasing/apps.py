from importlib import import_module

from django.apps import AppConfig


class PurchasingConfig(AppConfig):
    name = "purchasing"

    def ready(self) -> None:
        import_module("purchasing.cards")  # puts what is bought on the page of a product
        import_module("purchasing.commitments")  # registers what orders commit
        import_module("purchasing.digest")  # hands its section to the summary
        import_module("purchasing.sourcing")  # says from whom a product is bought
        import_module("purchasing.importers")  # hands what it imports to imports
        import_module("purchasing.services.orders")  # says that a business has amounts
