"""Comments and files as somebody with a browser sees them; and what a partner's contact does not."""

import io

import pytest
import sqlalchemy as sa
from PIL import Image

from auditapp.findings.exchange import service
from auditapp.findings.exchange.queries import panel, people_to_name
from auditapp.findings.model import Action, CaseFile, Comment, Nonconformity
from auditapp.findings.queries import visible_nonconformities
from auditapp.findings.rules.action import ActionStatus
from auditapp.findings.rules.nonconformity import NcStatus
from auditapp.kit.clock import now
from auditapp.kit.db import db
from auditapp.kit.errors import NotAllowed, Refusal
from auditapp.people.queries import principal_of_person
from auditapp.people.rules import Capability
from auditapp.trail.model import Fact
from tests.factories.nonconformities import Cast, make_case

S = NcStatus
HTML = b"<html><script>alert(1)</script></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"></svg>'


@pytest.fixture
def cast(unit):
    return unit(Cast)


@pytest.fixture
def refs(unit, cast):
    """The numbers of a nonconformity, of the owner's action and of the contact's."""

    def work(session):
        return [one.ref for one in make_case(session, cast, S.IMPLEMENTING)]

    return unit(work)


@pytest.fixture
def photo():
    out = io.BytesIO()
    Image.new("RGB", (64, 48), "steelblue").save(out, "JPEG")
    return out.getvalue()


def rows(unit, model):
    return unit(lambda s: s.scalars(sa.select(model).order_by(model.id)).all(), "read")


def upload(browser, where, *files, **more):
    return browser.post(
        f"{where}/files",
        data={"file": [(io.BytesIO(data), name) for name, data in files], **more},
        content_type="multipart/form-data",
    )


class TestComments:
    def test_said_named_and_taken_back(self, unit, cast, refs, client_of):
        nc, _action, _theirs = refs
        browser = client_of(cast["responsible"])
        told = browser.post(
            f"/nonconformities/{nc}/comments", data={"text": "@Val Verifier, <b>plainly</b> @Nobody"}
        )
        assert told.location.endswith(f"/nonconformities/{nc}#comments")
        made = rows(unit, Comment)[0]
        assert made.mentions == [str(cast.id_of("verifier"))]
        assert made.internal
        page = browser.get(f"/nonconformities/{nc}/comments").text
        assert f'/people/{cast.id_of("verifier")}">@Val Verifier</a>' in page
        assert "&lt;b&gt;plainly" in page
        assert "names nobody who takes part" in page
        other = client_of(cast["verifier"])
        remove = f"/nonconformities/comments/{made.id}/remove"
        assert other.post(remove).status_code == 403
        assert browser.post(remove).status_code == 302
        page = browser.get(f"/nonconformities/{nc}/comments").text
        assert "Removed by its author" in page
        assert "plainly" not in page
        facts = unit(lambda s: list(s.scalars(sa.select(Fact.verb).order_by(Fact.seq)))[-2:], "read")
        assert facts == ["nonconformity.commented", "nonconformity.comment_removed"]

    def test_an_empty_or_long_one_is_not_taken(self, unit, cast, refs, client_of):
        browser = client_of(cast["owner"])
        for text in ("", "  ", "x" * 5001):
            assert browser.post(f"/actions/{refs[1]}/comments", data={"text": text}).status_code == 422
        assert rows(unit, Comment) == []

    def test_sent_twice_is_said_once(self, unit, cast, refs, client_of):
        browser = client_of(cast["owner"])
        for _ in range(2):
            browser.post(f"/actions/{refs[1]}/comments", data={"text": "Once"})
        assert len(rows(unit, Comment)) == 1

    def test_after_the_end_words_stay(self, session):
        cast = Cast(session)
        nc, action, _ = make_case(session, cast, S.CLOSED)
        by = {"actor": cast["owner"], "at": now()}
        made, _ = service.comment(session, **by, nc=nc, action=action, text="Late")
        with pytest.raises(Refusal, match="ended"):
            service.remove_comment(session, **by, comment=made)

    def test_who_can_be_named_is_who_sees_it(self, session):
        cast = Cast(session)
        nc, *_ = make_case(session, cast, S.CAUSE)
        named = {one.person_id for one in people_to_name(session, cast["raiser"], nc, None)}
        for name, who in cast.people.items():
            if name == "raiser":
                continue
            fresh = principal_of_person(session, who.person_id)
            seen = session.scalar(visible_nonconformities(fresh).where(Nonconformity.id == nc.id)) is not None
            assert (who.person_id in named) == seen, name


class TestFiles:
    def test_several_at_once_and_a_bad_one_does_not_stop_the_others(self, unit, cast, refs, client_of, photo):
        _nc, action, _theirs = refs
        browser = client_of(cast["owner"])
        told = upload(
            browser,
            f"/actions/{action}",
            ('../../etc/passwd"\r\nX: <script>.jpg', photo),
            ("page.html", HTML),
            ("paper.pdf", b"%PDF-1.7\n%%EOF\n"),
        )
        assert told.location.endswith(f"/actions/{action}#files")
        kept = rows(unit, CaseFile)
        assert {one.media_type for one in kept} == {"image/jpeg", "application/pdf"}
        for one in kept:
            assert "/" not in one.file_name
            assert one.internal
            got = browser.get(f"/nonconformities/files/{one.id}")
            assert got.headers["Content-Disposition"].startswith("attachment")
            assert "\n" not in got.headers["Content-Disposition"]
            assert got.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
            assert got.headers["X-Content-Type-Options"] == "nosniff"
            got.close()
        page = browser.get(f"/actions/{action}/files").text
        assert "<script>.jpg" not in page
        assert "page.html" in page  # said by name, in the flash

    @pytest.mark.parametrize("data", [HTML, SVG, b"", b"MZ\x90"])
    def test_what_could_run_is_refused(self, unit, cast, refs, client_of, data):
        browser = client_of(cast["owner"])
        assert upload(browser, f"/actions/{refs[1]}", ("photo.jpg", data)).status_code == 422
        assert upload(browser, f"/actions/{refs[1]}").status_code == 422
        assert rows(unit, CaseFile) == []

    def test_links_and_references(self, unit, cast, refs, client_of):
        browser = client_of(cast["owner"])
        url = f"/actions/{refs[1]}/files/address"
        for wrong in ("javascript://x", "https://u:p@h/", "https://a b", ""):
            assert browser.post(url, data={"address": wrong}).status_code == 422, wrong
        assert browser.post(url, data={"address": "https://example.org/plan"}).status_code == 302
        assert browser.post(url, data={"address": "DMS 4711", "title": "Plan"}).status_code == 302
        link, held = rows(unit, CaseFile)
        assert (
            'href="https://example.org/plan"' in browser.get(f"/nonconformities/files/{link.id}/about").text
        )
        assert browser.get(f"/nonconformities/files/{held.id}").status_code == 404

    def test_removed_with_a_reason_and_brought_back(self, unit, cast, refs, client_of, photo):
        browser = client_of(cast["owner"])
        upload(browser, f"/actions/{refs[1]}", ("a.jpg", photo))
        page = f"/nonconformities/files/{rows(unit, CaseFile)[0].id}"
        assert browser.post(f"{page}/remove", data={"reason": ""}).status_code == 422
        assert browser.post(f"{page}/remove", data={"reason": "A face"}).status_code == 302
        assert "A face" in browser.get(f"{page}/about").text
        assert page not in browser.get(f"/actions/{refs[1]}/files").text
        assert page in browser.get(f"/actions/{refs[1]}/files?show=removed").text
        assert browser.post(f"{page}/restore").status_code == 302
        assert page in browser.get(f"/actions/{refs[1]}/files").text

    @pytest.mark.parametrize("who", ["viewer", "employee"])
    def test_who_may_not_add_is_refused_first(self, unit, cast, refs, client_of, who):
        browser = client_of(cast[who])
        for where in (f"/nonconformities/{refs[0]}", f"/actions/{refs[1]}"):
            assert browser.get(f"{where}/files/new").status_code in {403, 404}
            assert upload(browser, where, ("a.html", HTML)).status_code in {403, 404}
        assert rows(unit, CaseFile) == []


class TestPartner:
    """A partner's contact: the open side of their own action, and nothing else."""

    def test_the_contact_takes_part_in_the_own_action(self, unit, cast, refs, client_of, photo):
        _nc, _action, theirs = refs
        contact = client_of(cast["contact_owner"])
        sent = contact.post(f"/actions/{theirs}/comments", data={"text": "Done", "internal": "y"})
        assert sent.status_code == 302
        assert upload(contact, f"/actions/{theirs}", ("a.jpg", photo), internal="y").status_code == 302
        assert [one.internal for one in (*rows(unit, Comment), *rows(unit, CaseFile))] == [False, False]
        got = contact.get(f"/nonconformities/files/{rows(unit, CaseFile)[0].id}")
        assert got.data == photo
        got.close()

    def test_what_is_internal_or_elsewhere_is_not_there(self, unit, cast, refs, client_of):
        nc, action, theirs = refs
        own = client_of(cast["responsible"])
        own.post(f"/actions/{theirs}/comments", data={"text": "Secret words", "internal": "y"})
        own.post(f"/actions/{theirs}/comments", data={"text": "Open words"})
        own.post(f"/nonconformities/{nc}/comments", data={"text": "Of the whole"})
        own.post(f"/actions/{theirs}/files/address", data={"address": "Safe 1", "internal": "y"})
        own.post(f"/actions/{theirs}/files/address", data={"address": "Safe 2"})
        own.post(f"/actions/{action}/files/address", data={"address": "Safe 3"})
        own.post(f"/nonconformities/{nc}/files/address", data={"address": "Safe 4"})
        contact = client_of(cast["contact_owner"])
        page = contact.get(f"/actions/{theirs}/comments").text
        assert "Open words" in page
        for hidden in ("Secret words", "Of the whole", "Val Verifier", "Mo Manager", 'class="mention" href'):
            assert hidden not in page, hidden
        page = contact.get(f"/actions/{theirs}/files").text
        assert "Safe 2" in page
        for hidden in ("Safe 1", "Safe 3", "Safe 4"):
            assert hidden not in page
        seen = [
            contact.get(f"/nonconformities/files/{one.id}/about").status_code for one in rows(unit, CaseFile)
        ]
        assert sorted(seen) == [200, 404, 404, 404]
        for one in rows(unit, CaseFile):
            for verb in ("remove", "restore"):
                assert contact.post(
                    f"/nonconformities/files/{one.id}/{verb}", data={"reason": "x"}
                ).status_code in {403, 404}
        for one in rows(unit, Comment):
            assert contact.post(f"/nonconformities/comments/{one.id}/remove").status_code in {403, 404}
        for address in (f"/nonconformities/{nc}/comments", f"/nonconformities/{nc}/files"):
            assert contact.get(address).status_code == 403
            assert contact.post(address, data={"text": "x"}).status_code == 403
        for page in ("comments", "files", "files/new"):
            assert contact.get(f"/actions/{action}/{page}").status_code == 404
        stranger = client_of(cast["contact"])
        for page in ("comments", "files", "files/new"):
            assert stranger.get(f"/actions/{theirs}/{page}").status_code == 404
        assert all(one.removed_at is None for one in rows(unit, CaseFile))

    def test_the_contact_names_only_who_is_known_there(self, unit, cast, refs, client_of):
        contact = client_of(cast["contact_owner"])
        contact.post(f"/actions/{refs[2]}/comments", data={"text": "@Mo Manager @Rob Responsible"})
        assert rows(unit, Comment)[0].mentions == [str(cast.id_of("responsible"))]

    def test_the_contact_is_not_named_in_what_is_internal(self, unit, cast, refs, client_of):
        own = client_of(cast["responsible"])
        own.post(f"/actions/{refs[2]}/comments", data={"text": "@Cy Contact", "internal": "y"})
        own.post(f"/actions/{refs[2]}/comments", data={"text": "@Cy Contact"})
        assert sorted(len(one.mentions) for one in rows(unit, Comment)) == [0, 1]

    def test_nothing_comes_to_light_when_an_action_is_given_to_a_partner(self, session):
        cast = Cast(session)
        nc, action, _ = make_case(session, cast, S.IMPLEMENTING)
        by = {"actor": cast["responsible"], "at": now(), "nc": nc, "action": action}
        service.comment(session, **by, text="Among us", internal=False)
        action.owner_id = cast.id_of("contact")
        session.flush()
        assert panel(session, cast["contact"], nc, action).comments == []
        assert len(panel(session, cast["responsible"], nc, action).comments) == 1

    def test_an_ended_action_takes_comments_only(self, session):
        cast = Cast(session)
        nc, _action, theirs = make_case(session, cast, S.IMPLEMENTING, actions=ActionStatus.VERIFIED)
        by = {"actor": cast["contact_owner"], "at": now(), "nc": nc, "action": theirs}
        service.comment(session, **by, text="Thank you")
        with pytest.raises(Refusal):
            service.add_address(session, **by, address="Safe 9")
        with pytest.raises(NotAllowed):
            service.comment(session, actor=cast["contact_owner"], at=now(), nc=nc, text="Of the whole")
        assert not cast["contact_owner"].can(Capability.VIEW_ORGANIZATION)


def test_a_panel_costs_the_same_whatever_was_said(app, unit, cast, refs):
    def statements():
        seen = []

        def note(_connection, _cursor, statement, *_):
            seen.append(statement)

        def look(session):
            action = session.scalars(sa.select(Action).where(Action.ref == refs[2])).one()
            nc = session.get(Nonconformity, action.nonconformity_id)
            before = len(seen)
            shown = panel(session, cast["responsible"], nc, action)
            return len(seen) - before, len(shown.comments), len(shown.files)

        with app.app_context():
            engine = db.engine
        sa.event.listen(engine, "before_cursor_execute", note)
        try:
            return unit(look, "read")
        finally:
            sa.event.remove(engine, "before_cursor_execute", note)

    def say(count):
        def work(session):
            action = session.scalars(sa.select(Action).where(Action.ref == refs[2])).one()
            nc = session.get(Nonconformity, action.nonconformity_id)
            by = {"actor": cast["responsible"], "at": now(), "nc": nc, "action": action}
            for n in range(count):
                service.comment(session, **by, text=f"@Val Verifier {count} {n}")
                service.add_address(session, **by, address=f"Safe {count} {n}")

        unit(work)

    say(1)
    few, said, files = statements()
    assert (said, files) == (1, 1)
    say(40)
    many, said, files = statements()
    assert (said, files) == (10, 12)
    assert many == few <= 9
