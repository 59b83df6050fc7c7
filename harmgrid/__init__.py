"""harmgrid: place-based harm from serious and organised crime. See `docs/concepts.md`."""
