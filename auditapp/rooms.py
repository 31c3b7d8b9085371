"""The rooms that have pages, and those above the engine that have jobs: the map of the site."""

from auditapp.api.declare import bp as api_bp
from auditapp.api.routes import bp as api_pages_bp
from auditapp.api.tokens.routes import bp as tokens_bp
from auditapp.api.webhooks.demonstration import load_webhook
from auditapp.api.webhooks.jobs import JOBS as WEBHOOK_JOBS
from auditapp.api.webhooks.routes import bp as webhooks_bp
from auditapp.audits.execution.routes import bp as execution_bp
from auditapp.audits.plan.routes import bp as plan_bp
from auditapp.audits.programme.routes import bp as programme_bp
from auditapp.audits.report.routes import bp as report_bp
from auditapp.audits.tablet.routes import bp as tablet_bp
from auditapp.checklists.routes import bp as checklists_bp
from auditapp.feeds.jobs import JOBS as FEEDS_JOBS
from auditapp.feeds.routes import bp as feeds_bp
from auditapp.findings.routes import bp as findings_bp
from auditapp.overview.archive.routes import bp as archive_bp
from auditapp.overview.archive.running import JOBS as ARCHIVE_JOBS
from auditapp.overview.dossier.routes import bp as dossier_bp
from auditapp.overview.history.routes import bp as history_bp
from auditapp.overview.home.routes import bp as home_bp
from auditapp.overview.imports.routes import bp as imports_bp
from auditapp.overview.search.routes import bp as search_bp
from auditapp.overview.setup.routes import bp as setup_bp
from auditapp.people.competence.routes import bp as competence_bp
from auditapp.people.organization.routes import bp as organization_bp
from auditapp.people.persons.routes import bp as persons_bp
from auditapp.people.routes import bp as people_bp
from auditapp.relationships.actions.routes import bp as joint_actions_bp
from auditapp.relationships.certification.routes import bp as certification_bp
from auditapp.relationships.contacts.routes import bp as contacts_bp
from auditapp.relationships.documents.routes import bp as documents_bp
from auditapp.relationships.exits.routes import bp as exits_bp
from auditapp.relationships.health.routes import bp as health_bp
from auditapp.relationships.issues.routes import bp as issues_bp
from auditapp.relationships.lifecycle.routes import bp as lifecycle_bp
from auditapp.relationships.links.routes import bp as links_bp
from auditapp.relationships.meetings.routes import bp as meetings_bp
from auditapp.relationships.obligations.routes import bp as obligations_bp
from auditapp.relationships.partners.routes import bp as relationships_bp
from auditapp.relationships.registers.behaviours.routes import bp as behaviours_bp
from auditapp.relationships.registers.communications.routes import bp as communications_bp
from auditapp.relationships.registers.ideas.routes import bp as ideas_bp
from auditapp.relationships.registers.lessons.routes import bp as lessons_bp
from auditapp.relationships.registers.objectives.routes import bp as objectives_bp
from auditapp.relationships.registers.risks.routes import bp as risks_bp
from auditapp.relationships.rmp.routes import bp as rmp_bp
from auditapp.reminders.answering.routes import bp as answering_bp
from auditapp.reminders.centre.routes import bp as centre_bp
from auditapp.reminders.coming.routes import bp as coming_bp
from auditapp.reminders.engine.routes import bp as engine_bp
from auditapp.reminders.ladder.routes import bp as reminders_bp
from auditapp.reminders.localmail.routes import bp as localmail_bp
from auditapp.reminders.outbox.routes import bp as outbox_bp
from auditapp.reminders.policies.routes import bp as policies_bp
from auditapp.reminders.preview.routes import bp as preview_bp
from auditapp.reminders.quiet.routes import bp as quiet_bp
from auditapp.reminders.stuck.routes import bp as stuck_bp
from auditapp.reports.audit_report.routes import bp as audit_report_bp
from auditapp.reports.certificate.routes import bp as certificate_reports_bp
from auditapp.reports.dashboards.routes import bp as dashboards_bp
from auditapp.reports.figures.routes import bp as figures_bp
from auditapp.reports.made.routes import bp as made_bp
from auditapp.reports.made.running import JOBS as MADE_JOBS
from auditapp.reports.management_review.routes import bp as management_review_bp
from auditapp.reports.one_page.routes import bp as one_page_bp
from auditapp.reports.pack.routes import bp as pack_bp
from auditapp.reports.pack.running import JOBS as PACK_JOBS
from auditapp.reports.paper.serving import bp as paper_bp
from auditapp.reports.programme_report.routes import bp as programme_report_bp
from auditapp.reports.readiness.routes import bp as readiness_bp
from auditapp.reports.registers.routes import bp as register_reports_bp
from auditapp.reports.rmp_document.routes import bp as rmp_document_bp
from auditapp.reports.schedule.jobs import JOBS as SCHEDULE_JOBS
from auditapp.reports.schedule.routes import bp as schedule_bp
from auditapp.reports.templated.routes import bp as templated_bp
from auditapp.reports.visitors.jobs import JOBS as VISITORS_JOBS
from auditapp.reports.visitors.routes import bp as visitors_bp
from auditapp.reports.visitors.visiting import bp as visiting_bp
from auditapp.shell.routes import bp as shell_bp

BLUEPRINTS = (
    shell_bp,
    setup_bp,
    imports_bp,
    archive_bp,
    people_bp,
    persons_bp,
    competence_bp,
    organization_bp,
    home_bp,
    history_bp,
    search_bp,
    relationships_bp,
    dossier_bp,
    links_bp,
    obligations_bp,
    lifecycle_bp,
    rmp_bp,
    issues_bp,
    exits_bp,
    certification_bp,
    health_bp,
    meetings_bp,
    joint_actions_bp,
    documents_bp,
    contacts_bp,
    objectives_bp,
    risks_bp,
    ideas_bp,
    lessons_bp,
    behaviours_bp,
    communications_bp,
    checklists_bp,
    programme_bp,
    plan_bp,
    execution_bp,
    report_bp,
    tablet_bp,
    audit_report_bp,
    rmp_document_bp,
    readiness_bp,
    paper_bp,
    made_bp,
    pack_bp,
    schedule_bp,
    visitors_bp,
    visiting_bp,
    figures_bp,
    certificate_reports_bp,
    one_page_bp,
    programme_report_bp,
    register_reports_bp,
    templated_bp,
    management_review_bp,
    dashboards_bp,
    findings_bp,
    policies_bp,
    preview_bp,
    stuck_bp,
    reminders_bp,
    outbox_bp,
    answering_bp,
    localmail_bp,
    engine_bp,
    quiet_bp,
    coming_bp,
    centre_bp,
    feeds_bp,
    tokens_bp,
    webhooks_bp,
    api_pages_bp,
    api_bp,
)
# What rooms above the demonstration add to it.
CHAPTERS = (load_webhook,)
JOBS = (*FEEDS_JOBS, *ARCHIVE_JOBS, *PACK_JOBS, *MADE_JOBS, *SCHEDULE_JOBS, *WEBHOOK_JOBS, *VISITORS_JOBS)
