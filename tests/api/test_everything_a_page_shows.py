"""Each page that shows something: the operation that gives the same, or the reason why none does."""

import pytest

from tests.conftest import build, settings_for

SHOWN = {  # operation: the pages that show what it gives
    "action": "findings.action findings.action_steps",
    "action_comments": "findings.action_comments",
    "action_files": "findings.action_files",
    "actions": "findings.actions_index findings.my_actions findings.export_actions",
    "audit": "plan.show plan.team plan.agenda plan.interviews",
    "audit_report": "report.revision audit_report.download templated.download",
    "audit_report_picture": "report.picture",
    "audit_reports": "report.show",
    "audits": "plan.index",
    "case_file": "findings.case_file",
    "case_file_bytes": "findings.download_file",
    "case_file_picture": "findings.file_picture",
    "causes": "findings.causes",
    "certificate": "certification.show certification.visit",
    "certificate_finding": "certification.finding",
    "certificate_findings": "certification.findings",
    "certificates": "certification.index",
    "channels": "outbox.channel_list",
    "checklist": "checklists.edition checklists.export_file",
    "checklist_changes": "checklists.changes",
    "checklists": "checklists.index",
    "communication": "communications.show",
    "communications": "communications.of_relationship",
    "competences": "competence.index",
    "conflicts": "execution.conflicts",
    "contacts": "contacts.of_relationship",
    "dashboard": "dashboards.show dashboards.picture",
    "dashboard_rows": "dashboards.answers dashboards.reminders",
    "deadlines": "findings.deadlines",
    "delivery_log": "outbox.log",
    "delivery_log_file": "outbox.log_csv outbox.log_xlsx",
    "document": "documents.show",
    "document_file": "documents.download",
    "documents": "documents.index documents.of_relationship",
    "due": "coming.index reminders.of_item",
    "evidence": "execution.evidence_index",
    "evidence_file": "execution.download",
    "evidence_picture": "execution.picture",
    "evidence_piece": "execution.evidence",
    "exit_difference": "exits.difference",
    "exit_of": "exits.of_relationship exits.watch",
    "exit_process": "exits.process exits.step exits.evaluation",
    "exit_reviews": "exits.reviews",
    "exit_tests": "exits.tests",
    "exit_trigger": "exits.trigger",
    "exit_version": "exits.version exits.discussion exits.print_version",
    "expectations": "behaviours.catalogue",
    "finding": "execution.finding execution.support",
    "findings": "execution.findings_index execution.audit_findings",
    "health_check": "health.show health.results health.gap_chart",
    "health_checks": "health.of_relationship health.trend_chart",
    "health_questions": "health.questions",
    "history": "history.index",
    "idea": "ideas.show",
    "ideas": "ideas.of_relationship ideas.board ideas.export",
    "issue": "issues.show",
    "issue_ladder": "issues.ladder",
    "issues": "issues.index issues.of_relationship issues.export",
    "joint_action": "joint_actions.show",
    "joint_actions": "joint_actions.of_relationship",
    "lesson": "lessons.show",
    "lessons": "lessons.index lessons.of_relationship",
    "management_review": "management_review.show",
    "management_reviews": "management_review.index",
    "measure": "objectives.measure",
    "measure_chart": "objectives.chart",
    "meeting": "meetings.show",
    "meetings": "meetings.of_relationship",
    "message": "outbox.show",
    "messages": "outbox.index",
    "nonconformities": "findings.index findings.board findings.close_audit findings.export register_reports.nonconformities",
    "nonconformity": "findings.show",
    "nonconformity_comments": "findings.nonconformity_comments",
    "nonconformity_files": "findings.nonconformity_files",
    "notices": "centre.index",
    "objective": "objectives.show",
    "objectives": "objectives.of_relationship",
    "obligation": "obligations.show",
    "obligation_rules": "obligations.rules",
    "obligations": "obligations.index obligations.of_relationship",
    "one_page": "one_page.show",
    "own_answers": "health.answers",
    "pack": "pack.show",
    "pack_file": "pack.one_file",
    "packs": "pack.index",
    "partner": "relationships.partner",
    "partners": "relationships.partners",
    "people": "people.index",
    "people_standing": "behaviours.of_relationship",
    "person": "persons.show persons.responsibilities",
    "person_behaviours": "behaviours.show",
    "plan": "rmp.show",
    "plan_difference": "rmp.difference",
    "plan_pdf": "rmp_document.as_pdf",
    "plan_section": "rmp.section",
    "plan_word": "rmp_document.as_word",
    "plans": "rmp.index rmp.of_relationship",
    "programme": "programme.show",
    "programme_coverage": "programme.coverage",
    "programme_paper": "programme_report.show",
    "programme_proposals": "programme.proposals",
    "programmes": "programme.index",
    "questions": "execution.walk",
    "register_report": "certificate_reports.concerns certificate_reports.status programme_report.now register_reports.reminders",
    "relationship": "dossier.show",
    "relationship_terms": "contacts.terms contacts.criteria",
    "relationships": "relationships.index",
    "reminder": "reminders.show",
    "reminder_policies": "policies.index",
    "repeats": "findings.repeats",
    "report": "readiness.show readiness.gap readiness.stage_1 readiness.stage_2 readiness.surveillance",
    "report_file": "readiness.readiness_file",
    "report_template": "templated.show",
    "report_template_file": "templated.file",
    "report_templates": "templated.index",
    "review_action": "management_review.action",
    "review_paper": "management_review.minutes management_review.pack",
    "rhythm": "quiet.show",
    "risk": "risks.show",
    "risks": "risks.of_relationship risks.matrix risks.export",
    "saved_views": "findings.views",
    "scheduled_reports": "schedule.index",
    "stage_outputs": "lifecycle.output",
    "stages": "lifecycle.of_relationship",
    "stuck_reminders": "stuck.index",
    "trends": "figures.trends figures.picture",
    "webhook": "webhooks.show",
    "webhook_delivery": "webhooks.delivery",
    "webhooks": "webhooks.index",
}

NOT_FOR_PROGRAMS = {  # reason: pages (a name with a dot at its end: all of its room)
    "how a person comes in, and what is theirs in the browser": "people.sign_in people.set_password people.me contacts.come_in tokens. setup. archive. imports.",
    "signed links that come by mail are the key, not a token": "answering. schedule.stop visiting. visitors.",
    "the tablet's own protocol, and its page": "tablet.",
    "for monitors, and the look of the site": "shell. engine. api_pages.",
    "a calendar program reads it": "feeds.",
    "a long file that is made for a page; a program asks for it and waits": "made.",
    "mail that was not sent, on a site without mail": "localmail.",
    "the list of links to the reports": "readiness.index dashboards.index",
    "the page of one's own things, made of lists that stand elsewhere": "home.index search.index search.suggest",
    "begins a command": "execution.new_evidence execution.new_finding findings.action_new_file findings.nonconformity_new_file "
    "findings.of_finding findings.similar findings.raised behaviours.end_development risks.why report.closing",
    "how a report will look": "audit_report.draft report.draft templated.draft templated.trial_file templated.built_in templated.names preview.show",
}


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
    for told in (shown, reasoned):
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
    assert sorted(excepted & set(shown)) == []
    # What also takes what is sent is the form of a command, unless it is named above.
    assert sorted(pages - excepted - set(shown)) == []
