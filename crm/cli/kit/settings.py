"""Settings: database, tenant, user, policy and language from the line, the environment, crm.toml, the platform."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from crm.errors import N_, InvalidInput, problem
from crm.refusals import unreadable

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from crm.files.stores import CheckedStore

APPLICATION = "investor-crm"
FILE = "crm.toml"
#: The environment variable that names a file with the address of the database.
SECRET = "CRM_DB_FILE"  # noqa: S105  # a name
_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH
#: Key in crm.toml and on the line: the environment variable.
KEYS: Mapping[str, str] = {
    "db": "CRM_DB",
    "tenant": "CRM_TENANT",
    "user": "CRM_USER",
    "policy": "CRM_POLICY",
    "lang": "CRM_LANG",
    "files": "CRM_FILES",
}


#: Settings that are paths, or may be.
_PATHS = {"policy", "files"}


def lookup(key: str, options: Mapping[str, str]) -> str | None:
    """Return a setting: from the line, else the environment, else crm.toml here, else crm.toml of the user.

    The address of the database may also stand in a file that ``CRM_DB_FILE`` names, such as a secret of a container.

    Raises:
        InvalidInput: A crm.toml or the file of the address cannot be read, or others could have written a crm.toml.
    """
    return options.get(key) or os.environ.get(KEYS[key]) or (key == "db" and _secret()) or from_files(key)


def from_files(key: str) -> str | None:
    """Return a setting from the first crm.toml that has it; the name of a file counts from the folder of its crm.toml.

    Raises:
        InvalidInput: A crm.toml cannot be read.
    """
    for folder in (Path(), _config_folder()):
        file = folder / FILE
        if file.is_file():
            _require_own(file)
            value = read_file(file).get(key)
            if value:
                return str(folder / value) if key in _PATHS and "://" not in value else value
    return None


def _secret() -> str | None:
    """Return the address in the file that ``CRM_DB_FILE`` names, or None where it names none."""
    name = os.environ.get(SECRET)
    if not name:
        return None
    try:
        text = Path(name).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        why = str(error)
    else:
        if text and len(text.splitlines()) == 1:
            return text
        why = "not one line of text"  # what it holds is not repeated: a password may be in it
    raise InvalidInput(
        unreadable(
            name,
            why,
            N_("{variable} must name a UTF-8 file that has only the address of the database."),
            field="db",
            variable=SECRET,
        )
    )


def _require_own(file: Path) -> None:
    """Refuse a crm.toml that somebody else could have written, because it sets the database and the actor.

    Raises:
        InvalidInput: It belongs to another user than this one and root, or others may write to it.
    """
    if os.name != "posix":
        return
    state = file.stat()
    if state.st_uid in {os.geteuid(), 0} and not state.st_mode & _OTHERS_WRITE:
        return
    raise InvalidInput(
        problem(
            N_("{path} could have been written by somebody else."),
            N_("Read what it says, then make it yours: chown $USER {path} && chmod go-w {path}"),
            field="config",
            code="config",
            path=str(file),
        )
    )


def read_file(file: Path) -> Mapping[str, str]:
    """Read a crm.toml.

    Raises:
        InvalidInput: It is not a TOML, no UTF-8, has an unknown key, or a value that is no text.
    """
    from crm.cli.toml_files import read_toml

    data = read_toml(file)
    wrong = [
        problem(
            N_('{path}: "{key}" is unknown or not a text.'),
            N_("It is a TOML file in UTF-8 with the keys {known}."),
            field="config",
            code="config",
            path=str(file),
            key=key,
            known=", ".join(KEYS),
        )
        for key, value in data.items()
        if key not in KEYS or not isinstance(value, str)
    ]
    if wrong:
        raise InvalidInput(*wrong)
    return data


def file_store(folder: str | None, engine: Engine) -> CheckedStore | None:
    """Return where files of documents are kept: where the setting says, else beside a SQLite file, else nowhere.

    Args:
        folder: The setting: a folder, or an address such as ``s3://bureau/files``; None where nothing is set.
        engine: The engine of the database.
    """
    if folder is not None and "://" in folder:
        from crm.files.remote import RemoteStore

        return RemoteStore(folder)
    from crm.files.stores import FolderStore, beside

    path = beside(engine) if folder is None else Path(folder)
    return None if path is None else FolderStore(path)


def default_database() -> str:
    """Return the address of the user's own SQLite file."""
    import platformdirs

    return f"sqlite:///{Path(platformdirs.user_data_dir(APPLICATION, appauthor=False)) / 'crm.db'}"


def login() -> str | None:
    """Return the operating system's user name, or None."""
    import getpass

    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # a container may run without any user entry
        return None


def operating_system_user() -> str | None:
    """Return who runs this process, as the operating system knows it, or None; environment variables are not read."""
    try:
        import pwd
    except ImportError:  # Windows: the user of the process, by its token
        try:
            return os.getlogin()
        except OSError:
            return None
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:  # a container may run without any user entry
        return str(os.getuid())


def _config_folder() -> Path:
    import platformdirs

    return Path(platformdirs.user_config_dir(APPLICATION, appauthor=False))
