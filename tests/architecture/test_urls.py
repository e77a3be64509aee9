"""Every page has one name, and one address."""

from collections import Counter
from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver


def ours(
    patterns: list[URLPattern | URLResolver], space: str = "", address: str = ""
) -> Iterator[tuple[str, str, str]]:
    """Name, address and the module of the view for every pattern of ours."""
    for pattern in patterns:
        here = address + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from ours(pattern.url_patterns, inner, here)
        elif (module := module_of(pattern)).startswith("trellis."):
            yield f"{space}{pattern.name or ''}", here, module


def module_of(pattern: URLPattern) -> str:
    view = getattr(pattern.callback, "view_class", pattern.callback)
    return str(view.__module__)


def pages() -> list[tuple[str, str, str]]:
    return list(ours(get_resolver().url_patterns))


def test_every_page_has_a_name_of_its_own() -> None:
    """The trail records a page by its name, so a shared name would hide which page it was."""
    names = Counter(name for name, _, _ in pages())
    assert [name for name, count in names.items() if count > 1 or name.rpartition(":")[2] == ""] == []


def test_every_address_is_one_page() -> None:
    addresses = Counter(address for _, address, _ in pages())
    assert [address for address, count in addresses.items() if count > 1] == []


def test_views_live_in_views() -> None:
    assert [f"{name} in {module}" for name, _, module in pages() if ".views" not in module] == []
