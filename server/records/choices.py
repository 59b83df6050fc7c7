"""What a request may say about records: orders, endings of files, sizes of pages."""

SORTS = ("-date", "date", "-harm", "harm", "-category", "category", "-reference", "reference")  # - is largest first
GROUP_SORTS = ("-harm", "harm", "name", "-name", "id", "-id", "-count", "count", "kind", "-kind", "-members", "members")
NOMINAL_SORTS = ("name", "-name", "id", "-id", "-events", "events")
CONTEXT = ("crimestoppers", "trading_standards")  # kinds of events that are shown beside the harm, as points
ENDINGS = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "geojson": "application/geo+json",
    "gpkg": "application/geopackage+sqlite3",
    "parquet": "application/vnd.apache.parquet",
}
SIZE, LARGEST_SIZE, LAST_PAGE = 50, 200, 1_000_000  # lines of a page
LONGEST_TEXT = 80
