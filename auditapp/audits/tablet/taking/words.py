"""What the scripts of taking along say, in the reader's language."""

from flask_babel import gettext


def taking_words() -> dict[str, object]:
    """For the page where an audit is taken along."""
    return {
        "saving": gettext("Saving {done} of {total}: {title}"),
        "taken": gettext("Taken along: {count} things, {size}."),
        "stopped": gettext(
            "Stopped at “{title}”: {why} What was saved so far stays; press the button to go on."
        ),
        "offline": gettext("there is no connection."),
        "notOurs": gettext(
            "this network answers in our place. Open a page in another tab and do what it asks."
        ),
        "full": gettext("this tablet is full. Delete photos or films that are no longer needed."),
        "refused": gettext("the server does not give it ({status})."),
        "safe": gettext("Safe to leave"),
        "safeNote": gettext("Safe to leave, with a note below"),
        "notSafe": gettext("Not yet safe to leave"),
        "checking": gettext("Looking …"),
        "good": gettext("Good"),
        "missing": gettext("Missing"),
        "note": gettext("Note"),
        "checks": {
            "worker": gettext("The site answers without a network"),
            "cached": gettext("Everything is on this tablet and can be read back"),
            "persisted": gettext("The tablet promises not to tidy it away"),
            "room": gettext("There is room for photos"),
            "signin": gettext("Your sign-in outlasts the audit"),
            "photo": gettext("A test photo was kept and read back"),
            "clock": gettext("The clock is right"),
        },
        "told": {
            "worker": gettext(
                "Reload this page once. If it stays: the site needs https, and no private window."
            ),
            "cached": gettext("{count} things, {size}."),
            "notCached": gettext("Missing: {what}. Press “Take along” again."),
            "persisted": gettext("Storage is persistent."),
            "notPersisted": gettext(
                "The browser may tidy up after seven days without a visit. Put the site on the home screen "
                "and take the audit along there."
            ),
            "room": gettext("{size} free."),
            "little": gettext("Only {size} free. Forty photos need about 30 MB."),
            "noRoomKnown": gettext("This browser does not tell how much is free."),
            "signin": gettext("Until {day}."),
            "signinShort": gettext("It ends {day}, the audit {end}. Sign out and in again before you leave."),
            "notAsked": gettext("Not asked: there is no connection now."),
            "signedOut": gettext("You are signed out. Sign in again, then check once more."),
            "photo": gettext("{size} kept and read back with the same hash."),
            "noPhoto": gettext("The tablet did not keep a test photo: {why}."),
            "clock": gettext("It agrees with the server."),
            "clockOff": gettext("It differs by {count} minutes. Times are put right when they are sent."),
        },
    }


def home_words() -> dict[str, str]:
    """For the page that the app opens."""
    return {
        "here": gettext("On this tablet since {day}, {size}."),
        "safe": gettext("Safe to leave since {day}."),
        "unsent": gettext("{count} not sent yet."),
        "sent": gettext("Everything is received."),
        "remove": gettext("Remove from this tablet"),
        "removeSure": gettext("Remove {ref} from this tablet? What is received stays with the server."),
        "removeNot": gettext(
            "Not removed: {count} things of this audit are not sent yet. Open the walk with a network first."
        ),
        "older": gettext(
            "It was taken along with an older version of the site. Take it along again while there is a network."
        ),
    }
