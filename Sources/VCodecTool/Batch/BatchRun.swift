import Dispatch
import Synchronization
import VCodec

/// A batch at work: files side by side, a line in the log for each.
struct BatchRun<Work: BatchWork>: Sendable {
    private let tasks: [BatchTask]
    private let jobs: Int
    private let file: BatchFile<Work>
    private let log: BatchLog
    private let reporting: ReportingOptions
    private let leftAlone: Int

    init(_ work: Work, _ options: BatchOptions, _ workOptions: WorkOptions) throws(ToolFailure) {
        let plan = try BatchPlan(work, options)
        tasks = plan.tasks
        leftAlone = plan.leftAlone
        reporting = workOptions.reporting
        let threads = workOptions.threads ?? Threads.standard
        jobs = max(1, min(options.jobs ?? Threads.standard, tasks.count))
        do {
            try FileSystem.makeFolder(options.out)
        } catch { throw ToolFailure(writing: options.out, error) }
        log = try BatchLog(options.logPath)
        file = BatchFile(work: work, log: log, threads: max(1, threads / jobs), isForced: options.force)
    }

    /// What the workers share.
    private struct State: Sendable {
        var end: BatchEnd
        /// Tasks that are over.
        var over = 0
        var workersAtWork: Int
        /// What ends all of it: the log cannot be written.
        var failure: ToolFailure?
    }

    /// - Throws: a failure when any file failed. Does not come back when the user stops the program.
    func run() throws(ToolFailure) {
        let start = ContinuousClock.now
        Interruption.collect()
        StopRequest.listenOn()
        let progress = ProgressLine("\(Work.verb == "encode" ? "encoding" : "decoding") \(tasks.count.grouped) files", reporting)
        var end = try work(progress)
        progress?.clear()
        end.seconds = (.now - start) / .seconds(1)
        end.leftAlone = leftAlone
        end.stopped = StopRequest.isMade
        end.time = BatchLine(event: .done, command: "", input: "").time
        try log.add(end)
        reporting.summarize(BatchSummary(end, log: log.path).text)
        if end.stopped { StopRequest.obey() }
        if end.failed > 0 { throw failure(end) }
    }

    private func failure(_ end: BatchEnd) -> ToolFailure {
        ToolFailure(.someFailed, "\(end.failed.grouped) of \(tasks.count.grouped) files failed", "\(log.path) says why")
    }

    private func work(_ progress: ProgressLine?) throws(ToolFailure) -> BatchEnd {
        let state = Shared(State(end: BatchEnd(command: Work.verb), workersAtWork: jobs))
        let next = SharedCounter()
        let wake = DispatchSemaphore(value: 0)
        for job in 0..<jobs {
            DispatchQueue(label: "job \(job)").async {
                while !StopRequest.isMade, state.value.withLock({ $0.failure == nil }), let task = next.take(below: tasks.count) {
                    perform(tasks[task], state, progress)
                    wake.signal()
                }
                state.value.withLock { $0.workersAtWork -= 1 }
                wake.signal()
            }
        }
        // This thread is the one that signals come to.
        while state.value.withLock({ $0.workersAtWork > 0 }) {
            _ = wake.wait(timeout: .now() + .milliseconds(100))
            if StopRequest.isRepeated { Interruption.end() }
            progress?.handler(Double(state.value.withLock { $0.over }) / Double(tasks.count))
        }
        let final = state.value.withLock { $0 }
        if let failure = final.failure { throw failure }
        return final.end
    }

    private func perform(_ task: BatchTask, _ state: Shared<State>, _ progress: ProgressLine?) {
        let outcome = file.outcome(of: task)
        var failure: ToolFailure?
        if case .over(let line) = outcome {
            do throws(ToolFailure) { try log.add(line) } catch { failure = error }
            if let error = line.error { say("vcodec: \(error)", progress) }
            if !reporting.quiet { for warning in line.warnings ?? [] { say("vcodec: warning: \(warning)", progress) } }
        }
        state.value.withLock { state in
            state.over += 1
            state.end.count(outcome)
            if let failure { state.failure = failure }
        }
    }

    private func say(_ line: String, _ progress: ProgressLine?) {
        if let progress { progress.print(line) } else { StandardError.print(line) }
    }
}

extension BatchEnd {
    fileprivate mutating func count(_ outcome: BatchOutcome) {
        guard case .over(let line) = outcome else {
            kept += 1
            return
        }
        guard line.event == .done else {
            failed += 1
            return
        }
        done += 1
        inputBytes += line.inputBytes ?? 0
        outputBytes += line.outputBytes ?? 0
    }
}

/// A value that threads change one after the other.
private final class Shared<Value: Sendable>: Sendable {
    let value: Mutex<Value>

    init(_ value: Value) { self.value = Mutex(value) }
}

/// 0, 1, 2 …, each of them once.
private final class SharedCounter: Sendable {
    private let next = Atomic(0)

    func take(below end: Int) -> Int? {
        let taken = next.add(1, ordering: .relaxed).oldValue
        return taken < end ? taken : nil
    }
}
