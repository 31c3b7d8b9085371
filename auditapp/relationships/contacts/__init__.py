"""The people of a relationship: counterparts on the partner's side, the joint team, and how a partner's contact gets in."""
