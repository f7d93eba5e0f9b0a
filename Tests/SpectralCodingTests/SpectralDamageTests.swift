import BitstreamFormat
import Testing
import TestSupport

@testable import SpectralCoding

@Suite struct SpectralDamageTests {
    @Test func anyBytesGiveASignalOrAnError() {
        var generator = SeededGenerator(seed: 1)
        for channels in [1, 2, 5] {
            let decoder = SpectralDecoder(model: Spectra.model, sampleRate: 16000, channels: channels)
            for _ in 0..<300 {
                let content = (0..<Int.random(in: 2...300, using: &generator)).map { _ in UInt8.random(in: 0...255, using: &generator) }
                guard let signal = try? decoder.decode(content[...], frames: 1500) else { continue }
                #expect(signal.channels.count == channels && signal.channels.allSatisfy { $0.count == 1536 })
            }
        }
    }

    @Test func aStreamOfOnesIsRefused() {
        let decoder = SpectralDecoder(model: Spectra.model, sampleRate: 48000, channels: 1)
        let content = [0, 0x7F] + [UInt8](repeating: 255, count: 4000)
        #expect(throws: SpectralError.excessTooLong) { try decoder.decode(content[...], frames: 48000) }
    }

    @Test func modelsAreCheckedWhole() throws {
        let bytes = Spectra.modelBytes
        for length in stride(from: 0, to: bytes.count, by: 13) {
            #expect(throws: SpectralModelError.self, "\(length) bytes") { try SpectralModel(Array(bytes[..<length])) }
        }
        #expect(throws: SpectralModelError.self) { try SpectralModel(bytes + [0]) }
        var other = bytes
        other[4] = 2
        #expect(throws: SpectralModelError.unsupportedVersion(found: 2)) { try SpectralModel(other) }
        other = bytes
        other[0] = 0x89
        #expect(throws: SpectralModelError.notAModel) { try SpectralModel(other) }
        other = bytes
        other[other.count - 1] ^= 1
        #expect {
            try SpectralModel(other)
        } throws: {
            guard case .damaged? = $0 as? SpectralModelError else { return false }
            return true
        }
    }

    /// Any change of a field leaves a model that works or an error, never a trap.
    @Test func changedFieldsAreRefusedOrHarmless() throws {
        var generator = SeededGenerator(seed: 4)
        let start = Spectra.sectionStart
        var refused = 0
        for _ in 0..<300 {
            var section = Array(Spectra.modelBytes[start...])
            let place = Int.random(in: 0..<min(700, section.count), using: &generator)
            section[place] = UInt8.random(in: 0...255, using: &generator)
            do {
                let model = try SpectralModel(Spectra.model(section: section))
                let decoder = SpectralDecoder(model: model, sampleRate: 48000, channels: 2)
                let content = (0..<60).map { _ in UInt8.random(in: 0...255, using: &generator) }
                _ = try? decoder.decode(content[...], frames: 2048)
            } catch { refused += 1 }
        }
        #expect(refused > 30)
    }

    @Test func sumsThatMayOverflowAreRefused() throws {
        var section = Array(Spectra.modelBytes[Spectra.sectionStart...])
        // The last layer's biases are the last fields: 24 of 32 bits.
        section[section.count - 1] = 0x7F
        section[section.count - 2] = 0xFF
        #expect {
            try SpectralModel(Spectra.model(section: section))
        } throws: {
            guard case .accumulatorMayOverflow(layer: "energies", bound: let bound)? = $0 as? SpectralModelError else { return false }
            return bound >= 1 << 31
        }
    }
}

extension Spectra {
    /// Where the decoder section's bytes begin.
    static var sectionStart: Int {
        let notes = modelBytes[13..<17].reversed().reduce(0) { $0 << 8 | Int($1) }
        return 17 + notes + 4
    }

    /// A model file around a decoder section.
    static func model(section: [UInt8]) -> [UInt8] {
        let length = (0..<4).map { UInt8(truncatingIfNeeded: section.count >> (8 * $0)) }
        return Array(modelBytes[..<5]) + ModelIdentity(ofDecoderSection: section[...]).bytes + [0, 0, 0, 0] + length + section
    }
}
