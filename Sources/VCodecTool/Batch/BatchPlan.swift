/// One file of a batch.
struct BatchTask: Sendable {
    /// As it was named or found.
    let input: String
    /// What to make of it, or why nothing can be made.
    let aim: Result<Aim, ToolFailure>

    struct Aim: Sendable {
        /// The path of the file to make.
        let output: String
        /// The same from the folder for outputs on, which is how the log calls it.
        let name: String
        let kind: MediaKind
    }
}

/// Which files a batch reads and which it makes of them; known as a whole before any is made.
struct BatchPlan<Work: BatchWork> {
    private(set) var tasks: [BatchTask] = []
    /// Files of folders that are not for this command.
    private(set) var leftAlone = 0

    private let work: Work
    private let out: String
    private let only: BatchMedium?

    /// - Throws: a failure for a manifest that cannot be read or meant so, for files that the options are not for, and for
    ///   outputs that would be made twice or are inputs, too. What concerns one file alone is part of the plan.
    init(_ work: Work, _ options: BatchOptions) throws(ToolFailure) {
        self.work = work
        out = options.out
        only = options.only
        for path in options.paths { add(path) }
        if let manifest = options.manifest { try add(Manifest(InputFile(manifest))) }
        try checkOptions()
        try checkOutputs(log: options.logPath)
    }

    private mutating func add(_ path: String) {
        guard FileSystem.status(of: path)?.isDirectory == true else {
            add(path, named: path.lastPathPart)
            return
        }
        let walk = FolderWalk(path)
        for name in walk.files {
            if let kind = Work.kind(ofName: name), isWanted(kind) {
                add(name.path(from: path), named: name)
            } else if name.lastPathPart != BatchOptions.logName {
                leftAlone += 1
            }
        }
        for (name, reason) in walk.unreadable { tasks.append(BatchTask(input: name.path(from: path), aim: .failure(reason))) }
    }

    private mutating func add(_ manifest: Manifest) {
        for line in manifest.lines {
            // What is a path here is no name of standard input.
            let input = line.input == "-" ? "./-" : line.input
            if let output = line.output { add(input, making: output) } else { add(input, named: line.input) }
        }
    }

    private func isWanted(_ kind: MediaKind) -> Bool {
        only.map { ($0 == .sounds) == kind.isSound } ?? true
    }

    private mutating func add(_ input: String, named name: String) {
        let aim: Result<BatchTask.Aim, ToolFailure>
        do throws(ToolFailure) {
            let kind = try kind(of: input)
            let output = work.outputName(for: String(name.drop { $0 == "/" }), kind)
            aim = .success(BatchTask.Aim(output: output.path(from: out), name: output, kind: kind))
        } catch { aim = .failure(error) }
        tasks.append(BatchTask(input: input, aim: aim))
    }

    private mutating func add(_ input: String, making output: String) {
        let aim: Result<BatchTask.Aim, ToolFailure>
        do throws(ToolFailure) {
            aim = .success(BatchTask.Aim(output: output.path(from: out), name: output, kind: try kind(of: input)))
        } catch { aim = .failure(error) }
        tasks.append(BatchTask(input: input, aim: aim))
    }

    /// As the name says; else by the first bytes.
    private func kind(of input: String) throws(ToolFailure) -> MediaKind {
        if let kind = Work.kind(ofName: input) { return kind }
        return try MediaKind(of: InputFile(input))
    }

    private func checkOptions() throws(ToolFailure) {
        for task in tasks {
            guard case .success(let aim) = task.aim, let reason = work.refusal(of: aim.kind) else { continue }
            throw ToolFailure(.usage, task.input, "\(reason) (--only \(aim.kind.isSound ? "pictures" : "sounds") leaves such files alone)")
        }
    }

    /// Also drops files that are named twice.
    private mutating func checkOutputs(log: String) throws(ToolFailure) {
        var makers: [String: Int] = [:]
        var twice: Set<Int> = []
        let inputs = Set(tasks.map(\.input.absolutePath))
        let log = log.absolutePath
        for (index, task) in tasks.enumerated() {
            guard case .success(let aim) = task.aim else { continue }
            let output = aim.output.absolutePath
            if inputs.contains(output) { throw ToolFailure(.usage, aim.output, "would be made, and is an input, too") }
            if output == log { throw ToolFailure(.usage, aim.output, "would be made, and is the log, too") }
            guard let other = makers.updateValue(index, forKey: output) else { continue }
            guard tasks[other].input.absolutePath == task.input.absolutePath else {
                throw ToolFailure(
                    .usage, aim.output,
                    "would be made of \(tasks[other].input) and of \(task.input); a --manifest can give them other names")
            }
            twice.insert(index)
        }
        if !twice.isEmpty { tasks = tasks.indices.filter { !twice.contains($0) }.map { tasks[$0] } }
    }
}
