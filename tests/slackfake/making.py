"""Making a world: teams, people, channels, installations, files. Part of the fake."""

from dataclasses import replace

from tests.slackfake.world import BOT_SCOPES, Channel, Installation, StoredFile, Team, Token, User

EXPIRES = 43_200  # seconds of a rotating token


class Making:
    """Needs ``world``."""

    def add_team(self, name="Acme", *, enterprise=None, domain=None):
        """A workspace; ``enterprise`` names the organization it belongs to."""
        world = self.world
        team = Team(world.new_id("T"), name, domain or name.lower().replace(" ", "-"))
        if enterprise:
            same = next((one for one in world.teams.values() if one.enterprise_name == enterprise), None)
            team.enterprise_id = same.enterprise_id if same else world.new_id("E")
            team.enterprise_name = enterprise
        world.teams[team.id] = team
        return team

    def add_user(self, name, *, email=None, team=None, real_name=None, **flags):
        """A person. Flags: email_visible, tz, tz_offset, deleted, is_bot, is_admin, restricted, ultra_restricted, stranger."""
        world = self.world
        user = User(
            world.new_id("U"),
            team or self.team,
            name,
            real_name or name.title(),
            email,
            updated=int(world.now()),
            **flags,
        )
        if user.is_bot:
            user.bot_id = world.new_id("B")
        world.users[user.id] = user
        return user

    def add_channel(
        self, name, *, members=(), private=False, team=None, shared_with=(), archived=False, bot=True
    ):
        """A channel with these members, and the app's bot if ``bot``."""
        world = self.world
        team = team or self.team
        ours = world.bot_of(team)
        everyone = [*(one.id for one in members), *([ours.id] if bot and ours else [])]
        kind = "private" if private else "public"
        channel = Channel(
            world.new_id("C"),
            team,
            name,
            kind,
            everyone,
            archived,
            list(shared_with),
            created=int(world.now()),
        )
        world.channels[channel.id] = channel
        return channel

    def add_file(self, user, name, content, mimetype="application/octet-stream", **more):
        """A file somebody has at Slack. More: mode ("tombstone", "hidden_by_limit"), external (Slack Connect), title."""
        world = self.world
        file = StoredFile(
            world.new_id("F"), user.team, user, name, mimetype, content, created=int(world.now()), **more
        )
        file.title = file.title or name
        world.files[file.id] = file
        return file

    def install(self, team=None, *, scopes=BOT_SCOPES, rotating=False, by=None):
        """The app is installed in a team; gives its bot token."""
        return self._install(team or self.team, None, frozenset(scopes), rotating, by)

    def install_org(self, enterprise, *, scopes=BOT_SCOPES, rotating=False, by=None):
        """The app is installed in all teams of an organization; gives the one token for all of them."""
        return self._install(None, enterprise, frozenset(scopes), rotating, by)

    def _install(self, team, enterprise, scopes, rotating, by):
        world = self.world
        if enterprise is None:
            enterprise_id, teams = team.enterprise_id, [team]
        else:
            teams = [
                one for one in world.teams.values() if enterprise in {one.enterprise_id, one.enterprise_name}
            ]
            enterprise_id = teams[0].enterprise_id
        old = next(
            (
                one
                for one in world.installations
                if one.live and one.team is team and one.enterprise_id == enterprise_id
            ),
            None,
        )
        installation = old or Installation(team, enterprise_id, scopes, by)
        installation.scopes, installation.rotating, installation.by = (
            installation.scopes | scopes,
            rotating,
            by,
        )
        for one in teams:
            if one.id not in installation.bots:
                bot = self.add_user(world.app.name, team=one, is_bot=True, real_name=world.app.name)
                installation.bots[one.id] = bot
        if old is None:
            world.installations.append(installation)
        return self.new_tokens(installation)["token"]

    def new_tokens(self, installation):
        """A bot token of an installation, and its refresh token if tokens rotate."""
        world = self.world
        bot = next(iter(installation.bots.values()))
        shared = {
            "scopes": installation.scopes,
            "team": installation.team,
            "enterprise_id": installation.enterprise_id,
            "user": bot,
            "installation": installation,
        }
        prefix = "xoxe.xoxb-1-" if installation.rotating else "xoxb-"
        expires = world.now() + EXPIRES if installation.rotating else None
        token = Token(f"{prefix}{world.random(32)}", "bot", expires=expires, **shared)
        made = {"token": token, "refresh": None}
        if installation.rotating:
            made["refresh"] = Token(f"xoxe-1-{world.random(32)}", "refresh", **shared)
        for one in made.values():
            if one is not None:
                world.tokens[one.value] = one
                installation.tokens.append(one)
        return made

    def add_app_token(self, scopes=("connections:write",)):
        token = Token(f"xapp-1-{self.world.app.id}-{self.world.random(24)}", "app", frozenset(scopes))
        self.world.tokens[token.value] = token
        return token

    def refresh_token_of(self, token):
        """The value of the refresh token that goes with a rotating token."""
        found = [one for one in token.installation.tokens if one.kind == "refresh" and one.gone is None]
        return found[-1].value

    def oauth_code(
        self, team=None, *, enterprise=None, scopes=BOT_SCOPES, by=None, redirect_uri="", rotating=False
    ):
        """A code as Slack gives it to the redirect address once somebody allowed the app; good once, for ten minutes."""
        code = f"{self.world.random(12)}.{self.world.random(12)}.{self.world.random(32)}"
        self.world.codes[code] = {
            "team": None if enterprise else (team or self.team),
            "enterprise": enterprise,
            "scopes": frozenset(scopes),
            "by": by,
            "redirect_uri": redirect_uri,
            "rotating": rotating,
            "at": self.world.now(),
        }
        return code

    def revoke(self, token, error="token_revoked"):
        """From now on the bearer gets ``error``: token_revoked, account_inactive, invalid_auth."""
        token.gone = error

    def expire(self, token):
        token.expires = self.world.now() - 1

    def configure_app(self, **settings):
        """Other settings of the app: see ``AppSettings``."""
        self.world.app = replace(self.world.app, **settings)
