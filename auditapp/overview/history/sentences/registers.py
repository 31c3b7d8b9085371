"""What the verbs of registers mean, in sentences. Pure."""

from collections.abc import Mapping

from auditapp.kit.text import Text

SENTENCES: Mapping[str, Text] = {
    "behaviour.assessed": Text("%(who)s assessed the competence and behaviours of %(thing)s."),
    "behaviour.assessment_taken_back": Text("%(who)s took back an assessment of %(thing)s."),
    "behaviour.development_moved": Text("%(who)s changed how a development action of %(thing)s stands."),
    "behaviour.development_planned": Text("%(who)s planned a development action for %(thing)s."),
    "behaviour.expectation_kept": Text("%(who)s changed what is expected: %(thing)s."),
    "behaviour.register_reviewed": Text("%(who)s reviewed competence and behaviours in %(thing)s."),
    "communication.added": Text("%(who)s added “%(thing)s” to the communications plan."),
    "communication.changed": Text("%(who)s changed “%(thing)s” in the communications plan."),
    "communication.done": Text("%(who)s said that “%(thing)s” was done."),
    "communication.plan_reviewed": Text("%(who)s reviewed the communications plan of %(thing)s."),
    "communication.resumed": Text("%(who)s began again with “%(thing)s” of the communications plan."),
    "communication.stopped": Text("%(who)s stopped “%(thing)s” of the communications plan."),
    "communication.taken_back": Text("%(who)s took back that “%(thing)s” was done."),
    "idea.changed": Text("%(who)s changed the idea %(thing)s."),
    "idea.decided": Text("%(who)s kept a decision about the idea %(thing)s."),
    "idea.measured": Text("%(who)s measured what the idea %(thing)s was worth."),
    "idea.moved": Text("%(who)s changed how the idea %(thing)s stands."),
    "idea.raised": Text("%(who)s raised the idea %(thing)s."),
    "idea.register_reviewed": Text("%(who)s reviewed value and ideas of %(thing)s."),
    "idea.value_taken_back": Text("%(who)s changed whether a measured value of the idea %(thing)s counts."),
    "induction.begun": Text("%(who)s began the induction of %(thing)s."),
    "induction.not_needed_said": Text("%(who)s said that %(thing)s needs no induction."),
    "induction.step_added": Text("%(who)s added a step to the induction of %(thing)s."),
    "induction.step_ticked": Text("%(who)s ticked a step of the induction of %(thing)s."),
    "lesson.applied": Text("%(who)s applied the lesson %(thing)s."),
    "lesson.changed": Text("%(who)s changed the lesson %(thing)s."),
    "lesson.mark_taken_back": Text("%(who)s changed whether an application of the lesson %(thing)s counts."),
    "lesson.restored": Text("%(who)s brought back the lesson %(thing)s."),
    "lesson.withdrawn": Text("%(who)s withdrew the lesson %(thing)s."),
    "lesson.written": Text("%(who)s wrote down the lesson %(thing)s."),
    "risk.added": Text("%(who)s added %(thing)s to the risk register."),
    "risk.changed": Text("%(who)s changed the risk %(thing)s."),
    "risk.closed": Text("%(who)s closed the risk %(thing)s."),
    "risk.occurred": Text("%(who)s said that the risk %(thing)s has occurred."),
    "risk.register_reviewed": Text("%(who)s reviewed the risk register of %(thing)s."),
    "risk.reopened": Text("%(who)s opened the risk %(thing)s again."),
    "risk.reviewed": Text("%(who)s reviewed the risk %(thing)s."),
}
# Kinds of things that the history can be narrowed to.
KINDS: Mapping[str, Text] = {
    "behaviour": Text("What is expected of people"),
    "communication": Text("Communications"),
    "idea": Text("Ideas"),
    "lesson": Text("Lessons"),
    "risk": Text("Risks"),
}
