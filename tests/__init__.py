"""The tests mirror the house: one file per module; a test's name is a sentence."""
