/// A peer whose programs were found.
package struct InstalledPeer: Sendable {
    package let peer: Peer
    /// Paths of the programs.
    let encoder: String
    let decoder: String
}

/// A peer, or a metric, that cannot take part.
package struct MissingProgram: Codable, Hashable, Sendable {
    package let name: String
    /// All names that were looked for.
    package let programs: [String]
    /// The Debian package that has them.
    package let package: String?

    /// `avif (install libavif-bin)`
    package var words: String {
        let advice = package.map { "install \($0)" } ?? "no Debian package has it"
        return "\(name): \(programs.joined(separator: " or ")) is not installed (\(advice))"
    }
}

/// Where programs are looked for: the folders of `PATH`.
package struct ProgramSearch: Sendable {
    private let folders: [String]

    package init(path: String) {
        folders = path.split(separator: ":").map(String.init)
    }

    /// The path of the first of these programs that is there; names with a slash are paths.
    package func find(_ names: [String]) -> String? {
        for name in names {
            let candidates = name.contains("/") ? [name] : folders.map { "\($0)/\(name)" }
            if let found = candidates.first(where: SystemFile.isExecutable) { return found }
        }
        return nil
    }

    /// Splits peers into those that can take part and those whose programs are missing.
    package func installed(_ peers: [Peer]) -> (found: [InstalledPeer], missing: [MissingProgram]) {
        var found: [InstalledPeer] = []
        var missing: [MissingProgram] = []
        for peer in peers {
            let paths = [peer.encode, peer.decode].map { find($0.programs) }
            if let encoder = paths[0], let decoder = paths[1] {
                found.append(InstalledPeer(peer: peer, encoder: encoder, decoder: decoder))
            } else {
                let absent = zip([peer.encode, peer.decode], paths).filter { $1 == nil }.flatMap(\.0.programs)
                missing.append(MissingProgram(name: peer.name, programs: absent.unique, package: peer.package))
            }
        }
        return (found, missing)
    }
}

extension Sequence where Element: Hashable {
    /// Each element where it comes first.
    var unique: [Element] {
        var seen: Set<Element> = []
        return filter { seen.insert($0).inserted }
    }
}
