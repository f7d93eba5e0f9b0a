import MediaFiles

/// What a command writes: a file, or standard output where the path is `-`.
///
/// A file appears under its name only when it is complete: until then it has another name in the
/// same folder, and is removed when the value goes out of scope or the user stops the program.
/// A device or a pipe is written as it is. An existing file is replaced and its permissions kept;
/// a link to a file is followed.
struct OutputFile: ~Copyable {
    /// For messages.
    let name: String

    private let descriptor: FileDescriptor
    private let target: String
    private var temporary: String?

    /// Makes sure, before any work is done, that the file can be made.
    ///
    /// - Throws: a failure of status 64 when this would be the input itself, or data on a
    ///   terminal; of status 73 when the file cannot be made.
    init(_ path: String, from input: InputFile) throws(ToolFailure) {
        guard path != "-" else {
            try self.init(standardOutputFrom: input)
            return
        }
        let existing = FileSystem.status(of: path)
        if let existing, existing.isRegular, input.status?.isSameFile(as: existing) == true {
            throw ToolFailure(.usage, path, "is the input, too; choose another output")
        }
        guard existing?.isDirectory != true else {
            throw ToolFailure(.impossibleOutput, path, "is a folder")
        }
        do {
            if let existing, !existing.isRegular {
                try self.init(device: path)
            } else {
                try self.init(file: path, replacing: existing)
            }
        } catch {
            throw ToolFailure(writing: path, error)
        }
    }

    private init(standardOutputFrom input: InputFile) throws(ToolFailure) {
        name = "standard output"
        descriptor = .standardOutput
        target = "-"
        if descriptor.isTerminal {
            throw ToolFailure(.usage, name, "is a terminal; name a file or add '> FILE'")
        }
    }

    private init(device path: String) throws(SystemError) {
        name = path
        target = path
        descriptor = try FileDescriptor(writing: path)
    }

    private init(file path: String, replacing existing: FileStatus?) throws(SystemError) {
        if existing != nil { try FileSystem.checkWritable(path) }
        let target = existing == nil ? path : try FileSystem.resolve(path)
        let folder = target.lastIndex(of: "/").map { target[...$0] } ?? ""
        let temporary = "\(folder).vcodec-\(String(UInt64.random(in: 0...(.max)), radix: 36))"
        Interruption.removesWhenStopped(temporary)
        let descriptor = try FileDescriptor(creating: temporary)
        if let existing { descriptor.setPermissions(existing.permissions) }
        self.name = path
        self.target = target
        self.temporary = temporary
        self.descriptor = descriptor
    }

    /// Bytes that ``write(_:)`` has taken.
    private(set) var bytesWritten = 0

    /// For writers of sound files.
    var sound: SoundOutput { .descriptor(descriptor.number) }

    /// Writes what comes next.
    mutating func write(_ bytes: [UInt8]) throws(ToolFailure) {
        do {
            try descriptor.write(bytes)
            bytesWritten += bytes.count
        } catch {
            throw ToolFailure(writing: name, error)
        }
    }

    /// Writes the rest and gives the file its name.
    mutating func finish(with bytes: [UInt8] = []) throws(ToolFailure) {
        try write(bytes)
        do {
            guard let temporary else { return }
            try descriptor.synchronize()
            try FileSystem.rename(temporary, to: target)
            self.temporary = nil
            Interruption.leaves(temporary)
        } catch {
            throw ToolFailure(writing: name, error)
        }
    }

    deinit {
        if let temporary {
            FileSystem.remove(temporary)
            Interruption.leaves(temporary)
        }
    }
}
