from django.apps import AppConfig
from django.core import checks

from common import portability


class CommonConfig(AppConfig):
    name = "common"

    def ready(self) -> None:
        checks.register(portability.check_ours, portability.TAG)
        checks.register(portability.check_others, portability.TAG, deploy=True)
