"""Each page that shows something: the operation that gives the same, or the reason why none does, or that none does yet."""

import pytest

from tests.conftest import build, settings_for

SHOWN = {  # operation: the pages that show what it gives
    "register_report": "certificate_reports.concerns certificate_reports.status programme_report.now register_reports.reminders",
    "dashboard": "dashboards.show dashboards.picture",
    "one_page": "one_page.show",
    "review_paper": "management_review.minutes management_review.pack",
    "evidence": "execution.evidence_index",
    "evidence_piece": "execution.evidence",
    "evidence_file": "execution.download",
    "packs": "pack.index",
    "pack": "pack.show",
    "pack_file": "pack.one_file",
    "notices": "centre.index",
    "actions": "findings.actions_index findings.my_actions findings.export_actions",
    "action": "findings.action",
    "audits": "plan.index",
    "audit": "plan.show plan.team",
    "questions": "execution.walk",
    "audit_report": "report.revision audit_report.download templated.download",
    "audit_reports": "report.show",
    "certificates": "certification.index",
    "certificate": "certification.show",
    "certificate_findings": "certification.findings",
    "certificate_finding": "certification.finding",
    "checklists": "checklists.index",
    "checklist": "checklists.edition checklists.export_file",
    "communications": "communications.of_relationship",
    "communication": "communications.show",
    "contacts": "contacts.of_relationship",
    "document": "documents.show",
    "document_file": "documents.download",
    "documents": "documents.index documents.of_relationship",
    "due": "coming.index",
    "exit_of": "exits.of_relationship exits.process exits.step",
    "finding": "execution.finding",
    "findings": "execution.findings_index execution.audit_findings",
    "health_checks": "health.of_relationship health.trend_chart",
    "health_check": "health.show health.results health.gap_chart",
    "history": "history.index",
    "idea": "ideas.show",
    "ideas": "ideas.of_relationship ideas.board ideas.export",
    "issue": "issues.show",
    "issues": "issues.index issues.of_relationship issues.export",
    "joint_action": "joint_actions.show",
    "joint_actions": "joint_actions.of_relationship",
    "lesson": "lessons.show",
    "lessons": "lessons.index lessons.of_relationship",
    "management_reviews": "management_review.index",
    "management_review": "management_review.show",
    "meeting": "meetings.show",
    "meetings": "meetings.of_relationship",
    "nonconformities": "findings.index findings.board findings.close_audit findings.export register_reports.nonconformities",
    "nonconformity": "findings.show",
    "objective": "objectives.show objectives.measure",
    "objectives": "objectives.of_relationship",
    "obligation": "obligations.show",
    "obligations": "obligations.index obligations.of_relationship",
    "partner": "relationships.partner",
    "partners": "relationships.partners",
    "people": "people.index",
    "person": "persons.show",
    "plan": "rmp.show",
    "plans": "rmp.index rmp.of_relationship",
    "programme": "programme.show",
    "programmes": "programme.index",
    "relationship": "dossier.show",
    "relationships": "relationships.index",
    "report": "readiness.show readiness.gap readiness.stage_1 readiness.stage_2 readiness.surveillance",
    "report_file": "readiness.readiness_file",
    "risk": "risks.show",
    "risks": "risks.of_relationship risks.matrix risks.export",
    "stages": "lifecycle.of_relationship",
    "trends": "figures.trends figures.picture",
}

NOT_FOR_PROGRAMS = {  # reason: pages (a name with a dot at its end: all of its room)
    "how a person comes in, and what is theirs in the browser": "people.sign_in people.set_password people.me contacts.come_in contacts.terms "
    "tokens. setup. archive. imports.",
    "signed links that come by mail are the key, not a token": "answering. schedule.stop visiting. visitors.",
    "the tablet's own protocol, and its page": "tablet.",
    "for monitors, and the look of the site": "shell. engine. api_pages.",
    "a calendar program reads it": "feeds.",
    "whom the site tells by itself: people say so, with secrets that are shown once": "webhooks.",
    "a long file that is made for a page; a program asks for it and waits": "made.",
    "mail that was not sent, on a site without mail": "localmail.",
    "the list of links to the reports": "readiness.index dashboards.index",
    "the page of one's own things, made of lists that stand elsewhere": "home.index search.index search.suggest",
    "begins a command": "execution.new_evidence execution.new_finding findings.action_new_file findings.nonconformity_new_file "
    "findings.of_finding findings.similar findings.raised behaviours.end_development risks.why report.closing exits.print_version",
    "how a report will look": "audit_report.draft report.draft templated.draft templated.trial_file templated.built_in templated.names preview.show",
}

NOT_YET = [
    "behaviours.catalogue",
    "behaviours.of_relationship",
    "behaviours.show",
    "certification.visit",
    "checklists.changes",
    "competence.index",
    "contacts.criteria",
    "dashboards.answers",
    "dashboards.reminders",
    "execution.conflicts",
    "execution.picture",
    "execution.support",
    "exits.difference",
    "exits.reviews",
    "exits.tests",
    "exits.trigger",
    "exits.version",
    "exits.watch",
    "exits.evaluation",
    "exits.discussion",
    "findings.action_comments",
    "findings.action_files",
    "findings.action_steps",
    "findings.case_file",
    "findings.causes",
    "findings.deadlines",
    "findings.download_file",
    "findings.file_picture",
    "findings.nonconformity_comments",
    "findings.nonconformity_files",
    "findings.repeats",
    "findings.views",
    "health.answers",
    "health.questions",
    "issues.ladder",
    "lifecycle.output",
    "management_review.action",
    "objectives.chart",
    "obligations.rules",
    "outbox.channel_list",
    "outbox.index",
    "outbox.log",
    "outbox.log_csv",
    "outbox.log_xlsx",
    "outbox.show",
    "persons.responsibilities",
    "plan.agenda",
    "plan.interviews",
    "policies.index",
    "programme.coverage",
    "programme.proposals",
    "programme_report.show",
    "quiet.show",
    "reminders.of_item",
    "reminders.show",
    "report.picture",
    "rmp.difference",
    "rmp.section",
    "rmp_document.as_pdf",
    "rmp_document.as_word",
    "schedule.index",
    "stuck.index",
    "templated.file",
    "templated.index",
    "templated.show",
]  # the list gets shorter: a page leaves it when an operation gives what it shows


@pytest.fixture(scope="module")
def rules(tmp_path_factory):
    return list(build(settings_for(tmp_path_factory.mktemp("site"))).url_map.iter_rules())


def test_every_page_has_an_operation_or_a_reason(rules):
    operations = {one.endpoint.removeprefix("api_v1.") for one in rules if one.endpoint.startswith("api_v1.")}
    assert sorted(SHOWN.keys() - operations) == []
    sent = {one.rule for one in rules if "POST" in one.methods}
    pages, forms = set(), set()
    for one in rules:
        if "GET" in one.methods and not one.endpoint.startswith("api_v1."):
            (forms if one.rule in sent else pages).add(one.endpoint)
    shown = [page for listed in SHOWN.values() for page in listed.split()]
    reasoned = [name for listed in NOT_FOR_PROGRAMS.values() for name in listed.split()]
    for told in (shown, reasoned, NOT_YET):
        assert [one for one in set(told) if told.count(one) > 1] == []
        assert [
            one
            for one in told
            if not any(page == one or (one.endswith(".") and page.startswith(one)) for page in pages | forms)
        ] == []
    excepted = {
        page
        for page in pages | forms
        if any(page == one or (one.endswith(".") and page.startswith(one)) for one in reasoned)
    }
    assert sorted(set(shown) & set(NOT_YET)) == []
    assert sorted(excepted & {*shown, *NOT_YET}) == []
    # What also takes what is sent is the form of a command, unless it is named above.
    assert sorted(pages - excepted - set(shown) - set(NOT_YET)) == []
