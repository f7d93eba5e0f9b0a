import Foundation
import TestSupport

@testable import SpectralCoding

/// The default model, and superframes of all sorts.
enum Spectra {
    static let modelBytes: [UInt8] = {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        return try! [UInt8](Data(contentsOf: root.appending(path: "Models/sound.vcs")))
    }()
    static let model = try! SpectralModel(modelBytes)

    /// `[superframe][element]`: loud and silent, smooth and wild, of random splits.
    static func random(
        _ count: Int, channels: Int, sampleRate: Int, loudest: Int = 22, using generator: inout SeededGenerator
    ) -> [[SuperframeSpectrum]] {
        let layout = SpectralLayout(model: model, sampleRate: sampleRate)
        return (0..<count).map { _ in
            stride(from: 0, to: channels, by: 2).map { first in
                let members = min(2, channels - first)
                let coefficients = (0..<members).map { _ in values(layout.superframe, loudest: loudest, using: &generator) }
                let angles = (0..<(members == 2 ? layout.stereoBands : 0)).map { _ in Int.random(in: 0...15, using: &generator) }
                return SuperframeSpectrum(
                    split: Int.random(in: 0...4, using: &generator), angles: Bool.random(using: &generator) ? angles : angles.map { _ in 4 },
                    coefficients: coefficients)
            }
        }
    }

    private static func values(_ count: Int, loudest: Int, using generator: inout SeededGenerator) -> [Int32] {
        let level = Int.random(in: 0...loudest, using: &generator)
        let slope = Double.random(in: 0...8, using: &generator)
        return (0..<count).map { bin in
            let reach = Double(1 << level) * exp2(-slope * Double(bin) / Double(count))
            return Int32(Double.random(in: -reach...reach, using: &generator))
        }
    }
}

extension SpectralDecoder {
    /// Of a whole content: its quality, then the stream.
    func decode(_ content: ArraySlice<UInt8>, frames: Int) throws(SpectralError) -> SpectralSignal {
        let field = content.prefix(2).reversed().reduce(UInt16(0)) { $0 << 8 | UInt16($1) }
        return try decode(content.dropFirst(2), quality: Int(Int16(bitPattern: field)), frames: frames)
    }
}
