import Foundation
import TestSupport

/// Sounds to analyse, in 1/64 of a 16-bit step.
enum TestSounds {
    /// Stereo bands like those of a model.
    static let stereoEdges = [0, 16, 32, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 1536, 2048]

    /// - Parameters:
    ///   - frequency: in cycles a sample.
    ///   - amplitude: in 16-bit steps.
    static func tone(frames: Int, frequency: Double = 0.0123, amplitude: Double = 8000, phase: Double = 0) -> [Int32] {
        (0..<frames).map { Int32((64 * amplitude * sin(2 * .pi * frequency * Double($0) + phase)).rounded()) }
    }

    /// - Parameter amplitude: in 16-bit steps.
    static func noise(frames: Int, amplitude: Int32 = 8000, using generator: inout SeededGenerator) -> [Int32] {
        (0..<frames).map { _ in Int32.random(in: -64 * amplitude...64 * amplitude, using: &generator) }
    }

    /// Stretches of tones, of noise and of silence, with clicks here and there: every split has its places.
    static func changing(frames: Int, using generator: inout SeededGenerator) -> [Int32] {
        var sound: [Int32] = []
        while sound.count < frames {
            let length = Int.random(in: 10...5000, using: &generator)
            switch Int.random(in: 0..<4, using: &generator) {
            case 0: sound += noise(frames: length, amplitude: Int32.random(in: 1...32767, using: &generator), using: &generator)
            case 1: sound += Array(repeating: 0, count: length)
            default:
                sound += tone(frames: length, frequency: .random(in: 0.001...0.4, using: &generator), amplitude: .random(in: 100...30000, using: &generator))
                sound[sound.count - 1] = 64 * Int32.random(in: -32768...32767, using: &generator)
            }
        }
        return Array(sound.prefix(frames))
    }
}
