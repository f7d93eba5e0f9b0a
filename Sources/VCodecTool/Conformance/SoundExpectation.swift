import Media
import VCodec

/// What `expected.json` says of a sound file: the digest of its samples, or an error.
///
///     {"tests": "one sample", "sampleRate": 44100, "channels": 1, "samples": "16-bit integers", "frames": 1, "sha256": "…"}
struct SoundExpectation: Decodable {
    /// SHA-256 of the samples, frame by frame, little-endian, integers as 32 bits (SPEC §17.3).
    let sha256: String?
    let sampleRate: Int?
    let channels: Int?
    /// As ``SampleFormat`` describes itself.
    let samples: String?
    let frames: Int?
    /// Where the stream is cut short; not at all where this is left out.
    let truncatedAt: Int?
    let error: Expectation.Failure?

    /// Decodes a stream.
    ///
    /// - Returns: nil when the result is the expected one, else what is different.
    func difference(from stream: [UInt8], threads: Int?) -> String? {
        var options = DecodingOptions()
        options.threads = threads ?? options.threads
        do {
            let (buffers, decoder) = try AudioDecoder.decode(stream, options: options)
            guard error == nil, let format = decoder.format else { return "decodes, but \(error.map(\.description) ?? "no header") is expected" }
            return difference(format, buffers, decoder.truncatedAt)
        } catch {
            let found = Expectation.Failure(error)
            guard let expected = self.error else { return "does not decode: \(error)" }
            return expected == found ? nil : "fails with \(found); expected is \(expected)"
        }
    }

    private func difference(_ format: AudioFormat, _ buffers: [AudioBuffer], _ truncatedAt: Int?) -> String? {
        let differences = [
            different("sample rate", format.sampleRate, sampleRate),
            different("channels", format.channels, channels),
            different("samples", format.sample.description, samples),
            different("frames", buffers.reduce(0) { $0 + $1.frameCount }, frames),
            different("end", truncatedAt, self.truncatedAt),
            different("sha256", SampleDigest(buffers).hexadecimal, sha256),
        ]
        let found = differences.compactMap(\.self)
        return found.isEmpty ? nil : found.joined(separator: "; ")
    }

    private func different<Value: Equatable>(_ name: String, _ found: Value?, _ expected: Value?) -> String? {
        let words = { (value: Value?) in value.map { "\($0)" } ?? "not there" }
        return found == expected ? nil : "\(name) is \(words(found)), expected \(words(expected))"
    }
}
