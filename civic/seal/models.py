"""The log's own tables: stored subtrees, checkpoints, witnesses and what they signed, and checks of the log.

The leaves stand in `event` itself (docs/adr/0003): `sealed_seq` is the place, `leaf_hash` the hash.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from civic.crypto import Sealed, sealed_column, uid_column
from civic.db import Base, BigId
from civic.retention import Retention, mark
from civic.seal import note

KEEP_PROPOSAL = timedelta(days=30)


class LogNode(Base):
    """The root over 2^level leaves that are all there, at levels 8, 16, 24 … (docs/adr/0010)."""

    __tablename__ = "log_node"

    level: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    hash: Mapped[str] = mapped_column(String(64))

    __table_args__ = (CheckConstraint("level > 0 AND level % 8 = 0", name="whole_tiles"),)


class Checkpoint(Base):
    """The log at one moment, signed by the site. `public_size` of its entries can be read by everybody."""

    __tablename__ = "checkpoint"

    id: Mapped[int] = mapped_column(primary_key=True)
    size: Mapped[int] = mapped_column(BigId, unique=True)
    root: Mapped[str] = mapped_column(String(64))
    origin: Mapped[str] = mapped_column(String(200))
    signature: Mapped[str] = mapped_column(String(128))
    signed_at: Mapped[datetime]
    public_size: Mapped[int] = mapped_column(BigId)

    __table_args__ = (CheckConstraint("size > 0 AND public_size >= 0 AND public_size <= size", name="sizes"),)

    @property
    def code(self) -> str:
        """The root as it stands in the text."""
        return self.text.split("\n")[2]

    @property
    def text(self) -> str:
        return note.body(self.origin, self.size, bytes.fromhex(self.root))


class Witness(Base):
    """An organisation that signs checkpoints. Its key counts for what is signed after it was published.

    Neither name nor key is ever used again: a verifier tells witnesses apart by name, and one key under two
    names would count twice.
    """

    __tablename__ = "witness"

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = uid_column()
    name: Mapped[str] = mapped_column(String(100), unique=True)
    public_key: Mapped[str] = mapped_column(String(64), unique=True)
    email_sealed: Mapped[str | None] = sealed_column()
    published_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]

    email = Sealed("email_sealed")

    __table_args__ = (CheckConstraint("retired_at >= published_at", name="order"),)


class WitnessProposal(Base):
    """A key that one administrator wants to publish, until another one agrees (four eyes).

    Nothing of it is public. Agreed to, it is a `Witness`; otherwise the name and the key are free again.
    """

    __tablename__ = "witness_proposal"

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = uid_column()
    name: Mapped[str] = mapped_column(String(100))
    public_key: Mapped[str] = mapped_column(String(64))
    email_sealed: Mapped[str | None] = sealed_column()
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    proposed_at: Mapped[datetime]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    decided_at: Mapped[datetime | None]
    is_agreed: Mapped[bool | None]
    witness_id: Mapped[int | None] = mapped_column(ForeignKey("witness.id"), unique=True)

    email = Sealed("email_sealed")

    __table_args__ = (
        CheckConstraint(
            "is_agreed IS NULL OR NOT is_agreed OR decided_by_id <> proposed_by_id", name="four_eyes"
        ),
        CheckConstraint(
            "(is_agreed IS NULL) = (decided_at IS NULL) AND (is_agreed IS NULL) = (decided_by_id IS NULL)",
            name="decision_is_whole",
        ),
        CheckConstraint(
            "(witness_id IS NOT NULL) = (is_agreed IS NOT NULL AND is_agreed)", name="agreed_is_published"
        ),
        *(
            # one open proposal for a name, and one for a key
            Index(
                f"uq_witness_proposal_open_{name}",
                name,
                unique=True,
                sqlite_where=text("decided_at IS NULL"),
                postgresql_where=text("decided_at IS NULL"),
            )
            for name in ("name", "public_key")
        ),
    )


class Cosignature(Base):
    """What a witness signed: the checkpoint, at `time` (seconds since 1970, part of what is signed)."""

    __tablename__ = "cosignature"

    id: Mapped[int] = mapped_column(primary_key=True)
    checkpoint_id: Mapped[int] = mapped_column(ForeignKey("checkpoint.id"))
    witness_id: Mapped[int] = mapped_column(ForeignKey("witness.id"), index=True)
    time: Mapped[int] = mapped_column(BigId)
    signature: Mapped[str] = mapped_column(String(128))
    received_at: Mapped[datetime]

    checkpoint: Mapped[Checkpoint] = relationship()
    witness: Mapped[Witness] = relationship()

    __table_args__ = (UniqueConstraint("checkpoint_id", "witness_id"),)


class LogCheck(Base):
    """One daily check: everything below `size` was once found good, old entries again up to `again_to`.

    `problem` is a code of `civic.seal.verify`, `place` the first entry (or the size) where it is.
    """

    __tablename__ = "log_check"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    size: Mapped[int] = mapped_column(BigId)
    again_to: Mapped[int] = mapped_column(BigId)
    problem: Mapped[str | None] = mapped_column(String(40))
    place: Mapped[int | None] = mapped_column(BigId)


RETENTION = [
    Retention(
        model=Witness,
        basis=mark("Een getuige die stopt, krijgt na een maand geen post meer van ons."),
        after=timedelta(days=30),
        since="retired_at",
        action="blank",
        blank_columns=("email_sealed",),
    ),
    Retention(
        model=WitnessProposal,
        basis=mark("Het mailadres in een voorstel voor een getuige is na een maand niet meer nodig."),
        after=KEEP_PROPOSAL,
        since="proposed_at",
        action="blank",
        blank_columns=("email_sealed",),
    ),
]
