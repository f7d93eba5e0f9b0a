package import BitstreamFormat

/// A stretch of sound as the coders see it: every channel has as many samples, and floating point is bits.
package enum SampleBlock: Hashable, Sendable {
    /// `[channel][frame]`, signed, of the header's bits.
    case integer([[Int32]])
    /// `[channel][frame]`, IEEE 754 binary32.
    case float32([[UInt32]])
    /// `[channel][frame]`, IEEE 754 binary64.
    case float64([[UInt64]])

    package init(empty header: SoundHeader) {
        switch header.sampleKind {
        case .integer: self = .integer(Array(repeating: [], count: header.channels))
        case .float32: self = .float32(Array(repeating: [], count: header.channels))
        case .float64: self = .float64(Array(repeating: [], count: header.channels))
        }
    }

    package var frames: Int {
        switch self {
        case .integer(let channels): channels[0].count
        case .float32(let channels): channels[0].count
        case .float64(let channels): channels[0].count
        }
    }

    /// - Precondition: both are of one kind, with as many channels.
    package mutating func append(_ other: SampleBlock) {
        switch (self, other) {
        case (.integer(var channels), .integer(let more)):
            self = .integer([])
            Self.append(more, to: &channels)
            self = .integer(channels)
        case (.float32(var channels), .float32(let more)):
            self = .float32([])
            Self.append(more, to: &channels)
            self = .float32(channels)
        case (.float64(var channels), .float64(let more)):
            self = .float64([])
            Self.append(more, to: &channels)
            self = .float64(channels)
        default: preconditionFailure("samples of another kind")
        }
    }

    /// In place: `self` holds the channels no more, so that they are not copied.
    private static func append<Sample>(_ more: [[Sample]], to channels: inout [[Sample]]) {
        precondition(channels.count == more.count, "as many channels")
        for index in channels.indices { channels[index] += more[index] }
    }

    package subscript(range: Range<Int>) -> SampleBlock {
        switch self {
        case .integer(let channels): .integer(channels.map { Array($0[range]) })
        case .float32(let channels): .float32(channels.map { Array($0[range]) })
        case .float64(let channels): .float64(channels.map { Array($0[range]) })
        }
    }
}

extension SampleBlock {
    /// CRC-32C of the samples, frame by frame, little-endian, integers as 32 bits (SPEC §17.3).
    package var digest: UInt32 {
        switch self {
        case .integer(let channels): Self.digest(channels, bytes: 4) { UInt64(UInt32(bitPattern: $0)) }
        case .float32(let channels): Self.digest(channels, bytes: 4) { UInt64($0) }
        case .float64(let channels): Self.digest(channels, bytes: 8) { $0 }
        }
    }

    @inline(__always)
    private static func digest<Sample>(_ channels: [[Sample]], bytes: Int, bits: (Sample) -> UInt64) -> UInt32 {
        var interleaved = [UInt8](repeating: 0, count: channels.count * channels[0].count * bytes)
        for (channel, samples) in channels.enumerated() {
            var place = channel * bytes
            for sample in samples {
                let value = bits(sample)
                for byte in 0..<bytes { interleaved[place + byte] = UInt8(truncatingIfNeeded: value &>> UInt64(8 * byte)) }
                place += channels.count * bytes
            }
        }
        return CRC32C.checksum(of: interleaved[...])
    }
}
