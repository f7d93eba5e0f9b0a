/// What is done with each file of a batch.
protocol BatchWork: Sendable {
    /// `encode`: the name of the command, for the log and for people.
    static var verb: String { get }

    /// Whether files of that kind are for this command.
    static func takes(_ kind: MediaKind) -> Bool

    /// What a file is by its name; nil for a name that says nothing, or something else.
    static func kind(ofName name: String) -> MediaKind?

    /// The name of what is made of a file that has no other.
    func outputName(for name: String, _ kind: MediaKind) -> String

    /// All that decides about the bytes that are made, in the words of the command line.
    func settings(for kind: MediaKind) -> String

    /// Why files of that kind cannot be worked on with these options; nil if they can.
    func refusal(of kind: MediaKind) -> String?

    /// - Parameters:
    ///   - threads: to work with.
    ///   - notes: for warnings.
    func perform(_ input: InputFile, to output: String, threads: Int, notes: Notes) throws(ToolFailure)
}
