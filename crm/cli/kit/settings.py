"""Where database, tenant, user, policy and language come from: the line, the environment, crm.toml, the platform."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from crm.errors import N_, InvalidInput, problem

APPLICATION = "investor-crm"
FILE = "crm.toml"
#: Key in crm.toml and on the line: the environment variable.
KEYS: Mapping[str, str] = {
    "db": "CRM_DB",
    "tenant": "CRM_TENANT",
    "user": "CRM_USER",
    "policy": "CRM_POLICY",
    "lang": "CRM_LANG",
}


def lookup(key: str, given: Mapping[str, str]) -> str | None:
    """Return a setting: from the line, else the environment, else crm.toml here, else crm.toml of the user.

    Raises:
        InvalidInput: A crm.toml cannot be read.
    """
    return given.get(key) or os.environ.get(KEYS[key]) or from_files(key)


def from_files(key: str) -> str | None:
    """Return a setting from the first crm.toml that has it; the name of a file counts from the folder of its crm.toml.

    Raises:
        InvalidInput: A crm.toml cannot be read.
    """
    for folder in (Path(), _config_folder()):
        file = folder / FILE
        if file.is_file():
            value = read_file(file).get(key)
            if value:
                return str(folder / value) if key == "policy" else value
    return None


def read_file(file: Path) -> Mapping[str, str]:
    """Read a crm.toml.

    Raises:
        InvalidInput: It is not a TOML, no UTF-8, has an unknown key, or a value that is no text.
    """
    import tomllib

    try:
        data = tomllib.loads(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InvalidInput(
            problem(
                N_("{path} cannot be read: {why}"),
                N_("It is a TOML file in UTF-8 with the keys {known}."),
                field="config",
                code="config",
                path=str(file),
                why=str(error),
                known=", ".join(KEYS),
            )
        ) from error
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


def default_database() -> str:
    """Return the address of the user's own SQLite file."""
    import platformdirs

    return f"sqlite:///{Path(platformdirs.user_data_dir(APPLICATION, appauthor=False)) / 'crm.db'}"


def login() -> str | None:
    """Return the name the operating system knows the user by, or None."""
    import getpass

    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # a container may run without any user entry
        return None


def _config_folder() -> Path:
    import platformdirs

    return Path(platformdirs.user_config_dir(APPLICATION, appauthor=False))
