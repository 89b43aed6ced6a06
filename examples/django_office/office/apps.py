"""The app: Django calls `ready` once, when it starts."""

from pathlib import Path

from django.apps import AppConfig

from office.engine import Engine


class OfficeConfig(AppConfig):
    """The office, with its engine."""

    name = "office"
    default_auto_field = "django.db.models.BigAutoField"
    engine: Engine

    def ready(self) -> None:
        """Build the engine."""
        self.engine = Engine.load(Path(self.path) / "policies")
