"""Every error that harmgrid raises on purpose, as one tree.

    HarmgridError
      InputError(ValueError)      what was given cannot be used
        UnreadableSource  UnknownSource  UnknownColumn  InvalidProfile  UnusableSectors  InvalidRecipe
        InvalidWindow  UnknownParameter  UnknownPlace  UnknownRecord  InvalidTile  TooBroad  TellingReason
      StateError(RuntimeError)    what is stored does not allow it
        NoSnapshot  SnapshotCorrupt  NothingToPublish  RecordsUnusable  RecordsClosed  OtherRecipe  MixedRecords
        UnweighedEvents  Inconsistent  WorkersUnusable  SharedStoreUnusable

Each message has three parts: what came, what was expected, what to do. The command line prints them as one line, the
server as one JSON object; neither adds words of its own. Bad *rows* are not errors: they are `Reject` values (see
`harmgrid.types`).
"""

from collections.abc import Callable
from functools import partial
from typing import Self


class HarmgridError(Exception):
    """An error with a code for programs and three sentences for people."""

    code = "error"

    def __init__(self, *, came: str, expected: str, do: str) -> None:
        super().__init__(f"{came}. Expected {expected}. To mend it: {do}.")
        self.came = came
        self.expected = expected
        self.do = do

    def __reduce__(self) -> tuple[Callable[..., Self], tuple[()]]:
        """How it travels from a worker to whoever gave it its work: its three sentences have names."""
        return partial(type(self), came=self.came, expected=self.expected, do=self.do), ()


class InputError(HarmgridError, ValueError):
    """What was given cannot be used."""

    code = "bad_input"


class UnreadableSource(InputError):
    """A file that is not what it should be: no zip, no CSV, over a limit, cut short."""

    code = "unreadable_source"


class UnknownSource(InputError):
    """A source of which the records hold nothing."""

    code = "unknown_source"


class TellingReason(InputError):
    """A reason for a removal that names what is to be removed, and would keep it."""

    code = "telling_reason"


class UnknownColumn(InputError):
    """A table with other columns than its source profile names."""

    code = "unknown_column"


class InvalidProfile(InputError):
    """A source profile with a key or a value that has no meaning, or none of that name."""

    code = "invalid_profile"


class UnusableSectors(InputError):
    """A boundary file that cannot be placed on the map, with the sector's name where one is at fault."""

    code = "unusable_sectors"


class InvalidRecipe(InputError):
    """A recipe or a weight table that cannot be used."""

    code = "invalid_recipe"


class InvalidWindow(InputError):
    """A window that is no window, runs backwards, leaves the data or holds no delivered month."""

    code = "invalid_window"


class UnknownParameter(InputError):
    """A request parameter that does not exist here, is repeated, or has a value out of its list."""

    code = "unknown_parameter"


class TooBroad(InputError):
    """A question about more of the records than one answer may read, or than can be read in the time for one."""

    code = "too_broad"


class UnknownRecord(InputError):
    """A group, a nominal or a source of which the records hold nothing."""

    code = "unknown_record"


class UnknownPlace(InputError):
    """An address on the map, in the API or in the store that names nothing."""

    code = "unknown_place"


class InvalidTile(InputError):
    """A tile address outside the layer's zooms or outside the square of its zoom."""

    code = "invalid_tile"


class StateError(HarmgridError, RuntimeError):
    """What is stored does not allow what was asked."""

    code = "bad_state"


class NoSnapshot(StateError):
    """Nothing has been published yet, or not under that version."""

    code = "no_snapshot"


class SnapshotCorrupt(StateError):
    """A published file is missing, has another size or another digest than its manifest says."""

    code = "snapshot_corrupt"


class NothingToPublish(StateError):
    """The records hold no delivered month or no sector."""

    code = "nothing_to_publish"


class RecordsUnusable(StateError):
    """The database cannot be opened, or has a schema that this version does not know."""

    code = "records_unusable"


class RecordsClosed(StateError):
    """Records that this server does not show."""

    code = "records_closed"


class OtherRecipe(StateError):
    """A recipe that is not the one that the snapshot was made with, so its figures cannot be explained."""

    code = "other_recipe"


class MixedRecords(StateError):
    """Invented events where real ones are, or the other way round."""

    code = "mixed_records"


class UnweighedEvents(StateError):
    """Events that count under a measure that weighs, and that the recipe gives no weight."""

    code = "unweighed_events"


class Inconsistent(StateError):
    """Two figures that must be equal are not."""

    code = "inconsistent"


class WorkersUnusable(StateError):
    """The cluster that was named does not answer, or workers die over their work."""

    code = "workers_unusable"


class SharedStoreUnusable(StateError):
    """The place where machines share snapshots cannot be reached, refuses, or needs a library that is not here."""

    code = "shared_store_unusable"
