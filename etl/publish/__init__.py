"""Records to a snapshot: link people to events, score, count in every place, and write what the map shows."""

from etl.publish.contents import publish

__all__ = ["publish"]
