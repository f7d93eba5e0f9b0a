/// What a batch says at its end.
///
///     encoded 998 files   1 234 567 890 → 123 456 789 bytes (10.0 %)   45.23 s
///     12 were there already, 2 failed, 3 of other kinds were left alone; coded/vcodec-batch.jsonl has it all
struct BatchSummary {
    let text: String

    init(_ end: BatchEnd, log: String) {
        let share = end.inputBytes > 0 ? " (\((Double(end.outputBytes) * 100 / Double(end.inputBytes)).fixed(1)) %)" : ""
        var text = "\(end.command)d \(end.done.grouped) file\(end.done == 1 ? "" : "s")   "
            + "\(end.inputBytes.grouped) → \(end.outputBytes.grouped) bytes\(share)   \(Duration.seconds(end.seconds).readable)"
        let others = [
            (end.kept, "there already"), (end.failed, "failed"), (end.leftAlone, "of other kinds left alone"),
        ].filter { $0.0 > 0 }.map { "\($0.0.grouped) \($0.1)" }
        if !others.isEmpty { text += "\n" + others.joined(separator: ", ") }
        if end.stopped { text += "\nvcodec: stopped; the same command goes on from here, \(log) has what is done" }
        self.text = text
    }
}
