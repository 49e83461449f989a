from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """Wires ports to adapters: the one place that knows every room."""

    name = "carnet.config"
    label = "config"

    def ready(self) -> None:
        from carnet.config import wiring

        wiring.connect()
