/// Finds the setting that meets a size or a quality by bisection over settings in the order of their rates.
struct RateSearch {
    private let attempt: EncodingAttempt
    private let progress: (@Sendable (Double) -> Void)?

    init(_ attempt: EncodingAttempt, progress: (@Sendable (Double) -> Void)?) {
        self.attempt = attempt
        self.progress = progress
    }

    /// Settings in eighths of a quality point. Between two points the finer one is used with some pull towards zero, and
    /// below the first point the pull goes on rising.
    private static let positions = -128...63 * 8

    private static func setting(at position: Int) -> RateSetting {
        let point = max(0, (position + 7) >> 3)
        return RateSetting(point: point, pull: Double(point * 8 - position) / 8)
    }

    private struct Candidate {
        let position: Int
        let bytes: [UInt8]
    }

    /// The best file of at most `limit` bytes.
    func within(bytes limit: Int) throws(CodecError) -> EncodedImage {
        let found = try boundary(
            isAbove: { bytes throws(CodecError) in bytes.count > limit },
            isClose: { bytes in bytes.count <= limit && Double(bytes.count) >= 0.985 * Double(limit) })
        guard let best = found.below else {
            throw .tooFewBytes(asked: limit, least: found.above?.bytes.count ?? 0)
        }
        return result(best, attempts: found.attempts)
    }

    /// The smallest file of at least `decibels`.
    func reaching(psnr decibels: Double) throws(CodecError) -> EncodedImage {
        let found = try boundary(
            isAbove: { bytes throws(CodecError) in try attempt.psnr(of: bytes) >= decibels }, isClose: { _ in false })
        guard let best = found.above else {
            let reached = try attempt.psnr(of: found.below?.bytes ?? [])
            throw .unreachableQuality(asked: Int(decibels * 100), best: Int(reached * 100))
        }
        return result(best, attempts: found.attempts)
    }

    /// Two neighbouring positions of which the first is not above the target and the second is; nil beyond the ends.
    private func boundary(
        isAbove: ([UInt8]) throws(CodecError) -> Bool, isClose: ([UInt8]) -> Bool
    ) throws(CodecError) -> (below: Candidate?, above: Candidate?, attempts: Int) {
        var below: Candidate?, above: Candidate?
        var (low, high) = (Self.positions.lowerBound - 1, Self.positions.upperBound + 1)
        var attempts = 0
        while high - low > 1 {
            // Whole quality points first: they are what a plain quality would give.
            let middle = (low + high) >> 1
            let position = high - low > 8 ? min(max(middle & ~7, low + 1), high - 1) : middle
            let candidate = Candidate(position: position, bytes: attempt.lossy(Self.setting(at: position)))
            attempts += 1
            progress?(min(0.99, Double(attempts) / 10))
            if try isAbove(candidate.bytes) {
                (high, above) = (position, candidate)
            } else {
                (low, below) = (position, candidate)
                if isClose(candidate.bytes) { break }
            }
        }
        progress?(1)
        return (below, above, attempts)
    }

    private func result(_ candidate: Candidate, attempts: Int) -> EncodedImage {
        EncodedImage(
            bytes: candidate.bytes, qualityPoint: Self.setting(at: candidate.position).point, maximumError: nil,
            attempts: attempts)
    }
}
