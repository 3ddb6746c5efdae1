"""People who register for a panel, and those who were in an earlier one.

Everything about a person is sealed or a keyed hash. Withdrawing blanks it at once; the retention rules blank
the rest. What stays of a blanked row: its constituency, municipality, source, wave and channel.
"""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, select, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from civic.crypto import Sealed, personal_column, sealed_column, uid_column
from civic.db import Base, BigId
from civic.panels.models.composition import Constituency, Source
from civic.panels.models.draws import Panel
from civic.panels.states import Channel, Honorarium, RegistrationState, Stage
from civic.regions.models import Municipality
from civic.retention import Retention, mark

NAME_LENGTH = 120
KEEP_PENDING = timedelta(days=7)
KEEP_REMOVED = timedelta(days=28)
KEEP_AT_MOST = timedelta(days=730)
PERSONAL = (
    "name_sealed",
    "birth_date_sealed",
    "address_sealed",
    "email_sealed",
    "phone_sealed",
    "answers_sealed",
    "needs_sealed",
    "secrets_sealed",
    "removed_note_sealed",
    "person_index",
    "address_index",
    "email_index",
    "access_index",
    "honorarium",
)


class Registration(Base):
    """One person in the pool of one panel. The constituency comes from the letter code or the entrance.

    `access_index` is a keyed hash of the token in the person's own link. `secrets` are those of the receipt:
    `{"s": hex, "salt1": hex, "salt2": hex}` (16 bytes each).
    """

    __tablename__ = "panel_registration"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uid: Mapped[str] = uid_column()
    panel_id: Mapped[int] = mapped_column(ForeignKey("panel.id"), index=True)
    constituency_id: Mapped[int] = mapped_column(ForeignKey("panel_constituency.id"), index=True)
    source_id: Mapped[int | None] = mapped_column(ForeignKey("panel_source.id"), index=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipality.id"), index=True)
    code_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("panel_code.id"), unique=True)
    wave_id: Mapped[int | None] = mapped_column(ForeignKey("panel_wave.id"), index=True)
    channel: Mapped[Channel] = mapped_column(default=Channel.WEB)
    state: Mapped[RegistrationState] = mapped_column(default=RegistrationState.CONFIRMED)
    is_nominated: Mapped[bool] = mapped_column(default=False)
    name_sealed: Mapped[str | None] = sealed_column()
    birth_date_sealed: Mapped[str | None] = sealed_column()
    address_sealed: Mapped[str | None] = sealed_column()
    email_sealed: Mapped[str | None] = sealed_column()
    phone_sealed: Mapped[str | None] = sealed_column()
    answers_sealed: Mapped[str | None] = sealed_column()
    needs_sealed: Mapped[str | None] = sealed_column()
    secrets_sealed: Mapped[str | None] = sealed_column()
    removed_note_sealed: Mapped[str | None] = sealed_column()
    honorarium: Mapped[Honorarium | None] = personal_column()
    person_index: Mapped[str | None] = personal_column(String(64))
    address_index: Mapped[str | None] = personal_column(String(64), index=True)
    email_index: Mapped[str | None] = personal_column(String(64), index=True)
    access_index: Mapped[str | None] = personal_column(String(64), unique=True)
    leaf: Mapped[str | None] = mapped_column(String(64))
    is_dirty: Mapped[bool] = mapped_column(default=True)
    registered_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    removed_at: Mapped[datetime | None]
    removed_reason: Mapped[str | None] = mapped_column(String(60))
    frozen_at: Mapped[datetime | None]

    name = Sealed("name_sealed")
    birth_date = Sealed("birth_date_sealed")
    address = Sealed("address_sealed")
    email = Sealed("email_sealed")
    phone = Sealed("phone_sealed")
    _answers = Sealed("answers_sealed")
    _needs = Sealed("needs_sealed")
    _secrets = Sealed("secrets_sealed")
    removed_note = Sealed("removed_note_sealed")  # the words of the official; `removed_reason` is the code
    constituency: Mapped[Constituency] = relationship()
    source: Mapped[Source | None] = relationship()
    municipality: Mapped[Municipality] = relationship()

    __table_args__ = (
        Index("ix_panel_registration_panel_state", "panel_id", "state", "id"),
        Index(
            "ix_panel_registration_dirty",
            "panel_id",
            sqlite_where=text("is_dirty"),
            postgresql_where=text("is_dirty"),
        ),
        # one person, one registration; a withdrawn or blanked one has no index any more
        Index("uq_panel_registration_person", "panel_id", "person_index", unique=True),
        CheckConstraint("(state = 'withdrawn') = (withdrawn_at IS NOT NULL)", name="withdrawn_at"),
        CheckConstraint("state <> 'removed' OR removed_at IS NOT NULL", name="removed_at"),
        CheckConstraint("state <> 'withdrawn' OR name_sealed IS NULL", name="withdrawn_is_blank"),
    )

    @property
    def answers(self) -> dict[str, str | None]:
        """Feature id (as text) → value, or None for "wil ik niet zeggen"."""
        return dict(json.loads(self._answers or "{}"))

    @answers.setter
    def answers(self, content: dict[str, str | None]) -> None:
        self._answers = _dumped(content)

    @property
    def needs(self) -> dict[str, Any]:
        """`{"interpreter": "Turks", "travel": true, "childcare": false, "step_free": true, "other": ""}`."""
        return dict(json.loads(self._needs or "{}"))

    @needs.setter
    def needs(self, content: dict[str, Any]) -> None:
        self._needs = _dumped(content)

    @property
    def secrets(self) -> dict[str, str]:
        return dict(json.loads(self._secrets or "{}"))

    @secrets.setter
    def secrets(self, content: dict[str, str]) -> None:
        self._secrets = _dumped(content)


def _dumped(content: dict[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


class Consent(Base):
    """Consent for one sensitive thing, in the words the person agreed to.

    `subject` is "feature:12" or "constituency".
    """

    __tablename__ = "panel_consent"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("panel_registration.id"), index=True)
    subject: Mapped[str] = mapped_column(String(40))
    text: Mapped[str] = mapped_column(String(600))
    given_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]

    __table_args__ = (UniqueConstraint("registration_id", "subject"),)


class ExclusionList(Base):
    """The key with which members of earlier panels are hashed: its own, so it can be destroyed alone."""

    __tablename__ = "panel_exclusion_list"

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = uid_column()
    region_id: Mapped[int] = mapped_column(ForeignKey("region.id"), unique=True)
    key_sealed: Mapped[str | None] = sealed_column()
    created_at: Mapped[datetime]
    ends_on: Mapped[date]  # that of the last member on the list

    key = Sealed("key_sealed")


class FormerMember(Base):
    """A keyed hash of someone who was a member; not to be drawn again until the end of `excluded_until`."""

    __tablename__ = "panel_former_member"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    list_id: Mapped[int] = mapped_column(ForeignKey("panel_exclusion_list.id"), index=True)
    panel_id: Mapped[int | None] = mapped_column(ForeignKey("panel.id"), index=True)
    person_hash: Mapped[str] = personal_column(String(64))
    excluded_until: Mapped[date]
    added_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("list_id", "person_hash"),)


RETENTION = [
    Retention(
        model=Registration,
        basis=mark("Een aanmelding die na 7 dagen niet is bevestigd, telt niet en gaat weg."),
        after=KEEP_PENDING,
        since="registered_at",
        action="blank",
        blank_columns=PERSONAL,
        only=Registration.state == RegistrationState.PENDING,
    ),
    Retention(
        model=Registration,
        basis=mark("Een aanmelding die niet mee mag doen, gaat na vier weken weg."),
        after=KEEP_REMOVED,
        since="removed_at",
        action="blank",
        blank_columns=PERSONAL,
        only=Registration.state == RegistrationState.REMOVED,
    ),
    Retention(
        model=Registration,
        basis=mark("Twee jaar na de aanmelding gaan uw gegevens in elk geval weg."),
        after=KEEP_AT_MOST,
        since="registered_at",
        action="blank",
        blank_columns=PERSONAL,
    ),
    Retention(
        model=Registration,
        basis=mark("Is het panel gestopt, dan gaat een aanmelding weg zodra zij vier weken oud is."),
        after=KEEP_REMOVED,
        since="registered_at",
        action="blank",
        blank_columns=PERSONAL,
        only=Registration.panel_id.in_(select(Panel.id).where(Panel.stage == Stage.STOPPED)),
    ),
    Retention(
        model=Consent,
        basis=mark("Een toestemming gaat weg als de aanmelding gewist is."),
        after=timedelta(days=1),
        since="given_at",
        action="delete",
        only=Consent.registration_id.in_(select(Registration.id).where(Registration.name_sealed.is_(None))),
    ),
    Retention(
        model=ExclusionList,
        basis=mark("De sleutel van de lijst met oud-leden verdwijnt als er niemand meer op staat."),
        after=timedelta(days=1),
        since="ends_on",
        action="blank",
        blank_columns=("key_sealed",),
    ),
    Retention(
        model=FormerMember,
        basis=mark("Wie in een eerder panel zat, staat alleen op deze lijst tot de afgesproken dag."),
        after=timedelta(days=1),
        since="excluded_until",
        action="delete",
    ),
]
