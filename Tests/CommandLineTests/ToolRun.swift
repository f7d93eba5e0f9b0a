import Foundation

/// One run of the built `vcodec`: its exit status and what it wrote.
struct ToolRun {
    let status: Int32
    let standardOutput: Data
    let standardError: String

    /// What it wrote to standard output, as text.
    var text: String { String(decoding: standardOutput, as: UTF8.self) }

    /// The program, beside the tests in the build folder.
    static let program: URL = {
        #if os(Linux)
            let tests = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        #else
            let tests = Bundle.allBundles.first { $0.bundlePath.hasSuffix(".xctest") }!.bundleURL
        #endif
        return tests.deletingLastPathComponent().appendingPathComponent("vcodec")
    }()
}

/// A folder of one test's own, in which the tool is run; removed with the value.
final class Workspace {
    let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("vcodec-tests-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    func url(_ name: String) -> URL { folder.appendingPathComponent(name) }

    func write(_ bytes: [UInt8], to name: String) throws {
        let file = url(name)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: file)
    }

    func bytes(_ name: String) throws -> [UInt8] { Array(try Data(contentsOf: url(name))) }

    func exists(_ name: String) -> Bool {
        FileManager.default.fileExists(atPath: url(name).path)
    }

    /// The names in the folder, hidden ones included, sorted.
    var names: [String] {
        get throws { try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() }
    }

    /// Runs `vcodec` in the folder and waits for its end.
    ///
    /// - Parameter input: the file for standard input; nothing when left out.
    func run(_ arguments: String..., input: String? = nil) throws -> ToolRun {
        try run(arguments, input: input)
    }

    /// The same with arguments in an array.
    ///
    /// - Parameter environment: variables that differ from those of the tests.
    func run(_ arguments: [String], input: String? = nil, environment: [String: String] = [:]) throws -> ToolRun {
        let tool = try start(arguments, input: input, environment: environment)
        tool.process.waitUntilExit()
        return try tool.result()
    }

    /// Starts `vcodec` and does not wait.
    func start(
        _ arguments: [String], input: String? = nil, environment: [String: String] = [:]
    ) throws -> RunningTool {
        try RunningTool(arguments, in: folder, input: input.map(url), environment: environment)
    }
}

/// A `vcodec` at work, with its output in files outside the workspace.
final class RunningTool {
    let process = Process()
    private let outputs: URL

    fileprivate init(
        _ arguments: [String], in folder: URL, input: URL?, environment: [String: String]
    ) throws {
        outputs = FileManager.default.temporaryDirectory
            .appendingPathComponent("vcodec-output-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: outputs, withIntermediateDirectories: true)
        process.executableURL = ToolRun.program
        process.arguments = arguments
        process.currentDirectoryURL = folder
        // The tests' own has nothing to do with what is tested.
        process.environment = ProcessInfo.processInfo.environment
            .filter { $0.key != "VCODEC_METRICS" }.merging(environment) { $1 }
        process.standardInput = try input.map(FileHandle.init(forReadingFrom:))
            ?? FileHandle.nullDevice
        process.standardOutput = try handle("out")
        process.standardError = try handle("err")
        try process.run()
    }

    deinit { try? FileManager.default.removeItem(at: outputs) }

    private func handle(_ name: String) throws -> FileHandle {
        let file = outputs.appendingPathComponent(name)
        try Data().write(to: file)
        return try FileHandle(forWritingTo: file)
    }

    func result() throws -> ToolRun {
        ToolRun(
            status: process.terminationStatus,
            standardOutput: try Data(contentsOf: outputs.appendingPathComponent("out")),
            standardError: try String(
                contentsOf: outputs.appendingPathComponent("err"), encoding: .utf8))
    }
}
