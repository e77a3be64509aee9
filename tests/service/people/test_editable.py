"""Every record that may be altered says how two who alter it at once are kept from losing each other's change."""

from __future__ import annotations

from trellis.service.access.database import registered_models
from trellis.service.people.history import AboutPerson

# Rows edited in place by people, and what makes the loser of a race known. A new one fails until it is listed here.
VERSIONED = {
    "people.Person": "version; home.views.details merges",
    "meetings.Meeting": "version; meetings.views.planning merges",
}
# Columns set once by a condition in the statement, or a switch whose last setting is the one that counts.
SET_ONCE_OR_SWITCHED = {
    "access.Grant": "ends sooner only, by a guard",
    "access.Cover": "ends sooner only, by a guard",
    "access.AccessRequest": "decided once, by a guard",
    "access.Limit": "reviewed and lifted, by conditions in protection",
    "access.LimitName": "ended once",
    "access.NameChange": "answered once",
    "access.Draft": "its writer alone",
    "access.Posting": "ended only",
    "access.SharingAgreement": "reviewed and ended only",
    "access.AgreementParty": "ended only",
    "selection.Referral": "answered once, by conditions in selection; decided under a lock",
    "selection.Proposal": "closed by the run alone",
    "feeds.FeedFile": "counted by the feeds, one at a time",
    "feeds.WaitingRow": "answered under a lock, one at a time",
    "work.Task": "passed on, snoozed and ended under a lock; once it has ended it stays, by a guard",
    "work.Document": "withdrawn once, by a guard; a later file is a version of its own",
    "work.DocumentVersion": "sealed again by the system alone, the content the same, under a lock",
    "work.NoticeChoice": "its owner alone",
    "casework.CalendarFeed": "revoked once, by a guard; its owner alone",
    "training.Completion": "confirmed once and withdrawn once, by guards and under a lock",
    "work.Notice": "read once and mailed once, by guards; its addressee alone",
    "administration.AccountRequest": "decided once",
}
# Set-up, by few, in single switches; and monitoring, which no page edits yet.
BY_ADMINISTRATORS = {
    "schemes.Area",
    "schemes.Agency",
    "schemes.Scheme",
    "schemes.Cohort",
    "schemes.Team",
    "access.User",
}
NO_PAGE_YET = {"people.ProtectedCharacteristics"}


def test_every_record_that_may_be_altered_is_listed() -> None:
    altered = {model._meta.label for model, register in registered_models() if register.rows.update}
    history = {model._meta.label for model, _ in registered_models() if issubclass(model, AboutPerson)}
    listed = VERSIONED.keys() | SET_ONCE_OR_SWITCHED.keys() | BY_ADMINISTRATORS | NO_PAGE_YET
    assert altered - history - listed == set(), "say how two who alter it at once are kept apart"


def test_a_row_of_history_can_only_be_superseded_and_only_once() -> None:
    for model, register in registered_models():
        if issubclass(model, AboutPerson):
            assert register.rows.update == ("superseded_at",), model._meta.label
            assert any("superseded" in sentence for sentence, _ in register.rows.refuse), model._meta.label
