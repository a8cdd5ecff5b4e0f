"""The tables of the library, and what its file says about itself."""

from workstation.model.index.attributes import OWN_FIELDS, SHARED_FIELDS

#: "DCMW" in the header of the file: how `file` and this program tell a library from any other SQLite database.
APPLICATION_ID = 0x44434D57
VERSION = 1

_PLACE = "path BLOB NOT NULL, member TEXT NOT NULL, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL"
_SHARED = ", ".join(f"{field} TEXT NOT NULL" for field in SHARED_FIELDS)
_OWN = ", ".join(f"{field} TEXT NOT NULL" for field in OWN_FIELDS)

TABLES = (
    f"CREATE TABLE header (key INTEGER PRIMARY KEY, {_SHARED})",
    "CREATE INDEX header_of_series ON header (series_instance_uid)",
    "CREATE INDEX header_of_study ON header (study_instance_uid)",
    f"CREATE TABLE file ({_PLACE}, header INTEGER NOT NULL REFERENCES header, {_OWN}, notes TEXT NOT NULL, "
    "digest BLOB, PRIMARY KEY (path, member))",
    "CREATE INDEX file_of_header ON file (header)",
    "CREATE INDEX file_of_instance ON file (sop_instance_uid)",
    f"CREATE TABLE refused ({_PLACE}, reason TEXT NOT NULL, message TEXT NOT NULL, hint TEXT NOT NULL, "
    "PRIMARY KEY (path, member))",
    f"CREATE TABLE container ({_PLACE}, kind TEXT NOT NULL, PRIMARY KEY (path, member))",
)

_HEADER_VALUES = ", ".join("?" * (1 + len(SHARED_FIELDS)))
_FILE_VALUES = ", ".join("?" * (6 + len(OWN_FIELDS)))
PUT_HEADER = f"INSERT OR IGNORE INTO header VALUES ({_HEADER_VALUES})"  # noqa: S608 - nothing but question marks
PUT_FILE = f"INSERT OR REPLACE INTO file VALUES ({_FILE_VALUES}, NULL)"  # noqa: S608 - likewise
PUT_REFUSED = "INSERT OR REPLACE INTO refused VALUES (?, ?, ?, ?, ?, ?, ?)"
PUT_CONTAINER = "INSERT OR REPLACE INTO container VALUES (?, ?, ?, ?, ?)"
