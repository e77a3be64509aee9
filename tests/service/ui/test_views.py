"""Pages of a list are bounded, whatever the address asks for."""

import pytest
from django.test import RequestFactory

from trellis.service.ui.views import MOST_PER_PAGE, Page, paginate


def page_of(query: str, total: int = 188, per_page: int = 25) -> Page[int]:
    return paginate(RequestFactory().get(f"/people{query}"), list(range(1, total + 1)), per_page)


@pytest.mark.parametrize(
    ("asked", "number"),
    [
        ("", 1),
        ("?page=3", 3),
        ("?page=0", 1),
        ("?page=99", 8),
        ("?page=x", 1),
        ("?page=-1", 1),
        ("?page=" + "9" * 99, 1),
        ("?page=²", 1),
    ],
)
def test_a_page_that_is_not_there_becomes_one_that_is(asked: str, number: int) -> None:
    assert page_of(asked).number == number


def test_a_page_knows_where_it_stands() -> None:
    page = page_of("?page=8&area=north")
    assert (page.first, page.last, page.total, page.pages) == (176, 188, 188, 8)
    assert page.items == list(range(176, 189))
    assert page.next is None
    assert page.previous == "?area=north&page=7"


def test_links_show_the_ends_and_the_neighbours() -> None:
    assert [link.number for link in page_of("?page=4").links] == [1, None, 3, 4, 5, None, 8]
    assert [link.number for link in page_of("?page=4").links if link.current] == [4]


def test_an_empty_list_is_one_page() -> None:
    page = page_of("", total=0)
    assert (page.first, page.last, page.pages, page.items) == (0, 0, 1, [])


def test_no_page_is_longer_than_the_bound() -> None:
    assert len(page_of("", total=500, per_page=500).items) == MOST_PER_PAGE
