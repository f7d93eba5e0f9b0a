/// Where a sound file is read from.
public enum SoundInput: Hashable, Sendable {
    case path(String)
    /// An open file or pipe of the system, such as 0 for standard input. It is read from where it
    /// stands and not closed. `after` is what was read of a pipe already.
    case descriptor(Int32, after: [UInt8] = [])
    case bytes([UInt8])
}

/// The bytes of a sound file, from front to back, or from any place where the source can do that.
///
/// Memory is taken for bytes that have arrived, never for a number that a file states.
final class ByteSource {
    private enum Storage {
        case memory([UInt8])
        case file(SystemFile)
    }

    private var storage: Storage

    /// How many bytes there are; nil when only the end will tell.
    private(set) var length: Int?

    /// How many bytes lie before the next one that is read.
    private(set) var position = 0

    /// Bytes of a pipe that were looked at and not yet read.
    private var lookAhead: ArraySlice<UInt8> = []

    /// The most that is taken at once when the file states how much to take.
    private static let step = 1 << 20

    init(_ input: SoundInput) throws(MediaFileError) {
        switch input {
        case .path(let path): storage = .file(try SystemFile(reading: path))
        case .descriptor(let number, let before):
            storage = .file(SystemFile(descriptor: number))
            lookAhead = before[...]
        case .bytes(let bytes): storage = .memory(bytes)
        }
        length = switch storage {
        case .memory(let bytes): bytes.count
        case .file(let file): file.length
        }
    }

    var isSeekable: Bool { length != nil }

    /// - Precondition: `isSeekable`, and the place is not negative. It may lie beyond the end.
    func seek(to place: Int) {
        precondition(isSeekable && place >= 0, "a place that can be sought")
        position = place
    }

    /// The next bytes, without moving on; fewer only at the end.
    func peek(_ count: Int) throws(MediaFileError) -> [UInt8] {
        let bytes = try read(count)
        position -= bytes.count
        if !isSeekable { lookAhead = bytes + lookAhead }
        return bytes
    }

    /// The next bytes; fewer only at the end.
    func read(_ count: Int) throws(MediaFileError) -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < count {
            let wanted = min(Self.step, count - bytes.count)
            let piece = try readStep(wanted)
            bytes += piece
            if piece.count < wanted { break }
        }
        return bytes
    }

    /// Moves on; returns by how much, which is less than `count` only at the end.
    func skip(_ count: Int) throws(MediaFileError) -> Int {
        if let length {
            let skipped = min(count, max(0, length - position))
            position += skipped
            return skipped
        }
        var skipped = 0
        while skipped < count {
            let piece = try readStep(min(Self.step, count - skipped))
            if piece.isEmpty { break }
            skipped += piece.count
        }
        return skipped
    }

    /// Fills `buffer`, or as much of it as there is up to the end; returns how many bytes that is.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(MediaFileError) -> Int {
        var filled = 0
        while filled < buffer.count {
            let count = try unsafe readSome(into: UnsafeMutableRawBufferPointer(rebasing: buffer[filled...]))
            if count == 0 { break }
            filled += count
            position += count
        }
        return filled
    }

    /// Copies what is left of a pipe to a file without a name, so that it can be sought.
    func makeSeekable() throws(MediaFileError) {
        guard !isSeekable else { return }
        let file = try SystemFile.temporary()
        var copied = 0
        while case let piece = try readStep(Self.step), !piece.isEmpty {
            let failure = unsafe piece.withUnsafeBytes { bytes in
                Result { () throws(MediaFileError) in unsafe try file.writeAll(bytes, at: copied) }
            }
            try failure.get()
            copied += piece.count
        }
        storage = .file(file)
        length = copied
        position = 0
    }

    private func readStep(_ count: Int) throws(MediaFileError) -> [UInt8] {
        var failure: MediaFileError?
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            do throws(MediaFileError) {
                initialized = try unsafe read(into: UnsafeMutableRawBufferPointer(buffer))
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        return bytes
    }

    /// One or more of the next bytes; 0 at the end. Does not move on.
    private func readSome(into buffer: UnsafeMutableRawBufferPointer) throws(MediaFileError) -> Int {
        if !lookAhead.isEmpty {
            let count = min(buffer.count, lookAhead.count)
            unsafe buffer.copyBytes(from: lookAhead.prefix(count))
            lookAhead = lookAhead.dropFirst(count)
            return count
        }
        switch storage {
        case .file(let file):
            return unsafe try file.readSome(into: buffer, at: position)
        case .memory(let bytes):
            let start = min(position, bytes.count)
            let count = min(buffer.count, bytes.count - start)
            unsafe buffer.copyBytes(from: bytes[start..<start + count])
            return count
        }
    }
}
