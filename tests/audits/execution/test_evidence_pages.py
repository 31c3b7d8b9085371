"""Evidence as somebody with a browser sees it: kept, shown safely, removed, refused."""

import io

import pytest
import sqlalchemy as sa

from auditapp.audits.execution.model import Evidence
from auditapp.audits.model import Audit
from auditapp.audits.rules import AuditStatus

FETCH = {"X-Requested-With": "fetch"}


class TestEvidence:
    def upload(self, browser, cast, data, name="photo.jpg", **more):
        return browser.post(
            f"/audits/{cast.ref}/evidence",
            data={"file": (io.BytesIO(data), name), **more},
            content_type="multipart/form-data",
            headers=FETCH,
        )

    def test_a_photo_is_kept_and_shown_safely(self, unit, cast, client_of, photo):
        browser = client_of(cast.auditor)
        original = photo()
        told = self.upload(browser, cast, original, question="1")
        assert told.status_code == 201
        again = self.upload(browser, cast, original, question="1")
        assert again.get_json()["id"] == told.get_json()["id"]
        kept = unit(lambda s: s.scalars(sa.select(Evidence)).one(), "read")
        assert (kept.width, kept.height, str(kept.evidence_date)) == (480, 640, "2026-03-01")
        shown = browser.get(told.get_json()["picture"])
        assert shown.mimetype == "image/jpeg"
        assert b"Exif" not in shown.data
        got = browser.get(f"/audits/{cast.ref}/evidence/{kept.id}/file")
        assert got.data == original
        shown.close()
        got.close()
        for reply in (shown, got):
            assert reply.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
            assert reply.headers["X-Content-Type-Options"] == "nosniff"
            assert reply.headers["Cache-Control"] == "private, no-store"
        assert got.headers["Content-Disposition"].startswith("attachment")
        for who, status in ((cast.reader, 200), (cast.outsider, 404)):
            for part in ("file", "picture"):
                reply = client_of(who).get(f"/audits/{cast.ref}/evidence/{kept.id}/{part}")
                assert reply.status_code == status
                reply.close()
        assert told.get_json()["picture"] in browser.get(f"/audits/{cast.ref}/walk").text

    @pytest.mark.parametrize(
        "wrong",
        [
            ({"evidence_date": "2099-01-01"}, "evidence_date"),  # ahead
            ({"evidence_date": "0202-01-01"}, "evidence_date"),  # a slip of the finger
            ({"title": "x" * 301}, "title"),
            ({"title": "bell\x07"}, "title"),
            ({"question": "999"}, "question"),
        ],
    )
    def test_what_is_said_beside_a_file_is_told_where_it_is_wrong(self, unit, cast, client_of, photo, wrong):
        more, field = wrong
        browser = client_of(cast.auditor)
        told = self.upload(browser, cast, photo(), **more)
        assert (told.status_code, told.get_json()["field"]) == (422, field)
        page = browser.post(
            f"/audits/{cast.ref}/evidence",
            data={"file": (io.BytesIO(photo()), "a.jpg"), **more},
            content_type="multipart/form-data",
        )
        assert page.status_code == 422
        assert 'name="file"' in page.text  # the form again, to put it right
        assert unit(lambda s: s.scalars(sa.select(Evidence)).all(), "read") == []

    def test_it_is_described_removed_and_brought_back(self, unit, cast, client_of, photo):
        browser = client_of(cast.auditor)
        one = self.upload(browser, cast, photo(), question="1").get_json()
        page = one["page"]
        assert browser.get(page).status_code == 200
        assert (
            browser.post(page, data={"title": "Whiteboard", "evidence_date": "2026-02-27"}).status_code == 302
        )
        assert browser.post(page, data={"title": "W", "evidence_date": "2099-01-01"}).status_code == 422
        assert browser.post(f"{page}/remove", data={"reason": ""}).status_code == 422
        assert browser.post(f"{page}/remove", data={"reason": "Shows a face"}).status_code == 302
        assert "Whiteboard" not in browser.get(f"/audits/{cast.ref}/walk").text
        assert "Whiteboard" in browser.get(f"/audits/{cast.ref}/evidence?show=removed").text
        assert "Shows a face" in browser.get(page).text
        assert browser.post(f"{page}/restore").status_code == 302
        assert "Whiteboard" in browser.get(f"/audits/{cast.ref}/walk").text
        unit(lambda s: setattr(s.get(Audit, cast.audit_id), "status", AuditStatus.ISSUED))
        assert browser.post(f"{page}/remove", data={"reason": "Late"}).status_code == 409

    def test_links_and_references(self, unit, cast, client_of):
        browser = client_of(cast.auditor)
        url = f"/audits/{cast.ref}/evidence/address"
        assert browser.get(f"/audits/{cast.ref}/evidence/new?question=2").status_code == 200
        for address in (
            "javascript:alert(1)",
            "https://user:pw@example.org/",
            "https://a b",
            "ftp://x",
            "https://",
        ):
            reply = browser.post(url, data={"kind": "link", "address": address, "question": "2"})
            assert reply.status_code == 422, address
            assert "https://" in reply.text
        good = browser.post(
            url, data={"kind": "link", "address": "https://example.org/plan", "question": "2"}
        )
        assert good.location.endswith("#q2")
        held = browser.post(url, data={"kind": "reference", "address": "DMS 4711 v3", "title": "Plan"})
        assert held.location.endswith("/evidence")
        kinds = unit(lambda s: s.scalars(sa.select(Evidence.kind).order_by(Evidence.added_at)).all(), "read")
        assert [kind.value for kind in kinds] == ["link", "reference"]

    def test_too_large_is_told_before_and_after(self, app, cast, client_of, photo):
        browser = client_of(cast.auditor)
        assert "At most 25 MB" in browser.get(f"/audits/{cast.ref}/evidence/new").text
        app.extensions["auditapp"].max_upload_mb = 0
        reply = self.upload(browser, cast, photo())
        assert reply.status_code == 413
        assert "at most 0 MB" in reply.get_json()["error"]

    @pytest.mark.parametrize(
        "sent",
        [
            ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"),
            ("a.jpg", b"<!doctype html><script>alert(1)</script>"),
            ("a.pdf", b"<html>%PDF-1.7"),
            ("a.zip", b"PK\x03\x04nonsense"),
            ("a.jpg", b"\xff\xd8\xff\xe0cut off"),
            ("a.jpg", b""),
        ],
    )
    def test_hostile_files_are_refused_and_leave_nothing(self, app, unit, cast, client_of, sent):
        name, data = sent
        reply = self.upload(client_of(cast.auditor), cast, data, name=name)
        assert reply.status_code == 422
        assert unit(lambda s: s.scalar(sa.select(sa.func.count()).select_from(Evidence)), "read") == 0
        assert not list(app.extensions["auditapp_store"].root.glob("??/*"))

    def test_the_plain_form_shows_what_is_wrong(self, cast, client_of):
        reply = client_of(cast.auditor).post(
            f"/audits/{cast.ref}/evidence",
            data={"file": (io.BytesIO(b"<svg/>"), "a.svg"), "title": "My title", "question": "3"},
            content_type="multipart/form-data",
        )
        assert reply.status_code == 422
        assert "My title" in reply.text
        assert "is not taken as evidence" in reply.text

    def test_only_the_team_adds(self, cast, client_of, photo):
        assert self.upload(client_of(cast.reader), cast, photo()).status_code == 403
        assert self.upload(client_of(cast.outsider), cast, photo()).status_code == 404
