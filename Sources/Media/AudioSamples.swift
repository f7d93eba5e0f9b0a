/// The samples of a stretch of sound, `[channel][frame]`, in the type that holds them exactly.
///
/// Two values are equal when every bit is: −0 differs from 0, and a NaN equals itself.
public enum AudioSamples: Sendable {
    /// Right-justified: 24-bit samples are −2²³ … 2²³ − 1, those of 8 bits −128 … 127, whatever
    /// sign or justification the file had.
    case integer([[Int32]])
    case float32([[Float]])
    case float64([[Double]])

    public var channelCount: Int {
        switch self {
        case .integer(let channels): channels.count
        case .float32(let channels): channels.count
        case .float64(let channels): channels.count
        }
    }

    /// One after the other.
    ///
    /// - Precondition: there is at least one, and all are of one type, with as many channels.
    public init(joining pieces: [AudioSamples]) {
        switch pieces[0] {
        case .integer: self = .integer(Self.joined(pieces) { if case .integer(let channels) = $0 { channels } else { nil } })
        case .float32: self = .float32(Self.joined(pieces) { if case .float32(let channels) = $0 { channels } else { nil } })
        case .float64: self = .float64(Self.joined(pieces) { if case .float64(let channels) = $0 { channels } else { nil } })
        }
    }

    private static func joined<Sample>(_ pieces: [AudioSamples], _ channels: (AudioSamples) -> [[Sample]]?) -> [[Sample]] {
        let all = pieces.compactMap(channels)
        precondition(all.count == pieces.count && all.allSatisfy { $0.count == all[0].count }, "samples of one kind")
        return all[0].indices.map { channel in all.flatMap { $0[channel] } }
    }

    /// The samples of some frames.
    public subscript(frames: Range<Int>) -> AudioSamples {
        switch self {
        case .integer(let channels): .integer(channels.map { Array($0[frames]) })
        case .float32(let channels): .float32(channels.map { Array($0[frames]) })
        case .float64(let channels): .float64(channels.map { Array($0[frames]) })
        }
    }

    /// How long each channel is, in frames: `[channel]`.
    var lengths: [Int] {
        switch self {
        case .integer(let channels): channels.map(\.count)
        case .float32(let channels): channels.map(\.count)
        case .float64(let channels): channels.map(\.count)
        }
    }

    /// Whether these are samples of `format`, none of them out of its range.
    func fit(_ format: SampleFormat) -> Bool {
        switch (self, format) {
        case (.integer(let channels), .integer(let bits)):
            // What is left of a sample without its magnitude bits is its sign, all zeros or all ones.
            channels.allSatisfy { $0.allSatisfy { $0 >> (bits - 1) == $0 >> 31 } }
        case (.float32, .float32), (.float64, .float64): true
        default: false
        }
    }
}

extension AudioSamples: Hashable {
    public static func == (a: AudioSamples, b: AudioSamples) -> Bool {
        switch (a, b) {
        case (.integer(let a), .integer(let b)): a == b
        case (.float32(let a), .float32(let b)): a.elementsEqual(b) { $0.elementsEqual($1) { $0.bitPattern == $1.bitPattern } }
        case (.float64(let a), .float64(let b)): a.elementsEqual(b) { $0.elementsEqual($1) { $0.bitPattern == $1.bitPattern } }
        default: false
        }
    }

    public func hash(into hasher: inout Hasher) {
        switch self {
        case .integer(let channels): hasher.combine(channels)
        case .float32(let channels): hasher.combine(channels.map { $0.map(\.bitPattern) })
        case .float64(let channels): hasher.combine(channels.map { $0.map(\.bitPattern) })
        }
    }
}
