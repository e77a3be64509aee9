"""Sealing documents again with the newest field key, so that an older one can be taken away."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from uuid import UUID

from django.db.models import BinaryField, F, Func, Value

from trellis.service.access.actor import acting
from trellis.service.access.system_actors import SETTER_UP
from trellis.service.common.encryption import FieldKeys, Undecipherable, field_keys
from trellis.service.work.models import DocumentVersion


@dataclass
class Resealed:
    """How many files were sealed again, how many had the newest key already, and which no key in use opens."""

    again: int = 0
    already: int = 0
    unopened: list[UUID] = field(default_factory=list)


def reseal_documents() -> Resealed:
    """Seal every file that an older key has sealed again with the newest, one a transaction.

    Run twice, or broken off and run again, it goes on where it stopped; documents are read and added meanwhile. What no
    key opens, or what is not what was kept, stays as it is and is named.
    """
    done, keys = Resealed(), field_keys()
    for number, opening in _openings(len(keys.opening())):
        if opening == keys.opening():
            done.already += 1
        elif _sealed_again(number, keys):
            done.again += 1
        else:
            done.unopened.append(number)
    return done


def _openings(length: int) -> Iterator[tuple[UUID, bytes]]:
    """Every file's id and how what is sealed of it begins; no content is read."""
    begins = Func(F("sealed"), Value(1), Value(length), function="substring", output_field=BinaryField())
    with acting(SETTER_UP):
        found = list(DocumentVersion.objects.annotate(begins=begins).order_by("pk").values_list("pk", "begins"))
    return ((number, bytes(opening)) for number, opening in found)


def _sealed_again(number: UUID, keys: FieldKeys) -> bool:
    with acting(SETTER_UP):
        version = DocumentVersion.objects.select_for_update().only("sealed", "digest").get(pk=number)
        try:
            content = keys.decrypt_bytes(bytes(version.sealed), row=version.seal)
        except Undecipherable:
            return False
        if sha256(content).hexdigest() != version.digest:
            return False
        version.sealed = keys.encrypt_bytes(content, row=version.seal)
        version.save(update_fields=["sealed"])
    return True
