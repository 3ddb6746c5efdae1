"""Who may reach which endpoint of signing in, "Mijn pagina" and /beheer."""

from __future__ import annotations

from civic.accounts import demo
from civic.accounts.models import RoleGrant
from civic.accounts.states import Role
from tests.access import (
    AANJAAGTEAM_MEMBER,
    ADMINISTRATOR,
    AUDITOR,
    CIVIL_REGISTRY,
    COUNCIL_OFFICE,
    EDITOR,
    EMPLOYEE,
    EVERYBODY,
    INITIATIVE_DESK,
    LOTTERY_ADMINISTRATOR,
    SIGNED_IN,
    Case,
)
from tests.conftest import NOW
from tests.factories import make_user

STAFF = frozenset(
    {
        INITIATIVE_DESK,
        LOTTERY_ADMINISTRATOR,
        AANJAAGTEAM_MEMBER,
        EDITOR,
        EMPLOYEE,
        CIVIL_REGISTRY,
        COUNCIL_OFFICE,
        AUDITOR,
        ADMINISTRATOR,
    }
)
ONLY_ADMINISTRATORS = frozenset({ADMINISTRATOR})


def build() -> dict[str, Case]:
    demo.load(NOW)
    colleague = make_user(Role.EDITOR, email="collega@example.nl", name="Noor Prins")
    grant: RoleGrant = colleague.grants[0]
    person = {"person_id": colleague.id}
    return {**_signing_in(), **_own_pages(), **_managing(person, {**person, "grant_id": grant.id})}


def _signing_in() -> dict[str, Case]:
    return {
        "accounts.sign_in": Case(EVERYBODY, form={"email": "nieuw@example.nl"}),
        # without an address in the session these two go back to the first page
        "accounts.enter_code": Case(EVERYBODY, form={"code": "123456"}, is_page=False),
        "accounts.new_code": Case(EVERYBODY),
        "accounts.sign_out": Case(EVERYBODY),
        # open to everybody on a demo on one's own machine only: tests/accounts/test_demo.py
        "accounts.demo": Case(EVERYBODY),
        "accounts.demo_sign_in": Case(EVERYBODY, args={"key": "resident"}),
        # these send on whoever gave the second step already: tests/accounts/test_second_factor.py
        "accounts.second_factor": Case(SIGNED_IN, form={"code": "123456"}, is_page=False),
        "accounts.step_up": Case(SIGNED_IN, form={"code": "123456"}, is_page=False),
        "accounts.set_up_second_factor": Case(SIGNED_IN, form={"code": "123456"}, is_page=False),
        "accounts.recovery_codes": Case(SIGNED_IN, is_page=False),
        "accounts.recovery_codes_kept": Case(SIGNED_IN),
    }


def _own_pages() -> dict[str, Case]:
    return {
        "accounts.welcome": Case(SIGNED_IN, form={"name": "Kees Jansen"}),
        "accounts.mine": Case(SIGNED_IN),
        "accounts.change_name": Case(SIGNED_IN, form={"name": "Kees Jansen"}),
        "accounts.sign_out_everywhere": Case(SIGNED_IN),
        "accounts.my_data": Case(SIGNED_IN),
        "accounts.my_data_file": Case(SIGNED_IN),
        "accounts.erase": Case(SIGNED_IN),
        # without a code that was asked for this one goes back to the page before
        "accounts.erase_code": Case(SIGNED_IN, form={"code": "123456"}, is_page=False),
        "accounts.erased": Case(EVERYBODY),
        "accounts.renew_recovery_codes": Case(STAFF, form={"code": "123456"}, is_page=False),
    }


def _managing(person: dict[str, int], grant: dict[str, int]) -> dict[str, Case]:
    invitation = {"email": "nieuw@example.nl", "role": "editor", "municipality": "region"}
    return {
        "admin.index": Case(STAFF),
        "admin.people": Case(ONLY_ADMINISTRATORS),
        "admin.find_person": Case(ONLY_ADMINISTRATORS, form={"email": "collega@example.nl"}),
        "admin.person": Case(ONLY_ADMINISTRATORS, args=person),
        "admin.give_role": Case(
            ONLY_ADMINISTRATORS, args=person, form={"role": "auditor", "municipality": "region"}
        ),
        "admin.take_role": Case(ONLY_ADMINISTRATORS, args=grant),
        "admin.reset_second_factor": Case(ONLY_ADMINISTRATORS, args=person),
        "admin.invite": Case(ONLY_ADMINISTRATORS, form=invitation),
    }
