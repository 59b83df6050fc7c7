"""Settings come from the environment, once, and each has a default."""

from pathlib import Path

import pytest

from server.settings import LOOPBACK_NAMES, SETTINGS, Settings

pytestmark = pytest.mark.quick


def test_without_a_word_everything_is_in_one_folder_and_for_this_machine() -> None:
    settings = Settings.from_environment({})
    assert settings.data_dir == Path.cwd() / "harmgrid-data"
    assert settings.database_url == f"sqlite:///{Path.cwd()}/harmgrid-data/records.sqlite"
    assert settings.trusted_hosts == LOOPBACK_NAMES == ("localhost", "127.0.0.1", "[::1]")


def test_an_empty_setting_is_none() -> None:
    assert Settings.from_environment(dict.fromkeys(SETTINGS, "")) == Settings.from_environment({})


def test_the_records_follow_the_data_folder_unless_they_are_named(tmp_path: Path) -> None:
    here = {"HARMGRID_DATA_DIR": str(tmp_path)}
    assert Settings.from_environment(here).database_url == f"sqlite:///{tmp_path}/records.sqlite"
    elsewhere = here | {"HARMGRID_DATABASE_URL": "postgresql://u@h/d"}
    assert Settings.from_environment(elsewhere).database_url == "postgresql://u@h/d"


def test_a_relative_folder_is_made_absolute_at_once() -> None:
    assert Settings.from_environment({"HARMGRID_DATA_DIR": "some/where"}).data_dir == Path.cwd() / "some" / "where"


def test_host_names_are_separated_by_commas() -> None:
    hosts = Settings.from_environment({"HARMGRID_TRUSTED_HOSTS": " a.example, ,b.example,"}).trusted_hosts
    assert hosts == ("a.example", "b.example")


def test_every_setting_has_a_default_and_a_sentence() -> None:
    for name, setting in SETTINGS.items():
        assert name.startswith("HARMGRID_")
        assert setting.default
        assert setting.meaning.endswith(".")


def test_another_variable_of_the_environment_is_no_setting() -> None:
    assert Settings.from_environment({"DATA_DIR": "/x", "DATABASE_URL": "x"}) == Settings.from_environment({})
