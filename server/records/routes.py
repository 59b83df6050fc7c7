"""The addresses of the records. Where they are not to be shown, each says so."""

from flask import Blueprint, Response, current_app, request

from harmgrid.errors import RecordsClosed
from server.parameters import read_parameters

FIGURE = ("place", "window", "measures", "count", "query", "sort")
PAGE = ("page", "size")

blueprint = Blueprint("records", __name__, url_prefix="/api")


@blueprint.before_request
def require_open() -> None:
    """Refuse, unless this server may show records."""
    if not current_app.extensions["harmgrid_settings"].records:
        raise RecordsClosed(
            came=f"{request.path[:100]}, which would show records, and names of people among them",
            expected="a server that is to show them; there is no log-in yet",
            do="serve to this machine alone, or set HARMGRID_RECORDS=on if everybody who reaches it may see them",
        )


@blueprint.after_request
def keep_nowhere(response: Response) -> Response:
    """Nobody is to keep an answer, errors included."""
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get("/events")
def events() -> Response:
    """The events behind a figure, a page at a time."""
    from server.records import events as found  # late, see the package

    return found.page(read_parameters(request, *FIGURE, *PAGE))


@blueprint.get("/context")
def context() -> Response:
    """Reports beside the harm, as points."""
    from server.records import context as found  # late, see the package

    return found.points(read_parameters(request, "kind", "window"))


@blueprint.get("/events.<ending>")
def events_file(ending: str) -> Response:
    """The same as a file."""
    from server.records import downloads  # late, see the package

    return downloads.file(ending, read_parameters(request, *FIGURE))


@blueprint.get("/active-groups")
def active_groups() -> Response:
    """The groups behind a figure."""
    from server.records import active  # late, see the package

    return active.active_groups(read_parameters(request, "place", "window", "measures", "count"))


@blueprint.get("/group-names")
def group_names() -> Response:
    """The groups with their names, to look one up."""
    from server.records import groups  # late, see the package

    return groups.group_list(read_parameters(request, "window", "measures", "query", "sort", *PAGE))


@blueprint.get("/groups/<path:group_id>")
def group(group_id: str) -> Response:
    """One group."""
    from server.records import groups  # late, see the package

    return groups.group(group_id, read_parameters(request, "window", "measures", "sort", *PAGE))


@blueprint.get("/nominals")
def nominals() -> Response:
    """People, to look one up."""
    from server.records import nominals as found  # late, see the package

    return found.nominal_list(read_parameters(request, "query", "sort", *PAGE))


@blueprint.get("/nominals/<path:nominal_id>")
def nominal(nominal_id: str) -> Response:
    """One person."""
    from server.records import nominals as found  # late, see the package

    return found.nominal(nominal_id, read_parameters(request, *PAGE))


@blueprint.get("/loads")
def loads() -> Response:
    """What was loaded, and what became of it."""
    from server.records import loads as found  # late, see the package

    return found.load_list(read_parameters(request, *PAGE))


@blueprint.get("/rejects")
def rejects() -> Response:
    """Rows that were not loaded."""
    from server.records import loads as found  # late, see the package

    return found.reject_list(read_parameters(request, "source", "reason", *PAGE))
