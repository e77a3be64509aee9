"""`trellis backup` and `trellis restore`, on databases where work is really committed."""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import ProgrammingError, connections, transaction
from psycopg import sql

from tests.cast import Cast, make_cast
from tests.factories import grant, make_person
from trellis.cli import main
from trellis.commands import _backing_up, _proving, _service
from trellis.service.access.actor import acting
from trellis.service.access.models import User
from trellis.service.access.roles import OWNER_ROLE
from trellis.service.access.sealer import anchor_now, seal_waiting
from trellis.service.audit.models import ChangeEvent
from trellis.service.common.backup.folder import read_manifest
from trellis.service.common.embedded_postgres import embedded_server
from trellis.service.people.models import Person
from trellis.service.schemes.models import Area

ROLES = ("default", "owner", "steward")
KEY = base64.b64encode(bytes(range(32))).decode()
ANOTHER_KEY = base64.b64encode(bytes(32)).decode()


@contextmanager
def administrator() -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    with psycopg.connect(embedded_server("test", durable=False).url, autocommit=True) as connection:
        yield connection


def name_database(name: str) -> None:
    connections.close_all()
    for alias in ROLES:
        connections[alias].settings_dict["NAME"] = name


@pytest.fixture
def people(committed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cast]:
    """A committed database with two people, of whom one officer sees one, and a folder of uploaded files."""
    # The tests have set Django up, on a database of their own.
    monkeypatch.setattr(_service, "set_up", lambda: False)
    monkeypatch.setattr(settings, "BACKUP_KEY", "")
    monkeypatch.setattr(settings, "ANCHORS", tmp_path / "anchors")
    files = tmp_path / "files"
    monkeypatch.setattr(_backing_up, "files_folder", lambda: files)
    (files / "2026").mkdir(parents=True)
    (files / "2026" / "extract.csv").write_text("invented\n")
    steward = connections["steward"].settings_dict["NAME"]
    name_database(committed)
    cast = make_cast()
    grant(cast, cast.police_om, make_person(cast))
    make_person(cast, "Marrowby")
    seal_waiting()
    anchor_now()
    yield cast
    name_database(committed)
    connections["steward"].settings_dict["NAME"] = steward


@pytest.fixture
def backup(people: Cast, tmp_path: Path) -> Path:
    return make_backup(tmp_path)


def make_backup(folder: Path) -> Path:
    assert main(["backup", str(folder / "backups")]) == 0
    return next((folder / "backups").iterdir())


@pytest.fixture
def empty(committed: str) -> Iterator[str]:
    """An empty database beside, which the owner owns."""
    name = f"{committed}_new"[:60]
    connections.close_all()
    with administrator() as server:
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        server.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(name), sql.Identifier(OWNER_ROLE)))
        yield name
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def databases() -> set[object]:
    with administrator() as server:
        return {name for (name,) in server.execute("SELECT datname FROM pg_database").fetchall()}


def seen_by(user: User) -> list[str]:
    with acting(user):
        return sorted(str(person) for person in Person.objects.all())


def test_a_restored_database_serves_and_protects_as_before(people: Cast, backup: Path, empty: str) -> None:
    files = _backing_up.files_folder()
    files.rename(files.with_name("lost"))
    name_database(empty)
    assert main(["restore", str(backup)]) == 0
    assert seen_by(people.coordinator) == ["Osric Marrowby", "Osric Quillfeather"]
    assert seen_by(people.police_om) == ["Osric Quillfeather"]
    assert seen_by(people.stranger) == []
    added = make_person(people, "Vetchling")
    with acting(people.auditor):
        assert ChangeEvent.objects.filter(table="people_person", row=str(added.pk), action="insert").count() == 1
    with pytest.raises(ProgrammingError, match="Nobody is named as the actor"), transaction.atomic():
        Person.objects.update(family_name="Nobody")
    assert (files / "2026" / "extract.csv").read_text() == "invented\n"


def test_a_drill_proves_the_backup_and_leaves_nothing(
    backup: Path, committed: str, capsys: pytest.CaptureFixture[str]
) -> None:
    # Life goes on, and the anchor that sees it is not held against the backup.
    with acting("setup"):
        Area.objects.create(slug="east", name="East", boundary="district")
    assert seal_waiting() > 0
    anchor_now()
    assert main(["restore", "--drill", str(backup)]) == 0
    said = capsys.readouterr().out
    for line in (
        r"tables +\d+ with [\d,]+ rows, equal to the last digit",
        r"protection +.*[1-9]\d* policies, .*[1-9]\d* triggers: as before",
        r"sequences +[1-9]\d* go on",
        r"row security +on for [1-9]\d* tables",
        r"app role +owns nothing",
        r"grants +[1-9]\d* live",
        r"sight +[1-9]\d* users see as many people as before",
        r"chain +[1-9]\d* seals whole, 1 anchors, 0 events await",
    ):
        assert re.search(line, said), f"{line} is not in {said}"
    assert f"trellis_drill_{os.getpid()}" not in databases()


def test_a_backup_holds_no_session(people: Cast, tmp_path: Path, empty: str) -> None:
    people.client(people.police_om)
    backup = make_backup(tmp_path)
    name_database(empty)
    shutil.rmtree(_backing_up.files_folder())
    assert main(["restore", str(backup)]) == 0
    assert Session.objects.count() == 0


WRONG: list[tuple[Callable[[Path], None], str]] = [
    (lambda folder: flip(folder / "database.dump"), "database.dump is not what the manifest says"),
    (lambda folder: cut(folder / "database.dump"), "database.dump has .* bytes and should have .*cut off"),
    (lambda folder: (folder / "files.tar").unlink(), "The backup lacks files.tar"),
    (lambda folder: cut(folder / "manifest.json"), "manifest.json cannot be read as a manifest"),
    (lambda folder: (folder / "manifest.json").unlink(), "There is no backup at"),
    (lambda folder: rewrite(folder, format=2), "has format 2, and this version reads 1"),
    (lambda folder: rewrite(folder, server_version=990000), "The backup is of PostgreSQL 99"),
    (lambda folder: rewrite(folder, migrations=["people.9999_later"]), "made by a later version of Trellis"),
    (lambda folder: rewrite(folder, parts={}), "The manifest names no database.dump"),
    (lambda folder: rewrite(folder, live_grants=999), r"is not what was backed up \(grants\)"),
    (lambda folder: rewrite(folder, tables={}), r"is not what was backed up \(tables\)"),
]


def test_what_is_wrong_with_a_backup_is_a_sentence(
    backup: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for number, (break_it, sentence) in enumerate(WRONG):
        folder = tmp_path / f"copy{number}"
        shutil.copytree(backup, folder)
        break_it(folder)
        assert main(["restore", "--drill", str(folder)]) == 2
        said = capsys.readouterr().err
        assert re.search(sentence, said), f"{sentence} is not in {said}"
    assert f"trellis_drill_{os.getpid()}" not in databases()


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-100])


def rewrite(folder: Path, **changes: object) -> None:
    path = folder / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


ALTERATIONS = {
    "DELETE FROM selection_referral; DELETE FROM people_person": {"tables"},
    "UPDATE people_person SET given_names = 'Another'": {"tables"},
    "DROP POLICY see ON people_person": {"protection"},
    "ALTER TABLE people_person DISABLE TRIGGER trail_update": {"protection"},
    "GRANT DELETE ON people_person TO trellis_app": {"protection"},
    "GRANT EXECUTE ON FUNCTION trail_refuse() TO PUBLIC": {"protection"},
    "ALTER TABLE people_person ALTER family_name DROP NOT NULL": {"protection"},
    "ALTER TABLE people_person ADD COLUMN more text": {"tables", "protection"},
    "DROP INDEX grant_user; CREATE OR REPLACE FUNCTION actor_agency_id() RETURNS bigint LANGUAGE sql AS 'SELECT 1'": {
        "protection"
    },
    "ALTER TABLE people_person NO FORCE ROW LEVEL SECURITY": {"protection"},
    "ALTER TABLE people_person DISABLE ROW LEVEL SECURITY": {"row security", "sight"},
    "SELECT setval('people_person_id_seq', 1)": {"sequences"},
    "ALTER TABLE people_person OWNER TO trellis_app": {"app role"},
    "CREATE POLICY more ON people_person FOR SELECT USING (true)": {"protection", "sight"},
    "DELETE FROM audit_changeimage WHERE event_id = (SELECT min(event_id) FROM audit_changeimage)": {"tables", "chain"},
    "DROP TABLE audit_seal": {"tables", "chain"},
    "UPDATE audit_changeevent SET actor_id = 1 - actor_id": {"tables", "chain"},
    "DELETE FROM audit_seal WHERE seq > 5; DELETE FROM audit_unsealed": {"tables", "chain"},
    "UPDATE access_grant SET ends_at = '2020-01-01 12:00+00', starts_at = '2020-01-01 00:00+00'": {"grants", "sight"},
}


def test_whatever_differs_in_a_restored_database_is_found(backup: Path, empty: str) -> None:
    manifest = read_manifest(backup, None)
    name_database(empty)
    shutil.rmtree(_backing_up.files_folder())
    assert main(["restore", str(backup)]) == 0
    assert all(finding.fits for finding in _proving.prove(manifest))
    for alteration, expected in ALTERATIONS.items():
        with altered(empty, alteration) as database:
            wrong = {finding.what for finding in _proving.prove(manifest, database) if not finding.fits}
        assert expected <= wrong, f"{alteration}: found {wrong}"


def test_sight_that_time_has_changed_is_told_apart(backup: Path) -> None:
    """The database is the one that was backed up; a grant began after the moment that the manifest is given."""
    manifest = read_manifest(backup, None)
    fewer = {pair: people - 1 for pair, people in manifest.sight.items()}
    assert {finding.what for finding in _proving.prove(replace(manifest, sight=fewer)) if not finding.fits} == {"sight"}
    earlier = replace(manifest, sight=fewer, made_at=manifest.made_at - timedelta(days=1))
    (sight,) = (finding for finding in _proving.prove(earlier) if finding.what == "sight")
    assert sight.fits
    assert "dates of access have come since" in sight.words


@contextmanager
def altered(original: str, alteration: str) -> Iterator[str]:
    """A copy of the database in which a superuser, without triggers, has done what is said."""
    copy = f"{original}_altered"[:60]
    names = {"copy": sql.Identifier(copy), "original": sql.Identifier(original)}
    with administrator() as server:
        server.execute(sql.SQL("CREATE DATABASE {copy} TEMPLATE {original} STRATEGY FILE_COPY").format(**names))
        try:
            with psycopg.connect(_backing_up.address("owner", copy), user="postgres") as superuser:
                superuser.execute("SET session_replication_role = replica")
                for statement in alteration.split(";"):
                    superuser.execute(statement)
            yield copy
        finally:
            server.execute(sql.SQL("DROP DATABASE {copy} WITH (FORCE)").format(**names))


def test_an_encrypted_backup_opens_under_its_key_alone(
    people: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(settings, "BACKUP_KEY", KEY)
    backup = make_backup(tmp_path)
    for part in ("database.dump", "files.tar"):
        content = (backup / part).read_bytes()
        assert content.startswith(b"trellis-backup-1")
        assert b"PGDMP" not in content
        assert b"invented" not in content
    assert main(["restore", "--drill", str(backup)]) == 0
    for key, sentence in (
        ("", "is encrypted: set TRELLIS_BACKUP_KEY"),
        (ANOTHER_KEY, "was not signed under the key"),
        ("short", "TRELLIS_BACKUP_KEY is not 32 random bytes"),
    ):
        monkeypatch.setattr(settings, "BACKUP_KEY", key)
        assert main(["restore", "--drill", str(backup)]) == 2
        assert sentence in capsys.readouterr().err
    monkeypatch.setattr(settings, "BACKUP_KEY", KEY)
    rewrite(backup, live_grants=0)
    assert main(["restore", "--drill", str(backup)]) == 2
    assert "was not signed under the key" in capsys.readouterr().err


def test_nothing_is_overwritten(backup: Path, committed: str, empty: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["restore", str(backup)]) == 2
    assert "The folder of uploaded files" in capsys.readouterr().err
    shutil.rmtree(_backing_up.files_folder())
    assert main(["restore", str(backup)]) == 2
    assert f"The database {committed} is not empty" in capsys.readouterr().err
    assert main(["restore", "--drill", "--scratch", committed, str(backup)]) == 2
    assert committed in databases()
    assert main(["restore", "--scratch", empty, str(backup)]) == 2
    assert "add --drill" in capsys.readouterr().err


def test_a_drill_may_use_a_database_made_for_it(backup: Path, empty: str) -> None:
    assert main(["restore", "--drill", "--scratch", empty, str(backup)]) == 0
    assert empty not in databases()


def test_what_is_lacking_is_a_sentence(
    people: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(settings, "POSTGRES_PROGRAMS", str(tmp_path))
    assert main(["backup", str(tmp_path / "backups")]) == 2
    assert "backing up needs pg_dump and pg_restore of that version (none was found)" in capsys.readouterr().err
    assert list((tmp_path / "backups").iterdir()) == []
    monkeypatch.setattr(settings, "POSTGRES_PROGRAMS", "")
    (tmp_path / "file").touch()
    assert main(["backup", str(tmp_path / "file")]) == 2
    assert "The backup could not be written" in capsys.readouterr().err
    monkeypatch.setitem(connections["steward"].settings_dict, "NAME", "no_such_database")
    assert main(["backup", str(tmp_path / "backups")]) == 2
    assert "The database does not answer the steward" in capsys.readouterr().err
    without = {alias: value for alias, value in connections.settings.items() if alias != "steward"}
    monkeypatch.setattr(connections, "settings", without)
    assert main(["backup", str(tmp_path / "backups")]) == 2
    assert "set TRELLIS_STEWARD_DATABASE_URL" in capsys.readouterr().err
