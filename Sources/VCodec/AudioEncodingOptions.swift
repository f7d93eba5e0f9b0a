/// How closely sound is kept.
public enum AudioCoding: Sendable, Hashable {
    /// Every sample comes back as it was.
    case lossless
    /// 0 smallest … 100 best.
    case quality(Double)
    /// Thousands of bits a second, on average over the file; more than 0.
    case bitrate(kilobitsPerSecond: Double)
}

/// How sound is encoded.
public struct AudioEncodingOptions: Sendable {
    public var coding: AudioCoding = .quality(50)
    /// Threads to use; it does not change the bytes.
    public var threads: Int = Threads.standard

    public init() {}

    /// For callers that want an error where ``AudioEncoder`` has a precondition.
    func check() throws(CodecError) {
        switch coding {
        case .quality(let quality) where !(0...100 ~= quality):
            throw .invalidOption(name: "quality", value: "\(quality)", allowed: "0 to 100")
        case .bitrate(let rate) where !(rate > 0 && rate.isFinite):
            throw .invalidOption(name: "bit rate", value: "\(rate)", allowed: "above 0")
        default: break
        }
    }
}
