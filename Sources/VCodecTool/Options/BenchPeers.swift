import Benchmarking
import FoundationEssentials

/// The codecs that names in `--against` stand for: those that are built in, those of `--define`, and vcodec, with the settings of
/// `--settings`.
struct BenchPeers {
    private let peers: [Peer]
    /// vcodec.
    let own: Peer

    init(_ kind: MediumKind, _ options: BenchOptions) throws(ToolFailure) {
        let vcodec = Peer.vcodec(FileSystem.ownProgram, kind: kind)
        var peers = Peer.all(kind) + vcodec
        for path in options.define {
            let bytes = try InputFile(path).read()
            do {
                let defined = try JSONDecoder().decode([Peer].self, from: Data(bytes))
                peers = peers.filter { old in !defined.contains { $0.name == old.name } } + defined
            } catch { throw ToolFailure(.badData, path, "is no JSON list of codecs: \(Self.words(error))") }
        }
        for setting in options.settings {
            guard let index = peers.firstIndex(where: { $0.name == setting.name }) else {
                throw ToolFailure(.usage, "--settings", "no codec is called '\(setting.name)'")
            }
            peers[index].settings = setting.value.split(separator: ",").map(String.init)
        }
        if let empty = peers.first(where: { $0.settings.isEmpty || $0.encode.programs.isEmpty || $0.decode.programs.isEmpty }) {
            throw ToolFailure(.usage, empty.name, "has no settings or no program")
        }
        self.peers = peers
        own = peers.last { $0.name == "vcodec" } ?? vcodec[0]
    }

    /// Those of a list with commas, in its order, each once.
    func chosen(_ list: String) throws(BenchmarkError) -> [Peer] {
        var chosen: [Peer] = []
        for name in list.split(separator: ",").map(String.init) where !chosen.contains(where: { $0.name == name }) {
            guard let peer = peers.first(where: { $0.name == name }) else {
                throw .unknownPeer(name, known: peers.map(\.name))
            }
            chosen.append(peer)
        }
        return chosen
    }

    /// What is missing or wrong, and where.
    private static func words(_ error: any Error) -> String {
        switch error {
        case DecodingError.keyNotFound(let key, let context): "'\(key.stringValue)' is missing" + Self.place(context)
        case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context): "a value is of the wrong type" + Self.place(context)
        default: "not JSON"
        }
    }

    private static func place(_ context: DecodingError.Context) -> String {
        let path = context.codingPath.map { $0.intValue.map(String.init) ?? $0.stringValue }.joined(separator: ".")
        return path.isEmpty ? "" : " in \(path)"
    }
}
