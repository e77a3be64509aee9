"""Parts images from change events, and brings the chain of seals.

The append-only trigger is dropped for the move, in the migration's transaction; enforcing after it makes it again.
"""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

TABLES = ("audit_changeevent", "audit_accessevent")
OPEN = ";\n".join(
    f'DROP TRIGGER IF EXISTS trail_append_only ON "{table}"; ALTER TABLE "{table}" NO FORCE ROW LEVEL SECURITY'
    for table in TABLES
)
PART = """
INSERT INTO audit_changeimage (event_id, salt, before, after)
SELECT id, gen_random_uuid(), before, after FROM audit_changeevent;

UPDATE audit_changeevent e SET
    digest = sha256(uuid_send(i.salt) || convert_to(json_build_array(i.before, i.after)::text, 'UTF8')),
    columns = CASE WHEN e.action = 'update' THEN ARRAY(
        SELECT c.key FROM jsonb_each(coalesce(i.after, i.before)) c WHERE c.value IS DISTINCT FROM i.before -> c.key
        ORDER BY 1
    ) ELSE '{}' END
FROM audit_changeimage i WHERE i.event_id = e.id;

INSERT INTO audit_unsealed (change_id, access_id)
SELECT change_id, access_id FROM (
    SELECT at, id AS change_id, NULL::uuid AS access_id FROM audit_changeevent
    UNION ALL SELECT at, NULL, id FROM audit_accessevent
) e ORDER BY at, change_id;
"""
JOIN = """
UPDATE audit_changeevent e SET before = i.before, after = i.after FROM audit_changeimage i WHERE i.event_id = e.id;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [
        migrations.RunSQL(OPEN, migrations.RunSQL.noop),
        migrations.CreateModel(
            name="ChangeImage",
            fields=[
                (
                    "event",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        serialize=False,
                        to="audit.changeevent",
                    ),
                ),
                ("salt", models.UUIDField()),
                ("before", models.JSONField(null=True)),
                ("after", models.JSONField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Unsealed",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("change_id", models.BigIntegerField(null=True)),
                ("access_id", models.UUIDField(null=True)),
            ],
        ),
        migrations.AddField(
            model_name="changeevent",
            name="columns",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=63), default=list, size=None
            ),
        ),
        migrations.AddField(
            model_name="changeevent",
            name="digest",
            field=models.BinaryField(default=b""),
            preserve_default=False,
        ),
        migrations.RunSQL(PART, JOIN),
        migrations.RemoveField(model_name="changeevent", name="before"),
        migrations.RemoveField(model_name="changeevent", name="after"),
        migrations.CreateModel(
            name="Seal",
            fields=[
                ("seq", models.BigIntegerField(primary_key=True, serialize=False)),
                ("change_id", models.BigIntegerField(null=True, unique=True)),
                ("access_id", models.UUIDField(null=True, unique=True)),
                ("form", models.PositiveSmallIntegerField()),
                ("at", models.DateTimeField()),
                ("key_id", models.CharField(max_length=16)),
                ("prev", models.BinaryField()),
                ("digest", models.BinaryField()),
                ("mac", models.BinaryField()),
            ],
            options={
                "ordering": ("seq",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("access_id__isnull", False), ("change_id", None)),
                            models.Q(("access_id", None), ("change_id__isnull", False)),
                            _connector="OR",
                        ),
                        name="seal_of_one_event",
                    )
                ],
            },
        ),
        migrations.RunSQL(migrations.RunSQL.noop, OPEN),
    ]
