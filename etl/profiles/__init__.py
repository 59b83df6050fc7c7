"""Source profiles: which column of a file is which field of a record, and how its values are written.

A profile is a TOML file. Those for the layouts that harmgrid knows are shipped in this folder; others are named by
their path. `docs/sources.md` describes every key.
"""

from etl.profiles.checks import KEYS
from etl.profiles.profile import Delivery, Origin, Profile
from etl.profiles.records import RECORDS, Record
from etl.profiles.shelf import read_profile, shipped_profiles

__all__ = ["KEYS", "RECORDS", "Delivery", "Origin", "Profile", "Record", "read_profile", "shipped_profiles"]
