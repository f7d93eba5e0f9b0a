/// What came of a task.
enum BatchOutcome: Sendable {
    /// The output was there, and as it should be.
    case kept
    /// It was made, or could not be.
    case over(BatchLine)
}

/// One file of a batch from end to end.
struct BatchFile<Work: BatchWork>: Sendable {
    let work: Work
    let log: BatchLog
    /// For one file.
    let threads: Int
    /// Makes files whatever is there.
    let isForced: Bool

    func outcome(of task: BatchTask) -> BatchOutcome {
        let start = ContinuousClock.now
        var line = BatchLine(event: .failed, command: Work.verb, input: task.input.absolutePath)
        let notes = Notes()
        do throws(ToolFailure) {
            let aim = try task.aim.get()
            if try isThere(task.input, aim, &line) { return .kept }
            try make(aim, task.input, notes)
            let made = FileSystem.status(of: aim.output)
            (line.outputBytes, line.outputModified) = (made?.size, made?.modified)
            line.event = .done
        } catch {
            (line.error, line.status) = (error.message, error.status.rawValue)
        }
        let warnings = notes.all
        if !warnings.isEmpty { line.warnings = warnings }
        line.seconds = (.now - start) / .seconds(1)
        return .over(line)
    }

    /// Whether there is nothing to do. Notes in the line what the output is made of.
    private func isThere(_ path: String, _ aim: BatchTask.Aim, _ line: inout BatchLine) throws(ToolFailure) -> Bool {
        line.output = aim.name
        line.settings = work.settings(for: aim.kind)
        let input = InputFile(path).status
        (line.inputBytes, line.inputModified) = (input?.size, input?.modified)
        guard let input, !isForced, let existing = FileSystem.status(of: aim.output) else { return false }
        let origin = BatchLog.Origin(
            command: line.command, input: line.input, inputBytes: input.size, inputModified: input.modified,
            settings: line.settings ?? "")
        if log.hasMade(aim.name, of: origin, there: existing) { return true }
        guard log.isOwn(aim.name, there: existing) else {
            throw ToolFailure(
                .impossibleOutput, aim.output, "is there already, and not as a batch left it (\(path)); remove it, or replace it with --force")
        }
        return false
    }

    private func make(_ aim: BatchTask.Aim, _ path: String, _ notes: Notes) throws(ToolFailure) {
        if let slash = aim.output.lastIndex(of: "/"), slash > aim.output.startIndex {
            let folder = String(aim.output[..<slash])
            do {
                try FileSystem.makeFolder(folder)
            } catch { throw ToolFailure(writing: folder, error) }
        }
        try work.perform(InputFile(path), to: aim.output, threads: threads, notes: notes)
    }
}
