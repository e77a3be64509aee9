"""The table of the shared cache. Made here so that its rights are given with the others' after migrating."""

from django.db import migrations


class Migration(migrations.Migration):
    """What `createcachetable` would make."""

    dependencies = [("access", "0001_initial")]

    operations = [
        migrations.RunSQL(
            """
            CREATE TABLE cache_entry (
                cache_key varchar(255) PRIMARY KEY,
                value text NOT NULL,
                expires timestamptz NOT NULL
            );
            CREATE INDEX cache_entry_expires ON cache_entry (expires);
            """,
            "DROP TABLE cache_entry",
        )
    ]
