from django.apps import AppConfig
from django.core import checks

from common import mysql, portability


class CommonConfig(AppConfig):
    name = "common"

    def ready(self) -> None:
        mysql.search_in_any_case()
        checks.register(mysql.check_collation, checks.Tags.database)
        checks.register(portability.check_ours, portability.TAG)
        checks.register(portability.check_others, portability.TAG, deploy=True)
