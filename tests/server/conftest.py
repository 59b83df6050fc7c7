"""An app over the small force."""

from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from server.app import create_app
from server.settings import Settings
from tests.force_builder import Force


class WholeAnswers(FlaskClient):
    """A client that reads each answer to its end, so that the file behind it is closed."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        return super().open(*args, **{"buffered": True, **kwargs})


def records_app(data_dir: Path, **settings: str) -> Flask:
    """The application over a data folder, with its records unless the settings say otherwise."""
    environment = {"HARMGRID_DATA_DIR": str(data_dir), "HARMGRID_RECORDS": "on"} | settings
    app = create_app(Settings.from_environment(environment))
    app.test_client_class = WholeAnswers
    return app


@pytest.fixture
def handmere(handmere_dir: Path) -> FlaskClient:
    """Requests to an application that shows the records of Handmere."""
    return records_app(handmere_dir).test_client()


@pytest.fixture(scope="session")
def app(force: Force) -> Flask:
    """The application over the small force."""
    app = create_app(Settings.from_environment({"HARMGRID_DATA_DIR": str(force.data_dir)}))
    app.test_client_class = WholeAnswers
    return app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Requests to the application, without a socket."""
    return app.test_client()
