"""The URL map itself: Dutch kebab-case, no surprises, everything accounted for."""

from __future__ import annotations

import re

import pytest
from werkzeug.routing import Rule

from civic.db import SAFE_METHODS
from tests.access import EVERYBODY, Case
from tests.web import site

PART = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*(\.[a-z]+)?")
# files that browsers and robots ask for under a name that is not ours to choose
FIXED = frozenset({"/static/<path:filename>"})


@pytest.mark.parametrize("rule", site.rules(), ids=lambda rule: rule.rule)
def test_addresses_are_lower_case_with_hyphens(rule: Rule) -> None:
    if rule.rule in FIXED or rule.rule.startswith("/.well-known/"):
        return
    parts = [part for part in re.sub(r"<[^>]+>", "", rule.rule).split("/") if part.strip(".")]
    assert all(PART.fullmatch(part.strip("-.")) for part in parts), rule.rule


@pytest.mark.parametrize("rule", site.rules(), ids=lambda rule: rule.rule)
def test_only_get_and_post(rule: Rule) -> None:
    """Forms know no other methods, and everything works without JavaScript."""
    assert (rule.methods or set()) <= {"GET", "HEAD", "OPTIONS", "POST"}


def test_every_endpoint_has_a_case(cases: dict[str, Case]) -> None:
    missing = set(site.endpoints()) - cases.keys()
    assert not missing, f"list these in tests/<room>/access.py: {sorted(missing)}"


def test_no_case_for_an_endpoint_that_is_gone(cases: dict[str, Case]) -> None:
    assert cases.keys() <= set(site.endpoints())


@pytest.mark.parametrize("endpoint", site.endpoints())
def test_open_to_anonymous_means_marked_public(cases: dict[str, Case], endpoint: str) -> None:
    if endpoint == "static":
        return
    view = site.bare_app().view_functions[endpoint]
    is_open = "anonymous" in cases[endpoint].allowed
    assert bool(getattr(view, "is_public", False)) == is_open, "@public and tests/<room>/access.py disagree"


@pytest.mark.parametrize("endpoint", site.endpoints())
def test_marks_do_not_contradict_each_other(endpoint: str) -> None:
    view = site.bare_app().view_functions[endpoint]
    marks = [getattr(view, mark, False) for mark in ("is_public", "for_signed_in")]
    assert sum(map(bool, marks)) <= 1


def test_the_table_knows_all_identities(cases: dict[str, Case]) -> None:
    assert all(case.allowed <= EVERYBODY and case.allowed for case in cases.values())


def test_unsafe_verbs_are_never_reachable_by_get() -> None:
    """A view for POST alone is not also a page under the same address by accident."""
    by_address: dict[str, set[str]] = {}
    for rule in site.rules():
        by_address.setdefault(rule.rule, set()).update({rule.endpoint})
    for rule in site.rules():
        if not (rule.methods or set()) & SAFE_METHODS - {"OPTIONS"}:
            view = site.bare_app().view_functions[rule.endpoint]
            assert not getattr(view, "logs_read", False), rule.endpoint
