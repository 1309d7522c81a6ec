"""The one row of the roll-up, at the beginning of the log."""

from typing import Any, ClassVar

from django.db import migrations


def start(apps: Any, _schema_editor: Any) -> None:
    """Count from nothing."""
    apps.get_model("jobs", "StateRollup").objects.get_or_create(id=1)


class Migration(migrations.Migration):
    """Start the roll-up."""

    dependencies: ClassVar = [("jobs", "0002_guards")]
    operations: ClassVar = [migrations.RunPython(start, migrations.RunPython.noop)]
