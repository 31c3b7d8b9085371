"""Where skips are refused (in CI), a skipped test is a failed one: nothing is left untested in silence."""

import os

import pytest

REFUSED = bool(os.environ.get("AUDITAPP_TESTS_REFUSE_SKIPS"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Turn a skip into a failure that says why it would have been skipped."""
    report = yield
    if REFUSED and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} would be skipped ({call.excinfo.value}), and skips are refused here"
    return report
