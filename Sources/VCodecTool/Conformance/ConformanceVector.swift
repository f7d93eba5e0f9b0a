import FoundationEssentials
import Media
import VCodec

/// A folder with a stream and what must come out of it.
struct ConformanceVector {
    /// The folder's path below the folder of all vectors.
    let name: String

    private let folder: String
    private let expectation: Result<Expectation, Unreadable>
    /// Set where the stream is one of sound.
    private let soundExpectation: SoundExpectation?

    /// `expected.json` is not what it should be.
    private struct Unreadable: Error {
        let reason: String
    }

    /// Every vector in a folder and the folders below it, by name.
    static func all(in folder: String) throws(ToolFailure) -> [ConformanceVector] {
        do {
            return try FileManager.default.subpathsOfDirectory(atPath: folder)
                .filter { $0.split(separator: "/").last == "expected.json" }
                .map { String($0.dropLast("expected.json".count).drop { $0 == "/" }) }
                .sorted()
                .map { ConformanceVector(name: $0.isEmpty ? "." : String($0.dropLast()), in: folder) }
        } catch {
            throw ToolFailure(.unreadableInput, folder, "the folder cannot be read")
        }
    }

    private init(name: String, in parent: String) {
        self.name = name
        self.folder = "\(parent)/\(name)"
        var sound: SoundExpectation?
        do {
            let data = Data(try InputFile("\(folder)/expected.json").read())
            if FileSystem.status(of: "\(folder)/stream.vca") != nil {
                sound = try JSONDecoder().decode(SoundExpectation.self, from: data)
            }
            expectation = .success(try JSONDecoder().decode(Expectation.self, from: data))
        } catch let failure as ToolFailure {
            expectation = .failure(Unreadable(reason: failure.message))
        } catch {
            expectation = .failure(Unreadable(reason: "expected.json: \(error)"))
        }
        soundExpectation = sound
    }

    /// What the vector tests, in a few words.
    var about: String { (try? expectation.get().tests) ?? "" }

    /// Decodes the stream.
    ///
    /// - Returns: nil when all is as expected, else what is not.
    func check(_ work: WorkOptions) -> String? {
        do {
            let expected = try expectation.get()
            if let soundExpectation {
                return soundExpectation.difference(
                    from: try InputFile("\(folder)/stream.vca").read(), threads: work.threads)
            }
            let bytes = try InputFile("\(folder)/stream.vci").read()
            return expected.difference(from: decode(bytes, try options(expected, work)))
        } catch let unreadable as Unreadable {
            return unreadable.reason
        } catch let failure as ToolFailure {
            return failure.message
        } catch {
            return "\(error)"
        }
    }

    private func options(
        _ expected: Expectation, _ work: WorkOptions
    ) throws(ToolFailure) -> DecodingOptions {
        var options = DecodingOptions()
        var work = work
        if let model = expected.model { work.model = "\(folder)/\(model)" }
        options.levels = expected.levels
        options.model = try work.chosenModel()
        options.threads = work.threads ?? options.threads
        options.maximumSampleBytes = work.maximumSampleBytes
        return options
    }

    private func decode(
        _ bytes: [UInt8], _ options: DecodingOptions
    ) -> Result<DecodedImage, CodecError> {
        Result { () throws(CodecError) in try ImageDecoder(options: options).decode(bytes) }
    }
}
