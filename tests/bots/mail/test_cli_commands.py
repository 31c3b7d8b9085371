"""``auditapp mail test``: plain words about what happened."""

from bots.mail.cli_commands import mail
from tests.bots.mail.server import mail_server


def command(app, *words):
    return app.test_cli_runner().invoke(mail, words)


def use(app, settings):
    app.extensions["auditapp"] = settings.model_copy(update={"data_dir": app.extensions["auditapp"].data_dir})


def test_it_goes_out(app):
    with mail_server() as server:
        use(app, server.settings)
        said = command(app, "test", "dana@example.org")
    assert said.exit_code == 0
    assert "took it for dana@example.org, from audits@example.org. Its Message-ID is <" in said.output
    [(_, _, sent)] = server.mails
    assert sent["Subject"] == "A test of mail"
    assert "It does." in sent.get_body(("plain",)).get_content()


def test_it_says_what_is_wrong_and_what_that_means(app):
    with mail_server(rcpt="550 5.1.1 no such user") as server:
        use(app, server.settings)
        said = command(app, "test", "nobody@example.org")
    assert said.exit_code == 1
    assert "RCPT TO: 550 5.1.1 no such user" in said.output
    assert "knows nobody at this address" in said.output


def test_a_server_that_is_not_there(app):
    with mail_server() as server:
        pass
    use(app, server.settings)
    said = command(app, "test", "dana@example.org")
    assert said.exit_code == 1
    assert "the mail server refuses connections" in said.output


def test_without_a_server_it_is_kept(app):
    said = command(app, "test", "dana@example.org")
    assert said.exit_code == 0
    [path] = app.extensions["auditapp"].mail_dir.iterdir()
    assert str(path) in said.output
