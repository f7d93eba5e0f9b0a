/// A codec that is measured: how its own programs are called, and with which settings.
///
/// In arguments, `{in}` and `{out}` stand for files, `{setting}` for one of ``settings``, and for sound `{rate}` for its frames per second.
package struct Peer: Codable, Hashable, Sendable {
    /// One program with its arguments.
    package struct Command: Codable, Hashable, Sendable {
        /// Names of the program, the first that is installed is taken; or a path.
        package var programs: [String]
        package var arguments: [String]

        package init(_ programs: [String], _ arguments: [String]) {
            self.programs = programs
            self.arguments = arguments
        }
    }

    /// What `--against` calls it.
    package var name: String
    /// What stands before a setting where people read it: `-q`.
    package var settingLabel: String
    /// From small files to large ones.
    package var settings: [String]
    package var encode: Command
    package var decode: Command
    /// What the source is given as: an extension, such as `png`.
    package var input: String
    /// What an encoded file's name ends in.
    package var suffix: String
    /// What it decodes to: an extension, such as `ppm`.
    package var output: String
    /// The Debian package that has the programs; nil for none.
    package var package: String?

    package init(
        name: String, settingLabel: String, settings: [String], encode: Command, decode: Command, input: String, suffix: String,
        output: String, package: String?
    ) {
        self.name = name
        self.settingLabel = settingLabel
        self.settings = settings
        self.encode = encode
        self.decode = decode
        self.input = input
        self.suffix = suffix
        self.output = output
        self.package = package
    }
}

extension Peer.Command {
    /// The arguments with what stands in braces replaced.
    func arguments(_ values: [String: String]) -> [String] {
        arguments.map { argument in
            values.reduce(argument) { $0.replacing("{\($1.key)}", with: $1.value) }
        }
    }
}

extension Peer {
    /// vcodec itself, a child process as every other: as it comes, and for pictures under other names what time and its other model
    /// make of it.
    ///
    /// - Parameter program: the path of the program.
    package static func vcodec(_ program: String, kind: MediumKind) -> [Peer] {
        let usual = vcodec("vcodec", program, kind)
        guard kind == .image else { return [usual] }
        return [
            usual, vcodec("vcodec-slow", program, kind, more: ["--effort", "6"]),
            vcodec("vcodec-ssimulacra2", program, kind, more: ["--tune", "ssimulacra2"]),
        ]
    }

    private static func vcodec(_ name: String, _ program: String, _ kind: MediumKind, more: [String] = []) -> Peer {
        let decoded = kind == .image ? "ppm" : "wav"
        return Peer(
            name: name, settingLabel: "-q", settings: ["0", "8", "16", "24", "32", "40", "48", "56", "64", "72", "80", "90", "100"],
            encode: Command([program], ["encode", "--quiet", "--threads", "1", "-q", "{setting}"] + more + ["{in}", "{out}"]),
            decode: Command([program], ["decode", "--quiet", "--threads", "1", "{in}", "{out}"]),
            input: decoded, suffix: kind == .image ? "vci" : "vca", output: decoded, package: nil)
    }

    /// Those of one kind that are known by name.
    package static func all(_ kind: MediumKind) -> [Peer] { kind == .image ? pictures : sounds }
}
