import BitstreamFormat
import Media
import VCodec

/// What `expected.json` says: a picture's digest, or an error.
///
///     {"tests": "odd sides", "width": 7, "height": 5, "format": "RGB, 8 bits", "sha256": "…"}
///     {"tests": "a flipped bit", "error": {"case": "checksumMismatch", "offset": 41}}
struct Expectation: Decodable {
    /// In a few words.
    let tests: String

    // A picture.

    /// SHA-256 of the samples, `[height][width][channels]`: bytes, or 16 bits little-endian.
    let sha256: String?
    let width: Int?
    let height: Int?
    /// As ``PixelFormat`` describes itself.
    let format: String?
    /// How many levels are complete; 4 where this is left out.
    let completeLevels: Int?
    /// Where the stream is cut short; not at all where this is left out.
    let truncatedAt: Int?

    // An error.

    let error: Failure?

    // How to decode.

    /// Decode only so many levels.
    let levels: Int?
    /// A model file, relative to the vector's folder.
    let model: String?

    /// An error's case, and the offset in its payload where it has one.
    struct Failure: Decodable, Hashable, CustomStringConvertible {
        let `case`: String
        let offset: Int?

        var description: String { `case` + (offset.map { " at byte \($0)" } ?? "") }
    }

    /// - Returns: nil when the result is the expected one, else what is different.
    func difference(from result: Result<DecodedImage, CodecError>) -> String? {
        switch (result, error) {
        case (.success, let expected?):
            "decodes, but \(expected) is expected"
        case (.failure(let found), nil):
            "does not decode: \(found)"
        case (.failure(let found), let expected?):
            difference(expected: expected, found: Failure(found))
        case (.success(let decoded), nil):
            difference(from: decoded)
        }
    }

    private func difference(expected: Failure, found: Failure) -> String? {
        expected == found ? nil : "fails with \(found); expected is \(expected)"
    }

    private func difference(from decoded: DecodedImage) -> String? {
        let image = decoded.image
        guard let width, let height, let format, let sha256 else {
            return "expected.json has neither error nor width, height, format and sha256"
        }
        let digest = SampleDigest(image).hexadecimal
        let differences = [
            different("width", image.width, width),
            different("height", image.height, height),
            different("format", image.format.description, format),
            different("complete levels", decoded.completeLevels, completeLevels ?? levels ?? 4),
            different(
                "end", decoded.truncatedAt.map(String.init) ?? "complete",
                truncatedAt.map(String.init) ?? "complete"),
            different("sha256", digest, sha256),
        ]
        let found = differences.compactMap(\.self)
        return found.isEmpty ? nil : found.joined(separator: "; ")
    }

    private func different<Value: Equatable>(
        _ name: String, _ found: Value, _ expected: Value
    ) -> String? {
        found == expected ? nil : "\(name) is \(found), expected \(expected)"
    }
}

extension Expectation.Failure {
    /// Takes an error apart: the innermost case, and the value labelled `offset` beside it.
    ///
    /// The errors of all stages have this shape, so their mirror is enough, and a case that is
    /// added to one of them is known here at once.
    init(_ error: CodecError) {
        var name = ""
        var payload = Mirror(reflecting: error)
        while payload.displayStyle == .enum, let child = payload.children.first {
            name = child.label ?? name
            payload = Mirror(reflecting: child.value)
        }
        // A mirror does not know the names of cases without a payload; this is the only one.
        if error == .bitstream(.empty) { name = "empty" }
        self.case = name
        self.offset = payload.children.first { $0.label == "offset" }?.value as? Int
    }
}
