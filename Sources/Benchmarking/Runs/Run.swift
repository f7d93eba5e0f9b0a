/// One file coded by one codec with one setting: what came of it.
package struct Run: Codable, Hashable, Sendable {
    /// The file's path as it was given.
    package let file: String
    package let codec: String
    package let setting: String
    /// Stands for all that decides on the result: the file's bytes, programs, arguments and metrics.
    package let key: String
    /// Why there is nothing else; nil for a run that went well.
    package var error: String?
    /// Of the encoded file.
    package var bytes: Int?
    /// Bits per pixel, or thousand bits per second.
    package var rate: Double?
    /// By name; infinite values (no sample differs) are left out.
    package var metrics: [String: Double]?
    package var encode: ProcessUsage?
    package var decode: ProcessUsage?

    package init(file: String, codec: String, setting: String, key: String) {
        self.file = file
        self.codec = codec
        self.setting = setting
        self.key = key
    }

    package var isComplete: Bool { error == nil }
}
