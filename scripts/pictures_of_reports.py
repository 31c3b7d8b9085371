"""Look at every report as pictures: its page on three screens, its PDF, its Word and its Excel file.

    python -m scripts.pictures_of_reports DATA_FOLDER OUT_FOLDER [--only PART] [--pages] [--files]

asks the program itself which reports there are: every address that ends in a file (the shared rule of
`reports/paper/serving.py`), and the documents of audits and plans. Nothing of the organization is changed, but for a
sign-in. A folder without an organization gets an empty one, set up as a person would. Each report becomes a few sheets
of many pictures; `figures.tsv` in OUT_FOLDER tells seconds, pages and bytes of each file. Needs Chromium, `pdftoppm` and
`pdfinfo` (Debian: poppler-utils), and `soffice` (libreoffice-writer-nogui, libreoffice-calc-nogui).
"""

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import sqlalchemy as sa
from flask_migrate import upgrade
from PIL import Image
from playwright.sync_api import Browser, sync_playwright
from playwright.sync_api import Error as PlaywrightError
from pydantic import SecretStr
from sqlalchemy.orm import Session

from auditapp.app import AuditApp, create_app
from auditapp.audits.model import Programme
from auditapp.audits.report.model import IssuedReport
from auditapp.config import ROOT, Settings
from auditapp.kit.clock import now
from auditapp.kit.db import current_session, mode, run_unit
from auditapp.people.guards import cookie_name
from auditapp.people.model import Account, Organization, Person, RoleGrant
from auditapp.people.rules import Role
from auditapp.people.service import begin_sign_in
from auditapp.relationships.model import Relationship
from auditapp.relationships.rmp.model import Plan, PlanVersion
from auditapp.reports.management_review.model import ManagementReview
from auditapp.reports.paper.serving import FILES
from tests.serving import serving

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--lang=en-GB")
SCREENS = {"390": (390, 844), "820": (820, 1180), "1440": (1440, 900)}
MOST_HIGH = 6_000  # pixels of a page that are looked at
MOST_ROWS = 1_000_000  # of a file that is made at once: none is ordered here
PATIENCE = 240_000  # milliseconds
DPI = 60
SHEET = (1560, 1250)  # pixels: a larger one cannot be read at a glance
MAIN = (
    "/", "/nonconformities/", "/nonconformities/board", "/actions/", "/audits/", "/relationships/", "/due/", "/programmes/",
    "/issues/", "/obligations/", "/documents/", "/certificate/", "/people/", "/search?q=review", "/reports/packs/",
)  # fmt: skip


@dataclass
class Look:
    """An organization served, and where its pictures go."""

    app: AuditApp
    url: str
    cookie: dict[str, Any]
    out: Path
    figures: list[str] = field(default_factory=list)

    def get(self, address: str) -> tuple[int, str, bytes, float]:
        """Status, kind, bytes and seconds of an address, asked for as a browser does."""
        client = self.app.test_client()
        client.set_cookie(self.cookie["name"], self.cookie["value"])
        began = time.monotonic()
        answer = client.get(address)
        return answer.status_code, answer.mimetype, answer.get_data(), time.monotonic() - began

    def tell(
        self, name: str, what: str, *, seconds: float, pages: int = 0, size: int = 0, note: str = ""
    ) -> None:
        """One line of the figures."""
        line = f"{name}\t{what}\t{seconds:.2f} s\t{pages or ''}\t{size:,}\t{note}"
        self.figures.append(line)
        print(line, flush=True)


def newest(session: Session) -> dict[str, list[str]]:
    """What stands for what in an address: the newest, or the one that says most, of each kind."""
    longest = sa.func.length(IssuedReport.content).desc()
    report = session.execute(
        sa.select(IssuedReport.audit_id, IssuedReport.revision).order_by(longest).limit(1)
    ).first()
    from_audits = sa.text("SELECT ref FROM audit WHERE id = :id")
    audit = report and session.execute(from_audits, {"id": report.audit_id.hex}).scalar()
    plan = session.execute(
        sa.select(Plan.ref, PlanVersion.number)
        .join(PlanVersion, PlanVersion.plan_id == Plan.id)
        .order_by(Plan.ref)
    ).first()
    return {
        "/audits/<ref>": [f"/audits/{audit}"] if report else [],
        "/rmp/<plan_ref>": [f"/rmp/{plan.ref}"] if plan else [],
        "<int(max=9999):revision>": [str(report.revision)] if report else [],
        "<int(max=9999):number>": [str(plan.number)] if plan else [],
        "/relationships/<ref>": [f"/relationships/{one}" for one in session.scalars(sa.select(Relationship.ref).limit(1))],
        "/reports/programme/<ref>": [f"/reports/programme/{one}" for one in session.scalars(sa.select(Programme.ref).limit(1))],
        "/reports/management-reviews/<ref>": [
            f"/reports/management-reviews/{one}"
            for one in session.scalars(sa.select(ManagementReview.ref).order_by(ManagementReview.ref).limit(2))
        ],
    }  # fmt: skip


def addresses(app: AuditApp, known: dict[str, list[str]]) -> Iterator[tuple[str, str]]:
    """Each report: its page (empty if it has none) and its address without the ending of the file."""
    for rule in app.url_map.iter_rules():
        text = rule.rule
        if text.endswith(f".{FILES}"):
            for one in filled(text.removesuffix(f".{FILES}"), known):
                yield one, one
        elif re.search(r"/(pdf|word|docx)$", text) and "draft" not in text:
            for one in filled(text, known):
                yield "", one


def filled(text: str, known: dict[str, list[str]]) -> list[str]:
    """An address of a rule with real names in it; none where there is nothing of the kind."""
    made = [text]
    for part, values in known.items():
        made = [one.replace(part, value, 1) for one in made for value in (values if part in one else [part])]
    boards = re.compile(r"<any\(([^)]*)\):\w+>")
    made = [
        boards.sub(choice.strip().strip('"'), one, count=1) if choice else one
        for one in made
        for choice in ((boards.search(one) or [None, ""])[1] or "").split(",") or [""]
    ]
    return [one for one in made if "<" not in one]


def page_pictures(look: Look, browser: Browser, name: str, address: str) -> None:
    """The page on three screens, beside each other on sheets of one height."""
    status, _, body, seconds = look.get(address)
    wide = ""
    context = browser.new_context(base_url=look.url, locale="en-GB", reduced_motion="reduce")
    context.set_default_timeout(PATIENCE)
    context.add_cookies([look.cookie | {"url": look.url}])
    page = context.new_page()
    page.goto(address)
    for label, (width, height) in SCREENS.items():
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_load_state("networkidle")
        over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        wide += f" {label}: {over} px too wide" if over > 0 else ""
        whole = page.evaluate("document.documentElement.scrollHeight")
        page.set_viewport_size({"width": width, "height": min(whole, MOST_HIGH)})
        page.wait_for_load_state("networkidle")
        page.screenshot(path=look.out / f"{name}.{label}.png")
        wide += f" {label}: {whole} px high" if whole > MOST_HIGH else ""
    context.close()
    look.tell(name, f"page {status}", seconds=seconds, size=len(body), note=wide)


def file_pictures(look: Look, name: str, address: str) -> None:
    """A file as sheets: the first pages, one of the middle, the last."""
    status, kind, body, seconds = look.get(address)
    ending = {"application/pdf": "pdf"}.get(
        kind, "docx" if "word" in kind else "xlsx" if "sheet" in kind else ""
    )
    if status != 200 or not ending:
        look.tell(name, f"{status} {kind}", seconds=seconds, size=len(body), note=address)
        return
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"it.{ending}"
        file.write_bytes(body)
        paper = file if ending == "pdf" else as_pdf(file)
        if paper is None:
            look.tell(name, ending, seconds=seconds, size=len(body), note="LibreOffice cannot open it")
            return
        pages = count_pages(paper)
        wanted = sorted({1, 2, 3, 4, 5, 6, pages // 2, pages - 1, pages} & set(range(1, pages + 1)))
        for number, rows in enumerate(laid([picture(paper, one) for one in wanted]), start=1):
            sheet(rows, look.out / f"{name}.{ending}.{number}.png")
    look.tell(name, ending, seconds=seconds, pages=pages, size=len(body))


def as_pdf(file: Path) -> Path | None:
    """What LibreOffice makes of it; a profile of its own, so that several can run."""
    profile = file.parent / "profile"
    made = file.with_suffix(".pdf")
    subprocess.run(
        [tool("soffice"), f"-env:UserInstallation=file://{profile}", "--headless", "--convert-to", "pdf", "--outdir",
         str(file.parent), str(file)],
        check=False, capture_output=True, timeout=300,
    )  # fmt: skip
    return made if made.exists() else None


def tool(name: str) -> str:
    """Where a program is. Says which package brings it when it is not there."""
    found = shutil.which(name)
    if found is None:
        sys.exit(
            f"{name} is not here. On Debian: apt install poppler-utils libreoffice-writer-nogui libreoffice-calc-nogui"
        )
    return found


def count_pages(paper: Path) -> int:
    """Of a PDF."""
    told = subprocess.run([tool("pdfinfo"), str(paper)], check=True, capture_output=True, text=True).stdout
    return int(re.search(r"Pages:\s+(\d+)", told)[1])  # type: ignore[index] # pdfinfo always says it


def picture(paper: Path, page: int) -> Image.Image:
    """One page of a PDF."""
    target = paper.parent / f"page-{page}"
    subprocess.run(
        [tool("pdftoppm"), "-r", str(DPI), "-png", "-f", str(page), "-l", str(page), "-singlefile", str(paper), str(target)],
        check=True,
    )  # fmt: skip
    return Image.open(target.with_suffix(".png")).convert("RGB")


def laid(pictures: list[Image.Image]) -> list[list[list[Image.Image]]]:
    """Which pictures stand beside and below each other, on sheets that can be read."""
    rows: list[list[Image.Image]] = []
    for one in pictures:
        if not rows or sum(each.width + 6 for each in rows[-1]) + one.width > SHEET[0]:
            rows.append([])
        rows[-1].append(one)
    sheets: list[list[list[Image.Image]]] = []
    for row in rows:
        high = max(one.height for one in row)
        if not sheets or sum(max(one.height for one in each) + 6 for each in sheets[-1]) + high > SHEET[1]:
            sheets.append([])
        sheets[-1].append(row)
    return sheets


def sheet(rows: list[list[Image.Image]], target: Path) -> None:
    """Several pages on one picture."""
    width = max(sum(one.width + 6 for one in row) for row in rows)
    height = sum(max(one.height for one in row) + 6 for row in rows)
    whole = Image.new("RGB", (width, height), "#667")
    top = 0
    for row in rows:
        left = 0
        for one in row:
            whole.paste(one, (left, top))
            left += one.width + 6
        top += max(one.height for one in row) + 6
    whole.save(target)


def signed_in(folder: Path, app: AuditApp) -> str:
    """The cookie of somebody who may see all; in a folder without an organization, of its first person."""

    def work() -> str:
        session, at = current_session(), now()
        if session.scalar(sa.select(sa.func.count()).select_from(Organization)) == 0:
            person = Person(name="Sole Founder", email="sole@example.org", created_at=at)
            session.add_all([Organization(name="Nothing Yet", zone="Europe/London", created_at=at), person])
            session.flush()
            session.add(Account(person_id=person.id))
            for role in (Role.SYSTEM_MANAGER, Role.PROGRAMME_MANAGER):
                session.add(RoleGrant(person_id=person.id, role=role, granted_at=at))
        who = session.scalars(
            sa.select(RoleGrant.person_id)
            .where(RoleGrant.role == Role.SYSTEM_MANAGER, RoleGrant.relationship_id.is_(None))
            .order_by(RoleGrant.granted_at)
        ).first()
        if who is None:
            sys.exit(f"nobody manages the system in {folder}")
        return begin_sign_in(session, person_id=who, at=at, days=1, address="", agent="pictures")

    with app.app_context():
        with mode("write"):
            upgrade(directory=str(ROOT / "migrations"))
        return run_unit(work, "write")


def main() -> None:
    """Make the pictures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--only", default="", help="addresses that hold this")
    parser.add_argument("--pages", action="store_true", help="pages only")
    parser.add_argument("--files", action="store_true", help="files only")
    parser.add_argument(
        "--main", action="store_true", help="the main pages of the site instead of the reports"
    )
    asked = parser.parse_args()
    asked.out.mkdir(parents=True, exist_ok=True)
    app = create_app(
        Settings(
            secret_key=SecretStr("k" * 48), data_dir=asked.data, log_level="ERROR", long_report_rows=MOST_ROWS
        )
    )
    secret = signed_in(asked.data, app)
    with app.app_context():
        known = run_unit(lambda: newest(current_session()), "read")
        cookie = {"name": cookie_name(), "value": secret}
    reports = [(one, "") for one in MAIN] if asked.main else list(addresses(app, known))
    reports = [one for one in reports if asked.only in (one[0] or one[1])]
    with serving(app, threads=12) as url, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        look = Look(app, url, cookie, asked.out)
        for page, file in reports:
            name = quote((page or file).strip("/"), safe="").replace("%2F", ".") or "home"
            jobs: list[tuple[Callable[..., None], tuple[Any, ...]]] = []
            if page and not asked.files:
                jobs.append((page_pictures, (look, browser, name, page)))
            if file and not asked.pages:
                jobs += [
                    (file_pictures, (look, name, one))
                    for one in (
                        [f"{file}.{suffix}" for suffix in ("pdf", "docx", "xlsx")] if page else [file]
                    )
                ]
            for job, given in jobs:
                try:
                    job(*given)
                except (PlaywrightError, subprocess.SubprocessError) as error:
                    look.tell(name, "failed", seconds=0, note=str(error).splitlines()[0])
        browser.close()
    (asked.out / "figures.tsv").write_text("\n".join(look.figures) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
