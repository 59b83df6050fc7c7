"""Reads files from outside: a child process parses them within limits and hands back columns of text."""

from etl.reading.parent import Source, open_source
from etl.reading.source import DELIMITERS, ENCODINGS, FORMATS, Member, RawBatch, Reading

__all__ = ["DELIMITERS", "ENCODINGS", "FORMATS", "Member", "RawBatch", "Reading", "Source", "open_source"]
