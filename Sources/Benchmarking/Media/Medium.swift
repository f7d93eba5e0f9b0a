import BitstreamFormat

/// Pictures or sound.
package enum MediumKind: String, Codable, Hashable, Sendable {
    case image
    case audio

    /// Of rates.
    package var rateUnit: String { self == .image ? "bpp" : "kbit/s" }

    /// The anchor's rates within which BD-rates are taken.
    package var ratesCompared: ClosedRange<Double> { self == .image ? 0.1...1.5 : 0...Double.greatestFiniteMagnitude }
}

/// A file of the set that codecs are measured on.
package struct TestFile: Codable, Hashable, Sendable {
    /// As it was given.
    package let path: String
    /// Of the file's bytes, in hexadecimal digits.
    package let sha256: String
    /// `768×512`, or `10.00 s, 48000 Hz, 2 channels`.
    package let about: String
    /// What the file was turned into before it was measured; nil for nothing.
    package let note: String?
    /// Bits of a file by this are its rate: pixels, or thousandths of a second.
    package let rateDivisor: Double

    package init(path: String, sha256: String, about: String, note: String? = nil, rateDivisor: Double) {
        self.path = path
        self.sha256 = sha256
        self.about = about
        self.note = note
        self.rateDivisor = rateDivisor
    }

    /// What is after the last slash.
    package var name: String { path.split(separator: "/").last.map(String.init) ?? path }

    package func rate(bytes: Int) -> Double { Double(bytes) * 8 / rateDivisor }
}

/// How files of one kind are given to codecs, and compared with what comes back.
package protocol Medium: Sendable {
    /// What a decoded file is compared with.
    associatedtype Source: Sendable

    var kind: MediumKind { get }

    /// Extensions of files that are taken from folders, in lower case.
    var extensions: Set<String> { get }

    /// Extensions of the files that ``prepare(_:in:)`` makes.
    var inputs: [String] { get }

    /// Reads a file and writes it into `folder` as `source.EXTENSION`, once for each of ``inputs``.
    func prepare(_ path: String, in folder: String) throws(BenchmarkError) -> (TestFile, Source)

    /// What else arguments may name in braces, of this source.
    func values(of source: Source) -> [String: String]

    /// The built-in metrics of a decoded file; values may be infinite.
    ///
    /// - Parameter names: those that are wanted.
    func scores(_ names: Set<String>, ofDecoded path: String, source: Source) throws(BenchmarkError) -> [String: Double]

    /// A file that metrics' programs read: the decoded one, or one that this writes beside it.
    func fileForPrograms(decoded path: String, source: Source) throws(BenchmarkError) -> String

    /// The extension of the prepared source that metrics' programs read.
    var inputForPrograms: String { get }
}

extension TestFile {
    static func digest(_ bytes: [UInt8]) -> String {
        SHA256.digest(bytes).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}

