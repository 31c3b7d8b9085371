"""Lists as CSV: what is taken, and how a fault is told by line and column."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditapp.overview.imports.reading import MOST_ROWS, decode, read
from auditapp.overview.imports.routes import TEMPLATES
from auditapp.overview.imports.rules import PARTNER_COLUMNS, PEOPLE_COLUMNS, check_partners, check_people
from auditapp.people.rules import Role
from auditapp.relationships.rules import Kind, Priority, Stage

HEAD = "name,email,job_title,roles,zone\n"
PARTNER_HEAD = "partner,country,sector,relationship,kind,stage,priority,owner_email,manager_email,ser_email\n"


def people(text, known=()):
    return check_people(read(text, columns=PEOPLE_COLUMNS, required=("name", "email")), known=dict(known))


def partners(text, **more):
    there = {"partners": {}, "relationships": set(), "people": {"ann@example.org"}, "country": "GB"} | more
    return check_partners(read(text, columns=PARTNER_COLUMNS, required=("partner",)), **there)


def told(found):
    return [(fault.line, fault.column) for fault in found.faults]


@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_any_separator(sign):
    text = (
        HEAD.replace(",", sign) + sign.join(["Ann", "ann@example.org", "", '"auditor;viewer"', ""]) + "\r\n"
    )
    (row,) = people(text).good
    assert (row.name, row.email, row.roles) == ("Ann", "ann@example.org", (Role.AUDITOR, Role.VIEWER))


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_with_and_without_a_byte_order_mark(mark):
    text, fault = decode(mark + (HEAD + "Änn,ann@example.org,,,\n").encode())
    assert fault is None
    assert people(text).good[0].name == "Änn"


@pytest.mark.parametrize(
    ("head", "row"),
    [
        # columns in another order, fewer of them, in other letters
        ("E-Mail,Name", "ann@example.org,Ann"),
        ("EMAIL,NAME,Job Title", "ann@example.org,Ann,Boss"),
        ('"email","name"', '"ann@example.org","Ann"'),
        # blanks around values
        ("email , name", " ann@example.org , Ann "),
        # a nameless empty column at the end, as spreadsheets leave them
        ("email,name,,", "ann@example.org,Ann,,"),
    ],
)
def test_columns_as_people_write_them(head, row):
    found = people(head.replace("E-Mail", "email") + "\n" + row + "\n")
    assert told(found) == []
    assert (found.good[0].name, found.good[0].email) == ("Ann", "ann@example.org")


@pytest.mark.parametrize(
    ("text", "where"),
    [
        # the file as a whole
        ("", [(1, "")]),
        ("\n\n", [(1, "")]),
        (HEAD, [(1, "")]),
        ("name,mail\nAnn,ann@example.org\n", [(1, "mail"), (1, "email")]),
        ("name,email,email\nAnn,a@example.org,b@example.org\n", [(1, "email")]),
        (HEAD + 'Ann,"ann@example.org,,,\n', [(1, "")]),
        (HEAD + "Ann\x00,ann@example.org,,,\n", [(2, "")]),
        # a row
        (HEAD + ",ann@example.org,,,\n", [(2, "name")]),
        (HEAD + "Ann,,,,\n", [(2, "email")]),
        (HEAD + "Ann,nobody,,,\n", [(2, "email")]),
        (HEAD + "Ann,ann@example.org,,boss,\n", [(2, "roles")]),
        (HEAD + "Ann,ann@example.org,,partner_contact,\n", [(2, "roles")]),
        (HEAD + "Ann,ann@example.org,,,Mars/Olympus\n", [(2, "zone")]),
        (HEAD + f"{'x' * 201},ann@example.org,,,\n", [(2, "name")]),
        (HEAD + "Ann,ann@example.org,a,b,c,d\n", [(2, "")]),
        # several in a row, and lines counted over blank ones and over values of two lines
        (HEAD + "\n,nobody,,,\n", [(3, "name"), (3, "email")]),
        (HEAD + '"Ann\nOther",ann@example.org,,,\nBo,nobody,,,\n', [(4, "email")]),
        # the same address twice, and one that is here already
        (HEAD + "Ann,ann@example.org,,,\nBo,ANN@example.org,,,\n", [(3, "email")]),
        (HEAD + "Kim,kim@example.org,,,\n", [(2, "email")]),
    ],
)
def test_faults_of_people_are_told_by_line_and_column(text, where):
    found = people(text, known={"kim@example.org": "Kim"})
    assert told(found) == where
    assert all(str(fault.wrong) for fault in found.faults)


def test_good_rows_stand_beside_bad_ones():
    found = people(HEAD + "Ann,ann@example.org,,,\nBo,nobody,,,\nCy,cy@example.org,,,\n")
    assert [row.name for row in found.good] == ["Ann", "Cy"]
    assert told(found) == [(3, "email")]
    assert "“nobody” is not an e-mail address" in str(found.faults[0].wrong)
    assert "name@example.org" in str(found.faults[0].right)


@pytest.mark.parametrize("value", ["=HYPERLINK(0)", "+1", "-1", "@cmd", "=1+1"])
def test_what_looks_like_a_formula_is_a_text(value):
    assert people(HEAD + f"{value},ann@example.org,{value},,\n").good[0].name == value


def test_roles_by_name_as_well():
    text = HEAD + 'Ann,ann@example.org,,"Internal auditor; SER",\n'
    assert people(text).good[0].roles == (Role.AUDITOR, Role.SER)


def test_too_many_rows():
    found = people(HEAD + "".join(f"P{n},p{n}@example.org,,,\n" for n in range(MOST_ROWS + 5)))
    assert len(found.good) == MOST_ROWS
    assert told(found) == [(MOST_ROWS + 2, "")]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("Äpfel".encode("latin-1"), "UTF-8"),
        (HEAD.encode("utf-16"), "UTF-8"),
        (b"PK\x03\x04workbook", "workbook"),
        (b"x" * (1024 * 1024 + 1), "larger"),
    ],
)
def test_files_that_are_no_text_in_utf8(data, said):
    _, fault = decode(data)
    assert said in str(fault.wrong)


@pytest.mark.parametrize(
    ("row", "where"),
    [
        ("North,GB,Rail,,,,,,,", []),
        ("North,,,,,,,,,", []),
        ("North,Germany,,Alliance,alliance,5,,,,", []),
        ("North,gb,,Alliance,Joint venture,Working together,High,ann@example.org,,Ann@Example.org", []),
        (",GB,,,,,,,,", [(2, "partner")]),
        ("North,Nowhere,,,,,,,,", [(2, "country")]),
        ("North,,,Alliance,,,,,,", [(2, "kind"), (2, "stage")]),
        ("North,,,Alliance,friend,9,,,,", [(2, "kind"), (2, "stage")]),
        ("North,,,Alliance,alliance,management_system,,,,", [(2, "stage")]),
        ("North,,,,alliance,,,,,", [(2, "relationship")]),
        ("North,,,Alliance,alliance,1,urgent,,,", [(2, "priority")]),
        ("North,,,Alliance,alliance,1,,bo@example.org,,", [(2, "owner_email")]),
        # here already
        ("South,,,,,,,,,", [(2, "partner")]),
        ("south,,,old alliance,alliance,1,,,,", [(2, "relationship")]),
    ],
)
def test_rows_about_partners(row, where):
    found = partners(
        PARTNER_HEAD + row + "\n", partners={"south": "South"}, relationships={("south", "old alliance")}
    )
    assert told(found) == where
    assert len(found.good) == (0 if where else 1)


def test_a_partner_with_two_relationships_has_two_rows():
    text = (
        PARTNER_HEAD
        + "North,,,One,alliance,1,,,,\nNorth,,,Two,supplier,8,low,,,\nnorth,,,two,supplier,8,,,,\n"
    )
    found = partners(text)
    assert [(row.relationship, row.kind, row.stage, row.priority) for row in found.good] == [
        ("One", Kind.ALLIANCE, Stage.AWARENESS, Priority.MEDIUM),
        ("Two", Kind.SUPPLIER, Stage.EXIT_STRATEGY, Priority.LOW),
    ]
    assert told(found) == [(4, "relationship")]


def test_the_templates_can_be_brought_in():
    assert told(people("\n".join(TEMPLATES["people"]))) == []
    assert told(partners("\n".join(TEMPLATES["partners"]))) == []


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=200) | st.text(alphabet='ab@.,;\t"\n\r=', max_size=200))
def test_nothing_breaks_it(text):
    for found in (people(text), people(HEAD + text), partners(PARTNER_HEAD + text)):
        assert len(found.good) + len(found.faults) > 0
        assert all(fault.line >= 1 and str(fault.wrong) for fault in found.faults)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_no_bytes_break_it(data):
    text, fault = decode(data)
    assert fault is not None or read(text, columns=PEOPLE_COLUMNS, required=("name",))
