"""Every model says who may see its rows, and what each of its fields is."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import connection, models

from trellis.service.access.database import registered_models
from trellis.service.access.third_party import THIRD_PARTY_TABLES
from trellis.service.common.register import Category, Register

OURS = [model for model in apps.get_models() if model.__module__.startswith("trellis.")]


def own_fields(model: type[models.Model]) -> list[str]:
    return [field.name for field in model._meta.get_fields() if field.concrete and not field.auto_created] + (
        ["id"] if model._meta.pk is not None and model._meta.pk.auto_created else []
    )


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_every_field_is_registered_once(model: type[models.Model]) -> None:
    register = model.register
    registered = [name for names in register.fields.values() for name in names]
    assert sorted(registered) == sorted(own_fields(model))


def test_an_unregistered_field_is_noticed() -> None:
    register: Register = OURS[0].register
    with pytest.raises(KeyError):
        register.category_of("a_field_that_nobody_registered")


def test_columns_that_may_change_exist() -> None:
    for model, register in registered_models():
        columns = {field.column for field in model._meta.concrete_fields} | {"*"}
        assert set(register.rows.update) <= columns, model._meta.label


def test_personal_data_is_behind_row_security() -> None:
    personal = {Category.IDENTITY, Category.PROTECTED, Category.OFFENDING, Category.CASE}
    open_tables = {
        model._meta.label
        for model, register in registered_models()
        if not register.rows.protected and personal & set(register.fields)
    }
    assert open_tables == set()


def test_whoever_is_named_in_the_trail_is_a_column() -> None:
    for model, register in registered_models():
        if register.subject is not None:
            assert register.subject in {field.column for field in model._meta.concrete_fields}, model._meta.label


@pytest.mark.django_db
def test_every_table_in_the_database_is_accounted_for() -> None:
    ours = {model._meta.db_table for model, _ in registered_models()}
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
    assert tables - ours - set(THIRD_PARTY_TABLES) == set()


@pytest.mark.django_db
def test_row_security_stands_on_every_table() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, relrowsecurity, relforcerowsecurity FROM pg_class WHERE relkind = 'r'"
            " AND relnamespace = 'public'::regnamespace"
        )
        secured = {name: (enabled, forced) for name, enabled, forced in cursor.fetchall()}
    for model, register in registered_models():
        assert secured[model._meta.db_table] == (True, register.rows.force), model._meta.label
