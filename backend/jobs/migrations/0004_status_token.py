"""Which API token made a change: null for what came before, and for whatever a session does."""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Add a column without a default: no row is rewritten, and none has to be looked at."""

    dependencies: ClassVar = [
        ("jobs", "0003_rollup"),
        ("accounts", "0003_api_tokens_and_audit"),
    ]
    operations: ClassVar = [
        migrations.AddField(
            model_name="jobstatus",
            name="set_by_token",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.apitoken",
            ),
        ),
    ]
