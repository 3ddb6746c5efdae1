"""People who sign in, their roles, and the short-lived proofs of who they are."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flask_login import UserMixin
from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from civic.accounts.states import STAFF_ROLES, Role
from civic.crypto import Sealed, personal_column, sealed_column, uid_column
from civic.db import Base
from civic.regions.models import Municipality
from civic.retention import Retention, mark


class User(UserMixin, Base):
    """A person with an account. Everyone is a resident; grants add more.

    Erasing a person blanks the sealed columns and the index; the row stays, so the log still reads.
    """

    __tablename__ = "user"

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = uid_column()
    name_sealed: Mapped[str | None] = sealed_column()
    email_sealed: Mapped[str | None] = sealed_column()
    email_index: Mapped[str | None] = personal_column(String(64), unique=True)
    login_epoch: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    last_login_at: Mapped[datetime | None]
    totp_sealed: Mapped[str | None] = sealed_column()
    totp_confirmed_at: Mapped[datetime | None]
    totp_last_step: Mapped[int | None]
    erased_at: Mapped[datetime | None]

    name = Sealed("name_sealed")
    email = Sealed("email_sealed")
    totp = Sealed("totp_sealed")

    grants: Mapped[list[RoleGrant]] = relationship(
        back_populates="user", lazy="selectin", foreign_keys="RoleGrant.user_id"
    )

    def get_id(self) -> str:
        # the epoch rises on role change and on "log out everywhere": older cookies then fail
        return f"{self.id}.{self.login_epoch}"

    def has_role(self, role: Role, municipality_id: int | None = None) -> bool:
        """True when a grant gives `role` in the whole region or in this municipality."""
        return any(
            grant.role is role
            and (grant.municipality_id is None or municipality_id in (None, grant.municipality_id))
            for grant in self.grants
        )

    @property
    def is_staff(self) -> bool:
        return any(grant.role in STAFF_ROLES for grant in self.grants)

    @property
    def display_name(self) -> str:
        return self.name or "–"


class RoleGrant(Base):
    """`municipality_id` NULL means the whole region."""

    __tablename__ = "role_grant"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    role: Mapped[Role]
    municipality_id: Mapped[int | None] = mapped_column(ForeignKey("municipality.id"))
    granted_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    granted_at: Mapped[datetime]

    user: Mapped[User] = relationship(back_populates="grants", foreign_keys=[user_id])
    municipality: Mapped[Municipality | None] = relationship()

    __table_args__ = (
        UniqueConstraint("user_id", "role", "municipality_id"),
        # NULLs differ in a unique constraint, so the grants for the region need their own
        Index(
            "uq_role_grant_region",
            "user_id",
            "role",
            unique=True,
            sqlite_where=text("municipality_id IS NULL"),
            postgresql_where=text("municipality_id IS NULL"),
        ),
    )


class LoginCode(Base):
    """A 6-digit code sent by mail: hashed, single use, 15 minutes, few attempts.

    The code belongs to the browser that asked for it (its id is in that session), so that a stranger who
    asks for a code or guesses cannot spoil the one of the owner.
    """

    __tablename__ = "login_code"

    id: Mapped[int] = mapped_column(primary_key=True)
    email_index: Mapped[str] = personal_column(String(64), index=True)
    code_hash: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    used_at: Mapped[datetime | None]

    __table_args__ = (Index("ix_login_code_expires_at", "expires_at"),)


class Erasure(Base):
    """Somebody asked to be erased. The jobs process goes by the rooms; `rooms_done` is how far it came (W6).

    The address is kept until the receipt was sent.
    """

    __tablename__ = "erasure"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), unique=True)
    uid: Mapped[str] = uid_column()
    email_sealed: Mapped[str | None] = sealed_column()
    asked_at: Mapped[datetime]
    rooms_done: Mapped[list[Any]] = mapped_column(default=list)
    erased_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]

    email = Sealed("email_sealed")

    __table_args__ = (
        CheckConstraint("closed_at IS NULL OR email_sealed IS NULL", name="closed_is_blank"),
        Index("ix_erasure_open", "closed_at", "asked_at"),
    )


class RecoveryCode(Base):
    """A way in without the authenticator, each usable once."""

    __tablename__ = "recovery_code"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    code_hash: Mapped[str] = mapped_column(String(64))
    used_at: Mapped[datetime | None]


RETENTION = [
    Retention(
        model=User,
        basis=mark("Een account dat drie jaar niet is gebruikt, is niet meer nodig."),
        after=timedelta(days=3 * 365),
        since="last_login_at",
        action="blank",
        blank_columns=("name_sealed", "email_sealed", "email_index", "totp_sealed"),
        blanked_at="erased_at",
    ),
    Retention(
        model=User,
        basis=mark("Een uitnodiging die een jaar niet is gebruikt, is niet meer nodig."),
        after=timedelta(days=365),
        since="created_at",
        action="blank",
        blank_columns=("name_sealed", "email_sealed", "email_index", "totp_sealed"),
        blanked_at="erased_at",
        only=User.last_login_at.is_(None),
    ),
    Retention(
        model=LoginCode,
        basis=mark("Een inlogcode is na een dag nergens meer voor nodig."),
        after=timedelta(days=1),
        since="expires_at",
        action="delete",
    ),
    Retention(
        model=Erasure,
        basis=mark("Het verzoek om alles te wissen bewaren we tot de bevestiging is verstuurd."),
        after=timedelta(days=30),
        since="asked_at",
        action="delete",
    ),
]
