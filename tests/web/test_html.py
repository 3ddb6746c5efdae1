"""Every page of the site, for everyone who may see it: HTML5 without a parse error, headings, labels."""

from __future__ import annotations

import re
from collections import defaultdict

import pytest
from flask import Flask

from tests import access
from tests.access import Case
from tests.web import markup, site

PAGES = site.get_endpoints()


@pytest.mark.parametrize("endpoint", PAGES)
def test_page_is_well_made(shared_app: Flask, cases: dict[str, Case], endpoint: str) -> None:
    case = cases[endpoint]
    if not case.is_page:
        return
    for text, identities in site.every_view(shared_app, endpoint, case).items():
        assert markup.problems(text) == [], f"as seen by {identities}"


@pytest.mark.parametrize("endpoint", PAGES)
def test_page_is_well_made_in_english(shared_app: Flask, cases: dict[str, Case], endpoint: str) -> None:
    case = cases[endpoint]
    if not case.is_page:
        return
    client = site.client_of(shared_app, sorted(case.allowed)[0])
    answer = client.get(site.address(shared_app, endpoint, case), query_string={"taal": "en"})
    if answer.status_code == 200:
        assert markup.parse(answer.text)[0].get("lang") == "en"
        assert markup.problems(answer.text) == []


def test_titles_tell_pages_apart(shared_app: Flask, cases: dict[str, Case]) -> None:
    titles: dict[str, set[str]] = defaultdict(set)
    for endpoint, case in site.pages(cases):
        client = site.client_of(shared_app, sorted(case.allowed)[0])
        answer = client.get(site.address(shared_app, endpoint, case))
        if answer.status_code == 200:
            titles[markup.title(answer.text)].add(endpoint)
    assert {title: sorted(ends) for title, ends in titles.items() if len(ends) > 1} == {}


@pytest.mark.parametrize(
    "identity", [access.ANONYMOUS, access.OWNER, access.COUNCIL_OFFICE, access.ADMINISTRATOR]
)
def test_no_link_leads_nowhere(shared_app: Flask, cases: dict[str, Case], identity: str) -> None:
    """One level deep from every page this person can see: no 404, no 403, no 405, no 500."""
    client = site.client_of(shared_app, identity)
    found: dict[str, str] = {}
    seen = set()
    for endpoint, case in site.pages(cases):
        if identity in case.allowed:
            address = site.address(shared_app, endpoint, case)
            answer = client.get(address)
            if answer.status_code == 200:
                seen.add(address)
                found |= dict.fromkeys(markup.links(answer.text), endpoint)
    assert found
    # links with a query are forms and pages of lists; one of each kind is enough. The page in the other
    # language is looked at above
    kinds = {re.sub(r"=[^&]*", "=", href): href for href in sorted(found)}
    other = {f"{address}?taal=" for address in seen}
    bad = {}
    for kind, href in kinds.items():
        if href in seen or kind in other:
            continue  # it was here a moment ago
        status = client.get(href).status_code
        if status >= 400:
            bad[href] = f"{status}, on {found[href]}"
    assert bad == {}
