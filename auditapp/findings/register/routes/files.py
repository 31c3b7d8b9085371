"""Registers as files."""

import tempfile

from flask import send_file
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from auditapp.findings.blueprint import bp
from auditapp.findings.register.routes.base import asked, reader
from auditapp.findings.register.rules.spec import Register
from auditapp.findings.register.service.files import Format, write_register
from auditapp.kit.db import current_session
from auditapp.people.guards import guard
from auditapp.people.rules import Capability

IN_MEMORY = 1_000_000  # bytes; a larger file waits on the disk
TYPES = {
    Format.CSV: "text/csv; charset=utf-8",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@bp.get("/nonconformities/export.csv", defaults={"form": "csv"})
@bp.get("/nonconformities/export.xlsx", defaults={"form": "xlsx"})
@guard(Capability.VIEW_ORGANIZATION)
def export(form: str) -> ResponseReturnValue:
    """Every nonconformity that the address asks for, with the chosen columns."""
    return _file(Register.NONCONFORMITIES, Format(form))


@bp.get("/actions/export.csv", defaults={"form": "csv"})
@bp.get("/actions/export.xlsx", defaults={"form": "xlsx"})
@guard(Capability.VIEW_ORGANIZATION)
def export_actions(form: str) -> ResponseReturnValue:
    """Every action that the address asks for, with the chosen columns."""
    return _file(Register.ACTIONS, Format(form))


def _file(register: Register, form: Format) -> ResponseReturnValue:
    """The file is written while the database stands still for it, and sent from there: memory stays bounded."""
    who = reader()
    out = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - closed when it has been sent
    write_register(current_session(), reader=who, wanted=asked(register), form=form, out=out)
    out.seek(0)
    names = {Register.NONCONFORMITIES: _("nonconformities"), Register.ACTIONS: _("actions")}
    response = send_file(
        out,
        mimetype=TYPES[form],
        as_attachment=True,
        download_name=f"{names[register]}-{who.today.isoformat()}.{form.value}",
        etag=False,
        max_age=0,
    )
    response.call_on_close(out.close)
    response.headers["Cache-Control"] = "private, no-store"
    return response
