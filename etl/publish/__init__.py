"""Records to a snapshot: link people to events, score, count in every place, and write what the map shows."""

from etl.publish.contents import Counting, State, count_state, publish, read_state

__all__ = ["Counting", "State", "count_state", "publish", "read_state"]
