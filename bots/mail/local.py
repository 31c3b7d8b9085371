"""Mails of an installation without a mail server: each is a file, which can be asked for by its message."""

import os
import tempfile
from pathlib import Path
from uuid import UUID

from auditapp.config import Settings
from auditapp.kit.storage import sync_folder
from auditapp.kit.text import Text
from auditapp.reminders.outbox.rules import Fault, Message, NotSentError, Recipient
from bots.mail.render import Letterhead, render

PER_MINUTE = 6000


class LocalOutbox:
    """The mail channel that keeps mails in a folder. A file that is there is whole, whatever was killed when."""

    name = "mail"
    label = Text("Mail")
    askable = True
    per_minute = PER_MINUTE

    def __init__(self, settings: Settings) -> None:
        """Use the folder of the settings; it is made with the first mail."""
        self.folder = settings.mail_dir
        self.head = Letterhead.of(settings)

    def reaches(self, to: Recipient) -> bool:
        """Whether there is an address."""
        return "@" in to.email

    def send(self, message: Message) -> str:
        """Keep it; the same message again takes the place of the first. Gives its Message-ID. Raises NotSentError."""
        mail = render(message, self.head)
        try:
            self._keep(self._path(message.id), mail.as_bytes())
        except OSError as error:
            raise NotSentError(Fault.RETRY, f"{self.folder} cannot be written: {error.strerror}") from None
        return str(mail["Message-ID"])

    def find(self, message_id: UUID) -> str | None:
        """Its Message-ID, if its file is there."""
        return self.head.message_id(message_id) if self._path(message_id).is_file() else None

    def _path(self, message_id: UUID) -> Path:
        return self.folder / f"{message_id}.eml"

    def _keep(self, path: Path, data: bytes) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=self.folder, prefix="incoming-")
        temporary = Path(name)
        try:
            with os.fdopen(handle, "wb") as target:
                target.write(data)
                target.flush()
                os.fsync(target.fileno())
            temporary.replace(path)
            sync_folder(self.folder)
        finally:
            temporary.unlink(missing_ok=True)
