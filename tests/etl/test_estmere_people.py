"""The people of the demo force and what they did: dates that fit together, and records that refer to each other."""

import pandas as pd
import pytest

from tests.estmere_builder import SUSPECTS, Estmere, build_estmere, sectors_of

LAST_DAY = "2024-04-30"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Estmere:
    return build_estmere(tmp_path_factory.mktemp("estmere"))


def days_between(first: pd.Series, last: pd.Series) -> pd.Series:
    return (pd.to_datetime(last) - pd.to_datetime(first)).dt.days


def test_homes_move_and_some_people_have_none(demo: Estmere) -> None:
    homes = demo.tables["homes"]
    each = homes["Nominal"].value_counts()
    assert 30 < 900 - len(each) < 80
    assert {1, 2, 3, 4} == set(each)
    assert (each > 1).mean() > 0.3


def test_a_home_ends_after_it_starts_and_the_next_mostly_follows_the_day_after(demo: Estmere) -> None:
    homes = demo.tables["homes"]
    ended = homes[homes["To"] != ""]
    assert (ended["From"] <= ended["To"]).all()
    assert (ended["To"] <= LAST_DAY).all()
    followed = homes["Nominal"] == homes["Nominal"].shift(-1)
    gap = days_between(homes["To"][followed], homes["From"].shift(-1)[followed])
    assert (gap == 1).mean() > 0.7
    assert (gap > 1).sum() > 20  # nobody knows where
    assert 3 < (gap < 1).sum() < 40  # two at once


def test_members_come_and_go_and_some_come_back(demo: Estmere) -> None:
    members = demo.tables["memberships"]
    wrong = members[(members["To"] != "") & (members["From"] > members["To"])]
    assert len(wrong) == 2
    assert set(wrong["Role"]) == {"associate"}  # no measure depends on them
    assert 20 <= members.duplicated(["Group", "Nominal"]).sum() <= 40
    assert (members["From"] > "2021-01-01").sum() > 100
    assert ((members["To"] != "") & (members["To"] > "2021-01-01")).sum() > 100


def test_some_people_belong_to_two_groups(demo: Estmere) -> None:
    members = demo.tables["memberships"].query("Role != 'associate'")
    assert 25 <= (members.groupby("Nominal")["Group"].nunique() > 1).sum() <= 40


def test_every_group_has_one_leader_throughout(demo: Estmere) -> None:
    leaders = demo.tables["memberships"].query("Role == 'leader'")
    assert leaders["Group"].is_unique
    assert len(leaders) == 60
    assert (leaders["From"] < "2021-01-01").all()
    assert (leaders["To"] == "").all()
    assert set(demo.tables["memberships"]["Role"]) == {"leader", "member", "associate"}


def test_a_number_does_not_tell_who_belongs_to_a_group(demo: Estmere) -> None:
    members = demo.tables["nominals"]["Nominal"].isin(demo.tables["memberships"]["Nominal"])
    in_order = members[demo.tables["nominals"]["Nominal"].argsort()].to_numpy()
    assert abs(in_order[:450].mean() - in_order[450:].mean()) < 0.08


def test_most_priority_individuals_belong_to_no_group(demo: Estmere) -> None:
    priorities = demo.tables["priority-individuals"]
    members = demo.tables["memberships"].query("Role != 'associate'")["Nominal"]
    assert len(priorities) == 46
    assert priorities["Nominal"].isin(members).sum() == 10


def test_one_crime_in_eight_has_a_suspect(demo: Estmere) -> None:
    involved = demo.tables["involvements"]
    suspected = involved.loc[involved["Role"].isin(SUSPECTS), "Crime number"]
    assert 0.115 < suspected.nunique() / len(demo.crimes) < 0.15
    assert suspected.value_counts().max() == 3
    assert set(involved["Role"]) == {*SUSPECTS, "victim", "witness"}
    assert not involved.duplicated(["Crime number", "Nominal"]).any()


def test_an_involvement_refers_to_a_crime_that_is_not_damaged(demo: Estmere) -> None:
    crimes = demo.crimes.set_index("Crime number").loc[demo.tables["involvements"]["Crime number"]]
    assert "44784" not in set(crimes["Offence code"])
    assert not crimes["Longitude"].isin(["0"]).any()


def test_roles_and_outcomes_agree(demo: Estmere) -> None:
    involved = demo.tables["involvements"].merge(demo.crimes, on="Crime number")
    assert set(involved.loc[involved["Role"] == "charged", "Outcome"]) == {"Charged"}
    suspected = involved[involved["Role"].isin(SUSPECTS)]
    assert not suspected["Outcome"].str.contains("no suspect").any()


def test_few_crimes_are_of_groups_and_they_weigh_more(demo: Estmere) -> None:
    of_groups = demo.crimes_of("OCG") | demo.crimes_of("UCG") | demo.crimes_of("PCG")
    assert 0.03 < of_groups.mean() < 0.05
    assert demo.crimes["points"][of_groups].mean() > 2.5 * demo.crimes["points"][~of_groups].mean()


def test_some_crimes_are_of_two_kinds_of_groups(demo: Estmere) -> None:
    assert (demo.crimes_of("OCG") & demo.crimes_of("PCG")).sum() > 100


def test_groups_offend_on_their_turf_and_near_home(demo: Estmere) -> None:
    involved = demo.tables["involvements"].query("Role in @SUSPECTS", local_dict={"SUSPECTS": SUSPECTS})
    members = demo.tables["memberships"].query("Role == 'leader'")
    crimes = involved.merge(members[["Nominal", "Group"]], on="Nominal").merge(demo.crimes, on="Crime number")
    share = crimes.groupby("Group")["sector"].agg(lambda sectors: sectors.value_counts(normalize=True).iloc[0])
    assert share.median() > 0.5


def test_discharges_with_a_crime_number_are_that_crime(demo: Estmere) -> None:
    discharges = demo.tables["firearms-discharges"]
    assert 120 < len(discharges) < 300
    known = discharges[discharges["Crime number"] != ""].merge(
        demo.crimes, on="Crime number", suffixes=("", " of crime")
    )
    assert len(known) == (discharges["Crime number"] != "").sum() > 60
    for column in ("Date", "Offence code", "Longitude", "Latitude"):
        assert (known[column] == known[f"{column} of crime"]).all()
    assert set(known["Offence code"]) == {"2", "5D", "5E", "10A"}
    assert (discharges["Offence code"] == "").sum() > 30


def test_farms_with_a_crime_number_are_trafficking_offences(demo: Estmere) -> None:
    farms = demo.tables["cannabis-farms"]
    assert 150 < len(farms) < 350
    numbered = farms[farms["Crime number"] != ""]
    known = numbered.merge(demo.crimes, on="Crime number")
    assert len(known) == len(numbered) > 60
    assert set(known["Offence code"]) == {"92A"}
    assert (known["Date found"] == known["Date"]).all()
    assert farms["Plants"].astype(int).between(5, 5000).all()


def test_deaths_arrive_late(demo: Estmere) -> None:
    deaths = demo.tables["drug-deaths"]
    wait = days_between(deaths["Date of death"], deaths["Date notified"])
    assert wait.min() >= 1
    assert 7 < wait.mean() < 25
    assert deaths["Date notified"].max() <= LAST_DAY
    concluded = deaths[deaths["Status"] == "concluded"]
    assert days_between(concluded["Date notified"], concluded["Date concluded"]).between(150, 275).all()
    assert concluded["Date concluded"].max() <= LAST_DAY
    assert (deaths.loc[deaths["Status"] != "concluded", "Date concluded"] == "").all()


def test_recent_deaths_are_only_suspected(demo: Estmere) -> None:
    deaths = demo.tables["drug-deaths"]
    by_status = deaths.groupby("Status")["Date of death"]
    assert set(by_status.groups) == {"suspected", "toxicology", "concluded"}
    assert (deaths.loc[deaths["Status"] == "suspected", "Date of death"] > "2023-12-31").all()
    assert (deaths.loc[deaths["Status"] == "suspected", "Substances"] == "").all()
    assert (deaths.loc[deaths["Status"] != "suspected", "Substances"] != "").all()


def test_intelligence_is_graded_3_by_5_by_2(demo: Estmere) -> None:
    reports = demo.tables["firearms-intelligence"]
    assert len(reports) > 1_000
    assert {grade + letter for grade in "123" for letter in "ABCDE"} == set(reports["Grade"])
    assert set(reports["Handling"]) == {"P", "C"}
    assert 0.25 < (reports["Handling"] == "C").mean() < 0.45


def test_partners_give_rough_places(demo: Estmere) -> None:
    calls = demo.tables["crimestoppers"]
    assert calls["Longitude"].str.fullmatch(r"\d\.\d{3}").all()
    inside = sectors_of(calls, demo.sectors, demo.sector_ids) != ""
    assert inside.mean() > 0.97
    assert len(demo.tables["trading-standards"]) > 500
