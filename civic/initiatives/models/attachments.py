"""Images and PDFs that belong to an initiative, in the order that its writer chose."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from civic.db import Base
from civic.files.models import Upload
from civic.retention import Retention, mark

DESCRIPTION_LENGTH = 200
OWNER = "initiative"


class InitiativeAttachment(Base):
    """`description` is the alternative text of an image, or the name of a document."""

    __tablename__ = "initiative_attachment"

    id: Mapped[int] = mapped_column(primary_key=True)
    initiative_id: Mapped[int] = mapped_column(ForeignKey("initiative.id", ondelete="CASCADE"))
    upload_id: Mapped[int] = mapped_column(ForeignKey("upload.id", ondelete="CASCADE"), unique=True)
    position: Mapped[int]
    description: Mapped[str] = mapped_column(String(DESCRIPTION_LENGTH))

    upload: Mapped[Upload] = relationship(lazy="joined", innerjoin=True)

    __table_args__ = (
        Index("ix_initiative_attachment_initiative_id", "initiative_id", "position"),
        CheckConstraint("description <> ''", name="has_description"),
    )

    @property
    def is_image(self) -> bool:
        return self.upload.media_type.startswith("image/")


RETENTION = [
    Retention(
        model=Upload,
        basis=mark("Een bijlage gaat weg als het concept of het initiatief weggaat."),
        after=timedelta(hours=1),
        since="created_at",
        action="delete",
        only=(Upload.owner_type == OWNER)
        & ~select(InitiativeAttachment.id).where(InitiativeAttachment.upload_id == Upload.id).exists(),
    ),
]
