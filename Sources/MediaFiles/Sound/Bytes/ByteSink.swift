/// Where a sound file is written to.
public enum SoundOutput: Hashable, Sendable {
    /// The file is made, or emptied if it is there.
    case path(String)
    /// An open file or pipe of the system, such as 1 for standard output. It is written from where
    /// it stands and not closed.
    case descriptor(Int32)
}

/// Takes the bytes of a sound file, from front to back, or at any place where the sink can do that.
final class ByteSink {
    private let file: SystemFile

    /// Where the next byte goes.
    private(set) var position = 0

    /// Bytes from the first to the last that was written.
    private(set) var length = 0

    init(_ output: SoundOutput) throws(MediaFileError) {
        switch output {
        case .path(let path): file = try SystemFile(writing: path)
        case .descriptor(let number): file = SystemFile(descriptor: number)
        }
    }

    var isSeekable: Bool { file.isSeekable }

    /// - Precondition: `isSeekable`, and the place is not negative.
    func seek(to place: Int) {
        precondition(isSeekable && place >= 0, "a place that can be sought")
        position = place
    }

    func write(_ bytes: UnsafeRawBufferPointer) throws(MediaFileError) {
        unsafe try file.writeAll(bytes, at: position)
        position += bytes.count
        length = max(length, position)
    }

    func write(_ bytes: [UInt8]) throws(MediaFileError) {
        let result = unsafe bytes.withUnsafeBytes { bytes in
            Result { () throws(MediaFileError) in unsafe try write(bytes) }
        }
        try result.get()
    }

    /// Leaves the file after its last byte.
    func finish() {
        file.moveOn(to: length)
    }
}
