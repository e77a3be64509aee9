"""The page's frame and our macros: marking, titles, tags in words, tables beside charts; nothing inline."""

import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django import forms as django_forms
from django.template import engines
from django.test import RequestFactory
from jinja2 import Environment, UndefinedError

from trellis.service.ui import components, forms
from trellis.service.ui.jinja import ENGINE
from trellis.service.ui.views import paginate

SERVICE = Path(components.__file__).parents[1]
TEMPLATES = sorted(SERVICE.rglob("templates/**/*.html"))


def environment() -> Environment:
    return engines[ENGINE].env  # type: ignore[attr-defined, no-any-return]


def draw(source: str, **context: Any) -> str:
    return environment().from_string(source).render(**context)


def page(source: str = "", **context: Any) -> str:
    return draw("{% extends 'ui/page.html' %}" + source, **context)


def macro(name: str, call: str, **context: Any) -> str:
    library = "moj" if name.startswith("moj") else "macros"
    return draw(f"{{% from 'ui/{library}.html' import {name} %}}{{{{ {name}({call}) }}}}", **context)


class Named(forms.Form):
    name = django_forms.CharField()


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_template_keeps_to_the_content_security_policy(path: Path) -> None:
    text = path.read_text()
    assert re.findall(r"<style|<script(?![^>]*\bsrc=)|\sstyle=|\son[a-z]+=|javascript:", text, re.IGNORECASE) == []
    assert re.findall(r"(?:src|href|action)=[\"']?(?:https?:)?//", text) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_template_can_be_read(path: Path) -> None:
    name = path.relative_to(next(parent for parent in path.parents if parent.name == "templates")).as_posix()
    assert environment().get_template(name)


@pytest.mark.requirement("SEC-04")
def test_every_page_is_marked_above_and_below_and_says_its_language() -> None:
    html = page()
    assert html.count("OFFICIAL-SENSITIVE") == 2
    assert page(marking="OFFICIAL").count("OFFICIAL-SENSITIVE") == 0
    assert '<html lang="en-GB"' in html
    assert 'href="#main-content"' in html
    assert 'id="main-content"' in html


def test_the_title_says_when_there_are_errors() -> None:
    assert "<title>Record a contact – Trellis</title>" in page(title="Record a contact", form=Named())
    html = page(title="Record a contact", form=Named({}))
    assert "<title>Error: Record a contact – Trellis</title>" in html
    assert html.index("govuk-error-summary") < html.index("</main>")


def test_the_frame_names_who_is_signed_in_and_signs_out_by_post() -> None:
    html = page(signed_in_as="Priya <Marsh>", acting_agency="Avonvale Police", sign_out_url="/out", is_demo=True)
    assert "Priya &lt;Marsh&gt;" in html
    assert re.search(r'<form method="post" action="/out"[^>]*>.*?Sign out', html, re.DOTALL)
    assert "Every person and event here is invented" in html
    assert "Sign out" not in page()


def test_messages_are_alerts() -> None:
    done = SimpleNamespace(level_tag="success", __str__=lambda: "x")
    assert 'class="moj-alert moj-alert--success"' in page(messages=[done])


def test_a_form_page_is_whole() -> None:
    html = draw("{% extends 'ui/form.html' %}", form=Named(), title="Name", cancel="/back", submit="Keep")
    assert '<form method="post"' in html
    assert 'name="name"' in html
    assert "Keep" in html
    assert 'href="/back"' in html


@pytest.mark.parametrize("name", ["400", "403", "403_csrf", "404", "500"])
def test_an_error_page_stands_without_a_request_and_says_what_to_do(name: str) -> None:
    html = environment().get_template(f"{name}.html").render()
    assert html.count("<h1") == 1
    assert "Go to the home page" in html


def test_an_absent_page_and_a_page_not_shared_read_the_same() -> None:
    template = environment().get_template("404.html")
    assert template.render(exception="No Person matches the given query.") == template.render()


def test_a_misspelt_name_is_an_error_not_a_blank() -> None:
    with pytest.raises(UndefinedError, match="persn"):
        draw("{{ persn }}")
    with pytest.raises(UndefinedError, match="nmae"):
        draw("{{ person.nmae }}", person=Named())
    assert draw("{{ 'shown' if false }}{{ params.missing }}", params={}) == ""


@pytest.mark.parametrize(("value", "word"), [("red", "Red"), ("blue", "Blue"), ("", "Not set"), (None, "Not set")])
def test_a_priority_is_always_a_word(value: str | None, word: str) -> None:
    assert re.search(rf">{word}</strong>", macro("priority_tag", "value", value=value))


def test_tiles_are_links_with_their_count() -> None:
    html = macro("tiles", "[{'count': 7, 'text': 'Reviews due', 'href': '/due', 'urgent': true}]")
    assert re.search(r'<a [^>]*href="/due"[^>]*>.*7.*Reviews due', html, re.DOTALL)
    assert "tr-tile--urgent" in html


def test_pagination_says_what_is_shown() -> None:
    shown = paginate(RequestFactory().get("/?page=2"), list(range(88)))
    text = re.sub(r"<[^>]+>", "", macro("pagination", "page", page=shown))
    assert "Showing 26 to 50 of 88 people" in text


def test_a_chart_has_its_figures_in_a_table() -> None:
    html = macro("bar_chart", "'Theft leads', [{'label': 'Theft', 'value': 41}, {'label': 'Robbery', 'value': 0}]")
    assert html.count("<rect") == 2
    assert 'role="img"' in html
    assert re.search(r"<caption[^>]*>Theft leads</caption>", html)
    assert html.count("<td") == 2


def test_a_table_has_a_caption_heads_and_escaped_cells() -> None:
    html = macro("data_table", "'People', ['Name', {'text': 'Score', 'sort': 'none', 'href': '?s'}], [['<b>', '1']]")
    assert re.search(r"<caption[^>]*>People</caption>", html)
    assert 'aria-sort="none"' in html
    assert '<th scope="row"' in html
    assert "&lt;b&gt;" in html


def test_reasons_say_in_words_whether_they_are_met() -> None:
    html = macro(
        "reasons", "[{'text': 'a', 'met': true}, {'text': 'b', 'met': false}, {'text': 'c', 'met': none}, 'd']"
    )
    assert re.findall(r"(Met|Not met|Not known)</strong>", html) == ["Met", "Not met", "Not known"]


def test_a_filter_works_without_a_script_and_applies_below_its_options() -> None:
    html = macro(
        "mojFilter",
        "{'selected': [{'heading': 'Area', 'items': [{'text': 'North', 'href': '?'}]}],"
        " 'clearHref': '?', 'optionsHtml': '<p>options</p>'}",
    )
    assert 'method="get"' in html
    assert html.index("options</p>") < html.index("Apply filters")
    assert "Remove this filter" in html


@pytest.mark.parametrize(
    ("name", "call", "expected"),
    [
        ("mojSubNavigation", "{'items': [{'text': 'Now', 'href': '/', 'active': true}]}", 'aria-current="page"'),
        ("mojBadge", "{'text': 'New'}", 'class="moj-badge"'),
        ("mojIdentityBar", "{'title': {'text': 'A B'}}", "moj-identity-bar__title"),
        ("mojNotificationBadge", "{'text': '120', 'visuallyHiddenText': 'new'}", "(more than 99 new)"),
        ("mojTicketPanel", "{'items': [{'text': 'A view'}]}", "moj-ticket-panel__content"),
        ("mojPageHeaderActions", "{'heading': {'text': 'Cases'}, 'items': [{'text': 'Refer'}]}", "moj-button-group"),
        ("mojButtonMenu", "{'items': [{'text': 'Close', 'href': '/'}]}", 'data-module="moj-button-menu"'),
        ("mojSearch", "{'action': '/', 'label': 'Find'}", 'type="search"'),
        ("mojAlert", "{'variant': 'warning', 'title': 'Take care'}", 'aria-label="warning: Take care"'),
    ],
)
def test_moj_components_carry_their_class_names(name: str, call: str, expected: str) -> None:
    assert expected in macro(name, call)


def test_a_badge_of_nothing_is_nothing() -> None:
    assert macro("mojNotificationBadge", "{'text': '0'}").strip() == ""


def test_a_timeline_gives_the_machine_its_date_and_people_theirs() -> None:
    html = macro(
        "mojTimeline",
        "{'items': [{'label': {'text': 'Visit'}, 'byline': {'text': 'Police'}, 'text': '<i>',"
        " 'datetime': {'timestamp': '2026-02-01', 'text': '1 February 2026'}}]}",
    )
    assert '<time datetime="2026-02-01">1 February 2026</time>' in html
    assert "by Police" in html
    assert "&lt;i&gt;" in html


def test_a_person_header_gives_name_birth_identifiers_priority_and_alerts() -> None:
    person = {
        "name": "Smith, Jordan",
        "born": "4 May 1994",
        "age": 31,
        "identifiers": [{"label": "PNC", "value": "2010/0123456X"}],
        "priority": "amber",
        "alerts": [{"text": "Visit in pairs"}],
    }
    text = " ".join(re.sub(r"<[^>]+>", " ", macro("person_header", "person", person=person)).split())
    assert text == ("Smith, Jordan Priority Amber Date of birth 4 May 1994 (age 31) PNC 2010/0123456X Visit in pairs")
