"""Pictures (.vci) and sound (.vca), coded and decoded to the same samples on every machine.

    file = vcodec.encode(picture, quality=50)           # picture: uint8 or uint16, H×W or H×W×C
    picture = vcodec.decode(file)

    vcodec.write("speech.vca", samples, 48000, bitrate=24)
    samples, rate = vcodec.read("speech.vca")

``import vcodec.pillow`` teaches Pillow the format. Every function may be called from any thread, and lets other threads run
meanwhile.
"""

from ._errors import ArgumentError, DataError, Error, OtherModelError, TruncatedWarning, UnreachableError
from ._library import version
from ._pictures import ImageInfo, decode, encode, read_info
from ._reader import SoundFile, read
from ._writer import SoundWriter, write

__version__ = version()

__all__ = [
    "ArgumentError",
    "DataError",
    "Error",
    "ImageInfo",
    "OtherModelError",
    "SoundFile",
    "SoundWriter",
    "TruncatedWarning",
    "UnreachableError",
    "decode",
    "encode",
    "read",
    "read_info",
    "write",
]
