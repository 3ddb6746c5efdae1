"""The URL map itself: Dutch kebab-case, no surprises, everything accounted for."""

from __future__ import annotations

import re

from civic.db import SAFE_METHODS
from tests.access import EVERYBODY, Case
from tests.web import site

PART = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*(\.[a-z]+)?")
# files that browsers and robots ask for under a name that is not ours to choose
FIXED = frozenset({"/static/<path:filename>"})


def _is_plain(address: str) -> bool:
    if address in FIXED or address.startswith("/.well-known/"):
        return True
    parts = [part for part in re.sub(r"<[^>]+>", "", address).split("/") if part.strip(".")]
    return all(PART.fullmatch(part.strip("-.")) for part in parts)


def test_addresses_are_lower_case_with_hyphens() -> None:
    assert [rule.rule for rule in site.rules() if not _is_plain(rule.rule)] == []
    assert not _is_plain("/Initiatieven/mijn_lijst")


def test_only_get_and_post() -> None:
    """Forms know no other methods, and everything works without JavaScript."""
    known = {"GET", "HEAD", "OPTIONS", "POST"}
    assert [rule.rule for rule in site.rules() if not (rule.methods or set()) <= known] == []


def test_every_endpoint_has_a_case(cases: dict[str, Case]) -> None:
    missing = set(site.endpoints()) - cases.keys()
    assert not missing, f"list these in tests/<room>/access.py: {sorted(missing)}"


def test_no_case_for_an_endpoint_that_is_gone(cases: dict[str, Case]) -> None:
    assert cases.keys() <= set(site.endpoints())


def test_open_to_anonymous_means_marked_public(cases: dict[str, Case]) -> None:
    """@public and tests/<room>/access.py say the same."""
    views = site.bare_app().view_functions
    marked = {name for name, view in views.items() if getattr(view, "is_public", False)}
    listed = {name for name, case in cases.items() if "anonymous" in case.allowed}
    assert marked - {"static"} == listed - {"static"}


def test_marks_do_not_contradict_each_other() -> None:
    views = site.bare_app().view_functions
    both = [
        name
        for name, view in views.items()
        if getattr(view, "is_public", False) and getattr(view, "for_signed_in", False)
    ]
    assert both == []


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
