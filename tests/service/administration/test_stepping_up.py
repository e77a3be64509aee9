"""Whatever changes an account or the organisation asks for the second factor again."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests.cast import Cast, prove_second_factor
from tests.service.administration.office import asked_for, invitation_form
from trellis.service.administration.urls import urlpatterns

pytestmark = pytest.mark.django_db
READ = {"users", "search", "user", "waiting", "dormant", "dormant_list", "agencies", "areas"}
# Choosing for whom one acts gives nobody anything that they do not hold.
OF_ONESELF = {"acting_agency"}
CHANGES = sorted({pattern.name for pattern in urlpatterns} - READ - OF_ONESELF)
OLD = 10 * 60


def parts_of(cast: Cast, page: str) -> list[int]:
    wanted = next(str(one.pattern) for one in urlpatterns if one.name == page)
    if "request_id" in wanted:
        return [asked_for(cast).pk]
    if "posting_id" in wanted:
        return [cast.analyst.postings.get().pk]
    return [cast.analyst.pk] if "user_id" in wanted else []


@pytest.mark.parametrize("page", CHANGES)
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_change_wants_a_fresh_proof(cast: Cast, page: str, method: str) -> None:
    client = cast.client(cast.administrator)
    address = reverse(f"administration:{page}", args=parts_of(cast, page))
    assert client.get(address).status_code == 200
    prove_second_factor(client, cast.administrator, OLD)
    response = getattr(client, method)(address, invitation_form(cast))
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("account_step_up"))


@pytest.mark.parametrize("page", sorted(READ - {"user"}))
def test_reading_does_not(cast: Cast, page: str) -> None:
    client = cast.client(cast.administrator)
    prove_second_factor(client, cast.administrator, OLD)
    assert client.get(reverse(f"administration:{page}")).status_code == 200
