/// How the program ends; the numbers above 1 are those of `sysexits.h`.
enum ExitStatus: Int32, CaseIterable {
    /// What was asked for has been done.
    case success = 0
    /// Some files of a batch failed.
    case someFailed = 1
    /// The command line cannot be meant so; ArgumentParser ends with the same.
    case usage = 64
    /// The input is not what it should be: damaged, of another kind, too large.
    case badData = 65
    /// The input is missing or may not be read.
    case unreadableInput = 66
    /// A program that this one needs is not installed, or fails.
    case unavailable = 69
    /// This program is wrong: it does not decode a conformance vector as it must.
    case ownDefect = 70
    /// The output cannot be written, or no file is as small or as good as asked.
    case impossibleOutput = 73

    /// For the help.
    var meaning: String {
        switch self {
        case .success: "success"
        case .someFailed: "batch files failed"
        case .usage: "wrong usage"
        case .badData: "bad input data"
        case .unreadableInput: "unreadable input"
        case .unavailable: "a missing program"
        case .ownDefect: "a defect of vcodec"
        case .impossibleOutput: "output cannot be made"
        }
    }

    static let list = allCases.map { "\($0.rawValue) \($0.meaning)" }.joined(separator: ", ")
}
