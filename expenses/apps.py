from importlib import import_module

from django.apps import AppConfig


class ExpensesConfig(AppConfig):
    name = "expenses"

    def ready(self) -> None:
        import_module("expenses.services.categories")  # hands its on_birth to accounts
        import_module("expenses.upcoming")  # registers its commitments
        import_module("expenses.digest")  # hands its sections to the summary
        import_module("expenses.importers")  # hands what it imports to imports
