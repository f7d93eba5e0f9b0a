#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A Gaussian window of σ = 1.5 whose weights add up to one.
///
/// It has eleven taps (Wang et al. 2004, §III-C), or as many as there are samples when those are
/// fewer.
struct MeanWindow: Sendable {
    static let fullLength = 11

    /// Symmetric; sum 1.
    let weights: [Float]

    init(samples: Int) {
        let length = min(Self.fullLength, samples)
        let taps = (0..<length).map { tap in
            let distance = Double(tap) - Double(length - 1) / 2
            return exp(-distance * distance / (2 * 1.5 * 1.5))
        }
        let sum = taps.reduce(0, +)
        self.weights = taps.map { Float($0 / sum) }
    }

    /// How many places the window has among so many samples without leaving them.
    func positions(in samples: Int) -> Int { samples - weights.count + 1 }
}
