#!/usr/bin/env python3
"""Reference decoder of vcodec pictures and sound, written from SPEC.md alone and in its order.

    refdec.py [--model FILE.vcm] [--levels N] [--limit BYTES] [--digest] [--trace] [--metadata]
              IN.vci [OUT.png | OUT.pam]
    refdec.py [--model FILE.vcs] [--digest] [--metadata] IN.vca [OUT.wav | OUT.raw]

It is meant to be read next to the text: every function names the section it follows, and every number is an integer.
Speed comes second, so network layers are NumPy over a whole grid and entropy decoding is plain Python. Sound is in
sound.py (SPEC §17), waveform.py (SPEC §16) and spectral.py (SPEC §18, §19).

`--trace` prints, for each level stream after its tile is decoded, a line of decimal numbers:
`tile T level L band B range R code C symbols N`. R and C are the state of §5 after the last renormalisation; N counts
the symbols that were coded, so not those of skipped vectors (§10.4).

Exit status: 0 decoded (with a warning on standard error when the file is incomplete, SPEC §12), 64 usage, 65 bad
input, 66 input or model cannot be read, 73 output cannot be written.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import struct
import sys
import zlib
from dataclasses import dataclass, field
from functools import cached_property
from math import log2
from operator import add, mul
from pathlib import Path
from typing import Callable, Iterator

import numpy as np

LEVELS = (3, 2, 1, 0)  # coarsest first, the order of coding
QUALITY_POINTS = 64
MODELS = Path(__file__).resolve().parents[2] / "Models"
DEFAULT_MODEL = MODELS / "default.vcm"


class Malformed(Exception):
    """Input that the SPEC does not allow.

    `offset` is the first byte of the refused chunk or field, counted from the start of its file (SPEC §13);
    `file` is filled in by whoever knows which file was being read.
    """

    def __init__(self, offset: int, reason: str, file: str = ""):
        super().__init__(reason)
        self.offset, self.reason, self.file = offset, reason, file

    def __str__(self) -> str:
        return f"{self.file}{': ' if self.file else ''}byte {self.offset}: {self.reason}"


class CutField(Malformed):
    """A field that starts within its file or chunk and ends outside."""


# ---------------------------------------------------------------------------------------------------------------------
# §1 Conventions
# ---------------------------------------------------------------------------------------------------------------------


def rounded_shift(a, s: int):
    """R(a, s) = (a + 2^(s-1)) >> s, for s >= 1; `a` is an int or an int64 array (SPEC §1)."""
    return (a + (1 << (s - 1))) >> s


def sat16(a: np.ndarray) -> np.ndarray:
    """Limits to -32768 ... 32767 and stores as int16 (SPEC §1)."""
    return np.clip(a, -32768, 32767).astype(np.int16)


def ceil_div(a: int, b: int) -> int:
    """ceil(a / b) for b > 0."""
    return -(-a // b)


class Fields:
    """Reads little-endian fields from `data[start:end]`; every read checks the length first (SPEC §1, §13).

    Offsets, also those in errors, count from the start of `data`, which is a whole file.
    """

    def __init__(self, data: bytes, start: int = 0, end: int | None = None):
        self.data, self.offset, self.end = data, start, len(data) if end is None else end

    @property
    def remaining(self) -> int:
        return self.end - self.offset

    def bytes(self, count: int, name: str) -> bytes:
        if count > self.remaining:
            raise CutField(self.offset, f"{name} needs {count} bytes, {self.remaining} remain")
        start, self.offset = self.offset, self.offset + count
        return self.data[start:self.offset]

    def rest(self) -> bytes:
        return self.bytes(self.remaining, "rest")

    def u8(self, name: str, low: int = 0, high: int = 255) -> int:
        return self._bounded(int(self.bytes(1, name)[0]), 1, name, low, high)

    def u16(self, name: str, low: int = 0, high: int = 65535) -> int:
        return self._bounded(int.from_bytes(self.bytes(2, name), "little"), 2, name, low, high)

    def u32(self, name: str) -> int:
        return int.from_bytes(self.bytes(4, name), "little")

    def _bounded(self, value: int, size: int, name: str, low: int, high: int) -> int:
        if not low <= value <= high:
            raise Malformed(self.offset - size, f"{name} is {value}, allowed are {low} ... {high}")
        return value

    def varint(self, name: str, low: int = 0, high: int = 2**32 - 1) -> int:
        """LEB128 of at most five bytes, value below 2^32 (SPEC §1)."""
        start, value = self.offset, 0
        for shift in range(0, 35, 7):
            if self.remaining < 1:
                raise CutField(start, f"{name} is cut off")
            byte = self.data[self.offset]
            self.offset += 1
            value |= (byte & 127) << shift
            if byte < 128:
                if not low <= value <= high:
                    raise Malformed(start, f"{name} is {value}, allowed are {low} ... {high}")
                return value
        raise Malformed(start, f"{name} is a varint of more than five bytes")

    def array(self, dtype: str, shape: tuple[int, ...], name: str) -> np.ndarray:
        """Row-major array of a fixed-width type, as int64 (SPEC §1)."""
        count = int(np.prod(shape, dtype=object))
        raw = self.bytes(count * np.dtype(dtype).itemsize, name)
        return np.frombuffer(raw, dtype=dtype).reshape(shape).astype(np.int64)

    def finish(self, name: str) -> None:
        if self.remaining:
            raise Malformed(self.offset, f"{self.remaining} bytes left over after {name}")


# ---------------------------------------------------------------------------------------------------------------------
# §2 Container
# ---------------------------------------------------------------------------------------------------------------------

PICTURE_MAGIC = b"\x8Evci\x04"
SOUND_MAGIC = b"\x8Evca\x02"  # SPEC §17.1
KNOWN_CRITICAL = "HLPS"
METADATA = "cxptgd"


def _crc_table() -> list[int]:
    table = []
    for value in range(256):
        for _ in range(8):
            value = (value >> 1) ^ (0x82F63B78 if value & 1 else 0)
        table.append(value)
    return table


CRC_TABLE = _crc_table()


def crc32c(data: bytes) -> int:
    """CRC-32C: Castagnoli, reflected, initial value and final xor FFFFFFFF (SPEC §2)."""
    crc, table = 0xFFFFFFFF, CRC_TABLE
    for byte in data:
        crc = table[(crc ^ byte) & 255] ^ (crc >> 8)
    return crc ^ 0xFFFFFFFF


@dataclass
class Chunk:
    """One chunk whose check was right; `offset` is that of its kind byte."""

    kind: str
    offset: int
    payload: Fields


class CutChunk(Exception):
    """The file ends inside the chunk that starts at `offset` (SPEC §12)."""

    def __init__(self, offset: int, kind: str):
        super().__init__(f"the file ends inside the {kind} chunk")
        self.offset, self.kind = offset, kind


def check_signature(data: bytes, magic: bytes, suffix: str) -> None:
    """The first five bytes (SPEC §2, §17.1)."""
    if data[:4] != magic[:4]:
        raise Malformed(0, f"not a {suffix} file")
    if data[4:5] != magic[4:]:
        if len(data) == 4:
            raise Malformed(4, "version is missing")
        raise Malformed(4, f"unsupported version {data[4]}, this decoder reads version {magic[4]}")


def read_chunks(data: bytes) -> Iterator[Chunk]:
    """All chunks of a picture in order; raises CutChunk where the file ends inside one (SPEC §2)."""
    check_signature(data, PICTURE_MAGIC, ".vci")
    offset = len(PICTURE_MAGIC)
    while offset < len(data):
        chunk = read_chunk(data, offset)
        yield chunk
        offset = chunk.payload.end + 4


def any_length(kind: str) -> int:
    """A picture's chunks may have any length that a varint can hold (SPEC §1)."""
    return 2**32 - 1


def read_chunk(data: bytes, offset: int, critical: str = KNOWN_CRITICAL,
               longest: Callable[[str], int] = any_length) -> Chunk:
    """The chunk at `offset`: kind, length, payload, check (SPEC §2).

    `critical` are the critical kinds that are known; `longest` gives the greatest length of a kind.
    """
    fields = Fields(data, offset)
    kind = chunk_kind(fields.u8("kind"), offset, critical)
    try:
        length = fields.varint("length", 0, longest(kind))
    except CutField:
        raise CutChunk(offset, kind) from None
    if fields.remaining < length + 4:
        raise CutChunk(offset, kind)
    payload = Fields(data, fields.offset, fields.offset + length)
    computed = crc32c(data[offset:payload.end])
    stored = int.from_bytes(data[payload.end:payload.end + 4], "little")
    if stored != computed:
        raise Malformed(offset, f"check of the {kind} chunk is {stored:08x}, its bytes have {computed:08x}")
    return Chunk(kind, offset, payload)


def chunk_kind(byte: int, offset: int, critical: str) -> str:
    """The kind as a letter; refuses other bytes and unknown critical kinds (SPEC §2)."""
    kind = chr(byte)
    if not (kind.isascii() and kind.isalpha()):
        raise Malformed(offset, f"chunk kind {byte:#04x} is not a letter")
    if kind.isupper() and kind not in critical:
        raise Malformed(offset, f"unknown critical chunk {kind}")
    return kind


@dataclass
class LevelChunk:
    """A parsed `L` chunk: one stream a band (SPEC §10.1)."""

    offset: int
    streams: list[bytes]


@dataclass
class PlaneChunk:
    """A `P` chunk; `body` starts at the mode byte (SPEC §6.3)."""

    offset: int
    body: Fields


@dataclass
class SamplesChunk:
    """A parsed `S` chunk: one stream a band (SPEC §14.1)."""

    offset: int
    step: int
    copies: bool  # whether there are any (SPEC §14.9)
    streams: list[bytes]


@dataclass
class PictureFile:
    """The chunks of a file, sorted but not decoded."""

    header: Header
    planes: dict[int, PlaneChunk] = field(default_factory=dict)
    samples: SamplesChunk | None = None
    levels: dict[tuple[int, int], LevelChunk] = field(default_factory=dict)  # (tile, level)
    metadata: list[Chunk] = field(default_factory=list)
    end: int = 0  # where the usable chunks end
    cut: CutChunk | None = None

    @property
    def needed_planes(self) -> tuple[int, ...]:
        """Indices of the planes that the file must have: no colour planes beside `S` (SPEC §3)."""
        return tuple(index for index in self.header.planes if index == 3 or self.samples is None)


def read_picture_file(data: bytes, limit: int | None = None) -> PictureFile:
    """Sorts the chunks of a file and checks that those which must be there are (SPEC §2, §12, §13)."""
    chunks = read_chunks(data)
    try:
        first = next(chunks, None)
        if first is None or first.kind != "H":
            raise Malformed(len(PICTURE_MAGIC), "the first chunk is not H")
        picture = PictureFile(read_header(first.payload), end=len(data))
        check_limit(picture.header, first, len(data), limit)
    except CutChunk as cut:
        raise Malformed(cut.offset, str(cut)) from None
    try:
        for chunk in chunks:
            add_chunk(picture, chunk)
    except CutChunk as cut:
        picture.end, picture.cut = cut.offset, cut
    check_complete(picture)
    return picture


def add_chunk(picture: PictureFile, chunk: Chunk) -> None:
    """Puts a chunk where it belongs; all but `t` occur at most once (SPEC §2)."""
    if chunk.kind == "H":
        raise Malformed(chunk.offset, "a second H chunk")
    if chunk.kind == "P":
        add_plane(picture, chunk)
    elif chunk.kind == "S":
        add_samples(picture, chunk)
    elif chunk.kind == "L":
        add_level(picture, chunk)
    elif chunk.kind in METADATA:
        if chunk.kind != "t" and any(other.kind == chunk.kind for other in picture.metadata):
            raise Malformed(chunk.offset, f"a second {chunk.kind} chunk")
        picture.metadata.append(chunk)


def add_plane(picture: PictureFile, chunk: Chunk) -> None:
    """Registers plane chunk `chunk` by its index (SPEC §2, §3, §6.3)."""
    index = chunk.payload.u8("plane index")
    if index not in picture.header.planes:
        raise Malformed(chunk.offset, f"plane {index} has no place in this picture")
    if index not in picture.needed_planes:
        raise Malformed(chunk.offset, f"colour plane {index} beside an S chunk")
    if index in picture.planes:
        raise Malformed(chunk.offset, f"a second plane {index}")
    picture.planes[index] = PlaneChunk(chunk.offset, chunk.payload)


def add_samples(picture: PictureFile, chunk: Chunk) -> None:
    """Registers the samples chunk (SPEC §2, §3, §14.1)."""
    if not picture.header.lossless:
        raise Malformed(chunk.offset, "an S chunk in a picture with lossy colour")
    if picture.samples is not None:
        raise Malformed(chunk.offset, "a second S chunk")
    if any(index != 3 for index in picture.planes):
        raise Malformed(chunk.offset, "an S chunk beside colour planes")
    check_samples_width(picture.header, chunk.offset)
    picture.samples = SamplesChunk(chunk.offset, *read_samples_payload(chunk.payload))


def check_samples_width(header: Header, offset: int) -> None:
    """Pictures coded sample by sample are at most 2^18 wide (SPEC §14.1)."""
    if header.width > 2**18:
        raise Malformed(offset, f"samples of a picture {header.width} wide")


def add_level(picture: PictureFile, chunk: Chunk) -> None:
    """Registers level chunk `chunk` by its tile and level (SPEC §2, §10.1)."""
    header = picture.header
    if header.lossless:
        raise Malformed(chunk.offset, "a level in a picture with lossless colour")
    tile, level, streams = read_level_payload(chunk.payload, header.tile_count)
    if (tile, level) in picture.levels:
        raise Malformed(chunk.offset, f"a second level {level} of tile {tile}")
    picture.levels[tile, level] = LevelChunk(chunk.offset, streams)


def check_complete(picture: PictureFile) -> None:
    """Planes, samples and the coarsest level of every tile must be there; a cut P or S is no excuse (SPEC §12)."""
    ending = f"{picture.cut}" if picture.cut else "the file ends"
    if picture.cut and picture.cut.kind in "HPS":
        raise Malformed(picture.end, ending)
    for index in picture.needed_planes:
        if index not in picture.planes:
            raise Malformed(picture.end, f"{ending} and plane {index} is missing")
    for tile in range(picture.header.tile_count):
        if (tile, 3) not in picture.levels:
            raise Malformed(picture.end, f"{ending} and level 3 of tile {tile} is missing")


# ---------------------------------------------------------------------------------------------------------------------
# §3 Header and colour
# ---------------------------------------------------------------------------------------------------------------------


@dataclass
class Header:
    """The fields of `H` (SPEC §3)."""

    width: int
    height: int
    channels: int  # 1 grey, 2 grey and alpha, 3 RGB, 4 RGBA
    bits: int  # a sample: 8 or 16
    lossless: bool
    quality: int = 0  # quality point 0 ... 63, lossy colour only
    model: bytes = b""  # identity, lossy colour only
    model_offset: int = 0

    @property
    def colours(self) -> int:
        return 1 if self.channels <= 2 else 3

    @property
    def has_alpha(self) -> bool:
        return self.channels in (2, 4)

    @property
    def planes(self) -> tuple[int, ...]:
        """Indices of the planes that have a place in the picture."""
        colour = tuple(range(self.colours)) if self.lossless else ()
        return colour + ((3,) if self.has_alpha else ())

    @cached_property
    def tile_count(self) -> int:
        """Tiles of the picture; none with lossless colour (SPEC §11)."""
        return 0 if self.lossless else len(tile_spans(self.width)) * len(tile_spans(self.height))

    @property
    def dtype(self):
        return np.uint8 if self.bits == 8 else np.uint16


def read_header(fields: Fields) -> Header:
    """The payload of `H` (SPEC §3)."""
    width = fields.varint("width", 1, 2**24)
    height = fields.varint("height", 1, 2**24)
    form = fields.u8("format", 0, 15)
    header = Header(width, height, (form & 3) + 1, 16 if form & 4 else 8, bool(form & 8))
    if not header.lossless:
        header.quality = fields.u8("quality", 0, QUALITY_POINTS - 1)
        header.model_offset = fields.offset
        header.model = fields.bytes(8, "model")
    fields.finish("the header")
    return header


def check_limit(header: Header, chunk: Chunk, file_bytes: int, limit: int | None) -> None:
    """Bytes of the samples against max(96 MiB, 512 times the file), before memory is taken (SPEC §13)."""
    asked = header.width * header.height * header.channels * header.bits // 8
    allowed = max(96 << 20, 512 * file_bytes) if limit is None else limit
    if asked > allowed:
        raise Malformed(chunk.offset, f"the samples need {asked} bytes, allowed are {allowed}")


def merge_lossless_colour(planes: list[np.ndarray]) -> np.ndarray:
    """Planes (G, R-G, B-G) or (grey,), `[row][column]`, to samples `[row][column][colour]` (SPEC §3).

    All are uint8 or uint16, whose sums are taken mod 2^n by themselves.
    """
    if len(planes) == 1:
        return planes[0][:, :, None]
    green, red_less_green, blue_less_green = planes
    return np.stack([red_less_green + green, green, blue_less_green + green], axis=2)


# ---------------------------------------------------------------------------------------------------------------------
# §4 Metadata
# ---------------------------------------------------------------------------------------------------------------------


def read_metadata(chunk: Chunk) -> bytes:
    """The content of a metadata chunk, unpacked where it is packed (SPEC §4). The chunk can be read again."""
    fields = Fields(chunk.payload.data, chunk.payload.offset, chunk.payload.end)
    if chunk.kind == "g":
        return check_colour_values(fields)
    if chunk.kind == "d":
        content = fields.bytes(8, "pixel density") + bytes([fields.u8("unit", 0, 1)])
        fields.finish("the pixel density")
        return content
    content = read_packed_string(fields)
    if content.count(0) < {"c": 1, "t": 3}.get(chunk.kind, 0):
        raise Malformed(chunk.offset, f"the {chunk.kind} chunk lacks a zero byte between its parts")
    if chunk.kind == "t":
        check_text(content, chunk.offset)
    return content


def check_text(content: bytes, offset: int) -> None:
    """All four parts of a text entry are UTF-8; the last may hold zero bytes (SPEC §4)."""
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        raise Malformed(offset, "a text that is not UTF-8") from None


def read_packed_string(fields: Fields) -> bytes:
    """Method byte, then the bytes or their range-coded form (SPEC §4)."""
    method = fields.u8("method", 0, 1)
    if method == 0:
        return fields.rest()
    length = fields.varint("length", 0, 2**24)
    return decode_byte_string(RangeDecoder(fields.rest()), length)


def check_colour_values(fields: Fields) -> bytes:
    """Payload of `g`: flags, then gAMA 4, cHRM 32, sRGB 1, cICP 4, sBIT 1 and bKGD 1 + 2n bytes, each if flagged (SPEC §4)."""
    start = fields.offset
    flags = fields.u8("flags", 0, 63)
    for bit, (name, size) in enumerate([("gAMA", 4), ("cHRM", 32), ("sRGB", 1), ("cICP", 4)]):
        if flags >> bit & 1 and name == "sRGB":
            fields.u8(name, 0, 3)
        elif flags >> bit & 1:
            fields.bytes(size, name)
    if flags >> 4 & 1:
        fields.u8("sBIT", 1, 16)
    if flags >> 5 & 1:
        fields.bytes(2 * fields.u8("bKGD samples", 1, 3), "bKGD")
    fields.finish("the colour values")
    return fields.data[start:fields.end]


# ---------------------------------------------------------------------------------------------------------------------
# §5 Range coder
# ---------------------------------------------------------------------------------------------------------------------


class RangeDecoder:
    """Decodes intervals of [0, 65536), or of another total, from one stream (SPEC §5).

    Invariant between calls: 2^32 <= range <= 2^40 and 0 <= code < range. Bytes past the end read as zero.
    """

    __slots__ = ("data", "position", "range", "code")

    def __init__(self, stream: bytes):
        self.data, self.position = stream, 5
        self.range = 1 << 40
        self.code = int.from_bytes(stream[:5].ljust(5, b"\0"), "big")

    def target(self, total: int = 65536) -> int:
        """t of the next symbol: it is the one with c <= t < c + f (step 1)."""
        t = self.code // (self.range // total)
        return t if t < total else total - 1

    def take(self, c: int, f: int, total: int = 65536) -> None:
        """Removes the symbol that owns [c, c + f) (steps 2 and 3)."""
        r = self.range // total
        self.code -= r * c
        self.range = self.range - r * c if c + f == total else r * f
        if self.range < 1 << 32:
            self.refill()

    def refill(self) -> None:
        """Restores range >= 2^32 (step 3)."""
        while self.range < 1 << 32:
            byte = self.data[self.position] if self.position < len(self.data) else 0
            self.position += 1
            self.code = self.code << 8 | byte
            self.range <<= 8

    def bit(self, f0: int) -> int:
        """A bit of which 0 owns [0, f0) and 1 the rest. floor(code / r) >= f0 is the same as code >= r*f0."""
        split = (self.range >> 16) * f0
        if self.code >= split:
            self.code -= split
            self.range -= split
            value = 1
        else:
            self.range = split
            value = 0
        if self.range < 1 << 32:
            self.refill()
        return value

    def raw_bits(self, count: int) -> int:
        """`count` raw bits, most significant first (SPEC §5)."""
        value = 0
        for _ in range(count):
            value = value << 1 | self.bit(32768)
        return value

    def adaptive_bit(self, context: list[int]) -> int:
        """One bit in context [a, b], which is updated (SPEC §6.1)."""
        a, b = context
        f0 = (a + b) >> 1
        bit = self.bit(32 if f0 < 32 else 65504 if f0 > 65504 else f0)
        if bit:
            context[0] = a - (a >> 4)
            context[1] = b - (b >> 7)
        else:
            context[0] = a + ((65536 - a) >> 4)
            context[1] = b + ((65536 - b) >> 7)
        return bit


# ---------------------------------------------------------------------------------------------------------------------
# §6 Adaptive bits, byte strings and planes
# ---------------------------------------------------------------------------------------------------------------------


def new_contexts(count: int) -> list[list[int]]:
    """`count` fresh contexts [a, b], probabilities of bit 0 in 1/65536 (SPEC §6.1)."""
    return [[32768, 32768] for _ in range(count)]


def decode_byte_string(decoder: RangeDecoder, length: int) -> bytes:
    """`length` bytes in contexts [previous byte][node] (SPEC §6.2)."""
    contexts: dict[int, list[list[int]]] = {}
    result, previous = bytearray(), 0
    for _ in range(length):
        nodes = contexts.get(previous) or contexts.setdefault(previous, new_contexts(256))
        node = 1
        while node < 256:
            node = 2 * node + decoder.adaptive_bit(nodes[node])
        previous = node - 256
        result.append(previous)
    return bytes(result)


def decode_plane(chunk: PlaneChunk, index: int, header: Header) -> np.ndarray:
    """The samples of a plane, uint8 or uint16 `[height][width]` (SPEC §6.3)."""
    body = chunk.body
    shape = (header.height, header.width)
    mode = body.u8("mode", 0, 2 if index == 3 and header.bits == 8 else 1)
    if mode == 2:
        check_samples_width(header, chunk.offset)
        v = body.u8("step", 0, 1)
        return decode_bands(read_band_streams(body), *shape, 1, 1, v == 0)[:, :, 0].astype(header.dtype)
    if mode == 0:
        value = body.u8("value") if header.bits == 8 else body.u16("value")
        body.finish("the value")
        return np.full(shape, value, dtype=header.dtype)
    residuals = ResidualDecoder(RangeDecoder(body.rest()), header.bits, chunk.offset)
    plane = np.empty(shape, dtype=header.dtype)
    above = None
    for row in range(header.height):
        above = decode_plane_row(residuals, above, header.width)
        plane[row] = above
    return plane


def decode_plane_row(residuals: ResidualDecoder, above: list[int] | None, width: int) -> list[int]:
    """One row of samples; `above` is the row above, None for the first (SPEC §6.3)."""
    shift, mask = residuals.bits - 8, (1 << residuals.bits) - 1
    row: list[int] = []
    error = 0
    west = north_west = above[0] if above else 0
    for column in range(width):
        north = above[column] if above else west
        if not above:
            north_west = west
        gradient = (abs(west - north_west) + abs(north - north_west)) >> shift
        context = 3 * min(7, gradient.bit_length()) + min(2, abs(error).bit_length())
        error = residuals.decode(context)
        west = (predict(west, north, north_west) + error) & mask
        north_west = north
        row.append(west)
    return row


def predict(west: int, north: int, north_west: int) -> int:
    """The median edge prediction (SPEC §6.3)."""
    low, high = (west, north) if west < north else (north, west)
    return low if north_west >= high else high if north_west <= low else west + north - north_west


class ResidualDecoder:
    """Decodes residuals of one plane; owns the contexts (SPEC §6.3)."""

    def __init__(self, decoder: RangeDecoder, bits: int, offset: int):
        self.decoder, self.bits, self.offset = decoder, bits, offset
        self.zero = new_contexts(24)
        self.negative = new_contexts(24)
        self.length = [new_contexts(15) for _ in range(24)]
        self.mantissa = new_contexts(16)

    def decode(self, context: int) -> int:
        """The residual e in -2^(bits-1) ... 2^(bits-1) - 1."""
        bit = self.decoder.adaptive_bit
        if bit(self.zero[context]):
            return 0
        negative = bit(self.negative[context])
        size = self.magnitude(context)
        if size > (1 << (self.bits - 1)) - 1 + negative:
            raise Malformed(self.offset, f"a residual of magnitude {size} in a plane of {self.bits} bits a sample")
        return -size if negative else size

    def magnitude(self, context: int) -> int:
        """|e| = m + 1: its length k in unary, then its k low bits."""
        lengths, k = self.length[context], 0
        while k < 15 and self.decoder.adaptive_bit(lengths[k]):
            k += 1
        if k == 0:
            return 1
        top = 2 | self.decoder.adaptive_bit(self.mantissa[k])
        return top << (k - 1) | self.decoder.raw_bits(k - 1)


# ---------------------------------------------------------------------------------------------------------------------
# §7 Model file
# ---------------------------------------------------------------------------------------------------------------------

MODEL_MAGIC = b"\x8Evcm\x02"


@dataclass
class Pointwise:
    """A 1x1 layer; |bias| + 32768*sum|w| < 2^31 holds for every output."""

    shift: int
    weights: np.ndarray  # float64 [inputs][outputs], integers -128 ... 127
    bias: np.ndarray  # int64 [outputs]
    multiplier: np.ndarray  # int64 [outputs], 32-bit values


@dataclass
class Block:
    """A depthwise convolution and a feed-forward pair; 32768*sum|d| < 2^31 holds for every channel."""

    shift: int
    kernel: np.ndarray  # int32 [side][side][channel], 8-bit values
    multiplier: np.ndarray  # int64 [8][channel], 32-bit values
    addend: np.ndarray  # int64 [8][channel], 32-bit values
    expand: Pointwise
    project: Pointwise


@dataclass
class Gains:
    """What quality does to a latent block; arrays are int64 [quality point][Z]."""

    step_shift: int
    latent_shift: int
    step: np.ndarray
    scale: np.ndarray
    latent: np.ndarray


@dataclass
class LatentBlock:
    front: Block
    prior: Pointwise  # channels -> K*(G + 2Z)
    fuse: Pointwise  # Z -> channels
    gains: Gains
    phase: int  # 0 active everywhere, 1 where row + column is even, 2 where it is odd


@dataclass
class Level:
    latents: list[LatentBlock]
    end: Block | None = None  # levels 3 to 1
    up: Pointwise | None = None  # channels[level] -> 4*channels[level - 1]


@dataclass
class Model:
    """The decoder section of a model file (SPEC §7)."""

    identity: bytes
    channels: list[int]  # of levels 0 ... 3
    mixtures: int  # K
    group: int  # g, components in a vector
    skip_scale: int
    skip_offset: int
    min_scale: int  # scale index 0 stands for sigma = 2^(min_scale / 8)
    inverse: np.ndarray  # int64 [scales], round(65536 / sigma)
    reach: np.ndarray  # int64 [scales], symbols
    tail: list[int]  # [2048], 65536 * upper tail of the Gaussian at i/256
    exponential: np.ndarray  # int64 [1024], 65536 * 2^(-i/64)
    start: np.ndarray  # int16 [channels[3]]
    levels: dict[int, Level]
    tail_blocks: list[Block]
    out: Pointwise  # channels[0] -> 192

    @property
    def scales(self) -> int:
        return len(self.inverse)


def read_model(data: bytes) -> Model:
    """A model file: notes, decoder and analysis sections, of which only the second matters here (SPEC §7)."""
    if data[:4] != MODEL_MAGIC[:4]:
        raise Malformed(0, "not a .vcm file")
    if data[4:5] != MODEL_MAGIC[4:]:
        raise Malformed(4, f"unsupported version {data[4]}" if len(data) > 4 else "version is missing")
    fields = Fields(data, len(MODEL_MAGIC))
    stated = fields.bytes(8, "identity")
    sections = {}
    for name in ("notes", "decoder", "analysis"):
        length = fields.u32(f"length of the {name} section")
        sections[name] = Fields(data, fields.offset, fields.offset + length)
        fields.bytes(length, f"{name} section")
    fields.finish("the analysis section")
    model = read_decoder_section(sections["decoder"])
    if model.identity != stated:
        raise Malformed(len(MODEL_MAGIC), f"identity {stated.hex()}, that of the decoder section is {model.identity.hex()}")
    return model


def read_decoder_section(fields: Fields) -> Model:
    """All fields of the decoder section, in order (SPEC §7)."""
    identity = hashlib.sha256(fields.data[fields.offset:fields.end]).digest()[:8]
    channels = [read_channels(fields) for _ in range(4)]
    kernels = [read_kernel_side(fields) for _ in range(4)]
    latent_start = fields.offset
    latents = [[read_latent_shape(fields) for _ in range(fields.u8("latent blocks"))] for _ in range(4)]
    tail_count = fields.u8("tail")
    mixtures, group = fields.u8("mixtures", 1, 4), fields.u8("group", 1, 16)
    if any(z % group for level in latents for z, _ in level):
        raise Malformed(latent_start, f"latent channels that are not multiples of {group}")
    tables = read_tables(fields)
    start = sat16(fields.array("<i2", (channels[3],), "start"))
    levels = {}
    for level in LEVELS:
        levels[level] = read_level_layers(fields, level, channels, kernels[level], latents[level], mixtures, group)
    tail_blocks = [read_block(fields, channels[0], kernels[0]) for _ in range(tail_count)]
    out = read_pointwise(fields, channels[0], 192)
    fields.finish("the decoder section")
    return Model(identity=identity, channels=channels, mixtures=mixtures, group=group, start=start, levels=levels,
                 tail_blocks=tail_blocks, out=out, **tables)


def read_channels(fields: Fields) -> int:
    value = fields.u16("channels", 16)
    if value % 16:
        raise Malformed(fields.offset - 2, f"{value} channels are not a multiple of 16")
    return value


def read_latent_shape(fields: Fields) -> tuple[int, int]:
    """(Z, phase) of a latent block (SPEC §7, `latents`)."""
    return fields.u16("latent channels", 1), fields.u8("phase", 0, 2)


def read_kernel_side(fields: Fields) -> int:
    side = fields.u8("kernel", 3, 5)
    if side == 4:
        raise Malformed(fields.offset - 1, "kernel side 4, allowed are 3 and 5")
    return side


def read_tables(fields: Fields) -> dict:
    """skipScale ... exponential, under the names of `Model` (SPEC §7).

    Without the checks of the two tables a symbol could own an empty interval (§10.3) and `normalise` could divide by
    zero (§10.2).
    """
    skip_scale, skip_offset = fields.u8("skipScale"), fields.u8("skipOffset")
    offset, min_scale = fields.offset, int(fields.array("i1", (), "minScale"))
    if min_scale < -127:
        raise Malformed(offset, "minScale is -128, allowed are -127 ... 127")
    scales = fields.u8("scales", 1)
    inverse = fields.array("<u4", (scales,), "inverse")
    reach = fields.array("u1", (scales,), "reach")
    offset = fields.offset
    tail = fields.array("<u2", (2048,), "tail table")
    if tail[0] > 32768 or np.any(np.diff(tail) > 0):
        raise Malformed(offset, "the tail table does not fall from at most 32768")
    offset = fields.offset
    exponential = fields.array("<u4", (1024,), "exponential table")
    if exponential[0] == 0 or exponential.max() > 65536:
        raise Malformed(offset, "the exponential table starts with 0 or exceeds 65536")
    return dict(skip_scale=skip_scale, skip_offset=skip_offset, min_scale=min_scale, inverse=inverse, reach=reach,
                tail=tail.tolist(), exponential=exponential)


def read_level_layers(fields: Fields, level: int, channels: list[int], side: int, latents: list[tuple[int, int]],
                      mixtures: int, group: int) -> Level:
    """The latent blocks of a level and its way up (SPEC §7, `levels`)."""
    width = channels[level]
    blocks = []
    for z, phase in latents:
        front = read_block(fields, width, side)
        prior = read_pointwise(fields, width, mixtures * (z // group + 2 * z))
        fuse = read_pointwise(fields, z, width)
        blocks.append(LatentBlock(front, prior, fuse, read_gains(fields, z), phase))
    if level == 0:
        return Level(blocks)
    end = read_block(fields, width, side)
    return Level(blocks, end, read_pointwise(fields, width, 4 * channels[level - 1]))


def read_pointwise(fields: Fields, inputs: int, outputs: int | None) -> Pointwise:
    """A pointwise record with the overflow proof; `outputs` None means any (SPEC §7)."""
    offset = fields.offset
    fields.u16("inputs", inputs, inputs)
    count = fields.u16("outputs", 1) if outputs is None else fields.u16("outputs", outputs, outputs)
    shift = fields.u8("shift", 1, 62)
    weights = fields.array("<i2", (count, inputs), "w")
    bias = fields.array("<i4", (count,), "bias")
    multiplier = fields.array("<i4", (count,), "m")
    if np.any(np.abs(bias) + 32768 * np.abs(weights).sum(axis=1) >= 2**31):
        raise Malformed(offset, "a pointwise accumulator could overflow")
    return Pointwise(shift, weights.T.astype(np.float64), bias, multiplier)


def read_block(fields: Fields, channels: int, side: int) -> Block:
    """A block record with the overflow proof (SPEC §7)."""
    offset = fields.offset
    fields.u8("kernel side", side, side)
    fields.u16("block channels", channels, channels)
    shift = fields.u8("shift", 1, 62)
    kernel = fields.array("<i2", (side, side, channels), "d")
    multiplier = fields.array("<i4", (8, channels), "m")
    addend = fields.array("<i4", (8, channels), "a")
    if np.any(32768 * np.abs(kernel).sum(axis=(0, 1)) >= 2**27):
        raise Malformed(offset, "a depthwise accumulator could overflow")
    expand = read_pointwise(fields, channels, None)
    project = read_pointwise(fields, expand.weights.shape[1], channels)
    return Block(shift, kernel.astype(np.int32), multiplier, addend, expand, project)


def read_gains(fields: Fields, z: int) -> Gains:
    """A gains record (SPEC §7)."""
    step_shift, latent_shift = fields.u8("stepShift", 1, 62), fields.u8("latentShift", 1, 62)
    shape = (QUALITY_POINTS, z)
    step = fields.array("<i4", shape, "step")
    scale = fields.array("<i2", shape, "scale")
    return Gains(step_shift, latent_shift, step, scale, fields.array("<i4", shape, "latent"))


# ---------------------------------------------------------------------------------------------------------------------
# §8 Integer network
# ---------------------------------------------------------------------------------------------------------------------

POSITIONS_AT_ONCE = 8192  # bounds the memory of a wide layer


def pointwise(layer: Pointwise, x: np.ndarray) -> np.ndarray:
    """y[n] = sat16(R(acc[n]*m[n], shift)) at every position; int16 `[position][channel]` in and out (SPEC §8).

    The float64 product is exact: its terms are integers, and every partial sum, in whatever order, is at most
    32768*sum|w| < 2^31 < 2^53 by the check in `read_pointwise`. |acc*m| < 2^62 and R adds at most 2^61, so int64 holds.
    """
    acc = np.rint(x.astype(np.float64) @ layer.weights).astype(np.int64) + layer.bias
    return sat16(rounded_shift(acc * layer.multiplier, layer.shift))


def pointwise_grid(layer: Pointwise, x: np.ndarray) -> np.ndarray:
    """`pointwise` over a grid `[row][column][channel]` (SPEC §8)."""
    return by_positions(lambda part: pointwise(layer, part), x)


def by_positions(function: Callable[[np.ndarray], np.ndarray], x: np.ndarray) -> np.ndarray:
    """Applies `function` to `[position][channel]` pieces of a grid."""
    flat = x.reshape(-1, x.shape[2])
    parts = [function(flat[i:i + POSITIONS_AT_ONCE]) for i in range(0, len(flat), POSITIONS_AT_ONCE)]
    return np.concatenate(parts).reshape(x.shape[0], x.shape[1], -1)


def block(layer: Block, x: np.ndarray, quality: int) -> np.ndarray:
    """A block at a quality point; int16 `[row][column][channel]` in and out (SPEC §8)."""
    mq, aq = at_quality(layer.multiplier, quality), at_quality(layer.addend, quality)
    acc = depthwise(layer.kernel, x).astype(np.int64)
    h = sat16(rounded_shift(acc * mq, layer.shift) + aq)
    return sat16(x.astype(np.int64) + by_positions(lambda part: feed_forward(layer, part), h))


def at_quality(rows: np.ndarray, quality: int) -> np.ndarray:
    """floor((row[i]*(9 - r) + row[i+1]*r + 4) / 9) with i, r = divmod(q, 9); int64 [channel] (SPEC §8)."""
    i, r = divmod(quality, 9)
    if r == 0:
        return rows[i]
    return (rows[i] * (9 - r) + rows[i + 1] * r + 4) // 9


def depthwise(kernel: np.ndarray, x: np.ndarray) -> np.ndarray:
    """The sum over the window, zeros outside the grid; int32, exact as 32768*sum|d| < 2^31 (SPEC §8)."""
    side = kernel.shape[0]
    margin = side // 2
    rows, columns, _ = x.shape
    padded = np.pad(x.astype(np.int32), ((margin, margin), (margin, margin), (0, 0)))
    acc = np.zeros(x.shape, dtype=np.int32)
    for u in range(side):
        for v in range(side):
            acc += kernel[u, v] * padded[u:u + rows, v:v + columns]
    return acc


def feed_forward(layer: Block, h: np.ndarray) -> np.ndarray:
    """project(leaky(expand(h))) for `[position][channel]` (SPEC §8)."""
    e = pointwise(layer.expand, h)
    return pointwise(layer.project, np.where(e >= 0, e, e >> 3))


def depth_to_space(x: np.ndarray, f: int) -> np.ndarray:
    """Input channel (u*f + v)*C + c becomes channel c at (row*f + u, column*f + v) (SPEC §8)."""
    rows, columns, depth = x.shape
    split = x.reshape(rows, columns, f, f, depth // (f * f))
    return split.transpose(0, 2, 1, 3, 4).reshape(rows * f, columns * f, -1)


# ---------------------------------------------------------------------------------------------------------------------
# §9 Hierarchy
# ---------------------------------------------------------------------------------------------------------------------


def grid_shape(width: int, height: int, level: int) -> tuple[int, int]:
    """(rows, columns) of a tile's grid at a level (SPEC §9)."""
    return ceil_div(height, 64) * 8 >> level, ceil_div(width, 64) * 8 >> level


def active_positions(phase: int, rows: int, columns: int) -> np.ndarray:
    """Where a block of this phase has symbols, bool `[row][column]` (SPEC §9, step 1)."""
    if phase == 0:
        return np.ones((rows, columns), dtype=bool)
    return np.add.outer(np.arange(rows), np.arange(columns)) % 2 == phase - 1


SymbolSource = Callable[[int, int, np.ndarray, "VectorParameters"], np.ndarray]
"""(level, index of the latent block, P, parameters) -> symbols, int `[row][column][Z]`, 0 where it is not active."""


def reconstruct_tile(model: Model, quality: int, width: int, height: int, symbols_of: SymbolSource) -> np.ndarray:
    """The tile's v, int16 `[height][width][3]` in 1/64 of an 8-bit step (SPEC §9)."""
    y = np.broadcast_to(model.start, (*grid_shape(width, height, 3), model.channels[3]))
    for number in LEVELS:
        level = model.levels[number]
        for index, latent in enumerate(level.latents):
            y = block(latent.front, y, quality)
            p = pointwise_grid(latent.prior, y)
            parameters = vector_parameters(model, latent.gains, p, quality)
            active = active_positions(latent.phase, *p.shape[:2])[..., None]
            parameters.skip |= ~active
            parameters.phase = latent.phase
            symbols = symbols_of(number, index, p, parameters)
            z = make_latents(latent.gains, parameters, symbols, quality)
            y = np.where(active, sat16(y.astype(np.int64) + pointwise_grid(latent.fuse, z)), y)
        if number > 0:
            y = block(level.end, y, quality)
            y = depth_to_space(pointwise_grid(level.up, y), 2)
    for layer in model.tail_blocks:
        y = block(layer, y, quality)
    return depth_to_space(pointwise_grid(model.out, y), 8)[:height, :width]


# ---------------------------------------------------------------------------------------------------------------------
# §10 Latent coding
# ---------------------------------------------------------------------------------------------------------------------


def read_level_payload(fields: Fields, tile_count: int) -> tuple[int, int, list[bytes]]:
    """(tile, level, streams of the bands) of an `L` chunk (SPEC §10.1)."""
    tile = fields.varint("tile index", 0, tile_count - 1)
    level = fields.u8("level", 0, 3)
    return tile, level, read_band_streams(fields)


def read_band_streams(fields: Fields) -> list[bytes]:
    """u8 b, the lengths of the streams of all 2^b bands but the last, the streams (SPEC §10.1, §14.1)."""
    b, lengths = fields.u8("b", 0, 3), []
    for j in range((1 << b) - 1):
        start, length = fields.offset, fields.varint(f"length of band {j}")
        if sum(lengths) + length > fields.remaining:
            raise Malformed(start, f"band {j} has {length} bytes, more than remain in the chunk")
        lengths.append(length)
    streams = [fields.bytes(length, "band") for length in lengths]
    return streams + [fields.rest()]


def band_rows(rows: int, bands: int, j: int) -> range:
    """The rows of band j (SPEC §10.1, §14.1)."""
    return range(rows * j // bands, rows * (j + 1) // bands)


@dataclass
class VectorParameters:
    """Distribution parameters of all vectors of a latent block (SPEC §10.2). G groups of g components, K mixtures."""

    weights: np.ndarray  # int64 [row][column][G][K], 1/65536, sum 65536
    centre: np.ndarray  # int64 [row][column][Z], 1/64 of a quantisation step
    offset: np.ndarray  # int32 [row][column][G][g][K], off, 1/64 of a quantisation step
    index: np.ndarray  # uint8 [row][column][G][g][K], idx
    bound: np.ndarray  # int16 [row][column][G][g], A
    skip: np.ndarray  # bool [row][column][G]: not coded; later also where the block is not active (§9)
    phase: int = 0  # of the block (§9)


def vector_parameters(model: Model, gains: Gains, p: np.ndarray, quality: int) -> VectorParameters:
    """Parameters of every vector from P, int16 `[row][column][K*(G + 2Z)]` (SPEC §10.2)."""
    k, g = model.mixtures, model.group
    rows, columns, _ = p.shape
    z = gains.step.shape[1]
    logits, means, scales = np.split(p.astype(np.int64), [k * (z // g), k * (z // g + z)], axis=2)
    weights = mixture_weights(model, logits.reshape(rows, columns, k, z // g))
    vectors = (rows, columns, k, z // g, g)
    mean = rounded_shift(means.reshape(rows, columns, k, z) * gains.step[quality], gains.step_shift)
    mean = np.clip(mean, -2**20, 2**20).reshape(vectors)
    by_component = weights.transpose(0, 1, 3, 2)[..., None]  # [row][column][K][G][1]
    centre = ((by_component * mean).sum(axis=2) + 32768) >> 16
    offset = np.clip(mean - centre[:, :, None], -32767, 32767)
    index = (scales.reshape(rows, columns, k, z) + gains.scale[quality] + 16 >> 5) - model.min_scale
    index = np.clip(index, 0, model.scales - 1).reshape(vectors)
    return VectorParameters(
        weights=weights,
        centre=centre.reshape(rows, columns, z),
        offset=np.moveaxis(offset, 2, 4).astype(np.int32),
        index=np.moveaxis(index, 2, 4).astype(np.uint8),
        bound=symbol_bound(model, index, offset).astype(np.int16),
        skip=((index <= model.skip_scale) & (np.abs(offset) <= model.skip_offset)).all(axis=(2, 4)),
    )


def mixture_weights(model: Model, logits: np.ndarray) -> np.ndarray:
    """Logits `[row][column][K][G]` to weights `[row][column][G][K]` (SPEC §10.2)."""
    below = logits.max(axis=2, keepdims=True) - logits
    e = model.exponential[np.minimum(1023, below)]
    return normalise_all(np.moveaxis(e, 2, 3))


def normalise_all(e: np.ndarray) -> np.ndarray:
    """**Normalise** along the last axis; int64, as e < 2^32 here (SPEC §10.2). The scalar form is `normalise`."""
    w = np.maximum(1, (e << 16) // e.sum(axis=-1, keepdims=True))
    greatest = np.argmax(e, axis=-1)[..., None]  # the first of equal ones
    rest = 65536 - w.sum(axis=-1, keepdims=True)
    np.put_along_axis(w, greatest, np.take_along_axis(w, greatest, -1) + rest, -1)
    return w


def symbol_bound(model: Model, index: np.ndarray, offset: np.ndarray) -> np.ndarray:
    """A of every component: `[row][column][K][G][g]` in, `[row][column][G][g]` out (SPEC §10.3)."""
    return np.minimum(254, 1 + (model.reach[index] + (np.abs(offset) + 63 >> 6)).max(axis=2))


def normalise(e: list[int]) -> list[int]:
    """**Normalise** for one vector (SPEC §10.2)."""
    total = sum(e)
    w = [max(1, (value << 16) // total) for value in e]
    w[e.index(max(e))] += 65536 - sum(w)
    return w


Terms = list[tuple[int, int]]
"""(off, inverse) of each mixture component."""


def gaussian_below(tail: list[int], terms: Terms, t: int) -> list[int]:
    """Phi_k(t) of each mixture component, in 1/65536; t in 1/64 of a quantisation step (SPEC §10.3)."""
    result = []
    for off, inverse in terms:
        x = t - off
        if x <= 0:
            u = (8192 - x * inverse) >> 14
            result.append(tail[u] if u < 2048 else 0)
        else:
            u = (8192 + x * inverse) >> 14
            result.append(65536 - tail[u] if u < 2048 else 65536)
    return result


def decode_component(decoder: RangeDecoder, tail: list[int], weights: list[int], terms: Terms, a: int,
                     zeros: AdaptiveZeros, channel: int) -> tuple[int, list[int], list[int]]:
    """The coded symbol s in -A ... A, and lo and hi of each mixture component (SPEC §10.3, §10.4).

    Bisection keeps C(low) <= t < C(high). Its outer ends are C(-A) = 0 and C(A + 1) = 65536, where lo is 0 and hi is
    65536 as the conditioning wants them.
    """
    def below(s: int) -> tuple[int, list[int]]:
        phi = gaussian_below(tail, terms, 64 * s - 32)
        return (((sum(map(mul, weights, phi)) >> 16) * (65535 - 2 * a)) >> 16) + s + a, phi

    (c_0, phi_0), (c_1, phi_1) = below(0), below(1)
    z = c_1 - c_0
    is_zero = not decoder.bit(zeros.frequency(z, channel))
    zeros.learn(is_zero, channel)
    if is_zero:
        return 0, phi_0, phi_1
    total = 65536 - z
    t = decoder.target(total)
    if t < c_0:
        moved = 0
        low, c_low, phi_low = -a, 0, [0] * len(weights)
        high, c_high, phi_high = 0, c_0, phi_0
    else:
        moved = z
        low, c_low, phi_low = 1, c_1, phi_1
        high, c_high, phi_high = a + 1, 65536, [65536] * len(weights)
    while high - low > 1:
        s = (low + high) >> 1
        c, phi = below(s)
        if c - moved <= t:
            low, c_low, phi_low = s, c, phi
        else:
            high, c_high, phi_high = s, c, phi
    decoder.take(c_low - moved, c_high - c_low, total)
    return low, phi_low, phi_high


class AdaptiveZeros:
    """What a band of a latent block has learnt of its zeros (SPEC §10.6)."""

    LIMIT = 1 << 17

    def __init__(self, phase: int, columns: int, channels: int):
        self.phase, self.columns = phase, columns
        self.block, self.block_count = [0, 0, -4000, -4000, -4000, -4000], 0
        self.channels = [[0] * 6 for _ in range(channels)]
        self.counts = [0] * channels
        self.unknown = [0] * channels
        self.rows: dict[int, list[list[int]]] = {}  # surprises [column][channel] of the band's rows

    def begin_row(self, row: int) -> None:
        self.row = row
        self.rows[row] = [[0] * len(self.channels) for _ in range(self.columns)]
        self.rows.pop(row - 3, None)

    def begin_position(self, column: int) -> None:
        row = self.row
        self.here = self.rows[row][column]
        if self.phase == 0:
            places = ((row, column - 1), (row - 1, column), (row - 1, column - 1), (row - 1, column + 1))
        else:
            places = ((row, column - 2), (row - 1, column - 1), (row - 1, column + 1), (row - 2, column))
        self.neighbours = [self._surprises(*place) for place in places]

    def _surprises(self, row: int, column: int) -> list[int]:
        return self.rows[row][column] if row in self.rows and 0 <= column < self.columns else self.unknown

    def frequency(self, z: int, channel: int) -> int:
        """p of a component whose symbol 0 has the frequency z."""
        x = min(2047, max(-2047, binary_log(z) - binary_log(65536 - z)))
        self.z, self.inputs = z, [x >> 1, 256, *(surprises[channel] for surprises in self.neighbours)]
        weights = map(add, self.channels[channel], self.block)
        y = min(2047, max(-2047, x + (sum(map(mul, weights, self.inputs)) >> 16)))
        self.expected = SQUASH[y]
        return min(65532, max(4, self.expected))

    def learn(self, is_zero: bool, channel: int) -> None:
        target = 65536 if is_zero else 0
        n, error = self.counts[channel], target - self.expected
        self.channels[channel] = self._moved(self.channels[channel], error, 12 + (n >= 7) + (n >= 63))
        self.block = self._moved(self.block, error, 14 + (self.block_count >= 63) + (self.block_count >= 4095))
        self.counts[channel] += 1
        self.block_count += 1
        self.here[channel] = (self.z - target) >> 7

    def _moved(self, weights: list[int], error: int, shift: int) -> list[int]:
        half = 1 << shift - 1
        return [min(self.LIMIT, max(-self.LIMIT, w + (error * f + half >> shift))) for w, f in zip(weights, self.inputs)]


class ExcessTooLong(Exception):
    """More than 20 ones at the start of an excess (SPEC §10.4)."""


def decode_excess(decoder: RangeDecoder) -> int:
    """n ones, a zero, n bits of v: 2^n - 1 + v (SPEC §10.4)."""
    n = 0
    while decoder.bit(32768):
        n += 1
        if n > 20:
            raise ExcessTooLong
    return (1 << n) - 1 + decoder.raw_bits(n)


def decode_vector(decoder: RangeDecoder, tail: list[int], weights: list[int], components: list[Terms],
                  bounds: list[int], zeros: AdaptiveZeros, channel: int) -> list[int]:
    """The g symbols of a vector that is not skipped, from its first channel on (SPEC §10.4)."""
    symbols, last = [], len(bounds) - 1
    for j, (terms, a) in enumerate(zip(components, bounds)):
        s, lo, hi = decode_component(decoder, tail, weights, terms, a, zeros, channel + j)
        moved = s
        if s == a:
            moved += decode_excess(decoder)
        elif s == -a:
            moved -= decode_excess(decoder)
        symbols.append(moved)
        if j < last:
            weights = normalise([w * (h - l + 1) for w, l, h in zip(weights, lo, hi)])
    return symbols


class LevelDecoder:
    """Decodes the symbols of one level of a tile, latent block after latent block (SPEC §10.1).

    `decoders` and `counts` hold the state of each band: at the end, the witness that `--trace` prints.
    """

    def __init__(self, model: Model, chunk: LevelChunk):
        self.model, self.offset = model, chunk.offset
        self.decoders = [RangeDecoder(stream) for stream in chunk.streams]
        self.counts = [0] * len(self.decoders)  # symbols decoded; those of skipped vectors are not

    def symbols(self, parameters: VectorParameters) -> np.ndarray:
        """Symbols of the next latent block, int32 `[row][column][Z]` (SPEC §10.1)."""
        result = np.zeros(parameters.centre.shape, dtype=np.int32)
        for j in range(len(self.decoders)):
            zeros = AdaptiveZeros(parameters.phase, *result.shape[1:])
            for row in band_rows(len(result), len(self.decoders), j):
                zeros.begin_row(row)
                self._decode_row(j, row, parameters, zeros, result[row])
        return result

    def _decode_row(self, j: int, row: int, parameters: VectorParameters, zeros: AdaptiveZeros, result: np.ndarray) -> None:
        """One row of band j into `result`, `[column][Z]`."""
        coded = np.flatnonzero(~parameters.skip[row])
        g, k = self.model.group, self.model.mixtures
        offsets = parameters.offset[row].reshape(-1, g, k)[coded]
        inverses = self.model.inverse[parameters.index[row].reshape(-1, g, k)[coded]]
        terms = np.stack([offsets, inverses], axis=-1).tolist()  # [vector][g][K][2]
        weights = parameters.weights[row].reshape(-1, k)[coded].tolist()
        bounds = parameters.bound[row].reshape(-1, g)[coded].tolist()
        decoder, tail = self.decoders[j], self.model.tail
        try:
            vectors = []
            for at, w, t, a in zip(coded.tolist(), weights, terms, bounds):
                column, group = divmod(at, result.shape[1] // g)
                zeros.begin_position(column)
                vectors.append(decode_vector(decoder, tail, w, t, a, zeros, group * g))
        except ExcessTooLong:
            raise Malformed(self.offset, f"an excess of more than 20 bits in band {j}, row {row}") from None
        if vectors:
            result.reshape(-1, g)[coded] = vectors
            self.counts[j] += len(vectors) * g


def make_latents(gains: Gains, parameters: VectorParameters, symbols: np.ndarray, quality: int) -> np.ndarray:
    """z = sat16(R((64*s + centre)*latent, latentShift)); |64*s + centre| < 2^28, so int64 holds (SPEC §10.5)."""
    position = 64 * symbols.astype(np.int64) + parameters.centre
    return sat16(rounded_shift(position * gains.latent[quality], gains.latent_shift))


# ---------------------------------------------------------------------------------------------------------------------
# §11 Tiles and samples
# ---------------------------------------------------------------------------------------------------------------------

TILE, TILE_PITCH, OVERLAP = 2048, 1984, 64


def tile_spans(size: int) -> list[tuple[int, int]]:
    """(first, end) of the columns of tiles in `size` samples; rows likewise (SPEC §11)."""
    count = 1 if size <= TILE else ceil_div(size - OVERLAP, TILE_PITCH)
    return [(TILE_PITCH * i, min(size, TILE_PITCH * i + TILE)) for i in range(count)]


def cross_fade(before: np.ndarray, after: np.ndarray, axis: int) -> np.ndarray:
    """v where two tiles overlap, int64; both have 64 samples along `axis` (SPEC §11)."""
    shape = [1, 1, 1]
    shape[axis] = OVERLAP
    f = (2 * np.arange(OVERLAP) + 1).reshape(shape)
    return (before.astype(np.int64) * (128 - f) + after.astype(np.int64) * f + 64) >> 7


def join_columns(tiles: list[np.ndarray]) -> np.ndarray:
    """A row of tiles, each `[row][column][3]`, to one strip (SPEC §11)."""
    strip = [tiles[0]]
    for tile in tiles[1:]:
        left = strip.pop()
        strip += [left[:, :-OVERLAP], cross_fade(left[:, -OVERLAP:], tile[:, :OVERLAP], 1), tile[:, OVERLAP:]]
    return np.concatenate(strip, axis=1)


def to_samples(v: np.ndarray, header: Header) -> np.ndarray:
    """v `[row][column][3]` to samples `[row][column][1 or 3]` (SPEC §11)."""
    scale, top = (1, 255) if header.bits == 8 else (257, 65535)
    v = v.astype(np.int64)
    if header.colours == 1:
        return np.clip((scale * v.sum(axis=2, keepdims=True) + 96) // 192, 0, top)
    return np.clip((scale * v + 32) >> 6, 0, top)


def decode_lossy_colour(picture: PictureFile, model: Model, levels: int, trace: bool, samples: np.ndarray) -> None:
    """Decodes all tiles into `samples` `[row][column][channel]`, one row of tiles at a time (SPEC §11)."""
    header = picture.header
    columns, above = tile_spans(header.width), None
    for i, (top, bottom) in enumerate(tile_spans(header.height)):
        tiles = []
        for j, (left, right) in enumerate(columns):
            tiles.append(decode_tile(picture, model, i * len(columns) + j, right - left, bottom - top, levels, trace))
        strip = join_columns(tiles)
        if above is not None:
            strip = np.concatenate([cross_fade(above, strip[:OVERLAP], 0), strip[OVERLAP:]])
        samples[top:bottom, :, :header.colours] = to_samples(strip, header)
        above = strip[-OVERLAP:]


def decode_tile(picture: PictureFile, model: Model, tile: int, width: int, height: int, levels: int,
                trace: bool) -> np.ndarray:
    """v of one tile from its chunks, int16 `[height][width][3]` (SPEC §9, §10, §12)."""
    decoders = level_decoders(picture, model, tile, levels)

    def symbols_of(level: int, index: int, p: np.ndarray, parameters: VectorParameters) -> np.ndarray:
        if level not in decoders:
            return np.zeros(parameters.centre.shape, dtype=np.int32)
        return decoders[level].symbols(parameters)

    v = reconstruct_tile(model, picture.header.quality, width, height, symbols_of)
    if trace:
        print_trace(tile, decoders)
    return v


def print_trace(tile: int, decoders: dict[int, LevelDecoder]) -> None:
    """A line for each level stream: its final coder state and number of symbols."""
    for level, source in decoders.items():
        for band, (decoder, count) in enumerate(zip(source.decoders, source.counts)):
            print(f"tile {tile} level {level} band {band} range {decoder.range} code {decoder.code} symbols {count}")


# ---------------------------------------------------------------------------------------------------------------------
# §12 Incomplete files
# ---------------------------------------------------------------------------------------------------------------------


def level_decoders(picture: PictureFile, model: Model, tile: int, levels: int) -> dict[int, LevelDecoder]:
    """Decoders of a tile's levels from 3 down to the first that is absent, at most `levels` of them (SPEC §12)."""
    decoders = {}
    for level in LEVELS[:levels]:
        chunk = picture.levels.get((tile, level))
        if chunk is None:
            break
        decoders[level] = LevelDecoder(model, chunk)
    return decoders


def missing_levels(picture: PictureFile) -> int:
    """Levels, over all tiles, that the file does not have."""
    return 4 * picture.header.tile_count - len(picture.levels)


# ---------------------------------------------------------------------------------------------------------------------
# §14 Samples
# ---------------------------------------------------------------------------------------------------------------------


def read_samples_payload(fields: Fields) -> tuple[int, bool, list[bytes]]:
    """(step D, whether there are copies, streams of the bands) of an `S` chunk (SPEC §14.1)."""
    v = fields.u8("step")
    return v | 1, v % 2 == 0, read_band_streams(fields)


def decode_samples(chunk: SamplesChunk, header: Header) -> np.ndarray:
    """The colour samples of an `S` chunk, 8 bits in int64 `[row][column][colour]` (SPEC §14.1)."""
    coded = decode_bands(chunk.streams, header.height, header.width, header.colours, chunk.step, chunk.copies)
    return coded if header.colours == 1 else coded[:, :, [1, 0, 2]]  # coded are G, R, B


def decode_bands(streams: list[bytes], height: int, width: int, colours: int, step: int, copies: bool) -> np.ndarray:
    """Samples in int64 `[row][column][coded channel]` (SPEC §14.1)."""
    bands = []
    for j, stream in enumerate(streams):
        rows = len(band_rows(height, len(streams), j))
        bands += decode_samples_band(RangeDecoder(stream), rows, width, colours, step, copies)
    return np.array(bands, dtype=np.int64).transpose(0, 2, 1)


def decode_samples_band(decoder: RangeDecoder, rows: int, width: int, colours: int, step: int,
                        has_copies: bool) -> list[list[list[int]]]:
    """Rows of a band, each `[coded channel][column]` (SPEC §14.1)."""
    channels: list[SampleChannel] = []
    for c in range(colours):
        channels.append(SampleChannel(c, channels, decoder, width, step))
    copies = Copies(channels, decoder, width) if has_copies else None
    result = []
    for _ in range(rows):
        decode_samples_row(channels, copies, width)
        result.append([channel.samples[0][MARGIN:-MARGIN] for channel in channels])
    return result


def decode_samples_row(channels: list[SampleChannel], copies: Copies | None, width: int) -> None:
    """The next row of a band, in all its channels (SPEC §14.1, §14.9)."""
    parts = [*channels, copies] if copies else channels
    for part in parts:
        part.start_row()
    for x in range(MARGIN, width + MARGIN):
        if not (copies and copies.decode(x)):
            for channel in channels:
                channel.decode(x)
        if copies:
            copies.learn(x)
    for part in parts:
        part.finish_row()


# §14.3: binary logarithms in 1/128, their inverse, and what follows from them. No value is near a tie of rounding.

MANTISSA = [round(128 * log2(1 + i / 256)) for i in range(257)]
EXP = [round(65536 * 2 ** (i / 256)) for i in range(256)]


def binary_log(v: int) -> int:
    """lg(v) in 1/128, for v >= 1 (SPEC §14.3)."""
    n = v.bit_length() - 1
    return 128 * n + MANTISSA[((v << 8) >> n) & 255]


def _squash(d: int) -> int:
    """A probability in 1/65536 from its logit in 1/128 octave (SPEC §14.3)."""
    t = 2**32 // (65536 + (EXP[2 * abs(d) % 256] << (2 * abs(d) >> 8)))
    return 65536 - t if d >= 0 else t


LOGISTIC_TAIL = [2**40 // (65536 + (EXP[i % 256] << (i >> 8))) for i in range(4096)]  # `tail`
SQUASH = [_squash(d) for d in [*range(2048), *range(-2047, 0)]]  # at d >= 0 and, from the end, at d < 0
STRETCH = [binary_log(2 * i + 1) - binary_log(8191 - 2 * i) for i in range(4096)]
FALL = [2**32 // (EXP[16 * i % 256] << (i >> 4)) for i in range(256)]

# Phi of §14.6 at z >= 0 and, from the end, at z < 0; |z| <= 4095. A mass is Phi(v) - Phi(u) for either sign of u.
LOGISTIC_BELOW = [2**24 - T for T in LOGISTIC_TAIL] + LOGISTIC_TAIL[:0:-1]

COUNTER_RATE = [131072 // (2 * count + 3) for count in range(256)]
FIRST = (1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257)  # of §14.7
MARGIN = 2  # values before and after each row
NODES, COUNTER_CONTEXTS = 64, 1331
ENDLESS = 2**17

Interval = tuple[int, int]


def limit_logit(t: int) -> int:
    """Limits to -2047 ... 2047 (SPEC §14.6)."""
    return -2047 if t < -2047 else 2047 if t > 2047 else t


def limit_prediction(v: int) -> int:
    """lim (SPEC §14.4)."""
    return 0 if v < 0 else 16320 if v > 16320 else v


def gradient_step(x: int) -> int:
    """step(x), -5 ... 5 (SPEC §14.5)."""
    size = abs(x)
    if size < 256:
        level = 0 if size < 48 else 1 if size < 128 else 2
    else:
        level = 3 if size < 512 else 4 if size < 1024 else 5
    return -level if x < 0 else level


def divide_towards_zero(a: int, b: int) -> int:
    """a / b rounded towards zero, for b > 0 (SPEC §14.8)."""
    return -(-a // b) if a < 0 else a // b


def start_row_of(rows: list[list[int]], width: int) -> None:
    """Moves rows [this one, the one above, the one above that] up; the new one gets its left margin (SPEC §14.2)."""
    rows[:] = [[rows[0][MARGIN]] * MARGIN + [0] * (width + MARGIN), rows[0], rows[1]]


def finish_row_of(rows: list[list[int]]) -> None:
    """Gives the finished row its margin on the right (SPEC §14.2)."""
    row = rows[0]
    row[-MARGIN:] = [row[-MARGIN - 1]] * MARGIN


class LinearPredictor:
    """An online linear predictor from 16 features (SPEC §14.2, §14.4, §14.8).

    |f| <= 255, G <= 31 and the decay keep |A| below 2^32, so int64 holds; g is made of Python's integers.
    """

    def __init__(self, k: int):
        self.k, self.half = k, 1 << (k - 1)
        self.weights, self.gradient = [0] * 16, [0] * 16
        self.matrix = np.zeros((16, 16), dtype=np.int64)
        self.next = 0  # coordinate, a multiple of 4 between samples

    def predict(self, features: list[int]) -> int:
        """L (SPEC §14.4)."""
        return sum(map(mul, self.weights, features)) >> 10

    def learn(self, features: list[int], products: np.ndarray, gain: int, error: int) -> None:
        """`products` are f[i]*f[m]*G, `gain` is G, `error` is the error of this predictor (SPEC §14.8)."""
        k, half, weights, matrix, scale = self.k, self.half, self.weights, self.matrix, error * gain
        matrix += products - ((matrix + half) >> k)
        gradient = [g + f * scale - ((g + half) >> k) for g, f in zip(self.gradient, features)]
        for j, row in enumerate(matrix[self.next:self.next + 4].tolist(), self.next):
            old = weights[j]
            new = old + divide_towards_zero(1024 * gradient[j], row[j] + 64)
            weights[j] = new = -2**18 if new < -2**18 else 2**18 if new > 2**18 else new
            delta = new - old
            if delta:
                gradient = [g - ((delta * a) >> 10) for g, a in zip(gradient, row)]
        self.next = (self.next + 4) % 16
        self.gradient = gradient


class SampleChannel:
    """One coded channel of a band: its state and the decoding of its samples (SPEC §14.2 to §14.8).

    Rows have MARGIN values on both sides; `x` counts from the first of them. `samples`, `residuals` and each of
    `errors` are rows [this one, the one above, the one above that].
    """

    def __init__(self, c: int, channels: list[SampleChannel], decoder: RangeDecoder, width: int, step: int):
        """`channels` is the list of all coded channels of the band, which may still grow (SPEC §14.2)."""
        self.c, self.channels, self.decoder, self.width, self.step = c, channels, decoder, width, step
        self.samples, self.residuals, *self.errors = ([[0] * (width + 2 * MARGIN)] * 3 for _ in range(9))
        self.linear = LinearPredictor(10), LinearPredictor(6)
        self.mean_errors = [[77 + (22 * 2**(b >> 2) * (4 + b % 4) >> 2) for b in range(64)] for _ in range(7)]
        self.probabilities = [[32768] * (COUNTER_CONTEXTS * NODES) for _ in range(6)]
        self.counts = [[0] * (COUNTER_CONTEXTS * NODES) for _ in range(6)]
        start = [6500] * 6 + [26000] + [3300] * 6 + [0]
        self.mixing_1 = [[start] * 16 for _ in range(NODES)]
        self.mixing_2 = [[start] * 49 for _ in range(NODES)]
        # What the bits of the sample being decoded need:
        self.predictions = [0] * 7
        self.inverses = [0] * 7  # inv_i
        self.contexts = [0] * 6  # each times NODES
        self.set_1 = self.set_2 = 0
        self.below: dict[int, list[int]] = {}

    def start_row(self) -> None:
        """Moves all rows up and gives the new ones their margin on the left (SPEC §14.2)."""
        for rows in (self.samples, self.residuals, *self.errors):
            start_row_of(rows, self.width)

    def finish_row(self) -> None:
        """Gives the finished rows their margin on the right (SPEC §14.2)."""
        for rows in (self.samples, self.residuals, *self.errors):
            finish_row_of(rows)

    def decode(self, x: int) -> None:
        """The sample at x (SPEC §14.4 to §14.8)."""
        row, above, top = self.samples
        w, n, nw, ne, nn = row[x - 1], above[x], above[x - 1], above[x + 1], top[x]
        base = (w + n) >> 1
        features = self.features(x, base)
        corrections = [predictor.predict(features) for predictor in self.linear]  # L of each
        activity = abs(w - nw) + abs(n - ne) + abs(n - nw)
        e1, e2 = (self.channels[self.c - i].residuals[0][x] if self.c >= i else 0 for i in (1, 2))

        local = [self.local_error(rows, x) for rows in self.errors]  # n_i
        self.predictions = predictions = self.six_predictions(x, base, corrections)
        final = self.blend(predictions, local)
        predictions.append(final)
        predicted = (final + 32) >> 6
        buckets = self.buckets(local, activity, e1, e2)
        self.inverses = [2**24 // max(31, 7 * d[b] >> 4) for d, b in zip(self.mean_errors, buckets)]
        self.below = {}

        self.set_contexts(x, predicted, buckets[6], e1, e2, (w, n, nw, ne, nn))
        s = min(255, max(0, predicted + self.residual(predicted) * self.step))
        row[x], self.residuals[0][x] = s, s - predicted
        self.learn_errors(x, s, buckets)

        gain = min(31, max(1, 64 // (activity + 2)))
        f = np.array(features, dtype=np.int64)
        products = np.multiply.outer(f, f * gain)
        for predictor, correction in zip(self.linear, corrections):
            predictor.learn(features, products, gain, 64 * (s - base) - correction)

    def copy(self, x: int, s: int) -> None:
        """The sample at x is s, taken over from elsewhere; its e and a_i are 0 (SPEC §14.9, 4)."""
        self.samples[0][x] = s
        for rows in (self.residuals, *self.errors):
            rows[0][x] = 0

    def features(self, x: int, base: int) -> list[int]:
        """f[0 ... 15] (SPEC §14.4)."""
        row, above, top = self.samples
        w, n, nw, ne = row[x - 1], above[x], above[x - 1], above[x + 1]
        f = [w - n, nw - base, ne - n, row[x - 2] - w, top[x] - n, top[x + 1] - ne, above[x - 2] - nw, top[x - 1] - nw]
        channels = self.channels
        if len(channels) == 1:
            return f + [0, 0, 0, 0, above[x + 2] - ne, 0, 0, 0]
        if self.c == 0:
            f += channels[1].two_features(x) + [0, 0]
        else:
            f += channels[self.c - 1].four_features(x)
        if self.c == 2:
            return f + channels[0].four_features(x)
        return f + [above[x + 2] - ne] + channels[2].two_features(x) + [0]

    def four_features(self, x: int) -> list[int]:
        """p - b, W - N, NW - b, NE - N of a channel whose sample p here is known (SPEC §14.4)."""
        row, above, _ = self.samples
        w, n = row[x - 1], above[x]
        b = (w + n) >> 1
        return [row[x] - b, w - n, above[x - 1] - b, above[x + 1] - n]

    def two_features(self, x: int) -> list[int]:
        """W - N, N - NW of a channel whose sample here is not known (SPEC §14.4)."""
        row, above, _ = self.samples
        return [row[x - 1] - above[x], above[x] - above[x - 1]]

    def six_predictions(self, x: int, base: int, corrections: list[int]) -> list[int]:
        """Predictions 0 ... 5 in 1/64 of a sample (SPEC §14.4)."""
        row, above, _ = self.samples
        w, n, nw, ne = row[x - 1], above[x], above[x - 1], above[x + 1]
        p = wp = np_ = nwp = nep = 0
        if self.c:
            row, above, _ = self.channels[self.c - 1].samples
            p, wp, np_, nwp, nep = row[x], row[x - 1], above[x], above[x - 1], above[x + 1]
        values = [64 * base + correction for correction in corrections]
        values += [64 * (p + predict(w - wp, n - np_, nw - nwp)), 64 * (w + p - wp), 64 * (n + p - np_),
                   32 * (w + n) + 16 * (ne - nw) + 64 * p - 32 * (wp + np_) - 16 * (nep - nwp)]
        return [limit_prediction(v) for v in values]

    @staticmethod
    def local_error(rows: list[list[int]], x: int) -> int:
        """n_i from the rows of a_i (SPEC §14.4, prediction 6)."""
        row, above, top = rows
        return (2 * row[x - 1] + 2 * above[x] + above[x - 1] + above[x + 1] + row[x - 2] + top[x]) >> 3

    @staticmethod
    def blend(predictions: list[int], local: list[int]) -> int:
        """F, prediction 6, from predictions 0 ... 5 and their n_i (SPEC §14.4)."""
        logs = [binary_log(min(4095, n + 3)) >> 3 for n in local[:6]]
        least = min(logs)
        weights = [FALL[min(255, 4 * (log - least))] for log in logs]
        total = sum(weights)
        return (sum(map(mul, weights, predictions)) + total // 2) // total

    def buckets(self, local: list[int], activity: int, e1: int, e2: int) -> list[int]:
        """b_i (SPEC §14.4)."""
        if self.c:
            cross = 2 * abs(e1) if self.c == 1 else abs(e1) + abs(e2)
            local = [(21 * n + 88 * cross) >> 5 for n in local]
        half = (activity >> 1) + 4
        return [min(63, ((binary_log(min(4095, v + half)) >> 3) - 32) >> 2) for v in local]

    def set_contexts(self, x: int, predicted: int, bucket: int, e1: int, e2: int, near: tuple[int, ...]) -> None:
        """Contexts of the counters and sets of the mixing weights (SPEC §14.5); `near` is W, N, NW, NE, NN."""
        k0 = min(15, max(0, (bucket >> 1) - 1))
        k1 = min(3, k0 // 3)
        predictions, final, step = self.predictions, self.predictions[6], gradient_step
        w, n, nw, ne, nn = (step(64 * s - final) + 5 for s in near)
        two, zero, one = (step(f * (predictions[i] - final)) + 5 for f, i in ((2, 2), (4, 0), (4, 1)))
        this, above, _ = self.residuals
        contexts = [44 * w + 4 * n + k1,
                    31 * (min(15, max(-15, e1)) + 15) + min(15, max(-15, e2)) + 15,
                    121 * ne + 11 * nw + nn,
                    121 * two + 11 * zero + one,
                    25 * (min(12, max(-12, this[x - 1])) + 12) + min(12, max(-12, above[x])) + 12,
                    4 * predicted + k1]
        self.contexts = [NODES * context for context in contexts]
        self.set_1 = k0
        across, along = (min(3, max(-3, step(64 * v))) + 3 for v in (e1, near[0] - near[1]))
        self.set_2 = 7 * across + along

    def phi(self, x: int) -> list[int]:
        """Phi at a boundary x, under each prediction (SPEC §14.6)."""
        result = self.below.get(x)
        if result is None:
            u = [((x - prediction) * inverse) >> 14 for prediction, inverse in zip(self.predictions, self.inverses)]
            result = [LOGISTIC_BELOW[-4095 if z < -4095 else 4095 if z > 4095 else z] for z in u]
            self.below[x] = result
        return result

    def masses(self, intervals: tuple[Interval, ...]) -> list[int]:
        """The mass of a set under each prediction (SPEC §14.6)."""
        masses = [[v - u for u, v in zip(self.phi(x), self.phi(y))] for x, y in intervals]
        return masses[0] if len(masses) == 1 else [sum(parts) for parts in zip(*masses)]

    def bit(self, node: int, yes: tuple[Interval, ...], no: tuple[Interval, ...]) -> int:
        """The bit that separates the sets `yes` (1) and `no` (0), and what it teaches (SPEC §14.6)."""
        log = binary_log
        inputs = [limit_logit(log(y + 1) - log(n + 1)) for y, n in zip(self.masses(yes), self.masses(no))]
        places = [context + node for context in self.contexts]
        for probabilities, counts, place in zip(self.probabilities, self.counts, places):
            inputs.append(STRETCH[probabilities[place] >> 4] if counts[place] else 0)
        inputs.append(40)
        weights_1, weights_2 = self.mixing_1[node][self.set_1], self.mixing_2[node][self.set_2]
        t1 = limit_logit(sum(map(mul, weights_1, inputs)) >> 16)
        t2 = limit_logit(sum(map(mul, weights_2, inputs)) >> 16)
        bit = self.decoder.bit(65536 - min(65512, max(24, SQUASH[(t1 + t2) >> 1])))

        target = 65536 * bit
        self.mixing_1[node][self.set_1] = moved_weights(weights_1, inputs, target - SQUASH[t1])
        self.mixing_2[node][self.set_2] = moved_weights(weights_2, inputs, target - SQUASH[t2])
        for probabilities, counts, place in zip(self.probabilities, self.counts, places):
            learn_bit(probabilities, counts, place, bit)
        return bit

    def residual(self, predicted: int) -> int:
        """r (SPEC §14.7)."""
        step, centre, half = self.step, 64 * predicted, 32 * self.step
        low, high = centre - half, centre + half
        if self.bit(0, ((low, high),), ((-ENDLESS, low), (high, ENDLESS))):
            return 0
        positive = self.bit(1, ((high, ENDLESS),), ((-ENDLESS, low),))
        most = ((255 - predicted if positive else predicted) + (step - 1) // 2) // step
        magnitude = self.magnitude(centre, positive, most)
        return magnitude if positive else -magnitude

    def magnitude(self, centre: int, positive: int, most: int) -> int:
        """|r| >= 1 (SPEC §14.7, 3 and 4)."""
        spread, half = 64 * self.step, 32 * self.step

        def magnitudes(a: int, b: int) -> tuple[Interval]:
            """The interval of magnitudes a ... b - 1."""
            near, far = spread * a - half, spread * b - half
            if positive:
                return ((centre + near, ENDLESS if b > most else centre + far),)
            return ((-ENDLESS if b > most else centre - far, centre - near),)

        k = 0
        while k < 15 and FIRST[k + 1] <= most:
            a, b = FIRST[k], FIRST[k + 1]
            if self.bit(2 + 2 * k + positive, magnitudes(a, b), magnitudes(b, most + 1)):
                break
            k += 1
        a, b, node = FIRST[k], min(FIRST[k + 1], most + 1), 34 + min(k, 11)
        while b - a > 1:
            m = (a + b) >> 1
            if self.bit(node, magnitudes(a, m), magnitudes(m, b)):
                b = m
            else:
                a = m
            node = 46 + min(k, 11)
        return a

    def learn_errors(self, x: int, s: int, buckets: list[int]) -> None:
        """a_i and d_i (SPEC §14.8)."""
        for rows, d, prediction, b in zip(self.errors, self.mean_errors, self.predictions, buckets):
            error = abs(64 * s - prediction)
            rows[0][x] = error >> 2
            d[b] += (4 * error - d[b] + 64) >> 7


def moved_weights(weights: list[int], inputs: list[int], error: int) -> list[int]:
    """The weights of mixing after a bit (SPEC §14.6)."""
    moved = [weight + ((error * value + 16384) >> 15) for weight, value in zip(weights, inputs)]
    return [-2**19 if weight < -2**19 else 2**19 if weight > 2**19 else weight for weight in moved]


def learn_bit(probabilities: list[int], counts: list[int], place: int, bit: int) -> None:
    """What the counter at `place` learns from a bit (SPEC §14.6)."""
    probability, count = probabilities[place], counts[place]
    probability += ((65535 * bit - probability) * COUNTER_RATE[count]) >> 16
    probabilities[place] = min(65520, max(16, probability))
    counts[place] = min(255, count + 1)


# §14.9

ORDER_SIZES = (2, 4, 6, 10)  # colours that make the hash of orders 3, 2, 1, 0
CANDIDATES = 4


@dataclass
class CopyEntry:
    """What followed the colours of a hash; nothing where the count is 0 (SPEC §14.9)."""

    colour: int = 0
    check: int = 0
    count: int = 0

    def holds(self, colour: int) -> bool:
        return self.count > 0 and self.colour == colour

    def learn(self, colour: int) -> None:
        """The colour that the pixel turned out to have (SPEC §14.9, 5)."""
        if self.holds(colour):
            self.count = min(15, self.count + 1)
            return
        self.count >>= 1
        if self.count <= 1:
            self.colour, self.count = colour, 1


class Copies:
    """Whether pixels of a band take over a colour, and which (SPEC §14.9).

    `colours` are rows of colours as SampleChannel has rows of samples. `near` is W, N, NW, NE, WW, NN, NEE, NWW, NNE,
    NNW; `entries` are those of orders 0 ... 3.
    """

    def __init__(self, channels: list[SampleChannel], decoder: RangeDecoder, width: int):
        self.channels, self.decoder, self.width = channels, decoder, width
        self.colours = [[0] * (width + 2 * MARGIN)] * 3
        self.tables: list[dict[int, CopyEntry]] = [{} for _ in range(4)]  # M, those entries that were met
        self.matches = [[[[19661] * CANDIDATES for _ in range(16)],
                         [[45875 + 1180 * n] * CANDIDATES for n in range(16)]] for _ in range(4)]  # H
        self.probabilities = [[32768] * 1024 for _ in range(CANDIDATES)]  # of the counters Q
        self.counts = [[0] * 1024 for _ in range(CANDIDATES)]
        self.weights = [[[23000] * 6] * 5 for _ in range(CANDIDATES)]  # V
        self.entries: list[CopyEntry] = []  # of the pixel being decoded

    def start_row(self) -> None:
        start_row_of(self.colours, self.width)

    def finish_row(self) -> None:
        finish_row_of(self.colours)

    def decode(self, x: int) -> bool:
        """Whether the pixel at x takes over a colour, which its channels then have (SPEC §14.9, 1 to 4)."""
        near = self.near(x)
        self.entries = self.find_entries(near)
        for rank, colour in enumerate(self.candidates(near)):
            if self.bit(rank, colour, near):
                for channel in self.channels:
                    channel.copy(x, colour >> 8 * channel.c & 255)
                return True
        return False

    def learn(self, x: int) -> None:
        """Takes note of the colour of the pixel at x, however it was coded (SPEC §14.9, 5)."""
        colour = sum(channel.samples[0][x] << 8 * channel.c for channel in self.channels)
        self.colours[0][x] = colour
        for entry in self.entries:
            entry.learn(colour)

    def near(self, x: int) -> list[int]:
        """The ten colours around x in their order (SPEC §14.9)."""
        row, above, top = self.colours
        return [row[x - 1], above[x], above[x - 1], above[x + 1], row[x - 2], top[x], above[x + 2], above[x - 2],
                top[x + 1], top[x - 1]]

    def find_entries(self, near: list[int]) -> list[CopyEntry]:
        """The entries of orders 0 ... 3, emptied where they were those of other colours (SPEC §14.9, 1)."""
        h, found, tables = 0, [], iter(reversed(self.tables))
        for size, colour in enumerate(near, 1):
            h = (h ^ colour) * 2654435761 & 0xFFFFFFFF
            h ^= h >> 15
            if size in ORDER_SIZES:
                found.append(self.entry(next(tables), h * 2246822507 & 0xFFFFFFFF))
        return found[::-1]

    @staticmethod
    def entry(table: dict[int, CopyEntry], x: int) -> CopyEntry:
        """The entry of a table for the hash x (SPEC §14.9, 1)."""
        index, check = x >> 14, x & 0x3FFF
        entry = table.get(index)
        if entry is None or entry.check != check:
            entry = table[index] = CopyEntry(check=check)
        return entry

    def candidates(self, near: list[int]) -> list[int]:
        """At most four different colours, the likeliest first (SPEC §14.9, 2)."""
        known = [entry.colour for entry in self.entries if entry.count]
        return list(dict.fromkeys(known + near[:4]))[:CANDIDATES]

    @staticmethod
    def pattern(colour: int, near: list[int]) -> int:
        """p, which neighbours are equal to the candidate and to each other (SPEC §14.9, 3)."""
        w, n, nw, ne = near[:4]
        same = [colour == other for other in near[:6]] + [w == n, n == ne, w == nw, n == nw]
        return sum(bit << i for i, bit in enumerate(same))

    def bit(self, rank: int, colour: int, near: list[int]) -> int:
        """Whether the pixel has the candidate's colour, and what that teaches (SPEC §14.9, 3)."""
        used = [match[entry.colour == colour][entry.count] if entry.count else None
                for match, entry in zip(self.matches, self.entries)]
        probabilities, counts, place = self.probabilities[rank], self.counts[rank], self.pattern(colour, near)
        inputs = [STRETCH[by_rank[rank] >> 4] if by_rank else 0 for by_rank in used]
        inputs += [STRETCH[probabilities[place] >> 4], 40]
        agreeing = sum(entry.holds(colour) for entry in self.entries)  # a
        weights = self.weights[rank][agreeing]
        t = limit_logit(sum(map(mul, weights, inputs)) >> 16)
        bit = self.decoder.bit(65536 - min(65532, max(4, SQUASH[t])))

        self.weights[rank][agreeing] = moved_weights(weights, inputs, 65536 * bit - SQUASH[t])
        for by_rank in filter(None, used):
            by_rank[rank] = min(65520, max(16, by_rank[rank] + ((65535 * bit - by_rank[rank]) >> 6)))
        learn_bit(probabilities, counts, place, bit)
        return bit


# ---------------------------------------------------------------------------------------------------------------------
# From bytes to samples
# ---------------------------------------------------------------------------------------------------------------------


def decode_picture(picture: PictureFile, model: Model | None, levels: int = 4, trace: bool = False) -> np.ndarray:
    """All samples, uint8 or uint16 `[row][column][channel]`; `model` may be None with lossless colour (SPEC §3)."""
    header = picture.header
    samples = np.empty((header.height, header.width, header.channels), dtype=header.dtype)
    planes = {index: decode_plane(picture.planes[index], index, header) for index in picture.needed_planes}
    if header.has_alpha:
        samples[:, :, -1] = planes[3]
    if picture.samples is not None:
        colour = decode_samples(picture.samples, header)
        samples[:, :, :header.colours] = colour if header.bits == 8 else 257 * colour
    elif header.lossless:
        colour = [planes[index] for index in range(header.colours)]
        samples[:, :, :header.colours] = merge_lossless_colour(colour)
    else:
        if model.identity != header.model:
            reason = f"the picture needs model {header.model.hex()}, this one is {model.identity.hex()}"
            raise Malformed(header.model_offset, reason)
        decode_lossy_colour(picture, model, levels, trace, samples)
    return samples


def sample_digest(samples: np.ndarray) -> str:
    """SHA-256 of the samples, interleaved in raster order, 16-bit ones little-endian."""
    return hashlib.sha256(samples.astype(samples.dtype.newbyteorder("<")).tobytes()).hexdigest()


def png_bytes(samples: np.ndarray) -> bytes:
    """The samples as a PNG file without metadata."""
    height, width, channels = samples.shape
    colour_type = {1: 0, 2: 4, 3: 2, 4: 6}[channels]
    header = struct.pack(">IIBBBBB", width, height, 8 * samples.itemsize, colour_type, 0, 0, 0)
    rows = samples.astype(samples.dtype.newbyteorder(">")).view(np.uint8).reshape(height, -1)
    filtered = np.pad(rows, ((0, 0), (1, 0)))  # filter type 0 before each row
    parts = [(b"IHDR", header), (b"IDAT", zlib.compress(filtered.tobytes())), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(png_chunk(kind, body) for kind, body in parts)


def png_chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def pam_bytes(samples: np.ndarray) -> bytes:
    """The samples as a PAM file."""
    height, width, channels = samples.shape
    kind = {1: "GRAYSCALE", 2: "GRAYSCALE_ALPHA", 3: "RGB", 4: "RGB_ALPHA"}[channels]
    top = 255 if samples.itemsize == 1 else 65535
    header = f"P7\nWIDTH {width}\nHEIGHT {height}\nDEPTH {channels}\nMAXVAL {top}\nTUPLTYPE {kind}\nENDHDR\n"
    return header.encode() + samples.astype(samples.dtype.newbyteorder(">")).tobytes()


# ---------------------------------------------------------------------------------------------------------------------
# Command line
# ---------------------------------------------------------------------------------------------------------------------

USAGE, BAD_DATA, UNREADABLE, CANNOT_CREATE = 64, 65, 66, 73
PICTURE_OUTPUTS, SOUND_OUTPUTS = (".png", ".pam"), (".wav", ".raw")


class Failure(Exception):
    """Ends the program with a message and an exit status."""

    def __init__(self, status: int, message: str):
        super().__init__(message)
        self.status = status


class ArgumentParser(argparse.ArgumentParser):
    def error(self, message: str):
        raise Failure(USAGE, message)


def parse_arguments(arguments: list[str]) -> argparse.Namespace:
    parser = ArgumentParser(prog="refdec.py", description="Reference decoder of vcodec pictures and sound (see SPEC.md).")
    parser.add_argument("--model", metavar="FILE.vcm|FILE.vcs", help="default: those in Models")
    parser.add_argument("--levels", type=int, default=4, choices=(1, 2, 3, 4), help="use only the N coarsest levels")
    parser.add_argument("--limit", type=int, metavar="BYTES", help="allow that many bytes of samples (SPEC §13)")
    parser.add_argument("--digest", action="store_true", help="print the SHA-256 of the samples")
    parser.add_argument("--trace", action="store_true", help="print the final coder state of each level stream")
    parser.add_argument("--metadata", action="store_true", help="unpack the metadata and print its sizes and digests")
    parser.add_argument("input", metavar="IN.vci|IN.vca")
    parser.add_argument("output", metavar="OUT.png|OUT.pam|OUT.wav|OUT.raw", nargs="?")
    options = parser.parse_args(arguments)
    if options.output is None and not (options.digest or options.trace or options.metadata):
        parser.error("nothing to do: give an output file, --digest, --trace or --metadata")
    if options.output:
        check_output(options.output, PICTURE_OUTPUTS + SOUND_OUTPUTS)
    return options


def check_output(path: str, suffixes: tuple[str, ...]) -> None:
    if not path.endswith(suffixes):
        raise Failure(USAGE, f"the output file must end in {' or '.join(suffixes)}")


def read_file(path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise Failure(UNREADABLE, f"{path}: {error.strerror}") from None


def write_file(path: str, content: bytes) -> None:
    """Writes next to `path` and renames, so that no half of a file stays."""
    partial = f"{path}.partial-{os.getpid()}"
    try:
        Path(partial).write_bytes(content)
        os.replace(partial, path)
    except OSError as error:
        Path(partial).unlink(missing_ok=True)
        raise Failure(CANNOT_CREATE, f"{path}: {error.strerror}") from None


def named_model(identity: bytes) -> Path:
    """The file in Models with the identity that a picture names; the default model if there is none."""
    def stated(path: Path) -> bytes:
        with path.open("rb") as file:
            return file.read(len(MODEL_MAGIC) + 8)[len(MODEL_MAGIC):]

    return next((path for path in sorted(MODELS.glob("*.vcm")) if stated(path) == identity), DEFAULT_MODEL)


def load_model(path: str | None, default: Path = DEFAULT_MODEL, read: Callable[[bytes], Model] = read_model):
    """A model of pictures, or of sound with the `default` and the `read` of spectral.py."""
    path = path or str(default)
    try:
        return read(read_file(path))
    except Malformed as error:
        error.file = error.file or path
        raise


def warn_if_incomplete(path: str, picture: PictureFile) -> None:
    missing = missing_levels(picture)
    if picture.cut or missing:
        ending = f"byte {picture.end}: {picture.cut}; " if picture.cut else ""
        print(f"refdec: warning: {path}: {ending}{missing} levels are absent", file=sys.stderr)


def print_metadata(chunks: list[Chunk], read: Callable[[Chunk], bytes]) -> None:
    for chunk in chunks:
        content = read(chunk)
        print(f"metadata {chunk.kind} {len(content)} bytes sha256 {hashlib.sha256(content).hexdigest()}")


def run(options: argparse.Namespace) -> None:
    data = read_file(options.input)
    if data.startswith(SOUND_MAGIC[:4]):
        run_sound(data, options)
    else:
        run_picture(data, options)


def run_picture(data: bytes, options: argparse.Namespace) -> None:
    """Everything from input to output; nothing is written before all is decoded."""
    if options.output:
        check_output(options.output, PICTURE_OUTPUTS)
    picture = read_picture_file(data, options.limit)
    if options.metadata:
        print_metadata(picture.metadata, read_metadata)
    model = None if picture.header.lossless else load_model(options.model, named_model(picture.header.model))
    samples = decode_picture(picture, model, options.levels, options.trace)
    if options.digest:
        print(f"sha256 {sample_digest(samples)}")
    if options.output:
        write_file(options.output, png_bytes(samples) if options.output.endswith(".png") else pam_bytes(samples))
    warn_if_incomplete(options.input, picture)


def run_sound(data: bytes, options: argparse.Namespace) -> None:
    """The same for sound (SPEC §17)."""
    import sound  # both need this module
    import spectral

    if options.output:
        check_output(options.output, SOUND_OUTPUTS)
    found = sound.read_sound_file(
        data, lambda: load_model(options.model, spectral.DEFAULT_MODEL, spectral.read_sound_model))
    if options.metadata:
        print_metadata(found.metadata, sound.read_metadata)
    if options.digest:
        print(f"sha256 {sound.sample_digest(found.samples)}")
    if options.output:
        as_bytes = sound.wav_bytes if options.output.endswith(".wav") else sound.raw_bytes
        write_file(options.output, as_bytes(found.header, found.samples))
    if found.cut:
        print(f"refdec: warning: {options.input}: byte {found.end}: the file ends before its end", file=sys.stderr)


def main(arguments: list[str] | None = None) -> int:
    try:
        options = parse_arguments(sys.argv[1:] if arguments is None else arguments)
        try:
            run(options)
        except Malformed as error:
            error.file = error.file or options.input
            raise Failure(BAD_DATA, str(error)) from None
    except Failure as failure:
        print(f"refdec: {failure}", file=sys.stderr)
        return failure.status
    return 0


if __name__ == "__main__":
    import refdec  # sound.py imports it by this name, so that there is one class of every error

    sys.exit(refdec.main())
