import IntegerKernels
import SpectralCoding

/// The decoder's way back from what an analyser hands out, without any coding between (SPEC §19.8, §19.9).
struct SoundSynthesis {
    let channels: Int
    let stereoEdges: [Int]
    let superframe: Int

    /// - Parameter superframes: `[superframe][element]`
    /// - Returns: `[channel][frame]`, whole superframes.
    func samples(_ superframes: [[SuperframeSpectrum]]) -> [[Int32]] {
        (0..<(channels + 1) / 2).flatMap { element in signals(superframes.map { $0[element] }) }
    }

    private func signals(_ superframes: [SuperframeSpectrum]) -> [[Int32]] {
        var signals: [[Int32]] = Array(repeating: [], count: superframes.first?.coefficients.count ?? 0)
        var lengths: [Int] = []
        for superframe in superframes {
            for (channel, values) in restored(superframe).enumerated() { signals[channel] += values }
            lengths += Array(repeating: self.superframe >> superframe.split, count: 1 << superframe.split)
        }
        for channel in signals.indices { transform(&signals[channel], lengths) }
        return signals
    }

    private func restored(_ pair: SuperframeSpectrum) -> [[Int32]] {
        guard pair.coefficients.count == 2 else { return pair.coefficients }
        let coded = min(superframe, 2048)
        let edges = stereoEdges.filter { $0 < coded } + [coded]
        var (first, second) = (pair.coefficients[0], pair.coefficients[1])
        for (band, angle) in pair.angles.enumerated() {
            for block in stride(from: 0, to: superframe, by: superframe >> pair.split) {
                let range = block + edges[band] >> pair.split..<block + edges[band + 1] >> pair.split
                PairRotation(angle: angle).restore(&first, &second, in: range)
            }
        }
        return [first, second]
    }

    private func transform(_ signal: inout [Int32], _ lengths: [Int]) {
        var start = 0
        for (block, length) in lengths.enumerated() {
            CosineTransform(length: length, kernel: .best).transform(&signal, at: start)
            if block > 0 {
                BlockOverlap(length: min(lengths[block - 1], length), kernel: .best).unfold(&signal, at: start)
            }
            start += length
        }
    }
}
