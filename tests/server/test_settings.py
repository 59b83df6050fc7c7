"""Settings come from the environment, once, and each has a default."""

from pathlib import Path

import pytest

from harmgrid import grid
from server.settings import LOOPBACK_NAMES, SETTINGS, InvalidSetting, Settings

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


def test_the_levels_of_hexagons_are_those_of_the_house_unless_they_are_named() -> None:
    assert Settings.from_environment({}).hexagons == grid.DEFAULT_LEVELS
    named = {"HARMGRID_RESOLUTIONS": "5-7", "HARMGRID_ZOOMS": "6:5,7:6,8:9", "HARMGRID_MAX_HEXAGONS": "2000"}
    levels = Settings.from_environment(named).hexagons
    assert (levels.resolutions, levels.finest_at_zoom, levels.max_hexagons) == ((5, 6, 7), {6: 5, 7: 6, 8: 9}, 2000)
    assert [levels.candidates(zoom) for zoom in (6, 7, 8)] == [[5], [6, 5], [7, 6, 5]]


@pytest.mark.parametrize(
    "url",
    ["redis://localhost", "redis://:p%40ss@h:6379/3", "rediss://u:p@h", "unix:///run/r.sock", "unix://:p@/r.sock?db=1"],
)
def test_a_redis_is_named_by_its_address(url: str) -> None:
    settings = Settings.from_environment({"HARMGRID_REDIS_URL": url})
    assert settings.redis_url == url
    assert url not in repr(settings)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(
            ("HARMGRID_REDIS_URL", url)
            for url in ("localhost:6379", "http://h", "redis://", "redis://h:x", "unix://", "r://[")
        ),
        *(("HARMGRID_SNAPSHOTS_URL", url) for url in ("/mnt/shared", "file://host/x", "gs://b", "s3://", "s3://b?x=1")),
        ("HARMGRID_CACHE_SECRET", "fifteen letters"),
        *(("HARMGRID_RESOLUTIONS", text) for text in ("9", "9-3", "3-10", "3-", "a-b", "-1-9", "3..9", "5-9")),
        *(
            ("HARMGRID_ZOOMS", text)
            for text in ("4", "4:4,", "4:4,6:5", "5:5,4:4", "4:4,4:5", "4:2", "16:9", "04:4", "4:4;5:5", "x")
        ),
        *(("HARMGRID_MAX_HEXAGONS", text) for text in ("0", "-1", "5000.0", "many", "9999999")),
        *(
            ("HARMGRID_RECORD_LINK", text)
            for text in (
                "https://h/view",  # leads to the same page for every row
                "https://h/{reference}{name}",
                "https://h/{reference}{}",
                "https://h/{reference}}",
                "https://h/{{reference}}",
                "https://{reference}/",
                "https://u:p@h/{reference}",
                "https:///{reference}",
                "https://h:x/{reference}",
                "https://[h/{reference}",
                "//h/{reference}",
                "javascript:alert('{reference}')",
                "data:text/html,{reference}",
                "ftp://h/{reference}",
                "https://h/ {reference}",
                "https://h/\n{reference}",
                'https://h/"{reference}',
                "https://é/{reference}",
                f"https://h/{'x' * 480}{{reference}}",
            )
        ),
        *(("HARMGRID_MARKING", text) for text in ("x" * 61, "TOP\nSECRET", "\N{RIGHT-TO-LEFT OVERRIDE}DRAFT", "\0")),
        *(("HARMGRID_CACHE_MEGABYTES", text) for text in ("-1", "1.5", "much", "9999999", "١٢")),
    ],
)
def test_a_value_that_a_setting_cannot_have_is_refused(name: str, value: str) -> None:
    with pytest.raises(InvalidSetting, match=name):
        Settings.from_environment({name: value})


@pytest.mark.parametrize("name", ["HARMGRID_REDIS_URL", "HARMGRID_CACHE_SECRET"])
def test_what_is_secret_is_not_in_its_refusal(name: str) -> None:
    with pytest.raises(InvalidSetting) as refused:
        Settings.from_environment({name: "http://:hunter2@"[-15:]})
    assert "hunter2" not in str(refused.value)


def test_a_shared_store_is_named_by_a_place_and_never_with_a_key() -> None:
    for url in ("", "s3://bucket/some/prefix", "file:///mnt/shared/harmgrid"):
        assert Settings.from_environment({"HARMGRID_SNAPSHOTS_URL": url}).snapshots_url == url
    with pytest.raises(InvalidSetting, match="AWS_ACCESS_KEY_ID") as refused:
        Settings.from_environment({"HARMGRID_SNAPSHOTS_URL": "s3://key:hunter2@bucket/prefix"})
    assert "hunter2" not in str(refused.value)


def test_a_cache_of_nothing_is_a_choice() -> None:
    assert Settings.from_environment({"HARMGRID_CACHE_MEGABYTES": "0"}).cache_megabytes == 0


@pytest.mark.parametrize(("text", "shown"), [("on", True), ("off", False), ("", False)])
def test_records_are_shown_or_not(text: str, *, shown: bool) -> None:
    assert Settings.from_environment({"HARMGRID_RECORDS": text}).records is shown


@pytest.mark.parametrize("text", ["yes", "1", "ON", "true", "on "])
def test_whether_records_are_shown_is_said_in_one_way(text: str) -> None:
    with pytest.raises(InvalidSetting, match="on or off"):
        Settings.from_environment({"HARMGRID_RECORDS": text})


def test_a_record_is_linked_by_an_address_with_known_placeholders() -> None:
    for link in ("https://rms.example:8443/view?ref={reference}&source={source}", "http://10.0.0.1/{reference}#top"):
        assert Settings.from_environment({"HARMGRID_RECORD_LINK": link}).record_link == link


def test_a_marking_is_any_line_of_at_most_sixty_characters() -> None:
    for marking in ("OFFICIAL-SENSITIVE", 'OFFICIAL £ <b>POLICE</b> "ONLY"', "x" * 60):
        assert Settings.from_environment({"HARMGRID_MARKING": marking}).marking == marking
