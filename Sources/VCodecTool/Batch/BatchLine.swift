import FoundationEssentials

/// A line of the log about one file; the names of the stored properties are those of the JSON (docs/bulk.md).
struct BatchLine: Codable {
    enum Event: String, Codable { case done, failed }

    var event: Event
    /// ISO 8601, UTC.
    var time = Date.now.ISO8601Format()
    let command: String
    /// From the root.
    let input: String
    var inputBytes: Int?
    /// Seconds since 1970.
    var inputModified: String?
    /// From the folder for outputs on.
    var output: String?
    var outputBytes: Int?
    var outputModified: String?
    var settings: String?
    var seconds: Double?
    var warnings: [String]?
    var error: String?
    /// Of ``ExitStatus``, as if the file had been the only one.
    var status: Int32?
}

/// The last line of a batch.
struct BatchEnd: Codable, Sendable {
    var event = "ended"
    var time = ""
    var command: String
    /// Files that were made.
    var done = 0
    /// Files that were there already.
    var kept = 0
    var failed = 0
    /// Files of folders that were not for the command.
    var leftAlone = 0
    /// Whether the user stopped it.
    var stopped = false
    /// Of the files that were made.
    var inputBytes = 0
    var outputBytes = 0
    var seconds = 0.0
}
