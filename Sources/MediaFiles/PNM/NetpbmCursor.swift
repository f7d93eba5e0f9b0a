extension UInt8 {
    /// White space as Netpbm means it: blank, tab, line feed, vertical tab, form feed, return.
    var isNetpbmSpace: Bool { self == 0x20 || (0x09...0x0D ~= self) }

    /// The value of an ASCII digit.
    var decimalDigit: Int? {
        (UInt8(ascii: "0")...UInt8(ascii: "9")) ~= self ? Int(self) - 0x30 : nil
    }

    static let lineFeed = UInt8(ascii: "\n")
    static let carriageReturn = UInt8(ascii: "\r")
    static let hash = UInt8(ascii: "#")
}

/// Walks through the textual part of a Netpbm file.
struct NetpbmCursor {
    /// The file or a part of it; indices are offsets in the file.
    let bytes: ArraySlice<UInt8>
    private(set) var position: Int

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        position = bytes.startIndex
    }

    var remaining: Int { bytes.endIndex - position }

    /// The next `count` bytes, whatever they are.
    ///
    /// - Precondition: so many remain.
    mutating func take(_ count: Int) -> ArraySlice<UInt8> {
        precondition(count <= remaining)
        defer { position += count }
        return bytes[position..<position + count]
    }

    /// The next byte, with a comment (`#` to the end of the line) read as the end of its line.
    mutating func next() -> UInt8? {
        guard let byte = nextVerbatim() else { return nil }
        guard byte == .hash else { return byte }
        while let skipped = nextVerbatim() {
            if skipped == .lineFeed || skipped == .carriageReturn { return skipped }
        }
        return nil
    }

    /// The next byte whatever it is.
    private mutating func nextVerbatim() -> UInt8? {
        guard position < bytes.endIndex else { return nil }
        defer { position += 1 }
        return bytes[position]
    }

    /// The next byte that is not white space.
    mutating func nextSolid(_ part: MediaFileError.Part) throws(MediaFileError) -> UInt8 {
        while let byte = next() {
            if !byte.isNetpbmSpace { return byte }
        }
        throw .truncated(part, offset: position, needed: 1, available: 0)
    }

    /// Reads a decimal number and the one white space that follows it, if anything does.
    mutating func number(
        _ part: MediaFileError.Part, in allowed: ClosedRange<Int>
    ) throws(MediaFileError) -> Int {
        var byte: UInt8? = try nextSolid(part)
        let offset = position - 1
        var value = 0
        while let current = byte, !current.isNetpbmSpace {
            guard let digit = current.decimalDigit else {
                throw .unexpectedByte(current, expected: part, offset: position - 1)
            }
            // Saturates far above every legal value, so that no number is too long to report.
            value = min(value * 10 + digit, 1 << 48)
            byte = next()
        }
        guard allowed ~= value else {
            throw .valueOutOfRange(part, found: value, allowed: allowed, offset: offset)
        }
        return value
    }

    /// Reads up to the end of the line, which is left out.
    mutating func line() throws(MediaFileError) -> ArraySlice<UInt8> {
        guard let end = bytes[position...].firstIndex(of: .lineFeed) else {
            throw .truncated(
                .headerLine, offset: position, needed: remaining + 1, available: remaining)
        }
        defer { position = end + 1 }
        return bytes[position..<end]
    }
}
