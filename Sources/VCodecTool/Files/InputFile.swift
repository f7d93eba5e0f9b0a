import MediaFiles

/// What a command reads: a file, or standard input where the path is `-`.
///
/// Standard input and pipes with a name are opened once; of what was looked at, they are read from the beginning all the
/// same.
final class InputFile {
    let path: String

    /// What was looked at of a pipe, and will be read first.
    private var lookedAt: [UInt8] = []

    /// A pipe with a name, once it is open.
    private var pipe: FileDescriptor?

    /// Bytes that are enough to recognise any kind of file.
    private static let beginningLength = 16

    init(_ path: String) { self.path = path }

    var isStandardInput: Bool { path == "-" }

    /// For messages.
    var name: String { isStandardInput ? "standard input" : path }

    /// What the system knows about the file; nil when it is not there.
    var status: FileStatus? {
        isStandardInput ? FileDescriptor.standardInput.status : FileSystem.status(of: path)
    }

    /// The first bytes, which stay to be read: at most 16.
    func beginning() throws(ToolFailure) -> [UInt8] {
        do {
            guard let number = try streamNumber() else {
                return try FileDescriptor(reading: path).read(atMost: Self.beginningLength)
            }
            let stream = FileDescriptor(borrowing: number)
            while lookedAt.count < Self.beginningLength {
                let more = try stream.read(atMost: Self.beginningLength - lookedAt.count)
                guard !more.isEmpty else { break }
                lookedAt += more
            }
            let beginning = lookedAt
            // A file at standard input can be read anew.
            if (try? stream.goBack(lookedAt.count)) != nil { lookedAt = [] }
            return beginning
        } catch { throw ToolFailure(reading: name, error) }
    }

    func read() throws(ToolFailure) -> [UInt8] {
        do {
            guard let number = try streamNumber() else { return try FileDescriptor(reading: path).readToEnd() }
            return lookedAt + (try FileDescriptor(borrowing: number).readToEnd())
        } catch {
            throw ToolFailure(reading: name, error)
        }
    }

    /// The bytes as they come, from `offset` on, which is 0 for pipes.
    func pieces(size: Int, from offset: Int = 0) throws(ToolFailure) -> InputPieces {
        do {
            if let number = try streamNumber() {
                return InputPieces(FileDescriptor(borrowing: number), named: name, size: size, first: lookedAt)
            }
            let file = try FileDescriptor(reading: path)
            if offset > 0 { try file.seek(to: offset) }
            return InputPieces(file, named: name, size: size, first: [])
        } catch { throw ToolFailure(reading: name, error) }
    }

    /// Standard input, or a pipe with a name, which is opened here; nil for a file that can be opened again and again.
    private func streamNumber() throws(SystemError) -> Int32? {
        if isStandardInput { return 0 }
        if let number = pipe?.number { return number }
        guard let status, !status.isRegular, !status.isDirectory else { return nil }
        let opened = try FileDescriptor(reading: path)
        let number = opened.number
        pipe = consume opened
        return number
    }

    /// The bytes of a range of a file that can be sought.
    func bytes(in range: Range<Int>) throws(ToolFailure) -> [UInt8] {
        var pieces = try pieces(size: range.count, from: range.lowerBound)
        return try pieces.next() ?? []
    }

    /// For readers of sound files.
    func sound() throws(ToolFailure) -> SoundInput {
        do {
            return try streamNumber().map { .descriptor($0, after: lookedAt) } ?? .path(path)
        } catch { throw ToolFailure(reading: name, error) }
    }

    /// The path of a file beside this one: another extension instead of one that is known.
    func path(replacing known: [String], with new: String) -> String {
        guard !isStandardInput else { return "-" }
        let folder = path.lastIndex(of: "/").map { path[...$0] } ?? ""
        let name = path.dropFirst(folder.count)
        guard let dot = name.lastIndex(of: "."), dot > name.startIndex,
            known.contains(name[name.index(after: dot)...].lowercased())
        else { return "\(path).\(new)" }
        return "\(folder)\(name[..<dot]).\(new)"
    }
}

/// An input, piece by piece.
struct InputPieces: ~Copyable {
    private let descriptor: FileDescriptor
    private let name: String
    private let size: Int
    private var first: [UInt8]

    /// - Parameter first: what comes before all that is left to read.
    init(_ descriptor: consuming FileDescriptor, named name: String, size: Int, first: [UInt8]) {
        self.descriptor = descriptor
        self.name = name
        self.size = size
        self.first = first
    }

    /// Up to `size` bytes, fewer only before the end; nil at the end.
    mutating func next() throws(ToolFailure) -> [UInt8]? {
        var piece = first
        first = []
        do {
            while piece.count < size {
                let more = try descriptor.read(atMost: size - piece.count)
                guard !more.isEmpty else { break }
                piece += more
            }
        } catch { throw ToolFailure(reading: name, error) }
        return piece.isEmpty ? nil : piece
    }
}
