import BitstreamFormat
import MediaFiles
import QualityMetrics
import VCodec

/// Why the program gives up: what it says and how it ends.
struct ToolFailure: Error {
    let status: ExitStatus

    /// `subject: reason`, where the subject is most often a file.
    let message: String

    init(_ status: ExitStatus, _ subject: String, _ reason: String) {
        self.status = status
        self.message = "\(subject): \(reason)"
    }
}

extension ToolFailure {
    /// A file could not be read.
    init(reading name: String, _ error: SystemError) {
        self.init(.unreadableInput, name, error.description)
    }

    /// A file could not be made.
    init(writing name: String, _ error: SystemError) {
        self.init(.impossibleOutput, name, error.description)
    }

    /// An image or sound file was refused.
    init(reading name: String, _ error: MediaFileError) {
        if case .limitExceeded(let kind, _, _, _) = error {
            let option = kind == .metadataBytes ? "--max-metadata-megabytes" : "--max-megabytes"
            self.init(.badData, name, "\(error.description) (\(option))")
        } else {
            self.init(.badData, name, error.description)
        }
    }

    /// A picture or a sound does not fit the kind of file that was asked for.
    init(writing name: String, _ error: MediaFileError) {
        switch error {
        case .unknownExtension, .unknownSoundExtension: self.init(.usage, name, error.description)
        default: self.init(.impossibleOutput, name, error.description)
        }
    }

    init(comparing names: String, _ error: ComparisonError) {
        self.init(.badData, names, error.description)
    }

    /// The codec failed with what came from `name`.
    init(coding name: String, _ error: CodecError) {
        let status: ExitStatus =
            switch error {
            case .bitstream, .model: .badData
            case .invalidOption: .usage
            case .cancelled, .bufferTooSmall: .impossibleOutput
            case .tooFewBytes, .unreachableQuality: .impossibleOutput
            }
        if case .bitstream(.limitExceeded) = error {
            self.init(status, name, "\(error.description) (--max-megabytes)")
        } else {
            self.init(status, name, error.description)
        }
    }

    /// A warning about metadata, with the option that lifts the limit if that is what it is about.
    static func namingOption(_ warning: String) -> String {
        let isLimit = warning.hasPrefix(DecodingLimits.Kind.metadataBytes.rawValue + " would take")
        return isLimit ? "\(warning) (--max-metadata-megabytes)" : warning
    }
}
