"""What can go wrong, by the statuses of vcodec.h."""

from __future__ import annotations


class Error(Exception):
    """A call failed. The text is one sentence for people.

    ``code`` is the status of vcodec.h. ``offset`` is where in the file, in bytes from its start, or None where the error is at
    no place of a file.
    """

    def __init__(self, message: str, code: int, offset: int | None) -> None:
        super().__init__(message, code, offset)
        self.code = code
        self.offset = offset

    def __str__(self) -> str:
        return str(self.args[0])


class ArgumentError(Error, ValueError):
    """The call cannot be meant so."""


class DataError(Error, ValueError):
    """The file is damaged, of another kind or version, or beyond the limits."""


class OtherModelError(Error):
    """The file needs a model that is not built in."""


class UnreachableError(Error):
    """No file is as small or as good as asked."""


class TruncatedWarning(UserWarning):
    """The file is cut short; what is there has been decoded."""


_KINDS: dict[int, type[Error]] = {1: ArgumentError, 2: DataError, 3: OtherModelError, 4: UnreachableError}


def error(status: int, message: str, offset: int) -> Error:
    """The exception for a status other than 0; ``offset`` is −1 for none."""
    return _KINDS.get(status, Error)(message, status, None if offset < 0 else offset)
