internal import LatentModels
internal import ProbabilisticCircuits
internal import SpectralCoding

enum ModelTarget {
    /// Every reader looks at the signature first; the one that knows it, or the last one, has the word.
    static func run(_ bytes: [UInt8]) -> FuzzTarget.Outcome {
        do {
            switch bytes.prefix(4) {
            case [0x8E, 0x76, 0x63, 0x6D]: _ = try ModelFile(bytes)
            case [0x8E, 0x76, 0x63, 0x73]: _ = try SpectralModel(bytes)
            case ArraySlice("VCPT".utf8): _ = try TreeFile(bytes: bytes).integers()
            default: _ = try Circuit(bytes: bytes)
            }
            return .accepted
        } catch { return .refused("\(error)") }
    }
}
