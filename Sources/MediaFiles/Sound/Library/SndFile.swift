import CSndFile
import Media

/// A file that is open in libsndfile. The only door to it.
@safe final class SndFile {
    private let file: VirtualFile
    private let handle: OpaquePointer
    private var isOpen = true

    /// The format, as libsndfile's number.
    let code: Int
    let sampleRate: Int
    let channels: Int
    /// Frames as libsndfile has found or computed them; may be no sensible number.
    let frames: Int

    /// - Throws: ``MediaFileError/unreadableSound(_:detail:)``, or what the system said.
    init(reading source: ByteSource, kind: SoundFileKind) throws(MediaFileError) {
        var info = SF_INFO()
        file = VirtualFile(source)
        unsafe handle = try Self.open(file, SFM_READ, &info, kind)
        (code, sampleRate, channels) = (Int(info.format), Int(info.samplerate), Int(info.channels))
        frames = Int(info.frames)
    }

    /// - Throws: ``MediaFileError/unsupportedSound(_:kind:)``, or what the system said.
    init(writing sink: ByteSink, kind: SoundFileKind, format: AudioFormat, code: Int) throws(MediaFileError) {
        var info = SF_INFO()
        info.format = Int32(code)
        info.samplerate = Int32(format.sampleRate)
        info.channels = Int32(format.channels)
        guard unsafe sf_format_check(&info) != 0 else { throw .unsupportedSound(format, kind: kind) }
        file = VirtualFile(sink)
        unsafe handle = try Self.open(file, SFM_WRITE, &info, kind)
        (self.code, sampleRate, channels, frames) = (code, format.sampleRate, format.channels, 0)
    }

    deinit {
        if isOpen { unsafe sf_close(handle) }
    }

    private static func open(
        _ file: VirtualFile, _ mode: Int, _ info: inout SF_INFO, _ kind: SoundFileKind
    ) throws(MediaFileError) -> OpaquePointer {
        var calls = VirtualFile.calls
        let handle = unsafe sf_open_virtual(&calls, Int32(mode), &info, Unmanaged.passUnretained(file).toOpaque())
        if let failure = file.failure {
            if let handle = unsafe handle { unsafe sf_close(handle) }
            throw failure
        }
        guard let handle = unsafe handle else { throw .unreadableSound(kind, detail: unsafe words(sf_strerror(nil))) }
        return unsafe handle
    }

    /// Completes the file.
    func close() throws(MediaFileError) {
        isOpen = false
        let error = unsafe sf_close(handle)
        if let failure = file.failure { throw failure }
        if error != 0 { throw .libraryFailure(detail: unsafe Self.words(sf_error_number(error))) }
    }

    /// Switches one of libsndfile's options.
    func set(_ option: Int, _ isOn: Bool) {
        _ = unsafe sf_command(handle, Int32(option), nil, Int32(isOn ? SF_TRUE : SF_FALSE))
    }

    /// Writes the header before the first sample, which is when FLAC would do it.
    func writeHeader() {
        _ = unsafe sf_command(handle, Int32(SFC_UPDATE_HEADER_NOW), nil, 0)
    }

    private static func words(_ message: UnsafePointer<CChar>?) -> String {
        let text = unsafe message.map { unsafe String(cString: $0) } ?? ""
        return text.hasSuffix(".") ? String(text.dropLast()) : text
    }
}

// Samples, interleaved.
extension SndFile {
    /// A type that libsndfile converts samples to and from.
    protocol Sample: BitwiseCopyable {
        static var zero: Self { get }
        static func read(_ file: OpaquePointer, _ samples: UnsafeMutablePointer<Self>?, _ frames: Int) -> Int
        static func write(_ file: OpaquePointer, _ samples: UnsafePointer<Self>?, _ frames: Int) -> Int
    }

    /// The next frames: `[frame][channel]`, fewer only at the end.
    ///
    /// - Parameter place: the number of the first of them, for the error.
    /// - Throws: ``MediaFileError/corruptSound(detail:frame:)``, or what the system said.
    func read<S: Sample>(_: S.Type, frames: Int, place: Int) throws(MediaFileError) -> [S] {
        let samples = unsafe [S](unsafeUninitializedCapacity: frames * channels) { buffer, initialized in
            initialized = unsafe max(0, S.read(handle, buffer.baseAddress, frames)) * channels
        }
        if let failure = file.failure { throw failure }
        guard unsafe sf_error(handle) == 0 else {
            throw .corruptSound(detail: unsafe Self.words(sf_strerror(handle)), frame: place + samples.count / channels)
        }
        return samples
    }

    /// The inverse of `read(_:frames:place:)`.
    func write<S: Sample>(_ samples: [S]) throws(MediaFileError) {
        let frames = samples.count / channels
        let written = unsafe samples.withUnsafeBufferPointer { unsafe S.write(handle, $0.baseAddress, frames) }
        if let failure = file.failure { throw failure }
        guard written == frames else { throw .libraryFailure(detail: unsafe Self.words(sf_strerror(handle))) }
    }
}

// Texts.
extension SndFile {
    func text(_ type: Int) -> String? {
        guard let text = unsafe sf_get_string(handle, Int32(type)) else { return nil }
        let bytes = (0...).lazy.map { unsafe UInt8(bitPattern: text[$0]) }.prefix { $0 != 0 }
        return String(utf8OrLatin1: Array(bytes))
    }

    func setText(_ type: Int, _ text: String) {
        _ = unsafe sf_set_string(handle, Int32(type), text)
    }
}

extension Int32: SndFile.Sample {
    static func read(_ file: OpaquePointer, _ samples: UnsafeMutablePointer<Int32>?, _ frames: Int) -> Int {
        Int(unsafe sf_readf_int(file, samples, sf_count_t(frames)))
    }
    static func write(_ file: OpaquePointer, _ samples: UnsafePointer<Int32>?, _ frames: Int) -> Int {
        Int(unsafe sf_writef_int(file, samples, sf_count_t(frames)))
    }
}

extension Float: SndFile.Sample {
    static func read(_ file: OpaquePointer, _ samples: UnsafeMutablePointer<Float>?, _ frames: Int) -> Int {
        Int(unsafe sf_readf_float(file, samples, sf_count_t(frames)))
    }
    static func write(_ file: OpaquePointer, _ samples: UnsafePointer<Float>?, _ frames: Int) -> Int {
        Int(unsafe sf_writef_float(file, samples, sf_count_t(frames)))
    }
}

extension Double: SndFile.Sample {
    static func read(_ file: OpaquePointer, _ samples: UnsafeMutablePointer<Double>?, _ frames: Int) -> Int {
        Int(unsafe sf_readf_double(file, samples, sf_count_t(frames)))
    }
    static func write(_ file: OpaquePointer, _ samples: UnsafePointer<Double>?, _ frames: Int) -> Int {
        Int(unsafe sf_writef_double(file, samples, sf_count_t(frames)))
    }
}
