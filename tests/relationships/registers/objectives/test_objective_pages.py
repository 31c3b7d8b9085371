"""Pages of objectives and measures: written, agreed, read off, corrected; a contact's half; the picture."""

import re
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from auditapp.kit.clock import now
from auditapp.relationships.registers.objectives import service
from auditapp.relationships.registers.objectives.model import Measure, MeasureReading, Objective
from auditapp.relationships.registers.objectives.rules import Direction, Whose
from tests.factories import make_contact, make_relationship
from tests.relationships.registers.objectives.conftest import build, propose

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


@pytest.fixture
def world(unit):
    return unit(build)


def text(browser, address):
    answer = browser.get(address, follow_redirects=True)
    assert answer.status_code == 200, address
    return answer.get_data(as_text=True)


MEASURE = {
    "name": "Possessions", "unit": "days", "direction": "less", "target": "12,5", "tolerance": "2", "baseline": "",
    "interval": "week", "starts_on": "2026-01-05", "measured_by": "", "method": "", "target_high": "",
}  # fmt: skip


def test_an_objective_is_proposed_agreed_measured_and_reached(client_of, world):
    kim, ben, wes = client_of(world.kim), client_of(world.ben), client_of(world.wes)
    answer = kim.post(
        "/relationships/R-01/objectives/new",
        data={"whose": "joint", "statement": "Fewer <b>possessions</b>", "details": "**Why** <script>x</script>",
              "stage": "value_creation", "clause": "8.7", "owner": str(world.oona.person_id),
              "target_on": "2027-03-31", "sharing": "internal"},
    )  # fmt: skip
    address = answer.headers["Location"]
    page = text(kim, address)
    assert "Fewer &lt;b&gt;possessions" in page
    assert "<script>x" not in page
    assert "Waits for the agreement of Test organization, Partner" in page
    version = re.search(r'name="version" value="(\d+)"', page)[1]
    ben.post(f"{address}/agree", data={"party": "", "version": version})
    wes.post(f"{address}/agree", data={"party": str(world.wes.partner_id), "version": version})
    assert "Nothing is measured yet" in text(wes, address)
    made = kim.post(f"{address}/measures/new", data=MEASURE)
    measure = made.headers["Location"]
    kim.post(f"{measure}/readings", data={"value": "14", "read_on": "2026-01-12", "note": "First"})
    page = text(wes, measure)
    assert "14 days on 12 January 2026: 1.5 days beside the target (at most 12.5 days)" in page
    assert "A reading is missing since" in page
    assert "Needs attention" in text(kim, address)
    kim.post(f"{address}/settle", data={"verb": "reach", "reason": "Scorecard"})
    page = text(wes, "/relationships/R-01/objectives?settled=yes")
    assert "Reached" in page


def test_bad_input_keeps_what_was_typed_and_names_the_field(client_of, world):
    kim = client_of(world.kim)
    answer = kim.post(
        "/relationships/R-01/objectives/new", data={"whose": "own", "statement": "", "clause": "9.9"}
    )
    assert answer.status_code == 422
    assert 'value="9.9"' in answer.text
    answer = kim.post(f"/objectives/{world.ref}/measures/new", data=MEASURE | {"target": "many"})
    assert answer.status_code == 422
    assert 'value="many"' in answer.text
    assert "Type a number, such as 12.5." in answer.text
    answer = kim.post(f"/objectives/{world.ref}/measures/new", data=MEASURE | {"direction": "within"})
    assert "A range has an upper end" in answer.text
    answer = kim.post(
        f"/measures/{world.measure_ref}/readings", data={"value": "nan", "read_on": "2026-01-01"}
    )
    assert answer.status_code == 422
    answer = kim.post(f"/objectives/{world.ref}/settle", data={"verb": "drop", "reason": ""})
    assert "Say why it is dropped" in answer.text
    answer = kim.post(f"/objectives/{world.ref}/agree", data={"party": "no", "version": "1"})
    assert answer.status_code == 404


def test_two_edit_at_once(client_of, world):
    kim = client_of(world.kim)
    page = text(kim, f"/objectives/{world.ref}/edit")
    version = re.search(r'name="version" value="(\d+)"', page)[1]
    data = {"version": version, "statement": "Mine", "stage": "", "owner": ""}
    assert (
        client_of(world.wes)
        .post(f"/objectives/{world.ref}/edit", data=data | {"statement": "Theirs"})
        .status_code
        == 302
    )
    answer = kim.post(f"/objectives/{world.ref}/edit", data=data)
    assert answer.status_code == 409
    assert 'value="Mine"' in answer.text


def test_a_reading_is_corrected_and_taken_back(client_of, unit, world):
    oona = client_of(world.oona)
    oona.post(f"/measures/{world.measure_ref}/readings", data={"value": "85", "read_on": "2026-01-12"})
    reading = unit(lambda s: s.scalar(sa.select(MeasureReading.id)))
    address = f"/measures/{world.measure_ref}/readings/{reading}"
    assert 'value="85"' in text(oona, address)
    data = {"value": "58", "read_on": "2026-01-12", "reason": ""}
    assert oona.post(address, data=data).status_code == 422
    oona.post(address, data=data | {"reason": "Swapped"})
    page = text(oona, f"/measures/{world.measure_ref}")
    assert "<del>85 %</del>" in page
    assert "Swapped" in page
    assert client_of(world.tim).get(address).status_code == 403
    newest = unit(lambda s: s.scalar(sa.select(MeasureReading.id).where(MeasureReading.gone_at.is_(None))))
    oona.post(
        f"/measures/{world.measure_ref}/readings/{newest}",
        data={"value": "58", "read_on": "2026-01-12", "reason": "Not ours", "verb": "take_back"},
    )
    assert "Nothing was measured yet" in text(oona, f"/measures/{world.measure_ref}")


def test_a_contact_meets_nothing_that_is_ours_alone(client_of, unit, world):
    def inside(session):
        ours = session.get(Objective, world.ours.id)
        return service.add_measure(
            session, actor=world.kim, at=now(), found=ours, name="Secret", direction=Direction.MORE, target=1
        ).ref

    secret = unit(inside)
    tim = client_of(world.tim)
    page = text(tim, "/relationships/R-01/objectives")
    assert "Nine of ten" in page
    assert "Learn how tides" not in page
    assert "Secret" not in page
    for address in (
        f"/objectives/{world.ours_ref}", f"/objectives/{world.ours_ref}/edit", f"/measures/{secret}",
        f"/measures/{secret}/chart.svg", f"/objectives/{world.ours_ref}/measures/new",
    ):  # fmt: skip
        assert tim.get(address).status_code == 404, address
    for address, data in (
        (f"/objectives/{world.ours_ref}/agree", {"party": "", "version": "1"}),
        (f"/objectives/{world.ours_ref}/settle", {"verb": "drop", "reason": "x"}),
        (f"/objectives/{world.ours_ref}/take-up", {}),
        (f"/measures/{secret}/readings", {"value": "1", "read_on": "2026-01-01"}),
        (f"/measures/{secret}/ended", {"ended": "yes"}),
        (f"/measures/{secret}/edit", MEASURE),
    ):
        assert tim.post(address, data=data).status_code == 404, address
    page = text(tim, f"/objectives/{world.ref}")
    assert "Add a measure" not in page
    assert (
        tim.post(f"/objectives/{world.ref}/settle", data={"verb": "drop", "reason": "x"}).status_code == 403
    )
    made = tim.post(
        "/relationships/R-01/objectives/new",
        data={"whose": "own", "statement": "Earn more", "sharing": "internal", "owner": "", "stage": ""},
    )
    assert "Earn more" in text(client_of(world.kim), made.headers["Location"])


def test_a_stranger_meets_nothing(client_of, unit, world):

    stranger = client_of(unit(lambda s: make_contact(s, make_relationship(s))))
    for address in (
        "/relationships/R-01/objectives",
        f"/objectives/{world.ref}",
        f"/measures/{world.measure_ref}",
    ):
        assert stranger.get(address).status_code == 404, address


HOSTILE = 'A"b <script>alert(1)</script> ]]> & \u202e x' * 4


def test_the_picture_is_safe_bounded_and_follows_the_theme(client_of, unit, world):
    def fill(session):
        found = session.get(Measure, world.measure.id)
        found.name, found.unit = HOSTILE[:200], "<i>"
        session.add_all(
            MeasureReading(
                measure_id=found.id, read_on=date(2010, 1, 1) + timedelta(days=n), value=float(n % 97),
                person_id=world.kim.person_id, at=now(),
            )
            for n in range(5500)
        )  # fmt: skip

    unit(fill)
    kim = client_of(world.kim)
    page = text(kim, f"/measures/{world.measure_ref}")
    assert "<script>alert" not in page
    assert "of 5000 readings" in page
    address = f"/measures/{world.measure_ref}/chart.svg"
    answer = kim.get(address)
    assert (answer.status_code, answer.mimetype) == (200, "image/svg+xml")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "<script" not in answer.text
    assert "http://" not in answer.text.replace("http://www.w3.org/", "")
    assert len(answer.data) < 200_000
    assert "prefers-color-scheme" in answer.text
    dark = kim.get(address + "?theme=dark").text
    assert "prefers-color-scheme" not in dark
    assert "#6cc7d0" in dark
    assert client_of(None).get(address).status_code == 302


def test_the_list_asks_the_same_however_long_it_is(app, client_of, unit, world):
    kim = client_of(world.kim)

    def statements():
        seen = []

        def count(conn, cursor, statement, *more):
            del conn, cursor, more
            seen.append(statement)

        sa.event.listen(sa.engine.Engine, "before_cursor_execute", count)
        try:
            text(kim, "/relationships/R-01/objectives")
            text(kim, f"/objectives/{world.ref}")
            text(kim, f"/measures/{world.measure_ref}")
        finally:
            sa.event.remove(sa.engine.Engine, "before_cursor_execute", count)
        return len(seen)

    statements()
    few = statements()

    def more(session):
        for number in range(10):
            made = propose(session, world.kim, world.found, whose=Whose.JOINT, statement=f"More {number}")
            for again in range(3):
                one = service.add_measure(
                    session, actor=world.kim, at=now(), found=made if again else session.get(Objective, world.joint.id),
                    name="x", direction=Direction.MORE, target=1, measured_by_id=world.oona.person_id,
                )  # fmt: skip
                service.read_off(
                    session,
                    actor=world.kim,
                    at=now(),
                    found=made,
                    measure=one,
                    read_on=date(2026, 1, 1),
                    value=1,
                )

    unit(more)
    assert statements() == few
