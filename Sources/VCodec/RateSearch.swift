/// Finds the setting that meets a size or a quality by bisection over settings in the order of their rates.
struct RateSearch {
    private let attempt: EncodingAttempt
    private let monitor: WorkMonitor

    init(_ attempt: EncodingAttempt, monitor: WorkMonitor) {
        (self.attempt, self.monitor) = (attempt, monitor)
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

    /// Two neighbouring positions of which the first is not above the target and the second is; nil beyond the ends.
    private struct Boundary {
        var below: Candidate?
        var above: Candidate?
        var attempts = 0
        /// The candidate that was tried last is as good as any between the two.
        var isClose = false

        /// Positions between the two.
        var open: Range<Int> {
            let (low, high) = (below?.position ?? positions.lowerBound - 1, above?.position ?? positions.upperBound + 1)
            return isClose ? high..<high : low + 1..<high
        }
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
            isAbove: { bytes throws(CodecError) in try attempt.psnr(of: bytes, monitor: monitor) >= decibels }, isClose: { _ in false })
        guard let best = found.above else {
            let reached = try attempt.psnr(of: found.below?.bytes ?? [], monitor: monitor)
            throw .unreachableQuality(asked: Int(decibels * 100), best: Int(reached * 100))
        }
        return result(best, attempts: found.attempts)
    }

    /// An effort that takes long is preceded by a quick search, around whose end the target then is.
    private func boundary(
        isAbove: ([UInt8]) throws(CodecError) -> Bool, isClose: ([UInt8]) -> Bool
    ) throws(CodecError) -> Boundary {
        let quick = attempt.effort.forSearching
        guard quick != attempt.effort else {
            return try bisected(Boundary(), effort: quick, monitor: monitor, isAbove: isAbove, isClose: isClose)
        }
        let found = try bisected(
            Boundary(), effort: quick, monitor: monitor.over(0...0.1), isAbove: isAbove, isClose: isClose)
        let guess = (found.below ?? found.above)?.position ?? 0
        var boundary = Boundary(attempts: found.attempts)
        try bracket(&boundary, around: guess, isAbove: isAbove, isClose: isClose)
        return try bisected(
            boundary, effort: attempt.effort, monitor: monitor.over(0.4...1), isAbove: isAbove, isClose: isClose)
    }

    /// Goes away from `guess` in growing strides until the target lies between two candidates.
    private func bracket(
        _ boundary: inout Boundary, around guess: Int, isAbove: ([UInt8]) throws(CodecError) -> Bool, isClose: ([UInt8]) -> Bool
    ) throws(CodecError) {
        var (position, stride) = (guess, 4)
        while boundary.open.contains(position) {
            let monitor = monitor.over(0.1...0.4)
            try step(&boundary, to: position, effort: attempt.effort, monitor: monitor, isAbove: isAbove, isClose: isClose)
            if boundary.below != nil && boundary.above != nil { return }
            let next = boundary.below == nil ? position - stride : position + stride
            position = min(max(next, Self.positions.lowerBound), Self.positions.upperBound)
            stride *= 3
        }
    }

    private func bisected(
        _ start: Boundary, effort: Effort, monitor: WorkMonitor, isAbove: ([UInt8]) throws(CodecError) -> Bool,
        isClose: ([UInt8]) -> Bool
    ) throws(CodecError) -> Boundary {
        var boundary = start
        while let first = boundary.open.first {
            // Whole quality points first: they are what a plain quality would give.
            let open = boundary.open, middle = (open.lowerBound + open.upperBound - 1) >> 1
            let position = open.count > 7 ? min(max(middle & ~7, first), open.upperBound - 1) : middle
            let tried = Double(boundary.attempts - start.attempts)
            try step(
                &boundary, to: position, effort: effort, monitor: monitor.over(min(0.9, tried / 10)...min(0.99, (tried + 1) / 10)),
                isAbove: isAbove, isClose: isClose)
        }
        monitor.report(1)
        return boundary
    }

    private func step(
        _ boundary: inout Boundary, to position: Int, effort: Effort, monitor: WorkMonitor,
        isAbove: ([UInt8]) throws(CodecError) -> Bool, isClose: ([UInt8]) -> Bool
    ) throws(CodecError) {
        let bytes = try attempt.lossy(Self.setting(at: position), effort: effort, monitor: monitor)
        let candidate = Candidate(position: position, bytes: bytes)
        boundary.attempts += 1
        if try isAbove(bytes) {
            boundary.above = candidate
        } else {
            boundary.below = candidate
            boundary.isClose = isClose(bytes)
        }
    }

    private func result(_ candidate: Candidate, attempts: Int) -> EncodedImage {
        EncodedImage(
            bytes: candidate.bytes, qualityPoint: Self.setting(at: candidate.position).point, maximumError: nil,
            attempts: attempts)
    }
}
