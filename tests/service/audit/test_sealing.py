"""One sealer, nothing left out: late commits, two sealers at once, events that have gone, erased images."""

from __future__ import annotations

import hashlib
import threading
from datetime import timedelta

import psycopg
import pytest
from django.conf import settings
from django.db import ProgrammingError, connection, connections, transaction

from tests.cast import Cast, make_cast
from tests.factories import make_person
from tests.service.audit.trails import Link, anchor_of, as_owner_unhindered, make_access, make_trail, opened
from trellis.service.access.actor import acting
from trellis.service.access.roles import APP_ROLE, OWNER_ROLE
from trellis.service.access.sealer import Sealer, seal_waiting
from trellis.service.audit.chain import ACCESS, CHANGE, FORM, FORMS
from trellis.service.audit.keys import TrailKeys, demonstration_key
from trellis.service.audit.models import AccessEvent, ChangeEvent, ChangeImage, Seal, Unsealed
from trellis.service.audit.sealing import seal_batch
from trellis.service.audit.verifying import Broken, Verified, verify_trail
from trellis.service.people.models import Person


def verified(database: str) -> Verified:
    with opened(database) as link:
        return verify_trail(link, settings.TRAIL_KEYS, [])


def test_a_seal_covers_every_column_of_its_event() -> None:
    for kind, model in ((CHANGE, ChangeEvent), (ACCESS, AccessEvent)):
        assert set(FORMS[FORM][kind]) == {field.column for field in model._meta.concrete_fields}


def test_every_column_of_a_seal_is_bound_by_its_hash_and_every_column_of_an_image_by_its_event(committed: str) -> None:
    make_trail(committed)
    bound = {Seal: set(), ChangeImage: set()}
    with as_owner_unhindered(committed) as link:
        changes = {
            Seal: {
                "seq": "seq = 10000", "change_id": "change_id = -change_id",
                "access_id": "access_id = gen_random_uuid(), change_id = NULL", "form": "form = 2",
                "at": "at = at + interval '1 microsecond'", "key_id": "key_id = 'x'", "prev": "prev = mac",
                "digest": "digest = ''", "mac": "mac = prev",
            },
            ChangeImage: {
                "event_id": "event_id = -1", "salt": "salt = gen_random_uuid()", "before": """before = '{"a": 1}'""",
                "after": "after = NULL",
            },
        }  # fmt: skip
        for model, ways in changes.items():
            first = "SELECT min(change_id) FROM audit_seal"
            where = f"change_id = ({first})" if model is Seal else f"event_id = ({first})"
            for column, way in ways.items():
                with link.transaction(force_rollback=True):
                    assert link.execute(f"UPDATE {model._meta.db_table} SET {way} WHERE {where}").rowcount == 1
                    with pytest.raises(Broken):
                        verify_trail(link, settings.TRAIL_KEYS, [])
                    bound[model].add(column)
    assert all({f.column for f in model._meta.concrete_fields} == columns for model, columns in bound.items())


def test_an_event_that_commits_late_is_sealed_though_later_ones_are(committed: str) -> None:
    cast = make_cast()
    seal_waiting()
    with opened(committed, APP_ROLE) as slow:
        slow.execute("SELECT set_config('trellis.actor', %s, true)", [str(cast.administrator.pk)])
        slow.execute("SELECT set_config('trellis.agency', %s, true)", [str(cast.police.pk)])
        slow.execute("UPDATE access_user SET name = 'Late' WHERE username = 'stranger'")
        make_access(cast.auditor)
        assert seal_waiting() == 1
        slow.commit()
    assert seal_waiting() == 1
    with opened(committed) as link:
        late = link.execute(
            "SELECT s.seq, e.at < (SELECT at FROM audit_accessevent) FROM audit_seal s"
            " JOIN audit_changeevent e ON e.id = s.change_id ORDER BY s.seq DESC LIMIT 1"
        ).fetchone()
        assert late == (verified(committed).seals, True)


def test_what_is_undone_leaves_nothing_to_seal(committed: str) -> None:
    cast = make_cast()
    seal_waiting()
    with acting("feeds"):
        with transaction.atomic():
            Person.objects.create(family_name="Undone", scheme=cast.scheme)
            transaction.set_rollback(True)
        Person.objects.create(family_name="Done", scheme=cast.scheme)
    assert seal_waiting() == 1
    assert verified(committed).waiting == 0


def test_two_sealers_make_one_chain(committed: str) -> None:
    cast = make_cast()
    for _ in range(30):
        make_access(cast.auditor)

    def work() -> None:
        for _ in range(20):
            with acting("sealer"):
                seal_batch(settings.TRAIL_KEYS, most=3)
        connections.close_all()

    both = [threading.Thread(target=work) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    seal_waiting()
    done = verified(committed)
    assert (done.by_kind[ACCESS], done.waiting) == (30, 0)


def test_while_another_seals_a_sealer_does_nothing(committed: str) -> None:
    make_cast()
    with opened(committed, APP_ROLE) as other:
        other.execute("SELECT pg_advisory_xact_lock(hashtext('trellis sealer'))")
        assert seal_waiting() == 0
    assert seal_waiting() > 0


def test_an_event_that_went_before_it_was_sealed_is_told_of(committed: str) -> None:
    cast = make_cast()
    event = make_access(cast.auditor)
    with opened(committed, OWNER_ROLE) as owner:
        owner.execute("ALTER TABLE audit_accessevent DISABLE TRIGGER USER, NO FORCE ROW LEVEL SECURITY")
        owner.execute("DELETE FROM audit_accessevent")
    seal_waiting()
    with opened(committed) as link, pytest.raises(Broken, match=f"Access event {event.pk}.* was gone before"):
        verify_trail(link, settings.TRAIL_KEYS, [])


def erase(owner: Link, event: int, by: int) -> None:
    owner.execute("SELECT set_config('trellis.actor', %s, true)", [str(by)])
    owner.execute("ALTER TABLE audit_changeimage NO FORCE ROW LEVEL SECURITY")
    assert owner.execute("DELETE FROM audit_changeimage WHERE event_id = %s", [event]).rowcount == 1
    owner.execute("ALTER TABLE audit_changeimage FORCE ROW LEVEL SECURITY")


def test_an_image_can_be_erased_openly_and_the_chain_still_verifies(committed: str) -> None:
    cast = make_cast()
    person = make_person(cast, "Zyzzyva")
    seal_waiting()
    anchor = anchor_of(committed)
    with acting(cast.auditor):
        event = ChangeEvent.objects.get(table="people_person", row=str(person.pk))
    with opened(committed, OWNER_ROLE) as owner:
        erase(owner, event.pk, cast.administrator.pk)
    seal_waiting()
    with opened(committed) as link:
        done = verify_trail(link, settings.TRAIL_KEYS, [anchor])
        left = link.execute("SELECT count(*) FROM audit_changeimage WHERE after::text LIKE '%Zyzzyva%'").fetchone()
    assert (done.erased, left) == (1, (0,))
    with acting(cast.auditor):
        erasure = ChangeEvent.objects.get(table="audit_changeimage")
    assert (erasure.actor_id, erasure.action, erasure.row) == (cast.administrator.pk, "delete", str(event.pk))


def test_nobody_erases_an_image_unnamed(committed: str) -> None:
    make_cast()
    with opened(committed, OWNER_ROLE) as owner:
        owner.execute("ALTER TABLE audit_changeimage NO FORCE ROW LEVEL SECURITY")
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="Nobody is named"):
            owner.execute("DELETE FROM audit_changeimage")


def test_keys_change_and_what_the_old_one_sealed_still_verifies(committed: str) -> None:
    cast = make_cast()
    seal_waiting()
    old, new = demonstration_key("trail key"), demonstration_key("next trail key")
    make_access(cast.auditor)
    with acting("sealer"):
        seal_batch(TrailKeys.from_text(f"{new},{old}"))
    with opened(committed) as link:
        assert verify_trail(link, TrailKeys.from_text(f"{new}, {old}"), []).by_kind[ACCESS] == 1
        with pytest.raises(Broken, match=r"Seal 1, of change event .* was made with the key .* TRELLIS_TRAIL_KEY"):
            verify_trail(link, TrailKeys.from_text(new), [])
        with pytest.raises(Broken, match=r"of access event .* was made with the key"):
            verify_trail(link, TrailKeys.from_text(old), [])


def test_the_sealer_works_by_itself_until_it_is_stopped(committed: str, tmp_path: object, settings: object) -> None:
    settings.ANCHORS = tmp_path  # type: ignore[attr-defined]
    cast = make_cast()
    make_access(cast.auditor)
    sealer = Sealer(every=timedelta(milliseconds=20))
    sealer.start()
    while sealer.rounds < 2:
        assert sealer.is_alive()
        sealer.join(timeout=0.05)
    sealer.stop()
    assert not sealer.is_alive()
    done = verified(committed)
    assert (done.by_kind[ACCESS], done.waiting) == (1, 0)


@pytest.mark.django_db
def test_only_the_sealer_empties_the_queue_and_adds_seals(cast: Cast) -> None:
    for name in ("setup", "feeds", "anonymous"):
        with acting(name):
            assert not Unsealed.objects.exists()
            assert Unsealed.objects.all().delete() == (0, {})
            with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
                Seal.objects.create(
                    seq=1, change_id=1, form=1, at="2026-01-01T00:00Z", key_id="x", prev=b"", digest=b"", mac=b""
                )
    with acting("sealer"):
        assert Unsealed.objects.exists()


UNALTERED = [
    "UPDATE audit_changeevent SET actor_id = 1",
    "DELETE FROM audit_accessevent",
    "UPDATE audit_seal SET form = 2",
    "DELETE FROM audit_seal",
    "TRUNCATE audit_seal",
    "TRUNCATE audit_changeevent CASCADE",
    "TRUNCATE audit_changeimage",
    "UPDATE audit_changeimage SET after = NULL",
    "TRUNCATE audit_unsealed",
    "UPDATE audit_unsealed SET change_id = 1",
]


def test_nothing_of_the_trail_is_altered_by_the_sealer_nor_by_its_owner(committed: str) -> None:
    make_cast()
    for role in (APP_ROLE, OWNER_ROLE):
        with opened(committed, role) as link:
            for statement in UNALTERED:
                with link.transaction(force_rollback=True):
                    link.execute("SELECT set_config('trellis.actor', id::text, true) FROM access_user"
                                 " WHERE username = 'sealer'")  # fmt: skip
                    with pytest.raises(psycopg.errors.InsufficientPrivilege, match=r"append-only|permission denied"):
                        link.execute(statement)


@pytest.mark.django_db
def test_the_application_cannot_read_what_a_change_held(cast: Cast) -> None:
    for user in (cast.auditor, cast.administrator, "setup", "sealer"):
        with (
            acting(user),
            pytest.raises(ProgrammingError, match="permission denied"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute("SELECT after FROM audit_changeimage")


def test_a_change_names_its_columns_and_keeps_a_digest_of_what_it_held(committed: str) -> None:
    cast = make_cast()
    person = make_person(cast, "Quillfeather")
    with acting("feeds"):
        Person.objects.filter(pk=person.pk).update(family_name="Renamed", version=2, sex="M")
        cast.stranger.set_password("a long and plain sentence")
        cast.stranger.save()
    with acting(cast.auditor):
        insert = ChangeEvent.objects.get(table="people_person", action="insert")
        update = ChangeEvent.objects.get(table="people_person", action="update")
        password = ChangeEvent.objects.filter(table="access_user").latest("id")
    assert (insert.columns, update.columns, password.columns) == ([], ["family_name", "version"], ["password"])
    with opened(committed) as link:
        images = "SELECT salt, json_build_array(before, after)::text, before, after FROM audit_changeimage"
        salt, text, before, after = link.execute(f"{images} WHERE event_id = %s", [update.pk]).fetchone()
        assert (before["family_name"], after["family_name"]) == ("Quillfeather", "Renamed")
        assert bytes(update.digest) == hashlib.sha256(salt.bytes + text.encode()).digest()
        _, _, before, after = link.execute(f"{images} WHERE event_id = %s", [password.pk]).fetchone()
        assert "password" not in before | after
        assert after["username"] == "stranger"
