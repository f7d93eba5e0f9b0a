"""Sound files, decoded as SPEC §17 says and in its order.

Samples are `[frame][channel]`: int32, float32 or float64, little-endian. Lossless floating point is made of its bits;
nothing here computes with it. Lossy sound is in spectral.py (SPEC §18, §19).
"""

from __future__ import annotations

import hashlib
import struct
from dataclasses import dataclass, field
from typing import Callable

import numpy as np

import spectral
from refdec import (SOUND_MAGIC, Chunk, CutChunk, ExcessTooLong, Fields, Malformed, RangeDecoder, check_signature, crc32c,
                    decode_byte_string, load_model, read_chunk, read_packed_string)
from spectral import Signals, SoundModel
from waveform import decode_waveform

# ---------------------------------------------------------------------------------------------------------------------
# §17.1 Container
# ---------------------------------------------------------------------------------------------------------------------

KNOWN_CRITICAL = "HBE"


@dataclass
class SoundFile:
    """What a file holds, decoded as far as it is complete."""

    header: Header
    model: SoundModel | None  # of lossy sound
    metadata: list[Chunk] = field(default_factory=list)
    blocks: list[np.ndarray | Signals] = field(default_factory=list)  # samples `[frame][channel]`, or of lossy sound
    block_frames: list[int] = field(default_factory=list)
    block_bytes: list[int] = field(default_factory=list)  # of the whole chunks
    end: int = 0  # where the last complete chunk ends
    cut: bool = False  # whether the file ends before its `E` is complete

    @property
    def samples(self) -> np.ndarray:
        """All samples `[frame][channel]`."""
        header = self.header
        if not header.lossy or not self.blocks:
            return np.concatenate([np.empty((0, header.channels), header.dtype), *self.blocks])
        values = spectral.join(self.blocks, sum(self.block_frames))
        if header.is_float:
            return spectral.floats_from_values(values, header.dtype)
        return spectral.integers_from_values(values, header.kind)


def default_model() -> SoundModel:
    return load_model(None, spectral.DEFAULT_MODEL, spectral.read_sound_model)


def read_sound_file(data: bytes, model: Callable[[], SoundModel] = default_model) -> SoundFile:
    """Reads and decodes from first to last, so that the first error is the one that is reported (SPEC §17.1).

    `model` is asked for if the sound is lossy.
    """
    check_signature(data, SOUND_MAGIC, ".vca")
    sound = read_start(data, model)
    while sound.end < len(data):
        try:
            chunk = read_chunk(data, sound.end, KNOWN_CRITICAL,
                               lambda kind: sound.header.longest_chunk(kind, len(sound.blocks)))
        except CutChunk:
            break
        add_chunk(sound, chunk)
        sound.end = chunk.payload.end + 4
        if chunk.kind == "E":
            if sound.end < len(data):
                raise Malformed(sound.end, f"{len(data) - sound.end} bytes after the end")
            return sound
    sound.cut = True
    return sound


def read_start(data: bytes, model: Callable[[], SoundModel]) -> SoundFile:
    """The header, which must be there (SPEC §17.1), and the model that it names."""
    offset = len(SOUND_MAGIC)
    if len(data) == offset:
        raise Malformed(offset, "the header is missing")
    try:
        first = read_chunk(data, offset, KNOWN_CRITICAL, longest_of_others)
    except CutChunk as cut:
        raise Malformed(cut.offset, str(cut)) from None
    if first.kind != "H":
        raise Malformed(offset, "the first chunk is not H")
    header = read_header(first.payload)
    return SoundFile(header, find_model(header, model) if header.lossy else None, end=first.payload.end + 4)


def find_model(header: Header, model: Callable[[], SoundModel]) -> SoundModel:
    """The decoder's model, if it is that of the header (SPEC §17.2)."""
    found = model()
    if found.identity != header.model:
        reason = f"the sound needs model {header.model.hex()}, this one is {found.identity.hex()}"
        raise Malformed(header.model_offset, reason)
    return found


def longest_of_others(kind: str) -> int:
    """Bytes of payload of a chunk that is neither a block nor the end (SPEC §17.1)."""
    return 2**25


def add_chunk(sound: SoundFile, chunk: Chunk) -> None:
    """Puts a chunk where it belongs (SPEC §17.1)."""
    if chunk.kind == "H":
        raise Malformed(chunk.offset, "a second H chunk")
    if chunk.kind == "B":
        add_block(sound, chunk)
    elif chunk.kind == "E":
        check_end(sound, chunk)
    elif sound.blocks:
        raise Malformed(chunk.offset, f"a {chunk.kind} chunk after the first block")
    elif chunk.kind in METADATA:
        sound.metadata.append(chunk)


# ---------------------------------------------------------------------------------------------------------------------
# §17.2 Header and metadata
# ---------------------------------------------------------------------------------------------------------------------

METADATA = "tsr"
BINARY32, BINARY64 = 64, 65


@dataclass
class Header:
    """The fields of `H`."""

    sample_rate: int
    channels: int
    kind: int  # bits of an integer, or BINARY32, BINARY64
    block_length: int  # frames
    lossy: bool = False
    model: bytes = b""  # identity, lossy only
    model_offset: int = 0

    @property
    def is_float(self) -> bool:
        return self.kind in (BINARY32, BINARY64)

    @property
    def sample_bytes(self) -> int:
        """Bytes of a sample as a file of samples has them."""
        return {BINARY32: 4, BINARY64: 8}.get(self.kind, (self.kind + 7) // 8)

    @property
    def dtype(self) -> np.dtype:
        return np.dtype({BINARY32: "<f4", BINARY64: "<f8"}.get(self.kind, "<i4"))

    def longest_chunk(self, kind: str, blocks: int) -> int:
        """Greatest payload of a chunk after so many blocks, in bytes (SPEC §17.1)."""
        if kind == "B":
            return 1024 + self.block_length * self.channels * (4 if self.lossy else self.sample_bytes)
        if kind == "E":
            return 14 + 5 * blocks
        return longest_of_others(kind)


def read_header(fields: Fields) -> Header:
    """The payload of `H`."""
    sample_rate = fields.varint("sample rate", 1, 2**20 - 1)
    channels = fields.u8("channels", 1, 8)
    kind = fields.u8("sample kind", 1, BINARY64)
    if 32 < kind < BINARY32:
        raise Malformed(fields.offset - 1, f"sample kind is {kind}, allowed are 1 ... 32, 64 and 65")
    length_offset = fields.offset
    header = Header(sample_rate, channels, kind, fields.varint("block length", 1, 2**22 // channels))
    header.lossy = fields.u8("coding", 0, 1) == 1
    if header.lossy:
        superframe = spectral.superframe_length(sample_rate)
        if header.block_length % superframe:
            raise Malformed(length_offset, f"block length {header.block_length} is no multiple of {superframe}")
        header.model_offset = fields.offset
        header.model = fields.bytes(8, "model")
    fields.finish("the header")
    return header


def read_metadata(chunk: Chunk) -> bytes:
    """The content of a metadata chunk, unpacked where it is packed; the chunk can be read again."""
    fields = Fields(chunk.payload.data, chunk.payload.offset, chunk.payload.end)
    if chunk.kind == "s":
        content = fields.bytes(4, "places of the channels")
        fields.finish("the places of the channels")
        return content
    return read_packed_string(fields)


# ---------------------------------------------------------------------------------------------------------------------
# §17.3 Block
# ---------------------------------------------------------------------------------------------------------------------


def add_block(sound: SoundFile, chunk: Chunk) -> None:
    """Decodes a block and compares its digest."""
    header, fields = sound.header, chunk.payload
    if sound.blocks and sound.block_frames[-1] < header.block_length:
        raise Malformed(chunk.offset, "a block after a short one")
    frames = fields.varint("frames", 1, header.block_length)
    digest = fields.u32("digest")
    if header.lossy:
        block = decode_signals(fields, sound.model, header, frames, chunk.offset)
        samples = block.values.astype("<i4")
    else:
        block = samples = decode_content(fields, header, frames, chunk.offset)
    computed = crc32c(samples.tobytes())
    if computed != digest:
        raise Malformed(chunk.offset, f"the block's samples have the digest {computed:08x}, not {digest:08x}")
    sound.blocks.append(block)
    sound.block_frames.append(frames)
    sound.block_bytes.append(fields.end + 4 - chunk.offset)


# ---------------------------------------------------------------------------------------------------------------------
# §17.4 Content of a block
# ---------------------------------------------------------------------------------------------------------------------


def decode_signals(fields: Fields, model: SoundModel, header: Header, frames: int, offset: int) -> Signals:
    """Lossy sound before its overlaps (SPEC §19); `offset` is that of the chunk."""
    try:
        return spectral.decode_block(fields, model, header.sample_rate, header.channels, frames)
    except ExcessTooLong:
        raise Malformed(offset, "an Exp-Golomb number of more than 20 ones") from None


def decode_content(fields: Fields, header: Header, frames: int, offset: int) -> np.ndarray:
    """The samples of a lossless block; `offset` is that of its chunk."""
    if not header.is_float:
        return decode_integers(fields, header.channels, frames, header.kind, offset).astype(header.dtype)
    if fields.u8("method", 0, 1) == 0:
        return decode_byte_planes(fields, header, frames)
    exponent = int.from_bytes(fields.bytes(1, "exponent"), "little", signed=True)
    integers = decode_integers(fields, header.channels, frames, fields.u8("bits", 1, 32), offset)
    try:
        patterns = [scaled_pattern(v, exponent, header.sample_bytes) for v in integers.ravel().tolist()]
    except ValueError as error:
        raise Malformed(offset, str(error)) from None
    unsigned = np.array(patterns, dtype=f"<u{header.sample_bytes}")
    return unsigned.view(header.dtype).reshape(integers.shape)


def decode_integers(fields: Fields, channels: int, frames: int, bits: int, offset: int) -> np.ndarray:
    """A waveform (SPEC §16); what that section refuses is refused at the offset of the chunk."""
    try:
        return decode_waveform(fields, channels, frames, bits)
    except Malformed as error:
        raise Malformed(offset, error.reason) from None


def decode_byte_planes(fields: Fields, header: Header, frames: int) -> np.ndarray:
    """Method 0: the bytes of the samples from the most significant down."""
    size, count = header.sample_bytes, frames * header.channels
    planes = [read_byte_plane(fields, count) for _ in range(size)]
    fields.finish("the last byte plane")
    little = np.frombuffer(b"".join(reversed(planes)), dtype=np.uint8).reshape(size, header.channels, frames)
    return np.ascontiguousarray(little.transpose(2, 1, 0)).view(header.dtype)[:, :, 0]


def read_byte_plane(fields: Fields, count: int) -> bytes:
    """`count` bytes, as they are or range-coded."""
    if fields.u8("mode of a byte plane", 0, 1) == 0:
        return fields.bytes(count, "byte plane")
    start, length = fields.offset, fields.varint("length of a byte plane")
    if length > fields.remaining:
        raise Malformed(start, f"a byte plane has {length} bytes, more than remain in the chunk")
    return decode_byte_string(RangeDecoder(fields.bytes(length, "byte plane")), count)


def scaled_pattern(value: int, exponent: int, size: int) -> int:
    """The bits of value times 2^exponent as an IEEE 754 number of 4 or 8 bytes.

    - Raises: ValueError if that is no normal number, and not 0.
    """
    if value == 0:
        return 0
    stored, bias = (23, 127) if size == 4 else (52, 1023)
    magnitude = abs(value)
    length = magnitude.bit_length()
    scale = exponent + length - 1 + bias
    mantissa = magnitude << (stored + 64) >> (length - 1)  # with 64 bits below the last
    if not 1 <= scale <= 2 * bias or mantissa % 2**64:
        raise ValueError(f"{value}·2^{exponent} is not a normal number of {size} bytes")
    return (value < 0) << (8 * size - 1) | scale << stored | (mantissa >> 64) - (1 << stored)


# ---------------------------------------------------------------------------------------------------------------------
# §17.5 End
# ---------------------------------------------------------------------------------------------------------------------


def check_end(sound: SoundFile, chunk: Chunk) -> None:
    """All that `E` says must be as it is; where its own length is wrong, that field is refused, else the chunk."""
    fields, own = chunk.payload, chunk.payload.end + 4 - chunk.offset
    start, count = fields.offset, fields.varint("number of blocks")
    if count > fields.remaining:  # a byte for each at least (SPEC §13)
        raise Malformed(start, f"lengths of {count} blocks in {fields.remaining} bytes")
    frames = fields.varint("frames of the last block", *(1, sound.header.block_length) if count else (0, 0))
    lengths = [fields.varint("bytes of a block") for _ in range(count)]
    start, stated = fields.offset, fields.u32("bytes of the end")
    if stated != own:
        raise Malformed(start, f"the end has {own} bytes, not {stated}")
    fields.finish("the end")
    if lengths != sound.block_bytes or frames != (sound.block_frames[-1] if sound.blocks else 0):
        raise Malformed(chunk.offset, "the end does not agree with the blocks")


# ---------------------------------------------------------------------------------------------------------------------
# From samples to bytes
# ---------------------------------------------------------------------------------------------------------------------


def sample_digest(samples: np.ndarray) -> str:
    """SHA-256 of the samples, frame by frame, little-endian, integers as 32 bits."""
    return hashlib.sha256(samples.tobytes()).hexdigest()


def raw_bytes(header: Header, samples: np.ndarray) -> bytes:
    """The samples frame by frame, little-endian, integers signed and in whole bytes, with zeros below their bits."""
    size = header.sample_bytes
    if not header.is_float:
        samples = samples << (8 * size - header.kind)
    every = np.ascontiguousarray(samples).view(np.uint8).reshape(*samples.shape, samples.itemsize)
    return every[:, :, :size].tobytes()


def wav_bytes(header: Header, samples: np.ndarray) -> bytes:
    """A plain WAV file."""
    size, data = header.sample_bytes, raw_bytes(header, samples)
    if size == 1:
        data = bytes(byte ^ 128 for byte in data)  # unsigned there
    frame = size * header.channels
    form = struct.pack("<HHIIHH", 3 if header.is_float else 1, header.channels, header.sample_rate,
                       header.sample_rate * frame, frame, 8 * size)
    body = b"WAVE" + riff_chunk(b"fmt ", form) + riff_chunk(b"data", data)
    return riff_chunk(b"RIFF", body)


def riff_chunk(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack("<I", len(body)) + body + bytes(len(body) % 2)
