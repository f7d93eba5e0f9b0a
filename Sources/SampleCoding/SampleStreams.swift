internal import EntropyCoding
package import IntegerKernels
internal import Synchronization

/// The colour of a picture of 8-bit samples as bands of rows that can be coded side by side (SPEC §14.1).
package struct SampleStreams: Sendable {
    private let width: Int
    private let height: Int
    private let channels: Int
    private let step: Int
    private let copies: Bool
    private let engine: IntegerEngine

    /// - Parameters:
    ///   - channels: 1, grey, or 3: R, G, B.
    ///   - step: 1 for exact samples; else odd, and samples are off by at most (step − 1)/2.
    ///   - copies: whether pixels may take over a colour whole (SPEC §14.9).
    package init(width: Int, height: Int, channels: Int, step: Int, copies: Bool, engine: IntegerEngine) {
        precondition([1, 3].contains(channels) && 1...255 ~= step && step & 1 == 1, "as in SPEC §14.1")
        self.width = width
        self.height = height
        self.channels = channels
        self.step = step
        self.copies = copies
        self.engine = engine
    }

    /// How many bands to use, as a power of two: a band learns from its own rows only, and every split costs 0.4 %.
    package var standardLogBands: Int {
        let pixels = width * height
        return pixels < 1 << 18 || height < 64 ? 0 : pixels < 1 << 21 ? 1 : pixels < 1 << 23 ? 2 : 3
    }

    /// Codes a picture.
    ///
    /// - Parameter samples: `[height][width][channels]`, each at most 255.
    /// - Returns: a stream for each band.
    package func encode(_ samples: [UInt8], logBands: Int) -> [[UInt8]] {
        let bands = rows(logBands: logBands)
        let results = Mutex([[UInt8]](repeating: [], count: bands.count))
        engine.split(bands.count) { range in
            for band in range where !bands[band].isEmpty {
                let coder = newBand()
                let stream = coder.encode(samples, rows: bands[band], watch: engine.watch)
                results.withLock { $0[band] = stream }
            }
        }
        return results.withLock { $0 }
    }

    /// The inverse of `encode`, or a rectangle of it. Any bytes decode to some picture.
    ///
    /// Bands without a wanted row are not decoded, nor the rows of a band below those that are wanted.
    ///
    /// - Parameters:
    ///   - rows: of the picture; nil for all.
    ///   - columns: of the picture; nil for all.
    /// - Returns: for each band, `[wanted rows][wanted columns][channels]`.
    package func decode(
        _ streams: [ArraySlice<UInt8>], rows wanted: Range<Int>? = nil, columns: Range<Int>? = nil
    ) -> [[UInt8]] {
        let bands = rows(logBands: streams.count.trailingZeroBitCount)
        let (wanted, columns) = (wanted ?? 0..<height, columns ?? 0..<width)
        let results = Mutex([[UInt8]](repeating: [], count: bands.count))
        engine.split(bands.count) { range in
            for band in range where bands[band].overlaps(wanted) {
                let coder = newBand()
                let (start, shared) = (bands[band].lowerBound, wanted.clamped(to: bands[band]))
                let samples = coder.decode(
                    streams[band], rows: shared.lowerBound - start..<shared.upperBound - start, columns: columns,
                    watch: engine.watch)
                results.withLock { $0[band] = samples }
            }
        }
        return results.withLock { $0 }
    }

    private func newBand() -> SampleBand {
        SampleBand(width: width, channels: channels, step: step, copies: copies, kernel: engine.implementation)
    }

    private func rows(logBands: Int) -> [Range<Int>] {
        let count = 1 << logBands
        return (0..<count).map { height * $0 / count..<height * ($0 + 1) / count }
    }
}
