"""The demo force: Estmere, a fictional police force with every source that a real one has, for people without data.

It writes files only, under the headers of the shipped profiles; they are loaded, published and served by the same code
as real ones. The force lies in the open North Sea, and every name is made up. The same seed gives the same bytes.
"""

from etl.estmere.build import DemoFiles, build_demo
from etl.estmere.files import FORCE

__all__ = ["FORCE", "DemoFiles", "build_demo"]
