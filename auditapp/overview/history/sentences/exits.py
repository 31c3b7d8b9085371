"""What the verbs of exits mean, in sentences. Pure."""

from collections.abc import Mapping

from auditapp.kit.text import Text

SENTENCES: Mapping[str, Text] = {
    "exit.activated": Text("%(who)s started the exit %(thing)s."),
    "exit.agreed": Text("%(who)s agreed to the exit strategy %(thing)s."),
    "exit.agreement_lapsed": Text(
        "By a change of %(who)s an agreement to the exit strategy %(thing)s lapsed."
    ),
    "exit.agreement_recorded": Text("%(who)s recorded that a partner agreed to the exit strategy %(thing)s."),
    "exit.call_off_asked": Text("%(who)s asked to call off the exit %(thing)s."),
    "exit.called_off": Text("%(who)s called off the exit %(thing)s, by a joint decision."),
    "exit.completed": Text("%(who)s completed the exit %(thing)s. The relationship has ended."),
    "exit.consented": Text("%(who)s agreed to the joint exit %(thing)s."),
    "exit.continuity_tested": Text("%(who)s recorded a test of the continuity plan in %(thing)s."),
    "exit.discussed": Text("%(who)s recorded that the exit strategy %(thing)s was discussed."),
    "exit.evaluated": Text("%(who)s wrote a closing evaluation of the exit %(thing)s."),
    "exit.gone_on": Text("%(who)s decided that the exit %(thing)s goes on."),
    "exit.initiators_changed": Text("%(who)s changed who may start an exit in %(thing)s."),
    "exit.notice_recorded": Text("%(who)s recorded a notice of the exit %(thing)s."),
    "exit.objected": Text("%(who)s did not agree to the exit strategy %(thing)s."),
    "exit.proposed": Text("%(who)s proposed the joint exit %(thing)s."),
    "exit.put_in_force": Text("%(who)s put the exit strategy %(thing)s in force."),
    "exit.refused": Text("%(who)s did not agree to the joint exit %(thing)s."),
    "exit.reviewed": Text("%(who)s recorded a review of the exit strategy %(thing)s."),
    "exit.section_changed": Text("%(who)s changed a section of the exit strategy %(thing)s."),
    "exit.sections_shared": Text("%(who)s shared sections of the exit strategy %(thing)s with the partner."),
    "exit.step_added": Text("%(who)s added the step %(thing)s to the exit."),
    "exit.step_done": Text("%(who)s recorded the exit step %(thing)s as done."),
    "exit.step_moved": Text("%(who)s moved the exit step %(thing)s to another day or owner."),
    "exit.step_not_needed": Text("%(who)s recorded that the exit step %(thing)s is not needed."),
    "exit.step_reopened": Text("%(who)s opened the exit step %(thing)s again."),
    "exit.steps_changed": Text("%(who)s changed the steps of the exit strategy %(thing)s."),
    "exit.strategy_started": Text("%(who)s started the exit strategy %(thing)s."),
    "exit.submitted": Text("%(who)s submitted the exit strategy %(thing)s for agreement."),
    "exit.taken_back": Text("%(who)s took back the proposal of the joint exit %(thing)s."),
    "exit.trigger_added": Text("%(who)s added the exit trigger %(thing)s."),
    "exit.trigger_changed": Text("%(who)s changed the exit trigger %(thing)s."),
    "exit.trigger_checked": Text("%(who)s checked the exit trigger %(thing)s."),
    "exit.trigger_dropped": Text("%(who)s dropped the exit trigger %(thing)s."),
    "exit.trigger_stayed": Text("%(who)s decided to stay although the exit trigger %(thing)s tripped."),
    "exit.trigger_tripped": Text("%(who)s saw that the exit trigger %(thing)s has tripped."),
    "exit.trigger_watched": Text("%(who)s put the exit trigger %(thing)s on watch."),
    "exit.version_begun": Text("%(who)s began the exit strategy %(thing)s."),
    "exit.withdrawn": Text("%(who)s withdrew the exit strategy %(thing)s."),
}
# Kinds of things that the history can be narrowed to.
KINDS: Mapping[str, Text] = {
    "exit": Text("Exit strategies"),
    "exit_trigger": Text("Exit triggers"),
    "exit_process": Text("Exits"),
    "exit_step": Text("Exit steps"),
}
