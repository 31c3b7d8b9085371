"""What the script of the walk says, in the reader's language."""

import json
from typing import Any

from flask_babel import get_locale, gettext

from auditapp.audits.execution.rules import GRADE_OF, RESULT_LABELS
from auditapp.audits.execution.walk.cards import Kept

_kept: Kept[str, str] = Kept(64)


def words() -> str:
    """What our script says, in the reader's language, as JSON."""
    language = str(get_locale())
    found = _kept.get(language)
    if found is None:
        found = json.dumps(_made(), ensure_ascii=False)
        _kept.put(language, found)
    return found


def _made() -> dict[str, Any]:
    return {
        "kept": gettext("On this tablet"),
        "received": gettext("Received {time}"),
        "verified": gettext("Received {time}, verified"),
        "parked": gettext("On this tablet, not taken by the server: {why}"),
        "full": gettext(
            "Not kept: this tablet is full. Make room (photos, films), then try again. "
            "What you wrote is still on this page."
        ),
        "notKept": gettext(
            "Not kept on this tablet. What you wrote is still on this page: do not close it, try again."
        ),
        "noStore": gettext(
            "This browser keeps nothing (a private window?). Save each answer with its button while you are online."
        ),
        "stopped": gettext("Something is not kept"),
        "allReceived": gettext("Everything is received"),
        "unsent": gettext("{count} not sent yet"),
        "details": gettext(
            "Answers and findings: {answers}. Photos: {photos}. Not taken: {parked}. In all {size}."
        ),
        "others": gettext("{count} of somebody else wait on this tablet until that person signs in here."),
        "parkedMore": gettext(
            "What the server did not take stays here with its reason. It is tried again when you press the button."
        ),
        "troubles": {
            "offline": gettext(
                "No connection. Everything is kept on this tablet and is sent when there is one."
            ),
            "portal": gettext(
                "This network answers in our place (a sign-in page of a hotel or a guest network?). "
                "Open any page in another tab and do what it asks."
            ),
            "signin": gettext("Your sign-in has ended. Sign in again, then it is sent."),
            "other": gettext(
                "Somebody else is signed in here now. What you wrote waits until you sign in again."
            ),
            "busy": gettext("The server is busy. It is sent in a while."),
            "broken": gettext("This tablet could not be read just now. Reload the page."),
        },
        "again": gettext("Try again"),
        "done": gettext("{done} of {total}"),
        "met": gettext("Somebody else of the team answered this meanwhile. Both are kept: choose below."),
        "settleOnline": gettext("Choosing needs a connection. Both answers are kept until then."),
        "noEvidence": gettext("No objective evidence was found for: {question}"),
        "chooseGrade": gettext("Choose a grade first."),
        "writeStatement": gettext("Write what was found, against which requirement."),
        "findingKept": gettext("On this tablet"),
        "findingSaved": gettext("Finding {ref} is saved"),
        "results": {result.value: str(label) for result, label in RESULT_LABELS.items()},
        "gradeOf": {result.value: grade.value for result, grade in GRADE_OF.items()},
    }
