"""Exit strategies, and the one exit that was carried out."""

from datetime import datetime

from auditapp.overview.demo.story import Story


def load_exits(story: Story, at: datetime) -> None:
    """Tell it."""
    del story, at
