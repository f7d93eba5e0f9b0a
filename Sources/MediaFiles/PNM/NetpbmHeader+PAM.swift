import Media

extension NetpbmHeader {
    /// Reads the lines of a PAM header, in any order, up to `ENDHDR`.
    init(pam cursor: inout NetpbmCursor) throws(MediaFileError) {
        var fields = PAMFields()
        while try fields.add(line: &cursor) {}
        let end = cursor.position
        let channels = try fields.required(fields.channels, .depth, end)
        try fields.checkTupleType(channels)
        self.init(
            width: try fields.required(fields.width, .width, end),
            height: try fields.required(fields.height, .height, end),
            channels: channels,
            maximum: try fields.required(fields.maximum, .maximum, end), encoding: .raw)
    }
}

/// What the lines of a PAM header have said so far.
private struct PAMFields {
    var width: Int?
    var height: Int?
    var channels: PixelFormat.Channels?
    var maximum: Int?
    private var tupleType: (name: String, offset: Int)?

    /// Reads one line.
    /// - Returns: false for the line that ends the header.
    mutating func add(line cursor: inout NetpbmCursor) throws(MediaFileError) -> Bool {
        let offset = cursor.position
        let words = try cursor.line().split(whereSeparator: \.isNetpbmSpace)
        guard let first = words.first, first.first != .hash else { return true }
        let value = PAMValue(words.dropFirst(), offset: offset)
        switch String(latin1: first) {
        case "WIDTH": width = try value.number(.width, in: NetpbmHeader.sides)
        case "HEIGHT": height = try value.number(.height, in: NetpbmHeader.sides)
        case "DEPTH": channels = try value.channels()
        case "MAXVAL": maximum = try value.number(.maximum, in: NetpbmHeader.maxima)
        case "TUPLTYPE": tupleType = (value.text, offset)
        case "ENDHDR": return false
        case let unknown:
            throw .unknownHeaderLine(String(unknown.prefix(32)), offset: offset)
        }
        return true
    }

    func required<Value>(
        _ value: Value?, _ part: MediaFileError.Part, _ offset: Int
    ) throws(MediaFileError) -> Value {
        guard let value else { throw .missingHeaderLine(part, offset: offset) }
        return value
    }

    /// The standard names must go with the number of channels; others mean nothing to us.
    func checkTupleType(_ channels: PixelFormat.Channels) throws(MediaFileError) {
        guard let tupleType, let expected = Self.standardTypes[tupleType.name] else { return }
        guard expected == channels else {
            throw .tupleTypeMismatch(
                tupleType.name, depth: channels.count, offset: tupleType.offset)
        }
    }

    private static let standardTypes: [String: PixelFormat.Channels] = [
        "BLACKANDWHITE": .grey, "GRAYSCALE": .grey, "RGB": .rgb,
        "BLACKANDWHITE_ALPHA": .greyAlpha, "GRAYSCALE_ALPHA": .greyAlpha, "RGB_ALPHA": .rgba,
    ]
}

/// What follows the first word of a header line.
private struct PAMValue {
    private let words: ArraySlice<ArraySlice<UInt8>>
    private let offset: Int

    init(_ words: ArraySlice<ArraySlice<UInt8>>, offset: Int) {
        self.words = words
        self.offset = offset
    }

    var text: String { String(latin1: words.joined(separator: [0x20])) }

    /// The number of samples of a pixel.
    func channels() throws(MediaFileError) -> PixelFormat.Channels? {
        PixelFormat.Channels(rawValue: UInt8(try number(.depth, in: 1...4)))
    }

    func number(
        _ part: MediaFileError.Part, in allowed: ClosedRange<Int>
    ) throws(MediaFileError) -> Int {
        guard let digits = words.first else { throw .missingHeaderLine(part, offset: offset) }
        var cursor = NetpbmCursor(digits)
        return try cursor.number(part, in: allowed)
    }
}
